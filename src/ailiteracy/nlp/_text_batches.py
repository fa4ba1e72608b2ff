"""Batches of texts with labels: the classes equally often, texts of alike length together.

The idea: an epoch takes as many texts of each class as the rarest has, drawn anew each time, so that in a few epochs
all are seen. Texts are sorted by length within a few batches: less padding, and the order stays random at large.

Left out: weights for classes in the loss.
Next: instructions.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from .data import pad_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

__all__ = ["TextBatches", "text_batch"]

SORTED = 16  # batches that are sorted by length together


class TextBatches:
    """Batches of texts in a new order each pass, the classes equally often if asked for."""

    def __init__(
        self, rows: list[list[int]], labels: npt.NDArray[np.int64], batch_size: int, balance: bool, seed: int
    ) -> None:
        self.rows, self.labels, self.batch_size = rows, labels, batch_size
        self.groups = [torch.tensor(np.flatnonzero(labels == label)) for label in np.unique(labels)]
        sizes = [len(group) for group in self.groups]
        self.taken = [min(sizes)] * len(sizes) if balance else sizes
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return -(-sum(self.taken) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[dict[str, torch.Tensor], torch.Tensor]]:
        # 1. Which texts: as many of each class as are taken, drawn anew.
        picked = [
            group[torch.randperm(len(group), generator=self.generator)[:n]]
            for group, n in zip(self.groups, self.taken, strict=True)
        ]
        order = torch.cat(picked)
        order = order[torch.randperm(len(order), generator=self.generator)]
        # 2. A few batches at a time sorted by length, cut, and shuffled again.
        batches = []
        for part in torch.split(order, SORTED * self.batch_size):
            alike = sorted(part.tolist(), key=lambda k: len(self.rows[k]))
            batches += [alike[start : start + self.batch_size] for start in range(0, len(alike), self.batch_size)]
        for k in torch.randperm(len(batches), generator=self.generator).tolist():
            yield text_batch([self.rows[row] for row in batches[k]], self.labels[batches[k]])


def text_batch(rows: list[list[int]], labels: npt.NDArray[np.int64]) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Return inputs by the names that the classifier's `forward` has for them, and targets."""
    batch = pad_batch(rows, 0)  # any id will do: the classifier never looks there
    return {"ids": batch.ids, "last": batch.last}, torch.tensor(labels)
