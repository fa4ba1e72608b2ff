import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from ailiteracy.training import accuracy, class_accuracy, confusion_matrix, precision_recall_f1, regression_errors

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


LABELLED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


def test_precision_and_recall_by_hand():
    # Called positive: samples 0, 1, 4; of these 0 and 1 are. Positive: 0, 1, 2, 3.
    scores = precision_recall_f1([1, 1, 1, 1, 0], [1, 1, 0, 0, 1], n_classes=2, average="binary")
    assert scores == pytest.approx((2 / 3, 2 / 4, 4 / 7))


@settings(max_examples=50, deadline=None)
@given(LABELLED, st.sampled_from(["macro", "weighted", "micro"]))
def test_averages_are_those_of_scikit_learn(pairs, average):
    labels, predictions = np.array(pairs).T
    ours = precision_recall_f1(labels, predictions, n_classes=4, average=average)
    *theirs, _ = metrics.precision_recall_fscore_support(labels, predictions, average=average, zero_division=0)
    assert ours == pytest.approx(theirs)


@settings(max_examples=50, deadline=None)
@given(LABELLED)
def test_each_class_is_that_of_scikit_learn(pairs):
    labels, predictions = np.array(pairs).T
    ours = np.array(precision_recall_f1(labels, predictions, n_classes=4, average="none"))
    *theirs, _ = metrics.precision_recall_fscore_support(labels, predictions, labels=range(4), zero_division=0)
    seen = np.isin(range(4), pairs)
    np.testing.assert_allclose(ours[:, seen], np.array(theirs)[:, seen])
    assert np.isnan(ours[:, ~seen]).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=30))
def test_binary_is_that_of_scikit_learn_whatever_the_batch_holds(pairs):
    labels, predictions = np.array(pairs).T
    ours = precision_recall_f1(labels, predictions, n_classes=2, average="binary")
    *theirs, _ = metrics.precision_recall_fscore_support(
        labels, predictions, pos_label=1, labels=[1], average="binary", zero_division=0
    )
    assert ours == pytest.approx(theirs)


def test_a_batch_of_two_classes_is_not_taken_for_a_binary_task():
    every = precision_recall_f1([0, 1], [0, 1], n_classes=3, average="none")
    assert every.recall.shape == (3,)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=30))
def test_regression_errors_are_those_of_scikit_learn(pairs):
    targets, predictions = np.array(pairs).T
    ours = regression_errors(targets, predictions)
    assert ours.mean_absolute == pytest.approx(metrics.mean_absolute_error(targets, predictions))
    assert ours.root_mean_square == pytest.approx(metrics.root_mean_squared_error(targets, predictions))
    if targets.var() > 1e-6:
        assert ours.r2 == pytest.approx(metrics.r2_score(targets, predictions))


def test_r2_of_equal_targets_is_nan():
    assert np.isnan(regression_errors([2.0, 2.0], [1.0, 2.0]).r2)


@pytest.mark.parametrize("targets", [[0.1] * 3, [1e8 + 0.1] * 7, [1e-200, 2e-200]])
def test_r2_of_targets_without_a_spread_is_nan_whatever_rounding_says(targets):
    assert np.isnan(regression_errors(targets, np.zeros(len(targets))).r2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_regression_errors_of_tensors_with_gradients(dtype):
    predictions = torch.tensor([1.0, 2.0, 6.0], dtype=dtype, requires_grad=True)
    assert regression_errors([1.0, 2.0, 3.0], predictions).mean_absolute == 1


def test_r2_beside_the_clean_line_is_another_number():
    """Predictions near a known line, judged by that line and by the noisy targets that a learner has."""
    rng = np.random.default_rng(0)
    clean = 3 * rng.uniform(0, 10, 500) + 2
    noisy, predictions = clean + rng.normal(0, 4, 500), clean + rng.normal(0, 0.5, 500)
    found, held_out = (regression_errors(targets, predictions).r2 for targets in (clean, noisy))
    assert found > 0.99
    assert held_out < 0.9


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: precision_recall_f1([0], [0], n_classes=2, average="macr"), ["`average`", "Did you mean 'macro'?"]),
        (lambda: precision_recall_f1([0], [0], n_classes=3, average="binary"), ["`n_classes`", "2 when", "got 3"]),
        (lambda: precision_recall_f1([2], [0], n_classes=2), ["from 0 to 1", "got 2"]),
        (lambda: precision_recall_f1([0, 1], [[0], [1]], n_classes=2), ["`predictions`", "shape (n,)"]),
        (lambda: regression_errors([1.0, 2.0], [[1.0], [2.0]]), ["`predictions`", "shape (2,)", "predictions[:, 0]"]),
        (lambda: regression_errors(["a"], ["b"]), ["`targets`", "numbers", "got ['a']"]),
        (lambda: regression_errors([1.0], [[1.0], [1.0, 2.0]]), ["`predictions`", "rows of one length"]),
        (lambda: regression_errors([], []), ["`predictions`", "something in it"]),
        (lambda: regression_errors([1.0], [float("nan")]), ["`predictions`", "finite", "got nan"]),
    ],
)
def test_bad_input_to_scores(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
