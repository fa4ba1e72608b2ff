"""
A model that may look ahead learns to cheat
===========================================

You will see why attention hides the future from a model that must guess the next letter, what dropout does to the
weights, and why one head is not enough. The step before, attention itself, is the previous example.
"""

# %%
# The task: which letter comes next?
# ----------------------------------
# The letters are drawn by chance, so nobody can know the next one: no honest model can have a loss below ln 10 = 2.303.
# The model is as small as can be: vectors for each letter at each place, attention, and a score for each next letter.

# sphinx_gallery_tags = ["nlp", "intermediate", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import importlib.resources
import json

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy.nlp import (
    AttentionMap, CausalAttention, MultiHeadAttention, MultiHeadWrapper, SelfAttentionV2, attention_map,
)  # fmt: skip
from ailiteracy.training import evaluate, fit

generator = torch.Generator().manual_seed(0)
letters = torch.randint(0, 10, (420, 32, 9), generator=generator)  # 420 batches of 32 texts of 9 letters
batches = [(text[:, :-1] + 10 * torch.arange(8), text[:, 1:]) for text in letters]  # one number: letter and place


def token_loss(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


# %%
# Two passes over 400 batches; 20 batches are kept to test on.


def train(attention):
    """Return the loss of a trained model on texts that it has not seen."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(80, 32), attention(32, 32), nn.Linear(32, 10))
    options = {"loss": token_loss, "device": "cpu"}
    learner = torch.optim.Adam(model.parameters(), lr=0.01)
    fit(model, batches[20:], optimizer=learner, epochs=2, progress=False, **options)
    return evaluate(model, batches[:20], **options).loss


# %%
# The naive way: let it see everything
# ------------------------------------

torch.set_num_threads(1)  # these matrices are tiny: more threads only wait for one another
print(f"sees everything: loss {train(SelfAttentionV2):.3f}")
print(f"sees the past:   loss {train(CausalAttention):.3f}")

# %%
# The first one reads the next letter off the text. When it has to write, there is nothing to read off, and it fails:
# its low loss was a leak, not knowledge.
#
# The mask
# --------
# Scores of later words become minus infinity *before* softmax: their share is exactly 0, and each row still adds up to
# 1.

words = ["no", "word", "may", "look", "at", "words", "that", "follow"]
torch.manual_seed(1)
x = torch.randn(1, len(words), 16)
masked = attention_map(CausalAttention(16, 16), x, words)
print(masked.weights[0, 2].round(3), "sum", masked.weights[0, 2].sum().round(6))
_ = masked.plot()

# %%
# Notice the empty upper triangle, and that the first word has nobody to look at but itself.
#
# Changing the last word changes nothing before it:

layer = CausalAttention(16, 16)
other = x.clone()
other[:, -1] = 100
print("earlier outputs unchanged:", torch.equal(layer(x)[:, :-1], layer(other)[:, :-1]))

# %%
# Dropout hides weights while training
# ------------------------------------
# Half of them become 0, the others double, so that the mean stays. In evaluation nothing is hidden.

layer = CausalAttention(16, 16, dropout=0.5)
print("training:  ", layer.train().weights(x)[0, -1].detach().numpy().round(2))
print("evaluation:", layer.eval().weights(x)[0, -1].detach().numpy().round(2))

# %%
# Several heads, each with its own question
# -----------------------------------------
# Four heads of 4 numbers cost no more than one of 16.

several = MultiHeadAttention(16, 16, 4)
_ = attention_map(several, x, words).plot()

# %%
# Notice that the four squares differ: each head has weights of its own, even before training.
#
# The wrapper runs one head after the other; the single class computes all in one product and mixes them with one more
# matrix. With equal weights and a last matrix that changes nothing they agree.

wrapper = MultiHeadWrapper(16, 16, 4)
with torch.no_grad():
    rows = [getattr(head, name).weight for name in ("query", "key", "value") for head in wrapper.heads]
    several.qkv.weight.copy_(torch.cat(rows))
    several.output.weight.copy_(torch.eye(16))
    several.output.bias.zero_()
print("the same:", torch.allclose(wrapper(x), several(x), atol=1e-6))

# %%
# What heads learn from a text
# ----------------------------
# These weights are not drawn by chance: a GPT has read a million letters of Shakespeare (a later example shows how it
# learned). Three of the six heads of its first layer, on a line of Hamlet, letter by letter:

record = importlib.resources.files("ailiteracy.nlp").joinpath("_shakespeare_story.json")
seen = json.loads(record.read_text(encoding="utf-8"))["attention"]
heads, line = np.array(seen["weights"])[[2, 3, 5], :13, :13], seen["text"][:13]  # rows that look back need no more
alike = np.array([[asked == asking for asked in line] for asking in line])
print("taken from two letters back:", np.diagonal(heads[0], -2).mean().round(2))
print("taken from the letter before:", np.diagonal(heads[1], -1).mean().round(2))
print("taken from the same letter:", (heads[2] * alike).sum(axis=1).mean().round(2))
_ = AttentionMap(heads, tuple(line)).plot()

# %%
# Notice the two slanted lines: one head hands over the letter two places back, another the one before, as a table of
# counts does. The third looks for the letter itself, now and earlier in the line. Nobody asked for any of this; it came
# from guessing the next letter.
#
# Try it
# ------
# Ask for 5 heads of 16 numbers and read what happens. Call ``train(lambda a, b: CausalAttention(a, b, dropout=0.5))``:
# what becomes of the loss?
