"""
A large batch without the memory for it, and steps that never explode
=====================================================================

Gradients add up: four small batches make one large one. You will see what goes wrong with the last, incomplete group,
then tame a network whose gradients explode. Why gradients explode is skipped; see the examples on depth.
"""

# %%
# Ten samples in batches of 3, 3, 3 and 1; two batches to a step.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import math

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

from ailiteracy import training

torch.manual_seed(0)
x = torch.randn(10, 3, dtype=torch.float64)
y = x.sum(dim=1, keepdim=True)
batches = list(training.Batches(x, y, batch_size=3))


# %%
# Each batch adds its gradient, times a share.
def gradient(pairs, share):
    """Add up the gradients of the batches, each loss times its share."""
    torch.manual_seed(1)
    model = torch.nn.Linear(3, 1, dtype=torch.float64)
    for (inputs, targets), part in zip(pairs, share, strict=True):
        (F.mse_loss(model(inputs), targets) * part).backward()
    return model.weight.grad


# %%
# The usual recipe divides each loss by the number of batches in a full group. In the last group, of 3 and 1 samples,
# the single sample then counts three times as much as each of the others, and twice as much as it should. Shares by
# samples give exactly the gradient of one large batch.
whole = gradient([(x[6:], y[6:])], [1])
usual = gradient(batches[2:], [1 / 2, 1 / 2])
by_samples = gradient(batches[2:], [3 / 4, 1 / 4])
print("one large batch:  ", whole)
print("divided by two:   ", usual)
print("shares by samples:", by_samples, "largest difference", float((by_samples - whole).abs().max()))

# %%
# ``fit`` does the latter: the same weights as from large batches.
weights = []
for pairs, accumulate in ((batches, 2), ([(x[:6], y[:6]), (x[6:], y[6:])], 1)):
    torch.manual_seed(1)
    model = torch.nn.Linear(3, 1, dtype=torch.float64)
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    training.fit(model, pairs, loss=F.mse_loss, optimizer=sgd, epochs=20, accumulate=accumulate, device="cpu")
    weights.append(model.weight.detach())
print("largest difference after 40 steps:", float((weights[0] - weights[1]).abs().max()))

# %%
# Steps that explode
# ------------------
# A network with outputs times ten and a rate that is too large for it. Without clipping (``math.inf`` only measures the
# gradient) and with two limits, from the same first weights. A callback notes both curves, as the control breaks off.
inputs = torch.randn(32, 10, generator=torch.Generator().manual_seed(42))
data = [(inputs, inputs[:, :1])]


def curves(limit):
    """Return losses and gradient lengths, step by step, until the end or until they explode."""
    torch.manual_seed(42)
    model = torch.nn.Sequential(torch.nn.Linear(10, 100), torch.nn.Tanh(), torch.nn.Linear(100, 1))
    sgd, rows = torch.optim.SGD(model.parameters(), lr=0.05), []
    try:
        training.fit(model, data, loss=lambda out, t: F.mse_loss(10 * out, t), optimizer=sgd, epochs=60, device="cpu",
                     callbacks=[lambda _, row: rows.append((row["train_loss"], row["gradient_norm"]))],
                     clip_norm=limit)  # fmt: skip
    except training.DivergedError as error:
        print(f"limit {limit}: {error}")
    return list(zip(*rows, strict=True))


# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
for limit, style in ((math.inf, "-"), (10.0, "--"), (1.0, ":")):
    losses, norms = curves(limit)
    print(f"limit {limit:g}: {len(losses)} steps, loss {losses[-1]:.3g} at the end")
    axes[0].semilogy(losses, style, label=f"at most {limit:g}")
    axes[1].semilogy(norms, style)
axes[0].set(title="Training loss", xlabel="step", ylim=(1e-2, 1e8))
axes[0].legend(title="gradient length")
_ = axes[1].set(title="Length before clipping", xlabel="step", ylim=(1e-1, 1e8))

# %%
# The solid line, the control, is never clipped and shoots out of the picture. Clipping keeps the direction of a step
# and limits its length.
#
# Try it
# ------
# Lower the learning rate to 0.005 and leave clipping out. Is clipping still needed?
