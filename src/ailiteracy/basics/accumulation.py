"""Gradient accumulation: one large batch taken in small pieces, with the same gradient.

The idea: gradients add up until they are cleared, so a batch that does not fit into memory can be taken in pieces. The
loss of a piece is the mean over *its* samples; the mean over the batch weighs each piece by its number of samples.
Dividing by the planned number of pieces instead is wrong whenever a piece is smaller, or there are fewer of them: the
last batch of an epoch is then too weak.

Left out: batch norm, which looks at the samples of a piece and so sees pieces, not the batch.
Next: regularize.py, when learning the samples too well is the trouble.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_flag, check_integer, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .gates import Array

__all__ = ["AccumulationResult", "accumulation_demo"]


@dataclass(frozen=True, eq=False, repr=False)
class AccumulationResult:
    """Gradients of one epoch, one row for each update.

    Parameters
    ----------
    full : ndarray of shape (n_updates, n_weights)
        From each batch as a whole.
    weighted : ndarray of shape (n_updates, n_weights)
        From its pieces, each weighed by its number of samples.
    divided : ndarray of shape (n_updates, n_weights)
        From its pieces, each divided by the planned number of pieces.
    sizes : ndarray of int, shape (n_updates,)
        Samples of each batch.
    """

    full: Array
    weighted: Array
    divided: Array
    sizes: np.ndarray[tuple[int, ...], np.dtype[np.int64]]

    def errors(self, how: str = "weighted") -> Array:
        """Return how far each update of "weighted" or "divided" is from the full batch, as a part of its length."""
        ways = {"weighted": self.weighted, "divided": self.divided}
        rows = ways[check_choice("how", how, ways)]
        distance: Array = np.linalg.norm(rows - self.full, axis=1) / np.linalg.norm(self.full, axis=1)
        return distance

    def __repr__(self) -> str:
        return (
            f"{len(self.sizes)} updates from batches of {self.sizes[0]} samples, the last of {self.sizes[-1]}. Largest "
            f"difference from the full batch: {self.errors('weighted').max():.1e} of its gradient when pieces are "
            f"weighed by their samples, {self.errors('divided').max():.2f} when they are divided by the planned number."
        )

    def plot(self) -> Figure:
        """Return a figure: the length of every update's gradient beside the full batch's.

        Returns
        -------
        matplotlib.figure.Figure
            1 is right.
        """
        figure = new_figure(8, 3.6)
        axes = figure.subplots()
        right = np.linalg.norm(self.full, axis=1)
        updates = np.arange(1, len(right) + 1)
        for rows, marker, label, colour in (
            (self.weighted, "o", "weighed by samples", "#0072B2"),
            (self.divided, "x", "divided by the planned number", "#D55E00"),
        ):
            axes.plot(updates, np.linalg.norm(rows, axis=1) / right, marker, color=colour, label=label)
        axes.axhline(1, color="0.6", linestyle=":")
        axes.set(title="Accumulated gradient beside the full batch's", xlabel="Update", ylabel="Length, as a part")
        axes.set_ylim(bottom=0)
        axes.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def accumulation_demo(
    n_samples: int = 1000, *, piece: int = 8, n_pieces: int = 4, batch_norm: bool = False, seed: int = 0
) -> AccumulationResult:
    """Return the gradients of one epoch, from whole batches and from batches taken in pieces.

    Parameters
    ----------
    n_samples : int, default 1000
        How many there are; 1000 samples in pieces of 8 are 31 batches of 4 pieces and one piece more.
    piece : int, default 8
        Samples in a piece.
    n_pieces : int, default 4
        Pieces in a batch.
    batch_norm : bool, default False
        Whether the network holds batch norm, with which no way of weighing makes pieces equal to the batch.
    seed : int, default 0
        For the network's weights and the samples.

    Returns
    -------
    AccumulationResult
        `full`, `weighted`, `divided`, `errors(...)` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a number is below 1.

    Examples
    --------
    >>> result = accumulation_demo(10, piece=2, n_pieces=4)  # 8 samples, and a last batch of 2
    >>> bool(result.errors("weighted").max() < 1e-12), result.errors("divided").round(3).tolist()
    (True, [0.0, 0.75])
    """
    n_samples = check_integer("n_samples", n_samples, low=1, high=1_000_000)
    # A batch norm cannot train on one sample.
    piece = check_integer("piece", piece, low=2 if check_flag("batch_norm", batch_norm) else 1)
    n_pieces = check_integer("n_pieces", n_pieces, low=1)
    if batch_norm and n_samples % piece == 1:
        expected = f"a number that leaves no single sample for the last piece of {piece}"
        raise ValueError(message("n_samples", expected, n_samples, "Batch norm cannot train on one sample: add one."))
    with torch_seed(seed):
        norm = [nn.BatchNorm1d(20)] if batch_norm else []
        network = nn.Sequential(nn.Linear(10, 20), *norm, nn.Tanh(), nn.Linear(20, 1)).double()
        inputs = torch.randn(n_samples, 10).double()
        targets = inputs.prod(dim=1, keepdim=True).sign()  # (n, 1)
    full, weighted, divided, sizes = [], [], [], []
    for batch in torch.split(torch.arange(n_samples), piece * n_pieces):
        parts = torch.split(batch, piece)
        gradients = [_gradient(network, inputs[part], targets[part]) for part in parts]
        full.append(_gradient(network, inputs[batch], targets[batch]))
        weighted.append(sum(len(part) / len(batch) * g for part, g in zip(parts, gradients, strict=True)))
        divided.append(sum(gradients) / n_pieces)
        sizes.append(len(batch))
    return AccumulationResult(np.array(full), np.array(weighted), np.array(divided), np.array(sizes))


def _gradient(network: nn.Module, inputs: torch.Tensor, targets: torch.Tensor) -> Array:
    """Return the gradient of the mean squared error of these samples, all weights in one row."""
    loss = ((network(inputs) - targets) ** 2).mean()
    row: Array = torch.cat([part.ravel() for part in torch.autograd.grad(loss, list(network.parameters()))]).numpy()
    return row
