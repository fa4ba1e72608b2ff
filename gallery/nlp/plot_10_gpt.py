"""
Where do the 124 million weights of GPT-2 sit?
==============================================

You will see a whole GPT built from blocks, its weights counted part by part, the four published sizes, and a tiny one
that learns in seconds. Training on real text is skipped here.
"""

# %%
# Count without building
# ----------------------
# On the device "meta" a tensor has a shape and no numbers, so that a model of any size fits.

# sphinx_gallery_tags = ["nlp", "intermediate", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import dataclasses

import matplotlib.pyplot as plt
import torch

from ailiteracy.nlp import GPT, GPTConfig
from ailiteracy.training import fit

for size in ("small", "medium", "large", "xl"):
    with torch.device("meta"):
        model = GPT(GPTConfig.gpt2(size))
    print(f"{size:7} {model.n_parameters:>13,}")

# %%
# Part by part
# ------------

with torch.device("meta"):
    model = GPT(GPTConfig.gpt2("small"))
parts = {"token vectors": "token_vectors", "place vectors": "place_vectors", "attention": ".attention.",
         "feed-forward": ".feed_forward.", "normalisation": "norm"}  # fmt: skip
counts = {
    name: sum(w.numel() for key, w in model.named_parameters() if mark in key) / 1e6 for name, mark in parts.items()
}
figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
bars = axes.barh(list(counts), list(counts.values()), color="#0072b2")
axes.bar_label(bars, fmt="%.2f", padding=3)
axes.set(xlabel="million weights", title="GPT-2 small", xlim=(0, 66))
axes.invert_yaxis()

# %%
# Notice that nearly half of the weights think for single words (feed-forward), and that a third is the vocabulary.
#
# The naive count comes out wrong
# -------------------------------
# The first matrix turns token 17 into a vector, the last one scores how well token 17 would come next. GPT-2 uses one
# matrix for both. Counted twice, the model has 163 million weights.

for tied in (False, True):
    with torch.device("meta"):
        model = GPT(dataclasses.replace(GPTConfig.gpt2("small"), tied=tied, qkv_bias=False))
    print(f"one matrix for both: {tied!s:5} {model.n_parameters:>12,}")

# %%
# Ids in, scores out
# ------------------
# At every place one score for every token of the vocabulary. An untrained model finds all of them equally likely: its
# loss is the logarithm of the size of the vocabulary.

tiny = GPTConfig(vocab_size=12, context_length=16, width=32, n_heads=4, n_layers=2, dropout=0.0)
model = GPT(tiny, seed=0)
digits = torch.tensor([[2, 4, 6, 8, 10, 0, 2, 4]])
logits = model(digits)
print(logits.shape)
loss = torch.nn.functional.cross_entropy(logits[0, :-1], digits[0, 1:])
print(f"loss {loss:.3f}, ln 12 = {torch.tensor(12.0).log():.3f}")

# %%
# It learns to count in steps
# ---------------------------
# Every text counts round a clock of twelve hours, in steps of 1 to 5. To guess the next number the model must find out
# the step from two earlier numbers: that is what attention is for.

torch.set_num_threads(1)  # tiny matrices
generator = torch.Generator().manual_seed(0)
start = torch.randint(0, 12, (401, 64, 1), generator=generator)
step = torch.randint(1, 6, (401, 64, 1), generator=generator)
text = (start + step * torch.arange(12)) % 12  # 401 batches of 64 texts; the last one is kept to look at
batches = [(part[:, :-1], part[:, 1:]) for part in text]


def token_loss(logits, targets):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


learner = torch.optim.AdamW(model.parameters(), lr=3e-3)
fit(model, batches[:-1], loss=token_loss, optimizer=learner, epochs=1, device="cpu", progress=False)
seen, follows = batches[-1]
right = (model(seen).argmax(-1) == follows).float().mean(0)
print("share of right guesses after 1, 2, 3 ... numbers:", [f"{share:.2f}" for share in right.tolist()])

# %%
# After one number the step is anybody's guess, one in five; after two it is known.
#
# Published weights: ``GPT.from_pretrained("path/to/gpt2")`` reads a folder with config.json and model.safetensors.
#
# Try it
# ------
# How many weights has a model with the vocabulary of GPT-2, but a width of 1? Which part do you make larger to make the
# count-in-steps model learn faster: ``width``, ``n_heads`` or ``n_layers``?
