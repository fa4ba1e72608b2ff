"""
Why add the input to the output?
================================

A deeper network can do everything a shallow one can: its further layers need only do nothing. Plain layers find doing
nothing hard. You will see a deep plain network learn worse than a shallow one, on the pictures it is trained on, and a
shortcut mend it. Batch norm, which helps both, is left out so that the effect is seen.
"""

# %%
# The same block with and without a shortcut. Nothing else differs.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from torch import nn

from ailiteracy import training, vision


class Block(nn.Module):
    def __init__(self, shortcut):
        super().__init__()
        self.first, self.second = nn.Linear(32, 32), nn.Linear(32, 32)
        self.shortcut = shortcut

    def forward(self, x):
        change = self.second(torch.relu(self.first(x)))
        return torch.relu(x + change if self.shortcut else change)


# %%
# Depth, plain and with shortcuts
# -------------------------------
# The training accuracy counts here: a network that learns by heart would do well. Each has the same ten epochs.
data = vision.load_images("digits")
x, y = data.train_images.flatten(1).float() / 255, data.train_labels
curves = {}
for shortcut in (False, True):
    for n_blocks in (1, 4, 16):
        torch.manual_seed(0)
        stack = nn.Sequential(nn.Linear(64, 32), *[Block(shortcut) for _ in range(n_blocks)], nn.Linear(32, 10))
        batches = training.Batches(x, y, batch_size=64, shuffle=True)
        curves[shortcut, n_blocks] = training.fit(stack, batches, epochs=10, device="cpu").history.train_accuracy
for (shortcut, n_blocks), curve in curves.items():
    print(f"{'shortcut' if shortcut else 'plain':8} {n_blocks:2} blocks: {curve[-1]:.1%} of the training digits")

# %%
figure, panels = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True, layout="constrained")
for shortcut, ax in zip((False, True), panels, strict=True):
    for n_blocks in (1, 4, 16):
        ax.plot(range(1, 11), curves[shortcut, n_blocks], "o-", markersize=3, label=f"{n_blocks} blocks")
    ax.set(title="with shortcuts" if shortcut else "plain", xlabel="epoch", ylabel="training accuracy")
_ = panels[0].legend()

# %%
# Plain, the deepest stack hardly learns; that is no overfitting, since these are the training digits. With shortcuts
# depth does no harm.
#
# Why: the way back
# -----------------
# How strongly does the first layer feel the loss, before any training?
for shortcut in (False, True):
    torch.manual_seed(0)
    stack = nn.Sequential(nn.Linear(64, 32), *[Block(shortcut) for _ in range(16)], nn.Linear(32, 10))
    with training.watch_layers(stack, ["0"]) as seen:
        nn.functional.cross_entropy(stack(x[:64]), y[:64]).backward()
    print("shortcut" if shortcut else "plain   ", f"gradient after the first layer {seen.gradients['0'].norm():.1e}")

# %%
# Through x + f(x) the gradient comes back once through f and once untouched.
#
# The block for pictures
# ----------------------
# It has convolutions, norms, and a 1 by 1 convolution in the shortcut where the shape changes.
block = vision.ResidualBlock(8, 16, stride=2)
print(block(torch.zeros(1, 8, 28, 28)).shape, "- in the shortcut:", type(block.shortcut[0]).__name__)

# %%
# Try it
# ------
# Add ``nn.BatchNorm1d(32)`` to the plain block: how deep can it be now? Start the shortcut block with a change of zero
# (``nn.init.zeros_`` on the second layer's weights and bias): does it learn faster?
