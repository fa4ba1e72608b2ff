"""Players that use a learned network: the one that comes with the package, or your own.

The idea in three lines: a network values the board after each move, so the best move needs no formula made by people;
looking ahead corrects what the network gets wrong, one chance layer at a time;
a crowded board is in danger and cheap to search, so it gets one layer more.

*Left out*: how the network came about, in ``ntuple_training.py``. *Next*: ``_shipped.py``, 7 MB for 67 million weights.
"""

from __future__ import annotations

import functools
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._support.checks import check_integer, check_number, message
from .expectimax import MAX_DEPTH, fits_twin, numba_is_there
from .ntuple import NTupleNetwork
from .rules import check_board, possible_moves

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .game import Turns

__all__ = ["LEARNED", "NTuplePlayer", "network_depth", "ntuple_player"]

CROWDED = 2  # empty cells; with so few, one more layer costs little
DEARER = 20  # times as long, for each empty cell and one more: what a plain search takes for one more layer at most


@dataclass(frozen=True)
class NTuplePlayer:
    """A player that values boards by an n-tuple network and may look ahead: a function from a board to a direction.

    Attributes
    ----------
    network : NTupleNetwork or None
        The network; None for the one that comes with the package.
    depth : int or None
        The number of chance layers looked through; None takes 2, or 3 on a crowded board.
    seconds_per_move : float or None
        Time for each move; one layer more is searched until it is up.
    """

    network: NTupleNetwork | None = None
    depth: int | None = None
    seconds_per_move: float | None = None

    @property
    def __name__(self) -> str:  # how results name a player; networks of one's own are told apart by a checksum
        network = "" if self.network is None else f" {self.checksum}"
        if self.seconds_per_move is not None:
            return f"ntuple{network}, {self.seconds_per_move:g} s a move"
        return f"ntuple{network}, depth {'2 to 3' if self.depth is None else self.depth}"

    @functools.cached_property
    def checksum(self) -> str:
        """Eight letters that tell networks apart."""
        return f"{zlib.crc32(self.weights().weights.data):08x}"

    def __call__(self, board: Any) -> str:
        """Return the direction with the most points now and to come."""
        tiles = check_board(board)
        if not possible_moves(tiles):
            raise ValueError(message("board", "one on which a move is left", board, "Ask legal_moves(board) first."))
        if self.seconds_per_move is None:
            values = self.values(tiles)
        elif numba_is_there() and fits_twin(tiles):
            from ._fastplay import deepest_move

            return deepest_move(tiles, self.weights(), self.seconds_per_move)
        else:
            values = deepest_values(tiles, self.weights(), self.seconds_per_move)
        return max(values, key=values.__getitem__)

    def values(self, board: Any) -> dict[str, float]:
        """Return the points that each legal move promises; with a time for each move, those of the default depth."""
        tiles = check_board(board)
        depth = network_depth(int((tiles == 0).sum())) if self.depth is None else self.depth
        return self.weights().move_values(tiles, depth=depth, compiled=True)

    def weights(self) -> NTupleNetwork:
        """Return the network, the shipped one unpacked on first use."""
        if self.network is not None:
            return self.network
        from ._shipped import shipped_network

        return shipped_network()

    def play(self, board: NDArray[np.int64], rng: np.random.Generator, n_moves: int) -> Turns:
        """Return up to `n_moves` turns in compiled code, as `game.play_plainly` does."""
        from ._fastplay import play

        depths = [network_depth(n_empty) if self.depth is None else self.depth for n_empty in range(17)]
        return play(board, self.weights(), depths, rng, n_moves)


LEARNED = {  # rungs of the ladder that use the shipped network
    "ntuple": NTuplePlayer(depth=0),
    "ntuple-1": NTuplePlayer(depth=1),
    "ntuple-search": NTuplePlayer(),
}


def network_depth(n_empty: int) -> int:
    """Return how many chance layers a board with so many empty cells deserves by default."""
    return 3 if n_empty <= CROWDED else 2


def deepest_values(board: NDArray[np.int64], network: NTupleNetwork, seconds: float) -> dict[str, float]:
    """Return the values of the deepest plain search that is over in time, as far as the layer before it tells."""
    began = time.perf_counter()
    dearer = DEARER * (int((board == 0).sum()) + 1)
    for depth in range(MAX_DEPTH + 1):
        layer_began = time.perf_counter()
        values = network.move_values(board, depth=depth)
        now = time.perf_counter()
        if now - began + dearer * (now - layer_began) > seconds:
            break
    return values


def ntuple_player(
    network: NTupleNetwork | None = None, *, depth: int | None = None, seconds_per_move: float | None = None
) -> NTuplePlayer:
    """Return a 2048 player that uses a learned network, for `solve_2048`, `play_many` and `choose_move`.

    Parameters
    ----------
    network : NTupleNetwork or None, default=None
        What `train_ntuple` learned. None takes the network that comes with the package.
    depth : int or None, default=None
        The number of chance layers looked through, from 0 (value the board right after the move) to 8. None takes 2,
        or 3 on a crowded board.
    seconds_per_move : float or None, default=None
        Search one layer deeper after the other for so long, at most 8, instead of a given depth. Moves then depend on
        the speed of the machine, and a seed no longer names a game. Without numba, and on boards with tiles beyond
        2**15, the plain code searches so: it gets less deep in the same time.

    Returns
    -------
    NTuplePlayer
        A function from a board to a direction.

    Raises
    ------
    TypeError, ValueError
        When an argument is none of the above, or both limits are given.

    Examples
    --------
    >>> player = ntuple_player(depth=0)
    >>> player([[2, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]) in ("left", "right")
    True
    """
    given: Any = network
    if given is not None and not isinstance(given, NTupleNetwork):
        remedy = "Pass train_ntuple(...).network, or nothing for the network that comes with the package."
        raise TypeError(message("network", "an NTupleNetwork or None", network, remedy))
    if depth is not None:
        depth = check_integer("depth", depth, low=0, high=MAX_DEPTH, remedy="Use 0 for speed, 2 for strength.")
    if seconds_per_move is not None:
        seconds_per_move = check_number("seconds_per_move", seconds_per_move, above=0, high=3600)
        if depth is not None:
            remedy = "Give one limit only."
            raise ValueError(message("depth", "None where `seconds_per_move` is given", depth, remedy))
    return NTuplePlayer(network, depth, seconds_per_move)
