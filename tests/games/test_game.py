import pathlib
import subprocess
import sys

import numpy as np
import pytest

from ailiteracy.games import game as game_module
from ailiteracy.games import is_over, legal_moves, list_players, move, solve_2048


@pytest.mark.parametrize("player", [player for player in list_players() if player != "person"])
@pytest.mark.parametrize("seed", [0, 1])
def test_boards_replay_the_game_under_the_plain_rules(player, seed):
    game = solve_2048(player, rng=seed, max_moves=300, progress=False)
    boards = list(game.boards())
    assert len(boards) == game.n_moves + 1
    assert (boards[0] == game.start_board).all()
    assert (boards[-1] == game.final_board).all()
    assert game.best_tile == game.final_board.max()
    score = 0
    for before, after, direction, spawn in zip(boards, boards[1:], game.moves, game.spawns, strict=False):
        row, column, value = spawn
        assert direction in legal_moves(before)
        slid, points = move(before, direction)
        assert slid[row, column] == 0
        slid[row, column] = value
        assert (slid == after).all()
        score += points
    assert score == game.score
    assert len(game.spawns) == len(game.moves) == game.n_moves


@pytest.mark.parametrize("player", ["random", "greedy", "one-ply"])
def test_a_game_without_a_limit_goes_to_the_end(player):
    game = solve_2048(player, rng=2, progress=False)
    assert is_over(game.final_board)
    assert not any(is_over(board) for board in list(game.boards())[:-1])


@pytest.mark.parametrize("player", ["random", "best"])
def test_the_beginning_of_a_game_is_the_game_cut_short(player):
    whole = solve_2048(player, rng=3, max_moves=120, progress=False)
    for n_moves in (0, 1, 49, 50, 51, 119):
        short = solve_2048(player, rng=3, max_moves=n_moves, progress=False)
        assert short.moves == whole.moves[:n_moves]
        assert short.spawns == whole.spawns[:n_moves]


def test_a_game_can_go_on_from_a_board_with_the_same_generator():
    whole = solve_2048("greedy", rng=np.random.default_rng(5), max_moves=40, progress=False)
    rng = np.random.default_rng(5)
    first = solve_2048("greedy", rng=rng, max_moves=15, progress=False)
    second = solve_2048("greedy", rng=rng, board=first.final_board, max_moves=25, progress=False)
    assert first.moves + second.moves == whole.moves
    assert first.score + second.score == whole.score


def test_the_given_board_stays_as_it_is_and_results_do_not_share_arrays():
    board = np.array([[2, 2, 0, 0]] + [[0] * 4] * 3)
    game = solve_2048("greedy", board=board, rng=0, max_moves=5, progress=False)
    assert board.sum() == 4
    next(game.boards())[:] = 0
    assert game.start_board.sum() == 4


def test_ctrl_c_ends_a_game_at_once(monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(game_module, "fits_twin", interrupted)
    with pytest.raises(KeyboardInterrupt):
        solve_2048(progress=False)


def test_text_and_figure_tell_the_game():
    game = solve_2048(rng=0, max_moves=150, progress=False)
    assert f"score {game.score:,}" in str(game)
    assert "150 moves" in repr(game)
    titles = [ax.get_title() for ax in game.plot().axes if ax.get_title()]
    assert titles[0] == "move 0"
    assert titles[-1] == "move 150"
    best = [int(board.max()) for board in game.boards()]
    assert titles[1:-1] == [f"move {best.index(tile)}" for tile in (128, 256) if tile in best]
    assert "<img" in game._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "error", "parts"),
    [
        ({"max_moves": -1}, ValueError, ["`max_moves`", ">= 0", "got -1"]),
        ({"max_moves": 2.5}, TypeError, ["`max_moves`", "an integer", "2.5"]),
        ({"rng": "seed"}, TypeError, ["`rng`", "'seed'", "default_rng"]),
        ({"rng": 1.0}, TypeError, ["`rng`", "1.0"]),
        ({"board": [[2, 2], [4]]}, ValueError, ["`board`", "4 rows of 4 tiles"]),
        ({"progress": "yes"}, TypeError, ["`progress`", "True or False"]),
    ],
)
def test_bad_input_is_refused_in_words(arguments, error, parts):
    with pytest.raises(error) as caught:
        solve_2048("random", **arguments)
    assert all(part in str(caught.value) for part in parts), str(caught.value)


MEMORY = """
import pathlib
from ailiteracy.games import solve_2048

def most_held():  # of this process alone; getrusage may tell what the one that started it held
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

solve_2048(rng=0, max_moves=100, progress=False)
at_first = most_held()
print(solve_2048(rng=0, progress=False).n_moves, at_first, most_held())
"""


@pytest.mark.slow
@pytest.mark.skipif(not pathlib.Path("/proc/self/status").exists(), reason="only Linux tells it in this place")
def test_memory_stays_below_400_megabytes_whatever_the_length_of_a_game():
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True, timeout=600)
    n_moves, at_first, at_last = map(float, done.stdout.split())
    assert n_moves > 3_000
    assert at_last < 400
    assert at_last - at_first < 50


@pytest.mark.slow
def test_the_formula_player_reaches_2048_in_99_of_100_games():
    best_tiles = [solve_2048("expectimax", rng=seed, progress=False).best_tile for seed in range(100)]
    assert sum(tile >= 2048 for tile in best_tiles) >= 99
