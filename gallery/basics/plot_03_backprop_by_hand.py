"""
One step of back-propagation, number by number
==============================================

You will see every number of one training step on a network small enough for paper: two inputs, two hidden neurons,
one output, no biases. Training to the end is skipped: one step is enough to see the rule.
"""

# %%
# The inputs are 0.35 and 0.7, the target is 0.5. Each neuron adds up what comes in, weighted, and squashes the sum by
# the sigmoid.

# sphinx_gallery_tags = ["basics", "intermediate", "5 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import Network, WorkedExample, worked_example

example = worked_example()
print(example)
_ = example.plot()

# %%
# Notice that the answer y5 moved from 0.6651 towards the target 0.5, and that w23 moved most: it joins the strongest
# signal to the largest delta.
#
# Here is the same as a table, with the formula behind each number.

print(example.table())

# %%
# Check three of the numbers with a pocket calculator. The output's delta is the slope of the sigmoid times the error;
# a hidden neuron's delta is its slope times what comes back through its weight.

y4, y5, w23 = example.forward["y4"], example.forward["y5"], example.start["w23"]
delta5 = y5 * (1 - y5) * (0.5 - y5)
delta4 = y4 * (1 - y4) * w23 * delta5
print(f"delta5 {delta5:.6f}, delta4 {delta4:.6f}, new w23 {w23 + delta5 * y4:.6f}")

# %%
# How can one know that such a formula is right? First the naive way: no formula at all. Make w23 a little larger, run
# the network forward again and see how much the loss grows. A network of 2-2-1 neurons with these weights does it.


def loss(example: WorkedExample, nudge: float) -> float:
    w = example.start
    network = Network((2, 2, 1))
    network.weights[0][:] = [[w["w11"], w["w12"]], [w["w21"], w["w22"]]]
    network.weights[1][:] = [[w["w13"]], [w["w23"] + nudge]]
    return 0.5 * (0.5 - network.forward([[0.35, 0.7]])[0, 0]) ** 2


slope = (loss(example, 1e-6) - loss(example, -1e-6)) / 2e-6
print(f"by nudging: {-slope:.6f}, by back-propagation: {delta5 * y4:.6f}")

# %%
# Both agree. Nudging takes two forward passes for every weight, millions of them in a large network; back-propagation
# finds all the slopes in one walk back. That is the whole point of it.

# %%
# Try it
# ------
# Work out the new w11 by hand, then compare with the line below. Its delta is that of y3, and the number it carries
# is x1. Printed versions of this example often have it grow; can you tell from the sign of delta3 why it must shrink?

print(f"w11: {example.start['w11']} -> {example.weights['w11']:.6f}")
