"""
99 % right, and useless
=======================

A test for a rare disease that always says "healthy" is right in 99 of 100 cases. You will see why accuracy hides this,
what precision, recall and F1 show instead, and what to measure when the answer is a number, a ranking or a text. How a
model is trained is skipped.
"""

# %%
# Three answers to the same question: 10 of 1,000 people are ill. One model calls nobody ill, one is careful, one is
# eager.

# sphinx_gallery_tags = ["training", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np

from ailiteracy import training

ill = np.zeros(1000, dtype=int)
ill[:10] = 1
nobody = np.zeros(1000, dtype=int)
careful = np.where(np.arange(1000) < 5, 1, 0)  # finds 5 of the 10, no false alarm
eager = np.where(np.arange(1000) < 40, 1, 0)  # finds all 10, with 30 false alarms
for name, said in (("nobody", nobody), ("careful", careful), ("eager", eager)):
    print(f"{name:8} accuracy {training.accuracy(ill, said):.3f}")

# %%
# By accuracy the model that finds nobody beats the one that finds all. Precision asks: of those called ill, how many
# are? Recall asks: of those who are ill, how many were found? F1 is high only when both are.
rows = []
for said in (nobody, careful, eager):
    scores = training.precision_recall_f1(ill, said, n_classes=2, average="binary")
    rows.append(scores)
    print(scores)
print(isinstance(scores, training.ClassScores))

figure, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for number, name in enumerate(("nobody", "careful", "eager")):
    ax.bar(np.arange(3) + 0.27 * (number - 1), rows[number], width=0.25, label=name)
ax.set_xticks(range(3), ["precision", "recall", "F1"])
ax.set_title("Three ways to answer")
_ = ax.legend()

# %%
# "nobody" has no bar at all. Whether careful or eager is better depends on what a missed patient and a false alarm
# cost.
#
# Several classes
# ---------------
# Three classes, one of them rare. "macro" lets every class count the same, "micro" every sample; the number of classes
# is said by you, since a batch may happen to lack one.
rng = np.random.default_rng(0)
labels = rng.choice(3, 1000, p=[0.6, 0.37, 0.03])
said = np.where(rng.random(1000) < 0.9, labels, 0)
for average in ("micro", "macro", "weighted"):
    print(f"{average:9} F1 {training.precision_recall_f1(labels, said, n_classes=3, average=average).f1:.3f}")
print("each class:", training.precision_recall_f1(labels, said, n_classes=3, average="none").f1.round(3))

# %%
# When the answer is a number, or a text
# --------------------------------------
# Errors in the unit of the thing itself, and R2: 1 is perfect, 0 is no better than always saying the mean.
true, guessed = np.array([3.0, 5.0, 8.0]), np.array([2.5, 5.5, 8.0])
errors = training.regression_errors(true, guessed)
print(errors, isinstance(errors, training.RegressionErrors))
try:
    training.regression_errors(true, guessed[:, None])
except ValueError as error:
    print(error)  # numpy would have compared each with each, without a word

logits = np.array([[2.0, 1.0, 0.0, 0.0], [0.0, 0.5, 1.0, 0.0]])
for k in (1, 2):
    print(f"the true word is among the first {k}:", training.top_k_accuracy([0, 1], logits, k=k))
print(f"as unsure as among {training.perplexity([0, 1], logits):.2f} equally likely words")

# %%
# Try it
# ------
# Give the eager model 200 false alarms. Which of the four numbers notices, and which hardly does?
