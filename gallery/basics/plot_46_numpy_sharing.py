"""
NumPy and torch share memory, until they do not
===============================================

You will see a change on one side appear on the other, see one that does not, and learn which word in the code makes the
difference. Devices other than the processor are skipped.
"""

# %%
# ``torch.from_numpy`` copies nothing: array and tensor are two objects on one memory. It keeps the type, and NumPy's
# decimals have 64 bits.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]

import numpy as np
import torch

from ailiteracy import check

array = np.arange(1.0, 5.0)
tensor = torch.from_numpy(array)
print(tensor.dtype, np.shares_memory(array, tensor.numpy()))

# %%
# ``array = array + 1`` makes a new array and gives it the old name. The tensor keeps the old memory, and nothing
# happens to it.

array = array + 1
print(array, tensor.tolist())

# %%
# ``array += 1`` writes into the memory that is there. Start again, and look at the tensor.

array = np.arange(1.0, 5.0)
tensor = torch.from_numpy(array)
array += 1
print(array, tensor.tolist())

# %%
# It is the same the other way round: ``tensor = tensor + 1`` leaves the array alone, ``tensor.add_(1)`` and
# ``tensor += 1`` do not.

tensor = torch.ones(3)
array = tensor.numpy()
tensor = tensor + 1
print("after tensor = tensor + 1:", array)
tensor = torch.ones(3)
array = tensor.numpy()
tensor.add_(1)
print("after tensor.add_(1):", array)

# %%
# Another type means another memory: conversion copies. ``torch.tensor`` always copies, ``torch.as_tensor`` only when it
# must.

array = np.zeros(3)
for name, result in {
    "from_numpy(array)": torch.from_numpy(array),
    "as_tensor(array)": torch.as_tensor(array),
    "tensor(array)": torch.tensor(array),
    "from_numpy(array).float()": torch.from_numpy(array).float(),
}.items():
    print(f"{name:26}", "shared" if np.shares_memory(array, result.numpy()) else "a copy")

# %%
# A tensor that records gradients is not handed to NumPy as it is. ``detach`` gives a tensor without gradients, on the
# same memory still: writing into the array changes the weights.

weights = torch.ones(2, requires_grad=True)
try:
    weights.numpy()
except RuntimeError as error:
    print(str(error)[:60])
weights.detach().numpy()[0] = 7
print(weights.tolist())

# %%
# Try it
# ------
# Hand out an array with memory of its own, from any tensor. The try below goes half of the way.

print(check.check("tensors-to-numpy", lambda tensor: tensor.detach().numpy()))
