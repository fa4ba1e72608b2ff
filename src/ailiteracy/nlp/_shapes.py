"""What a stretch of tokens looks like: a year, a date, an amount, a name, a place ...

The idea: kinds of tokens and a few word lists say it, in the order from the surest to the vaguest.

Left out: a dictionary of names. A name is what begins with a capital letter.

Next: reader.py, which proposes the candidates and picks one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._words import word_lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._words import Token

__all__ = ["class_of", "length_step", "literal_of", "shape_of"]


def shape_of(tokens: Sequence[Token]) -> str:
    """Return what a stretch of tokens looks like: "year", "date", "number", "count", "name", "place" ..."""
    lists, kinds = word_lists(), {token.kind for token in tokens}
    first, last = tokens[0], tokens[-1]
    if first.kind in ("chinese", "particle") or last.kind in ("chinese", "particle"):
        return _chinese_shape(tokens, kinds)
    if kinds == {"year"}:
        return "year"
    if "month" in kinds and kinds <= {"month", "year", "number", "ordinal", "mark", "function"}:
        return "date"
    if kinds <= {"number", "year", "mark"}:
        return "number"
    if first.text in "$€£" or last.text.lower() in lists["units"]:
        return "amount" if kinds & {"number", "year"} else "words"
    if first.kind in ("number", "year"):
        return "count"
    if kinds <= {"name", "mark"}:
        return "name"
    if first.kind == "name" and last.kind == "name":
        return "long name"
    if kinds & {"number", "year"}:
        return "with number"
    if "ordinal" in kinds:
        return "with ordinal"
    if "name" in kinds:
        return "with name"
    return "word" if len(tokens) == 1 else "words"


def _chinese_shape(tokens: Sequence[Token], kinds: set[str]) -> str:
    lists, first, last = word_lists(), tokens[0], tokens[-1]
    number = first.kind in ("number", "year") or first.text in lists["numerals"]
    if any(token.text in "·・•" for token in tokens) and len(tokens) < 15:
        return "dotted name"
    if number and last.text in lists["time_ends"] and kinds & {"number", "year"}:
        return "date"
    if number and len(tokens) < 8:
        return "count"
    if kinds & {"number", "year"}:
        return "with number"
    if first.text in lists["surnames"] and 2 <= len(tokens) <= 3:
        return "name"
    if last.text in lists["place_ends"] and len(tokens) <= 12:
        return "place"
    if any(token.text in "，。；" for token in tokens):
        return "clauses"
    return "with name" if "name" in kinds else "chinese"


def class_of(token: Token | None) -> str:
    """Return the kind of a token, marks written out: "edge" outside the sentence."""
    if token is None:
        return "edge"
    return token.text if token.kind == "mark" else token.kind


def literal_of(token: Token | None) -> str:
    """Return a function word or mark itself, the kind of any other token."""
    if token is None:
        return "edge"
    if token.kind in ("function", "particle", "mark"):
        return token.stem
    if token.kind == "chinese":
        lists = word_lists()
        ends = [name for name in ("time_ends", "place_ends", "numerals") if token.text in lists[name]]
        return "chinese " + ends[0] if ends else "chinese"
    if token.kind == "word":
        ends = [ending for ending in ("ed", "ing", "ly", "tion", "s") if token.text.endswith(ending)]
        return "word -" + ends[0] if ends else "word"
    if token.kind == "number" and not token.text[0].isdigit():
        return "one" if token.stem == "one" else "number word"
    return token.kind


def length_step(n_tokens: int, chinese: bool) -> str:
    steps = (1, 2, 3, 4, 6, 9, 13, 18, 25, 40) if chinese else (1, 2, 3, 4, 6, 9, 13)
    return "<=" + str(next((step for step in steps if n_tokens <= step), "more"))
