"""How fast a device multiplies matrices, and whether its arithmetic or its memory is the limit.

The idea in three lines: a product of two n x n matrices does 2 n^3 operations on 3 n^2 numbers, so large ones do much
work for each byte they fetch; small ones, and sums, wait for memory;
the roofline draws both limits: operations a second <= bytes a second * operations a byte, and <= what the units can do.

*Left out*: convolutions, several devices at once, caches one by one. *Next*: ``quantize.py``, fewer bytes for the same.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from .._support.checks import check_choice, check_integer, check_number, message
from .._support.devices import pick_device
from .._support.downloads import readable_size
from .._support.figures import new_figure, result_html
from .._support.progress import progress_bar
from .compute import DTYPES, can_multiply, torch_dtype

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

__all__ = ["RooflineResult", "matrix_roofline"]

COLORS = {"float64": "#D55E00", "float32": "#0072B2", "bfloat16": "#009E73", "float16": "#CC79A7"}


@dataclass(frozen=True, eq=False, repr=False)
class RooflineResult:
    """How fast a device multiplies square matrices, and the limits it runs into.

    Parameters
    ----------
    device : str
        Where it was measured.
    sizes : list of int
        Rows and columns.
    dtypes : list of str
        The types of the numbers.
    gflops : ndarray of shape (n_dtypes, n_sizes)
        Billions of operations a second, the best of the runs; nan where the time was up.
    bandwidth : float
        Billions of bytes a second that a copy of a large array reads and writes.
    sum_gflops : float
        Billions of operations a second in a sum of two large float32 arrays.
    """

    device: str
    sizes: list[int]
    dtypes: list[str]
    gflops: npt.NDArray[np.float64]
    bandwidth: float
    sum_gflops: float

    def intensity(self, dtype: str) -> npt.NDArray[np.float64]:
        """Return the operations for each byte of the three matrices, if each is moved once.

        Parameters
        ----------
        dtype : str
            One of `dtypes`.

        Returns
        -------
        ndarray of shape (n_sizes,)
            2 n^3 / (3 n^2 * bytes of a number).
        """
        n_bytes = torch_dtype(check_choice("dtype", dtype, self.dtypes)).itemsize
        return 2 * np.array(self.sizes) / (3 * n_bytes)

    def peak(self, dtype: str) -> float:
        """Return the best measured rate of a type.

        Parameters
        ----------
        dtype : str
            One of `dtypes`.

        Returns
        -------
        float
            Billions of operations a second.
        """
        return float(np.nanmax(self.gflops[self.dtypes.index(check_choice("dtype", dtype, self.dtypes))]))

    def ridge(self, dtype: str) -> float:
        """Return the operations a byte from which on computing, not memory, is the limit.

        Parameters
        ----------
        dtype : str
            One of `dtypes`.

        Returns
        -------
        float
            Peak divided by bandwidth.
        """
        return self.peak(dtype) / self.bandwidth

    def __repr__(self) -> str:
        peaks = ", ".join(f"{dtype} {self.peak(dtype):.3g}" for dtype in self.dtypes)
        dtype = "float32" if "float32" in self.dtypes else self.dtypes[0]
        return (
            f"Best rate on {self.device} in GFLOP/s: {peaks}. A copy moves {self.bandwidth:.3g} GB/s, so {dtype} needs "
            f"{self.ridge(dtype):.3g} operations a byte to keep the units busy. A sum has 1/12 and does "
            f"{self.sum_gflops:.2g} GFLOP/s."
        )

    def plot(self) -> Figure:
        """Return a figure: the measured rates under the two limits.

        Returns
        -------
        matplotlib.figure.Figure
            One panel, both axes logarithmic.
        """
        figure = new_figure(8, 4.5)
        axes = figure.subplots()
        x = np.logspace(-1.5, 3, 200)  # operations a byte
        for dtype, rates in zip(self.dtypes, self.gflops, strict=True):
            axes.loglog(x, np.minimum(self.peak(dtype), x * self.bandwidth), color=COLORS[dtype], alpha=0.5)
            axes.loglog(self.intensity(dtype), rates, "o", color=COLORS[dtype], label=dtype)
        axes.loglog(1 / 12, self.sum_gflops, "s", color="black", label="sum of two arrays")
        axes.set(title=f"Roofline of {self.device}", xlabel="Operations for each byte", ylabel="GFLOP/s")
        axes.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def matrix_roofline(
    sizes: Any = (32, 64, 128, 256, 512, 1024),
    *,
    dtypes: Any = ("float32", "float64"),
    device: Any = "auto",
    seconds: float = 6.0,
    megabytes: int = 256,
    progress: bool = True,
) -> RooflineResult:
    """Return how fast a device multiplies square matrices, beside how fast it moves memory.

    Parameters
    ----------
    sizes : sequence of int, default (32, 64, 128, 256, 512, 1024)
        Rows and columns, rising.
    dtypes : sequence of str, default ("float32", "float64")
        Of "float64", "float32", "bfloat16", "float16"; those that the device does not have are left out.
    device : str or torch.device, default "auto"
        Where to measure.
    seconds : float, default 6
        About how long it may take; a size that would take much more than its share is left out, and every larger one.
    megabytes : int, default 256
        The size of the array that is copied. It should be larger than the processor's caches.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    RooflineResult
        `gflops`, `bandwidth`, `intensity(dtype)`, `peak(dtype)`, `ridge(dtype)` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a number is out of range, a type unknown, or none of the types works on the device.

    References
    ----------
    S. Williams, A. Waterman, D. Patterson, "Roofline: an insightful visual performance model", 2009.

    Examples
    --------
    >>> result = matrix_roofline([8, 16], dtypes=["float32"], device="cpu", seconds=0.1, megabytes=1)
    >>> result.intensity("float32").round(3).tolist()  # 2 * 8 / 12 and 2 * 16 / 12
    [1.333, 2.667]
    """
    sizes = _as_sizes(sizes)
    if isinstance(dtypes, str) or not isinstance(dtypes, tuple | list) or not dtypes:
        raise TypeError(message("dtypes", "a list of names", dtypes, "Write ['float32']."))
    target = pick_device(device)
    known = [dtype for dtype in dtypes if can_multiply(str(target), check_choice("dtypes", dtype, DTYPES))]
    if not known:
        raise ValueError(message("dtypes", f"types that {target} can multiply", dtypes, "Use ['float32']."))
    share = check_number("seconds", seconds, above=0, high=3600) / (len(known) * len(sizes) + 2)
    megabytes = check_integer("megabytes", megabytes, low=1, high=65536)

    _check_room(target, 3 * max(max(sizes) ** 2 * 8, megabytes * 1_000_000))
    gflops = np.full((len(known), len(sizes)), np.nan)
    for row, dtype in enumerate(progress_bar(known, label="types", progress=progress)):
        best = 0.0  # seconds of the size before
        for column, n in enumerate(sizes):
            if column and best * (n / sizes[column - 1]) ** 3 > 3 * share:
                break
            a, b = (torch.full((n, n), 0.5, dtype=torch_dtype(dtype), device=target) for _ in range(2))
            best = _best_seconds(target, share, torch.mm, a, b)
            gflops[row, column] = 2 * n**3 / best / 1e9
    n_floats = megabytes * 250_000
    first, second, out = (torch.ones(n_floats, dtype=torch.float32, device=target) for _ in range(3))
    copy = _best_seconds(target, share, out.copy_, first)
    added = _best_seconds(target, share, torch.add, first, second, out=out)
    return RooflineResult(str(target), sizes, known, gflops, 2 * 4 * n_floats / copy / 1e9, n_floats / added / 1e9)


def _best_seconds(
    device: torch.device, seconds: float, work: Callable[..., Any], *inputs: Any, **options: Any
) -> float:
    """Return the shortest time of some runs: the one that other programs disturbed least."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    # The first run also fetches memory and chooses an algorithm: it is not counted.
    while len(times) < 2 or time.perf_counter() < end:
        began = time.perf_counter()
        work(*inputs, **options)
        if device.type != "cpu":
            torch.accelerator.synchronize(device)  # an accelerator answers before it is done
        times.append(time.perf_counter() - began)
    return min(times[1:])


def _check_room(device: torch.device, n_bytes: int) -> None:
    """Raise a ValueError when the main memory has no room for the arrays."""
    import psutil

    free = int(psutil.virtual_memory().available)
    if device.type == "cpu" and n_bytes > free:
        expected = f"small enough for {readable_size(free)} of free memory"
        raise ValueError(message("sizes", expected, readable_size(n_bytes), "Lower `sizes` and `megabytes`."))


def _as_sizes(values: Any) -> list[int]:
    if isinstance(values, str) or not isinstance(values, list | tuple | range) or not values:
        raise TypeError(message("sizes", "a list of whole numbers", values, "Write [64, 128, 256]."))
    sizes = [check_integer("sizes", value, low=1, high=32768) for value in values]
    if sorted(set(sizes)) != sizes:
        raise ValueError(message("sizes", "rising, without repetition", values, "Sort them."))
    return sizes
