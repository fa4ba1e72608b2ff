"""The compiled twin of ``rules.py``: boards as 64-bit numbers.

A board is one unsigned 64-bit number with 4 bits per cell: 0 for an empty cell, else the tile's rank (2 is 1, 4 is 2,
32768 is 15); row 0 lies in the lowest 16 bits, column 0 in the lowest 4 bits of each row. The idea in three lines:
a row is one of 65,536 numbers, so that sliding it or judging it is one look into a table;
columns are the rows of the transposed board, which shifts and masks make in a few steps;
machine code is kept on disk, under a name that changes with any file of this folder.

*Left out*: boards whose tiles add up to 65,536 or nearly: they could make a tile of rank 16, which needs a fifth bit.
*Next*: ``_fastsearch.py``, expectimax on these boards.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# The types of compiled functions stand in the signature above each: numba reads them there.

from __future__ import annotations

import functools
import hashlib
import pathlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

from .expectimax import depth_rule, line_scores
from .rules import CHANCE_OF_FOUR

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Tables", "compiled", "new_tile", "pack", "place", "slide", "slide_to", "tables", "transpose", "unpack"]

U = np.uint64  # every number that meets a board is one: numba turns uint64 with int64 into float64
CELL, ROW, COLUMN = U(0xF), U(0xFFFF), U(0x000F_000F_000F_000F)
ONE_CELL, THREE_CELLS = U(4), U(12)
ONE_ROW, TWO_ROWS, THREE_ROWS = U(16), U(32), U(48)
LEFT, RIGHT = U(0), U(65_536)  # where each direction starts in the table of moves
EMPTY_BOARD = U(0)

SPREAD = U(0x9E37_79B9_7F4A_7C15)  # 2**64 / golden ratio, odd: multiplying by it mixes low bits into high ones
FOUR, TWO = CHANCE_OF_FOUR, 1 - CHANCE_OF_FOUR

TABLES = "uint16[::1], int32[::1]"  # moves of the rows, and their scores or points
SOURCES = b"".join(path.read_bytes() for path in sorted(pathlib.Path(__file__).parent.glob("*.py")))
STAMP = "sources" + hashlib.sha256(SOURCES).hexdigest()[:8]


def compiled(*signature: str, inline: bool = False, counted: bool = True) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that compiles a function, or takes the machine code kept on disk.

    With a signature that happens now; without one at the first call, for the types of its arguments. `inline` puts
    the function's code into that of its callers. Short functions that make no arrays need not count references to
    those they are given (`counted=False`): counting takes a quarter of their time.
    """
    jit: Any = njit  # its types know either a signature or none, and not both
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "forceinline": inline, "_nrt": counted}

    def decorate(function: Callable[..., Any]) -> Any:
        # The name under which the code is kept: numba alone would not see that another file has changed.
        function.__qualname__ = f"{STAMP}.{function.__name__}"
        try:
            return jit(*signature, cache=True, **options)(function)
        except RuntimeError:  # no folder to keep machine code in
            return jit(*signature, **options)(function)

    return decorate


@compiled("uint64(uint64)")
def transpose(board):
    """Swap rows and columns: first inside the four 2x2 blocks of cells, then the blocks themselves."""
    board = (
        (board & U(0xF0F0_0F0F_F0F0_0F0F))
        | ((board & U(0x0000_F0F0_0000_F0F0)) << THREE_CELLS)
        | ((board & U(0x0F0F_0000_0F0F_0000)) >> THREE_CELLS)
    )
    return (
        (board & U(0xFF00_FF00_00FF_00FF))
        | ((board & U(0x00FF_00FF_0000_0000)) >> U(24))
        | ((board & U(0x0000_0000_FF00_FF00)) << U(24))
    )


@compiled("uint64(uint64)")
def as_column(row):
    """Turn 4 neighbouring cells into the first column of a board."""
    row = (row | (row << U(24))) & U(0x0000_00FF_0000_00FF)
    return (row | (row << THREE_CELLS)) & COLUMN


@compiled("uint64(uint64, uint64, uint16[::1])")
def slide(board, side, moves):
    """Slide the rows to the LEFT or RIGHT."""
    return (
        U(moves[side + (board & ROW)])
        | U(moves[side + ((board >> ONE_ROW) & ROW)]) << ONE_ROW
        | U(moves[side + ((board >> TWO_ROWS) & ROW)]) << TWO_ROWS
        | U(moves[side + (board >> THREE_ROWS)]) << THREE_ROWS
    )


@compiled("int32(uint64, int32[::1])")
def row_sum(board, scores):
    """Add up the table's entries for the 4 rows."""
    return (
        scores[board & ROW]
        + scores[(board >> ONE_ROW) & ROW]
        + scores[(board >> TWO_ROWS) & ROW]
        + scores[board >> THREE_ROWS]
    )


@compiled("uint64(uint64, int64, uint16[::1])")
def slide_to(board, direction, moves):
    """Slide to the direction with this number in DIRECTIONS: left, right, up, down."""
    side = RIGHT if direction & 1 else LEFT
    if direction < 2:
        return slide(board, side, moves)
    return transpose(slide(transpose(board), side, moves))


@compiled("uint64(uint64)")
def empty_cells(board):
    """Return a number with the lowest bit of every empty cell."""
    board |= board >> U(2)
    board |= board >> U(1)
    return ~board & U(0x1111_1111_1111_1111)


@compiled("int64(uint64)")
def n_empty(board):
    """Count the empty cells: the bits of a half, a quarter and an eighth of the board onto each other."""
    bits = empty_cells(board)
    bits += bits >> U(32)
    bits += bits >> U(16)
    bits += bits >> U(8)
    return np.int64((bits & CELL) + ((bits >> ONE_CELL) & CELL))


@compiled("uint64(uint64, float64, float64)")
def new_tile(board, where, what):
    """Return a board that holds nothing but the next tile, drawn as `rules.draw_tile` draws it."""
    skip = int(where * n_empty(board))
    rank = U(2) if what < CHANCE_OF_FOUR else U(1)
    for cell in range(U(16)):
        if (board >> (cell * ONE_CELL)) & CELL == EMPTY_BOARD:
            if skip == 0:
                return rank << (cell * ONE_CELL)
            skip -= 1
    return EMPTY_BOARD


class Tables(NamedTuple):
    """What every row does: filled once in a process."""

    moves: NDArray[np.uint16]  # (131072,) each row after a slide to the left, then each row after a slide to the right
    scores: NDArray[np.int32]  # (65536,) `line_scores` of each row
    points: NDArray[np.int32]  # (65536,) what a slide of each row earns, the same to both sides
    depths: NDArray[np.int64]  # (17, 17) `depth_rule` of the numbers of different tiles and of empty cells


@functools.cache
def tables() -> Tables:
    """Fill the tables for all 65,536 rows; a test compares them with the plain twin."""
    ranks = np.arange(2**16)[:, None] >> np.arange(0, 16, 4) & 15  # (65536, 4)
    tiles = np.where(ranks > 0, 2**ranks, 0)
    left, points = slide_rows(tiles)
    # A slide to the right is a slide to the left seen in a mirror.
    mirrored, _ = slide_rows(tiles[:, ::-1])
    moves = np.concatenate([pack_rows(left), pack_rows(mirrored[:, ::-1])])
    depths = np.array([[depth_rule(n_ranks, n_empty) for n_empty in range(17)] for n_ranks in range(17)])
    return Tables(moves, line_scores(ranks).astype(np.int32), points.astype(np.int32), depths)


def slide_rows(tiles: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what `rules.slide_tiles` returns, for many rows at once: shapes (n, 4) and (n,)."""
    slid = squeeze(tiles)
    points = np.zeros(len(tiles), dtype=np.int64)
    for k in range(3):  # a pair leaves an empty cell behind, so that its tile does not merge again
        pair = (slid[:, k] == slid[:, k + 1]) & (slid[:, k] > 0)
        slid[pair, k] *= 2
        slid[pair, k + 1] = 0
        points += np.where(pair, slid[:, k], 0)
    return squeeze(slid), points


def squeeze(tiles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows with their empty cells at the end; the tiles keep their order."""
    return np.take_along_axis(tiles, np.argsort(tiles == 0, axis=1, kind="stable"), axis=1)


def pack_rows(tiles: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Return each row of tile values, shape (n, 4), as one number; 65536 counts as 32768, no search gets there."""
    ranks = np.minimum(np.log2(np.maximum(tiles, 1)).astype(np.int64), 15)
    packed: NDArray[np.uint16] = (ranks << np.arange(0, 16, 4)).sum(axis=1).astype(np.uint16)
    return packed


def pack(board: NDArray[np.int64]) -> np.uint64:
    """Return a (4, 4) board of tile values as one number."""
    return np.uint64(sum(int(row) << 16 * i for i, row in enumerate(pack_rows(board))))


def unpack(board: int) -> NDArray[np.int64]:
    """Return the (4, 4) board of tile values."""
    ranks = int(board) >> np.arange(0, 64, 4, dtype=object) & 15
    return np.array([2**rank if rank else 0 for rank in ranks], dtype=np.int64).reshape(4, 4)


def place(tile: int) -> tuple[int, int, int]:
    """Return the row, column and value of a board with a single tile."""
    cell, bit = divmod(tile.bit_length() - 1, 4)  # the only bit set: the first of its cell for a 2, the second for a 4
    return cell // 4, cell % 4, 2 << bit
