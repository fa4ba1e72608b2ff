import pytest
import torch

from ailiteracy.training import fit
from ailiteracy.vision.ladder import LADDER, LadderNet


def n_weights(name, **picture):
    return sum(weight.numel() for weight in LadderNet(name, **picture).parameters())


def test_numbers_of_weights_by_hand():
    assert n_weights("softmax_regression") == 784 * 10 + 10
    assert n_weights("mlp") == 235_146  # 784 * 256 + 256, 256 * 128 + 128, 128 * 10 + 10
    assert n_weights("lenet") == 61_706  # the number that is always given for LeNet-5
    assert n_weights("tinyvgg") == 100 + 3 * 910 + 490 * 10 + 10
    assert n_weights("tinyvgg", channels=3, size=(64, 64), classes="abc") == 280 + 3 * 910 + 2560 * 3 + 3


@pytest.mark.parametrize("name", LADDER)
@pytest.mark.parametrize(("channels", "size"), [(1, (28, 28)), (3, (32, 32)), (3, (47, 30)), (1, (12, 12))])
def test_any_size(name, channels, size):
    assert LadderNet(name, channels=channels, size=size)(torch.rand(3, channels, *size)).shape == (3, 10)


def test_softmax_regression_compares_with_templates():
    model = LadderNet("softmax_regression", size=(2, 2), classes="ab", mean=0.0, std=1.0)
    model.layers[1].weight.data = torch.tensor([[1.0, 0, 0, 0], [0, 2, 3, 0]])
    model.layers[1].bias.data = torch.tensor([0.5, 0.0])
    assert model(torch.tensor([[[[0.25, 0.5], [1.0, 1.0]]]])).tolist() == [[0.75, 4.0]]


@pytest.mark.parametrize("name", LADDER)
def test_every_rung_learns(name):
    generator = torch.Generator().manual_seed(0)
    images, labels = torch.rand(32, 1, 12, 12, generator=generator), torch.arange(32) % 2
    images[labels == 1, :, :, :6] += 1  # brighter on the left
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = LadderNet(name, size=(12, 12), classes="ab")
    result = fit(model, [(images, labels)], epochs=60, device="cpu")
    assert result.history.train_loss[-1] < 0.1 * result.history.train_loss[0]


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("perceptron", (28, 28), ["`name`", "'softmax_regression', 'mlp', 'lenet', 'tinyvgg'"]),
        ("lenet", (11, 28), ["`size`", "at least 12 x 12", "11 x 28"]),
        ("tinyvgg", (8, 3), ["`size`", "at least 4 x 4", "8 x 3"]),
    ],
)
def test_bad_input(name, size, words):
    with pytest.raises(ValueError) as caught:
        LadderNet(name, size=size)
    assert all(word in str(caught.value) for word in words), str(caught.value)
