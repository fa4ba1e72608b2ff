"""A fitted line: every line on the way to it, the losses, and the best line to compare with.

The idea: the course of a training says more than its end. Each step is kept, so that the loss on any other points, such
as some set aside, can be computed afterwards.

Left out: how the line is found.
Next: linear.py, which fills these results.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.arrays import detached
from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Array", "LineResult", "as_points", "as_row"]

Array = npt.NDArray[np.float64]
LARGEST = 1e100  # products of two such numbers still fit into a float


@dataclass(frozen=True, eq=False, repr=False)
class LineResult:
    """A line, and how it came to lie where it lies.

    Parameters
    ----------
    x, y : ndarray of shape (n_samples,)
        The points.
    loss : str
        "mse" or "l1".
    learning_rate : float
        The factor between a slope and a step.
    weights, biases : ndarray of shape (n_steps + 1,)
        Before the first step and after each.
    losses : ndarray of shape (n_steps,)
        Before each step.
    slopes : ndarray of shape (n_steps, 2)
        How the loss changes with the weight and with the bias, at each step.
    """

    x: Array
    y: Array
    loss: str
    learning_rate: float
    weights: Array
    biases: Array
    losses: Array
    slopes: Array

    @property
    def weight(self) -> float:
        """The weight after the last step."""
        return float(self.weights[-1])

    @property
    def bias(self) -> float:
        """The bias after the last step."""
        return float(self.biases[-1])

    @property
    def best(self) -> tuple[float, float]:
        """Weight and bias of the line with the smallest mean squared error, by the closed form."""
        table = np.column_stack([self.x, np.ones_like(self.x)])  # (n_samples, 2)
        weight, bias = np.linalg.lstsq(table, self.y, rcond=None)[0]
        return float(weight), float(bias)

    def losses_on(self, x: Any, y: Any) -> Array:
        """Return the loss on any points before the first step and after each.

        Parameters
        ----------
        x, y : array_like of shape (n,)
            Points, for example some that were set aside.

        Returns
        -------
        ndarray of shape (n_steps + 1,)
            One loss for each line on the way.

        Raises
        ------
        ValueError, TypeError
            When x and y are not two rows of numbers of one length.
        """
        x, y = as_points(x, y)
        errors = self.weights[:, None] * x + self.biases[:, None] - y  # (n_steps + 1, n)
        found: Array = (errors**2 if self.loss == "mse" else np.abs(errors)).mean(axis=1)
        return found

    def table(self, n_rows: int = 5) -> str:
        """Return the first steps as text: loss, slopes, and the weights after the step.

        Parameters
        ----------
        n_rows : int, default 5
            How many steps to show.

        Returns
        -------
        str
            A heading and one line for each step.
        """
        n_rows = min(check_integer("n_rows", n_rows, low=1), len(self.losses))
        lines = ["step      loss   slope w   slope b         w         b"]
        for i in range(n_rows):
            row = (self.losses[i], *self.slopes[i], self.weights[i + 1], self.biases[i + 1])
            lines.append(f"{i + 1:4d}" + "".join(map(_cell, row)))
        return "\n".join(lines)

    def plot(self) -> Figure:
        """Return a figure: the points with the line, and the loss at every step.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels.
        """
        figure = new_figure(9, 3.6)
        left, right = figure.subplots(1, 2)
        self._draw_lines(left)
        positive = self.losses.size > 0 and self.losses.min() > 0  # a logarithmic axis has no place for 0
        right.plot(np.arange(len(self.losses)), self.losses, color="#0072B2")
        right.set(title="The loss", xlabel="Step", ylabel=self.loss, yscale="log" if positive else "linear")
        return figure

    def _draw_lines(self, axes: Axes) -> None:
        """Draw the points, the first line, the last one and the best one."""
        axes.plot(self.x, self.y, "o", color="#0072B2", markersize=4, label="points")
        ends = np.array([self.x.min(), self.x.max()])
        best = self.best
        for weight, bias, style, colour, label in (
            (self.weights[0], self.biases[0], ":", "0.5", "before"),
            (best[0], best[1], "-", "#009E73", "closed form"),
            (self.weight, self.bias, "--", "#D55E00", "after"),
        ):
            axes.plot(ends, weight * ends + bias, style, color=colour, label=label)
        axes.set(title=f"y = {self.weight:.3f} x + {self.bias:.3f}", xlabel="x", ylabel="y")
        axes.legend()

    def __repr__(self) -> str:
        best = self.best
        course = "no step was finished"  # Ctrl-C may come early
        if self.losses.size:
            course = f"the loss went from {self.losses[0]:.4g} to {self.losses[-1]:.4g}"
        return (
            f"A line after {len(self.losses):,} steps of {self.learning_rate:g} on the {self.loss} loss: "
            f"weight {self.weight:.4f}, bias {self.bias:.4f} (closed form: {best[0]:.4f}, {best[1]:.4f}); {course}."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def _cell(value: float) -> str:
    """Return a number 10 columns wide, a space before it; large ones are shortened."""
    text = f"{value:10.5f}"
    return text if text.startswith(" ") else f"{value:10.3g}"


def as_row(argument: str, values: Any) -> Array:
    """Return `values`, of shape (n,) or (n, 1), as a row of finite floats; tensors may be on any device."""
    expected = "a row of at least one number, of shape (n,) or (n, 1)"
    try:
        raw = np.asarray(detached(values))
    except (TypeError, ValueError):  # rows of unequal length
        raise ValueError(message(argument, expected, values, "Pass a list of numbers.")) from None
    if raw.dtype.kind not in "biuf":
        raise TypeError(message(argument, expected, values, "Turn the values into numbers first."))
    if raw.size == 0 or raw.shape not in ((raw.size,), (raw.size, 1)):
        raise ValueError(message(argument, expected, values, "Pass one number for each sample."))
    row = raw.astype(float).ravel()
    if not np.isfinite(row).all():
        raise ValueError(message(argument, f"{expected}, free of NaN and infinity", values, "Drop or fill the gaps."))
    if np.abs(row).max() > LARGEST:
        expected = f"{expected}, of at most {LARGEST:g}"
        raise ValueError(message(argument, expected, values, "Scale them to about -1 to 1."))
    return row


def as_points(x: Any, y: Any) -> tuple[Array, Array]:
    """Return two rows of one length."""
    x, y = as_row("x", x), as_row("y", y)
    if len(x) != len(y):
        raise ValueError(message("y", f"as many numbers as x ({len(x)})", len(y), "Each x needs one y."))
    return x, y
