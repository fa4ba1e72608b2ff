"""
What does a forgotten line cost?
================================

A PyTorch scheduler changes nothing until its ``step()`` is called, and forgetting the call raises no error. You will
measure what that costs on real handwritten digits, over several seeds. The choice of schedules is skipped.
"""

# %%
# The rate of a scheduler that is never stepped.

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits

from ailiteracy import training
from ailiteracy.basics.schedules import cosine, one_cycle

optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.5, total_steps=100)
for _ in range(50):
    optimizer.step()  # and scheduler.step() is missing
print(f"half way, without scheduler.step(): {optimizer.param_groups[0]['lr']:.2f}")
print(f"meant was {0.5 * one_cycle(50, 100):.2f}")

# %%
# A training that forgets the call is one with the first rate of the schedule, from beginning to end. So let the same
# networks learn with a schedule and with its first value alone.

X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16, dtype=torch.float32), torch.tensor(y)


def loss_after(schedule, seed, rate=1.0):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    seen, unseen = order[:600], order[600:]
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    batches = training.Batches(X[seen], y[seen], batch_size=20, shuffle=True, seed=seed)
    sgd = torch.optim.SGD(model.parameters(), lr=rate)
    training.fit(model, batches, optimizer=sgd, schedule=schedule, epochs=8, device="cpu", seed=seed)
    return training.evaluate(model, [(X[unseen], y[unseen])], device="cpu").loss


# %%
# Two schedules, each beside what is left of it when the call is forgotten: cosine begins at the full rate, one cycle
# at a twenty-fifth of it.

cases = {
    "cosine": cosine,
    "cosine, forgotten": lambda step, n_steps: cosine(0, n_steps),
    "one cycle": one_cycle,
    "one cycle, forgotten": lambda step, n_steps: one_cycle(0, n_steps),
}
losses = {name: np.array([loss_after(schedule, seed) for seed in range(5)]) for name, schedule in cases.items()}
for name, values in losses.items():
    print(f"{name:21} mean test loss {values.mean():.3f}, from {values.min():.3f} to {values.max():.3f}")

# %%
# Every dot is a seed.

figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
for row, values in enumerate(losses.values()):
    axes.plot(values, [row] * len(values), "o", color="#D55E00" if row % 2 else "#0072B2")
axes.set_yticks(range(len(losses)), list(losses))
axes.set_xscale("log")
_ = axes.set(xlabel="Cross entropy in the test", ylim=(3.5, -0.5), title="The same schedules, asked and forgotten")

# %%
# Notice that the first rate decides what is lost: a schedule that begins high loses its calm end and becomes a matter
# of luck, one that begins with a warm-up learns far too slowly. In ``fit`` the line cannot be forgotten: the schedule
# is asked before every step.

# %%
# Try it
# ------
# Lower the full rate: at 0.5 forgetting the call does no harm at all in so short a training. Why? And what happens to
# both at 2?

for rate in (0.5, 1.0):
    print(rate, round(loss_after(cosine, 4, rate), 3), round(loss_after(cases["cosine, forgotten"], 4, rate), 3))
