"""Files of questions with their answers, in the layout of SQuAD.

The idea: articles hold paragraphs, a paragraph is a context with its questions, and an answer is a text with the place
where it starts in the context. XQuAD, CMRC 2018, MLQA and SQuAD itself are written this way.

Left out: tables and conversations.

Next: reader_training.py, which learns from such files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import message
from .._support.files import check_path

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Asked", "hold_out", "read_squad"]

LAYOUT = '{"data": [{"paragraphs": [{"context": ..., "qas": [{"question": ..., "answers": [...]}]}]}]}'


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """A question to a context, with its right answers; `truths` is ("",) where the context holds none."""

    article: int
    context: str
    question: str
    truths: tuple[str, ...]
    start: int  # of the first right answer in the context; -1 where it is not there


def read_squad(argument: str, source: Any) -> list[Asked]:
    """Return the questions of a file, of several files, or of the dict that such a file holds.

    Parameters
    ----------
    argument : str
        The caller's name for `source`, for messages.
    source : path, dict or sequence of them
        In the layout of SQuAD.

    Raises
    ------
    TypeError, ValueError, FileNotFoundError
        When there is no such file, or it holds something else.
    """
    parts = list(source) if isinstance(source, list | tuple) else [source]
    asked: list[Asked] = []
    for part in parts:
        found = part if isinstance(part, dict) else _load(argument, part)
        n_articles = asked[-1].article + 1 if asked else 0
        try:
            asked += [
                _asked(n_articles + number, paragraph["context"], qa)
                for number, article in enumerate(found["data"])
                for paragraph in article["paragraphs"]
                for qa in paragraph["qas"]
            ]
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            said = f"something without {error}" if isinstance(error, KeyError) else f"something else: {error}"
            raise ValueError(f"`{argument}` must be in the layout of SQuAD, {LAYOUT}, got {said}.") from None
    if not asked:
        raise ValueError(message(argument, "a file with at least one question", source, f"Its layout: {LAYOUT}."))
    return asked


def hold_out(asked: Sequence[Asked], part: float, seed: int) -> tuple[list[Asked], list[Asked]]:
    """Return the questions of most articles, and those of `part` of the articles: no article is in both."""
    articles = sorted({one.article for one in asked})
    if len(articles) < 2:
        remedy = "Pass questions on other articles as `test`."
        raise ValueError(message("train", "questions on at least two articles, to hold some out", "one", remedy))
    n_held_out = min(max(1, round(part * len(articles))), len(articles) - 1)
    held_out = set(np.random.default_rng(seed).permutation(articles)[:n_held_out].tolist())
    return [one for one in asked if one.article not in held_out], [one for one in asked if one.article in held_out]


def _load(argument: str, path: Any) -> Any:
    place = check_path(argument, path)
    try:
        return json.loads(place.read_text(encoding="utf-8-sig"))  # a mark at the beginning is no fault
    except FileNotFoundError:
        raise FileNotFoundError(f"`{argument}` names {str(place)!r}, which does not exist. Check the path.") from None
    except IsADirectoryError:
        raise ValueError(f"`{argument}` must be a JSON file, got the folder {str(place)!r}.") from None
    except (ValueError, RecursionError) as error:  # JSON and UTF-8 errors are of the first kind
        raise ValueError(f"`{argument}` must be a JSON file in UTF-8, got {str(place)!r}: {error}.") from None


def _asked(article: int, context: str, qa: dict[str, Any]) -> Asked:
    """Return one question; the place of its answer is looked up again when the file has it wrong."""
    answers = qa["answers"]
    truths = tuple(dict.fromkeys(answer["text"] for answer in answers)) or ("",)
    start = answers[0].get("answer_start", -1) if answers else -1
    if not 0 <= start < len(context) or not context.startswith(truths[0], start):
        start = context.find(truths[0]) if answers else -1
    if not (
        isinstance(context, str) and isinstance(qa["question"], str) and context.strip() and qa["question"].strip()
    ):
        raise TypeError("a blank question or context")
    return Asked(article, context, qa["question"], truths, start)
