"""
Looking into a network while it runs
====================================

A print in every layer's code is one way to see what happens inside; hooks are another, without touching the code. You
will see hooks that were forgotten slow down and swell a model, then watch layers in a ``with`` block that cleans up
after itself.
"""

# %%
# The naive way: register a hook that stores what a layer says, and forget it.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn

from ailiteracy import training

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 10))
stored = []
handle = model[0].register_forward_hook(lambda layer, inputs, output: stored.append(output))
for _ in range(50):
    model(torch.zeros(10, 1, 8, 8))
print(f"{len(stored)} outputs kept, {sum(kept.numel() for kept in stored) * 4:,} bytes, each with its whole graph")
handle.remove()  # easily forgotten, and skipped when an error comes before it

# %%
# In a block
# ----------
# Inside the block every layer is watched, gradients too; afterwards the model is as before, also when the block ends in
# an error.
digits = load_digits()
x, y = torch.tensor(digits.images[:, None] / 16, dtype=torch.float32), torch.tensor(digits.target)
with training.watch_layers(model) as seen:
    nn.functional.cross_entropy(model(x[:64]), y[:64]).backward()
print(seen)
print("hooks left:", sum(len(layer._forward_hooks) for layer in model), isinstance(seen, training.LayerWatch))

# %%
# Feature maps, before and after learning
# ---------------------------------------
# What the eight filters of the first layer make of one digit.
before = seen.outputs["0"][0]
training.fit(model, training.Batches(x[:1400], y[:1400], shuffle=True), epochs=5, device="cpu")
with torch.no_grad(), training.watch_layers(model, ["0"]) as seen:
    model(x[:1])

figure, axes = plt.subplots(2, 9, figsize=(9, 2.7), layout="constrained")
figure.suptitle("A digit, and what eight filters make of it")
for row, (name, maps) in enumerate((("before", before), ("after", seen.outputs["0"][0]))):
    for ax, picture in zip(axes[row], [x[0, 0], *maps], strict=True):
        ax.imshow(picture.numpy(), cmap="gray")
        ax.set(xticks=[], yticks=[])
    axes[row, 0].set_ylabel(name)

# %%
# Left the digit, then eight maps, each stretched from its darkest to its brightest value. Filters are edge detectors of
# a sort from the start; training sharpens those that help.
#
# Try it
# ------
# Watch ``"1"``, the ReLU, instead. Which maps are black now, and what does that say about the filter's values before
# it?
