"""A bar for people, nothing for files and pipes."""

import io
import sys

import pytest

from ailiteracy._support.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_steps_come_through():
    assert list(progress_bar(range(3), label="training")) == [0, 1, 2]
    assert list(progress_bar(iter("ab"), label="training", total=2)) == ["a", "b"]


def test_silent_without_a_terminal(capsys):
    list(progress_bar(range(3), label="training"))
    assert capsys.readouterr() == ("", "")


def test_silent_where_nobody_could_listen(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    assert list(progress_bar(range(3), label="training")) == [0, 1, 2]


def test_a_bar_in_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    list(progress_bar(range(3), label="training"))
    assert "training" in terminal.getvalue()
    assert "/3" in terminal.getvalue()


def test_no_bar_when_not_wanted(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    list(progress_bar(range(3), label="training", progress=False))
    assert terminal.getvalue() == ""


def test_total():
    assert progress_bar(range(7), label="x", progress=False).total == 7
    assert progress_bar(range(7), label="x", progress=False, total=9).total == 9
    assert progress_bar(iter([]), label="x", progress=False).total is None


@pytest.mark.parametrize("progress", [1, None, "yes"])
def test_bad_progress_is_explained(progress):
    with pytest.raises(TypeError, match="`progress` must be True or False, got"):
        progress_bar(range(3), label="x", progress=progress)
