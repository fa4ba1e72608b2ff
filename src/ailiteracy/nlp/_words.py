"""Cut a text into sentences and tokens, and find what a question asks for.

The idea: a token is a run of letters, a number with what is written to it (5km), one Chinese character or one
punctuation mark, and keeps its place in the text. A question is a text with a hole: the question word says where the
hole is and what kind of thing fills it.

Left out: a dictionary, word classes and a grammar; Chinese is read character by character.

Next: reader.py, which fills the hole.
"""

from __future__ import annotations

import functools
import json
import re
import string
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

__all__ = ["IS_CJK", "Question", "Token", "is_chinese", "read_question", "split_sentences", "tokenize", "word_lists"]

# Letters written one character to a syllable or word: Chinese characters and Japanese kana.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Punctuation that ends a token. The joiners U+200C and U+200D are not in it: they hold an emoji together.
_PUNCT = (
    re.escape(string.punctuation)
    + "\u00a1-\u00bf\u00d7\u2000-\u200b\u200e-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff5b-\uff65"
)
_TOKEN = re.compile(
    rf"\d+(?:[.,:]\d+)*(?:[^\W\d_{_CJK}][^\s{_PUNCT}{_CJK}]*)?"  # 1,024  10:30  21st  1980s  5.5km  7:30pm  4x4
    rf"|(?:[A-Za-z]\.){{2,}}"  # U.S.
    rf"|[A-Z]\.(?=\s[A-Z])"  # John C. Messenger
    rf"|['’]s\b"  # the possessive stands alone
    rf"|[{_CJK}]"
    rf"|[^\s{_PUNCT}{_CJK}]+(?:['’-](?!s\b)[^\s{_PUNCT}{_CJK}]+)*"  # words, also with ' or - inside
    r"|\S",
)
IS_CJK = re.compile(f"[{_CJK}]")
_IS_PUNCT = re.compile(f"[{_PUNCT}]")
# A sentence ends at a Chinese full stop, at a line break, and at .!? before a space and anything but a small letter.
_SENTENCE_END = re.compile(
    r"[。！？!?；]+[”’」』）)\"']*|\n+|(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\bMrs)\.[”’\"')\]]*(?=\s+[^\sa-z,;])"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_YEAR = re.compile(r"(1\d|20)\d\ds?|\d{4}年")
_SUFFIX = re.compile(r"(?:ings?|ers?|ed|es|s|ly|al|ions?)$")


@functools.cache
def word_lists() -> dict[str, Any]:
    """Return the hand-written lists of function words, question words and name characters."""
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("_word_lists.json").read_text(encoding="utf-8"))
    return {name: value if isinstance(value, dict) else frozenset(value.split()) for name, value in loaded.items()}


@dataclass(frozen=True, eq=False, slots=True)
class Token:
    """One token: its characters, its place in the text, its matching form, its kind."""

    text: str
    start: int
    end: int
    stem: str
    kind: str  # "name", "word", "function", "number", "ordinal", "year", "month", "chinese", "particle" or "mark"


def is_chinese(text: str) -> bool:
    """Return whether at least three of ten letters of the text are Chinese characters.

    Examples
    --------
    >>> is_chinese("GPT-2 模型"), is_chinese("the word 火")
    (True, False)
    """
    head = text[:2000]
    chinese = len(IS_CJK.findall(head))
    return chinese > 0 and 10 * chinese >= 3 * sum(map(str.isalpha, head))


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of every sentence; together they cover every character that is not a space.

    Examples
    --------
    >>> split_sentences("It rains. 下雨了。好！")
    [(0, 9), (10, 14), (14, 16)]
    """
    cuts = [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]
    places, start = [], 0
    for cut in cuts:
        piece = text[start:cut]
        if piece.strip():
            places.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = cut
    return places


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the tokens of text[start:end] with their places in the whole text.

    Examples
    --------
    >>> [(token.text, token.kind) for token in tokenize("Ada was born in 1815。")]
    [('Ada', 'name'), ('was', 'function'), ('born', 'word'), ('in', 'function'), ('1815', 'year'), ('。', 'mark')]
    """
    end = len(text) if end is None else end
    tokens = [_make_token(match.group(), match.start()) for match in _TOKEN.finditer(text, start, end)]
    for place in range(1, len(tokens)):
        token, before = tokens[place], tokens[place - 1]
        # A function word with a capital inside a sentence belongs to a name: "No Child Left Behind".
        if token.kind == "function" and token.text[0].isupper() and before.kind not in ("mark", "function", "chinese"):
            tokens[place] = replace(token, kind="name")
    return tokens


def _make_token(text: str, start: int) -> Token:
    return Token(text, start, start + len(text), *_form(text))


@functools.lru_cache(maxsize=100_000)
def _form(text: str) -> tuple[str, str]:
    """Return the matching form and the kind of a token."""
    lists, lower = word_lists(), text.lower()
    if IS_CJK.match(text):
        return text, "particle" if text in lists["particles"] else "chinese"
    if len(text) == 1 and _IS_PUNCT.match(text):
        return text, "mark"
    if lower in lists["ordinals"] or _ORDINAL.fullmatch(text):
        return lower, "ordinal"
    if text[0].isdigit():
        return text.removesuffix("s"), "year" if _YEAR.fullmatch(text) else "number"
    if lower in lists["function_words"] or lower in ("'s", "’s"):
        return lower, "function"
    if lower in lists["number_words"]:
        return lower, "number"
    if text[0].isupper() and lower in lists["months"]:
        return lower, "month"
    return stem(lower), "name" if text[0].isupper() else "word"


def stem(word: str) -> str:
    """Return a lower-case word without its ending, at most six letters long, irregular verbs as their plain form.

    Examples
    --------
    >>> stem("interceptions"), stem("intercepted"), stem("won"), stem("winner")
    ('interc', 'interc', 'win', 'win')
    """
    word = word_lists()["irregular"].get(word, word)
    short = _SUFFIX.sub("", word) if len(word) > 4 else word
    short = short if len(short) >= 3 else word
    if len(short) > 3 and short[-1] == short[-2] and short[-1] not in "aeiouls":  # a doubled letter before -er or -ing
        short = short[:-1]
    if len(short) > 3 and short[-1] == "e":  # use, us(ing) differ; create, creat(ed) meet
        short = short[:-1]
    return (short[:-1] + "y" if short.endswith("i") else short)[:6]


@dataclass(frozen=True, eq=False)
class Question:
    """What a question asks: its tokens, the place of its hole, the kind of thing that fills it."""

    tokens: list[Token]
    asks: str  # "who", "when", "where", "many", "why", "how", "which" or "what"
    hole: tuple[int, int]  # the tokens of the question word and the noun that goes with it
    form: str  # what follows the hole: "helper" (did, is), "verb" (led), "middle" or "chinese"
    focus: frozenset[str] = field(default_factory=frozenset)  # stems of the noun: "what *city*", 哪家*公司*
    helper: str = ""  # "be" (is, were ...) or "do" (did, has ...), where one follows the hole
    tail: str = ""  # the preposition at the end: "named *after*?"
    sort: str = ""  # "named" or "placed", by the noun: "what *team*", "which *river*"


def read_question(text: str) -> Question:
    """Return the hole of a question and what it asks for.

    Examples
    --------
    >>> asked = read_question("What city is the capital of France?")
    >>> asked.asks, asked.hole, sorted(asked.focus)
    ('where', (0, 2), ['city'])
    >>> read_question("谁是人工智能之父？").asks
    'who'
    """
    tokens = tokenize(text)
    if is_chinese(text):
        return _chinese_question(text, tokens)
    return _english_question(tokens)


def _english_question(tokens: list[Token]) -> Question:
    lists = word_lists()
    words = [token.text.lower() for token in tokens]
    at = next((i for i, word in enumerate(words) if word in lists["question_words"]), 0)
    word = words[at] if words else ""
    asks = {"whom": "who", "whose": "who", "what": "what", "which": "which"}.get(word, word)
    end = at + 1
    if word == "how" and end < len(words) and words[end] in lists["how_measures"]:
        asks, end = "many", end + 1
    # The noun of "what city", "how many yards": content words up to the first helper or verb-like function word.
    focus_end = end
    if word in ("what", "which", "whose") or asks == "many":
        if words[end + 1 : end + 2] == ["of"] and words[end] in lists["sorts_of"]:
            focus_end = end = end + 2  # "what type of undergarment" asks for an undergarment
        while focus_end < len(words) and focus_end < end + 3 and tokens[focus_end].kind in ("word", "name"):
            focus_end += 1
        if focus_end == len(words) or tokens[focus_end].kind != "function":
            focus_end = min(focus_end, end + 1)  # "what caused the war": one word at most
    if asks == "what" and focus_end > end:
        asks = "which"  # a noun goes with it: "what type", "which type"
    named = words[end:focus_end] or _described_noun(tokens[end:])
    for kind, names in lists["focus_kinds"].items():
        if asks in ("what", "which") and any({name, name.removesuffix("s")} & set(names.split()) for name in named):
            asks = kind
    after = words[focus_end] if focus_end < len(words) else "?"
    form = "helper" if after in lists["helpers"] else "middle" if at > 2 else "verb"
    if asks not in ("who", "when", "where", "many", "why", "how", "which", "what"):
        asks = "what"
    helper = ("be" if after in lists["be_forms"] else "do") if form == "helper" else ""
    focus = frozenset(token.stem for token in tokens[end:focus_end])
    return Question(tokens, asks, (at, focus_end), form, focus, helper, _tail(tokens), _sort(named[-1:]))


def _tail(tokens: list[Token]) -> str:
    """Return the preposition that ends the question, or ""."""
    last = next((token.stem for token in reversed(tokens) if token.kind != "mark"), "")
    return last if last in word_lists()["tail_prepositions"] else ""


def _sort(noun: list[str]) -> str:
    """Return "named" for a noun whose examples have names (team, song), "placed" for places, else ""."""
    forms = {form for name in noun for form in (name, name.removesuffix("s"), re.sub("ies$", "y", name))}
    return next((sort for sort, names in word_lists()["focus_sorts"].items() if forms & set(names.split())), "")


def _described_noun(rest: list[Token]) -> list[str]:
    """Return the noun of "(what) is the first name of ...": the last content word before the next preposition."""
    if len(rest) < 3 or rest[0].kind != "function" or rest[1].stem not in ("the", "a", "an"):
        return []
    noun = 2
    while noun < len(rest) and rest[noun].kind in ("word", "name", "number"):
        noun += 1
    return [rest[noun - 1].text.lower()] if noun < len(rest) and rest[noun].kind == "function" else []


def _chinese_question(text: str, tokens: list[Token]) -> Question:
    best: tuple[int, int, str] | None = None
    for asks, pattern in word_lists()["chinese_questions"].items():
        found = re.search(pattern, text)
        if found and (best is None or found.end() - found.start() > best[1] - best[0]):
            best = found.start(), found.end(), asks
    start, end, asks = best or (len(text), len(text), "what")
    first = sum(token.start < start for token in tokens)
    last = max(first, sum(token.start < end for token in tokens))
    # The noun after 哪个 or 什么: Chinese characters up to the next particle or mark, at most four.
    noun = last
    if asks in ("which", "what"):
        while noun < min(len(tokens), last + 4) and tokens[noun].kind == "chinese":
            noun += 1
    focus = frozenset(
        token.stem for token in tokens[first:noun] if token.kind == "chinese" and token.text not in "什么哪"
    )
    return Question(tokens, asks, (first, last), "chinese", focus)
