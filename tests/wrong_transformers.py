"""Typical wrong answers to the exercises on a model's parts, with a part of the hint that each must get."""

import numpy as np


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


WRONG = {
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
