from itertools import pairwise

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy.training import summarize_model

Conv, Pool, Norm, Linear = nn.Conv2d, nn.MaxPool2d, nn.BatchNorm2d, nn.Linear


def dense(*sizes, norm=False):
    layers = [nn.Flatten()]
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [Linear(n_in, n_out), *([nn.BatchNorm1d(n_out)] if norm else []), nn.ReLU(), nn.Dropout(0.2)]
    return nn.Sequential(*layers, Linear(*sizes[-2:]))


def cnn():
    sizes = ((1, 32), (32, 64), (64, 128))
    blocks = [layer for a, b in sizes for layer in (Conv(a, b, 3, padding=1), nn.ReLU(), Pool(2))]
    return nn.Sequential(*blocks, nn.Flatten(), Linear(1152, 256), nn.ReLU(), nn.Dropout(), Linear(256, 10))


def cifar_cnn():
    sizes = ((3, 32), (32, 64), (64, 128))
    blocks = [layer for a, b in sizes for layer in (Conv(a, b, 3), Norm(b), nn.ReLU(), Pool(2))]
    return nn.Sequential(*blocks, nn.Flatten(), Linear(512, 256), nn.ReLU(), nn.Dropout(), Linear(256, 10))


class Block(nn.Module):
    """Two 3x3 convolutions with biases and a shortcut of 1x1, as the notes write it."""

    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.body = nn.Sequential(
            Conv(n_in, n_out, 3, stride, 1), Norm(n_out), nn.ReLU(), Conv(n_out, n_out, 3, 1, 1), Norm(n_out)
        )
        changes = stride != 1 or n_in != n_out
        self.shortcut = nn.Sequential(Conv(n_in, n_out, 1, stride), Norm(n_out)) if changes else nn.Identity()

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet():
    stages = [Block(*args) for a, b, s in ((64, 64, 1), (64, 128, 2), (128, 256, 2)) for args in ((a, b, s), (b, b, 1))]
    stem = [Conv(3, 64, 7, 2, 3), Norm(64), nn.ReLU(), Pool(3, 2, 1)]
    return nn.Sequential(*stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), Linear(256, 10))


def tiny_vgg(padding=1):
    def block(n_in):
        return [Conv(n_in, 10, 3, padding=padding), nn.ReLU(), Conv(10, 10, 3, padding=padding), nn.ReLU(), Pool(2)]

    return nn.Sequential(*block(3), *block(10), nn.Flatten(), Linear(2560, 3))


@pytest.mark.parametrize(
    ("model", "shape", "n_parameters"),
    [
        (nn.Sequential(Linear(10, 20), nn.ReLU(), Linear(20, 5)), (10,), 325),
        (dense(784, 256, 128, 10, norm=True), (1, 28, 28), 235_914),
        (dense(784, 256, 128, 10), (1, 28, 28), 235_146),
        (cnn(), (1, 28, 28), 390_410),
        (cifar_cnn(), (3, 32, 32), 227_594),
        (resnet(), (3, 64, 64), 2_787_594),
        (tiny_vgg(), (3, 64, 64), 10_693),
        (nn.Sequential(Linear(1, 10), nn.ReLU(), Linear(10, 1)), (1,), 31),
        (nn.Sequential(Linear(1, 20), nn.ReLU(), nn.Dropout(0.1), Linear(20, 20), nn.ReLU(), Linear(20, 1)), (1,), 481),
    ],
)
def test_known_counts(model, shape, n_parameters):
    summary = summarize_model(model, shape)
    assert summary.n_parameters == n_parameters
    assert sum(row.n_parameters for row in summary.layers) == n_parameters
    assert summary.not_used == ()


def test_work_of_tiny_vgg_layer_by_layer():
    summary = summarize_model(tiny_vgg(), (3, 64, 64))
    work = {row.name: row.multiply_adds for row in summary.layers if row.multiply_adds}
    assert work == {"0": 280 * 64 * 64, "2": 910 * 64 * 64, "5": 910 * 32 * 32, "7": 910 * 32 * 32, "11": 7_683}
    assert sum(work.values()) - work["11"] == 6_737_920
    assert summary.multiply_adds == 6_745_603
    assert [row.n_parameters for row in summary.layers if row.n_parameters] == [280, 910, 910, 910, 7_683]
    assert "6,745,603 multiply-adds" in str(summary)


def test_shapes_of_the_cnn():
    shapes = [row.output_shape for row in summarize_model(cnn(), (1, 28, 28)).layers if row.kind == "MaxPool2d"]
    assert shapes == [(1, 32, 14, 14), (1, 64, 7, 7), (1, 128, 3, 3)]


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.lstm, self.head = nn.Embedding(50, 8), nn.LSTM(8, 6, 2, batch_first=True), Linear(6, 50)

    def forward(self, ids):
        states, memory = self.lstm(self.embed(ids))
        return self.head(states[:, -1]), memory


def test_lstm_uses_every_weight_once_in_every_step():
    summary = summarize_model(Language(), torch.zeros(3, 7, dtype=torch.long))
    n_lstm = 4 * 6 * (8 + 6 + 2) + 4 * 6 * (6 + 6 + 2)
    assert [row.n_parameters for row in summary.layers] == [400, n_lstm, 350]
    assert [row.multiply_adds for row in summary.layers] == [0, 3 * 7 * n_lstm, 3 * 350]
    assert summary.layers[1].output_shape == (3, 7, 6)


@pytest.mark.parametrize("batch_first", [True, False])
def test_attention_by_hand(batch_first):
    width, queries, keys, batch = 8, 5, 7, 3
    attention = nn.MultiheadAttention(width, 2, batch_first=batch_first)
    x = torch.zeros((batch, queries, width) if batch_first else (queries, batch, width))
    y = torch.zeros((batch, keys, width) if batch_first else (keys, batch, width))
    projections = (width * width + width) * batch * (2 * queries + 2 * keys)  # queries and outputs, keys and values
    products = batch * 2 * queries * keys * width
    summary = summarize_model(attention, (x, y, y))
    assert summary.multiply_adds == projections + products
    assert summary.n_parameters == sum(weight.numel() for weight in attention.parameters())


class Own(nn.Module):
    """Attention written out, a layer used twice, weights of its own, and a layer that never runs."""

    def __init__(self):
        super().__init__()
        self.twice, self.idle = Linear(4, 4), Linear(2, 2)
        self.mix = nn.Parameter(torch.eye(4))

    def forward(self, x):
        q = self.twice(self.twice(x))
        return torch.softmax(q @ q.transpose(1, 2), dim=-1) @ x @ self.mix


def test_shared_layers_idle_layers_and_products_between_layers():
    summary = summarize_model(Own(), (3, 4))
    rows = [(row.name, row.n_parameters, row.multiply_adds) for row in summary.layers]
    assert rows == [("twice", 20, 60), ("twice", 0, 60), ("model", 16, 3 * 3 * 4 + 3 * 4 * 3 + 3 * 4 * 4)]
    assert summary.n_parameters == 20 + 6 + 16
    assert summary.not_used == ("idle.weight", "idle.bias")
    assert "Not used by this input: idle.weight" in str(summary)


def test_attention_function_counts_as_written_out():
    class Fused(nn.Module):
        def forward(self, x):
            return F.scaled_dot_product_attention(x, x, value=x)

    assert summarize_model(Fused(), (2, 5, 4)).multiply_adds == 2 * 2 * 5 * 5 * 4


class Calls(nn.Module):
    """A function at work, with the weights of a layer."""

    def __init__(self, layer, call):
        super().__init__()
        self.w, self.b, self.call = layer.weight, layer.bias, call

    def forward(self, x):
        return self.call(x, self.w, self.b)


def baddbmm(x, w, b):
    return torch.baddbmm(b.expand(2, 5, 3), batch1=x, batch2=w.T.expand(2, 4, 3))


@pytest.mark.parametrize(
    ("layer", "call", "shape"),
    [
        (nn.Linear(4, 3), lambda x, w, b: F.linear(x, w, b), (2, 5, 4)),
        (nn.Linear(4, 3), lambda x, w, b: F.linear(x, w, bias=b), (2, 5, 4)),
        (nn.Linear(4, 3), lambda x, w, b: F.linear(input=x, weight=w, bias=b), (2, 5, 4)),
        (nn.Linear(4, 3), lambda x, w, b: torch.addmm(b, x, w.T), (2, 4)),
        (nn.Linear(4, 3), lambda x, w, b: b.addmm(mat2=w.T, mat1=x), (2, 4)),
        (nn.Linear(4, 3), baddbmm, (2, 5, 4)),
        (nn.Linear(4, 3, bias=False), lambda x, w, b: torch.matmul(input=x, other=w.T), (2, 5, 4)),
        (nn.Linear(4, 3, bias=False), lambda x, w, b: torch.addmm(x[:, :3], x, w.T, beta=0), (2, 4)),
        (nn.Conv1d(4, 6, 3, groups=2), lambda x, w, b: F.conv1d(x, w, b, groups=2), (2, 4, 9)),
        (nn.Conv2d(4, 6, 3, bias=False), lambda x, w, b: F.conv2d(x, w), (2, 4, 9, 9)),
        (nn.Conv3d(4, 6, 3), lambda x, w, b: F.conv3d(x, bias=b, weight=w), (2, 4, 9, 9, 9)),
        (nn.ConvTranspose2d(4, 6, 3, 2), lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2), (2, 4, 9, 9)),
    ],
)
def test_functions_count_as_their_layers(layer, call, shape):
    wanted = summarize_model(layer, torch.zeros(shape)).multiply_adds
    assert summarize_model(Calls(layer, call), torch.zeros(shape)).multiply_adds == wanted > 0


def test_tied_weights_count_once():
    model = nn.Sequential(nn.Embedding(10, 4), Linear(4, 10, bias=False))
    model[1].weight = model[0].weight
    assert summarize_model(model, torch.zeros(1, 2, dtype=torch.long)).n_parameters == 40


@pytest.mark.parametrize(
    ("layer", "shape", "work"),
    [
        (nn.Conv2d(4, 6, 3, groups=2), (4, 5, 5), (6 * 2 * 9 + 6) * 9),
        (nn.ConvTranspose2d(3, 2, 2, stride=2), (3, 4, 4), 3 * 16 * 2 * 4 + 2 * 64),
        (nn.Conv1d(1, 2, 3, bias=False), (1, 10), 6 * 8),
        (nn.GRU(3, 5, bidirectional=True, batch_first=True), (7, 3), 7 * 2 * 3 * 5 * (3 + 5 + 2)),
        (nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), (5, 8), 4 * 72 * 5 + 2 * 25 * 8 + 5 * (144 + 136)),
    ],
)
def test_work_of_single_layers(layer, shape, work):
    assert summarize_model(layer, shape).multiply_adds == work


def test_model_and_random_state_stay_as_they_were():
    model = dense(784, 32, 10, norm=True)
    model[2].eval()
    modes = [module.training for module in model.modules()]
    before = {name: values.clone() for name, values in model.state_dict().items()}
    chance = torch.get_rng_state()
    summarize_model(model, (1, 28, 28))
    with pytest.raises(ValueError, match="Layer"):
        summarize_model(model, (1, 28, 29))
    assert [module.training for module in model.modules()] == modes
    assert all((before[name] == values).all() for name, values in model.state_dict().items())
    assert (chance == torch.get_rng_state()).all()
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_frozen_weights_are_told_apart():
    model = nn.Sequential(Linear(2, 3), Linear(3, 1))
    model[0].requires_grad_(False)
    summary = summarize_model(model, (2,))
    assert (summary.n_parameters, summary.n_trainable) == (13, 4)
    assert "(4 trainable)" in str(summary)


def test_figure():
    figure = summarize_model(tiny_vgg(), (3, 64, 64)).plot()
    assert [len(ax.patches) for ax in figure.axes] == [12, 12]
    plt.close("all")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        # 32x32 pictures leave 8x8 places where the linear layer was made for 16x16.
        (lambda: summarize_model(tiny_vgg(), (3, 32, 32)), ValueError, ["`example`", "Layer '11'", "1x640 and 2560x3"]),
        (lambda: summarize_model(nn.Linear(2, 1), (2.0,)), TypeError, ["`example`", "shape of one sample"]),
        (lambda: summarize_model(nn.Linear(2, 1), ()), TypeError, ["`example`"]),
        (lambda: summarize_model(nn.Embedding(5, 2), (3,)), ValueError, ["`example`", "Layer 'model'"]),
        (lambda: summarize_model("resnet", (3,)), TypeError, ["`model`", "'resnet'"]),
        (lambda: summarize_model(nn.Bilinear(2, 2, 1), (2,)), ValueError, ["`example`", "says"]),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
