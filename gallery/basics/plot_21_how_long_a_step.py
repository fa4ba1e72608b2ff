"""
How long may a step be?
=======================

You will see a step that is too long by two per cent ruin everything, compute the limit from the data, and find out why
the bias lags behind. Losses with more than one valley are skipped.
"""

# %%
# Twenty points on y = 3x + 2, with x from 0 to 10. A learning rate of 0.1 looks harmless.

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.basics import fit_line, step_limit

x = np.linspace(0, 10, 20)
y = 3 * x + 2
try:
    fit_line(x, y, learning_rate=0.1, steps=1_000)
except ValueError as error:
    print(error)

# %%
# The error went to infinity, and the message names a limit.
#
# The limit comes from the data
# -----------------------------
# The mean squared error of a line is a bowl. Where the bowl bends strongly, a long step lands higher up on the other
# side. The limit is 2 divided by the strongest bend, the largest eigenvalue of 2 X^T X / n. The targets play no part.

limit = step_limit(x)
table = np.column_stack([x, np.ones_like(x)])  # (20, 2)
bends = np.linalg.eigvalsh(2 * table.T @ table / len(x))
print(f"bends {bends.round(3)}, limit {limit:.5f} = 2 / {bends[1]:.3f}")

below = fit_line(x, y, learning_rate=0.98 * limit, steps=100)
above = fit_line(x, y, learning_rate=1.02 * limit, steps=100)
figure, axes = plt.subplots(layout="constrained")
axes.semilogy(below.losses, color="#0072B2", label="2 % below the limit")
axes.semilogy(above.losses, "--", color="#D55E00", label="2 % above")
axes.set(title="The same data, the same start", xlabel="Step", ylabel="Mean squared error")
_ = axes.legend()

# %%
# Notice that both curves begin at one point and part at the first step: one falls at each step, the other grows.
#
# Why the bias lags behind
# ------------------------
# The other bend is 133 times weaker. Along it the distance shrinks by the factor 1 - 0.01 * 0.527 = 0.9947 in a step:
# 200 steps leave a third of it.

for steps in (200, 2_000):
    print(fit_line(x, y, learning_rate=0.01, steps=steps))

# %%
# After 200 steps the weight looks learned and the bias is off by half a unit. Either wait, or make the bowl round.
#
# Scale the inputs
# ----------------
# With mean 0 and deviation 1 both bends are 2, the limit is 1, and a single step of 0.5 lands on the minimum.

scaled = (x - x.mean()) / x.std()
print(f"limit {step_limit(scaled):.3f}")
line = fit_line(scaled, y, learning_rate=0.5, steps=2)
print(line.table())
weight = line.weight / x.std()
print(f"in the old units: weight {weight:.4f}, bias {line.bias - weight * x.mean():.4f}")
_ = line.plot()

# %%
# Notice that the loss falls to rounding errors at once. This is why inputs of networks are scaled.

# %%
# Try it
# ------
# Ten normally distributed x on y = 3x + 1 and a rate of 0.1: compute the limit first, then predict how many steps will
# leave a hundredth of the error in the slow direction. Shift x by 100: what happens to the limit?

x = np.random.default_rng(0).normal(size=10)
print(step_limit(x), step_limit(x + 100))
print(fit_line(x, 3 * x + 1, learning_rate=0.1, steps=100))
