"""A game to look at: chosen moments as a figure, an animation, and one web page with a judge's opinion of each move.

The idea in three lines: a moment is the board after some number of moves, 0 for the first board;
the page holds the first board, the moves and the new tiles, two letters a move, and plays them again by the rules;
a judge says what each direction is worth, and where its favourite was not played the game becomes interesting.

*Left out*: tiles that glide. *Next*: ``arena.py``, many games; ``_replay_page.html``, the page itself.
"""

from __future__ import annotations

import json
import math
import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, check_integer, check_number, message
from .._support.figures import new_figure, text_fonts
from .._support.files import check_path, whole_file
from .._support.progress import progress_bar
from .expectimax import move_values
from .learned import LEARNED
from .players import player_name
from .rules import DIRECTIONS, possible_moves

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.animation import FuncAnimation
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from .result import GameResult

    Judge = Callable[[NDArray[np.int64]], dict[str, float]]

__all__ = ["JUDGES", "animate_moments", "draw_board", "draw_moments", "write_page"]

FIRST_SHOWN = 128  # the smallest new best tile that gets a picture of its own
MOST_PICTURES = 64  # in one figure
MOST_FRAMES = 100  # of an animation whose moments were not chosen
MOST_JUDGED = 20_000  # boards of a page when it is not said how many: five to ten seconds, and 800 kB
LIGHT_TEXT_FROM = 9  # the rank from which white is easier to read on the tile than black: 512
PAGE = pathlib.Path(__file__).with_name("_replay_page.html")

# What a named judge holds each direction to be worth.
JUDGES: dict[str, Judge] = {
    "greedy": lambda board: {name: int((after == 0).sum()) for name, after in possible_moves(board).items()},
    "expectimax": lambda board: move_values(board, compiled=True),
    **{name: player.values for name, player in LEARNED.items()},
}


def draw_moments(game: GameResult, moves: Any = None) -> Figure:
    """Return a figure of the boards after some numbers of moves; None chooses them by the best tile."""
    boards = _best_moments(game) if moves is None else _boards_at(game, check_moments(moves, game.n_moves))
    if len(boards) > MOST_PICTURES:
        remedy = "Choose fewer, or animate() them."
        raise ValueError(message("moves", f"at most {MOST_PICTURES} numbers of moves", len(boards), remedy))
    n_columns = min(len(boards), 4)
    n_rows = -(-len(boards) // n_columns)
    figure = new_figure(2.2 * n_columns, 2.5 * n_rows)
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for ax, (number, board) in zip(axes, boards.items(), strict=False):
        draw_board(ax, board, f"move {number:,}")
    for ax in axes[len(boards) :]:
        ax.axis("off")
    _title(figure, f"2048 by {game.player}: score {game.score:,}")
    return figure


def animate_moments(game: GameResult, moves: Any = None, seconds_per_board: float = 0.25) -> FuncAnimation:
    """Return an animation of the boards after some numbers of moves; None takes at most 100, evenly spread."""
    from matplotlib.animation import FuncAnimation

    seconds = check_number("seconds_per_board", seconds_per_board, above=0)
    if moves is None:
        chosen = np.linspace(0, game.n_moves, min(game.n_moves + 1, MOST_FRAMES)).astype(int).tolist()
    else:
        chosen = check_moments(moves, game.n_moves)
    boards = _boards_at(game, chosen)
    figure = new_figure(3.2, 3.8)
    ax = figure.subplots()
    _title(figure, f"2048 by {game.player}")

    def show(number: int) -> tuple[Axes]:
        ax.clear()
        draw_board(ax, boards[number], f"move {number:,} of {game.n_moves:,}")
        return (ax,)

    frames = list(boards)
    return FuncAnimation(
        figure, show, frames=frames, init_func=lambda: show(frames[0]), interval=1000 * seconds, cache_frame_data=False
    )


def draw_board(ax: Axes, board: NDArray[np.int64], title: str) -> None:
    """Draw a board of shape (4, 4) into the axes: darker for higher tiles."""
    ranks = np.log2(np.maximum(board, 1))  # 0 for an empty cell
    ax.set_facecolor("0.9")  # empty cells stay grey
    ax.imshow(np.ma.masked_equal(ranks, 0), cmap="cividis_r", vmin=0, vmax=16)
    for (row, column), tile in np.ndenumerate(board):
        if tile:
            colour = "white" if ranks[row, column] >= LIGHT_TEXT_FROM else "black"
            size = 13 if tile < 1000 else 10 if tile < 10_000 else 8  # long numbers in smaller type
            ax.text(column, row, str(tile), ha="center", va="center", color=colour, fontsize=size, fontweight="bold")
    ax.set(xticks=[], yticks=[])
    ax.hlines(np.arange(0.5, 3), -0.5, 3.5, color="white", linewidth=2)
    ax.vlines(np.arange(0.5, 3), -0.5, 3.5, color="white", linewidth=2)
    ax.set_title(title, fontsize=10)


def _title(figure: Figure, text: str) -> None:
    # A player may be a function with any name: dollar signs are no formula, and Chinese needs a font that has it.
    figure.suptitle(text, fontfamily=text_fonts(), parse_math=False)


def check_moments(moves: Any, n_moves: int) -> list[int]:
    """Return the numbers of moves in order and once each, or say in words why they are none."""
    remedy = f"The game has {n_moves} moves: 0 is its first board, {n_moves} its last."
    expected = f"numbers of moves from 0 to {n_moves}, such as [0, {n_moves}]"
    if isinstance(moves, str | bytes | dict) or not hasattr(moves, "__iter__"):
        raise TypeError(message("moves", expected, moves, remedy))
    chosen: set[int] = set()
    for number in moves:  # one wrong number ends it, so that an endless iterator does not run for ever
        chosen.add(check_integer("moves", number, low=0, high=n_moves, remedy=remedy))
    if not chosen:
        raise ValueError(message("moves", expected, moves, remedy))
    return sorted(chosen)


def _boards_at(game: GameResult, chosen: list[int]) -> dict[int, NDArray[np.int64]]:
    """Return the board after each of these numbers of moves."""
    wanted = set(chosen)
    return {number: board for number, board in enumerate(game.boards()) if number in wanted}


def _best_moments(game: GameResult) -> dict[int, NDArray[np.int64]]:
    """Return the first board, the first board with each new best tile from 128 up, and the last, by move number."""
    moments: dict[int, NDArray[np.int64]] = {}
    best = FIRST_SHOWN // 2
    for number, board in enumerate(game.boards()):
        if number in (0, game.n_moves) or board.max() > best:
            moments[number] = board
            best = max(best, int(board.max()))
    return moments


def write_page(game: GameResult, path: Any, *, judge: Any, every: int | None, progress: bool) -> None:
    """Write the game as one web page that needs no other file."""
    place = check_path("path", path)
    if isinstance(judge, str) and judge == "player":
        judge = game.player if game.player in JUDGES else "expectimax"
    name, values = _judge(judge)
    if every is None:
        every = max(1, math.ceil(game.n_moves / MOST_JUDGED))
    every = check_integer("every", every, low=1, remedy="Use 1 for an opinion before each move, or None.")
    opinions: list[list[float | None]] = []
    if values is not None:
        # The last board has no move to judge.
        boards = [board for number, board in enumerate(game.boards()) if number < game.n_moves and number % every == 0]
        opinions = [_opinion(values, board) for board in progress_bar(boards, label="judging", progress=progress)]
    content = {
        "player": game.player, "score": int(game.score), "board": game.start_board.ravel().tolist(),
        "moves": "".join(str(DIRECTIONS.index(direction)) for direction in game.moves),
        "tiles": "".join(_letter(*spawn) for spawn in game.spawns),
        "judge": name, "every": every, "opinions": opinions,
    }  # fmt: skip
    # In a script element only "<" could end the data; as an escape it means the same to JSON.
    data = json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")
    with whole_file(place) as part:
        part.write_text(PAGE.read_text(encoding="utf-8").replace("GAME_DATA", data), encoding="utf-8")


def _letter(row: int, column: int, value: int) -> str:
    """Return a new tile as one letter: its cell from a to p, a capital for a 4."""
    letter = "abcdefghijklmnop"[4 * row + column]
    return letter.upper() if value == 4 else letter


def _judge(judge: Any) -> tuple[str | None, Judge | None]:
    """Return the name of a judge and the function that values moves; None and None for no judge."""
    if judge is None:
        return None, None
    if callable(judge):
        return player_name(judge), judge
    remedy = "Pass a name, a function from a board to a dict of direction to value, or None."
    name = player_name(judge) if judge == "best" else check_choice("judge", judge, JUDGES, remedy)
    return name, JUDGES[check_choice("judge", name, JUDGES, remedy)]


def _opinion(values: Judge, board: NDArray[np.int64]) -> list[float | None]:
    """Return the value of each of the four directions, None where the judge has none; 8 digits keep the page small."""
    legal = possible_moves(board)
    found = values(board)
    expected = f"a function that returns a dict with numbers for legal directions, here some of {list(legal)}"
    remedy = "move_values is such a function."
    if not isinstance(found, dict):
        raise TypeError(message("judge", expected, found, remedy))
    if not found or not set(found) <= set(legal):
        raise ValueError(message("judge", expected, found, remedy))
    checked = {name: check_number("judge", value, remedy=remedy) for name, value in found.items()}
    return [float(f"{checked[name]:.8g}") if name in checked else None for name in DIRECTIONS]
