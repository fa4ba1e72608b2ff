"""
Why does this line never come to rest?
======================================

You will see gradient descent jump over the best line for ever, find the reason in the slopes, and cure it by shorter
and shorter steps. Schedules other than one are skipped.
"""

# %%
# The mean absolute error is easy to read: how far off is the line, on average? Train on it for 1,000 steps.

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.basics import fit_line
from ailiteracy.training import warmup_cosine

x = np.arange(0, 0.8, 0.02)
y = 0.7 * x + 0.3
line = fit_line(x, y, start=(0.3367, 0.1288), loss="l1", learning_rate=0.01, steps=1_000)
print(line)
for i in range(996, 1_000):
    print(f"step {i}: loss {line.losses[i]:.5f}, slopes {line.slopes[i].round(4)}")

# %%
# Two lines take turns. The slopes explain it: each sample counts as +1 or -1, whether it is off by a mile or by a
# hair, so a step is as long near the best line as far from it. More patience does not help:

for steps in (200, 1_001, 5_000):
    longer = fit_line(x, y, start=(0.3367, 0.1288), loss="l1", steps=steps)
    print(f"{steps} steps: loss {longer.losses[-1]:.5f}")

# %%
# The loss of the last step is a matter of luck: an even number of steps ends on one line, an odd number on the other.
#
# Shorter steps, shorter jumps
# ----------------------------
# A ten times smaller rate jumps a tenth as far, and needs ten times as long to get there. A schedule has both: long
# steps first, short ones in the end.

runs = {
    "0.01": fit_line(x, y, loss="l1", learning_rate=0.01, steps=1_000),
    "0.001": fit_line(x, y, loss="l1", learning_rate=0.001, steps=1_000),
    "0.01, falling": fit_line(x, y, loss="l1", learning_rate=0.01, steps=1_000, schedule=warmup_cosine),
}
figure, axes = plt.subplots(layout="constrained")
for (name, run), style in zip(runs.items(), ("-", "--", ":"), strict=True):
    axes.semilogy(run.losses, style, label=f"rate {name}")
axes.set(title="The absolute error with three kinds of steps", xlabel="Step", ylabel="Mean absolute error")
_ = axes.legend()

# %%
# Notice the dotted curve: as long as its steps are long it jumps like the first one, then it sinks below both.
#
# Squares shrink their own steps
# ------------------------------
# The slope of a squared error is proportional to the error: near the best line the steps become short by themselves.

squared = fit_line(x, y, learning_rate=0.5, steps=1_000)
print(f"squared error: w {squared.weight:.6f}, b {squared.bias:.6f}")
print("last slopes:", squared.slopes[-1])

# %%
# Which loss is better? The squared one here. With wild outliers in y the absolute one, because an outlier pulls at it
# with strength 1 only:

spoiled = y.copy()
spoiled[5] = 30
for loss, rate in (("mse", 0.5), ("l1", 0.01)):
    run = fit_line(x, spoiled, loss=loss, learning_rate=rate, steps=3_000, schedule=warmup_cosine)
    print(f"{loss} with an outlier: w {run.weight:.3f}, b {run.bias:.3f}")

# %%
# Try it
# ------
# Give the line 100 and 200 steps and print ``line.losses[-3:]`` each time. Would you have seen the dance in a log that
# prints every tenth step only?

for steps in (100, 101, 200, 201):
    print(steps, fit_line(x, y, start=(0.3367, 0.1288), loss="l1", steps=steps).losses[-3:].round(5))
