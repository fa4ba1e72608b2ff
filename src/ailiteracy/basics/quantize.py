"""A matrix in fewer bits: weights as small whole numbers, with one scale for each group.

The idea in three lines: the largest weight of a group becomes 127 (of 8 bits), all others in proportion, rounded;
one float for each group remembers the proportion, so a weight costs one byte in place of four;
a single large weight makes the steps of its whole group coarse, so small groups lose less and cost more scales.

*Left out*: zero points for weights that are not centred; methods that look at the data, such as GPTQ and AWQ.
*Next*: ``model_memory.py``, what that saves in a whole model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html
from .gates import Array, as_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["QuantizedMatrix", "quantize_matrix"]

BITS = (8, 4, 2)  # a byte holds 1, 2 or 4 of them
LARGEST = 1e38  # what float32 holds


@dataclass(frozen=True, eq=False, repr=False)
class QuantizedMatrix:
    """A matrix of small whole numbers and their scales.

    Parameters
    ----------
    original : ndarray of shape (n_rows, n_columns)
        The weights it was made from, for comparison.
    bits : int
        8, 4 or 2.
    group_size : int
        How many neighbouring weights of a row share a scale; 0 when the whole matrix has one.
    packed : ndarray of uint8
        The whole numbers, 8 // bits of them in each byte.
    scales : ndarray of float32 of shape (n_groups, 1)
        The weight that the number 1 of each group stands for.
    """

    original: Array
    bits: int
    group_size: int
    packed: npt.NDArray[np.uint8]
    scales: npt.NDArray[np.float32]

    @property
    def codes(self) -> npt.NDArray[np.int8]:
        """The whole numbers, unpacked, (n_rows, n_columns)."""
        return _unpack(self.packed, self.bits, self.original.size).reshape(self.original.shape)

    @property
    def n_bytes(self) -> int:
        """The bytes of the packed numbers and the scales."""
        return self.packed.nbytes + self.scales.nbytes

    @property
    def bits_per_weight(self) -> float:
        """Bits for one weight, its share of the scales included."""
        return 8 * self.n_bytes / self.original.size

    @property
    def max_error(self) -> float:
        """The largest distance between a weight and what is restored."""
        return float(np.abs(self.restored() - self.original).max())

    @property
    def relative_error(self) -> float:
        """The length of all errors together, divided by the length of all weights; 0 for a matrix of zeros."""
        length = float(np.linalg.norm(self.original))
        return float(np.linalg.norm(self.restored() - self.original)) / length if length else 0.0

    def restored(self) -> npt.NDArray[np.float32]:
        """Return the weights that the whole numbers stand for.

        Returns
        -------
        ndarray of float32 of shape (n_rows, n_columns)
            Whole number times scale.
        """
        groups = self.codes.reshape(len(self.scales), -1)  # (n_groups, group_size)
        return (groups * self.scales).reshape(self.original.shape)

    def __repr__(self) -> str:
        rows, columns = self.original.shape
        scales = "1 scale" if len(self.scales) == 1 else f"{len(self.scales)} scales"
        return (
            f"{rows} x {columns} weights in {self.bits} bits and {scales}: {self.n_bytes:,} bytes in place of "
            f"{4 * self.original.size:,} (float32), {self.bits_per_weight:.3g} bits a weight. Relative error "
            f"{self.relative_error:.3g}, largest {self.max_error:.3g}."
        )

    def plot(self) -> Figure:
        """Return a figure: what each weight became, and how often each error occurs.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels.
        """
        figure = new_figure(9, 4)
        left, right = figure.subplots(1, 2)
        restored = self.restored()
        left.plot(self.original.ravel(), restored.ravel(), ".", markersize=2, color="#0072B2")
        left.set(title=f"{self.bits} bits", xlabel="Weight", ylabel="Restored")
        right.hist((restored - self.original).ravel(), bins=60, color="#E69F00")
        right.set(title="Errors", xlabel="Restored minus weight", ylabel="Number of weights")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def quantize_matrix(weights: Any, *, bits: int = 8, group: str | int = "row") -> QuantizedMatrix:
    """Return a matrix in whole numbers of 8, 4 or 2 bits.

    Parameters
    ----------
    weights : array_like of shape (n_rows, n_columns)
        Numbers up to 1e38; for a torch tensor, pass `tensor.detach().cpu().numpy()`.
    bits : int, default 8
        8 (from -127 to 127), 4 (from -7 to 7) or 2 (from -1 to 1).
    group : str or int, default "row"
        Which weights share a scale: "row", "matrix", or so many neighbours of a row.

    Returns
    -------
    QuantizedMatrix
        `codes`, `scales`, `restored()`, `n_bytes`, `max_error`, `relative_error` and `plot()`.

    Raises
    ------
    TypeError
        When the weights are no numbers.
    ValueError
        When they are no matrix, have gaps, or do not divide into such groups.

    Notes
    -----
    scale = largest absolute weight / largest whole number; code = round(weight / scale). No error exceeds half a scale.

    Examples
    --------
    >>> small = quantize_matrix([[-1.0, 0.5, 0.25, 0.0]])
    >>> small.codes.tolist()  # 0.5 * 127 = 63.5 and 0.25 * 127 = 31.75, rounded (halves to the even number)
    [[-127, 64, 32, 0]]
    >>> small.n_bytes  # four of one byte, a scale of four
    8
    """
    table = as_table("weights", weights)
    if np.abs(table).max() > LARGEST:
        raise ValueError(message("weights", f"numbers of at most {LARGEST:g}", weights, "Scale them first."))
    bits = check_integer("bits", bits)
    if bits not in BITS:
        raise ValueError(message("bits", "8, 4 or 2", bits, "These fill a byte without rest."))
    group_size = _group_size(group, table.shape[1])
    groups = table.reshape(-1, group_size or table.size)  # (n_groups, group_size)

    largest_code = 2 ** (bits - 1) - 1  # the same on both sides, so that 0 stays 0
    scales = (np.abs(groups).max(axis=1, keepdims=True) / largest_code).astype(np.float32)  # (n_groups, 1)
    scales[scales == 0] = 1  # a group of zeros, or of numbers too small for float32: any scale will do
    codes = np.clip(np.rint(groups / scales), -largest_code, largest_code).astype(np.int8)
    return QuantizedMatrix(table, bits, group_size, _pack(codes.ravel(), bits), scales)


def _group_size(group: Any, n_columns: int) -> int:
    """Return how many weights share a scale, 0 for all."""
    if isinstance(group, str) and group in ("row", "matrix"):
        return n_columns if group == "row" else 0
    expected = f"'row', 'matrix' or a number that divides the {n_columns} columns"
    if isinstance(group, bool) or not isinstance(group, int | np.integer):
        error = ValueError if isinstance(group, str) else TypeError
        raise error(message("group", expected, group, "Pass 'row'."))
    if group < 1 or n_columns % group:
        raise ValueError(message("group", expected, group, "Pass 'row', or 1 for a scale of each weight."))
    return int(group)


def _pack(codes: npt.NDArray[np.int8], bits: int) -> npt.NDArray[np.uint8]:
    """Return the codes with 8 // bits of them in each byte, the first in the lowest bits."""
    n_in_byte = 8 // bits
    padded = np.zeros(-(-len(codes) // n_in_byte) * n_in_byte, dtype=np.uint8)
    padded[: len(codes)] = (codes.astype(np.int16) + 2 ** (bits - 1)).astype(np.uint8)  # no sign: -7..7 becomes 1..15
    shifts = bits * np.arange(n_in_byte, dtype=np.uint8)
    packed: npt.NDArray[np.uint8] = np.bitwise_or.reduce(padded.reshape(-1, n_in_byte) << shifts, axis=1).astype(
        np.uint8
    )
    return packed


def _unpack(packed: npt.NDArray[np.uint8], bits: int, n: int) -> npt.NDArray[np.int8]:
    """Return the first n codes that were packed."""
    shifts = bits * np.arange(8 // bits, dtype=np.uint8)
    unsigned = ((packed[:, None] >> shifts) & (2**bits - 1)).ravel()[:n].astype(np.int16)
    codes: npt.NDArray[np.int8] = (unsigned - 2 ** (bits - 1)).astype(np.int8)
    return codes
