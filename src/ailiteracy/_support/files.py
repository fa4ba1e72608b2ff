"""Files that appear whole or not at all.

A file is written under a temporary name beside its place and renamed when complete: a crash, a full disk or
Ctrl-C leaves the old file, or none, never half of one.
"""

import contextlib
import errno
import os
import pathlib
import secrets
from collections.abc import Iterator
from typing import Any

from .checks import message

__all__ = ["check_path", "check_writable", "whole_file"]

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the disk is full, or as much of it as one may fill


def check_path(argument: str, path: Any) -> pathlib.Path:
    """Return `path` as a Path with ~ written out; no file is touched."""
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
        raise TypeError(message(argument, "a path (str or pathlib.Path)", path, "Pass a string such as 'model'."))
    if not os.fspath(path):
        raise ValueError(message(argument, "a path that is not empty", path, "Use '.' for the folder you are in."))
    if "\0" in os.fspath(path):
        raise ValueError(message(argument, "a path without the zero character", path, "Choose another name."))
    try:
        return pathlib.Path(path).expanduser()
    except RuntimeError:  # ~ for somebody whose home is not known
        remedy = "Write the whole path, or ./ before the ~."
        raise ValueError(message(argument, "a path whose ~ is known", str(path), remedy)) from None


def check_writable(path: pathlib.Path) -> None:
    """Refuse a place that `whole_file` could not write to: said before long work, and not after it."""
    _begin(path).unlink()


@contextlib.contextmanager
def whole_file(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yield a temporary path beside `path`; rename it into place when the block ends without an error.

    Parameters
    ----------
    path : pathlib.Path
        Where the finished file belongs. Missing folders are made.

    Raises
    ------
    OSError
        When the file cannot be written, as on a full disk: the words name it and say what to do. An error about
        another file, such as one that the block reads, stays as it is.
    """
    part = _begin(path)
    try:
        yield part
        part.replace(path)
    except OSError as error:
        # A write that fails names no file; opening and renaming name theirs.
        if error.filename is None and error.errno in NO_ROOM:
            raise _worded(error, path, "Free some space, or choose another disk.") from None
        if error.filename in (str(part), str(path)):
            raise _worded(error, path, "Choose a folder you may write to, or free some space.") from None
        raise
    finally:
        part.unlink(missing_ok=True)


def _begin(path: pathlib.Path) -> pathlib.Path:
    """Make an empty file beside `path` and return it, or say why that can't be."""
    part = path.parent / f".{path.name}.{secrets.token_hex(4)}.part"
    try:
        is_folder = path.is_dir()
        # An administrator could put a file in the place of /dev/null.
        is_free = not is_folder and (path.is_file() or not path.exists())
        if is_free:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.touch(exist_ok=False)
    except OSError as error:
        remedy = "Choose a folder you may write to, or free some space."
        if error.errno == errno.ENAMETOOLONG:
            remedy = "Choose a shorter name."
        raise _worded(error, path, remedy) from None
    if is_folder:
        raise IsADirectoryError(f"cannot write {str(path)!r}: it is a folder. Choose another name for the file.")
    if not is_free:
        raise FileExistsError(f"cannot write {str(path)!r}: it is a device or a pipe. Choose another name.")
    return part


def _worded(error: OSError, path: pathlib.Path, remedy: str) -> OSError:
    """Return the error in words; `strerror` keeps the bare reason for a caller that has better advice."""
    reason = error.strerror or str(error)
    worded = type(error)(f"cannot write {str(path)!r}: {reason}. {remedy}")
    worded.strerror = reason
    return worded
