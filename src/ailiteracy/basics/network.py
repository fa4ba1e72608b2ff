"""A network of layers: the forward pass, and the backward pass by hand.

The idea: a layer multiplies by weights, adds biases and bends the sums. The backward pass asks of every weight how the
loss would change if the weight changed a little, walking from the loss back to the inputs with the chain rule. One
small step against this gradient makes the loss smaller.

Left out: several classes, mini-batches, any layer that is not fully connected.
Next: backprop.py takes ten thousand such steps.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_choice, check_integer, message
from .gates import Array, as_table, as_targets

__all__ = [
    "ACTIVATIONS", "LOSSES", "Network", "check_widths", "layer_outputs", "loss_and_gradient", "sigmoid", "with_ones",
]  # fmt: skip

# Enough for lessons; larger networks want a library that works in batches.
MOST_LAYERS, MOST_NEURONS = 12, 1_000

LOSSES = ("squared_error", "mse", "cross_entropy")


def sigmoid(a: Array) -> Array:
    """Return 1 / (1 + exp(-a)), written with tanh because exp overflows where -a is large.

    Examples
    --------
    >>> sigmoid(np.array([0.0, -1000.0])).tolist()
    [0.5, 0.0]
    """
    squashed: Array = np.tanh(0.5 * a)
    squashed *= 0.5
    squashed += 0.5
    return squashed


def relu(a: Array) -> Array:
    """Return a where it is above 0, else 0."""
    bent: Array = np.maximum(a, 0.0)
    return bent


# Each activation with its slope, written with what the neuron puts out: for s = sigmoid(a), ds/da = s (1 - s).
# relu has a corner at 0; its slope there is taken to be 0.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "sigmoid": (sigmoid, lambda s: s - s * s),
    "tanh": (np.tanh, lambda t: 1.0 - t * t),
    "relu": (relu, lambda r: (r > 0).astype(float)),
}


class Network:
    """Layers of neurons, each fully connected to the layer before; the last layer answers between 0 and 1.

    Parameters
    ----------
    sizes : sequence of int
        The width of every layer from the inputs to the outputs; (2, 4, 1) has one hidden layer of four neurons.
    activation : str, default "sigmoid"
        What bends the sums of the hidden layers: "sigmoid", "tanh" or "relu". The last layer is always a sigmoid.
    rng : int, numpy.random.Generator or None, default 0
        The chance behind the first weights, which are normal; the biases start at 0. Their standard deviation is 1
        for "sigmoid", 1 / sqrt(n_in) for "tanh" and sqrt(2 / n_in) for "relu", which keeps signals of one size
        through many layers.

    Attributes
    ----------
    sizes : tuple of int
        The widths.
    activation : str
        As given.
    parameters : ndarray of shape (n_parameters,)
        All weights and biases in one row, layer by layer.
    layers : list of ndarray
        One array (n_in + 1, n_out) for each layer, the biases in its last row: a window into `parameters`.
    weights : list of ndarray
        One array (n_in, n_out) for each layer: a window into `parameters`.
    biases : list of ndarray
        One array (n_out,) for each layer: a window into `parameters`.

    Examples
    --------
    >>> network = Network((2, 4, 1))
    >>> [weights.shape for weights in network.weights], len(network.parameters)
    ([(2, 4), (4, 1)], 17)
    """

    def __init__(
        self, sizes: Sequence[int], *, activation: str = "sigmoid", rng: int | np.random.Generator | None = 0
    ) -> None:
        self.sizes = check_widths("sizes", sizes, low=2, high=MOST_LAYERS)
        self.activation = check_choice("activation", activation, ACTIVATIONS)
        generator = as_generator(rng)
        self.parameters = np.zeros(sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(self.sizes)))
        self._open_windows()
        for weights in self.weights:
            n_in = len(weights)
            spread = {"sigmoid": 1.0, "tanh": n_in**-0.5, "relu": (2 / n_in) ** 0.5}[activation]
            # The weights start unequal: equal neurons would get equal gradients and stay equal for ever.
            weights[:] = spread * generator.standard_normal(weights.shape)

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.sizes))
        return f"Network of {sizes} neurons with {len(self.parameters)} weights and biases"

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A copied or unpickled network gets windows into its own parameters.
        self.__dict__.update(state)
        self._open_windows()

    def _open_windows(self) -> None:
        """Give every layer its share of `parameters`: first its weights, then its biases."""
        self.layers: list[Array] = []
        start = 0
        for n_in, n_out in itertools.pairwise(self.sizes):
            end = start + (n_in + 1) * n_out
            self.layers.append(self.parameters[start:end].reshape(n_in + 1, n_out))
            start = end
        self.weights: list[Array] = [layer[:-1] for layer in self.layers]  # (n_in, n_out) each
        self.biases: list[Array] = [layer[-1] for layer in self.layers]  # (n_out,) each

    def forward(self, X: Any) -> Array:
        """Return the network's answers.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            One row for each sample.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            Numbers between 0 and 1.

        Raises
        ------
        TypeError
            When X holds something other than numbers.
        ValueError
            When X is not a table as wide as the first layer.
        """
        return layer_outputs(self, with_ones(as_table("X", X, n_features=self.sizes[0])))[-1]

    def loss_and_gradient(self, X: Any, y: Any, *, loss: str = "squared_error") -> tuple[float, Array]:
        """Return the loss on a table, and its slope for every parameter.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            One row for each sample.
        y : array_like of shape (n_samples,) or (n_samples, 1)
            The right answers, 0 or 1; for networks with one output.
        loss : str, default "squared_error"
            "squared_error" (half its sum), "mse" (its mean) or "cross_entropy" (its mean).

        Returns
        -------
        loss : float
            How wrong the answers are.
        gradient : ndarray of shape (n_parameters,)
            In the order of `parameters`.

        Raises
        ------
        TypeError
            When X or y holds something other than numbers.
        ValueError
            When the shapes do not fit, an answer is neither 0 nor 1, or the loss is unknown.
        """
        X = as_table("X", X, n_features=self.sizes[0])
        if self.sizes[-1] != 1:
            raise ValueError(message("sizes", "those of a network with one output", self.sizes, "End them with 1."))
        y = as_targets(y, n_samples=len(X))
        return loss_and_gradient(self, with_ones(X), y, check_choice("loss", loss, LOSSES))


def with_ones(values: Array) -> Array:
    """Return the table with a column of ones at its right: a bias is a weight whose input is always 1."""
    n_rows, n_columns = values.shape
    table = np.empty((n_rows, n_columns + 1))
    table[:, :n_columns] = values
    table[:, n_columns] = 1.0
    return table


def layer_outputs(network: Network, X: Array) -> list[Array]:
    """Return what each layer is given, and the answers at the end: the forward pass.

    All but the answers have a column of ones at their right, X too.
    """
    bend, _ = ACTIVATIONS[network.activation]
    outputs = [X]  # (n, n_features + 1)
    for layer in network.layers[:-1]:
        # x.dot(w) is x @ w; on arrays as small as these it takes half the time.
        outputs.append(with_ones(bend(outputs[-1].dot(layer))))  # (n, n_out + 1)
    outputs.append(sigmoid(outputs[-1].dot(network.layers[-1])))  # (n, n_outputs)
    return outputs


def loss_and_gradient(network: Network, X: Array, y: Array, loss: str = "squared_error") -> tuple[float, Array]:
    """Return the loss and its gradient: the forward pass, then the backward pass.

    Parameters
    ----------
    network : Network
        Stays as it is.
    X : ndarray of shape (n_samples, n_features + 1)
        The inputs, with a column of ones at their right.
    y : ndarray of shape (n_samples, n_outputs)
        The targets.
    loss : str, default "squared_error"
        One of LOSSES.

    Returns
    -------
    loss : float
        How wrong the answers are.
    gradient : ndarray of shape (n_parameters,)
        The slopes dE/dp for every weight and bias p, in the order of `network.parameters`.
    """
    # Step 1, forward: keep what every layer puts out, the backward pass needs it.
    outputs = layer_outputs(network, X)

    # Step 2, the loss E, and delta = dE/da, a being the sums that the last layer squashes.
    value, delta = _loss_and_delta(outputs, network.layers[-1], y, loss)  # delta: (n, n_outputs)

    _, slope = ACTIVATIONS[network.activation]
    parts = []
    for number in reversed(range(len(network.layers))):
        given = outputs[number]  # (n, n_in + 1), what the layer was given, with the ones of the biases
        # Step 3, weights and biases. da/dw is the input that w multiplies: dE/dw = input * delta, summed over samples.
        parts.append(given.T.dot(delta).ravel())  # ((n_in + 1) * n_out,)
        if number > 0:
            # Step 4, one layer back: delta returns through the weights, then through the slope of that layer.
            delta = delta.dot(network.weights[number].T) * slope(given[:, :-1])  # (n, n_in)
    # The walk went from the last layer to the first; the parameters run from the first to the last.
    return value, np.concatenate(parts[::-1])


def _loss_and_delta(outputs: list[Array], last_layer: Array, y: Array, loss: str) -> tuple[float, Array]:
    """Return the loss, and its slope for the sums of the last layer."""
    prediction = outputs[-1]  # (n, n_outputs)
    error = prediction - y
    if loss == "cross_entropy":
        # E = mean of -log(share given to the right answer); with a sigmoid its slope is the plain error. The loss is
        # taken from the sums, because the prediction rounds to 0 or 1 where they are large.
        a = outputs[-2].dot(last_layer)
        return float(np.mean(np.logaddexp(0.0, a) - y * a)), error / error.size
    # E = 1/2 sum of error^2: the half cancels the 2 of the slope. The slope of the sigmoid is s (1 - s) = s - s s.
    value, delta = 0.5 * float(np.vdot(error, error)), error * (prediction - prediction * prediction)
    if loss == "mse":  # the mean is the half of the sum, times 2 / n
        return 2 / error.size * value, 2 / error.size * delta
    return value, delta


def check_widths(argument: str, got: Any, *, low: int, high: int) -> tuple[int, ...]:
    """Return the widths of layers as a tuple of ints."""
    expected = f"a tuple of {low} to {high} layer widths"
    example = (4,) if low == 1 else (2, 4, 1)
    if isinstance(got, str | bytes) or not isinstance(got, Sequence | np.ndarray) or np.ndim(got) == 0:
        raise TypeError(message(argument, expected, got, f"Write for example {example}."))
    if not low <= len(got) <= high:
        raise ValueError(message(argument, expected, got, f"Write for example {example}."))
    return tuple(check_integer(f"{argument}[{i}]", n, low=1, high=MOST_NEURONS) for i, n in enumerate(got))
