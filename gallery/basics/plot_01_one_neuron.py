"""
Why can one neuron learn AND but not XOR?
=========================================

You will see what one artificial neuron does with five inputs, watch it learn the logic gates AND, OR and NOT from
examples, and fail at XOR however long it tries. Networks with several neurons are skipped here.
"""

# %%
# A neuron multiplies each input by a weight and adds up: S = x1 w1 + x2 w2 + ... It puts out 1 when S is above its
# threshold T, else 0. Here five inputs vote, with unequal weights, one of them against.

# sphinx_gallery_tags = ["basics", "beginner", "5 min"]
# sphinx_gallery_thumbnail_number = 3

from ailiteracy.basics import NeuronResult, PerceptronResult, perceptron_demo, threshold_neuron

votes: NeuronResult = threshold_neuron([1, 0, 1, 1, 0], [2, 1, -1, 3, 1], threshold=3)
print(votes)
_ = votes.plot()

# %%
# Notice the orange line: an input with a negative weight speaks against firing. With a threshold of 4 the same sum
# would not be enough, because it must be *above*.
#
# Who chooses the weights? First by hand: AND is 1 only when both inputs are 1.

for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)):
    print(threshold_neuron([a, b], [1, 1], threshold=1.5))

# %%
# Better: let it learn. The threshold becomes a bias, which is added to the sum, so that the neuron fires above 0. It
# learns from its mistakes: when it should have fired and did not, its weights move towards the input; when it fired
# and should not have, away from it. Right answers change nothing, and a pass through all rows without a mistake ends
# it.

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
# OR is 1 when at least one input is 1, NOT has one input and turns it around. Now try all the gates, the same way.


def verdict(result: PerceptronResult) -> str:
    return f"learned in {result.n_epochs} epochs" if result.converged else f"not learned in {result.n_epochs} epochs"


for name in ("not", "and", "or", "nand", "nor", "xor", "xnor"):
    print(f"{name:>5}: {verdict(perceptron_demo(name))}")

# %%
# XOR asks whether the inputs differ. Perhaps it only needs more time?

patient = perceptron_demo("xor", max_epochs=10_000)
print(f"in epoch {patient.n_epochs:,} it still makes {patient.mistakes[-1]} mistakes")
_ = patient.plot()

# %%
# Notice that the two squares stand at opposite corners and the two circles too: the line between the squares crosses
# the line between the circles. A half of the plane that has both squares has their middle, and that is the middle of
# the circles as well, so it has one of the circles. Written with weights:

print(patient.why_not())

# %%
# More time cannot help; more neurons can, and :ref:`the next example
# <sphx_glr_auto_gallery_basics_plot_02_backprop_xor.py>` shows how. Where a line exists, the rule is sure to find one:
# with points that keep well apart, after few mistakes.

blobs = perceptron_demo("blobs")
print(f"{blobs.mistakes.sum()} mistakes among {len(blobs.targets)} points, then none")
_ = blobs.plot()

# %%
# Notice how close to the points the line may lie: the neuron stopped at the first line that works.

# %%
# Try it
# ------
# The neuron takes any table with one 0 or 1 for each row. Give it three inputs and let it vote: the answer is 1 when
# at least two inputs are 1. Then ask for "an odd number of inputs is 1". Which of the two is out of its reach, and
# why?

rows = [[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)]
print(perceptron_demo((rows, [sum(row) >= 2 for row in rows])))
