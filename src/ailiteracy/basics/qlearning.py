"""Learning by reward: Q-learning on a world of squares, without its map.

The idea in three lines: Q[square][action] guesses what all the rewards after this step are worth together;
after a step the guess moves towards the reward plus the best guess of the next square, discounted;
mostly the best action is taken, sometimes a random one, or better ways would never be seen.

*Left out*: networks in the place of the table, for worlds too large to write down; the games that teach themselves
have one. *Next*: ``compute.py``, what the machine under all of this can do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.chance import as_generator
from .._support.checks import check_flag, check_integer, check_number, message
from .._support.figures import new_figure
from .._support.progress import progress_bar
from ._grid_figures import draw_policy, draw_values
from .gridworld import GridWorld, Square, as_world
from .planning import Array, GridSolution, as_array, check_discount

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["QLearningResult", "q_learning"]


@dataclass(frozen=True, eq=False, repr=False)
class QLearningResult(GridSolution):
    """A table of guesses learned by walking, and how the walks went.

    Parameters
    ----------
    world : GridWorld
        The world.
    discount : float
        What a reward is worth one step later.
    Q : ndarray of shape (n_rows, n_columns, 4)
        The guess for going up, right, down, left; nan where no step can be chosen.
    returns : ndarray of shape (n_episodes,)
        The sum of the rewards of each episode, not discounted.
    lengths : ndarray of int of shape (n_episodes,)
        The number of steps of each episode.
    """

    returns: Array
    lengths: npt.NDArray[np.int64]

    def __repr__(self) -> str:
        text = super().__repr__()
        return f"{len(self.returns):,} episodes, {self.lengths.sum():,} steps. {text}"

    def plot(self) -> Figure:
        """Return a figure: the value of each square, the arrows, and the return of each episode.

        Returns
        -------
        matplotlib.figure.Figure
            Three panels; the thick line is a mean over neighbouring episodes.
        """
        figure = new_figure(10, 6.4)
        panels = figure.subplot_mosaic([["values", "policy"], ["curve", "curve"]])
        draw_values(panels["values"], self.world, self.values)
        draw_policy(panels["policy"], self.world, self.choices, self.path)
        episodes, width = np.arange(1, len(self.returns) + 1), max(1, len(self.returns) // 50)
        mean = np.convolve(self.returns, np.full(width, 1 / width), mode="valid")
        panels["curve"].plot(episodes, self.returns, color="#BBBBBB", linewidth=0.6, label="Episode")
        panels["curve"].plot(episodes[width - 1 :], mean, color="#0072B2", label=f"Mean of {width}")
        panels["curve"].set(title="Sum of the rewards", xlabel="Episode", ylabel="Return")
        panels["curve"].set_yscale("symlog", linthresh=20)  # long walks at the beginning, small gains at the end
        panels["curve"].legend()
        return figure


def q_learning(
    world: str | GridWorld = "small",
    *,
    n_episodes: int = 500,
    learning_rate: float | tuple[float, float] = 0.5,
    discount: float = 0.95,
    epsilon: float | tuple[float, float] = (1.0, 0.05),
    initial_value: float | None = None,
    random_starts: bool = False,
    max_steps: int = 1000,
    rng: Any = 0,
    progress: bool = True,
) -> QLearningResult:
    """Return what Q-learning found out about a world by walking in it, without seeing the map.

    Parameters
    ----------
    world : str or GridWorld, default "small"
        "small", "cliff", "maze", a map as text, or a GridWorld with rewards and slippery floor.
    n_episodes : int, default 500
        The number of walks.
    learning_rate : float or pair of float, default 0.5
        How far a guess moves, from 0 to 1; a pair falls evenly from the first episode to the last.
    discount : float, default 0.95
        What a reward is worth one step later, from 0 to 0.999.
    epsilon : float or pair of float, default (1.0, 0.05)
        The share of random actions; a pair falls evenly over the first four fifths of the episodes and stays.
    initial_value : float, optional
        The first guess for every action; if not given, the reward of the goal. A high one makes everything untried look
        good, so that it is tried.
    random_starts : bool, default False
        Whether an episode begins on any square of the floor, not only on S.
    max_steps : int, default 1000
        When a walk is given up.
    rng : int, Generator or None, default 0
        Where random actions, slips and starts come from.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    QLearningResult
        `Q`, `values`, `policy`, `path`, `returns`, `lengths`, `worth()` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a number is out of range or the map has no start, no goal, or no way between them.

    Notes
    -----
    Q[s][a] += learning_rate * (reward + discount * max(Q[next]) - Q[s][a]); at the end of an episode there is no next
    square, and the target is the reward alone.

    References
    ----------
    C. Watkins and P. Dayan, "Q-learning", Machine Learning 8, 1992.

    Examples
    --------
    >>> result = q_learning("S.G", n_episodes=100)
    >>> result.policy
    ['→→G']
    >>> result.values[0].round(3).tolist()  # -1 + 0.95 * 10, then 10
    [8.5, 10.0, nan]
    """
    world = as_world(world)
    n_episodes = check_integer("n_episodes", n_episodes, low=1, high=10_000_000)
    rates = _falling("learning_rate", learning_rate, n_episodes, n_episodes)
    epsilons = _falling("epsilon", epsilon, n_episodes, max(1, 4 * n_episodes // 5))
    discount = check_discount(discount)
    guess = world.goal_reward if initial_value is None else initial_value
    guess = check_number("initial_value", guess, low=-1e6, high=1e6)
    max_steps = check_integer("max_steps", max_steps, low=1)
    random_starts = check_flag("random_starts", random_starts)
    generator = as_generator(rng)

    floor = world.floor()
    Q = {square: [guess] * 4 for square in floor}
    outcomes = {(square, action): world.outcomes(square, action) for square in floor for action in range(4)}
    returns, lengths = np.zeros(n_episodes), np.zeros(n_episodes, dtype=np.int64)
    for episode in progress_bar(range(n_episodes), label="episodes", progress=progress):
        square = floor[generator.integers(len(floor))] if random_starts else world.start
        for _ in range(max_steps):
            action = _choose(Q[square], epsilons[episode], generator)
            there, reward, ends = _draw(outcomes[square, action], generator)
            # After the last step nothing follows: its target is the reward alone.
            target = reward if ends else reward + discount * max(Q[there])
            Q[square][action] += rates[episode] * (target - Q[square][action])
            returns[episode] += reward
            lengths[episode] += 1
            if ends:
                break
            square = there
    return QLearningResult(world, discount, as_array(world, Q), returns, lengths)


def _choose(guesses: list[float], epsilon: float, generator: np.random.Generator) -> int:
    """Return a random action with probability epsilon, else the best, chance deciding between equals."""
    if generator.random() < epsilon:
        return int(4 * generator.random())
    top = max(guesses)
    best = [action for action in range(4) if guesses[action] == top]
    return best[0] if len(best) == 1 else best[int(len(best) * generator.random())]


def _draw(outcomes: list[Any], generator: np.random.Generator) -> tuple[Square, float, bool]:
    """Return one of the outcomes by its probability: next square, reward, end."""
    place = generator.random() if len(outcomes) > 1 else 0.0
    for probability, *rest in outcomes[:-1]:
        place -= probability
        if place < 0:
            return rest[0], rest[1], rest[2]
    last: tuple[Square, float, bool] = outcomes[-1][1:]
    return last


def _falling(argument: str, value: Any, n: int, n_falling: int) -> list[float]:
    """Return n numbers from 0 to 1: all the same, or from the first of a pair down to the second."""
    pair = value if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2:
        raise ValueError(message(argument, "a number or a pair (first, last)", value, "Write (1.0, 0.05)."))
    remedy = "Use a share such as 0.1, or a pair (1.0, 0.05)."
    first, last = (check_number(argument, number, low=0, high=1, remedy=remedy) for number in pair)
    return [float(x) for x in np.interp(np.arange(n), [0, max(1, n_falling - 1)], [first, last])]
