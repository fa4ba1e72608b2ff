"""A * B + C: worked by hand, against numpy, and in several processes."""

import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics import multiply_add
from ailiteracy.basics.matrices import processes, row_blocks


def test_by_hand():
    # The shapes of the notes' sample, 3 x 1 times 1 x 2: every product is one multiplication.
    assert multiply_add([[0], [1], [2]], [[1, 3]], [[3, 1], [3, 1], [3, 1]]) == [[3, 1], [4, 4], [5, 7]]


shapes = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6), st.integers(0, 1000))


@settings(max_examples=50, deadline=None)
@given(shapes)
def test_equals_numpy(shape):
    n, inner, m, seed = shape
    rng = np.random.default_rng(seed)
    A, B, C = (rng.integers(-99, 100, size) for size in ((n, inner), (inner, m), (n, m)))
    assert multiply_add(A, B.tolist(), C) == (A @ B + C).tolist()


def test_numbers_have_no_largest_value():
    assert multiply_add([[10**30]], [[10**30]], [[1]]) == [[10**60 + 1]]


def test_blocks_are_all_rows_once():
    A = [[k] for k in range(7)]
    blocks = list(row_blocks(A, [[1]], A, 3))
    assert [len(rows) for rows, _, _ in blocks] == [2, 2, 3]
    assert [row for rows, _, _ in blocks for row in rows] == A
    assert len(list(row_blocks(A[:2], [[1]], A[:2], 5))) == 2  # no empty task


def test_two_processes_give_the_same_matrix():
    A, B, C = np.random.default_rng(0).integers(0, 100, (3, 7, 7)).tolist()
    assert multiply_add(A, B, C, n_jobs=2) == multiply_add(A, B, C)
    assert multiply_add([[2]], [[3]], [[4]], n_jobs=2) == [[10]]  # fewer rows than processes


CASES = {
    "ragged": (lambda: multiply_add([[1, 2], [3]], [[1]], [[1]]), ValueError, ["`A`", "rows of equal length"]),
    "empty": (lambda: multiply_add([], [[1]], [[1]]), ValueError, ["`A`", "at least one"]),
    "empty row": (lambda: multiply_add([[1]], [[]], [[1]]), ValueError, ["`B`", "at least one"]),
    "floats": (lambda: multiply_add([[1.0]], [[1]], [[1]]), TypeError, ["`A`", "got 1.0", "not 3.0"]),
    "an array of floats": (lambda: multiply_add([[1]], np.ones((1, 1)), [[1]]), TypeError, ["`B`", "whole numbers"]),
    "truth values": (lambda: multiply_add([[True]], [[1]], [[1]]), TypeError, ["`A`", "got True"]),
    "a list of numbers": (lambda: multiply_add([1, 2], [[1]], [[1]]), TypeError, ["`A`", "[[1, 2], [3, 4]]"]),
    "A and B do not fit": (
        lambda: multiply_add([[1, 2]], [[1]], [[1]]), ValueError, ["`B`", "2 rows", "got '1 rows'", "columns in A"],
    ),
    "C does not fit": (lambda: multiply_add([[1]], [[1]], [[1, 2]]), ValueError, ["`C`", "(1, 1)", "(1, 2)"]),
    "no process": (lambda: multiply_add([[1]], [[1]], [[1]], n_jobs=0), ValueError, ["`n_jobs`", "from 1", "got 0"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)


def test_joblib_works_afterwards():
    """In a new process: joblib's own processes would not start again once others had taken them."""
    code = (
        "import joblib; from ailiteracy.basics import multiply_add;"
        "print(multiply_add([[1], [2]], [[3]], [[0], [0]], n_jobs=2));"
        "print(joblib.Parallel(n_jobs=2)(joblib.delayed(abs)(-i) for i in range(3)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[[3], [6]]", "[0, 1, 2]"]
    assert done.stderr == ""


def test_processes_that_were_killed_are_replaced():
    with pytest.raises(BrokenExecutor):
        processes(2).submit(os._exit, 1).result()
    with pytest.raises(BrokenExecutor):
        multiply_add([[1], [2]], [[3]], [[0], [0]], n_jobs=2)
    assert multiply_add([[1], [2]], [[3]], [[0], [0]], n_jobs=2) == [[3], [6]]
