"""A * B + C in whole numbers, in one process or several: judge problem 18161.

The idea in three lines: an element of A * B is a row times a column;
a row of the answer needs one row of A and all of B, but no other row of A;
so blocks of rows are tasks that several processes can do without asking one another.

*Left out*: blocks that fit into the processor's cache; ``compute.py`` measures a library that has them.
*Next*: ``processes.py`` times this against other ways to share the work.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import numbers
from concurrent.futures import BrokenExecutor
from operator import mul
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .._support.checks import check_integer, message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

__all__ = ["Matrix", "by_row", "dot", "multiply_add", "multiply_rows", "processes", "row_blocks"]

Matrix: TypeAlias = list[list[int]]


def multiply_add(A: Any, B: Any, C: Any, *, n_jobs: int = 1) -> Matrix:
    """Return A * B + C for matrices of whole numbers, exactly.

    Parameters
    ----------
    A : sequence of shape (n_rows, n_inner)
        Whole numbers of any size.
    B : sequence of shape (n_inner, n_columns)
        Whole numbers.
    C : sequence of shape (n_rows, n_columns)
        Whole numbers.
    n_jobs : int, default 1
        The number of processes; each gets one block of rows of A.

    Returns
    -------
    list of list of int
        Of shape (n_rows, n_columns).

    Raises
    ------
    TypeError
        When an element is no whole number.
    ValueError
        When a matrix is empty, its rows differ in length, or the shapes do not fit.

    References
    ----------
    Problem 18161 of the course's judge, http://cs101.openjudge.cn/practice/18161

    Examples
    --------
    >>> multiply_add([[1, 2]], [[3], [4]], [[5]])  # 1 * 3 + 2 * 4 + 5
    [[16]]
    """
    a, b, c = _as_matrix("A", A), _as_matrix("B", B), _as_matrix("C", C)
    n_jobs = check_integer("n_jobs", n_jobs, low=1, high=256)
    if len(a[0]) != len(b):
        remedy = "A * B needs as many columns in A as rows in B."
        raise ValueError(message("B", f"a matrix of {len(a[0])} rows", f"{len(b)} rows", remedy))
    if (len(c), len(c[0])) != (len(a), len(b[0])):
        expected, got = f"a matrix of shape ({len(a)}, {len(b[0])})", f"shape ({len(c)}, {len(c[0])})"
        raise ValueError(message("C", expected, got, "C is added to A * B, so it needs the shape of that product."))
    return multiply_rows(a, b, c) if n_jobs == 1 else by_row(a, b, c, n_jobs)


def multiply_rows(A: Matrix, B: Matrix, C: Matrix) -> Matrix:
    """Return A * B + C in plain Python, without checks."""
    columns = list(zip(*B, strict=True))  # once, not once for each row
    return [[dot(a, b) + c for b, c in zip(columns, added, strict=True)] for a, added in zip(A, C, strict=True)]


def dot(row: Any, column: Any) -> int:
    """Return the sum of the products of two sequences of equal length."""
    return sum(map(mul, row, column))


def row_blocks(A: Matrix, B: Matrix, C: Matrix, n_blocks: int) -> Iterator[tuple[Matrix, Matrix, Matrix]]:
    """Yield the arguments of `multiply_rows` for blocks of neighbouring rows, as equal as they can be."""
    ends = [len(A) * k // n_blocks for k in range(n_blocks + 1)]
    yield from ((A[i:j], B, C[i:j]) for i, j in itertools.pairwise(ends) if j > i)


def by_row(A: Matrix, B: Matrix, C: Matrix, n_jobs: int) -> Matrix:
    """One task for each process: a block of rows. B is packed and sent once for each of them."""
    try:
        parts = [processes(n_jobs).submit(multiply_rows, *block) for block in row_blocks(A, B, C, n_jobs)]
        return [row for part in parts for row in part.result()]
    except BrokenExecutor:  # a process was killed, for want of memory perhaps: the next call starts new ones
        processes.cache_clear()
        raise


@functools.cache
def processes(n_jobs: int) -> Executor:
    """Return `n_jobs` processes, started the first time and used again; they need no `if __name__ == "__main__"`.

    They are not those that joblib keeps for `joblib.Parallel`, and end after a minute without work.
    """
    from joblib.externals.loky import ProcessPoolExecutor

    executor: Executor = ProcessPoolExecutor(max_workers=n_jobs, timeout=60)
    atexit.register(processes.cache_clear)  # while the modules that the processes need are still there
    return executor


def _as_matrix(argument: str, values: Any) -> Matrix:
    """Return a matrix as lists of Python ints, which have no largest value."""
    expected = "a matrix of whole numbers, rows of equal length"
    values = values.tolist() if isinstance(values, np.ndarray) else values
    try:
        rows = [list(row) for row in values]
    except TypeError:
        raise TypeError(message(argument, expected, values, "Write [[1, 2], [3, 4]].")) from None
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        raise ValueError(
            message(argument, expected, values, "Give each row the same number of elements, at least one.")
        )
    for row in rows:
        for element in row:
            if isinstance(element, bool) or not isinstance(element, numbers.Integral):
                raise TypeError(message(argument, expected, element, "Use whole numbers such as 3, not 3.0 or '3'."))
    return [[int(element) for element in row] for row in rows]
