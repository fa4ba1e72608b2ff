"""The judge problems of the course as the judge asks them: text in, text out.

The idea in three lines: the numbers of a line are read, and the number of lines is known from those above;
what does not fit is an error that names the line, which a judge would not tell;
the answer itself comes from the file of the problem.

*Left out*: reading from standard input; pass ``sys.stdin.read()``.
*Next*: ``qlearning.py``, where nobody says what the right answer is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._support.checks import check_integer, check_text, message
from .matrices import multiply_add
from .neuron_graph import run_neuron_graph
from .paths import count_paths

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["solve_judge_problem"]


def solve_judge_problem(problem: int, text: str) -> str:
    r"""Return the answer to a judge problem of the course, as the judge wants it printed.

    Parameters
    ----------
    problem : int
        29741 (paths through a layered country), 29740 (a graph of neurons) or 18161 (A * B + C).
    text : str
        The input in the form of the problem; blank lines are skipped.

    Returns
    -------
    str
        The lines to print, without a line break at the end.

    Raises
    ------
    TypeError
        When the problem is no number or the input is no text.
    ValueError
        When the problem is unknown, or the input does not have its form; the message names the line.

    Examples
    --------
    >>> solve_judge_problem(29741, "2 3 13\n4 6\n2 1\n3 4")
    '2'
    >>> print(solve_judge_problem(18161, "1 2\n1 2\n2 1\n3\n4\n1 1\n5"))
    16
    """
    problem = check_integer("problem", problem, remedy=f"Choose one of {', '.join(map(str, SOLVERS))}.")
    if problem not in SOLVERS:
        numbers = ", ".join(map(str, SOLVERS))
        raise ValueError(message("problem", f"one of {numbers}", problem, "These are the three of the course."))
    lines = Lines(check_text("text", text, "Pass the input of the problem."))
    answer = SOLVERS[problem](lines)
    lines.finish()
    return answer


class Lines:
    """The lines of an input, handed out one after the other as lists of whole numbers.

    Parameters
    ----------
    text : str
        The whole input.
    """

    def __init__(self, text: str) -> None:
        self.rows = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
        self.next = 0

    def take(self, what: str, length: int) -> list[int]:
        """Return the `length` numbers of the next line.

        Parameters
        ----------
        what : str
            What the line holds, for the error.
        length : int
            How many numbers it must have.

        Returns
        -------
        list of int
            The numbers.
        """
        expected = f"{length} whole number{'s' if length != 1 else ''} ({what})"
        if self.next == len(self.rows):
            raise ValueError(message("text", f"longer: {expected} must follow", "its end", "Add the missing lines."))
        place, line = self.rows[self.next]
        self.next += 1
        try:
            row = list(map(int, line.split()))
        except ValueError:
            row = []
        if len(row) != length:
            got = line.strip() if len(line) < 60 else f"{len(line.split())} words"
            raise ValueError(f"line {place} of " + message("text", expected, got, "Check the numbers above it too."))
        return row

    def matrix(self, name: str) -> list[list[int]]:
        """Return a matrix: a line with its rows and columns, then its rows.

        Parameters
        ----------
        name : str
            The name of the matrix, for the error.

        Returns
        -------
        list of list of int
            The matrix.
        """
        n_rows, n_columns = self.positive(f"rows and columns of {name}", 2)
        return [self.take(f"a row of {name}", n_columns) for _ in range(n_rows)]

    def positive(self, what: str, length: int) -> list[int]:
        """Return the numbers of the next line, none of them below 1.

        Parameters
        ----------
        what : str
            What the line holds, for the error.
        length : int
            How many numbers it must have.

        Returns
        -------
        list of int
            The numbers.
        """
        row = self.take(what, length)
        if min(row) < 1:
            place = self.rows[self.next - 1][0]
            raise ValueError(f"line {place} of " + message("text", f"numbers >= 1 ({what})", row, "Count from 1."))
        return row

    def finish(self) -> None:
        """Raise an error when there are lines that nobody took."""
        if self.next < len(self.rows):
            place, line = self.rows[self.next]
            remedy = "Remove what follows, or correct the numbers that say how many lines there are."
            raise ValueError(message("text", f"at its end before line {place}", line[:40], remedy))


def _paths(lines: Lines) -> str:
    """29741: N, L, M; then N costs from the entry, N between layers, N to the exit."""
    n_cities, n_layers, modulus = lines.positive("N, L and M", 3)
    entry, layer, leave = (lines.take(f"costs {where}", n_cities) for where in ("of entry", "between", "of exit"))
    return str(count_paths(entry, layer, leave, n_layers=n_layers, modulus=modulus))


def _neurons(lines: Lines) -> str:
    """29740: n and p; then n pairs (state, threshold) and p triples (from, to, weight)."""
    n_neurons, n_edges = lines.take("n and p", 2)
    neurons = [lines.take("state and threshold", 2) for _ in range(n_neurons)]
    edges = [lines.take("from, to and weight", 3) for _ in range(n_edges)]
    answer = run_neuron_graph(neurons, edges).answer
    return "\n".join(f"{i} {state}" for i, state in answer.items()) or "NULL"


def _matrices(lines: Lines) -> str:
    """18161: three matrices. Only shapes that do not fit are the judge's "Error!"; a broken input is our error."""
    A, B, C = (lines.matrix(name) for name in "ABC")
    if len(A[0]) != len(B) or (len(A), len(B[0])) != (len(C), len(C[0])):
        return "Error!"
    return "\n".join(" ".join(map(str, row)) for row in multiply_add(A, B, C))


SOLVERS: dict[int, Callable[[Any], str]] = {29741: _paths, 29740: _neurons, 18161: _matrices}
