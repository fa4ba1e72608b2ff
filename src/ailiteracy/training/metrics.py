"""How good are the predictions? Plain functions of two rows of class numbers.

Accuracy is the part that is right. The confusion matrix counts every (true class, predicted class) pair; its
diagonal holds what is right, its rows show where each class went instead. Labels come first, then predictions.

Left out: precision, recall and their relatives, which scikit-learn has; losses, which belong to the loop.
Next: loop.py.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_integer, message

__all__ = ["accuracy", "class_accuracy", "confusion_matrix"]


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


def _check_pair(labels: Any, predictions: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    pair = []
    for name, values in (("labels", labels), ("predictions", predictions)):
        array = np.asarray(values)
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
