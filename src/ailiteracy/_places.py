"""The command's files: places looked at before anything is computed, texts read, figures written.

The idea: half an hour of training is lost when the result cannot be written; so the place is tried first.

Left out: writing results, which each result does itself. Next: ``cli.py``.
"""

import os
import pathlib
import sys
import tempfile
from typing import Any

from ._support.checks import message
from ._support.files import check_path, check_writable, whole_file

__all__ = [
    "can_write", "check_figure", "check_folder", "check_place", "draw_into_files", "nearest_folder", "read_context",
    "write_figure",
]  # fmt: skip

FIGURE_KINDS = (".png", ".svg", ".pdf", ".jpg")


def nearest_folder(path: pathlib.Path) -> pathlib.Path:
    """Return `path` or the nearest thing above it that exists."""
    path = path.expanduser().absolute()
    return next(place for place in (path, *path.parents) if place.exists())


def can_write(folder: pathlib.Path) -> bool:
    """Return whether a file can be made in `folder`, or in what exists of the way to it; leaves no trace."""
    try:
        with tempfile.TemporaryFile(dir=nearest_folder(folder)):
            return True
    except OSError:
        return False


def check_folder(argument: str, folder: pathlib.Path | None) -> None:
    """Refuse a folder, there or still to be made, that could not be written to."""
    if folder is not None and not can_write(check_path(argument, folder)):
        remedy = "Choose a folder that you may write to."
        raise PermissionError(message(argument, "a folder that can be written to", str(folder), remedy))


def check_place(argument: str, path: pathlib.Path | None) -> None:
    """Refuse a file that could not be written."""
    if path is None:
        return
    path = check_path(argument, path)
    if not can_write(path.parent):
        remedy = "Choose a folder that you may write to."
        raise PermissionError(message(argument, "a place that can be written to", str(path), remedy))
    if path.parent.exists():  # else only its folder was looked at, which is not made yet
        check_writable(path)


def check_figure(path: pathlib.Path | None) -> None:
    """Refuse a figure that could not be written, or whose kind is unknown."""
    if path is not None and path.suffix.lower() not in FIGURE_KINDS:
        expected = f"a file name that ends in {', '.join(FIGURE_KINDS)}"
        raise ValueError(message("figure", expected, str(path), "Add .png to the name."))
    check_place("figure", path)


def read_context(context: str | None, file: pathlib.Path | None) -> str:
    """Return the text to search: the argument, the file, or what comes through a pipe."""
    if context is not None and file is not None:
        raise ValueError(message("context", "given once", f"a text and --file {file}", "Leave one of the two out."))
    if context is not None:
        return context
    if file is None and (sys.stdin is None or sys.stdin.isatty()):
        remedy = "Write the text after the question, pass --file, or pipe it in."
        raise ValueError(message("context", "given", None, remedy))
    data = sys.stdin.buffer.read() if file is None else file.expanduser().read_bytes()
    try:
        return data.decode("utf-8-sig")  # some editors begin a file with a mark that is no part of the text
    except UnicodeDecodeError as error:
        remedy = "Save the text as UTF-8 and try again."
        raise ValueError(message("context", "UTF-8 text", data[error.start : error.end], remedy)) from None


def draw_into_files() -> None:
    """Choose the drawing that needs no screen, whatever MPLBACKEND says."""
    os.environ["MPLBACKEND"] = "agg"
    import matplotlib as mpl

    mpl.use("agg")


def write_figure(result: Any, path: pathlib.Path) -> None:
    """Write the result's figure; the file appears when it is complete."""
    draw_into_files()
    import matplotlib.pyplot as plt

    figure = result.plot()
    with whole_file(path.expanduser()) as part:
        figure.savefig(part, format=path.suffix[1:].lower(), dpi=150)
    plt.close(figure)
