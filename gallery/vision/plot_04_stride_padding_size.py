"""
How large is what comes out?
============================

"The shapes cannot be multiplied" is the first error of everyone's first network. You will see it, predict every size
by one formula, and find out how much of the picture one number in a deep layer knows. Training is skipped.
"""

# %%
# A network written for pictures of 28 by 28 pixels meets one of 32 by 32.

# sphinx_gallery_tags = ["vision", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from torch import nn

from ailiteracy import vision

layers = [nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3, padding=1), nn.MaxPool2d(2)]
network = nn.Sequential(*layers, nn.Flatten(), nn.Linear(8 * 7 * 7, 10))
print(network(torch.zeros(1, 1, 28, 28)).shape)
try:
    network(torch.zeros(1, 1, 32, 32))
except RuntimeError as error:
    print(error)

# %%
# The last layer wants 8 * 7 * 7 numbers and gets 8 * 8 * 8. Where does the 8 come from?
#
# One formula
# -----------
# floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1: how many places the window finds.
side = 32
for layer in layers:
    if not isinstance(layer, nn.ReLU):
        plan = {name: getattr(layer, name) for name in ("stride", "padding", "dilation")}
        numbers = {name: value[0] if isinstance(value, tuple) else value for name, value in plan.items()}
        kernel = layer.kernel_size if isinstance(layer.kernel_size, int) else layer.kernel_size[0]
        side = vision.output_size(side, kernel, **numbers)
        print(f"{type(layer).__name__:10} kernel {kernel}  {numbers}  -> {side}")

# %%
# Rounding down matters: the last pixels are simply not seen. Pooling may round up instead, and then the last window
# hangs over the end.
print("28 pixels, window 3, stride 3:", vision.output_size(28, 3, stride=3))
print("the same, rounded up:         ", vision.output_size(28, 3, stride=3, ceil_mode=True))
print("padding=1 keeps the size for a kernel of 3:", vision.output_size(28, 3, padding=1), "- of 5:",
      vision.output_size(28, 5, padding=1))  # fmt: skip

# %%
# A border of one zero keeps the size for kernels of three only.
sizes = range(8, 40)
figure, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
for stride, dilation in ((1, 1), (2, 1), (3, 1), (1, 3)):
    places = [vision.output_size(size, 3, stride=stride, dilation=dilation) for size in sizes]
    ax.step(sizes, places, where="mid", label=f"stride {stride}, dilation {dilation}")
_ = ax.set(xlabel="pixels that go in", ylabel="places of a window of 3", title="Stairs: some pixels are not seen")
_ = ax.legend()

# %%
# Every flat stretch of a stair is a set of sizes that give the same result: the pixels at the end are lost.
#
# What one number knows
# ---------------------
# Deep layers are said to "see the whole". Count: each window sees a few more pixels, each stride makes the next window
# reach further.
for row in vision.receptive_field(layers):
    print(f"{row.layer:10} sees {row.field:2} x {row.field:<2} pixels; neighbours are {row.jump} pixels apart")
print(isinstance(row, vision.FieldRow))

# %%
# After two convolutions and two poolings one number knows 10 by 10 of the 28 by 28 pixels: the whole is seen by the
# last layer only. The gradient agrees: it reaches as many pixels and no more.
picture = torch.zeros(1, 1, 28, 28, requires_grad=True)
for layer in (layers[0], layers[3]):
    nn.init.ones_(layer.weight)
convolutions = nn.Sequential(layers[0], nn.AvgPool2d(2), layers[3])  # average pooling: no pixel is left out
convolutions(picture)[0, 0, 6, 6].backward()
print("pixels in a row that the second convolution depends on:", int((picture.grad[0, 0].abs().sum(0) > 0).sum()))

# %%
# Try it
# ------
# How many convolutions of 3 by 3 with stride 1 does it take to see 28 pixels? And how many with a pooling by 2 after
# each? Then replace the ``7 * 7`` above so that the network takes any size (``nn.AdaptiveAvgPool2d`` is one way).
