"""Pictures with labels, in memory, in a part to train on and a part to test on.

Small pictures are small: all 70,000 of MNIST take 55 MB as bytes. Held as one tensor they need no loader, no workers
and no waiting. The test part is set aside once and for all, the same for everyone who asks for the same set.

Left out: pictures with several labels. For sets larger than memory see picture_files.py.
Next: models.py.
"""

import dataclasses
import os
import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from .._support.arrays import plain_labels
from .._support.checks import check_choice, check_flag, check_integer, message
from .._support.figures import new_figure, result_html, text_fonts
from .._support.files import check_path
from .folders import read_folder
from .picture_files import check_size, decoded
from .pictures import as_pictures
from .sources import SOURCES, read_source
from .tiny_imagenet import open_tiny_imagenet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ImageData", "load_images", "show_pictures", "split"]

NAMES = ("digits", *SOURCES, "tiny_imagenet")
TEST_PART = 0.2  # of every class, where a set does not come divided
MOST_CLASSES = 20  # rows in a figure of classes
SPLIT_SEED = 0  # fixed: results on the test part can be compared


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ImageData:
    """Labelled pictures.

    Parameters
    ----------
    name : str
        What the set is called.
    train_images : Tensor of shape (n, channels, height, width)
        Bytes from 0 to 255 (floats from 0 to 1 when such were given).
    train_labels : Tensor of int, shape (n,)
        Class numbers.
    test_images, test_labels : Tensor
        The same for the pictures set aside.
    classes : tuple of str
        Names of the classes; number i is called ``classes[i]``.
    """

    name: str
    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor
    classes: tuple[str, ...]

    def plot(self) -> "Figure":
        """Return a figure of the first 32 training pictures with their classes."""
        names = [self.classes[number] for number in self.train_labels[:32]]
        return show_pictures(self.train_images[:32], names, title=f"Some of {self.name}")

    def plot_classes(self, *, n_pictures: int = 8) -> "Figure":
        """Return a figure with a row for each class: its first training pictures.

        Parameters
        ----------
        n_pictures : int, default 8
            At most this many of a class; of more than 20 classes the first 20 are shown.
        """
        n_pictures = check_integer("n_pictures", n_pictures, low=1)
        shown = self.classes[:MOST_CLASSES]
        blank = torch.full_like(self.train_images[:1], 255 if self.train_images.dtype == torch.uint8 else 1)
        images, names = [], []
        for number, name in enumerate(shown):
            rows = (self.train_labels == number).nonzero()[:n_pictures, 0]
            images += [self.train_images[rows], blank.expand(n_pictures - len(rows), -1, -1, -1)]  # a full row
            names += [name] + [""] * (n_pictures - 1)
        few = f", {len(shown)} of {len(self.classes)}" if len(shown) < len(self.classes) else ""
        title = f"The classes of {self.name}{few}"
        return show_pictures(torch.cat(images), names, title=title, n_columns=n_pictures)

    def __repr__(self) -> str:
        _, channels, height, width = self.train_images.shape
        kind = {1: "grey", 3: "colour"}[channels]
        return (
            f"{self.name}: {len(self.train_images):,} {kind} pictures of {height} x {width} pixels to train on and "
            f"{len(self.test_images):,} to test on, in {len(self.classes)} classes."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def load_images(
    dataset: Any, *, data_dir: Any = None, download: bool = False, size: int | None = None, progress: bool = True
) -> ImageData:
    """Return labelled pictures by name, from a folder, or from arrays.

    Parameters
    ----------
    dataset : str, path-like or tuple
        "digits" (1,797 pictures inside scikit-learn), "mnist", "fashion_mnist", "cifar10", "tiny_imagenet"; or a folder
        that holds one folder of pictures for each class, or train and test with these below; or a pair of arrays
        (images, labels), at least two pictures of each class.
    data_dir : str or path-like, optional
        Where the files of a named set lie, as torchvision lays them below its root; default: the cache folder.
    download : bool, default False
        Whether missing files of a named set may be fetched.
    size : int, optional
        For folders and tiny_imagenet: side of the square that pictures are brought to. Default: height and width of a
        picture of middle size, scaled down until both are at most 64.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    ImageData
        Training and test part with class names.

    Raises
    ------
    MissingDataError
        A FileNotFoundError: when files are missing; it says where to get them and where to put them.
    ValueError, TypeError
        When the dataset is unknown or damaged, or pictures and labels do not fit.

    Notes
    -----
    Where a set does not come divided, a fifth of every class, chosen by a fixed seed, becomes the test part.

    The pictures of tiny_imagenet are read once and kept as bytes in a file of the cache folder (1.4 GB); the tensors
    look into that file, so they take memory only while they are looked at. Its validation part stands for the test.

    Examples
    --------
    >>> load_images("digits")
    digits: 1,438 grey pictures of 8 x 8 pixels to train on and 359 to test on, in 10 classes.
    """
    check_flag("download", download)
    if isinstance(dataset, ImageData | tuple | list):
        _refuse_size("pictures in memory", size)
        return dataset if isinstance(dataset, ImageData) else _from_arrays(dataset)
    if isinstance(dataset, str) and dataset in ("digits", *SOURCES):
        _refuse_size(dataset, size)
    if dataset == "digits":
        return _digits()
    if isinstance(dataset, str) and dataset in SOURCES:
        parts = read_source(dataset, data_dir=data_dir, download=download)
        return ImageData(dataset, *parts, classes=SOURCES[dataset].classes)
    if isinstance(dataset, str) and dataset == "tiny_imagenet":
        return _tiny_imagenet(data_dir, download, size, progress)
    if isinstance(dataset, os.PathLike) or (isinstance(dataset, str) and _like_a_path(dataset)):
        return _from_folder(check_path("dataset", dataset), size, progress)
    remedy = "Or pass a folder of class folders, or a pair of arrays (images, labels)."
    check_choice("dataset", dataset, NAMES, remedy)
    raise ValueError(message("dataset", "a name or a folder", dataset, remedy))


def split(labels: torch.Tensor, part: float, *, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return two sets of row numbers; the second takes `part` of every class: at least one row, never all; none for 0.

    Parameters
    ----------
    labels : Tensor of int, shape (n,)
        Class numbers.
    part : float
        From 0 to 1.
    seed : int
        Where chance comes from.

    Returns
    -------
    tuple of Tensor
        Sorted row numbers; a class with a single row stays in the first set.

    Examples
    --------
    >>> rest, taken = split(torch.tensor([0, 0, 0, 0, 1, 1]), 0.25, seed=0)
    >>> len(rest), len(taken)
    (4, 2)
    """
    rng = np.random.default_rng(seed)
    first, second = [], []
    for number in np.unique(labels.numpy()):
        rows = rng.permutation(np.flatnonzero(labels.numpy() == number))
        n_taken = min(max(1, round(part * len(rows))), len(rows) - 1) if part else 0
        second.append(rows[:n_taken])
        first.append(rows[n_taken:])
    return torch.from_numpy(np.sort(np.concatenate(first))), torch.from_numpy(np.sort(np.concatenate(second)))


def show_pictures(
    images: torch.Tensor, names: list[str], *, title: str, colours: list[str] | None = None, n_columns: int = 8
) -> "Figure":
    """Return a figure with the pictures in rows of eight, each under its name."""
    n_rows = max(1, -(-len(images) // n_columns))
    figure = new_figure(n_columns * 1.1, n_rows * 1.3 + 0.4)
    ax = figure.subplots()  # all pictures stand in one set of axes: sixty-four sets would take seconds to lay out
    for place, (image, name) in enumerate(zip(images, names, strict=True)):
        top = 255 if image.dtype == torch.uint8 else 1
        pixels = image.permute(1, 2, 0).numpy()  # (height, width, channels)
        scale = 0.9 / max(pixels.shape[:2])  # the longer side is 0.9 units, rows are 1.15 apart
        row, column = 1.15 * (place // n_columns), place % n_columns
        box = (column, column + scale * pixels.shape[1], row + scale * pixels.shape[0], row)  # left, right, bottom, top
        ax.imshow(pixels, cmap="gray", vmin=0, vmax=top, extent=box, interpolation="nearest")
        colour = colours[place] if colours else "black"
        ax.text(column + 0.45, row - 0.03, name, color=colour, fontsize=8, ha="center", fontfamily=text_fonts())
    ax.set(title=title, xlim=(-0.05, n_columns), ylim=(1.15 * n_rows, -0.3), aspect="equal")
    ax.set_axis_off()
    return figure


def _refuse_size(what: str, size: Any) -> None:
    """Refuse a size where nothing would be scaled."""
    if size is not None:
        remedy = "Only folders and tiny_imagenet are scaled."
        raise ValueError(message("size", f"left out for {what}, which keep their own", size, remedy))


def _digits() -> ImageData:
    """Return scikit-learn's handwritten digits; their grey levels 0 to 16 become 0 to 255."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)
    return _divided("digits", torch.from_numpy(images)[:, None], torch.from_numpy(digits.target), tuple("0123456789"))


def _from_arrays(pair: Any) -> ImageData:
    if len(pair) != 2:
        raise ValueError(message("dataset", "a pair (images, labels)", f"{len(pair)} parts", "Pass two arrays."))
    images = as_pictures("images", pair[0])
    names, labels = _class_numbers(pair[1], len(images))
    return _divided("your pictures", images, torch.from_numpy(labels), names)


def _class_numbers(labels: Any, n_images: int) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Return the class names in order and the number of each picture's class."""
    labels = plain_labels(np.asarray(labels))
    if labels.ndim != 1 or labels.dtype.kind not in "iuU":
        remedy = "Use class numbers or names, one for each picture."
        raise TypeError(message("labels", "a row of whole numbers or texts", labels, remedy))
    if len(labels) != n_images:
        remedy = "Each picture needs one label."
        raise ValueError(message("labels", f"as many as images ({n_images})", len(labels), remedy))
    names, classes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if len(names) < 2:
        raise ValueError(message("labels", "of two or more classes", f"{len(names)} class", "Add another class."))
    if counts.min() < 2:
        rare = str(names[counts.argmin()])
        remedy = "One picture trains, another one tests: add pictures or leave the class out."
        raise ValueError(message("labels", "at least two of every class", f"one of class {rare!r}", remedy))
    return tuple(str(name) for name in names), classes.astype(np.int64)


def _from_folder(folder: pathlib.Path, size: int | None, progress: bool) -> ImageData:
    train, test, classes = read_folder(folder, size=size, progress=progress)
    if test is None:
        _class_numbers(np.asarray(classes)[train[1].numpy()], len(train[1]))  # two of every class, or a worded error
        return _divided(folder.name, *train, classes)
    return ImageData(folder.name, *train, *test, classes)


def _tiny_imagenet(data_dir: Any, download: bool, size: int | None, progress: bool) -> ImageData:
    """Return training and validation part, decoded into files of the cache folder."""
    side = check_size(size) or (64, 64)
    train, val = (open_tiny_imagenet(data_dir, part=part, download=download) for part in ("train", "val"))
    train_images, val_images = (
        decoded(pictures, side, label=f"tiny_imagenet_{part}", progress=progress)
        for pictures, part in ((train, "train"), (val, "val"))
    )
    train_labels, val_labels = torch.from_numpy(train.labels), torch.from_numpy(val.labels)
    return ImageData("tiny_imagenet", train_images, train_labels, val_images, val_labels, train.classes)


def _divided(name: str, images: torch.Tensor, labels: torch.Tensor, classes: tuple[str, ...]) -> ImageData:
    """Return the set with a fixed fifth of every class set aside for the test."""
    train, test = split(labels, TEST_PART, seed=SPLIT_SEED)
    return ImageData(name, images[train], labels[train], images[test], labels[test], classes)


def _like_a_path(text: str) -> bool:
    """Say whether a text is meant as a path: it has a separator or ~, or such a folder exists."""
    return "/" in text or "\\" in text or text.startswith(("~", ".")) or (text != "" and pathlib.Path(text).is_dir())
