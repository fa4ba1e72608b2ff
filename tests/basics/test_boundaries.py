"""Decision boundaries: every kind of classifier gives the picture that its answers say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from torch import nn

from ailiteracy.basics import plot_decision_boundary
from ailiteracy.basics.boundaries import classes_from

X = np.array([[-1.0, 0.0], [1.0, 0.0], [-1.0, 1.0], [1.0, 1.0]])
Y = np.array([0, 1, 0, 1])  # class 1 to the right of 0


def linear(weights, bias):
    """A module with given weights, one row for each output."""
    layer = nn.Linear(2, len(weights))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weights))
        layer.bias.copy_(torch.tensor(bias))
    return layer


LOGIT = linear([[1.0, 0.0]], [0.0])
CLASSIFIERS = {
    "one logit": (LOGIT, "logits"),
    "one probability": (nn.Sequential(LOGIT, nn.Sigmoid()), "probabilities"),
    "two logits": (linear([[-1.0, 0.0], [1.0, 0.0]], [0.0, 0.0]), "logits"),
    "two probabilities": (nn.Sequential(linear([[-1.0, 0.0], [1.0, 0.0]], [0.0, 0.0]), nn.Softmax(1)), "probabilities"),
    "scikit-learn": (LogisticRegression().fit(X, Y), "logits"),
    "scikit-learn without probabilities": (SVC().fit(X, Y), "logits"),
    "scikit-learn with other names": (LogisticRegression().fit(X, np.array(["left", "right"])[Y]), "logits"),
    "function of logits": (lambda rows: rows[:, 0], "logits"),
    "function of probabilities": (lambda rows: 1 / (1 + np.exp(-rows[:, :1])), "probabilities"),
    "function of class numbers": (lambda rows: (rows[:, 0] >= 0).astype(int), "logits"),
    "function of truth values": (lambda rows: rows[:, 0] >= 0, "logits"),
    "function that returns a tensor": (lambda rows: torch.tensor(rows[:, 0]), "logits"),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_border_lies_at_zero(name):
    classifier, scores = CLASSIFIERS[name]
    rows = np.array([[-0.9, 0.3], [-0.1, 5.0], [0.1, -5.0], [0.9, 0.3]])
    assert classes_from(classifier, rows, scores=scores).tolist() == [0, 0, 1, 1]
    names = Y if "names" not in name else np.array(["left", "right"])[Y]
    figure = plot_decision_boundary(classifier, X, names, scores=scores, resolution=50)
    (axes,) = figure.axes
    pixels = np.asarray(axes.images[0].get_array())  # (50, 50, 3)
    assert (pixels[:, :25] == pixels[0, 0]).all()  # the left half has one colour
    assert (pixels[:, 25:] == pixels[0, -1]).all()
    assert (pixels[0, 0] != pixels[0, -1]).any()
    border = axes.collections[0].get_paths()[0].vertices[:, 0]
    assert np.abs(border).max() < 0.05
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == (["class 0", "class 1"] if "names" not in name else ["class left", "class right"])


def test_the_border_of_a_logit_and_of_a_probability_differ():
    """A network that ends in a sigmoid answers above 0 everywhere: the border must be asked for at 0.5."""
    squashed = nn.Sequential(LOGIT, nn.Sigmoid())
    assert classes_from(squashed, X, scores="logits").tolist() == [1, 1, 1, 1]
    assert classes_from(squashed, X, scores="probabilities").tolist() == Y.tolist()


@pytest.mark.parametrize(
    ("classifier", "classes"),
    [
        (lambda rows: rows[:, 0], [0, 1, 2]),
        (lambda rows: torch.tensor(rows[:, :1], dtype=torch.bfloat16), [0, 1, 2]),
        (lambda rows: torch.round(torch.sigmoid(torch.tensor(rows[:, 0] - 1.5))), [0, 0, 1]),
        (lambda rows: rows[:, 0] - 1, [0, 1, 1]),  # below 0: logits
        (lambda rows: rows[:, 0] / 2, [1, 1, 1]),  # not whole: logits
        (lambda rows: 0 * rows[:, 0], [1, 1, 1]),  # nothing but 0: logits on the border
        (lambda rows: 1e9 * rows[:, 0], [1, 1, 1]),  # too many classes
    ],
)
def test_whole_floats_are_class_numbers(classifier, classes):
    assert classes_from(classifier, [[0.0], [1.0], [2.0]]).tolist() == classes


def test_classes_may_be_told_to_be_floats():
    assert classes_from(lambda rows: 0 * rows[:, 0], [[1.0], [2.0]], scores="classes").tolist() == [0, 0]
    with pytest.raises(ValueError, match=r"`classifier` must be answering with class numbers from 0"):
        classes_from(lambda rows: rows[:, 0] / 2, [[1.0], [2.0]], scores="classes")


def test_three_classes_by_output_width():
    three = linear([[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]], [-1.0, 0.0, -1.0])  # borders at -1 and 1
    points = np.array([[-2.0, 0], [0, 0], [2, 0]])
    assert classes_from(three, points).tolist() == [0, 1, 2]
    figure = plot_decision_boundary(three, points, [0, 1, 1])  # the network knows class 2, the samples do not show it
    pixels = np.asarray(figure.axes[0].images[0].get_array())
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) == 3


def test_same_answers_as_scikit_learn():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 2))
    kinds = rng.integers(3, size=60) * 10  # classes named 0, 10, 20
    classifier = LogisticRegression().fit(rows, kinds)
    found = classifier.classes_[classes_from(classifier, rows)]
    np.testing.assert_array_equal(found, classifier.predict(rows))


def test_module_stays_as_it_was():
    model = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.9), nn.Linear(4, 1)).double()
    model[1].eval()
    model.train()
    first, second = (classes_from(model, np.random.default_rng(0).normal(size=(50, 2))) for _ in range(2))
    np.testing.assert_array_equal(first, second)  # dropout was off
    assert all(layer.training for layer in model.modules())
    assert model[0].weight.dtype == torch.float64
    assert model[0].weight.grad is None


def test_own_panel_and_tensors():
    figure, panels = plt.subplots(1, 2)
    found = plot_decision_boundary(LOGIT, torch.tensor(X), torch.tensor(Y), axes=panels[1], title="here")
    assert found is figure
    assert panels[1].get_title() == "here"
    assert not panels[0].has_data()


def test_one_class_everywhere_and_one_sample():
    figure = plot_decision_boundary(linear([[0.0, 0.0]], [1.0]), [[1.0, 2.0]], [1])
    assert len(figure.axes[0].images) == 1
    figure.canvas.draw()


BAD_CALLS = [
    (lambda: plot_decision_boundary(LOGIT, X[:2], [0, np.inf]), ValueError, ["`y`", "whole numbers", "inf"]),
    (lambda: plot_decision_boundary(LOGIT, X[:2], [0, 1e30]), ValueError, ["`y`", "whole numbers", "1e+30"]),
    (lambda: plot_decision_boundary(LOGIT, np.ones((4, 3)), Y), ValueError, ["`X`", "2 columns", "PCA"]),
    (lambda: plot_decision_boundary(LOGIT, np.ones((4, 1)), Y), ValueError, ["`X`", "2 columns", "(4, 1)"]),
    (lambda: plot_decision_boundary(LOGIT, [], []), ValueError, ["`X`"]),
    (lambda: plot_decision_boundary(LOGIT, [["a", "b"]], [0]), TypeError, ["`X`", "numbers"]),
    (lambda: plot_decision_boundary(LOGIT, X, Y[:3]), ValueError, ["`y`", "each of 4 samples"]),
    (lambda: plot_decision_boundary(LOGIT, X, [0, 1, 0, -1]), ValueError, ["`y`", "whole numbers from 0"]),
    (lambda: plot_decision_boundary(LOGIT, X, ["a"] * 4), ValueError, ["`y`", "whole numbers from 0"]),
    (lambda: plot_decision_boundary(LOGIT, X, Y, scores="logit"), ValueError, ["`scores`", "Did you mean 'logits'?"]),
    (lambda: plot_decision_boundary(LOGIT, X, Y, resolution=1), ValueError, ["`resolution`", "got 1"]),
    (
        lambda: plot_decision_boundary(LOGIT, X, Y, scores="probabilities"),
        ValueError, ["probabilities from 0 to 1", "pass scores='logits'"],
    ),
    (lambda: plot_decision_boundary(3, X, Y), TypeError, ["`classifier`", "a torch module", "got 3"]),
    (lambda: plot_decision_boundary(nn.Linear(3, 1), X, Y), ValueError, ["`classifier`", "(40000, 2)", "torch says"]),
    (lambda: plot_decision_boundary(lambda rows: [1], X, Y), ValueError, ["`classifier`", "one row per row"]),
    (lambda: plot_decision_boundary(lambda rows: ["a"] * len(rows), X, Y), ValueError, ["`classifier`", "scores"]),
    (lambda: plot_decision_boundary(lambda rows: rows * np.nan, X, Y), ValueError, ["`classifier`", "nan"]),
    (
        lambda: plot_decision_boundary(LogisticRegression().fit(X, Y), X, [0, 1, 2, 3]),
        ValueError, ["`y`", "The classifier knows 0, 1."],
    ),
    (
        lambda: plot_decision_boundary(LogisticRegression().fit(X[:, :1], Y), X, Y),
        ValueError, ["`classifier`", "scikit-learn says"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
