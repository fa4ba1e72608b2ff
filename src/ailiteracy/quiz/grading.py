"""Right or not, by kind of question.

An answer falls into parts (options, pairs, places, blanks); it is right when each part is. Text in blanks is compared
with the ways that are known to be right, without spaces; only when `run` is True is the filled code executed, in a
Python of its own that is stopped after some seconds.

Left out: marks for half an answer. `n_right` says how near it was.

Next: `results.py` keeps what was answered.
"""

from __future__ import annotations

import math
import numbers
import re
import secrets
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._support.checks import check_choice, check_flag, describe, message
from .._support.language import say
from .items import BLANK, Item, find_item, in_english

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Grade", "fill", "grade", "read_number", "runs"]

SECONDS = 120  # for filled code, which may have to load torch on a slow machine
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")  # none begins with 0: "0,125" is an eighth


@dataclass(frozen=True, eq=False, repr=False)
class Grade:
    """What `ailiteracy.quiz.grade` says about an answer; true in an `if` when the answer is right.

    Attributes
    ----------
    name : str
        The question.
    right : bool
        Whether every part is right.
    n_right : int
        How many parts are.
    n_parts : int
        Options to tick or leave, pairs, places or blanks; 1 for a choice and for a number.
    hint : str
        How near the answer was; empty when it is right.
    """

    name: str
    right: bool
    n_right: int
    n_parts: int
    hint: str = ""

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return say("{name}: right.").format(name=self.name) if self.right else f"{self.name}: {self.hint}"


def grade(item: Item | str, answer: Any, *, run: bool = False) -> Grade:
    """Return whether an answer is right.

    Parameters
    ----------
    item : Item or str
        The question, or its name.
    answer : object
        An option ("choice"), options ("several"), an option for each `left` ("match"), all options in order ("order"),
        a number or its text ("number"), a text for each blank ("blanks").
    run : bool, default False
        Whether code with blanks is executed when it was filled in a way that the bank does not list.

    Returns
    -------
    Grade
        True in an `if` when the answer is right.

    Raises
    ------
    ValueError
        When the answer does not fit the question: an option that is not there, a pair that is missing.

    Examples
    --------
    >>> grade("tensors-chunk", "4, 3, 3")
    tensors-chunk: not yet.
    >>> grade("tensors-chunk", "4, 4, 2").right
    True
    """
    item = item if isinstance(item, Item) else find_item(item)
    check_flag("run", run)
    parts = JUDGES[item.kind](item, in_english(item, answer))
    if run and item.kind == "blanks" and not all(parts) and runs(item, answer):
        parts = [True] * len(parts)
    right = all(parts)
    hint = "" if right else _near(item.kind, sum(parts), len(parts))
    return Grade(item.name, right=right, n_right=sum(parts), n_parts=len(parts), hint=hint)


def read_number(text: Any) -> float:
    """Return the number that a text means: "2,048", "2 048" and "2_048" are 2048, "0,5" is a half.

    Examples
    --------
    >>> read_number("2,048"), read_number("0,125"), read_number("-1e-3")
    (2048.0, 0.125, -0.001)
    """
    remedy = say("Write digits, for example 0.5.")
    if isinstance(text, bool) or not isinstance(text, numbers.Real | str):
        raise TypeError(message("answer", "a number", text, remedy))
    plain: Any = text
    if isinstance(text, str):
        plain = re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", text))  # full-width digits and commas too
        plain = plain.replace(",", "") if THOUSANDS.fullmatch(plain) else plain.replace(",", ".")
    try:
        value = float(plain)
    except (ValueError, OverflowError):  # the second: an integer of hundreds of digits
        refusal = say("`answer` must be a number, got {got}.").format(got=describe(text))
        raise ValueError(f"{refusal} {remedy}") from None
    if not math.isfinite(value):
        refusal = say("`answer` must be a finite number, got {got}.").format(got=describe(text))
        raise ValueError(f"{refusal} {remedy}")
    return value


def fill(item: Item, answer: Sequence[str]) -> str:
    """Return the item's code with its blanks filled."""
    pieces = item.code.split(BLANK)
    return "".join(piece + text for piece, text in zip(pieces, [*answer, ""], strict=True))


def runs(item: Item, answer: Sequence[str]) -> bool:
    """Return whether the filled code runs and passes the item's test, in a Python of its own."""
    passed = secrets.token_hex(16)  # printed after the test: code that ends the program before it says nothing
    program = f"{fill(item, answer)}\n{item.test}\nprint({passed!r})\n"
    try:
        # -P: files of the folder one happens to be in are not taken for libraries. -: the program comes through a pipe,
        # since a command line has room for little.
        done = subprocess.run(
            [sys.executable, "-P", "-"], input=program.encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except (subprocess.TimeoutExpired, UnicodeError):  # the second: half a character
        return False
    return done.returncode == 0 and passed.encode() in done.stdout


def _near(kind: str, n_right: int, n_parts: int) -> str:
    """Return how near a wrong answer is."""
    if n_parts == 1:
        return say("not yet.")
    words = {
        "several": say("not yet: {right} of {all} options are right."),
        "match": say("not yet: {right} of {all} pairs are right."),
        "order": say("not yet: {right} of {all} places are right."),
        "blanks": say("not yet: {right} of {all} blanks are right."),
    }
    return words[kind].format(right=n_right, all=n_parts)


def _choice(item: Item, answer: Any) -> list[bool]:
    return [check_choice("answer", answer, item.options) == item.answer]


def _several(item: Item, answer: Any) -> list[bool]:
    ticked = {check_choice("answer", option, item.options) for option in _listed(answer, None)}
    return [(option in ticked) == (option in item.answer) for option in item.options]


def _match(item: Item, answer: Any) -> list[bool]:
    chosen = [check_choice("answer", option, item.options) for option in _listed(answer, len(item.left))]
    return [got == right for got, right in zip(chosen, item.answer, strict=True)]


def _order(item: Item, answer: Any) -> list[bool]:
    chosen = [check_choice("answer", option, item.options) for option in _listed(answer, len(item.options))]
    if len(set(chosen)) < len(chosen):
        raise ValueError(message("answer", "each option once", answer, "Put every option in one place."))
    return [got == right for got, right in zip(chosen, item.answer, strict=True)]


def _number(item: Item, answer: Any) -> list[bool]:
    answer = unicodedata.normalize("NFKC", answer) if isinstance(answer, str) else answer
    readings = [read_number(answer)]
    if isinstance(answer, str) and answer.count(",") == 1 and "." not in answer:  # "1,667" may be a little below 2
        readings.append(read_number(answer.replace(",", ".")))
    # A hair more than the tolerance, so that 0.3 is within 0.1 of 0.2 in binary too.
    return [any(abs(number - item.answer) <= item.tolerance * (1 + 1e-9) + 1e-12 for number in readings)]


def _blanks(item: Item, answer: Any) -> list[bool]:
    texts = _listed(answer, len(item.answer))
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(message("answer", "a list of texts", answer, "Write the code for each blank as a string."))
    return [_bare(text) in map(_bare, ways) for text, ways in zip(texts, item.answer, strict=True)]


JUDGES: dict[str, Callable[[Item, Any], list[bool]]] = {
    "choice": _choice, "several": _several, "match": _match, "order": _order, "number": _number, "blanks": _blanks,
}  # fmt: skip


def _listed(answer: Any, n: int | None) -> list[Any]:
    """Return the answer as a list of `n` texts; any number of them, in any order, when `n` is None."""
    if not isinstance(answer, list | tuple) and not (n is None and isinstance(answer, set | frozenset)):
        raise TypeError(message("answer", "a list of texts", answer, "Put the texts into square brackets."))
    if n is not None and len(answer) != n:
        raise ValueError(message("answer", f"a list of {n} texts", answer, "Give one text for each part."))
    return list(answer)


def _bare(code: str) -> str:
    """Return code without spaces and with one kind of quotes."""
    return re.sub(r"\s", "", code).replace("'", '"')
