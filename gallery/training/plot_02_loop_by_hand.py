"""
The loop opened up: five lines, and what they forget
====================================================

Training in PyTorch is five lines. You will write them, see three quiet mistakes in the usual version, and get the same
weights, to the last bit, from ``training.fit``. How gradients are computed is skipped.
"""

# %%
# The five lines
# --------------
# Forward, loss, clear the old gradients, backward, step: 1,000 handwritten digits, 8 by 8 pixels.

# sphinx_gallery_tags = ["training", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import torch
from sklearn.datasets import load_digits
from torch.nn import functional as F

from ailiteracy import training

pixels, digits = load_digits(return_X_y=True)
x, y = torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(digits)
train = training.Batches(x[:1000], y[:1000], batch_size=128)


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(32, 10))


# %%
torch.manual_seed(0)
by_hand = network()
optimizer = torch.optim.SGD(by_hand.parameters(), lr=0.1)
torch.manual_seed(7)  # for dropout
by_hand.train()
batch_losses = []
for inputs, targets in train:
    loss = F.cross_entropy(by_hand(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    batch_losses.append(loss.item())

# %%
# Mistake 1: the mean of means
# ----------------------------
# The last batch holds 104 samples, the others 128. The mean over batches counts its samples too much; the smaller the
# last batch, the more.
sizes = [len(targets) for _, targets in train]
print("samples in a batch:", sizes)
print("mean over batches:", sum(batch_losses) / len(sizes))
print("mean over samples:", sum(a * b for a, b in zip(batch_losses, sizes, strict=True)) / sum(sizes))

# %%
# Mistake 2: looking in training mode
# -----------------------------------
# In training mode dropout switches neurons off at random: two looks at the same samples give two answers. ``evaluate``
# switches the mode and puts it back.
with torch.no_grad():
    print("training mode:", [round(F.cross_entropy(by_hand(x[1000:]), y[1000:]).item(), 4) for _ in range(2)])
print("evaluate:     ", [round(training.evaluate(by_hand, [(x[1000:], y[1000:])]).loss, 4) for _ in range(2)])

# %%
# The same by fit
# ---------------
# One epoch, the same seed: every weight is equal, to the last bit.
by_fit = network()
sgd = torch.optim.SGD(by_fit.parameters(), lr=0.1)
result = training.fit(by_fit, train, optimizer=sgd, epochs=1, seed=7, device="cpu")
print("equal:", all(torch.equal(a, b) for a, b in zip(by_hand.parameters(), by_fit.parameters(), strict=True)))
print("training loss:", result.history.train_loss[0], "(the mean over samples)")

# %%
# Mistake 3: judging by the samples that were learned
# ---------------------------------------------------
# ``fit`` refuses to validate on the training samples. A callback is a plain function; this one notes the first weight.
try:
    training.fit(network(), train, train)
except ValueError as error:
    print(error)

seen = []
validation = [(x[1000:1400], y[1000:1400])]
adam = torch.optim.Adam((model := network()).parameters(), lr=0.01)
result = training.fit(model, train, validation, test=[(x[1400:], y[1400:])], optimizer=adam, epochs=15, device="cpu",
                      callbacks=[lambda model, epoch: seen.append(model[0].bias[0].item())])  # fmt: skip
print(result)
_ = result.plot()

# %%
# The training loss stays above the validation loss for a while: dropout makes training harder than looking.
#
# Try it
# ------
# Leave out ``optimizer.zero_grad()`` above. The gradients add up from batch to batch; what does the loss do?
