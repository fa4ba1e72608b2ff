"""Clouds of points in the plane, in two classes: circles, moons, a spiral, blobs.

The idea: each shape is a formula for where a point of each class lies, plus a little noise. One line separates the
blobs; the other shapes need a bent boundary, the spiral most of all. Another seed gives other points of the same shape,
which is how a network is tested on points it has not seen.

Left out: more than two features or classes; real data.
Next: gates.py, the problems that have a name; backprop.py learns them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .._support.chance import as_generator
from .._support.checks import check_choice, check_integer, check_number

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLOUDS", "point_cloud"]

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

TURNS = 1.5  # of each arm of the spiral


def _circles(y: Labels, rng: np.random.Generator) -> Points:
    """Class 0 on a circle of radius 1, class 1 on one of radius 1/2."""
    angle = rng.uniform(0, 2 * np.pi, len(y))
    radius = np.where(y == 1, 0.5, 1.0)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _moons(y: Labels, rng: np.random.Generator) -> Points:
    """Class 0 on the upper half of a circle; class 1 the same, turned by half a circle and shifted into the first."""
    angle = rng.uniform(0, np.pi, len(y))
    turned = np.where(y == 1, -1.0, 1.0)
    return np.column_stack([turned * (np.cos(angle) - 0.5), turned * (np.sin(angle) - 0.25)])


def _spiral(y: Labels, rng: np.random.Generator) -> Points:
    """Two arms around the middle, class 1 half a turn behind class 0."""
    radius = np.sqrt(rng.uniform(0.01, 1, len(y)))  # the root spreads the points evenly over the area
    angle = 2 * np.pi * TURNS * radius + np.pi * y
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _blobs(y: Labels, rng: np.random.Generator) -> Points:
    """Class 0 around (-0.7, -0.7) and class 1 around (0.7, 0.7), with a standard deviation of 0.25."""
    centre = np.where(y == 1, 0.7, -0.7)[:, None]
    points: Points = centre + 0.25 * rng.standard_normal((len(y), 2))
    return points


CLOUDS: dict[str, Callable[[Labels, np.random.Generator], Points]] = {
    "circles": _circles, "moons": _moons, "spiral": _spiral, "blobs": _blobs,
}  # fmt: skip


def point_cloud(
    name: str, *, n_samples: int = 200, noise: float = 0.05, rng: int | np.random.Generator | None = 0
) -> tuple[Points, Labels]:
    """Return points in the plane and the class of each.

    Parameters
    ----------
    name : str
        "circles", "moons", "spiral" or "blobs".
    n_samples : int, default 200
        The number of points, half of them in each class.
    noise : float, default 0.05
        The standard deviation of what is added to each coordinate; the shapes are about 2 wide.
    rng : int, numpy.random.Generator or None, default 0
        The chance behind the points; None gives other points in every call.

    Returns
    -------
    X : ndarray of shape (n_samples, 2)
        The points.
    y : ndarray of shape (n_samples,)
        0 or 1 for each point.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When the name is unknown or an argument is out of its range.

    Examples
    --------
    >>> X, y = point_cloud("circles", n_samples=4, noise=0)
    >>> y.tolist(), np.hypot(*X.T).round(6).tolist()
    ([0, 0, 1, 1], [1.0, 1.0, 0.5, 0.5])
    """
    name = check_choice("name", name, CLOUDS)
    n_samples = check_integer("n_samples", n_samples, low=2, high=1_000_000)
    noise = check_number("noise", noise, low=0, high=100)
    generator = as_generator(rng)
    y = (np.arange(n_samples) >= n_samples // 2).astype(np.int64)  # first the zeros, then the ones
    X = CLOUDS[name](y, generator)
    return X + noise * generator.standard_normal(X.shape), y
