"""Checkers for the parts of a language model: norm, attention, sampling, padding. The texts are in transformers.toml.

All of it is plain numpy: what torch does in one call is to be seen.

Next: `bank.py` again, with an exercise of your own in mind.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .judge import expect

Array = npt.NDArray[np.float64]


def _softmax(scores: Any, axis: int = -1) -> Array:
    with np.errstate(invalid="ignore"):
        powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
        return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def _kept(logits: Array, is_kept: Any) -> Array:
    """Return the softmax over some of the logits; the others have probability 0."""
    return _softmax(np.where(is_kept, logits, -np.inf))


def layer_norm(answer: Any) -> None:
    rng = np.random.default_rng(0)
    flat = rng.normal(3, 2, (4, 4))
    flat[1] = 5.0
    for x in (flat, rng.normal(1, 3, (2, 6)), rng.normal(0, 0.01, (3, 3))):
        mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            slips = {
                "the mean is that of each row, not of each column.": (x - x.mean(axis=0))
                / np.sqrt(x.var(axis=0) + 1e-5),
                "each row has a mean of its own.": (x - x.mean()) / np.sqrt(x.var() + 1e-5),
                "the variance is divided by the number of values here, not by one less.": (x - mean)
                / np.sqrt(x.var(axis=-1, ddof=1, keepdims=True) + 1e-5),
                "a row of equal numbers has the variance 0: add 0.00001 to it.": (x - mean) / np.sqrt(variance),
                "0.00001 is added to the variance, before the root.": (x - mean) / (np.sqrt(variance) + 1e-5),
                "divide by the root of the variance.": (x - mean) / (variance + 1e-5),
                "the variance is still there.": x - mean,
                "the mean is still there.": x / np.sqrt(variance + 1e-5),
            }
        expect(answer, (x,), (x - mean) / np.sqrt(variance + 1e-5), slips, tolerance=1e-7)


def causal_weights(answer: Any) -> None:
    rng = np.random.default_rng(1)
    for n in (4, 1, 6):
        scores = rng.normal(size=(n, n))
        seen, before = np.tri(n, dtype=bool), np.tri(n, k=-1, dtype=bool)
        with np.errstate(invalid="ignore", divide="ignore"):
            slips = {
                "the weights of a row do not add up to 1 any more: mask before the softmax.": _softmax(scores) * seen,
                "a score of 0 is a score like any other: hidden places need minus infinity.": _softmax(scores * seen),
                "hidden places got 0 before the softmax, and then again: the rows do not add up to 1.": _softmax(
                    scores * seen
                )
                * seen,
                "the past is hidden instead of the future.": _softmax(np.where(seen.T, scores, -np.inf)),
                "a token may look at itself.": _softmax(np.where(before, scores, -np.inf)),
                "the future is not hidden.": _softmax(scores),
                "each row adds up to 1, not each column.": _softmax(np.where(seen, scores, -np.inf), axis=0),
                "these are scores; a softmax makes weights of them.": np.where(seen, scores, -np.inf),
            }
        expect(answer, (scores,), _softmax(np.where(seen, scores, -np.inf)), slips)


def attend(answer: Any) -> None:
    rng = np.random.default_rng(2)
    for n_queries, n_keys, width, out in ((3, 5, 4, 2), (4, 4, 4, 4), (1, 3, 2, 6)):
        Q, K = rng.normal(0, 2, (n_queries, width)), rng.normal(0, 2, (n_keys, width))
        V = rng.normal(size=(n_keys, out))
        scores = Q @ K.T
        weights = _softmax(scores / np.sqrt(width))
        slips = {
            "the scores are not scaled: divide by the root of the width of the keys.": _softmax(scores) @ V,
            "divide by the root of the width, not by the width.": _softmax(scores / width) @ V,
            "the width that counts is that of the keys, not of the values.": _softmax(scores / np.sqrt(out)) @ V,
            "the width that counts is that of the keys, not their number.": _softmax(scores / np.sqrt(n_keys)) @ V,
            "these are the weights: the values are still to be mixed by them.": weights,
            "the softmax is missing.": scores / np.sqrt(width) @ V,
            "each query's weights add up to 1, not each key's.": _softmax(scores / np.sqrt(width), axis=0) @ V,
            "each score is a query times a key, and the two changed places.": weights.T @ V
            if n_queries == n_keys
            else "does not fit",
            "the values were scaled, after the softmax; the scores are to be.": _softmax(scores) @ V / np.sqrt(width),
        }
        expect(answer, (Q, K, V), weights @ V, slips)


def token_probabilities(answer: Any) -> None:
    rng = np.random.default_rng(3)
    drawn, high = rng.normal(0, 2, 8), np.array([1000.0, 999.0, 0.0])
    cases = (
        (drawn, 0.7, 3),
        (drawn, 2.0, 8),
        (np.array([1.0, -1.0, 0.5, 0.0]), 1.0, 2),
        (high, 0.5, 2),
        (drawn, 0.0, 4),
    )
    for logits, temperature, k in cases:
        order = np.argsort(-logits)
        is_kept = np.isin(np.arange(len(logits)), order[:k])
        greedy = np.eye(len(logits))[order[0]]
        if temperature == 0:
            slips = {
                "temperature 0 means the likeliest token alone.": _softmax(logits),
                "0 / 0 is no number: treat temperature 0 on its own.": greedy * np.nan,
                "this is the place of the token; probabilities of all tokens are asked for.": int(order[0]),
            }
            expect(answer, (logits, temperature, k), greedy, slips)
            continue
        scaled = logits / temperature
        worst = np.isin(np.arange(len(logits)), order[-k:])
        whole = _softmax(scaled)
        slips = {
            "the probabilities do not add up to 1 any more.": np.where(is_kept, whole, 0.0),
            "the temperature is a divisor: a high one evens out.": _kept(logits * temperature, is_kept),
            "the temperature had no effect.": _kept(logits, is_kept),
            "k had no effect: all tokens can still come.": whole,
            "a logit of 0 is a logit like any other: lost tokens need minus infinity.": _softmax(
                np.where(is_kept, scaled, 0.0)
            ),
            "these are the k unlikeliest tokens.": _kept(scaled, worst),
            "these are only the tokens that are kept; the others have probability 0.": _softmax(scaled[is_kept]),
            "exp overflows: subtract the largest logit first.": np.where(is_kept, np.nan, 0.0),
        }
        expect(answer, (logits, temperature, k), _kept(scaled, is_kept), slips)


def last_logits(answer: Any) -> None:
    rng = np.random.default_rng(4)
    for lengths, n_places, width in (([2, 4, 1], 4, 3), ([3, 3], 5, 2), ([1], 1, 4), ([4, 2, 3, 1], 4, 4)):
        logits, n = rng.normal(size=(len(lengths), n_places, width)), np.array(lengths)
        rows = np.arange(len(n))
        slips: dict[str, Any] = {
            "this is the last place of each row, which is padding where the text is shorter.": logits[:, -1],
            "this is the place after the last real token: counting begins at 0.": logits[
                rows, np.minimum(n, n_places - 1)
            ],
            "this is the first place; it has not seen the text.": logits[:, 0],
            "this is the mean over the real tokens; the last one is asked for.": np.stack(
                [row[:length].mean(axis=0) for row, length in zip(logits, lengths, strict=True)]
            ),
            "this is the mean over all places, padding included.": logits.mean(axis=1),
            "every row was asked for every length; pair each row with its own.": logits[:, n - 1],
        }
        expect(answer, (logits, n), logits[rows, n - 1], slips)


def answer_targets(answer: Any) -> None:
    for prompt, reply, length in (([5, 6, 7], [8, 9], 8), ([1], [2, 3, 4], 4), ([9, 4], [3], 6), ([2, 50], [50, 7], 6)):
        end = 50
        row = [*prompt, *reply, end]
        spare = length - (len(row) - 1)
        inputs, later = row[:-1] + [end] * spare, row[1:]
        n_hidden = len(prompt) - 1
        want = [-100] * n_hidden + later[n_hidden:] + [-100] * spare
        slips = {
            "the padding is a target too: it would learn to write end after end.": (
                inputs,
                [-100] * n_hidden + later[n_hidden:] + [end] * spare,
            ),
            "the end of the answer is no target: the model would never learn to stop.": (
                inputs,
                [-100 if token == end else token for token in want],
            ),
            "the prompt is a target too; only the answer is to be learned.": (inputs, later + [-100] * spare),
            "the targets are not shifted: each is the token after its input.": (
                inputs,
                [-100] * len(prompt) + reply + [end, *[-100] * spare][:spare],
            ),
            "the first token of the answer is missing: it is the target of the last token of the prompt.": (
                inputs,
                [-100] * len(prompt) + later[len(prompt) :] + [-100] * spare,
            ),
            "the padding of the inputs is a token of the vocabulary; -100 is for targets.": (
                row[:-1] + [-100] * spare,
                want,
            ),
            "the end is missing from what was put together.": (
                (prompt + reply)[:-1] + [end] * (spare + 1),
                [-100] * n_hidden + (prompt + reply)[1:][n_hidden:] + [-100] * (spare + 1),
            ),
        }
        expect(answer, (prompt, reply, end, length), (inputs, want), slips)
