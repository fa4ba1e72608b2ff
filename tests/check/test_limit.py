"""The clock: stops what loops for ever, leaves nothing behind, and steps aside for a debugger."""

import contextlib
import itertools
import sys
import threading
import time

import pytest

from ailiteracy import check
from ailiteracy.check import limit
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


def no_such_tile():
    while True:
        try:
            [1, 2].index(99)
            break
        except:  # noqa: E722
            pass


def calls_in_a_try():
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(0.001)


def keeps_what_it_catches(kept=[]):  # noqa: B006
    while True:
        try:
            sorted([3, 1, 2], key=lambda number: -number)
        except BaseException as error:
            kept.append(error)


def goes_round_inside():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


@pytest.mark.parametrize("function", [no_such_tile, calls_in_a_try, keeps_what_it_catches, goes_round_inside])
def test_what_catches_everything_is_stopped(function):
    ended = []

    def work():
        try:
            call_within(0.05, function)
        except TimeIsUp:
            ended.append(sys.gettrace())

    thread = threading.Thread(target=work, daemon=True)  # a thread, so that the test ends when the function does not
    thread.start()
    thread.join(60)
    assert ended == [None]


def test_what_catches_it_once_and_ends_has_its_result():
    def catches():
        try:
            one_line()
        except BaseException:
            return "caught"

    assert call_within(0.05, catches) == "caught"
    assert sys.gettrace() is None


def test_nothing_is_left_of_many_calls(monkeypatch):
    monkeypatch.setattr(limit, "AGAIN", 0.001)
    n_threads = threading.active_count()
    for n in range(50):
        with pytest.raises(TimeIsUp):
            call_within(1e-6 * n, no_such_tile)
        assert sys.gettrace() is None
        assert threading.active_count() == n_threads
        for _ in range(1000):  # a TimeIsUp that comes later would be raised in this loop
            pass


def test_no_error_stays_behind():
    for _ in range(20):
        with pytest.raises(TimeIsUp):
            call_within(0.001, no_such_tile)
    assert sys.exc_info() == (None, None, None)
    with pytest.raises(KeyError) as caught:
        {}["later"]
    assert caught.value.__context__ is None


def test_the_end_of_an_iterator_is_an_error_as_others():
    with pytest.raises(StopIteration):
        call_within(5, next, iter([]))


def test_a_loop_without_end_in_an_exercise():
    def slide_row(row):
        while True:
            try:
                row.index(99)
                break
            except:  # noqa: E722
                pass

    result = check.check("games-slide-row", slide_row, seconds=0.1)
    assert "stopped: it did not end within 0.1 seconds" in result.hint
