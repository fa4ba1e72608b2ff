"""
The cache and eight bits: why is writing slow, and what helps?
==============================================================

You will see how much time a model loses by reading the whole text again for each new word, what a memory of keys and
values saves, and what is lost when each weight becomes one of 255 whole numbers. Everything is measured here and now.
"""

# %%
# A model of random weights
# -------------------------
# Speed does not depend on what a model knows.

# sphinx_gallery_tags = ["nlp", "advanced", "2 min"]
# sphinx_gallery_thumbnail_number = 1

import time

import matplotlib.pyplot as plt
import torch

from ailiteracy.nlp import GPT, GPTConfig, generate, quantize_int8

torch.set_num_threads(1)
config = GPTConfig(vocab_size=2000, context_length=512, width=256, n_heads=4, n_layers=4, dropout=0.0)
model = GPT(config, seed=0)
print(f"{model.n_parameters:,} weights")

# %%
# The time for one token is the difference between writing nine and writing one, divided by eight.


def milliseconds(a_model, length, use_cache):
    """Return the time for one new token after a text of this length, prompt left out."""
    prompt = list(range(length))
    times = []
    for n in (1, 9):
        tries = []
        for _ in range(3):  # the fastest was disturbed least
            began = time.process_time()
            generate(a_model, prompt, max_new_tokens=n, use_cache=use_cache)
            tries.append(time.process_time() - began)
        times.append(min(tries))
    return 1000 * (times[1] - times[0]) / 8


# %%
# The naive way: everything again
# -------------------------------
# Without a cache each new token sends the whole text through the model. With it, only the new token: keys and values of
# the earlier ones have not changed, because nobody looks ahead.

lengths = [25, 50, 100, 200, 400]
again = [milliseconds(model, length, use_cache=False) for length in lengths]
kept = [milliseconds(model, length, use_cache=True) for length in lengths]
figure, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
axes.plot(lengths, again, "s--", color="#e69f00", label="everything again")
axes.plot(lengths, kept, "o-", color="#0072b2", label="with the cache")
axes.set(xlabel="tokens so far", ylabel="milliseconds for the next one", title="The cost of one more token")
_ = axes.legend()

# %%
# Notice that one line climbs with the text and the other hardly does.

print(f"after 400 tokens: {again[-1] / kept[-1]:.0f} times as fast with the cache")
same = [generate(model, [1, 2, 3], max_new_tokens=40, use_cache=use) for use in (True, False)]
print("the same text:", same[0] == same[1])

# %%
# The price is memory, two vectors for each token and block: 8 kB a token here, 74 kB in GPT-2 small, which makes 75 MB
# for its whole window.
#
# Beyond the window
# -----------------
# When the text outgrows the window the oldest token drops out and all others move down one place. Places are part of
# the vectors, so every key changes: the cache is of no use, and is not used.
#
# Eight bits
# ----------
# One new token reads every weight once, and reading is what takes the time. Store each weight as a whole number
# from -127 to 127 and one factor for each row.

weight = model.blocks[0].attention.qkv.weight.detach()
step = weight.abs().amax(dim=1, keepdim=True) / 127
whole = (weight / step).round()
print("first weights:  ", weight[0, :5].numpy().round(4))
print("whole numbers:  ", whole[0, :5].int().numpy())
print("and back again: ", (whole * step)[0, :5].numpy().round(4))

# %%
# ``quantize_int8`` does this to every linear layer of a copy.

small = quantize_int8(model)
sizes = [sum(t.numel() * t.element_size() for t in [*m.parameters(), *m.buffers()]) / 1e6 for m in (model, small)]
print(f"{sizes[0]:.1f} MB before, {sizes[1]:.1f} MB after; the token vectors stay floats")
text = torch.randint(0, 2000, (4, 64), generator=torch.Generator().manual_seed(0))
with torch.no_grad():
    exact, rounded = model.eval()(text), small(text)
print(f"error of the logits: {100 * (rounded - exact).std() / exact.std():.1f} % of their spread")
print(f"the same favourite token: {100 * (rounded.argmax(-1) == exact.argmax(-1)).float().mean():.0f} %")

# %%
# Random weights are the hard case: their favourites are close races. How fast GPT-2's full size becomes, and what eight
# bits cost a trained model, stands in the results.
#
# Try it
# ------
# Quantize to 15 levels (4 bits) with the lines above: how large is the error of ``whole * step`` then? Double
# ``width``: does the cache save more or less?
