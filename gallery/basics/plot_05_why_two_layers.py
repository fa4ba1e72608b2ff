"""
Why does XOR need a second layer?
=================================

You will see XOR built by hand from three neurons that could not do it alone, and then look inside a trained network:
its hidden layer moves the four points to places where one line is enough. How it is trained is the subject of the
examples before.
"""

# %%
# One neuron draws one line, and no line parts the answers of XOR.

# sphinx_gallery_tags = ["basics", "beginner", "3 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.basics import backprop_demo, perceptron_demo

print("one neuron learns it:", perceptron_demo("xor").converged)

# %%
# But XOR is "at least one, and not both": OR and NAND, joined by AND. Each of the three is a gate that one neuron
# learns. So let two neurons look at the inputs and a third look at their answers.

first_or, first_nand, then_and = (perceptron_demo(name) for name in ("or", "nand", "and"))
inputs = first_or.inputs
hidden = np.column_stack([first_or.predict(inputs), first_nand.predict(inputs)])
for row, seen, answer in zip(inputs, hidden, then_and.predict(hidden), strict=True):
    print(f"{row} -> OR and NAND say {seen} -> AND says {answer}")

# %%
# The third neuron never sees the inputs. It sees two answers, and of those only three pairs are left: (0, 0) and (1, 1)
# fell on different corners than (0, 1) and (1, 0), which fell together.
#
# Does a trained network do the same? Take two hidden neurons and draw where they move the four points.

result = backprop_demo("xor", hidden=(2,), activation="tanh", loss="cross_entropy", learning_rate=0.5)
print(result)
moved = np.tanh(inputs @ result.network.weights[0] + result.network.biases[0])


def draw(axes: plt.Axes, points: np.ndarray, title: str) -> None:
    for target, marker in ((0, "o"), (1, "s")):
        chosen = points[result.targets[:, 0] == target]
        axes.plot(*chosen.T, marker, color="black", markersize=10, label=f"Target {target}")
    axes.set(title=title)
    axes.legend()


# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
draw(left, inputs, "What goes in")
draw(right, moved, "What the second layer sees")
left.set(xlabel="x1", ylabel="x2")
right.set(xlabel="Hidden neuron 1", ylabel="Hidden neuron 2", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))
(v1, v2), bias = result.network.weights[1][:, 0], result.network.biases[1][0]
ends = np.array([-1.2, 1.2])
_ = right.plot(ends, -(v1 * ends + bias) / v2, "--", color="#D55E00")

# %%
# Notice that on the right one line (dashed) parts the squares from the circles: it is the line of the output neuron.
# The hidden layer did not solve XOR, it moved the points so that a single neuron can.
#
# Without the bend, moving would not help: two layers that only multiply and add are one layer that multiplies and
# adds.

rng = np.random.default_rng(0)
first, second = rng.normal(size=(2, 2)), rng.normal(size=(2, 1))
print(np.allclose((inputs @ first) @ second, inputs @ (first @ second)))

# %%
# Try it
# ------
# XNOR is the opposite of XOR. Which two gates would you join, and by which third? Change one name above and see.

first_and, first_nor = perceptron_demo("and"), perceptron_demo("nor")
seen = np.column_stack([first_and.predict(inputs), first_nor.predict(inputs)])
print(perceptron_demo("or").predict(seen))
