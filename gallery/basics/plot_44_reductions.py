"""
The dimension that you name is the one that goes
================================================

You will add up, average and search tables along chosen dimensions, and see what a mean asks for, why two libraries
disagree about a standard deviation, and what happens with a single sample. Indexing is skipped.
"""

# %%
# ``dim`` names the dimension that disappears. The names in the table below are what most mistakes are about.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]

import numpy as np
import torch

from ailiteracy import check

x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
print("all:", x.sum().item())
print("dim=0 goes, a sum for each column:", x.sum(dim=0).tolist())
print("dim=1 goes, a sum for each row:", x.sum(dim=1).tolist())
print("dim=1 kept with size 1:", tuple(x.sum(dim=1, keepdim=True).shape))

# %%
# ``keepdim=True`` is what broadcasting needs: shares of each row add up to 1.

print((x / x.sum(dim=1, keepdim=True)).sum(dim=1).tolist())

# %%
# With a dimension, ``max`` gives two answers: the largest values and where they stand. Without, one number.

values, rows = x.max(dim=0)
print(values.tolist(), rows.tolist(), x.max().item(), x.argmax().item())

# %%
# A mean needs decimals. Any floating type will do, float32 is not required; whole numbers are refused.

try:
    torch.arange(0, 100, 10).mean()
except RuntimeError as error:
    print(str(error)[:60])
for dtype in (torch.float16, torch.float64):
    print(dtype, torch.arange(0, 100, 10, dtype=dtype).mean().item())

# %%
# Two standard deviations
# -----------------------
# Torch divides by n - 1 unless told otherwise, NumPy by n. Name the one that you mean.

sample = [2.0, 4.0, 6.0]
print(torch.tensor(sample).std().item(), np.std(sample))
print(torch.tensor(sample).std(correction=0).item(), np.std(sample, ddof=1))

# %%
# With one single number, n - 1 is 0: the deviation is NaN, not 0. A guard that asks for ``std == 0`` lets it pass,
# since NaN is equal to nothing; it is not greater than anything either.

single = torch.tensor([[3.0]])
std = (single - single.mean(dim=0)).pow(2).sum(dim=0).div(torch.tensor(len(single) - 1)).sqrt()
print(std.tolist(), (std == 0).tolist(), (std > 0).tolist())

# %%
# Try it
# ------
# Average each face of a cube, then put the features of a table on one scale. Two first tries, two hints.

print(check.check("tensors-face-means", lambda cube: cube.mean(dim=0)))
print(check.check("tensors-standardize", lambda X: (X - X.mean(dim=0)) / X.std(dim=0)))
