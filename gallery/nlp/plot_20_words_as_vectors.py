"""
Can counting neighbours teach what words mean?
==============================================

You will see words turned into vectors by nothing but counting, which of them come to lie side by side, and how much
of the famous "king - man + woman = queen" is left when nobody helps it along. Skipped here: vectors of whole
sentences (the next example).
"""

# %%
# The naive way: a number for each word
# -------------------------------------
# A tokenizer numbers the words. Are words with near numbers alike? With numbers by the alphabet the neighbours of
# "king" are accidents of spelling.

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 2

from pydoc_data.topics import topics

from ailiteracy.nlp import VectorSpace, learn_word_vectors

people = {"king": "he {} rules", "queen": "she {} rules", "man": "he {} works", "woman": "she {} works",
          "boy": "he {} plays", "girl": "she {} plays"}  # fmt: skip
ordered = sorted(people)
place = ordered.index("king")
print(ordered[place - 1 : place + 2])

# %%
# The better way: a word is known by the company it keeps
# -------------------------------------------------------
# We write a little world, in which he, the king, rules and she, the girl, plays. Each word is described by the words
# beside it: one row of counts for each word. Counts that are no higher than chance would make them become 0, and a
# decomposition keeps the directions in which the rows differ most.

world = " ".join(sentence.format(who) for who, sentence in people.items() for _ in range(10))
small = learn_word_vectors(world, dimensions=8, window=1)
print(isinstance(small, VectorSpace), small)
for word in ("king", "girl"):
    print(word, [(other, round(cosine, 2)) for other, cosine in small.nearest(word, top=3)])
_ = small.plot(list(people))

# %%
# Notice the pairs: in this plane king and queen lie on one spot, and so do man and woman, boy and girl. They share a
# verb. What tells them apart, he and she, lies in directions that the plane leaves out.
#
# King - man + woman
# ------------------
# The sum asks: man is to king as woman is to whom?

for answer, cosine in small.analogy("man", "king", "woman", top=3):
    print(f"{answer:9} {cosine:.2f}")

# %%
# It works, and it proves little: in this world a queen was *written* as a king with "she" in place of "he". Now a text
# that nobody wrote for this purpose: Python's manual, some hundred pages.

manual = learn_word_vectors(" ".join(topics.values()), dimensions=50, min_count=10, max_words=800)
print(manual)
for word in ("class", "list", "raised", "float", "two"):
    print(f"{word:7}", ", ".join(other for other, _ in manual.nearest(word, top=5)))

# %%
# Some neighbours mean something alike, others only stand nearby in the text: the vectors cannot tell the two apart.
#
# Honest analogies
# ----------------
# By habit the three words of the question are not allowed as answers. Here are the same questions with that rule and
# without it. How often does the sum simply land on a word it started from?

questions = [("list", "lists", "object", "objects"), ("is", "are", "was", "were"), ("int", "integer", "str", "string"),
             ("first", "second", "one", "two")]  # fmt: skip
for *given, truth in questions:
    with_rule = [word for word, _ in manual.analogy(*given, top=800)]
    without = [word for word, _ in manual.analogy(*given, top=800, exclude_inputs=False)]
    rank = with_rule.index(truth) + 1 if truth in with_rule else None
    print(f"{truth:8} rank {rank}; the first with the rule: {with_rule[0]!r}, without it: {without[0]!r}")

# %%
# Without the rule the answer is a word of the question nearly every time: the sum hardly moves. What looks like
# arithmetic with meanings is, for vectors as weak as these, mostly the rule. Vectors learned from billions of words do
# better, and with them too the rule does a good part of the work.

_ = manual.plot(["int", "float", "complex", "list", "tuple", "set", "class", "function", "method", "module", "raised"])

# %%
# Notice the shares beside the axes: a plane shows only a small part of 50 dimensions. Words that lie together here may
# be far apart.

# %%
# Try it
# ------
# Learn vectors from a book of your own, as plain text. Which word has the most sensible neighbours? What changes when
# the window is 1, and what when it is 10?
