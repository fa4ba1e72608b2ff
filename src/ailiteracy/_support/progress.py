"""A progress bar in a terminal, silence elsewhere."""

from collections.abc import Iterable
from typing import TypeVar

from tqdm.auto import tqdm

from .checks import check_flag

__all__ = ["progress_bar"]

T = TypeVar("T")


def progress_bar(steps: Iterable[T], *, label: str, progress: bool = True, total: int | None = None) -> "tqdm[T]":
    """Return `steps` wrapped in a bar; nothing is drawn when `progress` is False or no terminal listens."""
    disable = None if check_flag("progress", progress) else True  # None: tqdm looks whether stderr is a terminal
    return tqdm(steps, total=total, desc=label, disable=disable, leave=False, dynamic_ncols=True)
