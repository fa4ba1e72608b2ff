"""Learning-rate schedules as plain functions: at each step, which part of the full rate to use.

The idea: large steps find the valley, small ones settle in it. Some schedules fall in stairs, some smoothly, some begin
with a warm-up, some go up and down. Each is a function of (step, n_steps) that returns a factor of the rate, so that
``training.fit(schedule=...)`` takes it as it is; ``functools.partial`` sets what stands after the star.

    fit(model, batches, schedule=cosine)
    fit(model, batches, schedule=functools.partial(step_decay, every=500))

Two more, `constant` and those with a warm-up, stand in ailiteracy.training, which needs them itself.

Left out: schedules per layer.
Next: schedule_shapes.py draws them side by side.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .._support.checks import check_integer, check_number, message
from ..training.schedule import one_cycle, warmup_cosine

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "cosine", "exponential", "milestones", "one_cycle", "one_cycle_momentum", "plateau", "polynomial", "restarts",
    "step_decay", "triangle", "triangle_momentum", "warmup_cosine",
]  # fmt: skip


def step_decay(step: int, n_steps: int, *, every: int = 30, factor: float = 0.1) -> float:
    """Return a factor that is multiplied by `factor` once in `every` steps.

    Parameters
    ----------
    step : int
        Number of the step, from 0; so in all schedules of this file.
    n_steps : int
        How many steps the training takes; some schedules do not need it.
    every : int, default 30
        The length of a stair.
    factor : float, default 0.1
        The height of a stair as a part of the one before.

    Returns
    -------
    float
        What to multiply the learning rate by.

    Raises
    ------
    TypeError, ValueError
        When the step lies outside the training or a number out of its range.

    Examples
    --------
    >>> [step_decay(step, 6, every=2, factor=0.5) for step in range(6)]
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """
    _check(step, n_steps, every=every, factor=factor)
    return factor ** (step // every)


def milestones(step: int, n_steps: int, *, at: Sequence[int] = (30, 60, 90), factor: float = 0.1) -> float:
    """Return a factor that is multiplied by `factor` at each of the steps in `at`.

    Examples
    --------
    >>> [milestones(step, 5, at=(1, 4), factor=0.5) for step in range(5)]
    [1.0, 0.5, 0.5, 0.5, 0.25]
    """
    _check(step, n_steps, factor=factor)
    if not hasattr(at, "__iter__"):
        raise TypeError(message("at", "a list of steps", at, "Pass for example (30, 60, 90)."))
    return float(factor ** sum(check_integer("at", number, low=0) <= step for number in at))


def exponential(step: int, n_steps: int, *, factor: float = 0.95) -> float:
    """Return a factor that is multiplied by `factor` at every step.

    Examples
    --------
    >>> [exponential(step, 3, factor=0.5) for step in range(3)]
    [1.0, 0.5, 0.25]
    """
    _check(step, n_steps, factor=factor)
    return factor**step


def cosine(step: int, n_steps: int, *, end: float = 0.0) -> float:
    """Return a factor that falls from 1 towards `end` along half a cosine: slowly, then fast, then slowly.

    Examples
    --------
    >>> [round(cosine(step, 4), 3) for step in range(4)]
    [1.0, 0.854, 0.5, 0.146]
    """
    end = check_number("end", end, low=0, high=1)
    return end + (1 - end) * warmup_cosine(step, n_steps, warmup=0.0)


def restarts(step: int, n_steps: int, *, first: int = 20, growth: int = 2, end: float = 0.0) -> float:
    """Return a factor that falls along half a cosine again and again; each fall is `growth` times as long.

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.

    Examples
    --------
    >>> [round(restarts(step, 6, first=2), 3) for step in range(6)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146]
    """
    _check(step, n_steps, first=first, growth=growth)
    length = first
    while step >= length:  # leave out the falls that are over
        step, length = step - length, length * growth
    return cosine(step, length, end=end)


def triangle(step: int, n_steps: int, *, half: int = 20, low: float = 0.01) -> float:
    """Return a factor that climbs from `low` to 1 in `half` steps and falls back in as many, again and again.

    References
    ----------
    L. Smith, "Cyclical learning rates for training neural networks", 2017.

    Examples
    --------
    >>> [triangle(step, 5, half=2, low=0.5) for step in range(5)]
    [0.5, 0.75, 1.0, 0.75, 0.5]
    """
    _check(step, n_steps, half=half)
    low = check_number("low", low, low=0, high=1)
    return low + (1 - low) * (1 - abs(step % (2 * half) - half) / half)


def polynomial(step: int, n_steps: int, *, power: float = 0.9, end: float = 0.0) -> float:
    """Return a factor that falls from 1 towards `end` as a power of the part still to come; 1 is a straight line.

    Examples
    --------
    >>> [polynomial(step, 4, power=1) for step in range(4)]
    [1.0, 0.75, 0.5, 0.25]
    """
    _check(step, n_steps)
    power, end = check_number("power", power, above=0), check_number("end", end, low=0, high=1)
    return float(end + (1 - end) * (1 - step / n_steps) ** power)


def plateau(losses: Sequence[float], *, factor: float = 0.1, patience: int = 10, threshold: float = 1e-4) -> float:
    """Return the factor for the next epoch: it drops when the loss has not improved for more than `patience` epochs.

    Parameters
    ----------
    losses : sequence of float
        The validation loss of every epoch so far, the oldest first.
    factor : float, default 0.1
        What each drop multiplies by.
    patience : int, default 10
        Epochs without improvement that are let pass.
    threshold : float, default 1e-4
        Improvements of a smaller part of the best loss do not count.

    Returns
    -------
    float
        What to multiply the learning rate by.

    Examples
    --------
    >>> plateau([3.0, 2.0, 2.0], patience=1), plateau([3.0, 2.0, 2.0, 2.0], patience=1)
    (1.0, 0.1)
    """
    return plateau_curve(losses, factor=factor, patience=patience, threshold=threshold)[-1]


def plateau_curve(
    losses: Sequence[float], *, factor: float = 0.1, patience: int = 10, threshold: float = 1e-4
) -> list[float]:
    """Return the factors of all epochs, first the 1 before any loss, then the one after each of the losses.

    Examples
    --------
    >>> plateau_curve([3.0, 2.0, 2.0, 2.0], patience=1)
    [1.0, 1.0, 1.0, 1.0, 0.1]
    """
    _check(factor=factor)
    patience, threshold = check_integer("patience", patience, low=0), check_number("threshold", threshold, low=0)
    best, n_waiting, n_drops, factors = math.inf, 0, 0, [1.0]
    for loss in losses:
        if check_number("losses", loss) < best * (1 - threshold):
            best, n_waiting = loss, 0
        else:
            n_waiting += 1
        if n_waiting > patience:
            n_drops, n_waiting = n_drops + 1, 0
        factors.append(float(factor**n_drops))
    return factors


def triangle_momentum(step: int, n_steps: int, *, half: int = 20, low: float = 0.8, high: float = 0.9) -> float:
    """Return the momentum that torch's CyclicLR sets without asking: low where the rate is high.

    Examples
    --------
    >>> [round(triangle_momentum(step, 5, half=2), 3) for step in range(5)]
    [0.9, 0.85, 0.8, 0.85, 0.9]
    """
    return high - (high - low) * triangle(step, n_steps, half=half, low=0.0)


def one_cycle_momentum(step: int, n_steps: int, *, peak: float = 0.3, low: float = 0.85, high: float = 0.95) -> float:
    """Return the momentum that torch's OneCycleLR sets without asking: low where the rate is high.

    Examples
    --------
    >>> [round(one_cycle_momentum(step, 5, peak=0.6), 3) for step in range(5)]
    [0.95, 0.9, 0.85, 0.9, 0.95]
    """
    return high - (high - low) * one_cycle(step, n_steps, peak=peak, start=0.0, end=0.0)


def _check(step: Any = 0, n_steps: Any = 1, *, factor: Any = 1, **whole: Any) -> None:
    """Refuse a step outside the training, a factor that is not between 0 and 1, and whole numbers below 1."""
    n_steps = check_integer("n_steps", n_steps, low=1)
    if check_integer("step", step, low=0) >= n_steps:
        raise ValueError(message("step", f"below n_steps = {n_steps}", step, "Steps are counted from 0."))
    check_number("factor", factor, above=0, high=1, remedy="A factor above 1 would grow the rate without bound.")
    for name, number in whole.items():
        check_integer(name, number, low=1)
