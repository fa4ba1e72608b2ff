"""Clipping: a control that is not clipped, the same start for all, and one step equal to torch's."""

import numpy as np
import pytest
import torch
from torch import nn

from ailiteracy.basics.clipping import SteepNetwork, clipping_demo


@pytest.fixture(scope="module")
def clipped():
    return clipping_demo(n_seeds=2)


def test_the_control_is_not_clipped(clipped):
    assert clipped.limits == (None, 1.0, 0.1)
    np.testing.assert_array_equal(clipped.norms[0], clipped.clipped_norms[0])
    assert clipped.norms[0].max() > 1e3
    assert (clipped.losses[0, :, -1] > 100 * clipped.losses[0, :, 0]).all()  # it really diverges
    assert (clipped.losses[1:, :, -1] < clipped.losses[1:, :, 0]).all()


def test_the_same_start_for_every_limit(clipped):
    assert (clipped.losses[:, :, 0] == clipped.losses[:1, :, 0]).all()
    assert (clipped.norms[:, :, 0] == clipped.norms[:1, :, 0]).all()


def test_used_lengths_are_cut_and_short_ones_pass(clipped):
    for i, limit in ((1, 1.0), (2, 0.1)):
        np.testing.assert_allclose(clipped.clipped_norms[i], np.minimum(clipped.norms[i], limit), rtol=1e-9)


def test_one_clipped_step_is_torchs():
    result = clipping_demo([0.5], n_steps=1, n_seeds=1, seed=3)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        network = SteepNetwork().double()
        x, y = torch.randn(32, 10).double(), torch.randn(32, 1).double()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    nn.functional.mse_loss(network(x), y).backward()
    norm = nn.utils.clip_grad_norm_(network.parameters(), 0.5)
    optimizer.step()
    loss = nn.functional.mse_loss(network(x), y).detach()
    assert result.norms[0, 0, 0] == pytest.approx(float(norm))
    assert result.losses[0, 0, 1] == pytest.approx(float(loss), rel=1e-6)
    assert sum(weight.numel() for weight in network.parameters()) == 11_301


def test_clipping_text_and_figure(clipped):
    assert str(clipped).startswith("Median loss over 2 starts and 100 steps: not clipped from ")
    clipped.plot().canvas.draw()
    assert "<img" in clipped._repr_html_()


def test_every_limit_has_a_line_of_its_own():
    limits = [None, 4.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05]
    left, right = clipping_demo(limits, n_steps=3, n_seeds=1).plot().axes
    assert len({(line.get_color(), line.get_linestyle()) for line in left.lines}) == len(left.lines) == 8
    assert len(left.get_legend().get_texts()) == 8
    assert len(right.lines) == 8 + 7  # and where the gradient is cut


BAD_CALLS = [
    (lambda: clipping_demo([]), ValueError, ["`limits`", "at least one", "None does not clip"]),
    (lambda: clipping_demo(1.0), TypeError, ["`limits`", "a list", "got 1.0"]),
    (lambda: clipping_demo([-1.0]), ValueError, ["`limits`", "> 0", "got -1.0"]),
    (lambda: clipping_demo(learning_rate=0), ValueError, ["`learning_rate`", "> 0", "got 0"]),
    (lambda: clipping_demo(n_steps=0), ValueError, ["`n_steps`", ">= 1", "got 0"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
