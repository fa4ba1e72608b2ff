"""Typical wrong answers to the exercises on texts and language models, with a part of the hint that each must get."""

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


LANGUAGE = {
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


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def norm(x, axis=1, ddof=0):
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, ddof=ddof, keepdims=True) + 1e-5)


def centred(x):
    return x - x.mean(1, keepdims=True)


def hide(scores, k=1, value=-np.inf):
    return np.where(np.triu(np.ones(scores.shape, bool), k), value, scores)


def mix(Q, K, V, scale=None, axis=1):
    return softmax(Q @ K.T / np.sqrt(K.shape[1] if scale is None else scale), axis) @ V


def keep(logits, temperature, k, *, lost=-np.inf, rank=-1):
    """Temperature and top-k with the right treatment of temperature 0 and of large logits."""
    if temperature == 0:
        return np.eye(len(logits))[logits.argmax()]
    kept = np.argsort(rank * logits)[:k]
    masked = np.full(len(logits), lost)
    masked[kept] = logits[kept] / temperature
    return softmax(masked)


def cut_off(logits, temperature, k):
    whole = keep(logits, temperature, len(logits))
    return np.where(np.isin(np.arange(len(logits)), np.argsort(-logits)[:k]), whole, 0.0)


def hot(logits, temperature, k):
    return keep(logits, 1 / temperature if temperature else 0, k)


def overflowing(logits, temperature, k):
    if temperature == 0:
        return keep(logits, 0, k)
    powers = np.zeros(len(logits))
    kept = np.argsort(-logits)[:k]
    powers[kept] = np.exp(logits[kept] / temperature)
    return powers / powers.sum()


def row_targets(prompt, answer, end, length, *, masked=True, padding=-100, ends=True, shift=1, more_hidden=0):
    row = [*prompt, *answer, end]
    hidden = [-100] * (len(prompt) + more_hidden) if masked else prompt
    targets = [*hidden, *row[len(hidden) :]][shift : len(row) - 1 + shift]
    spare = length - len(row) + 1
    targets = targets + [padding] * spare
    targets = targets if ends else [-100 if token == end else token for token in targets]
    return row[:-1] + [end] * spare, targets


def unshifted(prompt, answer, end, length):
    inputs = row_targets(prompt, answer, end, length)[0]
    return inputs, ([-100] * len(prompt) + [*answer, end] + [-100] * length)[:length]


def without_end(prompt, answer, end, length):
    row = prompt + answer
    targets = [-100] * (len(prompt) - 1) + answer
    spare = length - len(row) + 1
    return row[:-1] + [end] * spare, targets + [-100] * spare


TRANSFORMERS = {
    "transformers-layer-norm": [
        (lambda x: norm(x, axis=0), "not of each column"),
        (lambda x: (x - x.mean()) / np.sqrt(x.var() + 1e-5), "a mean of its own"),
        (lambda x: norm(x, ddof=1), "not by one less"),
        (lambda x: centred(x) / x.std(1, keepdims=True), "equal numbers"),
        (lambda x: centred(x) / (x.std(1, keepdims=True) + 1e-5), "before the root"),
        (lambda x: centred(x) / (x.var(1, keepdims=True) + 1e-5), "divide by the root"),
        (centred, "variance is still there"),
        (lambda x: x / np.sqrt(x.var(1, keepdims=True) + 1e-5), "mean is still there"),
    ],
    "transformers-causal-weights": [
        (lambda s: softmax(s) * np.tri(len(s)), "mask before the softmax"),
        (lambda s: softmax(hide(s, value=0.0)), "a score like any other"),
        (lambda s: softmax(hide(s, value=0.0)) * np.tri(len(s)), "and then again"),
        (lambda s: softmax(hide(s.T).T), "past is hidden"),
        (lambda s: softmax(hide(s, k=0)), "may look at itself"),
        (softmax, "future is not hidden"),
        (lambda s: softmax(hide(s), axis=0), "not each column"),
        (hide, "these are scores"),
    ],
    "transformers-attend": [
        (lambda Q, K, V: mix(Q, K, V, 1), "not scaled"),
        (lambda Q, K, V: mix(Q, K, V, K.shape[1] ** 2), "not by the width"),
        (lambda Q, K, V: mix(Q, K, V, V.shape[1]), "not of the values"),
        (lambda Q, K, V: mix(Q, K, V, len(K)), "not their number"),
        (lambda Q, K, V: softmax(Q @ K.T / np.sqrt(K.shape[1])), "these are the weights"),
        (lambda Q, K, V: Q @ K.T / np.sqrt(K.shape[1]) @ V, "softmax is missing"),
        (lambda Q, K, V: mix(Q, K, V, axis=0), "not each key's"),
        (lambda Q, K, V: mix(Q, K, V, 1) / np.sqrt(K.shape[1]), "after the softmax"),
        (lambda Q, K, V: softmax(Q @ K / np.sqrt(K.shape[1])) @ V, "raised ValueError"),
        (
            lambda Q, K, V: mix(Q, K, V) if len(Q) != len(K) else softmax(Q @ K.T / np.sqrt(K.shape[1])).T @ V,
            "changed places",
        ),
    ],
    "transformers-token-probabilities": [
        (cut_off, "do not add up to 1"),
        (hot, "is a divisor"),
        (lambda z, t, k: keep(z, min(t, 1) and 1.0, k), "temperature had no effect"),
        (lambda z, t, k: keep(z, t, len(z)), "k had no effect"),
        (lambda z, t, k: keep(z, t, k, lost=0.0), "a logit like any other"),
        (lambda z, t, k: keep(z, t, k, rank=1), "unlikeliest"),
        (lambda z, t, k: keep(z[np.argsort(-z)[:k]], t, k), "only the tokens that are kept"),
        (overflowing, "exp overflows"),
        (lambda z, t, k: keep(z, t or 1.0, k if t else len(z)), "the likeliest token alone"),
        (lambda z, t, k: keep(z, t, k) if t else softmax(z / t), "0 / 0"),
        (lambda z, t, k: keep(z, t, k) if t else int(z.argmax()), "the place of the token"),
    ],
    "transformers-last-logits": [
        (lambda z, n: z[:, -1], "which is padding"),
        (lambda z, n: z[np.arange(len(n)), np.minimum(n, z.shape[1] - 1)], "counting begins at 0"),
        (lambda z, n: z[np.arange(len(n)), n], "raised IndexError"),
        (lambda z, n: z[:, 0], "first place"),
        (lambda z, n: np.stack([row[:k].mean(0) for row, k in zip(z, n, strict=True)]), "over the real tokens"),
        (lambda z, n: z.mean(1), "padding included"),
        (lambda z, n: z[:, n - 1], "pair each row"),
    ],
    "transformers-answer-targets": [
        (lambda p, a, end, n: row_targets(p, a, end, n, padding=end), "padding is a target"),
        (lambda p, a, end, n: row_targets(p, a, end, n, ends=False), "never learn to stop"),
        (lambda p, a, end, n: row_targets(p, a, end, n, masked=False), "prompt is a target"),
        (unshifted, "not shifted"),
        (lambda p, a, end, n: row_targets(p, a, end, n, more_hidden=1), "first token of the answer"),
        (
            lambda p, a, end, n: (
                [*p, *a] + [-100] * (n - len(p) - len(a)),
                row_targets(p, a, end, n)[1],
            ),
            "a token of the vocabulary",
        ),
        (without_end, "the end is missing"),
    ],
}

WRONG = {**LANGUAGE, **TRANSFORMERS}
