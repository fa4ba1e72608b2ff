"""
Which activation bends how?
===========================

You will see four activations with their slopes, two ways to write them that go wrong without an error, and what each
makes of two moons. Activations inside language models are skipped.
"""

# %%
# Written straight from the formulas, both functions look right.

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

from ailiteracy.basics import train_points


def plain_sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def plain_relu(x):
    return torch.maximum(torch.tensor(0.0), x)


x = torch.tensor([-100.0, 0.0, 2.0], requires_grad=True)
for function in (plain_sigmoid, torch.sigmoid, plain_relu, torch.relu):
    (slopes,) = torch.autograd.grad(function(x).sum(), x)
    print(f"{function.__name__:13s} values {function(x).tolist()}, slopes {slopes.tolist()}")

# %%
# The values agree; the slopes do not. At -100 the exponential overflows and the slope is nan, which one bad sample
# spreads to every weight. At 0 the maximum shares the slope between its two arguments; PyTorch's ReLU has slope 0
# there. Use the library's functions.
#
# Four shapes
# -----------

x = torch.linspace(-5, 5, 201, requires_grad=True)
names = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "gelu": F.gelu}
figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for (name, function), style in zip(names.items(), ("-", "--", "-.", ":"), strict=True):
    (slopes,) = torch.autograd.grad(function(x).sum(), x)
    panels[0].plot(x.detach(), function(x).detach(), style, label=name)
    panels[1].plot(x.detach(), slopes, style, label=f"largest {slopes.max():.2f}")
panels[0].set(title="Values", xlabel="x", ylim=(-1.2, 3))
panels[1].set(title="Slopes", xlabel="x")
_ = [axes.legend() for axes in panels]

# %%
# Notice the slopes: that of the sigmoid never exceeds 0.25 and nearly vanishes beyond 5: ten such slopes alone make
# less than a millionth (the weights between them multiply too). ReLU passes on all or nothing.
#
# Two moons
# ---------
# Same start for the data, same number of steps, three seeds each.

for name in ("none", "relu", "tanh", "sigmoid", "gelu"):
    runs = [
        train_points("moons", hidden=(8,), activation=name, seed=seed, epochs=150, learning_rate=0.05)
        for seed in range(3)
    ]
    print(f"{name:8s}", *(f"{run.test_accuracy:.1%}" for run in runs))

# %%
# Without an activation the border is straight, and one point in eight lies on the wrong side. Eight neurons of ReLU or
# sigmoid have hardly got further after so few steps; those of tanh are done. With more neurons all of them get there,
# and on other data the order is another one.

_ = train_points("moons", hidden=(8,), activation="tanh", learning_rate=0.05).plot()

# %%
# Notice how smooth the border is: tanh has no folds.

# %%
# Try it
# ------
# Give the sigmoid more steps or a larger rate: does it catch up? Then find the smallest hidden layer that separates
# the moons with each activation.

run = train_points("moons", hidden=(8,), activation="sigmoid", learning_rate=0.1, epochs=300)
print(f"{run.test_accuracy:.1%}")
