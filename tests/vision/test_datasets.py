import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from ailiteracy.vision import ImageData, datasets, load_images
from ailiteracy.vision.datasets import split


def test_digits():
    data = load_images("digits")
    assert data.train_images.shape == (1438, 1, 8, 8)
    assert data.test_images.shape == (359, 1, 8, 8)
    assert data.train_images.dtype == torch.uint8
    pixels = torch.cat([data.train_images, data.test_images]).flatten(1)
    theirs = np.rint(load_digits().data * 255 / 16).astype(np.uint8)
    assert sorted(map(bytes, pixels.numpy())) == sorted(map(bytes, theirs))
    # Every class gives a fifth to the test.
    counts = np.bincount(load_digits().target)
    np.testing.assert_allclose(np.bincount(data.test_labels), counts / 5, atol=0.5)
    assert torch.equal(data.test_labels, load_images("digits").test_labels)


def test_digits_match_their_labels():
    data, theirs = load_images("digits"), load_digits()
    pixels = np.rint(theirs.data * 255 / 16).astype(np.uint8)
    known = {bytes(row): target for row, target in zip(pixels, theirs.target, strict=True)}
    for image, label in zip(data.test_images[:50], data.test_labels[:50], strict=True):
        assert known[bytes(image.numpy().reshape(-1))] == label


def test_what_the_nearest_class_mean_reaches():
    data = load_images("digits")
    train, test = (images.flatten(1).double() for images in (data.train_images, data.test_images))
    means = torch.stack([train[data.train_labels == number].mean(dim=0) for number in range(10)])
    right = torch.cdist(test, means).argmin(dim=1) == data.test_labels
    assert (int(right.sum()), len(right)) == (317, 359)  # 88.3 %, to be beaten by any network


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.floats(0.05, 0.5))
def test_split_parts_every_class(labels, part):
    first, second = split(torch.tensor(labels), part, seed=0)
    assert sorted([*first.tolist(), *second.tolist()]) == list(range(len(labels)))
    for number, count in zip(*np.unique(labels, return_counts=True), strict=True):
        taken = sum(labels[row] == number for row in second.tolist())
        assert taken == (min(max(1, round(part * count)), count - 1))


def test_arrays_with_names():
    images = np.random.default_rng(0).random((10, 5, 7, 3))
    data = load_images((images, ["b", "a"] * 5))
    assert data.classes == ("a", "b")
    assert data.train_images.shape == (8, 3, 5, 7)
    assert len(data.test_images) == 2
    assert str(data).startswith("your pictures: 8 colour pictures of 5 x 7 pixels to train on and 2 to test on")
    assert load_images(data) is data


def test_arrays_with_gaps_in_the_numbers():
    data = load_images((np.zeros((8, 4, 4)), torch.tensor([3, 7] * 4)))
    assert data.classes == ("3", "7")
    assert set(data.train_labels.tolist()) == {0, 1}


def test_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (reads the global state)
    load_images("digits")
    assert (before == np.random.get_state()[1]).all()  # noqa: NPY002


def test_figure():
    data = load_images("digits")
    assert isinstance(data, ImageData)
    figure = data.plot()
    assert len(figure.axes[0].images) == 32
    assert [text.get_text() for text in figure.axes[0].texts] == [str(int(n)) for n in data.train_labels[:32]]


def test_figure_of_classes(monkeypatch):
    images = np.arange(9, dtype=np.uint8)[:, None, None] * np.ones((4, 4), dtype=np.uint8)
    data = load_images((images, ["b", "a", "a", "b", "a", "c", "c", "a", "a"]))
    drawn = data.plot_classes(n_pictures=3).axes[0]
    values = [int(picture.get_array().max()) for picture in drawn.images]
    wanted = []
    for number in range(3):
        rows = data.train_images[data.train_labels == number][:3, 0, 0, 0].tolist()
        wanted += rows + [255] * (3 - len(rows))  # short rows end in white
    assert values == wanted
    assert [text.get_text() for text in drawn.texts if text.get_text()] == ["a", "b", "c"]
    monkeypatch.setattr(datasets, "MOST_CLASSES", 2)
    assert data.plot_classes().axes[0].get_title() == "The classes of your pictures, 2 of 3"
    with pytest.raises(ValueError, match="`n_pictures` must be an integer >= 1, got 0"):
        data.plot_classes(n_pictures=0)


GREY = np.zeros((4, 8, 8))


@pytest.mark.parametrize("labels", [["b", "a", "b", "a"], [7, 3, 7, 3], [np.int8(7), 3, np.int64(7), 3]])
def test_labels_as_a_column_of_a_table_holds_them(labels):
    data = load_images((GREY, np.array(labels, dtype=object)))
    assert data.classes == tuple(sorted(map(str, set(labels))))
    assert sorted(torch.cat([data.train_labels, data.test_labels]).tolist()) == [0, 0, 1, 1]


@pytest.mark.parametrize("source", ["digits", "mnist", (GREY, [0, 1, 0, 1])])
def test_a_size_is_refused_where_nothing_is_scaled(source):
    with pytest.raises(ValueError, match=r"`size` must be left out for .*, got 32\. Only folders and tiny_imagenet"):
        load_images(source, size=32)
    with pytest.raises(ValueError, match="`size` must be left out for pictures in memory"):
        load_images(load_images("digits"), size=32)


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("minst", ValueError, ["`dataset`", "'mnist'", "got 'minst'", "Did you mean 'mnist'?"]),
        ("xyz", ValueError, ["`dataset`", "folder of class folders"]),
        ("", ValueError, ["`dataset`"]),
        (3, TypeError, ["`dataset`", "one of 'digits'"]),
        ("/no/such/folder", FileNotFoundError, ["/no/such/folder", "does not exist"]),
        ((GREY,), ValueError, ["`dataset`", "a pair (images, labels)", "1 parts"]),
        ((GREY, [0, 1, 0]), ValueError, ["`labels`", "as many as images (4)", "got 3"]),
        ((GREY, [0.0, 1.0, 0.0, 1.0]), TypeError, ["`labels`", "whole numbers or texts"]),
        ((GREY, np.array(["a", 1, "a", 1], dtype=object)), TypeError, ["`labels`", "whole numbers or texts"]),
        ((GREY, np.array([True, False] * 2, dtype=object)), TypeError, ["`labels`", "whole numbers or texts"]),
        ((GREY, np.array(["a", None, "a", None], dtype=object)), TypeError, ["`labels`", "whole numbers or texts"]),
        ((GREY, [[0], [1], [0], [1]]), TypeError, ["`labels`", "a row"]),
        ((GREY, [1, 1, 1, 1]), ValueError, ["`labels`", "two or more classes"]),
        ((GREY, ["a", "a", "a", "b"]), ValueError, ["`labels`", "at least two", "'b'"]),
        ((GREY + np.nan, [0, 1, 0, 1]), ValueError, ["`images`", "finite", "nan"]),
        ((GREY + 16, [0, 1, 0, 1]), ValueError, ["`images`", "0 to 1", "Divide"]),
    ],
)
def test_bad_sources(source, error, words):
    with pytest.raises(error) as caught:
        load_images(source)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_download_is_a_flag():
    with pytest.raises(TypeError, match="`download` must be True or False"):
        load_images("digits", download="yes")
