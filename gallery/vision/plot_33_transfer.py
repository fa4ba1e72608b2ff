"""
What is a head start worth?
===========================

With ten pictures of each class a network cannot learn what an edge is. One that has seen other pictures knows. You will
measure how much that helps, for digits, which look nothing like the photos it knows; see how a careless test can turn
any network into a genius; and teach it two photos. Large networks from the net are skipped.
"""

# %%
# The package brings a small network, trained on photos of ten kinds.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_sample_images

from ailiteracy import vision

backbone = vision.load_backbone()
print(backbone.story["call"], "- accuracy on its own test:", backbone.story["test_accuracy"])

# %%
# A new head
# ----------
# Its last layer names airplanes and frogs. A copy gets a new one, for ten digits; each layer may learn at its own rate.
network = vision.replace_head(backbone, "0123456789")
print([f"{group['lr']:.5f}" for group in vision.layer_rates(network, 0.01)])

# %%
# Three ways, three draws
# -----------------------
# "scratch" forgets all; "head" trains the last layer alone; "layers" trains all, the first layers slowest.
compared = vision.compare_transfer("digits", n_per_class=5, n_seeds=2, epochs=8, device="cpu")
print(compared.table(), isinstance(compared, vision.TransferComparison))
_ = compared.plot()

# %%
# Each dot is another draw of five pictures of each digit. With so few pictures and so few steps, what the photos taught
# helps, even for digits. It is no law: from ten pictures of each and 20 epochs "scratch" reaches 89 %, "head" alone
# 83 %, since photos taught it things that digits do not need, and "layers", which may change them, 92 %.
#
# A test that proves nothing
# --------------------------
# Few pictures tempt people to cut many patches from each. Two photos are cut into blocks, each block into four patches
# that overlap, and a coin is thrown for each *block*. There is nothing to learn: a coin cannot be read off a picture.
photos = load_sample_images().images  # two of 427 by 640 pixels
places = [(row, column) for row in range(0, 384, 64) for column in range(0, 640, 64)]
blocks = [photo[row : row + 64, column : column + 64] for photo in photos for row, column in places]
corners = [(0, 0), (0, 16), (16, 0), (16, 16)]
patches = np.array([block[row : row + 32, column : column + 32] for block in blocks for row, column in corners])
block_of = np.repeat(np.arange(len(blocks)), len(corners))
coins = np.random.default_rng(0).integers(2, size=len(blocks))[block_of]
print(patches.shape)

# %%
# The careless test: each patch gets the coin of the patch whose features are nearest. Patches of its own block are
# among them.
features = torch.from_numpy(vision.project_features(backbone, patches, coins).features)
distances = torch.cdist(features, features).fill_diagonal_(float("inf"))
print(f"careless: {np.mean(coins[distances.argmin(dim=1)] == coins):.1%} of the coins are right")

# %%
# Far better than a coin, and worth nothing. The careful test looks for neighbours in other blocks only.
distances[torch.from_numpy(block_of[:, None] == block_of)] = float("inf")
print(f"careful:  {np.mean(coins[distances.argmin(dim=1)] == coins):.1%}")

# %%
# That is chance, as it must be. Pictures of one photo, one film, one patient must stay on one side of the cut; and even
# a careful cut of two photos says nothing about a third.
#
# A folder of photos
# ------------------
# Which of the two photos is a square from? That can be seen. The left half of each gives the pictures to train on, the
# right part those of the test, and a strip of 64 pixels between them is left out, so that no cup is cut in two.
folder = pathlib.Path(tempfile.mkdtemp()) / "photos"
for name, photo in zip(("temple", "flower"), photos, strict=True):
    for part, columns in (("train", range(0, 320, 32)), ("test", range(384, 608, 32))):
        (folder / part / name).mkdir(parents=True)
        for row, column in ((row, column) for row in range(0, 384, 32) for column in columns):
            square = Image.fromarray(photo[row : row + 32, column : column + 32])
            square.save(folder / part / name / f"{row}_{column}.png")
data = vision.load_images(folder, progress=False)
print(data)

# %%
# The new last layer learns from two, ten and all squares of each.
for n_squares in (2, 10, None):
    result = vision.fine_tune(data, how="head", n_per_class=n_squares, epochs=5, device="cpu", progress=False)
    print(f"{n_squares or 'all':>3} squares of each: {result.test_accuracy:.1%} of {len(data.test_labels)} are right")

# %%
# The last number is as high as it is modest. Both sides of a photo have one light, one lens and one hour: it says that
# these two photos can be told apart, and nothing about other temples and flowers.
#
# What comes back is a network like any other: it is saved, loaded, and asked about pictures of any size.
print(result)
print(vision.predict_images(result, photos[1], top_k=2))

# %%
# Try it
# ------
# More pictures: at which ``n_per_class`` has "scratch" caught up? Make a folder with ten photos of each of two things
# you own, and pass the folder. Take the test photos on another day.
