import collections
import multiprocessing

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from ailiteracy.training import CachedDataset

FORK = "fork" in multiprocessing.get_all_start_methods()
needs_fork = pytest.mark.skipif(not FORK, reason="worker processes that are forked need fork")
# Newer Pythons warn of every fork of a process with threads; torch has some.
quiet_fork = pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")


class Slow(Dataset):
    """Counts how often each sample is read."""

    def __init__(self, n=10):
        self.n, self.reads = n, collections.Counter()

    def __len__(self):
        return self.n

    def __getitem__(self, number):
        self.reads[number] += 1
        return torch.full((4,), float(number)), number  # 16 bytes, and 64 for the number


def epoch(data):
    return [data[number] for number in range(len(data))]


def test_each_sample_is_read_once_and_changed_every_time():
    slow = Slow()
    generator = torch.Generator().manual_seed(0)
    data = CachedDataset(slow, lambda sample: (sample[0] + torch.rand(4, generator=generator), sample[1]))
    first, second = epoch(data), epoch(data)
    assert set(slow.reads.values()) == {1}
    # The augmentation is not frozen.
    assert all(not torch.equal(a, b) for (a, _), (b, _) in zip(first, second, strict=True))
    assert (data.hits, data.misses, data.n_bytes) == (10, 10, 10 * 80)


def test_what_is_kept_cannot_be_changed_from_outside():
    data = CachedDataset([{"x": torch.zeros(2), "y": (np.zeros(2), [torch.zeros(1)])}])
    for _ in range(2):
        sample = data[0]
        assert sample["x"].sum() == sample["y"][0].sum() == sample["y"][1][0].sum() == 0
        sample["x"] += 1
        sample["y"][0][:] = 1
        sample["y"][1][0].fill_(1)


def test_memory_is_bounded_and_a_full_cache_stays_useful():
    data = CachedDataset(Slow(), max_bytes=4 * 80 + 79)
    for _ in range(3):
        epoch(data)
    assert data.n_bytes == 4 * 80
    assert (data.hits, data.misses) == (2 * 4, 10 + 2 * 6)
    assert "4 of 10 samples kept (40%" in str(data)


def test_throwing_out_the_oldest_would_never_be_of_use():
    """Why nothing is thrown out: an LRU cache of 9 of 10 places finds nothing when epochs ask in order."""
    kept, hits = collections.OrderedDict(), 0
    for _ in range(3):
        for number in range(10):
            hits += number in kept
            kept[number] = None
            kept.move_to_end(number)
            if len(kept) > 9:
                kept.popitem(last=False)
    assert hits == 0


def test_fill():
    slow = Slow()
    data = CachedDataset(slow, max_bytes=4 * 80).fill()
    assert data.misses == 5  # the fifth did not fit
    epoch(data)
    assert data.hits == 4
    assert slow.reads[0] == 1


@needs_fork
@quiet_fork
def test_workers_use_what_was_filled_before_and_keep_to_their_part_of_the_memory():
    slow = Slow(4)
    data = CachedDataset(slow, max_bytes=10**6).fill()
    loader = DataLoader(data, batch_size=2, num_workers=2, multiprocessing_context="fork")
    numbers = [int(number) for _, batch in loader for number in batch]
    assert numbers == [0, 1, 2, 3]
    assert data.hits == 0  # counted in the workers, which are other processes


class Room(CachedDataset):
    """Tells how many bytes the process keeps."""

    def __getitem__(self, number):
        super().__getitem__(number)
        return self.n_bytes


@needs_fork
@quiet_fork
def test_two_workers_share_the_limit():
    loader = DataLoader(Room(Slow(10), max_bytes=4 * 80), batch_size=1, num_workers=2, multiprocessing_context="fork")
    assert max(int(kept) for kept in loader) == 2 * 80


def test_one_sample_has_one_number_whatever_it_is_called_by():
    slow = Slow(4)
    data = CachedDataset(slow)
    for number in (3, -1, torch.tensor(3), np.int64(-1), torch.tensor(3)):
        assert data[number][1] == 3
    assert slow.reads == {3: 1}
    assert (data.hits, data.misses) == (4, 1)
    assert [number for _, number in data] == [0, 1, 2, 3]  # a walk ends with the samples


def test_nothing_is_kept_without_memory():
    data = CachedDataset(Slow(3), max_bytes=0)
    epoch(data), epoch(data)
    assert (data.hits, data.misses, data.n_bytes) == (0, 6, 0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CachedDataset(iter([1])), TypeError, ["`dataset`", "len()", "Streams"]),
        (lambda: CachedDataset([1], 3), TypeError, ["`transform`", "a function", "got 3"]),
        (lambda: CachedDataset([1], max_bytes=-1), ValueError, ["`max_bytes`", ">= 0"]),
        (lambda: CachedDataset([1, 2])[2], IndexError, ["`number`", "from -2 to 1", "got 2"]),
        (lambda: CachedDataset([1, 2])[-3], IndexError, ["`number`", "from -2 to 1", "got -3"]),
        (lambda: CachedDataset([1, 2])[0:1], TypeError, ["`number`", "whole number", "one sample at a time"]),
        (lambda: CachedDataset([1], max_bytes=1e9), TypeError, ["`max_bytes`", "an integer"]),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
