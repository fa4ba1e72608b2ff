"""
Numbers that remember how they were made
========================================

You will see numbers that keep their parents, find the slope of any formula by walking back through them, and then the
slope of a slope, which tells how long a step may be. Tables of numbers, as PyTorch has them, come in a later example.
"""

# %%
# The naive way to a derivative is algebra: (5x + 3)^2 is 25x^2 + 30x + 9, so its slope is 50x + 30. By the chain rule
# it is 2 (5x + 3) times 5, which is the same. Both must be done again for each new formula.
#
# A ``Value`` needs neither. It records what is done with it.

# sphinx_gallery_tags = ["basics", "intermediate", "5 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt

from ailiteracy.basics import Value, no_grad

x = Value(2, name="x")
y = (5 * x + 3) ** 2
y.backward()
print(f"by walking back {x.grad}, by algebra {50 * 2 + 30}")

# %%
# Two numbers at once, and a drawing of what was remembered.

x, y = Value(2, name="x"), Value(3, name="y")
z = x**2 + y**3 + x * y
z.backward()
_ = z.plot().suptitle("How z was made, and the slope at every step")

# %%
# Notice that x (yellow) has two arrows leaving it. The slope 2x = 4 comes back along one, y = 3 along the other, and
# they add up to 7. Constants are grey and get no slope.
#
# Slopes add up between calls as well, because a number may be used by several results. Forgetting to clear them is the
# most common mistake: the slope of x^2 at 2 is 4, not 8 or 12.

x = Value(2)
for _ in range(3):
    (x**2).backward()
    print(x.grad, end=" ")
x.zero_grad()
(x**2).backward()
print("and after zero_grad():", x.grad)

# %%
# Not everything should be remembered. ``no_grad`` switches the memory off for a while; ``detach`` gives the bare
# number.

with no_grad():
    answer = x * x
print(answer.requires_grad, (x * x).detach().requires_grad, (x * x).requires_grad)

# %%
# A result that was computed before a number changed would give wrong slopes, so it gives none.

y = x**2
x.data = 5
try:
    y.backward()
except ValueError as error:
    print(error)

# %%
# Slopes can remember too: with ``create_graph=True`` each is a Value, and has a slope of its own. The slopes of x^3
# at 2 are 12, then 12, then 6.

x = Value(2)
slope = x**3
for order in (1, 2, 3):
    x.zero_grad()
    slope.backward(create_graph=True)
    slope = x.grad
    print(f"derivative {order}: {float(slope):g}")

# %%
# What is a second derivative good for? It is the curvature c, and walking downhill works only with steps shorter than
# 2 / c times the slope. The parabola 3x^2 has c = 6. Try steps on both sides of that limit.


def descend(rate: float) -> list[float]:
    x, path = Value(1), []
    for _ in range(30):
        path.append(x.data)
        x.zero_grad()
        (3 * x**2).backward()
        x.data -= rate * x.grad
    return path


# %%
figure, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
for rate, colour in ((0.01, "#009E73"), (0.15, "#0072B2"), (0.32, "#E69F00"), (0.345, "#D55E00")):
    axes.plot(descend(rate), ".-", color=colour, label=f"rate {rate}: {rate / (2 / 6):.2f} of the limit")
_ = axes.set(xlabel="Step", ylabel="x", title="Walking down 3 x squared")
_ = axes.legend()

# %%
# Notice the orange lines: just below the limit the walk swings and calms down, just above it swings ever wider. The
# shortest step (green) is slow, but it is stuck nowhere.

# %%
# Try it
# ------
# Arrays of Values work with numpy's ``+``, ``@``, ``sum``, ``exp``, ``log`` and ``tanh``. Write the loss of a neuron
# that should answer 1, and let the slopes say which weight to move.

import numpy as np

weights = np.array([Value(0.5), Value(-0.5)])
loss = (1 - np.tanh(weights @ [1.0, 2.0])) ** 2
loss.backward()
print([round(w.grad, 4) for w in weights])
