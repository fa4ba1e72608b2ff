"""Is this gradient right? The slopes somebody computed beside slopes measured by small steps.

The idea: step a little to the left and to the right of a number and see how far the function rises: that measures its
slope without any formula. Both slopes must agree but for rounding, which is why all of it is done in float64: a float32
keeps 7 digits, and the difference of two nearly equal numbers keeps hardly any of them.

Left out: points where the function has a corner; there the measured slope is the mean of both sides.
Next: network.py, whose gradient is a good thing to check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_number, message
from .._support.figures import new_figure, result_html
from .autograd import Value
from .gates import as_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from .gates import Array

__all__ = ["GradientCheck", "gradient_check"]

# The best step for central differences: the rounding error, 1e-16 / step, and the error of the formula, step**2, meet.
STEP = np.finfo(float).eps ** (1 / 3)  # 6e-6
# Slopes below this share of the function's value drown in rounding and are compared with the share instead.
NOISE = 1e-4


@dataclass(frozen=True, eq=False, repr=False)
class GradientCheck:
    """Two gradients of one function, side by side.

    Parameters
    ----------
    computed : ndarray of the shape of the input
        The gradient to be checked.
    measured : ndarray of the shape of the input
        The slopes by small steps.
    errors : ndarray of the shape of the input
        The relative difference in each place.
    tolerance : float
        The largest relative difference that passes.
    """

    computed: Array
    measured: Array
    errors: Array
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether every slope agrees."""
        return bool((self.errors <= self.tolerance).all())

    @property
    def largest_error(self) -> float:
        """The largest relative difference."""
        return float(self.errors.max())

    def __repr__(self) -> str:
        if self.passed:
            return f"All {self.errors.size} slopes agree: the largest relative difference is {self.largest_error:.1e}."
        place = tuple(int(i) for i in np.unravel_index(self.errors.argmax(), self.errors.shape))
        n_wrong = int((self.errors > self.tolerance).sum())
        where = f" at {list(place)}" if place else ""
        return (
            f"{n_wrong} of {self.errors.size} slopes disagree; the worst{where}: computed {self.computed[place]:.6g}, "
            f"measured {self.measured[place]:.6g}."
        )

    def plot(self) -> Figure:
        """Return a figure: each computed slope over the measured one; right ones lie on the diagonal.

        Returns
        -------
        matplotlib.figure.Figure
            One panel.
        """
        figure = new_figure(4.5, 4.5)
        axes = figure.subplots()
        wrong = self.errors > self.tolerance
        ends = [min(self.measured.min(), self.computed.min()), max(self.measured.max(), self.computed.max())]
        axes.plot(ends, ends, color="0.6", linewidth=1)
        axes.plot(self.measured[~wrong], self.computed[~wrong], "o", color="#0072B2", label="Agree")
        axes.plot(self.measured[wrong], self.computed[wrong], "s", color="#D55E00", label="Disagree")
        axes.set(title="Two ways to the same slopes", xlabel="Measured by small steps", ylabel="Computed")
        axes.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def gradient_check(
    function: Callable[[Any], Any],
    x: Any,
    gradient: Callable[[Any], Any] | None = None,
    *,
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Return the gradient of a function beside slopes measured by small steps, in float64.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `x` and returns one number.
    x : array_like of numbers
        Where to check; any shape, also a single number.
    gradient : callable or None, default None
        Takes the same array and returns its gradient, of the same shape; None has it computed by an array of Values,
        which works for functions made of arithmetic, sums and numpy's exp, log and tanh.
    tolerance : float, default 1e-6
        The largest relative difference that passes.

    Returns
    -------
    GradientCheck
        `passed`, `largest_error`, `computed`, `measured`, `errors` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind, or the function returns something other than one number.
    ValueError
        When the function is not finite around `x`, or the gradient has another shape.

    Notes
    -----
    The measured slope is (f(x + h) - f(x - h)) / 2h with h about 6e-6 times the size of the number. A difference is
    divided by the larger of the two slopes, but at least by a thousandth of the largest slope of all.

    Examples
    --------
    >>> gradient_check(lambda x: (x**2).sum(), [1.0, 2.0, 3.0], lambda x: 2 * x).passed
    True
    >>> gradient_check(lambda x: (x**2).sum(), [1.0, 2.0, 3.0], lambda x: x)
    3 of 3 slopes disagree; the worst at [0]: computed 1, measured 2.
    """
    _check_callable("function", function)
    if gradient is not None:
        _check_callable("gradient", gradient)
    place = as_numbers("x", x, "numbers")
    if place.size == 0:
        raise ValueError(message("x", "at least one number", x, "Pass for example [1.0, 2.0]."))
    tolerance = check_number("tolerance", tolerance, above=0)
    measured, size = _measure(function, place)
    computed = _by_values(function, place) if gradient is None else _by_formula(gradient, place)
    largest = np.maximum(np.abs(computed), np.abs(measured))
    scale = np.maximum(largest, max(1e-3 * largest.max(initial=0.0), NOISE * size, np.finfo(float).tiny))
    return GradientCheck(computed, measured, np.abs(computed - measured) / scale, tolerance)


def _check_callable(argument: str, got: Any) -> None:
    if not callable(got):
        raise TypeError(message(argument, "a function of an array", got, "Pass for example lambda x: (x**2).sum()."))


def _measure(function: Callable[[Any], Any], x: Array) -> tuple[Array, float]:
    """Return the slopes by central differences, and the largest number that the function returned."""
    slopes, size = np.empty_like(x), 0.0
    for place in np.ndindex(x.shape):
        left, right = x.copy(), x.copy()
        step = STEP * max(1.0, abs(float(x[place])))
        left[place] -= step
        right[place] += step
        below, above = _one_number(function, left), _one_number(function, right)
        # The places differ by what is left of 2 * step after rounding.
        slopes[place] = (above - below) / (right[place] - left[place])
        size = max(size, abs(below), abs(above))
    return slopes, size


def _one_number(function: Callable[[Any], Any], x: Array) -> float:
    """Return what the function says about a copy of x, as a finite float."""
    found = function(x.copy())
    try:
        number = float(found)
    except (TypeError, ValueError, RuntimeError):
        remedy = "Let it return one number, for example the sum."
        raise TypeError(message("function", "one that returns a single number", found, remedy)) from None
    if not np.isfinite(number):
        remedy = "Check at another place, away from the edge of what the function takes."
        raise ValueError(message("function", "finite around x", number, remedy))
    return number


def _by_formula(gradient: Callable[[Any], Any], x: Array) -> Array:
    """Return the gradient that is to be checked, as an array."""
    found = gradient(x.copy())
    slopes = as_numbers("gradient", found, f"a function that returns numbers of shape {x.shape}")
    if slopes.shape != x.shape:
        remedy = "A gradient has one slope for each number of x."
        raise ValueError(message("gradient", f"a function that returns the shape {x.shape}", found, remedy))
    return slopes


def _by_values(function: Callable[[Any], Any], x: Array) -> Array:
    """Return the gradient by a walk back through an array of Values."""
    values = np.empty(x.shape, dtype=object)
    for place in np.ndindex(x.shape):
        values[place] = Value(float(x[place]))
    remedy = "Write it with arithmetic, sums, np.exp, np.log and np.tanh, or pass `gradient`."
    try:
        result = function(values if x.shape else values[()])
    except (TypeError, AttributeError) as error:
        raise TypeError(f"`function` cannot take an array of Values: {error}. {remedy}") from None
    result = result.item() if isinstance(result, np.ndarray) and result.size == 1 else result
    if not isinstance(result, Value):
        raise TypeError(message("function", "one that makes a Value from Values", result, remedy))
    if result.requires_grad:
        result.backward()
    slopes = [0.0 if value.grad is None else float(value.grad) for value in values.flat]
    return np.array(slopes).reshape(x.shape)
