"""
What must change when the picture changes?
==========================================

Everything that says where. A detector learns from boxes, a segmentation from a class for every pixel. Mirror the
picture alone, and both are wrong. You will see it go wrong, then right. Training such networks is skipped.
"""

# %%
# A drawn scene: a white cup on a table. The box is (left, top, right, bottom); the mask says 1 where the table is and
# 2 where the cup is.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt
import torch

from ailiteracy import vision

image = torch.full((3, 60, 80), 0.75)
mask = torch.zeros(60, 80, dtype=torch.long)
image[:, 40:], mask[40:] = torch.tensor([0.5, 0.35, 0.2])[:, None, None], 1
image[:, 24:44, 12:30], mask[24:44, 12:30] = 1.0, 2
boxes = torch.tensor([[12, 24, 30, 44]])


def draw(ax, picture, boxes, title):
    """Show a picture with its boxes."""
    ax.imshow(picture.permute(1, 2, 0).numpy())
    for left, top, right, bottom in boxes.tolist():
        ax.add_patch(plt.Rectangle((left, top), right - left, bottom - top, fill=False, color="#D55E00", linewidth=2))
    ax.set_title(title)
    ax.set_axis_off()


# %%
# Boxes, the naive way
# --------------------
figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
draw(axes[0], image, boxes, "as it is")
draw(axes[1], image.flip(-1), boxes, "only the picture mirrored")
draw(axes[2], image.flip(-1), vision.flip_boxes(boxes, image.shape[-1]), "the box too")

# %%
# Notice the box in the middle: it frames nothing. New left is width minus old *right*. Two flips are none:
twice = vision.flip_boxes(vision.flip_boxes(boxes, 80), 80)
print("two flips:", twice.tolist(), "as it was:", torch.equal(twice, boxes))

# %%
# Masks
# -----
# The same angle and the same flip for picture and mask: they are drawn once. Setting the global seed twice would do
# that too, and would disturb every other user of chance in the program.
generator = torch.Generator().manual_seed(3)
figure, axes = plt.subplots(2, 4, figsize=(9, 3.9), layout="constrained")
figure.suptitle("Pictures and masks, turned and mirrored alike")
for column in range(4):
    turned, labels = vision.augment_mask(image, mask, generator, degrees=20)
    axes[0, column].imshow(turned.permute(1, 2, 0).numpy())
    axes[1, column].imshow(labels.numpy(), vmin=0, vmax=3, cmap="viridis")
_ = [ax.set_axis_off() for ax in axes.flat]

# %%
# Notice the yellow corners of the masks: pixels that were not in the picture have the number 255, and the loss leaves
# them out (``ignore_index=255``).
#
# Why the mask is not mixed
# -------------------------
# A turned pixel lies between four old ones. For the picture their mean is right. For class numbers it is nonsense: the
# mean of 0 (wall) and 2 (cup) is 1, a table.
print("classes in the turned mask:", sorted(labels.unique().tolist()))
soft = vision.random_rotate(mask[None, None].float(), generator, degrees=20)
print("classes, if mixed:", len(soft.unique()), "different numbers")

# %%
# Detection in one call
# ---------------------
# Flip, brightness and contrast; the boxes come along.
figure, axes = plt.subplots(1, 4, figsize=(9, 2.3), layout="constrained")
figure.suptitle("Mirrored, brighter, darker: the box fits")
for ax in axes:
    draw(ax, *vision.augment_boxes(image, boxes, generator, brightness=0.4), "")

# %%
# Notice that the light differs and every box fits.
#
# Try it
# ------
# Turn the picture by 20 degrees and find the box that holds the turned cup: turn the four corners, take the smallest
# and largest x and y. Why is the new box larger than the cup?
