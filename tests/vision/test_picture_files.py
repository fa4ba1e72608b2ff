import os

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms.v2 import functional as V

from ailiteracy.vision import picture_files
from ailiteracy.vision.folders import open_class_folders
from ailiteracy.vision.picture_files import PictureFiles, decoded


def fill(folder, n, *, seed=0, size=(6, 8), ending="png"):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for number in range(n):
        pixels = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.{ending}")


@pytest.fixture
def pets(tmp_path):
    root = tmp_path / "pets"
    fill(root / "dog", 3, seed=1)
    fill(root / "cat.big", 11, seed=2)  # 10.png comes before 2.png; a dot in a name is part of it
    fill(root / "cat.big" / "more", 2, seed=3)
    fill(root / "猫", 2, seed=4)
    (root / "notes.txt").write_text("not a class")
    return root


def test_torchvision_finds_the_same(pets):
    theirs, mine = ImageFolder(pets), open_class_folders(pets)
    assert list(mine.classes) == theirs.classes
    assert [(str(path), label) for path, label in zip(mine.files, mine.labels, strict=True)] == theirs.samples
    for number in (0, 5, len(mine) - 1):
        picture, label = mine[number]
        pillow, target = theirs[number]
        assert torch.equal(picture, V.pil_to_tensor(pillow))
        assert (label, type(label)) == (target, int)


def test_a_loader_takes_it(pets):
    seen = []

    def transform(picture):
        seen.append(picture.dtype)
        return picture.float() / 255

    pictures = open_class_folders(pets, size=(4, 5), transform=transform)
    images, labels = next(iter(DataLoader(pictures, batch_size=6)))
    assert images.shape == (6, 3, 4, 5)
    assert float(images.max()) <= 1
    assert labels.tolist() == [0] * 6
    assert seen == [torch.uint8] * 6


def test_nothing_is_read_before_it_is_asked_for(pets, monkeypatch):
    monkeypatch.setattr(picture_files, "read_picture", lambda path, size: path.name)
    pictures = open_class_folders(pets, check=False)
    (pets / "dog" / "0.png").unlink()
    assert pictures[len(pictures) - 1] == ("1.png", 2)


def test_counts_and_weights(pets):
    pictures = open_class_folders(pets)
    assert pictures.class_counts == {"cat.big": 13, "dog": 3, "猫": 2}
    torch.testing.assert_close(pictures.class_weights(), torch.tensor([18 / 39, 18 / 9, 18 / 6]))
    weights = pictures.class_weights()[torch.from_numpy(pictures.labels)]
    assert float(weights.sum()) == pytest.approx(18)  # on average 1
    assert str(pictures) == "18 picture files in 3 classes, from 2 ('猫') to 13 ('cat.big') in each."
    assert PictureFiles([], [], ["a"]).class_weights().tolist() == [0]


def test_weights_are_those_of_scikit_learn(pets):
    from sklearn.utils.class_weight import compute_class_weight

    pictures = open_class_folders(pets)
    theirs = compute_class_weight("balanced", classes=np.arange(3), y=pictures.labels)
    np.testing.assert_allclose(pictures.class_weights(), theirs, rtol=1e-6)


def test_figure(pets):
    figure = open_class_folders(pets).plot()
    assert [bar.get_width() for bar in figure.axes[0].patches] == [13, 3, 2]
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["cat.big", "dog", "猫"]


def test_a_broken_file_is_named_when_read(pets):
    pictures = open_class_folders(pets, check=False)
    (pets / "dog" / "1.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"1\.png' is empty \(0 bytes\)"):
        pictures[14]


def test_decoded_once_and_kept_in_a_file(pets, tmp_path, monkeypatch):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "cache"))
    pictures = open_class_folders(pets)
    images = decoded(pictures, (4, 5), label="pets")
    for number in (0, 17):
        assert torch.equal(images[number], picture_files.read_picture(pictures.files[number], size=(4, 5)))
    images[0] = 7  # memory only
    reads = []
    monkeypatch.setattr(picture_files, "read_picture", lambda path, size: reads.append(path) or torch.zeros(3, *size))
    again = decoded(pictures, (4, 5), label="pets")
    assert not reads
    assert not (again[0] == 7).all()
    os.utime(pets / "dog" / "0.png", ns=(1, 1))  # a changed picture is read again, with all others
    decoded(pictures, (4, 5), label="pets")
    assert len(reads) == 18


def test_half_of_a_decoded_file_is_written_again(pets, tmp_path, monkeypatch):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "cache"))
    pictures = open_class_folders(pets)
    images = decoded(pictures, (4, 5), label="pets").clone()
    (place,) = (tmp_path / "cache" / "decoded").iterdir()
    place.write_bytes(place.read_bytes()[:100])
    assert torch.equal(decoded(pictures, (4, 5), label="pets"), images)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: PictureFiles(["a.png"], [0, 1], ["a", "b"]),
            ValueError,
            ["`labels`", "as many as files (1)", "got 2"],
        ),
        (lambda: PictureFiles(["a.png"], [2], ["a", "b"]), ValueError, ["`labels`", "0 to 1", "2 to 2", "`classes`"]),
        (lambda: PictureFiles([3], [0], ["a"]), TypeError, ["`files`", "a path", "got 3"]),
        (lambda: PictureFiles([], [], [], size=0), ValueError, ["`size`", ">= 1", "got 0"]),
        (lambda: PictureFiles([], [], [], size=(1, 2, 3)), ValueError, ["`size`", "(height, width)"]),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
