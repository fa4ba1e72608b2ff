"""Whole games by an n-tuple network, in compiled code: the search of ``_fastntuple.py``, move after move.

The idea in three lines: a chunk of moves is played without a look back at Python, with the random numbers of the plain
code; how far to look ahead depends on the room that is left; with a time for each move, the search goes layer by layer
until time is up, and the deepest layer that was finished decides.

*Left out*: the players without a network, in ``_fastgame.py``. *Next*: ``arena.py``, many games.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import ctypes
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ._fast2048 import compiled, n_empty, new_tile, pack, place, row_sum, slide_to, tables, transpose, unpack
from ._fastntuple import LOOK, MEMORY, TABLES, new_memory, search
from ._fastvalues import fetch_function, value_function
from .expectimax import MAX_DEPTH
from .rules import DIRECTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .game import Turns
    from .ntuple import NTupleNetwork

__all__ = ["move_values", "play"]

NO_LIMIT = 2**62
FIRST_GUESS = 1_000_000  # chance nodes a second, until it has been measured


@compiled(
    "Tuple((uint64, int64, int64))"
    "(uint64, int64[::1], float64[:, ::1], uint8[::1], uint64[::1], int64[::1],"
    f"{TABLES}, float32[::1], {LOOK}, {MEMORY})"
)
def play_chunk(board, depths, draws, chosen, tiles, budget, moves, points, weights, value, fetch, boards, values):
    """Play one move for each row of `draws`; return the board, the number of moves played and the points.

    `depths` holds the number of chance layers to look through for each number of empty cells.
    """
    earned = 0
    best_values = np.empty(4)
    for turn in range(len(draws)):
        budget[0] = NO_LIMIT
        depth = depths[n_empty(board)]
        choice = search(board, depth, best_values, budget, moves, points, weights, value, fetch, boards, values)
        if choice < 0:
            return board, turn, earned
        earned += row_sum(board if choice < 2 else transpose(board), points)
        board = slide_to(board, choice, moves)
        chosen[turn] = choice
        tiles[turn] = new_tile(board, draws[turn, 0], draws[turn, 1])
        board |= tiles[turn]
    return board, len(draws), earned


class _OfThread(threading.local):
    """A transposition table for each thread, and the network its values belong to."""

    weights: Any = None
    memory: Any = None
    speed: float = FIRST_GUESS  # chance nodes a second


_own = _OfThread()


def arguments(network: NTupleNetwork) -> tuple[Any, ...]:
    """Return what the search takes after the board: tables, weights, lookups, memory."""
    if _own.weights is not network.weights or network.weights.flags.writeable:  # who knows what changed since
        _own.weights, _own.memory = network.weights, new_memory()
    value = value_function(network.tuples, network.step)
    fetch = fetch_function(network.tuples, network.step)
    return tables().moves, tables().points, _as_writable(network.weights), value, fetch, *_own.memory


def _as_writable(weights: NDArray[Any]) -> NDArray[np.float32]:
    """Return the same memory as the compiled code wants it, float32 and open to writing; it only reads."""
    memory: Any = (ctypes.c_byte * weights.nbytes).from_address(weights.ctypes.data)
    return np.frombuffer(memory, dtype=np.float32)


def move_values(board: NDArray[np.int64], network: NTupleNetwork, depth: int) -> dict[str, float]:
    """Return what `NTupleNetwork.move_values` returns."""
    best_values = np.empty(4)
    search(pack(board), depth, best_values, np.array([NO_LIMIT]), *arguments(network))
    return {name: float(value) for name, value in zip(DIRECTIONS, best_values, strict=True) if value > -np.inf}


def play(
    board: NDArray[np.int64], network: NTupleNetwork, depths: list[int], rng: np.random.Generator, n_moves: int
) -> Turns:
    """Return what `game.play_plainly` returns: up to `n_moves` turns, fewer when the game ends before."""
    chosen, tiles = np.empty(n_moves, dtype=np.uint8), np.empty(n_moves, dtype=np.uint64)
    state = rng.bit_generator.state
    draws = rng.random((n_moves, 2))
    packed, n_played, points = play_chunk(
        pack(board), np.array(depths), draws, chosen, tiles, np.array([NO_LIMIT]), *arguments(network)
    )
    rng.bit_generator.state = state
    rng.random((n_played, 2))  # leave the generator where the plain code leaves it
    directions = [DIRECTIONS[choice] for choice in chosen[:n_played]]
    return directions, [place(int(tile)) for tile in tiles[:n_played]], int(points), unpack(packed)


def deepest_move(board: NDArray[np.int64], network: NTupleNetwork, seconds: float) -> str:
    """Return the move of the deepest search that is finished after `seconds`."""
    began = time.perf_counter()
    packed, best_values, budget, given = pack(board), np.empty(4), np.array([NO_LIMIT]), arguments(network)
    choice = search(packed, 1, best_values, budget, *given)  # the first layer takes microseconds
    for depth in range(2, MAX_DEPTH + 1):
        left = seconds - (time.perf_counter() - began)
        if left <= 0:
            break
        budget[0] = allowed = max(1, int(left * _own.speed))
        layer_began = time.perf_counter()
        deeper = search(packed, depth, best_values, budget, *given)
        n_nodes, took = allowed - int(budget[0]), time.perf_counter() - layer_began
        if n_nodes > 1_000:  # enough to measure
            _own.speed = n_nodes / took
        elif budget[0] < 0 and took < left / 2:  # too low a guess, made while the machine was busy
            _own.speed *= 2
        if budget[0] < 0:
            break
        choice = deeper
    return DIRECTIONS[choice]
