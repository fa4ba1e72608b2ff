"""
A network without torch
=======================

A phone or a browser has no torch. ONNX is a file that holds a network as weights and operations; many programs can run
it. You will export a small network, check that the file answers as torch does, and see why the check is not optional.
This needs the extra ``onnx``; without it, the example says how to get it.
"""

# %%
# A network that names digits, with dropout and batch norm, which work differently in training.

# sphinx_gallery_tags = ["training", "advanced", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn

from ailiteracy import training

digits = load_digits()
x, y = torch.tensor(digits.images[:, None] / 16, dtype=torch.float32), torch.tensor(digits.target)
torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Dropout(0.2), nn.Flatten(), nn.Linear(288, 10)
)
training.fit(model, training.Batches(x[:1400], y[:1400], shuffle=True), epochs=5, device="cpu")
print("in training mode:", model.train().training)

# %%
# Export
# ------
# The network is written as it works in evaluation, and stays in training mode itself. The file takes batches of any
# size.
path = pathlib.Path(tempfile.mkdtemp()) / "digits.onnx"
try:
    written = training.export_onnx(model, (1, 8, 8), path)
    print(written, "Still in training mode:", model.training, isinstance(written, training.OnnxExport))
except ImportError as error:
    print(error)
    written = None

# %%
# Ask the file
# ------------
# ``predict`` runs it with onnxruntime; torch takes no part. With the extra missing, torch answers instead.
model.eval()
with torch.no_grad():
    ours = model(x[1400:]).numpy()
theirs = written.predict(x[1400:]) if written else ours
print(f"largest difference {abs(ours - theirs).max():.1e}; test accuracy of the file:",
      round(training.accuracy(y[1400:], theirs.argmax(axis=1)), 3))  # fmt: skip

figure, ax = plt.subplots(figsize=(4.2, 3.6), layout="constrained")
ax.plot(ours.ravel(), theirs.ravel(), ".", markersize=2)
_ = ax.set(xlabel="torch", ylabel="the file", title="3,970 answers")

# %%
# All answers lie on the diagonal. Had dropout been exported as it works in training, they would not.
#
# Why any batch size must be asked for
# ------------------------------------
# This network has a batch of two written into its code. A file with that number in it would have failed later,
# elsewhere.


class FixedBatch(nn.Module):
    def forward(self, x):
        return x.reshape(2, -1)


try:
    training.export_onnx(FixedBatch(), (3,), path.with_name("fixed.onnx"))
except (ImportError, ValueError) as error:
    print(error)

# %%
# Try it
# ------
# Export ``training.SequenceNet(10, 2)`` with ``torch.zeros(1, 7, dtype=torch.long)`` as its example. Does the file take
# texts of another length?
