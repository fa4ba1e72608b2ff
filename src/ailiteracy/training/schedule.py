"""Learning-rate schedules: how large a step to take, as the training goes on.

Large steps find the right region, small steps settle in it. A schedule here is a plain function of (step, n_steps)
that returns a factor from 0 to 1; the loop multiplies the optimizer's learning rate by it before every step.

Left out: schedules that watch the loss; shape them as a callback of the loop.
Next: loop.py, which calls them.
"""

import math

from .._support.checks import check_integer, check_number, message

__all__ = ["constant", "one_cycle", "warmup_cosine"]


def constant(step: int, n_steps: int) -> float:
    """Return 1: the learning rate stays as it is.

    Parameters
    ----------
    step : int
        Number of the step, from 0.
    n_steps : int
        How many steps the training takes.

    Returns
    -------
    float
        Always 1.0.

    Examples
    --------
    >>> constant(5, 10)
    1.0
    """
    _check_step(step, n_steps)
    return 1.0


def warmup_cosine(step: int, n_steps: int, *, warmup: float = 0.1) -> float:
    """Return a factor that climbs in a straight line to 1, then falls along half a cosine towards 0.

    Parameters
    ----------
    step : int
        Number of the step, from 0.
    n_steps : int
        How many steps the training takes.
    warmup : float, default 0.1
        Part of the steps spent climbing, from 0 to 0.9.

    Returns
    -------
    float
        Factor for the learning rate, above 0 and at most 1.

    Raises
    ------
    ValueError
        When `step` lies outside the training, or `warmup` outside its range.

    References
    ----------
    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017 (without the restarts).

    Examples
    --------
    >>> [round(warmup_cosine(step, 6, warmup=1 / 3), 3) for step in range(6)]
    [0.5, 1.0, 1.0, 0.854, 0.5, 0.146]
    """
    _check_step(step, n_steps)
    n_warmup = round(check_number("warmup", warmup, low=0, high=0.9) * n_steps)
    if step < n_warmup:
        return (step + 1) / n_warmup
    return _half_cosine(1.0, 0.0, (step - n_warmup) / (n_steps - n_warmup))


def one_cycle(step: int, n_steps: int, *, peak: float = 0.3, start: float = 0.04, end: float = 4e-6) -> float:
    """Return a factor that rises from `start` to 1 and falls to `end`, both along half a cosine.

    Parameters
    ----------
    step : int
        Number of the step, from 0.
    n_steps : int
        How many steps the training takes.
    peak : float, default 0.3
        Part of the training after which the factor is 1.
    start, end : float
        First and last factor; the defaults are those of PyTorch's OneCycleLR.

    Returns
    -------
    float
        Factor for the learning rate.

    Raises
    ------
    ValueError
        When `step` lies outside the training, or a part or factor outside 0 to 1.

    References
    ----------
    Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2019.

    Examples
    --------
    >>> [round(one_cycle(step, 5, peak=0.6, start=0.2, end=0.0), 3) for step in range(5)]
    [0.2, 0.6, 1.0, 0.5, 0.0]
    """
    _check_step(step, n_steps)
    for name, value in (("peak", peak), ("start", start), ("end", end)):
        check_number(name, value, low=0, high=1)
    top = peak * n_steps - 1  # the step, perhaps between two, on which the factor is 1
    if step <= top:
        return _half_cosine(start, 1.0, step / top if top > 0 else 1.0)
    return _half_cosine(1.0, end, (step - top) / (n_steps - 1 - top))


def _half_cosine(first: float, last: float, part: float) -> float:
    """Return the value at `part` (0 to 1) of a smooth way from `first` to `last`."""
    return last + (first - last) * (1 + math.cos(math.pi * part)) / 2


def _check_step(step: int, n_steps: int) -> None:
    n_steps = check_integer("n_steps", n_steps, low=1)
    if check_integer("step", step, low=0) >= n_steps:
        raise ValueError(message("step", f"below n_steps = {n_steps}", step, "Steps are counted from 0."))
