"""
Did the ReLU make it worse?
===========================

A course compared three networks and found the one with ReLUs eight points worse than the one without. It was not the
ReLU that did it, but where the last one stood. You will repeat the comparison fairly: same pictures, same order, same
machine, several seeds. Tuning each network is skipped.
"""

# %%
# The naive comparison: one run each. The third network is the course's, with a ReLU on its ten logits as well.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import torch

from ailiteracy import vision

data = vision.load_images("digits")
once = vision.compare_models(data, models=("linear", "relu_on_logits"), n_seeds=1, epochs=8, device="cpu")
print(once.table())

# %%
# "ReLUs do harm"? With one run and two differences between the networks, nobody can tell.
#
# One difference at a time, several seeds
# ---------------------------------------
result = vision.compare_models(data, models=("linear", "relu", "relu_on_logits"), n_seeds=4, epochs=8, device="cpu")
print(result.table())
_ = result.plot()

# %%
# The ReLU between the layers costs a few points at most, with so few steps. The one on the logits costs tens of points,
# and its dots lie furthest apart: a single run could have said almost anything.
#
# Why
# ---
# A logit below zero says "surely not this class". A ReLU makes it 0, and where it is cut no gradient comes back: a
# class whose logit starts below zero for every picture is never learned.
torch.manual_seed(0)
votes = torch.nn.Linear(64, 10)
logits = votes(data.train_images.flatten(1).float() / 255)  # (n, 10), before any training
cut = torch.relu(logits)
print("logits that the ReLU cuts off:", f"{(logits < 0).float().mean():.0%}")
print("classes that are cut off for nine pictures in ten:", int(((cut == 0).float().mean(dim=0) > 0.9).sum()))

# %%
# Means of means
# --------------
# The course also averaged the accuracies of its batches. The last batch is smaller, and its pictures counted more. With
# 33 pictures in batches of 32, one mistake can weigh as much as 32:
right = torch.ones(33)
right[32] = 0  # the last picture is wrong
by_batch = [part.mean() for part in right.split(32)]
print(f"mean of batch means {torch.stack(by_batch).mean():.1%}, every picture counting once {right.mean():.1%}")

# %%
# The clock
# ---------
# Seconds were compared between a processor and a graphics card. Here all networks run on one device, and the clock is
# read when the device has finished.
print("all on", result.device, "- seconds of each run:", result.seconds.round(2).tolist())
print(isinstance(result, vision.ModelComparison))

# %%
# Try it
# ------
# Add ``"tinyvgg"``, the course's small convolutional network, and more epochs. Then take Fashion-MNIST, as the course
# did (``vision.load_images("fashion_mnist", download=True)``): is the order of the networks the same? The results page
# has the answer for a third of its pictures.
