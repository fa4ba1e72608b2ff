"""Keeping samples in memory that are slow to read.

Reading and decoding a file costs the same every epoch: keep what comes out of it. What is random must come after the
cache, or the first random change would be shown in every epoch.

A full cache keeps what it has. Throwing out the oldest sounds wiser, but an epoch asks for every sample once: what is
thrown out is always what is needed next, and the cache would never be of use.

Left out: a cache on disk; memory shared between worker processes.
Next: multitask.py.
"""

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch.utils.data import Dataset, get_worker_info

from .._support.checks import check_integer, message

__all__ = ["CachedDataset"]


class CachedDataset(Dataset[Any]):
    """A data set that reads each sample once and changes it anew every time.

    Parameters
    ----------
    dataset : data set
        Has a length and returns the same sample for the same number: without any random change.
    transform : callable, optional
        Called as ``transform(sample)`` after the cache, every time: the place for random changes.
    max_bytes : int, default 1 GiB
        Memory for tensors. Worker processes each have a cache of their own, and each may use its part of this.

    Attributes
    ----------
    hits, misses : int
        Samples from memory and from the data set, of this process. What worker processes count stays in them.

    Raises
    ------
    TypeError
        When the data set has no length or cannot be asked by number.
    IndexError
        When a sample is asked for that the data set does not have; -1 is the last one.

    Notes
    -----
    A DataLoader with workers copies the data set when an epoch begins. Call `fill` before, or the caches are empty
    again in every epoch (unless ``persistent_workers=True``).

    Examples
    --------
    >>> cached = CachedDataset([torch.tensor([1.0]), torch.tensor([2.0])], lambda x: x + torch.rand(1))
    >>> bool(cached[0] == cached[0]), cached.hits, cached.misses  # kept, and still changed each time
    (False, 1, 1)
    """

    def __init__(
        self, dataset: Any, transform: Callable[[Any], Any] | None = None, *, max_bytes: int = 1 << 30
    ) -> None:
        if not hasattr(dataset, "__len__") or not hasattr(dataset, "__getitem__"):
            remedy = "Streams cannot be cached: a list or a torch Dataset can."
            raise TypeError(message("dataset", "a data set with len() and [number]", dataset, remedy))
        if transform is not None and not callable(transform):
            raise TypeError(message("transform", "a function of one sample, or None", transform, "Pass a function."))
        self.dataset, self.transform = dataset, transform
        self.max_bytes = check_integer("max_bytes", max_bytes, low=0)
        self.n_bytes = self.hits = self.misses = 0
        self._kept: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, number: int) -> Any:
        number = self._check(number)
        if number in self._kept:
            self.hits += 1
        sample = self._kept[number] if number in self._kept else self._read(number)
        # A copy: a transform that works in place must not reach what is kept.
        sample = _copy(sample)
        return sample if self.transform is None else self.transform(sample)

    def fill(self) -> "CachedDataset":
        """Read samples until all are kept or the memory is used up, and return the data set.

        Returns
        -------
        CachedDataset
            Itself.
        """
        for number in range(len(self)):
            if number not in self._kept:
                self._read(number)
            if number not in self._kept:
                break
        return self

    def _check(self, number: Any) -> int:
        """Return the number of a sample from 0; one sample has one number, whatever it was called by."""
        expected = f"a whole number from {-len(self)} to {len(self) - 1}"
        try:
            found = operator.index(number)  # of tensors and numpy numbers too
        except TypeError:
            raise TypeError(message("number", expected, number, "Ask for one sample at a time.")) from None
        if not -len(self) <= found < len(self):
            raise IndexError(message("number", expected, number, "Samples are counted from 0."))
        return found % len(self)

    def _read(self, number: int) -> Any:
        """Read a sample, and keep it while there is room."""
        self.misses += 1
        sample = self.dataset[number]
        size, worker = _n_bytes(sample), get_worker_info()
        room = self.max_bytes if worker is None else self.max_bytes // worker.num_workers
        if self.n_bytes + size <= room:
            self._kept[number] = _copy(sample)
            self.n_bytes += size
        return sample

    def __repr__(self) -> str:
        share = len(self._kept) / max(1, len(self))
        return f"{len(self._kept)} of {len(self)} samples kept ({share:.0%}, {self.n_bytes:,} bytes); " + (
            f"{self.hits} answers from memory, {self.misses} from the data set."
        )


def _copy(sample: Any) -> Any:
    """Return a copy of the tensors and arrays in a sample."""
    if isinstance(sample, torch.Tensor):
        return sample.clone()
    if isinstance(sample, dict):
        return {name: _copy(part) for name, part in sample.items()}
    if type(sample) in (tuple, list):
        return type(sample)(_copy(part) for part in sample)
    return sample.copy() if hasattr(sample, "copy") and hasattr(sample, "nbytes") else sample


def _n_bytes(sample: Any) -> int:
    """Return the memory that a sample's tensors take; whatever else there is counts as 64 bytes."""
    if isinstance(sample, dict):
        return sum(map(_n_bytes, sample.values()))
    if type(sample) in (tuple, list):
        return sum(map(_n_bytes, sample))
    return int(getattr(sample, "nbytes", 64))
