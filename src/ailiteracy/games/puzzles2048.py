"""Puzzles on 2048's rules, of the kind that programming judges set.

The puzzle here: a board of any size is given, no new tiles appear, and at most some number of moves may be made.
How large a tile can be reached? The idea in three lines: without chance a move leads to one board only;
search in breadth, all boards after one move, then all after two, so the first way found to a board is a shortest one;
different orders of moves often meet in the same board, and a board seen before is not moved on from again.

*Left out*: reading a judge's input and writing its output. *Next*: ``players.py``, where chance adds tiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_integer, message
from .rules import LARGEST_TILE, check_tiles, possible_moves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reached = tuple[NDArray[np.int64], list[str]]  # a board and a shortest way to it

__all__ = ["largest_tile"]


def largest_tile(board: Any, n_moves: int) -> tuple[int, list[str]]:
    """Return the largest tile that can be reached in some number of moves when no new tiles appear.

    Parameters
    ----------
    board : array_like of shape (n_rows, n_columns)
        Tile values, 0 for an empty cell; any size.
    n_moves : int
        The most moves that may be made.

    Returns
    -------
    tuple of (int, list of str)
        The tile, 0 for an empty board, and the directions of a shortest way to it.

    Raises
    ------
    TypeError, ValueError
        When the board holds something else than tiles, or the number of moves is below zero.

    References
    ----------
    Problem 20052 of the course's judge (OpenJudge), http://cs101.openjudge.cn/practice/20052/
    Another puzzle on these rules, where the order of the tiles in one row counts, is Codeforces 413/D,
    http://codeforces.com/problemset/problem/413/D

    Examples
    --------
    Merge the twos, then the fours.

    >>> largest_tile([[2, 2], [4, 8]], 1)
    (8, [])
    >>> largest_tile([[2, 2], [4, 8]], 3)
    (16, ['left', 'up', 'left'])
    """
    start = _check_any_board(board)
    n_moves = check_integer("n_moves", n_moves, low=0, remedy="Use 0 for the board as it is.")
    best, way = int(start.max()), list[str]()
    # Merging keeps the sum of the tiles, so no tile can be larger than the largest power of two within the sum.
    highest = (1 << int(start.sum()).bit_length()) >> 1  # 0 for an empty board
    seen = {start.tobytes()}
    layer: list[Reached] = [(start, [])]
    for _ in range(n_moves):
        if not layer or best == highest:
            break
        layer = _next_layer(layer, seen)
        for after, moves in layer:
            if after.max() > best:
                best, way = int(after.max()), moves
    return best, way


def _next_layer(layer: list[Reached], seen: set[bytes]) -> list[Reached]:
    """Return the boards one move further that were not seen before, and mark them as seen."""
    found = []
    for board, moves in layer:
        for direction, after in possible_moves(board).items():
            if after.tobytes() not in seen:
                seen.add(after.tobytes())
                found.append((after, [*moves, direction]))
    return found


def _check_any_board(board: Any) -> NDArray[np.int64]:
    """Return a board of any size as a new array of ints, or say in words why it is none."""
    example = "Write each row as a list, 0 for an empty cell, for example [[2, 2, 0], [4, 0, 2]]."
    try:
        array = np.array(board)
    except (ValueError, TypeError):  # numpy's words for rows of unequal length
        raise ValueError(message("board", "rows of equal length", board, example)) from None
    if array.dtype.kind not in "iuf":
        raise TypeError(message("board", "whole numbers", board, example))
    if array.ndim != 2 or array.size == 0:
        raise ValueError(message("board", "rows of tiles", board, example))
    if array.dtype.kind == "f" and not np.all(np.isfinite(array) & (array == np.floor(array))):
        raise ValueError(message("board", "whole numbers", board, example))
    if np.any(array > LARGEST_TILE):
        raise ValueError(message("board", f"tiles up to {LARGEST_TILE}", board, "No game reaches that far."))
    tiles = array.astype(np.int64)
    check_tiles("board", tiles)
    return tiles
