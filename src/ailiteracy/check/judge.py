"""Calls the learner's function, compares what comes back, and words the hint.

A checker is a plain function that goes through cases: it computes the right result itself, calls the learner's function
on a copy of the input, and compares (`expect`). The first difference raises NotYetError with a hint. Typical mistakes
("slips") are computed too: a result that equals one gets the hint that fits. No hint holds a right number.

Left out: marks, progress, and a sandbox. The function runs as the learner's own program would.

Next: `_tensors.py` has the checkers to read first.
"""

from __future__ import annotations

import contextvars
import copy
import pathlib
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._support.checks import describe
from .._support.language import say
from .compare import difference, equal
from .limit import TimeIsUp, call_within

__all__ = ["CheckResult", "NotYetError", "call", "expect", "expect_value", "refuses", "require"]

LIMIT = contextvars.ContextVar("LIMIT", default=10.0)  # seconds for one call of the learner's function
PACKAGE = str(pathlib.Path(__file__).parent)
Slips = Mapping[str, Any]  # a hint for each result that a typical mistake gives


class NotYetError(Exception):
    """Holds the hint; `general` when it only says that numbers differ, so that the exercise's own advice is added.

    A hint without values is said in the reader's language here; one with values by whoever fills them in.
    """

    def __init__(self, hint: str, *, general: bool = False) -> None:
        super().__init__(say(hint))
        self.general = general


@dataclass(frozen=True, eq=False, repr=False)
class CheckResult:
    """What `ailiteracy.check.check` says about an answer; true in an `if` when the answer is right.

    Attributes
    ----------
    name : str
        The exercise.
    passed : bool
        Whether the answer is right.
    hint : str
        What is wrong with what was handed in; empty when it is right.
    """

    name: str
    passed: bool
    hint: str = ""

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        words = say("{name}: right.") if self.passed else say("{name}: not yet. {hint}")
        return words.format(name=self.name, hint=self.hint)


def call(answer: Any, *args: Any, changes: bool = False) -> Any:
    """Return the learner's function's result on a copy of `args`; every failure becomes a hint.

    Parameters
    ----------
    answer : object
        What was handed in.
    *args : object
        The input.
    changes : bool, default False
        Whether the function may change its input.

    Raises
    ------
    NotYetError
        When it cannot be called, raises, does not end, returns None or changes its input.
    """
    if not callable(answer):
        hint = say("Hand in the function itself, without calling it; an object of type {type} came.")
        raise NotYetError(hint.format(type=type(answer).__name__))
    given = copy.deepcopy(args)
    try:
        result = call_within(LIMIT.get(), answer, *given)
    except TimeIsUp:
        raise NotYetError(_stopped()) from None
    except (Exception, SystemExit) as error:
        raise NotYetError(_what_it_raised(error, args)) from None
    if not changes and not all(map(equal, given, args)):
        raise NotYetError("Your function changes its input. Compute a new object and leave the caller's as it was.")
    if result is None:
        raise NotYetError("Your function returns None. Is there a `return` on every path?")
    return result


def expect(
    answer: Any,
    args: Sequence[Any],
    want: Any,
    slips: Slips | None = None,
    *,
    tolerance: float = 1e-5,
    exact_type: bool = True,
) -> None:
    """Call the learner's function on `args` and raise the hint when it does not return what `want` holds.

    Parameters
    ----------
    answer : object
        What was handed in.
    args : sequence
        The input.
    want : object
        The right result: a number, text, tensor, array, or a list or tuple of them.
    slips : mapping of str to object, optional
        A hint for each wrong result that a typical mistake gives.
    tolerance : float, default 1e-5
        Largest difference, relative to numbers above 1.
    exact_type : bool, default True
        Whether a tensor must have the type of `want` and not just numbers that are equal.
    """
    got = call(answer, *args)
    where = say("Called with {args}:").format(args=_listed(args)) + " "
    require(got, want, slips, tolerance=tolerance, exact_type=exact_type, where=where)


def expect_value(answer: Any, want: Any, slips: Slips | None = None, *, tolerance: float = 1e-3) -> None:
    """Raise the hint when a value that was handed in is not `want`; the arguments are those of `expect`."""
    if callable(answer):
        raise NotYetError("This exercise asks for a value, not for a function: hand in the result itself.")
    if answer is None or answer is ...:
        raise NotYetError("Nothing was handed in yet: put your value in the place of the three dots.")
    require(answer, want, slips, tolerance=tolerance, exact_type=False)


def refuses(answer: Any, args: Sequence[Any], why: str) -> None:
    """Raise a hint when the learner's function does not raise a ValueError for `args`."""
    given = copy.deepcopy(tuple(args))
    try:
        call_within(LIMIT.get(), answer, *given)
    except ValueError:
        return
    except TimeIsUp:
        raise NotYetError(_stopped()) from None
    except (Exception, SystemExit) as error:
        hint = say("{what} A ValueError is asked for here: {why}")
        raise NotYetError(hint.format(what=_what_it_raised(error, args), why=say(why))) from None
    hint = say("Called with {args}: a ValueError is asked for here: {why}")
    raise NotYetError(hint.format(args=_listed(args), why=say(why)))


def require(
    got: Any,
    want: Any,
    slips: Slips | None = None,
    *,
    tolerance: float = 1e-5,
    exact_type: bool = True,
    where: str = "",
) -> None:
    """Raise the hint of the slip that `got` equals, or else what differs from `want` in general."""
    found = difference(got, want, tolerance, exact_type)
    if not found:
        return
    where = f"{say(where.rstrip())} " if where else ""
    for hint, wrong in (slips or {}).items():
        # A slip that happens to equal the right result on this input says nothing.
        if not difference(got, wrong, tolerance, exact_type=False) and difference(want, wrong, tolerance, False):
            raise NotYetError(where + say(hint))
    raise NotYetError(where + found, general=True)


def _stopped() -> str:
    """Return that a call took too long."""
    return say("Your function was stopped: it did not end within {seconds:g} seconds.").format(seconds=LIMIT.get())


def _what_it_raised(error: BaseException, args: Sequence[Any]) -> str:
    """Return the error's name, message and the learner's line, without the path of any file."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(PACKAGE)]
    place = ""
    if frames and frames[0].line:
        place = say(", in line {number} ({line})").format(number=frames[0].lineno, line=frames[0].line)
    what = say("Called with {args}, your function raised {error}{place}.")
    return what.format(args=_listed(args), error=f"{type(error).__name__}: {error}", place=place)


def _listed(args: Sequence[Any]) -> str:
    """Return the input in words, short."""
    return ", ".join(_named(value) for value in args) or say("no input")


def _named(value: Any) -> str:
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    if isinstance(value, list) and value and hasattr(value[0], "shape"):
        return say("a list of {n} items like {first}").format(n=len(value), first=describe(value[0]))
    return f"{value:g}" if isinstance(value, float) else describe(value)
