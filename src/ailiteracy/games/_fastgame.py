"""Whole games in compiled code: the built-in players on 64-bit boards.

The idea in three lines: a chunk of moves is played without a look back at Python;
random numbers are drawn outside and used up in the order of the plain code, so the same seed gives the same game;
a log of moves and tiles comes back, from which the game can be replayed.

*Left out*: the search itself, in ``_fastsearch.py``. *Next*: ``arena.py``, many games.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING

import numpy as np

from ._fast2048 import (
    CELL,
    EMPTY_BOARD,
    FOUR,
    ONE_CELL,
    TABLES,
    TWO,
    U,
    compiled,
    n_empty,
    new_tile,
    pack,
    place,
    row_sum,
    slide_to,
    tables,
    transpose,
    unpack,
)  # fmt: skip
from ._fastsearch import MEMORY, new_memory, search, search_depth
from .players import IN_CORNER, PER_EMPTY, ordered_sums
from .rules import DIRECTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .game import Turns

__all__ = ["PLAYERS", "move_values", "play"]

PLAYERS = ("random", "greedy", "one-ply", "expectimax")  # in the compiled code a player is its place in this list


@compiled("int64(uint64, float64, uint16[::1])")
def random_choice(board, draw, moves):
    """Draw one of the legal directions."""
    count = 0
    for direction in range(4):
        count += slide_to(board, direction, moves) != board
    skip = int(draw * count)
    for direction in range(4):
        if slide_to(board, direction, moves) != board:
            if skip == 0:
                return direction
            skip -= 1
    return -1


@compiled("int64(uint64, int32[::1])")
def simple_value(board, ordered):
    """Return what `players.simple_value` returns."""
    top = U(0)
    for cell in range(U(16)):
        top = max(top, (board >> (cell * ONE_CELL)) & CELL)
    value = PER_EMPTY * n_empty(board) + row_sum(board, ordered) + row_sum(transpose(board), ordered)
    for corner in (0, 12, 48, 60):
        if (board >> U(corner)) & CELL == top:
            return value + (IN_CORNER << np.int64(top) if top else 0)
    return value


@compiled("float64(uint64, int32[::1])")
def average_value(board, ordered):
    """Average `simple_value` over the next tile."""
    count, after_two, after_four = 0, 0, 0
    for cell in range(U(16)):
        if (board >> (cell * ONE_CELL)) & CELL == EMPTY_BOARD:
            count += 1
            after_two += simple_value(board | (U(1) << (cell * ONE_CELL)), ordered)
            after_four += simple_value(board | (U(2) << (cell * ONE_CELL)), ordered)
    return (TWO * after_two + FOUR * after_four) / count


@compiled("int64(uint64, int64, uint16[::1], int32[::1])")
def shallow_choice(board, player, moves, ordered):
    """Return the direction of the greedy (1) or the one-ply player (2)."""
    best, choice = -1.0, -1
    for direction in range(4):
        after = slide_to(board, direction, moves)
        if after != board:
            value = float(n_empty(after)) if player == 1 else average_value(after, ordered)
            if value > best:
                best, choice = value, direction
    return choice


@compiled(
    "Tuple((uint64, int64, int64))"
    "(uint64, int64, float64[:, ::1], uint8[::1], uint64[::1],"
    f"{TABLES}, int32[::1], int64[:, ::1], int32[::1], {MEMORY})"
)
def play_chunk(board, player, draws, chosen, tiles, moves, scores, points, depths, ordered, boards, values):
    """Play one move for each row of `draws`; return the board, the number of moves played and the points."""
    earned = 0
    best_values = np.empty(4)
    for turn in range(len(draws)):
        if player == 0:
            choice = random_choice(board, draws[turn, 2], moves)
        elif player == 3:
            choice = search(board, search_depth(board, depths), best_values, moves, scores, boards, values)
        else:
            choice = shallow_choice(board, player, moves, ordered)
        if choice < 0:
            return board, turn, earned
        earned += row_sum(board if choice < 2 else transpose(board), points)
        board = slide_to(board, choice, moves)
        chosen[turn] = choice
        tiles[turn] = new_tile(board, draws[turn, 0], draws[turn, 1])
        board |= tiles[turn]
    return board, len(draws), earned


class _OfThread(threading.local):
    """A transposition table for each thread; its entries are true for every game."""

    def __init__(self) -> None:
        self.memory = new_memory()


_own = _OfThread()


def move_values(board: NDArray[np.int64], depth: int | None) -> dict[str, float]:
    """Return what `expectimax.move_values` returns."""
    packed = pack(board)
    best_values = np.empty(4)
    depth = search_depth(packed, tables().depths) if depth is None else depth
    search(packed, depth, best_values, tables().moves, tables().scores, *_own.memory)
    return {name: float(value) for name, value in zip(DIRECTIONS, best_values, strict=True) if value >= 0}


def play(board: NDArray[np.int64], player: str, rng: np.random.Generator, n_moves: int) -> Turns:
    """Return what `game.play_plainly` returns: up to `n_moves` turns, fewer when the game ends before."""
    chosen, tiles = np.empty(n_moves, dtype=np.uint8), np.empty(n_moves, dtype=np.uint64)
    state = rng.bit_generator.state
    if player == "random":
        draws = np.roll(rng.random((n_moves, 3)), -1, axis=1)  # choice comes first in the plain code
    else:
        draws = rng.random((n_moves, 2))
    packed, n_played, points = play_chunk(
        pack(board), PLAYERS.index(player), draws, chosen, tiles, *tables(), ordered_table(), *_own.memory
    )
    rng.bit_generator.state = state
    rng.random((n_played, draws.shape[1]))  # leave the generator where the plain code leaves it
    directions = [DIRECTIONS[choice] for choice in chosen[:n_played]]
    return directions, [place(int(tile)) for tile in tiles[:n_played]], int(points), unpack(packed)


@functools.cache
def ordered_table() -> NDArray[np.int32]:
    """Return `players.ordered_sums` of all 65,536 rows."""
    ranks = np.arange(2**16)[:, None] >> np.arange(0, 16, 4) & 15  # (65536, 4)
    return ordered_sums(np.where(ranks > 0, 2**ranks, 0)).astype(np.int32)
