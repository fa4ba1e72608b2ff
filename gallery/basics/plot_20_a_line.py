"""
What does a network learn first? A line
=======================================

You will fit y = wx + b three times: step by step with slopes written by hand, with a layer of PyTorch, and by a
formula. Why the steps have the length they have is skipped; the next example is about that.
"""

# %%
# Three points lie on y = 2x. The line starts at w = 1.5 and b = -0.5, which is wrong. A naive way to mend it: try some
# values and keep the best.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import numpy as np
import torch

from ailiteracy.basics import LineResult, fit_line, fit_linear_layer

x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
rng = np.random.default_rng(0)
guesses = rng.uniform(-3, 3, size=(1_000, 2))
errors = ((guesses[:, :1] * x + guesses[:, 1:] - y) ** 2).mean(axis=1)
print("best of 1,000 guesses:", guesses[errors.argmin()].round(2), "error", errors.min().round(4))

# %%
# A thousand guesses, and still not there; with a million weights instead of two, guessing is hopeless. The slopes of
# the error say which way to go: with e = wx + b - y they are mean(2ex) and mean(2e).
#
# Five steps by hand
# ------------------
# Predictions are 1, 2.5 and 4, so the errors are -1, -1.5 and -2, and the mean squared error is 7.25 / 3 = 2.41667.
# The slope of w is 2 (-1 - 3 - 6) / 3 = -6.66667: a larger w makes the error smaller.

line: LineResult = fit_line(x, y, start=(1.5, -0.5), learning_rate=0.01, steps=5)
print(line.table())

# %%
# Check the first row with pencil and paper, and the second one too: that is all of gradient descent.
#
# Fifty points, a hundred steps
# -----------------------------
# Learn from the first 40 points of y = 0.7x + 0.3 and test on the last 10. They lie further to the right, so this test
# asks for extrapolation. The loss is now the mean absolute error.

x = torch.arange(0, 1, 0.02)
y = 0.7 * x + 0.3
line = fit_line(x[:40], y[:40], start=(0.3367, 0.1288), loss="l1", learning_rate=0.01, steps=100)
test_losses = line.losses_on(x[40:], y[40:])
for step in range(0, 100, 20):
    print(f"step {step:2d}: training {line.losses[step]:.5f}, test {test_losses[step]:.5f}")
_ = line.plot()

# %%
# Notice that the line is not there yet after 100 steps (w = 0.578): the flat stretch of the loss is a long, gentle
# valley. The test loss is larger, because an error of the slope grows to the right.
#
# The same with a layer
# ---------------------
# ``nn.Linear(1, 1)`` holds one weight and one bias, automatic differentiation finds the slopes, and the optimizer
# moves them. The layer itself changes nothing.

layer = fit_linear_layer(x[:40], y[:40], loss="mse", learning_rate=0.5, steps=300, seed=42)
hand = fit_line(x[:40], y[:40], start=(layer.weights[0], layer.biases[0]), learning_rate=0.5, steps=300)
print(f"layer {layer.weight:.4f} {layer.bias:.4f}, by hand {hand.weight:.4f} {hand.bias:.4f}")
print(f"by a formula {hand.best[0]:.4f} {hand.best[1]:.4f}")

# %%
# A line has a formula (least squares), and no network needs to be trained for it. Networks have none: the steps are
# all there is.
#
# Where a layer's weights live
# ----------------------------
# A layer stores a row of weights for each output, so it multiplies by the transpose.

tall = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])  # (3, 2)
wide = torch.nn.Linear(2, 6)
print(wide.weight.shape, torch.allclose(wide(tall), tall @ wide.weight.mT + wide.bias))
try:
    tall @ tall
except RuntimeError as error:
    print(error)

# %%
# Try it
# ------
# Start ``fit_linear_layer`` from the seeds 0 to 4: which starts need most steps, and do all arrive at the same line?
# Then leave the seed alone and take 200 and 400 steps of the ``l1`` line above: does it ever come to rest?

for seed in range(3):
    print(fit_linear_layer(x[:40], y[:40], learning_rate=0.5, steps=300, seed=seed))
