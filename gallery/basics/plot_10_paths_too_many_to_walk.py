"""
Can you count paths that nobody could ever walk?
================================================

You will count the ways through a country of a million cities a layer and a hundred thousand layers: first by walking
every one of them, then layer by layer, then by squaring. Why the two tricks are also those of fast matrix powers and of
signal processing is skipped.
"""

# %%
# From the entry to every city of the first layer, from there to every city of the second, and so on to the exit. The
# cost of a step depends on the city it leads to alone. How many ways have a total cost that 13 divides? A small country
# can be walked.

# sphinx_gallery_tags = ["basics", "intermediate", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import itertools
import time

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.basics import count_paths, solve_judge_problem

entry, layer, leave = [4, 6], [2, 1], [3, 4]

# %%
# The naive way
# -------------
# Walk every path and add up its costs.


def walk_all(n_layers, modulus=13):
    found = 0
    for path in itertools.product(range(2), repeat=n_layers):
        cost = entry[path[0]] + sum(layer[city] for city in path[1:]) + leave[path[-1]]
        found += cost % modulus == 0
    return found


for n_layers in (3, 8, 16):
    began = time.perf_counter()
    print(f"{n_layers:>2} layers: {walk_all(n_layers):>5} of {2**n_layers:>6} paths")

print(f"The last line took {time.perf_counter() - began:.2f} s, and one layer more takes twice as long.")

# %%
# Only remainders matter
# ----------------------
# Whoever stands in a layer need not know how he came, only what remainder his cost has left so far. So a layer is a
# table of 13 counts. One more step adds remainders and multiplies counts: a *cyclic convolution*.
#
# The exit has a cost of its own for each city of the last layer. It belongs to the same city as the last step, so the
# two are added before they are counted.


def layer_by_layer(n_layers, modulus=13):
    counts = [sum(cost % modulus == r for cost in entry) for r in range(modulus)]
    for number in range(2, n_layers + 1):
        new = [0] * modulus
        for r, n in enumerate(counts):
            for city, cost in enumerate(layer):
                end = leave[city] if number == n_layers else 0
                new[(r + cost + end) % modulus] += n
        counts = new
    return counts[0] % 1_000_000_007


print(walk_all(16), "=", layer_by_layer(16), "=", count_paths(entry, layer, leave, n_layers=16, modulus=13))

# %%
# All layers are alike
# --------------------
# So two layers are one table joined with itself, four are that joined with itself, and a hundred thousand are
# seventeen squarings. That is what ``count_paths`` does.

sizes = [10, 100, 1000, 10_000]
slow, fast = [], []
for n_layers in sizes:
    began = time.perf_counter()
    one = layer_by_layer(n_layers)
    middle = time.perf_counter()
    other = count_paths(entry, layer, leave, n_layers=n_layers, modulus=13)
    slow.append(middle - began)
    fast.append(time.perf_counter() - middle)
    print(f"{n_layers:>6} layers: {one} {'=' if one == other else 'is not'} {other}")

# %%

_, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.loglog(sizes, slow, "o-", label="layer by layer")
axes.loglog(sizes, fast, "s-", label="by squaring")
axes.set(xlabel="Layers", ylabel="Seconds", title="Two ways to count the paths")
_ = axes.legend()

# %%
# Notice the slopes: ten times the layers take ten times as long in one way, and hardly longer in the other.
#
# As the judge asks it
# --------------------
# Text in, text out. This is a country at the limits of the problem, 29741 of the course's judge; most of the time goes
# into reading three million numbers.

costs = np.random.default_rng(0).integers(0, 101, size=(3, 10**6))
text = "\n".join(["1000000 100000 100", *(" ".join(map(str, row)) for row in costs)])
began = time.perf_counter()
answer = solve_judge_problem(29741, text)
print(f"{len(text):,} characters, answer {answer}, {time.perf_counter() - began:.1f} s")

# %%
# A line that does not fit is named:

try:
    solve_judge_problem(29741, "2 3 13\n4 6\n2 x\n3 4")
except ValueError as error:
    print(error)

# %%
# Try it
# ------
# Which remainders can a cost have at all when every cost is even and the modulus is 10? Say first, then count with
# ``entry`` shifted by 0, 1, ... 9. What do the ten answers add up to, and why?

print([count_paths([r, r + 2], [2, 4], [6, 8], n_layers=5, modulus=10) for r in range(10)])
