"""
Which operations share memory?
==============================

You will write one number into a tensor and watch it appear in others. Some operations give a new look at the same
memory (a view), some make a copy, and one decides from case to case. Speed is skipped.
"""

# %%
# A small test tells views from copies: do both look at the same storage?

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]

import torch

from ailiteracy import check


def same_memory(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()


x = torch.arange(6.0).reshape(2, 3)
results = {
    "x.view(3, 2)": x.view(3, 2), "x.reshape(3, 2)": x.reshape(3, 2), "x.T": x.T, "x.T.reshape(6)": x.T.reshape(6),
    "x.flatten()": x.flatten(), "x.unsqueeze(0)": x.unsqueeze(0), "x[0]": x[0], "x[x > 2]": x[x > 2],
    "x[[0, 1]]": x[[0, 1]], "x.clone()": x.clone(), "x.detach()": x.detach(), "x.to(float64)": x.double(),
}  # fmt: skip
for text, result in results.items():
    print(f"{text:16} {'a view of x' if same_memory(x, result) else 'a copy'}")

# %%
# Notice ``reshape``: for x it returned a view, for the transposed x a copy. It copies only where the numbers cannot be
# read in the new order by steps of equal length.
#
# ``unsqueeze`` returns a new tensor object, but with the old memory: writing into it changes x.

x.unsqueeze(0)[0, 0, 0] = 100
print(x[0].tolist())

# %%
# ``view`` never copies. Where a copy would be needed, it raises an error. Memory in one piece is not required, only
# steps that fit.

try:
    x.T.view(-1)
except RuntimeError as error:
    print(str(error).splitlines()[0])
print(x[:, :2].is_contiguous(), x[:, :2].view(2, 2, 1).shape)

# %%
# ``expand`` repeats a row without any memory for the repetitions: the step along that dimension is 0. One write shows
# in all rows. ``repeat`` makes real copies.

row = torch.ones(1, 3)
expanded, repeated = row.expand(4, 3), row.repeat(4, 1)
row[0, 0] = 100
print(expanded[:, 0].tolist(), repeated[:, 0].tolist(), expanded.stride())
try:
    expanded.add_(1)
except RuntimeError as error:
    print(str(error).splitlines()[0][:70])

# %%
# Two more traps: ``squeeze()`` without a dimension also drops a batch of one, and a storage counts in bytes.

batch = torch.zeros(1, 1, 5)  # one sample, one channel
print(tuple(batch.squeeze().shape), tuple(batch.squeeze(1).shape))
print(torch.rand(2, 3, 4).untyped_storage().nbytes(), "bytes for 24 numbers of 4 bytes")

# %%
# Try it
# ------
# Put zeros in the first row and leave the caller's tensor alone. The try below forgets that its input is shared.


def blank_first_row(X):
    X[0] = 0
    return X


print(check.check("tensors-blank-first-row", blank_first_row))
