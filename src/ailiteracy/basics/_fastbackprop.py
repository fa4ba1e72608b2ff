"""The compiled twin of the training loop in ``backprop.py``: the same steps by plain loops.

The idea: with a few samples the time goes into calling numpy, not into the numbers. Written as loops over samples,
layers and neurons and compiled by numba, thousands of epochs need no call at all. The formulas are those of network.py.

Left out: hundreds of samples at once, which numpy handles faster; anything that would change more than the last digits.
Next: network.py, where the same steps are explained.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from .network import ACTIVATIONS, LOSSES, Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from .gates import Array

__all__ = ["descend"]

# The places of these names in ACTIVATIONS and LOSSES: compiled code compares numbers, not words.
SIGMOID, TANH = list(ACTIVATIONS).index("sigmoid"), list(ACTIVATIONS).index("tanh")
MSE, CROSS_ENTROPY = LOSSES.index("mse"), LOSSES.index("cross_entropy")


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function at its first call, and keep the machine code on disk where there is a folder for it."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "forceinline": True}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # no such folder
        return njit(**options)(function)


@compiled
def bend(a, activation):
    """Return what a neuron puts out for the sum a."""
    if activation == SIGMOID:
        small = math.exp(-abs(a))  # never overflows; takes a third of the time of tanh
        return 1.0 / (1.0 + small) if a >= 0 else small / (1.0 + small)
    if activation == TANH:
        return math.tanh(a)
    return max(a, 0.0)


@compiled
def slope(out, activation):
    """Return the slope of the activation where it puts out `out`."""
    if activation == SIGMOID:
        return out - out * out
    if activation == TANH:
        return 1.0 - out * out
    return 1.0 if out > 0 else 0.0


@compiled
def forward(sizes, parameters, outputs, activation):
    """Fill row after row of outputs (n_layers, widest) for one sample in row 0; the last row holds sums, not bent."""
    start = 0
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        given, sums = outputs[layer], outputs[layer + 1]
        bias = start + n_in * n_out  # where the weights of this layer end
        for j in range(n_out):
            sums[j] = parameters[bias + j]
        for k in range(n_in):
            number, row = given[k], start + k * n_out
            for j in range(n_out):
                sums[j] += number * parameters[row + j]
        if layer < len(sizes) - 2:
            for j in range(n_out):
                sums[j] = bend(sums[j], activation)
        start = bias + n_out


@compiled
def backward(sizes, parameters, outputs, deltas, gradient, activation):
    """Add the gradient of one sample to `gradient`; the last row of deltas (n_layers, widest) is given."""
    end = len(parameters)
    for layer in range(len(sizes) - 2, -1, -1):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        given, delta = outputs[layer], deltas[layer + 1]
        bias = end - n_out
        start = bias - n_in * n_out
        for j in range(n_out):
            gradient[bias + j] += delta[j]
        for k in range(n_in):
            number, row = given[k], start + k * n_out
            for j in range(n_out):
                gradient[row + j] += number * delta[j]
            if layer > 0:
                returned = 0.0  # what comes back to neuron k of the layer before
                for j in range(n_out):
                    returned += delta[j] * parameters[row + j]
                deltas[layer, k] = returned * slope(number, activation)
        end = start


@compiled
def loss_and_delta(a, target, n_targets, loss):
    """Return the share of one output in the loss, and the slope of the loss for its sum a."""
    prediction = bend(a, SIGMOID)
    error = prediction - target
    if loss == CROSS_ENTROPY:
        large, small = max(a, 0.0), -abs(a)  # log(exp(0) + exp(a)) = large + log(1 + exp(small))
        return (large + math.log1p(math.exp(small)) - target * a) / n_targets, error / n_targets
    scale = 2 / n_targets if loss == MSE else 1.0
    return scale * 0.5 * error * error, scale * error * slope(prediction, SIGMOID)


@compiled
def epochs_of_steps(sizes, parameters, X, y, losses, rate, activation, loss):
    """Take one step for each place in losses (n_epochs,), and fill it with the loss before that step."""
    widest = max(sizes)
    outputs, deltas = np.zeros((len(sizes), widest)), np.zeros((len(sizes), widest))
    gradient = np.zeros(len(parameters))
    for epoch in range(len(losses)):
        losses[epoch] = 0.0
        for place in range(len(parameters)):
            gradient[place] = 0.0
        for i in range(len(X)):
            for k in range(sizes[0]):
                outputs[0, k] = X[i, k]
            forward(sizes, parameters, outputs, activation)
            for j in range(sizes[-1]):
                share, deltas[-1, j] = loss_and_delta(outputs[-1, j], y[i, j], y.size, loss)
                losses[epoch] += share
            backward(sizes, parameters, outputs, deltas, gradient, activation)
        for place in range(len(parameters)):
            parameters[place] -= rate * gradient[place]


def descend(network: Network, X: Array, y: Array, losses: Array, learning_rate: float, loss: str) -> None:
    """Take one step of gradient descent for each place in `losses`; changes the network and fills the losses."""
    sizes = np.array(network.sizes)
    activation = list(ACTIVATIONS).index(network.activation)
    epochs_of_steps(sizes, network.parameters, X, y, losses, learning_rate, activation, LOSSES.index(loss))
