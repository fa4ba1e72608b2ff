"""
Which of these sentences means the same? Ask their vectors
==========================================================

You will see questions to a museum matched with the right answer, first by equal words, then by vectors of pieces of
words, and where spelling ends and meaning would begin. Skipped here: how a neural encoder is trained.
"""

# %%
# The naive way: equal words
# --------------------------
# Five answers, and questions as visitors ask them. How many words do they share?

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.nlp import VectorSpace, embed

answers = [
    "Tickets for children cost three euros.",
    "The Egyptian cats stand in hall four.",
    "Wheelchairs can be borrowed at the entrance.",
    "Photographing is allowed without flash.",
    "The café closes at five o'clock.",
]
asked = {"Where is the Egyptian cat?": 1, "What does a child's ticket cost?": 0, "When does the cafe close?": 4,
         "May I take a photograph?": 3, "Can I borrow a wheelchair?": 2}  # fmt: skip


def shared(first: str, second: str) -> int:
    return len(set(first.lower().strip("?.").split()) & set(second.lower().strip("?.").split()))


right = [max(range(5), key=lambda row: shared(question, answers[row])) == truth for question, truth in asked.items()]
print(f"equal words: {sum(right)} of {len(asked)} right")

# %%
# "cat" and "cats" are two different words to it, and "the" counts as much as "wheelchair".
#
# The better way: pieces of words
# -------------------------------
# Cut the words into pieces of three letters, leave out words that stand in every sentence, count, and throw the counts
# into 2,048 boxes. Every text becomes a row of numbers, and the cosine of two rows says how much they share.

space = VectorSpace(answers, embed(answers))
for question, vector in zip(asked, embed(list(asked)), strict=True):
    (best, cosine), (_, second) = space.nearest(vector, top=2)
    print(f"{question:34} {best:46} {cosine:.2f}, the next one {second:.2f}")

# %%
# All five are right. The distance to the second best says how sure one may be.

everything = [*answers, *asked]
_ = VectorSpace(everything, embed(everything)).plot()

# %%
# Notice that each question lies on the side of its answer. No one told the vectors which of them are questions.
#
# It needs no dictionary, and no spaces
# -------------------------------------
# Chinese is cut into characters and pairs of characters.

chinese = ["唐三彩在二楼展厅。", "儿童票三欧元。", "入口处可以借轮椅。"]
hall = VectorSpace(chinese, embed(chinese))
for question in ("唐三彩在哪里？", "儿童票多少钱？", "可以借轮椅吗？"):
    print(question, hall.nearest(embed([question])[0], top=1)[0][0])

# %%
# Where it fails
# --------------
# Spelling is all it knows. The same wishes in other words:

for question in ("I'm in love with old kittens of the pharaohs", "Is my camera welcome?", "Do toddlers pay?"):
    best, cosine = space.nearest(embed([question])[0], top=1)[0]
    print(f"{question:45} {best:46} {cosine:.2f}")

# %%
# The cosines are near 0: nothing is shared, and the order is chance. So a cosine below about 0.2 should be read as "I
# do not know".
#
# The remedy is an encoder that has read many sentences. With the files of all-MiniLM-L6-v2 in a folder the same call
# becomes ``embed(texts, model="that folder")``: it averages what the network makes of each token and brings the result
# to length 1. Nothing else in this example changes.

# %%
# Try it
# ------
# Write five answers and five questions of your own. Which question can you turn from right to wrong by changing one
# word? Does a spelling mistake, such as "Egiptian", do harm?
