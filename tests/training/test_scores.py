import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from torch.nn import functional as F

from ailiteracy.training import perplexity, score_curves, top_k_accuracy

# Scores from a few values, so that ties occur.
SCORED = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=2, max_size=40).filter(
    lambda pairs: len({label for label, _ in pairs}) == 2
)


def test_curves_by_hand():
    curves = score_curves([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])
    assert curves.thresholds.tolist() == [0.9, 0.8, 0.7, 0.1]
    assert curves.recall.tolist() == [0.5, 0.5, 1, 1]
    assert curves.false_positive_rate.tolist() == [0, 0.5, 0.5, 1]
    assert curves.precision.tolist() == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert curves.roc_auc == 0.75  # of 4 pairs (positive, negative) 3 are in order
    assert curves.average_precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert curves.prevalence == 0.5


@settings(max_examples=50, deadline=None)
@given(SCORED)
def test_same_as_scikit_learn(pairs):
    labels, scores = np.array(pairs).T
    curves = score_curves(labels, scores)
    assert curves.roc_auc == pytest.approx(metrics.roc_auc_score(labels, scores))
    assert curves.average_precision == pytest.approx(metrics.average_precision_score(labels, scores))
    false, true, _ = metrics.roc_curve(labels, scores, drop_intermediate=False)
    np.testing.assert_allclose(curves.false_positive_rate, false[1:])
    np.testing.assert_allclose(curves.recall, true[1:])


@settings(max_examples=50, deadline=None)
@given(SCORED)
def test_turned_scores_turn_the_area(pairs):
    labels, scores = np.array(pairs).T
    assert score_curves(labels, -scores).roc_auc == pytest.approx(1 - score_curves(labels, scores).roc_auc)


def test_the_best_corners():
    curves = score_curves([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])
    assert (curves.false_positive_rate[1], curves.recall[1]) == (0, 1)  # ROC: upper left
    assert (curves.recall[1], curves.precision[1]) == (1, 1)  # precision-recall: upper right
    roc, pr = curves.plot().axes
    assert [tuple(map(float, line.get_xydata()[0])) for line in (roc.lines[2], pr.lines[2])] == [(0, 1), (1, 1)]
    plt.close("all")


def test_guessing_has_the_prevalence_as_precision():
    rng = np.random.default_rng(0)
    labels = (rng.random(20_000) < 0.1).astype(int)
    curves = score_curves(labels, rng.random(20_000))
    assert curves.roc_auc == pytest.approx(0.5, abs=0.02)
    assert curves.average_precision == pytest.approx(0.1, abs=0.02)
    assert "guessing 0.5" in str(curves)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_top_k_is_that_of_scikit_learn(seed, k):
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(0, 5, 20), rng.random((20, 5))
    theirs = metrics.top_k_accuracy_score(labels, scores, k=k, labels=range(5)) if k < 5 else 1.0
    assert top_k_accuracy(labels, scores, k=k) == pytest.approx(theirs)


def test_a_model_that_says_the_same_of_all_classes_does_not_win_by_ties():
    assert top_k_accuracy([0, 1], [[1.0, 1.0, 1.0]] * 2, k=1) == 0


def test_perplexity_is_e_to_the_cross_entropy():
    generator = torch.Generator().manual_seed(0)
    logits = 5 * torch.randn(4, 7, 11, generator=generator)
    labels = torch.randint(11, (4, 7), generator=generator)
    labels[0, 3:] = -100
    expected = math.exp(F.cross_entropy(logits.flatten(0, 1), labels.flatten()))
    assert perplexity(labels, logits) == pytest.approx(expected, rel=1e-5)
    assert perplexity([1], [[0.0, 1e6]]) == 1  # exp(1e6) overflows


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_scores_may_be_tensors_with_gradients(dtype):
    logits = torch.tensor([[0.0, 2.0], [3.0, 1.0]], dtype=dtype, requires_grad=True)
    labels = torch.tensor([1, 0])
    assert perplexity(labels, logits) == pytest.approx(1 + math.exp(-2))
    assert top_k_accuracy(labels, logits, k=1) == 1
    assert score_curves(labels, logits[:, 1]).roc_auc == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: score_curves([1, 1], [0.1, 0.2]), ["`labels`", "positives and negatives", "only 1"]),
        (lambda: score_curves([0, 2], [0.1, 0.2]), ["`labels`", "0 and 1", "labels == 3"]),
        (lambda: score_curves([0, 1], [[0.1, 0.9], [0.2, 0.8]]), ["`scores`", "shape (2,)", "probabilities[:, 1]"]),
        (lambda: score_curves([0, 1], [0.1, float("nan")]), ["`scores`", "finite", "nan"]),
        (lambda: score_curves([0, 1], ["a", "b"]), ["`scores`", "numbers", "got ['a', 'b']"]),
        (lambda: score_curves([[0], [0, 1]], [0.1]), ["`labels`", "rows of one length"]),
        (lambda: top_k_accuracy([0, 1], [[0.5], [0.5, 0.5]]), ["`scores`", "rows of one length"]),
        (lambda: perplexity([0], [["a", "b"]]), ["`logits`", "numbers"]),
        (lambda: score_curves([], []), ["`labels`", "shape (n,)"]),
        (lambda: top_k_accuracy([0], [[0.5, 0.5]], k=3), ["`k`", "from 1 to 2", "got 3"]),
        (lambda: top_k_accuracy([2], [[0.5, 0.5]], k=1), ["`labels`", "from 0 to 1", "got 2"]),
        (lambda: top_k_accuracy([0, 1], [[0.5, 0.5]], k=1), ["`scores`", "(2, n_classes)"]),
        (lambda: top_k_accuracy([0], [[float("inf"), 0.5]], k=1), ["`scores`", "finite"]),
        (lambda: perplexity([[0, 1]], [[0.5, 0.5]]), ["`logits`", "n_tokens"]),
        (lambda: perplexity([-100], [[0.5, 0.5]]), ["`labels`", "other than -100"]),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
