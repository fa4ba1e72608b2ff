"""
What would Tiny ImageNet take?
==============================

200 classes, 110,000 pictures with labels, 248 MB to download. You will read a small set made in the same layout, see
what streaming costs in time and memory, and compute what a training would. The training itself is skipped: on a laptop
it takes hours.
"""

# %%
# The layout of the original, with 6 classes and pictures drawn at random: one folder for each class of the training
# part, one folder for the whole validation part with a table of its labels.

# sphinx_gallery_tags = ["vision", "advanced", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile
import time

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader

from ailiteracy import vision

rng = np.random.default_rng(0)
home = pathlib.Path(tempfile.mkdtemp())
root, table = home / "tiny-imagenet-200", ""
words = {"n01443537": "goldfish, Carassius auratus", "n01629819": "European fire salamander", "n01641577": "bullfrog",
         "n01644900": "tailed frog", "n01698640": "American alligator", "n01742172": "boa constrictor"}  # fmt: skip

# %%
for number, wnid in enumerate(words):
    (root / "train" / wnid / "images").mkdir(parents=True)
    (root / "val" / "images").mkdir(parents=True, exist_ok=True)
    for i in range(60):
        coarse = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((64, 64), Image.Resampling.BICUBIC)
        name = f"val_{10 * number + i - 50}.JPEG" if i >= 50 else f"{wnid}_{i}.JPEG"
        image.save(root / ("val/images" if i >= 50 else f"train/{wnid}/images") / name)
        table += f"{name}\t{wnid}\t0\t0\t63\t63\n" if i >= 50 else ""
(root / "val" / "val_annotations.txt").write_text(table)
(root / "wnids.txt").write_text("\n".join(words))
_ = (root / "words.txt").write_text("".join(f"{wnid}\t{meaning}\n" for wnid, meaning in words.items()))

# %%
# Missing, and what then
# ----------------------
# Without the files, the error says what to do.
try:
    vision.open_tiny_imagenet(home / "elsewhere")
except FileNotFoundError as error:
    print(str(error).replace(str(home), "...")[:190])

# %%
# The naive way
# -------------
# The usual recipe is a script that moves every picture: out of the ``images`` folders, and the validation pictures into
# class folders. It deletes the boxes, and run twice, it fails. The set can be read as it is:
train = vision.open_tiny_imagenet(home)
val = vision.open_tiny_imagenet(home, part="val")
print(train)
print("first validation picture:", val.files[0].name, "is called", train.classes[val.labels[0]])
_ = train.plot()

# %%
# Notice that all classes are equally large; in the original each has 500.
#
# Streaming
# ---------
# A picture is decoded when it is asked for. Nothing but names and labels stays in memory. The price is decoding every
# epoch anew.
start = time.perf_counter()
n_seen = sum(len(images) for images, _ in DataLoader(train, batch_size=100))
seconds = (time.perf_counter() - start) / len(train)
print(f"{n_seen} pictures decoded; 100,000 take less than half an hour here: {100_000 * seconds < 1800}")

# %%
# ``load_images("tiny_imagenet")`` decodes once, into a file that the tensors look into: 1.4 GB on disk, and memory
# only for what is looked at. ``train_resnet("tiny_imagenet")`` fetches its batches from there and
# copies nothing else.
#
# What a training would take
# --------------------------
# ResNet-50 needs 4.1 billion multiplications for a picture of 224 x 224, and three times that to learn from it. The
# course's machine took 4.5 hours for 25 epochs. How many can this one do in a second, at the very best?
matrix = torch.rand(1024, 1024)
start = time.perf_counter()
for _ in range(5):
    product = matrix @ matrix
here = 5 * 1024**3 / (time.perf_counter() - start)
work = 3 * 4.1e9 * 100_000 * 25
for name, n_bytes in (("decoded, bytes", 3 * 64 * 64), ("enlarged to 224 x 224, floats", 3 * 224 * 224 * 4)):
    print(f"{name:<30} {110_000 * n_bytes / 1e9:>5.1f} GB")
print(f"{'multiplications':<30} {work:.1e}, on the course's machine {work / 4.5 / 3600:.1e} a second")
print("on this machine it takes more than a day:", work / here > 24 * 3600)

# %%
# Two figures to read with care. The course's 80.14 % on this set is the best of 25 validation scores, of a network that
# was trained on ImageNet before. Tiny ImageNet's pictures come from ImageNet: it had seen them already.
#
# Try it
# ------
# Download the archive, unpack it and pass the folder in the place of ``home``. How long is an epoch of decoding on your
# machine, with ``num_workers=2`` in the DataLoader and without?
