"""
A class that is rare is a class that is forgotten
=================================================

Two accidents wait for rare classes: a random split gives a part six of them or only one, and training finds it cheaper
to ignore them. You will see both happen and mend both.
"""

# %%
# Three clouds; the third has 12 of 1,012 points.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from ailiteracy import training

rng = np.random.default_rng(0)
y = np.repeat([0, 1, 2], [700, 300, 12])
centres = np.array([[0, 0], [2, 0], [1, 1.5]])
x = centres[y] + 0.6 * rng.standard_normal((len(y), 2))

# %%
# Splitting at random
# -------------------
# How many of the 12 land in a validation part of 200? Each random split answers differently.
print([int((y[rng.permutation(len(y))[:200]] == 2).sum()) for _ in range(12)])
train, validation = training.stratified_split(y, (0.8, 0.2), rng=0)
print("within each class:", np.bincount(y[train]), np.bincount(y[validation]))
try:
    training.stratified_split(y, (0.9, 0.05, 0.05))
except ValueError as error:
    print(error)

# %%
# Drawing at random
# -----------------
# Most batches hold no point of the rare class at all. The balanced sampler draws all classes equally often.
x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
data = TensorDataset(x[train], y[train])
plain = DataLoader(data, batch_size=40, shuffle=True, generator=torch.Generator().manual_seed(0))
balanced = DataLoader(data, batch_size=40, sampler=training.balanced_sampler(y[train]))
for name, loader in (("plain", plain), ("balanced", balanced)):
    counts = np.bincount(np.concatenate([targets for _, targets in loader]), minlength=3)
    print(f"{name:9} drawn in an epoch: {counts}")

# %%
# What the network makes of it
# ----------------------------
recalls = {}
for name, loader in (("plain", plain), ("balanced", balanced)):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3))
    training.fit(model, loader, optimizer=torch.optim.Adam(model.parameters(), lr=0.01), epochs=10, device="cpu")
    seen = training.evaluate(model, training.Batches(x[validation], y[validation]), device="cpu")
    recalls[name] = training.precision_recall_f1(seen.labels, seen.predictions, n_classes=3, average="none").recall
    print(f"{name:9} accuracy {seen.accuracy:.3f}, found of each class {recalls[name].round(2)}")

figure, ax = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
for number, (name, values) in enumerate(recalls.items()):
    ax.bar(np.arange(3) + 0.4 * number - 0.2, values, width=0.38, label=name)
ax.set_xticks(range(3), ["700 points", "300 points", "12 points"])
ax.set(ylabel="part that is found (recall)", title="Large classes and a rare one")
_ = ax.legend()

# %%
# The balanced network finds more of the rare class and pays with some accuracy on the common ones. With two rare points
# in the validation part the right bar can only be 0, a half or 1: too few to be sure of anything.
#
# Try it
# ------
# Weight the loss instead of the drawing: ``loss=torch.nn.CrossEntropyLoss(weight=...)``. Where does it end up?
