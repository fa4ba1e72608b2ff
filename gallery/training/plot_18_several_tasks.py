"""
One network, three questions
============================

Which digit is it, how much ink does it hold, and which pixels are ink? Three networks could answer, or one with a
shared trunk and three heads. You will train the latter, see one task shout the others down, and weigh the losses so
that all are heard.
"""

# %%
# Each picture gets three targets: a class, a number, and a class for every pixel.

# sphinx_gallery_tags = ["training", "advanced", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from ailiteracy import training

digits = load_digits()
x, y = torch.tensor(digits.images[:, None] / 16, dtype=torch.float32), torch.tensor(digits.target)
ink = 16 * x.sum(dim=(1, 2, 3))[:, None]  # in the raw unit, up to several hundred
targets = {"digit": y, "ink": ink, "pixels": (x[:, 0] > 0.5).long()}
train = training.MultiTaskDataset(x[:1400], {name: values[:1400] for name, values in targets.items()})
test = training.MultiTaskDataset(x[1400:], {name: values[1400:] for name, values in targets.items()})
print({name: tuple(values.shape) for name, values in test[0][1].items()})


# %%
# A trunk and three heads
# -----------------------
def network():
    torch.manual_seed(0)
    trunk = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU())
    flat = {"digit": 10, "ink": 1}
    heads = {name: nn.Sequential(nn.Flatten(), nn.Linear(1024, n)) for name, n in flat.items()}
    return training.MultiTaskNet(trunk, heads | {"pixels": nn.Conv2d(16, 2, 1)})


# %%
# The loss adds up what the tasks lose; the network learns all of them in one pass.
def learn(weights):
    model = network()
    loss = training.MultiTaskLoss({"digit": F.cross_entropy, "ink": F.mse_loss, "pixels": F.cross_entropy}, weights)
    rate = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loader = DataLoader(train, batch_size=100, shuffle=True)
    training.fit(model, loader, loss=loss, optimizer=rate, clip_norm=1.0, epochs=15, device="cpu")
    with torch.no_grad():
        said = model(test.inputs)
    right = {name: float((said[name].argmax(1) == test.targets[name]).float().mean()) for name in ("digit", "pixels")}
    return right | {"ink": 1 - float((said["ink"] - test.targets["ink"]).abs().mean() / test.targets["ink"].mean())}


# %%
# Equal weights are not equal
# ---------------------------
# The ink is counted in hundreds, so its squared error is in the ten thousands; the other two losses are below 3.
loud = learn({})
fair = learn({"ink": 1e-4})
for name, scores in (("weights of 1", loud), ("ink weighs 0.0001", fair)):
    print(f"{name:18}", {task: round(score, 3) for task, score in scores.items()})

figure, ax = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
for number, (name, scores) in enumerate((("weights of 1", loud), ("ink weighs 0.0001", fair))):
    ax.bar([place + 0.4 * number - 0.2 for place in range(3)], list(scores.values()), width=0.38, label=name)
ax.set_xticks(range(3), list(loud))
ax.set(ylabel="part that is right (test)", title="Three tasks of one network")
_ = ax.legend(loc="lower right")

# %%
# With weights of 1 the ink is learned best and the other two pay for it. One weight, the inverse of the squared unit,
# gives them their voice back.
#
# Try it
# ------
# Divide the ink by 100 instead of weighing it. Then give the dataset a transform that flips picture and pixels
# together.
