"""
The last layer wants no activation
==================================

You will see four heaps of points separated by straight lines, and then two mistakes at the last layer that raise no
error and spoil the training. Probabilities that can be trusted are skipped.
"""

# %%
# Four heaps of points. Do they need a network with activations at all?

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import math

import torch
from torch.nn import functional as F

from ailiteracy.basics import train_points

for activation in ("none", "relu"):
    print(activation, train_points("blobs", hidden=(8, 8), activation=activation, epochs=150))

# %%
# No: straight borders are enough here, and the activation changes nothing. Look before you add layers.
#
# Mistake one: ReLU after the last layer
# --------------------------------------
# Activations belong between layers. After the last one too, says the mistake, "to be safe". The network still trains.

spoiled = train_points("blobs", hidden=(8, 8), relu_on_logits=True, epochs=150)
print(spoiled)
_ = spoiled.plot()

# %%
# Notice that a heap has no region of its own. The logit of its class fell below 0 once, for all points; there ReLU
# answers 0 with slope 0, and a weight without a slope never moves again. It depends on luck whether it happens:

accuracies = {}
for wrong in (False, True):
    runs = [train_points("blobs", hidden=(8, 8), relu_on_logits=wrong, seed=seed, epochs=150) for seed in range(4)]
    accuracies[wrong] = [f"{run.test_accuracy:.1%}" for run in runs]
print("logits:     ", *accuracies[False])
print("ReLU on top:", *accuracies[True])

# %%
# With two classes and one logit it is no matter of luck. Class 0 needs a logit below 0, and there is none any more:

circles = train_points("circles", relu_on_logits=True, epochs=50)
print("classes that it names:", set(circles.predict(circles.test_points).tolist()))

# %%
# Mistake two: softmax before cross entropy
# -----------------------------------------
# ``cross_entropy`` takes logits and applies softmax itself. Given probabilities, it applies softmax twice, and even a
# perfect answer looks bad.

perfect = torch.tensor([[30.0, 0.0, 0.0, 0.0]])  # sure of class 0, and right
print(f"logits in:        {F.cross_entropy(perfect, torch.tensor([0])):.4f}")
print(f"probabilities in: {F.cross_entropy(perfect.softmax(dim=1), torch.tensor([0])):.4f}")
print(f"ln(1 + 3/e):      {math.log(1 + 3 / math.e):.4f}")

# %%
# A loss that cannot fall below 0.7437 with four classes is a sign of this mistake.
#
# One logit or two
# ----------------
# Two classes can have one logit z with binary cross entropy, or the two logits 0 and z with cross entropy. It is the
# same loss, so neither is a must.

z, label = torch.tensor([0.45, 0.32, 0.67]), torch.ones(3)
one = F.binary_cross_entropy_with_logits(z, label)
two = F.cross_entropy(torch.stack([torch.zeros(3), z], dim=1), label.long())
print(f"{one:.4f} {two:.4f}")

# %%
# Try it
# ------
# Do blobs need more when they overlap more? Make your own with ``sklearn.datasets.make_blobs(cluster_std=3)`` and pass
# ``(X, y)``; compare ``activation="none"`` with ``"relu"``, and SGD with rates from 0.01 to 0.5.

for rate in (0.01, 0.05, 0.5):
    run = train_points("blobs", hidden=(8, 8), optimizer="sgd", learning_rate=rate, epochs=100)
    print(f"SGD {rate}: {run.test_accuracy:.1%}, training loss {run.train_losses[-1]:.3f}")
