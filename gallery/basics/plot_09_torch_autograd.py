"""
Eight surprises of PyTorch's autograd
=====================================

You will see what PyTorch does where a first guess goes wrong: slopes that add up, memories that are let go, copies that
are none. Each is executed. Layers and optimizers are skipped.
"""

# %%
# A tensor with ``requires_grad=True`` remembers what is done with it, like a Value. Its memory is a chain of functions.

# sphinx_gallery_tags = ["basics", "intermediate", "5 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch

x = torch.tensor(2.0, requires_grad=True)
out = (x * 3 + 5) ** 2
node, names = out.grad_fn, []
while node is not None:
    names.append(type(node).__name__)
    node = node.next_functions[0][0] if node.next_functions else None
out.backward()
print(" -> ".join(names))
print(f"out {out.item()}, slope {x.grad.item()}")

# %%
# **1. Slopes add up.** The slope of x squared at 2 is 4. Three walks back without clearing leave 4, 8, 12.

x.grad = None
for _ in range(3):
    (x**2).backward()
    print(x.grad.item(), end=" ")

# %%
# **2. The memory is let go.** A second walk through the same graph fails, unless the first one keeps it.

v = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = v**2
y.sum().backward()
try:
    y.sum().backward()
except RuntimeError as error:
    print(str(error).split(".")[0])

# %%
# **3. A table is not one number.** From several results one walks back with a weight for each: the slopes of
# 1 y1 + 0 y2 + 10 y3.

v.grad = None
(v**2).backward(torch.tensor([1.0, 0.0, 10.0]))
print(v.grad.tolist())

# %%
# **4. Inner slopes are thrown away.** Only the tensors one started with keep theirs; others on request.

y = v * 2
y.retain_grad()
(y**2).sum().backward()
print(y.grad.tolist())

# %%
# **5. detach is no copy.** It drops the memory and shares the numbers. ``clone`` copies.

loose = v.detach()
loose[0] = 100.0
print(v.tolist())

# %%
# **6. A starting tensor cannot be changed in place** while it remembers; updates belong into ``no_grad``.

try:
    v[0] = 1.0
except RuntimeError as error:
    print(error)
with torch.no_grad():
    v[0] = 1.0
print(v.tolist())

# %%
# **7. no_grad is not eval.** One stops the memory, the other changes what layers such as dropout do.

dropout = torch.nn.Dropout(0.5)
with torch.no_grad():
    print("no_grad drops", (dropout(torch.ones(1000)) == 0).any().item())
dropout.eval()
print("eval drops", (dropout(torch.ones(1000)) == 0).any().item(), "and remembers", dropout(v).requires_grad)

# %%
# **8. Corners have a convention.** The slope of relu at 0 is 0.

places = torch.linspace(-1, 1, 9, requires_grad=True)
torch.relu(places).sum().backward()
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.plot(places.detach(), torch.relu(places).detach(), color="0.6", label="relu")
axes.plot(places.detach(), places.grad, "o", color="#0072B2", label="Its slope")
_ = axes.set(xlabel="x", title="The slope of relu at 0 is 0")
_ = axes.legend()

# %%
# Notice the dot at x = 0. A function of one's own that only clears slopes where ``x < 0`` would give 1 there.

# %%
# Try it
# ------
# Take the second derivative of x cubed at 2: ask for the first with ``create_graph=True``. Should it be 12?

x = torch.tensor(2.0, requires_grad=True)
(first,) = torch.autograd.grad(x**3, x, create_graph=True)
print(first.item(), torch.autograd.grad(first, x)[0].item())
