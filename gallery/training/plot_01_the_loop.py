"""
What does "training" do?
========================

Predict, compare, correct, again: that is all. You will train a small network on two half moons, first with steps that
are much too large, then with a schedule, and stop it when it no longer gets better. How gradients are computed is
skipped; see the examples on back-propagation.
"""

# %%
# Two half moons that no straight line can part: 600 points to learn from, 200 to choose by, 200 for the test.

# sphinx_gallery_tags = ["training", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile

import torch
from sklearn.datasets import make_moons

from ailiteracy import training

x, y = make_moons(1000, noise=0.2, random_state=0)
x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
train = training.Batches(x[:600], y[:600], batch_size=100, shuffle=True)
validation = training.Batches(x[600:800], y[600:800])
test = training.Batches(x[800:], y[800:])


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.ReLU(), torch.nn.Linear(32, 2))


# %%
# Steps that are too large
# ------------------------
# The loss grows instead of falling, until it is no number any more. The loop notices and says what to do.
model = network()
huge = torch.optim.SGD(model.parameters(), lr=1e6)
try:
    training.fit(model, train, loss=lambda out, t: ((out[:, 1] - t) ** 2).mean(), optimizer=huge, device="cpu")
except training.DivergedError as error:
    print(error)

# %%
# A schedule, and a time to stop
# ------------------------------
# A schedule is a plain function: large steps first, small ones at the end. ``patience=5`` ends the training when the
# validation samples have not been told apart better for five epochs.
model = network()
adam = torch.optim.AdamW(model.parameters(), lr=0.05)
result = training.fit(
    model, train, validation, test=test, optimizer=adam, schedule=training.warmup_cosine, epochs=40, patience=5,
    classes=["upper", "lower"], device="cpu",
)  # fmt: skip
print(result)
_ = result.plot()

# %%
# The dotted line marks the epoch whose weights were kept: the best on validation, not simply the last.
#
# Three schedules
# ---------------
for schedule in (training.constant, training.warmup_cosine, training.one_cycle):
    print(f"{schedule.__name__:14}", [round(schedule(step, 9), 2) for step in range(9)])

# %%
# Looking at the numbers
# ----------------------
# The result holds plain data, and every number can be found again by hand.
seen = training.evaluate(model, test, device="cpu")
counts = training.confusion_matrix(seen.labels, seen.predictions)
print(counts)
print("per class:", training.class_accuracy(counts).round(3))
print("all:", training.accuracy(seen.labels, seen.predictions), "=", result.test_accuracy)
print(result.history)

# %%
# Save, and take up again
# -----------------------
folder = result.save(pathlib.Path(tempfile.mkdtemp()) / "moons")
again = training.load_weights(network(), folder)
print("same accuracy:", training.evaluate(again, test, device="cpu").accuracy == result.test_accuracy)
kinds = (training.TrainingResult, training.History, training.Evaluation)
print([isinstance(part, kind) for part, kind in zip((result, result.history, seen), kinds, strict=True)])

# %%
# Try it
# ------
# Train with ``schedule=training.constant`` and with a learning rate of 0.2. Which curve is the calmest, and which
# network is the best in the test?
