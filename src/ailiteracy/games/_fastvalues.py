"""The compiled twin of ``ntuple.py``: the value of a board, and what learning changes in it.

The idea in three lines: cells of a tuple that lie next to each other are read off a board by one shift and one mask;
functions with these shifts and masks built in are twice as fast as reading them from arrays, so each set of tuples
gets its own; since most of the time goes by waiting for weights, they are asked for before they are needed.

*Left out*: what the update means, in ``ntuple.py``, whose plain code is tested equal. *Next*: ``_fastntuple.py``.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import functools
import zlib
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, register_jitable

from ._fast2048 import STAMP, U, compiled, transpose

__all__ = ["FETCH", "LEARN", "VALUE", "F", "fetch_function", "learn_function", "terms", "value_function"]

# What the three functions below return, as arguments of compiled code.
VALUE = "FunctionType(float32(uint64, float32[::1]))"
FETCH = "FunctionType(void(uint64, float32[::1]))"
LEARN = "FunctionType(float32(uint64, uint64, float32, float32, float32[::1], float32[:, ::1]))"
F = np.float32


@compiled("uint64(uint64)", counted=False)
def mirror(board):
    """Reverse the cells of every row."""
    return (
        ((board & U(0xF000_F000_F000_F000)) >> U(12))
        | ((board & U(0x0F00_0F00_0F00_0F00)) >> U(4))
        | ((board & U(0x00F0_00F0_00F0_00F0)) << U(4))
        | ((board & U(0x000F_000F_000F_000F)) << U(12))
    )


@compiled("uint64(uint64)", counted=False)
def flip(board):
    """Reverse the rows."""
    return (
        (board >> U(48))
        | ((board >> U(16)) & U(0x0000_0000_FFFF_0000))
        | ((board << U(16)) & U(0x0000_FFFF_0000_0000))
        | (board << U(48))
    )


def terms(tuples: tuple[tuple[int, ...], ...]) -> tuple[Any, ...]:
    """Return how to read tuples off a board: left and right shifts, masks, the terms of each tuple, their offsets.

    An entry of a tuple is a number of 4 bits a cell, the first cell lowest. Cells whose bits move by the same distance
    make one term: ``((board >> right) << left) & mask``.
    """
    rights, lefts, masks, starts, offsets = [], [], [], [0], [0]
    for cells in tuples:
        by_distance: dict[int, int] = {}
        for place, cell in enumerate(cells):
            by_distance[4 * (cell - place)] = by_distance.get(4 * (cell - place), 0) | 0xF << 4 * place
        for distance, mask in sorted(by_distance.items()):
            rights.append(U(max(distance, 0)))
            lefts.append(U(max(-distance, 0)))
            masks.append(U(mask))
        starts.append(len(masks))
        offsets.append(offsets[-1] + 16 ** len(cells))
    return tuple(rights), tuple(lefts), tuple(masks), tuple(starts), tuple(U(offset) for offset in offsets)


def named(function: Any, *constants: Any) -> Any:
    """Give a function a name of its own for the constants built into it: machine code is kept under the name."""
    function.__name__ += f"_{zlib.crc32(repr(constants).encode()):08x}"
    function.__qualname__ = f"{STAMP}.{function.__name__}"
    return function


# Unlike `compiled`, it hands a function's source to those that close over it. A compiled function looks different in
# every process, so the machine code of what closes over one is never found on disk.
built_in = register_jitable(forceinline=True, error_model="numpy", _nrt=False)


@compiled(inline=True, counted=False)
def eight_views(board):
    """Return the board as it looks turned and mirrored in all ways."""
    turned, upside = transpose(board), flip(board)
    both = flip(turned)
    return board, mirror(board), upside, mirror(upside), turned, mirror(turned), both, mirror(both)


@functools.cache
def entry_function(tuples: tuple[tuple[int, ...], ...]) -> Any:
    """Return a function for compiled ones, (view, t) -> the entry of tuple `t` that a view of a board picks out."""
    rights, lefts, masks, starts, offsets = terms(tuples)

    def entry_of(view, t):
        entry = offsets[t]
        for k in range(starts[t], starts[t + 1]):
            entry += ((view >> rights[k]) << lefts[k]) & masks[k]
        return entry

    return built_in(named(entry_of, tuples))


@functools.cache
def value_function(tuples: tuple[tuple[int, ...], ...], step: float = 1.0) -> Any:
    """Return a compiled function (board, weights) -> value for these tuples: the sum over 8 views of the board.

    With a step other than 1 the weights are whole numbers of 16 bits, two in each float32 that is handed over: so
    functions for both kinds have the same type, and a search is compiled only once.
    """
    entry_of, n_tuples, unit = entry_function(tuples), len(tuples), F(step)
    whole = step == 1

    def value(board, weights):
        total = F(0) if whole else np.int64(0)
        for view in eight_views(board):
            subtotal = F(0) if whole else np.int64(0)
            for t in range(n_tuples):
                entry = entry_of(view, t)
                if whole:
                    subtotal += weights[entry]
                else:
                    pair = F(weights[entry >> U(1)]).view(np.int32)
                    subtotal += (np.int64(pair) << np.int64(U(48) - U(16) * (entry & U(1)))) >> np.int64(48)
            total += subtotal
        return unit * F(total)

    return compiled("float32(uint64, float32[::1])", counted=False)(named(value, tuples, step))


def ask_for(typing, array, place):
    """Ask memory for an array's number at a place, counted through all dimensions, and do not wait for it."""

    def generate(context, builder, signature, arguments):
        content = context.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.bitcast(builder.gep(content.data, [arguments[1]]), cgutils.voidptr_t)
        whole = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, whole, whole, whole])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, whole(0), whole(3), whole(1)])  # to read, to be kept near, data
        return context.get_dummy_value()

    return types.void(array, place), generate


prefetch: Any = intrinsic(ask_for)  # in compiled code: prefetch(array, place)


@functools.cache
def fetch_function(tuples: tuple[tuple[int, ...], ...], step: float = 1.0) -> Any:
    """Return a compiled function (board, weights) -> None that asks for the weights which the value needs."""
    entry_of, n_tuples, n_in_one = entry_function(tuples), len(tuples), U(0 if step == 1 else 1)

    def fetch(board, weights):
        for view in eight_views(board):
            for t in range(n_tuples):
                prefetch(weights, entry_of(view, t) >> n_in_one)

    return compiled("void(uint64, float32[::1])", counted=False)(named(fetch, tuples, step))


@functools.cache
def learn_function(tuples: tuple[tuple[int, ...], ...], *, coherent: bool) -> Any:
    """Return a compiled function (board, later, target, rate, weights, errors) -> new value.

    It learns from one board, and asks for what it will need for a later one.
    """
    entry_of, n_tuples, n_picked = entry_function(tuples), len(tuples), F(8 * len(tuples))

    def learn(board, later, target, rate, weights, errors):
        for view in eight_views(later):
            for t in range(n_tuples):
                entry = entry_of(view, t)
                prefetch(weights, entry)
                if coherent:
                    prefetch(errors, entry + entry)  # two numbers each
        before = F(0)
        for view in eight_views(board):
            subtotal = F(0)
            for t in range(n_tuples):
                subtotal += weights[entry_of(view, t)]
            before += subtotal
        error, moved = target - before, F(0)
        step = rate * error / n_picked  # every weight takes its share
        for view in eight_views(board):
            subtotal = F(0)
            for t in range(n_tuples):
                entry = entry_of(view, t)
                share = step
                if coherent:
                    # Temporal coherence: a weight whose errors cancel out has converged and learns slowly.
                    signed, absolute = errors[entry, 0], errors[entry, 1]
                    share *= abs(signed) / absolute if absolute > F(0) else F(1)
                    errors[entry, 0] = signed + error
                    errors[entry, 1] = absolute + abs(error)
                weights[entry] += share
                subtotal += share
            moved += subtotal
        return before + moved

    signature = "float32(uint64, uint64, float32, float32, float32[::1], float32[:, ::1])"
    return compiled(signature, counted=False)(named(learn, tuples, coherent))
