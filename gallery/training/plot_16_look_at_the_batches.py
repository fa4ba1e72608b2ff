"""
Look at the data before you train on it
=======================================

Most failed trainings are failed data. You will look at batches before training: value ranges, means by channel, classes
that never occur, nan; compute the constants of a normalisation; and keep random changes out of the validation part.
"""

# %%
# Digits of scikit-learn, with three accidents built in.

# sphinx_gallery_tags = ["training", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import torch
from sklearn.datasets import load_digits

from ailiteracy import training

digits = load_digits()
x, y = torch.tensor(digits.images[:, None], dtype=torch.float32), torch.tensor(digits.target)
few = y != 7  # the first accident: one class is missing
report = training.describe_batches(training.Batches(x[few], y[few]), n_classes=10)
print(report)
print("class 7 occurs", report.counts[7], "times;", isinstance(report, training.BatchReport))

# %%
# The second accident: values up to 16 where a network likes to see numbers around 0. The third is caught at once:
broken = x.clone()
broken[5, 0, 3, 3] = float("nan")
try:
    training.describe_batches(training.Batches(broken, y), n_classes=10)
except ValueError as error:
    print(error)

# %%
# The constants of a normalisation
# --------------------------------
# From the training part alone, from all of its batches. They do not depend on how the data was cut into batches.
train, validation = training.stratified_split(y, (0.8, 0.2), rng=0)
report = training.describe_batches(training.Batches(x[train], y[train], batch_size=100), n_classes=10)
x = (x - report.mean[0]) / report.std[0]
again = training.describe_batches(training.Batches(x[train], y[train]), n_classes=10)
print(f"mean {report.mean[0]:.3f}, std {report.std[0]:.3f}; afterwards {again.mean[0]:.4f} and {again.std[0]:.4f}")
_ = again.plot()

# %%
# Pictures are drawn from their own darkest to their own brightest value: after a normalisation there is no "black".


# %%
# Random changes belong to training alone
# ---------------------------------------
# When one data set with random changes is split afterwards, the validation pictures are changed too, differently in
# every epoch. Split first; give the changes to the training part.
def shift(images, generator):
    steps = torch.randint(-1, 2, (2,), generator=generator).tolist()
    return torch.roll(images, steps, dims=(-2, -1))


learning = training.Batches(x[train], y[train], shuffle=True, transform=shift)
judging = training.Batches(x[validation], y[validation])
first, second = next(iter(judging))[0], next(iter(judging))[0]
print("validation is the same in every epoch:", torch.equal(first, second))
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
rate = torch.optim.Adam(model.parameters(), lr=0.01)
history = training.fit(model, learning, judging, optimizer=rate, epochs=10, device="cpu").history
print("validation accuracy:", history.validation_accuracy.round(3))

# %%
# Try it
# ------
# Compute mean and standard deviation from the validation part instead. How much do they differ, and why is it still
# wrong to use them?
