"""Batches of row numbers, whose pictures are fetched when the batch is.

`Batches` hands out rows of a tensor. Here its rows are numbers, and only the pictures with these numbers are brought
into memory, batch by batch, from wherever they lie: a tensor, or a tensor that looks into a file larger than memory. A
training part and a validation part of one set are then two lists of numbers; no picture is copied to divide it.

Left out: pictures that are decoded when asked for; a DataLoader on picture_files.py does that.
Next: recipes.py.
"""

from typing import Any

import torch

from ..training.batches import Batches
from .augment import alternating_flip
from .recipes import Change

__all__ = ["picture_batches"]


def picture_batches(
    images: torch.Tensor,
    labels: torch.Tensor,
    rows: torch.Tensor,
    *,
    change: Change | None = None,
    turns: bool = False,
    **options: Any,
) -> Batches:
    """Return batches of the pictures in some rows.

    Parameters
    ----------
    images : Tensor of shape (n, channels, height, width)
        All pictures; they are not copied.
    labels : Tensor of int, shape (n,)
        Their classes.
    rows : Tensor of int, shape (n_rows,)
        Which of them to hand out.
    change : callable, optional
        Called as ``change(images, generator)`` on the pictures of a batch, for random changes.
    turns : bool, default False
        Whether each picture is mirrored in every other pass; which side comes first is chance.
    **options
        Of `Batches`: ``batch_size``, ``shuffle``, ``seed``.

    Returns
    -------
    Batches
        Pairs (pictures, labels); its ``inputs`` are places in `rows`.

    Examples
    --------
    >>> images, labels = torch.arange(4).reshape(4, 1, 1, 1), torch.arange(4) * 10
    >>> batches = picture_batches(images, labels, torch.tensor([0, 2, 3]), batch_size=2)
    >>> [(pictures.flatten().tolist(), targets.tolist()) for pictures, targets in batches]
    [([0, 2], [0, 20]), ([3], [30])]
    """
    fetch = _Fetch(images, rows, change)
    batches = Batches(torch.arange(len(rows)), labels[rows], transform=fetch, **options)
    if turns:
        fetch.first = torch.rand(len(rows), generator=batches.generator) < 0.5  # (n_rows,)
    return batches


class _Fetch:
    """What `Batches` calls with the places of a batch: the pictures, mirrored if it is their turn, then changed."""

    def __init__(self, images: torch.Tensor, rows: torch.Tensor, change: Change | None) -> None:
        self.images, self.rows, self.change = images, rows, change
        self.first: torch.Tensor | None = None
        self.n_fetched = 0

    def __call__(self, places: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        images = self.images[self.rows[places]]  # (batch, channels, height, width); the only copy
        if self.first is not None:
            n_passes = self.n_fetched // len(self.rows)
            images = alternating_flip(images, n_passes, first=self.first[places])
        self.n_fetched += len(places)
        return images if self.change is None else self.change(images, generator)
