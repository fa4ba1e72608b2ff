"""Checkers for texts: counting, pieces, windows, answers, vectors. The texts are in language.toml.

Next: `_transformers.py`.
"""

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np

from .judge import NotYetError, expect

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
        raise NotYetError(f"It is right for a few tokens, and fails for 2,000: {hint}") from None


def best_pair(answer: Any) -> None:
    for words in (
        {"hug": 10, "pug": 5, "pun": 12, "bun": 4, "hugs": 5},
        {"aab": 2, "abb": 1, "ba": 1},
        {"on": 3, "no": 3},
        {"lowlow": 2, "ew": 3},
    ):
        counts: Counter[str] = Counter()
        unweighted: Counter[str] = Counter()
        letters: Counter[str] = Counter()
        for word, n in words.items():
            for a, b in itertools.pairwise(word):
                counts[a + b] += n
                unweighted[a + b] += 1
            letters.update({letter: n * word.count(letter) for letter in set(word)})
        row = Counter(map("".join, itertools.pairwise("".join(words))))
        once = Counter({pair: sum(n for word, n in words.items() if pair in word) for pair in counts})
        slips = {
            "each word counts as often as it occurs.": _most(unweighted),
            "pairs do not cross from one word to the next.": _most(row),
            "a pair may stand in a word more than once.": _most(once),
            "this is the rarest pair.": min(counts, key=lambda pair: (counts[pair], pair)),
            "of equals the first in the alphabet is asked for.": max(counts, key=lambda pair: (counts[pair], pair)),
            "this is the most frequent letter; a pair of neighbours is asked for.": _most(letters),
        }
        expect(answer, (words,), _most(counts), slips)


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda piece: (-counts[piece], piece))


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
            "the new number came in place of each of the two tokens.": [
                99 if token in pair else token for token in ids
            ],
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
    for given, truth in (
        ("the red fort", "red fort"),
        ("new new york", "new york city"),
        ("in may", "june"),
        ("blue", "blue"),
        ("a b c d", "d e"),
        ("fort red", "red fort"),
    ):
        mine, true = given.split(), truth.split()
        shared = sum((Counter(mine) & Counter(true)).values())
        kinds = len(set(mine) & set(true))
        precision, recall = shared / len(mine), shared / len(true)
        slips = {
            "this is the share of the answer that is right; F1 looks at the truth too.": precision,
            "this is the share of the truth that was found; F1 looks at the answer too.": recall,
            "this is the mean of the two shares; F1 is the harmonic one.": (precision + recall) / 2,
            "a word that is said twice counts twice in the answer.": 2 * kinds / (len(set(mine)) + len(set(true))),
            "a word that is said twice, and stands once in the truth, is right once.": 2
            * sum(word in true for word in mine)
            / (len(mine) + len(true)),
            "this is all or nothing; a part of the answer counts too.": float(given == truth),
            "the order of the words does not matter.": 2
            * sum(a == b for a, b in zip(mine, true, strict=False))
            / (len(mine) + len(true)),
        }
        expect(answer, (given, truth), 2 * shared / (len(mine) + len(true)), slips)


def best_span(answer: Any) -> None:
    rng = np.random.default_rng(0)
    cases = [([1.0, 5.0, 0.0, 2.0], [4.0, 1.0, 3.0, 0.0], 3), ([0.0, 9.0, 1.0], [9.0, 0.0, 2.0], 1)]
    cases += [(rng.normal(size=12).tolist(), rng.normal(size=12).tolist(), longest) for longest in (2, 3, 4, 5, 12)]
    for start, end, longest in cases:
        n = len(start)

        def best(least: int, most: int, start: list[float] = start, end: list[float] = end, n: int = n) -> Any:
            pairs = [(i, j) for i in range(n) for j in range(n) if least <= j - i < most]
            return max(pairs, key=lambda pair: start[pair[0]] + end[pair[1]]) if pairs else "no slip"

        alone = max(range(n), key=start.__getitem__)
        after = max(range(alone, min(n, alone + longest)), key=end.__getitem__)
        slips = {
            "the end stands before the start: the best of each need not fit together.": best(-n, n)
            if best(-n, n)[1] < best(-n, n)[0]
            else "no slip",
            "that is longer than allowed; both ends count.": best(0, n) if longest < n else "no slip",
            "that is one token longer than allowed: both ends count.": best(0, longest + 1),
            "an answer of a single token is allowed: start and end may be the same.": best(1, longest),
            "one token more is allowed: both ends count.": best(0, longest - 1),
            "the best start was taken first; another start may have a better end.": (alone, after),
        }
        expect(answer, (start, end, longest), best(0, longest), slips)


def nearest(answer: Any) -> None:
    words = ["cat", "dog", "tea", "milk", "sun"]
    rng = np.random.default_rng(1)
    fixed = np.array([[1.0, 0.1], [3.0, 0.6], [0.0, 1.0], [9.0, 9.0], [-1.0, 0.0]])
    for vectors in (fixed, rng.normal(size=(5, 3)) * [[1], [5], [0.2], [2], [1]], rng.normal(size=(5, 4))):
        for row, word in enumerate(words):
            unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
            cosines, products = unit @ unit[row], vectors @ vectors[row]
            far = np.linalg.norm(vectors - vectors[row], axis=1)
            others = np.arange(5) != row
            slips = {
                "this is the word itself: leave it out.": word,
                "long vectors win here: divide the product by both lengths.": words[_largest(products, others)],
                "this is the smallest distance; the cosine does not care how long a vector is.": words[
                    _largest(-far, others)
                ],
                "this is the word in the most opposite direction.": words[_largest(-cosines, others)],
                "the sign matters: opposite directions are not near.": words[_largest(np.abs(cosines), others)],
            }
            expect(answer, (word, words, vectors), words[_largest(cosines, others)], slips)


def _largest(values: Any, others: Any) -> int:
    return int(np.where(others, values, -np.inf).argmax())
