"""Checkers for a line fitted by gradient descent, without torch. The texts are in linear.toml.

The oracle is the formula, or least squares.

Next: `_classify.py`.
"""

import math
from typing import Any

import numpy as np

from .._support.language import say
from .judge import NotYetError, call, expect, require

X3, Y3 = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])  # small enough to follow on paper


def _random_points() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(0)
    return [(rng.normal(size=n), rng.normal(size=n)) for n in (4, 7)]


def mean_absolute_error(answer: Any) -> None:
    for y, predictions in ((np.array([1.0, 2.0]), np.array([1.5, 4.0])), *_random_points()):
        error = y - predictions
        slips = {
            "this is the mean squared error.": float(np.mean(error**2)),
            "this is the root of the mean squared error.": math.sqrt(np.mean(error**2)),
            "this is a sum; divide by the number of samples.": float(np.abs(error).sum()),
            "errors of both signs cancel: the absolute value comes first.": float(error.mean()),
            "errors of both signs cancel before the absolute value is taken.": abs(float(error.mean())),
            "the sign is lost too late: errors of both signs cancel.": float(-error.mean()),
        }
        expect(answer, (y, predictions), float(np.abs(error).mean()), slips)


def _gradient(x: np.ndarray, y: np.ndarray, w: float, b: float) -> tuple[float, float]:
    error = w * x + b - y
    return float(2 * (error * x).mean()), float(2 * error.mean())


def line_gradient(answer: Any) -> None:
    for (x, y), w, b in zip([(X3, Y3), *_random_points()], (1.5, -1.0, 0.3), (-0.5, 2.0, 0.1), strict=True):
        dw, db = _gradient(x, y, w, b)
        slips = {
            "the square brings down a 2; it is missing.": (dw / 2, db / 2),
            "the sign is wrong: the error is the prediction minus y.": (-dw, -db),
            "the two are the wrong way round.": (db, dw),
            "this is a sum; the loss is a mean.": (dw * len(x), db * len(x)),
            "the inner derivative by w is x; it is missing.": (db, db),
            "the derivative by b is right to a factor: b is not multiplied by x.": (dw, dw),
        }
        expect(answer, (x, y, w, b), (dw, db), slips)


def line_step(answer: Any) -> None:
    for (x, y), w, b, rate in (((X3, Y3), 1.5, -0.5, 0.01), (_random_points()[0], -1.0, 2.0, 0.1)):
        dw, db = _gradient(x, y, w, b)
        late = _gradient(x, y, w - rate * dw, b)[1]
        slips = {
            "this goes uphill: subtract.": (w + rate * dw, b + rate * db),
            "b was moved with the gradient at the new w; both gradients belong to the same point.": (
                w - rate * dw,
                b - rate * late,
            ),
            "the learning rate had no effect.": (w - dw, b - db),
            "the step is half as long: the square brings down a 2.": (w - rate * dw / 2, b - rate * db / 2),
            "these are the gradients, not the new w and b.": (dw, db),
        }
        expect(answer, (x, y, w, b, rate), (w - rate * dw, b - rate * db), slips)


def _table(
    x: np.ndarray, y: np.ndarray, w: float, b: float, rate: float, n_steps: int
) -> list[tuple[float, float, float]]:
    rows = []
    for _ in range(n_steps):
        loss = float(((w * x + b - y) ** 2).mean())
        dw, db = _gradient(x, y, w, b)
        w, b = w - rate * dw, b - rate * db
        rows.append((loss, w, b))
    return rows


def descent_table(answer: Any) -> None:
    for (x, y), w, b, rate, n in (((X3, Y3), 1.5, -0.5, 0.01, 5), (_random_points()[1], 0.0, 0.0, 0.1, 3)):
        want = _table(x, y, w, b, rate, n)
        before = [(loss, *pair) for (loss, _, _), pair in zip(want, [(w, b), *[row[1:] for row in want]], strict=False)]
        after = _table(x, y, w, b, rate, n + 1)[1:]
        slips = {
            "w and b are those before the step.": before,
            "the loss is that after the step.": [(late[0], *row[1:]) for late, row in zip(after, want, strict=True)],
            "the steps are half as long: the square brings down a 2.": _table(x, y, w, b, rate / 2, n),
        }
        expect(answer, (x, y, w, b, rate, n), want, slips)


def largest_rate(answer: Any) -> None:
    for x in (np.linspace(0, 10, 100), X3, np.array([-1.0, 1.0]), np.random.default_rng(1).normal(3, 2, size=20)):
        hessian = 2 * np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])
        top = float(np.linalg.eigvalsh(hessian)[-1])
        slips = {
            "this is the limit for a line without b: the curvature is larger.": float(1 / np.mean(x**2)),
            "this is 1 divided by the largest curvature.": 1 / top,
            "the second derivatives of a square have a factor 2; it is missing.": 4 / top,
            "this is the largest curvature itself.": top,
            "2 was divided by the smallest curvature.": float(2 / np.linalg.eigvalsh(hessian)[0]),
            "2 was divided by the sum of the curvatures.": float(2 / np.trace(hessian)),
        }
        expect(answer, (x,), 2 / top, slips)


def split(answer: Any) -> None:
    for n, share in ((50, 0.2), (10, 0.35), (7, 0.5)):
        parts = call(answer, n, share, 0)
        if not (isinstance(parts, tuple | list) and len(parts) == 2):
            raise NotYetError("Two arrays are asked for: the rows of the training part and those of the test part.")
        train, test = (np.asarray(part) for part in parts)
        if train.ndim != 1 or test.ndim != 1 or train.dtype.kind not in "iu" or test.dtype.kind not in "iu":
            raise NotYetError("Each part is a one-dimensional array of row numbers (whole numbers).")
        n_test, n_train = len(test), len(train)
        if (n_train, n_test) == (round(share * n), n - round(share * n)) and n_train != n_test:
            raise NotYetError("The two parts are the wrong way round: the training part comes first.")
        if n_test != round(share * n):
            hint = say("Of {n} rows and a share of {share:g}, {n_test} came into the test part.")
            raise NotYetError(hint.format(n=n, share=share, n_test=n_test))
        if set(train.tolist()) & set(test.tolist()):
            raise NotYetError("Some rows are in both parts: a test on what was learned from proves nothing.")
        if sorted([*train.tolist(), *test.tolist()]) != list(range(n)):
            hint = say("The two parts together do not hold each of the rows 0 to {last} once.")
            raise NotYetError(hint.format(last=n - 1))
        _split_is_random(answer, n, share, test)


def _split_is_random(answer: Any, n: int, share: float, test: np.ndarray) -> None:
    again, *others = (sorted(np.asarray(call(answer, n, share, seed)[1]).tolist()) for seed in (0, 1, 2, 3))
    first = sorted(test.tolist())
    if first != again:
        raise NotYetError("Two calls with the same seed gave different splits.")
    if first == list(range(n - len(first), n)) and all(other == first for other in others):
        raise NotYetError("The test part is the end of the table: if the table is sorted, the test asks about other x.")
    if all(other == first for other in others):
        raise NotYetError("The seed has no effect: every seed gives the same split.")


def fit_line(answer: Any) -> None:
    rng = np.random.default_rng(0)
    for w, b in ((3.0, 2.0), (-1.0, 8.0)):
        x = np.linspace(0, 10, 20)
        y = w * x + b + rng.normal(scale=0.1, size=20)
        best = tuple(float(value) for value in np.polyfit(x, y, 1))
        got = call(answer, x, y)
        if isinstance(got, tuple | list) and len(got) == 2 and all(isinstance(value, float | int) for value in got):
            if not all(map(math.isfinite, got)):
                raise NotYetError("w and b grew beyond all bounds: the learning rate is too large for x up to 10.")
            if abs(got[0] - best[0]) < 0.2 and abs(got[1] - best[1]) > 0.005:
                raise NotYetError(
                    "w is nearly right, b is not yet: it learns more slowly. More steps, or centre x first."
                )
        require(
            got, best, {"the two are the wrong way round.": best[::-1]}, tolerance=0.005, where="For a noisy line: "
        )
