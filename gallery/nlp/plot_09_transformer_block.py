"""
Why do deep networks need shortcuts?
====================================

You will see the gradient die on its way down a stack of layers, come alive again when each layer adds to its input, and
the four parts of a transformer block put together. Attention itself was in the two examples before.
"""

# %%
# The naive way: one layer on top of the other
# --------------------------------------------
# Twelve layers, random weights, and the question how much of the gradient reaches the first one. The same weights are
# used twice: with ``x = layer(x)`` and with ``x = x + layer(x)``.

# sphinx_gallery_tags = ["nlp", "intermediate", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

from ailiteracy.nlp import FeedForward, ShortcutResult, TransformerBlock, compare_shortcuts, gelu, layer_norm

result: ShortcutResult = compare_shortcuts(n_layers=12)
print(result)
_ = result.plot()

# %%
# Notice the logarithmic scale: without shortcuts the first layer gets next to nothing to learn from. A sum hands the
# gradient on to both of its terms, so with shortcuts one path leads straight down.
#
# What is added is the *input of a block* to its output; both must have the same shape.
#
# Normalise: mean 0, variance 1
# -----------------------------
# Sums grow. Before each part of a block, each word's vector is brought back to mean 0 and variance 1.

x = torch.tensor([[1.0, 2.0, 3.0, 10.0], [-200.0, 0.0, 0.0, 200.0]])
print(layer_norm(x))
print("torch's own agrees:", torch.allclose(layer_norm(x), F.layer_norm(x, (4,)), atol=1e-6))

# %%
# The variance is divided by the number of entries (biased), not by one less; with the other convention the published
# weights of GPT-2 would not fit.
#
# GELU: a ReLU without the corner
# -------------------------------

line = torch.linspace(-4, 4, 200)
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.plot(line, torch.relu(line), "--", color="#e69f00", label="ReLU")
axes.plot(line, gelu(line), color="#0072b2", label="GELU")
axes.set(xlabel="in", ylabel="out", title="Smooth, and slightly below zero")
_ = axes.legend()

# %%
# Notice the dip left of zero: slightly negative inputs still have a slope, so they can still learn.
#
# Feed-forward: each word thinks for itself
# -----------------------------------------
# Four times wider, GELU, back again.

thinking = FeedForward(16)
print(thinking)

# %%
# The block: normalise, attend, add; normalise, think, add
# --------------------------------------------------------
# What comes out has the shape of what went in, so blocks can be stacked.

torch.manual_seed(0)
block = TransformerBlock(16, 4)
x = torch.randn(1, 7, 16)
print(x.shape, "->", block(x).shape)
by_hand = x + block.attention(layer_norm(x))
by_hand = by_hand + block.feed_forward(layer_norm(by_hand))
print("written out:", torch.allclose(block(x), by_hand, atol=1e-5))

# %%
# A block that has nothing to say lets everything pass:

with torch.no_grad():
    for layer in (block.attention.output, block.feed_forward.narrow):
        layer.weight.zero_()
        layer.bias.zero_()
print("unchanged:", torch.equal(block(x), x))

# %%
# Try it
# ------
# Ask ``compare_shortcuts`` for 40 layers. Does the gradient with shortcuts grow or shrink on its way down? Why do real
# networks normalise before each part?
