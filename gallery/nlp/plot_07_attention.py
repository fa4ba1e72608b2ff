"""
How does a word find the words that matter to it?
=================================================

You will see attention step by step on a sentence of eight words: first weights that come from the vectors alone, then
weights that learn what to look for. Several heads and the rule that no word may look ahead come in the next example.
"""

# %%
# A sentence as vectors
# ---------------------
# Every word becomes six numbers. Here they are chosen by hand: is it a person, a thing, a verb, a pronoun, is it
# about animals, is it about food.

# sphinx_gallery_tags = ["nlp", "intermediate", "3 min"]
# sphinx_gallery_thumbnail_number = 2

import torch
from torch.nn import functional as F

from ailiteracy.nlp import AttentionMap, SelfAttentionV1, SelfAttentionV2, SimpleAttention, attention_map
from ailiteracy.training import fit

words = ["the", "cat", "ate", "the", "fish", "because", "it", "hungered"]
meaning = {"cat": [0, 1, 0, 0, 2, 0], "ate": [0, 0, 2, 0, 0, 1], "fish": [0, 1, 0, 0, 1, 2], "it": [0, 0, 0, 2, 0, 0],
           "hungered": [0, 0, 2, 0, 0, 1]}  # fmt: skip
x = torch.tensor([[meaning.get(word, [0.1] * 6) for word in words]], dtype=torch.float32)  # (1, 8, 6)
print(x.shape)

# %%
# The naive way: similar words look at each other
# -----------------------------------------------
# Score: the dot product of two words. Softmax turns a row of scores into shares that add up to 1. The word's new vector
# is the mean of all vectors, weighted by these shares.

scores = x[0] @ x[0].T  # (8, 8)
shares = scores.softmax(dim=-1)
new = shares @ x[0]  # (8, 6)
print("equal to the class:", torch.allclose(new, SimpleAttention()(x)[0]))
simple: AttentionMap = attention_map(SimpleAttention(), x, words)
print(simple)
_ = simple.plot()

# %%
# Notice the row of "it": it finds itself, because nothing resembles a pronoun more than the pronoun. Nothing in this
# formula can be trained to look for the animal that "it" stands for.
#
# Queries, keys and values
# ------------------------
# Three matrices, learned: the query says what a word looks for, the key what it offers, the value what it hands over.
# With random matrices the picture means nothing yet.

torch.manual_seed(0)
layer = SelfAttentionV2(6, 6)
random_matrices = attention_map(layer, x, words)

# %%
# Train queries and keys on one wish: "it" shall come out as the cat's vector, all other words as their own. The values
# hand over the vectors as they are.

layer.value.weight.data = torch.eye(6)
wanted = x.clone()
wanted[0, words.index("it")] = x[0, words.index("cat")]
learner = torch.optim.Adam([layer.query.weight, layer.key.weight], lr=0.05)
_ = fit(layer, [(x, wanted)], loss=F.mse_loss, optimizer=learner, epochs=300, device="cpu", progress=False)
trained = attention_map(layer, x, words)
print(f"'it' takes from 'cat': {random_matrices.weights[0, 6, 1]:.2f} before, {trained.weights[0, 6, 1]:.2f} after")
_ = trained.plot()

# %%
# Notice the dark square in the row of "it": it looks at the cat now, not at itself. The cat's key answers the
# pronoun's query, though their vectors have nothing in common.
#
# Why divide by a square root?
# ----------------------------
# The dot product of two random vectors of d numbers is about the root of d in size. Softmax of large numbers puts all
# on one word, and its gradient vanishes: nothing more is learned.

torch.manual_seed(0)
for width in (4, 64, 1024):
    queries, keys = torch.randn(2, 200, width)
    raw = (queries @ keys.T).softmax(-1).max(-1).values.mean()
    scaled = (queries @ keys.T / width**0.5).softmax(-1).max(-1).values.mean()
    print(f"{width:5} numbers: the largest of 200 shares is {raw:.2f} on average, scaled {scaled:.2f}")

# %%
# Two ways to write the same
# --------------------------
# The first class of the course holds bare matrices, the second nn.Linear, which keeps its matrix transposed.

bare = SelfAttentionV1(6, 6)
with torch.no_grad():
    bare.query.copy_(layer.query.weight.T)
    bare.key.copy_(layer.key.weight.T)
    bare.value.copy_(layer.value.weight.T)
print("the same:", torch.allclose(bare(x), layer(x), atol=1e-6))

# %%
# Try it
# ------
# Turn the words around ("it hungered ..."). Does the trained layer still find the cat? Attention knows nothing of the
# order of words: what would you add to the vectors so that it does?
