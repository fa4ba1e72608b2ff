"""Places to walk downhill on: functions of one or two numbers with a gradient and a known minimum.

Each is hard in its own way: a ravine is steep across and flat along, Rosenbrock's valley is bent, a saddle looks like a
minimum to who stands on its ridge, Beale's function has cliffs beside plains.

Left out: functions of many numbers, which cannot be drawn; the surfaces of real networks.
Next: descent.py, where the optimizers walk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from .._support.checks import check_choice, message
from .gates import Array

Function: TypeAlias = Callable[[Array], Array]

__all__ = ["SURFACES", "Surface", "read_surface"]


@dataclass(frozen=True, eq=False, repr=False)
class Surface:
    """A function of one or two numbers to find the minimum of.

    Parameters
    ----------
    name : str
        What figures call it.
    value : callable
        From points of shape (..., d) to heights of shape (...); d is 1 or 2.
    gradient : callable
        From points of shape (..., d) to gradients of the same shape.
    start : tuple of float
        Where the drawn walk begins.
    spread : tuple of float
        Other walks begin at most this far from `start` in each coordinate.
    minima : tuple of points
        Where it is lowest.
    low, high : tuple of float
        The corners of the part to draw.

    Examples
    --------
    >>> hill = Surface("valley", lambda x: x[..., 0] ** 2, lambda x: 2 * x, (3.0,), (1.0,), ((0.0,),), (-4.0,), (4.0,))
    >>> float(hill.value(np.array([3.0]))), hill.lowest
    (9.0, 0.0)
    """

    name: str
    value: Function
    gradient: Function
    start: tuple[float, ...]
    spread: tuple[float, ...]
    minima: tuple[tuple[float, ...], ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def lowest(self) -> float:
        """The height of the minima."""
        return float(self.value(np.array(self.minima[0], dtype=float)))

    def __repr__(self) -> str:
        points = ", ".join("(" + ", ".join(f"{x:g}" for x in point) + ")" for point in self.minima)
        return f"The surface {self.name!r}: lowest, {self.lowest:.4g}, at {points}."


def _quadratic(matrix: list[list[float]], minimum: tuple[float, float]) -> tuple[Function, Function]:
    """Return height and gradient of half the squared distance from the minimum, measured by a symmetric matrix."""

    def value(p: Array) -> Array:
        away = p - np.array(minimum)
        return np.asarray((away * (away @ np.array(matrix))).sum(axis=-1) / 2)

    def gradient(p: Array) -> Array:
        return np.asarray((p - np.array(minimum)) @ np.array(matrix))

    return value, gradient


def _rosenbrock(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    return np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=-1)


def _saddle(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    return x**2 / 2 + y**4 / 4 - y**2 / 2  # the saddle at (0, 0) is 1/4 above the minima


def _saddle_gradient(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    return np.stack([x, y**3 - y], axis=-1)


def _beale(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _beale_gradient(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    by_x = 2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1))
    by_y = 2 * x * (a + 2 * b * y + 3 * c * y**2)
    return np.stack([by_x, by_y], axis=-1)


def _himmelblau(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _himmelblau_gradient(p: Array) -> Array:
    x, y = p[..., 0], p[..., 1]
    a, b = x**2 + y - 11, x + y**2 - 7
    return np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b], axis=-1)


def _quartic(p: Array) -> Array:
    x = p[..., 0]
    return x**4 - 3 * x**3 + 2  # flat at 0, which is no minimum


def _quartic_gradient(p: Array) -> Array:
    return 4 * p**3 - 9 * p**2


HIMMELBLAU = ((3.0, 2.0), (-2.805118086952745, 3.131312518250573), (-3.779310253377747, -3.283185991286170),
              (3.584428340330492, -1.848126526964404))  # fmt: skip

SURFACES = {
    surface.name: surface
    for surface in (
        Surface("bowl", *_quadratic([[1, 0], [0, 3]], (1.0, -1.0)), (-3.0, 3.0), (1.0, 1.0), ((1.0, -1.0),),
                (-5.0, -4.5), (4.0, 4.5)),
        # A hundred times as steep across as along.
        Surface("ravine", *_quadratic([[1, 0], [0, 100]], (1.0, 0.5)), (-4.0, 1.5), (1.0, 0.5), ((1.0, 0.5),),
                (-5.0, -1.5), (3.0, 2.5)),
        # The same turned by 45 degrees: now no coordinate is steep and none is flat.
        Surface("turned ravine", *_quadratic([[50.5, -49.5], [-49.5, 50.5]], (1.0, 0.5)), (-3.0, -2.0), (0.8, 0.8),
                ((1.0, 0.5),), (-4.5, -4.0), (2.5, 2.5)),
        Surface("rosenbrock", _rosenbrock, _rosenbrock_gradient, (-1.2, 1.0), (0.4, 0.4), ((1.0, 1.0),),
                (-2.0, -1.0), (2.0, 3.0)),
        # The walks begin almost on the ridge, where the way down the side is nearly flat.
        Surface("saddle", _saddle, _saddle_gradient, (-1.5, 1e-4), (0.4, 1e-3), ((0.0, 1.0), (0.0, -1.0)),
                (-2.0, -1.6), (2.0, 1.6)),
        Surface("beale", _beale, _beale_gradient, (1.0, 1.5), (0.3, 0.3), ((3.0, 0.5),), (-0.5, -1.0), (4.5, 2.0)),
        Surface("himmelblau", _himmelblau, _himmelblau_gradient, (0.0, -0.5), (1.0, 1.0), HIMMELBLAU,
                (-5.0, -5.0), (5.0, 5.0)),
        Surface("quartic", _quartic, _quartic_gradient, (5.0,), (0.5,), ((2.25,),), (-1.5,), (5.5,)),
    )
}  # fmt: skip


def read_surface(surface: Any) -> Surface:
    """Return a surface by its name, or the given one after looking whether it works."""
    if not isinstance(surface, Surface):
        return SURFACES[check_choice("surface", surface, SURFACES, "Pass a name such as 'ravine', or a Surface.")]
    sizes = {len(part) for part in (surface.start, surface.spread, surface.low, surface.high, *surface.minima)}
    if sizes not in ({1}, {2}) or not surface.minima:
        expected = "a Surface whose points all hold one number, or all two"
        raise ValueError(message("surface", expected, surface.name, "Write start=(1.0, 2.0) and so on."))
    points = np.array([surface.start, surface.start], dtype=float)  # (2, d)
    height, slope = np.asarray(surface.value(points)), np.asarray(surface.gradient(points))
    if height.shape != (2,) or slope.shape != points.shape or not np.isfinite([height.sum(), slope.sum()]).all():
        expected = f"a Surface with finite heights (n,) and gradients (n, {points.shape[1]}) at n points"
        raise ValueError(message("surface", expected, surface.name, "Use x[..., 0] and x[..., 1] in its functions."))
    return surface
