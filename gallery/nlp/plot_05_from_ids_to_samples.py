"""
What exactly does a language model learn from?
==============================================

You will see how a row of ids becomes samples: windows over a long text, padding for short ones, prompts and answers for
instructions, and three mistakes that make training wrong without any error. Skipped here: the model.
"""

# %%
# Windows: the target is the next token
# -------------------------------------
# A window is both question and answer. For each of its tokens the model is asked for the one after it, so the targets
# are the inputs shifted left by one place.

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

from ailiteracy.nlp import CharacterTokenizer, collate_instructions, format_prompt, next_token_windows, pad_batch
from ailiteracy.nlp import PaddedBatch

text = "the cat sat on the mat"
letters = CharacterTokenizer.train(text)
inputs, targets = next_token_windows(letters.encode(text), 8, stride=4)
for row, wanted in zip(inputs, targets, strict=True):
    print(f"{letters.decode(row)!r} -> {letters.decode(wanted)!r}")

# %%
# The stride says how far the next window starts. At 4 each letter is seen twice, at 8 once, at 1 eight times.

starts = {stride: len(next_token_windows(letters.encode(text), 8, stride=stride)[0]) for stride in (1, 2, 4, 8)}
for stride, n_windows in starts.items():
    print(f"stride {stride}: {n_windows} windows")

figure, axes = plt.subplots(figsize=(8, 2.4), layout="constrained")
for k in range(len(inputs)):
    axes.barh(k, 8, left=4 * k, color="#cfe8f7", edgecolor="#0072b2")
    axes.text(4 * k + 0.2, k, " ".join(letters.decode(inputs[k])), va="center", family="monospace", fontsize=8)
axes.set(yticks=range(len(inputs)), xlabel="place in the text", ylabel="window", title="Windows of 8, stride 4")
axes.invert_yaxis()

# %%
# Notice the end: the last letters fill no window and are left out. ``drop_last=False`` keeps them, with padding whose
# targets are -100, the value at which the loss looks away.
#
# Padding: which token was the last?
# ----------------------------------
# A classifier reads what the model says at the last token of each text. The naive way takes the last column. But short
# rows end in padding, and there the model has answered to nothing.

batch = pad_batch([[5, 6, 7, 8], [9, 6], [5, 0, 0]], pad_id=0)
print(isinstance(batch, PaddedBatch), batch.ids.tolist())
print("last column: ", batch.ids[:, -1].tolist())
print("last tokens: ", batch.ids[range(3), batch.last].tolist())

# %%
# The third text really ends in 0, the id of the padding. A mask made by comparing ids with 0 hides its last token; this
# one comes from lengths.

print("by comparing:", (batch.ids[2] != 0).tolist(), " by length:", batch.mask[2].tolist())

# %%
# Instructions: a form to fill in
# -------------------------------
# To make a model answer, show it many prompts of one form, each followed by its answer. Two forms in use:

pair = {"instruction": "Name the opposite.", "input": "cold", "output": "hot"}
for style in ("alpaca", "phi3"):
    print(format_prompt(pair, style) + pair["output"], end="\n-----\n")

# %%
# Only the answer is learned, so the prompt's targets are -100. Padding is -100 too, except one: the token that says
# "the answer is over". Ids below 50 are words here, 50 ends.

inputs, targets = collate_instructions([([1, 2, 3], [7, 8]), ([4], [9])], end_id=50)
print("inputs ", inputs.tolist())
print("targets", targets.tolist())

# %%
# Without that one token the model would never learn to stop. With all of them it would learn little else.
#
# A row in which nothing is left to learn
# ---------------------------------------
# A prompt longer than the window pushes its answer out. If all targets are -100 the mean of the loss is zero divided by
# zero, and one such batch destroys a model.

nothing = torch.full((1, 4), -100)
print("all masked:", F.cross_entropy(torch.zeros(4, 51), nothing.flatten()).item())
inputs, targets = collate_instructions([(list(range(1, 30)), [40, 41])], end_id=50, max_length=4)
print("cut instead:", inputs.tolist(), targets.tolist())
print("loss:", round(F.cross_entropy(torch.zeros(4, 51), targets.flatten()).item(), 3))

# %%
# The prompt has lost its beginning, and one token of the answer can still be learned.

# %%
# Try it
# ------
# How many windows has a text of n tokens at length L and stride s? Write the formula and compare it with
# ``len(next_token_windows(...)[0])`` for a few numbers. What changes with ``drop_last=False``?
