"""
How many questions does it take to teach a reader?
==================================================

You will see a small network trained on files of questions: first on too few, then on enough, each time judged on
stories that it has never read. The stories are made up and the network knows thirty words, so that it learns in
seconds; the call is the one that fine-tunes a real encoder. Skipped here: what happens inside (see "What does a neural
reader compute?").
"""

# %%
# Questions in the layout of SQuAD
# --------------------------------
# Most files of questions in the world are written this way: articles hold paragraphs, a paragraph is a context with its
# questions, and an answer is a text with the place where it starts.

# sphinx_gallery_tags = ["nlp", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import json
import pathlib
import tempfile

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertModel, BertTokenizerFast

from ailiteracy.nlp import ReaderTraining, answer, train_reader

# %%
# The stories are made by a small program: somebody left something somewhere, and three questions ask for the three.

groups = {"who ?": "ana ben carl dora fay", "what ?": "cup pen hat map key", "where ?": "rome oslo cairo lima delhi"}
rng = np.random.default_rng(0)


def paragraph():
    words = dict(
        zip(("who ?", "what ?", "where ?"), (str(rng.choice(g.split())) for g in groups.values()), strict=True)
    )
    person, thing, place = words.values()
    parts = [f"{person} left the {thing} in {place} .", f"in {place} , {person} found the {thing} ."]
    context = "it rains . " * int(rng.integers(0, 4)) + str(rng.choice(parts))
    truths = {asked: [{"text": text, "answer_start": context.index(text)}] for asked, text in words.items()}
    return {"context": context, "qas": [{"question": q, "answers": a} for q, a in truths.items()]}


# %%
# One article is one story here. The test stories are drawn once and kept apart.


def stories(n):
    return {"data": [{"paragraphs": [paragraph()]} for _ in range(n)]}


test, few, many = stories(40), stories(10), stories(300)
print(json.dumps(few["data"][0]["paragraphs"][0])[:230], "...")

# %%
# An encoder to start from
# ------------------------
# A real one, such as MiniLM, has read a library before it sees its first question. This one has read nothing.

folder = pathlib.Path(tempfile.mkdtemp())
words = " ".join(
    ["[PAD] [UNK] [CLS] [SEP] [MASK]", *groups, *groups.values(), "left found the in . , it rains"]
).split()
cutter = BertWordPieceTokenizer({word: number for number, word in enumerate(dict.fromkeys(words))})._tokenizer
BertTokenizerFast(tokenizer_object=cutter, model_max_length=40).save_pretrained(folder / "encoder")
size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
calm = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.3}
torch.manual_seed(0)
encoder = BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=40, **size, **calm))
encoder.config.save_pretrained(folder / "encoder")
save_file(encoder.state_dict(), folder / "encoder" / "model.safetensors", metadata={"format": "pt"})

# %%
# The naive way: thirty questions
# -------------------------------
# Ten stories, many passes over them.

options = {"model": folder / "encoder", "learning_rate": 3e-3, "batch_size": 32, "device": "cpu"}
short = train_reader(few, test, epochs=60, **options)
print(short)
_ = short.plot()

# %%
# Notice the two panels together: the loss goes to almost nothing, and yet many answers to other stories are wrong. The
# network has learned its thirty answers by heart.
#
# The better way: more questions, fewer passes
# --------------------------------------------

long = train_reader(many, test, epochs=8, **options)
print(long)
_ = long.plot()

# %%
# Notice the bars "after". The network is the same, the number of questions is not.
#
# How much is luck?
# -----------------
# A score on 120 questions is a sample. The standard error says how far it may be off.

for name, result in {"few": short, "many": long}.items():
    exact = np.array([found.text in truths for found, truths in zip(result.answers, result.truths, strict=True)])
    error = 1.96 * exact.std(ddof=1) / len(exact) ** 0.5
    print(
        f"{name:5} exact match {exact.mean():.3f} +- {error:.3f}, n = {len(exact)}", isinstance(result, ReaderTraining)
    )

# %%
# Save it and ask it
# ------------------

reader = long.save(folder / "reader")
for found in answer(["who ?", "where ?"], "it rains . in oslo , fay found the map .", model=reader):
    print(found)

# %%
# A question that the training never asked
# ----------------------------------------
# "why ?" is no word of this network, and no story says why. It answers all the same: nothing taught it silence.

print(answer("why ?", "ana left the cup in rome .", model=reader))

# %%
# Try it
# ------
# Give some stories no answer (an empty list of answers) and train again: does it learn to say nothing? With a real
# encoder on your disk, pass its folder as ``model`` and a file such as XQuAD or CMRC as ``train``.
