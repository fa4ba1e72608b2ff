"""The clock: stops what loops for ever, leaves nothing behind, and steps aside for a debugger."""

import contextlib
import itertools
import sys
import threading
import time

import pytest

from ailiteracy.check.limit import TimeIsUp, call_within

pytestmark = pytest.mark.skipif(sys.gettrace() is not None, reason="a debugger or coverage meter uses the same hook")


NAMESPACE = {}
exec("def one_line():\n    while True: pass", NAMESPACE)  # one line that never begins anew
one_line = NAMESPACE["one_line"]


def generator():
    return sum(1 for _ in itertools.count())


def swallows():
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.001)


@pytest.mark.parametrize("function", [one_line, generator, swallows])
def test_stops(function):
    n_threads = threading.active_count()
    with pytest.raises(TimeIsUp):
        call_within(0.1, function)
    assert sys.gettrace() is None
    assert threading.active_count() == n_threads


def test_passes_results_and_errors():
    assert call_within(60, lambda x, y: x + y, 1, 2) == 3
    with pytest.raises(ZeroDivisionError):
        call_within(60, lambda: 1 / 0)
    assert sys.gettrace() is None


def test_works_outside_of_the_main_thread():
    caught = []

    def work():
        try:
            call_within(0.1, one_line)
        except TimeIsUp:
            caught.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert caught


def test_a_debugger_is_left_alone():
    def hook(frame, event, argument):
        return None

    sys.settrace(hook)
    try:
        assert call_within(60, sys.gettrace) is hook
        assert sys.gettrace() is hook
    finally:
        sys.settrace(None)
