"""What comes back from comparing ways against learning by heart: curves and a table.

Left out: tests of significance; with few seeds look at every seed's number.
Next: regularize.py, where the numbers come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .gates import Array

__all__ = ["RegularizationResult"]

COLOURS = ("0.5", "#D55E00", "#E69F00", "#0072B2", "#009E73", "#CC79A7", "#56B4E9", "black")


@dataclass(frozen=True, eq=False, repr=False)
class RegularizationResult:
    """Networks that learned from the same few samples, by method; seeds in the same order everywhere.

    Parameters
    ----------
    dataset : str
        The name of the data.
    n_train : int
        Samples they learned from.
    train_losses, validation_losses : dict of str to list of ndarray of shape (n_epochs,)
        For every method one curve per seed: mean cross entropy after each epoch, without any penalty.
    train_accuracy, validation_accuracy, test_accuracy : dict of str to ndarray of shape (n_seeds,)
        At the end, from 0 to 1.
    weight_norm : dict of str to ndarray of shape (n_seeds,)
        The root of the sum of all squared weights, biases left out.
    zeros : dict of str to ndarray of shape (n_seeds,)
        The share of weights that are exactly 0.
    best_epoch : dict of str to ndarray of shape (n_seeds,)
        The epoch whose weights were kept: the last one, except with early stopping.
    """

    dataset: str
    n_train: int
    train_losses: dict[str, list[Array]]
    validation_losses: dict[str, list[Array]]
    train_accuracy: dict[str, Array]
    validation_accuracy: dict[str, Array]
    test_accuracy: dict[str, Array]
    weight_norm: dict[str, Array]
    zeros: dict[str, Array]
    best_epoch: dict[str, Array]

    @classmethod
    def gather(cls, dataset: str, n_train: int, runs: dict[str, list[dict[str, Any]]]) -> RegularizationResult:
        """Return the result made of one dict per method and seed."""
        columns: dict[str, Any] = {}
        for column in next(iter(runs.values()))[0]:
            values = {name: [run[column] for run in rows] for name, rows in runs.items()}
            curve = column.endswith("losses")
            columns[column] = values if curve else {name: np.array(row) for name, row in values.items()}
        return cls(dataset, n_train, **columns)

    def table(self) -> str:
        """Return one line for each method: means over the seeds, for the test also the lowest and highest."""
        head = f"{'method':22} {'train':>6} {'valid.':>6} {'test':>6}  {'lowest to highest':17}"
        lines = [f"{head} {'norm':>6} {'zeros':>6}"]
        for name, test in self.test_accuracy.items():
            means = " ".join(f"{part[name].mean():6.1%}" for part in (self.train_accuracy, self.validation_accuracy))
            spread = f"{test.min():.1%} to {test.max():.1%}"
            norm, zeros = self.weight_norm[name].mean(), self.zeros[name].mean()
            lines.append(f"{name:22} {means} {test.mean():6.1%}  {spread:17} {norm:6.2f} {zeros:6.1%}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        n_seeds = len(next(iter(self.test_accuracy.values())))
        seeds = f"{n_seeds} seed{'s' * (n_seeds > 1)}"
        means = {name: test.mean() for name, test in self.test_accuracy.items()}
        parts = ", ".join(f"{name} {means[name]:.1%}" for name in sorted(means, key=lambda name: -means[name]))
        return f"{self.n_train} training samples of {self.dataset}, mean test accuracy over {seeds}: {parts}."

    def plot(self) -> Figure:
        """Return a figure: loss on training and on validation samples, and every seed's accuracy in the test.

        Returns
        -------
        matplotlib.figure.Figure
            Three panels; the curves belong to the first seed.
        """
        figure = new_figure(13, 4)
        left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 0.9))
        left.sharey(middle)
        for colour, name in zip(COLOURS, self.test_accuracy, strict=False):
            for axes, curves in ((left, self.train_losses), (middle, self.validation_losses)):
                axes.semilogy(np.arange(1, len(curves[name][0]) + 1), curves[name][0], color=colour, label=name)
        left.set(title="Loss on training samples", xlabel="Epoch", ylabel="Cross entropy")
        middle.set(title="Loss on validation samples", xlabel="Epoch")
        names = list(self.test_accuracy)[::-1]
        for row, name in enumerate(names):
            test = self.test_accuracy[name]
            right.plot(test, np.full(len(test), row), "o", color="#0072B2", alpha=0.5)
            right.plot(test.mean(), row, "|", color="black", markersize=14, markeredgewidth=2)
        right.set_yticks(range(len(names)), names)
        right.set(title="Accuracy in the test", xlabel="Dots: seeds; line: mean")
        left.legend(fontsize=7)
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)
