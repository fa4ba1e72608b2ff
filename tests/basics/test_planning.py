"""Value iteration: worked by hand, against shortest ways, against every policy of a tiny world, and on ice."""

import itertools
from collections import deque

import numpy as np
import pytest

from ailiteracy.basics import GridSolution, GridWorld, value_iteration
from ailiteracy.basics.gridworld import MAPS


def test_by_hand():
    result = value_iteration("S..G", discount=0.5)
    # 10; -1 + 0.5 * 10 = 4; -1 + 0.5 * 4 = 1
    np.testing.assert_allclose(result.values, [[1, 4, 10, np.nan]])
    # Staying put by walking into the border: -1 + 0.5 * 1; going back from the second square: the same.
    np.testing.assert_allclose(result.Q[0, 0], [-0.5, 1, -0.5, -0.5])
    np.testing.assert_allclose(result.Q[0, 1, 3], -0.5)
    assert result.policy == ["→→→G"]
    assert result.path == [(0, 0), (0, 1), (0, 2), (0, 3)]


@pytest.mark.parametrize("name", MAPS)
def test_on_dry_floor_the_values_are_those_of_shortest_ways(name):
    world = GridWorld(name)
    steps, waiting = {world.find("G"): 0}, deque([world.find("G")])  # breadth first, backwards from the goal
    while waiting:
        i, j = waiting.popleft()
        for square in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
            if square in set(world.floor()) - set(steps):
                steps[square] = steps[i, j] + 1
                waiting.append(square)
    values = value_iteration(world, discount=0.9).values
    for square in world.floor():
        n = steps[square]
        expected = -sum(0.9**k for k in range(n - 1)) + 0.9 ** (n - 1) * 10
        assert values[square] == pytest.approx(expected, abs=1e-8)
    assert len(value_iteration(world).path) - 1 == steps[world.start]


def test_no_policy_of_a_tiny_icy_world_is_better():
    world = GridWorld("S.\nXG", slip=0.4)
    best = value_iteration(world)
    every = []
    for actions in itertools.product(range(4), repeat=2):
        Q = np.full((2, 2, 4), np.nan)
        for square, action in zip(world.floor(), actions, strict=True):
            Q[square] = 0
            Q[square][action] = 1
        every.append(GridSolution(world, 0.95, Q).worth()[0])
    np.testing.assert_allclose(best.values[0], np.max(every, axis=0), atol=1e-8)


@pytest.mark.parametrize("slip", [0.0, 0.2])
@pytest.mark.parametrize("name", MAPS)
def test_the_arrows_are_worth_what_the_values_say(name, slip):
    result = value_iteration(GridWorld(name, slip=slip))
    np.testing.assert_allclose(result.worth(), result.values, atol=1e-7)


def test_ice_keeps_away_from_the_cliff():
    dry, icy = value_iteration("cliff"), value_iteration(GridWorld("cliff", slip=0.2))
    assert dry.policy[2] == "→" * 11 + "↓"  # along the edge
    assert icy.policy[2][1:11] == "↑" * 10  # a step to the right could slip over it
    assert icy.world.rows[3][0] == "S"
    assert icy.policy[3][0] == "←"  # against the border: it waits until it slips upwards
    assert "No way" in str(icy)


def test_a_square_without_a_way_to_the_goal_has_a_finite_value():
    values = value_iteration("SG\n##\n..", discount=0.9).values
    np.testing.assert_allclose(values[2], -10, atol=1e-8)  # -1 - 0.9 - 0.81 - ...


def test_a_large_world_without_numbers_in_the_figure():
    world = GridWorld("S" + "." * 199 + "\n" + "." * 199 + "G")
    figure = value_iteration(world).plot()
    assert len(figure.axes[0].texts) == 2  # S and G
    assert "<img" in value_iteration("S.G")._repr_html_()
    assert (
        str(value_iteration("S.G")) == "The start is worth 8.5; following the arrows is worth 8.5. The way has 2 steps."
    )


CASES = {
    "discount of 1": (
        lambda: value_iteration(discount=1),
        ValueError,
        ["`discount`", "0.999", "got 1", "finite value"],
    ),
    "discount below 0": (lambda: value_iteration(discount=-0.1), ValueError, ["`discount`", "got -0.1"]),
    "tolerance of 0": (lambda: value_iteration(tolerance=0), ValueError, ["`tolerance`", "1e-12", "got 0"]),
    "a world of another type": (lambda: value_iteration(5), TypeError, ["`text`", "got 5"]),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
