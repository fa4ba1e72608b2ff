"""Checkers for batches, samplers and splits, without torch. The texts are in data.toml.

Next: `_training.py`.
"""

import math
from typing import Any

import numpy as np

from .._support.language import say
from .compare import as_array
from .judge import NotYetError, call, expect


def n_batches(answer: Any) -> None:
    for n, size, drop in ((100, 10, False), (100, 32, False), (100, 32, True), (5, 8, False), (5, 8, True)):
        want = n // size if drop else math.ceil(n / size)
        slips = {
            "the last batch, which is not full, counts too.": n // size,
            "the batch that is not full is left out here.": math.ceil(n / size),
            "a batch too many when the division leaves nothing over.": n // size + 1,
            "the result is a whole number.": n / size,
        }
        expect(answer, (n, size, drop), want, slips)


def epoch_loss(answer: Any) -> None:
    for losses, sizes in (([1.0, 1.0, 4.0], [32, 32, 8]), ([0.5, 2.0], [3, 1]), ([0.7], [5])):
        total = sum(loss * size for loss, size in zip(losses, sizes, strict=True))
        slips = {
            "a batch of few samples counts as much as a full one.": sum(losses) / len(losses),
            "this is a sum over the samples.": total,
            "this was divided by the number of batches.": total / len(losses),
            "this is the last batch alone.": losses[-1],
        }
        expect(answer, (losses, sizes), total / sum(sizes), slips)


def shuffled_batches(answer: Any) -> None:
    for n, size in ((10, 3), (12, 4), (3, 5)):
        batches = _rows(call(answer, n, size, 0))
        lengths = [size] * (n // size) + ([n % size] if n % size else [])
        flat = [row for batch in batches for row in batch]
        if sorted(flat) != list(range(n)):
            missing = set(range(n)) - set(flat)
            hint = say("For {n} rows in batches of {size}, the rows are not 0 to {last}, each once.")
            if missing:
                hint = say("For {n} rows in batches of {size}, {missing} of {n} rows are missing.")
            if missing and len(missing) == n % size:
                hint += " " + say("Is the last batch there?")
            raise NotYetError(hint.format(n=n, size=size, last=n - 1, missing=len(missing)))
        if [len(batch) for batch in batches] != lengths:
            hint = say("For {n} rows in batches of {size}, the lengths are {lengths}.")
            raise NotYetError(hint.format(n=n, size=size, lengths=[len(batch) for batch in batches]))
        if batches != _rows(call(answer, n, size, 0)):
            raise NotYetError("Two calls with the same seed gave different batches.")
    others = [[row for batch in _rows(call(answer, 12, 4, seed)) for row in batch] for seed in range(4)]
    if all(rows == sorted(rows) for rows in others):
        raise NotYetError("The rows come in their own order: shuffle them first.")
    if all(rows == others[0] for rows in others):
        raise NotYetError("The seed has no effect: every seed gives the same order.")
    if all(sorted(rows[:4]) == [0, 1, 2, 3] or sorted(rows[-4:]) == [0, 1, 2, 3] for rows in others):
        raise NotYetError("The same rows always share a batch: shuffle the rows, not the batches.")


def _rows(batches: Any) -> list[list[int]]:
    """Return what came as lists of whole numbers."""
    if not isinstance(batches, list | tuple) or not all(
        isinstance(batch, list | tuple | np.ndarray) for batch in batches
    ):
        raise NotYetError("A list of lists of row numbers is asked for.")
    arrays = [as_array(batch) for batch in batches]
    if not all(array.dtype.kind in "iu" for array in arrays):
        raise NotYetError("Row numbers are whole numbers, and no batch is empty.")
    return [array.ravel().tolist() for array in arrays]


def sample_weights(answer: Any) -> None:
    for given in ([0, 0, 0, 1], [2, 0, 2, 2, 0, 1], [5, 5, 7], [1, 1]):
        labels = np.array(given)
        classes, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
        inverse = 1 / counts[place]
        slips = {
            "there is one weight for each class; every sample has its own.": 1 / counts / (1 / counts).sum(),
            "common classes get more instead of less.": counts[place] / counts[place].sum(),
            "the proportions are right, but the weights do not add up to 1.": inverse,
            "all samples weigh the same: common classes come more often.": np.full(len(labels), 1 / len(labels)),
        }
        expect(answer, (labels,), inverse / len(classes), slips)


def pad(answer: Any) -> None:
    for sequences in ([[1.0, 2.0, 3.0], [4.0]], [[0.0, 5.0], [6.0, 0.0]], [[7.0]], [[], [1.0, 2.0]]):
        longest = max(map(len, sequences))
        table, mask = np.zeros((len(sequences), longest)), np.zeros((len(sequences), longest), bool)
        front = table.copy()
        for row, numbers in enumerate(sequences):
            table[row, : len(numbers)], mask[row, : len(numbers)] = numbers, True
            front[row, longest - len(numbers) :] = numbers
        slips = {
            "the mask is the wrong way round: True is where a number is.": (table, ~mask),
            "a 0 may be a number of its own: make the mask from the lengths.": (table, table != 0),
            "the zeros belong at the end.": (front, front != 0),
            "the mask is made of numbers; truth values are asked for.": (table, mask.astype(float)),
            "only the table came; a mask is asked for too.": table,
        }
        expect(answer, (sequences,), (table, mask), slips)
