"""
How does a network bend its boundary around a spiral?
=====================================================

You will see a network with one hidden layer fail at two arms wound into each other, a deeper one succeed, and the
boundary while it bends into place. Every loss here is also taken on points that the network has never seen.
"""

# %%
# Two hundred points on two arms. First the network that learned XOR: four hidden neurons.

# sphinx_gallery_tags = ["basics", "intermediate", "5 min"]
# sphinx_gallery_thumbnail_number = 2

import numpy as np

from ailiteracy.basics import BackpropResult, backprop_demo, point_cloud

settings = {"activation": "tanh", "loss": "cross_entropy", "learning_rate": 0.5, "epochs": 3_000}
small = backprop_demo("spiral", hidden=(4,), **settings)
print(small)
_ = small.plot()

# %%
# Notice that the boundary (dashed) cuts through both arms: four bends are not enough for a turn and a half.
#
# Two hidden layers of 16 neurons.

deep = backprop_demo("spiral", hidden=(16, 16), **settings)
print(deep)
_ = deep.plot(epochs=[0, 120, 300, 600, 900, 1_500, 2_100, 3_000])

# %%
# Notice that the middle of the spiral is parted last: there the arms are closest, and the boundary has to bend most.
#
# For a moving picture of the same, ``deep.animate().save("spiral.gif", writer="pillow")`` writes a file with one frame
# for each moment that was kept.

print(f"{len(deep.snapshot_epochs)} moments: {deep.snapshot_epochs[:4].tolist()} ... {deep.snapshot_epochs[-1]}")

# %%
# Does it know the spiral, or only these points? Other points of the same shape tell.


def report(name: str, result: BackpropResult) -> None:
    X, y = point_cloud(name, rng=1)  # another seed: points it has not seen
    right = np.mean((result.network.forward(X)[:, 0] > 0.5) == y)
    loss, _ = result.network.loss_and_gradient(X, y, loss="cross_entropy")
    print(f"{name:>8}: loss {result.losses[-1]:.3f}, on new points {loss:.3f} with {right:.1%} right")


report("spiral", small)
report("spiral", deep)

# %%
# How small may a network be whose two losses are both below 0.2? For the easier clouds, quite small.

for name, hidden in (("blobs", (1,)), ("circles", (3,)), ("moons", (4,)), ("spiral", (8, 8))):
    report(name, backprop_demo(name, hidden=hidden, **settings))

# %%
# The activation matters as well. Deep sigmoid networks learn slowly: the slope of each sigmoid is at most 1/4.

for activation in ("sigmoid", "tanh", "relu"):
    run = backprop_demo("spiral", hidden=(16, 16), **{**settings, "activation": activation})
    print(f"{activation:>8}: loss {run.losses[-1]:.3f}, accuracy {run.accuracy:.3f}")

# %%
# Try it
# ------
# Add noise until new points are answered worse than old ones: the network then learns points instead of the shape.

noisy = backprop_demo(point_cloud("spiral", noise=0.12), hidden=(16, 16), **settings)
X, y = point_cloud("spiral", noise=0.12, rng=1)
print(f"old points {noisy.accuracy:.2f}, new points {np.mean((noisy.network.forward(X)[:, 0] > 0.5) == y):.2f}")
