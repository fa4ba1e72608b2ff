"""
What makes a network learn photos in minutes?
=============================================

CIFAR-10 is 60,000 photos of ten kinds of things, 32 by 32 pixels each. Nine ideas turn a plain training into a fast
one. You will see what each of them brought, measured, and try three of them on a photo. How to choose the many small
numbers in a recipe is skipped.
"""

# %%
# The trainings behind the first figure take longer than a page may take, so their results come with the package.
# ``benchmarks/vision_ablation.py`` measures them again: short trainings on a small part of the photos, with several
# seeds each. Every step keeps the ideas of the steps before it.

# sphinx_gallery_tags = ["vision", "advanced", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import importlib.resources
import json

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_sample_image

from ailiteracy import vision

story = json.loads(importlib.resources.files(vision).joinpath("_cifar_story.json").read_text())
print(story["settings"])
right = {name: [100 * value for value in seeds.values()] for name, seeds in story["accuracies"].items()}
for name, values in right.items():
    print(f"{name:20s} {np.mean(values):.1f} %, {min(values):.1f} to {max(values):.1f} (n = {len(values)} seeds)")

# %%
# A step that is smaller than the distance between seeds has shown nothing: trainings as short as these cannot tell.
figure, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
names = list(right)
ax.barh(names, [np.mean(values) for values in right.values()], color="#9ecae1")
for row, values in enumerate(right.values()):
    ax.plot(values, [row] * len(values), "o", color="#0072B2", markersize=4)
ax.invert_yaxis()
_ = ax.set(title="One idea after the other", xlabel="test photos named rightly, %")

# %%
# Each dot is one seed. Notice which steps are larger than the distance between the dots.
#
# A first layer that is computed
# ------------------------------
# Neighbouring pixels of a photo are nearly equal. Whatever a layer computes from them, most of it is brightness.
photo = torch.from_numpy(load_sample_image("china.jpg").copy()).permute(2, 0, 1) / 255  # (3, 427, 640)
tiles = photo[:, :416].reshape(3, 13, 32, 20, 32).permute(1, 3, 0, 2, 4).reshape(-1, 3, 32, 32)
tiles = (tiles - tiles.mean()) / tiles.std()
left, one_further = tiles[..., :-1].flatten(), tiles[..., 1:].flatten()
print(f"correlation of neighbours: {torch.corrcoef(torch.stack([left, one_further]))[0, 1]:.3f}")

# %%
# Whitening filters look at patches of 2 by 2 pixels and put out numbers that are not correlated at all.
filters = vision.whitening_filters(tiles)  # (24, 3, 2, 2): 12 directions and their negatives
seen = torch.nn.functional.conv2d(tiles, filters[:12]).transpose(0, 1).flatten(1)
print(torch.cov(seen)[:3, :3].numpy().round(3) + 0.0)
figure, panels = plt.subplots(1, 12, figsize=(9, 1.4), layout="constrained")
figure.suptitle("Twelve whitening filters")
for ax, each in zip(panels, filters, strict=False):
    ax.imshow((each / each.abs().max() / 2 + 0.5).permute(1, 2, 0).numpy())
    ax.set_axis_off()

# %%
# The first filter is brightness, the second red against blue, the next two are edges; the last ones are edges of one
# colour against another, which differ least in photos. No step of training was needed for that.
#
# Every direction counts
# ----------------------
# The gradient of a layer has a few strong directions, and plain descent follows these. Muon lifts the weak ones.
torch.manual_seed(0)
network = vision.SpeedNet("speednet_small", channels=3, size=(32, 32))
layer = network.blocks[1].conv1.weight
torch.nn.functional.cross_entropy(network(tiles), torch.arange(len(tiles)) % 10).backward()
plain = torch.linalg.svdvals(layer.grad.flatten(1))
before = layer.detach() * len(layer) ** 0.5 / layer.detach().norm()
vision.Muon([{"params": [layer], "lr": 1.0, "filters": True}]).step()
step = torch.linalg.svdvals((before - layer.detach()).flatten(1))
print(f"weakest of the 128 directions: {plain[-1] / plain[0]:.4f} of the strongest; by Muon {step[-1] / step[0]:.2f}")

# %%
# Taking turns
# ------------
# A mirrored frog is a frog. Mirrored by chance, half of the photos show the same side twice running; in turns, none.
sides = np.random.default_rng(0).random((2, 50_000)) < 0.5
print(f"by chance the same side in two epochs: {np.mean(sides[0] == sides[1]):.1%}")

# %%
# Try it
# ------
# With CIFAR-10 at hand, ``vision.train_resnet("cifar10")`` trains this network on all photos with all nine ideas;
# ``model="speednet"`` is twice as wide, ``"speednet_large"`` three times. ``precision="bfloat16"`` halves the time
# where the processor computes with 16 bits, and ``validation_fraction=0`` learns from the photos that are otherwise
# held out to choose the best epoch. The results page says how far they come. Which idea would you leave out for
# pictures of letters?
