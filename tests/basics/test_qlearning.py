"""Q-learning: one update by hand, the optimum on every map, chance that can be repeated."""

import numpy as np
import pytest

from ailiteracy.basics import GridWorld, q_learning, value_iteration
from ailiteracy.basics.gridworld import MAPS


def test_one_update_by_hand():
    # One episode from S, always by the first guesses; the only step out of the corner is to the right.
    result = q_learning("S.G", n_episodes=1, learning_rate=0.5, discount=0.5, epsilon=0, initial_value=0, max_steps=1)
    # Up, right, down and left are equal: one is drawn, and 0 moves half the way towards -1 + 0.5 * 0.
    assert sorted(result.Q[0, 0]) == [-0.5, 0, 0, 0]
    assert result.returns.tolist() == [-1.0]
    assert result.lengths.tolist() == [1]


def test_the_last_step_counts_its_reward_alone():
    # With a table that starts at 100, a rule without the case of the end would add 0.95 * 100 to the reward of 10.
    result = q_learning("SG", n_episodes=400, initial_value=100)
    assert result.Q[0, 0, 1] == pytest.approx(10)


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("seed", range(5))
def test_best_way_from_the_start(name, seed):
    learned, best = q_learning(name, rng=seed), value_iteration(name)
    start = best.world.start
    assert learned.worth()[start] == pytest.approx(best.values[start], abs=1e-9)
    assert len(learned.path) == len(best.path)


@pytest.mark.slow
@pytest.mark.parametrize("name", MAPS)
def test_best_way_with_a_hundred_seeds(name):
    best = value_iteration(name)
    start = best.world.start
    lost = [seed for seed in range(100) if q_learning(name, rng=seed).worth()[start] < best.values[start] - 1e-9]
    assert lost == []


@pytest.mark.parametrize("name", MAPS)
def test_best_way_from_every_square(name):
    learned, best = q_learning(name, n_episodes=3000, random_starts=True), value_iteration(name)
    np.testing.assert_allclose(learned.worth(), best.values, atol=1e-9)
    np.testing.assert_allclose(learned.values, best.values, atol=1e-4)  # the guesses themselves, too


def test_best_way_on_ice():
    world = GridWorld("small", slip=0.2)
    learned = q_learning(world, n_episodes=4000, learning_rate=(0.5, 0.01), random_starts=True, rng=1)
    assert learned.worth()[world.start] == pytest.approx(value_iteration(world).values[world.start], abs=1e-6)


def test_without_exploring_it_keeps_the_first_way_it_finds():
    world = GridWorld("cliff", step_reward=0)
    greedy = q_learning(world, epsilon=0, initial_value=0, n_episodes=300)
    assert len(greedy.path) - 1 == greedy.lengths[-1] == greedy.lengths[-100] > 13
    assert len(q_learning(world, n_episodes=1000).path) - 1 == 13


def test_without_exploring_and_hoping_it_repeats_what_was_less_bad_than_feared():
    result = q_learning("small", epsilon=0, initial_value=-100, n_episodes=5)
    assert result.path[-1] != result.world.find("G")
    assert result.lengths.tolist() == [1000] * 5


def test_same_seed_same_table():
    first, again, other = (q_learning("maze", n_episodes=20, rng=seed) for seed in (3, np.random.default_rng(3), 4))
    assert np.array_equal(first.Q, again.Q, equal_nan=True)
    assert not np.array_equal(first.Q, other.Q, equal_nan=True)


def test_episodes_are_given_up():
    result = q_learning("cliff", n_episodes=30, max_steps=7)
    assert result.lengths.max() == 7
    assert len(result.returns) == 30


def test_epsilon_falls():
    # With epsilon 1 all the time a walk of a good table is as long as at the beginning; with a falling one it is short.
    wild = q_learning("maze", epsilon=1.0, n_episodes=300)
    calm = q_learning("maze", epsilon=(1.0, 0.0), n_episodes=300)
    assert calm.lengths[-20:].mean() == 16
    assert wild.lengths[-20:].mean() > 30


def test_figure_and_text():
    result = q_learning("small", n_episodes=100)
    figure = result.plot()
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert titles == ["Value of each square", "Where to go", "Sum of the rewards"]
    assert str(result).startswith("100 episodes, ")
    assert "<img" in result._repr_html_()
    assert q_learning("S.G", n_episodes=1).plot()


CASES = {
    "no episodes": (lambda: q_learning(n_episodes=0), ValueError, ["`n_episodes`", "from 1", "got 0"]),
    "epsilon of 2": (lambda: q_learning(epsilon=2), ValueError, ["`epsilon`", "from 0 to 1", "got 2", "(1.0, 0.05)"]),
    "epsilon that rises above 1": (lambda: q_learning(epsilon=(0.1, 1.1)), ValueError, ["`epsilon`", "got 1.1"]),
    "epsilon of three": (lambda: q_learning(epsilon=(1, 0.5, 0)), ValueError, ["`epsilon`", "pair (first, last)"]),
    "epsilon in words": (lambda: q_learning(epsilon="high"), TypeError, ["`epsilon`", "got 'high'"]),
    "learning rate below 0": (lambda: q_learning(learning_rate=-0.5), ValueError, ["`learning_rate`", "got -0.5"]),
    "discount of 1": (lambda: q_learning(discount=1.0), ValueError, ["`discount`", "0.999"]),
    "first guess infinite": (lambda: q_learning(initial_value=float("inf")), ValueError, ["`initial_value`", "inf"]),
    "no steps": (lambda: q_learning(max_steps=0), ValueError, ["`max_steps`", ">= 1"]),
    "starts in words": (lambda: q_learning(random_starts="yes"), TypeError, ["`random_starts`", "True or False"]),
    "seed below 0": (lambda: q_learning(rng=-1), ValueError, ["`rng`", ">= 0"]),
    "no goal": (lambda: q_learning("S.."), ValueError, ["one goal (G)", "0 of them"]),
    "two starts": (lambda: q_learning("SS.G"), ValueError, ["one start (S)", "2 of them"]),
    "goal out of reach": (lambda: q_learning("S#G"), ValueError, ["reached from its start"]),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
