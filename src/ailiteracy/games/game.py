"""One game from the first two tiles to the end: ``solve_2048``.

The idea in three lines: ask for a direction, slide the board, add the tile that chance draws, until nothing moves;
built-in players run in compiled code, many moves at a stretch; any other player runs here, move by move;
both take the same random numbers in the same order, so that a seed names a game.

*Left out*: what a finished game can do (replay, draw, save), in ``result.py``. *Next*: ``result.py``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .._support.chance import as_generator
from .._support.checks import check_integer
from .._support.progress import progress_bar
from .expectimax import compiled_twin, fits_twin, numba_is_there
from .learned import LEARNED, NTuplePlayer
from .players import chooser, player_name
from .result import GameResult
from .rules import check_board, draw_tile, new_board, possible_moves, slide_board

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Turns = tuple[list[str], list[tuple[int, int, int]], int, NDArray[np.int64]]

__all__ = ["play_plainly", "solve_2048"]

CHUNK = 50  # moves of a searching player between two looks at the keyboard: about a tenth of a second
LONG_CHUNK = 1_000  # the same for players that search little or not at all


def solve_2048(
    player: str | Callable[[NDArray[np.int64]], str] = "best",
    *,
    rng: int | np.random.Generator | None = None,
    board: Any = None,
    max_moves: int | None = None,
    progress: bool = True,
) -> GameResult:
    """Return a whole game of 2048 played by a player.

    Parameters
    ----------
    player : str or callable, default="best"
        A name from `list_players()`, or a function that takes a board and returns "left", "right", "up" or "down".
    rng : int, numpy.random.Generator or None, default=None
        Where the new tiles come from: the same seed and player give the same game. None takes fresh entropy.
    board : array_like of shape (4, 4), default=None
        Where to start. None draws the two tiles a game starts with. Above the tile 32768 players that look ahead are
        thousands of times slower: the compiled code holds no larger one.
    max_moves : int or None, default=None
        When to stop early. None plays to the end.
    progress : bool, default=True
        Whether to count the moves in a terminal.

    Returns
    -------
    GameResult
        The score, the best tile and every move; `boards()` replays it.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above.

    Examples
    --------
    >>> game = solve_2048("greedy", rng=0, max_moves=3)
    >>> game.n_moves, game.moves
    (3, ('left', 'left', 'left'))
    """
    name, generator = player_name(player), as_generator(rng)
    limit = None if max_moves is None else check_integer("max_moves", max_moves, low=0)
    start = new_board(generator) if board is None else check_board(board)
    play_compiled, most = compiled_player(player), moves_at_once(player)
    moves: list[str] = []
    tiles: list[tuple[int, int, int]] = []
    score, current, began = 0, start, time.perf_counter()
    with progress_bar((), label="2048", progress=progress, total=limit) as bar:
        while limit is None or len(moves) < limit:
            chunk = most if limit is None else min(most, limit - len(moves))
            # The compiled code holds tiles up to 2**15; larger ones, and players of the user, take the plain way.
            if play_compiled is not None and fits_twin(current, chunk):
                directions, added, points, current = play_compiled(current, generator, chunk)
            else:
                directions, added, points, current = play_plainly(current, chooser(player), generator, n_moves=1)
            if not directions:
                break
            moves += directions
            tiles += added
            score += points
            bar.update(len(directions))
    return GameResult(
        player=name, score=score, best_tile=int(current.max()), n_moves=len(moves), moves=tuple(moves),
        spawns=tuple(tiles), start_board=start, final_board=current, seconds=time.perf_counter() - began,
    )  # fmt: skip


def compiled_player(player: Any) -> Callable[[NDArray[np.int64], np.random.Generator, int], Turns] | None:
    """Return a function (board, rng, most moves) -> turns in compiled code, or None for a player that has none."""
    if not numba_is_there():
        return None
    learned = player if callable(player) else LEARNED.get(player_name(player))
    if isinstance(learned, NTuplePlayer):
        return learned.play if learned.seconds_per_move is None else None
    twin = None if callable(player) else compiled_twin()
    if twin is None or player_name(player) not in twin.PLAYERS:
        return None
    return lambda board, rng, n_moves: twin.play(board, player_name(player), rng, n_moves)


def moves_at_once(player: Any) -> int:
    """Return how many moves of a player take about a tenth of a second or less."""
    learned = player if callable(player) else LEARNED.get(player)
    if isinstance(learned, NTuplePlayer):
        return LONG_CHUNK if learned.depth in (0, 1) else CHUNK
    return LONG_CHUNK if player in ("random", "greedy", "one-ply") else CHUNK


def play_plainly(board: NDArray[np.int64], choose: Any, rng: np.random.Generator, n_moves: int) -> Turns:
    """Return up to `n_moves` turns: directions, new tiles as (row, column, value), points, the board reached."""
    directions: list[str] = []
    tiles: list[tuple[int, int, int]] = []
    score = 0
    while len(directions) < n_moves and possible_moves(board):
        direction = choose(board, rng)
        board, points = slide_board(board, direction)
        row, column, value = draw_tile(board, rng)
        board[row, column] = value
        directions.append(direction)
        tiles.append((row, column, value))
        score += points
    return directions, tiles, score, board
