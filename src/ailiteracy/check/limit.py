"""A function that does not end is stopped after some seconds.

The idea: Python can call a function of ours before each line, or each instruction, that it runs (`sys.settrace`). Ours
looks at the clock and raises when time is up. No thread or process is left behind, and it works on every system and in
notebooks.

Left out: one long call into compiled code, such as a product of huge matrices, is only stopped when it returns. Under a
debugger or a coverage meter, which use the same hook, nothing is stopped at all: time may pass at a break point.

Next: `bank.py`, where the exercises are.
"""

import pathlib
import sys
import sysconfig
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["TimeIsUp", "call_within"]


# Code in these folders is not the learner's: it is neither watched nor stopped.
LIBRARIES = (*map(sysconfig.get_path, ("stdlib", "purelib")), str(pathlib.Path(__file__).parent.parent))


class TimeIsUp(BaseException):
    """Raised inside the function that took too long."""


def call_within(seconds: float, function: Callable[..., Any], *args: Any) -> Any:
    """Return `function(*args)`, or raise TimeIsUp inside of it after that many seconds.

    Examples
    --------
    >>> call_within(5, pow, 2, 3)
    8
    """
    if sys.gettrace() is not None:
        return function(*args)
    end = time.monotonic() + seconds

    def look_at_the_clock(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename.startswith(LIBRARIES):
            return None  # an import that is cut short would leave half a module behind
        if time.monotonic() > end:
            raise TimeIsUp
        frame.f_trace_opcodes = True  # `while True: pass` is one line that never begins anew
        return look_at_the_clock

    sys.settrace(look_at_the_clock)
    try:
        return function(*args)
    finally:
        sys.settrace(None)
