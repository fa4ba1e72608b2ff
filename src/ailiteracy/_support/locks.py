"""One process at a time: locks on files, which a process that dies lets go of.

Where a file system knows no locks, or gives no right to write, everything goes on without one.

Left out: locks between machines.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

__all__ = ["alone", "claimed"]

PATIENCE = 6.0  # seconds; so long the workers of a DataLoader may outlive a process that was killed, with its locks


@contextlib.contextmanager
def alone(lock: pathlib.Path) -> Iterator[None]:
    """Wait until no other process is between here and the end of the block. A process that dies lets go of the lock."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # no right to write, or no locks on this file system: go on without one
            lock.parent.mkdir(parents=True, exist_ok=True)
            file = held.enter_context(lock.open("a"))
            _wait_for(file)
            while not _is_there(lock, file):  # the one before removed the file that was waited for: take the next one
                file = held.enter_context(lock.open("a"))
                _wait_for(file)
            held.callback(_remove, lock)
        yield


@contextlib.contextmanager
def claimed(lock: pathlib.Path) -> Iterator[bool]:
    """Yield whether no other has the lock, which is held until the block ends."""
    with contextlib.ExitStack() as held:
        try:
            free = _take_soon(lock, held)
        except OSError:  # no right to write, or no locks on this file system: nobody can be kept out
            free = True
        yield free


def _take_soon(lock: pathlib.Path, held: contextlib.ExitStack) -> bool:
    """Take the lock until `held` is closed, and return whether that could be done within some seconds."""
    last = time.monotonic() + PATIENCE
    while True:
        file = held.enter_context(lock.open("a"))
        if _take(file) and _is_there(lock, file):
            held.callback(_remove, lock)
            return True
        if time.monotonic() > last:
            return False
        time.sleep(0.1)


def _is_there(path: pathlib.Path, file: IO[str]) -> bool:
    """Say whether an open file still lies at `path`."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _remove(path: pathlib.Path) -> None:
    with contextlib.suppress(OSError):  # Windows removes no open file; an empty one stays
        path.unlink(missing_ok=True)


def _wait_for(file: IO[str]) -> None:
    """Lock an open file, as soon as no other process holds it."""
    while not _take(file):
        time.sleep(0.1)


def _take(file: IO[str]) -> bool:
    """Lock an open file, and return whether that was possible at once."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the second is Windows' word for it
        return False
    return True
