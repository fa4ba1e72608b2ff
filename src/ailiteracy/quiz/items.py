"""One question, and the bank of them.

A question of the subject "tensors" is a table of `bank/tensors.toml`; [chunk] there is the item "tensors-chunk" here.
Options are mixed, but always in the same way: the terminal and the website show one order.

Left out: judging. The bank is plain text and loads nothing heavy.

Next: `grading.py` says whether an answer is right.
"""

from __future__ import annotations

import difflib
import functools
import pathlib
import random
import tomllib
from dataclasses import dataclass, replace
from typing import Any

from .._support.checks import check_choice, message
from .._support.language import chosen_language, known_language, say_paragraph

__all__ = ["KINDS", "SUBJECTS", "Item", "find_item", "in_english", "load_quiz", "shown"]

# In reading order, with the titles of the pages.
SUBJECTS = {
    "ideas": "Ideas and history",
    "games": "Games and search",
    "basics": "Networks that learn",
    "tensors": "Tensors and gradients",
    "training": "Data and training",
    "vision": "Pictures",
    "language": "Words and counts",
    "transformers": "Attention and GPT",
    "finetuning": "Models put to use",
}
KINDS = ("choice", "several", "match", "order", "blanks", "number")
BLANK = "___"


@dataclass(frozen=True, eq=False, repr=False)
class Item:
    """One question of the bank; printing it shows the question and its options, not the answer.

    Attributes
    ----------
    name : str
        The subject and a short name, such as "tensors-chunk".
    subject : str
        The first word of the name.
    kind : str
        "choice" (one option is right), "several", "match", "order", "blanks" or "number".
    level : str
        "beginner", "intermediate" or "advanced".
    question : str
        In Markdown.
    options : tuple of str
        What can be chosen, mixed; empty for numbers and blanks.
    left : tuple of str
        What the options are matched with; empty for all other kinds.
    code : str
        Python code with `___` for each blank; may be empty.
    answer : object
        The right option, a tuple of options (for "match" in the order of `left`), a number, or for each blank a tuple
        of the ways to fill it that are known to be right.
    tolerance : float
        How far a number may be off.
    explanation : str
        Why this is right, and why another answer is tempting.
    lesson : str
        What to read: a gallery example such as "basics/plot_20_a_line", or a page such as "words".
    test : str
        Asserts that code with its blanks filled must pass.
    check : str
        Python code that computes the answer, where code can.
    """

    name: str
    subject: str
    kind: str
    level: str
    question: str
    answer: Any
    explanation: str
    lesson: str
    options: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    code: str = ""
    tolerance: float = 0.0
    test: str = ""
    check: str = ""

    def __repr__(self) -> str:
        said = shown(self)
        rows = [f"- {option}" for option in said.options]
        if said.left:
            rows = [*(f"{left}: ..." for left in said.left), *rows]
        return "\n".join(part for part in (said.question, self.code.rstrip(), *rows) if part)


def load_quiz(subject: str | None = None) -> list[Item]:
    """Return the questions of a subject.

    Parameters
    ----------
    subject : str, optional
        Such as "tensors"; without it, the questions of all subjects.

    Returns
    -------
    list of Item
        In the order of the bank: what comes first in the course comes first.

    Raises
    ------
    ValueError
        When there is no such subject.

    Examples
    --------
    >>> first = load_quiz("tensors")[0]
    >>> first.name, first.kind
    ('tensors-rank', 'match')
    """
    chosen = SUBJECTS if subject is None else (check_choice("subject", subject, SUBJECTS),)
    return [item for item in _bank().values() if item.subject in chosen]


def find_item(name: Any) -> Item:
    """Return the question of this name; raise ValueError with the nearest name when there is none."""
    bank = _bank()
    if not isinstance(name, str):
        raise TypeError(message("name", "the name of a question", name, "Pass a name such as 'tensors-chunk'."))
    if name not in bank:
        near = difflib.get_close_matches(name.lower(), bank, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else "load_quiz() lists them."
        raise ValueError(message("name", "the name of a question", name, remedy))
    return bank[name]


def shown(item: Item, language: str | None = None) -> Item:
    """Return a question as readers of a language see it, by default of the chosen one; options keep their places."""
    if not (chosen_language() if language is None else known_language(language)):
        return item

    def words(value: Any) -> Any:
        return say_paragraph(value, language) if isinstance(value, str) else value

    def each(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(map(words, values))  # the ways to fill a blank are tuples, and code

    answer = each(item.answer) if isinstance(item.answer, tuple) else words(item.answer)
    return replace(
        item, question=words(item.question), explanation=words(item.explanation), answer=answer,
        options=each(item.options), left=each(item.left),
    )  # fmt: skip


def in_english(item: Item, answer: Any) -> Any:
    """Return an answer in the bank's own words, whether it was given in them or in those that were shown."""
    said = shown(item)
    if said is item or not item.options:
        return answer
    meant = {**dict(zip(said.options, item.options, strict=True)), **{option: option for option in item.options}}
    if isinstance(answer, list | tuple | set | frozenset):
        return [meant.get(text, text) if isinstance(text, str) else text for text in answer]
    return meant.get(answer, answer) if isinstance(answer, str) else answer


@functools.cache
def _bank() -> dict[str, Item]:
    """Return all questions by name, in reading order."""
    folder = pathlib.Path(__file__).parent / "bank"
    found = {}
    for subject in SUBJECTS:
        tables = tomllib.loads((folder / f"{subject}.toml").read_text(encoding="utf-8"))
        for short, table in tables.items():
            name = f"{subject}-{short}"
            found[name] = _make(name, subject, **table)
    return found


def _make(
    name: str,
    subject: str,
    *,
    kind: str = "choice",
    answer: Any = None,
    wrong: list[str] | None = None,
    pairs: list[list[str]] | None = None,
    **texts: Any,
) -> Item:
    """Return the item of one table of the bank."""
    left: tuple[str, ...] = ()
    if pairs is not None:
        left, answer = (tuple(side) for side in zip(*pairs, strict=True))
    elif isinstance(answer, list):
        answer = tuple(tuple(ways) if isinstance(ways, list) else ways for ways in answer)
    options: tuple[str, ...] = ()
    if kind in ("choice", "several", "match", "order"):
        right = (answer,) if kind == "choice" else answer
        options = _mixed(name, [*dict.fromkeys(right), *(wrong or [])], avoid=right)
    texts = {key: value.strip("\n") if isinstance(value, str) else value for key, value in texts.items()}
    return Item(name=name, subject=subject, kind=kind, answer=answer, options=options, left=left, **texts)


def _mixed(name: str, options: list[str], avoid: tuple[str, ...]) -> tuple[str, ...]:
    """Return the options in an order that depends on the name alone and is not the right one."""
    rng = random.Random(name)
    mixed = tuple(rng.sample(options, len(options)))
    while len(set(mixed)) > 2 and mixed == avoid:
        mixed = tuple(rng.sample(options, len(options)))
    return mixed
