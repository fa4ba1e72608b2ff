"""Counting more paths than can be walked: judge problem 29741.

A country has layers of cities; every city of a layer leads to every city of the next. How many ways from the entry to
the exit have a total cost that the modulus divides? The idea in three lines:
only the remainder of a cost matters, so a layer is a table: how many of its cities have cost 0, 1, 2 ... modulo M;
joining two stretches of road multiplies their tables and adds the remainders, which is a cyclic convolution;
all layers have the same table, so squaring it again and again replaces a hundred thousand joins by seventeen.

*Left out*: the number-theoretic transform, which pays when the modulus is large.
*Next*: ``neuron_graph.py``, a network in which the roads carry signals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_integer, message

__all__ = ["PRIME", "convolve", "count_paths", "power"]

PRIME = 1_000_000_007  # answers are given modulo this; products of two remainders still fit into 64 bits
LARGEST_COST = 10**9
Counts = npt.NDArray[np.int64]


def count_paths(entry_costs: Any, layer_costs: Any, exit_costs: Any, *, n_layers: int, modulus: int) -> int:
    """Return the number of paths whose cost is divisible by `modulus`, modulo 1,000,000,007.

    Parameters
    ----------
    entry_costs : array_like of shape (n_cities,)
        Whole numbers: the cost from the entry to each city of the first layer.
    layer_costs : array_like of shape (n_cities,)
        The cost to reach each city from any city of the layer before.
    exit_costs : array_like of shape (n_cities,)
        The cost from each city of the last layer to the exit.
    n_layers : int
        From 2 on; the work grows with its logarithm.
    modulus : int
        From 1 to 1000; the work grows with its square.

    Returns
    -------
    int
        From 0 to 1,000,000,006.

    Raises
    ------
    TypeError
        When something is no whole number.
    ValueError
        When the three lists differ in length or a number is out of range.

    Notes
    -----
    The last city has two costs that belong together, its own and that of the exit, so the power is `n_layers` - 2:
    one table for the first layer, one for the last, one for each layer between.

    References
    ----------
    Problem 29741 of the course's judge, http://cs101.openjudge.cn/practice/29741/

    Examples
    --------
    Two layers of two cities: 0 + 0 + 0, 0 + 1 + 1, 1 + 0 + 0 and 1 + 1 + 1; two of the four sums are even.

    >>> count_paths([0, 1], [0, 1], [0, 1], n_layers=2, modulus=2)
    2
    """
    n_layers = check_integer("n_layers", n_layers, low=2, high=10**18)
    modulus = check_integer("modulus", modulus, low=1, high=1000)
    entry = _as_costs("entry_costs", entry_costs)
    layer = _as_costs("layer_costs", layer_costs, n_cities=len(entry))
    leave = _as_costs("exit_costs", exit_costs, n_cities=len(entry))

    first = _remainders(entry, modulus)  # (modulus,): how many cities have each remainder
    middle = _remainders(layer, modulus)
    last = _remainders(layer + leave, modulus)  # the two costs of the same city go together
    total = convolve(convolve(first, power(middle, n_layers - 2)), last)
    return int(total[0])


def convolve(a: Counts, b: Counts) -> Counts:
    """Return the cyclic convolution modulo PRIME: entry r sums a[i] * b[j] over all i + j that leave remainder r.

    Parameters
    ----------
    a, b : ndarray of shape (modulus,)
        Counts by remainder, each from 0 to PRIME - 1.

    Returns
    -------
    ndarray of shape (modulus,)
        Counts by remainder.

    Examples
    --------
    >>> convolve(np.array([1, 2]), np.array([3, 4])).tolist()  # 1*3 + 2*4 and 1*4 + 2*3
    [11, 10]
    """
    r = np.arange(len(a))
    partner = a[(r[:, None] - r) % len(a)]  # (modulus, modulus): row r, column j holds a[r - j]
    # Each product is below 2**60. The remainder is taken before the sum, or a thousand products would overflow.
    result: Counts = (partner * b % PRIME).sum(axis=1) % PRIME
    return result


def power(counts: Counts, exponent: int) -> Counts:
    """Return `counts` convolved `exponent` times with a road of cost 0.

    Parameters
    ----------
    counts : ndarray of shape (modulus,)
        Counts by remainder.
    exponent : int
        From 0 on.

    Returns
    -------
    ndarray of shape (modulus,)
        Counts by remainder.

    Examples
    --------
    >>> power(np.array([1, 1]), 3).tolist()  # of 2 * 2 * 2 paths, half are even
    [4, 4]
    """
    result = np.zeros_like(counts)
    result[0] = 1  # one road of cost 0: joining it changes nothing
    square = counts
    # 13 is 1101 in binary: the power 13 is the power 1 joined with the powers 4 and 8.
    while exponent:
        if exponent % 2:
            result = convolve(result, square)
        square = convolve(square, square)
        exponent //= 2
    return result


def _remainders(costs: Counts, modulus: int) -> Counts:
    """Return how many costs leave each remainder, as (modulus,)."""
    return np.bincount(costs % modulus, minlength=modulus).astype(np.int64)


def _as_costs(argument: str, values: Any, *, n_cities: int | None = None) -> Counts:
    """Return the costs as int64 of shape (n_cities,)."""
    expected = "a list of whole numbers" + (f" with {n_cities} entries like `entry_costs`" if n_cities else "")
    try:
        costs = np.asarray(values)
    except ValueError:
        raise ValueError(message(argument, expected, values, "Write one number for each city.")) from None
    if costs.ndim != 1 or costs.size == 0 or (n_cities is not None and len(costs) != n_cities):
        raise ValueError(message(argument, expected, values, "Write one number for each city."))
    if costs.dtype.kind not in "iu":  # no floats, no truth values, nothing beyond 64 bits
        raise TypeError(message(argument, expected, values, "Costs such as 3, not 3.0 or '3'."))
    if costs.max() > LARGEST_COST or costs.min() < -LARGEST_COST:
        raise ValueError(message(argument, f"{expected} of at most {LARGEST_COST}", values, "Reduce them by M."))
    return costs.astype(np.int64)
