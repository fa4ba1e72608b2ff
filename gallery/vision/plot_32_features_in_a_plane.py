"""
Do pictures of one kind lie together?
=====================================

Before its last layer a network turns a picture into a row of numbers. You will draw these rows as points in a plane, of
pixels and of features, by PCA and by t-SNE, and measure how much each drawing can be trusted. How t-SNE works inside is
skipped.
"""

# %%
# The naive way: take the pixels themselves, and the two directions in which they vary most.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 3

from ailiteracy import vision

data = vision.load_images("digits")
images, labels = data.test_images, data.test_labels.numpy()
pixels = vision.project_features(None, images, labels)
print(pixels, isinstance(pixels, vision.Projection))
_ = pixels.plot()

# %%
# The classes overlap. But is it the pixels that mix them, or the plane? Among all 64 numbers, nearly every digit's
# nearest neighbour has its label: the plane lost it.
#
# Features
# --------
result = vision.train_resnet(data, epochs=6, device="cpu")
features = vision.project_features(result.model, images, labels)
print(features)
_ = features.plot()

# %%
# The same two-dimensional drawing, of the network's features, separates more. The network was trained on other
# digits: these are from the test.
#
# Neighbours instead of distances
# -------------------------------
# t-SNE gives up distances and keeps neighbours.
islands = vision.project_features(result.model, images, labels, method="tsne")
print(islands)
_ = islands.plot()

# %%
# Islands, one for each digit. How far apart they lie and how large they are means nothing: that is the price.
#
# t-SNE on pixels alone looks nearly as good. A nice drawing does not show that the network has learned something:
print(vision.project_features(None, images, labels, method="tsne"))

# %%
# The points on the wrong island
# ------------------------------
# They are the digits to look at.
near = ((islands.points[:, None] - islands.points) ** 2).sum(axis=2)  # (n, n)
near[range(len(near)), range(len(near))] = float("inf")
stray = (labels[near.argmin(axis=1)] != labels).nonzero()[0]
print(len(stray), "digits lie beside one of another kind; the network mistakes", len(result.mistakes()))
_ = result.plot_predictions(stray, n_pictures=8)

# %%
# Try it
# ------
# Project with the features of ``vision.load_backbone()``, which has never seen a digit (bring the pictures to its size
# and three channels). Do the digits still lie together?
