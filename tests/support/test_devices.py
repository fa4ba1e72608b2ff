"""The device that is asked for, or the reason why not."""

import pytest

from ailiteracy._support.devices import pick_device

torch = pytest.importorskip("torch")


@pytest.fixture
def no_accelerator(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)


@pytest.fixture
def one_cuda(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 1)


def test_cpu():
    assert pick_device("cpu") == torch.device("cpu")
    assert pick_device(torch.device("cpu")) == torch.device("cpu")


@pytest.mark.usefixtures("no_accelerator")
def test_auto_without_accelerator():
    assert pick_device() == torch.device("cpu")


@pytest.mark.usefixtures("one_cuda")
def test_auto_takes_the_accelerator():
    assert pick_device("auto").type == "cuda"
    assert pick_device("cuda:0") == torch.device("cuda:0")
    assert pick_device("cpu").type == "cpu"


def test_the_device_under_test(device):
    tensor = torch.ones(2, device=pick_device(device))
    assert tensor.device.type == device


@pytest.mark.usefixtures("no_accelerator")
@pytest.mark.parametrize(
    ("name", "error", "parts"),
    [
        ("gpu", ValueError, ["`device`", "'cuda:1' or 'mps'", "got 'gpu'", "This machine has cpu."]),
        ("", ValueError, ["`device`", "got ''"]),
        ("cuda", ValueError, ["a device of this machine, got 'cuda'.", "This machine has cpu.", "Use 'auto'"]),
        ("cuda:3", ValueError, ["got 'cuda:3'"]),
        ("mps", ValueError, ["got 'mps'"]),
        (torch.device("cuda"), ValueError, ["got 'cuda'"]),
        (0, TypeError, ["`device`", "a name such as 'auto'", "got 0", "Pass 'auto'."]),
        (None, TypeError, ["got None"]),
    ],
)
def test_bad_device_is_explained(name, error, parts):
    with pytest.raises(error) as caught:
        pick_device(name)
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.usefixtures("one_cuda")
@pytest.mark.parametrize("name", ["cuda:1", "mps"])
def test_a_device_beyond_those_here(name):
    with pytest.raises(ValueError, match=f"got '{name}'. This machine has cpu and cuda."):
        pick_device(name)
