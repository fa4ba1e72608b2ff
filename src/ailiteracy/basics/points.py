"""Points in the plane with classes: two circles, two moons, some blobs, or your own.

The idea: data of two features can be seen, and so can every mistake. Each named set holds the same 1,000 points in
every call, and the same fifth of them is set aside, so that results can be compared.

Left out: noise in the labels.
Next: stacks.py builds the networks that learn from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_choice, message
from .gates import Array, as_table

__all__ = ["POINTS", "Points", "as_classes", "load_points"]

POINTS = ("circles", "moons", "blobs")
N_POINTS, DATA_SEED = 1_000, 42
MOST_CLASSES = 100

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Points:
    """Points in a part to learn from and a part set aside: pairs (X, y) of shapes (n, 2) and (n,)."""

    name: str
    train: tuple[Array, Labels]
    test: tuple[Array, Labels]
    n_classes: int


def load_points(points: Any) -> Points:
    """Return points by name, or the caller's own (X, y), split in the same way.

    Examples
    --------
    >>> circles = load_points("circles")
    >>> circles.train[0].shape, circles.test[1][:10].tolist()
    ((800, 2), [1, 0, 1, 0, 1, 1, 0, 0, 1, 0])
    """
    from sklearn.datasets import make_blobs, make_circles, make_moons
    from sklearn.model_selection import train_test_split

    if isinstance(points, str):
        name = check_choice("points", points, POINTS)
        X, y = {
            "circles": lambda: make_circles(N_POINTS, noise=0.03, random_state=DATA_SEED),
            "moons": lambda: make_moons(N_POINTS, noise=0.1, random_state=DATA_SEED),
            "blobs": lambda: make_blobs(N_POINTS, centers=4, cluster_std=1.5, random_state=DATA_SEED),
        }[name]()
    elif isinstance(points, tuple | list) and len(points) == 2:
        name, X = "your points", as_table("X", _as_array(points[0]), n_features=2)
        y = as_classes("y", points[1], n_samples=len(X))
        if len(X) < 5:
            raise ValueError(message("X", "at least 5 points", X, "One point in five is set aside for the test."))
    else:
        remedy = f"The names are {', '.join(POINTS)}."
        raise TypeError(message("points", "a name such as 'circles' or a pair (X, y)", points, remedy))
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.2, random_state=DATA_SEED)
    n_classes = int(max(y.max(), y_test.max())) + 1
    return Points(name, (X, y.astype(np.int64)), (X_test, y_test.astype(np.int64)), n_classes)


def as_classes(argument: str, values: Any, *, n_samples: int) -> Labels:
    """Return class numbers from 0, one for each sample; whole floats are taken for what they mean."""
    expected = f"{n_samples} whole numbers from 0, one for each row of X"
    labels = _as_array(values)
    if labels.dtype.kind not in "biuf":
        raise TypeError(message(argument, expected, values, "Number the classes 0, 1, 2 ..."))
    if labels.shape not in ((n_samples,), (n_samples, 1)):
        raise ValueError(message(argument, expected, values, "Give X and y the same number of rows."))
    labels = labels.ravel()
    if not (np.isfinite(labels).all() and (labels == np.floor(labels)).all() and (labels >= 0).all()):
        raise ValueError(message(argument, expected, values, "Number the classes 0, 1, 2 ..."))
    if not 1 <= labels.max() < MOST_CLASSES:
        expected = f"class numbers of at least two classes, below {MOST_CLASSES}"
        raise ValueError(message(argument, expected, float(labels.max()), "Number the classes 0, 1, 2 ..."))
    return labels.astype(np.int64)


def _as_array(values: Any) -> npt.NDArray[Any]:
    """Return an array of a tensor on any device, or of anything numpy understands."""
    try:
        return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
    except (TypeError, ValueError):  # rows of unequal length
        remedy = "Give each row the same length."
        raise ValueError(message("X and y", "tables of numbers", values, remedy)) from None
