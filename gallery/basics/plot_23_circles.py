"""
Are more layers enough to bend a border?
========================================

You will see a deep network fail on two circles, prove that it is a single layer in disguise, and mend it with one
word. How the optimizer works is skipped.
"""

# %%
# One ring of points lies within another. Let three linear layers, with ten neurons each in between, separate them.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import torch

from ailiteracy.basics import PointsResult, merge_linear, plot_decision_boundary, train_points

straight = train_points("circles", hidden=(10, 10), activation="none")
print(straight)
_ = straight.plot()

# %%
# Half of the points are right, as with a coin, and the border is a straight line. Longer training and more layers do
# not help:

for hidden in ((100,), (10, 10, 10, 10)):
    print(hidden, f"{train_points('circles', hidden=hidden, activation='none', epochs=100).test_accuracy:.1%}")

# %%
# Linear after linear is linear
# -----------------------------
# W2 (W1 x + b1) + b2 is (W2 W1) x + (W2 b1 + b2): one matrix, one vector. So the whole stack can be merged into one
# layer with the same answers.

single = merge_linear(straight.model)
points = torch.tensor(straight.test_points, dtype=torch.float32)
difference = (single(points) - straight.model(points)).abs().max()
print(single, f"differs by at most {difference:.1e}")

# %%
# One word
# --------
# ReLU keeps what is above 0 and cuts off the rest. Between the layers it cannot be merged away, and every neuron can
# fold the plane once.

bent: PointsResult = train_points("circles")
print(bent)
_ = bent.plot()

# %%
# Notice that the border is a polygon: each ReLU contributes a fold, and all of them together look almost round.
#
# One run proves little, so try several starts of both.

for seed in range(3):
    tries = [train_points(activation=name, seed=seed, epochs=200).test_accuracy for name in ("none", "relu")]
    print(f"seed {seed}: none {tries[0]:.1%}, relu {tries[1]:.1%}")

# %%
# A border of anything
# --------------------
# ``plot_decision_boundary`` asks any classifier at every point of a grid: a network, a scikit-learn classifier, or a
# function of your own. With the square of the radius as a feature, one number decides.


def inner_ring(rows):
    return 0.81 - (rows**2).sum(axis=1)  # above 0: class 1


_ = plot_decision_boundary(inner_ring, bent.test_points, bent.test_labels, title="A rule of one line")

# %%
# Notice that no training was needed: a good feature replaces a network. Networks are for when nobody knows it.

# %%
# Try it
# ------
# How few neurons draw a ring? Try ``hidden=(2,)``, ``(3,)`` and ``(4,)`` with several seeds, then ``tanh`` in place of
# ``relu``. Then train the default network with ``optimizer="sgd", learning_rate=0.1``: how many steps does it need?

for width in (2, 4):
    tries = [train_points("circles", hidden=(width,), seed=seed).test_accuracy for seed in range(2)]
    print(width, [f"{accuracy:.1%}" for accuracy in tries])
