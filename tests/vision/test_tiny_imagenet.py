import hashlib
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils._python_dispatch import TorchDispatchMode
from torchvision.datasets import ImageFolder

from ailiteracy._support.downloads import MissingDataError
from ailiteracy.vision import load_images, resnet, speed_net, tiny_imagenet, train_resnet
from ailiteracy.vision.tiny_imagenet import open_tiny_imagenet

# WordNet names as they lie in the archive: not sorted.
WORDS = {"n02124075": "Egyptian cat", "n01443537": "goldfish, Carassius auratus", "n03126707": "crane"}
MORE_WORDS = "n02012849\tcrane\nn00001740\tentity\nn02124075\tEgyptian cat\n"


def save(path, seed, *, size=64, mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    Image.fromarray(pixels).convert(mode).save(path, format="JPEG")


@pytest.fixture
def made(tmp_path):
    """A small set in the layout of the original."""
    root = tmp_path / "data" / "tiny-imagenet-200"
    for number, wnid in enumerate(WORDS):
        for i in range(4):
            mode = "L" if i == 3 else "RGB"  # some pictures of the original are grey
            save(root / "train" / wnid / "images" / f"{wnid}_{i}.JPEG", 10 * number + i, mode=mode)
        boxes = "".join(f"{wnid}_{i}.JPEG\t0\t10\t63\t58\n" for i in range(4))
        (root / "train" / wnid / f"{wnid}_boxes.txt").write_text(boxes)
    table = ""
    for i, wnid in enumerate([*WORDS, *WORDS]):
        save(root / "val" / "images" / f"val_{i}.JPEG", 100 + i)
        table += f"val_{i}.JPEG\t{wnid}\t0\t32\t44\t62\n"
    (root / "val" / "val_annotations.txt").write_text(table)
    save(root / "test" / "images" / "test_0.JPEG", 200)
    (root / "wnids.txt").write_text("\n".join(WORDS) + "\n")
    lines = "".join(f"{wnid}\t{meaning}\n" for wnid, meaning in WORDS.items())
    (root / "words.txt").write_text(MORE_WORDS + lines)
    return root


def state(root):
    """Every file with its bytes and times."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return [(str(path), hashlib.md5(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files]


def test_training_part_is_what_torchvision_finds(made):
    pictures, theirs = open_tiny_imagenet(made.parent), ImageFolder(made / "train")
    assert [(str(path), label) for path, label in zip(pictures.files, pictures.labels, strict=True)] == theirs.samples
    assert pictures.classes == ("goldfish", "Egyptian cat", "crane")
    assert pictures.class_counts == {"goldfish": 4, "Egyptian cat": 4, "crane": 4}
    assert pictures[3][0].shape == (3, 64, 64)  # a grey one


def test_validation_labels_come_from_the_table(made):
    pictures = open_tiny_imagenet(made, part="val")  # the folder itself will do too
    assert [path.name for path in pictures.files] == [f"val_{i}.JPEG" for i in range(6)]
    assert pictures.labels.tolist() == [1, 0, 2, 1, 0, 2]
    with Image.open(made / "val" / "images" / "val_4.JPEG") as theirs:
        assert (pictures[4][0].permute(1, 2, 0).numpy() == np.asarray(theirs)).all()


def test_nothing_is_moved_or_written(made, tmp_path, monkeypatch):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "cache"))
    before = state(made)
    load_images("tiny_imagenet", data_dir=made.parent)
    assert state(made) == before


def test_equal_names_are_told_apart(made):
    (made / "words.txt").write_text("n02124075\tcrane, bird\nn01443537\tcrane, machine\n")
    assert open_tiny_imagenet(made).classes == ("crane, machine", "crane, bird", "n03126707")


def test_load_images(made, tmp_path, monkeypatch):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "cache"))
    data = load_images("tiny_imagenet", data_dir=made.parent)
    assert data.train_images.shape == (12, 3, 64, 64)
    assert data.test_labels.tolist() == [1, 0, 2, 1, 0, 2]
    assert torch.equal(data.train_images[5], open_tiny_imagenet(made)[5][0])
    assert load_images("tiny_imagenet", data_dir=made, size=32).test_images.shape == (6, 3, 32, 32)
    assert str(data).startswith("tiny_imagenet: 12 colour pictures of 64 x 64 pixels to train on and 6 to test on")


class LargestCopy(TorchDispatchMode):
    """Watches every operation of torch for tensors of bytes that are not part of the given ones."""

    def __init__(self, *given):
        super().__init__()
        self.given, self.n_pictures = {tensor.untyped_storage().data_ptr() for tensor in given}, 0

    def __torch_dispatch__(self, function, types, arguments=(), options=None):
        """Call the operation and remember how many pictures its results hold."""
        results = function(*arguments, **(options or {}))
        for result in results if isinstance(results, tuple | list) else [results]:
            pictures = isinstance(result, torch.Tensor) and result.dtype == torch.uint8 and result.ndim >= 3
            if pictures and result.untyped_storage().data_ptr() not in self.given:
                self.n_pictures = max(self.n_pictures, len(result))
        return results


@pytest.mark.parametrize(("model", "flip"), [("resnet8", False), ("speednet_small", True)])
def test_training_looks_into_the_file_and_copies_a_batch_at_a_time(made, tmp_path, monkeypatch, model, flip):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "cache"))
    for number, wnid in enumerate(WORDS):
        for i in range(4, 30):
            save(made / "train" / wnid / "images" / f"{wnid}_{i}.JPEG", 1000 + 30 * number + i)
    data = load_images("tiny_imagenet", data_dir=made.parent)
    assert len(data.train_images) == 90
    # What is computed from a part of a large set is computed from a part of this small one, too.
    monkeypatch.setattr(resnet, "MOST_PIXELS", 10 * 64 * 64)
    monkeypatch.setattr(speed_net, "PATCHED", 6)
    with LargestCopy(data.train_images, data.test_images) as seen:
        result = train_resnet(data, model=model, flip=flip, epochs=2, batch_size=8, device="cpu", progress=False)
    assert len(result.history) == 2
    # Batches of 8 are picked one by one or joined to 9; the 9 of the validation and 6 of the test are one batch each.
    assert 8 <= seen.n_pictures <= 10
    with LargestCopy(data.train_images) as seen:  # it does notice a copy
        data.train_images[torch.arange(90)]
    assert seen.n_pictures == 90


def test_missing_says_what_where_and_how(tmp_path):
    with pytest.raises(MissingDataError) as caught:
        load_images("tiny_imagenet", data_dir=tmp_path)
    words = ["248.1 MB", "download=True", "cs231n.stanford.edu/tiny-imagenet-200.zip", "unpack", str(tmp_path)]
    for word in [*words, "wnids.txt", "pass that folder as data_dir"]:
        assert word in str(caught.value), str(caught.value)


def zipped(root, place, *, evil=None):
    with zipfile.ZipFile(place, "w") as file:
        for path in sorted(root.rglob("*")):
            file.write(path, path.relative_to(root.parent))
        if evil:
            file.writestr(evil, "harm")
    return place.read_bytes()


def test_fetched_and_unpacked(made, tmp_path, monkeypatch):
    content, asked = zipped(made, tmp_path / "made.zip"), []

    def fetch(name, addresses, *, known_hash, n_bytes, target):
        asked.append((name, known_hash, n_bytes))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    monkeypatch.setattr(tiny_imagenet, "fetch", fetch)
    new = tmp_path / "new"
    assert len(open_tiny_imagenet(new, download=True)) == 12
    assert asked == [("tiny_imagenet/tiny-imagenet-200.zip", "md5:90528d7ca1a48142e341f4ef8d21d0de", 248_100_043)]
    assert sorted(path.name for path in new.iterdir()) == ["tiny-imagenet-200", "tiny-imagenet-200.zip"]
    open_tiny_imagenet(new, download=True)  # not fetched twice
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda root: (root / "words.txt").unlink(), ["words.txt' is missing", "Unpack"]),
        (lambda root: (root / "wnids.txt").write_text(""), ["wnids.txt' must list the classes"]),
        (lambda root: (root / "wnids.txt").write_bytes(b"\xff\xfe"), ["wnids.txt' cannot be read"]),
        (lambda root: (root / "wnids.txt").write_text("n01443537 n00000000"), ["n00000000' holds no picture"]),
        (lambda root: (root / "val" / "images" / "val_2.JPEG").unlink(), ["val_2.JPEG' is listed", "missing"]),
        (lambda root: (root / "val" / "val_annotations.txt").write_text("val_0.JPEG"), ["names no file and class"]),
        (lambda root: (root / "val" / "val_annotations.txt").write_text("../x.JPEG\tn01443537"), ["names no file"]),
        (lambda root: (root / "val" / "images" / "val_2.JPEG").write_bytes(b""), ["val_2.JPEG' is empty"]),
    ],
)
def test_damaged(made, tmp_path, monkeypatch, spoil, words):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "cache"))
    spoil(made)
    with pytest.raises(ValueError) as caught:
        load_images("tiny_imagenet", data_dir=made)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_parts_with_labels_only(made):
    with pytest.raises(ValueError, match=r"`part` must be one of .*got 'test'\. The test part has no labels"):
        open_tiny_imagenet(made, part="test")
