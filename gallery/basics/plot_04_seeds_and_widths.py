"""
How many hidden neurons does XOR need?
======================================

You will see networks with one, two and four hidden neurons try XOR from eight random starts each. One neuron too
few never works, just enough works sometimes, a few more work always. Other kinds of networks are skipped.
"""

# %%
# One run proves little: the first weights are random, and some starts are luckier than others. So first look at one
# run with two hidden neurons, the smallest number that can do it.

# sphinx_gallery_tags = ["basics", "intermediate", "3 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt

from ailiteracy.basics import BackpropResult, backprop_demo

for seed in (0, 1):
    print(f"seed {seed}: {backprop_demo('xor', hidden=(2,), rng=seed, epochs=6_000)}")

# %%
# Seed 0 would say that two neurons are too few, seed 1 that they are enough. Only several seeds give an answer, for
# every width the same seeds.

results = {
    width: [backprop_demo("xor", hidden=(width,), rng=seed, epochs=6_000) for seed in range(8)] for width in (1, 2, 4)
}


def n_solved(runs: list[BackpropResult]) -> int:
    return sum(run.accuracy == 1 for run in runs)


for width, runs in results.items():
    print(f"{width} hidden: {n_solved(runs)} of {len(runs)} seeds end with four right answers")

# %%
# Draw the loss of every run.

figure, panels = plt.subplots(1, 3, figsize=(9, 3), sharey=True, layout="constrained")
for axes, (width, runs) in zip(panels, results.items(), strict=True):
    for run in runs:
        axes.plot(run.losses, color="#0072B2" if run.accuracy == 1 else "#D55E00", alpha=0.7)
    axes.set(title=f"{width} hidden: {n_solved(runs)} of {len(runs)} solved", xlabel="Epoch")
_ = panels[0].set(ylabel="Loss", ylim=(0, 0.7))

# %%
# Notice the orange runs, those that fail: they level off far above 0. They are caught on a plateau, where small steps
# lead nowhere. Spare neurons give the network more ways out.
#
# What does a failed run believe?

stuck = next(run for run in results[2] if run.accuracy < 1)
print(stuck.predictions.ravel().round(2))
_ = stuck.plot()

# %%
# Notice that the whole plane has one colour: the network answers one half to everything. As half of the targets are
# 1, this is the best answer of a network that looks at no input, and the way to anything better leads over a plateau.

# %%
# Try it
# ------
# Change the width to 3, 8 and 16. Then spend the neurons differently: is ``hidden=(2, 2)`` better or worse than
# ``hidden=(4,)``? Count seeds before you answer.

print(n_solved([backprop_demo("xor", hidden=(3,), rng=seed, epochs=6_000) for seed in range(4)]), "of 4")
