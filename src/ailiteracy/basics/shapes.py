"""Width and depth: how the error on a curve falls as the network grows.

The idea: train many networks that differ in one thing only, with the same samples, the same steps and several seeds
each. The middle of the seeds says what to expect, their spread what to believe.

Left out: test error under noise, where the largest network is no longer the best.
Next: ../training/loop.py, the loop behind all of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html
from .._support.progress import progress_bar
from .boundaries import COLOURS, MARKERS
from .fitting import check_curve, fit_curve
from .stacks import MOST_LAYERS, check_widths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

    from .lines import Array

__all__ = ["ShapesResult", "compare_shapes"]


@dataclass(frozen=True, eq=False, repr=False)
class ShapesResult:
    """The errors of networks of several shapes on one curve.

    Parameters
    ----------
    name : str
        Name of the curve.
    activation : str
        What follows each hidden layer.
    depths, widths : tuple of int
        Numbers of hidden layers, and of neurons in each.
    errors : ndarray of shape (n_depths, n_widths, n_seeds)
        Root mean squared error of every run.
    n_weights : ndarray of int, shape (n_depths, n_widths)
        Weights and biases of each network.
    """

    name: str
    activation: str
    depths: tuple[int, ...]
    widths: tuple[int, ...]
    errors: Array
    n_weights: np.ndarray[Any, np.dtype[np.int64]]

    @property
    def medians(self) -> Array:
        """The middle error of the seeds, of shape (n_depths, n_widths)."""
        return np.asarray(np.median(self.errors, axis=2))

    def plot(self) -> Figure:
        """Return a figure: error against width, a line for each depth, a point for each run.

        Returns
        -------
        matplotlib.figure.Figure
            One panel with logarithmic axes.
        """
        figure = new_figure(6, 4)
        axes = figure.subplots()
        for i, depth in enumerate(self.depths):
            colour, marker = COLOURS[i % 8], MARKERS[i % 8]
            for errors in self.errors[i].T:
                axes.plot(self.widths, errors, marker, color=colour, alpha=0.4, markersize=4)
            axes.plot(self.widths, self.medians[i], color=colour, label=f"{depth} hidden, median")
        axes.set(title=f"Error on {self.name} ({self.activation})", xlabel="neurons in a layer", ylabel="error")
        axes.set(xscale="log", yscale="log", xticks=self.widths, xticklabels=map(str, self.widths))
        axes.minorticks_off()
        axes.legend()
        return figure

    def __repr__(self) -> str:
        rows = (
            f"{depth} hidden: " + ", ".join(f"{m:.4f}" for m in row)
            for depth, row in zip(self.depths, self.medians, strict=True)
        )
        return (
            f"Median error of {self.errors.shape[2]} seeds on {self.name} with {self.activation}, for "
            f"{', '.join(map(str, self.widths))} neurons in a layer: {'; '.join(rows)}."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_shapes(
    curve: str | Callable[[Array], Array] = "sin",
    *,
    widths: Sequence[int] = (2, 4, 8, 16, 32),
    depths: Sequence[int] = (1, 2),
    activation: str = "tanh",
    epochs: int = 500,
    n_seeds: int = 3,
    progress: bool = True,
) -> ShapesResult:
    """Return the errors of networks of every width and depth on one curve, all with the same number of steps.

    Parameters
    ----------
    curve : {"sin", "steps"} or callable, default "sin"
        What to learn, as in `fit_curve`.
    widths : sequence of int, default (2, 4, 8, 16, 32)
        Neurons in each hidden layer.
    depths : sequence of int, default (1, 2)
        Numbers of hidden layers.
    activation : {"none", "relu", "tanh", "sigmoid", "gelu"}, default "tanh"
        What follows each hidden layer.
    epochs : int, default 500
        Steps of each run.
    n_seeds : int, default 3
        Runs of each network, with the seeds 0, 1, ...
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    ShapesResult
        `errors`, `medians`, `n_weights` and `plot()`.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit.

    Examples
    --------
    >>> compare_shapes(widths=(2, 16), depths=(1,), epochs=200, n_seeds=1).errors.shape
    (1, 2, 1)
    """
    widths, depths = check_widths(widths, "widths"), check_widths(depths, "depths")
    n_seeds = check_integer("n_seeds", n_seeds, low=1, high=1_000)
    for argument, values in (("widths", widths), ("depths", depths)):
        if not values:
            raise ValueError(message(argument, "at least one whole number", values, "Pass for example (8,)."))
    name, _ = check_curve(curve)
    for i, depth in enumerate(depths):
        check_integer(f"depths[{i}]", depth, high=MOST_LAYERS)
    shape = (len(depths), len(widths), n_seeds)
    errors, n_weights = np.empty(shape), np.empty(shape[:2], dtype=np.int64)
    for i, j, seed in progress_bar(list(np.ndindex(shape)), label="networks", progress=progress):
        hidden = (widths[j],) * depths[i]
        run = fit_curve(curve, hidden=hidden, activation=activation, epochs=epochs, seed=seed, progress=False)
        if run.interrupted:  # Ctrl-C is meant for the comparison
            raise KeyboardInterrupt
        errors[i, j, seed] = run.error
        n_weights[i, j] = sum(weight.numel() for weight in run.model.parameters())
    return ShapesResult(name, activation, depths, widths, errors, n_weights)
