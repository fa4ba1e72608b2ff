"""How good is an answer? Exact match and F1, as SQuAD counts them in English and character by character in Chinese.

The idea: differences that do not matter are wiped out first (capitals, punctuation, "a", "an", "the"). Exact match is
then 1 or 0. F1 is the harmonic mean of two parts: how much of the answer is right, and how much of the truth was found.

Left out: meaning. "nine" and "9" share nothing here.

Next: qa.py, whose answers these two judge.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

from .._support.checks import message
from ._words import IS_CJK

__all__ = ["exact_match", "f1_score"]


def exact_match(answer: str, truths: str | Sequence[str]) -> float:
    """Return 1.0 when the answer equals one of the truths after normalisation, else 0.0.

    Parameters
    ----------
    answer : str
        The answer to judge; "" stands for no answer.
    truths : str or sequence of str
        The right answer, or several that all count as right.

    Returns
    -------
    float
        1.0 or 0.0.

    Raises
    ------
    TypeError
        When an answer or a truth is not a text.
    ValueError
        When there is no truth to compare with.

    See Also
    --------
    f1_score : Gives credit for a part of the answer.

    Notes
    -----
    English: lower case, ASCII punctuation and articles removed, spaces squeezed, as in the SQuAD evaluation script. As
    soon as either text holds a Chinese character all punctuation goes and every Chinese character is a word, as in
    MLQA. The script of CMRC 2018 counts for F1 only the longest run of characters that both share, which is never
    more.

    References
    ----------
    Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", 2016. Lewis et al., "MLQA", 2020.

    Examples
    --------
    >>> exact_match("The Denver Broncos.", "denver broncos"), exact_match("Broncos", "Denver Broncos")
    (1.0, 0.0)
    """
    return max(float(got == true) for got, true in _pairs(answer, truths))


def f1_score(answer: str, truths: str | Sequence[str]) -> float:
    """Return the overlap of the answer with the best-fitting truth, from 0 to 1.

    Parameters
    ----------
    answer : str
        The answer to judge; "" stands for no answer.
    truths : str or sequence of str
        The right answer, or several that all count as right.

    Returns
    -------
    float
        2PR / (P + R), where P is the part of the answer's words that is right and R the part of the truth's words
        found.

    Raises
    ------
    TypeError
        When an answer or a truth is not a text.
    ValueError
        When there is no truth to compare with.

    See Also
    --------
    exact_match : Counts whole answers only; its notes say how both texts are normalised.

    Examples
    --------
    One word of one is right, one of two is found: P = 1, R = 1/2, F1 = 2/3.

    >>> round(f1_score("Broncos", "the Denver Broncos"), 3)
    0.667
    >>> f1_score("图灵", ["艾伦·图灵", "图灵奖"])
    0.8
    """
    return max(_overlap(got, true) for got, true in _pairs(answer, truths))


def _overlap(got: list[str], true: list[str]) -> float:
    if not got or not true:
        return float(got == true)  # no answer is right only where there is none
    shared = sum((Counter(got) & Counter(true)).values())
    return 2 * shared / (len(got) + len(true))  # the same number as 2PR / (P + R)


def _pairs(answer: str, truths: str | Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Return the words of the answer and of each truth."""
    if not isinstance(answer, str):
        raise TypeError(
            message("answer", "a text (str)", answer, "Pass the text of the answer, for example answer.text.")
        )
    several = [truths] if isinstance(truths, str) else truths
    if not isinstance(several, Sequence) or not all(isinstance(truth, str) for truth in several):
        raise TypeError(message("truths", "a text or a list of texts", truths, "Pass the right answers as strings."))
    if not several:
        raise ValueError(message("truths", "at least one text", truths, "Use [''] where no answer is right."))
    return [_both(answer, truth) for truth in several]


def _both(answer: str, truth: str) -> tuple[list[str], list[str]]:
    chinese = IS_CJK.search(answer + truth) is not None
    return _words(answer, chinese), _words(truth, chinese)


def _words(text: str, chinese: bool) -> list[str]:
    kept = (c for c in text.lower() if not (c in string.punctuation or (chinese and unicodedata.category(c)[0] == "P")))
    text = re.sub(r"\b(a|an|the)\b", " ", "".join(kept))
    return IS_CJK.sub(lambda match: f" {match.group()} ", text).split()
