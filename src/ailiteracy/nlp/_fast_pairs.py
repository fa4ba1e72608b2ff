"""The fast twin of byte_pairs.py: the same merges and the same cuts, with books kept instead of counting again.

The idea: remember for each pair how often it stands and in which words. A merge then touches only the words that hold
its pair. A heap has the most frequent pair on top; an entry whose count has changed is put back with the right one.

Left out: threads, and compiled code. Most time goes into splitting the text into words, which is compiled already.
Next: bpe.py.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from .._support.progress import progress_bar
from .byte_pairs import merge_pair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .byte_pairs import Pair

__all__ = ["cut_long_word", "learn_pairs_fast"]


def learn_pairs_fast(counted: Mapping[bytes, int], n_merges: int, *, progress: bool = False) -> list[tuple[Pair, int]]:
    """Return the first merges as (pair, count), the same as `learn_pairs`."""
    words = [list(word) for word in counted]
    times = list(counted.values())
    counts: defaultdict[Pair, int] = defaultdict(int)
    where: defaultdict[Pair, list[int]] = defaultdict(list)  # words that hold, or held, the pair
    for k, ids in enumerate(words):
        for pair in pairwise(ids):
            counts[pair] += times[k]
            places = where[pair]
            if not places or places[-1] != k:  # once, though a word may hold a pair many times
                places.append(k)
    # The heap gives the largest count first, and of equal counts the smaller pair.
    heap = [(-count, pair) for pair, count in counts.items()]
    heapq.heapify(heap)
    merges: list[tuple[Pair, int]] = []
    for new in progress_bar(range(256, 256 + n_merges), label="merges", progress=progress):
        found = _pop_best(heap, counts)
        if found is None:  # every word is one piece
            break
        merges.append(found)
        born: set[Pair] = set()
        for k in where.pop(found[0]):
            _merge_in_word(words, k, times[k], found[0], new, counts, where, born)
        # Only pairs with the new id can have become more frequent; all others are on the heap with too high a count.
        for pair in born:
            heapq.heappush(heap, (-counts[pair], pair))
    return merges


def _pop_best(heap: list[tuple[int, Pair]], counts: dict[Pair, int]) -> tuple[Pair, int] | None:
    """Return the most frequent pair with its count, or None when no pair is left."""
    while heap:
        negative, pair = heap[0]
        count = counts.get(pair, 0)
        if count == -negative:
            heapq.heappop(heap)
            return pair, count
        if count > 0:  # merges have used some of its places since it was put here
            heapq.heapreplace(heap, (-count, pair))
        else:
            heapq.heappop(heap)
    return None


def _merge_in_word(
    words: list[list[int]],
    k: int,
    times: int,
    pair: Pair,
    new: int,
    counts: defaultdict[Pair, int],
    where: defaultdict[Pair, list[int]],
    born: set[Pair],
) -> None:
    """Merge the pair in word k and correct the books by the difference between old and new word."""
    ids = words[k]
    merged = merge_pair(ids, pair, new)
    if len(merged) == len(ids):  # the place was used up by an earlier merge
        return
    words[k] = merged
    for old in pairwise(ids):
        left = counts[old] - times
        if left:
            counts[old] = left
        else:
            del counts[old]
    for now in pairwise(merged):
        counts[now] += times
        if new in now:
            places = where[now]
            if not places or places[-1] != k:
                places.append(k)
            born.add(now)


def cut_long_word(word: bytes, ranks: Mapping[Pair, int]) -> list[int]:
    """Return the ids of one word, the same as `cut_word`, in n log n steps instead of n times n.

    The ids stand in a list linked both ways; a heap holds the possible merges by (id of the merge, place).
    """
    ids = list(word)
    before, after = list(range(-1, len(ids) - 1)), list(range(1, len(ids) + 1))
    heap = [(ranks[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in ranks]
    heapq.heapify(heap)
    while heap:
        new, i = heapq.heappop(heap)
        j = after[i]
        # An entry is stale when one of its two ids is gone: then the pair at i no longer makes `new`.
        if j >= len(ids) or ranks.get((ids[i], ids[j])) != new:
            continue
        ids[i], ids[j] = new, -1  # -1 marks a place that was taken in
        after[i] = right = after[j]
        if right < len(ids):
            before[right] = i
            _offer(heap, ranks, (new, ids[right]), i)
        if (left := before[i]) >= 0:
            _offer(heap, ranks, (ids[left], new), left)
    return [i for i in ids if i >= 0]


def _offer(heap: list[tuple[int, int]], ranks: Mapping[Pair, int], pair: Pair, place: int) -> None:
    new = ranks.get(pair)
    if new is not None:
        heapq.heappush(heap, (new, place))
