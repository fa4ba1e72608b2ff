"""Which questions come next, how they look in a terminal, and what a typed line means.

Options have letters: "b" chooses one, "a c" several; for pairs and places the letters stand in the order asked for. All
of it works on text alone, so that pipes and tests play as people do.

Left out: printing and reading lines, which the command does.
"""

from __future__ import annotations

import random
import re
import string
from typing import TYPE_CHECKING, Any

from .._support.checks import describe
from .._support.language import say
from .grading import fill, read_number
from .items import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .items import Item

__all__ = ["ask", "key_text", "pick", "read_line", "rows"]


def pick(
    items: Sequence[Item], n: int, *, seed: int | None, answers: Mapping[str, Any], review: bool = False
) -> list[Item]:
    """Return up to `n` questions by chance; without a seed, those that were not yet answered right come first."""
    if review:
        items = [item for item in items if not answers.get(item.name, {"right": True})["right"]]
    mixed = random.Random(seed).sample(items, len(items))
    if seed is None:
        mixed.sort(key=lambda item: answers.get(item.name, {"right": False})["right"])
    return mixed[:n]


def rows(item: Item) -> list[str]:
    """Return the lines under the question: code, what is to be matched, and the options with their letters."""
    said = shown(item)
    lines = [f"    {line}" for line in item.code.splitlines()]
    lines += [f"  {number}. {left}" for number, left in enumerate(said.left, 1)]
    return lines + [f"  {letter}) {option}" for letter, option in _letters(said).items()]


def ask(item: Item, part: int = 0) -> str:
    """Return the words before the place where the answer is typed; `part` counts blanks from 0."""
    letters = " ".join(_letters(item))
    n_blanks = len(item.answer) if item.kind == "blanks" else 0
    return {
        "choice": say("Letter:") + " ",
        "several": say("Letters of all right ones:") + " ",
        "match": say("A letter for each of 1 to {n}:").format(n=len(item.left)) + " ",
        "order": say("All letters ({letters}) from first to last:").format(letters=letters) + " ",
        "number": say("Number:") + " ",
        "blanks": say("Blank {n} of {all}:").format(n=part + 1, all=n_blanks) + " ",
    }[item.kind]


def read_line(item: Item, line: str) -> Any:
    """Return the answer that a typed line means; for code with blanks, that of one blank.

    Examples
    --------
    >>> from ailiteracy.quiz.items import find_item
    >>> read_line(find_item("tensors-matmul"), "32")
    '32'
    """
    text = line.strip()
    if item.kind == "number":
        read_number(text)
        return text
    if item.kind == "blanks":
        return text
    letters = _letters(item)
    chosen = re.findall(r"\w", text.lower())
    n = {"choice": 1, "match": len(item.left), "order": len(item.options)}.get(item.kind)
    unknown = [letter for letter in chosen if letter not in letters]
    twice = item.kind == "order" and len(set(chosen)) < len(chosen)
    if unknown or twice or len(chosen) != (n or max(1, len(chosen))):
        how_many = say("letters") if n is None else say("one letter") if n == 1 else say("{n} letters").format(n=n)
        expected = say("{how_many} of {letters}").format(how_many=how_many, letters=" ".join(letters))
        expected += say(", each once") if item.kind == "order" else ""
        refusal = say("`answer` must be {expected}, got {got}. Try again; an empty line skips the question.")
        raise ValueError(refusal.format(expected=expected, got=describe(line)))
    answer = [letters[letter] for letter in chosen]
    return answer[0] if item.kind == "choice" else answer


def key_text(item: Item) -> str:
    """Return the right answer in words."""
    said = shown(item)
    if item.kind == "blanks":
        return "\n" + fill(item, [ways[0] for ways in item.answer])
    if item.kind == "match":
        return "; ".join(f"{left}: {right}" for left, right in zip(said.left, said.answer, strict=True))
    if item.kind == "order":
        return "; ".join(f"{place}. {text}" for place, text in enumerate(said.answer, 1))
    return "; ".join(said.answer) if item.kind == "several" else f"{said.answer}"


def _letters(item: Item) -> dict[str, str]:
    return dict(zip(string.ascii_lowercase, item.options, strict=False))
