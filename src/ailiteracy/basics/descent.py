"""Optimizers race down a surface, each with the rate that suits it.

The idea: one learning rate for all would decide the race before it begins, for a good rate of one optimizer is a
hundred times another's. So each gets the best of 41 rates, found from other starting points than those it is judged
from. What is counted is the number of steps until a walk has left behind 99.9 % of the height it began with, for good.

Left out: time per step, which is nearly the same for all; random gradients; schedules of the rate.
Next: schedules.py changes the rate on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.chance import as_generator
from .._support.checks import check_choice, check_integer, check_number, message
from .descent_result import ARRIVED, OptimizersResult
from .optimizers import OPTIMIZERS
from .surfaces import Surface, read_surface

if TYPE_CHECKING:
    from .gates import Array

__all__ = ["compare_optimizers"]

RATES = 10 ** np.linspace(-4, 0, 41)  # ten to a power of ten; larger ones jump about and arrive by accident


def compare_optimizers(
    surface: str | Surface = "ravine",
    *,
    optimizers: Sequence[str] = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion"),
    rates: float | Mapping[str, float] | None = None,
    n_steps: int = 200,
    n_starts: int = 10,
    rng: int | np.random.Generator | None = 0,
) -> OptimizersResult:
    """Return walks of several optimizers down a surface, by default each with the rate that suits it best.

    Parameters
    ----------
    surface : str or Surface, default "ravine"
        "bowl", "ravine", "turned ravine", "rosenbrock", "saddle", "beale", "himmelblau", "quartic", or your own.
    optimizers : sequence of str
        Also "adadelta". All other settings are the defaults of ailiteracy.basics.optimizers.
    rates : float or dict of str to float, optional
        One learning rate for all, or one for each. By default it is tuned: of 41 rates from 0.0001 to 1 the one that
        needs the fewest steps on average from `n_starts` starting points that are used for nothing else; a walk that
        does not arrive counts as `n_steps`.
    n_steps : int, default 200
        The length of every walk.
    n_starts : int, default 10
        The number of walks; the first begins at the surface's start, the others near it.
    rng : int, numpy.random.Generator or None, default 0
        Where the other starting points come from.

    Returns
    -------
    OptimizersResult
        `rates`, `paths`, `heights`, `steps`, `table()`, `plot()` and `animate()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a name is unknown or a number out of its range. A walk that diverges is no error: it is marked.

    Notes
    -----
    AdamW's weight decay pulls every point towards 0: where the minimum is elsewhere it stops short of it.

    Examples
    --------
    >>> result = compare_optimizers("bowl", optimizers=["sgd"], rates=0.5, n_starts=1, n_steps=3)
    >>> result.paths["sgd"][0].tolist()  # from (1, -1): x halves, y goes by -0.5
    [[-3.0, 3.0], [-1.0, -3.0], [0.0, 0.0], [0.5, -1.5]]
    """
    surface = read_surface(surface)
    names = _check_names(optimizers)
    n_steps = check_integer("n_steps", n_steps, low=1, high=100_000)
    n_starts = check_integer("n_starts", n_starts, low=1, high=1_000)
    given = _check_rates(rates, names)
    generator = as_generator(rng)
    # Half of the starting points are for tuning only: who is judged from where it was tuned looks better than it is.
    starts, others = (
        surface.start + generator.uniform(-1, 1, (n_starts, len(surface.start))) * surface.spread for _ in range(2)
    )
    starts[0] = surface.start
    chosen, paths, heights, steps = {}, {}, {}, {}
    for name in names:
        chosen[name] = given[name] if given else _tune(name, surface, others, n_steps)
        paths[name], heights[name] = (
            part[0] for part in _walk(name, surface, starts, np.array([chosen[name]]), n_steps)
        )
        steps[name] = _steps_needed(heights[name])
    return OptimizersResult(surface, chosen, not given, paths, heights, steps)


def _walk(name: str, surface: Surface, starts: Array, rates: Array, n_steps: int) -> tuple[Array, Array]:
    """Return points (n_rates, n_starts, n_steps + 1, d) and heights: every rate from every start, all at once."""
    x = np.broadcast_to(starts, (len(rates), *starts.shape))  # (n_rates, n_starts, d)
    points, state = [x], dict[str, Any]()
    with np.errstate(over="ignore", invalid="ignore"):  # walks that leave all numbers behind are marked by infinity
        for _ in range(n_steps):
            x = OPTIMIZERS[name](x, surface.gradient(x), state, rate=rates[:, None, None])
            points.append(x)
        path = np.stack(points, axis=2)
        heights = surface.value(path) - surface.lowest
    return path, np.where(np.isfinite(heights), heights, np.inf)


def _steps_needed(heights: Array) -> Array:
    """Return the step from which on the height is below a thousandth of the first; nan where it never stays there."""
    above = heights > ARRIVED * heights[..., :1]
    n_points = heights.shape[-1]
    last_above = n_points - 1 - np.argmax(above[..., ::-1], axis=-1)  # the start is above: there is always one
    return np.where(last_above == n_points - 1, np.nan, last_above + 1.0)


def _tune(name: str, surface: Surface, starts: Array, n_steps: int) -> float:
    """Return the rate with the fewest steps on average; among equals the one that ends lowest."""
    heights = _walk(name, surface, starts, RATES, n_steps)[1]  # (n_rates, n_starts, n_steps + 1)
    steps: npt.NDArray[Any] = np.nan_to_num(_steps_needed(heights), nan=n_steps).mean(axis=1)
    with np.errstate(over="ignore"):
        ends = heights[..., -1].mean(axis=1)
    return float(RATES[np.lexsort((ends, steps))[0]])


def _check_names(optimizers: Any) -> list[str]:
    remedy = "Pass a list of names such as ['sgd', 'adam']."
    if isinstance(optimizers, str) or not isinstance(optimizers, Sequence):
        raise TypeError(message("optimizers", "a list of names", optimizers, remedy))
    if not optimizers:
        raise ValueError(message("optimizers", "at least one name", optimizers, remedy))
    if "muon" in optimizers:
        raise ValueError(message("optimizers", "optimizers of points", "muon", "Muon moves matrices; use 'lion'."))
    return list(dict.fromkeys(check_choice("optimizers", name, OPTIMIZERS) for name in optimizers))


def _check_rates(rates: Any, names: list[str]) -> dict[str, float]:
    """Return a rate for every name; nothing when they are to be tuned."""
    if rates is None:
        return {}
    if not isinstance(rates, Mapping):
        return dict.fromkeys(names, check_number("rates", rates, above=0))
    for name in rates:
        check_choice("rates", name, names)
    missing = [name for name in names if name not in rates]
    if missing:
        raise ValueError(message("rates", "a rate for each optimizer", dict(rates), f"{missing[0]!r} has none."))
    return {name: check_number(f"rates[{name!r}]", rates[name], above=0) for name in names}
