"""Pruning on 2048 boards: by bounds on the value, by probability, and with a memory.

The idea in three lines: the tiles on a board add up to a sum that moves do not change and new tiles hardly do;
no board with that sum is worth more than a bound, so that Star1 of ``pruning.py`` can cut and the best move stays;
a line of play below a least probability is judged at once instead: quicker still, and no longer exact.

*Left out*: the formula that judges a board, in ``expectimax.py``. *Next*: ``_fastpruning.py``, the compiled twin.
"""

from __future__ import annotations

import functools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_flag, check_integer, check_number, message
from .expectimax import (
    ALIVE,
    CLUTTER,
    EMPTY,
    LOST,
    MAX_DEPTH,
    MOST_THREADS,
    PAIR,
    evaluate,
    fits_twin,
    numba_is_there,
)
from .pruning import PrunedSearch, Search
from .rules import CHANCE_OF_FOUR, DIRECTIONS, check_board, possible_moves

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Position = tuple[NDArray[np.int64], int, float, bool]

__all__ = ["pruned_values", "highest_value"]

LARGEST_SUM = 2**16  # boards that add up to more take the bound of empty boards, which holds for all


def pruned_values(
    board: Any,
    *,
    depth: int = 2,
    bounds: bool = False,
    min_probability: float = 0.0,
    remember: bool = False,
    compiled: bool = False,
    n_jobs: int = 1,
) -> PrunedSearch:
    """Return the value of each move, found with fewer boards judged than by looking at everything.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.
    depth : int, default=2
        The number of chance layers looked through, from 0 to 8.
    bounds : bool, default=False
        Whether to cut what cannot become the best move, for no board of this sum is worth more than `highest_value`.
    min_probability : float, default=0.0
        A line of play less probable than this is judged at once; 0 looks at every line.
    remember : bool, default=False
        Whether the value of a board that several lines of play reach is found once. Not with `min_probability`: there
        the value depends on the way to the board.
    compiled : bool, default=False
        Whether to ask the compiled twin, which finds the same values hundreds of times faster.
    n_jobs : int, default=1
        The number of threads of the compiled twin; each searches whole moves. The values do not depend on it. It pays
        three or more layers deep; two layers are searched before the threads have begun. Not with `bounds`: there a
        move is cut by what is known of the moves before it. The plain code takes one thread.

    Returns
    -------
    PrunedSearch
        The value of each move, and how many boards were judged; without moves when the game is over.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above.

    Notes
    -----
    Without `min_probability` the best move and its value are those of the full search. `move_values` differs a little:
    it leaves out the second 4 on a line of play, and moves that look hopeless.

    Examples
    --------
    >>> board = [[2, 16, 4, 2], [8, 2, 32, 0], [4, 64, 0, 0], [2, 4, 16, 2]]
    >>> full, cut = (pruned_values(board, depth=1, bounds=bounds) for bounds in (False, True))
    >>> full.best == cut.best, full.value == cut.value, full.n_judged > cut.n_judged
    (True, True, True)
    """
    tiles = check_board(board)
    depth = check_integer("depth", depth, low=0, high=MAX_DEPTH, remedy="Use 1 for speed, 3 for strength.")
    least = check_number("min_probability", min_probability, low=0, high=1, remedy="Use 0 to look at every line.")
    limits = (LOST, highest_value(int(tiles.sum()), depth)) if check_flag("bounds", bounds) else None
    if check_flag("remember", remember) and least:
        raise ValueError("`remember` must be False when `min_probability` is above 0, got True. Take one of the two.")
    n_jobs = check_integer("n_jobs", n_jobs, low=1, high=MOST_THREADS, remedy="Use the number of processor cores.")
    if bounds and n_jobs > 1:
        raise ValueError(message("n_jobs", "1 when `bounds` is True", n_jobs, "Take one of the two."))
    if check_flag("compiled", compiled) and fits_twin(tiles) and numba_is_there():
        from . import _fastpruning

        return _fastpruning.search_values(tiles, depth, limits, least, remember, n_jobs)
    found = _BoardSearch(limits, least, remember).run((tiles, depth, 1.0, True))
    # Back in the order of DIRECTIONS, in which players take the first of equal moves.
    values = {name: found.values[name] for name in DIRECTIONS if name in found.values}
    return replace(found, values=values, at_most=tuple(name for name in values if name in found.at_most))


class _BoardSearch(Search):
    """The search of ``pruning.py`` on positions (board, depth left, probability of getting there, whether to move)."""

    def __init__(self, bounds: tuple[float, float] | None, min_probability: float, remember: bool) -> None:
        super().__init__(self.follow, bounds)
        self.min_probability, self.remember = min_probability, remember
        self.memory: dict[tuple[bytes, int], float] = {}

    def follow(self, position: Position) -> tuple[str, Any]:
        """Return what follows a position: moves, the good ones first, or tiles, the likely ones first."""
        board, depth, probability, to_move = position
        if to_move:
            moves = possible_moves(board)
            # What is known of a good move is what cuts the poor ones.
            if self.prune and depth > 0:
                self.n_judged += len(moves)
                moves = dict(sorted(moves.items(), key=lambda item: -max(LOST, evaluate(item[1]))))
            choices = {name: (after, depth, probability, False) for name, after in moves.items()}
            return ("max", choices) if moves else ("leaf", LOST)
        if depth == 0 or probability < self.min_probability:
            return "leaf", max(LOST, evaluate(board))
        empty = np.argwhere(board == 0)  # (n_empty, 2)
        outcomes = []
        for tile, chance in ((2, 1 - CHANCE_OF_FOUR), (4, CHANCE_OF_FOUR)):
            for row, column in empty:
                new = board.copy()
                new[row, column] = tile
                share = chance / len(empty)
                outcomes.append((share, (new, depth - 1, probability * share, True)))
        return "chance", outcomes

    def full(self, position: Position) -> float:
        """Return the value of a position, found once where the search remembers."""
        return self.recall(position, -math.inf, super().full)

    def star(self, position: Position, alpha: float, beta: float) -> float:
        """Return the value or a bound on it, found once where the search remembers."""
        return self.recall(position, alpha, functools.partial(super().star, alpha=alpha, beta=beta))

    def recall(self, position: Position, alpha: float, search: Callable[[Position], float]) -> float:
        """Return the value of a board that waits for a tile from memory, else from the search."""
        board, depth, _, to_move = position
        if not self.remember or to_move or depth == 0:
            return search(position)
        key = board.tobytes(), depth
        if key in self.memory:
            self.n_found += 1
            return self.memory[key]
        value = search(position)
        if value >= alpha:  # below, it is no more than a bound
            self.memory[key] = value
        return value


def highest_value(total: int, depth: int) -> float:
    """Return a value that no board exceeds within `depth` new tiles of a board whose tiles add up to `total`."""
    by_sum, of_any = _highest_by_sum()
    sums = by_sum[total // 2 : (total + 4 * depth) // 2 + 1]  # each new tile adds 2 or 4
    return max(LOST, float(sums.max())) if total + 4 * depth < LARGEST_SUM else of_any


@functools.cache
def _highest_by_sum() -> tuple[NDArray[np.float64], float]:
    """Return a bound on the value for every sum of tiles (in twos), and one for any sum."""
    # The least clutter of n tiles with a given sum: one tile more on the least clutter of n - 1 tiles.
    cubes = np.full((17, LARGEST_SUM // 2), np.inf)  # (n_tiles, sum in twos)
    cubes[0, 0] = 0
    for n in range(1, 17):
        for rank in range(1, 16):
            with_tile = cubes[n - 1, : -(2 ** (rank - 1))] + rank**3
            rest = cubes[n, 2 ** (rank - 1) :]
            np.minimum(rest, with_tile, out=rest)
    n_tiles = np.arange(17)
    n_rows = -(-n_tiles // 4)  # that n tiles need at least
    n_pairs = n_tiles - n_rows  # at most: a row of t tiles has t - 1 pairs of neighbours
    room = EMPTY * (16 - n_tiles) + PAIR * n_pairs  # what rows earn at best, and columns again
    by_sum = 8 * ALIVE + 2 * (room[:, None] - CLUTTER * cubes).max(axis=0)
    return by_sum, float(8 * ALIVE + 2 * room.max())
