"""
What helps against learning by heart?
=====================================

You will compare L1, L2, dropout, batch norm and early stopping: the same first weights, the same few digits with wrong
labels, three seeds, a test set that nobody looks at before the end. Finding the best strengths is skipped.
"""

# %%
# The training loss of one seed says nothing: most methods make it *higher*, that is their purpose.

# sphinx_gallery_tags = ["basics", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

from ailiteracy.basics import compare_regularization

methods = ["none", "L1", "L2", "dropout", "batch norm", "early stopping"]
result = compare_regularization(methods=methods, epochs=60)
for name in methods:
    print(f"{name:15} last training loss {result.train_losses[name][0][-1]:.3f}")

# %%
# What counts is the test, over several seeds.

print(result.table())
_ = result.plot()

# %%
# Notice how far the dots of one method lie apart: differences of one or two per cent between methods mean nothing
# with three seeds. Dropout and early stopping stand clear of the others here, where labels are wrong; small weights
# and batch norm do not help.
#
# Each method leaves its mark: L1 makes weights exactly 0, L2 makes them small.

for name in ("none", "L1", "L2"):
    norm, zeros = result.weight_norm[name].mean(), result.zeros[name].mean()
    print(f"{name:5} length of all weights {norm:5.2f}, zeros {zeros:.0%}")

# %%
# Is it always so? With right labels there are fewer accidents to learn.

clean = compare_regularization("digits", methods=["none", "batch norm", "early stopping"], epochs=40, n_seeds=2)
print(clean.table())

# %%
# Notice that nothing stands clear any more: the differences are smaller than those between seeds.

# %%
# Try it
# ------
# Put dropout and batch norm together: ``methods=["dropout", "batch norm", "dropout and batch norm"]``. Is the sum of
# two good things better than either?

print(compare_regularization("moons", methods=["none", "L2"], epochs=30, n_seeds=2))
