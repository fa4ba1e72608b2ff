"""
Can a network draw any curve?
=============================

You will see networks of several sizes draw a sine wave and steps, and what they say where they saw nothing. Noise in
the data is skipped.
"""

# %%
# Without hidden layers a network draws a straight line, whatever the data.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import CurveResult, ShapesResult, compare_shapes, fit_curve

print(fit_curve("sin", hidden=(), epochs=300))

# %%
# With two hidden layers of 32 neurons, 200 samples between -2 pi and 2 pi, and 1,000 steps:

result: CurveResult = fit_curve("sin")
print(result)
_ = result.plot()

# %%
# Notice the ends: beyond the grey stretch the network goes on as its neurons happen to, and nothing told it about
# waves. A small error inside says nothing about outside.
#
# A curve with corners
# --------------------

steps = fit_curve("steps", activation="relu")
print(steps)
_ = steps.plot()

# %%
# Notice the slanted risers: the network is continuous and cannot jump. More neurons make them steeper.
#
# Wider or deeper?
# ----------------
# All networks get the same samples and the same number of steps; each is trained from three seeds.

shapes: ShapesResult = compare_shapes("sin", widths=(2, 8, 32), depths=(1, 2), epochs=300)
print(shapes.n_weights)
_ = shapes.plot()

# %%
# Notice that the second layer pays off: with 32 neurons it divides the error by several, more than any width of a
# single layer here. The theorem that one layer is enough promises that good weights exist, not that 300 steps find
# them.
#
# Tanh or ReLU?
# -------------
# "Tanh is better for smooth curves" is often said. Ask several seeds.

for activation in ("tanh", "relu"):
    errors = [fit_curve("sin", activation=activation, seed=seed, epochs=300).error for seed in range(3)]
    print(activation, sorted(round(error, 3) for error in errors))

# %%
# Here ReLU needs fewer steps, and the seeds differ by as much as the activations do: one run would not have told.

# %%
# Try it
# ------
# Pass your own function, such as ``abs``, and guess first which activation will like it. Then give the
# sine wave 3,000 steps: does the error outside become smaller as well?

print(fit_curve(abs, activation="relu", hidden=(8,), epochs=300))
