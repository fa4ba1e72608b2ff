"""
What does a layer look for?
===========================

A network for photos starts with 32 small windows that it found by itself. You will look at them, at what they make of
a photo, and at maps deep inside, and see how a careless figure invents black maps. Training is skipped: the network
comes with the package.
"""

# %%
# The network was trained on 50,000 small photos of ten kinds of things.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import numpy as np
from sklearn.datasets import load_sample_images

from ailiteracy import vision

backbone = vision.load_backbone()
print(backbone.classes)
print("right on photos it has never seen:", backbone.story["test_accuracy"])
photo = load_sample_images().images[0][100:356, 100:356]  # a temple, 256 by 256 pixels
small = photo.reshape(32, 8, 32, 8, 3).mean(axis=(1, 3)).round().astype(np.uint8)  # 32 by 32

# %%
# The first layer
# ---------------
seen = vision.layer_maps(backbone, small)
print(seen, isinstance(seen, vision.FeatureMaps))
_ = seen.plot_kernels(n_kernels=32)

# %%
# Averaged over the three colours, many of the windows are edges in some direction; others respond to one colour.
_ = seen.plot(n_maps=26)

# %%
# First the photo, then the maps. Some outline the roof, some the sky, some look for what is not there.
#
# A figure that lies
# ------------------
# Maps have values far outside 0 to 1. A program that cuts them off there shows black where the value is only negative,
# and readers conclude that a filter "sees nothing". How much would be cut?
outside = ((seen.maps < 0) | (seen.maps > 1)).mean(axis=(1, 2))
print(f"values cut off: {outside.mean():.0%} on average; in the worst map {outside.max():.0%}")
dark = int((seen.maps.max(axis=(1, 2)) <= 0).sum())
print("maps that would be all black:", dark, "- maps that really are the same everywhere:",
      int((np.ptp(seen.maps, axis=(1, 2)) < 1e-6).sum()))  # fmt: skip

# %%
# Deeper
# ------
# Most blocks halve the maps; what is left is coarse, and means something only to the layers above.
for layer in ("blocks.0", "blocks.1", "blocks.2"):
    print(vision.layer_maps(backbone, small, layer))
_ = vision.layer_maps(backbone, small, "blocks.1").plot(n_maps=26)

# %%
# After a ReLU nothing is below zero. Many maps are bright in a few places only.
#
# How much does one of these numbers know? The two convolutions of the first block, after the stem:
first = [backbone.stem[0], backbone.blocks[0].conv1, backbone.blocks[0].conv2]
print("pixels that one number of 'blocks.0' depends on:", vision.receptive_field(first)[-1].field)

# %%
# Try it
# ------
# Turn the photo by ``np.rot90``: which maps change places? Build a ``vision.ResNet(channels=3, size=(32, 32))`` that
# has learned nothing and look at its kernels and maps: what do they show all the same?
