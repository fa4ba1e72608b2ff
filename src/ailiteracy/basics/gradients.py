"""Gradients that vanish and explode: how long they are in every layer of a deep stack.

The idea: on its way back from the loss the gradient is multiplied, layer by layer, by the weights and by the slope of
the activation. Factors below 1 leave nothing after twenty layers, factors above 1 leave infinity. The slope of a
sigmoid is at most 1/4, but it is the product with the weights that decides: good first weights keep it near 1, and so
do batch norm and shortcuts around the layers.

Left out: training; the gradient is looked at once, before the first step. Convolutions behave in the same way.
Next: clipping.py, what to do about a gradient that is too long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional as F

from .._support.checks import check_choice, check_integer, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .gates import Array

__all__ = ["ACTIVATIONS", "REMEDIES", "DepthResult", "compare_depth"]

ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}

# By which Kaiming's rule multiplies the spread: the values of torch.nn.init.calculate_gain.
GAINS = {"sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2)}

# What a layer is made of, beside its activation.
REMEDIES = {
    "none": "first weights standard normal",
    "default": "first weights spread as nn.Linear spreads them",
    "xavier": "first weights spread by 1 / sqrt(width)",
    "kaiming": "the same times a gain for the activation",
    "batch norm": "the default, and batch norm before the activation",
    "shortcut": "the default, and the input of each layer added to its output",
}
STYLES = dict(zip(REMEDIES, ("#D55E00", "#E69F00", "#0072B2", "#009E73", "#CC79A7", "black"), strict=True))


@dataclass(frozen=True, eq=False, repr=False)
class DepthResult:
    """Lengths of gradients in stacks of equal layers.

    Parameters
    ----------
    norms : dict of (str, str, int) to ndarray of shape (n_seeds, depth)
        For every activation, remedy and depth: the length of the loss's gradient at each layer's output, first layer
        first.
    """

    norms: dict[tuple[str, str, int], Array]

    def ratio(self, activation: str, remedy: str, depth: int) -> float:
        """Return how long the gradient is at the first layer beside the last; the geometric mean over the seeds."""
        key = (activation, remedy, depth)
        if key not in self.norms:
            remedy_text = f"Measured were, for example, {next(iter(self.norms))}."
            raise ValueError(message("activation, remedy, depth", "a case that was measured", key, remedy_text))
        first, last = self.norms[key][:, 0], self.norms[key][:, -1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.exp(np.mean(np.log(first / last))))

    def table(self) -> str:
        """Return the ratio of every case, one line for each activation and remedy, one column for each depth."""
        depths = sorted({depth for _, _, depth in self.norms})
        cases = dict.fromkeys((activation, remedy) for activation, remedy, _ in self.norms)
        lines = [f"{'first layer / last layer':24}" + "".join(f"{depth:>9} deep" for depth in depths)]
        for case in cases:
            ratios = "".join(f"{self.ratio(*case, depth):14.1e}" for depth in depths)
            lines.append(f"{', '.join(case):24}{ratios}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        depth = max(depth for _, _, depth in self.norms)
        ratios = {(a, r): self.ratio(a, r, d) for a, r, d in self.norms if d == depth}
        low, high = min(ratios, key=lambda case: ratios[case]), max(ratios, key=lambda case: ratios[case])
        calm = min(ratios, key=lambda case: max(ratios[case], 1 / max(ratios[case], 1e-300)))
        return (
            f"Gradients through {depth} layers, at the first layer beside the last: {ratios[low]:.1e} times as long "
            f"with {' and '.join(low)}, {ratios[high]:.1e} times with {' and '.join(high)}; "
            f"closest to even is {' and '.join(calm)} with {ratios[calm]:.2g}."
        )

    def plot(self) -> Figure:
        """Return a figure: the length of the gradient in every layer of the deepest stacks, one panel per activation.

        Returns
        -------
        matplotlib.figure.Figure
            Medians over the seeds.
        """
        depth = max(depth for _, _, depth in self.norms)
        activations = list(dict.fromkeys(activation for activation, _, _ in self.norms))
        figure = new_figure(1.5 + 3.2 * len(activations), 3.8)
        panels = figure.subplots(1, len(activations), sharey=True, squeeze=False)[0]
        for axes, activation in zip(panels, activations, strict=True):
            for (name, remedy, layers), norms in self.norms.items():
                if (name, layers) == (activation, depth):
                    middle = np.median(norms, axis=0)
                    axes.semilogy(np.arange(1, depth + 1), np.where(middle > 0, middle, np.nan), color=STYLES[remedy],
                                  label=remedy)  # fmt: skip
            axes.set(title=activation, xlabel="Layer, 1 is the first")
        panels[0].set_ylabel("Length of the gradient")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right upper")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_depth(
    depths: Sequence[int] = (5, 10, 20, 40),
    *,
    activations: Sequence[str] = tuple(ACTIVATIONS),
    remedies: Sequence[str] = tuple(REMEDIES),
    width: int = 32,
    n_seeds: int = 3,
    seed: int = 0,
) -> DepthResult:
    """Return how long gradients are in the layers of deep stacks, by activation and by what is done about it.

    Parameters
    ----------
    depths : sequence of int, default (5, 10, 20, 40)
        Numbers of layers.
    activations : sequence of str, default all
        "sigmoid", "tanh", "relu".
    remedies : sequence of str, default all
        "none" (standard normal weights), "default" (those of nn.Linear), "xavier", "kaiming", "batch norm", "shortcut".
    width : int, default 32
        Neurons in each layer.
    n_seeds : int, default 3
        How often each case is measured, with other weights and data.
    seed : int, default 0
        The first seed; the others follow it.

    Returns
    -------
    DepthResult
        `norms`, `ratio(...)`, `table()` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a name is unknown or a number out of its range.

    Notes
    -----
    The numbers are computed in double precision: in single precision the smallest of them would be 0.

    References
    ----------
    X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.

    Examples
    --------
    >>> result = compare_depth([2, 20], activations=["sigmoid"], remedies=["default"], n_seeds=1)
    >>> result.ratio("sigmoid", "default", 20) < 1e-12 < 0.01 < result.ratio("sigmoid", "default", 2)
    True
    """
    depths = [check_integer("depths", depth, low=2, high=100) for depth in _as_list("depths", depths, "[5, 20]")]
    activations = _names("activations", activations, ACTIVATIONS)
    remedies = _names("remedies", remedies, REMEDIES)
    width = check_integer("width", width, low=1, high=500)
    n_seeds = check_integer("n_seeds", n_seeds, low=1)
    seed = check_integer("seed", seed, low=0, high=2**63 - n_seeds)
    norms = {}
    for activation in activations:
        for remedy in remedies:
            for depth in depths:
                rows = [_measure(activation, remedy, depth, width, seed + i) for i in range(n_seeds)]
                norms[activation, remedy, depth] = np.array(rows)
    return DepthResult(norms)


def _measure(activation: str, remedy: str, depth: int, width: int, seed: int) -> list[float]:
    """Return the length of the gradient at each layer's output in a new stack, for random inputs and targets."""
    generator = torch.Generator().manual_seed(seed)
    x, targets = torch.randn(2, 64, width, dtype=torch.float64, generator=generator)  # (64, width) each
    weights = torch.randn(depth, width, width, dtype=torch.float64, generator=generator)
    weights *= _spread(activation, remedy, width)
    outputs = []
    x.requires_grad_(True)
    for weight in weights:
        sums = x @ weight  # (64, width)
        if remedy == "batch norm":  # mean 0 and deviation 1 for every neuron, over the samples
            sums = F.batch_norm(sums, None, None, training=True)
        said = ACTIVATIONS[activation](sums)
        x = x + said if remedy == "shortcut" else said
        x.retain_grad()  # torch keeps only the gradients it is asked for
        outputs.append(x)
    ((x - targets) ** 2).mean().backward()
    return [float(output.grad.norm()) for output in outputs if output.grad is not None]


def _spread(activation: str, remedy: str, width: int) -> float:
    """Return the standard deviation of the first weights."""
    if remedy == "none":
        return 1.0
    if remedy == "xavier":
        return math.sqrt(1 / width)
    if remedy == "kaiming":  # the gain makes up for what the activation takes away
        return float(GAINS[activation] * math.sqrt(1 / width))
    return math.sqrt(1 / (3 * width))  # what nn.Linear does


def _as_list(argument: str, values: Any, example: str) -> list[Any]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise TypeError(message(argument, "a list", values, f"Pass for example {example}."))
    if not values:
        raise ValueError(message(argument, "a list that is not empty", values, f"Pass for example {example}."))
    return list(dict.fromkeys(values))


def _names(argument: str, values: Any, options: dict[str, Any]) -> list[str]:
    return [check_choice(argument, name, options) for name in _as_list(argument, values, repr(list(options)[:2]))]
