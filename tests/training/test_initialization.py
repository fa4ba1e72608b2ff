import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from ailiteracy.training import compare_initializations, initialize


@pytest.mark.parametrize(
    ("method", "activation", "std"),
    [
        ("kaiming", "relu", math.sqrt(2 / 600)),
        ("kaiming uniform", "relu", math.sqrt(2 / 600)),
        ("kaiming", "linear", math.sqrt(1 / 600)),
        ("xavier", "linear", math.sqrt(2 / 1000)),
        ("xavier uniform", "tanh", 5 / 3 * math.sqrt(2 / 1000)),
        ("small", "relu", 0.01),
        ("default", "relu", math.sqrt(1 / 600 / 3)),  # uniform within 1 / sqrt(n): not bell-shaped
    ],
)
def test_spread_of_the_weights(method, activation, std):
    layer = initialize(nn.Linear(600, 400), method, activation=activation)
    assert float(layer.weight.detach().std()) == pytest.approx(std, rel=0.02)
    assert (layer.bias == 0).all() == (method != "default")


def test_fan_in_of_a_convolution():
    layer = initialize(nn.Conv2d(32, 64, 5), "kaiming")
    assert float(layer.weight.detach().std()) == pytest.approx(math.sqrt(2 / (32 * 25)), rel=0.02)


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (4, 2), (3, 1)])
@pytest.mark.parametrize("method", ["kaiming", "kaiming uniform"])
def test_a_transposed_convolution_keeps_the_size_of_the_signal(method, kernel, stride, groups):
    """The kernel of a step of 2 is shared out: only every other weight of a row meets in one output."""
    layer = initialize(nn.ConvTranspose2d(64, 8, kernel, stride, groups=groups), method, activation="linear")
    signal = torch.randn(50, 64, 12, 12, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        inside = layer(signal)[:, :, 4:-4, 4:-4]  # at the edges kernels end early
    assert float(inside.var()) == pytest.approx(1, rel=0.15)


def test_xavier_of_a_transposed_convolution():
    layer = initialize(nn.ConvTranspose1d(64, 32, 4, stride=2, groups=2), "xavier", activation="linear")
    # Into one output: 32 channels times 4 / 2 weights. Out of one input: 16 channels times 4.
    assert float(layer.weight.detach().std()) == pytest.approx(math.sqrt(2 / (64 + 64)), rel=0.05)


def test_orthogonal_keeps_lengths():
    layer = initialize(nn.Linear(50, 50), "orthogonal", activation="linear")
    torch.testing.assert_close(layer.weight @ layer.weight.T, torch.eye(50), atol=1e-5, rtol=0)


def test_every_kind_of_layer_is_reached():
    attention = nn.MultiheadAttention(4, 2, add_bias_kv=True)
    norms = [nn.BatchNorm1d(4), nn.BatchNorm2d(4), nn.LayerNorm(4), nn.GroupNorm(2, 4)]
    model = nn.ModuleList(
        [nn.Linear(4, 4, bias=False), nn.Conv2d(1, 4, 3), nn.Embedding(5, 4), nn.LSTM(4, 4), *norms, attention]
    )
    with torch.no_grad():
        for weight in model.parameters():
            weight.fill_(7)
    model[4].running_mean.fill_(7)
    initialize(model, "kaiming")
    assert not any((weight == 7).any() for weight in model.parameters())
    assert (model[1].bias == 0).all()
    bound = math.sqrt(6 / (4 + 12))  # Xavier's, as torch starts attention's input
    assert 0 < attention.in_proj_weight.abs().max() <= bound
    for norm in norms:
        assert (norm.weight == 1).all()
        assert (norm.bias == 0).all()
    assert (model[4].running_mean == 0).all()


def test_seeded_and_the_random_state_stays():
    state = torch.get_rng_state()
    one, two = (initialize(nn.Linear(9, 9), seed=3).weight for _ in range(2))
    assert torch.equal(one, two)
    assert not torch.equal(one, initialize(nn.Linear(9, 9), seed=4).weight)
    torch.set_rng_state(state)
    initialize(nn.Conv1d(2, 2, 2), seed=3)
    after = torch.get_rng_state()
    torch.set_rng_state(state)
    nn.Conv1d(2, 2, 2)  # what making the layer draws
    assert torch.equal(after, torch.get_rng_state())


def test_only_the_right_start_keeps_the_signal():
    result = compare_initializations(depth=20, width=128)
    last = {method: values[-1] for method, values in result.variances.items()}
    first = {method: values[0] for method, values in result.variances.items()}
    assert last["small"] < 1e-20 < 1e-6 * first["small"]
    assert last["default"] < 0.05 * first["default"]  # its random biases keep it from vanishing altogether
    # Xavier halves the signal at every ReLU: 19 of them stand before the last layer.
    assert math.log2(first["xavier"] / last["xavier"]) == pytest.approx(19, abs=3)
    assert 0.1 < last["kaiming"] / first["kaiming"] < 10
    assert "kaiming: " in str(result)


def test_xavier_is_right_for_tanh_near_zero_and_linear():
    result = compare_initializations(["xavier"], activation="linear", depth=10, width=256)
    np.testing.assert_allclose(result.variances["xavier"], 1, rtol=0.3)


def test_figure():
    ax = compare_initializations(["small", "kaiming"], depth=4, width=8).plot().axes[0]
    assert [line.get_label() for line in ax.lines] == ["small", "kaiming"]
    assert ax.get_yscale() == "log"
    plt.close("all")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: initialize(nn.Linear(1, 1), "kaimin"), ValueError, ["`method`", "Did you mean 'kaiming'?"]),
        (lambda: initialize(nn.Linear(1, 1), activation="gelu"), ValueError, ["`activation`", "'relu'"]),
        (lambda: initialize([1]), TypeError, ["`model`", "torch.nn.Module"]),
        (lambda: initialize(nn.Linear(1, 1), seed=-1), ValueError, ["`seed`", "got -1"]),
        (lambda: compare_initializations("kaiming"), TypeError, ["`methods`", "a list of names"]),
        (lambda: compare_initializations(depth=0), ValueError, ["`depth`", ">= 1"]),
        (lambda: compare_initializations(width=0), ValueError, ["`width`", ">= 1"]),
        (lambda: compare_initializations(seed=-1), ValueError, ["`rng`", ">= 0"]),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
