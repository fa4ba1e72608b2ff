"""Bad input to the headline calls: each error names the argument, what was expected, what came, and what to do.

Each case holds a call, the type of the error, and the fragments that its message must contain. What belongs to one file
alone is tested beside it; this table walks through what users meet first.
"""

import json
import os
import stat

import numpy as np
import pytest
from PIL import Image

from ailiteracy import basics, games, nlp, vision

BOARD = [[2, 4, 8, 16], [4, 8, 16, 32], [8, 16, 32, 64], [0, 0, 0, 0]]
TEXT = "In 1843 Ada published her notes."
NAN = float("nan")

CASES = {
    # basics.backprop_demo
    "unknown problem": (lambda: basics.backprop_demo("xro"), ValueError, ["`problem`", "'xro'", "Did you mean 'xor'?"]),
    "problem of another type": (lambda: basics.backprop_demo(3), TypeError, ["`problem`", "got 3", "'xor'"]),
    "NaN in a table": (
        lambda: basics.backprop_demo(([[0.0, NAN], [1.0, 1.0]], [0, 1])),
        ValueError, ["`X`", "NaN", "Drop or fill"],
    ),
    "tables of unequal length": (
        lambda: basics.backprop_demo(([[0.0], [1.0]], [0])),
        ValueError, ["`y`", "one for each row", "same number of rows"],
    ),
    "no epochs": (lambda: basics.backprop_demo(epochs=0), ValueError, ["`epochs`", "an integer from 1", "got 0"]),
    "a rate that is no number": (
        lambda: basics.backprop_demo(learning_rate=NAN),
        ValueError, ["`learning_rate`", "finite number > 0", "got nan"],
    ),
    "hidden as a number": (lambda: basics.backprop_demo(hidden=4), TypeError, ["`hidden`", "got 4", "(4,)"]),
    "a seed below zero": (lambda: basics.backprop_demo(rng=-1), ValueError, ["`rng`", ">= 0", "got -1"]),
    # games.solve_2048 and choose_move
    "board of 3 by 4": (lambda: games.solve_2048(board=BOARD[:3]), ValueError, ["`board`", "4 rows of 4 tiles", "got"]),
    "ragged board": (lambda: games.choose_move([*BOARD[:3], [0]]), ValueError, ["`board`", "4 rows of 4 tiles"]),
    "board of words": (lambda: games.choose_move([["a"] * 4] * 4), TypeError, ["`board`", "whole numbers", "got"]),
    "NaN on a board": (lambda: games.choose_move([[NAN] * 4] * 4), ValueError, ["`board`", "whole numbers", "nan"]),
    "tile of 3": (lambda: games.choose_move([[3] * 4] * 4), ValueError, ["`board`", "2, 4, 8", "got 3"]),
    "unknown player": (lambda: games.solve_2048("bset"), ValueError, ["`player`", "'bset'", "Did you mean 'best'?"]),
    "player of another type": (lambda: games.solve_2048(3), TypeError, ["`player`", "got 3", "list_players()"]),
    "moves below zero": (lambda: games.solve_2048(max_moves=-1), ValueError, ["`max_moves`", ">= 0", "got -1"]),
    "no games": (lambda: games.play_many("greedy", 0), ValueError, ["`n_games`", "from 1", "got 0"]),
    # vision.train_resnet
    "unknown data set": (lambda: vision.train_resnet("minst"), ValueError, ["`dataset`", "'minst'", "'mnist'"]),
    "data set of another type": (lambda: vision.train_resnet(3), TypeError, ["`dataset`", "got 3"]),
    "unknown recipe": (lambda: vision.train_resnet(recipe="fats"), ValueError, ["`recipe`", "Did you mean 'fast'?"]),
    "unknown network": (lambda: vision.train_resnet(model="resnet7"), ValueError, ["`model`", "'resnet7'", "resnet8"]),
    "no passes": (lambda: vision.train_resnet(epochs=0), ValueError, ["`epochs`", ">= 1", "got 0"]),
    "unknown device": (
        lambda: vision.train_resnet(device="gpu"),
        ValueError, ["`device`", "got 'gpu'", "This machine has"],
    ),
    "one label too few": (
        lambda: vision.train_resnet((np.zeros((3, 8, 8), np.uint8), [0, 1])),
        ValueError, ["labels", "3", "2"],
    ),
    "NaN in pictures": (
        lambda: vision.train_resnet((np.full((4, 8, 8), NAN), [0, 1, 0, 1])),
        ValueError, ["images", "nan"],
    ),
    # nlp.answer
    "question of another type": (lambda: nlp.answer(3, TEXT), TypeError, ["`question`", "a text", "got 3"]),
    "blank question": (lambda: nlp.answer(" ", TEXT), ValueError, ["`question`", "not blank", "at least one word"]),
    "empty context": (lambda: nlp.answer("When?", ""), ValueError, ["`context`", "not blank", "got ''"]),
    "no answers": (lambda: nlp.answer("When?", TEXT, top_k=0), ValueError, ["`top_k`", ">= 1", "got 0"]),
    "unknown reader": (
        lambda: nlp.answer("When?", TEXT, model="bultin"),  # codespell:ignore bultin
        ValueError, ["`model`", "Did you mean 'builtin'?"],
    ),
    "reader of another type": (lambda: nlp.answer("When?", TEXT, model=3), TypeError, ["`model`", "got 3"]),
    "hub without permission": (
        lambda: nlp.answer("When?", TEXT, model="owner/some-model"),
        FileNotFoundError, ["owner/some-model", "download=True", "By hand", "config.json"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_message(name):
    call, kind, fragments = CASES[name]
    with pytest.raises(kind) as caught:
        call()
    assert_says(caught, *fragments)


def assert_says(caught, *fragments):
    """The message holds every fragment, and the error was raised by this package and not below it."""
    assert [part for part in fragments if part not in str(caught.value)] == [], str(caught.value)
    assert "ailiteracy" in str(caught.traceback[-1].path), caught.traceback[-1].path


def test_no_data_and_no_download(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        vision.train_resnet("mnist", data_dir=tmp_path)
    assert_says(caught, "mnist", str(tmp_path), "download=True", "train-images-idx3-ubyte")
    assert list(tmp_path.iterdir()) == []


def test_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        vision.train_resnet(tmp_path / "photos")
    assert_says(caught, "photos")


def test_folder_without_pictures(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
    with pytest.raises((ValueError, FileNotFoundError)) as caught:
        vision.train_resnet(tmp_path)
    assert_says(caught, str(tmp_path))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    vision.train_resnet("digits", epochs=1, device="cpu", progress=False).save(folder)
    return folder


@pytest.mark.parametrize("damage", ["empty", "half", "words"])
def test_unreadable_picture(saved, tmp_path, damage):
    path = tmp_path / "digit.png"
    Image.fromarray(np.arange(64 * 64, dtype=np.uint32).astype(np.uint8).reshape(64, 64)).save(path)
    whole = path.read_bytes()
    path.write_bytes({"empty": b"", "half": whole[: len(whole) // 2], "words": b"no picture"}[damage])
    with pytest.raises(ValueError, match=r"digit\.png") as caught:
        vision.predict_file(saved, path)
    assert_says(caught, "digit.png")


def test_missing_picture(saved):
    with pytest.raises(FileNotFoundError) as caught:
        vision.predict_file(saved, "no-such-picture.png")
    assert_says(caught, "no-such-picture.png")


def test_checkpoint_of_another_model(saved, tmp_path):
    for file in saved.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    record = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    record["architecture"]["name"] = "resnet18"
    (tmp_path / "model.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ValueError, match="does not fit") as caught:
        vision.load_model(tmp_path)
    assert_says(caught, "(32, 32, 3, 3) in the file", "the arguments it was trained with")


def test_checkpoint_cut_off(saved, tmp_path):
    for file in saved.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ValueError, match="damaged") as caught:
        vision.load_model(tmp_path)
    assert_says(caught, str(tmp_path))


def test_saved_game_cut_off(tmp_path):
    path = tmp_path / "game.json"
    games.solve_2048("greedy", rng=0, max_moves=5, progress=False).save(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ValueError, match="damaged") as caught:
        games.GameResult.load(path)
    assert_says(caught, "game.json")


def test_cache_that_cannot_be_written(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("AILITERACY_CACHE", str(blocked / "cache"))
    with pytest.raises(OSError, match="AILITERACY_CACHE") as caught:
        vision.train_resnet("mnist", download=True, progress=False)
    assert_says(caught, str(blocked))


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(PermissionError) as caught:
            games.solve_2048("greedy", rng=0, max_moves=1, progress=False).save(tmp_path / "game.json")
        assert_says(caught, "game.json", "Choose a folder")
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def test_download_without_network(tmp_path, monkeypatch):
    """Every address refuses: a closed port of this machine stands for a missing network."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(FileNotFoundError) as caught:
        vision.train_resnet("mnist", data_dir=tmp_path, download=True, progress=False)
    assert_says(caught, "train-images", str(tmp_path), "by hand")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_question_longer_than_the_window(byron_model):
    with pytest.raises(ValueError, match="`question`") as caught:
        nlp.answer("who " * 100, TEXT, model=byron_model)
    assert_says(caught, "at most", "Shorten the question")


def test_model_without_a_head(byron_model, tmp_path):
    from transformers import BertConfig, BertModel

    for file in byron_model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    BertModel(BertConfig.from_pretrained(byron_model)).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="no trained question-answering head") as caught:
        nlp.answer("Who?", TEXT, model=tmp_path)
    assert_says(caught, str(tmp_path), "model='builtin'")


def test_model_folder_that_lacks_a_file(byron_model, tmp_path):
    (tmp_path / "config.json").write_bytes((byron_model / "config.json").read_bytes())
    with pytest.raises(FileNotFoundError, match="lacks the weights") as caught:
        nlp.answer("Who?", TEXT, model=tmp_path)
    assert_says(caught, str(tmp_path), "model.safetensors")
