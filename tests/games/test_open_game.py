"""A game being played: undo, honest chance, files."""

import json

import numpy as np
import pytest

from ailiteracy.games import GameResult, solve_2048
from ailiteracy.games._sealed import write_sealed
from ailiteracy.games._terminal.open_game import OpenGame
from ailiteracy.games.rules import DIRECTIONS


def played(n_moves, rng=7):
    game = OpenGame.new("person", rng)
    while len(game.moves) < n_moves:
        assert any(game.move(direction) for direction in DIRECTIONS)
    return game


def same(first, second):
    return (first.moves, first.spawns, first.score) == (second.moves, second.spawns, second.score)


def test_a_seed_names_the_same_tiles_as_for_other_players():
    known = solve_2048("greedy", rng=7, progress=False)
    game = OpenGame.new("person", 7)
    for direction in known.moves:
        assert game.move(direction)
    result = game.result()
    assert result.spawns == known.spawns
    assert result.score == known.score
    assert np.array_equal(result.final_board, known.final_board)
    assert game.is_over


def test_a_generator_is_taken_too():
    first, second = (played(20, np.random.Generator(np.random.MT19937(3))) for _ in range(2))
    assert same(first, second)
    generator = np.random.default_rng(3)
    assert not same(played(20, generator), played(20, generator))  # each game takes its own chance from it


def test_a_move_that_moves_nothing_changes_nothing():
    game = OpenGame.new("person", 7)
    while game.move("left"):
        pass
    before = game.result()
    assert not game.move("left")
    assert same(game.result(), before)


def test_undo_and_the_same_move_bring_the_same_tile():
    game = played(50)
    before = game.result()
    for _ in range(20):
        assert game.undo()
    assert len(game.moves) == 30
    # Another way, taken back again, changes nothing either.
    for direction in DIRECTIONS:
        if game.move(direction):
            game.undo()
    for direction in before.moves[30:]:
        assert game.move(direction)
    assert same(game.result(), before)
    assert np.array_equal(game.board, before.final_board)


def test_undo_to_the_beginning():
    game = played(5)
    assert [game.undo() for _ in range(6)] == [True] * 5 + [False]
    assert game.score == 0
    assert game.newest is None
    assert np.array_equal(game.board, OpenGame.new("person", 7).board)


def test_a_game_with_undo_is_a_legal_game(tmp_path):
    game = played(30)
    for _ in range(10):
        game.undo()
    game.move("up")
    game.save(tmp_path / "game.json")
    loaded = GameResult.load(tmp_path / "game.json")  # plays the game again under the rules
    assert (loaded.player, list(loaded.moves), loaded.score) == ("person", game.moves, game.score)


def test_a_saved_game_goes_on_with_the_same_chance(tmp_path):
    whole, half = played(60), played(40)
    half.save(tmp_path / "game.json")
    resumed = OpenGame.resume(tmp_path / "game.json", "person")
    assert resumed.player == "person"
    for _ in range(10):
        resumed.undo()
    for direction in whole.moves[30:]:
        assert resumed.move(direction)
    assert same(resumed.result(), whole.result())


def test_time_goes_on_too(tmp_path):
    game = played(3)
    game.began -= 100
    game.save(tmp_path / "game.json")
    assert OpenGame.resume(tmp_path / "game.json", "person").result().seconds > 100


def test_a_game_of_another_player_can_be_taken_over(tmp_path):
    solve_2048("greedy", rng=1, max_moves=30, progress=False).save(tmp_path / "game.json")
    game = OpenGame.resume(tmp_path / "game.json", "person")
    assert game.player == "greedy, then person"
    assert any(game.move(direction) for direction in DIRECTIONS)
    game.save(tmp_path / "game.json")
    assert OpenGame.resume(tmp_path / "game.json", "person").player == "greedy, then person"


@pytest.mark.parametrize("chance", [
    {}, [], {"state": "1"}, {"state": "x", "inc": "1"}, {"state": "-1", "inc": "1"}, {"state": "1" * 60, "inc": "1"},
])  # fmt: skip
def test_chance_that_is_damaged(tmp_path, chance):
    played(3).save(tmp_path / "game.json")
    content = json.loads((tmp_path / "game.json").read_text(encoding="utf-8"))
    del content["sha256"]
    write_sealed(tmp_path / "game.json", {**content, "chance": chance})
    with pytest.raises(ValueError, match=r"game\.json.* is a damaged saved game.*Start a new game"):
        OpenGame.resume(tmp_path / "game.json", "person")


def test_what_a_file_holds_is_what_game_result_writes(tmp_path):
    game = played(3)
    game.save(tmp_path / "open.json")
    game.result().save(tmp_path / "result.json")
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in ("open.json", "result.json")]
    open_game, result = map(json.loads, texts)
    assert set(open_game) - set(result) == {"chance"}
    assert open_game.keys() >= result.keys()
