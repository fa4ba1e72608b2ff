"""One neuron that learns by correcting its mistakes: AND, OR and NOT work, XOR cannot.

The idea: weigh the inputs, add them up, fire when the sum is above a threshold. After a wrong answer move the weights
towards the input that should have fired, or away from the one that should not. Nothing happens after a right answer.
Where no line separates the classes, a few of the samples prove it.

Left out: outputs between 0 and 1, and everything with more than one neuron.
Next: backprop.py trains several layers of smooth neurons, for which XOR is possible.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_integer
from .._support.figures import new_figure, result_html
from ._plane import draw_samples, plane_of
from .gates import Array, as_table, read_problem

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PerceptronResult", "perceptron_demo"]

MOST_ROWS = 100  # among which a contradiction is looked for


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
                f"{self.mistakes[-1]} of {len(self.targets)} wrong. {self.why_not()}"
            ).rstrip()
        weights = ", ".join(f"{weight:g}" for weight in self.weights)
        return (
            f"One neuron learned {self.problem}: epoch {self.n_epochs} passed without a mistake, "
            f"with weights {weights} and bias {self.bias:g}."
        )

    def why_not(self) -> str:
        """Return a proof, from two or four samples, that no weights answer all of them; "" where it finds none.

        Returns
        -------
        str
            Samples of the two classes with the same middle, and what they would ask of the weights. Only the first
            100 samples are searched.
        """
        found = same_middle(self.inputs[:MOST_ROWS], self.targets[:MOST_ROWS, 0])
        if found is None:
            return ""
        (firing, above), (silent, not_above) = (
            _side_in_words(self.inputs[list(pair)], sign) for pair, sign in zip(found, (">", "<="), strict=True)
        )
        return (
            f"No neuron can: firing for {firing} and not for {silent} asks for {above}, but {not_above}. "
            "Both sides have the same middle, so one and the same sum would have to be above 0 and not above 0."
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
        x1, x2, points = plane_of(self.inputs, margin=0.4)
        fires = self.predict(points).reshape(len(x2), len(x1))
        axes.contourf(x1, x2, fires, levels=[-0.5, 0.5, 1.5], colors=["white", "#F0E442"])
        draw_samples(axes, self.inputs, self.targets)
        axes.set(title="It fires in the shaded half", xlabel="x1", ylabel="x2")
        found = None if self.converged else same_middle(self.inputs[:MOST_ROWS], self.targets[:MOST_ROWS, 0])
        if found is not None:
            # Two segments that cross: a line with both ends of one on its upper side has the middle of the other there.
            for pair, style in zip(found, ("-", ":"), strict=True):
                axes.plot(*self.inputs[list(pair)].T, style, color="#D55E00", linewidth=2)
            axes.plot(*self.inputs[list(found[0])].mean(axis=0), "X", color="#D55E00", markersize=9)
            axes.set_title("The last line it tried; none can be right:\nthe joins of equal targets cross")
        axes.legend(loc="upper center", ncols=2)

    def _repr_html_(self) -> str:
        return result_html(self)


def perceptron_demo(problem: str | tuple[Any, Any] = "and", *, max_epochs: int = 100) -> PerceptronResult:
    """Return one neuron trained by the perceptron rule, and whether it converged.

    Parameters
    ----------
    problem : str or pair of array_like, default "and"
        A gate ("xor", "and", "or", "nand", "nor", "xnor", "not"), a cloud of points ("circles", "moons", "spiral",
        "blobs"), or your own (X, y): X of shape (n_samples, n_features) and a 0 or 1 in y for each row of X.
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
    The weights start at 0. A learning rate would only multiply the weights and the bias, so there is none. Where no
    line separates the two classes the rule never comes to rest. Where one does, it makes at most (R / g)^2 mistakes
    in all: R is the length of the longest row, counting the 1 of the bias, and g the widest gap, the least distance
    of a row from the best plane through 0.

    References
    ----------
    F. Rosenblatt, "The perceptron", Psychological Review 65, 1958. A. Novikoff, "On convergence proofs on
    perceptrons", 1962.

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


def same_middle(X: Array, y: Array) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return two rows of class 1 and two of class 0 whose middles are the same point, or None.

    A row may stand twice in its pair. The sums are exact: a proof must not hang on rounding.
    """
    rows = [tuple(map(Fraction, row)) for row in X.tolist()]
    middles: dict[tuple[Fraction, ...], tuple[int, int]] = {}
    for label in (1, 0):
        members = [i for i, target in enumerate(y) if target == label]
        for i, j in itertools.combinations_with_replacement(members, 2):
            middle = tuple(a + b for a, b in zip(rows[i], rows[j], strict=True))
            if label == 1:
                middles.setdefault(middle, (i, j))
            elif middle in middles:
                return middles[middle], (i, j)
    return None


def _side_in_words(rows: Array, sign: str) -> tuple[str, str]:
    """Return some rows, and what their sums must be: "(0, 1) and (1, 0)", "w2 + b > 0 and w1 + b > 0"."""
    points, asked = [], []
    for row in dict.fromkeys(map(tuple, rows.tolist())):  # each row once
        terms = [f"w{i}" if x == 1 else f"{x:g} w{i}" for i, x in enumerate(row, 1) if x]
        points.append(f"({', '.join(f'{x:g}' for x in row)})")
        asked.append(f"{' + '.join([*terms, 'b'])} {sign} 0")
    return " and ".join(points), " and ".join(asked)
