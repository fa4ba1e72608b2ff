"""A network of sigmoid layers: the forward pass, and the backward pass by hand.

The idea: a layer multiplies by weights, adds biases and squashes the sums between 0 and 1. The backward pass asks of
every weight how the loss would change if the weight changed a little, walking from the loss back to the inputs with the
chain rule. One small step against this gradient makes the loss smaller.

Left out: other activations, other losses, mini-batches.
Next: backprop.py takes ten thousand such steps.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_integer, message
from .gates import Array, as_table

__all__ = ["Network", "check_widths", "layer_outputs", "loss_and_gradient", "sigmoid"]

# Enough for lessons; larger networks want a library that works in batches.
MOST_LAYERS, MOST_NEURONS = 12, 1_000


class Network:
    """Layers of sigmoid neurons, each fully connected to the layer before.

    Parameters
    ----------
    sizes : sequence of int
        The width of every layer from the inputs to the outputs; (2, 4, 1) has one hidden layer of four neurons.
    rng : int, numpy.random.Generator or None, default 0
        The chance behind the first weights, which are standard normal; the biases start at 0.

    Attributes
    ----------
    sizes : tuple of int
        The widths.
    parameters : ndarray of shape (n_parameters,)
        All weights and biases in one row, layer by layer.
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

    def __init__(self, sizes: Sequence[int], *, rng: int | np.random.Generator | None = 0) -> None:
        self.sizes = check_widths("sizes", sizes, low=2, high=MOST_LAYERS)
        generator = as_generator(rng)
        self.parameters = np.zeros(sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(self.sizes)))
        self._open_windows()
        for weights in self.weights:
            # The weights start unequal: equal neurons would get equal gradients and stay equal for ever.
            weights[:] = generator.standard_normal(weights.shape)

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.sizes))
        return f"Network of {sizes} neurons with {len(self.parameters)} weights and biases"

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A copied or unpickled network gets windows into its own parameters.
        self.__dict__.update(state)
        self._open_windows()

    def _open_windows(self) -> None:
        """Give every layer its share of `parameters`: first its weights, then its biases."""
        self.weights: list[Array] = []
        self.biases: list[Array] = []
        start = 0
        for n_in, n_out in itertools.pairwise(self.sizes):
            middle, end = start + n_in * n_out, start + (n_in + 1) * n_out
            self.weights.append(self.parameters[start:middle].reshape(n_in, n_out))  # (n_in, n_out)
            self.biases.append(self.parameters[middle:end])  # (n_out,)
            start = end

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
        return layer_outputs(self, as_table("X", X, n_features=self.sizes[0]))[-1]


def sigmoid(a: Array) -> Array:
    """Return 1 / (1 + exp(-a)), written with tanh because exp overflows where -a is large.

    Examples
    --------
    >>> sigmoid(np.array([0.0, -1000.0])).tolist()
    [0.5, 0.0]
    """
    squashed: Array = 0.5 * np.tanh(0.5 * a) + 0.5
    return squashed


def layer_outputs(network: Network, X: Array) -> list[Array]:
    """Return the outputs of all layers, the inputs first: the forward pass."""
    outputs = [X]  # (n, n_features)
    for weights, bias in zip(network.weights, network.biases, strict=True):
        # x.dot(w) is x @ w; on arrays as small as these it takes half the time.
        outputs.append(sigmoid(outputs[-1].dot(weights) + bias))  # (n, n_out)
    return outputs


def loss_and_gradient(network: Network, X: Array, y: Array) -> tuple[float, Array]:
    """Return the loss and its gradient: the forward pass, then the backward pass.

    Parameters
    ----------
    network : Network
        Stays as it is.
    X : ndarray of shape (n_samples, n_features)
        The inputs.
    y : ndarray of shape (n_samples, n_outputs)
        The targets.

    Returns
    -------
    loss : float
        Half the squared error, summed over the samples: E = 1/2 sum (prediction - y)^2.
    gradient : ndarray of shape (n_parameters,)
        The slopes dE/dp for every weight and bias p, in the order of `network.parameters`.
    """
    # Step 1, forward: keep what every layer puts out, the backward pass needs it.
    outputs = layer_outputs(network, X)
    prediction = outputs[-1]  # (n, n_outputs)

    # Step 2, the loss. The half cancels the 2 of the derivative, so dE/dprediction is the plain error.
    error = prediction - y  # (n, n_outputs)
    loss = 0.5 * float(np.vdot(error, error))

    # Step 3, through the last sigmoid. delta is dE/da, a being the sum that a neuron squashes into s = sigmoid(a);
    # the slope of the sigmoid there is ds/da = s (1 - s) = s - s s.
    delta = error * (prediction - prediction * prediction)  # (n, n_outputs)

    always_one = np.ones(len(X))  # (n,)
    parts = []
    for layer in reversed(range(len(network.weights))):
        before = outputs[layer]  # (n, n_in), what the layer was given
        # Step 4, the biases. A bias is a weight whose input is always 1.
        parts.append(always_one.dot(delta))  # (n_out,)
        # Step 5, the weights. da/dw is the input that w multiplies: dE/dw = input * delta, summed over the samples.
        parts.append(before.T.dot(delta).ravel())  # (n_in * n_out,)
        if layer > 0:
            # Step 6, one layer back: delta returns through the weights, then through the slope of that layer's sigmoid.
            delta = delta.dot(network.weights[layer].T) * (before - before * before)  # (n, n_in)
    # The walk went from the last layer to the first; the parameters run from the first to the last.
    return loss, np.concatenate(parts[::-1])


def check_widths(argument: str, got: Any, *, low: int, high: int) -> tuple[int, ...]:
    """Return the widths of layers as a tuple of ints."""
    expected = f"a tuple of {low} to {high} layer widths"
    example = (4,) if low == 1 else (2, 4, 1)
    if isinstance(got, str | bytes) or not isinstance(got, Sequence | np.ndarray):
        raise TypeError(message(argument, expected, got, f"Write for example {example}."))
    if not low <= len(got) <= high:
        raise ValueError(message(argument, expected, got, f"Write for example {example}."))
    return tuple(check_integer(f"{argument}[{i}]", n, low=1, high=MOST_NEURONS) for i, n in enumerate(got))
