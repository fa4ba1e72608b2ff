"""Whether two sets of batches hand out the same samples.

Who judges a model by the samples that it learned from learns nothing about new ones. Batches are made in many ways, but
in the end a sample is a row of a tensor, and two rows at the same place in the computer's memory are the same row. That
is looked up without going through any data.

Left out: copies of samples, and data sets that read each sample when it is asked for: nothing tells these apart.
Next: refusals.py.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler, TensorDataset

__all__ = ["share_samples"]

Pair = tuple[torch.Tensor, torch.Tensor]  # inputs and targets


def share_samples(batches: Any, train: Any) -> bool:
    """Return whether both hand out the same samples, as far as can be seen.

    Examples
    --------
    >>> x, y = torch.arange(8.0)[:, None], torch.arange(8)
    >>> share_samples([(x, y)], [(x, y)]), share_samples([(x[5:], y[5:])], [(x[:5], y[:5])])
    (True, False)
    """
    if _samples(batches) is _samples(train):
        rows, others = _rows(batches), _rows(train)
        return rows is None or others is None or bool(rows & others)
    judged = next(_pairs(batches), None)  # one batch is enough to see that a data set was passed twice
    return judged is not None and any(_share_rows(judged, learned) for learned in _pairs(train))


def _samples(batches: Any) -> Any:
    """Return the object that holds the samples: a DataLoader's data set, the inputs of a Batches, or `batches`."""
    return getattr(batches, "dataset", getattr(batches, "inputs", batches))


def _rows(batches: Any) -> set[int] | None:
    """Return which rows of its data set a DataLoader hands out; None for all, nothing where it cannot be known."""
    if not isinstance(batches, DataLoader):
        return None
    sampler = batches.sampler
    if type(batches.batch_sampler) not in (BatchSampler, type(None)):
        return set()
    if isinstance(sampler, SequentialSampler | RandomSampler):
        return None
    return {int(row) for row in getattr(sampler, "indices", ())}


def _pairs(batches: Any) -> Iterator[Pair]:
    """Yield the tensors that are handed out: those in a list, or those that a Batches or a DataLoader cuts."""
    if type(batches) in (list, tuple):
        found = batches
    elif isinstance(batches, DataLoader):
        whole = isinstance(batches.dataset, TensorDataset) and _rows(batches) is None
        found = [batches.dataset.tensors] if whole else []  # type: ignore[attr-defined]
    else:
        found = [(getattr(batches, "inputs", None), getattr(batches, "targets", None))]
    for pair in found:
        if isinstance(pair, tuple | list) and len(pair) == 2 and all(map(_lies_in_memory, pair)):
            yield pair[0], pair[1]


def _lies_in_memory(values: Any) -> bool:
    """Return whether these are rows of plain numbers with a place in memory."""
    if not isinstance(values, torch.Tensor) or values.is_nested or values.ndim == 0:
        return False
    return values.layout == torch.strided and not values.is_meta


def _share_rows(batch: Pair, other: Pair) -> bool:
    """Return whether two batches share samples: inputs with their targets, since one input may have two questions."""
    inputs, targets = (_rows_apart(mine, theirs) for mine, theirs in zip(batch, other, strict=True))
    return inputs is not None and inputs == targets


def _rows_apart(one: torch.Tensor, other: torch.Tensor) -> int | None:
    """Return how many rows one begins after the other, when both hold some rows of the same table; None otherwise.

    Examples
    --------
    >>> x = torch.arange(10.0)
    >>> _rows_apart(x[5:], x[:6]), _rows_apart(x[5:], x[:5]), _rows_apart(x[::2], x[1::2])
    (5, None, None)
    """
    forms = [(table.device, table.dtype, table.shape[1:], table.stride()) for table in (one, other)]
    step = one.stride(0) * one.element_size()  # bytes from one row to the next
    if forms[0] != forms[1] or step <= 0:
        return None
    apart, rest = divmod(one.data_ptr() - other.data_ptr(), step)
    return apart if rest == 0 and -len(one) < apart < len(other) else None
