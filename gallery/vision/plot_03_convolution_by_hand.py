"""
What does a convolution see?
============================

A window of nine numbers slides over a picture and answers one question at every place. You will compute it by hand,
see that a famous "line detector" is blind to lines, and check the result against torch. How the nine numbers are
learned is skipped.
"""

# %%
# A picture with three things in it: a step from dark to bright, a thin line, and a slow change.

# sphinx_gallery_tags = ["vision", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt
import numpy as np
import torch

from ailiteracy.vision import convolve, load_images, max_pool

picture = np.zeros((9, 21))
picture[:, 4:8] = 1  # a bar: a step up, four pixels later a step down
picture[:, 11] = 1  # a line, one pixel wide
picture[:, 14:] = np.linspace(0, 1, 7)  # a slow change
figure, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.imshow(picture, cmap="gray")
_ = ax.set_title("A bar, a line, a slow change")

# %%
# One window, by hand
# -------------------
# The window lies on rows 0 to 2 and columns 3 to 5, where the bar begins. Multiply, add up: one number.
kernel = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
window = picture[0:3, 3:6]
print(window)
print("sum of the products:", (window * kernel).sum())

# %%
# The right column counts plus, the left one minus. Equal columns give 0.
#
# The whole picture
# -----------------
# Is this the "vertical line detector" it is often called?
answers = convolve(picture, kernel)
print("first row:", answers[0].round(1))
figure, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
shades = ax.imshow(answers, cmap="RdBu_r", vmin=-3, vmax=3)
figure.colorbar(shades)
_ = ax.set_title("Red: brighter to the right. Blue: darker")

# %%
# Look at the line: red on its left, blue on its right, and white, nothing at all, on the line itself. The kernel finds
# edges. A kernel that finds a line compares it with both sides:
line_kernel = np.array([[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]])
best = convolve(picture, line_kernel)[0]
print("on the line:", best[10], "- at the edges of the bar:", best[2:8])

# %%
# Moved, not changed
# ------------------
# If the picture moves, the map moves with it: this is called equivariance. Invariance, the same answer wherever a thing
# is, comes only from pooling, and only roughly: the largest of a few neighbours.
moved = np.roll(picture, 1, axis=1)
print("map moved too:", np.allclose(convolve(moved, kernel)[:, 1:], answers[:, :-1]))
for each in (picture, moved):
    print("after pooling by 3:", max_pool(convolve(each, kernel), 3)[0].round(1))

# %%
# Pooling kept some numbers and changed others.
#
# The same as torch, on a real digit
# ----------------------------------
digit = load_images("digits").test_images[3, 0].numpy() / 255
ours = convolve(digit, kernel)
theirs = torch.nn.functional.conv2d(torch.tensor(digit)[None, None], torch.tensor(kernel).double()[None, None])
print("largest difference:", abs(ours - theirs[0, 0].numpy()).max())

figure, panels = plt.subplots(1, 2, figsize=(5, 2.9), layout="constrained")
figure.suptitle("A digit and its upright edges")
panels[0].imshow(digit, cmap="gray")
_ = panels[1].imshow(ours, cmap="RdBu_r", vmin=-3, vmax=3)

# %%
# The digit's left edges are red, its right edges blue. A network learns dozens of such kernels, and in the next layer
# kernels that look at the maps of the first.
#
# Try it
# ------
# Turn the kernel by ``kernel.T``: which edges does it find now? Average with ``np.full((3, 3), 1 / 9)``: what is lost?
