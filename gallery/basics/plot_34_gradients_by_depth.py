"""
Why were deep networks hard to train?
=====================================

You will measure the gradient in every layer of stacks up to 40 layers deep, with three activations and six ways to
build a layer. It vanishes, explodes, or gets through. Training is skipped: the trouble is there before the first step.
"""

# %%
# A stack of sigmoids, deeper and deeper. How long is the gradient at the first layer beside that at the last?

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import DepthResult, compare_depth

sigmoids = compare_depth([2, 5, 10, 20], activations=["sigmoid"], remedies=["default"])
print(sigmoids.table())

# %%
# The slope of a sigmoid is at most 1/4, and often one reads that this alone makes the gradient vanish: a quarter to
# the power of the depth. It does not. On its way back the gradient is multiplied by the weights as well.

for depth in (5, 20):
    measured = sigmoids.ratio("sigmoid", "default", depth)
    print(f"{depth} layers: a quarter per layer would leave {0.25 ** (depth - 1):.1e}, measured {measured:.1e}")

# %%
# So the first weights matter, and they can help or harm. Here is all of it, 40 layers deep.

result = compare_depth()
print(result.table())
_ = result.plot()

# %%
# Notice the three panels. Sigmoids lose the gradient with every choice of weights, since kaiming and xavier cannot make
# up for so small a slope: only batch norm and shortcuts help. Tanh and ReLU keep it with kaiming's weights, lose it
# with those that ``nn.Linear`` chooses by itself, and explode with standard normal ones.


def survivors(result: DepthResult, depth: int) -> list[str]:
    """The cases whose first layer gets between a hundredth and a hundred times the last layer's gradient."""
    cases = {(activation, remedy) for activation, remedy, _ in result.norms}
    return sorted(" + ".join(case) for case in cases if 0.01 < result.ratio(*case, depth) < 100)


print(survivors(result, 40))

# %%
# Try it
# ------
# Make the layers wider with ``width=128``. What changes for standard normal weights, and why does nothing change for
# kaiming's? A shortcut around ReLU explodes slowly: find the depth at which it passes a hundred.

print(compare_depth([10, 20], activations=["relu"], remedies=["shortcut", "kaiming"]).table())
