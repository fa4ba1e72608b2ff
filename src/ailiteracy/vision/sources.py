"""Published sets of pictures: where they come from, how their files are laid out, how to read them.

MNIST and Fashion-MNIST are "idx" files: a few numbers that say the shape, then one byte a pixel. CIFAR-10 comes as
Python pickles, which could run any program when opened; here they are opened by a reader that can build arrays and
nothing else. Files lie where torchvision puts them, so one copy serves both.

Left out: other published sets; put them in a folder with one subfolder for each class (folders.py).
Next: datasets.py, which calls this.
"""

import dataclasses
import gzip
import io
import math
import pathlib
import pickle
import struct
import tarfile
import zlib
from typing import Any

import numpy as np
import torch

from .._support.downloads import MissingDataError, cache_folder, fetch, readable_size
from .._support.files import check_path, whole_file

__all__ = ["DAMAGE", "SOURCES", "Parts", "Source", "read_source"]

Parts = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]  # train images, labels, test images, labels


@dataclasses.dataclass(frozen=True)
class Source:
    """A published set: its files with their hashes and sizes, and its classes."""

    folder: str  # below data_dir, as torchvision lays it
    addresses: tuple[str, ...]
    files: tuple[tuple[str, str, int], ...]  # name at the address, md5, bytes
    classes: tuple[str, ...]


IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
# What reading a damaged pickle raises depends on where the damage is.
DAMAGE = (
    pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError, AttributeError, MemoryError, struct.error,
)  # fmt: skip
CIFAR_BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")

SOURCES = {
    "mnist": Source(
        "MNIST/raw",
        ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
        (
            (IDX[0] + ".gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
            (IDX[1] + ".gz", "d53e105ee54ea40749a09fcbcd1e9432", 28_881),
            (IDX[2] + ".gz", "9fb629c4189551a2d022fa330f9573f3", 1_648_877),
            (IDX[3] + ".gz", "ec29112dd5afa0611ce80d1b7f02629c", 4_542),
        ),
        tuple("0123456789"),
    ),
    "fashion_mnist": Source(
        "FashionMNIST/raw",
        (
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        ),
        (
            (IDX[0] + ".gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
            (IDX[1] + ".gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515),
            (IDX[2] + ".gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102),
            (IDX[3] + ".gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148),
        ),
        ("T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ),
    "cifar10": Source(
        "cifar-10-batches-py",
        ("https://www.cs.toronto.edu/~kriz/", "https://dataset.bj.bcebos.com/cifar/"),
        (("cifar-10-python.tar.gz", "c58f30108f718f92721af3b95e74349a", 170_498_071),),
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    ),
}


def read_source(name: str, *, data_dir: Any = None, download: bool = False) -> Parts:
    """Return the pictures and labels of a published set.

    Parameters
    ----------
    name : str
        A key of `SOURCES`.
    data_dir : str or path-like, optional
        The folder torchvision calls root; by default the cache folder.
    download : bool, default False
        Whether missing files may be fetched.

    Returns
    -------
    tuple of Tensor
        Training pictures (n, channels, height, width) as uint8, training labels (n,), test pictures, test labels.

    Raises
    ------
    MissingDataError
        When files are missing and may not, or cannot, be fetched.
    ValueError
        When a file is damaged.
    """
    source = SOURCES[name]
    root = cache_folder() / "data" if data_dir is None else check_path("data_dir", data_dir)
    folder = root / source.folder
    wanted = CIFAR_BATCHES if name == "cifar10" else IDX
    if not all(_present(folder / file) for file in wanted):
        if not download:
            raise MissingDataError(_missing(name, source, folder, data_dir))
        _download(name, source, folder, wanted)
    if name == "cifar10":
        batches = [_read_cifar(folder / file) for file in wanted]
        train_images, train_labels = (torch.cat(parts) for parts in zip(*batches[:-1], strict=True))
        return train_images, train_labels, *batches[-1]
    train_images, train_labels, test_images, test_labels = (_read_idx(folder / file) for file in wanted)
    for images, labels in ((train_images, train_labels), (test_images, test_labels)):
        if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels) or int(labels.max()) > 9:
            raise ValueError(f"the files in {str(folder)!r} do not belong together. Fetch all four again.")
    return train_images[:, None], train_labels.long(), test_images[:, None], test_labels.long()


def _present(path: pathlib.Path) -> bool:
    """Say whether a file is there, as it is or compressed."""
    return path.is_file() or path.with_name(path.name + ".gz").is_file()


def _read_idx(path: pathlib.Path) -> torch.Tensor:
    """Return the array in an idx file: two zero bytes, the type (8: bytes), how many axes, their lengths, the data."""
    packed = path.with_name(path.name + ".gz")
    try:
        data = path.read_bytes() if path.is_file() else gzip.decompress(packed.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{str(packed)!r} is damaged: {error}. Delete it and fetch it again.") from None
    n_axes = data[3] if data[:3] == b"\0\0\x08" and len(data) > 3 else 0
    start = 4 + 4 * n_axes
    shape = [int.from_bytes(data[place : place + 4], "big") for place in range(4, start, 4)]
    if n_axes == 0 or len(data) <= start or len(data) - start != math.prod(shape):
        raise ValueError(f"{str(path)!r} is damaged or no idx file of bytes. Delete it and fetch it again.")
    values = np.frombuffer(data, dtype=np.uint8, offset=start).copy()
    return torch.from_numpy(values).reshape(shape)


class _Kind:
    """The type of an array of whole numbers, as its pickle writes it."""

    def __init__(self, name: Any, *_: Any) -> None:
        self.dtype = np.dtype(name)
        if self.dtype.kind not in "iu":
            raise TypeError(f"an array of {self.dtype}")

    def __setstate__(self, state: Any) -> None:
        self.dtype = self.dtype.newbyteorder(state[1])


class _Array:
    """An array as its pickle writes it. numpy's own reader believes whatever a damaged file says, and crashes."""

    def __init__(self, *_: Any) -> None:
        self.values: Any = None

    def __setstate__(self, state: Any) -> None:
        _, shape, kind, by_columns, data = state
        self.values = np.frombuffer(data, dtype=kind.dtype).reshape(shape, order="F" if by_columns else "C")


def _from_buffer(data: Any, kind: Any, shape: Any, order: Any) -> _Array:
    """Return an array as pickles of protocol 5 write it."""
    array = _Array()
    array.__setstate__((1, shape, kind, order in ("F", b"F"), data))
    return array


# What stands for the names that the pickle of an array asks for.
STAND_INS: dict[str, Any] = {
    "_reconstruct": _Array,
    "ndarray": _Array,
    "dtype": _Kind,
    "_frombuffer": _from_buffer,
    "encode": lambda text, _: text.encode("latin-1"),  # how protocol 2 writes bytes
}


class _ArrayReader(pickle._Unpickler):
    """A reader of pickles that builds arrays and nothing else, so that opening a file runs no foreign code.

    It is the one written in Python: that in C reserves whatever memory a damaged file asks for.
    """

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for one of the few names an array is made of."""
        if module.split(".")[0] in ("numpy", "_codecs") and name in STAND_INS:
            return STAND_INS[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")


def _read_cifar(path: pathlib.Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Return pictures (n, 3, 32, 32) and labels (n,) of one batch file."""
    try:
        batch = _ArrayReader(io.BytesIO(path.read_bytes()), encoding="bytes").load()
        images, labels = (getattr(batch[key], "values", batch[key]) for key in (b"data", b"labels"))
        # Copies, which may be written to.
        images = np.array(images, dtype=np.uint8).reshape(-1, 3, 32, 32)
        labels = np.array(labels, dtype=np.int64)
    except DAMAGE as error:
        reason = f"is damaged or no CIFAR-10 batch ({error})"
        raise ValueError(f"{str(path)!r} {reason}. Delete it and fetch it again.") from None
    if len(images) != len(labels) or len(labels) == 0 or not 0 <= labels.min() <= labels.max() <= 9:
        raise ValueError(f"{str(path)!r} holds {len(images)} pictures and labels that do not fit. Fetch it again.")
    return torch.from_numpy(images), torch.from_numpy(labels)


def _download(name: str, source: Source, folder: pathlib.Path, wanted: tuple[str, ...]) -> None:
    """Fetch what is missing; an archive is opened for the files wanted and no others."""
    for file, md5, n_bytes in source.files:
        addresses = [base + file for base in source.addresses]
        place = folder.parent / file if file.endswith(".tar.gz") else folder / file
        if file.endswith(".tar.gz") or not _present(folder / file.removesuffix(".gz")):
            fetch(f"{name}/{file}", addresses, known_hash=f"md5:{md5}", n_bytes=n_bytes, target=place)
        if file.endswith(".tar.gz"):
            _unpack(place, folder, wanted)


def _unpack(archive: pathlib.Path, folder: pathlib.Path, wanted: tuple[str, ...]) -> None:
    """Write the wanted files of a tar archive into the folder, whatever paths the archive names."""
    with tarfile.open(archive) as tar:
        for member in tar:
            name = pathlib.PurePosixPath(member.name).name
            content = tar.extractfile(member) if name in wanted and member.isfile() else None  # no links, no folders
            if content is not None:
                with whole_file(folder / name) as part:
                    part.write_bytes(content.read())


def _missing(name: str, source: Source, folder: pathlib.Path, data_dir: Any) -> str:
    """Return what is missing, how large it is, where it comes from and where it belongs."""
    files = ", ".join(file for file, _, _ in source.files)
    size = readable_size(sum(n_bytes for _, _, n_bytes in source.files))
    where = folder.parent if name == "cifar10" else folder
    unpack = " and unpack it there" if name == "cifar10" else ""
    known = "" if data_dir is not None else " If torchvision has it already, pass its root folder as data_dir."
    return (
        f"no {name} files in {str(folder)!r}. Pass download=True to fetch {size}, or download {files} from "
        f"{source.addresses[0]} and put it in {str(where)!r}{unpack}.{known}"
    )
