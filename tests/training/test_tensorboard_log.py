import io
import os
import sys
import threading
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from ailiteracy.training import Batches, TensorBoardLog, fit, gradient_norm

event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


def read(folder):
    keep = {"scalars": 0, "histograms": 0, "images": 0, "tensors": 0}
    events = event_accumulator.EventAccumulator(str(folder), size_guidance=keep)
    events.Reload()
    return events


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2))


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture.encoded_image_string)))


def test_training_is_read_back(tmp_path):
    x = torch.randn(30, 2, generator=torch.Generator().manual_seed(0))
    data = Batches(x, (x[:, 0] > 0).long(), batch_size=10)
    model, norms = network(), []
    with TensorBoardLog(tmp_path, histograms_every=2) as log:
        note = lambda model, epoch: norms.append(gradient_norm(model))  # noqa: E731
        result = fit(model, data, list(data), epochs=4, callbacks=[log, note], device="cpu", progress=False)
    events = read(tmp_path)
    for name, column in (("loss/train", "train_loss"), ("loss/validation", "validation_loss"),
                         ("accuracy/validation", "validation_accuracy"), ("learning_rate",) * 2):  # fmt: skip
        seen = events.Scalars(name)
        assert [event.step for event in seen] == [1, 2, 3, 4]
        np.testing.assert_allclose([event.value for event in seen], getattr(result.history, column), rtol=1e-6)
    np.testing.assert_allclose([event.value for event in events.Scalars("gradient/norm")], norms, rtol=1e-6)
    assert [event.step for event in events.Histograms("weights/0.weight")] == [1, 2, 4]
    assert events.Histograms("gradients/3.bias")[0].histogram_value.num == 2


def test_nan_is_left_out(tmp_path):
    with TensorBoardLog(tmp_path) as log:
        log.scalars({"a": 1.0, "b": float("nan")}, step=5)
    assert read(tmp_path).Tags()["scalars"] == ["a"]


def test_feature_maps_are_stretched_and_not_cut(tmp_path):
    maps = torch.tensor([-3.0, -2.0, -1.0, 5.0]).reshape(1, 1, 2, 2)
    with TensorBoardLog(tmp_path) as log:
        log.images("maps", maps)
        log.images("flat", torch.full((1, 1, 2, 2), 7.0))
    events = read(tmp_path)
    assert pixels(events.Images("maps")[0])[..., 0].tolist() == [[0, 31], [63, 255]]
    assert pixels(events.Images("flat")[0]).max() == 0


def test_graph_is_that_of_evaluation_and_modes_stay(tmp_path):
    model = network().train()
    with TensorBoardLog(tmp_path) as log:
        log.graph(model, torch.zeros(1, 2))
    assert model.training
    assert model[2].training
    nodes = [node.op for node in read(tmp_path).Graph().node]
    assert "aten::linear" in nodes
    assert not any("bernoulli" in op for op in nodes)


def test_text_keeps_its_lines(tmp_path):
    with TensorBoardLog(tmp_path) as log:
        log.text("notes", "one\ntwo", step=2)
    event = read(tmp_path).Tensors("notes/text_summary")[0]
    assert event.tensor_proto.string_val[0] == b"one  \ntwo"
    assert event.step == 2


def test_figure_and_pr_curve(tmp_path):
    figure = plt.figure(figsize=(2, 1), dpi=50)
    labels, scores = np.array([0, 1, 1, 0]), np.array([0.2, 0.9, 0.4, 0.6])
    with TensorBoardLog(tmp_path) as log:
        log.figure("curve", figure)
        log.pr_curve("task", labels, scores)
    assert plt.fignum_exists(figure.number)
    plt.close("all")
    events = read(tmp_path)
    assert pixels(events.Images("curve")[0]).shape[:2] == (50, 100)
    proto = events.Tensors("task")[0].tensor_proto
    values = np.array(proto.float_val).reshape(6, 127) if len(proto.float_val) else None
    values = np.frombuffer(proto.tensor_content, np.float32).reshape(6, 127) if values is None else values
    true_positives, false_positives = values[:2]
    assert (true_positives[0], false_positives[0]) == (2, 2)  # threshold 0: all are called positive
    at_half = 64  # of thresholds 0, 1/126, ..., 1
    assert (true_positives[at_half], false_positives[at_half]) == (1, 1)


def test_hyper_parameters_stay_in_the_run_and_do_not_multiply(tmp_path):
    with TensorBoardLog(tmp_path) as log:
        log.hyper_parameters({"rate": 0.01, "name": "adam"}, {"test accuracy": 0.75})
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
    events = read(tmp_path)
    assert events.Scalars("test accuracy")[0].value == 0.75
    content = events.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    assert b"rate" in content
    assert b"adam" in content


def open_files():
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="open files are counted in /proc")  # noqa: PTH112
def test_no_thread_and_no_file_is_left_open_also_after_an_error(tmp_path):
    with TensorBoardLog(tmp_path / "warm") as log:
        log.scalars({"a": 1}, step=1)
    files, threads = open_files(), threading.active_count()
    log = TensorBoardLog(tmp_path / "run")
    assert threading.active_count() > threads
    log.hyper_parameters({"a": 1}, {"b": 2})
    with pytest.raises(ValueError, match="`step`"), log:
        log.scalars({"a": 1}, step=-1)
    log.close()
    assert (open_files(), threading.active_count()) == (files, threads)
    assert log.closed


def test_without_tensorboard_the_error_names_the_extra(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("torch.utils.tensorboard", "tensorboard"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorboard", None)  # an import of it fails
    with pytest.raises(ImportError) as caught:
        TensorBoardLog(tmp_path / "run")
    assert 'pip install "ailiteracy[tensorboard]"' in str(caught.value)
    assert "RunRecord" in str(caught.value)
    assert not (tmp_path / "run").exists()


@pytest.fixture
def log(tmp_path):
    with TensorBoardLog(tmp_path / "run") as log:
        yield log


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda log: log.scalars([1], step=1), TypeError, ["`values`", "a dict"]),
        (lambda log: log.scalars({"a": 1}, step=-1), ValueError, ["`step`", ">= 0"]),
        (lambda log: log.images("a", torch.zeros(3, 8, 8)), ValueError, ["`images`", "maps[0][:, None]"]),
        (lambda log: log.images("a", torch.zeros(1, 8, 4, 4)), ValueError, ["`images`", "1 or 3"]),
        (lambda log: log.graph(network(), torch.zeros(1, 3)), ValueError, ["`example`", "The model says", "shapes"]),
        (lambda log: log.text("a", " "), ValueError, ["`text`", "not blank"]),
        (lambda log: log.figure("a", "picture.png"), TypeError, ["`figure`", "result.plot()"]),
        (lambda log: log.hyper_parameters({}, {"a": 1.0}), ValueError, ["`settings and measures`", "at least one"]),
        (lambda log: log.pr_curve("a", [1, 1], [0.1, 0.2]), ValueError, ["positives and negatives"]),
        (lambda log: log.pr_curve("a", [0, 1], [-1.0, 2.0]), ValueError, ["`scores`", "torch.sigmoid"]),
        (lambda log: (log.close(), log.scalars({"a": 1}, step=1)), ValueError, ["`log`", "closed"]),
        (lambda log: TensorBoardLog(3), TypeError, ["`folder`", "got 3"]),
        (lambda log: TensorBoardLog(log.folder, histograms_every=-1), ValueError, ["`histograms_every`", ">= 0"]),
    ],
)
def test_bad_input(call, error, words, log):
    with warnings.catch_warnings(), pytest.raises(error) as caught:
        call(log)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(NotADirectoryError, match="`folder` must be a folder"):
        TensorBoardLog(tmp_path / "run")
