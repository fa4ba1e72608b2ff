"""One neuron that learns by correcting its mistakes: AND and OR work, XOR cannot.

The idea: weigh the inputs, add them up, fire when the sum is above a threshold. After a wrong answer move the weights
towards the input that should have fired, or away from the one that should not. Nothing happens after a right answer.

Left out: outputs between 0 and 1, and everything with more than one neuron.
Next: backprop.py trains several layers of smooth neurons, for which XOR is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_integer
from .._support.figures import new_figure, result_html
from .gates import Array, as_table, read_problem

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PerceptronResult", "perceptron_demo"]


@dataclass(frozen=True, eq=False, repr=False)
class PerceptronResult:
    """One neuron after its training.

    Parameters
    ----------
    problem : str
        The name of the problem.
    inputs : ndarray of shape (n_samples, n_features)
        The inputs it learned from.
    targets : ndarray of shape (n_samples, 1)
        The right answers, 0 or 1.
    converged : bool
        Whether an epoch passed without a mistake.
    mistakes : ndarray of shape (n_epochs,)
        The number of wrong answers in each epoch, counted while the weights move.
    weights : ndarray of shape (n_features,)
        What each input is multiplied by.
    bias : float
        What is added to the sum: minus the threshold.
    """

    problem: str
    inputs: Array
    targets: Array
    converged: bool
    mistakes: npt.NDArray[np.int64]
    weights: Array
    bias: float

    @property
    def n_epochs(self) -> int:
        """The number of times the neuron went through the samples."""
        return len(self.mistakes)

    def __repr__(self) -> str:
        if not self.converged:
            return (
                f"One neuron did not learn {self.problem}: in epoch {self.n_epochs} it still answered "
                f"{self.mistakes[-1]} of {len(self.targets)} wrong."
            )
        weights = ", ".join(f"{weight:g}" for weight in self.weights)
        return (
            f"One neuron learned {self.problem}: epoch {self.n_epochs} passed without a mistake, "
            f"with weights {weights} and bias {self.bias:g}."
        )

    def predict(self, X: Any) -> npt.NDArray[np.int64]:
        """Return 1 for each row that makes the neuron fire, else 0.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            One row for each sample.

        Returns
        -------
        ndarray of shape (n_samples,)
            Zeros and ones.

        Raises
        ------
        TypeError
            When X holds something other than numbers.
        ValueError
            When X is not a table with one column for each weight.
        """
        sums: Array = as_table("X", X, n_features=len(self.weights)).dot(self.weights) + self.bias  # (n_samples,)
        return (sums > 0).astype(np.int64)

    def plot(self) -> Figure:
        """Return a figure: the mistakes in every epoch, and the line between 0 and 1.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels; the line is drawn for two features.
        """
        figure = new_figure(9, 4)
        left, right = figure.subplots(1, 2)
        left.plot(np.arange(1, self.n_epochs + 1), self.mistakes, "o-", color="#0072B2")
        left.set(title="Mistakes", xlabel="Epoch", ylabel="Wrong answers", ylim=(0, max(self.mistakes) + 0.5))
        left.locator_params(integer=True)
        if len(self.weights) == 2:
            self._draw_line(right)
        else:
            right.bar(np.arange(1, len(self.weights) + 1), self.weights, color="#0072B2")
            right.set(title="What it learned", xlabel="Input", ylabel="Weight")
        return figure

    def _draw_line(self, axes: Axes) -> None:
        """Shade the half of the plane where the neuron fires and draw the samples on it."""
        low, high = self.inputs.min(axis=0), self.inputs.max(axis=0)
        margin = 0.4 * np.where(high > low, high - low, 1 + np.abs(high))
        x1, x2 = (np.linspace(low[i] - margin[i], high[i] + margin[i], 201) for i in (0, 1))
        points = np.stack(np.meshgrid(x1, x2), axis=-1)  # (201, 201, 2)
        fires = self.predict(points.reshape(-1, 2)).reshape(201, 201)
        axes.contourf(x1, x2, fires, levels=[-0.5, 0.5, 1.5], colors=["white", "#F0E442"])
        for target, marker in ((0, "o"), (1, "s")):
            chosen = self.inputs[self.targets[:, 0] == target]
            axes.plot(*chosen.T, marker, color="black", markersize=10, label=f"Target {target}")
        axes.set(title="It fires in the shaded half", xlabel="x1", ylabel="x2")
        axes.legend(loc="upper center", ncols=2)

    def _repr_html_(self) -> str:
        return result_html(self)


def perceptron_demo(problem: str | tuple[Any, Any] = "and", *, max_epochs: int = 100) -> PerceptronResult:
    """Return one neuron trained by the perceptron rule, and whether it converged.

    Parameters
    ----------
    problem : str or pair of array_like, default "and"
        "xor", "and", "or", "nand", "nor", "xnor", or your own (X, y): X of shape (n_samples, n_features) and a 0 or 1
        in y for each row of X.
    max_epochs : int, default 100
        When to give up.

    Returns
    -------
    PerceptronResult
        `converged`, `n_epochs`, `mistakes`, `weights`, `bias`, `predict(X)` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When the problem is unknown, X and y do not fit, or `max_epochs` is out of range.

    Notes
    -----
    The weights start at 0. A learning rate would only multiply the weights and the bias, so there is none. Where a
    line separates the two classes the rule finds one; where none does it never comes to rest.

    References
    ----------
    F. Rosenblatt, "The perceptron", Psychological Review 65, 1958.

    Examples
    --------
    >>> perceptron_demo("or")
    One neuron learned or: epoch 4 passed without a mistake, with weights 1, 1 and bias 0.
    >>> perceptron_demo("xor").converged
    False
    """
    name, X, y = read_problem(problem)
    max_epochs = check_integer("max_epochs", max_epochs, low=1, high=1_000_000)
    weights, bias = np.zeros(X.shape[1]), 0.0
    mistakes = []
    for _ in range(max_epochs):
        n_wrong = 0
        for row, target in zip(X, y[:, 0], strict=True):
            fires = row.dot(weights) + bias > 0
            error = float(target - fires)  # 1: should have fired; -1: should not have; 0: right
            weights += error * row  # (n_features,)
            bias += error  # the input of the bias is always 1
            n_wrong += error != 0
        mistakes.append(n_wrong)
        if n_wrong == 0:
            break
    return PerceptronResult(name, X, y, mistakes[-1] == 0, np.array(mistakes), weights, bias)
