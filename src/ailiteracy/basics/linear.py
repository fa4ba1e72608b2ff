"""A straight line by gradient descent: the slopes written by hand, and the same with a layer of PyTorch.

The idea: measure how wrong the line is, ask how the error would change if the weight or the bias grew a little, and
move both a little the other way. The data set a limit to the length of a step: beyond it, every step overshoots by more
than it repairs.

Left out: several inputs. The best line is known in closed form here, so that every run can be compared with it.
Next: classify.py learns borders instead of lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_integer, check_number, message
from ..training.schedule import constant
from .lines import Array, LineResult, as_points, as_row

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["fit_line", "fit_linear_layer", "step_limit"]

LOSSES = ("mse", "l1")


def fit_line(
    x: Any,
    y: Any,
    *,
    start: tuple[float, float] = (0.0, 0.0),
    loss: str = "mse",
    learning_rate: float = 0.01,
    steps: int = 100,
    schedule: Callable[[int, int], float] = constant,
) -> LineResult:
    """Return a line found by gradient descent, with the slopes of the loss written by hand.

    Parameters
    ----------
    x, y : array_like of shape (n_samples,)
        The points.
    start : pair of float, default (0, 0)
        First weight and first bias.
    loss : {"mse", "l1"}, default "mse"
        Mean squared error, or mean absolute error.
    learning_rate : float, default 0.01
        The factor between a slope and a step.
    steps : int, default 100
        How many steps to take; each looks at all points.
    schedule : callable, default constant
        ``schedule(step, n_steps)``: factor for the learning rate, such as `training.warmup_cosine`.

    Returns
    -------
    LineResult
        `weight`, `bias`, the way there, `best`, `table()` and `plot()`.

    Raises
    ------
    ValueError
        When an argument is out of its range, x and y do not fit, or the steps lead to infinity.
    TypeError
        When an argument is of the wrong kind.

    Notes
    -----
    With the error e = w x + b - y the slopes are mean(2 e x) and mean(2 e) for "mse", mean(sign(e) x) and
    mean(sign(e)) for "l1". The second pair does not shrink near the best line: its steps keep their length and jump
    over it, back and forth, for ever, unless the schedule makes them shorter.

    Examples
    --------
    One step by hand: predictions 1, 2.5, 4 are off by -1, -1.5, -2, so the slopes are -6.667 and -3.

    >>> line = fit_line([1, 2, 3], [2, 4, 6], start=(1.5, -0.5), steps=1)
    >>> print(line.table())
    step      loss   slope w   slope b         w         b
       1   2.41667  -6.66667  -3.00000   1.56667  -0.47000
    """
    x, y = as_points(x, y)
    loss, learning_rate, steps = _check_settings(loss, learning_rate, steps)
    _check_schedule(schedule)
    weights, biases, losses, slopes = np.empty(steps + 1), np.empty(steps + 1), np.empty(steps), np.empty((steps, 2))
    weights[0], biases[0] = _check_start(start)
    with np.errstate(over="ignore", invalid="ignore"):  # infinity is looked for at the end
        for i in range(steps):
            # 1. How wrong is the line, and how does that change with the weight and with the bias?
            losses[i], slopes[i] = _loss_and_slopes(x, y, weights[i], biases[i], loss)
            # 2. One step against both slopes.
            rate = learning_rate * check_number("schedule(step, n_steps)", schedule(i, steps))
            weights[i + 1], biases[i + 1] = (weights[i], biases[i]) - rate * slopes[i]
    if not (np.isfinite(losses).all() and np.isfinite(weights[-1] + biases[-1])):
        expected = "small enough for the line to stay finite"
        remedy = f"For these x, steps on the mse loss must stay below {step_limit(x):.4g}."
        raise ValueError(message("learning_rate", expected, learning_rate, remedy))
    return LineResult(x, y, loss, learning_rate, weights, biases, losses, slopes)


def fit_linear_layer(
    x: Any,
    y: Any,
    *,
    loss: str = "mse",
    learning_rate: float = 0.01,
    steps: int = 100,
    schedule: Callable[[int, int], float] = constant,
    seed: int = 0,
) -> LineResult:
    """Return a line found by `torch.nn.Linear`, automatic gradients and the training loop.

    Parameters
    ----------
    x, y : array_like of shape (n_samples,)
        The points.
    loss : {"mse", "l1"}, default "mse"
        Mean squared error, or mean absolute error.
    learning_rate : float, default 0.01
        The factor between a slope and a step.
    steps : int, default 100
        How many steps to take; each looks at all points.
    schedule : callable, default constant
        Factor for the learning rate, as in `fit_line`.
    seed : int, default 0
        Where the first weight and bias come from.

    Returns
    -------
    LineResult
        The same kind of result as that of `fit_line`, in single precision. Ctrl-C ends it early, with the steps that
        were taken until then.

    Raises
    ------
    ValueError
        When an argument is out of its range, x and y do not fit, or the steps lead to infinity.
    TypeError
        When an argument is of the wrong kind.

    Examples
    --------
    >>> line = fit_linear_layer([0, 0.5, 1], [0, 1, 2], learning_rate=0.5, steps=200)
    >>> round(line.weight, 3), round(abs(line.bias), 3)
    (2.0, 0.0)
    """
    import torch
    from torch.nn import functional as F

    from ..training import fit

    x, y = as_points(x, y)
    loss, learning_rate, steps = _check_settings(loss, learning_rate, steps)
    with torch_seed(seed):
        layer = torch.nn.Linear(1, 1)
    path = [(layer.weight.item(), layer.bias.item())]

    def watch(_: torch.nn.Module, __: dict[str, float]) -> None:
        path.append((layer.weight.item(), layer.bias.item()))

    column = torch.tensor(np.stack([x, y]), dtype=torch.float32)[..., None]  # (2, n_samples, 1)
    training = fit(
        layer, [(column[0], column[1])], loss=F.mse_loss if loss == "mse" else F.l1_loss,
        optimizer=torch.optim.SGD(layer.parameters(), lr=learning_rate), schedule=schedule, epochs=steps,
        callbacks=[watch], device="cpu", seed=seed, progress=False,
    )  # fmt: skip
    weights, biases = np.array(path).T
    slopes = np.array([_loss_and_slopes(x, y, weight, bias, loss)[1] for weight, bias in path[:-1]])
    slopes = slopes.reshape(-1, 2)  # also after Ctrl-C in the first step, when there are none
    return LineResult(x, y, loss, learning_rate, weights, biases, training.history.train_loss, slopes)


def step_limit(x: Any) -> float:
    """Return the learning rate beyond which gradient descent on the mean squared error runs away.

    Parameters
    ----------
    x : array_like of shape (n_samples,)
        The inputs; the targets do not matter.

    Returns
    -------
    float
        2 divided by the largest curvature of the loss.

    Raises
    ------
    ValueError, TypeError
        When x is not a row of numbers.

    Notes
    -----
    Along a direction in which the loss has curvature c, a step multiplies the distance to the minimum by
    1 - learning_rate * c. Beyond 2 / c this is below -1: each step lands farther away, on the other side. The
    curvatures are the eigenvalues of 2 X^T X / n, X holding x and a column of ones for the bias. The smallest one says
    how slowly the last direction converges.

    Examples
    --------
    The matrix of [-1, 1] is 2 times the identity: one step of 0.5 reaches the minimum, from 1 on nothing does.

    >>> step_limit([-1, 1])
    1.0
    """
    x = as_row("x", x)
    table = np.column_stack([x, np.ones_like(x)])  # (n_samples, 2)
    return float(2 / np.linalg.eigvalsh(2 * table.T @ table / len(x))[-1])


def _loss_and_slopes(x: Array, y: Array, weight: float, bias: float, loss: str) -> tuple[float, tuple[float, float]]:
    """Return the loss of a line, and how it changes with the weight and with the bias."""
    error = weight * x + bias - y  # (n_samples,)
    if loss == "mse":
        return float(np.mean(error**2)), (float(np.mean(2 * error * x)), float(np.mean(2 * error)))
    side = np.sign(error)  # 1 where the line is too high, -1 where it is too low
    return float(np.mean(np.abs(error))), (float(np.mean(side * x)), float(np.mean(side)))


def _check_settings(loss: Any, learning_rate: Any, steps: Any) -> tuple[str, float, int]:
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    return check_choice("loss", loss, LOSSES), learning_rate, check_integer("steps", steps, low=1, high=10_000_000)


def _check_schedule(schedule: Any) -> None:
    if not callable(schedule):
        expected = "a function, called as schedule(step, n_steps)"
        raise TypeError(message("schedule", expected, schedule, "Pass the function itself, such as warmup_cosine."))


def _check_start(start: Any) -> tuple[float, float]:
    if not isinstance(start, tuple | list) or len(start) != 2:
        raise TypeError(message("start", "a pair (weight, bias)", start, "Pass for example (0.0, 0.0)."))
    return check_number("start[0]", start[0]), check_number("start[1]", start[1])
