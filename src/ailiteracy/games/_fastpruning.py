"""The compiled twin of ``pruning2048.py``: the same search on 64-bit boards, with its counts.

The idea in three lines: one function for a board that waits for a tile, which calls itself through each answer;
it does no more than the plain search does, so that the effect of each idea can be measured alone;
tiles are tried in the same order with the same sums, so the values are equal to the last bit.

*Left out*: the shared work of the last chance layer, which makes ``_fastsearch.py`` faster still.
*Next*: ``game.py``, whole games.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

import numpy as np

from ._fast2048 import (
    CELL,
    EMPTY_BOARD,
    FOUR,
    ONE_CELL,
    TABLES,
    TWO,
    U,
    compiled,
    n_empty,
    pack,
    row_sum,
    slide_to,
    tables,
    transpose,
)  # fmt: skip
from ._fastthreads import search_moves
from .expectimax import MAX_DEPTH
from .pruning import ROUNDING, PrunedSearch
from .rules import DIRECTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["search_values"]

SLOTS = 2**15  # of the memory, for each depth: as many boards as some moves look at
SLOT_SHIFT = U(64 - 15)
SPREAD = U(0x9E37_79B9_7F4A_7C15)  # 2**64 / golden ratio, odd: multiplying by it mixes low bits into high ones
JUDGED, CUTS, FOUND = 0, 1, 2  # the places of the counts

# Arguments end with the limits (highest value or inf, slack, least probability, 1.0 for a memory), the tables of rows,
# the memory (boards, values) and the counts.
LAST = f"UniTuple(float64, 4), {TABLES}, uint64[:, ::1], float64[:, ::1], int64[::1]"


@compiled("float64(uint64, int32[::1])")
def judge(board, scores):
    """Return what a board is worth without looking ahead, no less than LOST."""
    return max(0.0, np.float64(row_sum(board, scores) + row_sum(transpose(board), scores)))


@compiled(f"int64(uint64, boolean, uint64[::1], int64[::1], {TABLES})")
def possible_moves(board, in_order, after, names, moves, scores):
    """Write down the board after each legal move and the move's number, good ones first; return how many."""
    values = np.empty(4)
    n_moves = 0
    for direction in range(4):
        new = slide_to(board, direction, moves)
        if new == board:
            continue
        value = judge(new, scores) if in_order else 0.0
        place = n_moves
        while place > 0 and values[place - 1] < value:  # poorer ones move back
            values[place], after[place], names[place] = values[place - 1], after[place - 1], names[place - 1]
            place -= 1
        values[place], after[place], names[place] = value, new, direction
        n_moves += 1
    return n_moves


@compiled(f"float64(uint64, int64, float64, float64, {LAST})")
def chance_node(board, depth, probability, alpha, limits, moves, scores, boards, values, counts):
    """Return the value of a board that waits for a tile, or below `alpha` a bound on it."""
    high, slack, min_probability, remember = limits
    if depth == 0 or probability < min_probability:
        counts[JUDGED] += 1
        return judge(board, scores)
    mixed = board * SPREAD
    slot = ((mixed ^ (mixed >> U(32))) * SPREAD) >> SLOT_SHIFT
    if remember and boards[depth - 1, slot] == board:
        counts[FOUND] += 1
        return values[depth - 1, slot]
    prune, count = high < np.inf, n_empty(board)
    total, left = 0.0, 1.0  # what is added up, and the probability of what is not
    after, names = np.empty(4, np.uint64), np.empty(4, np.int64)
    for outcome in range(32):  # a 2 in each cell, then a 4
        cell = U(outcome & 15) * ONE_CELL
        if (board >> cell) & CELL != EMPTY_BOARD:
            continue
        share = (FOUR if outcome > 15 else TWO) / count
        left -= share
        start = (alpha - 2 * slack - total - left * high) / share if prune else -np.inf
        new = board | (U(2 if outcome > 15 else 1) << cell)
        in_order = prune and depth > 1
        n_moves = possible_moves(new, in_order, after, names, moves, scores)
        counts[JUDGED] += n_moves if in_order else n_moves == 0
        best = 0.0  # a lost board
        for i in range(n_moves):
            value = chance_node(after[i], depth - 1, probability * share, max(start, best) if i else start,
                                limits, moves, scores, boards, values, counts)  # fmt: skip
            best = max(best, value) if i else value
        total += share * best
        if prune and total + left * high < alpha - slack:
            counts[CUTS] += left > slack
            return total + left * high
    if remember:
        boards[depth - 1, slot], values[depth - 1, slot] = board, total
    return total


@compiled(f"int64(uint64, int64, float64[::1], boolean[::1], {LAST})")
def root_node(board, depth, best_values, at_most, limits, moves, scores, boards, values, counts):
    """Write down the value of each direction, and whether it is only a bound; return the number of legal moves."""
    after, names = np.empty(4, np.uint64), np.empty(4, np.int64)
    prune = limits[0] < np.inf
    n_moves = possible_moves(board, prune and depth > 0, after, names, moves, scores)
    counts[JUDGED] += n_moves if prune and depth > 0 else n_moves == 0
    alpha = -np.inf
    for i in range(n_moves):
        n_cuts = counts[CUTS]
        value = chance_node(after[i], depth, 1.0, alpha, limits, moves, scores, boards, values, counts)
        best_values[names[i]] = value
        at_most[names[i]] = value < alpha and counts[CUTS] > n_cuts
        alpha = max(alpha, value)
    return n_moves


class _OfThread(threading.local):
    """A memory for each thread; its entries are true for every game."""

    def __init__(self) -> None:
        self.boards, self.values = np.zeros((MAX_DEPTH, SLOTS), dtype=np.uint64), np.zeros((MAX_DEPTH, SLOTS))


_own = _OfThread()


def search_values(
    board: NDArray[np.int64],
    depth: int,
    bounds: tuple[float, float] | None,
    min_probability: float,
    remember: bool,
    n_jobs: int = 1,
) -> PrunedSearch:
    """Return what `pruning2048.pruned_values` returns; its memory has a fixed size and outlives the call."""
    high = bounds[1] if bounds else math.inf
    slack = ROUNDING * (abs(bounds[0]) + abs(high)) if bounds else 0.0
    limits = (high, slack, min_probability, float(remember))
    moves, scores = tables().moves, tables().scores
    if n_jobs > 1:

        def search(after: np.uint64) -> tuple[float, NDArray[np.int64]]:
            counts = np.zeros(3, dtype=np.int64)
            memory = _own.boards, _own.values  # those of this thread
            value = chance_node(after, depth, 1.0, -math.inf, limits, moves, scores, *memory, counts)
            return float(value), counts

        return _without_cuts(search_moves(pack(board), search, n_jobs))
    best_values, at_most, counts = np.full(4, -1.0), np.zeros(4, dtype=bool), np.zeros(3, dtype=np.int64)
    root_node(pack(board), depth, best_values, at_most, limits, moves, scores, _own.boards, _own.values, counts)
    legal = [(name, float(value)) for name, value in zip(DIRECTIONS, best_values, strict=True) if value >= 0]
    poorer = tuple(name for name, bound in zip(DIRECTIONS, at_most, strict=True) if bound)
    n_judged, n_cuts, n_found = (int(count) for count in counts)
    return PrunedSearch(dict(legal), poorer, n_judged, n_cuts, n_found)


def _without_cuts(found: dict[str, tuple[float, NDArray[np.int64]]]) -> PrunedSearch:
    n_judged = sum(int(counts[JUDGED]) for _, counts in found.values())
    n_found = sum(int(counts[FOUND]) for _, counts in found.values())
    # A board without moves is a leaf itself.
    return PrunedSearch({name: value for name, (value, _) in found.items()}, (), n_judged or 1, 0, n_found)
