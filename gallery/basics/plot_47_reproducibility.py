"""
The same chance twice
=====================

You will repeat random numbers with a seed, see how one more draw shifts all that follow, and use a generator that
nobody else can disturb. Equal numbers on other kinds of computers are not promised by anyone.
"""

# %%
# A seed sets the start of a sequence; every draw moves on. So the seed repeats what comes directly after it, and no
# second call.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]

import random

import numpy as np
import torch

from ailiteracy import check

torch.manual_seed(42)
first, second = torch.rand(3), torch.rand(3)
torch.manual_seed(42)
print(torch.equal(first, torch.rand(3)), torch.equal(first, second))

# %%
# The naive way: one global seed at the top of a program. Then somebody adds a line that draws as well, and every
# number after it is another one: first weights, order of batches, dropout.

torch.manual_seed(0)
weights = torch.nn.Linear(2, 1).weight
torch.manual_seed(0)
_ = torch.rand(1)  # the new line
print("same weights:", torch.equal(weights, torch.nn.Linear(2, 1).weight))

# %%
# For the same reason a seed after the network is made comes too late: the first weights are drawn already.

networks = []
for _ in range(2):
    networks.append(torch.nn.Linear(2, 1))
    torch.manual_seed(42)
print("seed after: ", torch.equal(networks[0].weight, networks[1].weight))

# %%
# A generator of your own
# -----------------------
# It has a state of its own. Whatever others draw, its sequence stays; and it leaves theirs alone.

mine = torch.Generator().manual_seed(1)
a = torch.rand(2, generator=mine)
torch.rand(1000)
b = torch.rand(2, generator=mine)
again = torch.Generator().manual_seed(1)
print(torch.equal(torch.cat([a, b]), torch.cat([torch.rand(2, generator=again), torch.rand(2, generator=again)])))

# %%
# Torch, NumPy and Python draw from three different sources: a seed for one says nothing to the others.

torch.manual_seed(0)
numbers = (random.random(), np.random.default_rng().random(), torch.rand(1).item())
torch.manual_seed(0)
repeated = (random.random(), np.random.default_rng().random(), torch.rand(1).item())
print({name: one == two for name, one, two in zip(("python", "numpy", "torch"), numbers, repeated, strict=True)})

# %%
# Sums on several processor cores may be added in another order, and devices and versions differ. On one computer,
# ``torch.use_deterministic_algorithms(True)`` refuses operations that do not repeat; the order of adding matters:

big = torch.tensor([1e8, 1.0, -1e8], dtype=torch.float32)
print(((big[0] + big[1]) + big[2]).item(), ((big[0] + big[2]) + big[1]).item())

# %%
# Try it
# ------
# Write a function with a seed that other code does not notice. The try below sets the global one.


def cube(seed):
    torch.manual_seed(seed)
    return torch.rand(3, 4, 5)


print(check.check("tensors-cube", cube))
