"""
Read once, change every time
============================

Reading pictures from disk can take longer than learning from them. A cache keeps them in memory, and is easily put in
the wrong place: behind the random changes, so that the first change is shown for ever. You will see that, and a cache
put right.
"""

# %%
# A data set that takes a while for each sample, and a random change.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import time

import matplotlib.pyplot as plt
import torch

from ailiteracy import training

generator = torch.Generator().manual_seed(0)


class Slow:
    def __len__(self):
        return 200

    def __getitem__(self, number):
        time.sleep(0.002)  # stands for reading and decoding a file
        return torch.linspace(0, number, 64)


def noise(sample):
    return sample + torch.randn(64, generator=generator)


# %%
# Behind the change
# -----------------
# Whoever keeps what comes out of the random change sees the same "random" sample in every epoch.
kept = {}


def naive(number):
    if number not in kept:
        kept[number] = noise(Slow()[number])
    return kept[number]


print("two epochs, the same sample:", torch.equal(naive(3), naive(3)))

# %%
# Before the change
# -----------------
data = training.CachedDataset(Slow(), noise)
print("two epochs, the same sample:", torch.equal(data[3], data[3]))
seconds = []
for _ in range(3):
    start = time.perf_counter()
    for number in range(len(data)):
        data[number]
    seconds.append(time.perf_counter() - start)
print(data)
print("the first epoch took longer than both others:", seconds[0] > seconds[1] + seconds[2])
figure, ax = plt.subplots(figsize=(4.5, 3), layout="constrained")
ax.bar([1, 2, 3], seconds)
ax.set_xticks([1, 2, 3])
_ = ax.set(xlabel="epoch", ylabel="seconds", title="Read once, kept in memory")

# %%
# The first epoch pays for reading; the others only for the change.
#
# When memory is short
# --------------------
# A full cache keeps what it has. It would seem wiser to throw out the oldest, but an epoch asks for every sample once:
# what was thrown out is just what comes next, and such a cache finds nothing at all.
half = training.CachedDataset(Slow(), max_bytes=100 * 64 * 4)
for _ in range(2):
    for number in range(len(half)):
        half[number]
print(half)

# %%
# Worker processes
# ----------------
# Each worker of a DataLoader has its own copy of the cache, and each epoch starts new workers. What was read before
# they start is theirs too; the memory limit is divided among them.
print(training.CachedDataset(Slow()).fill())

# %%
# Try it
# ------
# Write a change that works in place: ``sample += 1``. Does the cache suffer? Take the copy out of your own naive one
# and look again.
