import struct
import warnings
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from ailiteracy.vision import load_images, train_resnet
from ailiteracy.vision.folders import open_class_folders


def fill(folder, n, value, *, size=(6, 8), mode="RGB"):
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(n):
        pixels = np.full((*size, 3), value, dtype=np.uint8)
        pixels[..., 0] = number
        Image.fromarray(pixels).convert(mode).save(folder / f"{number}.png")


def test_divided_by_us(tmp_path):
    fill(tmp_path / "dark", 5, 10)
    fill(tmp_path / "light", 10, 240)
    (tmp_path / ".hidden").mkdir()
    data = load_images(tmp_path)
    assert data.classes == ("dark", "light")
    assert data.name == tmp_path.name
    assert data.train_images.shape == (12, 3, 6, 8)
    assert np.bincount(data.test_labels).tolist() == [1, 2]
    assert ((data.train_images[:, 1, 0, 0] > 128).long() == data.train_labels).all()


def test_divided_already(tmp_path):
    for part, n in (("train", 4), ("test", 2)):
        fill(tmp_path / part / "a", n, 10)
        fill(tmp_path / part / "b", n, 240)
    data = load_images(str(tmp_path))
    assert len(data.train_images) == 8
    assert data.test_labels.tolist() == [0, 0, 1, 1]


def test_grey_pictures_have_one_channel(tmp_path):
    fill(tmp_path / "a", 3, 10, mode="L")
    fill(tmp_path / "b", 3, 200, mode="L")
    assert load_images(tmp_path).train_images.shape == (4, 1, 6, 8)
    fill(tmp_path / "b", 1, 200)  # one coloured picture
    assert load_images(tmp_path).train_images.shape == (4, 3, 6, 8)


def test_sizes(tmp_path):
    fill(tmp_path / "a", 2, 10, size=(300, 150))
    fill(tmp_path / "b", 2, 10, size=(20, 90))
    assert load_images(tmp_path).train_images.shape[2:] == (64, 32)  # of the larger ones, scaled down to 64
    assert load_images(tmp_path, size=16).train_images.shape[2:] == (16, 16)


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
def test_one_odd_picture_does_not_decide_the_size(tmp_path, size):
    fill(tmp_path / "a", 1, 10, size=size)  # the first of all
    fill(tmp_path / "b", 9, 10, size=(20, 30))
    (tmp_path / "a" / "1.png").write_bytes((tmp_path / "b" / "1.png").read_bytes())
    data = load_images(tmp_path)
    assert data.train_images.shape[1:] == (3, 20, 30)
    assert len(data.train_images) + len(data.test_images) == 11


def test_sizes_are_looked_for_where_the_first_ones_are_broken(tmp_path):
    fill(tmp_path / "a", 12, 10, size=(20, 30))
    fill(tmp_path / "b", 12, 10, size=(20, 30))
    for path in sorted(tmp_path.rglob("*.png"))[:21]:
        path.write_bytes(b"")
    with pytest.warns(UserWarning, match="21 of 24"), pytest.raises(ValueError, match="a' holds no readable picture"):
        load_images(tmp_path)
    fill(tmp_path / "a", 2, 10, size=(20, 30))
    with pytest.warns(UserWarning, match="19 of 24"):
        assert load_images(tmp_path).train_images.shape[2:] == (20, 30)


def odd_pictures(folder):
    """Fill a folder with files of every odd kind: four cannot be read, seven can."""
    fill(folder, 2, 10, size=(20, 30))
    photo = Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8))
    photo.save(folder / "whole.jpg")
    whole = (folder / "whole.jpg").read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "zero.png").touch()
    (folder / "words.gif").write_text("no picture at all")
    huge = bytearray((folder / "0.png").read_bytes())
    huge[16:24] = struct.pack(">II", 20_000, 20_000)
    huge[29:33] = struct.pack(">I", zlib.crc32(huge[12:29]))
    (folder / "huge.png").write_bytes(huge)
    (folder / "renamed.png").write_bytes(whole)
    photo.convert("CMYK").save(folder / "print.jpg")
    Image.fromarray(np.full((20, 30), 40_000, dtype=np.uint16)).save(folder / "deep.png")
    photo.save(folder / "moving.gif", save_all=True, append_images=[Image.new("RGB", (30, 20), "red")])


def state(folder):
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_a_folder_of_all_odd_kinds_is_trained_on_and_left_as_it_was(tmp_path):
    odd_pictures(tmp_path / "猫")
    fill(tmp_path / "狗" / "deeper", 6, 240, size=(20, 30))
    fill(tmp_path / "狗", 1, 240, size=(1, 1))
    before = state(tmp_path)
    broken = r"4 of 18 picture files cannot be read and were left out: .*huge\.png, .*truncated\.jpg, .*words\.gif, "
    with pytest.warns(UserWarning, match=broken):
        result = train_resnet(tmp_path, epochs=1, device="cpu", progress=False)
    assert result.classes == ("狗", "猫")
    assert result.model.size == (20, 30)
    with pytest.warns(UserWarning, match=broken):
        pictures = open_class_folders(tmp_path)
    assert pictures.class_counts == {"狗": 7, "猫": 7}
    assert state(tmp_path) == before


def test_broken_files_are_named_and_left_out(tmp_path):
    fill(tmp_path / "a", 4, 10)
    fill(tmp_path / "b", 4, 240)
    (tmp_path / "a" / "0.png").write_bytes(b"")
    (tmp_path / "b" / "cut.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "b" / "notes.txt").write_text("no picture, and not meant as one")
    with pytest.warns(UserWarning, match=r"2 of 9 picture files cannot be read.*0\.png.*cut\.jpg") as caught:
        data = load_images(tmp_path)
    assert len(caught) == 1
    assert len(data.train_images) + len(data.test_images) == 7


def test_class_missing_in_the_test_part_is_allowed(tmp_path):
    for name in "ab":
        fill(tmp_path / "train" / name, 3, 10)
    fill(tmp_path / "test" / "a", 2, 10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_images(tmp_path).test_labels.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("train", "test"),
    [("train", "valid"), ("Train", "Validation"), ("training", "testing"), ("training", "val"), ("train", "Test")],
)
def test_other_names_of_the_parts(tmp_path, train, test):
    for part, n in ((train, 4), (test, 2)):
        fill(tmp_path / part / "a", n, 10)
        fill(tmp_path / part / "b", n, 240)
    (tmp_path / "notes").mkdir()  # without pictures it is nothing
    data = load_images(tmp_path)
    assert data.classes == ("a", "b")
    assert (len(data.train_images), len(data.test_images)) == (8, 4)


def test_what_is_left_out_beside_the_parts_is_named(tmp_path):
    for part, n in (("train", 4), ("test", 2), ("val", 3), ("new", 1)):
        fill(tmp_path / part / "a", n, 10)
        fill(tmp_path / part / "b", n, 240)
    with pytest.warns(UserWarning, match="'train' is trained on and 'test' tested on; left out.*: new, val") as caught:
        data = load_images(tmp_path)
    assert caught[0].filename == __file__
    assert (len(data.train_images), len(data.test_images)) == (8, 4)


def test_a_class_may_be_called_train(tmp_path):
    for name in ("bus", "train", "test"):
        fill(tmp_path / name, 3, 10)
    assert load_images(tmp_path).classes == ("bus", "test", "train")
    assert open_class_folders(tmp_path).classes == ("bus", "test", "train")


def test_a_folder_called_test_is_no_test_part(tmp_path):
    fill(tmp_path / "test" / "a", 3, 10)
    (tmp_path / "test" / "b").mkdir()
    with pytest.raises(ValueError, match="b' holds no readable picture"):
        load_images(tmp_path / "test")


def test_parts_are_no_classes(tmp_path):
    for part in ("train", "val"):
        fill(tmp_path / part / "a", 2, 10)
    with pytest.raises(ValueError, match=r"must hold a subfolder for each class, got parts: \['train', 'val'\]"):
        open_class_folders(tmp_path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: [fill(folder / name, 2, 0) for name in ("Train", "test")], ["got parts: ['Train', 'test']"]),
        (
            lambda folder: [fill(folder / part / name, 2, 0) for part in ("valid", "testing") for name in "ab"],
            ["got parts: ['testing', 'valid']", "into a folder train"],
        ),
        (
            lambda folder: [fill(folder / place, 2, 0) for place in ("bus", "train/old", "train/new")],
            ["must hold parts or classes", "class folders in 'train'", "['bus']"],
        ),
        (lambda folder: None, ["must hold a subfolder", "got []"]),
        (lambda folder: fill(folder / "a", 2, 0), ["must hold a subfolder", "['a']"]),
        (lambda folder: [fill(folder / "a", 2, 0), (folder / "b").mkdir()], ["'", "b' holds no readable picture"]),
        (lambda folder: [(folder / name).mkdir(parents=True) for name in "ab"], ["holds no readable picture"]),
        (lambda folder: [fill(folder / "a", 2, 0), fill(folder / "b", 1, 0)], ["at least two", "'b'"]),
        (
            lambda folder: [fill(folder / "train" / name, 2, 0) for name in "ab"] + [fill(folder / "test" / "c", 2, 0)],
            ["classes that train has not", "['c']"],
        ),
    ],
)
def test_bad_folders(tmp_path, make, words):
    make(tmp_path)
    with pytest.raises(ValueError) as caught:
        load_images(tmp_path)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_missing_folder_and_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist"):
        load_images(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(FileNotFoundError, match="file' is a file"):
        load_images(tmp_path / "file")


def test_nested_and_hidden(tmp_path):
    fill(tmp_path / "a" / "2024" / "may", 3, 10)
    fill(tmp_path / "a" / ".thumbnails", 3, 10)
    fill(tmp_path / "b", 2, 240)
    fill(tmp_path / "b" / "deeper", 2, 240)
    (tmp_path / "b" / "._0.png").write_bytes(b"what one system leaves for another")
    data = load_images(tmp_path)
    assert torch.bincount(torch.cat([data.train_labels, data.test_labels])).tolist() == [3, 4]


def test_links_in_a_circle_are_named_and_left_out(tmp_path):
    root = tmp_path / "pets"
    fill(root / "a", 3, 10)
    fill(root / "b", 3, 240)
    (root / "a" / "back").symlink_to(root)
    (root / "b" / "self").symlink_to(root / "b")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pictures = open_class_folders(root)
    texts = " ".join(str(warning.message) for warning in caught)
    assert "a/back" in texts.replace("\\", "/")
    assert "b/self" in texts.replace("\\", "/")
    assert pictures.class_counts == {"a": 3, "b": 3}


@pytest.mark.parametrize("read", [load_images, open_class_folders])
def test_a_class_folder_that_leads_back_up_is_no_class(tmp_path, read):
    """Followed, it would hold all pictures once more, under another name."""
    root = tmp_path / "pets"
    fill(root / "a", 3, 10)
    fill(root / "b", 3, 240)
    (root / "loop").symlink_to(root)
    (root / "top").symlink_to(tmp_path)
    (root / "one").symlink_to(root / "two")
    (root / "two").symlink_to(root / "one")  # they lead nowhere but to one another
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = read(root)
    assert found.classes == ("a", "b")
    texts = [str(warning.message) for warning in caught]
    assert len(texts) == 2
    for name, text in zip(("loop", "top"), texts, strict=True):
        assert f"{name}' is a link to a folder above it; left out" in text
    assert {warning.filename for warning in caught} == {__file__}


def test_class_folders_elsewhere_may_be_linked(tmp_path):
    fill(tmp_path / "elsewhere" / "many" / "cats", 3, 10)
    fill(tmp_path / "pets" / "dog", 3, 240)
    (tmp_path / "pets" / "cat").symlink_to(tmp_path / "elsewhere" / "many")
    assert open_class_folders(tmp_path / "pets").class_counts == {"cat": 3, "dog": 3}


def test_chinese_names(tmp_path):
    for name in ("猫", "狗"):
        fill(tmp_path / "宠物" / name, 3, 10)
    data = load_images(tmp_path / "宠物")
    assert data.classes == tuple(sorted(["猫", "狗"]))
    assert data.name == "宠物"


def test_broken_files_of_class_folders(tmp_path):
    fill(tmp_path / "a", 3, 10)
    fill(tmp_path / "b", 3, 240)
    (tmp_path / "a" / "0.png").write_bytes(b"")
    with pytest.warns(UserWarning, match=r"1 of 6 picture files cannot be read and were left out: .*0\.png") as caught:
        pictures = open_class_folders(tmp_path)
    assert caught[0].filename == __file__
    assert pictures.class_counts == {"a": 2, "b": 3}
    for path in (tmp_path / "b").iterdir():
        path.write_bytes(b"")
    with pytest.warns(UserWarning, match="4 of 6"), pytest.raises(ValueError, match="b' holds no readable picture"):
        open_class_folders(tmp_path)
    assert len(list(tmp_path.rglob("*.png"))) == 6  # nothing was deleted


def test_no_class_folders(tmp_path):
    with pytest.raises(ValueError, match=r"must hold a subfolder for each class, got none"):
        open_class_folders(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist"):
        open_class_folders(tmp_path / "nowhere")


@pytest.mark.realdata
def test_some_real_photos(real_data, tmp_path):
    for part, n in (("train", 20), ("test", 5)):
        for name in ("cat", "ship", "truck"):
            (tmp_path / part / name).mkdir(parents=True)
            for path in sorted((real_data / "cifar10" / part / name).glob("*.jpg"))[:n]:
                (tmp_path / part / name / path.name).symlink_to(path)
    data = load_images(tmp_path)
    assert data.classes == ("cat", "ship", "truck")
    assert data.train_images.shape == (60, 3, 32, 32)
    assert np.bincount(data.test_labels).tolist() == [5, 5, 5]
    assert train_resnet(data, epochs=1, device="cpu").confusion.sum() == 15
