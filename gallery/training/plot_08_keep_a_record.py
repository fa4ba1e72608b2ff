"""
Which of yesterday's runs was the good one?
===========================================

Whoever tries three learning rates and looks at the last number printed has forgotten two of them. You will write a
record of every run, draw them into one figure, and let a few rules of thumb say what each curve looks like.
"""

# %%
# A record is a callback: `fit` calls it after every epoch, and it appends a line to a file. A run that is killed keeps
# its lines.

# sphinx_gallery_tags = ["training", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile

import torch
from sklearn.datasets import make_moons

from ailiteracy import training

x, y = make_moons(500, noise=0.3, random_state=0)
x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
train = training.Batches(x[:60], y[:60], batch_size=20, shuffle=True)
validation = training.Batches(x[60:], y[60:])
folder = pathlib.Path(tempfile.mkdtemp())


# %%
# Every run starts from the same weights and differs only in its learning rate.
def run(name, rate, epochs=40):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 200), torch.nn.ReLU(), torch.nn.Linear(200, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    record = training.RunRecord(folder / f"{name}.jsonl", settings={"rate": rate})
    return training.fit(model, train, validation, optimizer=optimizer, epochs=epochs, callbacks=[record], device="cpu")


# %%
# Three rates, 60 points to learn from, noise that no network can know.
results = {name: run(name, rate) for name, rate in (("tiny", 1e-6), ("small", 1e-3), ("large", 0.1))}
print((folder / "tiny.jsonl").read_text()[:120])
runs = training.compare_runs(*[folder / f"{name}.jsonl" for name in results])
print(runs, isinstance(runs, training.RunComparison))
_ = runs.plot()

# %%
# Solid lines are training, dashed ones validation. The green pair opens like scissors: it learns the 60 points by
# heart.
#
# What do the curves say?
# -----------------------
# Rules of thumb, no proof, but they forget nothing.
for name, result in results.items():
    said = training.diagnose_curves(result.history.train_loss, result.history.validation_loss)
    print(f"{name:6} {said.pattern}: {said.advice}")
print(isinstance(said, training.Diagnosis))

# %%
# How long is the gradient?
# -------------------------
# One number that is worth recording: the length of the whole gradient. It is the root of the sum of squares; the sum of
# the layers' lengths is something else, and grows with the number of layers.
model = results["small"].model
model.zero_grad()
torch.nn.functional.cross_entropy(model(x[:60]), y[:60]).backward()
lengths = [weight.grad.norm() for weight in model.parameters()]
print(f"length {training.gradient_norm(model):.4f}, sum of lengths {sum(lengths):.4f}")

# %%
# Try it
# ------
# A rate of 1e-4 for 40 epochs: what does the diagnosis say, and is it right when you train for 400?
