"""A progress bar in a terminal, silence elsewhere."""

import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm.auto import tqdm

from .checks import check_flag

__all__ = ["progress_bar"]

T = TypeVar("T")


def progress_bar(steps: Iterable[T], *, label: str, progress: bool = True, total: int | None = None) -> "tqdm[T]":
    """Return `steps` wrapped in a bar; nothing is drawn when `progress` is False or no terminal listens."""
    # None: tqdm looks whether stderr is a terminal. Programs without a console have none at all.
    disable = None if check_flag("progress", progress) and sys.stderr is not None else True
    return tqdm(steps, total=total, desc=label, disable=disable, leave=False, dynamic_ncols=True)
