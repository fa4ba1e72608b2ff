"""Says in words how what came back differs from what is asked for, without telling a right number.

The idea: kind first (a tensor, a list, a number), then shape, then type, then NaN, then numbers. Shapes and types are
part of the task, so they are named; of the numbers only the learner's own is shown.

Next: `judge.py`, which asks this for every case.
"""

from __future__ import annotations

import numbers
import sys
from typing import Any

import numpy as np

from .._support.checks import describe
from .._support.language import say

__all__ = ["as_array", "difference", "equal"]


def difference(got: Any, want: Any, tolerance: float = 1e-5, exact_type: bool = True) -> str:
    """Return what is different in one or two sentences; an empty text when nothing is.

    Examples
    --------
    >>> difference([1, 2], [1, 2, 3])
    '3 items are asked for, 2 came.'
    >>> difference(0.5, 0.25)
    'It has the right type, but the wrong value: 0.5 came.'
    """
    if isinstance(want, list | tuple):
        return _compare_items(got, want, tolerance, exact_type)
    if isinstance(want, np.ndarray):
        return _compare_array(got, want, tolerance)
    if _is_tensor(want):
        return _compare_tensor(got, want, tolerance, exact_type)
    return _compare_single(got, want, tolerance)


def equal(one: Any, other: Any) -> bool:
    """Return whether an input is what it was, to the last digit; objects of unknown kinds count as unchanged."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if _is_tensor(one):
        same_flags = one.requires_grad == other.requires_grad and one.dtype == other.dtype
        return same_flags and one.shape == other.shape and _same_bits(one, other)
    return bool(one == other) if isinstance(one, numbers.Number | str) else True


def as_array(value: Any) -> np.ndarray[Any, Any]:
    """Return a list, tuple or array as an array; an empty one of decimal numbers when it makes none.

    Examples
    --------
    >>> as_array([1, 2]), as_array([1, [2, 3]]), as_array("12")
    (array([1, 2]), array([], dtype=float64), array([], dtype=float64))
    """
    try:
        return np.asarray(value) if isinstance(value, list | tuple | np.ndarray) else np.zeros(0)
    except ValueError:  # rows of different lengths
        return np.zeros(0)


def _is_tensor(value: Any) -> bool:
    """Return whether this is a torch tensor; torch is not loaded to find out."""
    return "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor)


def _same_bits(one: Any, other: Any) -> bool:
    return bool(((one == other) | ((one != one) & (other != other))).all())


def _kind(value: Any) -> str:
    """Return what a value is, in words."""
    if _is_tensor(value):
        return say("a tensor")
    if isinstance(value, np.ndarray):
        return say("a NumPy array")
    return say("an object of type {type}").format(type=type(value).__name__)


def _compare_items(got: Any, want: Any, tolerance: float, exact_type: bool) -> str:
    if not isinstance(got, list | tuple):
        return say("A {type} is asked for, {kind} came.").format(type=type(want).__name__, kind=_kind(got))
    if len(got) != len(want):
        return say("{n} items are asked for, {got} came.").format(n=len(want), got=len(got))
    for position, (mine, right) in enumerate(zip(got, want, strict=True)):
        found = difference(mine, right, tolerance, exact_type)
        if found:
            return say("Item {position}: {found}").format(position=position, found=found)
    return ""


def _compare_array(got: Any, want: Any, tolerance: float) -> str:
    if not isinstance(got, np.ndarray):
        return say("A NumPy array is asked for, {kind} came.").format(kind=_kind(got))
    if got.shape != want.shape:
        return say("Shape {shape} is asked for, {got} came.").format(shape=want.shape, got=got.shape)
    whole = say("Whole numbers are asked for, type {type} came.")
    kinds = {
        "b": say("True or false are asked for, type {type} came."), "i": whole, "u": whole,
        "f": say("Decimal numbers are asked for, type {type} came."),
    }  # fmt: skip
    if kinds.get(got.dtype.kind) != kinds.get(want.dtype.kind):
        return kinds[want.dtype.kind].format(type=got.dtype)
    return _compare_numbers(got, want, tolerance)


def _compare_tensor(got: Any, want: Any, tolerance: float, exact_type: bool) -> str:
    if not _is_tensor(got):
        return say("A tensor is asked for, {kind} came.").format(kind=_kind(got))
    if got.shape != want.shape:
        return say("Shape {shape} is asked for, {got} came.").format(shape=tuple(want.shape), got=tuple(got.shape))
    if exact_type and got.dtype != want.dtype:
        return say("Type {type} is asked for, {got} came.").format(type=want.dtype, got=got.dtype)
    if got.layout != want.layout or got.is_meta or got.is_complex():
        return say("An ordinary tensor that holds its numbers is asked for.")
    mine, right = (value.detach().cpu() for value in (got, want))
    if exact_type:
        return _compare_numbers(mine.numpy(), right.numpy(), tolerance)
    return _compare_numbers(mine.double().numpy(), right.double().numpy(), tolerance)


def _compare_numbers(got: Any, want: Any, tolerance: float) -> str:
    """Compare two arrays of one shape."""
    if want.dtype.kind == "f":
        near = np.isclose(got, want, rtol=tolerance, atol=tolerance, equal_nan=True)
        if np.isnan(got).any() and not np.isnan(want).any():
            return say("The result holds NaN (not a number).")
    else:
        near = np.asarray(got == want)
    if near.all():
        return ""
    if near.ndim == 0:
        return say("Shape and type are right, the number is not: {got!r} came.").format(got=got.item())
    place = tuple(int(index) for index in np.argwhere(~near)[0])
    n_wrong = int((~near).sum())
    mine = got[place].item()
    words = say("Shape and type are right, but {n} of {all} values are not: at {place} stands {got:.6g}.")
    return words.format(n=n_wrong, all=near.size, place=list(place), got=mine)


def _compare_single(got: Any, want: Any, tolerance: float) -> str:
    """Compare numbers, truth values and texts."""
    if _is_tensor(got) or isinstance(got, np.ndarray):
        words = say("A plain {type} is asked for, {kind} came; `.item()` takes a number out of it.")
        return words.format(type=type(want).__name__, kind=_kind(got))
    kinds = {bool: (bool, np.bool_), int: (numbers.Integral,), float: (numbers.Real,), str: (str,)}
    fits = isinstance(got, kinds[type(want)]) and (isinstance(want, bool) or not isinstance(got, bool))
    if not fits:
        return say("A plain {type} is asked for, {kind} came.").format(type=type(want).__name__, kind=_kind(got))
    if isinstance(want, float):
        scale = max(1.0, abs(want))
        # A whole number of hundreds of digits has no float.
        right = abs(got) <= sys.float_info.max and bool(abs(float(got) - want) <= tolerance * scale)
    else:
        right = bool(got == want)
    return "" if right else say("It has the right type, but the wrong value: {got} came.").format(got=describe(got))
