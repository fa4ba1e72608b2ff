"""
How does a program find an answer in a text?
============================================

You will see three attempts at pointing to an answer: the sentence that shares most words with the question, a reader of
rules and counts that says why it chose, and the places where it fails. Skipped here: neural readers (the next example).
"""

# %%
# One passage, three questions
# ----------------------------
# The right answers are known, so that every attempt can be judged.

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.nlp import Answer, answer, exact_match, f1_score

passage = (
    "Ada Lovelace met the inventor Charles Babbage in 1833. Babbage had designed the Analytical Engine, a machine "
    "that was never built. In 1843 Lovelace published seven notes about it, which hold the first computer program."
)
questions = {
    "Who designed the Analytical Engine?": "Babbage",
    "When did Lovelace meet Babbage?": "1833",
    "How many notes did Lovelace publish?": "seven",
}

# %%
# The naive way: count shared words
# ---------------------------------
# Cut the passage into sentences and take the one that shares most words with the question.


def best_sentence(question: str) -> str:
    asked = set(question.lower().strip("?").split())
    return max(passage.split(". "), key=lambda sentence: len(asked & set(sentence.lower().split())))


for question, truth in questions.items():
    guess = best_sentence(question)
    print(f"{question}\n   {guess}\n   exact match {exact_match(guess, truth):.0f}, F1 {f1_score(guess, truth):.2f}")

# %%
# A sentence is not an answer. Exact match, which counts whole answers only, is 0 every time, and F1, which gives credit
# for the words that are right, stays small because most of the words are too many.
#
# The better way: score every stretch of words
# --------------------------------------------
# The reader asks of every stretch: does it look like a name, when the question says "who"? Which words stand beside it?
# Does it only repeat the question? Each observation has a weight, and the weights were fitted on real questions.

for question, truth in questions.items():
    found = answer(question, passage, model="builtin")
    print(f"{question}  {found.text!r}  exact match {exact_match(found.text, truth):.0f}, score {found.score:.2f}")

found = answer("Who designed the Analytical Engine?", passage, model="builtin")
_ = found.plot()

# %%
# Notice the bars: the reader does not know one answer, it spreads its belief over all stretches, and the nearest rival
# only repeats the question.
#
# The answer is a place in the passage, so it can be checked against its source.

print(isinstance(found, Answer), found.start, found.end, passage[found.start : found.end] == found.text)

# %%
# Why this stretch?
# -----------------
# The reasons are the observations with their contributions to the score. Their sum decides.

for observation, contribution in found.reasons[:6]:
    print(f"{contribution:+.2f}  {observation}")

# %%
# The entry "sentence" is the same for every candidate: it is what an answer must make up for to beat "no answer".

# %%
# It reads Chinese too
# --------------------
# A Chinese question keeps its question word where the answer belongs: 谁 + 是人工智能之父. So the words beside the hole
# can be looked for in the passage.

turing = answer("谁是人工智能之父？", "艾伦·图灵是人工智能之父，被誉为计算机科学的奠基人。", model="builtin")
print(turing)
_ = turing.plot()

# %%
# Notice that the second-best candidate contains the best one: where exactly an answer ends is the harder half of the
# task.
#
# Where it fails
# --------------
# It counts words and knows no meaning. The same question in words that the passage does not use leaves it guessing.

for question in ("Who was acquainted with the originator of the apparatus?", "Why was the machine never built?"):
    guess = answer(question, passage, model="builtin")
    print(f"{question}  {guess.text!r}  score {guess.score:.2f}")

# %%
# The passage does not say why, and the reader answers all the same. With ``no_answer=True`` it may be silent, as long
# as the question shares little with the passage.

silent = answer("What colour is the giraffe?", passage, model="builtin", no_answer=True)
print(silent)

# %%
# How far is it from a neural reader? Far. On the 3,219 development questions of CMRC 2018, in Chinese, it reaches F1
# 48, and BERT 84 (Cui and others, 2019); people reach 98 on the test questions. In English it reaches 46 on half of
# XQuAD, and multilingual BERT 83.5 on all of it (Artetxe and others, 2020). The figures of the others are those of the
# papers; how ours were measured stands on the results page.
#
# Try it
# ------
# Ask about a paragraph of your own. Which of your questions does the reader get right, and what do the reasons say
# about the others? Can you turn a right answer into a wrong one by changing a single word of the question?
