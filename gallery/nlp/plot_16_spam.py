"""
Spam or not: 85 % right, and every spam missed?
===============================================

You will see why accuracy alone deceives, how a model that learned to write is turned into one that sorts, which of its
layers must be trained for that, and what padding can hide. Real messages are skipped here; the results page has them.
"""

# %%
# Messages
# --------
# Made by rules: about one in seven is spam. Both kinds use the same words: "free", "win" and "call" do not give it away
# alone.

# sphinx_gallery_tags = ["nlp", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import random

import numpy as np
import torch

from ailiteracy.nlp import BytePairTokenizer, ClassifierTuning, GPTConfig, finetune_classifier, pad_batch, pretrain
from ailiteracy.training import class_accuracy, confusion_matrix, stratified_split

torch.set_num_threads(1)

# %%
# Gaps in the patterns are filled at random.

draw = random.Random(0)
ham = ["are you free {when}?", "call me when you are home {when}", "did we win the game {when}?",
       "happy {what} day, see you {when}", "no {what} for me, i have to work {when}"]  # fmt: skip
spam = ["you win a free {what}, call {n} {when}", "free {what} waiting, text yes to {n}",
        "urgent: your {what} ends {when}, call {n} to claim"]  # fmt: skip
words = {"when": ["now", "today", "tonight", "at 5", "tomorrow"], "what": ["phone", "holiday", "prize", "music"]}


def make(kind):
    chosen = {name: draw.choice(options) for name, options in words.items()}
    return draw.choice(spam if kind else ham).format(n=draw.randrange(80000, 90000), **chosen)


labels = np.array([int(draw.random() < 0.15) for _ in range(900)])
texts = [make(kind) for kind in labels]
known, asked = stratified_split(labels, (0.7, 0.3), rng=0)
print(labels.mean().round(3), "of the messages are spam:", [texts[k] for k in np.flatnonzero(labels)[:2]])

# %%
# The naive judge says "no spam" to everything
# --------------------------------------------


def scores(said):
    """Return accuracy, and the mean of the accuracies within both classes."""
    table = confusion_matrix(labels[asked], said, n_classes=2)
    return f"accuracy {np.mean(said == labels[asked]):.3f}, balanced {class_accuracy(table).mean():.3f}"


print(scores(np.zeros(len(asked), dtype=int)))

# %%
# Right in five of six cases, and useless. The balanced accuracy counts spam as much as the rest, and sees it.
#
# First learn the language
# ------------------------
# Pretraining needs no labels: pieces of words, then what follows what. Only from messages that are not in the test.

stream = "\n".join(texts[k] for k in known)
tokenizer = BytePairTokenizer.train(stream, 400)
config = GPTConfig(tokenizer.vocab_size, context_length=32, width=48, n_heads=4, n_layers=3, dropout=0.0)
language = pretrain(stream, tokenizer=tokenizer, model=config, steps=120, looks=3, progress=False)
print(language)

# %%
# Then learn to sort
# ------------------
# The last matrix, one score for each token, gives way to one score for each class. It reads the vector of the last
# token, which has seen all the others. How much of the rest must be trained along?

tuned: dict[str, ClassifierTuning] = {}
for layers in ("head", "last block", "lora", "all"):
    own = [texts[k] for k in known]
    tuned[layers] = finetune_classifier(
        language.model, tokenizer, own, labels[known], layers=layers, epochs=4, progress=False
    )  # fmt: skip
    said = tuned[layers].predict([texts[k] for k in asked]).astype(int)
    print(f"{layers:10} {tuned[layers].n_trained:>7,} weights: {scores(said)}")

# %%
# In training an epoch takes as many harmless messages as there are spam, drawn anew each time. The test stays as the
# world is: balanced, it would promise more than the mailbox keeps.

_ = tuned["all"].plot()

# %%
# Notice how soon both lines are up: the language is known already, only the sorting is new.
#
# What padding hides
# ------------------
# Messages of different lengths are filled up to the longest. The last column of the batch is then padding, and the
# vector there says little about the message.

batch = pad_batch([tokenizer.encode(texts[k]) for k in asked[:50]], 0)
model = tuned["all"].model.eval()
with torch.no_grad():
    right = model(batch.ids, batch.last).argmax(1).numpy()
    wrong = model(batch.ids, torch.full_like(batch.last, batch.ids.shape[1] - 1)).argmax(1).numpy()
print("read at the last real token:", np.mean(right == labels[asked[:50]]))
print("read in the last column:    ", np.mean(wrong == labels[asked[:50]]))

# %%
# Try it
# ------
# ``balance=False``: which of the two scores suffers? Start from ``GPT(config, seed=0)``, which has read nothing: how
# many epochs more does it need?
