"""
How do few pictures become many?
================================

A mirrored flower is a flower. Random changes that keep the label give a network a new picture every epoch. You will
see them, the same done one picture at a time and a whole batch at once, and a change that destroys the label.
Training with them is skipped.
"""

# %%
# A photo of a flower, cut to a square and made small.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import time

import sklearn
import torch
from torchvision.transforms import v2

from ailiteracy import vision

folder = pathlib.Path(sklearn.__file__).parent / "datasets" / "images"
flower = vision.read_picture(folder / "flower.jpg", size=(64, 64))

# %%
# What the changes look like
# --------------------------
# Each takes a batch of pictures and a generator of chance.
changes = {
    "random_shift": lambda images, g: vision.random_shift(images, g, pixels=12, padding="reflect"),
    "random_flip": vision.random_flip,
    "random_rotate": lambda images, g: vision.random_rotate(images, g, degrees=30),
    "color_jitter": lambda images, g: vision.color_jitter(images, g, brightness=0.4, saturation=0.6, hue=0.1),
    "cutout": lambda images, g: vision.cutout(images, g, size=24, fill=128),
    "trivial_augment": vision.trivial_augment,
}
_ = vision.augmentation_sheet(flower, changes)

# %%
# Notice the last row: one change out of fourteen each time, some of them strong. All of these are still a flower.
#
# The naive way: any change will do
# ---------------------------------
# Digits are not flowers. A mirrored 3 is no 3, and a 6 turned by half a circle is a 9.
digits = vision.load_images("digits")
six = digits.train_images[int((digits.train_labels == 6).nonzero()[0])]
turns = {
    "rotate by up to 180": lambda images, g: vision.random_rotate(images, g, degrees=180),
    "rotate by up to 10": lambda images, g: vision.random_rotate(images, g, degrees=10),
}
_ = vision.augmentation_sheet(six, turns, seed=4)

# %%
# Notice that some of the first row are a 9 now, and the label still says 6. A change must keep what the label says:
# that depends on the pictures, and only looking shows it.
#
# One by one, and all at once
# ---------------------------
# torchvision's transforms change one picture at a time, the usual way. The library changes batches of bytes. Both
# make the same kind of pictures: a black frame of 4, a crop of 64, a mirror.
one = v2.Compose([v2.RandomCrop(64, padding=4), v2.RandomHorizontalFlip()])
batch = flower.repeat(512, 1, 1, 1)
generator = torch.Generator().manual_seed(0)
start = time.perf_counter()
singly = torch.stack([one(image) for image in batch])
middle = time.perf_counter()
together = vision.random_flip(vision.random_shift(batch, generator, pixels=4, padding="zeros"), generator)
end = time.perf_counter()
print("same shape and type:", singly.shape == together.shape, singly.dtype == together.dtype)
print("the whole batch at once is faster:", end - middle < middle - start)

# %%
# Taking turns
# ------------
# Chance shows about half of all pictures the same side in two epochs running. Alternating flips show both.
first = torch.rand(512, generator=generator) < 0.5  # drawn once for the whole set
even, odd = (vision.alternating_flip(batch, epoch, first=first) for epoch in (0, 1))
chance = [vision.random_flip(batch, generator) for _ in range(2)]
print("same side twice, by chance:", int((chance[0] == chance[1]).flatten(1).all(dim=1).sum()), "of 512")
print("same side twice, in turns: ", int((even == odd).flatten(1).all(dim=1).sum()), "of 512")

# %%
# Mixtures
# --------
# mixup goes further: two pictures in one, and a label that says how much of each.
pair = digits.train_images[:2]
mixed, targets = vision.mixup(pair, digits.train_labels[:2], generator, n_classes=10, alpha=1.0)
print("labels", digits.train_labels[:2].tolist(), "-> shares", targets[0].nonzero()[:, 0].tolist(),
      [round(float(share), 2) for share in targets[0] if share > 0])  # fmt: skip

# %%
# Only the training part is ever changed. Validation and test pictures stay as they are: a score should not depend on
# which way they happened to be turned.
#
# Try it
# ------
# Draw a sheet of ``color_jitter`` with ``hue=0.5``. For which things would a network need to know the true colour?
