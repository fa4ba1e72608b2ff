"""
Which optimizer is the fastest?
===============================

You will let eight optimizers race, first unfairly, then each with the rate that suits it, on a ravine, on the same
ravine turned, and in a bent valley. The answer changes every time. Time per step is skipped; it is nearly the same.
"""

# %%
# One rate for all looks fair. On this curve gradient descent seems unbeatable at 0.01, and Adam hopeless.

# sphinx_gallery_tags = ["basics", "intermediate", "2 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import OptimizersResult, Surface, compare_optimizers

unfair = compare_optimizers("quartic", optimizers=["sgd", "adam", "adagrad"], rates=0.01, n_starts=1)
print(unfair.table())
print("gradient descent after one step:", unfair.paths["sgd"][0, 1], "where the minimum is 2.25")

# %%
# That was an accident: from 5, with this very rate, the first step lands on the minimum. Adam's steps are about as
# long as its rate, so with 0.01 it cannot get far. Fair is: each gets the best of 41 rates, found from other starting
# points than those that count.


def race(name: str | Surface, n_steps: int = 300) -> OptimizersResult:
    result = compare_optimizers(name, n_steps=n_steps)
    print(result.table(), "\n")
    return result


_ = race("ravine").plot()

# %%
# Notice how RMSprop, which gives each coordinate its own rate, hardly notices the ravine.
#
# Turn the ravine
# ---------------
# The same ravine turned by 45 degrees: now no coordinate is steep.

_ = race("turned ravine").plot()

# %%
# Notice that gradient descent and momentum need as many steps as before: they do not know what a coordinate is.
# RMSprop and Adagrad have lost what made them fast.
#
# A valley with a bend
# --------------------

_ = race("rosenbrock", n_steps=1000).plot()

# %%
# Notice in the table that some of the starts never arrive and some walks leave the valley altogether. No row of one of
# these tables would have told you the others.
#
# A surface of your own
# ---------------------
# The slope of this one never gets smaller: steps of a fixed length jump back and forth over the kink and do not arrive.

own = Surface(
    "kink", value=lambda x: abs(x[..., 0]), gradient=lambda x: 1.0 * (x > 0) - (x < 0),
    start=(3.0,), spread=(1.0,), minima=((0.0,),), low=(-4.0,), high=(4.0,),
)  # fmt: skip
print(compare_optimizers(own, optimizers=["sgd", "adagrad", "adam"], n_steps=300).table())

# %%
# Try it
# ------
# ``compare_optimizers("saddle")`` starts on a ridge, ``"beale"`` beside a cliff, ``"himmelblau"`` between four minima.
# Save a race as moving picture with ``race("beale").animate().save("race.gif", writer="pillow")``.

print(compare_optimizers("saddle").table())
