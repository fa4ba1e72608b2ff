import sys

import numpy as np
import pytest
import torch
from torch import nn

from ailiteracy.training import SequenceNet, export_onnx
from ailiteracy.vision import build_model

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")


def cnn():
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(), nn.Flatten(), nn.Linear(144, 10)
    )
    model[1].running_mean.uniform_(-1, 1)
    return model


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    model = cnn()
    modes = [module.training for module in model.modules()]
    export = export_onnx(model, (1, 8, 8), tmp_path_factory.mktemp("onnx") / "cnn.onnx")
    assert [module.training for module in model.modules()] == modes  # in training, as it was
    assert all(weight.requires_grad for weight in model.parameters())
    return model.eval(), export


@pytest.mark.parametrize("n", [1, 2, 7])
def test_the_file_answers_as_torch_does_for_any_batch(written, n):
    model, export = written
    images = torch.randn(n, 1, 8, 8, generator=torch.Generator().manual_seed(n))
    answers = export.predict(images)
    assert answers.shape == (n, 10)
    np.testing.assert_allclose(answers, model(images).detach(), rtol=1e-4, atol=1e-5)


def test_report_and_file(written):
    _, export = written
    assert export.n_bytes == export.path.stat().st_size
    assert export.largest_difference < 1e-5
    assert [path.name for path in export.path.parent.iterdir()] == ["cnn.onnx"]  # weights included, nothing else
    assert str(export).startswith("cnn.onnx, ")


def test_wrong_inputs_to_the_file_are_named(written):
    _, export = written
    with pytest.raises(ValueError, match=r"`inputs` must be of shape \('batch', 1, 8, 8\)"):
        export.predict(np.zeros((2, 1, 9, 9)))
    with pytest.raises(ValueError, match="`inputs` must be 1 arrays, got 2"):
        export.predict(np.zeros((2, 1, 8, 8)), 3)


def test_bytes_are_refused_where_the_example_had_floats(written):
    """A network for pictures divides bytes by 255; the file that was made from floats does not."""
    _, export = written
    with pytest.raises(TypeError, match=r"`inputs` must be float32, as the example was.*Divide the bytes"):
        export.predict(np.zeros((2, 1, 8, 8), dtype=np.uint8))
    with pytest.raises(TypeError, match="`inputs` must be numbers, float32"):
        export.predict(np.full((2, 1, 8, 8), "x"))
    assert export.predict(np.zeros((2, 1, 8, 8), dtype=np.int64)).shape == (2, 10)


def test_a_network_for_pictures_in_bytes(tmp_path):
    net = build_model("lenet", size=(12, 12)).eval()
    images = torch.randint(0, 256, (3, 1, 12, 12), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    export = export_onnx(net, images, tmp_path / "net.onnx")
    wanted = net(images).detach()
    np.testing.assert_allclose(export.predict(images), wanted, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(export.predict(images.tolist()), wanted, rtol=1e-4, atol=1e-5)
    for wrong in (images / 255, images.long() + 200):
        with pytest.raises(ValueError, match="`inputs` must be values of type uint8, as the example was"):
            export.predict(wrong)


def test_sizes_may_be_numpys(tmp_path):
    export = export_onnx(nn.Linear(2, 1), (np.int64(2),), tmp_path / "line.onnx")
    assert export.predict([[1.0, 2.0]]).shape == (1, 1)


def test_token_numbers_and_an_lstm(tmp_path):
    torch.manual_seed(0)
    net = SequenceNet(10, 3).eval()
    export = export_onnx(net, torch.zeros(1, 5, dtype=torch.long), tmp_path / "net.onnx")
    ids = torch.randint(10, (4, 5), generator=torch.Generator().manual_seed(0))
    np.testing.assert_allclose(export.predict(ids), net(ids).detach(), rtol=1e-4, atol=1e-5)


class Two(nn.Module):
    def forward(self, x, y):
        return {"sum": x + y, "product": x * y}


def test_two_inputs_and_two_outputs(tmp_path):
    export = export_onnx(Two(), (torch.ones(1, 3), torch.ones(1, 3)), tmp_path / "two.onnx")
    total, product = export.predict(np.full((2, 3), 2), np.full((2, 3), 5))
    assert (total == 7).all()
    assert (product == 10).all()


class FixedBatch(nn.Module):
    def forward(self, x):
        return x.reshape(2, -1)


class Wide(nn.Module):
    """Answers by the mode it is in when asked outside of a trace: a translation cannot follow that."""

    def forward(self, x):
        return x if torch.compiler.is_exporting() else 2 * x


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda p: export_onnx(nn.Linear(2, 1), (3,), p), ValueError, ["`example`", "The model says", "shapes"]),
        (lambda p: export_onnx(FixedBatch(), (3,), p), ValueError, ["`example`", "3 rows of them too"]),
        (lambda p: export_onnx(Wide(), (3,), p), ValueError, ["`model`", "the same within 0.0001", "got 0.5"]),
        (lambda p: export_onnx(nn.Linear(2, 1), "x", p), TypeError, ["`example`", "shape of one sample"]),
        (
            lambda p: export_onnx(nn.Linear(2, 1), torch.zeros(2, 2, dtype=torch.bfloat16), p),
            TypeError,
            ["`example`", "of a type among float32", "torch.bfloat16"],
        ),
        (lambda p: export_onnx(nn.Linear(2, 1), (True, 2), p), TypeError, ["`example`", "shape of one sample"]),
        (lambda p: export_onnx(nn.Linear(2, 1), (2,), 3), TypeError, ["`path`", "got 3"]),
        (lambda p: export_onnx("net", (2,), p), TypeError, ["`model`", "torch.nn.Module"]),
        (lambda p: export_onnx(nn.Linear(2, 1), (2,), p, tolerance=0), ValueError, ["`tolerance`", "> 0"]),
    ],
)
def test_bad_input_leaves_no_file(call, error, words, tmp_path):
    with pytest.raises(error) as caught:
        call(tmp_path / "net.onnx")
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert list(tmp_path.iterdir()) == []


class Branch(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


@pytest.mark.slow
def test_a_network_that_cannot_be_translated(tmp_path):
    with pytest.raises(ValueError, match=r"`model` must be a network that torch.onnx can translate.*data-dependent"):
        export_onnx(Branch(), (3,), tmp_path / "net.onnx")
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_the_error_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)  # an import of it fails
    with pytest.raises(ImportError) as caught:
        export_onnx(nn.Linear(2, 1), (2,), tmp_path / "net.onnx")
    assert 'onnxscript is missing): pip install "ailiteracy[onnx]"' in str(caught.value)
