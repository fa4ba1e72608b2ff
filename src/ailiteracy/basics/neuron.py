"""One neuron whose weights and threshold are given: it adds up what comes in and fires, or not.

The idea: each input counts as much as its weight says. The sum is S = x1 w1 + x2 w2 + ...; the neuron puts out 1 when
S is above its threshold T, else 0. That is a vote among inputs of unequal weight.

Left out: where the weights come from.
Next: perceptron.py, a neuron that finds its weights itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_number, message
from .._support.figures import new_figure, result_html
from .gates import Array, as_numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["NeuronResult", "threshold_neuron"]

MOST_INPUTS = 20  # more do not fit into the figure


@dataclass(frozen=True, eq=False, repr=False)
class NeuronResult:
    """One answer of one neuron.

    Parameters
    ----------
    inputs : ndarray of shape (n_inputs,)
        What came in.
    weights : ndarray of shape (n_inputs,)
        What each input is multiplied by.
    threshold : float
        What the sum has to exceed.
    total : float
        The sum S of inputs times weights.
    output : int
        1 when the total is above the threshold, else 0.
    """

    inputs: Array
    weights: Array
    threshold: float
    total: float
    output: int

    def __repr__(self) -> str:
        terms = " + ".join(f"{x:g}*{w:g}" for x, w in zip(self.inputs, self.weights, strict=True))
        sign, verb = (">", "fires") if self.output else ("<=", "stays silent")
        return f"S = {terms} = {self.total:g} {sign} T = {self.threshold:g}: the neuron {verb}, y = {self.output}."

    def plot(self) -> Figure:
        """Return a figure: the inputs with their weights on the left, the sum and the answer on the right.

        Returns
        -------
        matplotlib.figure.Figure
            One panel.
        """
        n_inputs = len(self.inputs)
        figure = new_figure(8, 1.5 + 0.5 * n_inputs)
        axes = figure.subplots()
        middle = (n_inputs - 1) / 2
        for i, (x, w) in enumerate(zip(self.inputs, self.weights, strict=True)):
            height = n_inputs - 1 - i
            # Wide lines carry much, orange ones pull the sum down.
            carried = abs(x * w) / max(np.abs(self.inputs * self.weights).max(), 1e-300)
            colour = "#0072B2" if x * w >= 0 else "#D55E00"
            axes.plot([0, 2], [height, middle], color=colour, linewidth=0.5 + 4 * carried)
            axes.text(-0.1, height, f"x{i + 1} = {x:g}", ha="right", va="center")
            label = axes.text(0.6, height + 0.3 * (middle - height), f"w{i + 1} = {w:g}", ha="center", va="center")
            label.set_backgroundcolor("white")
        axes.plot(2, middle, "o", markersize=80, color="#F0E442" if self.output else "0.8")
        axes.text(2, middle, f"S = {self.total:g}\nT = {self.threshold:g}", ha="center", va="center")
        axes.annotate(f"y = {self.output}", (2.3, middle), (2.8, middle), va="center", arrowprops={"arrowstyle": "<-"})
        axes.set(xlim=(-0.8, 3), ylim=(-0.9, n_inputs - 0.1), title="It fires" if self.output else "It stays silent")
        axes.axis("off")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def threshold_neuron(inputs: Any, weights: Any, *, threshold: float = 0.0) -> NeuronResult:
    """Return what a neuron with given weights answers: 1 when the weighted sum is above the threshold.

    Parameters
    ----------
    inputs : array_like of shape (n_inputs,)
        What comes in; at most 20 numbers.
    weights : array_like of shape (n_inputs,)
        How much each input counts; negative weights speak against firing.
    threshold : float, default 0.0
        What the sum has to exceed.

    Returns
    -------
    NeuronResult
        `total`, `output` and `plot()`.

    Raises
    ------
    TypeError
        When an argument holds something other than numbers.
    ValueError
        When the lengths differ, or a number is not finite.

    References
    ----------
    W. McCulloch, W. Pitts, "A logical calculus of the ideas immanent in nervous activity", 1943.

    Examples
    --------
    >>> threshold_neuron([1, 0, 1, 1, 0], [2, 1, -1, 3, 1], threshold=3)
    S = 1*2 + 0*1 + 1*-1 + 1*3 + 0*1 = 4 > T = 3: the neuron fires, y = 1.
    """
    x, w = _as_row("inputs", inputs), _as_row("weights", weights)
    if len(x) != len(w):
        remedy = "Give each input a weight."
        raise ValueError(message("weights", f"as many numbers as inputs ({len(x)})", weights, remedy))
    threshold = check_number("threshold", threshold)
    total = float(x.dot(w))
    return NeuronResult(x, w, threshold, total, int(total > threshold))


def _as_row(argument: str, values: Any) -> Array:
    """Return 1 to 20 numbers as an array."""
    expected = f"a list of 1 to {MOST_INPUTS} numbers"
    row = as_numbers(argument, values, expected)
    if row.ndim != 1 or not 1 <= len(row) <= MOST_INPUTS:
        raise ValueError(message(argument, expected, values, "Write for example [1, 0, 1]."))
    return row
