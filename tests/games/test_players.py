import numpy as np
import pytest

from ailiteracy.games import choose_move, legal_moves, list_players, move, new_board, play_many, solve_2048
from ailiteracy.games.players import RUNGS, simple_value

STUCK = [[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]]
ONLY_UP_OR_RIGHT = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [2, 4, 8, 0]]


@pytest.mark.parametrize("player", list_players())
class TestEveryRung:
    def test_it_chooses_a_legal_move(self, player):
        rng = np.random.default_rng(0)
        for _ in range(10):
            board = np.where(rng.random((4, 4)) < 0.7, 2 ** rng.integers(1, 11, size=(4, 4)), 0)
            assert choose_move(board, player) in [*legal_moves(board), None]

    def test_it_takes_the_only_move(self, player):
        board = [[2, 0, 0, 0], [4, 0, 0, 0], [8, 0, 0, 0], [2, 0, 0, 0]]
        assert choose_move(board, player) == "right"

    def test_it_has_no_move_when_the_game_is_over(self, player):
        assert choose_move(STUCK, player) is None
        assert solve_2048(player, board=STUCK, progress=False).n_moves == 0

    def test_a_seed_names_a_game(self, player):
        first, again = (solve_2048(player, rng=11, max_moves=60, progress=False) for _ in range(2))
        other = solve_2048(player, rng=12, max_moves=60, progress=False)
        assert first.moves == again.moves
        assert first.spawns == again.spawns
        assert first.spawns != other.spawns

    def test_it_says_what_it_does(self, player):
        assert len(list_players()[player]) > 10


@pytest.mark.parametrize("rung", RUNGS.values())
def test_each_rung_says_what_it_lacks(rung):
    assert "*But*" in rung.__doc__


def test_greedy_takes_the_move_that_merges_most():
    # Left merges one pair, up merges two.
    board = [[2, 2, 8, 4], [2, 16, 8, 32], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert choose_move(board, "greedy") == "up"


def test_the_formula_of_the_one_ply_player_as_worked_by_hand():
    board = np.array([[8, 4, 2, 0], [0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0]])
    # 12 empty cells; 8 in the corner; row 1 is ordered (14), row 3 is not; columns 1 and 3 are (8, 2), column 2 is not.
    assert simple_value(board) == 12 * 1000 + 8 * 100 + 14 + 8 + 2


def test_each_rung_scores_more_than_the_one_before():
    means = [play_many(player, 30, rng=0, progress=False).scores.mean() for player in ("random", "greedy", "one-ply")]
    means.append(solve_2048("expectimax", rng=0, max_moves=2000, progress=False).score)
    assert means == sorted(means)
    assert means[1] > 2 * means[0]


def test_a_function_can_play():
    def up_and_right(board):
        legal = legal_moves(board)
        return next(name for name in ("up", "right", "left", "down") if name in legal)

    assert choose_move(ONLY_UP_OR_RIGHT, up_and_right) == "up"
    game = solve_2048(up_and_right, rng=0, max_moves=20, progress=False)
    assert game.player == "up_and_right"
    assert game.n_moves == 20
    assert game.moves[0] == up_and_right(new_board(0))


def test_a_function_cannot_change_the_board():
    def cheat(board):
        board[:] = 1024
        return "up"

    assert (solve_2048(cheat, board=ONLY_UP_OR_RIGHT, max_moves=1, rng=0, progress=False).final_board < 1024).all()


@pytest.mark.parametrize(
    ("player", "error", "parts"),
    [
        ("gredy", ValueError, ["`player`", "'gredy'", "Did you mean 'greedy'?"]),
        ("Expectimax", ValueError, ["`player`", "Did you mean 'expectimax'?"]),
        (3, TypeError, ["`player`", "got 3", "list_players()"]),
        (None, TypeError, ["`player`", "got None", "list_players()"]),
        (lambda board: "left", ValueError, ["`player`", "legal direction", "'right', 'up'", "'left'", "legal_moves"]),
        (lambda board: "north", ValueError, ["`player`", "'north'", "The names are"]),
        (lambda board: None, ValueError, ["`player`", "got None"]),
    ],
)
def test_what_is_no_player_is_refused_in_words(player, error, parts):
    for call in (choose_move, lambda board, bad: solve_2048(bad, board=board, progress=False)):
        with pytest.raises(error) as caught:
            call(ONLY_UP_OR_RIGHT, player)
        assert all(part in str(caught.value) for part in parts), str(caught.value)


def test_choosing_a_move_on_no_board_is_refused_in_words():
    with pytest.raises(ValueError, match="4 rows of 4 tiles"):
        choose_move([[2, 4], [4, 2]])
    assert move(ONLY_UP_OR_RIGHT, "up")[1] == 0
