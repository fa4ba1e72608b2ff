"""How a difference is put into words."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ailiteracy.check.compare import difference, equal

ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=3), elements=st.floats(-1e6, 1e6))


@settings(max_examples=50)
@given(ARRAYS)
def test_a_value_does_not_differ_from_itself(array):
    for value in (array, torch.tensor(array), array.tolist(), (array, array.shape)):
        assert difference(value, value) == ""
        assert equal(value, value)


@settings(max_examples=50)
@given(ARRAYS)
def test_no_right_number_is_told(array):
    want = array + 0.12345
    assert "12345" not in difference(np.round(array) + 7e7, want)


@pytest.mark.parametrize(("got", "want", "part"), [
    (1, 1.0, ""),
    (True, 1, "A plain int is asked for, an object of type bool came."),
    (1, True, "A plain bool is asked for"),
    (1.0, 1, "A plain int is asked for, an object of type float came."),
    ("b", "a", "wrong value: 'b' came"),
    (np.float64(2), 2.0, ""),
    (np.int64(2), 2, ""),
    (torch.tensor(2.0), 2.0, "`.item()` takes a number out of it"),
    (float("nan"), 2.0, "wrong value: nan came"),
    (10**400, 2.0, "wrong value: 1000"),
    ([1, 2], (1, 2), ""),
    (7, (1, 2), "A tuple is asked for"),
    ([1, 5], [1, 2], "Item 1: It has the right type"),
    ([1.0, 2.0], np.ones(2), "A NumPy array is asked for, an object of type list came."),
    (np.ones((2, 1)), np.ones(2), "Shape (2,) is asked for, (2, 1) came."),
    (np.ones(2, int), np.ones(2), "Decimal numbers are asked for, type int64 came."),
    (np.array(["a", "b"]), np.ones(2), "Decimal numbers are asked for"),
    (np.array([1.0, np.nan]), np.ones(2), "The result holds NaN"),
    (np.array([np.nan]), np.array([np.nan]), ""),
    (np.array([[1.0, 9.0]]), np.ones((1, 2)), "1 of 2 values are not: at [0, 1] stands 9."),
    (torch.tensor(3), torch.tensor(2), "the number is not: 3 came"),
    (torch.tensor([True]), torch.tensor([False]), "1 of 1 values"),
])  # fmt: skip
def test_words(got, want, part):
    found = difference(got, want)
    assert part in found if part else found == ""


def test_types_that_need_not_be_exact():
    assert difference(torch.ones(2).double(), torch.ones(2), exact_type=False) == ""


def test_changed_inputs():
    assert not equal(torch.ones(2), torch.tensor([1.0, 2.0]))
    assert not equal(torch.ones(2), torch.ones(2, requires_grad=True))
    assert not equal([np.zeros(2)], [np.array([0.0, 1.0])])
    assert not equal({"a": 1}, {"a": 2})
    assert not equal([None, 2], [1, 2])
    assert not equal([[1.0]], [1.0])
    assert not equal([1.0], [torch.ones(1)])
    assert equal(torch.tensor([float("nan")]), torch.tensor([float("nan")]))
