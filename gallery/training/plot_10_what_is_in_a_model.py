"""
Where are a network's parameters, and where is its work?
========================================================

Two different questions with different answers: convolutions are small and work hard, the layer at the end is large and
hardly works. You will count both, layer by layer, for pictures and for texts, and find the layer that does not fit.
"""

# %%
# TinyVGG: two blocks of two convolutions, then one linear layer.

# sphinx_gallery_tags = ["training", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import torch
from torch import nn

from ailiteracy import training


def block(n_in, n_out):
    first, second = nn.Conv2d(n_in, n_out, 3, padding=1), nn.Conv2d(n_out, n_out, 3, padding=1)
    return [first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2)]


model = nn.Sequential(*block(3, 10), *block(10, 10), nn.Flatten(), nn.Linear(2560, 3))
summary = training.summarize_model(model, (3, 64, 64))
print(summary)
_ = summary.plot()

# %%
# The last layer holds 72 % of the parameters and does a thousandth of the work. A convolution uses its few weights
# again at each place of the picture: 280 weights at 64 by 64 places are 1,146,880 multiply-adds.
#
# The layer that does not fit
# ---------------------------
# Smaller pictures leave fewer numbers at the end. Torch only says that two matrices do not fit; here the layer is
# named.
try:
    training.summarize_model(model, (3, 32, 32))
except ValueError as error:
    print(error)

# %%
# Texts
# -----
# An LSTM uses all of its weights at every token. Token numbers cannot be made from a shape, so an example is given. A
# layer that is used twice has its parameters once.


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.lstm = nn.Embedding(1000, 32), nn.LSTM(32, 32, batch_first=True)
        self.mix = nn.Linear(32, 32)

    def forward(self, ids):
        return self.mix(self.mix(self.lstm(self.embed(ids))[0][:, -1]))


for length in (10, 100):
    seen = training.summarize_model(Reader(), torch.zeros(1, length, dtype=torch.long))
    print(f"{length:3} tokens: {seen.n_parameters:,} parameters, {seen.multiply_adds:,} multiply-adds")
print(seen.layers[-1])

# %%
# Attention
# ---------
# It compares every token with every other: ten times the length is a hundred times the products, on top of the rest.
attention = nn.MultiheadAttention(32, 4, batch_first=True)
for length in (10, 100, 1000):
    x = torch.zeros(1, length, 32)
    print(f"{length:4} tokens: {training.summarize_model(attention, (x, x, x)).multiply_adds:12,}")
print(isinstance(seen, training.ModelSummary), isinstance(seen.layers[0], training.LayerRow))

# %%
# Try it
# ------
# Halve the picture's side with ``nn.Conv2d(..., stride=2)`` in the first layer. What happens to the work, and to the
# last layer?
