"""Worlds of squares: how maps are read, where steps lead, and which maps are refused."""

import numpy as np
import pytest

from ailiteracy.basics import GridWorld
from ailiteracy.basics.gridworld import ACTIONS, MAPS, as_world

UP, RIGHT, DOWN, LEFT = range(4)


def test_order_of_the_actions():
    assert list(ACTIONS) == ["up", "right", "down", "left"]


def test_steps_on_dry_floor():
    world = GridWorld("S.G\n.#X", step_reward=-2, goal_reward=7, pit_reward=-9)
    assert world.outcomes((0, 0), RIGHT) == [(1.0, (0, 1), -2.0, False)]
    assert world.outcomes((0, 0), UP) == [(1.0, (0, 0), -2.0, False)]  # the border
    assert world.outcomes((0, 1), DOWN) == [(1.0, (0, 1), -2.0, False)]  # a wall
    assert world.outcomes((0, 1), RIGHT) == [(1.0, (0, 2), 7.0, True)]
    assert world.start == (0, 0)
    assert world.shape == (2, 3)
    assert world.floor() == [(0, 0), (0, 1), (1, 0)]


def test_steps_on_ice():
    world = GridWorld("...\nXSG\n...", slip=0.2)
    assert world.outcomes((1, 1), UP) == [
        (0.8, (0, 1), -1.0, False),
        (0.1, (1, 2), 10.0, True),
        (0.1, (1, 0), -100.0, True),
    ]
    only_sideways = GridWorld("...\nXSG\n...", slip=1.0)
    assert [there for _, there, _, _ in only_sideways.outcomes((1, 1), UP)] == [(1, 2), (1, 0)]


@pytest.mark.parametrize("name", MAPS)
def test_probabilities_add_up(name):
    world = GridWorld(name, slip=0.3)
    for square in world.floor():
        for action in range(4):
            assert sum(p for p, *_ in world.outcomes(square, action)) == pytest.approx(1)


def test_the_cliff_is_a_cliff():
    world = GridWorld("cliff")
    assert world.shape == (4, 12)
    assert world.rows[3] == "S" + "X" * 10 + "G"


def test_reachable_stops_at_pits_and_walls():
    world = GridWorld("SG..\nX#..\n....")
    assert world.reachable() == {(0, 0), (0, 1), (1, 0)}


def test_path_ends_at_the_goal_or_in_a_circle():
    world = GridWorld("S.G")
    assert world.path(np.array([[RIGHT, RIGHT, UP]])) == [(0, 0), (0, 1), (0, 2)]
    assert world.path(np.array([[RIGHT, LEFT, UP]])) == [(0, 0), (0, 1), (0, 0)]
    assert world.path(np.array([[LEFT, LEFT, UP]])) == [(0, 0), (0, 0)]


def test_blanks_around_rows_are_no_squares():
    assert GridWorld("\n  S.\n  .G\n").rows == ["S.", ".G"]


def test_a_world_stays_itself():
    world = GridWorld("S.G", slip=0.5)
    assert as_world(world) is world
    assert as_world("S.G").rows == ["S.G"]


CASES = {
    "no goal": (lambda: GridWorld("S.."), ValueError, ["`text`", "one goal (G)", "0 of them", "Mark one square"]),
    "two starts": (lambda: GridWorld("SSG"), ValueError, ["`text`", "one start (S)", "2 of them"]),
    "no start": (lambda: GridWorld("..G"), ValueError, ["`text`", "one start (S)", "0 of them"]),
    "empty": (lambda: GridWorld(""), ValueError, ["`text`", "got"]),
    "goal behind a wall": (lambda: GridWorld("S#G"), ValueError, ["`text`", "reached from its start", "Open a wall"]),
    "goal behind a pit": (lambda: GridWorld("SXG"), ValueError, ["`text`", "reached from its start"]),
    "ragged": (lambda: GridWorld("S..\n.G"), ValueError, ["`text`", "rows of equal length", "Fill short rows"]),
    "strange mark": (lambda: GridWorld("S.G\n.o."), ValueError, ["`text`", "got 'o'", "Replace"]),
    "a name misspelt": (lambda: GridWorld("clif"), ValueError, ["`text`", "'clif'", "Did you mean 'cliff'?"]),
    "a list": (lambda: GridWorld(["S.G"]), TypeError, ["`text`", "one string with line breaks"]),
    "too large": (lambda: GridWorld("S" + "." * 2500 + "G"), ValueError, ["`text`", "at most 2500"]),
    "slip of 2": (lambda: GridWorld(slip=2), ValueError, ["`slip`", "from 0 to 1", "got 2", "0.2 for ice"]),
    "reward NaN": (lambda: GridWorld(pit_reward=float("nan")), ValueError, ["`pit_reward`", "finite", "got nan"]),
    "reward in words": (lambda: GridWorld(step_reward="-1"), TypeError, ["`step_reward`", "got '-1'"]),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
