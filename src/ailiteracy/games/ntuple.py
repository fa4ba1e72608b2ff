"""An n-tuple network: a value of 2048 boards that a program learns by playing, without being told what is good.

The idea in three lines: choose a few small groups of cells (tuples); each has a table with one weight for each pattern
of tiles it can show; the value of a board is the sum of the weights that its 8 mirror images and turns pick out;
after each game every board's value moves towards what followed: the points of the next move plus the value after it.
Boards are valued right after a move, before the new tile (*afterstates*), so that choosing a move needs no average.

*Left out*: stages, in which late boards have tables of their own. *Next*: ``ntuple_training.py``, where networks learn;
``_fastntuple.py`` and ``_fastlearning.py`` are the compiled twins of this file.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, check_flag, check_integer, message
from .._support.files import check_path, whole_file
from .expectimax import MAX_DEPTH, MAX_FOURS, fits_twin, numba_is_there
from .rules import CHANCE_OF_FOUR, check_board, possible_moves, slide_board

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Tuples = tuple[tuple[int, ...], ...]

__all__ = ["TUPLES", "NTupleNetwork", "best_move", "check_tuples", "entries", "finished", "learn", "n_entries"]

# Cells are numbered in reading order, 0 to 15. Mirror images and turns come for free, so few tuples cover the board.
TUPLES: dict[str, Tuples] = {
    "5x4": ((0, 1, 2, 3), (4, 5, 6, 7), (0, 1, 4, 5), (1, 2, 5, 6), (5, 6, 9, 10)),
    "4x5": ((0, 1, 2, 3, 4), (4, 5, 6, 7, 8), (0, 1, 2, 4, 5), (4, 5, 6, 8, 9)),
    "4x6": ((0, 1, 2, 3, 4, 5), (4, 5, 6, 7, 8, 9), (0, 1, 2, 4, 5, 6), (4, 5, 6, 8, 9, 10)),
}
N_RANKS = 16  # an empty cell, and the tiles 2 to 32768
LONGEST_TUPLE = 7  # 16**7 weights of 4 bytes are 1 GB
FORMAT = "ailiteracy n-tuple network 1"
# What reading a damaged archive may raise.
DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, eq=False, repr=False)
class NTupleNetwork:
    """A value function of 2048 boards.

    Attributes
    ----------
    tuples : tuple of tuples of int
        The cells of each tuple, 0 to 15 in reading order.
    weights : ndarray of shape (n_entries,)
        The tables of all tuples, one after the other: float32, or int16 where `step` is not 1.
    step : float, default=1.0
        How many points one unit of a weight stands for.

    Raises
    ------
    TypeError, ValueError
        When the tuples are none, or the weights are of another shape or type.

    Examples
    --------
    >>> network = NTupleNetwork.zeros("5x4")
    >>> network.value([[2, 4, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    0.0
    """

    tuples: Tuples
    weights: NDArray[np.float32] | NDArray[np.int16]
    step: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "tuples", check_tuples(self.tuples))
        shape, kind = (n_entries(self.tuples),), np.dtype(np.float32 if self.step == 1 else np.int16)
        weights = self.weights
        if not isinstance(weights, np.ndarray) or (weights.shape, weights.dtype) != (shape, kind):
            found = f"{weights.dtype}, {weights.shape}" if isinstance(weights, np.ndarray) else weights
            remedy = f"Use numpy.asarray(weights, numpy.{kind})."
            raise ValueError(message("weights", f"an array of {kind} of shape {shape}", found, remedy))
        if not weights.flags.c_contiguous:
            object.__setattr__(self, "weights", weights.copy())

    @classmethod
    def zeros(cls, tuples: str | Sequence[Sequence[int]] = "4x5") -> NTupleNetwork:
        """Return a network that knows nothing: all weights are 0."""
        checked = check_tuples(tuples)
        # The system hands out memory for zeros when it is first written to: boards never seen take none.
        return cls(checked, np.zeros(n_entries(checked), dtype=np.float32))

    def value(self, board: Any) -> float:
        """Return the points that the network expects from a board that waits for a new tile."""
        return float(_value(self, entries(check_board(board), self.tuples)))

    def move_values(self, board: Any, *, depth: int = 0, compiled: bool = False) -> dict[str, float]:
        """Return the points that each legal move promises, now and to come.

        Parameters
        ----------
        board : array_like of shape (4, 4)
            Tile values, 0 for an empty cell.
        depth : int, default=0
            The number of chance layers looked through, from 0 (value the board right after the move) to 8.
        compiled : bool, default=False
            Whether to ask the compiled twin, which finds the same values thousands of times faster.

        Returns
        -------
        dict of str to float
            Direction to points; empty when the game is over.
        """
        tiles = check_board(board)
        depth = check_integer("depth", depth, low=0, high=MAX_DEPTH, remedy="Use 0 for speed, 2 for strength.")
        if check_flag("compiled", compiled) and fits_twin(tiles) and numba_is_there():
            from ._fastplay import move_values

            return move_values(tiles, self, depth)
        after = {direction: slide_board(tiles, direction) for direction in possible_moves(tiles)}
        return {
            direction: points + chance_node(self, new, depth, MAX_FOURS) for direction, (new, points) in after.items()
        }

    def __repr__(self) -> str:
        sizes = ", ".join(str(len(cells)) for cells in self.tuples)
        used = np.count_nonzero(self.weights) / len(self.weights)
        return (
            f"N-tuple network of {len(self.tuples)} tuples (cells: {sizes}): {len(self.weights):,} weights, "
            f"{self.weights.nbytes / 1e6:,.0f} MB; {used:.1%} of them are in use."
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to a file (.npz), whole or not at all."""
        header = json.dumps({"format": FORMAT, "tuples": self.tuples, "step": self.step})
        with whole_file(check_path("path", path)) as part, part.open("wb") as file:
            np.savez_compressed(file, header=np.array(header), weights=self.weights)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> NTupleNetwork:
        """Return the network that `save` wrote."""
        place = check_path("path", path)
        if not place.exists():
            raise FileNotFoundError(f"no network at {str(place)!r}. Train one first: train_ntuple().save(path).")
        try:
            with place.open("rb") as file, np.load(file, allow_pickle=False) as content:
                header = json.loads(str(content["header"]))
                if header["format"] != FORMAT:
                    raise ValueError(f"its format is not {FORMAT!r}")
                tuples, weights, step = check_tuples(header["tuples"]), content["weights"], float(header["step"])
        except DAMAGE as error:
            raise ValueError(f"{str(place)!r} is no saved network, or a damaged one: {error}. Save it again.") from None
        kind = np.float32 if step == 1 else np.int16
        if weights.shape != (n_entries(tuples),) or weights.dtype != kind or not np.isfinite(weights).all():
            raise ValueError(f"{str(place)!r} is a damaged network: its weights do not fit its tuples. Save it again.")
        return cls(tuples, finished(weights), step)


def finished(weights: NDArray[Any]) -> NDArray[Any]:
    """Return a view of weights that nobody can write to, so that a search may remember values between moves."""
    view = weights.view()
    view.flags.writeable = False
    return view


def check_tuples(tuples: Any) -> Tuples:
    """Return a set of tuples by name or as given, or say in words why it is none."""
    if isinstance(tuples, str):
        return TUPLES[check_choice("tuples", tuples, TUPLES)]
    remedy = "Cells are numbered 0 to 15 in reading order: [(0, 1, 2, 3), (0, 1, 4, 5)]."
    try:
        checked = tuple(tuple(cells) for cells in tuples)
    except TypeError:
        raise TypeError(message("tuples", "a name or a list of tuples of cells", tuples, remedy)) from None
    if not checked:
        raise ValueError(message("tuples", "at least one tuple of cells", tuples, remedy))
    for cells in checked:
        for cell in cells:
            check_integer("tuples", cell, low=0, high=15, remedy=remedy)
        if not 1 <= len(cells) <= LONGEST_TUPLE or len(set(cells)) != len(cells):
            raise ValueError(message("tuples", f"tuples of 1 to {LONGEST_TUPLE} different cells", cells, remedy))
    return tuple(tuple(int(cell) for cell in cells) for cells in checked)


def n_entries(tuples: Tuples) -> int:
    """Return the number of weights: 16 ** length for each tuple."""
    return sum(N_RANKS ** len(cells) for cells in tuples)


def entries(board: NDArray[np.int64], tuples: Tuples) -> list[int]:
    """Return which weights a board picks out: one for each of its 8 views and each tuple, view by view."""
    ranks = np.log2(np.maximum(board, 1)).round().astype(np.int64)  # (4, 4): 0 for an empty cell, 1 for a 2 ...
    ranks = np.minimum(ranks, N_RANKS - 1)  # tiles above 32768 count as 32768
    found = []
    for side in (ranks, ranks[::-1], ranks.T, ranks.T[::-1]):
        for view in (side, side[:, ::-1]):  # and its mirror image
            cells = view.ravel().tolist()
            first = 0  # where the table of the tuple begins
            for places in tuples:
                found.append(first + sum(cells[cell] * N_RANKS**digit for digit, cell in enumerate(places)))
                first += N_RANKS ** len(places)
    return found


def _value(network: NTupleNetwork, picked: list[int]) -> np.float32:
    return np.float32(network.step) * _sum_of_views(network.weights[picked])


def _sum_of_views(weights: NDArray[Any]) -> np.float32:
    """Add up the weights of each view, then the 8 sums: one by one, as the compiled twin does."""
    total = np.float32(0)
    for view in weights.reshape(8, -1):
        subtotal = np.float32(0)
        for weight in view:
            subtotal += weight
        total += subtotal
    return total


def best_move(network: NTupleNetwork, board: NDArray[np.int64]) -> tuple[str, NDArray[np.int64], int] | None:
    """Return the direction with the most points now and to come, the board after it and its points; None at the end."""
    best, choice = np.float32(0), None
    for direction, after in possible_moves(board).items():
        points = slide_board(board, direction)[1]
        now = np.float32(points) + _value(network, entries(after, network.tuples))
        if choice is None or now > best:
            best, choice = now, (direction, after, points)
    return choice


def chance_node(network: NTupleNetwork, board: NDArray[np.int64], depth: int, fours: int) -> float:
    """Return the points to come on a board that waits for a tile, `depth` chance layers deep.

    As in ``expectimax.py``, but points are added up on the way: a network values those still to come.
    """
    if depth == 0:
        return float(_value(network, entries(board, network.tuples)))
    empty = np.argwhere(board == 0)  # (n_empty, 2)
    after_tile = {2: 0.0, 4: 0.0}
    for row, column in empty:
        for tile in (2, 4) if fours else (2,):  # after MAX_FOURS 4s on a line of play, every tile counts as a 2
            new = board.copy()
            new[row, column] = tile
            left = fours - (tile == 4)
            slid = [slide_board(new, direction) for direction in possible_moves(new)]
            best = max((points + chance_node(network, after, depth - 1, left) for after, points in slid), default=0.0)
            after_tile[tile] += best
    share = CHANCE_OF_FOUR if fours else 0.0
    return ((1 - share) * after_tile[2] + share * after_tile[4]) / len(empty)


def learn(
    network: NTupleNetwork,
    board: NDArray[np.int64],
    target: float,
    *,
    rate: float,
    errors: NDArray[np.float32] | None = None,
) -> float:
    """Move the value of a board towards a target, in place; return the new value.

    (Where two views of a board look at the same weight, it moves twice, and the value somewhat further than returned.)

    Without `errors` this is TD(0): the error is shared out equally. With `errors`, of shape (n_entries, 2), every
    weight has a learning rate of its own (temporal coherence): column 0 sums up its errors, column 1 their sizes.
    Where both agree the weight still moves one way and learns fast; where errors cancel out it has converged.
    """
    picked = entries(board, network.tuples)
    before = _value(network, picked)
    error = np.float32(target) - before
    step = np.float32(rate) * error / np.float32(len(picked))
    shares = np.full(len(picked), step)
    for place, entry in enumerate(picked):
        if errors is not None:
            signed, absolute = errors[entry]
            shares[place] *= abs(signed) / absolute if absolute > 0 else np.float32(1)
            errors[entry] = signed + error, absolute + abs(error)
        network.weights[entry] += shares[place]
    return float(before + _sum_of_views(shares))
