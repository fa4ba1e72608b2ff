"""Clipping: what to do about a gradient that is too long.

The idea: the gradient's direction may be right and its length absurd. Clipping keeps the direction and cuts the length
to a limit; a shorter gradient passes as it is. Three networks start from the same weights, and one of them is not
clipped at all, because without it nobody would know what clipping did.

Left out: cutting every number of the gradient by itself, which changes its direction.
Next: accumulation.py, gradients of batches that do not fit into memory.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from .._support.chance import torch_seed
from .._support.checks import check_integer, check_number, check_seed, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .gates import Array

__all__ = ["ClippingResult", "clipping_demo"]

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "black", "#E69F00")
STYLES = ("-", "--", "-.")  # of the first six limits, the next six and so on; dotted lines are the limits


@dataclass(frozen=True, eq=False, repr=False)
class ClippingResult:
    """Losses and gradients of one network trained with several limits.

    Parameters
    ----------
    limits : tuple of float or None
        The longest gradient allowed in each training; None is no limit.
    losses : ndarray of shape (n_limits, n_seeds, n_steps + 1)
        The mean squared error before every step and after the last one.
    norms : ndarray of shape (n_limits, n_seeds, n_steps)
        The length of the gradient as it was computed.
    clipped_norms : ndarray of shape (n_limits, n_seeds, n_steps)
        Its length as it was used.
    """

    limits: tuple[float | None, ...]
    losses: Array
    norms: Array
    clipped_norms: Array

    def __repr__(self) -> str:
        n_limits, n_seeds, n_steps = self.norms.shape
        first, last = self.losses[:, :, 0], self.losses[:, :, -1]
        parts = [
            f"{_name(self.limits[i])} from {np.median(first[i]):.3g} to {np.median(last[i]):.3g}"
            f" (longest gradient {self.norms[i].max():.3g}, longest used {self.clipped_norms[i].max():.3g})"
            for i in range(n_limits)
        ]
        return f"Median loss over {n_seeds} start{'s' * (n_seeds > 1)} and {n_steps} steps: {'; '.join(parts)}."

    def plot(self) -> Figure:
        """Return a figure: the loss, and the length of the gradient before clipping, at every step of the first start.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels with logarithmic scales.
        """
        figure = new_figure(10, 4)
        left, right = figure.subplots(1, 2)
        for i, (limit, losses, norms) in enumerate(zip(self.limits, self.losses, self.norms, strict=True)):
            colour, style = COLOURS[i % len(COLOURS)], STYLES[i // len(COLOURS) % len(STYLES)]
            left.semilogy(losses[0], style, color=colour, label=_name(limit))
            right.semilogy(norms[0], style, color=colour, label=_name(limit))
            if limit is not None:
                right.axhline(limit, color=colour, linestyle=":")
        left.set(title="Loss", xlabel="Step", ylabel="Mean squared error")
        right.set(title="Length of the gradient; dotted: where it is cut", xlabel="Step", ylabel="Before clipping")
        left.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


class SteepNetwork(nn.Module):
    """Three layers whose outputs are sigmoids times ten: too steep for the usual steps."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(10, 100), nn.Linear(100, 100)])
        self.last = nn.Linear(100, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the answers (n, 1) to inputs (n, 10)."""
        for layer in self.layers:
            x = 10 * torch.sigmoid(layer(x))
        out: torch.Tensor = self.last(x)
        return out


def clipping_demo(
    limits: Sequence[float | None] = (None, 1.0, 0.1),
    *,
    learning_rate: float = 0.01,
    n_steps: int = 100,
    n_seeds: int = 3,
    seed: int = 0,
) -> ClippingResult:
    """Return how a steep network learns with gradients clipped at several lengths, and with none clipped.

    Parameters
    ----------
    limits : sequence of float or None, default (None, 1.0, 0.1)
        The longest gradient allowed; None does not clip.
    learning_rate : float, default 0.01
        Of plain gradient descent.
    n_steps : int, default 100
        Steps on the same 32 random samples.
    n_seeds : int, default 3
        How many starts; in each all limits begin with the same weights and samples.
    seed : int, default 0
        The first seed; the others follow it.

    Returns
    -------
    ClippingResult
        `losses`, `norms`, `clipped_norms` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a number is out of its range. A training that diverges is no error: its numbers are shown.

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks", 2013.

    Examples
    --------
    >>> result = clipping_demo([1.0], n_steps=5, n_seeds=1)
    >>> bool(result.norms.max() > 1), round(float(result.clipped_norms.max()), 6)
    (True, 1.0)
    """
    checked = tuple(_check_limits(limits))
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    n_steps = check_integer("n_steps", n_steps, low=1)
    n_seeds = check_integer("n_seeds", n_seeds, low=1)
    seed = check_seed(seed)
    losses = np.empty((len(checked), n_seeds, n_steps + 1))
    norms, used = np.empty((2, len(checked), n_seeds, n_steps))
    for j in range(n_seeds):
        with torch_seed(seed + j):
            first = SteepNetwork().double()
            inputs, targets = torch.randn(32, 10).double(), torch.randn(32, 1).double()
        for i, limit in enumerate(checked):
            network = copy.deepcopy(first)  # the same weights for every limit
            losses[i, j], norms[i, j], used[i, j] = _train(network, inputs, targets, limit, learning_rate, n_steps)
    return ClippingResult(checked, losses, norms, used)


def _train(
    network: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, limit: float | None, rate: float, n_steps: int
) -> tuple[list[float], list[float], list[float]]:
    """Change the network step by step; return losses, and lengths of the gradient before and after clipping."""
    losses, norms, used = [], [], []
    weights = list(network.parameters())
    for _ in range(n_steps):
        # 1. The gradient.
        loss = ((network(inputs) - targets) ** 2).mean()
        gradients = torch.autograd.grad(loss, weights)
        # 2. Its length: one number for all layers together.
        norm = float(torch.sqrt(sum((gradient**2).sum() for gradient in gradients)))  # type: ignore[arg-type]
        # 3. The same direction, at most as long as the limit.
        scale = 1.0 if limit is None else min(1.0, limit / max(norm, 1e-12))
        # 4. The step.
        with torch.no_grad():
            for weight, gradient in zip(weights, gradients, strict=True):
                weight.sub_(rate * scale * gradient)
        losses.append(float(loss.detach()))
        norms.append(norm)
        used.append(norm * scale)
    with torch.no_grad():
        losses.append(float(((network(inputs) - targets) ** 2).mean()))
    return losses, norms, used


def _check_limits(limits: Any) -> list[float | None]:
    remedy = "Pass for example [None, 1.0]; None does not clip."
    if isinstance(limits, str) or not isinstance(limits, Sequence):
        raise TypeError(message("limits", "a list of lengths", limits, remedy))
    if not limits:
        raise ValueError(message("limits", "at least one limit", limits, remedy))
    return [None if limit is None else check_number("limits", limit, above=0, remedy=remedy) for limit in limits]


def _name(limit: float | None) -> str:
    return "not clipped" if limit is None else f"clipped at {limit:g}"
