"""
What is a picture to a computer?
================================

A table of whole numbers, one for each colour of each dot. You will see how they lie, what goes wrong when a photo is
made brighter without thinking about their type, and the order a network wants them in. How a file packs
them is skipped.
"""

# %%
# scikit-learn brings a photo along.

# sphinx_gallery_tags = ["vision", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import pathlib

import matplotlib.pyplot as plt
import sklearn
import torch

from ailiteracy import vision

folder = pathlib.Path(sklearn.__file__).parent / "datasets" / "images"
photo = vision.read_picture(folder / "flower.jpg")
print(photo.shape, photo.dtype)
print("top left dot, red green blue:", photo[:, 0, 0].tolist())
print(f"{photo.numel():,} numbers, the file has {(folder / 'flower.jpg').stat().st_size:,} bytes")

# %%
# Three channels of 427 rows and 640 columns; each number is a byte, from 0 (dark) to 255 (bright). The file is smaller
# because JPEG leaves out what the eye hardly sees.
#
# Three grey pictures make a colour one
# -------------------------------------
figure, axes = plt.subplots(1, 4, figsize=(9, 2), layout="constrained")
for ax, channel, name in zip(axes, photo, ("red", "green", "blue"), strict=False):
    ax.imshow(channel.numpy(), cmap="gray", vmin=0, vmax=255)
    ax.set_title(name)
axes[3].imshow(photo.permute(1, 2, 0).numpy())  # matplotlib wants (height, width, channels)
axes[3].set_title("together")
_ = [ax.set_axis_off() for ax in axes]

# %%
# Notice the petals: bright in red, dark in blue.
#
# Brighter, the naive way
# -----------------------
# Add 100 to every number. A byte that passes 255 starts again at 0, like the counter of a car.
naive = photo + 100
print("200 + 100 as a byte:", (torch.tensor([200], dtype=torch.uint8) + 100).item())
better = (photo.float() / 255 + 100 / 255).clamp(0, 1)  # as floats from 0 to 1, held below 1

figure, axes = plt.subplots(1, 2, figsize=(8, 2.9), layout="constrained")
for ax, image, title in ((axes[0], naive, "bytes: the brightest dots turn dark"), (axes[1], better, "floats")):
    ax.imshow(image.permute(1, 2, 0).numpy())
    ax.set_title(title)
    ax.set_axis_off()

# %%
# Notice the petals on the left: what was brightest is dark now, in wrong colours. Keep bytes for storing, they take a
# quarter of the room of floats; compute in floats.
#
# Four axes
# ---------
# Networks take pictures in batches: (n, channels, height, width), "NCHW". Files and matplotlib have the channels last.
# Turning one into the other is a permutation of the axes; a ``reshape`` has the same shape in the end and a ruined
# picture in it.
batch = photo[None]
last = batch.permute(0, 2, 3, 1)  # (1, height, width, 3)
wrong = last.reshape(batch.shape)
print("batch:", tuple(batch.shape), " channels last:", tuple(last.shape))
print("back by permute: equal", torch.equal(last.permute(0, 3, 1, 2), batch))
print("back by reshape: equal", torch.equal(wrong, batch))

# %%
# How much room pictures take
# ---------------------------
# 50,000 pictures of 32 by 32 dots, as bytes and as floats, and one second of a film.
for name, n, side, n_bytes in (("CIFAR-10, bytes", 50_000, 32, 1), ("CIFAR-10, floats", 50_000, 32, 4)):
    print(f"{name:<18} {n * 3 * side * side * n_bytes / 1e6:>6.0f} MB")
print(f"{'film, 24 x 1080p':<18} {24 * 3 * 1080 * 1920 / 1e6:>6.0f} MB a second")

# %%
# Try it
# ------
# Swap the red and the blue channel with ``photo.flip(0)``. What colour are the petals now? Some libraries store blue
# first: this is how their photos look when nobody notices.
