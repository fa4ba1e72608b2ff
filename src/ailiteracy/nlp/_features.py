"""What the reader notices about a candidate answer.

The idea: every observation has a name and a value. Some belong to the sentence (how many of the question's words it
holds), some to the place where the candidate starts or ends (which word stands before it), some to the candidate itself
(does it look like a date). The score of a candidate is the sum of value times weight over all of them; the weights
stand in _reader_weights.json.

Left out: grammar, word meaning, anything learned from more text than the 1,600 questions behind the weights.

Next: _shapes.py for what a stretch looks like; reader.py, which proposes the candidates and picks one.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ._shapes import class_of, length_step, literal_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ._words import Question, Token

__all__ = ["Sentence", "keys_of", "question_keys"]

NEAR, FAR = 0.6, 0.9  # what is left of a matching word's pull after one token of distance
CLAUSE_MARKS = frozenset(",;:()—–")
CONTENT = ("name", "word", "number", "ordinal", "year", "month")
Features = dict[str, float]


def question_keys(question: Question) -> set[str]:
    """Return what to look for in the text: content words as stems, Chinese as pairs of neighbouring characters."""
    first, last = question.hole
    asked = set(range(first, max(last, first + 1)))
    return {key for place, key, _ in keys_of(question.tokens) if place not in asked or key in question.focus}


def keys_of(tokens: Sequence[Token]) -> Iterable[tuple[int, str, int]]:
    """Yield (place, key, number of tokens) for every content word and every pair of Chinese characters."""
    for place, token in enumerate(tokens):
        if token.kind in CONTENT:
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
    counts : mapping of str to int, optional
        How often each stem stands in the whole text.
    """

    def __init__(
        self, tokens: Sequence[Token], question: Question, rarity: Mapping[str, float], overview: Mapping[str, float],
        counts: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        self.tokens = tokens
        self.question = question
        self.chinese = any(token.kind == "chinese" for token in tokens)
        self.overview = {**overview, "sentence length": 0.0 if self.chinese else math.log(len(tokens) or 1) / 4}
        self.counts = Counter(token.stem for token in tokens) if counts is None else counts
        kinds = [question.asks, question.helper, "chinese" if question.form == "chinese" else ""]
        self.heads = ["chinese"] if self.chinese else [kind for kind in kinds if kind]
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
        # The matches in the clause of each token: what stands between two commas belongs together.
        self.clause = list(accumulate(token.text in CLAUSE_MARKS for token in tokens))
        self.clause_share = [0.0] * (self.clause[-1] + 1 if tokens else 0)
        for number, value in zip(self.clause, self.match, strict=True):
            self.clause_share[number] += value
        self.n_numbers_before = list(accumulate((token.kind in ("number", "year") for token in tokens), initial=0))

    def start_features(self, i: int) -> Features:
        """Return what speaks for an answer that starts at token i."""
        asks, tokens = self.question.asks, self.tokens
        found: Features = {}
        before = tokens[i - 1] if i else None
        here = tokens[i]
        shown = literal_of(before)
        found[f"before={shown}"] = 1.0
        found[f"{asks}|before={class_of(before)}"] = 1.0
        found[f"first={literal_of(here)}"] = 1.0
        found[f"{asks}|first={class_of(here)}"] = 1.0
        if before and before.kind in ("name", "number") and here.kind == before.kind and before.end + 1 >= here.start:
            found["cuts left"] = 1.0
        if before and before.stem in self.question.focus:
            found["asked noun before"] = 1.0
        run = self._run_left(i)
        if run:
            found["same words left"] = min(run, 4)
            found[f"same words left={min(run, 3)}"] = 1.0
        self._follow(found, "left", self.left, i)
        if "chinese" in self.heads:
            found["chinese|match left"] = self.matched_before[i]
        if not self.chinese:
            found[f"{class_of(before)} > {class_of(here)}"] = 1.0
            self._add_cut(found, "left", i)
            if self.question.tail:  # "What was it named after?": the answer stands behind the same preposition
                found["trailing preposition before"] = float(before is not None and before.stem == self.question.tail)
        return found

    def end_features(self, j: int) -> Features:
        """Return what speaks for an answer that ends before token j."""
        asks, tokens = self.question.asks, self.tokens
        found: Features = {}
        last, after = tokens[j - 1], tokens[j] if j < len(tokens) else None
        found[f"after={literal_of(after)}"] = 1.0
        found[f"{asks}|after={class_of(after)}"] = 1.0
        found[f"last={literal_of(last)}"] = 1.0
        found[f"{asks}|last={class_of(last)}"] = 1.0
        if after and after.kind in ("name", "number") and last.kind == after.kind and last.end + 1 >= after.start:
            found["cuts right"] = 1.0
        if last.stem in self.question.focus:
            found["ends in asked noun"] = 1.0
        if after and after.stem in self.question.focus:
            found["asked noun after"] = 1.0
        run = self._run_right(j)
        if run:
            found["same words right"] = min(run, 4)
            found[f"same words right={min(run, 3)}"] = 1.0
        self._follow(found, "right", self.right, j)
        if "chinese" in self.heads:
            found["chinese|match right"] = self.matched_before[-1] - self.matched_before[j]
        if not self.chinese:
            found[f"{class_of(last)} < {class_of(after)}"] = 1.0
            self._add_cut(found, "right", j)
        return found

    def span_features(self, i: int, j: int) -> Features:
        """Return what speaks for tokens i to j-1 as a whole."""
        asks, tokens = self.question.asks, self.tokens[i:j]
        inside = self.matched_before[j] - self.matched_before[i]
        repeated = (self.n_matched_before[j] - self.n_matched_before[i]) / (j - i)
        shape = shape_of(tokens)
        found: Features = {
            f"{asks}|shape={shape}": 1.0,
            f"{asks}|length={length_step(j - i, self.chinese)}": 1.0,
            "repeats the question": inside,
            "repeated part": repeated,
        }
        if repeated == 1.0:
            found["only repeats the question"] = 1.0
        commas = self.n_commas_before[j] - self.n_commas_before[i]
        if commas:
            found["commas inside"] = commas
        if not self.chinese:
            self._add_english(found, i, j, shape)
        return found

    def _follow(self, found: Features, side: str, pulls: Mapping[str, Sequence[float]], k: int) -> None:
        """Add the pull of the matches on one side; in English by what is asked and by the helper of the question."""
        for name, pull in pulls.items():
            for head in self.heads:
                found[f"{head}|{name} {side}"] = pull[k]

    def _add_cut(self, found: Features, side: str, k: int) -> None:
        """Add how many words in a row are cut off by the gap before token k: a phrase is seldom half an answer."""
        outside = self.tokens[k - 1 :: -1] if side == "left" and k else self.tokens[k:] if side == "right" else []
        inside = self.tokens[k if side == "left" else k - 1]
        cut = next((n for n, token in enumerate(outside[:3]) if token.kind not in CONTENT), min(len(outside), 3))
        if cut:
            found[f"cut {inside.kind} {side}={cut}"] = 1.0

    def _add_english(self, found: Features, i: int, j: int, shape: str) -> None:
        """Add what is noticed in English only."""
        tokens = self.tokens[i:j]
        if self.question.helper:
            found[f"{self.question.asks} {self.question.helper}|shape={shape}"] = 1.0
        if self.question.sort and self.question.asks in ("which", "what"):
            found[f"{self.question.sort}|shape={shape}"] = 1.0
        inside = self.matched_before[j] - self.matched_before[i]
        found["clause share"] = sum(self.clause_share[self.clause[i] : self.clause[j - 1] + 1]) - inside
        # A word that the text repeats is what it is about, seldom what is asked for.
        often = [self.counts[token.stem] for token in tokens if token.kind in CONTENT]
        if often:
            found["rare in the text"] = sum(n == 1 for n in often) / len(often)
            found["topic of the text"] = sum(n >= 3 for n in often) / len(often)
        if shape in ("year", "date", "number", "count", "amount"):
            others = self.n_numbers_before[-1] - (self.n_numbers_before[j] - self.n_numbers_before[i])
            found["only number of the sentence"] = float(others == 0)
            found["other numbers"] = min(others, 4)

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
