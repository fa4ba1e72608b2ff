"""Each check lets good values through and explains bad ones in four parts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ailiteracy._support.checks import (
    check_choice,
    check_flag,
    check_integer,
    check_number,
    check_text,
    describe,
    message,
)


def test_message_has_four_parts():
    assert message("epochs", "an integer >= 1", 0, "Use 1.") == "`epochs` must be an integer >= 1, got 0. Use 1."
    assert message("epochs", "an integer", "x") == "`epochs` must be an integer, got 'x'."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([2, 2, 4], "[2, 2, 4]"),
        (None, "None"),
        (np.zeros((2, 3), dtype=np.float32), "ndarray of shape (2, 3) and type float32"),
        (np.float64(1.5), "np.float64(1.5)"),
        ("y" * 200, "'" + "y" * 57 + "..."),
    ],
)
def test_describe(value, text):
    assert describe(value) == text


@given(st.one_of(st.text(), st.lists(st.integers()), st.dictionaries(st.text(), st.floats())))
def test_description_is_short(value):
    assert 0 < len(describe(value)) <= 61


def test_an_integer_that_python_does_not_write_out():
    assert describe(10**5000) == "an object of type int that is too long to show"
    with pytest.raises(ValueError, match="`epochs` must be an integer <= 9, got an object of type int"):
        check_integer("epochs", 10**5000, high=9)


def test_good_values_pass():
    assert check_choice("player", "greedy", ["random", "greedy"]) == "greedy"
    assert check_integer("n", np.int64(3), low=3, high=3) == 3
    assert type(check_integer("n", np.int64(3))) is int
    assert check_number("rate", np.float32(0.5), above=0, high=1) == 0.5
    assert type(check_number("rate", 1)) is float
    assert check_number("rate", 0, low=0) == 0.0
    assert check_flag("progress", False) is False
    assert check_text("question", " who? ") == " who? "


BAD_VALUES = [
    (
        lambda: check_choice("player", "gredy", ["random", "greedy"]),
        ValueError,
        "`player` must be one of 'random', 'greedy', got 'gredy'. Did you mean 'greedy'?",
    ),
    (lambda: check_choice("player", "GREEDY", ["random", "greedy"]), ValueError, "Did you mean 'greedy'?"),
    (lambda: check_choice("player", "zzz", ["random"]), ValueError, "Pass one of these names, for example 'random'."),
    (lambda: check_choice("player", "zzz", ["random"], "Ask the arena."), ValueError, "got 'zzz'. Ask the arena."),
    (lambda: check_choice("player", 3, ["random"]), TypeError, "got 3. Pass a name, for example 'random'."),
    (lambda: check_choice("player", ["random"], ["random"]), TypeError, "got ['random']."),
    (lambda: check_integer("n", 2.0), TypeError, "`n` must be an integer, got 2.0. Pass a whole number"),
    (lambda: check_integer("n", True, low=0), TypeError, "`n` must be an integer >= 0, got True."),
    (lambda: check_integer("n", "3"), TypeError, "got '3'."),
    (lambda: check_integer("n", -1, low=0), ValueError, "`n` must be an integer >= 0, got -1. Choose a value"),
    (lambda: check_integer("n", 9, high=8), ValueError, "`n` must be an integer <= 8, got 9."),
    (lambda: check_integer("n", 9, low=1, high=8), ValueError, "`n` must be an integer from 1 to 8, got 9."),
    (lambda: check_integer("n", 0, low=1, remedy="Use 1."), ValueError, "got 0. Use 1."),
    (lambda: check_number("rate", "fast"), TypeError, "`rate` must be a finite number, got 'fast'. Pass a number"),
    (lambda: check_number("rate", True), TypeError, "got True."),
    (lambda: check_number("rate", 1j), TypeError, "got 1j."),
    (lambda: check_number("rate", 0, above=0), ValueError, "`rate` must be a finite number > 0, got 0."),
    (lambda: check_number("rate", 2, low=0, high=1), ValueError, "a finite number from 0 to 1, got 2."),
    (lambda: check_number("rate", float("nan")), ValueError, "got nan."),
    (lambda: check_number("rate", float("inf"), low=0), ValueError, "got inf."),
    (lambda: check_number("rate", 10**400), ValueError, "`rate` must be a finite number, got 1000"),
    (lambda: check_flag("progress", 1), TypeError, "`progress` must be True or False, got 1. Pass one of the two."),
    (lambda: check_flag("progress", None), TypeError, "got None."),
    (lambda: check_text("question", " \n"), ValueError, "`question` must be a text that is not blank"),
    (lambda: check_text("question", b"who"), TypeError, "`question` must be a text (str), got b'who'. Pass a string."),
]


@pytest.mark.parametrize(("call", "error", "text"), BAD_VALUES)
def test_bad_value_is_explained(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)
