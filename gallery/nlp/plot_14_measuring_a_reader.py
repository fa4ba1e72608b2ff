"""
How good is an answer, in English and in Chinese?
=================================================

You will see why comparing two strings is not enough, what exact match and F1 forgive, why Chinese needs another way of
counting, and how far a score on a few questions can be trusted. Skipped here: answers that mean the same in other
words.
"""

# %%
# The naive way: are the strings equal?
# -------------------------------------
# Five answers, each with what a reader said. A person would accept the first three.

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy.nlp import answer, exact_match, f1_score

english = {
    "Denver Broncos": "the Denver Broncos.",
    "Marie Curie": "marie curie",
    "1867": "in 1867",
    "the Danube river": "river",
    "seven": "nine",
}
for truth, said in english.items():
    print(f"{said!r:24} for {truth!r:20} equal: {said == truth}")

# %%
# Not one is equal. Capitals, full stops and articles say nothing about whether an answer is right.
#
# Exact match and F1
# ------------------
# Both wipe out such differences first. Exact match is then all or nothing. F1 asks two questions: which part of the
# words said is right (precision), and which part of the right words was said (recall)? It is their harmonic mean.

for truth, said in english.items():
    print(f"{said!r:24} exact match {exact_match(said, truth):.0f}   F1 {f1_score(said, truth):.2f}")

# %%
# "in 1867" has one right word of two and all of the truth: 2 x 0.5 x 1 / 1.5 = 0.67. Several right answers may be
# given; the best-fitting one counts.

print(f1_score("in 1867", ["1867", "the year 1867", "in 1867"]))

# %%
# Chinese has no spaces
# ---------------------
# Cut at spaces, a Chinese answer is a single word: F1 would be all or nothing, too. So each character is a word.

chinese = {"艾伦·图灵": "图灵", "一九一二年": "1912年", "绍兴市": "浙江省绍兴市"}
for truth, said in chinese.items():
    naive = float(said.split() == truth.split())
    print(f"{said} for {truth}: cut at spaces {naive:.0f}, characters F1 {f1_score(said, truth):.2f}")

# %%
# Two of four characters of 艾伦图灵 were said, and nothing wrong: 2 x 1 x 0.5 / 1.5 = 0.67. The date is right and
# scores low: meaning is not counted.
#
# A reader on trial
# -----------------
# Five questions on a passage in each language, with answers by a person.

passage = (
    "Marie Curie was born in Warsaw in 1867. She moved to Paris in 1891 and studied physics at the Sorbonne. In 1903 "
    "she shared the Nobel Prize in Physics with her husband Pierre and with Henri Becquerel. The element polonium is "
    "named after Poland."
)
asked = {
    "Where was Marie Curie born?": "Warsaw", "When did she move to Paris?": "1891", "What did she study?": "physics",
    "What is polonium named after?": "Poland", "Which prize did she share?": "the Nobel Prize",
}  # fmt: skip
text = "鲁迅于1881年出生在浙江省绍兴市，原名周樟寿。1902年他去日本留学，1918年发表了小说《狂人日记》。"
posed = {
    "鲁迅出生在哪一年？": "1881年", "鲁迅原名叫什么？": "周樟寿", "他去哪里留学？": "日本",
    "他哪一年发表了《狂人日记》？": "1918年", "鲁迅出生在哪里？": "浙江省绍兴市",
}  # fmt: skip

# %%
# The reader answers all five at once, and both scores are taken of every answer.

scores = {}
for name, context, questions in (("English", passage, asked), ("Chinese", text, posed)):
    found = answer(list(questions), context, model="builtin")
    for one, truth in zip(found, questions.values(), strict=True):
        print(f"{one.question} {one.text!r}, F1 {f1_score(one.text, truth):.2f}")
    pairs = [(one.text, truth) for one, truth in zip(found, questions.values(), strict=True)]
    scores[name] = [np.array([float(score(*pair)) for pair in pairs]) for score in (exact_match, f1_score)]

# %%
# How far can such a score be trusted?
# ------------------------------------
# Draw five questions again and again from the five, with repeats: the spread of the mean shows how much chance is in it
# (the bootstrap).

rng = np.random.default_rng(0)
figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
for row, (exact, f1) in enumerate(scores.values()):
    for shift, label, values, color in ((0.15, "exact match", exact, "#0072b2"), (-0.15, "F1", f1, "#e69f00")):
        means = rng.choice(values, size=(2000, len(values))).mean(axis=1)
        low, high = np.quantile(means, (0.025, 0.975))
        axes.plot([low, high], [row + shift] * 2, color=color, linewidth=4, alpha=0.4)
        axes.plot(values.mean(), row + shift, "o", color=color, label=label if row == 0 else None)
axes.set(yticks=range(2), yticklabels=list(scores), xlim=(-0.02, 1.02), xlabel="mean over five questions")
axes.set_title("Scores of five questions, with their intervals")
_ = axes.legend(loc="lower left")

# %%
# Notice how long the bars are: from five questions nobody can tell a good reader from a fair one. Published scores rest
# on thousands of questions; and when the interval is missing, compute it.
#
# Try it
# ------
# Find an answer that scores 0 although it is right, and one that scores above 0.5 although it is wrong. Which of the
# two is easier to find?
