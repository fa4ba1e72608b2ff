"""
How are the pieces of words learned?
====================================

You will see byte-pair encoding make its first merges one by one, a fast version learn the same, syllables come out of a
text that nobody cut, and new words cut in two ways. Skipped here: what the pieces are used for (the next example).
"""

# %%
# Count, join, repeat
# -------------------
# Every letter is a piece at first. Which two neighbours stand together most often? They become one piece. Then count
# again.

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import time

import numpy as np

from ailiteracy.nlp import BytePairSteps, BytePairTokenizer, byte_pair_steps

text = "low " * 5 + "lower " * 2 + "newest " * 6 + "widest " * 3
steps = byte_pair_steps(text, 13)
print(isinstance(steps, BytePairSteps), steps)
for piece, count, cut in list(zip(steps.pieces, steps.counts, steps.cuts[1:], strict=True))[:5]:
    print(f"{count} x {piece!r:6} ...{'|'.join(cut[15:38])}...")

# %%
# Nobody told the program about word stems and endings. It found "est" and "low" because they come back.

_ = steps.plot()

# %%
# Notice the slope: the first merges save most. Each one makes the text shorter and the vocabulary longer by one, and
# what is saved becomes less and less.
#
# Faster: keep the books
# ----------------------
# Counting all pairs again for each merge is slow on long texts. It is enough to correct the counts in the words that
# changed. Here is a text of made-up words, and both versions learn the same from it.

rng = np.random.default_rng(0)
syllables = ["ba", "ke", "lo", "mi", "ru", "sta", "ven", "tor"]
made_up = ["".join(rng.choice(syllables, rng.integers(1, 5))) for _ in range(1_500)]
long_text = " ".join(made_up)
start = time.perf_counter()
plain = byte_pair_steps(long_text, 200)
middle = time.perf_counter()
fast = BytePairTokenizer.train(long_text, 257 + 200, progress=False)
end = time.perf_counter()
print("same pieces:", [piece.encode() for piece in plain.pieces] == list(fast.tokens[256:-1]))
print(f"plain / fast: {(middle - start) / (end - middle):.0f} times the time")

# %%
# Syllables come out
# ------------------
# The words were put together from eight syllables. Which of them are among the first pieces?

print([piece for piece in plain.pieces[:30] if piece in syllables])
_ = plain.plot()

# %%
# Notice the bend: up to it the merges build syllables, which come back hundreds of times; after it they build whole
# words, each of which comes back less often.
#
# Cutting a new word
# ------------------
# The naive way takes the longest piece that fits, then the longest again. The right way repeats the merges *in the
# order in which they were learned*. A model must see words cut as they were cut in training, so the order is part of
# the vocabulary.

known = sorted((token.decode() for token in fast.tokens[:-1] if token.isascii()), key=len, reverse=True)


def longest_first(word: str) -> list[str]:
    piece = next(piece for piece in known if word.startswith(piece))
    return [piece, *longest_first(word[len(piece) :])] if word != piece else [piece]


new = ["".join(rng.choice(syllables, 3)) for _ in range(200)]
cuts = [([fast.tokens[i].decode() for i in fast.encode(word)], longest_first(word)) for word in new]
different = [pair for pair in cuts if pair[0] != pair[1]]
print(f"{len(different)} of {len(new)} new words are cut differently, such as:")
for learned, naive in different[:3]:
    print(f"by order {'|'.join(learned):14} longest first {'|'.join(naive)}")

# %%
# Try it
# ------
# Learn pieces from a page in Chinese. Its first merges make characters out of bytes: how many merges pass before the
# first piece of two characters? And what does ``BytePairTokenizer.from_gpt2(folder)`` make of the same page?
