"""Networks as stacks of layers: linear, activation, linear, ...

The idea: a linear layer multiplies by a matrix and adds a vector. Two of them in a row multiply by one matrix and add
one vector: the stack can be merged into a single layer that gives the same answers. An activation in between is what
makes depth worth something.

Left out: convolutions, dropout, normalization between layers.
Next: classify.py trains such stacks.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from .._support.checks import check_choice, check_integer, message

__all__ = ["ACTIVATIONS", "Standardize", "check_widths", "merge_linear", "stack_layers"]

ACTIVATIONS: dict[str, type[nn.Module] | None] = {
    "none": None, "relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU,
}  # fmt: skip
MOST_LAYERS, MOST_NEURONS = 50, 10_000  # enough for lessons


def stack_layers(widths: Sequence[int], activation: str) -> nn.Sequential:
    """Return linear layers from each width to the next, with the activation between them and none at the end.

    Examples
    --------
    >>> stack_layers((2, 10, 1), "relu")
    Sequential(
      (0): Linear(in_features=2, out_features=10, bias=True)
      (1): ReLU()
      (2): Linear(in_features=10, out_features=1, bias=True)
    )
    """
    kind = ACTIVATIONS[check_choice("activation", activation, ACTIVATIONS)]
    layers: list[nn.Module] = []
    for n_in, n_out in itertools.pairwise(widths):
        if layers and kind is not None:
            layers.append(kind())
        layers.append(nn.Linear(n_in, n_out))
    return nn.Sequential(*layers)


def merge_linear(model: nn.Module) -> nn.Linear:
    """Return the single linear layer that answers as a stack of linear layers does.

    Parameters
    ----------
    model : torch.nn.Sequential
        Linear layers and nothing else; it stays as it is.

    Returns
    -------
    torch.nn.Linear
        From the inputs of the first layer to the outputs of the last.

    Raises
    ------
    TypeError
        When the model is not a stack of layers.
    ValueError
        When it holds something that is not linear, such as an activation.

    Notes
    -----
    W2 (W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2).

    Examples
    --------
    >>> merge_linear(torch.nn.Sequential(torch.nn.Linear(2, 10), torch.nn.Linear(10, 1)))
    Linear(in_features=2, out_features=1, bias=True)
    """
    if not isinstance(model, nn.Sequential) or len(model) == 0:
        raise TypeError(message("model", "a torch.nn.Sequential of linear layers", model, "Wrap the layers in one."))
    layers = [layer for layer in model if isinstance(layer, nn.Linear)]
    if len(layers) < len(model):
        other = next(layer for layer in model if not isinstance(layer, nn.Linear))
        remedy = "An activation between layers cannot be merged away: that is what it is for."
        raise ValueError(message("model", "made of linear layers only", other, remedy))
    n_in, n_out = layers[0].in_features, layers[-1].out_features
    # The layer that changes nothing, in double precision: rounding should not add up.
    weight, bias = torch.eye(n_in, dtype=torch.float64), torch.zeros(n_in, dtype=torch.float64)
    for layer in layers:
        own = layer.weight.detach().double().cpu()  # (n_out, n_in)
        weight, bias = own @ weight, own @ bias
        if layer.bias is not None:
            bias = bias + layer.bias.detach().double().cpu()
    old = layers[0].weight
    merged = nn.Linear(n_in, n_out, device="meta", dtype=old.dtype).to_empty(device=old.device)  # no random numbers
    with torch.no_grad():
        merged.weight.copy_(weight)
        merged.bias.copy_(bias)
    return merged


class Standardize(nn.Module):
    """Columns brought to mean 0 and deviation 1, with the numbers of the samples it was made from.

    Parameters
    ----------
    X : Tensor of shape (n_samples, n_features)
        The training samples. A column that never changes is only centred.
    """

    def __init__(self, X: torch.Tensor) -> None:
        super().__init__()
        deviation = X.std(dim=0, correction=0)
        # A buffer is saved and moved with the model, and not trained.
        self.mean: torch.Tensor
        self.deviation: torch.Tensor
        self.register_buffer("mean", X.mean(dim=0))
        self.register_buffer("deviation", torch.where(deviation > 0, deviation, 1.0))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return X in units of its deviations, in the precision of the network."""
        return (X.to(self.mean.dtype) - self.mean) / self.deviation


def check_widths(widths: Any, argument: str = "hidden") -> tuple[int, ...]:
    """Return the widths of hidden layers as a tuple, which may be empty."""
    if isinstance(widths, str | bytes) or not isinstance(widths, Sequence):
        raise TypeError(message(argument, "a row of widths", widths, "Pass for example (10,) or (10, 10)."))
    if len(widths) > MOST_LAYERS:
        raise ValueError(message(argument, f"at most {MOST_LAYERS} widths", len(widths), "Leave some out."))
    return tuple(check_integer(f"{argument}[{i}]", width, low=1, high=MOST_NEURONS) for i, width in enumerate(widths))
