"""
What does a neural reader compute?
==================================

You will see a tiny network learn to point at the person, the thing or the place in made-up sentences, the two scores it
gives to each token, and how windows carry it through a text longer than its view. It has about ten thousand weights
instead of a hundred million and knows thirty words: the machinery is that of a real question-answering model, the
knowledge is not. Skipped here: pretraining.
"""

# %%
# Made-up sentences with a pattern
# --------------------------------
# "ana left the cup in rome ." The questions are "who ?", "what ?" and "where ?": the question decides which word is the
# answer.

# sphinx_gallery_tags = ["nlp", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 2

import pathlib
import tempfile

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

from ailiteracy.nlp import answer

# %%
# A story has a person, a thing and a place, somewhere in the rain: "it rains . ana left the cup in rome . it rains ."
# Now and then there is only rain.

names = {"who ?": "ana ben carl dora fay", "what ?": "cup pen hat map key", "where ?": "rome oslo cairo lima delhi"}
rng = np.random.default_rng(0)


def story():
    person, thing, place = (str(rng.choice(group.split())) for group in names.values())
    parts = [f"{person} left the {thing} in {place} .", f"in {place} , {person} found the {thing} ."]
    before, after = ("it rains . " * int(n) for n in rng.integers(0, 5, size=2))  # answers stand anywhere
    if rng.random() < 0.3:
        return before + "it rains . " + after, {}  # nothing to find here
    return f"{before}{rng.choice(parts)} {after}", dict(zip(names, (person, thing, place), strict=True))


# %%
# A network that gives every token two scores
# -------------------------------------------
# A small BERT reads question and context together. Its head turns each token into a start score and an end score.

folder = pathlib.Path(tempfile.mkdtemp()) / "tiny-reader"
words = " ".join(["[PAD] [UNK] [CLS] [SEP] [MASK]", *names, *names.values(), "left found the in . , it rains"]).split()
cutter = BertWordPieceTokenizer({word: number for number, word in enumerate(dict.fromkeys(words))})._tokenizer
tokenizer = BertTokenizerFast(tokenizer_object=cutter, model_max_length=40)
torch.manual_seed(0)
size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
calm = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.3}
network = BertForQuestionAnswering(BertConfig(vocab_size=len(words), max_position_embeddings=40, **size, **calm))
tokenizer.save_pretrained(folder)
network.config.save_pretrained(folder)

# %%
# The naive way: ask an untrained network
# ---------------------------------------
# All the parts are there, the weights are chance.

text = "it rains . ana left the cup in rome ."
save_file(network.state_dict(), folder / "model.safetensors", metadata={"format": "pt"})
for question in names:
    print(question, answer(question, text, model=folder).text)

# %%
# Training: move the right start and end scores up
# ------------------------------------------------
# The loss is the cross-entropy of the right start token and the right end token; here an answer is one token, so both
# are the same.

optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
for _ in range(250):
    stories = [story() for _ in range(32)]
    asked = [str(rng.choice(list(names))) for _ in stories]
    batch = tokenizer(asked, [told for told, _ in stories], return_tensors="pt", padding=True)
    # An answer stands after [CLS], the question word, "?" and [SEP]; place 0, [CLS], means that there is none.
    right = [4 + told.split().index(truth[q]) if truth else 0 for q, (told, truth) in zip(asked, stories, strict=True)]
    loss = network(**batch, start_positions=torch.tensor(right), end_positions=torch.tensor(right)).loss
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
save_file(network.state_dict(), folder / "model.safetensors", metadata={"format": "pt"})
print(f"loss at the end: {loss.item():.4f}")

# %%
# The same call, with what was learned
# ------------------------------------

for question in names:
    print(answer(question, text, model=folder))
_ = answer("who ?", text, model=folder).plot()

# %%
# Notice that nearly all of the probability sits on one stretch now.
#
# The two scores of each token
# ----------------------------
# The question is left out before softmax: only the context and [CLS], which stands for "no answer", share the
# probability.

import matplotlib.pyplot as plt

encoded = tokenizer("who ?", text, return_tensors="pt")
with torch.inference_mode():
    output = network.eval()(**encoded)
inside = slice(4, -1)  # behind [CLS] who ? [SEP], before the last [SEP]
figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained", subplot_kw={"title": "Start and end of the answer"})
axes.plot(output.start_logits[0][inside], "o-", color="#0072b2", label="starts here")
axes.plot(output.end_logits[0][inside], "s--", color="#e69f00", label="ends here")
axes.set(xticks=range(len(text.split())), xticklabels=text.split(), ylabel="score before softmax")
_ = axes.legend()

# %%
# Notice the peak of both scores at the same token: a stretch is worth the product of its start and end probability.
#
# A text longer than the view
# ---------------------------
# This network sees 40 tokens. The text below is read through windows that overlap, and one softmax over all windows
# decides.

long_text = "it rains . " * 100 + text + " it rains ." * 100
far = answer("where ?", long_text, model=folder, stride=16)
print(f"{len(long_text.split())} words: {far.text!r} at characters {far.start} to {far.end}, score {far.score:.1e}")

# %%
# The place is right and the score is tiny: in windows without an answer the [CLS] token, which stands for "nothing
# here", takes most of the probability that all windows share. What counts in a long text is the order of the stretches.
#
# Try it
# ------
# Ask "where ?" of a text without a place. Why does the network still answer? Download a model that was fine-tuned on
# real questions, pass its folder as ``model``, and ask the questions that the reader of rules and counts got wrong.
