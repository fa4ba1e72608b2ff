"""
Pick, mask, cut and join
========================

You will read a four-dimensional batch of pictures, choose by truth values and by lists, and cut a tensor in pieces that
are not as equal as their names suggest. Views are treated in an example of their own.
"""

# %%
# One index for each dimension, from the left. For pictures the order is sample, channel, row, column. The numbers tell
# where they come from: 1 to 54 in a batch of 2 samples, 3 channels, 3 rows, 3 columns.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]

import torch

from ailiteracy import check

batch = torch.arange(1, 55).reshape(2, 3, 3, 3)
print("sample 0, channel 1, row 2, all columns:", batch[0, 1, 2, :].tolist())
print("channel 1 of every sample:", tuple(batch[:, 1, :, :].shape))
print("the last column, whatever comes before:", tuple(batch[..., -1].shape))

# %%
# A shape must hold as many numbers as there are. 18 numbers do not fill this batch.

try:
    torch.arange(1, 19).reshape(2, 3, 3, 3)
except RuntimeError as error:
    print(error)

# %%
# Truth values choose what is kept, in one dimension. Lists of numbers choose pairs: row 0 with column 2, row 1 with
# column 0. Both make copies.

x = torch.tensor([[0.125, 0.125, 0.75], [0.5, 0.25, 0.25]])
print(x[x < 0.25].tolist())
print(x[torch.tensor([0, 1]), torch.tensor([2, 0])].tolist())
print(torch.where(x < 0.25, 1, 0).tolist())

# %%
# A colon in the place of the first list is another question: these columns for every row.

print(tuple(x[:, torch.tensor([2, 0])].shape))

# %%
# ``cat`` joins along a dimension that exists, ``stack`` along a new one.

a, b = torch.zeros(2, 3), torch.ones(2, 3)
print([tuple(torch.cat([a, b], dim=dim).shape) for dim in (0, 1)])
print([tuple(torch.stack([a, b], dim=dim).shape) for dim in (0, 1, 2)])

# %%
# Three ways to cut twelve numbers
# --------------------------------
# ``split`` takes a length. ``chunk`` takes a number of pieces, rounds the length up, and may return fewer pieces than
# asked for. ``tensor_split`` returns the number asked for, with lengths that differ by one at most.

twelve = torch.arange(12)
for name, pieces in {
    "split(5)": torch.split(twelve, 5),
    "chunk(5)": torch.chunk(twelve, 5),
    "tensor_split(5)": torch.tensor_split(twelve, 5),
}.items():
    print(f"{name:16}", [len(piece) for piece in pieces])

# %%
# Try it
# ------
# How does ``chunk`` cut ten numbers in three? And how do you read the probability of each sample's own class?

print(check.check("tensors-chunk-sizes", [4, 3, 3]))
print(check.check("tensors-true-class", lambda probabilities, labels: probabilities[:, labels]))
