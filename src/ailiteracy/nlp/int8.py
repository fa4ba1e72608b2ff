"""Whole numbers for weights: a quarter of the memory, and a faster next token.

The idea: writing one token reads every weight once, and reading is what takes the time. Store each weight as a whole
number from -127 to 127 and one float for each row; a row's largest weight becomes 127.

Left out: rounding with the help of data (GPTQ, AWQ), four bits, training.
Next: held_out.py, for how good a model is; then pretraining.py, where it learns.
"""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from torch import nn

from .._support.checks import message

__all__ = ["Int8Linear", "quantize_int8"]

LARGEST = 127  # -128 stays unused, so that both signs reach equally far
TINY = 1e-30  # a row of zeros has no largest number to divide by
# In evaluation mode these read the matrices of their linear layers and do not call the layers.
READERS = (nn.MultiheadAttention, nn.TransformerEncoderLayer)

M = TypeVar("M", bound=nn.Module)


class Int8Linear(nn.Module):
    """A linear layer whose weights are whole numbers with one factor for each row.

    Parameters
    ----------
    linear : torch.nn.Linear
        What it stands for; not changed.

    Notes
    -----
    The processor multiplies whole numbers by whole numbers, so each input vector is rounded in the same way, by its own
    largest number, when it comes. That is harmless unless a few inputs are far larger than all others, as in models of
    several thousand million weights.

    References
    ----------
    Dettmers and others, "LLM.int8()", 2022.

    Examples
    --------
    >>> linear = nn.Linear(2, 1, bias=False)
    >>> linear.weight.data = torch.tensor([[127.0, -3.2]])
    >>> Int8Linear(linear).weight.tolist()
    [[127, -3]]
    """

    weight: torch.Tensor  # (n_out, n_in), int8
    step: torch.Tensor  # (n_out,), the float that the whole number 1 stands for; float32, as smaller types lose it
    bias: torch.Tensor | None

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        step = weight.abs().amax(dim=1).clamp_min(TINY) / LARGEST
        self.register_buffer("weight", (weight / step[:, None]).round().to(torch.int8).contiguous())
        self.register_buffer("step", step)
        self.register_buffer("bias", None if linear.bias is None else linear.bias.detach().clone())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x @ weights + bias: (..., n_in) to (..., n_out), in the type of x."""
        if self.training and x.requires_grad and torch.is_grad_enabled():
            remedy = "Train the model first, then call quantize_int8."
            raise ValueError(f"`model` holds layers of int8, which compute but cannot be trained. {remedy}")
        rows = x.reshape(-1, x.shape[-1])  # (N, n_in)
        if rows.device.type != "cpu":  # other processors: weights back to floats
            out = rows @ (self.weight * self.step[:, None]).to(x.dtype).T
        else:
            out = self._whole_numbers(rows.float())
        if self.bias is not None:
            out = out + self.bias
        return out.to(x.dtype).reshape(*x.shape[:-1], -1)

    def _whole_numbers(self, rows: torch.Tensor) -> torch.Tensor:
        """Return rows (N, n_in) @ weights, (N, n_out), both float32.

        The products of whole numbers are added up exactly in 32 bits.
        """
        step = rows.abs().amax(dim=1, keepdim=True).clamp_min_(TINY) / LARGEST  # (N, 1)
        whole = (rows / step).round_().to(torch.int8)  # (N, n_in)
        if whole.shape == (1, self.weight.shape[1]) and not torch.compiler.is_compiling():
            from ._fast_rows import times_vector  # numba is loaded with the first token that is written

            return times_vector(self.weight, whole[0])[None] * (step * self.step)
        if whole.shape[1] == 1:  # a product without a sum, which the next line gets wrong in some releases of torch
            return (whole * step) @ (self.weight.T * self.step)
        # One private name of torch, which its own quantization library builds on; a test holds it to the plain product.
        return torch._int_mm(whole, self.weight.T) * (step * self.step)


def quantize_int8(model: M) -> M:
    """Return a copy of a model whose linear layers hold whole numbers; it can compute but not be trained.

    Parameters
    ----------
    model : torch.nn.Module
        A GPT, for example; not changed. Embeddings and normalisations stay floats, and so do the layers inside
        torch's MultiheadAttention and TransformerEncoderLayer, which read their matrices as floats.

    Returns
    -------
    torch.nn.Module
        A copy in evaluation mode.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(4, 4))
    >>> quantize_int8(model)[0].weight.dtype
    torch.int8
    """
    if not isinstance(model, nn.Module):
        raise TypeError(message("model", "a torch.nn.Module", model, "Pass a GPT."))
    linear = called_layers(model)
    if not linear:
        remedy = "Was it quantized before? Those of torch's MultiheadAttention and TransformerEncoderLayer stay floats."
        raise ValueError(f"`model` {type(model).__name__} has no linear layer to quantize. {remedy}")
    # deepcopy takes what this table names in place of a copy: the large floats are never copied.
    in_place_of: dict[int, object] = {id(layer): Int8Linear(layer) for layer in linear}
    return copy.deepcopy(model, in_place_of).eval()


def called_layers(model: nn.Module) -> list[nn.Linear]:
    """Return the linear layers that something else can stand in for: all but those whose owner reads their matrices."""
    read = {id(part) for owner in model.modules() if isinstance(owner, READERS) for part in owner.modules()}
    return [part for part in model.modules() if isinstance(part, nn.Linear) and id(part) not in read]
