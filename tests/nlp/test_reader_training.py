import json
import math

import numpy as np
import pytest

from ailiteracy.nlp import ReaderTraining, answer, train_reader
from ailiteracy.nlp._models import load_encoder
from ailiteracy.nlp._span_learning import HIDDEN, SpanLogits, WindowBatches, learning_windows, span_loss
from ailiteracy.nlp._squad import read_squad

NAMES, PLACES = ["ana", "ben", "carl", "dora", "fay"], ["rome", "oslo", "cairo", "lima", "delhi"]
WORDS = ["who", "where", "?", "was", "in", ".", "it", "rains", *NAMES, *PLACES]


def question(words, context, text):
    return {"question": words, "answers": [{"text": text, "answer_start": context.index(text)}]}


def article(name, places=PLACES):
    stories = [f"it rains . {name} was in {place} ." for place in places]
    paragraphs = [
        {"context": c, "qas": [question("who ?", c, name), question("where ?", c, place)]}
        for c, place in zip(stories, places, strict=True)
    ]
    return {"paragraphs": paragraphs}


DATA = {"data": [article(name) for name in NAMES]}


@pytest.fixture(scope="module")
def encoder(save_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder") / "m"
    calm = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    return save_model(folder, words=WORDS, layers=1, initializer_range=0.5, **calm)


@pytest.fixture(scope="module")
def trained(encoder):
    return train_reader(
        DATA, DATA, model=encoder, epochs=30, batch_size=10, learning_rate=1e-2, progress=False, device="cpu"
    )


def test_learns_what_it_is_shown(trained):
    assert isinstance(trained, ReaderTraining)
    assert trained.exact_match_before < 0.6 < 0.95 < trained.exact_match <= trained.f1
    assert (trained.n_train, trained.n_test, trained.n_windows) == (50, 50, 50)
    assert trained.history.train_loss[-1] < 0.3 * trained.history.train_loss[0]
    assert str(trained).startswith("A reader trained on 50 questions (50 windows, 30 epochs")


def test_saved_folder_answers(trained, tmp_path):
    folder = trained.save(tmp_path / "deep" / "reader")
    assert (folder / "model.safetensors").is_file()
    assert not list(folder.glob("*.bin"))  # safetensors, no pickle
    assert json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["type"] == "WordPiece"
    found = answer(["who ?", "where ?"], "it rains . carl was in lima .", model=folder)
    assert [one.text for one in found] == ["carl", "lima"]
    again = [answer(one.question, one.context, model=folder) for one in trained.answers[:4]]
    assert [one.text for one in again] == [one.text for one in trained.answers[:4]]
    assert [one.score for one in again] == pytest.approx([one.score for one in trained.answers[:4]], rel=1e-4)


def test_where_nothing_is_right_saying_nothing_is_learned_and_judged(encoder):
    dry = [{"context": "it rains . " * n, "qas": [{"question": "who ?", "answers": []}]} for n in range(1, 10)]
    data = {"data": [article("ana", ["rome"]), {"paragraphs": dry}]}
    options = {"epochs": 20, "batch_size": 4, "learning_rate": 3e-3, "progress": False, "device": "cpu"}
    run = train_reader(data, data, model=encoder, **options)
    assert [one.text for one in run.answers[-9:]] == [""] * 9
    assert run.exact_match >= 9 / 11


def test_scores_are_the_means_over_the_answers(trained):
    right = [found.text in truths for found, truths in zip(trained.answers, trained.truths, strict=True)]
    assert trained.exact_match == pytest.approx(np.mean(right))


def test_figure(trained):
    import matplotlib.pyplot as plt

    figure = trained.plot()
    left, right = figure.axes
    assert len(left.lines[0].get_xdata()) == 30
    heights = [bar.get_height() for bar in right.patches]
    assert heights == [trained.exact_match_before, trained.f1_before, trained.exact_match, trained.f1]
    plt.close(figure)
    assert trained._repr_html_().startswith("<p")


def test_same_seed_same_reader(encoder):
    import torch

    runs = [train_reader(DATA, model=encoder, epochs=1, seed=seed, progress=False, device="cpu") for seed in (3, 3, 4)]
    weights = [run.network.state_dict() for run in runs]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert any(not torch.equal(weights[0][name], weights[2][name]) for name in weights[0])
    assert runs[0].n_test == 10  # one article of five is held out: a quarter, rounded
    assert runs[0].n_train == 40


def test_the_encoder_stays_as_it_is(encoder):
    before = {path.name: path.read_bytes() for path in encoder.iterdir()}
    train_reader({"data": DATA["data"][:2]}, model=encoder, epochs=1, progress=False, device="cpu")
    assert {path.name: path.read_bytes() for path in encoder.iterdir()} == before


def windows_of(encoder, context, text, start=None):
    qa = {"question": "who ?", "answers": [{"text": text, "answer_start": start or context.find(text)}]}
    tokenizer, network = load_encoder(encoder)
    asked = read_squad("train", {"data": [{"paragraphs": [{"context": context, "qas": [qa]}]}]})
    return tokenizer, *learning_windows(asked, tokenizer, network, 8)


def test_targets_by_hand(encoder):
    # [CLS] who ? [SEP] it rains . ana was in rome . [SEP]: "ana was" is tokens 7 and 8.
    _, windows, targets = windows_of(encoder, "it rains . ana was in rome .", "ana was")
    assert (len(windows), targets) == (1, [(7, 8)])


def test_windows_without_the_answer_point_at_cls(encoder):
    context = "it rains . " * 40 + "ana was in rome ."
    _, windows, targets = windows_of(encoder, context, "ana")
    pointed = [w.places[start] for w, (start, _) in zip(windows, targets, strict=True) if start]
    assert len(windows) > 2
    assert targets[0] == (0, 0)
    assert {context[a:b] for a, b in pointed} == {"ana"}


def test_answer_that_is_cut_points_at_cls(encoder):
    context = "it rains . " * 40
    _, _, targets = windows_of(encoder, context, context.strip(), start=0)
    assert set(targets) == {(0, 0)}


def test_loss_and_mask_by_hand():
    import torch

    class Network(torch.nn.Module):
        def forward(self, input_ids):
            logits = torch.tensor([[1.0, 9.0, 2.0], [0.0, 0.0, 9.0]])
            return type("Output", (), {"start_logits": logits, "end_logits": logits * 0})

    allowed = torch.tensor([[True, False, True], [True, True, False]])
    logits = SpanLogits(Network())(allowed, input_ids=torch.zeros(2, 3))
    assert logits[:, 0].tolist() == [[1.0, HIDDEN, 2.0], [0.0, 0.0, HIDDEN]]
    # Start: log(1 + e) for token 0 of the first row, log 2 for the second; ends: log 2 twice.
    loss = span_loss(logits, torch.tensor([[0, 0], [1, 1]]))
    assert loss.item() == pytest.approx((math.log(1 + math.e) + 3 * math.log(2)) / 4, rel=1e-6)


def test_batches_hold_every_window_once(encoder):
    tokenizer, network = load_encoder(encoder)
    examples = learning_windows(read_squad("train", DATA), tokenizer, network, 8)
    batches = WindowBatches(examples, tokenizer, 7, 0)
    for _ in range(2):
        seen = [row for inputs, _ in batches for row in inputs["input_ids"].tolist()]
        assert sorted(seen) == sorted(window.inputs["input_ids"] for window in examples[0])
    assert len(list(batches)) == len(batches) == 8


CASES = {
    "no epochs": ({"epochs": 0}, ValueError, "`epochs` must be an integer >= 1, got 0"),
    "no batch": ({"batch_size": 0}, ValueError, "`batch_size` must be an integer >= 1"),
    "a rate of 0": ({"learning_rate": 0}, ValueError, "`learning_rate` must be a finite number > 0"),
    "a rate that is no number": ({"learning_rate": math.nan}, ValueError, "`learning_rate` .*got nan"),
    "nothing to test on": ({"test_part": 0}, ValueError, "`test_part` must be a finite number > 0"),
    "a seed below 0": ({"seed": -1}, ValueError, "`seed` must be an integer from 0 to"),
    "a flag": ({"progress": "yes"}, TypeError, "`progress` must be True or False"),
    "an empty test": ({"test": {"data": []}}, ValueError, "`test` must be a file with at least one question"),
    "a model that is not there": ({"model": "./nowhere"}, FileNotFoundError, "`model` names the folder './nowhere'"),
    "no model": ({"model": None}, TypeError, "`model` must be a name or a folder"),
}


@pytest.mark.parametrize(("options", "error", "words"), CASES.values(), ids=CASES)
def test_bad_input(options, error, words, encoder):
    with pytest.raises(error, match=words):
        train_reader(DATA, **{"model": encoder, "progress": False, **options})


def test_answers_that_are_nowhere(encoder):
    qa = {"question": "who ?", "answers": [{"text": "zoe", "answer_start": 0}]}
    data = {"data": [{"paragraphs": [{"context": "ana was in rome .", "qas": [qa]}]}]}
    with pytest.raises(ValueError, match=r"`train` must be questions whose answers are in the contexts, got 'none'"):
        train_reader(data, DATA, model=encoder, progress=False)


def test_folder_without_an_encoder(encoder, tmp_path, save_model):
    import safetensors.torch as safe

    folder = save_model(tmp_path / "m", words=WORDS, layers=1)
    weights = safe.load_file(folder / "model.safetensors")
    kept = {name: value for name, value in weights.items() if "encoder" not in name}
    safe.save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"`model` .* its file lacks .*encoder.*Use a model such as BERT or MiniLM"):
        train_reader(DATA, model=folder, progress=False)


@pytest.mark.parametrize("there", [True, False])
def test_a_save_that_fails_changes_nothing(trained, tmp_path, monkeypatch, there):
    folder = tmp_path / "reader"
    if there:
        trained.save(folder)
        (folder / "notes.txt").write_text("mine")
        (folder / "config.json").write_text("old")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(path):
        (path / "tokenizer.json").write_text("half")
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(trained.tokenizer, "save_pretrained", full)
        with pytest.raises(OSError, match="No space left"):
            trained.save(folder)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["reader"] * there
    trained.save(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["reader"]
    assert (folder / "notes.txt").exists() == there
    assert answer("who ?", "it rains . carl was in lima .", model=folder).text == "carl"


def test_save_into_a_file(trained, tmp_path):
    (tmp_path / "a").write_text("x")
    with pytest.raises(FileExistsError, match=r"it is a file\. Choose another name"):
        trained.save(tmp_path / "a")
    with pytest.raises(TypeError, match="`path` must be a path"):
        trained.save(3)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
