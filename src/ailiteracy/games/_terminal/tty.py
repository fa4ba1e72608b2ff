"""The terminal: taken over for a game, given back on every way out; and plain lines where there is none.

The idea in three lines: the alternate screen keeps what stood there before, and single keys are read without Enter;
signals become ordinary events: a new size is a key, the end of the process an exception that passes the `finally`;
`FullScreen` and `Lines` have the same two methods, `draw` and `key`, so that a game need not know which it has.

*Left out*: the curses library, which Windows lacks and whose state a crash leaves behind. *Next*: ``../terminal.py``.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from .keys import parse_keys
from .screen import draw_frame, draw_plain, n_colours, to_screen

if sys.platform == "win32":
    from .windows_keys import Keyboard

    GONE: tuple[type[Exception], ...] = (OSError,)  # what is raised where the terminal has gone away
else:
    import termios
    import tty

    GONE = (OSError, termios.error)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FullScreen", "Lines", "full_screen", "is_terminal", "screen_or_lines", "takes_full_screen"]

TAKE = "\x1b[?1049h\x1b[?25l\x1b[2J"  # the alternate screen, no cursor, cleared once
GIVE_BACK = "\x1b[0m\x1b[?25h\x1b[?1049l"  # plain letters, the cursor, the screen as it was
ESCAPE_WAIT = 0.1  # seconds: the rest of a sequence follows at once, over a slow line within this
DEFAULT_SIZE = (80, 24)


def is_terminal(stream: Any) -> bool:
    """Return whether a stream is a terminal; False too where it has no file below it, as in a notebook."""
    try:
        return os.isatty(stream.fileno())
    except (AttributeError, OSError, ValueError):
        return False


def takes_full_screen() -> bool:
    """Return whether keys can be read one by one and the cursor can be moved."""
    able = sys.platform == "win32" or os.environ.get("TERM", "dumb") != "dumb"
    return able and is_terminal(sys.stdin) and is_terminal(sys.stdout)


if sys.platform != "win32":

    class Keyboard:
        """Single keys from a terminal, without Enter and without an echo; ``windows_keys.py`` has its twin."""

        def __init__(self) -> None:
            self.file = sys.stdin.fileno()
            self.before = termios.tcgetattr(self.file)
            # Python writes one byte here for every signal, which ends the waiting. A handler alone would not: a signal
            # that comes just before `select` is handled after it, that is after the next key.
            self.listening, self.waking = os.pipe()
            os.set_blocking(self.waking, False)
            if threading.current_thread() is threading.main_thread():
                self.woken_before = signal.set_wakeup_fd(self.waking, warn_on_full_buffer=False)

        def start(self) -> None:
            """Read key by key from now on; keys typed before are kept."""
            tty.setcbreak(self.file, termios.TCSADRAIN)

        def stop(self, *, forget: bool) -> None:
            """Put the settings back; forget keys typed ahead, which would land in the shell."""
            termios.tcsetattr(self.file, termios.TCSAFLUSH if forget else termios.TCSADRAIN, self.before)

        def close(self) -> None:
            """Close what `__init__` opened."""
            if threading.current_thread() is threading.main_thread():
                signal.set_wakeup_fd(self.woken_before)
            os.close(self.listening)
            os.close(self.waking)

        def read(self, timeout: float | None) -> bytes | None:
            """Return one byte, b"" at the end of the input, b"!!" after a signal, None when nothing came in time."""
            ready, _, _ = select.select([self.file, self.listening], [], [], timeout)
            if self.listening in ready:
                os.read(self.listening, 1024)
                return b"!!"
            try:
                return os.read(self.file, 1) if ready else None
            except OSError:  # the terminal has gone away
                return b""


class FullScreen:
    """The whole window: frames drawn over one another, keys read one by one."""

    def __init__(self, *, alternate: bool = True) -> None:
        self.keyboard = Keyboard()
        self.alternate = alternate
        self.taken = False
        self.rest = b""  # the beginning of a key whose end is still to come
        self.keys: list[str] = []
        self.colours = n_colours(_environment(), terminal=True)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        try:
            columns, rows = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            return DEFAULT_SIZE
        return (columns, rows) if columns and rows else DEFAULT_SIZE  # some terminals do not tell

    def take(self) -> None:
        """Take the screen over; once more after a stop, when the shell has changed it."""
        self.keyboard.start()
        if self.alternate:
            self.write(TAKE if not self.taken else "\x1b[2J")
        self.taken = True

    def give_back(self) -> None:
        """Leave screen and settings as they were found."""
        if self.taken:
            self.taken = False
            with contextlib.suppress(*GONE):  # then there is nothing to put back
                if self.alternate:
                    self.write(GIVE_BACK)
            with contextlib.suppress(*GONE):
                self.keyboard.stop(forget=self.alternate)

    def write(self, text: str) -> None:
        """Write a whole frame at once, past Python's buffer."""
        sys.stdout.flush()
        data = text.encode(sys.stdout.encoding or "ascii", errors="replace")
        while data:
            data = data[os.write(sys.stdout.fileno(), data) :]

    def draw(self, board: NDArray[np.int64], **parts: Any) -> None:
        """Draw the frame over the one before; the parts are those of `draw_frame`."""
        self.write(to_screen(draw_frame(board, size=self.size, colours=self.colours, **parts)))

    def key(self, timeout: float | None = None) -> str | None:
        """Return the next key, "resize" when everything must be drawn again, None when no key came in time."""
        while not self.keys:
            data = self.keyboard.read(ESCAPE_WAIT if self.rest else timeout)
            if data == b"!!":
                self.write("\x1b[2J" if self.alternate else "")  # the only clearing: lines have moved
                return "resize"
            if data is None and not self.rest:
                return None
            if data == b"":
                return "ctrl-d"
            self.keys, self.rest = parse_keys(self.rest + (data or b""), complete=data is None)
        key = self.keys.pop(0)
        if key == "ctrl-c":
            raise KeyboardInterrupt
        return key


def _environment() -> dict[str, str]:
    """Return the environment; Windows, which sets no TERM, understands the codes of an xterm."""
    return {**({"TERM": "xterm-256color"} if sys.platform == "win32" else {}), **os.environ}


@contextlib.contextmanager
def full_screen(*, alternate: bool = True) -> Iterator[FullScreen]:
    """Yield the screen, taken over; give it back however the block ends: by return, error, Ctrl-C or signal."""
    screen = FullScreen(alternate=alternate)
    try:
        with _signals(screen):
            screen.take()
            yield screen
    finally:
        screen.give_back()
        screen.keyboard.close()


@contextlib.contextmanager
def _signals(screen: FullScreen) -> Iterator[None]:
    """Turn signals into events while the block runs."""

    def end(number: int, _: Any) -> None:
        raise SystemExit(128 + number)  # the shell's number for an end by signal

    def stop(number: int, _: Any) -> None:
        screen.give_back()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)  # the process stands still here until the shell says `fg`
        signal.signal(number, stop)
        again(number, None)

    def again(number: int, _: Any) -> None:
        screen.take()

    def resize(number: int, _: Any) -> None:
        """Nothing: that there is a handler wakes the keyboard."""

    handlers = {"SIGTERM": end, "SIGHUP": end, "SIGTSTP": stop, "SIGCONT": again, "SIGWINCH": resize}
    before = {}
    if threading.current_thread() is threading.main_thread():  # Python allows handlers nowhere else
        present = [name for name in handlers if hasattr(signal, name)]
        before = {name: signal.signal(getattr(signal, name), handlers[name]) for name in present}
    try:
        yield
    finally:
        screen.give_back()  # while the handlers still stand
        for name, handler in before.items():
            if handler is not None:  # None: a handler that Python did not set and cannot set again
                signal.signal(getattr(signal, name), handler)


class Lines:
    """No screen: boards one below the other, and one letter per line where keys are asked for."""

    def __init__(self, *, prompt: str = "") -> None:
        self.prompt = prompt if is_terminal(sys.stdin) else ""

    def write(self, text: str) -> None:
        """Write now, so that a closed pipe is noticed here and not at exit; where there is no stdout, nowhere."""
        if sys.stdout is not None:
            sys.stdout.write(text)
            sys.stdout.flush()

    def draw(
        self, board: NDArray[np.int64], *, header: Sequence[str], message: str = "", keys: Sequence[str] = (),
        newest: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        """Write the board below what stands there; `keys` are told by the prompt."""
        self.write(draw_plain(board, header=header[0], message=message, newest=newest))

    def key(self, timeout: float | None = None) -> str | None:
        """Return the first word of the next line in lower case; with a timeout, wait that long and return None."""
        if timeout is not None:
            time.sleep(timeout)
            return None
        try:
            words = input(self.prompt).lower().split()
        except EOFError:
            return "ctrl-d"
        except UnicodeDecodeError:
            return "unknown"
        return words[0] if words else "resize"  # an empty line shows the board again


@contextlib.contextmanager
def screen_or_lines(*, prompt: str) -> Iterator[FullScreen | Lines]:
    """Yield the whole screen where there is one, lines elsewhere."""
    if takes_full_screen():
        with full_screen() as screen:
            yield screen
    else:
        yield Lines(prompt=prompt)
