"""
What stayed? Ask, and be asked why
==================================

You will let two imagined learners answer the questions of the bank: one guesses, one follows a rule of thumb. Then you
judge what they hand in, as a teacher does. How the questions are made is skipped.
"""

# %%
# A question has a kind, options in mixed order, and a reason for its answer.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]

from ailiteracy import quiz

items: list[quiz.Item] = quiz.load_quiz()
item = next(item for item in items if item.name == "tensors-chunk")
print(item)
grade: quiz.Grade = quiz.grade(item, "4, 3, 3")
print(f"\n{grade}\n\n{item.explanation}")

# %%
# The first learner guesses: one option of each question, by chance.

import random

rng = random.Random(0)
choices = [item for item in items if item.kind == "choice"]
guesses = [quiz.grade(item, rng.choice(item.options)) for item in choices]
expected = sum(1 / len(item.options) for item in choices)
print(f"guessing: {sum(map(bool, guesses))} right of {len(choices)}; by chance {expected:.1f} are expected")

# %%
# Notice that a quarter is right without any knowledge: a score means something only beside what guessing gives.
#
# The second learner knows an old trick of tests: take the longest option.

longest = [quiz.grade(item, max(item.options, key=len)) for item in choices]
print(f"the longest option: {sum(map(bool, longest))} right of {len(choices)}")

# %%
# Notice that the trick is worth nothing here. In many tests it is worth a lot: whoever writes questions likes to be
# exact about the right answer. Measure that before you trust a score; this bank's own tests do.
#
# What a learner did in a terminal or on the website is exported as a file. A teacher judges the answers anew and
# does not believe what the file says about itself.

import json
import pathlib
import tempfile

answers = {"tensors-matmul": {"answer": "32"}, "tensors-chunk": {"answer": "4, 3, 3", "right": True}}
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "ada.json")
    text = json.dumps({"format": "ailiteracy-quiz", "version": 1, "learner": "Ada", "answers": answers})
    path.write_text(text, encoding="utf-8")
    judged: quiz.GradedFile = quiz.grade_file(path)
print(judged)

# %%
# Notice that one answer counts, although the file says that the other is right too.

# %%
# Try it
# ------
# ``ailiteracy quiz --n 5`` asks you in a terminal. Which subject would you open first, ``"games"`` or ``"vision"``?

print(*(item.question.strip() for item in quiz.load_quiz("vision")[:3]), sep="\n")
