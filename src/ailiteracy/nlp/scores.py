"""How good is an answer? Exact match and F1, as SQuAD counts them in English, and MLQA or CMRC 2018 in Chinese.

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
from difflib import SequenceMatcher
from typing import Literal

from .._support.checks import check_choice, message
from ._words import IS_CJK

__all__ = ["exact_match", "f1_score"]

Rule = Literal["squad", "cmrc"]
# What the script of CMRC 2018 strikes out; commas, brackets and full stops of English stay.
_CMRC_MARKS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_CMRC_PIECE = re.compile(r"[\u4e00-\u9fa5]|[^\W\u4e00-\u9fa5]+(?:[.,'][^\W\u4e00-\u9fa5]+)*|\S")


def exact_match(answer: str, truths: str | Sequence[str], *, rule: Rule = "squad") -> float:
    """Return 1.0 when the answer equals one of the truths after normalisation, else 0.0.

    Parameters
    ----------
    answer : str
        The answer to judge; "" stands for no answer.
    truths : str or sequence of str
        The right answer, or several that all count as right.
    rule : {"squad", "cmrc"}, default "squad"
        How both texts are normalised: as by SQuAD and MLQA, or as by CMRC 2018.

    Returns
    -------
    float
        1.0 or 0.0.

    Raises
    ------
    TypeError
        When an answer or a truth is not a text.
    ValueError
        When there is no truth to compare with, or no such rule.

    See Also
    --------
    f1_score : Gives credit for a part of the answer.

    Notes
    -----
    English: lower case, ASCII punctuation and articles removed, spaces squeezed, as in the SQuAD evaluation script. As
    soon as either text holds a Chinese character all punctuation goes, articles stay and every Chinese character is a
    word, as in MLQA. The rule "cmrc": lower case, a fixed list of marks removed, articles kept.

    References
    ----------
    Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", 2016. Lewis et al., "MLQA", 2020.
    Cui et al., "A Span-Extraction Dataset for Chinese Machine Reading Comprehension", 2019.

    Examples
    --------
    >>> exact_match("The Denver Broncos.", "denver broncos"), exact_match("Broncos", "Denver Broncos")
    (1.0, 0.0)
    >>> exact_match("《狂人日记》（小说）", "狂人日记小说", rule="cmrc")
    1.0
    """
    if rule == "cmrc":
        return max(float(_unmarked(answer) == _unmarked(truth)) for truth in _several(answer, truths, rule))
    return max(float(got == true) for got, true in _pairs(answer, truths, rule))


def f1_score(answer: str, truths: str | Sequence[str], *, rule: Rule = "squad") -> float:
    """Return the overlap of the answer with the best-fitting truth, from 0 to 1.

    Parameters
    ----------
    answer : str
        The answer to judge; "" stands for no answer.
    truths : str or sequence of str
        The right answer, or several that all count as right.
    rule : {"squad", "cmrc"}, default "squad"
        What both texts share: words in any order, or only their longest run in common.

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
        When there is no truth to compare with, or no such rule.

    See Also
    --------
    exact_match : Counts whole answers only; its notes say how both texts are normalised.

    Notes
    -----
    By the rule "cmrc" every Chinese character and every run of other letters and digits is a word, and P and R count
    the longest stretch of words that stands in both. Its script cuts English by NLTK, which also splits "don't" in two.

    Examples
    --------
    One word of one is right, one of two is found: P = 1, R = 1/2, F1 = 2/3.

    >>> round(f1_score("Broncos", "the Denver Broncos"), 3)
    0.667
    >>> f1_score("图灵", ["艾伦·图灵", "图灵奖"])
    0.8

    Two runs of two characters, of which the longest run counts by the rule of CMRC 2018: P = R = 2/4.

    >>> f1_score("北京上海", "上海北京"), f1_score("北京上海", "上海北京", rule="cmrc")
    (1.0, 0.5)
    """
    return max(_overlap(got, true, rule) for got, true in _pairs(answer, truths, rule))


def _overlap(got: list[str], true: list[str], rule: Rule) -> float:
    if not got or not true:
        return float(got == true)  # no answer is right only where there is none
    if rule == "cmrc":
        shared = SequenceMatcher(None, got, true, autojunk=False).find_longest_match().size
    else:
        shared = sum((Counter(got) & Counter(true)).values())
    return 2 * shared / (len(got) + len(true))  # the same number as 2PR / (P + R)


def _pairs(answer: str, truths: str | Sequence[str], rule: Rule) -> list[tuple[list[str], list[str]]]:
    """Return the words of the answer and of each truth."""
    return [_both(answer, truth, rule) for truth in _several(answer, truths, rule)]


def _several(answer: str, truths: str | Sequence[str], rule: Rule) -> Sequence[str]:
    """Return the truths as a sequence, after checking all three arguments."""
    check_choice("rule", rule, ("squad", "cmrc"))
    if not isinstance(answer, str):
        raise TypeError(
            message("answer", "a text (str)", answer, "Pass the text of the answer, for example answer.text.")
        )
    several = [truths] if isinstance(truths, str) else truths
    if not isinstance(several, Sequence) or not all(isinstance(truth, str) for truth in several):
        raise TypeError(message("truths", "a text or a list of texts", truths, "Pass the right answers as strings."))
    if not several:
        raise ValueError(message("truths", "at least one text", truths, "Use [''] where no answer is right."))
    return several


def _both(answer: str, truth: str, rule: Rule) -> tuple[list[str], list[str]]:
    if rule == "cmrc":
        return _CMRC_PIECE.findall(_unmarked(answer)), _CMRC_PIECE.findall(_unmarked(truth))
    chinese = IS_CJK.search(answer + truth) is not None
    return _words(answer, chinese), _words(truth, chinese)


def _words(text: str, chinese: bool) -> list[str]:
    kept = (c for c in text.lower() if not (c in string.punctuation or (chinese and unicodedata.category(c)[0] == "P")))
    text = "".join(kept)
    if not chinese:
        text = re.sub(r"\b(a|an|the)\b", " ", text)
    return IS_CJK.sub(lambda match: f" {match.group()} ", text).split()


def _unmarked(text: str) -> str:
    """Return the text as CMRC 2018 compares it; spaces inside stay."""
    return "".join(c for c in text.lower().strip() if c not in _CMRC_MARKS)
