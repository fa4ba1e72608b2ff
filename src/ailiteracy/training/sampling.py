"""Which samples go where, and how often each is drawn.

Rare classes cause two accidents. A random split may leave a part without them: split within each class. And a network
that sees them once in a hundred samples does well by ignoring them: draw each class equally often while training.

Left out: weighting the loss, the other way to balance (``F.cross_entropy(..., weight=...)``).
Next: caching.py.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import WeightedRandomSampler

from .._support.arrays import as_array, plain_labels
from .._support.chance import as_generator
from .._support.checks import check_integer, check_number, check_seed, message

__all__ = ["balanced_sampler", "stratified_split"]

Rows = npt.NDArray[np.int64]


def stratified_split(labels: Any, parts: Sequence[float] = (0.8, 0.1, 0.1), *, rng: Any = 0) -> tuple[Rows, ...]:
    """Return the sample numbers of each part, every class divided in the same proportions.

    Parameters
    ----------
    labels : array_like of int or str, shape (n,)
        Class of each sample.
    parts : sequence of float, default (0.8, 0.1, 0.1)
        Shares that add up to 1, such as training, validation and test.
    rng : int, numpy.random.Generator or None, default 0
        Who goes where.

    Returns
    -------
    tuple of ndarray of int
        One array for each part, shuffled. Each class has its share in each part to within one sample; no sample is lost
        or stands in two parts.

    Raises
    ------
    ValueError
        When the shares do not add up to 1, or a class is too small to have a sample in every part.

    Examples
    --------
    >>> train, test = stratified_split([0] * 8 + [1] * 4, (0.75, 0.25))
    >>> len(train), len(test), sorted(int(row) >= 8 for row in test)
    (9, 3, [False, False, True])
    """
    labels = _check_labels(labels)
    shares = np.array([check_number("parts", part, above=0, high=1) for part in parts])
    if len(shares) < 2 or abs(shares.sum() - 1) > 1e-9:
        remedy = "For example (0.8, 0.1, 0.1)."
        raise ValueError(message("parts", "at least two shares that add up to 1", tuple(parts), remedy))
    generator = as_generator(rng)
    rows: list[list[Rows]] = [[] for _ in shares]
    owed = np.zeros(len(shares))  # what rounding has cost each part so far
    for name in np.unique(labels):
        own = generator.permutation(np.flatnonzero(labels == name))
        exact = np.round(len(own) * shares, 9)  # 30 * 0.1 is 3.0000000000000004
        if exact.min() < 1:
            needed = int(np.ceil(1 / shares.min() - 1e-9))
            remedy = "Collect more of it, drop it, or make the smallest part larger."
            expected = f"at least {needed} samples of class {name} for a part of {shares.min():g}"
            raise ValueError(message("labels", expected, len(own), remedy))
        # Whole samples first; those left over go where most is owed.
        counts = np.floor(exact).astype(int)
        owed += exact - counts
        for part in np.argsort(-np.where(exact > counts, owed, -np.inf), kind="stable")[: len(own) - counts.sum()]:
            counts[part] += 1
            owed[part] -= 1
        for part, chosen in enumerate(np.split(own, np.cumsum(counts)[:-1])):
            rows[part].append(chosen)
    return tuple(generator.permutation(np.concatenate(part)) for part in rows)


def balanced_sampler(labels: Any, *, n_samples: int | None = None, seed: int = 0) -> WeightedRandomSampler:
    """Return a sampler that draws every class equally often, for DataLoader's ``sampler``.

    Parameters
    ----------
    labels : array_like of int or str, shape (n,)
        Class of each sample of the data set.
    n_samples : int, optional
        Samples in an epoch; by default n. Rare samples come again and again, so that a pass no longer shows all others.
    seed : int, default 0
        The sampler has a generator of its own.

    Returns
    -------
    torch.utils.data.WeightedRandomSampler
        Each sample's weight is 1 / (samples of its class).

    Raises
    ------
    ValueError
        When there are no labels.

    Examples
    --------
    >>> sampler = balanced_sampler([0] * 99 + [1])
    >>> 30 < sum(row == 99 for row in sampler) < 70  # of 100 draws
    True
    """
    labels = _check_labels(labels)
    n_samples = len(labels) if n_samples is None else check_integer("n_samples", n_samples, low=1)
    # One weight for each sample, found by its label; a weight for each class would be read by sample number.
    _, numbers, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights = (1 / counts)[numbers]  # (n,)
    generator = torch.Generator().manual_seed(check_seed(seed))
    return WeightedRandomSampler(weights.tolist(), n_samples, replacement=True, generator=generator)


def _check_labels(labels: Any) -> npt.NDArray[Any]:
    array = plain_labels(as_array("labels", labels))
    if array.ndim != 1 or len(array) == 0:
        raise ValueError(message("labels", "a row of classes, shape (n,)", labels, "Pass one label for each sample."))
    if np.issubdtype(array.dtype, np.floating):
        raise TypeError(message("labels", "whole class numbers or names", array, "Classes are no amounts: use ints."))
    if array.dtype == object:  # names and numbers mixed, or gaps such as None
        odd = next(label for label in array if not isinstance(label, str))
        remedy = "Drop samples without a class, and give all names or all numbers."
        raise TypeError(message("labels", "whole class numbers or names", odd, remedy))
    return array
