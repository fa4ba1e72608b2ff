import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from ailiteracy.training import accuracy, class_accuracy, confusion_matrix

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


def test_hand_worked():
    labels, predictions = [0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 0, 2]
    assert accuracy(labels, predictions) == pytest.approx(4 / 6)
    counts = confusion_matrix(labels, predictions)
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 2]]
    np.testing.assert_allclose(class_accuracy(counts), [1 / 2, 1, 2 / 3])


@settings(max_examples=50, deadline=None)
@given(PAIRS)
def test_same_as_scikit_learn(pairs):
    labels, predictions = np.array(pairs).T
    counts = confusion_matrix(labels, predictions, n_classes=4)
    assert (counts == metrics.confusion_matrix(labels, predictions, labels=range(4))).all()
    assert accuracy(labels, predictions) == pytest.approx(metrics.accuracy_score(labels, predictions))
    for number, value in enumerate(class_accuracy(counts)):
        if number in labels:
            recall = metrics.recall_score(labels, predictions, labels=[number], average=None, zero_division=0)
            assert value == pytest.approx(recall[0])
        else:
            assert np.isnan(value)


def test_class_without_samples_is_nan_and_not_zero():
    values = class_accuracy(confusion_matrix([0, 2], [1, 2], n_classes=4))
    assert values[0] == 0
    assert values[2] == 1
    assert np.isnan(values[[1, 3]]).all()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: accuracy([], []), ValueError, ["`labels`", "at least one"]),
        (lambda: accuracy([0, 1], [0]), ValueError, ["`predictions`", "as long as labels (2)", "got 1"]),
        (lambda: accuracy([0.5], [0]), ValueError, ["`labels`", "whole class numbers", "argmax"]),
        (lambda: accuracy([0], [[0.1, 0.9]]), ValueError, ["`predictions`", "argmax"]),
        (lambda: confusion_matrix([0, 3], [0, 1], n_classes=3), ValueError, ["from 0 to 2", "got 3", "n_classes"]),
        (lambda: confusion_matrix([0, -1], [0, 1]), ValueError, ["got -1", "from 0"]),
        (lambda: confusion_matrix([0], [0], n_classes=0), ValueError, ["`n_classes`", ">= 1", "got 0"]),
        (lambda: class_accuracy([1, 2]), ValueError, ["`confusion`", "square"]),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
