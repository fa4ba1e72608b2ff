"""
Why can one neuron learn AND but not XOR?
=========================================

You will see one artificial neuron learn the logic gates AND and OR from four examples each, and fail at XOR however
long it tries. Networks with several neurons are skipped here; they come in the next example.
"""

# %%
# A neuron multiplies each input by a weight, adds a bias and fires when the sum is above 0. It learns from its
# mistakes: when it should have fired and did not, its weights move towards the input; when it fired and should not
# have, away from it. Right answers change nothing.
#
# AND is 1 only when both inputs are 1. The neuron stops as soon as it goes through all four rows without a mistake.

# sphinx_gallery_tags = ["basics", "beginner", "3 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import PerceptronResult, perceptron_demo

gate_and = perceptron_demo("and")
print(gate_and)
_ = gate_and.plot()

# %%
# Notice in the right panel that one straight line parts the three circles from the square, and that the neuron
# stopped at the first line that works, not at the best one: it runs through one of the circles.
#
# The sums decide every answer: the neuron fires when its sum is above 0.

w1, w2 = gate_and.weights
for a, b in gate_and.inputs:
    answer = gate_and.predict([[a, b]])[0]
    print(f"{a:.0f} and {b:.0f}: the sum is {a * w1 + b * w2 + gate_and.bias:+.0f}, the answer {answer}")

# %%
# OR is 1 when at least one input is 1. Now try all the gates, the same way.


def verdict(result: PerceptronResult) -> str:
    return f"learned in {result.n_epochs} epochs" if result.converged else f"not learned in {result.n_epochs} epochs"


for name in ("and", "or", "nand", "nor", "xor", "xnor"):
    print(f"{name:>5}: {verdict(perceptron_demo(name))}")

# %%
# XOR asks whether the inputs differ. Perhaps it only needs more time?

patient = perceptron_demo("xor", max_epochs=10_000)
print(patient)
_ = perceptron_demo("xor", max_epochs=30).plot()

# %%
# Notice that the two squares stand at opposite corners: a line that has both on one side has a circle there too. The
# neuron corrects one mistake and makes another, for ever. More time cannot help; more neurons can, and :ref:`the next
# example <sphx_glr_auto_gallery_basics_plot_02_backprop_xor.py>` shows how.

# %%
# Try it
# ------
# The neuron takes any table with one 0 or 1 for each row. Give it three inputs and let it vote: the answer is 1 when
# at least two inputs are 1. Then ask for "an odd number of inputs is 1". Which of the two is out of its reach, and
# why?

votes = [[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)]
print(perceptron_demo((votes, [sum(row) >= 2 for row in votes])))
