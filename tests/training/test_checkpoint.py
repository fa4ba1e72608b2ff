import errno
import json
import math
import os
import pathlib

import pytest
import torch
from torch import nn

from ailiteracy.training import Batches, fit, load_weights
from ailiteracy.training.checkpoint import read_record


def trained():
    x = torch.randn(20, 3, generator=torch.Generator().manual_seed(0))
    y = torch.arange(20) % 2
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    others = [(x.clone(), y)]
    return fit(model, Batches(x, y), others, test=others, epochs=2, device="cpu"), x


def twin():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def test_round_trip(tmp_path):
    result, x = trained()
    folder = result.save(tmp_path / "new" / "model")
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "model.safetensors"]
    other = load_weights(twin(), folder)
    assert torch.equal(result.model.eval()(x), other.eval()(x))
    record = read_record(folder)
    assert record["history"] == result.history.columns()
    assert record["test_accuracy"] == result.test_accuracy
    assert record["model"] == "Sequential"
    assert record["versions"]["torch"] == torch.__version__


def test_saving_again_replaces(tmp_path):
    result, _ = trained()
    result.save(tmp_path)
    with torch.no_grad():
        result.model[0].weight.zero_()
    result.save(tmp_path)
    assert (load_weights(twin(), tmp_path)[0].weight == 0).all()


def test_an_infinite_loss_is_saved_as_none(tmp_path):
    x, y = torch.eye(2), torch.tensor([0, 1])
    square = lambda outputs, targets: outputs.square().mean()  # noqa: E731
    result = fit(nn.Linear(2, 2), [(x, y)], [(x + 1e30, y)], loss=square, epochs=1, device="cpu")
    assert result.history.validation_loss.tolist() == [math.inf]
    assert read_record(result.save(tmp_path))["history"]["validation_loss"] == [None]


def test_a_save_that_fails_keeps_what_was_saved(tmp_path, monkeypatch):
    result, _ = trained()
    result.save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with torch.no_grad():
        result.model[0].weight.zero_()
    result.model.architecture = {"kind": object()}
    with pytest.raises(TypeError, match="JSON"):
        result.save(tmp_path)
    del result.model.architecture

    def full(path, *_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pathlib.Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        result.save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_layers_that_share_a_tensor(tmp_path):
    def tied():
        model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
        model[1].weight = model[0].weight
        return model

    x, y = torch.rand(4, 3), torch.tensor([0, 1, 2, 0])
    result = fit(tied(), [(x, y)], epochs=1, device="cpu")
    again = load_weights(tied(), result.save(tmp_path))
    assert torch.equal(result.model(x), again(x))
    assert again[0].weight is again[1].weight


def damage(folder, kind):
    weights, record = folder / "model.safetensors", folder / "model.json"
    if kind == "truncated":
        weights.write_bytes(weights.read_bytes()[:-8])
    elif kind == "empty":
        weights.write_bytes(b"")
    elif kind == "no weights":
        weights.unlink()
    elif kind == "no record":
        record.unlink()
    elif kind == "half a record":
        record.write_text(record.read_text()[:40])
    elif kind == "foreign record":
        record.write_text(json.dumps({"hello": 1}))
    elif kind == "a list":
        record.write_text("[1]")
    elif kind == "foreign weights with the right hash":
        import hashlib

        weights.write_bytes(b"not safetensors at all")
        text = json.loads(record.read_text()) | {"weights_sha256": hashlib.sha256(weights.read_bytes()).hexdigest()}
        record.write_text(json.dumps(text))


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("truncated", ValueError, ["model.safetensors", "damaged", "hash"]),
        ("empty", ValueError, ["model.safetensors", "damaged"]),
        ("no weights", FileNotFoundError, ["model.safetensors", "does not exist", "result.save"]),
        ("no record", FileNotFoundError, ["model.json", "does not exist"]),
        ("half a record", ValueError, ["model.json", "not JSON"]),
        ("foreign record", ValueError, ["`path`", "ailiteracy checkpoint 1", "got None"]),
        ("a list", ValueError, ["`path`", "ailiteracy checkpoint 1"]),
        ("foreign weights with the right hash", ValueError, ["model.safetensors", "damaged"]),
    ],
)
def test_damaged_files(tmp_path, kind, error, words):
    trained()[0].save(tmp_path)
    damage(tmp_path, kind)
    with pytest.raises(error) as caught:
        load_weights(twin(), tmp_path)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_another_model_is_refused_and_left_alone(tmp_path):
    trained()[0].save(tmp_path)
    other = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 2))
    before = other[0].weight.clone()
    with pytest.raises(ValueError, match=r"saved Sequential does not fit this Sequential: '0\.bias' is \(4,\) in the"):
        load_weights(other, tmp_path)
    assert torch.equal(before, other[0].weight)
    with pytest.raises(ValueError, match=r"is \(4,\) in the file and nothing in the model"):
        load_weights(nn.Linear(3, 4), tmp_path)


def test_folder_missing_or_a_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no saved model.*does not exist"):
        load_weights(twin(), tmp_path / "nowhere")
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(FileExistsError, match="it is a file"):
        trained()[0].save(file)
    with pytest.raises(TypeError, match="`path` must be a path"):
        load_weights(twin(), 3)


def test_pickle_is_not_opened_by_default(tmp_path):
    # Since PyTorch 2.6; a file of this package holds no pickle at all.
    import pickle

    class Program:
        def __reduce__(self):
            return (print, ("a program ran",))

    (tmp_path / "old.pth").write_bytes(pickle.dumps(Program(), protocol=2))
    with pytest.raises(pickle.UnpicklingError, match=r"[Ww]eights"):
        torch.load(tmp_path / "old.pth")
    result, _ = trained()
    for path in result.save(tmp_path / "model").iterdir():
        assert b"pickle" not in path.read_bytes()
