"""
Stop at any moment, go on as if nothing had happened
====================================================

A training of days will be stopped: by a reboot, a full queue, a cable. You will stop one in the middle of an epoch and
go on, first with the weights alone, then with all that belongs to them. How files are written safely is skipped.
"""

# %%
# 600 digits, a network with dropout, and momentum in the optimizer: three things that remember or draw.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits

from ailiteracy import training

pixels, digits = load_digits(return_X_y=True)
x, y = torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(digits)
validation = [(x[600:900], y[600:900])]
STOP = 35  # steps; an epoch has ten


# %%
# A power cut is played by a KeyboardInterrupt in the middle of an epoch.
def run(epochs=6, stop_after=None, weights=None, **arguments):
    """Train, perhaps not to the end."""
    torch.manual_seed(0)
    layers = torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(32, 10)
    model = torch.nn.Sequential(*layers)
    model.load_state_dict(weights or model.state_dict())
    sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    steps = []

    def count(*_):
        steps.append(1)
        if len(steps) == stop_after:
            raise KeyboardInterrupt

    sgd.register_step_post_hook(count)
    train = training.Batches(x[:600], y[:600], batch_size=60, shuffle=True)
    return training.fit(model, train, validation, optimizer=sgd, epochs=epochs, device="cpu", **arguments)


# %%
# With the weights alone
# ----------------------
# Three epochs, the weights, and three more epochs. The optimizer has forgotten its momentum, the order of the samples
# starts over, and the result is another one.
straight = run()
half = run(epochs=3)
naive = run(epochs=3, weights=half.model.state_dict())
print("equal weights:", torch.equal(straight.model[0].weight, naive.model[0].weight))

# %%
# With everything
# ---------------
# The same call with a folder, saved every four steps. It is cut off after 35 steps and called again: it goes on from
# step 32. In a real training, this is the same script, started again.
folder = pathlib.Path(tempfile.mkdtemp()) / "digits"
cut = run(stop_after=STOP, checkpoint_dir=folder, checkpoint_every=4)
print("cut off:", cut)
again = run(checkpoint_dir=folder, checkpoint_every=4)
print("equal weights:", torch.equal(straight.model[0].weight, again.model[0].weight))
for path in sorted(folder.iterdir()):
    print(path.name.split("-")[0], path.suffix, path.stat().st_size, "bytes")

# %%
# Stopped by hand
# ---------------
# Ctrl-C raises a KeyboardInterrupt, too. ``fit`` catches it and returns what there is: the epochs that were finished
# and, in the model, the weights that did best on the validation samples until then.
print(f"interrupted: {cut.interrupted}, {len(cut.history)} epochs finished, the weights of epoch {cut.best_epoch} kept")
print("accuracy then:", cut.history.validation_accuracy[cut.best_epoch - 1])
print("the model now:", training.evaluate(cut.model, validation, device="cpu").accuracy)

# %%
fig, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
ax.plot(range(1, 7), straight.history.train_loss, "o-", markersize=9, label="in one go")
ax.plot(range(1, 7), again.history.train_loss, "s-", markersize=4, label="cut off and taken up")
ax.plot(range(4, 7), naive.history.train_loss, "^--", label="taken up with weights alone")
ax.set(title="The same curve", xlabel="epoch", ylabel="training loss")
_ = ax.legend()

# %%
# Two curves lie on each other in every point; the dashed one is a different training.
#
# What is not taken up
# --------------------
# A checkpoint of another training is refused, in words.
try:
    run(checkpoint_dir=folder, seed=1)
except ValueError as error:
    print(str(error).replace(str(folder), "digits"))

# %%
# Try it
# ------
# Cut it off after 7 steps with ``checkpoint_every=None``: the folder is empty then, since no epoch was finished. What
# does the second call do?
