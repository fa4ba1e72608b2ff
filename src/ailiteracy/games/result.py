"""A finished game: its numbers, its boards one after the other, a figure, a file.

The idea in three lines: a game is its first board, the moves, and the tiles that chance added;
everything else follows by playing them again under the rules;
so a file that does not follow the rules is a damaged file.

*Left out*: statistics over many games. *Next*: ``arena.py``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.figures import new_figure, result_html
from .._support.files import check_path, whole_file
from .rules import DIRECTIONS, check_board, slide_board

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["GameResult", "draw_board"]

FORMAT = "ailiteracy 2048 game 1"
FIRST_SHOWN = 128  # the smallest new best tile that gets a picture of its own


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
        return (
            f"2048 played by {self.player}: score {self.score:,}, best tile {self.best_tile}, {self.n_moves:,} moves "
            f"in {self.seconds:.1f} s ({self.moves_per_second:,.0f} moves a second)."
        )

    def boards(self) -> Iterator[NDArray[np.int64]]:
        """Yield the boards of the game, `n_moves` + 1 of them, each a new array of shape (4, 4)."""
        for board, _ in self._replay():
            yield board

    def _replay(self) -> Iterator[tuple[NDArray[np.int64], int]]:
        board = self.start_board.copy()
        yield board.copy(), 0
        for number, (direction, (row, column, value)) in enumerate(zip(self.moves, self.spawns, strict=True), start=1):
            after, points = slide_board(board, direction)
            if after.tobytes() == board.tobytes() or after[row, column] != 0:
                raise ValueError(f"the game breaks the rules at move {number}: {direction}, then a {value}.")
            after[row, column] = value
            board = after
            yield board.copy(), points

    def plot(self) -> Figure:
        """Return a figure of the first board, the first board with each new best tile from 128 up, and the last."""
        moments: dict[int, NDArray[np.int64]] = {}  # move number -> board
        best = FIRST_SHOWN // 2
        for number, board in enumerate(self.boards()):
            if number in (0, self.n_moves) or board.max() > best:
                moments[number] = board
                best = max(best, int(board.max()))
        n_columns = min(len(moments), 4)
        n_rows = -(-len(moments) // n_columns)
        figure = new_figure(2.2 * n_columns, 2.5 * n_rows)
        axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
        for ax, (number, board) in zip(axes, moments.items(), strict=False):
            draw_board(ax, board, f"move {number:,}")
        for ax in axes[len(moments) :]:
            ax.axis("off")
        figure.suptitle(f"2048 by {self.player}: score {self.score:,}")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the game to a JSON file, whole or not at all."""
        content = {
            "format": FORMAT, "player": self.player, "score": self.score, "seconds": self.seconds,
            "start_board": self.start_board.tolist(), "moves": self.moves, "spawns": self.spawns,
        }  # fmt: skip
        with whole_file(check_path("path", path)) as part:
            part.write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> GameResult:
        """Return the game that `save` wrote, played again under the rules to see that the file is sound."""
        place = check_path("path", path)
        try:
            text = place.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise FileNotFoundError(f"no game at {str(place)!r}. Save one first: solve_2048().save(path).") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(_damaged(place, error)) from None
        try:
            return cls._from_content(json.loads(text))
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise ValueError(_damaged(place, error)) from None

    @classmethod
    def _from_content(cls, content: Any) -> GameResult:
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT!r}")
        start = check_board(content["start_board"])
        moves = tuple(str(direction) for direction in content["moves"])
        spawns = tuple((int(row), int(column), int(value)) for row, column, value in content["spawns"])
        good = all(0 <= row < 4 and 0 <= column < 4 and value in (2, 4) for row, column, value in spawns)
        if not good or not set(moves) <= set(DIRECTIONS) or len(moves) != len(spawns):
            raise ValueError("a move or a tile is not one of the rules")
        game = cls(
            player=str(content["player"]), score=int(content["score"]), best_tile=0, n_moves=len(moves), moves=moves,
            spawns=spawns, start_board=start, final_board=start, seconds=float(content["seconds"]),
        )  # fmt: skip
        boards, points = zip(*game._replay(), strict=True)
        if sum(points) != game.score:
            raise ValueError(f"its moves earn {sum(points)} points, it says {game.score}")
        fields = {**game.__dict__, "final_board": boards[-1], "best_tile": int(boards[-1].max())}
        return cls(**fields)


def _damaged(place: os.PathLike[str], error: Exception) -> str:
    return f"{str(place)!r} is no saved game, or a damaged one: {error}. Save the game again: solve_2048().save(path)."


def draw_board(ax: Axes, board: NDArray[np.int64], title: str) -> None:
    """Draw a board of shape (4, 4) into the axes: darker for higher tiles."""
    ranks = np.log2(np.maximum(board, 1))  # 0 for an empty cell
    ax.set_facecolor("0.9")  # empty cells stay grey
    ax.imshow(np.ma.masked_equal(ranks, 0), cmap="cividis_r", vmin=0, vmax=16)
    for (row, column), tile in np.ndenumerate(board):
        if tile:
            colour = "white" if ranks[row, column] > 7 else "black"
            size = 13 if tile < 1000 else 10 if tile < 10_000 else 8  # long numbers in smaller type
            ax.text(column, row, str(tile), ha="center", va="center", color=colour, fontsize=size, fontweight="bold")
    ax.set(xticks=[], yticks=[])
    ax.hlines(np.arange(0.5, 3), -0.5, 3.5, color="white", linewidth=2)
    ax.vlines(np.arange(0.5, 3), -0.5, 3.5, color="white", linewidth=2)
    ax.set_title(title, fontsize=10)
