"""
TensorBoard: curves, histograms and pictures in the browser
===========================================================

TensorBoard is a website on your own computer that shows a training while it runs. You will write every kind of entry it
knows: curves, histograms of weights, feature maps, the graph, texts, figures, a table of settings, precision-recall
curves. This needs the extra ``tensorboard``; without it, the example says how to get it.
"""

# %%
# A digit is 64 numbers; a small convolutional network shall name it.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile

import torch
from sklearn.datasets import load_digits

from ailiteracy import training

digits = load_digits()
x, y = torch.tensor(digits.images[:, None] / 16, dtype=torch.float32), torch.tensor(digits.target)
train, validation = training.Batches(x[:1200], y[:1200], shuffle=True), training.Batches(x[1200:], y[1200:])
torch.manual_seed(0)
convolution = torch.nn.Conv2d(1, 8, 3, padding=1)
model = torch.nn.Sequential(convolution, torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(512, 10))
folder = pathlib.Path(tempfile.mkdtemp()) / "first"

# %%
# The log is a callback. It is closed at the end: it holds a file open and a thread that writes. Where the extra is
# missing, the error says what to install, and a plain record takes its place.
try:
    log = training.TensorBoardLog(folder, histograms_every=5)
except ImportError as error:
    print(error)
    log = None
track = log or training.RunRecord(folder.with_suffix(".jsonl"))
result = training.fit(model, train, validation, epochs=10, callbacks=[track], device="cpu")
print(result)
figure = result.plot()

# %%
# These curves are what TensorBoard shows under "scalars", too.
#
# All the other kinds
# -------------------
# Feature maps are stretched to black and white: as they are, everything negative would be black. The graph is drawn as
# it is in evaluation. The settings are those that were used.
if log:
    with torch.no_grad():
        maps, scores = convolution(x[:1]), model(x[1200:]).softmax(dim=1)
    with log:
        log.images("maps of the first digit", maps[0][:, None])
        log.graph(model, x[:1])
        log.text("notes", "One convolution.\nNo dropout.")
        log.figure("curves", figure)
        log.pr_curve("is it an 8?", (y[1200:] == 8).long(), scores[:, 8])
        best = result.history.validation_accuracy.max()
        log.hyper_parameters({"channels": 8, "epochs": 10}, {"best validation accuracy": float(best)})

# %%
# Look at them with ``tensorboard --logdir`` and the folder. Or read them back, as any program can:
if log:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder))
    events.Reload()
    for kind in ("scalars", "histograms", "images", "tensors"):
        print(f"{kind:10}", events.Tags()[kind][:4])
    lengths = [round(event.value, 3) for event in events.Scalars("gradient/norm")]
    print("length of the gradient by epoch:", lengths)

# %%
# Try it
# ------
# Train a second network with 32 channels into the folder "second" beside "first", and let TensorBoard show both.
