"""
What is in a tensor, and of which type?
=======================================

You will make tensors in seven ways, see which number type each of them gets, and meet three surprises: random numbers
without bounds, decimals that print strangely, and small integers that wrap around. Gradients are skipped.
"""

# %%
# A tensor is a table of numbers of one type, with any number of dimensions. The type follows from what goes in.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch

from ailiteracy import check

examples = (torch.tensor(7), torch.tensor([1.0, 2.0]), torch.zeros(2, 3), torch.eye(2), torch.arange(0, 10, 2))
for tensor in examples:
    print(f"{tensor.ndim} dimensions, shape {tuple(tensor.shape)}, {tensor.dtype}: {tensor.tolist()}")

# %%
# Whole numbers become int64, decimals float32. ``arange`` stops before its end; ``linspace`` includes it.
# ``zeros_like`` takes over the type, too.

print(torch.arange(0, 10, 2).tolist(), torch.linspace(0, 10, 5).tolist())
print(torch.zeros_like(torch.arange(3)).dtype)

# %%
# Random numbers: ``rand`` and ``rand_like`` draw from 0 up to 1, ``randn`` and ``randn_like`` from the normal
# distribution. How far from 0 does a normal number get?

chance = torch.Generator().manual_seed(0)
uniform = torch.rand(10_000, generator=chance)
normal = torch.randn(10_000, generator=chance)
print(f"rand: {uniform.min():.3f} to {uniform.max():.3f}")
print(f"randn: {normal.min():.3f} to {normal.max():.3f}; outside of -1 to 1: {(normal.abs() > 1).float().mean():.1%}")

figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
for numbers, name, colour in ((uniform, "rand", "#0072B2"), (normal, "randn", "#D55E00")):
    axes.hist(numbers.numpy(), bins=60, range=(-4, 4), histtype="step", label=name, color=colour)
axes.set(title="Two kinds of chance", xlabel="Number drawn", ylabel="How often")
_ = axes.legend()

# %%
# Notice the orange line: nearly a third of the normal numbers lie outside of -1 to 1, and there is no bound at all.
#
# Both need a type with decimals. An integer tensor is refused unless another type is named.

try:
    torch.rand_like(torch.arange(3))
except (RuntimeError, NotImplementedError) as error:
    print(str(error).splitlines()[0])
print(torch.rand_like(torch.arange(3), dtype=torch.float32).dtype)

# %%
# What a type can hold
# --------------------
# float32 keeps about seven digits; the number nearest to 3.14 is another one. More bits mean more digits for floats,
# but a longer range for integers, which are exact as long as they fit.

print(torch.tensor([3.14]).item(), torch.tensor([3.14], dtype=torch.float64).item())
for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
    info = torch.finfo(dtype)
    print(f"{dtype}: {info.bits} bits, largest {info.max:.3g}, steps of {info.eps:.1g} at 1")
print(torch.complex64.itemsize * 8, "bits in a complex64: two float32 numbers")

# %%
# A cast to integers cuts decimals off, and what does not fit in eight bits wraps around without a word.

print(torch.tensor([1.9, -1.9]).to(torch.int8).tolist())
print(torch.tensor([100, 127, 128, 300]).to(torch.int8).tolist())

# %%
# Try it
# ------
# Draw a cube of random numbers from a seed. The checker looks at what comes out and gives a hint. Here is a first try,
# which is wrong; ``print(check.exercise("tensors-cube"))`` shows the task.

print(check.check("tensors-cube", lambda seed: torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(seed))))
