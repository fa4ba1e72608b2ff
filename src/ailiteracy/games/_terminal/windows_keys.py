"""Single keys on Windows, by Python's own msvcrt: the twin of `Keyboard` in ``tty.py``.

The idea: Windows has no signal for a new size and no `select` on a keyboard, so both are looked at 50 times a second.

*Left out*: anything but keys and size. The file has not been run on Windows yet. *Next*: ``tty.py``.
"""

from __future__ import annotations

import ctypes
import msvcrt
import os
import sys
import time
from typing import Any

__all__ = ["Keyboard"]

PAUSE = 0.02  # seconds between two looks
ARROWS = {"H": b"\x1b[A", "P": b"\x1b[B", "M": b"\x1b[C", "K": b"\x1b[D"}  # the second of two characters
STDOUT = -11
UNDERSTANDS_CODES = 0x0004  # ENABLE_VIRTUAL_TERMINAL_PROCESSING


class Keyboard:
    """Single keys, without Enter and without an echo."""

    def __init__(self) -> None:
        self.pending = b""
        self.size = self._size()

    def start(self) -> None:
        """Let the console understand the codes of a terminal; reading needs no preparation."""
        windows: Any = ctypes.windll  # type: ignore[attr-defined,unused-ignore]
        handle, mode = windows.kernel32.GetStdHandle(STDOUT), ctypes.c_uint32()
        if windows.kernel32.GetConsoleMode(handle, ctypes.byref(mode)):
            windows.kernel32.SetConsoleMode(handle, mode.value | UNDERSTANDS_CODES)

    def stop(self, *, forget: bool) -> None:
        """Forget keys typed ahead, which would land in the shell."""
        while forget and msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]

    def close(self) -> None:
        """Nothing is open."""

    def read(self, timeout: float | None) -> bytes | None:
        """Return one byte, b"!!" when resized, None when nothing came in time."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self.pending:
            if self._size() != self.size:
                self.size = self._size()
                return b"!!"
            if msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
                self.pending = self._key()
            elif end is not None and time.monotonic() >= end:
                return None
            else:
                time.sleep(PAUSE)
        byte, self.pending = self.pending[:1], self.pending[1:]
        return byte

    @staticmethod
    def _key() -> bytes:
        letter: str = msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
        if letter in ("\x00", "\xe0"):  # an arrow or a function key: two characters
            return ARROWS.get(msvcrt.getwch(), b"\x1b[~")  # type: ignore[attr-defined,unused-ignore]
        return letter.encode("utf-8", errors="replace")

    @staticmethod
    def _size() -> tuple[int, int]:
        return tuple(os.get_terminal_size(sys.stdout.fileno()))  # type: ignore[return-value]
