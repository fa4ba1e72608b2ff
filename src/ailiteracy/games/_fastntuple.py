"""The compiled twin of ``ntuple.py``: choices and searches of an n-tuple network on 64-bit boards.

The idea in three lines: the slides of a board are valued side by side, so that their weights are fetched at once;
the search looks through chance layers as in ``_fastsearch.py``, but adds up points on the way, since a network values
the points to come.

*Left out*: values and what changes them, in ``_fastvalues.py``; learning, in ``_fastlearning.py``. *Next*:
``_shipped.py``, the network that comes with the package.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ._fast2048 import (
    CELL,
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
    compiled,
    row_sum,
    slide,
    transpose,
)
from ._fastvalues import FETCH, VALUE, F
from .expectimax import MAX_DEPTH, MAX_FOURS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LOOK", "MEMORY", "TABLES", "best_move", "new_memory", "search"]

TABLES = "uint16[::1], int32[::1]"  # moves and points of the rows
LOOK = f"{VALUE}, {FETCH}"
MEMORY = "uint64[:, ::1], float32[:, ::1]"
LOWEST = F(-np.inf)

SLOTS = 2**16  # for each kind of node (depth and 4s left)
SLOT_SHIFT = U(64 - 16)


@compiled(f"Tuple((int64, uint64, int64))(uint64, {TABLES}, float32[::1], {LOOK})", counted=False)
def best_move(board, moves, points, weights, value, fetch):
    """Return the direction with the most points now and to come (-1: game over), the board after it and its points."""
    turned = transpose(board)
    sideways, upright = row_sum(board, points), row_sum(turned, points)  # the same to either side
    afters = (
        slide(board, LEFT, moves),
        slide(board, RIGHT, moves),
        transpose(slide(turned, LEFT, moves)),
        transpose(slide(turned, RIGHT, moves)),
    )
    left, right, up, down = afters
    for after in afters:  # the weights of all four are on their way while the first value is added up
        fetch(after, weights)
    values = (
        value(left, weights) if left != board else LOWEST,
        value(right, weights) if right != board else LOWEST,
        value(up, weights) if up != board else LOWEST,
        value(down, weights) if down != board else LOWEST,
    )
    earned = (sideways, sideways, upright, upright)
    choice, best = -1, LOWEST  # -1 looks at the last of four, which is as good as any when the game is over
    for direction in range(4):
        if F(earned[direction]) + values[direction] > best:
            choice, best = direction, F(earned[direction]) + values[direction]
    return choice, afters[choice], earned[choice]


@compiled(f"uint64(uint64, uint64, uint64, {TABLES})", counted=False)
def with_line(slid, line, place, moves, points):
    """Return a slid board whose row at bit `place` was `line` before; the high bits of `line` say to which side."""
    return (slid & ~(ROW << place)) | (U(moves[line]) << place)


@compiled(f"float32(uint64, int64, {TABLES}, float32[::1], {LOOK})", counted=False)
def last_chance_node(board, fours, moves, points, weights, value, fetch):
    """Average over the tiles of the last chance layer; slides of the rows without the new tile are shared."""
    flip = transpose(board)
    left, right = slide(board, LEFT, moves), slide(board, RIGHT, moves)
    up, down = slide(flip, LEFT, moves), slide(flip, RIGHT, moves)
    sideways, upright = row_sum(board, points), row_sum(flip, points)  # points of the slides without the tile
    count, after_two, after_four = 0, np.float64(0), np.float64(0)
    for i in range(U(4)):
        i_row = i * ONE_ROW
        row = (board >> i_row) & ROW
        for j in range(U(4)):
            if (row >> (j * ONE_CELL)) & CELL != EMPTY_BOARD:
                continue
            j_row = j * ONE_ROW
            column = (flip >> j_row) & ROW
            count += 1
            for four in range(1 + fours):
                tile = U(1 + four)
                line, upline = row | (tile << (j * ONE_CELL)), column | (tile << (i * ONE_CELL))
                new, new_flip = board | (tile << (i_row + j * ONE_CELL)), flip | (tile << (j_row + i * ONE_CELL))
                slides = (
                    with_line(left, LEFT + line, i_row, moves, points),
                    with_line(right, RIGHT + line, i_row, moves, points),
                    with_line(up, LEFT + upline, j_row, moves, points),
                    with_line(down, RIGHT + upline, j_row, moves, points),
                )
                for after in slides:  # all weights are on their way while the first value is added up
                    fetch(after, weights)
                across, along = sideways - points[row] + points[line], upright - points[column] + points[upline]
                best = LOWEST
                for k in range(4):
                    if slides[k] != (new if k < 2 else new_flip):
                        best = max(best, F(across if k < 2 else along) + value(slides[k], weights))
                best = F(0) if best == LOWEST else best  # no move: a lost board has no points to come
                if four:
                    after_four += best
                else:
                    after_two += best
    return F((TWO * after_two + FOUR * after_four) / count if fours else after_two / count)


@compiled(f"float32(uint64, int64, int64, int64[::1], {TABLES}, float32[::1], {LOOK}, {MEMORY})", counted=False)
def chance_node(board, depth, fours, budget, moves, points, weights, value, fetch, boards, values):
    """Return the points to come on a board that waits for a tile, looking through `depth` chance layers."""
    if depth == 0:
        return value(board, weights)
    kind = 2 * (depth - 1) + fours  # as in `_fastsearch.chance_node`: an entry stays true for every game
    mixed = board * SPREAD
    mixed = (mixed ^ (mixed >> U(32))) * SPREAD
    slot = mixed >> SLOT_SHIFT
    if boards[kind, slot] == board:
        return values[kind, slot]
    budget[0] -= 1
    if depth == 1:
        values[kind, slot] = last_chance_node(board, fours, moves, points, weights, value, fetch)
        boards[kind, slot] = board
        return values[kind, slot]
    count, after_two, after_four = 0, np.float64(0), np.float64(0)
    for cell in range(U(16)):
        if (board >> (cell * ONE_CELL)) & CELL != EMPTY_BOARD or budget[0] < 0:
            continue
        count += 1
        for four in range(1 + fours):
            new = board | (U(1 + four) << (cell * ONE_CELL))
            turned, best = transpose(new), LOWEST
            for direction in range(4):
                before = new if direction < 2 else turned
                after = slide(before, RIGHT if direction & 1 else LEFT, moves)
                if after != before:
                    # A board and its transpose are worth the same, so the transposed one need not be turned back.
                    later = chance_node(
                        after, depth - 1, fours - four, budget, moves, points, weights, value, fetch, boards, values
                    )
                    best = max(best, F(row_sum(before, points)) + later)
            if best == LOWEST:  # no move: a lost board has no points to come
                best = F(0)
            if four:
                after_four += best
            else:
                after_two += best
    if budget[0] < 0:  # out of time: the caller throws the values away
        return F(0)
    result = F((TWO * after_two + FOUR * after_four) / count if fours else after_two / count)
    boards[kind, slot] = board
    values[kind, slot] = result
    return result


@compiled(f"int64(uint64, int64, float64[::1], int64[::1], {TABLES}, float32[::1], {LOOK}, {MEMORY})", counted=False)
def search(board, depth, best_values, budget, moves, points, weights, value, fetch, boards, values):
    """Return the number of the best direction, -1 when the game is over; `best_values` gets each direction's value."""
    choice = -1
    turned = transpose(board)
    for direction in range(4):
        before = board if direction < 2 else turned
        after = slide(before, RIGHT if direction & 1 else LEFT, moves)
        best_values[direction] = -np.inf
        if after != before:
            later = chance_node(after, depth, MAX_FOURS, budget, moves, points, weights, value, fetch, boards, values)
            best_values[direction] = row_sum(before, points) + later
            if choice < 0 or best_values[direction] > best_values[choice]:  # the first of equals wins
                choice = direction
    return choice


def new_memory() -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """Return an empty transposition table: boards and their values, shape (2 * MAX_DEPTH, SLOTS)."""
    return np.zeros((2 * MAX_DEPTH, SLOTS), dtype=np.uint64), np.zeros((2 * MAX_DEPTH, SLOTS), dtype=np.float32)
