"""One step of back-propagation with every number: a network of five nodes and six weights.

The idea: x1 and x2 go in, y3 and y4 come out of two hidden neurons, y5 is the answer. The answer is compared with the
target; each neuron gets its share of the error, a delta; each weight moves by learning rate times delta times the
number it carries. The second forward pass shows that the answer came closer.

Left out: biases, and the other steps it would take to reach the target.
Next: network.py does the same for layers of any width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._support.checks import check_choice
from .._support.figures import figure_html, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["WorkedExample", "worked_example"]

X1, X2 = 0.35, 0.7
TARGET = 0.5
LEARNING_RATE = 1.0
# How each number is found, in the words of the table; the weights follow one rule, which rows() writes out.
FORMULAS = {
    "a1": "w11 x1 + w21 x2", "y3": "sigmoid(a1)", "a2": "w12 x1 + w22 x2", "y4": "sigmoid(a2)",
    "a3": "w13 y3 + w23 y4", "y5": "sigmoid(a3)", "error": "target - y5",
    "delta5": "y5 (1 - y5) error", "delta3": "y3 (1 - y3) w13 delta5", "delta4": "y4 (1 - y4) w23 delta5",
    "w11": "w11 + rate delta3 x1", "w21": "w21 + rate delta3 x2", "w12": "w12 + rate delta4 x1",
    "w22": "w22 + rate delta4 x2", "w13": "w13 + rate delta5 y3", "w23": "w23 + rate delta5 y4",
}  # fmt: skip
# w12 leads from input 1 to hidden neuron 2, whose output is y4; w13 and w23 lead from hidden neurons 1 and 2 to y5.
START = {"w11": 0.2, "w21": 0.2, "w12": 0.3, "w22": 0.3, "w13": 0.3, "w23": 0.9}


@dataclass(frozen=True, eq=False, repr=False)
class WorkedExample:
    """Every number of one step of back-propagation, by name.

    Parameters
    ----------
    start : dict of str to float
        The weights before the step: "w11", "w21", "w12", "w22", "w13", "w23".
    forward : dict of str to float
        The first forward pass: sums "a1", "a2", "a3", outputs "y3", "y4", "y5", and "error", target minus y5.
    deltas : dict of str to float
        The share of each neuron in the error: "delta5", "delta3", "delta4".
    weights : dict of str to float
        The weights after the step, named as in `start`.
    second_forward : dict of str to float
        The second forward pass, named as in `forward`.
    """

    start: dict[str, float]
    forward: dict[str, float]
    deltas: dict[str, float]
    weights: dict[str, float]
    second_forward: dict[str, float]

    def __repr__(self) -> str:
        lines = [f"Inputs x1 = {X1}, x2 = {X2}; target {TARGET}; learning rate {LEARNING_RATE:g}.", ""]
        lines += ["Forward pass", *_rows(self.forward), "", "Backward pass", *_rows(self.deltas), ""]
        moves = (f"  {name}  {old:.6f} -> {self.weights[name]:.6f}" for name, old in self.start.items())
        return "\n".join([*lines, "Weights", *moves, "", "Second forward pass", *_rows(self.second_forward)])

    def rows(self) -> list[tuple[str, str, str, float]]:
        """Return every number in the order in which it is found.

        Returns
        -------
        list of tuple
            (step, name, formula, value); the step is "forward", "deltas", "weights" or "second forward".
        """
        steps = {
            "forward": self.forward, "deltas": self.deltas, "weights": self.weights,
            "second forward": self.second_forward,
        }  # fmt: skip
        return [(step, name, FORMULAS[name], value) for step, group in steps.items() for name, value in group.items()]

    def table(self, form: str = "markdown") -> str:
        """Return the rows as a table.

        Parameters
        ----------
        form : str, default "markdown"
            "markdown" or "html".

        Returns
        -------
        str
            One line for each number, below a line of headings.

        Raises
        ------
        ValueError
            When the form is unknown.
        """
        form = check_choice("form", form, ("markdown", "html"))
        lines = [("step", "number", "formula", "value")]
        lines += [(step, name, formula, f"{value:.6f}") for step, name, formula, value in self.rows()]
        if form == "html":
            cells = ("".join(f"<td>{cell}</td>" for cell in line) for line in lines)
            return "<table>" + "".join(f"<tr>{line}</tr>" for line in cells) + "</table>"
        written = [f"| {' | '.join(line)} |" for line in lines]
        return "\n".join([written[0], "|---|---|---|---:|", *written[1:]])

    def plot(self) -> Figure:
        """Return a figure: the network with its numbers, before the step and after it.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels.
        """
        figure = new_figure(11, 4.5)
        left, right = figure.subplots(1, 2)
        _draw_network(left, self.start, self.forward, self.deltas)
        left.set_title(f"Before the step: the answer is {self.forward['y5']:.4f}, the target {TARGET}")
        _draw_network(right, self.weights, self.second_forward, {})
        right.set_title(f"After the step: the answer is {self.second_forward['y5']:.4f}")
        return figure

    def _repr_html_(self) -> str:
        import matplotlib.pyplot as plt

        figure = self.plot()
        try:
            return self.table("html") + figure_html(figure, alt="The network before and after the step")
        finally:
            plt.close(figure)  # a notebook would show the open figure a second time


def worked_example() -> WorkedExample:
    """Return one step of back-propagation on a network of two inputs, two hidden neurons and one output.

    Returns
    -------
    WorkedExample
        `forward`, `deltas`, `weights` and `second_forward`: dicts of numbers by name.

    Notes
    -----
    A delta here is minus the derivative of E = 1/2 (target - y5)^2 for the sum of that neuron, as in the course notes:
    a negative delta says that the sum should become smaller.

    References
    ----------
    "Backpropagation in Neural Network", GeeksforGeeks: the same network, there with slips in the arithmetic.

    Examples
    --------
    >>> example = worked_example()
    >>> round(example.forward["a1"], 6), round(example.forward["y5"], 6), round(example.second_forward["y5"], 6)
    (0.21, 0.665074, 0.659554)
    """
    w = START
    forward = _forward(w)
    y3, y4, y5 = forward["y3"], forward["y4"], forward["y5"]

    # The slope of y = sigmoid(a) is y (1 - y). The output neuron takes the error itself.
    delta5 = y5 * (1 - y5) * (TARGET - y5)
    # A hidden neuron takes the output's delta through the weight that joins them.
    delta3 = y3 * (1 - y3) * w["w13"] * delta5
    delta4 = y4 * (1 - y4) * w["w23"] * delta5

    # Each weight moves by learning rate * delta of the neuron it leads to * the number it carries.
    weights = {
        "w11": w["w11"] + LEARNING_RATE * delta3 * X1,
        "w21": w["w21"] + LEARNING_RATE * delta3 * X2,
        "w12": w["w12"] + LEARNING_RATE * delta4 * X1,
        "w22": w["w22"] + LEARNING_RATE * delta4 * X2,
        "w13": w["w13"] + LEARNING_RATE * delta5 * y3,
        "w23": w["w23"] + LEARNING_RATE * delta5 * y4,
    }
    deltas = {"delta5": delta5, "delta3": delta3, "delta4": delta4}
    return WorkedExample(dict(START), forward, deltas, weights, _forward(weights))


def _forward(w: dict[str, float]) -> dict[str, float]:
    """Return the sums, the outputs and the error for the given weights."""
    a1 = w["w11"] * X1 + w["w21"] * X2
    y3 = _sigmoid(a1)
    a2 = w["w12"] * X1 + w["w22"] * X2
    y4 = _sigmoid(a2)
    a3 = w["w13"] * y3 + w["w23"] * y4
    y5 = _sigmoid(a3)
    return {"a1": a1, "y3": y3, "a2": a2, "y4": y4, "a3": a3, "y5": y5, "error": TARGET - y5}


def _sigmoid(a: float) -> float:
    return 1 / (1 + math.exp(-a))


def _rows(numbers: dict[str, float]) -> list[str]:
    return [f"  {name:<7}{value:>10.6f}" for name, value in numbers.items()]


def _draw_network(axes: Axes, weights: dict[str, float], forward: dict[str, float], deltas: dict[str, float]) -> None:
    """Draw five nodes and six arrows, with the numbers that belong to them."""
    places = {"x1": (0.0, 1.0), "x2": (0.0, 0.0), "y3": (1.0, 1.0), "y4": (1.0, 0.0), "y5": (2.0, 0.5)}
    values = {"x1": X1, "x2": X2, **forward}
    joins = {
        "w11": ("x1", "y3"), "w21": ("x2", "y3"),
        "w12": ("x1", "y4"), "w22": ("x2", "y4"),
        "w13": ("y3", "y5"), "w23": ("y4", "y5"),
    }  # fmt: skip
    for name, (tail, head) in joins.items():
        (x0, y0), (x1, y1) = places[tail], places[head]
        axes.annotate("", (x1, y1), (x0, y0), arrowprops={"arrowstyle": "->", "shrinkA": 28, "shrinkB": 28})
        # The label stands a third of the way along the arrow, where the crossing arrows are apart.
        x, y = x0 + 0.36 * (x1 - x0), y0 + 0.36 * (y1 - y0)
        axes.text(x, y, f"{name}\n{weights[name]:.4f}", ha="center", va="center", fontsize=8, backgroundcolor="white")
    for name, (x, y) in places.items():
        axes.plot(x, y, "o", markersize=46, color="#56B4E9")
        axes.text(x, y, f"{name}\n{values[name]:.4f}", ha="center", va="center", fontsize=9)
        delta = f"delta{name[1]}"
        if delta in deltas:
            side = 1 if y > 0.5 else -1  # above the upper node and below the others, clear of the arrows
            axes.text(x, y + side * 0.23, f"{delta} {deltas[delta]:.4f}", ha="center", va="center", color="#B34700")
    axes.set(xlim=(-0.35, 2.35), ylim=(-0.45, 1.35))
    axes.axis("off")
