"""Paths through a layered country: the notes' sample, small countries walked through, the limits of the problem."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics import count_paths
from ailiteracy.basics.paths import PRIME, convolve, power


def walked(entry, layer, leave, n_layers, modulus):
    """Walk every path."""
    cities = range(len(entry))
    costs = (
        entry[path[0]] + sum(layer[city] for city in path[1:]) + leave[path[-1]]
        for path in itertools.product(cities, repeat=n_layers)
    )
    return sum(cost % modulus == 0 for cost in costs)


def layer_by_layer(entry, layer, leave, n_layers, modulus):
    """Count by remainder, one layer after the other, in Python's unlimited integers."""
    counts = [0] * modulus
    for cost in entry:
        counts[cost % modulus] += 1
    for last in [False] * (n_layers - 2) + [True]:
        new = [0] * modulus
        for r, n in enumerate(counts):
            for j, cost in enumerate(layer):
                new[(r + cost + last * leave[j]) % modulus] += n
        counts = new
    return counts[0] % PRIME


def test_sample_of_the_notes():
    # 4 + 1 + (2 + 3 or 1 + 4) = 10, 4 + 2 + 5 = 11, 6 + 1 + 5 = 12, 6 + 2 + 5 = 13: the last one twice.
    assert count_paths([4, 6], [2, 1], [3, 4], n_layers=3, modulus=13) == 2


def test_the_last_city_has_two_costs():
    # Raising the table to the power L - 1 would forget that the exit's cost belongs to the same city as the last step.
    # Paths 0-0: 0 + 1 + 1, 0-1: 0 + 0 + 0, 1-0: 1 + 1 + 1, 1-1: 1 + 0 + 0.
    assert count_paths([0, 1], [1, 0], [1, 0], n_layers=2, modulus=4) == 1


countries = st.integers(1, 4).flatmap(
    lambda n: st.tuples(
        *[st.lists(st.integers(-5, 30), min_size=n, max_size=n)] * 3, st.integers(2, 5), st.integers(1, 13)
    )
)


@settings(max_examples=60, deadline=None)
@given(countries)
def test_equals_walking_every_path(country):
    entry, layer, leave, n_layers, modulus = country
    assert count_paths(entry, layer, leave, n_layers=n_layers, modulus=modulus) == walked(*country)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(2, 100))
def test_equals_layer_by_layer_where_numbers_pass_the_prime(seed, n_layers, modulus):
    costs = np.random.default_rng(seed).integers(0, modulus + 1, size=(3, 20)).tolist()
    assert count_paths(*costs, n_layers=n_layers, modulus=modulus) == layer_by_layer(*costs, n_layers, modulus)


def test_limits_of_the_problem():
    zeros = np.zeros(10**6, dtype=np.int64)
    assert count_paths(zeros, zeros, zeros, n_layers=10**5, modulus=100) == pow(10**6, 10**5, PRIME)
    # Over all wanted remainders the counts make up all paths.
    costs = np.random.default_rng(0).integers(0, 101, size=(3, 10**5))
    total = sum(count_paths(costs[0] + r, *costs[1:], n_layers=10**5, modulus=100) for r in range(100))
    assert total % PRIME == pow(10**5, 10**5, PRIME)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(0, 12), st.integers(0, 1000))
def test_power_is_repeated_convolution(modulus, exponent, seed):
    counts = np.random.default_rng(seed).integers(0, PRIME, size=modulus)
    expected = np.array([1] + [0] * (modulus - 1))
    for _ in range(exponent):
        expected = convolve(expected, counts)
    assert power(counts, exponent).tolist() == expected.tolist()


def test_convolution_does_not_overflow():
    full = np.full(1000, PRIME - 1)
    assert convolve(full, full).tolist() == [1000] * 1000  # (-1) * (-1), a thousand times


GOOD = ([1, 2], [1, 2], [1, 2])
CASES = {
    "one layer": (lambda: count_paths(*GOOD, n_layers=1, modulus=2), ValueError, ["`n_layers`", "from 2", "got 1"]),
    "half a layer": (lambda: count_paths(*GOOD, n_layers=2.5, modulus=2), TypeError, ["`n_layers`", "got 2.5"]),
    "modulus of 0": (lambda: count_paths(*GOOD, n_layers=2, modulus=0), ValueError, ["`modulus`", "from 1 to 1000"]),
    "modulus of 1001": (lambda: count_paths(*GOOD, n_layers=2, modulus=1001), ValueError, ["`modulus`", "got 1001"]),
    "no city": (lambda: count_paths([], [], [], n_layers=2, modulus=2), ValueError, ["`entry_costs`", "for each city"]),
    "a cost missing": (
        lambda: count_paths([1, 2], [1], [1, 2], n_layers=2, modulus=2),
        ValueError, ["`layer_costs`", "2 entries", "one number for each city"],
    ),
    "costs that are floats": (
        lambda: count_paths([1.0], [1], [1], n_layers=2, modulus=2),
        TypeError, ["`entry_costs`", "whole numbers", "not 3.0"],
    ),
    "costs in words": (lambda: count_paths(["1"], [1], [1], n_layers=2, modulus=2), TypeError, ["whole numbers"]),
    "ragged costs": (
        lambda: count_paths([[1], [1, 2]], [1], [1], n_layers=2, modulus=2), ValueError, ["`entry_costs`"],
    ),
    "a cost beyond 64 bits": (
        lambda: count_paths([1], [10**30], [1], n_layers=2, modulus=2), TypeError, ["`layer_costs`", "whole numbers"],
    ),
    "a cost beyond a billion": (
        lambda: count_paths([1], [1], [2**40], n_layers=2, modulus=2), ValueError, ["`exit_costs`", "1000000000"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
