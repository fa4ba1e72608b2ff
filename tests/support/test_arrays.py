"""Arrays of whatever callers hold."""

import numpy as np
import pytest
import torch

from ailiteracy._support.arrays import as_array, detached


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0],
        np.array([1.0, 2.0]),
        torch.tensor([1.0, 2.0], requires_grad=True),
        torch.tensor([1.0, 2.0], dtype=torch.bfloat16, requires_grad=True),
        torch.tensor([1, 2]),
    ],
)
def test_every_kind_becomes_the_same_array(values):
    np.testing.assert_array_equal(as_array("x", values), [1, 2])


def test_whole_numbers_stay_whole_and_doubles_keep_their_digits():
    assert as_array("x", torch.tensor([2**53 + 1])).tolist() == [2**53 + 1]
    assert as_array("x", torch.tensor([0.1], dtype=torch.float64)).tolist() == [0.1]
    assert detached("a text") == "a text"


@pytest.mark.parametrize(
    ("values", "dtype"),
    [(["a"], float), ([[1], [1, 2]], None), ([torch.ones(1, requires_grad=True), torch.ones(2)], float)],
)
def test_what_numpy_does_not_understand_is_told_in_words(values, dtype):
    with pytest.raises(ValueError, match=r"^`x` must be numbers in rows of one length, got \["):
        as_array("x", values, dtype)
