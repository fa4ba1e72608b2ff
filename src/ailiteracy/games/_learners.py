"""The loop of ``ntuple_training.py`` in plain code, and in compiled code with one or more threads.

The idea: `learners` gives a function that plays a few games, learns from them and returns their records; between two
calls the keyboard is heard and a checkpoint can be written.

*Left out*: settings and files. *Next*: ``_fastlearning.py``.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from .expectimax import numba_is_there
from .ntuple import best_move, learn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from .ntuple_training import Learning

__all__ = ["learners"]

LOOK_UP = 0.25  # seconds between two looks at the keyboard and the clock
GAMES_AT_ONCE = 10_000  # of a thread between two of them, at most
MASK = 2**64 - 1


@contextlib.contextmanager
def learners(state: Learning, rate: float) -> Iterator[Callable[[int], list[NDArray[np.int64]]]]:
    """Give a function (most games to play) -> records of the games played, of shape (n, 3) for each thread."""
    if not numba_is_there():
        yield lambda most: [play_plainly(state, rate)]
        return
    from concurrent.futures import ThreadPoolExecutor, wait

    thread_play = compiled_learner(state, rate)
    n_jobs = len(state.chance)
    with ThreadPoolExecutor(n_jobs) as pool:

        def play_some(most: int) -> list[NDArray[np.int64]]:
            stop = np.zeros(1, dtype=np.uint8)  # the threads look at it between two games
            shares = [min(most // n_jobs + (job < most % n_jobs), GAMES_AT_ONCE) for job in range(n_jobs)]
            running = [pool.submit(thread_play, job, share, stop) for job, share in enumerate(shares)]
            try:
                wait(running, timeout=LOOK_UP)
            except KeyboardInterrupt:
                # The games under way change the weights, so their records must be kept too.
                stop[0] = 1
                state.games += [future.result() for future in running]
                raise
            stop[0] = 1
            return [future.result() for future in running]

        yield play_some


def compiled_learner(state: Learning, rate: float) -> Callable[[int, int, NDArray[np.uint8]], NDArray[np.int64]]:
    """Return a function (thread, most games, stop) -> records, each thread with room of its own for a game."""
    from ._fast2048 import tables
    from ._fastlearning import LONGEST_GAME, learn_games
    from ._fastvalues import fetch_function, learn_function, value_function

    tuples, weights = state.network.tuples, state.network.weights
    n_jobs = len(state.chance)
    afterstates = np.empty((n_jobs, LONGEST_GAME), dtype=np.uint64)
    rewards = np.empty((n_jobs, LONGEST_GAME), dtype=np.int32)
    value, fetch = value_function(tuples), fetch_function(tuples)
    learn = learn_function(tuples, coherent=len(state.errors) > 0)

    def thread_play(job: int, most: int, stop: NDArray[np.uint8]) -> NDArray[np.int64]:
        log = np.empty((most, 3), dtype=np.int64)
        n_played = learn_games(
            log, stop, rate, state.chance[job], tables().moves, tables().points, weights, state.errors,
            value, fetch, learn, afterstates[job], rewards[job],
        )  # fmt: skip
        return log[:n_played].copy()  # a view would keep the whole log in memory

    return thread_play


def play_plainly(state: Learning, rate: float) -> NDArray[np.int64]:
    """Play one game in plain code and learn from it backwards; return its record, of shape (1, 3)."""
    chance = state.chance[0]
    board = add_tile(add_tile(np.zeros((4, 4), dtype=np.int64), chance), chance)
    path: list[tuple[Any, int]] = []
    while (move := best_move(state.network, board)) is not None:
        _, after, points = move
        path.append((after, points))
        board = add_tile(after, chance)
    target = 0.0  # after the last move there were no points to come
    for after, points in reversed(path):
        errors = state.errors if len(state.errors) else None
        target = points + learn(state.network, after, target, rate=rate, errors=errors)
    best_rank = int(path[-1][0].max()).bit_length() - 1
    return np.array([[sum(points for _, points in path), len(path), best_rank]])


def add_tile(board: NDArray[np.int64], chance: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the board with a new tile, drawn as the compiled twin draws it; `chance` moves on in place."""
    counter = int(chance[0]) + 0x9E37_79B9_7F4A_7C15 & MASK
    chance[0] = counter
    bits = (counter ^ counter >> 30) * 0xBF58_476D_1CE4_E5B9 & MASK
    bits = (bits ^ bits >> 27) * 0x94D0_49BB_1331_11EB & MASK
    bits ^= bits >> 31
    empty = np.flatnonzero(board == 0)
    after = board.copy()
    after.flat[empty[(bits >> 32) * len(empty) >> 32]] = 4 if (bits & 0xFFFF_FFFF) < 429_496_730 else 2
    return after
