"""The data of the playground, as the build makes them: hand-worked values and small runs of each maker."""

import base64
import json
import re

import numpy as np
import pytest
import torch


@pytest.fixture(scope="module")
def maker():
    import playground_data

    return playground_data


def read(path, name):
    """Return what a data script holds; it is JSON behind one assignment."""
    match = re.fullmatch(rf"globalThis\.playground = [^\n]+\nplayground\.{name} = (.*);\n", path.read_text("utf-8"))
    return json.loads(match[1])


def test_pack_by_hand(maker):
    packed = maker.pack({"a": torch.tensor([[1.0, -2.0]]), "n": torch.tensor(3), "b": torch.tensor([0.5])})
    assert packed["names"] == ["a", "b"]  # counters are no weights
    assert packed["shapes"] == [[1, 2], [1]]
    # 1 is 0x3c00, -2 is 0xc000, 0.5 is 0x3800; the low byte comes first.
    assert base64.b64decode(packed["numbers"]) == bytes([0x00, 0x3C, 0x00, 0xC0, 0x00, 0x38])


def test_rounded_numbers_survive_packing(maker):
    layer = maker.rounded(torch.nn.Linear(3, 2))
    packed = maker.pack(layer.state_dict())
    numbers = np.frombuffer(base64.b64decode(packed["numbers"]), dtype="<f2")
    np.testing.assert_array_equal(numbers, torch.cat([w.detach().flatten() for w in layer.parameters()]).numpy())


@pytest.mark.parametrize(("spawn", "letter"), [((0, 0, 2), "a"), ((3, 3, 4), "P"), ((1, 2, 2), "g")])
def test_tile_letter(maker, spawn, letter):
    assert maker.tile_letter(*spawn) == letter


def test_points_are_those_of_basics(maker, tmp_path):
    from ailiteracy.basics import point_cloud

    maker.make_points(tmp_path)
    problems = read(tmp_path / "points.js", "points")
    assert problems["xor"] == {"X": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]}
    X, y = point_cloud("spiral")
    np.testing.assert_allclose(problems["spiral"]["X"], X, atol=1e-6)
    assert problems["spiral"]["y"] == y.tolist()
    assert (tmp_path / "neuron.png").stat().st_size > 1_000


def test_games_can_be_played_again(maker, tmp_path):
    from ailiteracy.games import solve_2048

    maker.make_games(tmp_path, players=("random", "greedy"), max_moves=20)
    found = read(tmp_path / "games.js", "games")
    game = solve_2048("greedy", rng=found["seed"], max_moves=20, progress=False)
    recorded = found["games"][1]
    assert [recorded["score"], len(recorded["moves"]), len(recorded["tiles"])] == [game.score, 20, 20]
    assert [("left", "right", "up", "down")[int(move)] for move in recorded["moves"]] == list(game.moves)


def test_digits_hold_a_sample_of_each_class(maker, tmp_path):
    maker.make_digits(tmp_path, epochs=1)
    data = read(tmp_path / "digits.js", "digits")
    assert [sample["label"] for sample in data["samples"]] == list(range(10))
    assert all(len(sample["pixels"]) == 64 and 200 < max(sample["pixels"]) <= 255 for sample in data["samples"])
    assert 100 < data["n_right"] < data["n_test"] == 359
    assert (tmp_path / "digits.js").stat().st_size < 1_000_000


def test_later_words_can_be_known(maker):
    for text in maker.make_sentences(np.random.default_rng(0), 100):
        name, colour, thing = re.match(r"(\w+) has a (\w+) (\w+)\.", text).groups()
        pronoun = "She" if name in ("Ada", "Dora", "Fay", "Hana") else "He"
        first, second = f"{pronoun} likes the {thing}.", f"It is {colour}."
        assert text.split(". ", 1)[1] in (f"{first} {second}\n", f"{second} {first}\n")


def test_language_is_small(maker, tmp_path):
    maker.make_language(tmp_path, n_texts=40, vocab_size=300)
    data = read(tmp_path / "language.js", "language")
    assert len(data["merges"]) == 300 - 256 - 1
    assert "head.weight" not in data["names"]  # the first matrix is the last one
    assert (tmp_path / "language.js").stat().st_size < 600_000


def test_parts_are_made_once(maker, tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(maker, "PARTS", {"points": (calls.append, ["basics/clouds.py"])})
    assert maker.make_all(tmp_path) == ["points"]
    assert maker.make_all(tmp_path) == []
    monkeypatch.setattr(maker, "PARTS", {"points": (calls.append, ["basics/gates.py"])})  # other code
    assert maker.make_all(tmp_path) == ["points"]
    assert calls == [tmp_path, tmp_path]
