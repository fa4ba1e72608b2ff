import numpy as np
import pytest

from ailiteracy.games import choose_move, evaluate, legal_moves, move, move_values
from ailiteracy.games.expectimax import (
    ALIVE,
    CLUTTER,
    DISORDER,
    EMPTY,
    HOPELESS,
    LOST,
    PAIR,
    chance_node,
    depth_rule,
    line_scores,
    max_node,
    search_depth,
)  # fmt: skip

STUCK = np.array([[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]])


def test_the_score_of_a_line_as_worked_by_hand():
    lines = np.array([[0, 0, 0, 0], [1, 1, 0, 0], [1, 2, 1, 0]])
    empty, pair, hill = line_scores(lines)
    assert empty == ALIVE + 4 * EMPTY
    assert pair == ALIVE + 2 * EMPTY + PAIR - clutter(1, 1)
    # 1, 2, 1, 0 rises by 2**4 - 1 and falls by as much and 1 more: the smaller sum is charged.
    assert hill == ALIVE + EMPTY - DISORDER * 15 - clutter(1, 2, 1)


def clutter(*ranks):
    return CLUTTER * sum(rank**3 for rank in ranks)


def test_a_board_is_worth_its_rows_and_columns_in_any_of_eight_views():
    board = np.array([[2, 8, 4, 0], [16, 0, 0, 2], [4, 4, 0, 64], [0, 0, 32, 2]])
    ranks = np.array([[1, 3, 2, 0], [4, 0, 0, 1], [2, 2, 0, 6], [0, 0, 5, 1]])
    expected = sum(int(line_scores(line[None])[0]) for line in [*ranks, *ranks.T])
    for turns in range(4):
        assert evaluate(np.rot90(board, turns)) == expected
        assert evaluate(np.rot90(board.T, turns)) == expected


def test_a_chance_node_weighs_every_tile_by_its_probability():
    # One empty cell, so two outcomes: a 2 ends the game, a 4 leaves one merge (two ways to make it).
    board = np.array([[0, 4, 16, 2], [8, 2, 4, 16], [2, 32, 2, 4], [4, 2, 4, 2]])
    with_two, with_four = board.copy(), board.copy()
    with_two[0, 0], with_four[0, 0] = 2, 4
    assert legal_moves(with_two) == []
    assert legal_moves(with_four) == ["left", "right"]
    best = max(evaluate(move(with_four, direction)[0]) for direction in ("left", "right"))
    assert chance_node(board, 1, fours=1) == pytest.approx(0.9 * LOST + 0.1 * best)
    assert chance_node(board, 1, fours=0) == LOST  # the 4 is cut, the tile counts as a 2


@pytest.mark.parametrize("n_empty", [1, 2, 5])
def test_the_average_divides_by_the_number_of_cells_at_this_node(n_empty):
    # A line of play with fewer empty cells must not weigh more or less in the average of another.
    board = np.array([[2, 4, 8, 16], [32, 64, 128, 256], [2, 4, 8, 16], [4, 2, 4, 8]])
    board.ravel()[:n_empty] = 0
    outcomes = []
    for row, column in np.argwhere(board == 0):
        for tile, probability in ((2, 0.9), (4, 0.1)):
            new = board.copy()
            new[row, column] = tile
            outcomes.append((probability / n_empty, max_node(new, 0, 1)))
    assert sum(weight for weight, _ in outcomes) == pytest.approx(1)
    assert chance_node(board, 1, fours=1) == pytest.approx(sum(weight * value for weight, value in outcomes))


def looks_and_values(board):
    after = {name: move(board, name)[0] for name in legal_moves(board)}
    looks = {name: evaluate(new) for name, new in after.items()}
    return looks, {name: chance_node(new, 1, fours=0) for name, new in after.items()}


def test_with_room_a_move_that_looks_hopeless_is_not_followed_but_in_the_last_layer_it_is():
    # Down looks worse than left by more than HOPELESS, and yet its value, one tile later, is the higher one.
    board = np.array([[0, 256, 2, 64], [128, 32, 4, 16], [128, 512, 8, 2], [2, 1024, 0, 64]])
    looks, values = looks_and_values(board)
    hopeful = [name for name in looks if looks[name] >= max(looks.values()) - HOPELESS]
    assert hopeful == ["left"]
    assert values["left"] < values["down"] < max(values.values())
    assert max_node(board, 1, fours=0) == values["left"]
    assert max_node(board, 0, fours=0) == max(looks.values())


def test_without_room_every_move_is_followed_since_one_that_looks_hopeless_may_save_the_game():
    # Left looks far better and is lost whatever 2 comes; down is not.
    board = np.array([[1024, 2, 8, 128], [2, 4, 64, 256], [4, 8, 128, 512], [0, 2, 32, 64]])
    looks, values = looks_and_values(board)
    assert looks["left"] - looks["down"] > HOPELESS
    assert values["left"] == LOST
    assert max_node(board, 1, fours=0) == values["down"] > LOST


def test_depth_is_the_number_of_chance_layers():
    board = np.array([[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 4]])
    after = {direction: move(board, direction)[0] for direction in legal_moves(board)}
    assert move_values(board, depth=0) == {name: max(LOST, evaluate(new)) for name, new in after.items()}
    assert move_values(board, depth=1) == {name: chance_node(new, 1, 1) for name, new in after.items()}


def test_a_lost_board_is_worth_less_than_any_other():
    assert max_node(STUCK, 2, 1) == LOST
    assert move_values(STUCK) == {}
    assert choose_move(STUCK) is None


def test_looking_ahead_saves_the_game_where_greed_loses_it():
    # Left and up both merge one pair. Search finds which of the two leaves a move for whatever tile comes.
    board = [[4, 4, 2, 8], [16, 2, 32, 4], [2, 8, 4, 16], [32, 4, 16, 2]]
    values = move_values(board, depth=2, compiled=True)
    assert choose_move(board) == max(values, key=values.get)
    assert set(values) == set(legal_moves(board))


def test_the_default_depth_grows_when_room_runs_out():
    assert search_depth(np.array([[2, 0, 0, 0]] * 4)) == depth_rule(1, 12)
    for n_ranks in range(1, 12):
        depths = [depth_rule(n_ranks, n_empty) for n_empty in range(16, -1, -1)]
        assert depths == sorted(depths)
        assert min(depths) >= 1


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        (lambda: move_values(STUCK, depth=-1), ValueError, ["`depth`", "from 0 to 8", "got -1", "Use 1 for speed"]),
        (lambda: move_values(STUCK, depth=9), ValueError, ["`depth`", "from 0 to 8", "got 9"]),
        (lambda: move_values(STUCK, depth=1.5), TypeError, ["`depth`", "an integer", "1.5"]),
        (lambda: move_values(STUCK, compiled=1), TypeError, ["`compiled`", "True or False", "got 1"]),
        (lambda: move_values([[2]]), ValueError, ["`board`", "4 rows of 4 tiles"]),
        (lambda: evaluate([[3] * 4] * 4), ValueError, ["`board`", "got 3"]),
    ],
)
def test_bad_input_is_refused_in_words(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)
