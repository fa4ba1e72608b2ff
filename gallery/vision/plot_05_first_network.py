"""
From a weighted sum to a small network of windows
=================================================

Three networks read the same digits: one that adds up pixels, one with a bend in the middle, one with windows that
slide. You will see what each step buys, and what it costs. Recipes that squeeze out the last percent are skipped.
"""

# %%
# A digit is 64 numbers. The simplest network multiplies each pixel with a weight for each class, and adds up.

# sphinx_gallery_tags = ["vision", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from torch import nn

from ailiteracy import training, vision

data = vision.load_images("digits")
x, x_test = data.train_images.float() / 255, data.test_images.float() / 255
torch.manual_seed(0)
softmax_regression = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
optimizer = torch.optim.SGD(softmax_regression.parameters(), lr=0.1)
batches = training.Batches(x, data.train_labels, batch_size=32, shuffle=True)
test = training.Batches(x_test, data.test_labels)
result = training.fit(softmax_regression, batches, test=test, optimizer=optimizer, epochs=10, device="cpu")
print(f"{result.test_accuracy:.1%} of the test digits")

# %%
# Its weights can be looked at: where ink speaks for a class (red) and against it (blue).
weights = softmax_regression[1].weight.detach().reshape(10, 8, 8).numpy()
figure, panels = plt.subplots(1, 10, figsize=(9, 1.3), layout="constrained")
for digit, ax in enumerate(panels):
    ax.imshow(weights[digit], cmap="RdBu_r", vmin=-1, vmax=1)
    ax.set(title=str(digit), xticks=[], yticks=[])

# %%
# The 0 has a blue hole. One picture for each class is all this network has: a 7 with a bar and one without must share.
#
# Two layers are not two steps, unless there is a bend
# ----------------------------------------------------
# A second linear layer adds nothing: a weighted sum of weighted sums is a weighted sum. A ReLU between them does.
# Windows that slide share their few weights over the whole picture.
compared = vision.compare_models(data, models=("linear", "relu", "tinyvgg"), n_seeds=2, epochs=5, device="cpu")
print(compared.table())
_ = compared.plot()

# %%
# Each dot is another seed. The bend does not help here, with ten hidden units and so few steps; and the windows seem
# useless. Seem: deeper networks are slow to get going. Judged after five passes, they lose; after fifteen:
longer = vision.compare_models(data, models=("tinyvgg",), n_seeds=2, epochs=15, device="cpu")
print(longer)

# %%
# What the windows save
# ---------------------
# A layer that joins every pixel with every unit has a weight for each pair; a convolution has one for each place in the
# window, whatever the size of the picture.
for side in (8, 28, 224):
    joined = nn.Linear(side * side, 10)
    windows = nn.Conv2d(1, 10, 3)
    counts = [sum(weight.numel() for weight in layer.parameters()) for layer in (joined, windows)]
    print(f"{side:3} x {side:<3} pixels: all joined {counts[0]:7,} weights, windows {counts[1]}")

# %%
# Try it
# ------
# Move every test digit one pixel to the right (``torch.roll(x_test, 1, dims=3)``) and ask ``softmax_regression`` again.
# How many does it still read, and why would windows read more?
