"""Small problems to learn: the logic gates, the clouds of points in clouds.py, and any table of your own.

The idea: a gate of two inputs answers 0 or 1 for each of the four pairs of 0 and 1. One straight line separates the
answers of "and", "or", "nand" and "nor"; "not" has one input. No straight line does so for "xor" and "xnor", and that
is why networks have hidden layers.

Left out: larger data sets and their splitting into training and test parts.
Next: neuron.py, a neuron whose weights are given; perceptron.py learns the gates with one neuron.
"""

from __future__ import annotations

import itertools
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .._support.arrays import detached
from .._support.checks import check_choice, message
from .clouds import CLOUDS, point_cloud

__all__ = ["GATES", "Array", "as_numbers", "as_table", "as_targets", "read_problem"]

Array: TypeAlias = npt.NDArray[np.float64]

LARGEST = 1e100  # products of two such numbers still fit into a float

# The answers to the inputs (0, 0), (0, 1), (1, 0), (1, 1), in their order; those of "not" to (0,) and (1,).
GATES = {
    "xor": (0, 1, 1, 0),
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xnor": (1, 0, 0, 1),
    "not": (1, 0),
}


def read_problem(problem: Any) -> tuple[str, Array, Array]:
    """Return the name, the inputs (n, n_features) and the targets (n, 1) of a problem.

    Parameters
    ----------
    problem : str or pair of arrays
        The name of a gate or of a cloud of points, or (X, y): a table of numbers and one 0 or 1 for each of its rows.

    Examples
    --------
    >>> name, X, y = read_problem("and")
    >>> y.ravel().tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    if isinstance(problem, str):
        name = check_choice("problem", problem, (*GATES, *CLOUDS))
        if name in CLOUDS:
            X, labels = point_cloud(name)
            return name, X, labels.astype(float).reshape(-1, 1)
        answers = GATES[name]
        inputs = list(itertools.product((0, 1), repeat=len(answers) // 2))  # two answers: one input; four: two
        return name, np.array(inputs, dtype=float), np.array(answers, dtype=float).reshape(-1, 1)
    if not isinstance(problem, tuple | list) or len(problem) != 2:
        expected = "a name such as 'xor' or a pair (X, y) of arrays"
        raise TypeError(message("problem", expected, problem, f"The names are {', '.join((*GATES, *CLOUDS))}."))
    X = as_table("X", problem[0])
    return "your data", X, as_targets(problem[1], n_samples=len(X))


def as_table(argument: str, values: Any, *, n_features: int | None = None) -> Array:
    """Return `values` as a float array (n_samples, n_features) without gaps."""
    expected = f"a table of numbers of shape (n_samples, {n_features or 'n_features'})"
    table = as_numbers(argument, values, expected)
    if table.ndim != 2:
        raise ValueError(message(argument, expected, values, "Write one row for each sample: [[0, 1], [1, 0]]."))
    if table.size == 0 or (n_features is not None and table.shape[1] != n_features):
        remedy = "Pass at least one row." if table.size == 0 else f"Each row needs {n_features} numbers."
        raise ValueError(message(argument, expected, values, remedy))
    return table


def as_targets(values: Any, *, n_samples: int) -> Array:
    """Return the targets as a column of zeros and ones (n_samples, 1)."""
    expected = f"{n_samples} zeros and ones, one for each row of X"
    y = as_numbers("y", values, expected)
    if y.shape not in ((n_samples,), (n_samples, 1)):
        raise ValueError(message("y", expected, values, "Give X and y the same number of rows."))
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError(message("y", expected, values, "Write the two classes as 0 and 1."))
    return y.reshape(-1, 1)


def as_numbers(argument: str, values: Any, expected: str) -> Array:
    """Return a finite float copy of `values`; the caller's array, or tensor of any kind, stays as it is."""
    try:
        raw = np.asarray(detached(values))
    except (TypeError, ValueError):  # rows of unequal length
        raise ValueError(message(argument, expected, values, "Give each row the same length.")) from None
    if raw.dtype.kind not in "biuf":  # bool, integers, floats: no text, no objects, no complex numbers
        raise TypeError(message(argument, expected, values, "Turn the values into numbers first."))
    numbers = raw.astype(float)
    if not np.isfinite(numbers).all():
        expected = f"{expected} and free of NaN and infinity"
        raise ValueError(message(argument, expected, values, "Drop or fill the gaps."))
    if (np.abs(numbers) > LARGEST).any():
        expected = f"{expected} of at most {LARGEST:g}"
        raise ValueError(message(argument, expected, values, "Scale them to about -1 to 1."))
    return numbers
