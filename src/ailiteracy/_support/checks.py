"""Argument checks whose errors say what to do.

Every message has the same four parts: the argument, what was expected, what came, and a remedy:

    `temperature` must be >= 0, got -1. Use 0 for the most likely token.

Left out: checks of one subject only (a 2048 board, a batch of images) stand beside the code that needs them.
"""

import difflib
import math
import numbers
from collections.abc import Iterable
from typing import Any

__all__ = [
    "check_choice",
    "check_flag",
    "check_integer",
    "check_number",
    "check_seed",
    "check_text",
    "describe",
    "message",
]


def message(argument: str, expected: str, got: object, remedy: str = "") -> str:
    """Return the four-part error text.

    Examples
    --------
    >>> message("epochs", "an integer >= 1", 0, "Use 1 for a quick look.")
    '`epochs` must be an integer >= 1, got 0. Use 1 for a quick look.'
    """
    return f"`{argument}` must be {expected}, got {describe(got)}. {remedy}".rstrip()


def describe(value: object) -> str:
    """Return a short text for any value: arrays by shape and type, long values cut.

    Examples
    --------
    >>> describe("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."
    """
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is not None and dtype is not None and len(shape) > 0:
        return f"{type(value).__name__} of shape {tuple(shape)} and type {dtype}"
    try:
        text = repr(value)
    except ValueError:  # Python writes out no integer of more than 4,300 digits
        text = f"an object of type {type(value).__name__} that is too long to show"
    return text if len(text) <= 60 else text[:58] + "..."


def check_choice(argument: str, got: Any, options: Iterable[str], remedy: str = "") -> str:
    """Return `got` when it is one of the names; otherwise suggest the nearest one.

    Examples
    --------
    >>> check_choice("player", "gredy", ["random", "greedy"])
    Traceback (most recent call last):
    ValueError: `player` must be one of 'random', 'greedy', got 'gredy'. Did you mean 'greedy'?
    """
    names = list(options)
    if isinstance(got, str) and got in names:
        return got
    expected = "one of " + ", ".join(repr(name) for name in names)
    if not isinstance(got, str):
        raise TypeError(message(argument, expected, got, remedy or f"Pass a name, for example {names[0]!r}."))
    near = difflib.get_close_matches(got.lower(), names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else remedy or f"Pass one of these names, for example {names[0]!r}."
    raise ValueError(message(argument, expected, got, hint))


def check_integer(argument: str, got: Any, *, low: int | None = None, high: int | None = None, remedy: str = "") -> int:
    """Return `got` as an int between `low` and `high`, both included; True and 2.0 are not integers.

    Examples
    --------
    >>> check_integer("epochs", 0, low=1)
    Traceback (most recent call last):
    ValueError: `epochs` must be an integer >= 1, got 0. Choose a value in that range.
    """
    expected = "an integer" + _range(low, high)
    if isinstance(got, bool) or not isinstance(got, numbers.Integral):
        raise TypeError(message(argument, expected, got, remedy or "Pass a whole number, for example 3."))
    value = int(got)
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(message(argument, expected, got, remedy or "Choose a value in that range."))
    return value


def check_seed(seed: Any) -> int:
    """Return `seed` if torch's generators take it; numpy's take any integer >= 0.

    Examples
    --------
    >>> check_seed(7)
    7
    """
    return check_integer("seed", seed, low=0, high=2**63 - 1)


def check_number(
    argument: str,
    got: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    remedy: str = "",
) -> float:
    """Return `got` as a finite float with `low` <= got <= `high` and got > `above`.

    Examples
    --------
    >>> check_number("learning_rate", -0.1, above=0)
    Traceback (most recent call last):
    ValueError: `learning_rate` must be a finite number > 0, got -0.1. Choose a value in that range.
    """
    expected = "a finite number" + (f" > {above}" if above is not None else "") + _range(low, high)
    if isinstance(got, bool) or not isinstance(got, numbers.Real):
        raise TypeError(message(argument, expected, got, remedy or "Pass a number, for example 0.1."))
    try:
        value = float(got)
    except OverflowError:  # an integer of hundreds of digits
        value = math.inf
    inside = (low is None or value >= low) and (high is None or value <= high) and (above is None or value > above)
    if not math.isfinite(value) or not inside:
        raise ValueError(message(argument, expected, got, remedy or "Choose a value in that range."))
    return value


def check_flag(argument: str, got: Any) -> bool:
    """Return `got` when it is True or False."""
    if not isinstance(got, bool):
        raise TypeError(message(argument, "True or False", got, "Pass one of the two."))
    return got


def check_text(argument: str, got: Any, remedy: str = "") -> str:
    """Return `got` when it is a string with something in it.

    Examples
    --------
    >>> check_text("question", "  ")
    Traceback (most recent call last):
    ValueError: `question` must be a text that is not blank, got '  '. Write at least one word.
    """
    if not isinstance(got, str):
        raise TypeError(message(argument, "a text (str)", got, remedy or "Pass a string."))
    if not got.strip():
        raise ValueError(message(argument, "a text that is not blank", got, remedy or "Write at least one word."))
    return got


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" >= {low}"
    return f" <= {high}" if high is not None else ""
