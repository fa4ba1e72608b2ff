import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from ailiteracy.vision.augment import random_flip, random_shift
from ailiteracy.vision.augment_sheet import augmentation_sheet

CHANGES = {"flip": random_flip, "shift": lambda images, generator: random_shift(images, generator, pixels=2)}


@pytest.mark.parametrize("image", [torch.rand(3, 16, 16), np.zeros((16, 16), dtype=np.uint8), torch.rand(1, 16, 16)])
def test_rows_and_columns(image):
    figure = augmentation_sheet(image, CHANGES, n_samples=3)
    (ax,) = figure.axes
    canvas = ax.images[0].get_array()
    assert canvas.shape[:2] == (16 + 1 + 16, 4 * 16 + 3 * 1 + 3)  # lines of 1 pixel, a gap of 3
    assert [text.get_text() for text in ax.get_yticklabels()] == ["flip", "shift"]
    plt.close(figure)


def test_first_the_picture_then_what_became_of_it():
    image = torch.zeros(1, 16, 16)
    image[..., 0] = 1  # a bright line on the left
    figure = augmentation_sheet(image, {"flip": lambda images, _: images.flip(-1)}, n_samples=1)
    row = np.asarray(figure.axes[0].images[0].get_array()).squeeze()[8]
    assert np.flatnonzero(row == 1).tolist() == [0, 16, 17, 18, 19, 35]  # the line, white between, the line at the end
    plt.close(figure)


@pytest.mark.parametrize(
    ("image", "changes", "error", "words"),
    [
        (torch.rand(3, 8, 8), {}, TypeError, ["`changes`", "vision.random_flip"]),
        (torch.rand(3, 8, 8), [random_flip], TypeError, ["`changes`"]),
        (torch.rand(2, 8, 8), CHANGES, ValueError, ["`image`", "of shape"]),
        (torch.rand(3, 8, 8) * 255, CHANGES, ValueError, ["`image`", "floats from 0 to 1"]),
    ],
)
def test_bad_input(image, changes, error, words):
    with pytest.raises(error) as caught:
        augmentation_sheet(image, changes)
    assert all(word in str(caught.value) for word in words), str(caught.value)
