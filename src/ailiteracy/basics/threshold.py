"""A network that must find one number: where class 0 ends and class 1 begins.

The idea: draw numbers, call those above 0 class 1, and let a network learn the rule from them. Its border lies where
the two logits are equal; between two points of a grid a straight line says where. More digits than the gap between the
nearest two training samples tell about the network, not about the data.

Left out: thresholds in several dimensions; boundaries.py draws those.
Next: fitting.py learns numbers instead of classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .._support.chance import torch_seed
from .._support.checks import check_number, check_seed
from .._support.figures import new_figure, result_html
from ..training import fit
from .lines import Array, as_row
from .stacks import check_widths, stack_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

__all__ = ["ThresholdResult", "learn_threshold"]

N_SAMPLES, N_TRAIN = 200, 150


@dataclass(frozen=True, eq=False, repr=False)
class ThresholdResult:
    """A network that learned where one class ends.

    Parameters
    ----------
    model : torch.nn.Module
        From a number (n, 1) to two logits (n, 2).
    train_x, test_x : ndarray of shape (n,)
        The numbers it learned from, and those set aside; class 1 are those above `true_threshold`.
    true_threshold : float
        The rule behind the data.
    thresholds : ndarray of shape (n_thresholds,)
        Every place where the answer changes, interpolated between the points of `grid`; one if all went well.
    gap : pair of float
        The largest training number of class 0 and the smallest of class 1: all that the data say.
    grid, probabilities : ndarray of shape (300,)
        Numbers, and the probability of class 1 at each.
    test_accuracy : float
        Share of right answers on `test_x`.
    """

    model: nn.Module
    train_x: Array
    test_x: Array
    true_threshold: float
    thresholds: Array
    gap: tuple[float, float]
    grid: Array
    probabilities: Array
    test_accuracy: float

    def predict(self, x: Any) -> Array:
        """Return the probability of class 1 for each number.

        Parameters
        ----------
        x : array_like of shape (n_samples,)
            Numbers.

        Returns
        -------
        ndarray of shape (n_samples,)
            From 0 to 1.

        Raises
        ------
        ValueError, TypeError
            When x is not a row of numbers.
        """
        return 1 / (1 + np.exp(-np.clip(_margins(self.model, as_row("x", x)), -700, 700)))

    def plot(self) -> Figure:
        """Return a figure: the samples with the learned border, and the probability of class 1.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels.
        """
        figure = new_figure(10, 3.6)
        left, right = figure.subplots(1, 2)
        for x, marker, label in ((self.train_x, "o", "training"), (self.test_x, "x", "test")):
            left.plot(x, x > self.true_threshold, marker, color="#0072B2", alpha=0.5, label=label)
        left.step(self.grid, self.probabilities >= 0.5, where="mid", color="#D55E00", label="the network")
        left.set(title="Classes", xlabel="x", ylabel="class", yticks=[0, 1])
        right.plot(self.grid, self.probabilities, color="#D55E00")
        right.axhline(0.5, color="0.5", linestyle=":")
        for axes in (left, right):
            axes.axvline(self.true_threshold, color="#009E73", linestyle="--", label="the rule")
        right.set(title="How sure it is", xlabel="x", ylabel="probability of class 1")
        left.legend()
        return figure

    def __repr__(self) -> str:
        found = ", ".join(f"{threshold:.5f}" for threshold in self.thresholds) or "nowhere"
        return (
            f"A network that learned from {len(self.train_x)} numbers changes its answer at {found} (the rule: "
            f"{self.true_threshold:g}; the data only say: between {self.gap[0]:.5f} and {self.gap[1]:.5f}); "
            f"{self.test_accuracy:.1%} of {len(self.test_x)} test numbers are right."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def learn_threshold(
    threshold: float = 0.0,
    *,
    hidden: Sequence[int] = (16,),
    activation: str = "tanh",
    epochs: int = 1_000,
    learning_rate: float = 0.01,
    seed: int = 42,
    progress: bool = True,
) -> ThresholdResult:
    """Return a network that learned from examples where class 1 begins.

    Parameters
    ----------
    threshold : float, default 0
        From -1.5 to 1.5; numbers above it are class 1.
    hidden : sequence of int, default (16,)
        Width of each hidden layer.
    activation : {"none", "relu", "tanh", "sigmoid", "gelu"}, default "tanh"
        What follows each hidden layer.
    epochs : int, default 1_000
        Steps; each looks at all 150 training numbers.
    learning_rate : float, default 0.01
        Adam's.
    seed : int, default 42
        For the 200 normally distributed numbers and the first weights.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    ThresholdResult
        `thresholds`, `gap`, `test_accuracy`, `predict(x)` and `plot()`.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit.

    Examples
    --------
    >>> result = learn_threshold(0.5, epochs=200)
    >>> len(result.thresholds), bool(abs(result.thresholds[0] - 0.5) < 0.1)
    (1, True)
    """
    threshold = check_number("threshold", threshold, low=-1.5, high=1.5, remedy="Few samples lie farther out.")
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    seed = check_seed(seed)
    with torch_seed(seed):
        x = torch.randn(N_SAMPLES, 1)
        model = stack_layers((1, *check_widths(hidden), 2), activation)
    labels = (x[:, 0] > threshold).long()
    fit(
        model, [(x[:N_TRAIN], labels[:N_TRAIN])], loss=F.cross_entropy, epochs=epochs, device="cpu", seed=seed,
        optimizer=torch.optim.Adam(model.parameters(), lr=learning_rate), progress=progress,
    )  # fmt: skip
    grid = np.linspace(-3, 3, 300)
    margins = _margins(model, grid)
    train_x, test_x = x[:N_TRAIN, 0].double().numpy(), x[N_TRAIN:, 0].double().numpy()
    below, above = train_x[train_x <= threshold], train_x[train_x > threshold]
    gap = (float(below.max(initial=-np.inf)), float(above.min(initial=np.inf)))
    accuracy = float(np.mean((_margins(model, test_x) >= 0) == (test_x > threshold)))
    probabilities = 1 / (1 + np.exp(-np.clip(margins, -700, 700)))
    found = zero_crossings(grid, margins)
    return ThresholdResult(model, train_x, test_x, threshold, found, gap, grid, probabilities, accuracy)


def zero_crossings(x: Array, values: Array) -> Array:
    """Return where a curve, straight between its points, passes through 0.

    Examples
    --------
    >>> zero_crossings(np.array([0.0, 1.0, 2.0]), np.array([-1.0, 3.0, 2.0]))
    array([0.25])
    """
    before = np.flatnonzero((values[:-1] >= 0) != (values[1:] >= 0))  # the last point before each crossing
    part = values[before] / (values[before] - values[before + 1])  # 0: at this point, 1: at the next
    crossings: Array = x[before] + part * (x[before + 1] - x[before])
    return crossings


@torch.no_grad()
def _margins(model: nn.Module, x: Array) -> Array:
    """Return by how much the logit of class 1 exceeds that of class 0."""
    logits = model(torch.tensor(x, dtype=torch.float32)[:, None]).double().numpy()  # (n, 2)
    margins: Array = logits[:, 1] - logits[:, 0]
    return margins
