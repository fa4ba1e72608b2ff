"""
A GPT learns to write: what changes first, letters, words or sense?
===================================================================

You will see a model of a hundred thousand weights read a small collection of sayings, what it writes on the way, how
its surprise falls, and where it begins to learn by heart; then the record of a larger one that read Shakespeare.
Models that know the world are skipped.
"""

# %%
# Something to read
# -----------------
# A text made by a few rules, so that it can be as long as we like: 1,200 sayings of who does what, where, and why.

# sphinx_gallery_tags = ["nlp", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import importlib.resources
import json
import random

import matplotlib.pyplot as plt
import torch

from ailiteracy.nlp import CharacterTokenizer, GPTConfig, Pretraining, pretrain, text_loss, train_ngrams

torch.set_num_threads(1)  # small matrices

# %%
# Animals, deeds, places and reasons are joined at random; the reason always belongs to the deed.

animals = ["the cat", "a dog", "the old owl", "a fox", "the bee", "a mouse"]
deeds = ["sleeps", "waits", "sings", "hunts", "dreams"]
places = ["under the tree", "by the river", "on the roof", "in the barn"]
reasons = {"sleeps": "it is tired", "waits": "it has time", "sings": "it is glad", "hunts": "it is hungry",
           "dreams": "the moon is up"}  # fmt: skip
draw = random.Random(0)
sayings = []
for _ in range(1200):
    animal, deed, place = draw.choice(animals), draw.choice(deeds), draw.choice(places)
    sayings.append(f"{animal} {deed} {place} because {reasons[deed]}.\n")
text = "".join(sayings)
print(len(text), "letters, for example:", sayings[0])

# %%
# The naive way: count which letter follows which
# -----------------------------------------------
# The last tenth is held out. A model that counts two letters knows how words are spelled, and forgets at once what the
# sentence was about.

cut = len(text) * 9 // 10
counted = train_ngrams(text[:cut], order=3)
print("perplexity of counting two letters back:", round(counted.perplexity(text[cut:]), 2))
print("".join(counted.sample(150, rng=0)))

# %%
# The other way: learn
# --------------------
# Every window of 64 letters asks 64 questions: what comes next? Nobody has to write down the answers; they stand in the
# text. The loss is the mean surprise, -ln p, of the letters that really came.

result: Pretraining = pretrain(text, steps=240, looks=6, batch_size=12, prompt="the old owl ", progress=False)
print(result)
_ = result.plot()

# %%
# Notice how steep the beginning is: spelling is learned first, because every letter teaches it. (The solid line is a
# mean over the steps before each point, hence higher at first.) Then both stay together: so many sayings made by so
# few rules leave nothing to be learned by heart.

for step, sample in zip(result.steps, result.samples, strict=True):
    print(f"after {step:3} steps: {sample.splitlines()[0]}")

# %%
# Words appear before sentences, and sentences before sense. Sense, here, is the reason that belongs to the deed: it
# stands thirty letters further back, out of reach for counting, and within the window of attention.

lines = result.write("a fox ", max_new_tokens=600, temperature=0.7).splitlines()[:-1]
fits = [any(deed in line and line.endswith(f"because {reason}.") for deed, reason in reasons.items()) for line in lines]
print(f"{sum(fits)} of {len(lines)} sayings have the reason that belongs to the deed")
print("\n".join(lines[:3]))

# %%
# A text too small is learned by heart
# ------------------------------------
# Twenty sayings, read again and again: the surprise on what was read keeps falling, on what was held out it stops.

few = "".join(sayings[:20])
tokenizer = CharacterTokenizer.train(few)
small = GPTConfig(tokenizer.vocab_size, context_length=32, width=64, n_heads=4, n_layers=2, dropout=0.0)
parrot = pretrain(few, model=small, steps=160, looks=8, batch_size=12, progress=False)
_ = parrot.plot()

# %%
# Notice where the lines part: from there on the model learns these sentences, not the language. The weights kept are
# those that did best on what was held out.
#
# The same on new sayings: the surprise of both models, in nats a letter.

fresh = "".join(sayings[-60:])
for name, one in (("1,080 sayings", result), ("20 sayings", parrot)):
    print(f"{name:13} {text_loss(one.model, one.tokenizer.encode(fresh)):.2f}")

# %%
# The held-out letters are no secret any more once they choose between models: a third part, looked at once, would tell
# how good the chosen one really is.
#
# The same on Shakespeare
# -----------------------
# A million letters of his plays and 1.8 million weights take 25 minutes of one processor, longer than a page may take.
# So the record of that training comes with the package; ``benchmarks/nlp_pretrain.py`` makes it again.

record = importlib.resources.files("ailiteracy.nlp").joinpath("_shakespeare_story.json")
story = json.loads(record.read_text(encoding="utf-8"))
print(story["settings"])
for step, loss, sample in zip(story["steps"], story["held-out loss"], story["samples"], strict=True):
    print(f"after {step:5} steps, {loss:.2f} nats a letter: {sample.strip()!r}")

figure, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
ax.plot(story["steps"], story["training loss"], "o-", markersize=3, color="#0072b2", label="training text")
ax.plot(story["steps"], story["held-out loss"], "s--", markersize=3, color="#e69f00", label="held-out text")
ax.legend()
_ = ax.set(title="Learning to write like Shakespeare", xlabel="steps", ylabel="nats a letter")

# %%
# Notice the order once more: first the length of words and of lines, then most of the spelling, names and speakers in
# capitals, then phrases of a few words that fit. The lines part towards the end: a million letters are few for so many
# weights.
#
# What the finished model goes on with after "ROMEO:", and its surprise over all held-out letters:

print(story["all held-out letters"], "nats a letter")
print(story["written"])

# %%
# It has the sound and the form of a play, and no story: verses, names, phrases, and nobody means anything. The best
# model of counted letters needs 1.54 nats a letter for the same text; the results page has both.
#
# Try it
# ------
# Give the model a window of 16 letters: does the reason still fit the deed? ``checkpoint_dir=`` saves the training at
# every look: stop it with Ctrl-C and call the same line again. Which plays, poems or letters would you give to the
# benchmark?
