"""The compiled twin of ``expectimax.py``: the same values on 64-bit boards, thousands of times faster.

The idea in three lines: every slide and every judgement of a row is a look into a table;
a transposition table remembers chance nodes that several lines of play reach;
in the last chance layer a new tile changes one row and one column, so most of the work is shared by all empty cells.

*Left out*: the tables themselves, in ``_fast2048.py``. *Next*: ``_fastgame.py``, whole games in compiled code.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    TABLES,
    TWO,
    U,
    as_column,
    compiled,
    n_empty,
    row_sum,
    slide,
    slide_to,
    transpose,
)  # fmt: skip
from .expectimax import HOPELESS, MAX_DEPTH, MAX_FOURS, ROOM

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MEMORY", "new_memory", "search", "search_depth"]

NO_MOVE = np.int32(-(2**30))  # below every value of a board
SLOTS = 2**15  # for each kind of node (depth and 4s left); more would find little more and crowd the processor's cache
SLOT_SHIFT = U(64 - 15)
# Arguments end with the tables of rows (moves, scores) and the transposition table (boards, values).
MEMORY = "uint64[:, ::1], float64[:, ::1]"


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


@compiled("int32(uint64, uint64, uint64, int32[::1])")
def look(board, slid, slid_t, scores):
    """Judge a slid board, given with its transpose; nothing is lower than the value of a slide that moves nothing."""
    return row_sum(slid, scores) + row_sum(slid_t, scores) if slid != board else NO_MOVE


@compiled(f"UniTuple(uint64, 4)(uint64, {TABLES})")
def hopeful_moves(board, moves, scores):
    """Return the board after each move; the empty board stands for no move and, with room, for a hopeless one."""
    flip = transpose(board)
    left, right = slide(board, LEFT, moves), slide(board, RIGHT, moves)
    up_t, down_t = slide(flip, LEFT, moves), slide(flip, RIGHT, moves)
    up, down = transpose(up_t), transpose(down_t)
    look_left = look(board, left, transpose(left), scores)
    look_right = look(board, right, transpose(right), scores)
    look_up, look_down = look(board, up, up_t, scores), look(board, down, down_t, scores)
    least = NO_MOVE + 1
    if n_empty(board) >= ROOM:
        least = max(least, max(max(look_left, look_right), max(look_up, look_down)) - HOPELESS)
    return (
        left if look_left >= least else EMPTY_BOARD,
        right if look_right >= least else EMPTY_BOARD,
        up if look_up >= least else EMPTY_BOARD,
        down if look_down >= least else EMPTY_BOARD,
    )


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
                for after in hopeful_moves(new, moves, scores):
                    if after != EMPTY_BOARD:
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


def new_memory() -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """Return an empty transposition table: boards and their values, shape (2 * MAX_DEPTH, SLOTS)."""
    return np.zeros((2 * MAX_DEPTH, SLOTS), dtype=np.uint64), np.zeros((2 * MAX_DEPTH, SLOTS))
