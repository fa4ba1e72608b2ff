"""
Where does a tensor live?
=========================

You will choose the fastest device of whatever computer this runs on, move tensors there and back, and see why the
order of steps matters. How fast devices are is skipped; see the example on the roofline.
"""

# %%
# A tensor lies in the memory of one device. Calling ``.cuda()`` works on some computers only, so ask first. One
# question covers NVIDIA, AMD, Intel and Apple.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]

import torch

from ailiteracy import check

accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
device = accelerator or torch.device("cpu")
x = torch.ones(2, 3)
print(f"chosen: a {'processor' if device.type == 'cpu' else 'graphics device'}; a new tensor is on: {x.device}")

# %%
# The naive way: write the name of a device that this computer lacks. The "meta" device below exists everywhere; it
# keeps shapes and types and no numbers, so it can stand for "another device".

print(torch.ones(2, 3, device="meta").sum(dim=0).shape)
try:
    torch.zeros(3, device="cuda:99")
except (RuntimeError, AssertionError) as error:
    print(type(error).__name__, "- there is no such device")

# %%
# ``.to(device)`` chooses nothing: it moves, and returns the moved tensor. When the tensor is there already, it
# returns the very same object. A module is different: it moves in place.

moved = x.to(device)
print(moved.device.type == device.type, x.to("cpu") is x)
layer = torch.nn.Linear(3, 1)
print(layer.to(device) is layer)

# %%
# Two tensors on different devices never meet: nothing is moved silently, PyTorch raises an error.

try:
    torch.ones(3) @ torch.ones(3, device="meta")
except (RuntimeError, NotImplementedError) as error:
    print(type(error).__name__, "- both must be on one device")

# %%
# Back to the processor, for NumPy or a figure: detach from the gradients, then move, then convert. These three steps
# work for every tensor.

weights = torch.ones(3, device=device, requires_grad=True)
print(weights.detach().cpu().numpy())

# %%
# Apple's devices have no float64. Code that stays with float32, the default, runs everywhere.

print(torch.get_default_dtype(), moved.dtype)

# %%
# Try it
# ------
# Bring any tensor out of torch. The first try below does one of the three steps; the hint says what happened.
# Then run this file on a computer with a graphics device: nothing needs to be changed.

print(check.check("tensors-to-numpy", lambda tensor: tensor.numpy()))
