"""
Padding must not be read
========================

Texts differ in length, a batch is a box. Short texts are filled up; a network that reads to the end of the box then
answers about the filling. You will see that go wrong, then use a mask that says where each text ends.
"""

# %%
# Sequences of 0 and 1; the question is which of them comes last. The filling is 0, so that no one can tell it from a
# real 0.

# sphinx_gallery_tags = ["training", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from torch.utils.data import DataLoader

from ailiteracy import training

torch.manual_seed(0)
sequences = [torch.randint(0, 2, (int(torch.randint(2, 12, ())),)) for _ in range(600)]
samples = [(ids, int(ids[-1])) for ids in sequences]
inputs, targets = training.pad_collate(samples[:4])
print(inputs["inputs"])
print(inputs["mask"].int())
print("last tokens:", targets)


# %%
# Reading to the end of the box
# -----------------------------
# The mask is thrown away: for every sequence but the longest the last thing seen is filling.
def without_mask(batch):
    inputs, targets = training.pad_collate(batch)
    return inputs["inputs"], targets


def learn(collate):
    torch.manual_seed(0)
    net = training.SequenceNet(2, 2, width=8)
    train = DataLoader(samples[:500], batch_size=25, collate_fn=collate)
    validation = DataLoader(samples[500:], batch_size=100, collate_fn=collate)
    rate = torch.optim.Adam(net.parameters(), lr=0.01)
    return training.fit(net, train, validation, optimizer=rate, epochs=8, device="cpu")


naive = learn(without_mask)
print("to the end of the box:", naive.history.validation_accuracy.round(2))

# %%
# Reading to the end of the text
# ------------------------------
masked = learn(training.pad_collate)
print("to the end of the text:", masked.history.validation_accuracy.round(2))
figure, ax = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
for name, result in (("to the end of the box", naive), ("to the end of the text", masked)):
    ax.plot(range(1, 9), result.history.validation_accuracy, "o-", label=name)
ax.set(xlabel="epoch", ylabel="validation accuracy", title="Where the answer is taken")
_ = ax.legend()

# %%
# The same network, the same data: only the place where the answer is taken differs.
#
# A mask cannot be guessed from the values
# ----------------------------------------
# "Everything that is not 0 is real" would cut off each real 0 at the end. The mask comes from the lengths.
ids = torch.tensor([1, 1, 0])
inputs, _ = training.pad_collate([(ids, 0), (torch.ones(5, dtype=torch.long), 1)])
print("by value: ", (inputs["inputs"][0] != 0).sum().item(), "real tokens;  by mask:", inputs["mask"][0].sum().item())

# %%
# Try it
# ------
# Pictures differ in size too: ``functools.partial(training.pad_collate, dims=(1, 2))`` fills them up at the right and
# below. Build a batch from a 3 by 4 by 6 and a 3 by 5 by 2 tensor and look at the mask.
