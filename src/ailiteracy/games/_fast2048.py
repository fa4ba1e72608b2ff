"""The compiled twin of ``expectimax.py``: the same values on 64-bit boards, thousands of times faster.

A board is one unsigned 64-bit number with 4 bits per cell: 0 for an empty cell, else the tile's rank (2 is 1, 4 is 2,
32768 is 15); row 0 lies in the lowest 16 bits, column 0 in the lowest 4 bits of each row. The idea in three lines:
a row is one of 65,536 numbers, so that sliding it or judging it is one look into a table;
a transposition table remembers chance nodes that several lines of play reach;
in the last chance layer a new tile changes one row and one column, so most of the work is shared by all empty cells.

*Left out*: boards whose tiles add up to 65,536 or nearly: they could make a tile of rank 16, which needs a fifth bit.
*Next*: ``_fastgame.py``, whole games in compiled code.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# The types of compiled functions stand in the signature above each: numba reads them there.

from __future__ import annotations

import functools
import hashlib
import pathlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

from .expectimax import MAX_DEPTH, MAX_FOURS, depth_rule, line_scores
from .rules import CHANCE_OF_FOUR, slide_tiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Tables", "new_memory", "pack", "search", "search_depth", "tables", "unpack"]

U = np.uint64  # every number that meets a board is one: numba turns uint64 with int64 into float64
CELL, ROW, COLUMN = U(0xF), U(0xFFFF), U(0x000F_000F_000F_000F)
ONE_CELL, THREE_CELLS = U(4), U(12)
ONE_ROW, TWO_ROWS, THREE_ROWS = U(16), U(32), U(48)
LEFT, RIGHT = U(0), U(65_536)  # where each direction starts in the table of moves
EMPTY_BOARD = U(0)

SLOTS = 2**15  # for each kind of node (depth and 4s left); more would find little more and crowd the processor's cache
SLOT_SHIFT = U(64 - 15)
SPREAD = U(0x9E37_79B9_7F4A_7C15)  # 2**64 / golden ratio, odd: multiplying by it mixes low bits into high ones
FOUR, TWO = CHANCE_OF_FOUR, 1 - CHANCE_OF_FOUR

# Arguments end with the tables of rows (moves, scores) and the transposition table (boards, values).
TABLES = "uint16[::1], int32[::1]"
MEMORY = "uint64[:, ::1], float64[:, ::1]"
SOURCES = b"".join(path.read_bytes() for path in sorted(pathlib.Path(__file__).parent.glob("*.py")))
STAMP = "sources" + hashlib.sha256(SOURCES).hexdigest()[:8]


def compiled(signature: str) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that compiles a function for the given types, now or from the machine code kept on disk."""

    def decorate(function: Callable[..., Any]) -> Any:
        # The name under which the code is kept: numba alone would not see that another file has changed.
        function.__qualname__ = f"{STAMP}.{function.__name__}"
        try:
            return njit(signature, cache=True, nogil=True, error_model="numpy")(function)
        except RuntimeError:  # no folder to keep machine code in
            return njit(signature, nogil=True, error_model="numpy")(function)

    return decorate


@compiled("uint64(uint64)")
def transpose(board):
    """Swap rows and columns: first inside the four 2x2 blocks of cells, then the blocks themselves."""
    board = (
        (board & U(0xF0F0_0F0F_F0F0_0F0F))
        | ((board & U(0x0000_F0F0_0000_F0F0)) << THREE_CELLS)
        | ((board & U(0x0F0F_0000_0F0F_0000)) >> THREE_CELLS)
    )
    return (
        (board & U(0xFF00_FF00_00FF_00FF))
        | ((board & U(0x00FF_00FF_0000_0000)) >> U(24))
        | ((board & U(0x0000_0000_FF00_FF00)) << U(24))
    )


@compiled("uint64(uint64)")
def as_column(row):
    """Turn 4 neighbouring cells into the first column of a board."""
    row = (row | (row << U(24))) & U(0x0000_00FF_0000_00FF)
    return (row | (row << THREE_CELLS)) & COLUMN


@compiled("uint64(uint64, uint64, uint16[::1])")
def slide(board, side, moves):
    """Slide the rows to the LEFT or RIGHT."""
    return (
        U(moves[side + (board & ROW)])
        | U(moves[side + ((board >> ONE_ROW) & ROW)]) << ONE_ROW
        | U(moves[side + ((board >> TWO_ROWS) & ROW)]) << TWO_ROWS
        | U(moves[side + (board >> THREE_ROWS)]) << THREE_ROWS
    )


@compiled("int32(uint64, int32[::1])")
def row_sum(board, scores):
    """Add up the table's entries for the 4 rows."""
    return (
        scores[board & ROW]
        + scores[(board >> ONE_ROW) & ROW]
        + scores[(board >> TWO_ROWS) & ROW]
        + scores[board >> THREE_ROWS]
    )


@compiled("uint64(uint64, int64, uint16[::1])")
def slide_to(board, direction, moves):
    """Slide to the direction with this number in DIRECTIONS: left, right, up, down."""
    side = RIGHT if direction & 1 else LEFT
    if direction < 2:
        return slide(board, side, moves)
    return transpose(slide(transpose(board), side, moves))


@compiled("int64(uint64)")
def n_empty(board):
    """Count the empty cells."""
    count = 0
    for cell in range(16):
        if (board >> U(4 * cell)) & CELL == EMPTY_BOARD:
            count += 1
    return count


@compiled(f"int32(uint64, uint64, uint64, uint64, uint64, int32, uint64, {TABLES})")
def slid_value(line, i, board, slid, columns, slid_sum, side, moves, scores):
    """Judge a board whose row `i` became `line` by a new tile, after a slide to one side; -1 when nothing moves.

    Known without the new tile: the `board`, the `slid` board, its transpose (`columns`) and the score of its rows.
    """
    new = U(moves[side + line])
    if new == line and (slid ^ board) & ~(ROW << (i * ONE_ROW)) == EMPTY_BOARD:
        return np.int32(-1)
    rows = slid_sum - scores[(slid >> (i * ONE_ROW)) & ROW] + scores[new]
    cells = i * ONE_CELL  # row i is the i-th cell of every column
    return rows + row_sum((columns & ~(COLUMN << cells)) | (as_column(new) << cells), scores)


@compiled(f"float64(uint64, int64, {TABLES})")
def last_chance_node(board, fours, moves, scores):
    """Average over the tiles of the last chance layer: place a tile, take the best of four slides, judge the board."""
    flip = transpose(board)
    # The four slides without the new tile; up and down are left and right on the transposed board.
    left, right = slide(board, LEFT, moves), slide(board, RIGHT, moves)
    up, down = slide(flip, LEFT, moves), slide(flip, RIGHT, moves)
    left_t, right_t, up_t, down_t = transpose(left), transpose(right), transpose(up), transpose(down)
    left_sum, right_sum = row_sum(left, scores), row_sum(right, scores)
    up_sum, down_sum = row_sum(up, scores), row_sum(down, scores)
    count, after_two, after_four = 0, np.int64(0), np.int64(0)
    for i in range(U(4)):
        row = (board >> (i * ONE_ROW)) & ROW
        for j in range(U(4)):
            if (row >> (j * ONE_CELL)) & CELL != EMPTY_BOARD:
                continue
            count += 1
            column = (flip >> (j * ONE_ROW)) & ROW
            for four in range(1 + fours):
                line = row | (U(1 + four) << (j * ONE_CELL))
                best = slid_value(line, i, board, left, left_t, left_sum, LEFT, moves, scores)
                best = max(best, slid_value(line, i, board, right, right_t, right_sum, RIGHT, moves, scores))
                line = column | (U(1 + four) << (i * ONE_CELL))
                best = max(best, slid_value(line, j, flip, up, up_t, up_sum, LEFT, moves, scores))
                best = max(best, slid_value(line, j, flip, down, down_t, down_sum, RIGHT, moves, scores))
                # A lost board (-1) and a hopeless one (below 0) are both worth LOST.
                if four:
                    after_four += max(best, np.int32(0))
                else:
                    after_two += max(best, np.int32(0))
    return (TWO * after_two + FOUR * after_four) / count if fours else after_two / count


@compiled(f"float64(uint64, int64, int64, {TABLES}, {MEMORY})")
def chance_node(board, depth, fours, moves, scores, boards, values):
    """Return the value of a board that waits for a tile, looking through `depth` chance layers."""
    if depth == 0:
        return max(0.0, np.float64(row_sum(board, scores) + row_sum(transpose(board), scores)))
    # The value depends on nothing but these three, so an entry stays true for every game. A free slot holds 0, which
    # is the empty board: no move leads to it.
    kind = 2 * (depth - 1) + fours
    mixed = board * SPREAD
    mixed = (mixed ^ (mixed >> U(32))) * SPREAD
    slot = mixed >> SLOT_SHIFT
    if boards[kind, slot] == board:
        return values[kind, slot]
    if depth == 1:
        value = last_chance_node(board, fours, moves, scores)
    else:
        count, after_two, after_four = 0, 0.0, 0.0
        for cell in range(U(16)):
            if (board >> (cell * ONE_CELL)) & CELL != EMPTY_BOARD:
                continue
            count += 1
            for four in range(1 + fours):
                new = board | (U(1 + four) << (cell * ONE_CELL))
                best = 0.0
                for direction in range(4):
                    after = slide_to(new, direction, moves)
                    if after != new:
                        value = chance_node(after, depth - 1, fours - four, moves, scores, boards, values)
                        best = max(best, value)
                if four:
                    after_four += best
                else:
                    after_two += best
        value = (TWO * after_two + FOUR * after_four) / count if fours else after_two / count
    boards[kind, slot] = board
    values[kind, slot] = value
    return value


@compiled("int64(uint64, int64[:, ::1])")
def search_depth(board, depths):
    """Return what `expectimax.search_depth` returns."""
    seen = EMPTY_BOARD  # bit r is set when a tile of rank r is there
    for cell in range(U(16)):
        seen |= U(1) << ((board >> (cell * ONE_CELL)) & CELL)
    n_ranks = np.int64(0)
    for rank in range(U(1), U(16)):
        n_ranks += np.int64((seen >> rank) & U(1))
    return depths[n_ranks, n_empty(board)]


@compiled(f"int64(uint64, int64, float64[::1], {TABLES}, {MEMORY})")
def search(board, depth, best_values, moves, scores, boards, values):
    """Return the number of the best direction, -1 when the game is over; `best_values` gets each direction's value."""
    best, choice = -1.0, -1
    for direction in range(4):
        after = slide_to(board, direction, moves)
        best_values[direction] = -1.0
        if after != board:
            best_values[direction] = chance_node(after, depth, MAX_FOURS, moves, scores, boards, values)
            if best_values[direction] > best:  # the first of equals wins, as in the plain twin
                best, choice = best_values[direction], direction
    return choice


class Tables(NamedTuple):
    """What every row does: filled once in a process, from the plain twin."""

    moves: NDArray[np.uint16]  # (131072,) each row after a slide to the left, then each row after a slide to the right
    scores: NDArray[np.int32]  # (65536,) `line_scores` of each row
    points: NDArray[np.int32]  # (65536,) what a slide of each row earns, the same to both sides
    depths: NDArray[np.int64]  # (17, 17) `depth_rule` of the numbers of different tiles and of empty cells


@functools.cache
def tables() -> Tables:
    """Fill the tables by asking the plain twin about all 65,536 rows."""
    ranks = np.arange(2**16)[:, None] >> np.arange(0, 16, 4) & 15  # (65536, 4)
    tiles = np.where(ranks > 0, 2**ranks, 0)
    slid = [slide_tiles(row) for row in tiles.tolist()]
    left = pack_rows(np.array([row for row, _ in slid]))
    # A slide to the right is a slide to the left seen in a mirror.
    mirror = pack_rows(tiles[:, ::-1])
    right = pack_rows(np.array([row for row, _ in slid])[mirror][:, ::-1])
    points = np.array([points for _, points in slid], dtype=np.int32)
    depths = np.array([[depth_rule(n_ranks, n_empty) for n_empty in range(17)] for n_ranks in range(17)])
    return Tables(np.concatenate([left, right]), line_scores(ranks).astype(np.int32), points, depths)


def pack_rows(tiles: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Return each row of tile values, shape (n, 4), as one number; 65536 counts as 32768, no search gets there."""
    ranks = np.minimum(np.log2(np.maximum(tiles, 1)).astype(np.int64), 15)
    packed: NDArray[np.uint16] = (ranks << np.arange(0, 16, 4)).sum(axis=1).astype(np.uint16)
    return packed


def new_memory() -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """Return an empty transposition table: boards and their values, shape (2 * MAX_DEPTH, SLOTS)."""
    return np.zeros((2 * MAX_DEPTH, SLOTS), dtype=np.uint64), np.zeros((2 * MAX_DEPTH, SLOTS))


def pack(board: NDArray[np.int64]) -> np.uint64:
    """Return a (4, 4) board of tile values as one number."""
    return np.uint64(sum(int(row) << 16 * i for i, row in enumerate(pack_rows(board))))


def unpack(board: int) -> NDArray[np.int64]:
    """Return the (4, 4) board of tile values."""
    ranks = int(board) >> np.arange(0, 64, 4, dtype=object) & 15
    return np.array([2**rank if rank else 0 for rank in ranks], dtype=np.int64).reshape(4, 4)
