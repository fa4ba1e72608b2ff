"""Tiny ImageNet: 200 classes, 100,000 pictures of 64 x 64 to train on, 10,000 to validate, 10,000 without labels.

It is used as it comes: train/<class>/images/*.JPEG, val/images with a table of labels, words.txt with what the class
numbers of WordNet mean. Nothing is moved, so nothing can be moved wrongly or twice.

Left out: the boxes around the things in the pictures; their files stay where they are.
Next: datasets.py.
"""

import pathlib
from collections.abc import Callable
from typing import Any

import torch

from .._support.checks import check_choice, check_flag
from .._support.downloads import MissingDataError, cache_folder, fetch, readable_size
from .._support.files import check_path
from ._archives import unpack_zip
from .folders import list_pictures
from .picture_files import PictureFiles

__all__ = ["open_tiny_imagenet"]

FOLDER = "tiny-imagenet-200"
ADDRESS = "http://cs231n.stanford.edu/tiny-imagenet-200.zip"
HASH, N_BYTES = "md5:90528d7ca1a48142e341f4ef8d21d0de", 248_100_043


def open_tiny_imagenet(
    data_dir: Any = None,
    *,
    part: str = "train",
    download: bool = False,
    size: int | tuple[int, int] | None = None,
    transform: Callable[[torch.Tensor], Any] | None = None,
) -> PictureFiles:
    """Return Tiny ImageNet as a data set that reads each picture when it is asked for.

    Parameters
    ----------
    data_dir : str or path-like, optional
        The folder that holds tiny-imagenet-200, or that folder itself; by default the cache folder.
    part : str, default "train"
        "train" or "val". The test part has no labels: report results on "val", and choose on a part of "train".
    download : bool, default False
        Whether it may be fetched (248 MB) and unpacked when it is missing.
    size : int or tuple of int, optional
        Height and width that pictures are brought to; by default they stay as they are, 64 x 64.
    transform : callable, optional
        Called on each picture, a tensor of uint8 of shape (3, 64, 64), when it is read.

    Returns
    -------
    PictureFiles
        Class numbers follow the sorted WordNet names, as torchvision's ImageFolder on train/ has them; the names in
        ``classes`` are the first words of their meanings.

    Raises
    ------
    MissingDataError
        A FileNotFoundError: when it is not there; the message says where to get it and where to put it.
    ValueError
        When files of it are missing or damaged.

    References
    ----------
    Le and Yang, "Tiny ImageNet visual recognition challenge", 2015.
    """
    check_choice("part", part, ("train", "val"), "The test part has no labels.")
    root = _find(data_dir, download)
    ids = sorted(_read(root / "wnids.txt").split())  # WordNet names, such as n01443537
    if len(ids) < 2:
        raise ValueError(f"{str(root / 'wnids.txt')!r} must list the classes, got {ids}. Unpack the archive again.")
    numbers = {name: number for number, name in enumerate(ids)}
    files, labels = _train_files(root, numbers) if part == "train" else _val_files(root, numbers)
    return PictureFiles(files, labels, _meanings(root, ids), size=size, transform=transform)


def _find(data_dir: Any, download: bool) -> pathlib.Path:
    """Return the folder with wnids.txt, fetched and unpacked when it is missing and may be."""
    folder = cache_folder() / "data" if data_dir is None else check_path("data_dir", data_dir)
    for root in (folder / FOLDER, folder):
        if (root / "wnids.txt").is_file():
            return root
    if not check_flag("download", download):
        raise MissingDataError(
            f"no tiny_imagenet files in {str(folder / FOLDER)!r}. "
            f"Pass download=True to fetch {readable_size(N_BYTES)}, "
            f"or download {ADDRESS} and unpack it in {str(folder)!r}, so that "
            f"{str(folder / FOLDER / 'wnids.txt')!r} exists. If it lies elsewhere, pass that folder as data_dir."
        )
    archive = folder / f"{FOLDER}.zip"
    fetch(f"tiny_imagenet/{archive.name}", [ADDRESS], known_hash=HASH, n_bytes=N_BYTES, target=archive)
    unpack_zip(archive, folder, FOLDER)
    return folder / FOLDER


def _train_files(root: pathlib.Path, numbers: dict[str, int]) -> tuple[list[pathlib.Path], list[int]]:
    """Return files and labels of the training part, which lie in folders named after their class."""
    files, labels = [], []
    for name, number in numbers.items():
        here = list_pictures(root / "train" / name)
        if not here:
            raise ValueError(f"{str(root / 'train' / name)!r} holds no picture. Unpack the archive again.")
        files += here
        labels += [number] * len(here)
    return files, labels


def _val_files(root: pathlib.Path, numbers: dict[str, int]) -> tuple[list[pathlib.Path], list[int]]:
    """Return files and labels of the validation part, as its table lists them: file, class, four numbers of a box."""
    table = root / "val" / "val_annotations.txt"
    files, labels = [], []
    for line in _read(table).splitlines():
        name, wnid, *_ = [*line.split("\t"), ""]
        path = root / "val" / "images" / name
        if wnid not in numbers or pathlib.PurePath(name).name != name:
            raise ValueError(f"{str(table)!r} has a line that names no file and class: {line!r}. Unpack it again.")
        if not path.is_file():
            raise ValueError(f"{str(path)!r} is listed in {table.name} and missing. Unpack the archive again.")
        files.append(path)
        labels.append(numbers[wnid])
    return files, labels


def _meanings(root: pathlib.Path, ids: list[str]) -> list[str]:
    """Return a name for each class: the first of its words, all of them where two classes begin with the same."""
    lines = (line.partition("\t") for line in _read(root / "words.txt").splitlines())
    words = {wnid: meaning.strip() for wnid, _, meaning in lines}
    full = [words.get(wnid) or wnid for wnid in ids]
    short = [meaning.split(",")[0] for meaning in full]
    return [one if short.count(one) == 1 else all_ for one, all_ in zip(short, full, strict=True)]


def _read(path: pathlib.Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"{str(path)!r} is missing. Unpack the archive of Tiny ImageNet again.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{str(path)!r} cannot be read: {error}. Unpack the archive again.") from None
