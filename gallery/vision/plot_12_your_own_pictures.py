"""
What does it take to use your own pictures?
===========================================

A folder for each class, and care for files that are not what they seem. You will read such a folder by hand, by
torchvision and by the library, and meet a broken file. Taking the photos is up to you: here they are drawn.
"""

# %%
# Circles and squares, drawn at random, twice as many circles. Among them will be a file that is cut off in the middle,
# as after a download that broke, and a note.

# sphinx_gallery_tags = ["vision", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import pathlib
import tempfile
import warnings

import numpy as np
from PIL import Image, ImageDraw
from torchvision.datasets import ImageFolder

from ailiteracy import training, vision

# %%
# Dark backgrounds, bright shapes, any place and size.
rng = np.random.default_rng(0)
root = pathlib.Path(tempfile.mkdtemp()) / "shapes"
for name, n in (("circle", 120), ("square", 60)):
    (root / name).mkdir(parents=True)
    for number in range(n):
        image = Image.new("RGB", (32, 32), tuple(int(v) for v in rng.integers(0, 100, 3)))
        x, y, r = (int(value) for value in rng.integers(10, 22, 3))
        draw = ImageDraw.Draw(image)
        shape = draw.ellipse if name == "circle" else draw.rectangle
        shape((x - r // 2, y - r // 2, x + r // 2, y + r // 2), fill=tuple(int(v) for v in rng.integers(150, 255, 3)))
        image.save(root / name / f"{number}.png")

# %%
# The half file and the note:
data = (root / "circle" / "7.png").read_bytes()
(root / "circle" / "7.png").write_bytes(data[: len(data) // 2])
(root / "notes.txt").write_text("drawn by chance")

# %%
# By hand, the naive way
# ----------------------
# Class names are what lies in the folder, files are what lies below.
names = [path.name for path in root.iterdir()]
print("classes:", sorted(names))

# %%
# The note became a class. And ``iterdir`` gives files in any order: on another machine, the same number may mean
# another class. So take folders only, and sort.
#
# By torchvision
# --------------
theirs = ImageFolder(root)
print("classes:", theirs.classes, " pictures:", len(theirs))
try:
    labels = [label for _, label in theirs]
except OSError as error:
    print("and in the middle of an epoch:", type(error).__name__)

# %%
# Classes and order are right. The broken file is found by the epoch that reaches it.
#
# By the library
# --------------
# The same order, but every file is looked at once before training starts.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    pictures = vision.open_class_folders(root)
print("warning:", str(caught[0].message).replace(str(root.parent), "..."))
print(pictures)
whole = [pathlib.Path(path) for path, _ in theirs.samples if path != str(root / "circle" / "7.png")]
print("same order:", list(pictures.files) == whole)
_ = pictures.plot()

# %%
# Notice that circles are twice as frequent: a network that always says "circle" is right two times in three.
#
# A table instead of folders
# --------------------------
# Sometimes a table says which file is what. Then pass the three columns yourself.
listed = [(root / "square" / "3.png", 1), (root / "circle" / "5.png", 0)]
table = vision.PictureFiles([file for file, _ in listed], [label for _, label in listed], ["circle", "square"])
picture, label = table[0]
print("first of the table:", tuple(picture.shape), table.classes[label])

# %%
# Three cures for unequal classes
# -------------------------------
# Weigh the loss, draw rare classes more often, and split within each class.
print("weights for the loss:", [round(float(weight), 2) for weight in pictures.class_weights()])
sampler = training.balanced_sampler(pictures.labels)
drawn = pictures.labels[list(sampler)]
print("drawn by the sampler:", np.bincount(drawn).tolist())
train, test = training.stratified_split(pictures.labels, (0.75, 0.25))
print("squares in the two parts:", [int(pictures.labels[part].sum()) for part in (train, test)])

# %%
# Training
# --------
# Small folders fit in memory, and one call does the rest.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the broken file, named above
    result = vision.train_resnet(root, epochs=10, device="cpu")
print(result)
_ = result.plot_predictions([0, 1, 2, 3, -4, -3, -2, -1])

# %%
# Notice that size, colour and place do not matter to it any more.
#
# Try it
# ------
# Make folders of your own photos, a dozen for each class, and pass the outer folder in the place of ``root``.
