"""Checkers for texts: counting, pieces, windows, answers, vectors. The texts are in language.toml.

Next: `_transformers.py`.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from .._support.language import say
from .judge import NotYetError, expect
from .together import expect_together

LETTERS = list("abracadabra")


def next_probability(answer: Any) -> None:
    for tokens, before, after, n_kinds in (
        (LETTERS, "a", "b", 10),
        (LETTERS, "b", "r", 26),
        (LETTERS, "c", "d", 9),
        (["very", "very", "very", "good"], "very", "very", 4),
        (list("abcab"), "b", "c", 4),
        (list("abab"), "x", "a", 3),
    ):
        both = list(itertools.pairwise(tokens)).count((before, after))
        begins, everywhere, kinds = tokens[:-1].count(before), tokens.count(before), len(set(tokens))
        turned = list(itertools.pairwise(tokens)).count((after, before))
        slips = {
            "this is the share without smoothing: each kind of token is counted once more.": both / max(begins, 1),
            "one is added for each kind of token, so the number of kinds is added below.": (both + 1) / (begins + 1),
            "the number of kinds is given; not all of them occur in the text.": (both + 1) / (begins + kinds),
            "the last token of the text has none after it: do not count it below.": (both + 1) / (everywhere + n_kinds),
            "this is the probability of the pair; the first token is given.": (both + 1) / (len(tokens) - 1 + n_kinds),
            "the two tokens are in the wrong order.": (turned + 1) / (begins + n_kinds),
            "the count below is larger by the number of kinds, and the one above by 1.": both / (begins + n_kinds),
        }
        expect(answer, (tokens, before, after, n_kinds), (both + 1) / (begins + n_kinds), slips, tolerance=1e-9)


def perplexity(answer: Any) -> None:
    for chances in ([0.5, 0.25, 0.125], [0.1], [0.9, 0.001, 0.3, 0.3]):
        loss, n = -sum(map(math.log, chances)) / len(chances), len(chances)
        slips = {
            "this is the mean of -ln p, the loss; perplexity is its exponential.": loss,
            "this is the mean of 1 / p; the mean is one of logarithms.": sum(1 / chance for chance in chances) / n,
            "this is 1 over the mean of p; the mean is one of logarithms.": n / sum(chances),
            "2 was raised to a mean of natural logarithms: base and logarithm must fit.": 2**loss,
            "this is 1 over the probability of the whole text: take the mean for each token.": math.exp(n * loss),
            "the sign is wrong: unlikely tokens make it large.": math.exp(-loss),
        }
        expect(answer, (chances,), math.exp(loss), slips)
    try:
        expect(answer, ([0.001] * 2000,), 1000.0)
    except NotYetError:
        hint = "the product of so many small numbers is 0 to a computer. Add logarithms."
        raise NotYetError(say("It is right for a few tokens, and fails for 2,000:") + " " + say(hint)) from None


def _pairs(words: dict[str, int], *, weighted: bool = True, once: bool = False) -> Counter[str]:
    """Count neighbours within words; `once` counts a pair once in a word."""
    counts: Counter[str] = Counter()
    for word, n in words.items():
        found = list(map("".join, itertools.pairwise(word)))
        for pair in set(found) if once else found:
            counts[pair] += n if weighted else 1
    return counts


def _most(counts: Counter[str], *, last: bool = False) -> str:
    best = max(counts.values())
    return sorted(piece for piece, count in counts.items() if count == best)[-1 if last else 0]


def best_pair(answer: Any) -> None:
    cases = (
        {"hug": 1, "pug": 1, "pun": 12, "bun": 4, "hugs": 1},
        {"aab": 2, "abb": 1, "ba": 1},
        {"on": 3, "no": 3},
        {"lowlow": 2, "ew": 3},
    )
    slips = {
        "each word counts as often as it occurs.": lambda words: _most(_pairs(words, weighted=False)),
        "pairs do not cross from one word to the next.": lambda words: _most(_pairs({"".join(words): 1})),
        "a pair may stand in a word more than once.": lambda words: _most(_pairs(words, once=True)),
        "this is the rarest pair.": lambda words: _most(Counter({k: -n for k, n in _pairs(words).items()})),
        "of equals the first in the alphabet is asked for.": lambda words: _most(_pairs(words), last=True),
        "this is the most frequent letter; a pair of neighbours is asked for.": lambda words: _most(
            Counter("".join(word * n for word, n in words.items()))
        ),
    }
    expect_together(answer, [(words,) for words in cases], lambda words: _most(_pairs(words)), slips)


def merge_pair(answer: Any) -> None:
    for ids, pair in (
        ([5, 1, 2, 1, 2, 3], (1, 2)),
        ([1, 1, 1, 2], (1, 1)),
        ([4, 1], (1, 4)),
        ([2, 1, 2], (1, 2)),
        ([7], (7, 7)),
    ):
        merged = _merged(ids, pair)
        places = [place for place in range(len(ids) - 1) if tuple(ids[place : place + 2]) == pair]
        first = [*ids[: places[0]], 99, *ids[places[0] + 2 :]] if places else ids
        beside: list[int] = []
        for place, token in enumerate(ids):
            beside += [99] if place in places else [token]
        slips = {
            "only the first of the pairs was merged.": first,
            "the second token of the pair is still there.": beside,
            "merging goes from left to right.": _merged(ids[::-1], pair[::-1])[::-1],
            "the two stand in the wrong order: (1, 2) is not (2, 1).": _merged(ids, pair[::-1]),
            "both tokens of a pair became the new one.": [99 if token in pair else token for token in ids],
            "a token that is part of no pair stays.": [token for token in merged if token == 99],
            "the last token is missing.": merged[:-1],
        }
        expect(answer, (ids, pair, 99), merged, slips)


def _merged(ids: list[int], pair: tuple[int, ...]) -> list[int]:
    merged, place = [], 0
    while place < len(ids):
        found = tuple(ids[place : place + 2]) == pair
        merged.append(99 if found else ids[place])
        place += 2 if found else 1
    return merged


def windows(answer: Any) -> None:
    for n, length, stride in ((10, 4, 2), (9, 4, 4), (8, 3, 1), (12, 4, 3)):
        ids = [token * token + 3 for token in range(n)]

        def cut(shift: int, last: int, ids: list[int] = ids, length: int = length, stride: int = stride) -> Any:
            starts = range(0, len(ids) - length + last, stride)
            return (
                [ids[start : start + length] for start in starts],
                [ids[max(0, start + shift) : start + shift + length] for start in starts],
            )

        want = cut(1, 0)
        slips = {
            "the targets are the inputs themselves: the next token is to be guessed.": cut(0, 0),
            "the targets lie one place earlier; they are the tokens that come next.": cut(-1, 0),
            "the last window has no token after its end: not every place has a target.": cut(1, 1),
            "the last window is not full.": cut(1, length - 1),
            "only the token after each window is a target; every place has one.": (
                want[0],
                [[row[-1]] for row in want[1]],
            ),
            "the stride had no effect.": cut(1, 0, stride=length),
            "the stride had no effect: each start is one further than the last.": cut(1, 0, stride=1),
            "the last window is missing: its targets end with the last token.": (want[0][:-1], want[1][:-1]),
        }
        expect(answer, (ids, length, stride), want, slips)


def token_f1(answer: Any) -> None:
    cases = (
        ("the red fort", "red fort"), ("new new york", "new york city"), ("in may", "june"), ("blue", "blue"),
        ("a b c d", "d e"), ("fort red", "red fort"), ("red red", "red"),
    )  # fmt: skip

    def f1(answer: str, truth: str, shared: Callable[[list[str], list[str]], int] | None = None) -> float:
        given, true = answer.split(), truth.split()
        right = shared(given, true) if shared else _shared(given, true)
        return 2 * right / (len(given) + len(true))

    def part(answer: str, truth: str) -> float:
        return _shared(answer.split(), truth.split()) / len(answer.split())

    def once(text: str) -> str:
        return " ".join(dict.fromkeys(text.split()))

    slips = {
        "this is the share of the answer that is right; F1 looks at the truth too.": part,
        "this is the share of the truth that was found; F1 looks at the answer too.": lambda a, t: part(t, a),
        "this is the mean of the two shares; F1 is the harmonic one.": lambda a, t: (part(a, t) + part(t, a)) / 2,
        "a word that is said twice counts twice in the answer.": lambda a, t: f1(once(a), once(t)),
        "a word that is said twice, and stands once in the truth, is right once.": lambda a, t: f1(
            a, t, lambda given, true: sum(word in true for word in given)
        ),
        "this is all or nothing; a part of the answer counts too.": lambda a, t: float(a == t),
        "the order of the words does not matter.": lambda a, t: f1(
            a, t, lambda given, true: sum(map(str.__eq__, given, true))
        ),
    }
    expect_together(answer, cases, f1, slips)


def _shared(given: list[str], true: list[str]) -> int:
    return sum((Counter(given) & Counter(true)).values())


def best_span(answer: Any) -> None:
    rng = np.random.default_rng(0)
    cases = [([1.0, 5.0, 0.0, 2.0], [4.0, 1.0, 3.0, 0.0], 3), ([0.0, 9.0, 1.0], [9.0, 0.0, 2.0], 1)]
    cases += [(rng.normal(size=12).tolist(), rng.normal(size=12).tolist(), longest) for longest in (2, 3, 4, 5, 12)]

    def best(start: list[float], end: list[float], least: int, most: int) -> tuple[int, int]:
        pairs = [(i, j) for i in range(len(start)) for j in range(len(end)) if least <= j - i < most]
        return max(pairs, key=lambda pair: start[pair[0]] + end[pair[1]])

    def start_first(start: list[float], end: list[float], longest: int) -> tuple[int, int]:
        first = start.index(max(start))
        return first, max(range(first, min(first + longest, len(end))), key=end.__getitem__)

    slips = {
        "the best start and the best end need not fit together: one lies behind the other.": lambda s, e, _: best(
            s, e, -len(s), len(s)
        ),
        "that is longer than allowed.": lambda s, e, _: best(s, e, 0, len(s)),
        "that is one token longer than allowed: both ends count.": lambda s, e, n: best(s, e, 0, n + 1),
        "an answer of a single token is allowed too.": lambda s, e, n: best(s, e, 1, max(n, 2)),
        "one token more is allowed: both ends count.": lambda s, e, n: best(s, e, 0, max(n - 1, 1)),
        "the best start was taken first; another start may have a better end.": start_first,
    }
    expect_together(answer, cases, lambda s, e, n: best(s, e, 0, n), slips)


def nearest(answer: Any) -> None:
    words = ["cat", "dog", "tea", "milk", "sun"]
    rng = np.random.default_rng(1)
    tables = (
        np.array([[1.0, 0.1], [3.0, 0.6], [0.0, 1.0], [9.0, 9.0], [-1.0, 0.0]]),
        rng.normal(size=(5, 3)) * [[1], [5], [0.2], [2], [1]],
        rng.normal(size=(5, 4)),
    )

    def other(word: str, scores: Any) -> str:
        """Return the word with the highest score, without the word itself."""
        return words[int(np.where(np.array(words) == word, -np.inf, scores).argmax())]

    def cosines(word: str, vectors: Any) -> Any:
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit @ unit[words.index(word)]

    slips = {
        "this is the word itself: leave it out.": lambda word, _, table: word,
        "long vectors win here: divide the product by both lengths.": lambda word, _, table: other(
            word, table @ table[words.index(word)]
        ),
        "this is the smallest distance; the cosine does not care how long a vector is.": lambda word, _, table: other(
            word, -np.linalg.norm(table - table[words.index(word)], axis=1)
        ),
        "this is the word in the most opposite direction.": lambda word, _, table: other(word, -cosines(word, table)),
        "the sign matters: opposite directions are not near.": lambda word, _, table: other(
            word, np.abs(cosines(word, table))
        ),
    }
    cases = [(word, words, table) for table in tables for word in words]
    expect_together(answer, cases, lambda word, _, table: other(word, cosines(word, table)), slips)
