"""What is best in a world of squares whose map is known: value iteration.

The idea in three lines: a square is worth the best that one step and the square after it can bring;
begin with 0 everywhere and put the right side of that sentence in the place of the left, again and again;
every pass carries the goal one square further, until nothing changes.

*Left out*: policy iteration, which needs fewer, longer passes. *Next*: ``qlearning.py``, without the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_number
from .._support.figures import new_figure, result_html
from ._grid_figures import draw_policy, draw_values
from .gridworld import ARROWS, GridWorld, Square, as_world

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["GridSolution", "as_array", "check_discount", "value_iteration"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class GridSolution:
    """What each square of a world is worth, and where to go from it.

    Parameters
    ----------
    world : GridWorld
        The world.
    discount : float
        What a reward is worth one step later.
    Q : ndarray of shape (n_rows, n_columns, 4)
        The value of going up, right, down, left; nan where no step can be chosen.
    """

    world: GridWorld
    discount: float
    Q: Array

    @property
    def values(self) -> Array:
        """The value of the best action of each square, (n_rows, n_columns); nan where no step can be chosen."""
        values = np.full(self.world.shape, np.nan)
        for square in self.world.floor():
            values[square] = self.Q[square].max()
        return values

    @property
    def choices(self) -> npt.NDArray[np.int64]:
        """The best action of each square, (n_rows, n_columns): 0 up, 1 right, 2 down, 3 left; the first of equals."""
        choices: npt.NDArray[np.int64] = np.argmax(np.nan_to_num(self.Q), axis=2)
        return choices

    @property
    def policy(self) -> list[str]:
        """The map with an arrow on each square of the floor."""
        rows = [list(row) for row in self.world.rows]
        choices = self.choices
        for i, j in self.world.floor():
            rows[i][j] = ARROWS[choices[i, j]]
        return ["".join(row) for row in rows]

    @property
    def path(self) -> list[Square]:
        """The squares from the start on, when every step goes where it was meant to."""
        return self.world.path(self.choices)

    def worth(self) -> Array:
        """Return what following the arrows is worth from each square, computed from the map and not from the guesses.

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
            The mean of all discounted rewards; nan where no step can be chosen.
        """
        floor, choices = self.world.floor(), self.choices
        number = {square: k for k, square in enumerate(floor)}
        # worth[k] = sum of probability * (reward + discount * worth[next]): one linear equation for each square
        equations, rewards = np.eye(len(floor)), np.zeros(len(floor))
        for k, square in enumerate(floor):
            for probability, there, reward, ends in self.world.outcomes(square, int(choices[square])):
                rewards[k] += probability * reward
                if not ends:
                    equations[k, number[there]] -= probability * self.discount
        worth = np.full(self.world.shape, np.nan)
        worth[tuple(np.transpose(floor))] = np.linalg.solve(equations, rewards)
        return worth

    def __repr__(self) -> str:
        start, path = self.world.start, self.path
        arrived = path[-1] == self.world.find("G")
        way = f"The way has {len(path) - 1} steps." if arrived else "No way to the goal if every step goes as meant."
        return (
            f"The start is worth {self.values[start]:.4g}; following the arrows is worth {self.worth()[start]:.4g}. "
            f"{way}"
        )

    def plot(self) -> Figure:
        """Return a figure: the value of each square, and the arrows.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels.
        """
        figure = new_figure(10, 3.6)
        left, right = figure.subplots(1, 2)
        draw_values(left, self.world, self.values)
        draw_policy(right, self.world, self.choices, self.path)
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def value_iteration(
    world: str | GridWorld = "small", *, discount: float = 0.95, tolerance: float = 1e-10
) -> GridSolution:
    """Return the best policy of a world whose map is known.

    Parameters
    ----------
    world : str or GridWorld, default "small"
        "small", "cliff", "maze", a map as text, or a GridWorld.
    discount : float, default 0.95
        What a reward is worth one step later, from 0 to 0.999.
    tolerance : float, default 1e-10
        The largest change of a value at which it stops.

    Returns
    -------
    GridSolution
        `Q`, `values`, `policy`, `path`, `worth()` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a number is out of range or the map has no start, no goal, or no way between them.

    Notes
    -----
    Every pass puts the mean over the outcomes of reward + discount * best next value in the place of each value. The
    largest error shrinks by the factor `discount` in each pass.

    References
    ----------
    R. Bellman, "Dynamic Programming", 1957.

    Examples
    --------
    >>> value_iteration("S.G").values[0].tolist()
    [8.5, 10.0, nan]
    """
    world, discount = as_world(world), check_discount(discount)
    tolerance = check_number("tolerance", tolerance, low=1e-12)
    Q = {square: [0.0] * 4 for square in world.floor()}
    change = np.inf
    while change > tolerance:
        change, best = 0.0, {square: max(guesses) for square, guesses in Q.items()}
        for square, guesses in Q.items():
            for action in range(4):
                new = sum(
                    p * (reward + (0 if ends else discount * best[there]))
                    for p, there, reward, ends in world.outcomes(square, action)
                )
                change = max(change, abs(new - guesses[action]))
                guesses[action] = new
    return GridSolution(world, discount, as_array(world, Q))


def check_discount(discount: Any) -> float:
    """Return a discount below 1, so that every value is finite."""
    remedy = "At 1, squares without a way to the goal have no finite value."
    return check_number("discount", discount, low=0, high=0.999, remedy=remedy)


def as_array(world: GridWorld, Q: dict[Square, list[float]]) -> Array:
    """Return the values of the four actions as (n_rows, n_columns, 4), nan where no step can be chosen."""
    table = np.full((*world.shape, 4), np.nan)
    for square, guesses in Q.items():
        table[square] = guesses
    return table
