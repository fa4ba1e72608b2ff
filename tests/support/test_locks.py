"""Locks: one at a time, let go of at the end and by a process that dies."""

import subprocess
import sys
import threading

import pytest

from ailiteracy._support import locks
from ailiteracy._support.locks import alone, claimed

HOLD = """
import pathlib, sys
from ailiteracy._support.locks import claimed
with claimed(pathlib.Path(sys.argv[1])) as free:
    print(free, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 0.2)


def test_a_claim_is_refused_while_another_holds_it(tmp_path):
    lock = tmp_path / "lock"
    with claimed(lock) as first, claimed(lock) as second:
        assert (first, second) == (True, False)
    assert sys.platform == "win32" or not lock.exists()  # Windows removes no open file
    with claimed(lock) as again:
        assert again


def test_a_process_that_dies_lets_go(tmp_path):
    lock = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline().strip() == b"True"
        with claimed(lock) as free:
            assert not free
        other.kill()
        other.wait()
    with claimed(lock) as free:
        assert free


def test_where_no_lock_can_be_everything_goes_on(tmp_path):
    with claimed(tmp_path / "missing" / "lock") as free:
        assert free
    (tmp_path / "file").touch()
    with alone(tmp_path / "file" / "lock"):
        pass


def test_one_waits_for_the_other(tmp_path):
    order, inside = [], threading.Event()

    def second():
        inside.wait()
        with alone(tmp_path / "lock"):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with alone(tmp_path / "lock"):
        inside.set()
        thread.join(0.5)  # would be time enough
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
