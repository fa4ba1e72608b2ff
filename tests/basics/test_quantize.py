"""Matrices in 8, 4 and 2 bits: by hand, against torch, bounds on the error, bytes that are really there."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics import quantize_matrix


def test_by_hand():
    small = quantize_matrix([[2.0, -7.0, 0.4, 0.6], [0.0, 0.0, 0.0, 0.0]], bits=4)
    assert small.scales.ravel().tolist() == [1.0, 1.0]  # 7 / 7; a row of zeros takes 1
    assert small.codes.tolist() == [[2, -7, 0, 1], [0, 0, 0, 0]]
    # Two codes in a byte, the first in the low half, no sign: 2 + 8 = 10, -7 + 8 = 1, 0 + 8 = 8, 1 + 8 = 9.
    assert small.packed.tolist() == [10 + 16 * 1, 8 + 16 * 9, 8 + 16 * 8, 8 + 16 * 8]
    assert small.n_bytes == 4 + 2 * 4
    assert small.max_error == pytest.approx(0.4)


@pytest.mark.parametrize(("group", "axis"), [("row", 0), ("matrix", None)])
def test_equals_torch(group, axis):
    weights = np.random.default_rng(0).normal(size=(20, 33)).astype(np.float32)
    ours = quantize_matrix(weights, group=group)
    scales = torch.from_numpy(ours.scales.ravel())
    if axis is None:
        theirs = torch.fake_quantize_per_tensor_affine(torch.from_numpy(weights), float(scales[0]), 0, -127, 127)
    else:
        zeros = torch.zeros(20, dtype=torch.int32)
        theirs = torch.fake_quantize_per_channel_affine(torch.from_numpy(weights), scales, zeros, axis, -127, 127)
    np.testing.assert_allclose(ours.restored(), theirs.numpy(), rtol=1e-6)


matrices = st.tuples(
    st.integers(1, 5),
    st.sampled_from([1, 2, 4, 6, 12]),
    st.sampled_from([8, 4, 2]),
    st.floats(-30, 30),
    st.integers(0, 999),
)


@settings(max_examples=80, deadline=None)
@given(matrices, st.sampled_from(["row", "matrix", 1, 2]))
def test_error_is_at_most_half_a_scale(matrix, group):
    n_rows, n_columns, bits, exponent, seed = matrix
    group = 1 if group == 2 and n_columns % 2 else group
    weights = np.random.default_rng(seed).normal(size=(n_rows, n_columns)) * 10.0**exponent
    small = quantize_matrix(weights, bits=bits, group=group)
    errors = np.abs(small.restored() - weights).reshape(len(small.scales), -1)
    assert (errors <= 0.5001 * small.scales).all()
    largest = 2 ** (bits - 1) - 1
    assert np.abs(small.codes).max() == largest  # the largest weight of a group takes the largest code
    assert small.packed.nbytes == -(-weights.size * bits // 8)
    assert small.n_bytes == small.packed.nbytes + 4 * len(small.scales)


def test_a_large_weight_spoils_its_group_only():
    weights = np.random.default_rng(0).normal(size=(8, 64))
    weights[0, 0] = 1000
    errors = [quantize_matrix(weights, group=group) for group in ("matrix", "row", 16)]
    lengths = [np.linalg.norm(small.restored() - small.original) for small in errors]
    assert lengths[0] > 2 * lengths[1] > 3 * lengths[2]
    assert errors[2].bits_per_weight == 8 + 32 / 16


def test_fewer_bits_lose_more():
    weights = np.random.default_rng(0).normal(size=(32, 64))
    errors = [quantize_matrix(weights, bits=bits).relative_error for bits in (8, 4, 2)]
    assert errors[0] < 0.01 < errors[1] < 0.2 < errors[2]


def test_zeros_and_the_smallest_numbers():
    assert quantize_matrix(np.zeros((2, 4))).relative_error == 0
    assert quantize_matrix(np.full((1, 2), 1e-60)).restored().tolist() == [[0, 0]]  # below what float32 holds


def test_given_weights_stay():
    weights = np.ones((2, 4))
    quantize_matrix(weights).restored()[:] = 5
    assert (weights == 1).all()


def test_text_and_figure():
    small = quantize_matrix(np.random.default_rng(0).normal(size=(64, 256)), bits=4, group=64)
    assert str(small).startswith(
        "64 x 256 weights in 4 bits and 256 scales: 9,216 bytes in place of 65,536 (float32), 4.5"
    )
    assert "and 1 scale:" in str(quantize_matrix([[1.0]]))
    assert [axes.get_title() for axes in small.plot().axes] == ["4 bits", "Errors"]
    assert "<img" in small._repr_html_()


GOOD = [[1.0, 2.0, 3.0, 4.0]]
CASES = {
    "3 bits": (lambda: quantize_matrix(GOOD, bits=3), ValueError, ["`bits`", "8, 4 or 2", "got 3"]),
    "bits of a float": (lambda: quantize_matrix(GOOD, bits=8.0), TypeError, ["`bits`", "got 8.0"]),
    "a vector": (lambda: quantize_matrix([1.0, 2.0]), ValueError, ["`weights`", "table"]),
    "ragged": (lambda: quantize_matrix([[1.0], [1.0, 2.0]]), ValueError, ["`weights`", "same length"]),
    "empty": (lambda: quantize_matrix([[]]), ValueError, ["`weights`", "at least one"]),
    "NaN": (lambda: quantize_matrix([[float("nan")]]), ValueError, ["`weights`", "NaN"]),
    "words": (lambda: quantize_matrix([["a"]]), TypeError, ["`weights`", "numbers"]),
    "too large": (lambda: quantize_matrix([[1e39]]), ValueError, ["`weights`", "1e+38", "Scale"]),
    "unknown group": (
        lambda: quantize_matrix(GOOD, group="column"),
        ValueError,
        ["`group`", "'row', 'matrix'", "'column'"],
    ),
    "group that leaves a rest": (lambda: quantize_matrix(GOOD, group=3), ValueError, ["`group`", "4 columns", "got 3"]),
    "group of 0": (lambda: quantize_matrix(GOOD, group=0), ValueError, ["`group`", "got 0"]),
    "group of a float": (lambda: quantize_matrix(GOOD, group=2.0), TypeError, ["`group`", "got 2.0"]),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
