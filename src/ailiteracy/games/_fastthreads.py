"""The moves of one board searched at the same time, each by a thread.

The idea in three lines: compiled code runs outside of Python's lock, so that threads share the cores of a processor;
what follows one move needs nothing of what follows another, so each move is a piece of work;
there are four at most and they are unequal: the long ones come first, so that no thread is left with one at the end.

*Left out*: cuts by bounds, where the value of one move tells what need not be looked at in the next.
*Next*: ``_fastdeep.py`` and ``_fastpruning.py``, the searches.
"""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from ._fast2048 import U, n_empty, slide_to, tables
from .rules import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

__all__ = ["search_moves"]

T = TypeVar("T")


def search_moves(board: np.uint64, search: Callable[[np.uint64], T], n_jobs: int) -> dict[str, T]:
    """Return what `search` finds on the board after each legal move, in the order of DIRECTIONS."""
    slid = {name: slide_to(board, number, tables().moves) for number, name in enumerate(DIRECTIONS)}
    after = {name: U(new) for name, new in slid.items() if new != board}
    if n_jobs == 1:
        return {name: search(new) for name, new in after.items()}
    long_first = sorted(after, key=lambda name: -n_empty(after[name]))  # emptier boards take longer
    found = dict(zip(long_first, _threads(n_jobs).map(search, [after[name] for name in long_first]), strict=True))
    return {name: found[name] for name in after}


@functools.cache
def _threads(n_jobs: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(n_jobs, thread_name_prefix="2048")
