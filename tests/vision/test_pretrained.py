import hashlib
import pickle

import pytest
import torch
import torchvision

from ailiteracy._support import downloads
from ailiteracy._support.downloads import MissingDataError
from ailiteracy.vision import pretrained
from ailiteracy.vision.pretrained import load_pretrained


def file_of(name, folder):
    """Torchvision's network with weights and statistics that are not those it starts with, and their file."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = getattr(torchvision.models, name)().eval()
        for layer in theirs.modules():
            if isinstance(layer, torch.nn.BatchNorm2d):
                torch.nn.init.uniform_(layer.weight, 0.2, 0.4)
                layer.running_mean.normal_(std=0.1)
                layer.running_var.uniform_(0.5, 1.5)
    path = folder / "weights.pth"
    torch.save(theirs.state_dict(), path)
    return theirs, path


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_same_outputs_and_weights_as_torchvision(name, tmp_path):
    theirs, path = file_of(name, tmp_path)
    before = torch.get_rng_state()
    ours = load_pretrained(name, path=path)
    assert torch.equal(torch.get_rng_state(), before)
    assert not ours.training
    images = torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    normalise = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    with torch.no_grad():
        torch.testing.assert_close(ours(images), theirs(normalise(images)), atol=1e-5, rtol=1e-5)
    numbers = [sum(weight.numel() for weight in net.parameters()) for net in (ours, theirs)]
    assert numbers == [{"resnet18": 11_689_512, "resnet50": 25_557_032}[name]] * 2
    assert (ours.classes[0], len(ours.classes), ours.size) == ("tench", 1000, (224, 224))


def test_missing_file_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(MissingDataError) as caught:
        load_pretrained("resnet50")
    words = ["no weights of resnet50", "'resnet50-0676ba61.pth'", "checkpoints", "download=True", "102.5 MB", "https:"]
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_hash_and_size_are_those_that_torchvision_tells(name):
    kind, known_hash, n_bytes = pretrained.WEIGHTS[name]
    published = getattr(torchvision.models, kind).IMAGENET1K_V1
    assert published.url.endswith(f"/{name}-{known_hash[:8]}.pth")
    assert len(known_hash) == 64
    assert published.meta["_file_size"] == round(n_bytes / 2**20, 3)


def test_download_that_fails(tmp_path, monkeypatch):
    asked = []

    def fail(url, *_, **__):
        asked.append(url)
        raise ConnectionError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("AILITERACY_MIRROR", "http://mirror.invalid/")
    monkeypatch.setattr(downloads, "_receive", fail)
    with pytest.raises(MissingDataError, match=r"cannot fetch 'weights/resnet18.*\(46.8 MB\).*no route.*by hand.*hub"):
        load_pretrained(download=True)
    official = "https://download.pytorch.org/models/resnet18-f37072fd.pth"
    assert asked == ["http://mirror.invalid/weights/resnet18-f37072fd.pth", official]


def test_download_lands_in_torchs_folder(tmp_path, monkeypatch):
    theirs, path = file_of("resnet18", tmp_path)
    place = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"

    def receive(url, part, *_, **__):
        part.write_bytes(path.read_bytes())

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(downloads, "_receive", receive)
    with pytest.raises(MissingDataError, match="a wrong hash"):
        load_pretrained(download=True)
    assert not place.exists()
    known = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setitem(pretrained.WEIGHTS, "resnet18", ("ResNet18_Weights", known, path.stat().st_size))
    assert torch.equal(load_pretrained(download=True).head.weight, theirs.fc.weight)
    assert place.read_bytes() == path.read_bytes()


def test_file_in_torchs_folder_is_found(tmp_path, monkeypatch):
    theirs, path = file_of("resnet18", tmp_path)
    place = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    place.parent.mkdir(parents=True)
    path.rename(place)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert torch.equal(load_pretrained("resnet18").head.weight, theirs.fc.weight)


class Evil:
    def __reduce__(self):
        return print, ("a program ran",)


def test_a_pickle_that_is_a_program_is_refused(tmp_path, capsys):
    for name, save in (("a.pth", torch.save), ("b.pth", lambda value, file: file.write_bytes(pickle.dumps(value)))):
        save({"conv1.weight": Evil()}, tmp_path / name)
        with pytest.raises(ValueError, match="damaged or holds more than weights"):
            load_pretrained("resnet18", path=tmp_path / name)
    assert "a program ran" not in capsys.readouterr().out


def test_bad_files(tmp_path):
    _, path = file_of("resnet18", tmp_path)
    with pytest.raises(ValueError, match=r"`path` must be weights of resnet50 with .* resnet50-0676ba61.pth"):
        load_pretrained("resnet50", path=path)
    cut = tmp_path / "cut.pth"
    cut.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="damaged"):
        load_pretrained("resnet18", path=cut)
    for content in (b"", b"abc", b".", b"\x80\x02(."):
        cut.write_bytes(content)
        with pytest.raises(ValueError, match=r"cut\.pth' is damaged"):
            load_pretrained("resnet18", path=cut)
    torch.save([1, 2], cut)
    with pytest.raises(ValueError, match=r"a file with a dict of tensors, got 'list'"):
        load_pretrained("resnet18", path=cut)
    with pytest.raises(MissingDataError, match=r"no file .*nothing.pth"):
        load_pretrained("resnet18", path=tmp_path / "nothing.pth")
    with pytest.raises(TypeError, match="`download`"):
        load_pretrained(download="yes")
