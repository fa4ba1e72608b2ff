"""Picture files as a data set: read when asked for, so that a set may be larger than memory.

A data set for torch is two methods: how many samples there are, and sample number i. Here sample i opens file i. What
stays in memory are names and labels, a few hundred bytes for each picture instead of its pixels.

Left out: caching of what was read; training.CachedDataset does that.
Next: folders.py and tiny_imagenet.py, which find the files.
"""

import hashlib
import pathlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import Dataset

from .._support.checks import check_integer, message
from .._support.downloads import cache_folder
from .._support.figures import new_figure, result_html, text_fonts
from .._support.files import check_path, whole_file
from .._support.progress import progress_bar
from .pictures import read_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PictureFiles", "decoded"]


class PictureFiles(Dataset[tuple[Any, int]]):
    """Pairs (picture, class number) read from files one at a time.

    Parameters
    ----------
    files : sequence of str or path-like
        Picture files of any kind.
    labels : sequence of int
        Class number of each file.
    classes : sequence of str
        Names of the classes; number i is called ``classes[i]``.
    size : int or tuple of int, optional
        Height and width that pictures are brought to (one number: a square). By default each keeps its own.
    transform : callable, optional
        Called on each picture, a tensor of uint8 of shape (3, height, width), when it is read.

    Attributes
    ----------
    files, labels, classes, size, transform
        As given: a tuple of paths, an array of int, a tuple of str.

    Raises
    ------
    ValueError
        When there is not one label for each file, or a label is no class. Reading a broken file raises too, and names
        it.

    Examples
    --------
    >>> pictures = PictureFiles(["a.png", "b.png", "c.png"], [0, 1, 1], ["cat", "dog"])
    >>> len(pictures), pictures.class_counts
    (3, {'cat': 1, 'dog': 2})
    """

    def __init__(
        self,
        files: Sequence[Any],
        labels: Sequence[int] | npt.NDArray[np.int64],
        classes: Sequence[str],
        *,
        size: int | tuple[int, int] | None = None,
        transform: Callable[[torch.Tensor], Any] | None = None,
    ) -> None:
        self.files = tuple(check_path("files", file) for file in files)
        self.labels = np.asarray(labels, dtype=np.int64).reshape(-1)
        self.classes = tuple(str(name) for name in classes)
        self.size = check_size(size)
        self.transform = transform
        if len(self.files) != len(self.labels):
            remedy = "Each picture needs one label."
            raise ValueError(message("labels", f"as many as files ({len(self.files)})", len(self.labels), remedy))
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() < len(self.classes):
            got = f"{self.labels.min()} to {self.labels.max()}"
            expected = f"class numbers from 0 to {len(self.classes) - 1}"
            raise ValueError(message("labels", expected, got, "Name every class in `classes`."))

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.files)

    def __getitem__(self, number: int) -> tuple[Any, int]:
        """Return picture and class number of one file."""
        picture = read_picture(self.files[number], size=self.size)  # (3, height, width)
        return (picture if self.transform is None else self.transform(picture)), int(self.labels[number])

    @property
    def class_counts(self) -> dict[str, int]:
        """How many pictures each class has."""
        counts = np.bincount(self.labels, minlength=len(self.classes))
        return dict(zip(self.classes, counts.tolist(), strict=True))

    def class_weights(self) -> torch.Tensor:
        """Return a weight for each class that makes all classes count the same in a loss.

        Returns
        -------
        Tensor of float, shape (n_classes,)
            ``n_pictures / (n_classes * count)``: 1 for all when the classes are equally large. For
            ``torch.nn.CrossEntropyLoss(weight=...)``; a class without pictures has weight 0.
        """
        counts = torch.from_numpy(np.bincount(self.labels, minlength=len(self.classes)))
        weights = len(self) / (len(self.classes) * counts.clamp(min=1).float())
        return torch.where(counts > 0, weights, 0.0)

    def plot(self) -> "Figure":
        """Return a figure: how many pictures each class has."""
        counts = self.class_counts
        figure = new_figure(6.5, min(12, 1.2 + 0.28 * len(counts)))
        ax = figure.subplots()
        ax.barh(range(len(counts)), list(counts.values()), color="#0072B2")
        ax.set_yticks(range(len(counts)), labels=list(counts), fontfamily=text_fonts())
        ax.invert_yaxis()  # the first class on top
        ax.set(title="How many pictures each class has", xlabel="pictures")
        return figure

    def __repr__(self) -> str:
        counts = self.class_counts
        few, many = (choose(counts, key=lambda name: counts[name]) for choose in (min, max))
        span = f"from {counts[few]:,} ({few!r}) to {counts[many]:,} ({many!r})"
        text = f"{counts[few]:,}" if counts[few] == counts[many] else span
        return f"{len(self):,} picture files in {len(self.classes)} classes, {text} in each."

    def _repr_html_(self) -> str:
        return result_html(self)


def check_size(size: Any) -> tuple[int, int] | None:
    """Return (height, width) from a side, a pair, or None."""
    if size is None:
        return None
    pair = tuple(size) if isinstance(size, tuple | list) else (size, size)
    if len(pair) != 2:
        raise ValueError(message("size", "a side or a pair (height, width)", size, "For example 64."))
    return check_integer("size", pair[0], low=1), check_integer("size", pair[1], low=1)


def decoded(pictures: PictureFiles, size: tuple[int, int], *, label: str, progress: bool = True) -> torch.Tensor:
    """Return all pictures as one tensor of bytes that lies in a file of the cache folder, not in memory.

    The first call reads every picture and writes the file; later calls only open it. The operating system brings in the
    parts that are looked at, and drops them again when memory is short.

    Parameters
    ----------
    pictures : PictureFiles
        What to read.
    size : tuple of int
        Height and width of all.
    label : str
        First part of the file's name, such as "tiny_imagenet_train".
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    Tensor of uint8, shape (n, 3, height, width)
        What is written into it changes memory only, never the file.
    """
    # The name tells which files, as they are now: a changed picture is read again.
    state = hashlib.sha256(repr(size).encode())
    for path in pictures.files:
        about = path.stat()
        state.update(f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}\n".encode())
    place = cache_folder() / "decoded" / f"{label}-{state.hexdigest()[:16]}.bytes"
    shape = (len(pictures), 3, *size)
    if not place.is_file() or place.stat().st_size != np.prod(shape):
        cache_folder(write=True)
        with whole_file(place) as part, part.open("wb") as file:
            for path in progress_bar(pictures.files, label=f"decoding {label}", progress=progress):
                file.write(read_picture(path, size=size).numpy().tobytes())
    values = torch.from_file(str(pathlib.Path(place)), shared=False, size=int(np.prod(shape)), dtype=torch.uint8)
    return values.reshape(shape)
