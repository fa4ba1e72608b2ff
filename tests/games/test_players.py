import subprocess
import sys

import numpy as np
import pytest

from ailiteracy.games import choose_move, legal_moves, list_players, move, new_board, play_many, solve_2048
from ailiteracy.games.players import BEST, PLAYERS, RUNGS, simple_value

STUCK = [[2, 4, 2, 4], [4, 2, 4, 2], [2, 4, 2, 4], [4, 2, 4, 2]]
ONLY_UP_OR_RIGHT = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [2, 4, 8, 0]]

# After up or down the next tile ends the game, whatever it is and wherever it lies.
TRAP = np.array([[16, 256, 64, 32], [8, 32, 128, 256], [2, 4, 8, 0], [32, 2, 16, 32]])
LARGE = np.array([[65536, 16, 4, 2], [8, 2, 32, 8], [4, 64, 2, 16], [2, 4, 16, 0]])  # no room for it in four bits
BY_ITSELF = [name for name in list_players() if name != "person"]
SEARCHING = [name for name in BY_ITSELF if name not in ("random", "greedy", "one-ply", "ntuple")]


@pytest.mark.parametrize("player", BY_ITSELF)
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

    def test_board_and_generator_decide(self, player):
        choose = RUNGS[BEST if player == "best" else player]
        before = TRAP.copy()
        assert choose(TRAP, np.random.default_rng(3)) == choose(TRAP, np.random.default_rng(3))
        assert (before == TRAP).all()

    def test_tiles_above_32768_are_played_by_the_plain_rules(self, player):
        assert choose_move(LARGE, player) in legal_moves(LARGE) == ["right", "down"]
        game = solve_2048(player, board=LARGE, rng=0, max_moves=1, progress=False)
        assert game.best_tile == 65536

    def test_a_seed_names_a_game(self, player):
        first, again = (solve_2048(player, rng=11, max_moves=60, progress=False) for _ in range(2))
        other = solve_2048(player, rng=12, max_moves=60, progress=False)
        assert first.moves == again.moves
        assert first.spawns == again.spawns
        assert first.spawns != other.spawns

    def test_it_says_what_it_does(self, player):
        assert len(list_players()[player]) > 10


@pytest.mark.parametrize("player", SEARCHING)
def test_a_player_that_looks_ahead_does_not_walk_into_a_sure_loss(player):
    assert legal_moves(TRAP) == ["right", "up", "down"]
    assert choose_move(TRAP, player) == "right"


def test_the_one_ply_player_does():
    after, _ = move(TRAP, choose_move(TRAP, "one-ply"))
    for row, column in np.argwhere(after == 0):
        for tile in (2, 4):
            new = after.copy()
            new[row, column] = tile
            assert legal_moves(new) == []


def test_memory_and_bounds_change_no_move():
    games = [
        solve_2048(player, rng=6, max_moves=300, progress=False)
        for player in ("depth-2", "depth-2-cached", "depth-2-bounded")
    ]
    assert games[0].moves == games[1].moves == games[2].moves


def test_without_numba_every_rung_chooses_the_same():
    code = f"""
import sys
sys.modules["numba"] = None
from ailiteracy.games import choose_move
for player in {[name for name in BY_ITSELF if name != "random"]}:
    print(player, choose_move({TRAP.tolist()}, player))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = dict(line.split() for line in done.stdout.splitlines())
    assert told == {player: choose_move(TRAP, player) for player in told}
    assert len(told) == len(BY_ITSELF) - 1
    assert done.stderr.count("numba is missing") == 1


def test_a_person_is_asked_through_the_terminal(monkeypatch):
    asked = []

    def person(board):
        asked.append(board)
        return "up"

    monkeypatch.setattr("ailiteracy.games.terminal.person", person)
    assert choose_move(ONLY_UP_OR_RIGHT, "person") == "up"
    assert (asked[0] == ONLY_UP_OR_RIGHT).all()


def test_names_ideas_and_functions_are_of_the_same_rungs():
    assert list(PLAYERS) == [*RUNGS, "best"]
    assert BEST in RUNGS


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
    games = [solve_2048("depth-2-bounded", rng=seed, max_moves=1200, progress=False) for seed in range(3)]
    means.append(min(game.score for game in games))
    assert means == sorted(means)
    assert means[1] > 2 * means[0]
    assert means[3] > 2 * means[2]


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
