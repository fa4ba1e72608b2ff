"""
Counting is enough for a language model. How far does it get?
=============================================================

You will see a language model made of counts: how it gives every text a probability, why it must share something with
what it never saw, what it writes, and where it ends. Skipped here: networks, which start where this ends.
"""

# %%
# The chain rule
# --------------
# The probability of a text is a product: that of each token, given those before it. With one token of memory the
# factors can be counted by hand, here in three names of places.

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

from pydoc_data.topics import topics

import numpy as np

from ailiteracy.nlp import NgramComparison, NgramModel, compare_ngrams, train_ngrams

tiny = train_ngrams(["北京", "北海", "上海"], 2, smoothing="none")
for step in tiny.chain("北京"):
    print(step)
print("product:", round(tiny.perplexity("北京") ** -3, 4))

# %%
# The beginning is certain, P(<bos>) = 1, and needs no factor. The end needs one: without it "北" and "北京" could not
# be compared. The product is 1/3, and the three names together have all the probability there is.
#
# A longer text
# -------------
# Python brings its own manual along, some hundred pages of English. Its pages repeat one another, so every paragraph is
# taken once only: a held-out part that was copied from the training part would prove nothing.

paragraphs = {" ".join(text.split()) for name in topics for text in topics[name].split("\n\n")}
prose = sorted(text for text in paragraphs if text[:1].isupper() and text.endswith("."))
manual = " ".join(np.random.default_rng(0).permutation(prose))
train, held_out = manual[:80_000], manual[80_000:88_000]

bigrams = train_ngrams(train, 2, smoothing="none")
print(isinstance(bigrams, NgramModel), bigrams)
_ = bigrams.plot("q", top=5)

# %%
# Notice that the counts alone have found a rule of spelling: q is followed by u.
#
# The naive way: count, and nothing else
# --------------------------------------
# Perplexity says among how many equally likely letters the model seems to choose; lower is better. Longer memory fits
# the training text ever better. On the held-out text a single combination that was never counted has probability 0, and
# with it the whole text.

for n in (1, 2, 3, 5):
    model = train_ngrams(train, n, smoothing="none")
    print(f"n = {n}: training text {model.perplexity(train):6.2f}, held-out text {model.perplexity(held_out):.2f}")

# %%
# The better way: leave something for the unseen
# ----------------------------------------------
# One more for every count (add-k) is simple and wasteful: it gives most to what never happens. Shorter histories know
# better: was "zebr" never seen, then "ebr" or "br" may have been.

compared = compare_ngrams(train, held_out, orders=(1, 2, 3, 4, 5), progress=False)
print(isinstance(compared, NgramComparison), compared)
_ = compared.plot()

# %%
# Notice the distance between solid and dotted lines: what a model knows by heart is no measure of what it has learned.
# With "add-k" longer memory soon hurts; with Kneser-Ney it goes on helping, a little less each time.
#
# What it writes
# --------------
# Draw a letter by its probability, append it, draw the next one. That is how all language models write.

for n in (1, 2, 4, 7):
    model = train_ngrams(train, n)
    print(f"n = {n}: ...{''.join(model.sample(90, prompt='The value', rng=0))}")

# %%
# From n = 4 on there are words, at n = 7 stretches that sound like a manual. No sentence has a meaning, since no
# sentence is remembered as a whole.
#
# Where counting ends
# -------------------
# Words instead of letters, and two words that mean nearly the same. What was counted after one of them says nothing
# about the other.

words = train_ngrams([train.split()], 3)
for history in (["the", "object"], ["the", "thing"], ["a", "giraffe"]):
    chances = words.distribution(history)
    best = words.vocabulary[int(chances.argmax())]
    print(f"{' '.join(history):10} -> {best!r} with {chances.max():.2f}")
seen = len(words.counts[2])
print(f"{seen:,} of {len(words.vocabulary) ** 2:,} pairs of words were ever followed by anything")

# %%
# More text does not cure this: nearly all pairs of words stay unseen, and triples all the more. A model is needed that
# places similar words side by side and shares what it learns between them. That is what the networks of the next
# examples do.

# %%
# Try it
# ------
# Let the model of n = 7 go on from a beginning of your own. Then hold out a text that is no manual, such as a poem: how
# much does the perplexity grow, and which smoothing suffers least?
