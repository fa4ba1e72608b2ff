"""
Where does the network look?
============================

Two ways to ask which pixels decided: the gradient, and Grad-CAM. You will use both, check them on a picture whose
answer is known, and see why a fine-looking heat map proves little. Methods that cover parts of the picture are skipped.
"""

# %%
# To know whether an answer is right, the truth must be known. So: noise, with a bright square in one corner that
# decides the class.

# sphinx_gallery_tags = ["vision", "advanced", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import numpy as np
import torch

from ailiteracy import vision

rng = np.random.default_rng(0)
corners = [(2, 2), (2, 10), (10, 2), (10, 10)]
labels = rng.integers(4, size=400)
images = rng.integers(0, 120, (400, 16, 16), dtype=np.uint8)
for image, label in zip(images, labels, strict=True):
    row, column = corners[label]
    image[row : row + 4, column : column + 4] += 100
data = vision.load_images((images, labels))
result = vision.train_resnet(data, model="resnet8", epochs=4, device="cpu")
print(f"{result.test_accuracy:.0%} right")

# %%
# The gradient
# ------------
# How much would the logit change if a pixel changed a little?
network, picture, truth = result.model, data.test_images[0], int(data.test_labels[0])
heat = vision.saliency_map(network, picture)
print(heat, "The square begins at", corners[truth])
_ = heat.plot()

# %%
# The warm pixels are in and around the square, but also elsewhere: noise that could become a square counts too.
#
# Grad-CAM
# --------
# Which maps speak for the class, and where are they bright? The last maps have few cells, so the answer is coarse; an
# earlier layer is finer.
for layer in (None, "blocks.0"):
    cam = vision.grad_cam(network, picture, layer=layer)
    print(cam)
_ = cam.plot()

# %%
# Is it right about the place? Over all test pictures, how often is the warmest pixel inside the square?
squares = np.zeros((4, 16, 16), dtype=bool)
for number, (row, column) in enumerate(corners):
    squares[number, row : row + 4, column : column + 4] = True


def hits(method, model, **options):
    found = []
    for image, label in zip(data.test_images[:40], data.test_labels[:40].tolist(), strict=True):
        heat = method(model, image, label, **options).heat
        found.append(squares[label].flat[heat.argmax()])
    return np.mean(found)


print(f"by chance {squares[0].mean():.0%}, saliency {hits(vision.saliency_map, network):.0%}, "
      f"Grad-CAM of the first block {hits(vision.grad_cam, network, layer='blocks.0'):.0%}")  # fmt: skip

# %%
# A network that has learned nothing
# ----------------------------------
# A heat map should tell a trained network from an untrained one. Does it look different?
torch.manual_seed(0)
untrained = vision.ResNet(classes=network.classes, size=(16, 16))
heat = vision.saliency_map(untrained, picture, truth)
print(f"untrained: saliency {hits(vision.saliency_map, untrained):.0%}, "
      f"Grad-CAM {hits(vision.grad_cam, untrained, layer='blocks.0'):.0%}")  # fmt: skip
print(isinstance(heat, vision.HeatMap))
_ = heat.plot()

# %%
# A map drawn by a network of random weights has warm places too. Saliency tells the two networks apart. Grad-CAM of an
# early layer does not: it is warm where the picture is bright, whatever the network has learned, and so it can even
# look *right*. Without a known truth and without this control, a heat map is a story.
#
# Try it
# ------
# Ask for a class that is not in the picture (``target=``). Then train with the square in the same corner for classes 0
# and 1, but brighter for 1: can a heat map show what decides now?
