"""Expectimax: look ahead at your own moves and at chance.

After a move the game answers with a tile nobody controls. The idea in three lines:
a max node is a board to move on, worth its best move;
a chance node is a board that waits for a tile, worth the average over all tiles, weighted by their probability;
after `depth` chance layers the search stops and a formula judges the board.

*Left out*: alpha-beta pruning; it needs an opponent, and one bad tile does not settle an average.
*Next*: ``game.py`` plays whole games; ``_fastsearch.py`` is the compiled twin of this file, tested equal to it.
"""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_flag, check_integer
from .rules import CHANCE_OF_FOUR, check_board, possible_moves

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

__all__ = [
    "evaluate", "move_values", "line_scores", "search_depth", "depth_rule", "max_node", "chance_node",
    "fits_twin", "compiled_twin", "numba_is_there",
]  # fmt: skip

logger = logging.getLogger(__name__)

# The formula judges each of the 4 rows and 4 columns alone, by the ranks of its tiles (2 is 1, 4 is 2, 8 is 3 ...).
# Room, merges, order and clutter are the terms that strong programs have used since 2014. These weights had the highest
# mean score of about 15 sets, each tried in some 300 games two layers deep.
ALIVE = 200_000  # a board that can move is worth far more than a lost one (0); with 50,000 the player takes risks
EMPTY = 700  # room to work with
PAIR = 1_400  # two equal neighbours are the next empty cell, and a larger tile
DISORDER = 30  # times the steps of rank**4 against the line's main direction: a high tile out of order is hard to mend
CLUTTER = 33  # times the sum of rank**3: the same total in few high tiles beats many low ones

HOPELESS = 100_000  # a move that looks worse by so much is not followed: four layers then take a quarter of the time
ROOM = 2  # empty cells; with fewer, every move is followed, for the one that saves the game may look hopeless
MAX_FOURS = 1  # the most 4s on one line of play; two or more among three new tiles have a chance of 2.8 %
LOST = 0.0
MAX_DEPTH = 8  # of a search; each layer costs about ten times the one before
MOST_THREADS = 64  # of a search; there is work for four at most


def evaluate(board: Any) -> int:
    """Return how promising a board looks without looking ahead: higher is better.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.

    Returns
    -------
    int
        The sum of the scores of the 4 rows and the 4 columns.

    Examples
    --------
    Four tiles in order are worth more than the same tiles in disorder.

    >>> tidy = [[64, 32, 16, 8], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    >>> untidy = [[16, 64, 8, 32], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    >>> evaluate(tidy) > evaluate(untidy)
    True
    """
    return _evaluate(check_board(board))


def _evaluate(board: NDArray[np.int64]) -> int:
    ranks = np.log2(np.maximum(board, 1)).round().astype(np.int64)
    return int(line_scores(np.concatenate([ranks, ranks.T])).sum())


def line_scores(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the score of each row or column, a whole number so that sums are exact; ranks of shape (n_lines, 4)."""
    left, right = ranks[:, :-1], ranks[:, 1:]  # (n_lines, 3) neighbours
    n_empty = (ranks == 0).sum(axis=1)
    n_pairs = ((left == right) & (left > 0)).sum(axis=1)
    # A tidy line only rises or only falls: add up the steps of each kind and charge the smaller sum.
    step = right**4 - left**4  # (n_lines, 3)
    disorder = np.minimum(np.maximum(step, 0).sum(axis=1), np.maximum(-step, 0).sum(axis=1))
    clutter = (ranks**3).sum(axis=1)
    scores: NDArray[np.int64] = ALIVE + EMPTY * n_empty + PAIR * n_pairs - DISORDER * disorder - CLUTTER * clutter
    return scores


def search_depth(board: NDArray[np.int64]) -> int:
    """Return how many chance layers a board deserves by default."""
    return depth_rule(len(np.unique(board[board > 0])), int((board == 0).sum()))


def depth_rule(n_ranks: int, n_empty: int) -> int:
    """Return the default depth from the number of different tiles and of empty cells; the compiled twin asks it too."""
    # A crowded board is in danger, and its few empty cells make deep search cheap; small tiles alone are no danger.
    if n_ranks <= 5:
        return 2
    return 5 if n_empty == 0 else 4 if n_empty <= 5 else 3


def move_values(board: Any, *, depth: int | None = None, compiled: bool = False) -> dict[str, float]:
    """Return the value of each legal move, found by looking ahead.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.
    depth : int or None, default=None
        The number of chance layers looked through, from 0 (judge the board right after the move) to 8. None takes
        2 to 5, more for crowded boards.
    compiled : bool, default=False
        Whether to ask the compiled twin, which finds the same values thousands of times faster.

    Returns
    -------
    dict of str to float
        Direction to value, higher is better; empty when the game is over. The best move is the first of the highest.

    Raises
    ------
    TypeError, ValueError
        When the board or the depth is not one.

    Notes
    -----
    Two things are left out. Unlikely lines of play: after one 4 on a line, every later tile of that line counts as a 2.
    Hopeless moves: before the last layer, where at least two cells are empty, a move after which the board looks far
    worse (`evaluate`) than after another is not followed.

    Examples
    --------
    >>> values = move_values([[64, 32, 16, 8], [0, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0]], depth=1)
    >>> max(values, key=values.get)
    'up'
    """
    tiles = check_board(board)
    if depth is not None:
        depth = check_integer("depth", depth, low=0, high=MAX_DEPTH, remedy="Use 1 for speed, 3 for strength.")
    twin = compiled_twin() if check_flag("compiled", compiled) and fits_twin(tiles) else None
    if twin is not None:
        values: dict[str, float] = twin.move_values(tiles, depth)
        return values
    depth = search_depth(tiles) if depth is None else depth
    return {direction: chance_node(after, depth, MAX_FOURS) for direction, after in possible_moves(tiles).items()}


def max_node(board: NDArray[np.int64], depth: int, fours: int) -> float:
    """Return the value of a board to move on: that of its best move, without the hopeless ones where there is room."""
    boards = list(possible_moves(board).values())
    if depth > 0 and (board == 0).sum() >= ROOM:  # a look at a move costs far less than following it
        looks = [_evaluate(after) for after in boards]
        boards = [after for after, look in zip(boards, looks, strict=True) if look >= max(looks) - HOPELESS]
    return max([LOST] + [chance_node(after, depth, fours) for after in boards])


def chance_node(board: NDArray[np.int64], depth: int, fours: int) -> float:
    """Return the value of a board that waits for a tile: the average over all tiles, `depth` chance layers deep."""
    if depth == 0:
        return max(LOST, float(_evaluate(board)))
    empty = np.argwhere(board == 0)  # (n_empty, 2), never none: a move that changes the board leaves an empty cell
    after_two = after_four = 0.0
    for row, column in empty:
        new = board.copy()
        new[row, column] = 2
        after_two += max_node(new, depth - 1, fours)
        if fours:  # once the 4s of this line of play are used up, every tile counts as a 2
            new[row, column] = 4
            after_four += max_node(new, depth - 1, fours - 1)
    if not fours:
        return after_two / len(empty)
    return ((1 - CHANCE_OF_FOUR) * after_two + CHANCE_OF_FOUR * after_four) / len(empty)


def fits_twin(board: NDArray[np.int64], n_moves: int = 0) -> bool:
    """Return whether the compiled twin can hold a board, some moves later too: no tile above 2**15."""
    # Moves keep the sum of the tiles, and each new tile adds at most 4.
    return int(board.sum()) + 4 * (n_moves + MAX_DEPTH) < 2**16


@functools.cache
def numba_is_there() -> bool:
    """Return whether numba is installed; where it is missing, the log says so once."""
    try:
        import numba  # noqa: F401
    except ImportError as error:
        logger.warning("numba is missing (%s): 2048 is played by the plain code, thousands of times slower.", error)
        return False
    return True


@functools.cache
def compiled_twin() -> ModuleType | None:
    """Return the compiled twin, or None where numba is missing. The first call takes seconds."""
    if not numba_is_there():
        return None
    from . import _fastgame

    return _fastgame
