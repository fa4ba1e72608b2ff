"""Samples of different sizes in one batch.

A tensor is a box: short sequences and small pictures are filled up to the largest. What was filled must be known later,
and cannot be read off the values: a real last element may well equal the padding. So a mask goes along, made from the
sizes.

Left out: sorting samples by length to save padding.
Next: sampling.py.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from .._support.checks import check_integer, check_number, message

__all__ = ["pad_collate"]


def pad_collate(
    samples: Sequence[Any], *, dims: Sequence[int] = (0,), padding: float = 0
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Return samples of different sizes as one batch with a mask; for DataLoader's ``collate_fn``.

    Parameters
    ----------
    samples : sequence of (inputs, target)
        Inputs: tensors with the same number of dimensions. Targets: numbers or tensors of one shape.
    dims : sequence of int, default (0,)
        Dimensions that may differ: (0,) for sequences of shape (T, ...), (1, 2) for pictures of shape (channels,
        height, width); with ``functools.partial(pad_collate, dims=(1, 2))``.
    padding : float, default 0
        What the rest is filled with, at the end of each dimension.

    Returns
    -------
    inputs : dict
        "inputs", shape (B, ...), and "mask", bool, shape (B, T) or (B, height, width): True where something real
        stands. `fit` hands the entries to the model by name.
    targets : Tensor
        Shape (B, ...).

    Raises
    ------
    ValueError
        When there are no samples, one is empty, sizes differ elsewhere, targets differ in shape, or the inputs' type
        cannot hold the padding.

    Examples
    --------
    >>> inputs, targets = pad_collate([(torch.tensor([5, 0]), 1), (torch.tensor([7]), 0)])
    >>> inputs["inputs"].tolist(), inputs["mask"].tolist()
    ([[5, 0], [7, 0]], [[True, True], [True, False]])
    """
    tensors = _check(samples)
    targets = _stack_targets([sample[1] for sample in samples])
    padding = _check_padding(padding, tensors)
    n_dims = tensors[0].ndim
    dims = [check_integer("dims", dim, low=0, high=n_dims - 1) for dim in dims]
    fixed = [[size for dim, size in enumerate(tensor.shape) if dim not in dims] for tensor in tensors]
    if any(tensor.ndim != n_dims for tensor in tensors) or any(sizes != fixed[0] for sizes in fixed):
        shapes = sorted({tuple(tensor.shape) for tensor in tensors})
        remedy = "Name the dimensions that may differ: dims=(1, 2) for pictures."
        raise ValueError(message("samples", f"inputs that differ only in dims {tuple(dims)}", shapes, remedy))
    largest = [max(tensor.shape[dim] for tensor in tensors) for dim in range(n_dims)]
    padded, masks = [], []
    for tensor in tensors:
        # F.pad counts from the last dimension: (0, missing on the right), (0, missing below), ...
        missing = [part for dim in reversed(range(n_dims)) for part in (0, largest[dim] - tensor.shape[dim])]
        padded.append(F.pad(tensor, missing, value=padding))
        mask = torch.zeros([largest[dim] for dim in dims], dtype=torch.bool)
        mask[tuple(slice(tensor.shape[dim]) for dim in dims)] = True
        masks.append(mask)
    inputs = {"inputs": torch.stack(padded), "mask": torch.stack(masks)}
    return inputs, targets


def _check(samples: Any) -> list[torch.Tensor]:
    """Return the inputs of the samples."""
    if not isinstance(samples, Sequence) or len(samples) == 0:
        raise ValueError(message("samples", "a list of at least one sample", samples, "DataLoader passes a list."))
    for sample in samples:
        if not isinstance(sample, tuple | list) or len(sample) != 2 or not isinstance(sample[0], torch.Tensor):
            remedy = "Return (tensor, target) from the data set."
            raise TypeError(message("samples", "pairs (tensor, target)", sample, remedy))
        if sample[0].ndim == 0 or sample[0].numel() == 0:
            remedy = "Drop empty samples: no mask could show them."
            raise ValueError(message("samples", "inputs with something in them", sample[0], remedy))
    return [sample[0] for sample in samples]


def _stack_targets(targets: list[Any]) -> torch.Tensor:
    """Return the targets as one tensor of shape (B, ...)."""
    try:
        tensors = [torch.as_tensor(target) for target in targets]
    except (TypeError, ValueError, RuntimeError):  # texts, rows of unequal length
        remedy = "Turn names into class numbers."
        raise TypeError(message("samples", "pairs whose targets are numbers or tensors", targets, remedy)) from None
    if len({tensor.shape for tensor in tensors}) > 1:
        shapes = sorted({tuple(tensor.shape) for tensor in tensors})
        remedy = "Targets are not padded: fill them up in the data set, for example with -100."
        raise ValueError(message("samples", "pairs whose targets have one shape", shapes, remedy))
    return torch.stack(tensors)


def _check_padding(number: Any, tensors: list[torch.Tensor]) -> float:
    """Return the padding when every tensor can hold it as it is."""
    padding: float = check_number("padding", number)
    for dtype in {tensor.dtype for tensor in tensors if not (tensor.is_floating_point() or tensor.is_complex())}:
        low, high = (0, 1) if dtype == torch.bool else (torch.iinfo(dtype).min, torch.iinfo(dtype).max)
        if padding != int(padding) or not low <= padding <= high:
            expected = f"a whole number from {low} to {high} for inputs of type {dtype}"
            raise ValueError(message("padding", expected, padding, "Choose another, or turn the inputs into floats."))
    return padding
