"""Curves: what a small network can draw, and what it says beyond the stretch it learned.

The idea: each hidden neuron adds one bend. Enough of them come as close to any continuous curve as one likes, on a
bounded stretch; nothing is promised beyond it, and nothing is promised about how long the training takes.

Left out: noise; the error counts what the network cannot draw or did not find.
Next: shapes.py compares networks of several widths and depths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_number, check_seed, message
from .._support.figures import new_figure, result_html
from ..training import fit, one_cycle
from .lines import Array, as_row
from .stacks import check_widths, stack_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

__all__ = ["CurveResult", "check_curve", "fit_curve"]

CURVES: dict[str, Callable[[Array], Array]] = {"sin": np.sin, "steps": lambda x: np.floor(x / np.pi)}
LOW, HIGH = -2 * np.pi, 2 * np.pi  # where the network learns
OUTSIDE = np.pi  # how far beyond it is asked afterwards
N_SAMPLES = 200


@dataclass(frozen=True, eq=False, repr=False)
class CurveResult:
    """A network that learned a curve.

    Parameters
    ----------
    name : str
        Name of the curve.
    model : torch.nn.Module
        From (n, 1) to (n, 1).
    x, y : ndarray of shape (n,)
        A fine grid, wider than the stretch that was learned, and the true curve on it.
    predictions : ndarray of shape (n,)
        The network on the grid.
    inside : ndarray of bool, shape (n,)
        Which part of the grid lies in the stretch that was learned.
    losses : ndarray of shape (epochs,)
        Mean squared error before each step.
    interrupted : bool
        Whether Ctrl-C ended the training.
    """

    name: str
    model: nn.Module
    x: Array
    y: Array
    predictions: Array
    inside: np.ndarray[Any, np.dtype[np.bool_]]
    losses: Array
    interrupted: bool = False

    @property
    def error(self) -> float:
        """Root of the mean squared error inside the stretch that was learned."""
        return float(np.sqrt(np.mean((self.predictions - self.y)[self.inside] ** 2)))

    @property
    def error_outside(self) -> float:
        """The same beyond its ends."""
        return float(np.sqrt(np.mean((self.predictions - self.y)[~self.inside] ** 2)))

    def plot(self) -> Figure:
        """Return a figure: the curve, the network, and the loss.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels; the stretch that was learned is shaded.
        """
        figure = new_figure(10, 3.6)
        left, right = figure.subplots(1, 2, width_ratios=[2, 1])
        left.axvspan(LOW, HIGH, color="0.92", label="learned here")
        left.plot(self.x, self.y, color="#0072B2", label=self.name)
        left.plot(self.x, self.predictions, "--", color="#D55E00", label="network")
        left.set(title=f"Error {self.error:.3f} inside, {self.error_outside:.3f} outside", xlabel="x", ylabel="y")
        left.legend()
        right.semilogy(self.losses, color="#0072B2")
        right.set(title="The loss", xlabel="Step", ylabel="mean squared error")
        return figure

    def __repr__(self) -> str:
        n_weights = sum(weight.numel() for weight in self.model.parameters())
        return (
            f"A network with {n_weights:,} weights on {self.name} after {len(self.losses):,} steps: its error is "
            f"{self.error:.4f} where it learned and {self.error_outside:.4f} beyond."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def fit_curve(
    curve: str | Callable[[Array], Array] = "sin",
    *,
    hidden: Sequence[int] = (32, 32),
    activation: str = "tanh",
    epochs: int = 1_000,
    learning_rate: float = 0.01,
    seed: int = 0,
    progress: bool = True,
) -> CurveResult:
    """Return a network that learned a curve from -2 pi to 2 pi, and is asked beyond.

    Parameters
    ----------
    curve : {"sin", "steps"} or callable, default "sin"
        What to learn; your own function gets an array (n,) and returns one.
    hidden : sequence of int, default (32, 32)
        Width of each hidden layer.
    activation : {"none", "relu", "tanh", "sigmoid", "gelu"}, default "tanh"
        What follows each hidden layer.
    epochs : int, default 1_000
        Steps; each looks at all 200 samples.
    learning_rate : float, default 0.01
        Adam's largest; it rises to it and falls again (`training.one_cycle`).
    seed : int, default 0
        For the samples, drawn evenly from the stretch, and the first weights.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    CurveResult
        `error`, `error_outside`, `predictions` and `plot()`.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit.

    References
    ----------
    Hornik, Stinchcombe and White, "Multilayer feedforward networks are universal approximators", 1989.

    Examples
    --------
    >>> result = fit_curve("sin", epochs=500)
    >>> result.error < 0.05 < result.error_outside
    True
    """
    name, function = check_curve(curve)
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    seed = check_seed(seed)
    with torch_seed(seed):
        x = LOW + (HIGH - LOW) * torch.rand(N_SAMPLES, dtype=torch.float64)
        model = stack_layers((1, *check_widths(hidden), 1), activation)
    y = torch.tensor(_values(function, x.numpy()))
    result = fit(
        model, [(_column(x), _column(y))], loss=F.mse_loss, schedule=one_cycle, epochs=epochs, device="cpu", seed=seed,
        optimizer=torch.optim.Adam(model.parameters(), lr=learning_rate), progress=progress,
    )  # fmt: skip
    grid = np.linspace(LOW - OUTSIDE, HIGH + OUTSIDE, 601)
    inside = (grid >= LOW) & (grid <= HIGH)
    with torch.no_grad():
        predictions = model(_column(torch.tensor(grid)))[:, 0].double().numpy()
    losses, truth = result.history.train_loss, _values(function, grid)
    return CurveResult(name, model, grid, truth, predictions, inside, losses, result.interrupted)


def check_curve(curve: Any) -> tuple[str, Callable[[Array], Array]]:
    """Return the name and the function of a curve."""
    if callable(curve):
        return "your curve", curve
    name = check_choice("curve", curve, CURVES, "Pass 'sin', 'steps' or a function of an array.")
    return name, CURVES[name]


def _values(function: Callable[[Array], Array], x: Array) -> Array:
    """Return the curve at every x."""
    y = as_row("curve(x)", function(x.copy()))  # the function may change what it gets
    if len(y) != len(x):
        raise ValueError(message("curve", f"a function that returns {len(x)} numbers for {len(x)}", len(y)))
    return y


def _column(values: torch.Tensor) -> torch.Tensor:
    """Return a row as single-precision inputs or targets of shape (n, 1)."""
    return values.float()[:, None]
