"""A reader made of rules and counted features: it answers without a download and says why.

The idea: (1) keep the sentences that share rare words with the question; (2) propose every stretch of them that could
be an answer; (3) add up weighted observations about each, and turn the sums into probabilities by softmax. The weights
come from a fit on 1,600 questions, the observations are written by hand.

Left out: what words mean. A question that says "surrender" where the text says "gave up" finds nothing to hold on to.
That is a long way from a neural reader, whose F1 is nearly twice as high: `read` has the figures.

Next: spans.py, where a neural network scores the stretches instead.
"""

from __future__ import annotations

import functools
import json
import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from itertools import accumulate, chain
from typing import TYPE_CHECKING

from ._features import Sentence, keys_of, question_keys
from ._words import is_chinese, read_question, split_sentences, tokenize, word_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ._words import Token

__all__ = ["Span", "read", "best_sentences", "candidates", "reader_weights"]

N_SENTENCES = 6  # sentences searched for an answer
LONGEST_SENTENCE = 300  # tokens
SLAB = 20_000  # characters of one sentence cut into tokens at a time
NONE: frozenset[str] = frozenset()
LONGEST = {"english": 14, "chinese": 30}  # tokens in a candidate
_OPEN, _CLOSE = frozenset("([（《「『〈"), frozenset(")]）》」』〉")
_PAIRS = {"《": "》", "「": "」", "『": "』", "“": "”", "‘": "’", "(": ")", "（": "）", "[": "]", "〈": "〉"}


@dataclass(frozen=True, eq=False, slots=True)
class Span:
    """A stretch of the context, start to end (exclusive), and its probability; start == end == 0 is "no answer"."""

    start: int
    end: int
    score: float
    why: Callable[[], tuple[tuple[str, float], ...]] = tuple  # computed only when somebody asks

    def reasons(self) -> tuple[tuple[str, float], ...]:
        """Return (observation, contribution) pairs, the strongest first; empty where the reader cannot say."""
        return self.why()


@functools.cache
def reader_weights() -> dict[str, dict[str, float]]:
    """Return the fitted weights by language and feature name."""
    table: dict[str, dict[str, float]] = json.loads(
        files(__package__).joinpath("_reader_weights.json").read_text(encoding="utf-8")
    )
    return table


def language_of(context: str) -> str:
    """Return which of the two tables of weights fits the context."""
    return "chinese" if is_chinese(context) else "english"


def best_sentences(question_text: str, context: str, n_sentences: int = N_SENTENCES) -> list[Sentence]:
    """Return the sentences that share most with the question, rare words counting more, in order of their share."""
    question = read_question(question_text)
    keys = question_keys(question)
    # First pass: what each piece shares with the question. The tokens are dropped, so that a book fits in memory.
    places, shared, often = [], [], Counter[str]()
    for place, tokens in _pieces(context):
        places.append(place)
        shared.append({key for _, key, _ in keys_of(tokens) if key in keys} or NONE)
        often.update(token.stem for token in tokens)
    # A word in few sentences tells more than a word in all of them.
    counts = Counter(chain.from_iterable(shared))
    rarity = {key: math.log((len(places) + 1) / (counts[key] + 0.5)) + 0.1 for key in sorted(keys)}
    total = sum(rarity.values()) or 1.0
    shares = [sum(rarity[key] for key in sorted(found)) / total for found in shared]
    best = max(shares, default=0.0) or 1.0
    order = sorted(range(len(places)), key=lambda k: (-shares[k], k))[:n_sentences]
    chosen = []
    for rank_, k in enumerate(order):
        beside = max(shares[max(k - 1, 0)], shares[min(k + 1, len(places) - 1)]) if len(places) > 1 else 0.0
        overview = {
            "sentence share": shares[k],
            "share of best": shares[k] / best,
            "neighbour share": beside,
            "sentence": 1.0,
        }
        overview["best sentence"] = float(rank_ == 0)
        overview["first sentence"] = float(k == 0)
        start, end, first = places[k]
        tokens = tokenize(context, start, end)[first : first + LONGEST_SENTENCE]
        chosen.append(Sentence(tokens, question, rarity, overview, often))
    return chosen


def _pieces(context: str) -> Iterator[tuple[tuple[int, int, int], list[Token]]]:
    """Yield (start, end, first token) and the tokens of every sentence; a long one in several pieces."""
    for begin, stop in split_sentences(context):
        while begin < stop:
            end = stop
            if end - begin > SLAB:  # a text without full stops is cut at a space, so that its tokens fit in memory
                end = context.rfind(" ", begin + 1, begin + SLAB) + 1 or begin + SLAB
            tokens = tokenize(context, begin, end)
            # And no piece holds a million candidates.
            for first in range(0, len(tokens), LONGEST_SENTENCE):
                yield (begin, end, first), tokens[first : first + LONGEST_SENTENCE]
            begin = end


def candidates(sentence: Sentence, longest: int) -> Iterator[tuple[int, int]]:
    """Yield (i, j) for every stretch of tokens i to j-1 that could be an answer."""
    tokens = sentence.tokens
    ends = [j for j in range(1, len(tokens) + 1) if _may_end(sentence, j)]
    depth = list(accumulate(((t.text in _OPEN) - (t.text in _CLOSE) for t in tokens), initial=0))
    quoted = [n % 2 for n in accumulate((t.text == '"' for t in tokens), initial=0)]
    for i in range(len(tokens)):
        if _may_start(sentence, i):
            for j in ends[bisect_right(ends, i) : bisect_right(ends, i + longest)]:
                if depth[j] < depth[i]:
                    break  # a bracket closes that opened before the candidate
                if depth[j] == depth[i] and quoted[j] == quoted[i]:
                    yield i, j


def _may_start(sentence: Sentence, i: int) -> bool:
    token, lists = sentence.tokens[i], word_lists()
    if token.kind == "mark":
        return token.text in _PAIRS or token.text in "$€£"
    if token.kind == "function":
        return token.stem in lists["starters"]
    if token.kind not in ("chinese", "particle") or i == 0:
        return True
    return _is_seam(sentence, i)


def _may_end(sentence: Sentence, j: int) -> bool:
    token = sentence.tokens[j - 1]
    if token.kind == "mark":
        return token.text in _PAIRS.values() or token.text in "%％"
    if token.kind == "function":
        return False
    if token.kind not in ("chinese", "particle") or j == len(sentence.tokens):
        return True
    return _is_seam(sentence, j) or token.text in word_lists()["time_ends"] or token.text in word_lists()["place_ends"]


def _is_seam(sentence: Sentence, k: int) -> bool:
    """Return whether Chinese may be cut between tokens k-1 and k: where the kind or the match changes."""
    left, right = sentence.tokens[k - 1], sentence.tokens[k]
    if left.kind != "chinese" or right.kind != "chinese":
        return True
    return (sentence.match[k - 1] > 0) != (sentence.match[k] > 0)


def read(question: str, context: str, *, longest: int = 30, no_answer: bool = False) -> list[Span]:
    """Return every candidate answer with its probability, the best first.

    Parameters
    ----------
    question, context : str
        The two texts, each in English or Chinese.
    longest : int, default 30
        The largest number of tokens in an answer.
    no_answer : bool, default False
        Whether "no answer" is among the candidates. Its probability is always reckoned with: a guess in a context that
        has nothing to do with the question has a low score.

    Returns
    -------
    list of Span
        Empty when the context holds punctuation only.

    Notes
    -----
    How far this is from a neural reader, in F1; the figures of the others are those of the papers, not measured here.
    CMRC 2018 (Chinese), development questions: this reader 48, BERT 84; people, on the test questions, 98. XQuAD
    (English): this reader 46 on one half of the questions, multilingual BERT 83.5 on all of them.

    References
    ----------
    Cui and others, "A span-extraction dataset for Chinese machine reading comprehension", 2019: CMRC 2018, and how well
    people do. Cui and others, "Pre-training with whole word masking for Chinese BERT", 2019: BERT on it. Artetxe, Ruder
    and Yogatama, "On the cross-lingual transferability of monolingual representations", 2020: XQuAD, and BERT on it.

    Examples
    --------
    >>> text = "Ada Lovelace met Charles Babbage in 1833."
    >>> best = read("When did Ada Lovelace meet Babbage?", text)[0]
    >>> text[best.start : best.end]
    '1833'
    """
    language = language_of(context)
    weights = reader_weights()[language]
    sentences = best_sentences(question, context)
    scored = [c for sentence in sentences for c in _score(sentence, weights, min(longest, LONGEST[language]))]
    # Softmax over all candidates and "no answer"; the largest score is taken off first so that exp cannot overflow.
    nothing = weigh(nothing_features(sentences), weights)
    top = max([nothing, *(score for score, *_ in scored)])
    total = math.exp(nothing - top) + sum(math.exp(score - top) for score, *_ in scored)
    spans = [
        Span(
            s.tokens[i].start,
            s.tokens[j - 1].end,
            math.exp(score - top) / total,
            functools.partial(_reasons, s, i, j, weights),
        )
        for score, s, i, j in scored
    ]
    if no_answer:
        spans.append(Span(0, 0, math.exp(nothing - top) / total))
    return sorted(spans, key=lambda span: (-span.score, span.start, span.end))


def nothing_features(sentences: Sequence[Sentence]) -> dict[str, float]:
    """Return what speaks for "no answer": how little the best sentence shares with the question."""
    best = max((sentence.overview["sentence share"] for sentence in sentences), default=0.0)
    return {"no answer": 1.0, "no answer|best share": best}


def weigh(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the sum of value times weight over all observations; unknown ones weigh nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in found.items())


def _score(
    sentence: Sentence, weights: Mapping[str, float], longest: int
) -> Iterator[tuple[float, Sentence, int, int]]:
    # The parts that depend on one edge only are computed once for each edge.
    start_score = functools.cache(lambda i: weigh(sentence.start_features(i), weights))
    end_score = functools.cache(lambda j: weigh(sentence.end_features(j), weights))
    base = weigh(sentence.overview, weights)
    for i, j in candidates(sentence, longest):
        yield base + start_score(i) + end_score(j) + weigh(sentence.span_features(i, j), weights), sentence, i, j


def _reasons(sentence: Sentence, i: int, j: int, weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    found = sentence.all_features(i, j)
    parts = [(name, weights[name] * value) for name, value in found.items() if name in weights and value]
    return tuple(sorted(parts, key=lambda part: -abs(part[1])))
