import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.training.directions import orthogonalise


def test_one_number_by_hand():
    # 1 x 1: x / |x| = 1, and a + b + c = 0.701 after one turn.
    assert orthogonalise(torch.tensor([[5.0]]), n_times=1).item() == pytest.approx(3.4445 - 4.7750 + 2.0315)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 10_000))
def test_directions_stay_and_lengths_come_near_one(rows, columns, seed):
    generator = torch.Generator().manual_seed(seed)
    u, _ = torch.linalg.qr(torch.randn(rows, min(rows, columns), generator=generator))
    v, _ = torch.linalg.qr(torch.randn(columns, min(rows, columns), generator=generator))
    lengths = 0.2 + torch.rand(min(rows, columns), generator=generator)
    result = orthogonalise(u * lengths @ v.T, n_times=8)
    inner = u.T @ result @ v  # diagonal when the directions stayed
    assert bool(((inner.diagonal() > 0.6) & (inner.diagonal() < 1.3)).all())
    torch.testing.assert_close(inner - inner.diagonal().diag(), torch.zeros_like(inner), atol=2e-3, rtol=0)


def test_wide_and_tall_agree():
    matrix = torch.randn(3, 7, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(orthogonalise(matrix.T), orthogonalise(matrix).T)
    assert orthogonalise(torch.zeros(2, 3)).abs().max() == 0


@pytest.mark.parametrize("shape", [(6, 6), (4, 12), (12, 4)])
def test_directions_are_kept_and_made_even(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    u, strengths, v = torch.linalg.svd(matrix, full_matrices=False)
    found = orthogonalise(matrix)
    own = (u.T @ found @ v.T).diagonal()  # the strength of each old direction
    assert ((own > 0.6) & (own < 1.3)).all()
    torch.testing.assert_close(u @ torch.diag(own) @ v, found, atol=1e-4, rtol=1e-4)
    assert strengths[0] / strengths[-1] > 1.5 * own.max() / own.min()


def test_bad_input():
    with pytest.raises(ValueError, match=r"`matrix` must be a tensor with two axes"):
        orthogonalise(torch.ones(3))
