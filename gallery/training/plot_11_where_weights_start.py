"""
A network can be dead before the first step
===========================================

Twenty layers multiply the signal twenty times. If each makes it a little smaller, nothing arrives; if a little larger,
it explodes. You will measure the signal layer by layer, first with weights that are simply small, then with weights
that fit.
"""

# %%
# The naive start: small random numbers. One layer of it looks harmless.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import torch
from torch import nn

from ailiteracy import training

small = training.compare_initializations(["small"], depth=20)
print(small.variances["small"][[0, 1, 2, 19]])

# %%
# Each layer leaves about a 150th of the variance; after twenty, float32 can hardly write the number down.
#
# Four starts
# -----------
# Xavier's rule keeps the variance of a sum; ReLU then throws half of it away at every layer. Kaiming's rule makes up
# for that half.
result = training.compare_initializations(["small", "default", "xavier", "kaiming"], depth=20)
print(result)
_ = result.plot()

# %%
# A straight line downwards is a constant factor lost in every layer; only Kaiming's stays level. Torch's own start
# falls too, until the random biases are all that is left: what arrives at the end no longer depends on the input.
#
# Without ReLU
# ------------
# With tanh Xavier's rule loses the signal slowly, to about a thirtieth after twenty layers; the two others, which start
# larger, keep about half of it.
print(training.compare_initializations(["xavier", "kaiming", "orthogonal"], activation="tanh"))
print(isinstance(result, training.InitializationResult))


# %%
# Does it matter for learning?
# ----------------------------
# The same deep network on the same points from two starts.
def deep():
    layers = [layer for _ in range(15) for layer in (nn.Linear(32, 32), nn.ReLU())]
    return nn.Sequential(nn.Linear(2, 32), nn.ReLU(), *layers, nn.Linear(32, 2))


x = torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
y = (x[:, 0] * x[:, 1] > 0).long()  # two opposite corners against the other two
data = training.Batches(x, y, batch_size=50, shuffle=True)
for method in ("small", "kaiming"):
    model = training.initialize(deep(), method)
    history = training.fit(model, data, epochs=15, device="cpu").history
    print(f"{method:8} loss {history.train_loss[0]:.3f} to {history.train_loss[-1]:.3f}")

# %%
# From the small start the loss stays at 0.693, the logarithm of 2: the network says "one half" to everything.
#
# Try it
# ------
# Put ``nn.BatchNorm1d(32)`` in front of every ReLU of ``deep`` and start small again. Normalisation forgives a bad
# start.
