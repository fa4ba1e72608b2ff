"""
A hidden layer makes XOR possible
=================================

You will see a network of two inputs, four hidden neurons and one output learn XOR by back-propagation: the loss
falls, and the plane of inputs folds into two regions. How the gradients are found is skipped; a later example does
it by hand.
"""

# %%
# First the naive try: one neuron, which draws one line.

# sphinx_gallery_tags = ["basics", "beginner", "3 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import backprop_demo, perceptron_demo

print(perceptron_demo("xor"))

# %%
# Now four hidden neurons between the inputs and the output. Each draws a line of its own, and the output neuron
# combines them. The weights start at random and take 10,000 small steps, each against the gradient of the loss.

result = backprop_demo("xor")
print(result)
for row, target, answer in zip(result.inputs, result.targets, result.predictions, strict=True):
    print(f"{row} -> {answer[0]:.3f} (target {target[0]:.0f})")

_ = result.plot()

# %%
# Notice the flat stretch in the left panel: for many epochs every answer is close to one half and the loss stays at
# 0.5, then the network finds the idea and the loss drops. In the right panel two lines (dashed) part the squares from
# the circles where one could not.
#
# Did it need all those epochs? Stop earlier and look.

for epochs in (100, 1_000, 3_000, 10_000):
    short = backprop_demo("xor", epochs=epochs)
    print(f"{epochs:>6} epochs: loss {short.losses[-1]:.4f}, accuracy {short.accuracy:.2f}")

# %%
# The length of a step matters as much. Too short, and nothing happens in the given time; too long, and the first step
# throws the weights so far out that the neurons are stuck at 0 or 1, where the sigmoid is flat and has no gradient.

for learning_rate in (0.001, 0.1, 1.0, 100.0):
    run = backprop_demo("xor", epochs=3_000, learning_rate=learning_rate)
    print(f"learning rate {learning_rate:>7}: loss {run.losses[-1]:.4f}, accuracy {run.accuracy:.2f}")

# %%
# Where did the time go? Each of the 10,000 steps calls numpy some thirty times, for a handful of numbers. The same
# steps written as loops and compiled take a small part of the time (the first call compiles) and lead to the same
# answers.

fast = backprop_demo("xor", compiled=True)
print(f"largest difference in any weight: {abs(fast.network.parameters - result.network.parameters).max():.0e}")

# %%
# Try it
# ------
# The network takes your own points too. Here is a ring: 1 inside, 0 outside. Give it fewer hidden neurons, or more,
# and compare the right panels. How many lines does a ring need?

grid = [(x / 3, y / 3) for x in range(-3, 4) for y in range(-3, 4)]
inside = [x * x + y * y < 0.5 for x, y in grid]
ring = backprop_demo((grid, inside), hidden=(4,), epochs=4_000)
print(ring)
_ = ring.plot()
