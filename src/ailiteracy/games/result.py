"""A finished game: its numbers, its boards one after the other, a file.

The idea in three lines: a game is its first board, the moves, and the tiles that chance added;
everything else follows by playing them again under the rules;
so a game can be undone without a memory of old boards, and a file that does not follow the rules is a damaged file.

*Left out*: how a game is drawn and watched, in ``replay.py``. *Next*: ``replay.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._support.checks import check_integer, message
from .._support.figures import result_html
from .._support.language import say
from ._sealed import damaged, read_sealed, write_sealed
from .rules import DIRECTIONS, check_board, slide_board

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from matplotlib.animation import FuncAnimation
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["GameResult"]

FORMAT = "ailiteracy 2048 game 2"
MOST_BYTES = 2**24  # of a file; 20,000 moves take 0.4 MB
REMEDY = "Save a game first: solve_2048().save(path)."


@dataclass(frozen=True, eq=False, repr=False)
class GameResult:
    """A game of 2048 from its first board to its last.

    Attributes
    ----------
    player : str
        Who played.
    score : int
        The sum of all tiles made by merging.
    best_tile : int
        The largest tile on the last board.
    n_moves : int
        The number of moves.
    moves : tuple of str
        The directions.
    spawns : tuple of (int, int, int)
        The row, column and value of the tile that followed each move.
    start_board, final_board : ndarray of shape (4, 4)
        The board before the first move and the one after the last.
    seconds : float
        How long the game took.
    """

    player: str
    score: int
    best_tile: int
    n_moves: int
    moves: tuple[str, ...]
    spawns: tuple[tuple[int, int, int], ...]
    start_board: NDArray[np.int64]
    final_board: NDArray[np.int64]
    seconds: float

    @property
    def moves_per_second(self) -> float:
        """The speed of the game."""
        return self.n_moves / self.seconds if self.seconds > 0 else 0.0

    def __repr__(self) -> str:
        words = say(
            "2048 played by {player}: score {score:,}, best tile {best}, {n:,} moves in {seconds:.1f} s ({speed:,.0f} "
            "moves a second)."
        )
        return words.format(
            player=self.player, score=self.score, best=self.best_tile, n=self.n_moves, seconds=self.seconds,
            speed=self.moves_per_second,
        )  # fmt: skip

    def boards(self) -> Iterator[NDArray[np.int64]]:
        """Yield the boards of the game, `n_moves` + 1 of them, each a new array of shape (4, 4)."""
        for board, _ in self._replay():
            yield board

    def _replay(self) -> Iterator[tuple[NDArray[np.int64], int]]:
        """Yield each board with the points of the move that led to it."""
        board = self.start_board.copy()
        yield board.copy(), 0
        for number, (direction, (row, column, value)) in enumerate(zip(self.moves, self.spawns, strict=True), start=1):
            after, points = slide_board(board, direction)
            if after.tobytes() == board.tobytes() or after[row, column] != 0:
                raise ValueError(f"the game breaks the rules at move {number}: {direction}, then a {value}.")
            after[row, column] = value
            board = after
            yield board.copy(), points

    def undo(self, n_moves: int = 1) -> GameResult:
        """Return the game without its last moves; this one stays as it is.

        Parameters
        ----------
        n_moves : int, default=1
            How many moves to take back.

        Returns
        -------
        GameResult
            The shorter game; its `seconds` shrink with its moves.
        """
        n_moves = check_integer("n_moves", n_moves, low=1)
        if n_moves > self.n_moves:
            remedy = "Take back fewer moves." if self.n_moves else "Make a move first."
            raise ValueError(message("n_moves", f"at most {self.n_moves}, the moves of this game", n_moves, remedy))
        kept = self.n_moves - n_moves
        seconds = self.seconds * kept / self.n_moves
        return _played(self.player, self.start_board.copy(), self.moves[:kept], self.spawns[:kept], seconds)

    def plot(self, moves: Iterable[int] | None = None) -> Figure:
        """Return a figure of some boards of the game.

        Parameters
        ----------
        moves : iterable of int, default=None
            After how many moves to look: 0 is the first board, `n_moves` the last. None takes the first board, the
            first one with each new best tile from 128 up, and the last.

        Returns
        -------
        matplotlib.figure.Figure
            A picture for each board, at most 64.
        """
        from .replay import draw_moments

        return draw_moments(self, moves)

    def animate(self, moves: Iterable[int] | None = None, *, seconds_per_board: float = 0.25) -> FuncAnimation:
        """Return the game as a matplotlib animation.

        Keep it in a variable until it is shown or saved; ``animation.save("game.gif", writer="pillow")`` writes a file.

        Parameters
        ----------
        moves : iterable of int, default=None
            After how many moves to look, such as ``range(0, 50)``. None takes at most 100 boards, evenly spread.
        seconds_per_board : float, default=0.25
            How long each board is seen.

        Returns
        -------
        matplotlib.animation.FuncAnimation
            One frame for each board.
        """
        from .replay import animate_moments

        return animate_moments(self, moves, seconds_per_board)

    def save_html(
        self,
        path: str | os.PathLike[str],
        *,
        judge: str | Callable[[NDArray[np.int64]], dict[str, float]] | None = "player",
        every: int | None = None,
        progress: bool = True,
    ) -> None:
        """Write the game as one web page to watch: play, pause, step, speed, and a judge's opinion of each move.

        The page needs no network and no other file.

        Parameters
        ----------
        path : str or path
            Where the page goes; a file that is there is replaced.
        judge : str, callable or None, default="player"
            Who values the moves. "player" is the player of this game where it gives moves values, "expectimax" for the
            game of any other; or the name of a player that does, or a function such as `move_values` from a board to a
            dict of direction to value. None leaves the opinions out. Without numba all but "greedy" may take minutes
            for a few moves.
        every : int or None, default=None
            Ask the judge before every so many moves: 1 is before each. None is 1 up to 20,000 moves; of a longer game
            so many opinions are asked, evenly spread, so that its page stays small and soon written.
        progress : bool, default=True
            Whether to show a bar in a terminal while the judge is asked.
        """
        from .replay import write_page

        write_page(self, path, judge=judge, every=every, progress=progress)

    def _repr_html_(self) -> str:
        return result_html(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the game to a JSON file, whole or not at all."""
        content = {
            "format": FORMAT, "player": self.player, "score": int(self.score), "seconds": float(self.seconds),
            "start_board": self.start_board.tolist(), "moves": self.moves, "spawns": self.spawns,
        }  # fmt: skip
        write_sealed(path, content)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> GameResult:
        """Return the game that `save` wrote, played again under the rules to see that the file is sound."""
        content = read_sealed(path, FORMAT, what="saved game", remedy=REMEDY, most_bytes=MOST_BYTES)
        try:
            return _from_content(content)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(damaged(path, "saved game", error, REMEDY)) from None


def _from_content(content: dict[str, Any]) -> GameResult:
    """Return the game that the content of a file tells, if it follows the rules."""
    start, seconds = check_board(content["start_board"]), float(content["seconds"])
    moves = tuple(str(direction) for direction in content["moves"])
    spawns = tuple((int(row), int(column), int(value)) for row, column, value in content["spawns"])
    good = all(0 <= row < 4 and 0 <= column < 4 and value in (2, 4) for row, column, value in spawns)
    if not good or not set(moves) <= set(DIRECTIONS) or len(moves) != len(spawns):
        raise ValueError("a move or a tile is not one of the rules")
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"a game cannot take {seconds} seconds")
    game = _played(str(content["player"]), start, moves, spawns, seconds)
    if game.score != content["score"]:
        raise ValueError(f"its moves earn {game.score} points, it says {content['score']}")
    return game


def _played(
    player: str,
    start: NDArray[np.int64],
    moves: tuple[str, ...],
    spawns: tuple[tuple[int, int, int], ...],
    seconds: float,
) -> GameResult:
    """Return the game of these moves: its score and its last board follow by the rules."""
    game = GameResult(player, 0, 0, len(moves), moves, spawns, start, start, seconds)
    boards, points = zip(*game._replay(), strict=True)
    best = int(boards[-1].max())
    return GameResult(player, sum(points), best, len(moves), moves, spawns, start, boards[-1], seconds)
