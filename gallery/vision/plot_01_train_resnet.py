"""
Can a network read handwriting?
===============================

A simple idea reads nine digits of ten. A residual network reads nearly all, and learns to in seconds. You will see
both, and where the network goes wrong. How a convolution works inside is skipped.
"""

# %%
# 1,797 real digits, 8 by 8 pixels each, come with scikit-learn: nothing is downloaded. A fifth of them is set aside
# for the test.

# sphinx_gallery_tags = ["vision", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 3

import torch

from ailiteracy import vision

data = vision.load_images("digits")
print(data)
_ = data.plot()

# %%
# At 8 by 8 pixels some digits are hard for people too.
#
# The simple idea first
# ---------------------
# Average all the zeros, all the ones, and so on. A new digit gets the name of the average it is closest to.
x = data.train_images.flatten(1).float()  # (n, 64)
means = torch.stack([x[data.train_labels == digit].mean(dim=0) for digit in range(10)])
distances = torch.cdist(data.test_images.flatten(1).float(), means)  # (n_test, 10)
nearest = distances.argmin(dim=1)
right = (nearest == data.test_labels).float().mean()
print(f"nearest average: {right:.1%} of the test digits are right")

# %%
# About one digit in ten is wrong: an average cannot know that a 7 may have a bar, or that a 1 may stand further left.
#
# A residual network
# ------------------
# One call. Every epoch moves the pictures a little, so that the network must learn shapes and not places. Eight epochs
# are enough to see the point; the default is twenty.
result = vision.train_resnet(data, epochs=8, device="cpu")
print(result)
_ = result.plot()

# %%
# The validation curve may jump in the middle, where the steps are largest, and settles when they become small.
#
# What it sees, what it says
# --------------------------
_ = result.plot_predictions()

# %%
# Blue is right; orange shows what the network said and what it should have said.
#
# One block of the network
# ------------------------
# A residual block returns its input plus a change. If the change is zero, what comes in goes out, so a deep network
# is never worse off than a shallow one.
block = vision.ResidualBlock(4, 4).eval()
torch.nn.init.zeros_(block.norm2.weight)  # the change is now zero
signal = torch.rand(1, 4, 8, 8)
print("unchanged:", torch.equal(block(signal), signal))

# %%
# Try it
# ------
# Train with ``epochs=1`` and with ``epochs=30``. Does the test accuracy still grow after ten epochs? Then try three
# other seeds: how much of the difference is luck?
