"""Judging: each kind of question by hand, numbers as people write them, code that is really run, worded errors."""

import contextlib
import fractions
import math
import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ailiteracy.quiz import Grade, Item, grade, grading, load_quiz
from ailiteracy.quiz.grading import fill, read_number, runs


def item(kind, answer, **more):
    made = {"question": "What?", "explanation": "So.", "lesson": "words", "level": "beginner", **more}
    return Item(name="test-item", subject="test", kind=kind, answer=answer, **made)


CHOICE = item("choice", "b", options=("a", "b", "c"))
SEVERAL = item("several", ("a", "c"), options=("a", "b", "c", "d"))
MATCH = item("match", ("1", "2"), options=("2", "1", "3"), left=("one", "two"))
ORDER = item("order", ("x", "y", "z"), options=("z", "x", "y"))
NUMBER = item("number", 0.2, tolerance=0.1)
CODE, TEST = "x = 3\ny = ___\nz = ___\n", "assert y == 6 and z == 'a'"
BLANKS = item("blanks", (("2 * x", "x + x"), ("'a'",)), code=CODE, test=TEST)


@pytest.mark.parametrize(("question", "answer", "n_right", "n_parts"), [
    (CHOICE, "b", 1, 1),
    (CHOICE, "a", 0, 1),
    (SEVERAL, ["a", "c"], 4, 4),
    (SEVERAL, {"c", "a"}, 4, 4),
    (SEVERAL, ["a"], 3, 4),  # c was left out
    (SEVERAL, ["a", "b", "c", "d"], 2, 4),
    (SEVERAL, [], 2, 4),
    (MATCH, ["1", "2"], 2, 2),
    (MATCH, ("1", "1"), 1, 2),
    (MATCH, ["2", "1"], 0, 2),
    (ORDER, ["x", "y", "z"], 3, 3),
    (ORDER, ["x", "z", "y"], 1, 3),
    (NUMBER, 0.2, 1, 1),
    (NUMBER, "0.3", 1, 1),  # exactly the tolerance away, which binary numbers are not
    (NUMBER, 0.301, 0, 1),
    (NUMBER, "0,25", 1, 1),
    (BLANKS, ["2*x", '"a"'], 2, 2),
    (BLANKS, [" x  +x ", "'b'"], 1, 2),
])  # fmt: skip
def test_by_hand(question, answer, n_right, n_parts):
    result = grade(question, answer)
    assert (result.n_right, result.n_parts, result.right) == (n_right, n_parts, n_right == n_parts)
    assert bool(result) == result.right
    assert (result.hint == "") == result.right


def test_hints():
    assert repr(grade(CHOICE, "b")) == "test-item: right."
    assert repr(grade(CHOICE, "a")) == "test-item: not yet."
    assert repr(grade(MATCH, ["1", "1"])) == "test-item: not yet: 1 of 2 pairs are right."
    assert isinstance(grade(SEVERAL, ["a"]), Grade)
    assert grade(SEVERAL, ["a"]).hint == "not yet: 3 of 4 options are right."
    assert repr(ORDER) == "What?\n- z\n- x\n- y"
    assert repr(MATCH) == "What?\none: ...\ntwo: ...\n- 2\n- 1\n- 3"


def test_full_width_digits_are_digits():
    assert read_number("１２,３４５") == 12345
    assert read_number("５０，２５７") == 50257
    assert grade(item("number", 50257), "５０,２５７")


@pytest.mark.parametrize("text", ["1,667", "1,67", "1.667", "1,6667"])
def test_a_comma_may_stand_for_the_point_or_for_thousands(text):
    assert grade(item("number", 5 / 3, tolerance=0.01), text)
    assert grade(item("number", 1667), "1,667")
    assert not grade(item("number", 1667), "1.667")


@pytest.mark.parametrize(("text", "number"), [
    ("2048", 2048), ("2,048", 2048), ("2 048", 2048), ("2_048", 2048), ("1,234,567.5", 1234567.5), ("0,5", 0.5),
    ("-1e-3", -0.001), (" .5 ", 0.5), ("+3.", 3), (7, 7), (2.5, 2.5), ("0,125", 0.125), ("-0,032", -0.032),
    ("10,125", 10125), (np.int64(32), 32), (np.float32(0.5), 0.5), (fractions.Fraction(1, 4), 0.25),
])  # fmt: skip
def test_numbers(text, number):
    assert read_number(text) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_as_python_writes_them(value):
    assert read_number(repr(value)) == value


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text):
    with contextlib.suppress(ValueError):  # the only error there is
        assert math.isfinite(read_number(text))


def test_code_is_run_when_asked_for():
    unlisted = ["6 + 0 * x", "chr(97)"]
    assert not grade(BLANKS, unlisted)
    assert grade(BLANKS, unlisted, run=True)
    assert not grade(BLANKS, ["5", "'a'"], run=True)
    assert fill(BLANKS, unlisted) == "x = 3\ny = 6 + 0 * x\nz = chr(97)\n"


@pytest.mark.parametrize("text", ["1 +", "unknown", "exit(1)", "exit()", "input()", "\0", "\ud800", "import os", "x.y"])
def test_code_that_fails_is_wrong_and_nothing_more(text):
    assert not grade(BLANKS, ["2 * x", text], run=True)


def test_the_test_is_reached_and_passed():
    for text in ("exit()", "__import__('os')._exit(0)", "print('a') or exit()"):
        assert not grade(BLANKS, [text, "'b'"], run=True), text


def test_long_code_is_run_too():
    assert grade(BLANKS, ["6", "'a'  # " + "x" * 200_000], run=True), "a command line holds no such text"


def test_code_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(grading, "SECONDS", 1)
    before = time.monotonic()
    assert not runs(BLANKS, ["[0 for _ in iter(int, 1)]", "'a'"])
    assert time.monotonic() - before < 60


def test_files_beside_one_are_no_libraries(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "math.py").write_text("raise SystemExit(1)", encoding="utf-8")
    (tmp_path / "string.py").write_text("raise SystemExit(1)", encoding="utf-8")
    assert runs(BLANKS, ["2 * x", "__import__('string').ascii_lowercase[0]"])


CASES = [
    (CHOICE, "B", ValueError, ["`answer`", "'a', 'b', 'c'", "got 'B'", "Did you mean 'b'?"]),
    (CHOICE, None, TypeError, ["`answer`", "one of", "None"]),
    (SEVERAL, "a", TypeError, ["`answer`", "a list of texts", "'a'", "square brackets"]),
    (SEVERAL, ["e"], ValueError, ["`answer`", "'e'"]),
    (ORDER, {"x", "y", "z"}, TypeError, ["`answer`", "a list of texts"]),
    (MATCH, frozenset(["1", "2"]), TypeError, ["`answer`", "a list of texts"]),
    (NUMBER, np.bool_(True), TypeError, ["`answer`", "a number"]),
    (MATCH, ["1"], ValueError, ["`answer`", "a list of 2 texts", "one text for each part"]),
    (MATCH, ["1", "4"], ValueError, ["`answer`", "'4'"]),
    (ORDER, ["x", "x", "y"], ValueError, ["`answer`", "each option once", "Put every option in one place"]),
    (NUMBER, "many", ValueError, ["`answer`", "a number", "'many'", "for example 0.5"]),
    (NUMBER, "nan", ValueError, ["`answer`", "finite"]),
    (NUMBER, 10**400, ValueError, ["`answer`", "number"]),
    (NUMBER, True, TypeError, ["`answer`", "a number", "True"]),
    (NUMBER, [1], TypeError, ["`answer`", "a number", "[1]"]),
    (BLANKS, "2 * x", TypeError, ["`answer`", "a list of texts"]),
    (BLANKS, ["2 * x"], ValueError, ["`answer`", "a list of 2 texts"]),
    (BLANKS, [1, 2], TypeError, ["`answer`", "a string"]),
    ("tensors-chunck", "a", ValueError, ["`name`", "tensors-chunck", "Did you mean 'tensors-chunk'?"]),
    ("??", "a", ValueError, ["`name`", "load_quiz() lists them"]),
    (3, "a", TypeError, ["`name`", "3", "tensors-chunk"]),
]


def name_of(value):
    """What a case is called: the same in every process, though sets have no order."""
    return str(sorted(value) if isinstance(value, set | frozenset) else value)[:20]


@pytest.mark.parametrize(("question", "answer", "kind", "parts"), CASES, ids=name_of)
def test_bad_input(question, answer, kind, parts):
    with pytest.raises(kind) as caught:
        grade(question, answer)
    for part in parts:
        assert part in str(caught.value)


def test_bad_flag_and_subject():
    with pytest.raises(TypeError, match="`run` must be True or False"):
        grade(CHOICE, "b", run=1)
    with pytest.raises(ValueError, match=re.escape("`subject` must be one of") + ".*Did you mean 'games'"):
        load_quiz("game")
    with pytest.raises(TypeError, match="`subject`"):
        load_quiz(3)
