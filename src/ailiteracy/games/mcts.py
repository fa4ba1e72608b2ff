"""Judging by playing out: Monte Carlo tree search, in the form called UCT.

No formula judges a position, chance does: play the game to its end with random moves and see who wins. In three lines:
a playout says little, the mean of many says which moves lead to good games against a careless opponent;
a tree of the moves tried so far sends the next playout where the results were good, or where little is known;
so both sides play better and better moves near the root, and the means come near to what minimax would say.

*Left out*: games with chance or hidden cards, and marking positions as proven.
*Next*: ``policynet.py``, a network that judges in place of the playouts.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from .._support.chance import as_generator
from .._support.checks import check_integer, check_number, message
from .._support.figures import new_figure, result_html
from .tictactoe import MARKS, check_position, next_positions, to_move, winner

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["TwoPlayerGame", "search_by_playouts", "PlayoutSearch", "Node", "play_once", "ucb1"]

MOST_PLAYOUTS = 10**7
MOST_MOVES = 100_000  # of one playout; a game that goes on longer is taken for one without an end
MOST_BARS = 20  # moves in a figure that can still be read


@dataclass(frozen=True)
class TwoPlayerGame:
    """A game of two players without chance and without secrets, given by four functions.

    Parameters
    ----------
    legal_moves : callable
        Position to the sequence of its moves; empty when the game is over.
    after : callable
        Position and move to the next position; positions are never changed.
    to_move : callable
        Position to the player whose turn it is.
    winner : callable
        Position to the player who has won; None in a draw and while the game goes on.
    """

    legal_moves: Callable[[Any], Sequence[Hashable]]
    after: Callable[[Any, Any], Any]
    to_move: Callable[[Any], Hashable]
    winner: Callable[[Any], Hashable | None]

    def __post_init__(self) -> None:
        for field in fields(self):
            if not callable(getattr(self, field.name)):
                remedy = "The class describes what each of the four functions takes and returns."
                raise TypeError(message(field.name, "a function", getattr(self, field.name), remedy))


# Four functions of tictactoe.py. There are 5,478 positions: each answer is worked out once and remembered.
TICTACTOE = TwoPlayerGame(
    legal_moves=functools.cache(lambda position: tuple(next_positions(position))),
    after=functools.cache(lambda position, cell: next_positions(position)[cell]),
    to_move=functools.cache(to_move),
    winner=functools.cache(winner),
)


def search_by_playouts(
    board: Any = ("...", "...", "..."),
    *,
    game: TwoPlayerGame | None = None,
    n_playouts: int = 1000,
    exploration: float = 1.4,
    rng: int | np.random.Generator | None = 0,
) -> PlayoutSearch:
    """Return how often each move was tried by tree search, how well it did, and the best move.

    Parameters
    ----------
    board : sequence of 3 rows of 3 marks, or a position of `game`
        Tic-tac-toe, with "X", "O" and "." for an empty cell, unless `game` is given; the default is the empty board.
    game : TwoPlayerGame, optional
        The rules; tic-tac-toe if left out.
    n_playouts : int, default=1000
        How many games to play to their end.
    exploration : float, default=1.4
        How much a move gains by having been tried little; 0 follows the best mean alone.
    rng : int, numpy.random.Generator or None, default=0
        The chance behind the playouts; None gives other playouts in every call.

    Returns
    -------
    PlayoutSearch
        Visits and mean value of each move; in tic-tac-toe a move is (row, column).

    Raises
    ------
    TypeError, ValueError
        When the board cannot come up in a game, the game is over, or an argument is none of the above.

    Notes
    -----
    UCT is UCB1 at every node of the tree [1]_.

    References
    ----------
    .. [1] L. Kocsis and C. Szepesvari, "Bandit based Monte-Carlo planning", ECML 2006.

    Examples
    --------
    X has two in a row and completes it. Every other move lets O win at once.

    >>> result = search_by_playouts(["XX.", "OO.", "..."])
    >>> result.best_move, result.values[0, 2]
    ((0, 2), 1.0)
    """
    start = check_position(board) if game is None else board
    rules = _check_game(game)
    n_playouts = check_integer("n_playouts", n_playouts, low=1, high=MOST_PLAYOUTS)
    exploration = check_number("exploration", exploration, low=0)
    chance = as_generator(rng)
    moves = list(rules.legal_moves(start))
    if not moves:
        remedy = "Take back a move, or look at the winner."
        raise ValueError(message("board", "a game that goes on", board, remedy))
    root = Node(start, None, moves)
    for _ in range(n_playouts):
        play_once(root, rules, exploration, chance)
    return _result(root, rules, n_playouts, exploration, moves)


class Node:
    """A position in the tree; it counts from the view of `mover`, the player whose move led here."""

    __slots__ = ("children", "mover", "n_visits", "position", "total", "untried")

    def __init__(self, position: Any, mover: Any, moves: Sequence[Hashable]) -> None:
        self.position, self.mover = position, mover
        self.untried = list(moves)  # moves that have no node yet
        self.children: dict[Hashable, Node] = {}
        self.n_visits = 0
        self.total = 0.0  # over the visits: +1 for each game the mover won, -1 for each lost, 0 for a draw


def ucb1(total: float, n_visits: int, n_parent: int, exploration: float) -> float:
    """Return the mean value plus a bonus that shrinks with the visits: an optimist's guess of the true value."""
    return total / n_visits + exploration * math.sqrt(math.log(n_parent) / n_visits)


def play_once(root: Node, game: TwoPlayerGame, exploration: float, rng: np.random.Generator) -> None:
    """Add one playout to the tree: select, expand, play out, back up."""
    # Select: while all moves of a node have been tried, follow the one with the highest bound.
    node, path = root, [root]
    while not node.untried and node.children:
        n_parent = node.n_visits
        node = max(node.children.values(), key=lambda child: ucb1(child.total, child.n_visits, n_parent, exploration))
        path.append(node)
    # Expand: one of the moves not tried yet becomes a node. A finished game has none.
    if node.untried:
        move = node.untried.pop(int(rng.random() * len(node.untried)))
        position = game.after(node.position, move)
        node.children[move] = Node(position, game.to_move(node.position), game.legal_moves(position))
        node = node.children[move]
        path.append(node)
    # Play out: random moves to the end.
    won = _play_out(node.position, game, rng)
    # Back up: each node on the way learns how the game ended for the player who moved there.
    for node in path:
        node.n_visits += 1
        node.total += 0 if won is None else 1 if won == node.mover else -1


def _play_out(position: Any, game: TwoPlayerGame, rng: np.random.Generator) -> Hashable | None:
    for _ in range(MOST_MOVES):
        moves = game.legal_moves(position)
        if len(moves) == 0:
            return game.winner(position)
        position = game.after(position, moves[int(rng.random() * len(moves))])
    expected = f"a game that ends within {MOST_MOVES:,} random moves"
    raise ValueError(message("game", expected, game, "Let `legal_moves` be empty when the game is over."))


@dataclass(frozen=True, eq=False, repr=False)
class PlayoutSearch:
    """What tree search by playouts found out about the moves of a position.

    Attributes
    ----------
    position : tuple of 3 str, or a position of another game
        Where the search began.
    to_move : str, or a player of another game
        Whose turn it is.
    visits : dict of move to int
        How many playouts began with each move; together `n_playouts`. In tic-tac-toe a move is (row, column).
    values : dict of move to float
        The mean result of those playouts for the player to move, from -1, all lost, to 1, all won; nan without any.
    best_move : tuple of (int, int), or a move of another game
        The move with the most visits.
    n_playouts : int
        How many games were played to their end.
    exploration : float
        How much a move gained by having been tried little.
    """

    position: Any
    to_move: Any
    visits: dict[Any, int]
    values: dict[Any, float]
    best_move: Any
    n_playouts: int
    exploration: float

    def __repr__(self) -> str:
        order = sorted(self.visits, key=self.visits.__getitem__, reverse=True)[:3]
        tried = [f"{move} with {self.visits[move]:,} visits and mean value {self.values[move]:+.2f}" for move in order]
        games = "1 playout" if self.n_playouts == 1 else f"{self.n_playouts:,} playouts"
        return f"{games}, {self.to_move} to move. Most visited: {'; '.join(tried)}."

    def plot(self) -> Figure:
        """Return a figure: the visits and the mean value of each move, on the board in tic-tac-toe."""
        on_board = isinstance(self.best_move, tuple) and _is_board(self.position)
        figure = new_figure(4.2, 4.6) if on_board else new_figure(6.0, 4.0)
        (_draw_board if on_board else _draw_bars)(figure.subplots(), self)
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def _is_board(position: Any) -> bool:
    shaped = isinstance(position, tuple) and len(position) == 3
    return shaped and all(isinstance(row, str) and len(row) == 3 and set(row) <= set(MARKS) for row in position)


def _draw_board(ax: Axes, result: PlayoutSearch) -> None:
    shares = [[result.visits.get((row, column), 0) / result.n_playouts for column in range(3)] for row in range(3)]
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row in range(3):
        for column, mark in enumerate(result.position[row]):
            move, color = (row, column), "white" if shares[row][column] > 0.6 else "black"
            if move in result.visits:
                text = f"{result.visits[move]:,}\n{result.values[move]:+.2f}"
                weight = "bold" if move == result.best_move else "normal"
                ax.annotate(text, (column, row), ha="center", va="center", fontsize=12, color=color, fontweight=weight)
            elif mark != ".":
                ax.annotate(mark, (column, row), ha="center", va="center", fontsize=40)
    ax.set(xticks=range(3), yticks=range(3), xlabel="column", ylabel="row")
    ax.hlines([0.5, 1.5], -0.5, 2.5, color="0.4", linewidth=1)
    ax.vlines([0.5, 1.5], -0.5, 2.5, color="0.4", linewidth=1)
    ax.set_title(f"{result.to_move} to move: visits and mean value")


def _draw_bars(ax: Axes, result: PlayoutSearch) -> None:
    moves = sorted(result.visits, key=result.visits.__getitem__)[-MOST_BARS:]  # the most visited on top
    colors = ["#0072b2" if move == result.best_move else "0.7" for move in moves]
    bars = ax.barh([str(move) for move in moves], [result.visits[move] for move in moves], color=colors)
    ax.bar_label(bars, [f"{result.values[move]:+.2f}" for move in moves], padding=3)
    ax.margins(x=0.15)
    ax.set(xlabel="visits, and mean value at the end of the bar", ylabel="move")
    ax.set_title(f"{result.to_move} to move: {result.n_playouts:,} playouts")


def _result(root: Node, game: TwoPlayerGame, n_playouts: int, exploration: float, moves: list[Any]) -> PlayoutSearch:
    found = {move: root.children.get(move) for move in moves}
    visits = {move: node.n_visits if node else 0 for move, node in found.items()}
    values = {move: node.total / node.n_visits if node else math.nan for move, node in found.items()}
    # The move with the most visits is the safe choice: a high mean may rest on a few lucky playouts.
    best = max((move for move in moves if visits[move]), key=lambda move: (visits[move], values[move]))
    position = root.position
    if game is TICTACTOE:  # from cells of a text to rows and columns of a board
        position = (position[:3], position[3:6], position[6:])
        visits = {divmod(cell, 3): count for cell, count in visits.items()}
        values = {divmod(cell, 3): value for cell, value in values.items()}
        best = divmod(best, 3)
    player = game.to_move(root.position)
    return PlayoutSearch(position, player, visits, values, best, n_playouts, exploration)


def _check_game(game: Any) -> TwoPlayerGame:
    if game is None:
        return TICTACTOE
    if not isinstance(game, TwoPlayerGame):
        remedy = "Write TwoPlayerGame(legal_moves=..., after=..., to_move=..., winner=...)."
        raise TypeError(message("game", "a TwoPlayerGame or None", game, remedy))
    return game
