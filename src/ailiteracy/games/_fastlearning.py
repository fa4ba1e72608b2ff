"""Temporal-difference learning in compiled code: an n-tuple network plays whole games and learns from each.

The idea in three lines: a game is played by the move with the most points now and to come;
then its boards are visited from the last to the first, and each one's value moves towards the points that followed;
several threads may learn at once on the same weights, each with chance of its own.

*Left out*: what the update means, in ``ntuple.py``, whose plain twin is tested equal. *Next*: ``ntuple_training.py``.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from ._fast2048 import CELL, EMPTY_BOARD, ONE_CELL, U, compiled, empty_cells, n_empty
from ._fastntuple import LOOK, TABLES, best_move
from ._fastvalues import LEARN, F

__all__ = ["LONGEST_GAME", "learn_games"]

AHEAD = 2  # boards: how early the weights of a board are asked for
LONGEST_GAME = 100_000  # moves; a game to 65,536 needs some 33,000
ONE_IN_TEN = U(429_496_730)  # 2**32 / 10: the share of 4s


@compiled("uint64(uint64[::1])", counted=False)
def random_bits(state):
    """Return 64 random bits by SplitMix64 (Steele, Lea and Flood 2014), whose state is one number."""
    state[0] += U(0x9E37_79B9_7F4A_7C15)
    bits = state[0]
    bits = (bits ^ (bits >> U(30))) * U(0xBF58_476D_1CE4_E5B9)
    bits = (bits ^ (bits >> U(27))) * U(0x94D0_49BB_1331_11EB)
    return bits ^ (bits >> U(31))


@compiled("uint64(uint64, uint64[::1])", counted=False)
def add_tile(board, state):
    """Add a 2 or a 4 to an empty cell: the high half of the random bits says where, the low half what."""
    bits = random_bits(state)
    empty = empty_cells(board)
    for _ in range(((bits >> U(32)) * U(n_empty(board))) >> U(32)):
        empty &= empty - U(1)  # the lowest one is not meant
    lowest = empty & (~empty + U(1))
    return board | (lowest << U(bits & U(0xFFFF_FFFF) < ONE_IN_TEN))


@compiled(f"int64(uint64[::1], int32[::1], uint64[::1], {TABLES}, float32[::1], {LOOK})", counted=False)
def play_game(afterstates, rewards, state, moves, points, weights, value, fetch):
    """Fill in the board after each move, before the new tile, and the points of the move; return how many there are."""
    board = add_tile(add_tile(EMPTY_BOARD, state), state)
    for turn in range(len(afterstates)):
        choice, after, earned = best_move(board, moves, points, weights, value, fetch)
        if choice < 0:
            return turn
        afterstates[turn], rewards[turn] = after, earned
        board = add_tile(after, state)
    return len(afterstates)


@compiled(f"void(uint64[::1], int32[::1], float32, float32[::1], float32[:, ::1], {LEARN})", counted=False)
def learn_path(afterstates, rewards, rate, weights, errors, learn):
    """Learn from one game, backwards: after the last move there were no points to come."""
    target = F(0)
    for turn in range(len(afterstates) - 1, -1, -1):
        later = afterstates[max(0, turn - AHEAD)]
        target = F(rewards[turn]) + learn(afterstates[turn], later, target, rate, weights, errors)


@compiled(
    f"int64(int64[:, ::1], uint8[::1], float32, uint64[::1], {TABLES}, float32[::1], float32[:, ::1],"
    f"{LOOK}, {LEARN}, uint64[::1], int32[::1])",
    counted=False,
)
def learn_games(log, stop, rate, state, moves, points, weights, errors, value, fetch, learn, afterstates, rewards):
    """Play and learn until the log is full or `stop` is no longer 0; return the number of games.

    A row of the log: the score, the number of moves and the best rank of one game.
    """
    for game in range(len(log)):
        if stop[0]:
            return game
        n_turns = play_game(afterstates, rewards, state, moves, points, weights, value, fetch)
        learn_path(afterstates[:n_turns], rewards[:n_turns], rate, weights, errors, learn)
        log[game, 0], log[game, 1], log[game, 2] = 0, n_turns, 0
        for turn in range(n_turns):
            log[game, 0] += rewards[turn]
        for cell in range(U(16)):
            log[game, 2] = max(log[game, 2], (afterstates[n_turns - 1] >> (cell * ONE_CELL)) & CELL)
    return len(log)
