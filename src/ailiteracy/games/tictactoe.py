"""Tic-tac-toe: the smallest full game, solved to the end.

X moves first, then O, in turn; three in a row, column or diagonal win. The idea in three lines:
minimax needs no formula here, every line of play reaches the end of the game within nine moves;
X is Max and O is Min, and a win counts more the sooner it comes;
different orders of moves meet in the same position, so a memory of values saves nearly all the work.

*Left out*: symmetry; turned and mirrored boards count as different positions.
*Next*: ``expectimax.py``, when the opponent is chance.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "solve_tictactoe", "choose_cell", "TicTacToeResult", "check_position", "to_move", "winner", "next_positions",
    "position_value", "reachable_positions", "finished_games",
]  # fmt: skip

# Inside this file a position is a text of 9 marks in reading order: it compares fast and can be a key of a memory.
LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
MARKS = ("X", "O", ".")
COLORS = {"X wins": "#56b4e9", "draw": "#e6e6e6", "O wins": "#e69f00"}  # told apart by colour-blind readers too


def solve_tictactoe(board: Any = ("...", "...", "...")) -> TicTacToeResult:
    """Return who wins a position under perfect play, and the value of each move.

    Parameters
    ----------
    board : sequence of 3 rows of 3 marks, default=("...", "...", "...")
        "X", "O", and "." for an empty cell; X has moved first.

    Returns
    -------
    TicTacToeResult
        The outcome, the value of each move, the best move, and how many positions and games can follow.

    Raises
    ------
    TypeError, ValueError
        When the board has another shape or other marks, or cannot come up in a game.

    Examples
    --------
    X has two ways to win, in the first row and in the last column; O can close only one. X wins with two cells empty.

    >>> result = solve_tictactoe(["X.X", ".O.", "O.X"])
    >>> result.outcome, result.to_move, result.value
    ('X wins', 'O', 3)
    >>> solve_tictactoe().outcome
    'draw'
    """
    position = check_position(board)
    values = {divmod(cell, 3): position_value(after) for cell, after in next_positions(position).items()}
    value, n_positions = position_value(position), len(reachable_positions(position))
    games = Counter(finished_games(position))  # a copy: the memory stays as it is
    return TicTacToeResult(_rows(position), to_move(position), value, values, n_positions, games)


def choose_cell(board: Any) -> tuple[int, int] | None:
    """Return the row and column of the best move: the quickest win, or the longest resistance.

    Parameters
    ----------
    board : sequence of 3 rows of 3 marks
        "X", "O", and "." for an empty cell; X has moved first.

    Returns
    -------
    tuple of (int, int) or None
        Row and column from 0, the first in reading order among equals; None when the game is over.

    Raises
    ------
    TypeError, ValueError
        When the board has another shape or other marks, or cannot come up in a game.

    Examples
    --------
    >>> choose_cell(["XX.", "OO.", "..."])
    (0, 2)
    """
    position = check_position(board)
    after = next_positions(position)
    if not after:
        return None
    choose = max if to_move(position) == "X" else min
    row, column = divmod(choose(after, key=lambda cell: position_value(after[cell])), 3)
    return row, column


@functools.cache  # the memory: a position met before is looked up
def position_value(position: str) -> int:
    """Return 0 for a draw, otherwise 1 plus the cells left empty at the end: above 0 when X wins, below when O does."""
    # A finished game is worth what the rules say, and more the more cells are left.
    if won := winner(position):
        return (1 if won == "X" else -1) * (1 + position.count("."))
    # Otherwise a position is worth its best move: X is Max, O is Min.
    values = [position_value(after) for after in next_positions(position).values()]
    if not values:  # the board is full
        return 0
    return max(values) if to_move(position) == "X" else min(values)


def winner(position: str) -> str | None:
    """Return "X" or "O" when three of them stand in a line, otherwise None."""
    for a, b, c in LINES:
        if position[a] == position[b] == position[c] != ".":
            return position[a]
    return None


def to_move(position: str) -> str:
    """Return whose turn it is; X has moved first."""
    return "X" if position.count("X") == position.count("O") else "O"


def next_positions(position: str) -> dict[int, str]:
    """Return the position after each legal move by cell, 0 to 8 in reading order; empty when the game is over."""
    if winner(position):
        return {}
    mark = to_move(position)  # goes into any empty cell
    return {cell: position[:cell] + mark + position[cell + 1 :] for cell in range(9) if position[cell] == "."}


def reachable_positions(position: str) -> set[str]:
    """Return every different position that can follow, the given one included."""
    found = {position}
    newest = found
    while newest:  # all positions one move further
        newest = {after for earlier in newest for after in next_positions(earlier).values()}
        found = found | newest
    return found


@functools.cache
def finished_games(position: str) -> Counter[str]:
    """Return how many different games go on from here, by outcome, when both sides may play any legal move."""
    after = next_positions(position)
    if not after:  # the game is over: one way to go on, which is to stop
        return Counter({_outcome(position_value(position)): 1})
    return sum((finished_games(new) for new in after.values()), Counter())


@dataclass(frozen=True, eq=False, repr=False)
class TicTacToeResult:
    """A solved position of tic-tac-toe.

    Attributes
    ----------
    board : tuple of 3 str
        The rows of the position.
    to_move : {"X", "O"}
        Whose turn it is.
    value : int
        0 for a draw; above 0 when X wins, below when O wins; 1 plus the number of cells still empty at the end.
    move_values : dict of (int, int) to int
        The value after each legal move, by row and column; empty when the game is over.
    n_positions : int
        How many different positions can follow, this one included.
    games : Counter of str to int
        How many different games can follow, by outcome, when both sides may play any legal move.
    """

    board: tuple[str, ...]
    to_move: str
    value: int
    move_values: dict[tuple[int, int], int]
    n_positions: int
    games: Counter[str]

    @property
    def outcome(self) -> str:
        """How the game ends under perfect play: "X wins", "O wins" or "draw"."""
        return _outcome(self.value)

    def __repr__(self) -> str:
        if not self.move_values:
            return f"Tic-tac-toe, {' / '.join(self.board)}: the game is over, {self.outcome}."
        good = [f"({row}, {column})" for (row, column), value in self.move_values.items() if value == self.value]
        return (
            f"Tic-tac-toe, {' / '.join(self.board)}: {self.outcome} under perfect play. {self.to_move} moves; best: "
            f"{', '.join(good)}. {self.n_positions:,} positions and {self.games.total():,} games can follow."
        )

    def plot(self) -> Figure:
        """Return a figure of the position with the outcome of each move under perfect play from then on."""
        figure = new_figure(4.2, 4.6)
        ax = figure.subplots()
        for cell, mark in enumerate("".join(self.board)):
            row, column = divmod(cell, 3)
            value = self.move_values.get((row, column))
            color = "white" if value is None else COLORS[_outcome(value)]
            ax.add_patch(_square(column, row, color))
            if mark != ".":
                ax.annotate(mark, (column, row), ha="center", va="center", fontsize=40)
            elif value is not None:
                weight = "bold" if value == self.value else "normal"
                text = f"{_outcome(value)}\n{value:+d}" if value else "draw\n0"
                ax.annotate(text, (column, row), ha="center", va="center", fontsize=12, fontweight=weight)
        ax.set(xlim=(-0.52, 2.52), ylim=(2.52, -0.52), aspect="equal", xticks=range(3), yticks=range(3))
        ax.spines[:].set_visible(False)
        ax.set(xlabel="column", ylabel="row")
        turn = f"{self.to_move} to move: " if self.move_values else "Game over: "
        ax.set_title(turn + self.outcome)
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def _square(x: float, y: float, color: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=color, edgecolor="0.2", linewidth=1.5)


def _outcome(value: int) -> str:
    return "draw" if value == 0 else "X wins" if value > 0 else "O wins"


def _rows(position: str) -> tuple[str, ...]:
    return position[:3], position[3:6], position[6:]


def check_position(board: Any) -> str:
    """Return the board as a text of 9 marks, or say in words why it is no position of the game."""
    rows = board.tolist() if isinstance(board, np.ndarray) else board
    expected, remedy = "3 rows of 3 marks", "Write a board as ['X.O', '.X.', '..O'], with '.' for an empty cell."
    if not isinstance(rows, list | tuple):
        raise TypeError(message("board", expected, board, remedy))
    if any(not isinstance(row, str | list | tuple) for row in rows):
        raise TypeError(message("board", expected, board, remedy))
    if len(rows) != 3 or any(len(row) != 3 for row in rows):
        raise ValueError(message("board", expected, board, remedy))
    hint = "Write 'X', 'O', or '.' for an empty cell."
    for r, row in enumerate(rows):
        for c, mark in enumerate(row):
            check_choice(f"board[{r}][{c}]", mark, MARKS, remedy=hint)
    position = "".join(mark for row in rows for mark in row)
    _check_possible(position)
    return position


def _check_possible(position: str) -> None:
    n_x, n_o = position.count("X"), position.count("O")
    if n_x - n_o not in (0, 1):
        expected = "a position with as many X as O, or one X more"
        raise ValueError(message("board", expected, f"{n_x} X and {n_o} O", "X moves first, then both in turn."))
    # The move that wins is the last one: the loser's line, or a move after it, cannot be there.
    last = "O" if to_move(position) == "X" else "X"
    without = [position[:cell] + "." + position[cell + 1 :] for cell in range(9) if position[cell] == last]
    if winner(position) and all(winner(before) for before in without):
        expected = "a position in which play ended with the first line of three"
        raise ValueError(message("board", expected, list(_rows(position)), "Take back the moves after the win."))
