"""Pictures of your own: a folder with one subfolder for each class.

    animals/cat/1.jpg, animals/cat/2.png, ... animals/dog/1.jpg, ...

With folders train and test (or training, testing, val, valid, validation) between, the parts are kept apart as they
are; otherwise a part of every class is set aside. A file that cannot be read is named in a warning and left out: one
broken photo must not cost a lesson.

`read_folder` brings all pictures into memory, for small networks; `open_class_folders` reads each when it is asked for.

Left out: several labels for one picture.
Next: tiny_imagenet.py.
"""

import contextlib
import math
import os
import pathlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch

from .._support.checks import check_flag, check_integer
from .._support.files import check_path
from .._support.progress import progress_bar
from .picture_files import PictureFiles
from .pictures import read_picture

__all__ = ["LARGEST_SIDE", "list_pictures", "open_class_folders", "read_folder"]

LARGEST_SIDE = 64  # pixels; what a small network on a CPU can take
MEASURED = 9  # pictures that tell the usual size
NAMED_FILES = 3  # how many broken files a warning names
TRAIN = ("train", "training")  # names of the parts, in small or capital letters; of several the first is taken
TEST = ("test", "testing", "val", "valid", "validation")

Labelled = tuple[torch.Tensor, torch.Tensor]  # images (n, channels, height, width), labels (n,)


def open_class_folders(
    folder: Any,
    *,
    size: int | tuple[int, int] | None = None,
    transform: Callable[[torch.Tensor], Any] | None = None,
    check: bool = True,
    progress: bool = True,
) -> PictureFiles:
    """Return a folder of class folders as a data set that reads each picture when it is asked for.

    Parameters
    ----------
    folder : str or path-like
        One subfolder for each class; pictures may lie deeper inside them.
    size : int or tuple of int, optional
        Height and width that pictures are brought to. By default each keeps its own.
    transform : callable, optional
        Called on each picture, a tensor of uint8 of shape (3, height, width), when it is read.
    check : bool, default True
        Whether to read every file once now. Those that cannot be read are named in a warning and left out.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    PictureFiles
        Classes and files in the order of their names, the order of torchvision's ImageFolder. Hidden files and folders
        (their names begin with a dot) are passed over.

    Raises
    ------
    FileNotFoundError
        When the folder does not exist.
    ValueError
        When there is no class folder, or one without a readable picture, or folders are parts such as train and test.
    """
    folder = _check_folder(check_path("folder", folder))
    names = _class_names(folder, level=3)
    if not names:
        raise ValueError(
            f"{str(folder)!r} must hold a subfolder for each class, got none. Sort the pictures into some."
        )
    _refuse_parts(folder, names, "Pass one of them.")
    files = [(path, number) for number, name in enumerate(names) for path in list_pictures(folder / name)]
    if check_flag("check", check):
        broken = [path for path, _ in progress_bar(files, label="checking", progress=progress) if not _readable(path)]
        _warn_of(broken, len(files), level=3)
        left_out = set(broken)
        files = [(path, number) for path, number in files if path not in left_out]
    for empty in sorted(set(range(len(names))) - {number for _, number in files}):
        raise ValueError(_empty(folder / names[empty]))
    paths, labels = zip(*files, strict=True)
    return PictureFiles(paths, labels, names, size=size, transform=transform)


def read_folder(
    folder: pathlib.Path, *, size: int | None = None, progress: bool = True
) -> tuple[Labelled, Labelled | None, tuple[str, ...]]:
    """Return training part, test part (None when there is none) and class names of a folder of pictures.

    Parameters
    ----------
    folder : pathlib.Path
        One subfolder for each class, or parts with these below: train or training, and test, testing, val, valid or
        validation. Of two parts to test on the first in this order is taken, and the other one named in a warning.
    size : int, optional
        Side of the square the pictures are brought to. By default height and width of a picture of middle size,
        scaled down until both are at most 64.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Raises
    ------
    FileNotFoundError
        When the folder does not exist.
    ValueError
        When there are fewer than two classes, a class has no picture, or it is unclear what is a class.
    """
    _check_folder(folder)
    names = _class_names(folder, level=5)
    train, test = _find_parts(folder, names)
    names = names if train == folder else _class_names(train, level=5)
    if len(names) < 2:
        raise ValueError(f"{str(train)!r} must hold a subfolder for each of two or more classes, got {list(names)}.")
    side = None if size is None else (check_integer("size", size, low=1),) * 2
    side = side or _middle_size(train, names)
    parts = [_read_part(train, names, side, progress)]
    if test is not None:
        extra = [name for name in _class_names(test, level=5) if name not in names]
        if extra:
            raise ValueError(f"{str(test)!r} has classes that train has not: {extra}. Use the same names in both.")
        parts.append(_read_part(test, names, side, progress, may_lack=True))
    # Grey pictures read as colour have three equal channels: one is enough, if it is so everywhere.
    if all(bool((images[:, :1] == images).all()) for images, _ in parts):
        parts = [(images[:, :1].clone(), labels) for images, labels in parts]
    return parts[0], parts[1] if test is not None else None, names


def _find_parts(folder: pathlib.Path, names: tuple[str, ...]) -> tuple[pathlib.Path, pathlib.Path | None]:
    """Return the folders to train on and, if there is one, to test on; without parts the first is the folder itself.

    A folder called train is a part when class folders are in it; else it is a class, as among vehicles.
    """
    trains = [name for name in names if name.lower() in TRAIN and _holds_classes(folder / name)]
    if not trains:
        _refuse_parts(folder, names, f"Put the class folders into a folder {TRAIN[0]}.")
        return folder, None
    tests = sorted((name for name in names if name.lower() in TEST), key=lambda name: TEST.index(name.lower()))
    chosen = [trains[0], *tests[:1]]
    others = [name for name in names if name not in chosen and list_pictures(folder / name)]
    if others and not tests:
        got = f"class folders in {trains[0]!r} and beside it {others}"
        raise ValueError(f"{str(folder)!r} must hold parts or classes, got {got}. Move the one or the other out.")
    if others:
        text = f"{chosen[0]!r} is trained on and {chosen[1]!r} tested on; left out beside them: {', '.join(others)}"
        warnings.warn(text, UserWarning, stacklevel=5)
    return folder / chosen[0], folder / chosen[1] if tests else None


def _holds_classes(folder: pathlib.Path) -> bool:
    return any(list_pictures(path) for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _refuse_parts(folder: pathlib.Path, names: tuple[str, ...], remedy: str) -> None:
    """Refuse parts of a set where classes are asked for: train and test would be two classes."""
    parts = [name for name in names if name.lower() in TRAIN + TEST]
    if parts and (
        parts == list(names) or any(name.lower() in TRAIN and _holds_classes(folder / name) for name in parts)
    ):
        raise ValueError(f"{str(folder)!r} must hold a subfolder for each class, got parts: {parts}. {remedy}")


def _read_part(
    folder: pathlib.Path, names: tuple[str, ...], side: tuple[int, int], progress: bool, *, may_lack: bool = False
) -> Labelled:
    """Read all class folders of one part; a part to test on may lack some of them."""
    files = [(path, number) for number, name in enumerate(names) for path in list_pictures(folder / name)]
    images, labels, broken = [], [], []
    for path, number in progress_bar(files, label=f"reading {folder.name}", progress=progress):
        try:
            images.append(read_picture(path, size=side))
            labels.append(number)
        except ValueError:
            broken.append(path)
    _warn_of(broken, len(files), level=6)
    empty = [name for number, name in enumerate(names) if number not in labels]
    if empty and (not may_lack or len(empty) == len(names)):
        raise ValueError(_empty(folder / empty[0]))
    return torch.stack(images), torch.tensor(labels)


def _middle_size(folder: pathlib.Path, names: tuple[str, ...]) -> tuple[int, int]:
    """Return height and width of a picture of middle size among some, both scaled by the same factor to at most 64."""
    files = [path for name in names for path in list_pictures(folder / name)]
    sizes: list[tuple[int, int]] = []
    for path in dict.fromkeys([*files[:: 1 + len(files) // MEASURED], *files]):  # from all over; then what is readable
        if len(sizes) < MEASURED:
            with contextlib.suppress(ValueError):
                _, height, width = read_picture(path).shape
                sizes.append((height, width))
    if not sizes:
        raise ValueError(f"{str(folder)!r} holds no readable picture. Put pictures into its class folders.")
    height, width = sorted(sizes, key=math.prod)[len(sizes) // 2]  # a single odd picture decides nothing
    scale = min(1.0, LARGEST_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _class_names(folder: pathlib.Path, *, level: int) -> tuple[str, ...]:
    """Return the names of the subfolders; one that leads back up is named in a warning, `level` calls up."""
    above = {os.path.realpath(place) for place in (folder, *folder.absolute().parents)}
    subfolders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    for path in subfolders:
        if os.path.realpath(path) in above:
            text = f"the class folder {str(path)!r} is a link to a folder above it; left out"
            warnings.warn(text, UserWarning, stacklevel=level)
    return tuple(path.name for path in subfolders if os.path.realpath(path) not in above)


def _check_folder(folder: pathlib.Path) -> pathlib.Path:
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise FileNotFoundError(f"the folder of pictures {str(folder)!r} {what}. Pass a folder of class folders.")
    return folder


def _readable(path: pathlib.Path) -> bool:
    try:
        read_picture(path)
    except ValueError:
        return False
    return True


def _warn_of(broken: list[pathlib.Path], n_files: int, *, level: int) -> None:
    """Name the files that were left out, as a remark on the caller's line, `level` calls up."""
    if broken:
        some = ", ".join(str(path) for path in broken[:NAMED_FILES]) + (", ..." if len(broken) > NAMED_FILES else "")
        text = f"{len(broken)} of {n_files} picture files cannot be read and were left out: {some}"
        warnings.warn(text, UserWarning, stacklevel=level)


def _empty(folder: pathlib.Path) -> str:
    return f"{str(folder)!r} holds no readable picture. Fill the folder or remove it."


def list_pictures(folder: pathlib.Path) -> list[pathlib.Path]:
    """Return the files whose ending Pillow knows, in subfolders too, in order of name; a missing folder has none."""
    from PIL import Image

    endings: Any = Image.registered_extensions()
    found = []
    for path, _, names in sorted(_walk(folder)):
        paths = (pathlib.Path(path, name) for name in sorted(names) if not name.startswith("."))
        found += [path for path in paths if path.suffix.lower() in endings and path.is_file()]
    return found


def _walk(folder: pathlib.Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield what os.walk does, through links too, but enter no folder twice: a link may lead back to where it is."""
    seen = {os.path.realpath(above) for above in (folder, *folder.absolute().parents)}
    for path, subfolders, names in os.walk(folder, followlinks=True):
        yield path, subfolders, names
        for name in list(subfolders):
            place = pathlib.Path(path, name)
            real = os.path.realpath(place)
            if name.startswith(".") or real in seen:
                subfolders.remove(name)
                if real in seen:
                    text = f"the folder {str(place)!r} is a link to a folder above it or to one already read; left out"
                    warnings.warn(text, UserWarning, stacklevel=5)
            seen.add(real)
