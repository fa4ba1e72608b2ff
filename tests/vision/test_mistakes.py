import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix
from torch import nn

from ailiteracy.vision import ResNet, load_images, review_predictions
from ailiteracy.vision.result import check_rows

# A network whose logits are the pixels: the brightest of three names the class.
PIXELS = nn.Flatten()
IMAGES = np.array([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.0, 1.0, 0.2], [0.6, 0.5, 0.0], [0.0, 0.1, 0.3]])[:, None, :]
LABELS = [0, 1, 2, 1, 2]


@pytest.fixture
def review():
    return review_predictions(PIXELS, IMAGES, LABELS, classes=["ant", "bee", "cat"])


def test_review_by_hand(review):
    assert review.predictions.tolist() == [0, 1, 1, 0, 2]
    assert review.accuracy == 0.6
    assert review.confusion.tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    assert review.class_accuracy.tolist() == [1, 0.5, 0.5]
    assert review.worst().tolist() == [2, 3]  # 'cat' was given less in row 2 than 'bee' in row 3
    assert review.mixed_up() == [("ant", "bee", 1), ("bee", "cat", 1)]


def test_review_against_scikit_learn_and_predict():
    data = load_images("digits")
    network = ResNet(size=(8, 8)).train()
    review = review_predictions(network, data.test_images, data.test_labels, batch_size=50)
    assert np.array_equal(review.predictions, network.predict(data.test_images))
    assert np.array_equal(review.confusion, confusion_matrix(data.test_labels, review.predictions, labels=range(10)))
    np.testing.assert_allclose(review.probabilities, network.probabilities(data.test_images), atol=1e-5)
    assert network.training
    assert review.classes == network.classes


def test_mixed_up_counts_both_directions():
    images = np.eye(3)[[1, 0, 1, 2]][:, None, :]
    review = review_predictions(PIXELS, images, [0, 1, 0, 1])
    assert review.mixed_up() == [("0", "1", 3), ("1", "2", 1)]


def test_nothing_wrong():
    review = review_predictions(PIXELS, np.eye(3)[:, None, :], [0, 1, 2])
    assert (review.accuracy, len(review.worst()), review.mixed_up()) == (1, 0, [])
    assert str(review) == "100.00% of 3 pictures are named rightly."
    review.plot_pictures()
    plt.close("all")


def test_a_class_without_pictures():
    review = review_predictions(PIXELS, np.eye(3)[:2, None, :], [0, 1])
    assert np.isnan(review.class_accuracy[2])
    review.plot()
    plt.close("all")


def test_words_and_figures(review):
    assert str(review) == "60.00% of 5 pictures are named rightly; mixed up most: 'ant' and 'bee', 1 times."
    left, right = review.plot().axes
    assert {text.get_text() for text in left.texts} == {"100%", "50%"}
    assert right.get_title() == "Accuracy of each class"
    texts = [text.get_text() for text in review.plot_pictures().axes[0].texts]
    assert texts[0].startswith("bee ")
    assert texts[0].endswith("not cat")
    assert len(review.plot_pictures([0, 1, 2], n_pictures=2).axes[0].texts) == 2
    assert review._repr_html_().startswith("<p")
    plt.close("all")


CASES = {
    "no network": (lambda: review_predictions("resnet8", IMAGES, LABELS), TypeError, ["`model`", "torch.nn.Module"]),
    "labels too few": (lambda: review_predictions(PIXELS, IMAGES, [0]), ValueError, ["`labels`", "5 class numbers"]),
    "labels as text": (lambda: review_predictions(PIXELS, IMAGES, list("abcde")), ValueError, ["`labels`"]),
    "a label too large": (
        lambda: review_predictions(PIXELS, IMAGES, [0, 1, 2, 3, 0]),
        ValueError, ["class numbers from 0 to 2", "got 3"],
    ),
    "names too few": (
        lambda: review_predictions(PIXELS, IMAGES, LABELS, classes=["a"]),
        ValueError, ["`classes`", "3 names", "got 1"],
    ),
    "no classifier": (
        lambda: review_predictions(nn.Identity(), IMAGES, LABELS),
        ValueError, ["`model`", "logits (n, n_classes)", "(5, 1, 1, 3)"],
    ),
    "another size": (
        lambda: review_predictions(nn.Linear(9, 2), IMAGES, LABELS),
        ValueError, ["`image`", "the Linear takes"],
    ),
    "no batch": (lambda: review_predictions(PIXELS, IMAGES, LABELS, batch_size=0), ValueError, ["`batch_size`"]),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(call, kind, fragments):
    with pytest.raises(kind) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "found"), [([2, 0], [2, 0]), ([], []), ([False, True, True], [1, 2]), ([0, -1], [0, -1])]
)
def test_rows_are_numbers_or_a_mask(rows, found):
    assert check_rows(rows, 3).tolist() == found


@pytest.mark.parametrize("rows", [[3], [-4], [True, False], [0.5], [[0]], 1, "0"])
def test_rows_that_are_not_there_are_refused(rows):
    with pytest.raises(ValueError, match="`rows` must be row numbers from -3 to 2, or 3 truth values"):
        check_rows(rows, 3)
