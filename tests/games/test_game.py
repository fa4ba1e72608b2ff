import json

import numpy as np
import pytest

from ailiteracy.games import GameResult, is_over, legal_moves, list_players, move, solve_2048
from ailiteracy.games import game as game_module


@pytest.mark.parametrize("player", list_players())
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


def test_a_saved_game_comes_back(tmp_path):
    game = solve_2048("greedy", rng=0, progress=False)
    path = tmp_path / "games" / "first.json"
    game.save(path)
    again = GameResult.load(str(path))
    assert again.moves == game.moves
    assert again.spawns == game.spawns
    assert (again.final_board == game.final_board).all()
    assert (again.score, again.best_tile, again.n_moves) == (game.score, game.best_tile, game.n_moves)
    assert again.player == "greedy"
    assert [file.name for file in path.parent.iterdir()] == ["first.json"]


def spoil(**changes):
    def change(content):
        for key, value in changes.items():
            content[key] = value(content[key]) if callable(value) else value

    return change


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (spoil(format="else"), "format"),
        (spoil(score=lambda score: score + 4), "points"),
        (spoil(moves=lambda moves: moves[:-1]), "a move or a tile"),
        (spoil(moves=lambda moves: ["north", *moves[1:]]), "a move or a tile"),
        (spoil(spawns=lambda spawns: [[9, 0, 2], *spawns[1:]]), "a move or a tile"),
        (spoil(spawns=lambda spawns: [[0, 0, 8], *spawns[1:]]), "a move or a tile"),
        (spoil(spawns=lambda spawns: spawns[::-1]), "breaks the rules at move"),
        (spoil(start_board=[[3] * 4] * 4), "got 3"),
        (spoil(spawns=7), "int"),
        (lambda content: content.pop("moves"), "moves"),
    ],
)
def test_a_damaged_file_is_refused_in_words(tmp_path, change, part):
    path = tmp_path / "game.json"
    solve_2048("greedy", rng=0, progress=False).save(path)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="is no saved game, or a damaged one") as caught:
        GameResult.load(path)
    assert part in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"\xff\xfe\x00", b"null"])
def test_what_is_no_saved_game_is_refused_in_words(tmp_path, content):
    path = tmp_path / "game.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is no saved game, or a damaged one"):
        GameResult.load(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no game at .* Save one first"):
        GameResult.load(tmp_path / "none.json")
    with pytest.raises(TypeError, match="`path` must be a path"):
        GameResult.load(3)


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


@pytest.mark.slow
def test_the_default_player_reaches_2048_in_95_of_100_games():
    best_tiles = [solve_2048(rng=seed, progress=False).best_tile for seed in range(100)]
    assert sum(tile >= 2048 for tile in best_tiles) >= 95
