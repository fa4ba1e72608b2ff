"""
Is this gradient right?
=======================

You will see a gradient that looks right and is not, and a check that finds out without any formula: it takes small
steps and measures. You will also see why the check needs numbers with 16 digits. Proofs are skipped.
"""

# %%
# Here is a loss and a gradient somebody wrote for it. The loss falls when following it, so is it right?

# sphinx_gallery_tags = ["basics", "intermediate", "5 min"]
# sphinx_gallery_thumbnail_number = 1

import numpy as np

from ailiteracy.basics import GradientCheck, Network, gradient_check


def loss(x: np.ndarray) -> float:
    return (x[0] * x[1] - 1) ** 2 + x[2] ** 2


def slopes(x: np.ndarray) -> np.ndarray:
    inner = x[0] * x[1] - 1
    return np.array([2 * inner * x[1], inner * x[0], 2 * x[2]])  # one factor is missing


x = np.array([2.0, 1.0, 0.5])
for _ in range(5):
    print(f"{loss(x):.4f}", end=" ")
    x -= 0.1 * slopes(x)

# %%
# It falls, and yet one slope is wrong: a descent forgives much. The check steps a little to both sides of each number
# and measures how far the loss rises.

check: GradientCheck = gradient_check(loss, [2.0, 1.0, 0.5], slopes)
print(check)
_ = check.plot()

# %%
# Notice the orange square off the diagonal: the second slope is half of what it should be.
#
# Without a gradient the check uses Values, numbers that remember how they were made.

print(gradient_check(loss, [2.0, 1.0, 0.5]))

# %%
# How small may a step be? First the naive answer: as small as possible. Measure the slope of the sine at 1.5, which is
# the cosine, 0.0707, with numbers of 7 digits (float32) and of 16 digits (float64).

for step in (1e-1, 1e-3, 1e-5, 1e-7):
    errors = []
    for number in (np.float32, np.float64):
        place, h = number(1.5), number(step)
        measured = (np.sin(place + h) - np.sin(place - h)) / (2 * h)
        errors.append(abs(measured / np.cos(1.5) - 1))
    print(f"step {step:.0e}: wrong by {errors[0]:.1e} with 7 digits, by {errors[1]:.1e} with 16")

# %%
# Notice that shorter steps make it worse in float32: two nearly equal numbers are subtracted, and hardly a digit is
# left. With 16 digits a step of about 0.00001 leaves an error that no mistake in a formula could hide behind. So the
# check always works in float64.

print(gradient_check(np.sin, 1.5, np.cos))

# %%
# The gradient of a whole network, 65 weights and biases, by back-propagation and by 130 forward passes.

network = Network((2, 8, 4, 1), activation="tanh")
X, y = np.random.default_rng(0).normal(size=(10, 2)), [0, 1] * 5


def at(parameters: np.ndarray, part: int) -> float | np.ndarray:
    network.parameters[:] = parameters
    return network.loss_and_gradient(X, y, loss="cross_entropy")[part]


start = network.parameters.copy()
whole = gradient_check(lambda p: at(p, 0), start, lambda p: at(p, 1))
print(whole)
_ = whole.plot()

# %%
# Notice that all points lie on the diagonal, the small slopes and the large ones.
#
# One thing the check cannot judge is a corner. relu has one at 0: the slope is 0 on its left and 1 on its right. What
# is measured is their mean.

print(gradient_check(lambda x: np.maximum(x, 0).sum(), [1.0, 0.0], lambda x: (x > 0).astype(float)))

# %%
# Try it
# ------
# Mend ``slopes`` above. Then spoil one formula in a gradient of your own by a factor of 1.001: is it still found?

print(gradient_check(lambda x: (x**3).sum(), [1.0, 2.0], lambda x: 3 * x**2 * [1.0, 1.001]))
