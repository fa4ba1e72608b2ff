"""How good are scores, before anything is decided by them?

A classifier of two classes gives scores; where to cut is a later choice. Sort the samples by score and lower the
threshold past one sample at a time: the ROC curve plots how many positives are found (recall) against how many
negatives are called positive; the precision-recall curve plots how many of those found are right. A perfect model
passes through the upper left corner of the first and the upper right corner of the second.

Left out: several classes (ask about one class against the rest).
Next: diagnosis.py.
"""

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.arrays import as_array
from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ScoreCurves", "perplexity", "score_curves", "top_k_accuracy"]

Numbers = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ScoreCurves:
    """Every trade between finding and being right.

    Parameters
    ----------
    thresholds : ndarray of float, shape (n,)
        From high to low; a sample counts as positive when its score is at least this.
    recall : ndarray of float, shape (n,)
        Part of the positives that are found; also called true positive rate.
    precision : ndarray of float, shape (n,)
        Part of those called positive that are.
    false_positive_rate : ndarray of float, shape (n,)
        Part of the negatives that are called positive.
    roc_auc : float
        Chance that a positive scores higher than a negative: 1 perfect, 0.5 guessing, below 0.5 turned around.
    average_precision : float
        Mean precision over the positives found; guessing gives `prevalence`, not 0.5.
    prevalence : float
        Part of the samples that are positive.
    """

    thresholds: Numbers
    recall: Numbers
    precision: Numbers
    false_positive_rate: Numbers
    roc_auc: float
    average_precision: float
    prevalence: float

    def plot(self) -> "Figure":
        """Return a figure of both curves, with what guessing would give and the best corner marked."""
        figure = new_figure(8.5, 3.8)
        left, right = figure.subplots(1, 2)
        left.plot([0, *self.false_positive_rate], [0, *self.recall], label=f"model, area {self.roc_auc:.3f}")
        left.plot([0, 1], [0, 1], ":", color="0.5", label="guessing, area 0.5")
        left.plot(0, 1, "*", color="C1", markersize=14, clip_on=False, label="perfect")
        left.set(title="ROC curve", xlabel="negatives called positive", ylabel="positives found (recall)")
        right.step([0, *self.recall], [self.precision[0], *self.precision], where="pre",
                   label=f"model, average {self.average_precision:.3f}")  # fmt: skip
        right.axhline(self.prevalence, linestyle=":", color="0.5", label=f"guessing, {self.prevalence:.3f}")
        right.plot(1, 1, "*", color="C1", markersize=14, clip_on=False, label="perfect")
        right.set(title="Precision-recall curve", xlabel="positives found (recall)", ylabel="precision", ylim=(0, 1.05))
        for ax in (left, right):
            ax.legend(loc="lower center")
        return figure

    def __repr__(self) -> str:
        return (
            f"ROC area {self.roc_auc:.3f} (guessing 0.5), average precision {self.average_precision:.3f} "
            f"(guessing {self.prevalence:.3f}), over {len(self.thresholds)} thresholds."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def score_curves(labels: Any, scores: Any) -> ScoreCurves:
    """Return the ROC and the precision-recall curve of scores for two classes.

    Parameters
    ----------
    labels : array_like of int or bool, shape (n,)
        1 for positive samples, 0 for negative ones; both must occur.
    scores : array_like of float, shape (n,)
        Higher means "rather positive": logits or probabilities of class 1.

    Returns
    -------
    ScoreCurves
        Curves, areas and a figure.

    Raises
    ------
    ValueError
        When the shapes do not fit, or only one class occurs: then no curve exists.

    Examples
    --------
    >>> score_curves([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).roc_auc
    0.75
    """
    labels, scores = _check(labels, scores)
    # 1. The surest first. Equal scores cannot be parted: only the last of them ends a step.
    order = np.argsort(-scores, kind="stable")
    labels, scores = labels[order], scores[order]
    ends = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    # 2. How many true and false positives there are down to each threshold.
    true_positives = np.cumsum(labels)[ends]  # (n_thresholds,)
    false_positives = ends + 1 - true_positives
    recall, false_rate = true_positives / labels.sum(), false_positives / (len(labels) - labels.sum())
    precision = true_positives / (ends + 1)
    # 3. Areas: trapezoids under the ROC; steps under precision-recall, where straight lines would flatter.
    area = float(np.trapezoid([0, *recall], [0, *false_rate]))
    average = float(np.sum(np.diff(recall, prepend=0) * precision))
    return ScoreCurves(scores[ends], recall, precision, false_rate, area, average, float(labels.mean()))


def top_k_accuracy(labels: Any, scores: Any, *, k: int = 5) -> float:
    """Return how often the true class is among the k classes with the highest scores.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        True class numbers.
    scores : array_like of float, shape (n, n_classes)
        Logits or probabilities.
    k : int, default 5
        Guesses allowed.

    Returns
    -------
    float
        From 0 to 1. A class that shares its score with others counts as the last of them.

    Raises
    ------
    ValueError
        When the shapes do not fit or `k` exceeds the number of classes.

    Examples
    --------
    >>> top_k_accuracy([0, 2], [[0.2, 0.5, 0.3], [0.1, 0.2, 0.7]], k=2)
    0.5
    """
    labels, scores = _check_scores(labels, scores, "scores")
    k = check_integer("k", k, low=1, high=scores.shape[1], remedy="There are no more classes than that.")
    own = np.take_along_axis(scores, labels[:, None], axis=1)  # (n, 1): the score of the true class
    return float(np.mean((scores >= own).sum(axis=1) <= k))


def perplexity(labels: Any, logits: Any, *, ignore: int = -100) -> float:
    """Return among how many equally likely tokens a language model hesitates: e to the mean cross entropy.

    Parameters
    ----------
    labels : array_like of int, shape (...)
        True tokens.
    logits : array_like of float, shape (..., n_tokens)
        Before softmax.
    ignore : int, default -100
        Label of places that do not count, such as padding.

    Returns
    -------
    float
        1 for a model that is always sure and right; the size of the vocabulary for one that only guesses.

    Raises
    ------
    ValueError
        When the shapes do not fit or no place counts.

    Examples
    --------
    >>> round(perplexity([0, 3], [[0.0, 0.0, 0.0, 0.0], [5.0, 5.0, 5.0, 5.0]]), 6)
    4.0
    """
    labels, logits = as_array("labels", labels), as_array("logits", logits, np.float64)
    if logits.ndim == 0 or labels.shape != logits.shape[:-1]:
        remedy = "Give one row of logits for each label."
        raise ValueError(message("logits", f"of shape {(*labels.shape, 'n_tokens')}", logits, remedy))
    counted = labels != ignore
    if not counted.any():
        raise ValueError(message("labels", f"at least one label other than {ignore}", labels, "Pass real tokens."))
    labels, logits = _check_scores(labels[counted], logits[counted], "logits")
    logits = logits - logits.max(axis=1, keepdims=True)  # exp of large numbers overflows
    own = np.take_along_axis(logits, labels[:, None], axis=1)[:, 0]  # (n,)
    return float(np.exp(np.mean(np.log(np.exp(logits).sum(axis=1)) - own)))


def _check(labels: Any, scores: Any) -> tuple[npt.NDArray[np.int64], Numbers]:
    labels, scores = as_array("labels", labels), as_array("scores", scores, np.float64)
    if labels.ndim != 1 or len(labels) == 0 or not np.isin(labels, (0, 1)).all():
        remedy = "For one class against the rest use labels == 3."
        raise ValueError(message("labels", "a row of 0 and 1, shape (n,)", labels, remedy))
    if scores.shape != labels.shape:
        remedy = "Pass the scores of class 1 alone, for example probabilities[:, 1]."
        raise ValueError(message("scores", f"of shape {labels.shape}, one for each label", scores, remedy))
    if not np.isfinite(scores).all():
        raise ValueError(message("scores", "finite numbers", float(scores[~np.isfinite(scores)][0]), "Look for nan."))
    if labels.min() == labels.max():
        remedy = "Curves compare two classes: add samples of the other one."
        raise ValueError(f"`labels` must be positives and negatives, got only {int(labels[0])}. {remedy}")
    return labels.astype(np.int64), scores


def _check_scores(labels: Any, scores: Any, name: str) -> tuple[npt.NDArray[np.int64], Numbers]:
    labels, scores = as_array("labels", labels), as_array(name, scores, np.float64)
    if labels.size == 0 or labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        remedy = "Pass one for each sample."
        raise ValueError(message("labels", "a row of whole class numbers, shape (n,)", labels, remedy))
    if scores.ndim != 2 or len(scores) != len(labels):
        remedy = "Give one row of scores for each label, one column for each class."
        raise ValueError(message(name, f"of shape ({len(labels)}, n_classes)", scores, remedy))
    if not np.isfinite(scores).all():
        raise ValueError(message(name, "finite numbers", float(scores[~np.isfinite(scores)][0]), "The model diverged."))
    if labels.min() < 0 or labels.max() >= scores.shape[1]:
        got = int(labels.min() if labels.min() < 0 else labels.max())
        raise ValueError(message("labels", f"class numbers from 0 to {scores.shape[1] - 1}", got, "Count from 0."))
    return labels.astype(np.int64), scores
