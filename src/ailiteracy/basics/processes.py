"""When does a second process make it faster? A * B + C, timed in several ways.

The idea in three lines: a task for another process is packed, sent, unpacked and answered;
that costs about as much as a thousand multiplications, whatever the task does;
so a few large tasks (blocks of rows) pay from some size on, and many small ones (elements) never do.

*Left out*: memory that processes share, which saves the sending. *Next*: ``puzzles.py``, the judge problems as text.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.chance import as_generator
from .._support.checks import check_choice, check_integer, message
from .._support.figures import new_figure, result_html
from .._support.progress import progress_bar
from .matrices import Matrix, by_row, dot, multiply_rows, processes, row_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

__all__ = ["WAYS", "ProcessesResult", "compare_processes"]

LARGEST_BY_ELEMENT = 64  # rows; above that, a task for each element takes minutes


def _by_element(A: Matrix, B: Matrix, C: Matrix, n_jobs: int) -> Matrix:
    """One task for each element: a row and a column go there, one number comes back."""
    columns, pool = list(zip(*B, strict=True)), processes(n_jobs)
    products = iter([pool.submit(dot, row, column) for row in A for column in columns])
    return [[next(products).result() + c for c in row] for row in C]


def _by_thread(A: Matrix, B: Matrix, C: Matrix, n_jobs: int) -> Matrix:
    """A block of rows for each thread: nothing is sent, but one thread at a time runs Python."""
    with ThreadPoolExecutor(n_jobs) as pool:
        return [
            row for part in pool.map(multiply_rows, *zip(*row_blocks(A, B, C, n_jobs), strict=True)) for row in part
        ]


def _by_numpy(A: Matrix, B: Matrix, C: Matrix, n_jobs: int) -> Matrix:
    """One process, compiled code; the change to arrays and back is counted."""
    product: Matrix = (np.array(A) @ np.array(B) + np.array(C)).tolist()
    return product


WAYS: dict[str, Callable[[Matrix, Matrix, Matrix, int], Matrix]] = {
    "one process": lambda A, B, C, n_jobs: multiply_rows(A, B, C),
    "threads": _by_thread,
    "processes by element": _by_element,
    "processes by row": by_row,
    "numpy": _by_numpy,
}
COLORS = ("#000000", "#E69F00", "#D55E00", "#0072B2", "#009E73")


@dataclass(frozen=True, eq=False, repr=False)
class ProcessesResult:
    """How long A * B + C took in several ways.

    Parameters
    ----------
    sizes : list of int
        Rows and columns of the square matrices.
    ways : list of str
        What was compared; "one process" is the first.
    seconds : ndarray of shape (n_ways, n_sizes, n_runs)
        Wall time; nan where a way was left out because it takes minutes. Processes were already running.
    startup_seconds : float
        The time to start the processes, once; nan when no way needs them.
    n_jobs : int
        Processes or threads.
    """

    sizes: list[int]
    ways: list[str]
    seconds: npt.NDArray[np.float64]
    startup_seconds: float
    n_jobs: int

    def fastest(self, way: str) -> npt.NDArray[np.float64]:
        """Return the shortest time of a way for each size: the run that other programs disturbed least.

        Parameters
        ----------
        way : str
            One of `ways`.

        Returns
        -------
        ndarray of shape (n_sizes,)
            Seconds.
        """
        runs = self.seconds[self.ways.index(check_choice("way", way, self.ways))]  # (n_sizes, n_runs)
        return np.asarray(runs.min(axis=1))

    def crossing(self, way: str, *, startup: bool = False) -> int | None:
        """Return the smallest size from which a way beats one process at every larger size measured.

        Parameters
        ----------
        way : str
            One of `ways`.
        startup : bool, default False
            Whether starting the processes counts.

        Returns
        -------
        int or None
            None when one process wins at the largest size.
        """
        wins = self.fastest(way) + (self.startup_seconds if startup else 0) < self.fastest("one process")
        if not wins[-1]:
            return None
        lost = np.flatnonzero(~wins)
        return self.sizes[lost[-1] + 1 if len(lost) else 0]

    def __repr__(self) -> str:
        text = f"A * B + C with {self.sizes[-1]} rows, against one process ({self.fastest('one process')[-1]:.3g} s): "
        ratios = [(way, self.fastest("one process") / self.fastest(way)) for way in self.ways[1:]]
        known = [
            (way, ratio[~np.isnan(ratio)][-1], self.sizes[np.flatnonzero(~np.isnan(ratio))[-1]])
            for way, ratio in ratios
            if not np.isnan(ratio).all()  # too large for this way: not measured
        ]
        text += (
            "no other way was measured"
            if not known
            else ", ".join(
                f"{way} {ratio:.2g} times as fast" + (f" (at {size} rows)" if size != self.sizes[-1] else "")
                for way, ratio, size in known
            )
        )
        if "processes by row" in self.ways:
            at = self.crossing("processes by row")
            text += f". {self.n_jobs} processes by row win " + (
                f"from {at} rows on" if at else "at none of these sizes"
            )
            text += f"; starting them took {self.startup_seconds:.2g} s"
        return text + "."

    def plot(self) -> Figure:
        """Return a figure: the time of each way by size, both on a logarithmic scale.

        Returns
        -------
        matplotlib.figure.Figure
            One panel.
        """
        figure = new_figure(7, 4.5)
        axes = figure.subplots()
        for way in self.ways:
            axes.loglog(self.sizes, self.fastest(way), "o-", label=way, color=COLORS[list(WAYS).index(way)])
        if "processes by row" in self.ways:
            axes.axhline(self.startup_seconds, linestyle=":", color="#777777", label="starting processes")
        axes.set(title="A * B + C", xlabel="Rows and columns", ylabel="Seconds (fastest run)")
        axes.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_processes(
    sizes: Any = (8, 16, 32, 64, 128),
    *,
    ways: Any = tuple(WAYS),
    n_jobs: int = 2,
    runs: int = 5,
    rng: Any = 0,
    progress: bool = True,
) -> ProcessesResult:
    """Return how long A * B + C takes in one process, in threads, in several processes and with numpy.

    Parameters
    ----------
    sizes : sequence of int, default (8, 16, 32, 64, 128)
        Rows and columns of the square matrices, rising.
    ways : sequence of str
        Which of "one process", "threads", "processes by element", "processes by row", "numpy" to compare; the first is
        always measured.
    n_jobs : int, default 2
        Processes or threads.
    runs : int, default 5
        Runs of each way and size, in turn, after one that is not counted.
    rng : int, Generator or None, default 0
        Where the elements come from: whole numbers from 0 to 99.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    ProcessesResult
        `fastest(way)`, `crossing(way)`, `startup_seconds` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a way is unknown or a number out of range.

    Examples
    --------
    >>> result = compare_processes([2, 4], ways=["threads"], runs=1)
    >>> result.seconds.shape  # two ways, two sizes, one run
    (2, 2, 1)
    """
    sizes = _as_sizes(sizes)
    if isinstance(ways, str) or not isinstance(ways, list | tuple):
        raise TypeError(message("ways", "a list of names", ways, "Write ['processes by row']."))
    chosen = {"one process", *(check_choice("ways", way, WAYS) for way in ways)}
    names = [way for way in WAYS if way in chosen]
    n_jobs, runs = check_integer("n_jobs", n_jobs, low=2, high=256), check_integer("runs", runs, low=1, high=1000)
    generator = as_generator(rng)
    startup = _start_processes(n_jobs) if any(way.startswith("processes") for way in names) else float("nan")
    seconds = np.full((len(names), len(sizes), runs), np.nan)
    for column, size in enumerate(progress_bar(sizes, label="sizes", progress=progress)):
        A, B, C = generator.integers(0, 100, size=(3, size, size)).tolist()
        for run in range(-1, runs):  # run -1 warms up: caches, imports in the workers
            for row, way in enumerate(names):  # in turn, so that a busy machine slows all of them
                if way == "processes by element" and size > LARGEST_BY_ELEMENT:
                    continue
                began = time.perf_counter()
                WAYS[way](A, B, C, n_jobs)
                if run >= 0:
                    seconds[row, column, run] = time.perf_counter() - began
    return ProcessesResult(sizes, names, seconds, startup, n_jobs)


def _start_processes(n_jobs: int) -> float:
    """Return the seconds from no process to the first answers of all of them."""
    processes(n_jobs).shutdown(wait=True)  # processes of an earlier call would hide the cost
    processes.cache_clear()
    began = time.perf_counter()
    by_row([[1]] * n_jobs, [[1]], [[1]] * n_jobs, n_jobs)
    return time.perf_counter() - began


def _as_sizes(values: Any) -> list[int]:
    if isinstance(values, str) or not isinstance(values, list | tuple | range) or not values:
        raise TypeError(message("sizes", "a list of whole numbers", values, "Write [16, 32, 64]."))
    sizes = [check_integer("sizes", value, low=1, high=4096) for value in values]
    if sorted(set(sizes)) != sizes:
        raise ValueError(message("sizes", "rising, without repetition", values, "Sort them."))
    return sizes
