"""
Do several networks know more than one?
=======================================

Five networks read the same digits. They differ only in the numbers that chance gave them to begin with. You will see
that they are wrong about different digits, and what the mean of their answers is worth. Networks of different kinds are
skipped.
"""

# %%
# Two epochs each, so that there are mistakes to look at. The digits of the test are the same for all.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import binom

from ailiteracy import vision

data = vision.load_images("digits")
images, labels = data.test_images, data.test_labels.numpy()
networks = [vision.train_resnet(data, epochs=2, seed=seed, device="cpu").model for seed in range(5)]
wrong = np.array([network.predict(images) != labels for network in networks])  # (5, n)
for seed, row in enumerate(wrong):
    print(f"network {seed}: {row.sum():2d} of {len(row)} digits wrong, {1 - row.mean():.1%} right")

# %%
# The mean of the probabilities
# -----------------------------
# ``Ensemble`` asks all and answers with the mean of what they hold to be likely. A network that hesitates counts less
# than one that is sure.
together = vision.Ensemble(networks)
mistaken = together.predict(images) != labels
print(f"together: {mistaken.sum()} wrong, {1 - mistaken.mean():.1%} right; the five alone {1 - wrong.mean():.1%}")

# %%
# Each column is a digit that at least one of them got wrong; those that most of them missed stand on the left.
columns = np.flatnonzero(wrong.any(axis=0) | mistaken)
columns = columns[np.argsort(-wrong[:, columns].sum(axis=0), kind="stable")]
table = np.vstack([wrong[:, columns], mistaken[columns]])
figure, ax = plt.subplots(figsize=(8, 2.6), layout="constrained")
ax.imshow(table, cmap="Oranges", vmin=0, vmax=1.5, aspect="auto", interpolation="nearest")
ax.axhline(4.5, color="black")
ax.set_yticks(range(6), [*(f"network {seed}" for seed in range(5)), "together"])
_ = ax.set(title="Who is wrong about which digit", xlabel="digits that somebody got wrong")

# %%
# Notice on the left what all five get wrong: there no mean can help. On the right stands what one alone gets wrong;
# there the others outvote it.
n_networks = wrong.sum(axis=0)
for n in range(1, 6):
    print(f"wrong for exactly {n} of the networks: {(n_networks == n).sum():2d} digits")

# %%
# How much could be gained?
# -------------------------
# If the mistakes had nothing to do with one another, three or more of five would hardly ever be wrong about the same
# digit.
rate = wrong.mean()
by_chance, counted = binom.sf(2, 5, rate), (n_networks >= 3).mean()
print(f"three or more wrong: {by_chance:.2%} if they erred independently, {counted:.2%} counted")

# %%
# They do not err independently: some digits are hard for all, since all learned from the same pictures, and as briefly.
# A mean takes away what is chance in the answers, not what they have in common. The digits left over:
review = vision.review_predictions(together, images, labels)
_ = review.plot_pictures(n_pictures=8)

# %%
# Try it
# ------
# Replace two of the networks by ``vision.train_resnet(data, model="mlp")``, made another way: do they help more than
# two more of the same kind?
