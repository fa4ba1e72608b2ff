"""What the reader notices about a candidate answer.

The idea: every observation has a name and a value. Some belong to the sentence (how many of the question's words it
holds), some to the place where the candidate starts or ends (which word stands before it), some to the candidate itself
(does it look like a date). The score of a candidate is the sum of value times weight over all of them; the weights
stand in _reader_weights.json.

Left out: grammar, word meaning, anything learned from more text than the 1,600 questions behind the weights.

Next: reader.py, which proposes the candidates and picks one.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ._words import word_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ._words import Question, Token

__all__ = ["Sentence", "keys_of", "question_keys", "shape_of"]

NEAR, FAR = 0.6, 0.9  # what is left of a matching word's pull after one token of distance
Features = dict[str, float]


def question_keys(question: Question) -> set[str]:
    """Return what to look for in the text: content words as stems, Chinese as pairs of neighbouring characters."""
    first, last = question.hole
    asked = set(range(first, max(last, first + 1)))
    return {key for place, key, _ in keys_of(question.tokens) if place not in asked or key in question.focus}


def keys_of(tokens: Sequence[Token]) -> Iterable[tuple[int, str, int]]:
    """Yield (place, key, number of tokens) for every content word and every pair of Chinese characters."""
    for place, token in enumerate(tokens):
        if token.kind in ("name", "word", "number", "year", "month"):
            yield place, token.stem, 1
    for place, (left, right) in enumerate(pairwise(tokens)):
        kinds = {left.kind, right.kind}
        if "chinese" in kinds and kinds <= {"chinese", "particle"} and left.end == right.start:
            yield place, left.text + right.text, 2


class Sentence:
    """One sentence seen through one question: where it matches, and the features of any stretch of it.

    Parameters
    ----------
    tokens : list of Token
        The tokens of the sentence.
    question : Question
        The question.
    rarity : mapping of str to float
        The weight of each key of the question.
    overview : dict of str to float
        The features of the sentence as a whole.
    """

    def __init__(
        self, tokens: Sequence[Token], question: Question, rarity: Mapping[str, float], overview: Mapping[str, float]
    ) -> None:
        self.tokens = tokens
        self.question = question
        self.overview = overview
        self.chinese = any(token.kind == "chinese" for token in tokens)
        total = sum(rarity.values()) or 1.0
        self.match = [0.0] * len(tokens)
        for place, key, width in keys_of(tokens):
            weight = rarity.get(key, 0.0) / total
            for k in range(place, place + width):
                self.match[k] = max(self.match[k], weight)
        # Running sums: entry k counts tokens 0..k-1, so that any stretch costs one subtraction.
        self.matched_before = list(accumulate(self.match, initial=0.0))
        self.n_matched_before = list(accumulate((value > 0 for value in self.match), initial=0))
        self.n_commas_before = list(accumulate((token.text in ",，、;；:：" for token in tokens), initial=0))
        self.left = {name: _pull(self.match, decay) for name, decay in (("near", NEAR), ("far", FAR))}
        self.right = {name: _pull(self.match[::-1], decay)[::-1] for name, decay in (("near", NEAR), ("far", FAR))}
        # The first word after the hole is often the verb, the last one of the question its end: both are followed
        # alone.
        for name, key in zip(("next", "last"), _ends(question), strict=True):
            alone = [float(token.stem == key) for token in tokens]
            self.left[name], self.right[name] = _pull(alone, 0.8), _pull(alone[::-1], 0.8)[::-1]

    def start_features(self, i: int) -> Features:
        """Return what speaks for an answer that starts at token i."""
        asks, tokens = self.question.asks, self.tokens
        found: Features = {}
        before = tokens[i - 1] if i else None
        here = tokens[i]
        shown = _literal(before)
        found[f"before={shown}"] = 1.0
        found[f"{asks}|before={_class(before)}"] = 1.0
        found[f"first={_literal(here)}"] = 1.0
        found[f"{asks}|first={_class(here)}"] = 1.0
        if before and before.kind in ("name", "number") and here.kind == before.kind and before.end + 1 >= here.start:
            found["cuts left"] = 1.0
        if before and before.stem in self.question.focus:
            found["asked noun before"] = 1.0
        for name, pull in self.left.items():
            found[f"{self.question.form}|{name} left"] = pull[i]
        found[f"{self.question.form}|match left"] = self.matched_before[i]
        run = self._run_left(i)
        if run:
            found["same words left"] = min(run, 4)
            found[f"same words left={min(run, 3)}"] = 1.0
        return found

    def end_features(self, j: int) -> Features:
        """Return what speaks for an answer that ends before token j."""
        asks, tokens = self.question.asks, self.tokens
        found: Features = {}
        last, after = tokens[j - 1], tokens[j] if j < len(tokens) else None
        found[f"after={_literal(after)}"] = 1.0
        found[f"{asks}|after={_class(after)}"] = 1.0
        found[f"last={_literal(last)}"] = 1.0
        found[f"{asks}|last={_class(last)}"] = 1.0
        if after and after.kind in ("name", "number") and last.kind == after.kind and last.end + 1 >= after.start:
            found["cuts right"] = 1.0
        if last.stem in self.question.focus:
            found["ends in asked noun"] = 1.0
        if after and after.stem in self.question.focus:
            found["asked noun after"] = 1.0
        for name, pull in self.right.items():
            found[f"{self.question.form}|{name} right"] = pull[j]
        found[f"{self.question.form}|match right"] = self.matched_before[-1] - self.matched_before[j]
        run = self._run_right(j)
        if run:
            found["same words right"] = min(run, 4)
            found[f"same words right={min(run, 3)}"] = 1.0
        return found

    def span_features(self, i: int, j: int) -> Features:
        """Return what speaks for tokens i to j-1 as a whole."""
        asks, tokens = self.question.asks, self.tokens[i:j]
        inside = self.matched_before[j] - self.matched_before[i]
        repeated = (self.n_matched_before[j] - self.n_matched_before[i]) / (j - i)
        shape = shape_of(tokens)
        found: Features = {
            f"{asks}|shape={shape}": 1.0,
            f"{asks}|length={_length(j - i, self.chinese)}": 1.0,
            "repeats the question": inside,
            "repeated part": repeated,
        }
        if repeated == 1.0:
            found["only repeats the question"] = 1.0
        commas = self.n_commas_before[j] - self.n_commas_before[i]
        if commas:
            found["commas inside"] = commas
        return found

    def all_features(self, i: int, j: int) -> Features:
        """Return every feature of tokens i to j-1, the sentence's own included."""
        return {**self.overview, **self.start_features(i), **self.end_features(j), **self.span_features(i, j)}

    def _run_left(self, i: int) -> int:
        """Return how many words just before token i equal the words just before the question's hole."""
        asked, hole, run = self.question.tokens, self.question.hole[0], 0
        while run < min(i, hole, 5) and asked[hole - 1 - run].stem == self.tokens[i - 1 - run].stem:
            run += 1
        return run

    def _run_right(self, j: int) -> int:
        """Return how many words just after token j-1 equal the words just after the question's hole."""
        asked, hole, run = self.question.tokens, self.question.hole[1], 0
        room = min(len(self.tokens) - j, len(asked) - hole, 5)
        while run < room and asked[hole + run].stem == self.tokens[j + run].stem:
            run += 1
        return run


def _pull(match: Sequence[float], decay: float) -> list[float]:
    """Return for every gap between tokens the matches on its left, each weaker with distance."""
    pull = [0.0]
    for value in match:
        pull.append(pull[-1] * decay + value)
    return pull


def _ends(question: Question) -> tuple[str, str]:
    """Return the first content word after the hole and the last of the question."""
    after = [token.stem for token in question.tokens[question.hole[1] :] if token.kind in ("word", "name", "chinese")]
    return (after[0], after[-1]) if after else ("", "")


def shape_of(tokens: Sequence[Token]) -> str:
    """Return what a stretch of tokens looks like: "year", "date", "number", "count", "name", "place" ..."""
    lists, kinds = word_lists(), {token.kind for token in tokens}
    first, last = tokens[0], tokens[-1]
    if first.kind in ("chinese", "particle") or last.kind in ("chinese", "particle"):
        return _chinese_shape(tokens, kinds)
    if kinds == {"year"}:
        return "year"
    if "month" in kinds and kinds <= {"month", "year", "number", "mark", "function"}:
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


def _class(token: Token | None) -> str:
    """Return the kind of a token, marks written out: "edge" outside the sentence."""
    if token is None:
        return "edge"
    return token.text if token.kind == "mark" else token.kind


def _literal(token: Token | None) -> str:
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
    return token.kind


def _length(n_tokens: int, chinese: bool) -> str:
    steps = (1, 2, 3, 4, 6, 9, 13, 18, 25, 40) if chinese else (1, 2, 3, 4, 6, 9, 13)
    return "<=" + str(next((step for step in steps if n_tokens <= step), "more"))
