"""Accumulation: equal to the full batch, the last partial one included."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics.accumulation import accumulation_demo


def test_1000_samples_by_8_and_4():
    result = accumulation_demo()
    assert result.sizes.tolist() == [32] * 31 + [8]  # 125 pieces are 31 times 4 and one more: 32 updates
    assert result.errors("weighted").max() < 1e-12
    assert result.errors("divided")[:-1].max() < 1e-12
    assert result.errors("divided")[-1] == pytest.approx(0.75)  # the last gradient is a quarter of what it should be
    np.testing.assert_allclose(result.divided[-1], result.full[-1] / 4, rtol=1e-9, atol=1e-15)


@settings(max_examples=20, deadline=None)
@given(n_samples=st.integers(1, 60), piece=st.integers(1, 9), n_pieces=st.integers(1, 5))
def test_weighing_is_always_right(n_samples, piece, n_pieces):
    result = accumulation_demo(n_samples, piece=piece, n_pieces=n_pieces)
    np.testing.assert_allclose(result.weighted, result.full, rtol=1e-9, atol=1e-12)
    assert result.sizes.sum() == n_samples


def test_batch_norm_breaks_it():
    assert accumulation_demo(64, batch_norm=True).errors().min() > 0.01


def test_adding_up_needs_clearing():
    """What accumulation is made of: backward adds to the gradient that is there."""
    weight = torch.tensor(2.0, requires_grad=True)
    seen = []
    for _ in range(3):
        (weight**2).backward()
        seen.append(float(weight.grad))
    assert seen == list(itertools.accumulate([4.0] * 3))


def test_accumulation_text_and_figure():
    result = accumulation_demo(40)
    assert "2 updates from batches of 32 samples, the last of 8" in str(result)
    assert len(result.plot().axes[0].lines) == 3
    assert "<img" in result._repr_html_()


BAD_CALLS = [
    (lambda: accumulation_demo(0), ValueError, ["`n_samples`", "from 1", "got 0"]),
    (lambda: accumulation_demo(piece=0), ValueError, ["`piece`", ">= 1", "got 0"]),
    (lambda: accumulation_demo(piece=1, batch_norm=True), ValueError, ["`piece`", ">= 2", "got 1"]),
    (lambda: accumulation_demo(17, batch_norm=True), ValueError, ["`n_samples`", "no single sample", "got 17"]),
    (lambda: accumulation_demo(n_pieces=2.0), TypeError, ["`n_pieces`", "an integer", "got 2.0"]),
    (lambda: accumulation_demo(10).errors("weighed"), ValueError, ["`how`", "Did you mean 'weighted'?"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
