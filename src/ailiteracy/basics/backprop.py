"""Back-propagation at work: a network learns XOR, which no single neuron can.

The idea: start with random weights. In every epoch look at all samples, ask the backward pass which way the loss grows,
and step the other way. After some thousand small steps the four answers are right.

Left out: test data (a truth table has no unseen rows), mini-batches, and optimizers beyond plain gradient descent.
Next: one_step.py follows one single step with all its numbers; network.py holds the gradients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_integer, check_number, message
from .._support.figures import new_figure, result_html
from .._support.progress import progress_bar
from .gates import Array, read_problem
from .network import MOST_LAYERS, MOST_NEURONS, Network, check_widths, layer_outputs, loss_and_gradient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["BackpropResult", "backprop_demo"]


@dataclass(frozen=True, eq=False, repr=False)
class BackpropResult:
    """What the network learned, and how its loss fell.

    Parameters
    ----------
    problem : str
        The name of the problem.
    inputs : ndarray of shape (n_samples, n_features)
        The inputs it learned from.
    targets : ndarray of shape (n_samples, 1)
        The right answers, 0 or 1.
    losses : ndarray of shape (n_epochs,)
        Half the summed squared error in every epoch, before the step of that epoch.
    predictions : ndarray of shape (n_samples, 1)
        The answers after the last step, between 0 and 1.
    accuracy : float
        The share of answers on the right side of 0.5.
    network : Network
        The trained network: `weights`, `biases` and `forward(X)`.
    """

    problem: str
    inputs: Array
    targets: Array
    losses: Array
    predictions: Array
    accuracy: float
    network: Network

    def __repr__(self) -> str:
        n_right = round(self.accuracy * len(self.targets))
        return (
            f"A network of {'-'.join(map(str, self.network.sizes))} neurons was trained on {self.problem}: "
            f"{n_right} of {len(self.targets)} answers are right after {len(self.losses):,} epochs; "
            f"the loss went from {self.losses[0]:.4f} to {self.losses[-1]:.4f}."
        )

    def plot(self) -> Figure:
        """Return a figure: the loss in every epoch, and the answers over the plane of inputs.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels. With one feature, or more than two, the right one shows every sample's answer instead.
        """
        figure = new_figure(9, 4)
        left, right = figure.subplots(1, 2)
        left.plot(np.arange(1, len(self.losses) + 1), self.losses, color="#0072B2")
        left.set(title="The loss", xlabel="Epoch", ylabel="Half squared error, summed")
        left.set_ylim(0, 1.05 * max(self.losses.max(), 1e-9))
        if self.inputs.shape[1] == 2:
            self._draw_surface(right)
        else:
            right.plot(self.targets, "s", color="#E69F00", label="Target")
            right.plot(self.predictions, "o", color="#0072B2", label="Answer")
            right.set(title="The answers", xlabel="Sample", ylabel="Output")
            right.legend()
        return figure

    def _draw_surface(self, axes: Axes) -> None:
        """Colour every point of the plane by the network's answer and draw the samples on it."""
        low, high = self.inputs.min(axis=0), self.inputs.max(axis=0)
        margin = 0.25 * np.where(high > low, high - low, 1 + np.abs(high))
        x1, x2 = (np.linspace(low[i] - margin[i], high[i] + margin[i], 121) for i in (0, 1))
        points = np.stack(np.meshgrid(x1, x2), axis=-1)  # (121, 121, 2)
        answers = self.network.forward(points.reshape(-1, 2)).reshape(121, 121)
        surface = axes.contourf(x1, x2, answers, levels=np.linspace(0, 1, 21), cmap="cividis")
        if answers.min() < 0.5 < answers.max():
            axes.contour(x1, x2, answers, levels=[0.5], colors="white", linestyles="--")
        for target, marker in ((0, "o"), (1, "s")):
            chosen = self.inputs[self.targets[:, 0] == target]
            label = f"Target {target}"
            axes.plot(*chosen.T, marker, color="black", markeredgecolor="white", markersize=10, label=label)
        axes.set(title="Answer for every input", xlabel="x1", ylabel="x2")
        axes.legend(loc="upper center", ncols=2)
        axes.figure.colorbar(surface, ax=axes, label="Output of the network", ticks=[0, 0.5, 1])

    def _repr_html_(self) -> str:
        return result_html(self)


def backprop_demo(
    problem: str | tuple[Any, Any] = "xor",
    *,
    hidden: Sequence[int] = (4,),
    epochs: int = 10_000,
    learning_rate: float = 0.1,
    rng: int | np.random.Generator | None = 0,
    progress: bool = True,
) -> BackpropResult:
    """Return a network that learned a small problem by back-propagation.

    Parameters
    ----------
    problem : str or pair of array_like, default "xor"
        "xor", "and", "or", "nand", "nor", "xnor", or your own (X, y): X of shape (n_samples, n_features) and a 0 or 1
        in y for each row of X.
    hidden : sequence of int, default (4,)
        The width of each hidden layer; (8, 4) has two.
    epochs : int, default 10_000
        The number of steps; each looks at all samples.
    learning_rate : float, default 0.1
        The length of a step, as a multiple of the gradient.
    rng : int, numpy.random.Generator or None, default 0
        The chance behind the first weights; None gives other weights in every call.
    progress : bool, default True
        Whether to show a progress bar in a terminal.

    Returns
    -------
    BackpropResult
        `losses`, `predictions`, `accuracy`, `network`, and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When an argument is out of its range, X and y do not fit, or the training diverges.

    Notes
    -----
    The loss is E = 1/2 sum (prediction - y)^2, so the gradient grows with the number of samples: for hundreds of
    samples choose a smaller learning rate.

    References
    ----------
    D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors", Nature 323, 1986.

    Examples
    --------
    >>> result = backprop_demo("xor", epochs=5_000)
    >>> result.predictions.round().ravel().tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    name, X, y = read_problem(problem)
    check_integer("X.shape[1]", X.shape[1], high=MOST_NEURONS, remedy="Choose fewer columns.")
    hidden = check_widths("hidden", hidden, low=1, high=MOST_LAYERS - 2)
    epochs = check_integer("epochs", epochs, low=1, high=10_000_000)
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    network = Network((X.shape[1], *hidden, 1), rng=rng)
    # Each neuron of the first hidden layer starts with its dividing line, where its sum is 0, through the middle of the
    # inputs: seeds 0 to 1,999 all learn XOR. With biases of 0 every line starts in the corner (0, 0): 11 of them fail.
    network.biases[0][:] = -X.mean(axis=0).dot(network.weights[0])
    losses = _train(network, X, y, epochs, learning_rate, progress)
    predictions = layer_outputs(network, X)[-1]  # (n, 1)
    accuracy = float(np.mean((predictions > 0.5) == (y > 0.5)))
    return BackpropResult(name, X, y, losses, predictions, accuracy, network)


def _train(network: Network, X: Array, y: Array, epochs: int, learning_rate: float, progress: bool) -> Array:
    """Change the network by gradient descent and return the loss of every epoch."""
    losses = np.empty(epochs)
    with np.errstate(over="ignore", invalid="ignore"):  # infinity and NaN are looked for at the end
        for epoch in progress_bar(range(epochs), label="back-propagation", progress=progress):
            losses[epoch], gradient = loss_and_gradient(network, X, y)
            network.parameters -= learning_rate * gradient  # the gradient points uphill
    if not np.isfinite(network.parameters).all():
        expected = "small enough for the weights to stay finite"
        remedy = "The training diverged. Try 0.1, and scale large inputs to about -1 to 1."
        raise ValueError(message("learning_rate", expected, learning_rate, remedy))
    return losses
