"""A tic-tac-toe player that taught itself: its learning curve, its moves, and how it does against perfect play.

The idea in three lines: the player is a network, asked alone or by a search;
against perfect play nobody can win, so a player is judged by its defeats;
a game this small allows a proof: try every reply of the opponent at every turn.

*Left out*: how it learned. *Next*: ``selfplay.py``, which makes these players.
"""

from __future__ import annotations

import functools
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_integer
from .._support.figures import new_figure, result_html
from .._support.files import check_path, whole_file
from .policynet import new_weights
from .puct import has_lost, place_marks, preferred_cells
from .tictactoe import check_position, next_positions, position_value, to_move

if TYPE_CHECKING:
    import os

    from matplotlib.figure import Figure

    from .policynet import Array, Boards, Weights

__all__ = ["SelfPlayResult", "write_arrays", "read_arrays", "N_TEST_GAMES", "MOST_GAMES"]

FORMAT = "ailiteracy self-play 1"
N_TEST_GAMES = 200  # against perfect play, half of them moving first
MOST_SIMULATIONS = 1_000  # with MOST_GAMES side by side the trees fill a gigabyte
MOST_GAMES = 5_000
HISTORY = ("policy_losses", "value_losses", "network_defeats", "search_defeats")


@dataclass(frozen=True, eq=False, repr=False)
class SelfPlayResult:
    """A network that learned tic-tac-toe by playing against itself.

    Attributes
    ----------
    weights : dict of str to ndarray
        The network.
    policy_losses, value_losses : ndarray of shape (n_iterations,)
        Mean cross-entropy and mean squared error during the training of each iteration.
    network_defeats, search_defeats : ndarray of shape (n_iterations,)
        Lost games of 200 against perfect play after each iteration: by the network alone, and with search.
    n_games : int
        Games of self-play in each iteration.
    n_simulations : int
        Positions looked at before each move, in self-play and in the tests with search.
    interrupted : bool
        Whether Ctrl-C ended the training.
    """

    weights: Weights
    policy_losses: Array
    value_losses: Array
    network_defeats: Array
    search_defeats: Array
    n_games: int
    n_simulations: int
    interrupted: bool = False

    def __repr__(self) -> str:
        n_iterations = len(self.policy_losses)
        start = f"A network taught itself tic-tac-toe in {n_iterations * self.n_games:,} games"
        if not n_iterations:
            return f"{start}: the training was stopped before its first iteration was complete."
        stop = " The training was interrupted." if self.interrupted else ""
        return (
            f"{start} ({n_iterations} iterations). Of {N_TEST_GAMES} games against perfect play it loses "
            f"{self.network_defeats[-1]:.0f} alone and {self.search_defeats[-1]:.0f} with a search of "
            f"{self.n_simulations} positions; after the first iteration it lost {self.network_defeats[0]:.0f} and "
            f"{self.search_defeats[0]:.0f}.{stop}"
        )

    def choose_cell(self, board: Any, *, n_simulations: int | None = None) -> tuple[int, int] | None:
        """Return the row and column of the move this player chooses.

        Parameters
        ----------
        board : sequence of 3 rows of 3 marks
            "X", "O", and "." for an empty cell; X has moved first.
        n_simulations : int, optional
            Positions to look at; 0 asks the network alone. As many as in training if left out.

        Returns
        -------
        tuple of (int, int) or None
            Row and column from 0; None when the game is over.
        """
        position = check_position(board)
        n_simulations = self._simulations(n_simulations)
        if not next_positions(position):
            return None
        marks = {to_move(position): 1, ".": 0}
        seen = np.array([[marks.get(mark, -1) for mark in position]], np.int8)  # (1, 9)
        row, column = divmod(int(preferred_cells(self.weights, seen, n_simulations)[0]), 3)
        return row, column

    def against_perfect(
        self, n_games: int = N_TEST_GAMES, *, n_simulations: int | None = None, rng: Any = 0
    ) -> dict[str, int]:
        """Return wins, draws and defeats against perfect play, which draws among its equally good moves.

        Parameters
        ----------
        n_games : int, default=200
            Half of the games this player moves first.
        n_simulations : int, optional
            Positions to look at; 0 asks the network alone. As many as in training if left out.
        rng : int, numpy.random.Generator or None, default=0
            The chance behind the moves of the perfect player.

        Returns
        -------
        dict of str to int
            "wins", "draws" and "defeats".
        """
        n_games = check_integer("n_games", n_games, low=1, high=MOST_GAMES)
        return play_perfect(self.weights, n_games, self._simulations(n_simulations), as_generator(rng))

    def ways_to_lose(self, *, n_simulations: int | None = None) -> list[tuple[str, ...]]:
        """Return every final board on which this player has lost, when the opponent may reply anything.

        Parameters
        ----------
        n_simulations : int, optional
            Positions to look at; 0 asks the network alone. As many as in training if left out.

        Returns
        -------
        list of tuple of 3 str
            Boards; an empty list is a proof that this player, as X and as O, cannot be beaten.
        """
        n_simulations = self._simulations(n_simulations)
        return [board for first in (True, False) for board in _lost_boards(self.weights, n_simulations, first)]

    def _simulations(self, n_simulations: int | None) -> int:
        chosen = self.n_simulations if n_simulations is None else n_simulations
        return check_integer("n_simulations", chosen, low=0, high=MOST_SIMULATIONS)

    def plot(self) -> Figure:
        """Return a figure of the learning curve: defeats against perfect play, and the two losses."""
        figure = new_figure(9.0, 3.6)
        left, right = figure.subplots(1, 2)
        iterations = np.arange(1, len(self.policy_losses) + 1)
        left.plot(iterations, self.network_defeats, "o-", color="#d55e00", label="network alone")
        left.plot(iterations, self.search_defeats, "s-", color="#0072b2", label="with search")
        left.set(title="Against perfect play", xlabel="iteration", ylabel=f"defeats in {N_TEST_GAMES} games")
        right.plot(iterations, self.policy_losses, "o-", color="#009e73", label="policy: cross-entropy")
        right.plot(iterations, self.value_losses, "s-", color="#cc79a7", label="value: squared error")
        right.set(title="Losses in training", xlabel="iteration", ylabel="mean loss")
        for ax in (left, right):
            ax.set_ylim(bottom=0)
            ax.xaxis.get_major_locator().set_params(integer=True)
            ax.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write network and learning curve to one file of numpy's npz form, whole or not at all."""
        settings = {"n_games": self.n_games, "n_simulations": self.n_simulations, "interrupted": self.interrupted}
        history = {name: getattr(self, name) for name in HISTORY}
        write_arrays(path, "player", settings, self.weights | history)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> SelfPlayResult:
        """Return the player that `save` wrote; a damaged file is refused."""
        names = ["n_games", "n_simulations", "interrupted"]
        settings, arrays = read_arrays(path, "player", names, "Save one first: train_selfplay().save(path).")
        history = {name: arrays[name] for name in HISTORY}
        return cls({name: arrays[name] for name in new_weights(1, np.random.default_rng(0))}, **history, **settings)


def play_perfect(weights: Weights, n_games: int, n_simulations: int, rng: np.random.Generator) -> dict[str, int]:
    """Return wins, draws and defeats of the network against perfect play, moving first in half of the games."""
    counts = {"wins": 0, "draws": n_games, "defeats": 0}
    for first, n in ((True, n_games - n_games // 2), (False, n_games // 2)):
        boards = np.zeros((n, 9), np.int8)
        for turn in range(9):
            if not len(boards):
                break
            own_turn = (turn % 2 == 0) == first
            cells = preferred_cells(weights, boards, n_simulations) if own_turn else _perfect(boards, turn, rng)
            boards = place_marks(boards, cells)
            # The player whose turn would be next has lost; the other games go on.
            lost = has_lost(boards)
            counts["wins" if own_turn else "defeats"] += int(lost.sum())
            boards = boards[~lost]
    counts["draws"] -= counts["wins"] + counts["defeats"]
    return counts


def _perfect(boards: Boards, turn: int, rng: np.random.Generator) -> Any:
    choices = [_best_cells(_as_text(board, turn)) for board in boards]
    return np.array([cells[int(rng.random() * len(cells))] for cells in choices])


@functools.cache
def _best_cells(position: str) -> list[int]:
    after, value = next_positions(position), position_value(position)
    return [cell for cell, new in after.items() if position_value(new) == value]


def _as_text(board: Boards, turn: int) -> str:
    own, other = "XO" if turn % 2 == 0 else "OX"
    return "".join(own if mark == 1 else other if mark == -1 else "." for mark in board.tolist())


def _lost_boards(weights: Weights, n_simulations: int, first: bool) -> list[tuple[str, ...]]:
    boards = np.zeros((1, 9), np.int8)
    lost: list[tuple[str, ...]] = []
    for turn in range(9):
        if (turn % 2 == 0) == first:
            boards = place_marks(boards, preferred_cells(weights, boards, n_simulations))
            boards = boards[~has_lost(boards)]  # won games need no reply
        else:
            # Every reply on every board; boards that come up twice are kept once.
            which, cells = np.nonzero(boards == 0)
            boards = np.unique(place_marks(boards[which], cells), axis=0)
            ended = has_lost(boards)
            texts = [_as_text(board, turn + 1) for board in boards[ended]]
            lost += [(text[:3], text[3:6], text[6:]) for text in texts]
            boards = boards[~ended]
        if not len(boards):
            break
    return lost


def write_arrays(place: Any, kind: str, settings: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Write settings and arrays to one npz file, whole or not at all."""
    about = json.dumps({"format": FORMAT, "kind": kind, "settings": settings})
    with whole_file(check_path("path", place)) as part, part.open("wb") as file:
        np.savez(file, about=np.array(about), **arrays)


def read_arrays(place: Any, kind: str, names: list[str], remedy: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return settings of these names and arrays that `write_arrays` wrote, after looking whether they are whole."""
    place = check_path("path", place)
    if not place.exists():
        raise FileNotFoundError(f"no {kind} at {str(place)!r}. {remedy}")
    if place.is_dir():
        raise IsADirectoryError(f"cannot read {str(place)!r}: it is a folder. Name a file.")
    try:
        with zipfile.ZipFile(place) as archive:
            if name := archive.testzip():
                raise ValueError(f"{name} does not have its checksum")
        with np.load(place, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop("about")))
        if (about["format"], about["kind"]) != (FORMAT, kind) or sorted(about["settings"]) != sorted(names):
            raise ValueError(f"it holds {about['format']!r}, {about['kind']!r}")
        _check_arrays(arrays)
        return dict(about["settings"]), arrays
    except (OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{str(place)!r} is no {kind}, or a damaged one: {error}. {remedy}") from None


def _check_arrays(arrays: dict[str, Any]) -> None:
    n_hidden, n_iterations = arrays["hidden"].shape[1], arrays["policy_losses"].shape[0]
    wanted = {name: weight.shape for name, weight in new_weights(n_hidden, np.random.default_rng(0)).items()}
    for name, shape in {**wanted, **dict.fromkeys(HISTORY, (n_iterations,))}.items():
        if arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
            raise ValueError(f"{name} is not made of numbers in the shape {shape}")
