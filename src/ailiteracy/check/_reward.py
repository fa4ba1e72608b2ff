"""Checkers for learning by reward: returns, exploration, Q-learning, value iteration. The texts are in reward.toml.

Next: `_vision.py`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .._support.language import say
from .judge import NotYetError, call, expect, require

Array = npt.NDArray[np.float64]

STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1))


def discounted_return(answer: Any) -> None:
    for rewards, discount in (([-1.0, -1.0, 10.0], 0.9), ([5.0], 0.5), ([0.0, 0.0, 0.0, 8.0], 0.5), ([2.0, 3.0], 1.0)):
        powers = [discount**step for step in range(len(rewards))]
        want = sum(power * reward for power, reward in zip(powers, rewards, strict=True))
        slips = {
            "the discount had no effect.": sum(rewards),
            "the first reward counts in full.": discount * want,
            "the last reward counts least, not the first.": sum(
                power * reward for power, reward in zip(powers, rewards[::-1], strict=True)
            ),
            "every reward but the first is discounted once: each step discounts once more.": rewards[0]
            + discount * sum(rewards[1:]),
            "this is a mean; a sum is asked for.": want / len(rewards),
        }
        expect(answer, (rewards, discount), want, slips)


def q_update(answer: Any) -> None:
    Q = np.array([[1.0, 4.0, -2.0, 0.5], [3.0, 1.0, 6.0, -2.0], [9.0, 9.0, 9.0, 9.0]])
    for state, action, reward, after, over, rate, discount in (
        (0, 1, -1.0, 1, False, 0.5, 0.9),
        (1, 3, 2.0, 0, False, 0.1, 0.5),
        (0, 2, 10.0, 2, True, 0.5, 0.95),
        (1, 2, -1.0, 1, False, 1.0, 0.9),
    ):
        old, ahead = Q[state, action], 0.0 if over else Q[after].max()

        def moved(target: float, old: float = old, rate: float = rate) -> float:
            return float(old + rate * (target - old))

        slips = {
            "the episode is over: nothing comes after this step.": moved(reward + discount * Q[after].max()),
            "the next state is worth its best action, not this one again.": moved(reward + discount * Q[after, action]),
            "the next state is worth its best action, not the mean of all.": moved(reward + discount * Q[after].mean()),
            "the next state is worth its best action, not its worst.": moved(reward + discount * Q[after].min()),
            "the best action is that of the next state, not of this one.": moved(reward + discount * Q[state].max()),
            "what comes later is worth less: the discount is missing.": moved(reward + ahead),
            "the reward itself is not discounted.": moved(discount * (reward + ahead)),
            "the reward is left out.": moved(discount * ahead),
            "the guess went all the way; it moves by a share, the rate.": float(reward + discount * ahead),
            "a share of the target was added; what is added is a share of the difference.": float(
                old + rate * (reward + discount * ahead)
            ),
            "the guess moves away from its target.": float(2 * old - moved(reward + discount * ahead)),
            "this is how far the guess moves, not where it gets to.": moved(reward + discount * ahead) - float(old),
        }
        args = (Q, state, action, reward, after, over, rate, discount)
        expect(answer, args, moved(reward + discount * ahead), slips)


def explore(answer: Any) -> None:
    guesses = [1.0, 7.0, 7.0, -2.0]
    for epsilon in (0.3, 0.0, 1.0):
        rng = np.random.default_rng(0)
        drawn = [call(lambda epsilon=epsilon, rng=rng: answer(guesses, epsilon, rng)) for _ in range(2000)]
        where = say("With epsilon = {epsilon:g}:").format(epsilon=epsilon) + " "
        for action in drawn:
            require(action, int(action) if _is_action(action) else 0, where=where)
        counts = np.bincount(drawn, minlength=4) / len(drawn)
        want = np.full(4, epsilon / 4)
        want[1] += 1 - epsilon
        if np.abs(counts - want).max() < 0.05:  # the shares err by 0.011
            continue
        swapped, others = np.full(4, (1 - epsilon) / 4), np.where(np.arange(4) == 1, 1 - epsilon, epsilon / 3)
        swapped[1] += epsilon
        hints = {
            "all actions are equally likely.": np.full(4, 0.25),
            "of equals the first is asked for, and this is the last.": want[[0, 2, 1, 3]],
            "the two cases are the wrong way round: epsilon is the share of random actions.": swapped,
            "a random action may be the best one too.": others,
            "the best action is taken every time.": np.array([0.0, 1.0, 0.0, 0.0]),
        }
        for hint, shares in hints.items():
            if np.abs(counts - shares).max() < 0.05:
                raise NotYetError(where + say(hint))
        rare = say("the best action came in {share:.0%} of the calls, which is not its share.")
        raise NotYetError(where + rare.format(share=counts[1]))
    one, two = (np.random.default_rng(1) for _ in range(2))
    first, again = ([call(lambda rng=rng: answer(guesses, 1.0, rng)) for _ in range(20)] for rng in (one, two))
    if first != again:
        raise NotYetError("Two generators in the same state gave different actions: draw from `rng` alone.")


def _is_action(action: Any) -> bool:
    return isinstance(action, int | np.integer) and not isinstance(action, bool) and bool(0 <= action < 4)


def sweep(rows: list[str], discount: float, *, n_sweeps: int = 100, **wrong: float) -> Array:
    """Return the values of a grid after sweeps over all squares; `wrong` says what a mistaken program does."""
    shape = (len(rows), len(rows[0]))
    goal, values = wrong.get("goal", 0.0), np.zeros(shape)
    for _ in range(n_sweeps):
        new = np.zeros(shape)
        for place in np.ndindex(shape):
            if rows[place[0]][place[1]] == ".":
                worth = [_one_step(rows, place, step, values, discount, goal, wrong) for step in STEPS]
                new[place] = sum(worth) / 4 if "mean" in wrong else max(worth)
        values = new
    for place in np.ndindex(shape):
        if rows[place[0]][place[1]] == "G":
            values[place] = goal
    return values


def _one_step(
    rows: list[str],
    place: tuple[int, ...],
    step: tuple[int, int],
    values: Array,
    discount: float,
    goal: float,
    wrong: dict[str, float],
) -> float:
    """Return what one step is worth: its reward, and the discounted value of where it leads."""
    there = (place[0] + step[0], place[1] + step[1])
    inside = 0 <= there[0] < len(rows) and 0 <= there[1] < len(rows[0])
    if not inside or (rows[there[0]][there[1]] == "#" and "walls" not in wrong):
        there = (place[0], place[1])
    if rows[there[0]][there[1]] == "G":
        return 10.0 * wrong.get("late", 1.0) + discount * goal
    return wrong.get("step", -1.0) + discount * float(values[there])


def grid_values(answer: Any) -> None:
    for rows, discount in ((["...G"], 0.9), (["...", ".#G", "..."], 0.8), (["..#G", ".#..", "...."], 0.5)):
        slips = {
            "the goal pays once, on arrival; afterwards nothing comes.": sweep(rows, discount, goal=10.0),
            "every step that does not reach the goal costs 1.": sweep(rows, discount, step=0.0),
            "the reward of a step is not discounted itself.": sweep(rows, discount, late=discount, step=-discount),
            "this is one sweep over the squares; go on until nothing changes.": sweep(rows, discount, n_sweeps=1),
            "after so few sweeps the values still change.": sweep(rows, discount, n_sweeps=2),
            "a square is worth its best step, not the mean of all four.": sweep(rows, discount, mean=1.0),
            "the discount had no effect.": sweep(rows, 1.0, n_sweeps=100),
            "a step led into a wall.": sweep(rows, discount, walls=1.0),
            "the step that reaches the goal pays 10, and does not cost 1 as well.": sweep(rows, discount, late=0.9),
        }
        expect(answer, (rows, discount), sweep(rows, discount), slips)
