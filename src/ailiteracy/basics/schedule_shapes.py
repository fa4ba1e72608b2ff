"""All schedules side by side, with the momentum that two of them change in passing.

The idea: a schedule is a curve over the steps, so the quickest way to choose one is to look at it. PyTorch's CyclicLR
and OneCycleLR move the optimizer's momentum too, against the rate, whatever it was set to: the dashed lines show it.

Left out: which schedule trains best; that depends on the task, and on trying.
Next: gradients.py, what can be wrong with the gradient itself.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, check_integer, check_number, message
from .._support.figures import new_figure, result_html
from .schedules import (
    cosine,
    exponential,
    milestones,
    one_cycle,
    one_cycle_momentum,
    plateau_curve,
    polynomial,
    restarts,
    step_decay,
    triangle,
    triangle_momentum,
    warmup_cosine,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from .gates import Array

    Schedule = Callable[[int, int], float]

__all__ = ["SCHEDULES", "SchedulesResult", "compare_schedules"]

SCHEDULES = (
    "step_decay",
    "milestones",
    "exponential",
    "cosine",
    "plateau",
    "restarts",
    "triangle",
    "one_cycle",
    "warmup_cosine",
    "polynomial",
)


@dataclass(frozen=True, eq=False, repr=False)
class SchedulesResult:
    """Learning rates over the steps of one training.

    Parameters
    ----------
    rates : dict of str to ndarray of shape (n_steps,)
        The learning rate of every step, for every schedule.
    momenta : dict of str to ndarray of shape (n_steps,)
        The momentum that torch's scheduler of this shape sets, for those that do so.
    losses : ndarray of shape (n_steps,)
        The made-up loss that "plateau" watches: it falls for a third of the steps, then stays.
    """

    rates: dict[str, Array]
    momenta: dict[str, Array]
    losses: Array

    def __repr__(self) -> str:
        n_steps = len(next(iter(self.rates.values())))
        ends = ", ".join(f"{name} {rates[0]:.3g} to {rates[-1]:.3g}" for name, rates in self.rates.items())
        text = f"{len(self.rates)} schedules over {n_steps} steps, first and last rate: {ends}."
        if self.momenta:
            text += f" In torch, {' and '.join(self.momenta)} also set the optimizer's momentum."
        return text

    def plot(self) -> Figure:
        """Return a figure with one panel for each schedule.

        Returns
        -------
        matplotlib.figure.Figure
            Rates as full lines, momenta as dashed ones with their scale on the right.
        """
        n_columns = min(5, len(self.rates))
        n_rows = -(-len(self.rates) // n_columns)
        figure = new_figure(2.7 * n_columns, 2.4 * n_rows)
        panels = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True).ravel()
        for axes, (name, rates) in zip(panels, self.rates.items(), strict=False):
            axes.plot(rates, color="#0072B2", drawstyle="steps-post")
            axes.set_title(name)
            if name in self.momenta:
                right = axes.twinx()
                right.plot(self.momenta[name], "--", color="#D55E00")
                right.set_ylim(0, 1)
                right.set_ylabel("Momentum", color="#D55E00")
        for axes in panels[len(self.rates) :]:
            axes.axis("off")
        figure.supxlabel("Step")
        figure.supylabel("Learning rate")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_schedules(
    schedules: Sequence[str] | Mapping[str, Schedule] = SCHEDULES, *, rate: float = 0.1, n_steps: int = 100
) -> SchedulesResult:
    """Return the learning rate of every step under several schedules.

    Parameters
    ----------
    schedules : sequence of str or dict of str to callable
        Some of "step_decay", "milestones", "exponential", "cosine", "plateau", "restarts", "triangle", "one_cycle",
        "warmup_cosine" and "polynomial"; or your own, each a ``schedule(step, n_steps)`` that returns a factor.
    rate : float, default 0.1
        The full learning rate.
    n_steps : int, default 100
        The length of the training. Lengths within a schedule grow with it: stairs are 30 of 100 steps long.

    Returns
    -------
    SchedulesResult
        `rates`, `momenta` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a name is unknown or a number out of its range.

    Examples
    --------
    >>> result = compare_schedules(["step_decay"], rate=1.0, n_steps=10)
    >>> result.rates["step_decay"].round(3).tolist()
    [1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001]
    """
    rate = check_number("rate", rate, above=0)
    n_steps = check_integer("n_steps", n_steps, low=10, high=100_000)
    losses = np.maximum(1 - 2 * np.arange(n_steps) / n_steps, 1 / 3)  # flat from a third of the steps on
    shapes = _shapes(n_steps, losses)
    chosen = _read_schedules(schedules, shapes)
    rates = {
        name: rate * np.array([check_number(name, schedule(step, n_steps)) for step in range(n_steps)])
        for name, schedule in chosen.items()
    }
    half = max(1, n_steps // 5)
    momenta = {
        "triangle": np.array([triangle_momentum(step, n_steps, half=half) for step in range(n_steps)]),
        "one_cycle": np.array([one_cycle_momentum(step, n_steps) for step in range(n_steps)]),
    }
    shown = {name: values for name, values in momenta.items() if chosen.get(name) is shapes[name]}
    return SchedulesResult(rates, shown, losses)


def _shapes(n_steps: int, losses: Array) -> dict[str, Schedule]:
    """Return the schedules by name, their lengths in proportion to the training."""
    tenth = n_steps // 10
    plateau = plateau_curve(losses[:-1].tolist(), patience=tenth)  # each factor follows from the losses before
    return {
        "step_decay": functools.partial(step_decay, every=3 * tenth),
        "milestones": functools.partial(milestones, at=(3 * tenth, 6 * tenth, 9 * tenth)),
        "exponential": functools.partial(exponential, factor=0.95 ** (100 / n_steps)),
        "cosine": cosine,
        "plateau": lambda step, n_steps: plateau[step],
        "restarts": functools.partial(restarts, first=2 * tenth),
        "triangle": functools.partial(triangle, half=max(1, n_steps // 5)),
        "one_cycle": one_cycle,
        "warmup_cosine": warmup_cosine,
        "polynomial": polynomial,
    }


def _read_schedules(schedules: Any, shapes: dict[str, Schedule]) -> dict[str, Schedule]:
    """Return the chosen schedules, by name or as given."""
    remedy = "Pass names such as ['cosine'], or a dict of functions such as {'flat': lambda step, n_steps: 1.0}."
    if isinstance(schedules, str) or not isinstance(schedules, Sequence | Mapping):
        raise TypeError(message("schedules", "a list of names or a dict of functions", schedules, remedy))
    if not schedules:
        raise ValueError(message("schedules", "at least one schedule", schedules, remedy))
    if isinstance(schedules, Mapping):
        wrong = [name for name, schedule in schedules.items() if not callable(schedule)]
        if wrong:
            raise TypeError(message(f"schedules[{wrong[0]!r}]", "a function", schedules[wrong[0]], remedy))
        return {str(name): schedule for name, schedule in schedules.items()}
    return {name: shapes[check_choice("schedules", name, SCHEDULES)] for name in schedules}
