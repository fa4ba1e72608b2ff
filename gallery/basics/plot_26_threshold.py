"""
How exactly can a border be learned?
====================================

You will see a network find the number where one class ends, read its border from a grid in two ways, and learn how
many of its digits mean anything. Classes that overlap are skipped.
"""

# %%
# The rule: numbers above 0 are class 1. The network sees 150 examples and two logits decide. The quick way to find
# its border: look where the probability on a grid is nearest to one half.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import numpy as np

from ailiteracy.basics import ThresholdResult, learn_threshold

result: ThresholdResult = learn_threshold()
nearest = result.grid[np.abs(result.probabilities - 0.5).argmin()]
print(f"nearest point of the grid: {nearest:.6f}")
print(f"step of the grid:          {result.grid[1] - result.grid[0]:.6f}")
_ = result.plot()

# %%
# Notice that the probability rises within a few hundredths: the grid has only two or three points there. Six printed
# digits promise what a grid of steps of 0.02 cannot hold.
#
# Between two points
# ------------------
# The border is where both logits are equal. Between the last point below and the first one above, a straight line
# says where.

print(result)
low, high = -0.1, 0.1
for _ in range(30):  # halve the interval that holds the border
    middle = (low + high) / 2
    low, high = (middle, high) if result.predict([middle])[0] < 0.5 else (low, middle)
print(f"interpolated {result.thresholds[0]:.6f}, by halving {low:.6f}")

# %%
# What do the data know?
# ----------------------
# Any border between the largest example of class 0 and the smallest of class 1 is right on all examples. Where it lies
# is up to chance: other examples and other first weights move it.

print(f"gap from {result.gap[0]:.4f} to {result.gap[1]:.4f}")
for seed in range(4):
    other = learn_threshold(seed=seed, epochs=400)
    print(f"seed {seed}: {other.thresholds[0]:8.4f}, gap from {other.gap[0]:.4f} to {other.gap[1]:.4f}")

# %%
# The border moves by as much as the gaps are wide, once even a little beyond one, as 400 steps are few. Its digits
# belong to the network, not to the rule.
#
# From logits to accuracy
# -----------------------
# A classifier does not return classes but logits; the place of the larger one is the class.

logits = np.array([[2.1, -0.3], [0.5, 1.8], [-1.2, 0.4]])
print("classes", logits.argmax(axis=1))
print("accuracy", np.mean(np.array([0, 1, 1, 0, 1]) == np.array([0, 1, 0, 0, 1])))

# %%
# Try it
# ------
# Change the width and the activation. What moves more: the border, or how steep the probability rises? Then move the
# rule to 1.4, where examples are rare: how wide is the gap now?

for hidden, activation in (((4,), "tanh"), ((64,), "tanh"), ((16,), "relu")):
    print(hidden, activation, learn_threshold(hidden=hidden, activation=activation, epochs=400).thresholds)
