import numpy as np
import pytest
import torch
import torchvision
from torch.nn import functional as F

from ailiteracy.vision import ResidualBlock, ResNet


def test_block_by_hand():
    # One pixel, one channel: only the centre of a 3x3 kernel acts, the norm layers do nothing, f(x) = relu(2 x) / 2.
    block = ResidualBlock(1, 1).eval()
    for conv, centre in ((block.conv1, 2.0), (block.conv2, 0.5)):
        torch.nn.init.zeros_(conv.weight)
        conv.weight.data[0, 0, 1, 1] = centre
    for norm in (block.norm1, block.norm2):
        norm.eps = 0.0
    assert block(torch.tensor([[[[3.0]]]])).item() == 6.0  # 3 + 0.5 * 6
    assert block(torch.tensor([[[[-3.0]]]])).item() == 0.0  # relu(-3 + 0)


def test_block_that_changes_nothing():
    block = ResidualBlock(4, 4).eval()
    torch.nn.init.zeros_(block.norm2.weight)
    x = torch.rand(2, 4, 5, 5)
    assert torch.equal(block(x), x)  # f(x) = 0, x is positive


def test_block_is_torchvisions():
    ours, theirs = ResidualBlock(8, 16, stride=2), torchvision.models.resnet.BasicBlock(
        8, 16, 2, torch.nn.Sequential(torch.nn.Conv2d(8, 16, 1, 2, bias=False), torch.nn.BatchNorm2d(16))
    )  # fmt: skip
    names = {"norm1": "bn1", "norm2": "bn2", "shortcut": "downsample"}
    split = [(*name.split(".", 1), value) for name, value in ours.state_dict().items()]
    theirs.load_state_dict({f"{names.get(layer, layer)}.{rest}": value for layer, rest, value in split})
    x = torch.rand(3, 8, 7, 7)
    torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("name", ["resnet8", "resnet14", "resnet18"])
@pytest.mark.parametrize(("channels", "size"), [(1, (8, 8)), (1, (28, 28)), (3, (32, 32)), (3, (20, 47)), (1, (1, 1))])
def test_shapes(name, channels, size):
    model = ResNet(name, classes="abc", channels=channels, size=size).eval()
    assert model(torch.rand(2, channels, *size)).shape == (2, 3)


@pytest.mark.parametrize(("size", "first_map"), [(8, 8), (16, 16), (28, 14), (32, 16), (64, 16), (224, 14)])
def test_stem_fits_the_size(size, first_map):
    model = ResNet("resnet8", channels=3, size=(size, size)).eval()
    assert model.stem(torch.zeros(1, 3, size, size)).shape[-2:] == (first_map, first_map)


def test_map_is_never_one_cell_for_32_pixels():
    model = ResNet("resnet18", channels=3, size=(32, 32)).eval()
    assert model.blocks(model.stem(torch.zeros(1, 3, 32, 32))).shape == (1, 512, 4, 4)


def test_number_of_weights():
    # ResNet-18 with a 3x3 stem for 32 x 32 colour pictures and 10 classes has 11,173,962 weights.
    model = ResNet("resnet18", channels=3, size=(32, 32))
    assert sum(weight.numel() for weight in model.parameters()) == 11_173_962
    # ResNet-8 by hand: stem 288 + 64; blocks 18,560, 57,728 and 230,144; head 1,290.
    assert sum(weight.numel() for weight in ResNet("resnet8").parameters()) == 308_074


def test_gradient_reaches_every_weight():
    model = ResNet("resnet14", channels=3, size=(16, 16))
    F.cross_entropy(model(torch.rand(4, 3, 16, 16)), torch.tensor([0, 1, 2, 3])).backward()
    assert all(weight.grad is not None and bool((weight.grad != 0).any()) for weight in model.parameters())


def test_normalisation_is_part_of_the_model():
    model = ResNet("resnet8", channels=3, size=(4, 4), mean=[0.1, 0.2, 0.3], std=[1.0, 2.0, 4.0])
    seen = []
    model.stem.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    model.eval()(torch.full((1, 3, 4, 4), 0.5))
    torch.testing.assert_close(seen[0][0, :, 0, 0], torch.tensor([0.4, 0.15, 0.05]))
    assert {"mean", "std"} <= model.state_dict().keys()


def test_bytes_and_floats_agree():
    model = ResNet(size=(8, 8)).eval()
    pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 8), dtype=np.uint8)
    np.testing.assert_allclose(model.probabilities(pixels), model.probabilities(pixels / 255), atol=1e-6)
    np.testing.assert_allclose(model.probabilities(pixels).sum(axis=1), 1, rtol=1e-5)
    assert (model.predict(pixels) == model.probabilities(pixels).argmax(axis=1)).all()


def test_predict_in_parts_and_modes():
    model = ResNet(size=(8, 8)).train()
    pixels = np.random.default_rng(0).random((7, 8, 8))
    np.testing.assert_allclose(model.probabilities(pixels, batch_size=2), model.probabilities(pixels), atol=1e-6)
    assert model.training


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "resnet9"}, ["`name`", "'resnet8'", "Did you mean"]),
        ({"classes": ["one"]}, ["number of classes", ">= 2", "got 1"]),
        ({"channels": 0}, ["`channels`", ">= 1"]),
        ({"size": (0, 8)}, ["`height`", ">= 1", "got 0"]),
        ({"channels": 3, "mean": [0.5, 0.5]}, ["`mean`", "3 channels"]),
        ({"std": float("nan")}, ["`std`", "finite"]),
    ],
)
def test_bad_input(arguments, words):
    with pytest.raises(ValueError) as caught:
        ResNet(arguments.pop("name", "resnet8"), **arguments)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_pictures_of_another_size():
    with pytest.raises(ValueError, match=r"`images` must be pictures of 1 channel\(s\) and 8 x 8 pixels, got"):
        ResNet(size=(8, 8)).predict(np.zeros((2, 9, 9), dtype=np.uint8))
