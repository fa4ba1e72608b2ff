"""
Where should a score become a yes?
==================================

A classifier says 0.7. Is that a yes? Every threshold is another trade between finding and being right; you will draw
all of them at once, as a ROC curve and as a precision-recall curve, and see why the second one is honest about rare
things.
"""

# %%
# A network learns which of two overlapping clouds a point belongs to; one cloud holds a twentieth of the points.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import numpy as np
import torch

from ailiteracy import training

rng = np.random.default_rng(0)
y = (rng.random(6000) < 0.05).astype(int)
x = torch.tensor(rng.standard_normal((6000, 2)) + 1.5 * y[:, None], dtype=torch.float32)
y = torch.tensor(y)
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.ReLU(), torch.nn.Linear(16, 2))
train = training.Batches(x[:4000], y[:4000], shuffle=True)
training.fit(model, train, optimizer=torch.optim.Adam(model.parameters(), lr=0.01), epochs=10, device="cpu")

# %%
# Cut at one half
# ---------------
# The usual cut finds few of the rare ones: with 19 to 1 against it, a point must lie far out before it is believed.
with torch.no_grad():
    probability = model(x[4000:]).softmax(dim=1)[:, 1].numpy()
labels = y[4000:].numpy()
said = (probability >= 0.5).astype(int)
print(training.precision_recall_f1(labels, said, n_classes=2, average="binary"))

# %%
# All cuts at once
# ----------------
curves = training.score_curves(labels, probability)
print(curves)
_ = curves.plot()

# %%
# The stars mark the perfect corner: upper left on the left, upper right on the right. An area of 0.9 looks good on the
# left, where a small step holds many negatives; the right shows that most alarms are false once most of the rare points
# are found.
#
# Choose a cut
# ------------
# "Find four of five" is a decision; the curve tells what it costs.
place = int(np.argmax(curves.recall >= 0.8))
print(f"threshold {curves.thresholds[place]:.3f}: precision {curves.precision[place]:.2f}")
again = training.precision_recall_f1(labels, (probability >= curves.thresholds[place]).astype(int), n_classes=2)
print("macro F1 at this cut:", round(again.f1, 3))
print("guessing would have precision", round(curves.prevalence, 3), isinstance(curves, training.ScoreCurves))

# %%
# Try it
# ------
# Turn the scores around: ``training.score_curves(labels, -probability)``. An area below 0.5 is not impossible: it says
# that the model knows something and says the opposite.
