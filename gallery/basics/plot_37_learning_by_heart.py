"""
Learning too little, and learning by heart
==========================================

You will give a small and a large network 100 handwritten digits, three in ten with a wrong label. One learns too
little, one learns the mistakes too; stopping in time is better than both. Other remedies are in the next example.
"""

# %%
# A network with two hidden neurons, and one with two hundred.

# sphinx_gallery_tags = ["basics", "beginner", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import RegularizationResult, compare_regularization

result = compare_regularization(methods=["too small", "none"], n_seeds=2)
print(result.table())

# %%
# The small one does badly even on the samples it has seen: it underfits. The large one knows nearly all of them, wrong
# labels included, and does worse on new ones: it overfits. (Labels in the test are right, those it is chosen by are as
# careless as those it learns from.)
#
# When did it begin to learn by heart? The loss on validation samples tells.

result = compare_regularization(methods=["none", "early stopping"], n_seeds=3)
_ = result.plot()

# %%
# Notice the middle panel: the loss on samples it does not learn from falls, then rises, while on the left it falls on.
# Early stopping waits ten epochs for a new low and keeps the weights that did best on validation samples.


def gains(result: RegularizationResult) -> list[str]:
    better = result.test_accuracy["early stopping"] - result.test_accuracy["none"]
    return [f"{gain:+.1%}" for gain in better]


print(result.table())
print("in the test, seed by seed:", gains(result), "kept epochs:", result.best_epoch["early stopping"])

# %%
# Never stop by the test samples: who chooses by them has used them up, and has nothing left to judge with.

# %%
# Nothing to learn
# ----------------
# With labels drawn by lot there is nothing to learn, only to remember. The training loss does not know the difference.

print(compare_regularization("noise", methods=["none"], n_seeds=1, epochs=150).table())

# %%
# Try it
# ------
# Give the large network more samples, ``n_train=400``. What becomes of the gap between training and test?

print(compare_regularization(methods=["none"], n_train=400, epochs=30, n_seeds=1).table())
