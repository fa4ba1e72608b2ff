"""Typical wrong answers to the exercises on texts, with a part of the hint that each must get."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np


def follows(tokens, before, after):
    return list(pairwise(tokens)).count((before, after))


def begins(tokens, before):
    return tokens[:-1].count(before)


def pairs(words, *, weighted=True, once=False):
    counts = Counter()
    for word, n in words.items():
        found = [a + b for a, b in pairwise(word)]
        for pair in set(found) if once else found:
            counts[pair] += n if weighted else 1
    return counts


def top(counts, *, most=True, last=False):
    best = (max if most else min)(counts.values())
    return sorted(piece for piece in counts if counts[piece] == best)[-1 if last else 0]


def merge(ids, pair, new):
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == tuple(pair):
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def merge_first(ids, pair, new):
    for i in range(len(ids) - 1):
        if tuple(ids[i : i + 2]) == pair:
            return [*ids[:i], new, *ids[i + 2 :]]
    return list(ids)


def merge_beside(ids, pair, new):
    return [new if tuple(ids[i : i + 2]) == pair else token for i, token in enumerate(ids)]


def cut(ids, length, stride, *, shift=1, more=0):
    starts = range(0, len(ids) - length + more, stride)
    inputs = [ids[start : start + length] for start in starts]
    return inputs, [ids[max(0, start + shift) : start + length + shift] for start in starts]


def overlap(answer, truth):
    return sum((Counter(answer.split()) & Counter(truth.split())).values())


def f1(right, n_given, n_true):
    return 2 * right / (n_given + n_true)


def sizes(answer, truth):
    return len(answer.split()), len(truth.split())


def span(start, end, least, most):
    allowed = [(i, j) for i in range(len(start)) for j in range(len(end)) if least <= j - i < most]
    return max(allowed, key=lambda pair: start[pair[0]] + end[pair[1]])


def start_first(start, end, longest):
    first = start.index(max(start))
    return first, max(range(first, min(len(end), first + longest)), key=end.__getitem__)


def nearest(word, words, scores, *, itself=False):
    order = sorted(range(len(words)), key=lambda row: -scores[row])
    return next(words[row] for row in order if itself or words[row] != word)


def row_of(word, words, vectors):
    return vectors[words.index(word)]


def cosines(word, words, vectors):
    mine = row_of(word, words, vectors)
    return vectors @ mine / np.linalg.norm(vectors, axis=1) / np.linalg.norm(mine)


WRONG = {
    "language-next-probability": [
        (lambda t, a, b, n: follows(t, a, b) / max(begins(t, a), 1), "without smoothing"),
        (lambda t, a, b, n: (follows(t, a, b) + 1) / (begins(t, a) + 1), "number of kinds is added below"),
        (lambda t, a, b, n: (follows(t, a, b) + 1) / (begins(t, a) + len(set(t))), "not all of them occur"),
        (lambda t, a, b, n: (follows(t, a, b) + 1) / (t.count(a) + n), "has none after it"),
        (lambda t, a, b, n: (follows(t, a, b) + 1) / (len(t) - 1 + n), "probability of the pair"),
        (lambda t, a, b, n: (follows(t, b, a) + 1) / (begins(t, a) + n), "wrong order"),
        (lambda t, a, b, n: follows(t, a, b) / (begins(t, a) + n), "the one above by 1"),
    ],
    "language-perplexity": [
        (lambda p: -sum(map(math.log, p)) / len(p), "this is the mean of -ln p"),
        (lambda p: sum(1 / x for x in p) / len(p), "mean of 1 / p"),
        (lambda p: len(p) / sum(p), "1 over the mean"),
        (lambda p: 2 ** (-sum(map(math.log, p)) / len(p)), "base and logarithm"),
        (lambda p: 1 / math.prod(p), "the whole text"),
        (lambda p: math.exp(sum(map(math.log, p)) / len(p)), "sign is wrong"),
        (lambda p: math.prod(p) ** (-1 / len(p)), "Add logarithms"),
        (lambda p: float(np.prod(p) ** (-1 / len(p))), "Add logarithms"),
    ],
    "language-best-pair": [
        (lambda words: top(pairs(words, weighted=False)), "as often as it occurs"),
        (lambda words: top(Counter(a + b for a, b in pairwise("".join(words)))), "from one word to the next"),
        (lambda words: top(pairs(words, once=True)), "more than once"),
        (lambda words: top(pairs(words), most=False), "rarest"),
        (lambda words: top(pairs(words), last=True), "of equals"),
        (lambda words: top(Counter("".join(word * n for word, n in words.items()))), "most frequent letter"),
        (lambda words: tuple(top(pairs(words))), "A plain str is asked for"),
    ],
    "language-merge-pair": [
        (merge_first, "only the first"),
        (merge_beside, "second token of the pair"),
        (lambda ids, pair, new: merge(ids[::-1], pair[::-1], new)[::-1], "from left to right"),
        (lambda ids, pair, new: merge(ids, pair[::-1], new), "wrong order"),
        (lambda ids, pair, new: [new if token in pair else token for token in ids], "both tokens of a pair became"),
        (lambda ids, pair, new: [token for token in merge(ids, pair, new) if token == new], "part of no pair"),
        (lambda ids, pair, new: merge([*ids, 0], pair, new)[:-2], "last token is missing"),
    ],
    "language-windows": [
        (lambda ids, n, s: cut(ids, n, s, shift=0), "inputs themselves"),
        (lambda ids, n, s: cut(ids, n, s, shift=-1), "one place earlier"),
        (lambda ids, n, s: cut(ids, n, s, more=1), "no token after its end"),
        (lambda ids, n, s: cut(ids, n, s, more=n - 1), "not full|no token after its end"),
        (
            lambda ids, n, s: (cut(ids, n, s)[0], [row[-1:] for row in cut(ids, n, s)[1]]),
            "only the token after each window",
        ),
        (lambda ids, n, s: cut(ids, n, n), "stride had no effect"),
        (lambda ids, n, s: cut(ids, n, 1), "one further than the last"),
        (lambda ids, n, s: tuple(rows[:-1] for rows in cut(ids, n, s)), "last window is missing"),
    ],
    "language-token-f1": [
        (lambda a, t: overlap(a, t) / len(a.split()), "share of the answer"),
        (lambda a, t: overlap(a, t) / len(t.split()), "share of the truth"),
        (lambda a, t: overlap(a, t) * (1 / len(a.split()) + 1 / len(t.split())) / 2, "harmonic"),
        (
            lambda a, t: f1(len(set(a.split()) & set(t.split())), len(set(a.split())), len(set(t.split()))),
            "counts twice in the answer",
        ),
        (lambda a, t: f1(sum(word in t.split() for word in a.split()), *sizes(a, t)), "is right once"),
        (lambda a, t: float(a == t), "all or nothing"),
        (
            lambda a, t: f1(sum(x == y for x, y in zip(a.split(), t.split(), strict=False)), *sizes(a, t)),
            "order of the words",
        ),
        (
            lambda a, t: 2 / (len(a.split()) / overlap(a, t) + len(t.split()) / overlap(a, t)),
            "raised ZeroDivisionError",
        ),
    ],
    "language-best-span": [
        (lambda s, e, n: span(s, e, -99, 99), "need not fit together"),
        (lambda s, e, n: span(s, e, 0, len(s)), "longer than allowed"),
        (lambda s, e, n: span(s, e, 0, n + 1), "one token longer"),
        (lambda s, e, n: span(s, e, 1, max(n, 2)), "a single token is allowed"),
        (lambda s, e, n: span(s, e, 0, max(n - 1, 1)), "one token more is allowed"),
        (start_first, "best start was taken first"),
    ],
    "language-nearest": [
        (lambda word, words, v: nearest(word, words, cosines(word, words, v), itself=True), "the word itself"),
        (lambda word, words, v: nearest(word, words, v @ row_of(word, words, v)), "long vectors win"),
        (
            lambda word, words, v: nearest(word, words, -np.linalg.norm(v - row_of(word, words, v), axis=1)),
            "smallest distance",
        ),
        (lambda word, words, v: nearest(word, words, -cosines(word, words, v)), "most opposite"),
        (lambda word, words, v: nearest(word, words, np.abs(cosines(word, words, v))), "the sign matters"),
        (lambda word, words, v: int(np.argmax(cosines(word, words, v))), "A plain str is asked for"),
    ],
}
