import functools

import pytest
import torch
import torchvision
from torch.nn import functional as F

from ailiteracy.vision.residual import Bottleneck, Convolution, ResidualBlock, ResNet, ResNet9


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


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(
    ("size", "stride"), [((1, 1), 1), ((1, 1), 2), ((2, 2), 2), ((1, 2), 2), ((2, 1), 2), ((2, 2), 1), ((3, 2), 2)]
)
def test_convolution_on_tiny_maps_is_the_usual_one(size, stride, layout):
    ours = Convolution(4, 5, stride)
    x = torch.randn(3, 4, *size).contiguous(memory_format=layout).requires_grad_()
    out, wanted = ours(x), F.conv2d(x, ours.weight, stride=stride, padding=1)
    torch.testing.assert_close(out, wanted)
    g = torch.randn_like(wanted)
    for mine, theirs in zip(*(torch.autograd.grad(each, (x, ours.weight), g) for each in (out, wanted)), strict=True):
        torch.testing.assert_close(mine, theirs)


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


@pytest.mark.parametrize("name", ["resnet8", "resnet14", "resnet18", "resnet50"])
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


def test_number_of_weights_of_large_ones():
    # ResNet-50 has 25,557,032 weights for 1,000 classes; 10 classes take 990 * 2,049 off, the small stem 9,408 - 1,728.
    model = ResNet("resnet50", channels=3, size=(32, 32))
    assert sum(weight.numel() for weight in model.parameters()) == 25_557_032 - 990 * 2049 - (9408 - 1728)
    # ResNet-9 by hand: convolutions 1,728 + 73,728 + 2 * 147,456 + 294,912 + 1,179,648 + 2 * 2,359,296, two numbers for
    # each of 2,240 norms, head 5,130.
    assert sum(weight.numel() for weight in ResNet9(channels=3, size=(32, 32)).parameters()) == 6_573_130


def test_bottleneck_by_hand():
    # One pixel, one channel inside, four outside; the norm layers do nothing: 2 * 3 = 6, 6 * 0.5 = 3, 3 * (1, 2, 3, 4).
    block = Bottleneck(4, 1).eval()
    block.conv1.weight.data = torch.tensor([2.0, 0, 0, 0]).reshape(1, 4, 1, 1)
    block.conv2.weight.data = torch.zeros(1, 1, 3, 3)
    block.conv2.weight.data[0, 0, 1, 1] = 0.5
    block.conv3.weight.data = torch.tensor([1.0, 2, 3, 4]).reshape(4, 1, 1, 1)
    for norm in (block.norm1, block.norm2, block.norm3):
        norm.eps = 0.0
    out = block(torch.tensor([3.0, 0, 0, -20]).reshape(1, 4, 1, 1))
    assert out.flatten().tolist() == [6.0, 6.0, 9.0, 0.0]  # x + f(x), and what is below zero cut off


@pytest.mark.parametrize("size", [(32, 32), (28, 20), (1, 1)])
def test_resnet9_shapes(size):
    model = ResNet9(channels=3, size=size).eval()
    assert model(torch.rand(2, 3, *size)).shape == (2, 10)


@pytest.mark.parametrize(
    "kind", [functools.partial(ResNet, "resnet14"), functools.partial(ResNet, "resnet50"), ResNet9]
)
def test_gradient_reaches_every_weight(kind):
    model = kind(channels=3, size=(16, 16))
    F.cross_entropy(model(torch.rand(4, 3, 16, 16)), torch.tensor([0, 1, 2, 3])).backward()
    assert all(weight.grad is not None and bool((weight.grad != 0).any()) for weight in model.parameters())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "resnet88"}, ["`name`", "'resnet8'", "Did you mean"]),
        ({"name": "mlp"}, ["`name`", "'resnet8'"]),
        ({"stem": "large"}, ["`stem`", "'small', 'imagenet'", "got 'large'"]),
    ],
)
def test_bad_input(arguments, words):
    with pytest.raises(ValueError) as caught:
        ResNet(**arguments)
    assert all(word in str(caught.value) for word in words), str(caught.value)
