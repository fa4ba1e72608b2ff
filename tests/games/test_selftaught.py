import contextlib
import io
import json
import zipfile

import numpy as np
import pytest

from ailiteracy.games.policynet import new_weights
from ailiteracy.games.selftaught import SelfPlayResult, play_perfect, read_arrays, write_arrays
from ailiteracy.games.tictactoe import next_positions, position_value, reachable_positions, to_move, winner

START = "." * 9


def as_rows(position):
    return (position[:3], position[3:6], position[6:])


def player(seed=0, n_hidden=8, n_simulations=5, n_iterations=3, **fields):
    """A player with opinions of its own, untrained."""
    rng = np.random.default_rng(seed)
    weights = {
        name: w + rng.normal(0, 0.3, w.shape).astype(np.float32) for name, w in new_weights(n_hidden, rng).items()
    }
    numbers = [np.arange(n_iterations, 0, -1) * step for step in (0.5, 0.25, 30.0, 10.0)]
    return SelfPlayResult(weights, *numbers, n_games=16, n_simulations=n_simulations, **fields)


def test_every_choice_is_legal_and_none_when_the_game_is_over():
    result = player()
    for position in sorted(reachable_positions(START))[::60]:
        after = next_positions(position)
        for n_simulations in (0, 3, None):
            cell = result.choose_cell(as_rows(position), n_simulations=n_simulations)
            assert (cell is None) == (not after)
            assert cell is None or 3 * cell[0] + cell[1] in after


def test_the_choice_uses_the_search_of_the_training_unless_told_otherwise():
    won = ["XX.", "OO.", "..."]
    result = player(n_simulations=400)
    assert result.choose_cell(won) == (0, 2)
    assert {player(seed).choose_cell(won, n_simulations=0) for seed in range(20)} != {(0, 2)}


def test_games_against_perfect_play_are_never_won():
    for seed in range(3):
        counts = player(seed).against_perfect(41, n_simulations=0, rng=seed)
        assert counts["wins"] == 0
        assert sum(counts.values()) == 41
        assert counts["defeats"] > 5  # it has learned nothing
    assert player().against_perfect(30, rng=1) == player().against_perfect(30, rng=1)


def test_wins_draws_and_defeats_agree_with_games_played_one_by_one(monkeypatch):
    # The opponent always takes the first of its best cells; the games are then played again over texts.
    monkeypatch.setattr("ailiteracy.games.selftaught._best_cells", first_best)
    counts = play_perfect(player(4).weights, 2, 0, np.random.default_rng(0))
    ends = []
    for me in "XO":
        position = START
        while after := next_positions(position):
            own = to_move(position) == me
            cell = (
                player(4).choose_cell(as_rows(position), n_simulations=0) if own else divmod(first_best(position)[0], 3)
            )
            position = after[3 * cell[0] + cell[1]]
        won = winner(position)
        ends.append("draws" if won is None else "wins" if won == me else "defeats")
    assert counts == {name: ends.count(name) for name in ("wins", "draws", "defeats")}


def first_best(position):
    after, value = next_positions(position), position_value(position)
    return [cell for cell, new in after.items() if position_value(new) == value][:1]


def test_ways_to_lose_are_those_found_by_trying_every_reply():
    for seed in range(3):
        result, lost = player(seed), set()

        def walk(position, me, result=result, lost=lost):
            after = next_positions(position)
            if winner(position) not in (None, me):
                lost.add(as_rows(position))
            if after and to_move(position) == me:
                row, column = result.choose_cell(as_rows(position), n_simulations=0)
                walk(after[3 * row + column], me)
            elif after:
                for new in after.values():
                    walk(new, me)

        walk(START, "X")
        walk(START, "O")
        found = result.ways_to_lose(n_simulations=0)
        assert set(found) == lost
        assert len(found) == len(set(found)) > 0


def test_a_player_without_ways_to_lose_is_told_by_an_empty_list(monkeypatch):
    def perfect_cells(weights, boards, n_simulations):
        texts = ["".join({1: own, -1: other, 0: "."}[mark] for mark in board) for board in boards.tolist()
                 for own, other in [("XO" if board.count(1) == board.count(-1) else "OX")]]  # fmt: skip
        return np.array([first_best(text)[0] for text in texts])

    monkeypatch.setattr("ailiteracy.games.selftaught.preferred_cells", perfect_cells)
    assert player().ways_to_lose() == []
    assert player().against_perfect(20) == {"wins": 0, "draws": 20, "defeats": 0}


def test_as_text_the_result_says_games_and_defeats():
    assert str(player()) == (
        "A network taught itself tic-tac-toe in 48 games (3 iterations). Of 200 games against perfect play it loses 30 "
        "alone and 10 with a search of 5 positions; after the first iteration it lost 90 and 30."
    )
    assert str(player(interrupted=True)).endswith("The training was interrupted.")
    assert "stopped before its first iteration" in str(player(n_iterations=0, interrupted=True))


def test_the_figure_shows_defeats_and_losses():
    left, right = player().plot().axes
    assert [line.get_ydata().tolist() for line in left.lines] == [[90, 60, 30], [30, 20, 10]]
    assert [line.get_xdata().tolist() for line in right.lines] == [[1, 2, 3], [1, 2, 3]]
    assert "<img" in player()._repr_html_()
    assert len(player(n_iterations=0).plot().axes) == 2


def same(one, other):
    assert one.weights.keys() == other.weights.keys()
    for name, weight in one.weights.items():
        assert weight.dtype == other.weights[name].dtype
        np.testing.assert_array_equal(weight, other.weights[name])
    for name in ("policy_losses", "value_losses", "network_defeats", "search_defeats"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("n_games", "n_simulations", "interrupted"):
        assert getattr(one, name) == getattr(other, name)


def test_a_saved_player_comes_back_the_same(tmp_path):
    place = tmp_path / "new folder" / "player.npz"
    result = player(interrupted=True)
    result.save(place)
    same(SelfPlayResult.load(place), result)
    assert [path.name for path in place.parent.iterdir()] == ["player.npz"]
    player(n_iterations=0).save(str(place))
    same(SelfPlayResult.load(str(place)), player(n_iterations=0))


def test_a_file_cut_off_anywhere_is_refused(tmp_path):
    place = tmp_path / "player.npz"
    player().save(place)
    whole = place.read_bytes()
    for length in [0, 1, 10, *range(50, len(whole), 97), len(whole) - 1]:
        place.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"is no player, or a damaged one.*train_selfplay\(\)\.save\(path\)"):
            SelfPlayResult.load(place)


def test_a_flipped_bit_is_refused_or_harmless(tmp_path):
    place = tmp_path / "player.npz"
    result = player()
    result.save(place)
    whole, harmless = place.read_bytes(), 0
    for position in range(0, len(whole), 13):
        place.write_bytes(whole[:position] + bytes([whole[position] ^ 4]) + whole[position + 1 :])
        # Refused, unless the byte means nothing, such as one of a date.
        with contextlib.suppress(ValueError):
            same(SelfPlayResult.load(place), result)
            harmless += 1
    assert harmless < len(whole) / 13 / 4


def test_files_of_another_kind_are_refused(tmp_path):
    place = tmp_path / "file"
    arrays = {**player().weights, **{name: np.zeros(2) for name in ("policy_losses", "value_losses")}}
    arrays |= {name: np.zeros(2) for name in ("network_defeats", "search_defeats")}
    settings = {"n_games": 1, "n_simulations": 1, "interrupted": False}
    cases = [
        ("checkpoint", settings, arrays),
        ("player", {"n_games": 1}, arrays),
        ("player", settings, arrays | {"hidden": np.zeros((17, 8))}),
        ("player", settings, arrays | {"policy": np.full((8, 9), np.nan)}),
        ("player", settings, {name: array for name, array in arrays.items() if name != "value_bias"}),
        ("player", settings, arrays | {"policy": np.full((8, 9), "a")}),
        ("player", settings, arrays | {"value_losses": np.zeros(3)}),
    ]
    for kind, about, content in cases:
        write_arrays(place, kind, about, content)
        with pytest.raises(ValueError, match="is no player, or a damaged one"):
            SelfPlayResult.load(place)
    np.save(place.with_suffix(".npy"), np.zeros(3))
    with pytest.raises(ValueError, match="is no player"):
        SelfPlayResult.load(place.with_suffix(".npy"))
    # A pickled object could run a program: it is not opened.
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("about.npy", buffer.getvalue())
    with pytest.raises(ValueError, match="is no player"):
        SelfPlayResult.load(place)


def test_settings_are_json_and_not_code(tmp_path):
    player().save(tmp_path / "player.npz")
    with np.load(tmp_path / "player.npz") as file:
        about = json.loads(str(file["about"]))
    assert about["format"] == "ailiteracy self-play 1"
    settings, arrays = read_arrays(tmp_path / "player.npz", "player", list(about["settings"]), "")
    assert settings == {"n_games": 16, "n_simulations": 5, "interrupted": False}
    assert arrays["hidden"].shape == (18, 8)


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        (lambda: player().choose_cell(["XX"]), ValueError, ["`board`", "3 rows of 3 marks"]),
        (lambda: player().choose_cell(["O..", "...", "..."]), ValueError, ["`board`", "as many X as O"]),
        (lambda: player().choose_cell(["..."] * 3, n_simulations=-1), ValueError, ["`n_simulations`", "got -1"]),
        (lambda: player().choose_cell(["..."] * 3, n_simulations=1.5), TypeError, ["`n_simulations`", "integer"]),
        (lambda: player().against_perfect(0), ValueError, ["`n_games`", "from 1", "got 0"]),
        (lambda: player().against_perfect(2, rng="a"), TypeError, ["`rng`", "got 'a'"]),
        (lambda: player().ways_to_lose(n_simulations=10**6), ValueError, ["`n_simulations`", "from 0 to 1000"]),
        (lambda: player().save(3), TypeError, ["`path`", "got 3"]),
        (lambda: player().save("."), IsADirectoryError, ["cannot write '.'", "it is a folder"]),
        (lambda: SelfPlayResult.load(""), ValueError, ["`path`", "not empty"]),
        (lambda: SelfPlayResult.load("/no/such/file"), FileNotFoundError, ["no player at '/no/such/file'", "Save one"]),
        (lambda: SelfPlayResult.load("."), IsADirectoryError, ["cannot read '.'", "it is a folder"]),
    ],
)
def test_bad_input_is_told_what_is_wrong(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    for part in parts:
        assert part in str(caught.value)
