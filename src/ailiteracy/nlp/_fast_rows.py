"""One vector times a matrix, compiled: the step that writing text repeats for every token.

The idea: each weight is read once, and nothing can be faster than reading. A general product of matrices prepares for
many vectors, which costs a single one up to three times the reading.

Left out: several vectors at once, which torch multiplies well.
Next: int8.py and gpt.py use it.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from numba import njit

__all__ = ["times_vector"]

LARGE = 2**22  # weights from which threads are worth their start
ANY_ORDER = {"reassoc", "contract"}  # of a sum; nan and infinity stay what they are


@njit(cache=True, nogil=True)
def whole_sums(weight, vector, out):
    """Put weight @ vector into `out`, all of it whole numbers: int8, int8 and int32."""
    for i in range(weight.shape[0]):
        total = np.int32(0)
        for j in range(weight.shape[1]):
            total = np.int32(total + np.int32(weight[i, j]) * np.int32(vector[j]))
        out[i] = total


@njit(cache=True, nogil=True, fastmath=ANY_ORDER)
def float_sums(weight, vector, out):
    """Put weight @ vector into `out`, all of it float32."""
    for i in range(weight.shape[0]):
        total = np.float32(0)
        for j in range(weight.shape[1]):
            total += weight[i, j] * vector[j]
        out[i] = total


# The sums that fit: the type of both factors, and that of the result.
SUMS = {torch.int8: (whole_sums, np.int32), torch.float32: (float_sums, np.float32)}


def times_vector(weight: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
    """Return weight (n_out, n_in) @ vector (n_in,), for int8 exactly, as int32.

    Both must fit, be contiguous, on the CPU, of one of the types in `SUMS`, and need no gradient: nothing is checked.
    """
    add_up, kind = SUMS[weight.dtype]
    rows, column = weight.numpy(), vector.numpy()
    out = np.empty(len(rows), dtype=kind)
    n_jobs = torch.get_num_threads() if rows.size >= LARGE else 1
    if n_jobs == 1:
        add_up(rows, column, out)
    else:
        parts = zip(np.array_split(rows, n_jobs), np.array_split(out, n_jobs), strict=True)
        list(_threads(n_jobs).map(lambda part: add_up(part[0], column, part[1]), parts))
    return torch.from_numpy(out)


@functools.cache
def _threads(n_jobs: int) -> Any:
    return ThreadPoolExecutor(n_jobs, thread_name_prefix="rows")
