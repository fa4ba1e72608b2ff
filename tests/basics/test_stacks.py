"""Stacks of layers: linear layers in a row are one layer, and scaling travels with the network."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler
from torch import nn

from ailiteracy.basics import merge_linear
from ailiteracy.basics.stacks import Standardize, stack_layers


def test_two_layers_by_hand():
    first, second = nn.Linear(1, 1), nn.Linear(1, 1)
    with torch.no_grad():
        for value, parameter in zip((2.0, 3.0, 5.0, 7.0), [*first.parameters(), *second.parameters()], strict=True):
            parameter.fill_(value)
    merged = merge_linear(nn.Sequential(first, second))  # 5 (2 x + 3) + 7 = 10 x + 22
    assert (merged.weight.item(), merged.bias.item()) == (10, 22)
    assert first.weight.item() == 2


@settings(max_examples=30, deadline=None)
@given(widths=st.lists(st.integers(1, 12), min_size=2, max_size=5), seed=st.integers(0, 1_000))
def test_merged_layer_says_the_same(widths, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        stack = stack_layers(widths, "none")
        x = torch.randn(20, widths[0])
    torch.testing.assert_close(merge_linear(stack)(x), stack(x), atol=1e-6, rtol=1e-6)


def test_an_activation_cannot_be_merged():
    x = torch.tensor([[-1.0], [0.0], [1.0]])
    stack = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():
        stack[0].weight.copy_(torch.tensor([[1.0], [-1.0]]))
        stack[0].bias.zero_()
        stack[2].weight.fill_(1.0)
        stack[2].bias.zero_()
    assert stack(x).flatten().tolist() == [1, 0, 1]  # |x|, which no single line is
    with pytest.raises(ValueError, match="An activation between layers cannot be merged away"):
        merge_linear(stack)


def test_merging_without_biases_and_in_double_precision():
    stack = nn.Sequential(nn.Linear(3, 2, bias=False), nn.Linear(2, 4, bias=False)).double()
    x = torch.ones(1, 3, dtype=torch.float64)
    before = torch.get_rng_state()
    torch.testing.assert_close(merge_linear(stack)(x), stack(x))
    assert torch.equal(torch.get_rng_state(), before)


def test_activations_stand_between_layers():
    kinds = [type(layer) for layer in stack_layers((1, 2, 3, 4), "tanh")]
    assert kinds == [nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear]
    assert [type(layer) for layer in stack_layers((1, 2, 3), "none")] == [nn.Linear, nn.Linear]


def test_known_numbers_of_weights():
    def n_weights(*widths):
        return sum(weight.numel() for weight in stack_layers(widths, "relu").parameters())

    assert n_weights(784, 256, 128, 10) == 235_146
    assert n_weights(1, 32, 32, 1) == 1_153
    assert n_weights(2, 5, 1) == 21
    assert n_weights(2, 4, 1) == 17
    assert n_weights(10, 5, 1) == 61
    assert n_weights(4, 10, 3) == 83


def test_standardize_as_scikit_learn_does():
    x = np.random.default_rng(0).normal(3, 2, size=(30, 4)).astype(np.float32)
    x[:, 2] = 5  # a column that never changes
    scale = Standardize(torch.tensor(x))
    np.testing.assert_allclose(scale(torch.tensor(x)), StandardScaler().fit_transform(x), atol=1e-5)
    assert list(scale.state_dict()) == ["mean", "deviation"]
    assert list(scale.parameters()) == []


BAD_CALLS = [
    (lambda: merge_linear(nn.Linear(1, 1)), TypeError, ["`model`", "torch.nn.Sequential"]),
    (lambda: merge_linear(nn.Sequential()), TypeError, ["`model`", "of linear layers"]),
    (lambda: merge_linear("ab"), TypeError, ["`model`", "'ab'"]),
    (lambda: merge_linear(nn.Sequential(nn.Linear(1, 1), nn.Tanh())), ValueError, ["`model`", "got Tanh()"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
