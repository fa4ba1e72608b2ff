"""Checkers for classifiers, without torch: logits, losses, scores. The texts are in classify.toml.

The oracle is the formula in a form that neither overflows nor divides by 0.

Next: `_layers.py`.
"""

from typing import Any

import numpy as np

from .judge import call, expect, refuses


def accuracy(answer: Any) -> None:
    for y, predictions in (([1, 0, 1, 0], [1, 1, 1, 1]), ([2, 1, 0], [2, 1, 0]), ([0, 1, 2, 0, 1], [0, 0, 0, 0, 0])):
        right, guess = np.array(y), np.array(predictions)
        share = float((right == guess).mean())
        slips = {
            "this is in percent.": 100 * share,
            "this is how many are right, not their share.": float((right == guess).sum()),
            "this is the share of mistakes.": 1 - share,
        }
        expect(answer, (right, guess), share, slips)
    refuses(answer, (np.zeros(4, int), np.zeros((4, 1), int)), "the shapes (4,) and (4, 1) differ.")
    refuses(answer, (np.zeros(4, int), np.zeros(3, int)), "the shapes (4,) and (3,) differ.")


def labels_from_logits(answer: Any) -> None:
    for logits in (np.array([0.0, 2.0, -1.0, 0.3, -0.2]), np.array([[700.0], [-700.0]])):
        probabilities = 1 / (1 + np.exp(-logits))
        slips = {
            "one half is enough, at a logit of 0: rounding takes a half to the even number.": np.round(
                probabilities
            ).astype(int),
            "one half is a limit for probabilities; these are logits.": (logits >= 0.5).astype(int),
            "these are truth values; whole numbers are asked for.": logits >= 0,
            "these are probabilities.": probabilities,
            "0 and 1 changed places.": (logits < 0).astype(int),
        }
        expect(answer, (logits,), (logits >= 0).astype(int), slips)


def stable_sigmoid(answer: Any) -> None:
    cases = [np.array([0.0, 1.0, -2.0]), np.array([-1000.0, -40.0, 40.0, 1000.0]), np.linspace(-5, 5, 7)]
    for x in cases:
        e = np.exp(-np.abs(x))  # never above 1
        want = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
        slips = {"the sign of x is wrong.": want[::-1] if x[0] == -x[-1] else 1 - want}
        with np.errstate(over="raise", invalid="raise", divide="raise"):  # an overflow is an error here, not a warning
            expect(answer, (x,), want, slips, tolerance=1e-12)


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def cross_entropy(answer: Any) -> None:
    rng = np.random.default_rng(0)
    for logits in (np.array([[2.0, 1.0, 0.0]]), rng.normal(size=(4, 3)), np.array([[1000.0, 0.0], [500.0, 1000.0]])):
        labels = rng.integers(logits.shape[1], size=len(logits))
        rows = np.arange(len(logits))
        log_p = _log_softmax(logits)
        losses = -log_p[rows, labels]
        slips = {
            "this is the loss of the softmax taken twice: logits go in as they are.": float(
                -_log_softmax(np.exp(log_p))[rows, labels].mean()
            ),
            "this is a sum; the mean over the samples is asked for.": float(losses.sum()),
            "the sign is wrong: a loss is positive.": float(-losses.mean()),
            "this is a logarithm to base 2.": float(losses.mean() / np.log(2)),
            "this is a mean over samples and classes.": float(losses.mean() / logits.shape[1]),
            "the logits were used as if they were logarithms of probabilities.": float(-logits[rows, labels].mean()),
            "the logarithm is missing.": float(-np.exp(log_p)[rows, labels].mean()),
        }
        expect(answer, (logits, labels), float(losses.mean()), slips)


def binary_cross_entropy(answer: Any) -> None:
    rng = np.random.default_rng(0)
    for logits in (np.array([0.45, 0.32, 0.67]), rng.normal(size=5), np.array([1000.0, -1000.0, 0.0])):
        targets = np.arange(len(logits)) % 2
        losses = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
        other = np.maximum(logits, 0) - logits * (1 - targets) + np.log1p(np.exp(-np.abs(logits)))
        slips = {
            "this is a sum; the mean over the samples is asked for.": float(losses.sum()),
            "the sign is wrong: a loss is positive.": float(-losses.mean()),
            "targets 0 and 1 changed places.": float(other.mean()),
            "only the samples with target 1 count; those with target 0 have a loss too.": float(
                (losses * targets).mean()
            ),
        }
        expect(answer, (logits, targets), float(losses.mean()), slips)


def one_map(answer: Any) -> None:
    rng = np.random.default_rng(0)
    for n_in, n_hidden, n_out in ((2, 2, 2), (2, 5, 1), (3, 4, 2)):
        W1, b1 = rng.normal(size=(n_hidden, n_in)), rng.normal(size=n_hidden)
        W2, b2 = rng.normal(size=(n_out, n_hidden)), rng.normal(size=n_out)
        slips: dict[str, Any] = {
            "b1 is lost: it goes through the second layer too.": (W2 @ W1, b2),
            "W comes transposed: its shape is (out, in).": ((W2 @ W1).T, W2 @ b1 + b2),
            "b2 is lost.": (W2 @ W1, W2 @ b1),
        }
        if n_in == n_hidden == n_out:
            slips["the two layers are in the wrong order."] = (W1 @ W2, W1 @ b2 + b1)
            slips["b1 was added as it is; it goes through the second layer too."] = (W2 @ W1, b1 + b2)
        expect(answer, (W1, b1, W2, b2), (W2 @ W1, W2 @ b1 + b2), slips)


def boundary(answer: Any) -> None:
    for x, p in (
        ([0.0, 1.0, 2.0], [0.1, 0.4, 0.9]),
        ([-2.0, -1.5, 0.0, 3.0], [0.0, 0.2, 0.3, 1.0]),
        ([4.0, 8.0], [0.25, 0.75]),
    ):
        grid, chance = np.array(x), np.array(p)
        after = int(np.argmax(chance > 0.5))
        slips = {
            "this is the last grid point before the crossing.": x[after - 1],
            "this is the first grid point after the crossing.": x[after],
            "this is the middle between the two neighbours; one of them may be nearer to one half.": (
                x[after - 1] + x[after]
            )
            / 2,
            "this is the place in the table, not the x.": float(after),
        }
        expect(answer, (grid, chance), float(np.interp(0.5, chance, grid)), slips)


def confusion(answer: Any) -> None:
    for y, predictions, n in (([0, 1, 2, 1], [0, 2, 2, 1], 3), ([0, 0, 1], [1, 1, 1], 2), ([0, 1], [0, 0], 4)):
        right, guess = np.array(y), np.array(predictions)
        table = np.zeros((n, n), int)
        np.add.at(table, (right, guess), 1)
        once = np.zeros((n, n), int)
        once[right, guess] += 1
        size = max(*y, *predictions) + 1
        slips = {
            "rows and columns changed places: the true class is the row.": table.T,
            "each pair counts once, however often it occurs: `table[i, j] += 1` with arrays adds one time only.": once,
            "a class that does not occur has no row; it has one of zeros.": table[:size, :size],
            "these are shares; counts are asked for.": table / np.maximum(table.sum(axis=1, keepdims=True), 1),
        }
        expect(answer, (right, guess, n), table, slips)


def precision_recall(answer: Any) -> None:
    for y, predictions in (
        ([1, 1, 1, 0, 0], [1, 1, 0, 1, 0]),
        ([1, 1, 0, 0], [1, 0, 0, 0]),
        ([0, 0], [0, 0]),
        ([1, 0], [0, 0]),
    ):
        right, guess = np.array(y), np.array(predictions)
        hits = int((right & guess).sum())
        precision = hits / int(guess.sum()) if guess.any() else 0.0
        recall = hits / int(right.sum()) if right.any() else 0.0
        share = float((right == guess).mean())
        slips = {
            "the two are the wrong way round.": (recall, precision),
            "one of the two is the accuracy.": (share, recall),
        }
        expect(answer, (right, guess), (precision, recall), slips)


def divergence(answer: Any) -> None:
    rng = np.random.default_rng(0)
    q = np.exp(_log_softmax(rng.normal(size=(4, 3))))
    p = np.exp(_log_softmax(rng.normal(size=(4, 3))))
    sharp = np.eye(3)[[0, 2]]
    for chance, other in ((p, q), (sharp, q[:2])):
        safe = np.where(chance > 0, chance, 1)
        terms = chance * (np.log(safe) - np.log(other))
        slips = {
            "this is a mean over samples and classes; add up over the classes first.": float(terms.mean()),
            "this is a sum over the samples; their mean is asked for.": float(terms.sum()),
            "p and q changed places: the divergence is not symmetric.": float(
                (other * (np.log(other) - np.log(safe))).sum(axis=1).mean()
            ),
            "this is the cross entropy: the entropy of p is still in it.": float(
                -(chance * np.log(other)).sum(axis=1).mean()
            ),
            "q comes as logarithms already.": float((chance * (np.log(safe) - other)).sum(axis=1).mean()),
        }
        expect(answer, (np.log(other), chance), float(terms.sum(axis=1).mean()), slips)
    call(answer, np.log(q), p)
