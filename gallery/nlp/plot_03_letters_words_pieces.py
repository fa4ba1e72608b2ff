"""
Letters, words or pieces: what does a language model read?
==========================================================

You will see one sentence cut in four ways: into letters, into words, into words with a place for the unknown, and into
pieces that were learned. Skipped here: how the pieces are learned (the next example).
"""

# %%
# A text to learn from
# --------------------
# A model computes with numbers, so a text must become numbers first. The list of all pieces that have a number is the
# vocabulary; the place in the list is the id.

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 4

from ailiteracy.nlp import BytePairTokenizer, CharacterTokenizer, OpenWordTokenizer, TokenPieces, WordTokenizer
from ailiteracy.nlp import token_pieces

story = (
    "The old sailor sailed to the old island. The island was green, and the sailor was tired. He slept under a tree; "
    "he dreamed of sailing. In the morning he sailed home, and the green island slept on. "
)
sentence = "The old sailor sailed home, tired."

# %%
# Letters
# -------
# The smallest vocabulary: every character that occurs.

letters = CharacterTokenizer.train(story)
print(letters, letters.tokens)
_ = token_pieces(sentence, letters).plot()

# %%
# Notice how long the row is. Every letter is a step of its own, for reading and for writing, and tells little alone.
#
# Words
# -----
# Cut at spaces and punctuation marks instead. The row becomes short.

words = WordTokenizer.train(story)
print(words)
shown = token_pieces(sentence, words)
print(isinstance(shown, TokenPieces), shown)
_ = shown.plot()

# %%
# Notice that the spaces are gone. When the text is put together again they are guessed: none before a comma.
#
# But a word that was not in the story has no number. That is not rare: in a large text about half of all different
# words occur only once.

print(words.decode(words.encode(sentence)))
try:
    words.encode("The sailors sailed home.")
except ValueError as error:
    print(error)

# %%
# A place for the unknown
# -----------------------
# Two tokens that are no words help: one stands for every unknown word, one for the border between two texts. The
# program goes on, and the word is lost.

patched = OpenWordTokenizer.train(story)
ids = patched.encode("The sailors sailed home. <|endoftext|> The island was old.")
print(patched.decode(ids))
_ = token_pieces("The sailors sailed home. <|endoftext|> The island was old.", patched).plot()

# %%
# Notice "sailors": one letter more than a word that is known, and nothing of it is left.
#
# Learned pieces
# --------------
# Byte-pair encoding starts from bytes, 256 of them, and joins what often stands together. Frequent words become one
# piece, rare ones several, and any text at all can be written: letters never seen, other scripts, pictures.

pieces = BytePairTokenizer.train(story, 330, progress=False)
print(pieces)
_ = token_pieces("The sailors sailed home to 北京.", pieces).plot()

# %%
# Notice "sailors", a known piece and an s. A piece takes the space before it along (␣), so nothing must be guessed. A
# Chinese character is three bytes of UTF-8; without Chinese in the story it stays three pieces.

text = "The sailors sailed home to 北京. 🙂"
print(pieces.decode(pieces.encode(text)) == text)
for tokenizer in (letters, words, patched, pieces):
    print(f"{type(tokenizer).__name__:>18}: {tokenizer.vocab_size:4} ids, {len(tokenizer.encode(story)):4} tokens")

# %%
# Tokens that users must not write
# --------------------------------
# ``<|endoftext|>`` tells a model that a text is over. A user who types these letters should not be able to say that, so
# the tokenizer asks what is meant.

typed = "the end<|endoftext|>"
try:
    pieces.encode(typed)
except ValueError as error:
    print(error)
print(pieces.encode(typed, special="allow")[-1], "or", len(pieces.encode(typed, special="text")), "letters and pieces")

# %%
# Try it
# ------
# Train the pieces on a text of your own. Which vocabulary size makes its row half as long as that of letters? How long
# is the same text in another language, cut by the same pieces?
