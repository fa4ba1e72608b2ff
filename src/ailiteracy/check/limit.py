"""A function that does not end is stopped after some seconds.

The idea: Python can call a function of ours before each line, or each instruction, that it runs (`sys.settrace`). Ours
looks at the clock and raises when time is up. Whoever raises there is not called again, so a function that catches
everything (a bare `except` in a loop) would go on: from then on a thread raises in it again and again, until it ends.
No thread or process is left behind, and it works on every system and in notebooks.

Left out: one long call into compiled code, such as a product of huge matrices, is only stopped when it returns; a loop
inside of two `try` that both catch everything may go on. Under a debugger or a coverage meter, which use the same hook,
nothing is stopped at all: time may pass at a break point.

Next: `bank.py`, where the exercises are.
"""

import ctypes
import pathlib
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

__all__ = ["TimeIsUp", "call_within"]


# Code in these folders is not the learner's: it is neither watched nor stopped.
LIBRARIES = (*map(sysconfig.get_path, ("stdlib", "purelib")), str(pathlib.Path(__file__).parent.parent))
AGAIN = 0.1  # seconds between two exceptions: enough for a `finally` that tidies up

raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc  # (thread, class): raises there at the next instruction or so


class TimeIsUp(BaseException):
    """Raised inside the function that took too long."""


class _Watch:
    """Raises TimeIsUp in the thread that made it, in what `call_within` calls."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.thread = ctypes.c_ulong(threading.get_ident())
        self.turn, self.over = threading.Lock(), threading.Event()
        self.helper: threading.Thread | None = None

    def look_at_the_clock(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename.startswith(LIBRARIES):
            return None  # an import that is cut short would leave half a module behind
        if time.monotonic() > self.end and event != "exception":  # one that is on its way is not replaced
            if self.helper is None:
                self.helper = threading.Thread(target=self.keep_raising, daemon=True)
                self.helper.start()
            raise TimeIsUp
        frame.f_trace_opcodes = True  # `while True: pass` is one line that never begins anew
        return self.look_at_the_clock

    def keep_raising(self) -> None:
        """Raise in the watched thread until the call is over."""
        watch = self

        class Again(TimeIsUp):
            """Made in the watched thread, where it turns the clock on: what catches it is met by the next one."""

            def __init__(self) -> None:
                frame: FrameType | None = sys._getframe(1)
                while frame is not None and frame.f_code is not call_within.__code__:
                    frame.f_trace, frame.f_trace_opcodes = watch.look_at_the_clock, True
                    frame = frame.f_back
                sys.settrace(watch.look_at_the_clock)

        while not self.over.wait(AGAIN):
            with self.turn:
                if not self.over.is_set():
                    raise_in(self.thread, ctypes.py_object(Again))

    def stop(self) -> None:
        """End the thread; to be called by who holds the turn."""
        sys.settrace(None)
        self.over.set()
        self.turn.release()
        if self.helper is not None:
            self.helper.join()


def call_within(seconds: float, function: Callable[..., Any], *args: Any) -> Any:
    """Return `function(*args)`, or raise TimeIsUp inside of it after that many seconds.

    Examples
    --------
    >>> call_within(5, pow, 2, 3)
    8
    """
    if sys.gettrace() is not None:
        return function(*args)
    watch = _Watch(seconds)
    sys.settrace(watch.look_at_the_clock)
    try:
        result, error = next(_alone(function, args))
    finally:
        try:
            watch.turn.acquire()  # one step for Python, after which nothing more is sent; what was sent is raised here
        except TimeIsUp:
            pass
        finally:
            watch.stop()
    if error is not None:
        raise error
    return result


def _alone(function: Callable[..., Any], args: tuple[Any, ...]) -> Iterator[tuple[Any, StopIteration | None]]:
    """Yield `function(*args)`: an error cut short while it was handled is forgotten with the generator it was in.

    Elsewhere Python would go on handling it for ever, and show it above every later error.
    """
    try:
        result = function(*args)
    except StopIteration as error:  # a generator must not raise it
        yield None, error
    else:
        yield result, None
