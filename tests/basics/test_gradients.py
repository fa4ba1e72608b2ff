"""Gradients by depth: what vanishes, what explodes, what gets through."""

import numpy as np
import pytest
import torch
from torch import nn

from ailiteracy.basics.accumulation import accumulation_demo
from ailiteracy.basics.clipping import clipping_demo
from ailiteracy.basics.gradients import compare_depth


@pytest.fixture(scope="module")
def depth():
    return compare_depth([5, 20], n_seeds=2)


def test_the_slope_of_a_sigmoid_is_at_most_a_quarter():
    x = torch.linspace(-20, 20, 2001, dtype=torch.float64, requires_grad=True)
    torch.sigmoid(x).sum().backward()
    assert float(x.grad.max()) == pytest.approx(0.25, abs=1e-15)


def test_what_vanishes_and_what_explodes(depth):
    assert depth.ratio("sigmoid", "default", 20) < 1e-15
    assert depth.ratio("relu", "none", 20) > 1e9
    assert depth.ratio("tanh", "none", 20) > 1e3
    # The weights are half of the product: the same activations keep the gradient alive with other weights.
    assert 0.05 < depth.ratio("tanh", "kaiming", 20) < 20
    assert 0.05 < depth.ratio("relu", "kaiming", 20) < 20
    assert 0.2 < depth.ratio("sigmoid", "batch norm", 20) < 5
    assert 0.2 < depth.ratio("sigmoid", "shortcut", 20) < 5
    assert depth.ratio("relu", "default", 20) < depth.ratio("relu", "default", 5) / 100


def test_kaiming_is_not_for_relu_only(depth):
    assert depth.ratio("tanh", "kaiming", 20) > 1_000 * depth.ratio("tanh", "default", 20)


def test_convolutions_vanish_too():
    """Fewer weights do not help: depth and the size of the weights decide."""
    torch.manual_seed(0)
    layers = [nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.Sigmoid()).double() for _ in range(20)]
    x, outputs = torch.randn(8, 4, 6, 6).double().requires_grad_(), []
    for layer in layers:
        x = layer(x)
        x.retain_grad()
        outputs.append(x)
    (x**2).mean().backward()
    assert outputs[0].grad.norm() < 1e-12 * outputs[-1].grad.norm()


def test_depth_by_hand():
    """Two layers of one neuron: the gradient at the first output is the second's, times weight and slope."""
    result = compare_depth([2], activations=["relu"], remedies=["none"], width=1, n_seeds=1)
    generator = torch.Generator().manual_seed(0)
    x, targets = torch.randn(2, 64, 1, dtype=torch.float64, generator=generator)
    w1, w2 = torch.randn(2, 1, 1, dtype=torch.float64, generator=generator).ravel()
    first = torch.relu(x * w1)
    second = torch.relu(first * w2)
    last_gradient = 2 * (second - targets) / 64
    first_gradient = last_gradient * w2 * (second > 0)
    wanted = [float(first_gradient.norm()), float(last_gradient.norm())]
    np.testing.assert_allclose(result.norms["relu", "none", 2][0], wanted, rtol=1e-12)


def test_depth_text_and_figure(depth):
    assert "with sigmoid and default" in str(depth)
    lines = depth.table().splitlines()
    assert len(lines) == 19
    assert "5 deep" in lines[0]
    figure = depth.plot()
    assert [axes.get_title() for axes in figure.axes] == ["sigmoid", "tanh", "relu"]
    assert len(figure.axes[0].lines) == 6
    assert "<img" in depth._repr_html_()


def test_chance_comes_back():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    compare_depth([2], n_seeds=1)
    clipping_demo(n_steps=1, n_seeds=1)
    accumulation_demo(10)
    assert torch.equal(torch.get_rng_state(), before)


BAD_CALLS = [
    (lambda: compare_depth([1]), ValueError, ["`depths`", "from 2", "got 1"]),
    (lambda: compare_depth(5), TypeError, ["`depths`", "a list", "[5, 20]"]),
    (lambda: compare_depth([]), ValueError, ["`depths`", "not empty"]),
    (lambda: compare_depth([2], activations=["rleu"]), ValueError, ["`activations`", "Did you mean 'relu'?"]),
    (lambda: compare_depth([2], remedies=["xaver"]), ValueError, ["`remedies`", "Did you mean 'xavier'?"]),
    (lambda: compare_depth([2], width=0), ValueError, ["`width`", "from 1", "got 0"]),
    (lambda: compare_depth([2], seed=2**64), ValueError, ["`seed`", "from 0"]),
    (lambda: compare_depth([2], n_seeds=0), ValueError, ["`n_seeds`", ">= 1", "got 0"]),
    (lambda: compare_depth([2], n_seeds=1).ratio("relu", "none", 3), ValueError, ["a case that was measured", "got"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
