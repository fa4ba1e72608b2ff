"""
What does an optimizer remember?
================================

You will walk down a ravine with three optimizers, each a few lines of numpy: one remembers nothing, one a direction,
one how steep each coordinate was. Then one that turns matrices. Networks are skipped: the ravine has two numbers.
"""

# %%
# A ravine: a hundred times as steep across as along. The gradient points across, and the goal lies along.

# sphinx_gallery_tags = ["basics", "intermediate", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.basics.optimizers import adam, momentum, muon, sgd


def gradient(x):
    return np.array([1.0, 100.0]) * x


def walk(step, n_steps=60, **settings):
    points, state = [np.array([-4.0, 1.0])], {}
    for _ in range(n_steps):
        points.append(step(points[-1], gradient(points[-1]), state, **settings))
    return np.array(points)


# %%
# Gradient descent remembers nothing. Steps of more than 2/100 overshoot across the ravine and grow; steps that are
# safe across creep along.

for rate in (0.021, 0.019):
    print(f"rate {rate}: ends at", walk(sgd, rate=rate)[-1].round(3))

# %%
# A memory of directions cancels what alternates and adds up what stays. A memory of squared gradients gives each
# coordinate a rate of its own.

walks = {
    "gradient descent": walk(sgd, rate=0.019),
    "momentum": walk(momentum, rate=0.004),
    "Adam": walk(adam, rate=0.5),
}
figure, axes = plt.subplots(figsize=(8, 3.5), layout="constrained")
for (name, points), colour in zip(walks.items(), ("#0072B2", "#D55E00", "#009E73"), strict=True):
    axes.plot(*points.T, ".-", color=colour, label=f"{name}: ends {np.linalg.norm(points[-1]):.2g} away")
axes.plot(0, 0, "k*", markersize=12)
axes.set(xlabel="along", ylabel="across", title="Three ways down a ravine")
_ = axes.legend()

# %%
# Notice the blue zigzag: nearly all of its way leads across the ravine. Momentum swings wide and gets further along.
#
# What the memory holds
# ---------------------
# The state is a plain dict, and after two steps it can be checked by hand: velocity 1, then 0.9 + 1.

state = {}
x = momentum(np.array([10.0]), np.array([1.0]), state, rate=1.0)
print("first velocity ", state["velocity"], "at", x)
x = momentum(x, np.array([1.0]), state, rate=1.0)
print("second velocity", state["velocity"], "at", x)

# %%
# A modern one
# ------------
# Muon looks at a whole matrix of weights. Here the gradient is large in one direction and small in another; after one
# step of Muon both have moved about equally far, while gradient descent moves the first alone.

steep = np.diag([100.0, 1.0])
print("gradient descent:", sgd(np.zeros((2, 2)), steep, {}, rate=0.01).diagonal().round(3))
print("Muon:            ", muon(np.zeros((2, 2)), steep, {}, rate=1.0).diagonal().round(3))

# %%
# Try it
# ------
# Turn the ravine: let ``gradient`` return ``np.array([[50.5, -49.5], [-49.5, 50.5]]) @ x`` and start at
# ``(-2.12, -3.54)``. Which of the three walks are as good as before, and why is Adam's another one?

print(walk(momentum, rate=0.004, beta=0.5)[-1].round(3))
