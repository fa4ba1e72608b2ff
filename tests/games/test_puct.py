import numpy as np
import pytest

from ailiteracy.games.policynet import new_weights
from ailiteracy.games.puct import EXPLORATION, Trees, guided_search, has_lost, place_marks, preferred_cells
from ailiteracy.games.tictactoe import next_positions, reachable_positions, to_move, winner

GOING_ON = sorted(position for position in reachable_positions("." * 9) if next_positions(position))


def seen(*positions):
    """Boards as the player to move sees them."""
    marks = [{to_move(position): 1, ".": 0} for position in positions]
    return np.array([[m.get(mark, -1) for mark in p] for p, m in zip(positions, marks, strict=True)], np.int8)


def network(seed=0, n_hidden=16, size=0.3):
    """A network with opinions of its own, however wrong."""
    rng = np.random.default_rng(seed)
    weights = new_weights(n_hidden, rng)
    return {name: weight + rng.normal(0, size, weight.shape).astype(np.float32) for name, weight in weights.items()}


def test_marks_and_lost_games_follow_the_rules():
    for position in GOING_ON[::7]:
        after = next_positions(position)
        boards = place_marks(np.repeat(seen(position), len(after), axis=0), np.array(list(after)))
        assert (boards == seen(*after.values())).all()
        assert has_lost(boards).tolist() == [winner(new) is not None for new in after.values()]


def test_visits_add_up_and_stay_on_empty_cells():
    boards = seen(*GOING_ON[::40])
    for rng in (None, np.random.default_rng(0)):
        visits = guided_search(network(), boards, 30, rng=rng)
        assert (visits.sum(axis=1) == 30).all()
        assert (visits[boards != 0] == 0).all()


def test_each_tree_is_searched_as_if_it_were_alone():
    # In float64 the sums of one board and of many differ too little to change a choice.
    boards = seen(*GOING_ON[::400])
    weights = {name: weight.astype(np.float64) for name, weight in network().items()}
    together = guided_search(weights, boards, 25)
    for board, visits in zip(boards, together, strict=True):
        assert (guided_search(weights, board[None], 25)[0] == visits).all()


def test_the_score_of_a_cell_as_worked_by_hand():
    trees = Trees(np.zeros((1, 9), np.int8), 4)
    trees.boards[0, 0, 8] = 1  # taken
    trees.priors[0, 0] = [0.5, 0.3, 0.2, 0, 0, 0, 0, 0, 0]
    trees.visits[0, 0, :2], trees.totals[0, 0, :2] = [2, 1], [1, -1]
    scores = trees.scores(np.array([0]), np.array([0]))[0]
    # Means 1/2, -1 and 0; three visits in all, so the square root is 2.
    wanted = [0.5 + EXPLORATION * 0.5 * 2 / 3, -1 + EXPLORATION * 0.3 * 2 / 2, EXPLORATION * 0.2 * 2]
    np.testing.assert_allclose(scores[:3], wanted, rtol=1e-6)
    assert (scores[3:8] == 0).all()
    assert scores[8] == -np.inf


def test_a_value_changes_its_sign_at_every_move_on_the_way_up():
    trees = Trees(np.zeros((2, 9), np.int8), 4)
    both, second = np.array([0, 1]), np.array([1])
    # Both walks make a move at the root; only the second one goes on.
    path = [(both, np.array([0, 0]), np.array([3, 4])), (second, np.array([2]), np.array([5]))]
    trees.back_up(path, np.array([1.0, 0.25]))
    assert trees.totals[0, 0, 3] == -1  # good for the opponent at the end, bad for who moved there
    assert trees.totals[1, 2, 5] == -0.25
    assert trees.totals[1, 0, 4] == 0.25
    assert trees.visits.sum() == 3


def test_where_the_game_is_over_the_rules_decide_and_not_the_network():
    # After X's mark: a win for X, a draw, and a game that goes on.
    trees = Trees(seen("XX.OO....", "XOXXOOOX.", "........."), 1)
    trees.boards[:, 1] = seen("XXXOO....", "XOXXOOOXX", "X........")
    everyone = np.arange(3)
    trees.judge(network(), everyone, 1)
    assert trees.over[:, 1].tolist() == [True, True, False]
    assert trees.values[0, 1] == -1  # the player to move has lost
    assert trees.values[1, 1] == 0
    assert 0 < abs(trees.values[2, 1]) < 1


def test_wins_are_taken_and_threats_are_met_whatever_the_network_thinks():
    for seed in range(3):
        cells = preferred_cells(network(seed), seen("XX.OO....", "XX.O.....", ".X..O.X.."), 400)
        assert cells[0] == 2
        assert cells[1] == 2
    assert preferred_cells(network(), seen("XOXXOOOX."), 5)[0] == 8


def test_without_simulations_the_network_alone_chooses_a_legal_cell():
    boards = seen(*GOING_ON)
    for n_simulations in (0, 3):
        cells = preferred_cells(network(), boards, n_simulations)
        assert (boards[np.arange(len(boards)), cells] == 0).all()


def test_noise_changes_the_search_and_its_seed_decides_how():
    boards, weights = seen("." * 9), network(size=0.05)
    quiet = guided_search(weights, boards, 40)
    assert (guided_search(weights, boards, 40) == quiet).all()
    first, again, other = (guided_search(weights, boards, 40, rng=np.random.default_rng(k)) for k in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert (first != quiet).any()


def test_noise_keeps_probabilities_that_add_up_to_one():
    boards = seen("X...O....", "XOX.O....")
    trees = Trees(boards, 1)
    trees.judge(network(), np.arange(2), 0)
    before = trees.priors[:, 0].copy()
    trees.add_noise(np.random.default_rng(0))
    np.testing.assert_allclose(trees.priors[:, 0].sum(axis=1), 1, rtol=1e-5)
    assert (trees.priors[:, 0][boards != 0] == 0).all()
    assert (trees.priors[:, 0] >= 0.75 * before - 1e-6).all()
    assert trees.priors[:, 0] != pytest.approx(before)
