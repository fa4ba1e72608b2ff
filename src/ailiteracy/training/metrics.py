"""How good are the predictions? Plain functions of labels and what a model said.

Accuracy is the part that is right. The confusion matrix counts every (true class, predicted class) pair; its diagonal
holds what is right, its rows show where each class went instead, and precision, recall and F1 are read off it. Labels
come first, then predictions. How many classes there are is said once, by the caller: a batch cannot know.

Left out: scores before a class is chosen (scores.py); several labels for one sample.
Next: scores.py.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .._support.arrays import as_array
from .._support.checks import check_choice, check_integer, message

__all__ = [
    "ClassScores",
    "RegressionErrors",
    "accuracy",
    "class_accuracy",
    "confusion_matrix",
    "precision_recall_f1",
    "regression_errors",
]

Numbers = npt.NDArray[np.float64]


class ClassScores(NamedTuple):
    """Precision, recall and F1: numbers from 0 to 1, or one for each class."""

    precision: Any
    recall: Any
    f1: Any


class RegressionErrors(NamedTuple):
    """How far predicted numbers are from the true ones."""

    mean_absolute: float
    root_mean_square: float
    r2: float


def accuracy(labels: Any, predictions: Any) -> float:
    """Return the part of the predictions that equals the labels, from 0 to 1.

    Parameters
    ----------
    labels, predictions : array_like of int, shape (n,)
        True and predicted class numbers.

    Returns
    -------
    float
        Right predictions divided by all.

    Raises
    ------
    ValueError
        When there is nothing to count or the lengths differ.

    Examples
    --------
    >>> accuracy([0, 1, 1, 2], [0, 1, 2, 2])
    0.75
    """
    labels, predictions = _check_pair(labels, predictions)
    return float(np.mean(labels == predictions))


def confusion_matrix(labels: Any, predictions: Any, *, n_classes: int | None = None) -> npt.NDArray[np.int64]:
    """Return how often class i (row) was called class j (column).

    Parameters
    ----------
    labels, predictions : array_like of int, shape (n,)
        True and predicted class numbers, from 0.
    n_classes : int, optional
        Number of classes; by default one more than the largest number seen.

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
        Counts; the sum of row i is the number of samples of class i.

    Raises
    ------
    ValueError
        When the lengths differ or a class number is outside 0 to n_classes - 1.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 1], [0, 1, 0, 1])
    array([[1, 0],
           [1, 2]])
    """
    labels, predictions = _check_pair(labels, predictions)
    largest = int(max(labels.max(), predictions.max()))
    n_classes = largest + 1 if n_classes is None else check_integer("n_classes", n_classes, low=1)
    smallest = int(min(labels.min(), predictions.min()))
    if smallest < 0 or largest >= n_classes:
        got = smallest if smallest < 0 else largest
        remedy = "Count classes from 0; raise n_classes if there are more."
        raise ValueError(message("labels and predictions", f"class numbers from 0 to {n_classes - 1}", got, remedy))
    # The pair (i, j) is cell i * n_classes + j of the flattened matrix.
    cells = labels * n_classes + predictions  # (n,)
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)


def class_accuracy(confusion: Any) -> npt.NDArray[np.float64]:
    """Return the accuracy within each class; nan for a class that has no sample.

    Parameters
    ----------
    confusion : array_like of int, shape (n_classes, n_classes)
        Counts with true classes as rows, as `confusion_matrix` returns them.

    Returns
    -------
    ndarray of float, shape (n_classes,)
        Diagonal divided by row sums. nan says "never asked", which 0 (always wrong) would not.

    Raises
    ------
    ValueError
        When the matrix is not square.

    Examples
    --------
    >>> class_accuracy([[3, 1], [0, 0]])
    array([0.75,  nan])
    """
    confusion = np.asarray(confusion)
    if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1]:
        remedy = "Pass what confusion_matrix returns."
        raise ValueError(message("confusion", "a square matrix of counts", confusion, remedy))
    right, total = np.diagonal(confusion), confusion.sum(axis=1)  # (n_classes,) each
    part = np.full(len(total), np.nan)
    np.divide(right, total, out=part, where=total > 0)
    return part


def precision_recall_f1(labels: Any, predictions: Any, *, n_classes: int, average: str = "macro") -> ClassScores:
    """Return precision, recall and F1, for a class or averaged over the classes.

    Precision: of those called positive, how many are. Recall: of those that are positive, how many were found. F1 is
    high only when both are.

    Parameters
    ----------
    labels, predictions : array_like of int, shape (n,)
        True and predicted class numbers, from 0.
    n_classes : int
        Number of classes. Said by the caller, so that every batch is judged the same way.
    average : {"macro", "weighted", "micro", "binary", "none"}, default "macro"
        "macro": every class counts the same; "weighted": by its samples; "micro": every sample counts the same, which
        is the accuracy; "binary": class 1 of two alone; "none": one number for each class.

    Returns
    -------
    ClassScores
        Floats, or arrays of shape (n_classes,) with "none". A class that is never said has precision 0, one that
        neither occurs nor is said has nan and counts in no average.

    Raises
    ------
    ValueError
        When the lengths differ, a class number is out of range, or "binary" meets more than two classes.

    Examples
    --------
    >>> precision_recall_f1([1, 1, 1, 0], [1, 0, 0, 0], n_classes=2, average="binary").precision
    1.0
    >>> precision_recall_f1([1, 1, 1, 0], [1, 0, 0, 0], n_classes=2, average="none").recall.round(2)
    array([1.  , 0.33])
    """
    check_choice("average", average, ("macro", "weighted", "micro", "binary", "none"))
    counts = confusion_matrix(labels, predictions, n_classes=n_classes)
    if average == "binary" and n_classes != 2:
        remedy = "Use average='macro', or 'none' to see each class."
        raise ValueError(message("n_classes", "2 when average='binary'", n_classes, remedy))
    right = np.diagonal(counts)  # (n_classes,)
    said, there = counts.sum(axis=0), counts.sum(axis=1)  # (n_classes,) each
    if average == "micro":
        right, said, there = (part.sum(keepdims=True) for part in (right, said, there))
    # F1 = 2PR / (P + R) = 2 right / (said + there), which also holds where P or R is 0 / 0.
    scores = ClassScores(*(_share(a, b) for a, b in ((right, said), (right, there), (2 * right, said + there))))
    seen = said + there > 0
    if average == "none":
        return ClassScores(*(np.where(seen, score, np.nan) for score in scores))
    if average == "binary":
        return ClassScores(*(float(score[1]) for score in scores))
    weights = there if average == "weighted" else seen
    return ClassScores(*(float(np.average(score, weights=weights)) for score in scores))


def regression_errors(targets: Any, predictions: Any) -> RegressionErrors:
    """Return the mean absolute error, the root of the mean squared error, and R2.

    Parameters
    ----------
    targets, predictions : array_like of float, the same shape
        True and predicted numbers. Shapes (n, 1) and (n,) are refused: numpy would compare all with all.

    Returns
    -------
    RegressionErrors
        R2 is 1 for perfect predictions, 0 for always saying the mean, below 0 for worse; nan when all targets are
        equal.

    Raises
    ------
    ValueError
        When the shapes differ or a value is no number, nan or infinite.

    Examples
    --------
    >>> regression_errors([1.0, 2.0, 3.0], [1.0, 2.0, 6.0]).mean_absolute
    1.0
    """
    pair = [as_array(*part, np.float64) for part in (("targets", targets), ("predictions", predictions))]
    if pair[0].shape != pair[1].shape or pair[0].size == 0:
        remedy = "Bring both to one shape with something in it, for example predictions[:, 0]."
        raise ValueError(message("predictions", f"of the targets' shape {pair[0].shape}", pair[1], remedy))
    for name, values in zip(("targets", "predictions"), pair, strict=True):
        if not np.isfinite(values).all():
            got = float(values[~np.isfinite(values)][0])
            raise ValueError(message(name, "finite numbers", got, "Drop or fill it."))
    error = pair[1] - pair[0]
    square = float(np.mean(error**2))
    # Rounding gives equal targets a tiny variance, and tiny differences none: both have no R2.
    spread = float(pair[0].var()) if np.ptp(pair[0]) > 0 else 0.0
    return RegressionErrors(float(np.abs(error).mean()), square**0.5, 1 - square / spread if spread else float("nan"))


def _share(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> Numbers:
    """Return part / whole, and 0 where whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _check_pair(labels: Any, predictions: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    pair = []
    for name, values in (("labels", labels), ("predictions", predictions)):
        array = as_array(name, values)
        if array.size == 0:
            raise ValueError(message(name, "at least one class number", values, "Pass the numbers of some samples."))
        if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
            remedy = "Take argmax over the classes first if these are scores."
            raise ValueError(message(name, "a row of whole class numbers, shape (n,)", array, remedy))
        pair.append(array.astype(np.int64))
    if len(pair[0]) != len(pair[1]):
        remedy = "Each sample needs one label and one prediction."
        raise ValueError(message("predictions", f"as long as labels ({len(pair[0])})", len(pair[1]), remedy))
    return pair[0], pair[1]
