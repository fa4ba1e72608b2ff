"""
The mistakes tell more than the score
=====================================

Two networks with the same accuracy can fail in different ways. You will save a network, take it up again, hand it a
picture file, look at its surest mistakes, and see it name a picture that is no digit at all.
"""

# %%
# Five epochs on the digits of scikit-learn; we want a network that still makes mistakes.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile

import numpy as np
from PIL import Image

from ailiteracy import vision

folder = pathlib.Path(tempfile.mkdtemp())
result = vision.train_resnet("digits", epochs=5, output_dir=folder / "model", device="cpu")
print(f"test accuracy {result.test_accuracy:.1%}")
print("hardest digit:", result.classes[int(np.nanargmin(result.class_accuracy))])

# %%
# The score alone says nothing about what to mend. The mistakes do, the surest one first.
wrong = result.mistakes()
print(len(wrong), "mistakes in", len(result.test_labels), "pictures")
_ = result.plot_predictions(wrong, n_pictures=16)

# %%
# Some of these could not be read by a person either; others show what the network never understood.
#
# Which are taken for which
# -------------------------
# For any network and any labelled pictures: the confusion as shares of each class, and the pairs that are mixed up.
review = vision.review_predictions(result.model, result.test_images, result.test_labels)
print(review, isinstance(review, vision.PredictionReview))
print(review.mixed_up()[:3])
_ = review.plot()

# %%
# Every row adds up to 100 %. Off the diagonal, a dark cell is a pair of digits that the network cannot tell apart yet.
#
# A picture file
# --------------
# The saved folder holds everything that prediction needs: weights, class names, picture size, normalisation.
row = int(np.setdiff1d(np.arange(len(result.test_labels)), wrong)[0])  # the first that is no mistake
digit = result.test_images[row, 0].numpy()
Image.fromarray(digit).resize((200, 200)).save(folder / "digit.png")

model = vision.load_model(folder / "model", device="cpu")
said = vision.predict_file(model, folder / "digit.png")
print(said, "- in truth", result.classes[result.test_labels[row]])
_ = said.plot()

# %%
# The large file was brought to 8 by 8 grey pixels, as the training pictures were.
#
# Something that is no digit
# --------------------------
# The network chooses among ten names and has no word for "none of them".
noise = np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8)
Image.fromarray(noise).save(folder / "noise.png")
print("noise:", vision.predict_file(model, folder / "noise.png"))
blank = np.full((1, 8, 8), 255, dtype=np.uint8)
print("blank paper:", model.classes[model.predict(blank)[0]])

# %%
# Both get a name. A probability compares the classes with one another; it does not say whether any of them fits.
#
# The parts by name
# -----------------
# Each step gave an object of its own kind; their pages say what else they can do.
print(isinstance(result, vision.ImageResult), isinstance(model, vision.ResNet))
print(isinstance(vision.load_images("digits"), vision.ImageData), isinstance(said, vision.Prediction))

# %%
# Try it
# ------
# Write a digit with a thick pen, take a photo, cut it out square, and call
# ``vision.predict_file(model, "photo.jpg", invert=True)``: the digits here are bright on dark, ink on paper is not.
# Look at ``said.plot()`` if the answer surprises you.
