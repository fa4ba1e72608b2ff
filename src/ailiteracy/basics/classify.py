"""Points in the plane: networks that learn classes.

The idea: a network turns each sample into one number for each class, the logits; cross entropy makes the logit of the
right class grow. Linear layers alone can only draw straight borders, however many stand in a row. One activation
between them is enough to bend the border.

Left out: mini-batches (every step looks at all points), and a validation part, as nothing is chosen.
Next: boundaries.py draws what was learned; iris.py learns from a table of flowers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_flag, check_number
from .._support.figures import new_figure, result_html
from ..training import fit
from .boundaries import classes_from, plot_decision_boundary
from .points import load_points
from .stacks import check_widths, stack_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

__all__ = ["PointsResult", "train_points"]

OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}


@dataclass(frozen=True, eq=False, repr=False)
class PointsResult:
    """A network that learned to tell points apart.

    Parameters
    ----------
    name : str
        Name of the data.
    model : torch.nn.Module
        The network after the last step: one logit for two classes, otherwise one for each.
    train_points, test_points : ndarray of shape (n, 2)
        What it learned from, and what was set aside.
    train_labels, test_labels : ndarray of int, shape (n,)
        Their classes.
    train_losses, test_losses : ndarray of shape (epochs + 1,)
        Before the first step and after each.
    train_accuracies, test_accuracies : ndarray of shape (epochs + 1,)
        Share of right answers at the same moments.
    """

    name: str
    model: nn.Module
    train_points: npt.NDArray[np.float64]
    train_labels: npt.NDArray[np.int64]
    test_points: npt.NDArray[np.float64]
    test_labels: npt.NDArray[np.int64]
    train_losses: npt.NDArray[np.float64]
    test_losses: npt.NDArray[np.float64]
    train_accuracies: npt.NDArray[np.float64]
    test_accuracies: npt.NDArray[np.float64]

    @property
    def test_accuracy(self) -> float:
        """Share of right answers in the test part after the last step."""
        return float(self.test_accuracies[-1])

    def predict(self, X: Any) -> npt.NDArray[np.int64]:
        """Return the class of each point.

        Parameters
        ----------
        X : array_like of shape (n_samples, 2)
            Points.

        Returns
        -------
        ndarray of int, shape (n_samples,)
            Class numbers.
        """
        return classes_from(self.model, X)

    def plot(self) -> Figure:
        """Return a figure: the border among the training points and among the test points, and the loss.

        Returns
        -------
        matplotlib.figure.Figure
            Three panels.
        """
        figure = new_figure(12, 3.8)
        left, middle, right = figure.subplots(1, 3)
        for axes, part, X, y, accuracies in (
            (left, "Training", self.train_points, self.train_labels, self.train_accuracies),
            (middle, "Test", self.test_points, self.test_labels, self.test_accuracies),
        ):
            plot_decision_boundary(self.model, X, y, axes=axes, title=f"{part}: {accuracies[-1]:.1%} right")
        right.plot(self.train_losses, color="#0072B2", label="training")
        right.plot(self.test_losses, "--", color="#D55E00", label="test")
        right.set(title="The loss", xlabel="Step", ylabel="cross entropy", ylim=(0, None))
        right.legend()
        return figure

    def __repr__(self) -> str:
        n_weights = sum(weight.numel() for weight in self.model.parameters())
        return (
            f"A network with {n_weights} weights on {self.name} after {len(self.train_losses) - 1:,} steps: "
            f"{self.train_accuracies[-1]:.1%} of {len(self.train_labels)} training points and "
            f"{self.test_accuracy:.1%} of {len(self.test_labels)} test points are right; the training loss went from "
            f"{self.train_losses[0]:.3f} to {self.train_losses[-1]:.3f}."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def train_points(
    points: Any = "circles",
    *,
    hidden: Sequence[int] = (16, 16),
    activation: str = "relu",
    relu_on_logits: bool = False,
    optimizer: str = "adam",
    learning_rate: float = 0.01,
    epochs: int = 300,
    seed: int = 0,
    progress: bool = True,
) -> PointsResult:
    """Return a network that learned to tell classes of points in the plane apart.

    Parameters
    ----------
    points : str or pair of array_like, default "circles"
        "circles", "moons", "blobs" (1,000 points each, the same in every call), or your own (X, y): X of shape
        (n_samples, 2), classes numbered from 0 in y. A fifth is set aside for the test.
    hidden : sequence of int, default (16, 16)
        Width of each hidden layer; () for none.
    activation : {"none", "relu", "tanh", "sigmoid", "gelu"}, default "relu"
        What follows each hidden layer.
    relu_on_logits : bool, default False
        Whether to make the mistake of an activation after the last layer too.
    optimizer : {"adam", "sgd"}, default "adam"
        The rule of the steps.
    learning_rate : float, default 0.01
        Length of a step; "sgd" wants about 0.1.
    epochs : int, default 300
        Steps; each looks at all training points.
    seed : int, default 0
        Where the first weights come from.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    PointsResult
        `test_accuracy`, the losses, `predict(X)` and `plot()`.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit, or the training diverges.

    Examples
    --------
    >>> train_points("blobs", hidden=(), epochs=100).test_accuracy > 0.98  # straight borders are enough
    True
    """
    data = load_points(points)
    check_flag("relu_on_logits", relu_on_logits)
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    make = OPTIMIZERS[check_choice("optimizer", optimizer, OPTIMIZERS)]
    n_outputs = 1 if data.n_classes == 2 else data.n_classes
    with torch_seed(seed):
        model = stack_layers((2, *check_widths(hidden), n_outputs), activation)
    if relu_on_logits:
        model.append(nn.ReLU())
    loss = F.binary_cross_entropy_with_logits if n_outputs == 1 else F.cross_entropy
    # One logit goes with targets 0.0 and 1.0 of shape (n, 1), several with class numbers of shape (n,).
    train, test = (_as_tensors(X, y, n_outputs) for X, y in (data.train, data.test))
    rows = [(*_look(model, loss, *train), *_look(model, loss, *test))]
    fit(
        model, [train], loss=loss, optimizer=make(model.parameters(), lr=learning_rate), epochs=epochs, device="cpu",
        callbacks=[lambda model, _: rows.append((*_look(model, loss, *train), *_look(model, loss, *test)))],
        seed=seed, progress=progress,
    )  # fmt: skip
    train_losses, train_accuracies, test_losses, test_accuracies = np.array(rows).T
    columns = (train_losses, test_losses, train_accuracies, test_accuracies)
    return PointsResult(data.name, model, *data.train, *data.test, *columns)


def _as_tensors(X: Any, y: Any, n_outputs: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return float inputs (n, 2) and the targets that the loss wants."""
    targets = torch.tensor(y)
    return torch.tensor(X, dtype=torch.float32), targets[:, None].float() if n_outputs == 1 else targets


@torch.no_grad()
def _look(model: nn.Module, loss: Any, X: torch.Tensor, targets: torch.Tensor) -> tuple[float, float]:
    """Return loss and accuracy."""
    logits = model(X)  # (n, n_outputs)
    said = (logits >= 0).float() if logits.shape[1] == 1 else logits.argmax(dim=1)  # logit 0 is probability 0.5
    return loss(logits, targets).item(), int((said == targets).sum()) / len(targets)
