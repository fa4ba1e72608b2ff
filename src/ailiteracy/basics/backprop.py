"""Back-propagation at work: a network learns XOR, which no single neuron can.

The idea: start with random weights. In every epoch look at all samples, ask the backward pass which way the loss grows,
and step the other way. After some thousand small steps the four answers are right.

Left out: test data (a truth table has no unseen rows), mini-batches, and optimizers beyond plain gradient descent.
Next: one_step.py follows one single step with all its numbers; network.py holds the gradients; _fastbackprop.py takes
the same steps in compiled code.
"""

from __future__ import annotations

import functools
import itertools
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_choice, check_flag, check_integer, check_number, message
from .._support.figures import new_figure, result_html
from .._support.language import say
from .._support.progress import progress_bar
from ._plane import animate_learning, check_moments, draw_answers, draw_moments
from .gates import Array, read_problem
from .network import LOSSES, MOST_LAYERS, MOST_NEURONS, Network, check_widths, loss_and_gradient, with_ones

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from matplotlib.animation import FuncAnimation
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["BackpropResult", "backprop_demo"]

logger = logging.getLogger(__name__)

LOSS_LABELS = {
    "squared_error": "Half squared error, summed",
    "mse": "Mean squared error",
    "cross_entropy": "Cross entropy, mean",
}
MOST_SNAPSHOTS = 51  # of the weights: the start, and 50 moments of the training
MOST_KEPT_NUMBERS = 4_000_000  # in all snapshots together: 32 MB


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
        The loss in every epoch, before the step of that epoch.
    predictions : ndarray of shape (n_samples, 1)
        The answers after the last step, between 0 and 1.
    accuracy : float
        The share of answers on the right side of 0.5.
    network : Network
        The trained network: `weights`, `biases` and `forward(X)`.
    loss : str
        The name of the loss.
    snapshot_epochs : ndarray of shape (n_snapshots,)
        Some numbers of epochs, from 0 to the last.
    snapshots : ndarray of shape (n_snapshots, n_parameters)
        The network's parameters after these numbers of epochs.
    """

    problem: str
    inputs: Array
    targets: Array
    losses: Array
    predictions: Array
    accuracy: float
    network: Network
    loss: str
    snapshot_epochs: npt.NDArray[np.int64]
    snapshots: Array

    def __repr__(self) -> str:
        n_right = round(self.accuracy * len(self.targets))
        words = say(
            "A network of {sizes} neurons was trained on {problem}: {right} of {all} answers are right after {n:,} "
            "epochs; the loss went from {first:.4f} to {last:.4f}."
        )
        return words.format(
            sizes="-".join(map(str, self.network.sizes)), problem=self.problem, right=n_right, all=len(self.targets),
            n=len(self.losses), first=self.losses[0], last=self.losses[-1],
        )  # fmt: skip

    def plot(self, epochs: Iterable[int] | None = None) -> Figure:
        """Return a figure: the loss in every epoch and the answers over the plane of inputs, or chosen moments.

        Parameters
        ----------
        epochs : iterable of int or None, default None
            Numbers of epochs, 0 for the untrained network: draws the plane after each, at the nearest snapshot.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels, or one for each moment. With one feature, or more than two, the right one of the two shows
            every sample's answer instead.

        Raises
        ------
        TypeError
            When `epochs` holds something other than whole numbers.
        ValueError
            When a number is out of range, there are more than 24, or the problem has not two features.
        """
        if epochs is not None:
            self._check_plane("plot(epochs=...)")
            return draw_moments(self, check_moments(epochs, len(self.losses)))
        figure = new_figure(9, 4)
        left, right = figure.subplots(1, 2)
        self._draw_loss(left)
        if self.inputs.shape[1] == 2:
            surface = draw_answers(right, self.network, self.inputs, self.targets)
            right.set_title("Answer for every input")
            right.legend(loc="upper center", ncols=2)
            figure.colorbar(surface, ax=right, label="Output of the network", ticks=[0, 0.5, 1])
        else:
            right.plot(self.targets, "s", color="#E69F00", label="Target")
            right.plot(self.predictions, "o", color="#0072B2", label="Answer")
            right.set(title="The answers", xlabel="Sample", ylabel="Output")
            right.legend()
        return figure

    def animate(self, seconds_per_frame: float = 0.1) -> FuncAnimation:
        """Return an animation of the plane of inputs while the network learns, one frame for each snapshot.

        Parameters
        ----------
        seconds_per_frame : float, default 0.1
            How long a frame stays.

        Returns
        -------
        matplotlib.animation.FuncAnimation
            `save("film.gif", writer="pillow")` writes it.

        Raises
        ------
        TypeError
            When `seconds_per_frame` is no number.
        ValueError
            When it is not above 0, or the problem has not two features.
        """
        seconds = check_number("seconds_per_frame", seconds_per_frame, above=0)
        self._check_plane("animate()")
        return animate_learning(self, seconds)

    def _check_plane(self, caller: str) -> None:
        """Raise an error where the inputs are not points of a plane."""
        if self.inputs.shape[1] != 2:
            remedy = "Call plot() without arguments."
            raise ValueError(f"{caller} draws problems with 2 features, this one has {self.inputs.shape[1]}. {remedy}")

    def _draw_loss(self, axes: Axes) -> None:
        axes.plot(np.arange(1, len(self.losses) + 1), self.losses, color="#0072B2")
        axes.set(title="The loss", xlabel="Epoch", ylabel=LOSS_LABELS[self.loss])
        axes.set_ylim(0, 1.05 * max(self.losses.max(), 1e-9))

    def _repr_html_(self) -> str:
        return result_html(self)


def backprop_demo(
    problem: str | tuple[Any, Any] = "xor",
    *,
    hidden: Sequence[int] = (4,),
    epochs: int = 10_000,
    learning_rate: float = 0.1,
    activation: str = "sigmoid",
    loss: str = "squared_error",
    compiled: bool = False,
    rng: int | np.random.Generator | None = 0,
    progress: bool = True,
) -> BackpropResult:
    """Return a network that learned a small problem by back-propagation.

    Parameters
    ----------
    problem : str or pair of array_like, default "xor"
        A gate ("xor", "and", "or", "nand", "nor", "xnor", "not"), a cloud of points ("circles", "moons", "spiral",
        "blobs"), or your own (X, y): X of shape (n_samples, n_features), with at most 1,000 columns, and a 0 or 1 in y
        for each row of X. The network has one output, so there are two classes, and no numbers to predict.
    hidden : sequence of int, default (4,)
        The width of each hidden layer; (8, 4) has two. From 1 to 10 layers, each of 1 to 1,000 neurons.
    epochs : int, default 10_000
        The number of steps, at most 10 million; each looks at all samples.
    learning_rate : float, default 0.1
        The length of a step, as a multiple of the gradient.
    activation : str, default "sigmoid"
        What bends the sums of the hidden neurons: "sigmoid", "tanh" or "relu".
    loss : str, default "squared_error"
        "squared_error" (half its sum over the samples), "mse" (its mean) or "cross_entropy" (its mean).
    compiled : bool, default False
        Whether to take the same steps in compiled code: dozens of times faster for a few rows, slower than numpy for
        hundreds. The first call takes seconds. Where numba is missing the plain code runs and the log says so.
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
    The loss is E = 1/2 sum (prediction - y)^2, whose gradient grows with the number of samples: for hundreds of them
    take a mean, "mse" or "cross_entropy", and a learning rate such as 0.5.

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
    loss = check_choice("loss", loss, LOSSES)
    twin = compiled_twin() if check_flag("compiled", compiled) else None
    network = Network((X.shape[1], *hidden, 1), activation=activation, rng=rng)
    # Each neuron of the first hidden layer starts with its dividing line, where its sum is 0, through the middle of the
    # inputs: seeds 0 to 1,999 all learn XOR. With biases of 0 every line starts in the corner (0, 0): 11 of them fail.
    network.biases[0][:] = -X.mean(axis=0).dot(network.weights[0])
    descend = twin.descend if twin is not None else _descend
    moments, snapshots, losses = [0], [network.parameters.copy()], np.empty(epochs)
    n_snapshots = min(MOST_SNAPSHOTS, max(2, MOST_KEPT_NUMBERS // len(network.parameters)), epochs + 1)
    stretches = itertools.pairwise(np.linspace(0, epochs, n_snapshots).astype(int).tolist())
    for start, end in progress_bar(list(stretches), label="back-propagation", progress=progress):
        descend(network, X, y, losses[start:end], learning_rate, loss)
        _check_finite(network, learning_rate)
        moments.append(end)
        snapshots.append(network.parameters.copy())
    predictions = network.forward(X)  # (n, 1)
    accuracy = float(np.mean((predictions > 0.5) == (y > 0.5)))
    kept = (np.array(moments), np.array(snapshots))
    return BackpropResult(name, X, y, losses, predictions, accuracy, network, loss, *kept)


def _descend(network: Network, X: Array, y: Array, losses: Array, learning_rate: float, loss: str) -> None:
    """Take one step of gradient descent for each place in `losses`; changes the network and fills the losses."""
    X = with_ones(X)  # (n, n_features + 1)
    with np.errstate(over="ignore", invalid="ignore"):  # infinity and NaN are looked for afterwards
        for epoch in range(len(losses)):
            losses[epoch], gradient = loss_and_gradient(network, X, y, loss)
            network.parameters -= learning_rate * gradient  # the gradient points uphill


def _check_finite(network: Network, learning_rate: float) -> None:
    if not np.isfinite(network.parameters).all():
        expected = "small enough for the weights to stay finite"
        remedy = "The training diverged. Try 0.1, and scale large inputs to about -1 to 1."
        raise ValueError(message("learning_rate", expected, learning_rate, remedy))


@functools.cache
def compiled_twin() -> ModuleType | None:
    """Return the compiled twin, or None where numba is missing, which the log says once."""
    try:
        from . import _fastbackprop
    except ImportError as error:
        logger.warning("numba is missing (%s): the network is trained by the plain code, which is slower.", error)
        return None
    return _fastbackprop
