"""The ladder of 2048 players: each rung adds one idea and says under *But* what it still lacks.

The idea in three lines: a player is a function from a board to a direction;
the first rungs look at the board after a move, the last one at what may come after it;
all of them play by the same rules, so that their scores can be compared.

*Left out*: players that learn. *Next*: ``expectimax.py``, looking ahead at chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, message
from .expectimax import move_values
from .rules import CHANCE_OF_FOUR, DIRECTIONS, check_board, possible_moves

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Chooser = Callable[[NDArray[np.int64], np.random.Generator], str]

__all__ = ["PLAYERS", "choose_move", "list_players", "chooser", "player_name", "simple_value", "ordered_sums"]

PLAYERS = {
    "random": "any legal move",
    "greedy": "the move that leaves most cells empty",
    "one-ply": "the move with the best average over the next tile, judged by a simple formula",
    "expectimax": "looks 2 to 4 tiles ahead and judges by order, room and merges",
    "best": "the strongest built-in player at over 500 moves a second: expectimax",
}
BEST = "expectimax"

PER_EMPTY = 1_000  # the weights 100 : 10 : 0.1 of the course's formula, times ten to stay whole numbers
IN_CORNER = 100  # times the largest tile
# and 1 times the sum of each row and column that only rises or only falls


def random_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return any legal move. *But*: it has no aim."""
    draw = rng.random()
    legal = list(possible_moves(board))
    return legal[int(draw * len(legal))]


def greedy_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the move that leaves most cells empty. *But*: it does not care where its large tiles lie."""
    return _best({direction: int((after == 0).sum()) for direction, after in possible_moves(board).items()})


def one_ply_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the move with the best average over the next tile. *But*: it does not see its own next move."""
    return _best({direction: _average(after) for direction, after in possible_moves(board).items()})


def _average(board: NDArray[np.int64]) -> float:
    after_two = after_four = 0
    empty = np.argwhere(board == 0)  # (n_empty, 2)
    for row, column in empty:
        new = board.copy()
        new[row, column] = 2
        after_two += simple_value(new)
        new[row, column] = 4
        after_four += simple_value(new)
    return ((1 - CHANCE_OF_FOUR) * after_two + CHANCE_OF_FOUR * after_four) / len(empty)


def simple_value(board: NDArray[np.int64]) -> int:
    """Return the formula of the one-ply player: room, the largest tile in a corner, ordered rows and columns."""
    largest = int(board.max())
    corner = IN_CORNER * largest if largest in board[::3, ::3] else 0
    ordered = int(ordered_sums(np.concatenate([board, board.T])).sum())
    return PER_EMPTY * int((board == 0).sum()) + corner + ordered


def ordered_sums(lines: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of each line that only rises or only falls, 0 for the others; lines of shape (n, 4)."""
    steps = np.diff(lines, axis=1)
    ordered = (steps >= 0).all(axis=1) | (steps <= 0).all(axis=1)
    sums: NDArray[np.int64] = np.where(ordered, lines.sum(axis=1), 0)
    return sums


def expectimax_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the move that looks best some tiles ahead. *But*: people chose what its formula rewards."""
    return _best(move_values(board, compiled=True))


def _best(values: dict[str, Any]) -> str:
    return max(values, key=values.__getitem__)  # the first of equals, in the order of DIRECTIONS


RUNGS: dict[str, Chooser] = {
    "random": random_player,
    "greedy": greedy_player,
    "one-ply": one_ply_player,
    "expectimax": expectimax_player,
}


def choose_move(board: Any, player: str | Callable[[NDArray[np.int64]], str] = "best") -> str | None:
    """Return the direction a player chooses on a board.

    Parameters
    ----------
    board : array_like of shape (4, 4)
        Tile values, 0 for an empty cell.
    player : str or callable, default="best"
        A name from `list_players()`, or a function that takes a board and returns "left", "right", "up" or "down".

    Returns
    -------
    str or None
        One of the four directions; None when the game is over.

    Raises
    ------
    TypeError, ValueError
        When the board is none, the player is unknown, or the function returns something that is no legal move.

    Examples
    --------
    >>> choose_move([[2, 4, 8, 16], [4, 8, 16, 32], [8, 16, 32, 64], [16, 32, 64, 64]], "greedy")
    'left'
    """
    tiles = check_board(board)
    choose = chooser(player)
    return choose(tiles, np.random.default_rng()) if possible_moves(tiles) else None


def list_players() -> dict[str, str]:
    """Return the built-in players: each name with the idea behind it, the weakest first.

    Returns
    -------
    dict of str to str
        Name to idea.

    Examples
    --------
    >>> list_players()["random"]
    'any legal move'
    """
    return dict(PLAYERS)


def player_name(player: Any) -> str:
    """Return the name of a rung, "best" resolved; the function's own name for a callable."""
    if callable(player):
        return str(getattr(player, "__name__", type(player).__name__))
    remedy = "Pass a name from list_players(), or a function from a board to a direction."
    name = check_choice("player", player, PLAYERS, remedy)
    return BEST if name == "best" else name


def chooser(player: Any) -> Chooser:
    """Return the function behind a name; a callable of the user is wrapped in a check of what it returns."""
    if not callable(player):
        return RUNGS[player_name(player)]

    def choose(board: NDArray[np.int64], rng: np.random.Generator) -> str:
        direction = player(board.copy())
        legal = list(possible_moves(board))
        if not isinstance(direction, str) or direction not in legal:
            expected = "a function that returns a legal direction, here one of " + ", ".join(map(repr, legal))
            remedy = "legal_moves(board) lists them." if direction in DIRECTIONS else f"The names are {DIRECTIONS}."
            raise ValueError(message("player", expected, direction, remedy))
        return direction

    return choose
