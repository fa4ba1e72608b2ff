"""Deep search along the likely lines of play, compiled: expectimax with a probability cut.

A line of play is as likely as all its tiles together. The idea in three lines:
a line less likely than `min_probability` is judged at once, so that depth goes where the game may really go;
a chance node writes its value down together with the depth behind it, and any visit that needs no more depth takes it;
boards that differ from a slid board in one row and one column are judged by looking at nothing else.

The value written down depends a little on how likely the first visit was: with a memory, values are nearly exact.

*Left out*: bounds on the value, in ``pruning2048.py``. *Next*: ``_fastgame.py``, whole games.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_flag, check_integer, check_number, message
from ._fast2048 import (
    CELL,
    COLUMN,
    EMPTY_BOARD,
    FOUR,
    LEFT,
    ONE_CELL,
    ONE_ROW,
    RIGHT,
    ROW,
    SPREAD,
    TWO,
    U,
    as_column,
    compiled,
    n_empty,
    pack,
    slide,
    tables,
    transpose,
)
from ._fastthreads import search_moves
from .expectimax import MOST_THREADS
from .rules import check_board

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DEEPEST", "cut_values", "packed_values"]

DEEPEST = 15  # chance layers: a stamp keeps the depth in 4 bits

# The memory: places for two entries side by side, so that a look at both costs one trip to memory.
ENTRY = np.dtype([("board", np.uint64), ("value", np.float32), ("stamp", np.uint32)])
PLACES = 2**16  # of 32 bytes: 2 MB, what the second cache of a processor holds
DEEP_PLACES = 2**19  # 16 MB, for searches that would fill the small memory many times and forget what they need
LEAST_DEEP = 5  # chance layers from which the large memory serves
UNKNOWN = -1.0  # no value is below 0
STAMPS = 16  # for each search of one move: its stamps are first + depth, those of all earlier searches are lower
LAST_STAMP = 2**32 - 2 * STAMPS
STAMP, LOOKED_AT = 0, 1  # the places of the counts


@compiled(inline=True)
def line_value(board, line, i, slid, columns, side, moves, scores):
    """Judge a board after a slide; 0 where nothing moves, and no less than 0.

    `line` is row `i` of the board, the row with the new tile. `slid` is the board without that tile after the same
    slide, and `columns` its transpose: both differ from what is judged in this row alone.
    """
    moved = U(moves[side + line])
    slid = (slid & ~(ROW << (i * ONE_ROW))) | (moved << (i * ONE_ROW))
    columns = (columns & ~(COLUMN << (i * ONE_CELL))) | (as_column(moved) << (i * ONE_CELL))
    value = lines_sum(slid, scores) + lines_sum(columns, scores)
    return max(value, scores.dtype.type(0)) if slid != board else scores.dtype.type(0)


@compiled(inline=True)
def lines_sum(board, scores):
    """Add up the scores of the 4 rows, in this order: sums of float32 depend on it."""
    value = scores[board & ROW] + scores[(board >> ONE_ROW) & ROW]
    value += scores[(board >> (ONE_ROW + ONE_ROW)) & ROW]
    return value + scores[board >> (ONE_ROW + ONE_ROW + ONE_ROW)]


@compiled(inline=True)
def four_slides(board, flip, moves):
    """Slide a board and its transpose (`flip`) to both sides; return each slid board and its transpose."""
    left, right = slide(board, LEFT, moves), slide(board, RIGHT, moves)
    up, down = slide(flip, LEFT, moves), slide(flip, RIGHT, moves)
    return left, transpose(left), right, transpose(right), up, transpose(up), down, transpose(down)


@compiled(inline=True)
def judged_move(board, flip, i, j, slides, moves, scores):
    """Return the best of four slides by the formula alone, after a new tile in row `i`, column `j`."""
    left, left_t, right, right_t, up, up_t, down, down_t = slides
    row, column = (board >> (i * ONE_ROW)) & ROW, (flip >> (j * ONE_ROW)) & ROW
    sideways = max(
        line_value(board, row, i, left, left_t, LEFT, moves, scores),
        line_value(board, row, i, right, right_t, RIGHT, moves, scores),
    )
    upright = max(
        line_value(flip, column, j, up, up_t, LEFT, moves, scores),
        line_value(flip, column, j, down, down_t, RIGHT, moves, scores),
    )
    return max(sideways, upright)


@compiled(inline=True)
def place_of(board, memory):
    """Return the place where a board is remembered."""
    mixed = board * SPREAD
    mixed = (mixed ^ (mixed >> U(32))) * SPREAD
    return (mixed >> U(32)) & U(len(memory) - 1)  # the number of places is a power of two


@compiled(inline=True)
def recall(board, stamp, memory):
    """Return the value that this search has found for a board, with as much depth or more; else UNKNOWN."""
    if len(memory):
        place = place_of(board, memory)
        for k in range(2):
            if memory[place, k].board == board and memory[place, k].stamp >= stamp:
                return np.float64(memory[place, k].value)
    return UNKNOWN


@compiled(inline=True)
def keep(board, stamp, value, memory):
    """Write a value down: in the first entry unless that holds more depth, which took longer to find."""
    if len(memory):
        place = place_of(board, memory)
        k = 0 if memory[place, 0].stamp <= stamp else 1
        memory[place, k].board = board
        memory[place, k].value = value
        memory[place, k].stamp = stamp


@compiled()
def chance_node(board, depth, probability, least, moves, scores, memory, counts):
    """Return the value of a board that waits for a tile; `depth` is above 0, the line of play likely enough.

    All numbers are of the type of the scores: float64, or float32 to repeat what a program in float32 does.
    """
    number = scores.dtype.type
    stamp = counts[STAMP] + depth
    value = recall(board, stamp, memory)
    if value >= 0:
        return number(value)
    count = n_empty(board)
    counts[LOOKED_AT] += 2 * count
    probability = number(probability / count)  # of a line of play through one cell
    flip = transpose(board)
    slides = four_slides(board, flip, moves)
    total = number(0)
    for i in range(U(4)):
        for j in range(U(4)):
            row_first, column_first = i * ONE_ROW + j * ONE_CELL, j * ONE_ROW + i * ONE_CELL
            if (board >> row_first) & CELL != EMPTY_BOARD:
                continue
            for rank in range(U(1), U(3)):
                share = number(TWO if rank == U(1) else FOUR)
                new, new_flip = board | (rank << row_first), flip | (rank << column_first)
                best = number(0)  # a lost board
                if depth == 1 or probability * share < least:
                    best = judged_move(new, new_flip, i, j, slides, moves, scores)
                else:
                    for direction in range(4):  # up, down, left, right
                        old = new_flip if direction < 2 else new
                        after = slide(old, RIGHT if direction & 1 else LEFT, moves)
                        if after != old:
                            after = transpose(after) if direction < 2 else after
                            value = chance_node(
                                after, depth - 1, probability * share, least, moves, scores, memory, counts
                            )
                            best = max(best, number(value))
                total += best * share
    value = number(total / count)
    keep(board, stamp, value, memory)
    return value


@compiled()
def root_value(board, depth, least, moves, scores, memory, counts):
    """Return the value of a board after a move; what earlier searches have written down is forgotten."""
    number = scores.dtype.type
    if depth == 0:
        return max(lines_sum(board, scores) + lines_sum(transpose(board), scores), number(0))
    counts[STAMP] += STAMPS
    if counts[STAMP] > LAST_STAMP:
        for place in range(len(memory)):  # an assignment of whole arrays takes four seconds to compile
            for k in range(2):
                memory[place, k].stamp = 0
        counts[STAMP] = STAMPS
    return chance_node(board, depth, number(1), number(least), moves, scores, memory, counts)


class _OfThread(threading.local):
    """The memories of a thread, each with its counts; the first keeps nothing."""

    def __init__(self) -> None:
        self.none, self.small, self.large = (
            (np.zeros((n_places, 2), dtype=ENTRY), np.zeros(2, dtype=np.int64)) for n_places in (0, PLACES, DEEP_PLACES)
        )


_own = _OfThread()


def cut_values(
    board: NDArray[np.int64],
    depth: int,
    min_probability: float,
    table: NDArray[np.floating[Any]] | None = None,
    *,
    remember: bool = True,
    n_jobs: int = 1,
) -> tuple[dict[str, float], int]:
    """Return the value of each legal move, and how many boards with a new tile were looked at.

    Parameters
    ----------
    board : ndarray of shape (4, 4)
        Tile values, 0 for an empty cell; no move ahead may make a tile above 2**15.
    depth : int
        The most chance layers looked through, from 0 to 15.
    min_probability : float
        From 0 to below 1. A line of play less likely than this is judged at once.
    table : ndarray of shape (65536,) of float32 or float64, or None, default=None
        The score of every row: bits 0 to 3 are the rank of its first tile, and so on. The search computes with numbers
        of this type. None takes the scores of `expectimax.evaluate`, as float64.
    remember : bool, default=True
        Whether chance nodes are written down. Without, the values are exactly those of the definition.
    n_jobs : int, default=1
        The number of threads; each searches whole moves. The values do not depend on it.

    Returns
    -------
    tuple of (dict of str to float, int)
        Direction to value; the number of boards on which a move was looked for.
    """
    tiles = check_board(board)
    depth = check_integer("depth", depth, low=0, high=DEEPEST, remedy="Use 3 for speed, 8 for strength.")
    least = check_number("min_probability", min_probability, low=0, remedy="Use 0.0001 for strength.")
    if least >= 1:
        raise ValueError(message("min_probability", "below 1", min_probability, "Use 0.0001 for strength."))
    n_jobs = check_integer("n_jobs", n_jobs, low=1, high=MOST_THREADS, remedy="Use the number of processor cores.")
    if int(tiles.sum()) + 4 * depth >= 2**16:
        remedy = "Ask `move_values`, whose plain code takes any board."
        raise ValueError(message("board", "a board whose tiles cannot add up to 65,536", board, remedy))
    scores = _own_scores() if table is None else _check_table(table)
    return packed_values(pack(tiles), depth, least, scores, check_flag("remember", remember), n_jobs)


def packed_values(
    board: np.uint64,
    depth: int,
    least: float,
    scores: NDArray[np.floating[Any]],
    remember: bool = True,
    n_jobs: int = 1,
) -> tuple[dict[str, float], int]:
    """Return what `cut_values` returns, for a packed board and arguments that are known to be good."""
    moves = tables().moves

    def search(after: np.uint64) -> tuple[float, int]:
        memory, counts = (_own.large if depth >= LEAST_DEEP else _own.small) if remember else _own.none
        counts[LOOKED_AT] = 0
        value = root_value(after, depth, least, moves, scores, memory, counts)
        return float(value), int(counts[LOOKED_AT])

    found = search_moves(board, search, n_jobs)
    return {name: value for name, (value, _) in found.items()}, sum(count for _, count in found.values())


def _check_table(table: Any) -> NDArray[np.floating[Any]]:
    if not isinstance(table, np.ndarray) or table.dtype not in (np.float32, np.float64) or table.shape != (2**16,):
        expected = "an ndarray of shape (65536,) of float32 or float64"
        raise TypeError(message("table", expected, table, "Give every row of 4 ranks a score."))
    if not np.isfinite(table).all():
        raise ValueError(message("table", "finite numbers", table, "A score of minus infinity is better a low number."))
    return np.ascontiguousarray(table)


@functools.cache
def _own_scores() -> NDArray[np.float64]:
    return tables().scores.astype(np.float64)
