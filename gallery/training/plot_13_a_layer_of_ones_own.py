"""
A layer of one's own
====================

A layer is a class with weights and a ``forward``. You will use one that adds noise while it trains, see what noise does
to a network that learns by heart, and see which layers change when a network is switched between training and
evaluation.
"""

# %%
# The noise is added to the layer's inputs, in training only.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import make_moons
from torch import nn

from ailiteracy import training

torch.manual_seed(0)
layer = training.NoisyLinear(2, 1, noise=0.5)
x = torch.ones(1, 2)
with torch.no_grad():
    print("training:  ", [round(float(layer(x)), 3) for _ in range(4)])
    layer.eval()
    print("evaluation:", [round(float(layer(x)), 3) for _ in range(4)])
print(layer)

# %%
# Twenty points and a large network
# ---------------------------------
# Without noise it learns the points by heart; with noise it must answer the same for everything near a point. One
# training run says little about so few points, so five are made of each.
moons, labels = make_moons(1020, noise=0.25, random_state=1)
moons, labels = torch.tensor(moons, dtype=torch.float32), torch.tensor(labels)
train = training.Batches(moons[:20], labels[:20], batch_size=20)
test = training.Batches(moons[20:], labels[20:], batch_size=1000)
accuracies = {}
for noise in (0.0, 0.1, 0.3, 1.0):
    accuracies[noise] = []
    for seed in range(5):
        torch.manual_seed(seed)
        model = nn.Sequential(training.NoisyLinear(2, 100, noise=noise), nn.ReLU(), nn.Linear(100, 2))
        training.fit(model, train, optimizer=torch.optim.Adam(model.parameters(), lr=0.02), epochs=100, device="cpu")
        accuracies[noise].append(training.evaluate(model, test, device="cpu").accuracy)
    print(f"noise {noise}: test accuracy {sum(accuracies[noise]) / 5:.3f}")

# %%
# One dot for each run:
figure, ax = plt.subplots(figsize=(5.5, 3.4), layout="constrained")
for place, values in enumerate(accuracies.values()):
    ax.plot([place] * 5, values, "o", color="C0")
ax.set_xticks(range(4), list(accuracies))
_ = ax.set(xlabel="noise on the inputs in training", ylabel="test accuracy", title="Five runs each")

# %%
# A little noise helps here, much of it hides the points. Read the differences against the spread within one column.
#
# Who changes with the mode?
# --------------------------
# Dropout and batch norm do, instance norm does not. Evaluation mode is not the same as "no gradients": that is
# ``torch.no_grad``.
x = torch.randn(8, 4, 6, generator=torch.Generator().manual_seed(0))
for kind in (nn.Dropout(0.5), nn.BatchNorm1d(4), nn.InstanceNorm1d(4)):
    trained = kind.train()(x)
    evaluated = kind.eval()(x)
    print(f"{type(kind).__name__:15} changes: {not torch.allclose(trained, evaluated)!s:5}")
print("gradients in evaluation mode:", nn.Linear(6, 1).eval()(x).requires_grad)

# %%
# Try it
# ------
# Write a layer that adds the noise to its weights instead: ``nn.functional.linear(x, self.weight + ..., self.bias)``.
