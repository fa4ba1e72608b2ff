"""The ladder of 2048 players: each rung adds one idea and says under *But* what it still lacks.

The idea in three lines: a player is a function from a board to a direction;
the first rungs look at the board after a move, the later ones at what may come after it;
all of them play by the same rules, so that their scores can be compared.

*Depth* is the number of chance layers, everywhere: how many new tiles a search looks ahead, its own moves not counted.

*Left out*: how the search works. *Next*: ``expectimax.py``, looking ahead at chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, message
from .expectimax import fits_twin, move_values, numba_is_there
from .learned import LEARNED
from .pruning2048 import pruned_values
from .rules import CHANCE_OF_FOUR, DIRECTIONS, check_board, possible_moves

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Chooser = Callable[[NDArray[np.int64], np.random.Generator], str]

__all__ = ["PLAYERS", "choose_move", "list_players", "chooser", "player_name", "simple_value", "ordered_sums"]

PLAYERS = {
    "person": "you, at the keyboard",
    "random": "any legal move",
    "greedy": "the move that leaves most cells empty",
    "one-ply": "the move with the best average over the next tile, judged by a simple formula",
    "depth-2": "looks 2 tiles ahead at everything, judges by order, room and merges",
    "depth-2-cached": "depth-2 with a memory for boards that it meets again: the same moves, sooner",
    "depth-2-bounded": "depth-2-cached that skips what cannot become the best move: the same moves, sooner still",
    "pruned": "looks up to 4 tiles ahead, but not at lines of play less likely than 1 in 100",
    "expectimax": "looks 2 to 5 tiles ahead, not at moves that look hopeless; judges by order, room and merges",
    "ntuple": "the most points now and to come, as judged by a network that taught itself by playing",
    "ntuple-1": "the same network, asked after every tile that may come next",
    "ntuple-search": "the same network at the end of a search 2 to 3 tiles ahead",
    "best": "the strongest built-in player at over 500 moves a second: ntuple-search",
}
BEST = "ntuple-search"

PRUNED_DEPTH = 4
LEAST_PROBABILITY = 0.01  # of a line of play; less takes longer and, four tiles ahead, plays no better

PER_EMPTY = 1_000  # the weights 100 : 10 : 0.1 of the course's formula, times ten to stay whole numbers
IN_CORNER = 100  # times the largest tile
# and 1 times the sum of each row and column that only rises or only falls


def person_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the direction a person types. *But*: a game takes half an hour, and a tired person errs."""
    from .terminal import person

    direction: str = person(board)
    return direction


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


def depth_2_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the move that looks best two tiles ahead. *But*: it searches a board again each time it gets there."""
    return _best(pruned_values(board, depth=2, compiled=True).values)


def cached_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return what `depth_2_player` does, each board searched once. *But*: it studies moves that are long beaten."""
    return _best(pruned_values(board, depth=2, remember=True, compiled=True).values)


def bounded_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return what `depth_2_player` does, cut by bounds. *But*: likely and unlikely tiles get the same attention."""
    return _best(pruned_values(board, depth=2, remember=True, bounds=True, compiled=True).values)


def pruned_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the move that looks best on likely lines of play. *But*: it thinks as long about safe boards as others."""
    if not fits_twin(board) or not numba_is_there():
        return _best(pruned_values(board, depth=PRUNED_DEPTH, min_probability=LEAST_PROBABILITY).values)
    from ._fastdeep import cut_values

    return _best(cut_values(board, PRUNED_DEPTH, LEAST_PROBABILITY)[0])


def expectimax_player(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the move that looks best, more tiles ahead in danger. *But*: people chose what its formula rewards."""
    return _best(move_values(board, compiled=True))


def ntuple_rung(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the move that a learned network prefers. *But*: the table knows only what it has met often."""
    return LEARNED["ntuple"](board)


def ntuple_1_rung(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the network's move one tile ahead. *But*: dangers two tiles ahead stay unseen."""
    return LEARNED["ntuple-1"](board)


def ntuple_search_rung(board: NDArray[np.int64], rng: np.random.Generator) -> str:
    """Return the network's move two tiles ahead, three in danger. *But*: it thinks no longer where it is unsure."""
    return LEARNED["ntuple-search"](board)


def _best(values: dict[str, Any]) -> str:
    return max(values, key=values.__getitem__)  # the first of equals, in the order of DIRECTIONS


RUNGS: dict[str, Chooser] = {
    "person": person_player,
    "random": random_player,
    "greedy": greedy_player,
    "one-ply": one_ply_player,
    "depth-2": depth_2_player,
    "depth-2-cached": cached_player,
    "depth-2-bounded": bounded_player,
    "pruned": pruned_player,
    "expectimax": expectimax_player,
    "ntuple": ntuple_rung,
    "ntuple-1": ntuple_1_rung,
    "ntuple-search": ntuple_search_rung,
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
    """Return the built-in players: each name with the idea behind it, in the order of the ideas.

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
