"""The rules of 2048, written to be read.

A board is a (4, 4) array of tile values with 0 for an empty cell. The idea in three lines:
a move slides every row towards one side, and equal neighbours merge;
a tile made by a merge does not merge again in the same move;
then a 2 (90 %) or a 4 (10 %) appears in a random empty cell; the game ends when no move changes the board.

*Left out*: speed. The compiled twin works on whole boards packed into one number (``_fast2048.py``).
*Next*: ``players.py``, the first players that choose moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_choice, message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "DIRECTIONS", "slide_row", "move", "legal_moves", "is_over", "add_tile", "new_board",
    "check_board", "check_tiles", "slide_tiles", "slide_board", "possible_moves", "draw_tile",
]  # fmt: skip

DIRECTIONS = ("left", "right", "up", "down")  # also the order in which players try moves: the first of equals wins

CHANCE_OF_FOUR = 0.1  # the original game draws a 4 once in ten tiles
LARGEST_TILE = 2**30  # far beyond what the rules can reach (2**17); keeps sums of tiles inside 64 bits


def slide_row(row: Sequence[int] | NDArray[np.int64]) -> tuple[list[int], int]:
    """Return the row after a move to the left, and the points it earned.

    Parameters
    ----------
    row : sequence of 4 ints
        Tile values, 0 for an empty cell.

    Returns
    -------
    tuple of (list of 4 ints, int)
        The new row and the sum of the tiles made by merging.

    Raises
    ------
    ValueError
        When `row` does not hold 4 tiles.

    Examples
    --------
    >>> slide_row([2, 2, 4, 0])
    ([4, 4, 0, 0], 4)
    >>> slide_row([2, 2, 2, 2])
    ([4, 4, 0, 0], 8)
    """
    tiles = np.asarray(_as_integers("row", row, "[2, 2, 4, 0]"))
    if tiles.shape != (4,):
        raise ValueError(message("row", "4 tiles", row, "Fill the row with zeros, for example [2, 2, 4, 0]."))
    check_tiles("row", tiles)
    return slide_tiles(tiles.tolist())


def slide_tiles(row: list[int]) -> tuple[list[int], int]:
    """Return what `slide_row` returns, for a row of any length that is known to be good."""
    tiles = [tile for tile in row if tile]  # squeeze the gaps out
    slid: list[int] = []
    points = 0
    while tiles:
        tile = tiles.pop(0)
        if tiles and tiles[0] == tile:
            tile += tiles.pop(0)  # both are taken off the list, so neither can merge again
            points += tile
        slid.append(tile)
    return slid + [0] * (len(row) - len(slid)), points


def move(board: Any, direction: str) -> tuple[NDArray[np.int64], int]:
    """Return the board after a move and the points it earned; no new tile is added.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.
    direction : {"left", "right", "up", "down"}
        Where the tiles slide.

    Returns
    -------
    tuple of (ndarray of shape (4, 4), int)
        The new board, equal to the old one when the move is not legal, and the points.

    Raises
    ------
    TypeError, ValueError
        When the board or the direction is not one.

    Examples
    --------
    >>> after, points = move([[2, 0, 0, 2], [4, 4, 8, 0], [0, 0, 0, 0], [2, 4, 2, 4]], "left")
    >>> after.tolist(), points
    ([[4, 0, 0, 0], [8, 8, 0, 0], [0, 0, 0, 0], [2, 4, 2, 4]], 12)
    """
    return slide_board(check_board(board), check_choice("direction", direction, DIRECTIONS))


def slide_board(board: NDArray[np.int64], direction: str) -> tuple[NDArray[np.int64], int]:
    """Return what `move` returns, for a board of any size and a direction that are known to be good."""
    # Turn the board so that the tiles slide to the left, slide every row, turn it back.
    turned = board.T if direction in ("up", "down") else board
    step = -1 if direction in ("right", "down") else 1
    rows = [slide_tiles(row[::step]) for row in turned.tolist()]
    after = np.array([row[::step] for row, _ in rows], dtype=np.int64)
    points = sum(points for _, points in rows)
    return (after.T.copy() if direction in ("up", "down") else after), points


def legal_moves(board: Any) -> list[str]:
    """Return the directions that change the board, in the order left, right, up, down.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.

    Returns
    -------
    list of str
        Empty when the game is over.

    Examples
    --------
    >>> legal_moves([[2, 0, 0, 0], [4, 0, 0, 0], [8, 0, 0, 0], [2, 0, 0, 0]])
    ['right']
    """
    return list(possible_moves(check_board(board)))


def possible_moves(board: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Return the board after each legal move, by direction; empty when the game is over."""
    after = {direction: slide_board(board, direction)[0] for direction in DIRECTIONS}
    return {direction: new for direction, new in after.items() if new.tobytes() != board.tobytes()}


def is_over(board: Any) -> bool:
    """Return True when no move changes the board.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.

    Returns
    -------
    bool
        Whether the game has ended.

    Examples
    --------
    >>> is_over([[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]])
    True
    """
    return not legal_moves(board)


def add_tile(board: Any, rng: int | np.random.Generator | None = None) -> NDArray[np.int64]:
    """Return the board with a 2 (90 %) or a 4 (10 %) in an empty cell drawn at random.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.
    rng : int, numpy.random.Generator or None, default=None
        Where chance comes from; None takes fresh entropy.

    Returns
    -------
    ndarray of shape (4, 4)
        A new board; the given one stays as it is.

    Raises
    ------
    ValueError
        When no cell is empty.

    Examples
    --------
    >>> add_tile([[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 0]], rng=0)[3, 3]
    np.int64(2)
    """
    tiles = check_board(board)
    if tiles.all():
        raise ValueError(message("board", "a board with an empty cell", board, "Make a move that merges tiles first."))
    row, column, value = draw_tile(tiles, as_generator(rng))
    after = tiles.copy()
    after[row, column] = value
    return after


def draw_tile(board: NDArray[np.int64], rng: np.random.Generator) -> tuple[int, int, int]:
    """Return the row, column and value of the next tile: two draws, first where, then what."""
    where, what = rng.random(2)
    empty = np.flatnonzero(board == 0)  # cells in reading order
    row, column = divmod(int(empty[int(where * len(empty))]), 4)
    return row, column, 4 if what < CHANCE_OF_FOUR else 2


def new_board(rng: int | np.random.Generator | None = None) -> NDArray[np.int64]:
    """Return a board with the two tiles a game starts with.

    Parameters
    ----------
    rng : int, numpy.random.Generator or None, default=None
        Where chance comes from; None takes fresh entropy.

    Returns
    -------
    ndarray of shape (4, 4)
        All zeros but two tiles.

    Examples
    --------
    >>> int((new_board(rng=0) > 0).sum())
    2
    """
    generator = as_generator(rng)
    empty = np.zeros((4, 4), dtype=np.int64)
    return add_tile(add_tile(empty, generator), generator)


def check_board(board: Any) -> NDArray[np.int64]:
    """Return the board as a new (4, 4) array of ints, or say in words why it is none."""
    tiles = _as_integers("board", board, "numpy.zeros((4, 4), dtype=int)")
    if tiles.shape != (4, 4):
        raise ValueError(message("board", "4 rows of 4 tiles", board, "Write 0 for an empty cell."))
    check_tiles("board", tiles)
    return tiles


def _as_integers(argument: str, values: Any, example: str) -> NDArray[np.int64]:
    try:
        array = np.array(values)
    except (ValueError, TypeError):  # numpy's words for rows of unequal length
        raise ValueError(message(argument, "4 rows of 4 tiles", values, "Write 0 for an empty cell.")) from None
    if array.dtype.kind not in "iuf":
        raise TypeError(message(argument, "whole numbers", values, f"Pass tile values, for example {example}."))
    if array.dtype.kind == "f" and not np.all(np.isfinite(array) & (array == np.floor(array))):
        raise ValueError(message(argument, "whole numbers", values, "Write 0 for an empty cell."))
    if np.any(array > LARGEST_TILE):
        raise ValueError(message(argument, f"tiles up to {LARGEST_TILE}", values, "No game reaches that far."))
    if np.any(array < 0):
        raise ValueError(
            message(argument, "0 or tiles 2, 4, 8, 16 ...", array.min().item(), "Write 0 for an empty cell.")
        )
    return array.astype(np.int64)


def check_tiles(argument: str, tiles: NDArray[np.int64]) -> None:
    """Say in words when a tile is none."""
    # A power of two has a single bit, which x & (x - 1) clears; 1 has one too but is no tile.
    wrong = tiles[(tiles < 0) | (tiles == 1) | (tiles & (tiles - 1) != 0)]
    if wrong.size:
        remedy = "Write 0 for an empty cell."
        raise ValueError(message(argument, "0 or tiles 2, 4, 8, 16 ...", int(wrong[0]), remedy))
