"""LoRA: leave a large model as it is, and train a small difference beside each of its matrices.

The idea: fine-tuning changes a matrix W by something simple. Write the change as a product of two thin matrices, B A,
and train only those: with 768 rows and columns and rank 8 they have 12,288 numbers in place of 589,824. B starts at
zero, so that nothing changes at first; at the end W + B A is one matrix again, and costs nothing more.

Left out: weights in 4 bits under the adapters (QLoRA).
Next: judging.py.

References
----------
Hu and others, "LoRA: low-rank adaptation of large language models", 2021.
"""

from __future__ import annotations

from typing import Any, TypeVar

import torch
from torch import nn

from .._support.chance import torch_seed
from .._support.checks import check_integer, check_number, message
from .int8 import called_layers

__all__ = ["LoraLinear", "add_lora", "merge_lora"]

M = TypeVar("M", bound=nn.Module)


class LoraLinear(nn.Module):
    """A linear layer that is kept, with a trained difference of low rank beside it.

    Parameters
    ----------
    linear : torch.nn.Linear
        Stays as it is.
    rank : int
        Rows of `down` and columns of `up`.
    alpha : float
        The difference counts alpha / rank times, so that the rank can change without a new learning rate.
    """

    def __init__(self, linear: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.linear, self.scale = linear, alpha / rank
        weight = linear.weight
        down = torch.randn(rank, linear.in_features, device=weight.device) / linear.in_features**0.5
        self.down = nn.Parameter(down.to(weight.dtype))
        self.up = nn.Parameter(weight.new_zeros(linear.out_features, rank))  # zero: no change yet

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x W^T + bias + scale * x A^T B^T: (..., n_in) to (..., n_out)."""
        change = (x @ self.down.T) @ self.up.T  # thin products: (..., rank), then (..., n_out)
        return self.linear(x) + self.scale * change  # type: ignore[no-any-return]

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """Return the layer with the difference added to its matrix."""
        self.linear.weight += self.scale * self.up @ self.down
        return self.linear


def add_lora(model: M, *, rank: int = 8, alpha: float = 16.0, seed: int = 0) -> M:
    """Give every linear layer of a model's blocks an adapter, and let nothing but adapters be trained.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place. Of a GPT the layers inside the blocks, of another model all linear layers but those inside
        torch's MultiheadAttention and TransformerEncoderLayer, which read their matrices and know of no adapters.
    rank : int, default 8
        Width of the thin matrices.
    alpha : float, default 16.0
        Weight of the difference, divided by the rank.
    seed : int, default 0
        For the first thin matrix.

    Returns
    -------
    torch.nn.Module
        The same model. It computes what it did before, until its adapters are trained.

    Raises
    ------
    TypeError, ValueError
        When there is no linear layer, or adapters are there already.

    Examples
    --------
    >>> model = add_lora(nn.Sequential(nn.Linear(100, 50)), rank=2)
    >>> sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    300
    """
    if not isinstance(model, nn.Module):
        raise TypeError(message("model", "a torch.nn.Module", model, "Pass a GPT."))
    check_integer("rank", rank, low=1)
    alpha = check_number("alpha", alpha, above=0)
    if any(isinstance(module, LoraLinear) for module in model.modules()):
        raise ValueError("`model` has adapters already. Merge them first with merge_lora(model).")
    called = {id(layer) for layer in called_layers(model)}
    places = _places(getattr(getattr(model, "body", model), "blocks", model), nn.Linear)
    places = [place for place in places if id(place[2]) in called]
    if not places:
        remedy = "Adapters stand beside matrices; int8 layers and torch's MultiheadAttention offer none."
        raise ValueError(message("model", "a model with linear layers in its blocks", type(model).__name__, remedy))
    model.requires_grad_(False)
    with torch_seed(seed):
        for parent, name, layer in places:
            setattr(parent, name, LoraLinear(layer, rank, alpha))
    return model


def merge_lora(model: M) -> M:
    """Add every adapter to its matrix and take it away; all weights can be trained again.

    Parameters
    ----------
    model : torch.nn.Module
        What `add_lora` returned; changed in place.

    Returns
    -------
    torch.nn.Module
        The same model, with the layers it had before.

    Raises
    ------
    TypeError, ValueError
        When there are no adapters.

    Examples
    --------
    >>> model = merge_lora(add_lora(nn.Sequential(nn.Linear(4, 4))))
    >>> type(model[0]).__name__
    'Linear'
    """
    if not isinstance(model, nn.Module):
        raise TypeError(message("model", "a torch.nn.Module", model, "Pass what `add_lora` returned."))
    places = _places(model, LoraLinear)
    if not places:
        raise ValueError(message("model", "a model with adapters", type(model).__name__, "Call add_lora first."))
    for parent, name, layer in places:
        setattr(parent, name, layer.merged())
    return model.requires_grad_(True)


def _places(model: nn.Module, kind: type[nn.Module]) -> list[tuple[nn.Module, str, Any]]:
    """Return where the layers of a kind hang: the module above, the name, the layer."""
    return [
        (parent, name, layer)
        for parent in model.modules()
        for name, layer in parent.named_children()
        if isinstance(layer, kind)
    ]
