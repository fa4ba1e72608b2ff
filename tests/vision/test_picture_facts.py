"""Facts about pictures and networks of torchvision, each where the course notes said something else."""

import numpy as np
import pytest
import torch
import torchvision
from torch import nn
from torchvision import transforms
from torchvision.transforms.v2 import functional as V

from ailiteracy.training import class_accuracy, confusion_matrix, top_k_accuracy
from ailiteracy.vision import ResNet, output_size


def test_to_tensor_scales_bytes_only():
    pixels = np.full((2, 2, 1), 200)
    assert transforms.ToTensor()(pixels.astype(np.uint8)).max() == pytest.approx(200 / 255)
    assert transforms.ToTensor()(pixels.astype(np.float32)).max() == 200


def test_the_mean_of_each_pictures_deviation_is_not_the_deviation():
    generator = torch.Generator().manual_seed(0)
    brightness = 0.2 * torch.randn(500, 1, 1, 1, generator=generator)
    images = 0.5 + brightness + 0.1 * torch.randn(500, 1, 8, 8, generator=generator)
    within = images.flatten(1).std(dim=1).mean().item()  # how .2023, .1994, .2010 came about
    assert within == pytest.approx(0.1, abs=0.01)
    assert images.std().item() == pytest.approx((0.1**2 + 0.2**2) ** 0.5, abs=0.02)


def test_a_tensor_times_a_tuple_is_an_error():
    with pytest.raises(TypeError):
        torch.zeros(32, 32, 3) * (0.247, 0.243, 0.261)
    channels_last = torch.zeros(32, 32, 3) * torch.tensor([0.247, 0.243, 0.261])
    assert channels_last.shape == (32, 32, 3)


def test_dividing_by_the_stride_is_right_by_luck():
    assert output_size(28, 3, stride=3) == 28 // 3 == 9
    assert output_size(28, 3, stride=2) == 13 != 28 // 2


def test_a_border_of_three_and_a_stride_of_two_halve():
    sizes = [28]
    sizes.append(output_size(sizes[-1], 7, stride=2, padding=3))
    for _ in range(2):  # the pooling of the stem, and the first layer of the second stage
        sizes.append(output_size(sizes[-1], 3, stride=2, padding=1))
    assert sizes == [28, 14, 7, 4]


def test_imagenet_networks_take_small_pictures():
    network = torchvision.models.resnet18(weights=None).eval()  # one mean at the end fits any size
    assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 1000)


def test_fifty_layers_are_those_with_weights():
    network = ResNet("resnet50", channels=3, size=(64, 64))
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    block = next(module for module in network.modules() if type(module).__name__ == "Bottleneck")
    kernels = [layer.kernel_size[0] for layer in (block.conv1, block.conv2, block.conv3)]
    assert kernels == [1, 3, 1]  # not two of 3 x 3
    n_shortcuts = 4  # one in each stage, beside the way
    assert len(layers) - n_shortcuts == 50
    assert len([module for module in network.modules() if not list(module.children())]) > 100


def test_convolutions_before_a_norm_have_no_bias():
    network = ResNet("resnet8", channels=3, size=(32, 32))
    assert all(layer.bias is None for layer in network.modules() if isinstance(layer, nn.Conv2d))


def test_pretrained_is_a_deprecated_word():
    with pytest.warns(UserWarning, match=r"deprecated since 0\.13") as told:
        torchvision.models.resnet18(pretrained=False)
    assert any("'pretrained' is deprecated" in str(each.message) for each in told)


def test_nothing_keeps_two_kernels_apart():
    layer = nn.Conv2d(1, 2, 3)
    with torch.no_grad():
        layer.weight[1], layer.bias[1] = layer.weight[0], layer.bias[0]
    x = torch.randn(4, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        layer(x).relu().square().mean().backward()
        optimizer.step()
    assert torch.equal(layer.weight[0], layer.weight[1])  # born alike, they stay one feature


def test_pooling_has_no_weights_and_spares_those_of_the_next_layer():
    pool = nn.MaxPool2d(2)
    assert list(pool.parameters()) == []
    maps = torch.zeros(1, 16, 28, 28)
    sizes = [each.flatten(1).shape[1] for each in (maps, pool(maps))]
    assert sizes == [12_544, 3_136]  # inputs of a linear layer behind it


def test_the_fourth_best_counts_among_five_and_not_among_three():
    scores = [[0.3, 0.25, 0.2, 0.15, 0.06, 0.04]]  # the right class, number 3, is the fourth
    assert top_k_accuracy([3], scores, k=5) == 1
    assert top_k_accuracy([3], scores, k=3) == 0


def test_five_samples_and_classes_without_any():
    values = class_accuracy(confusion_matrix([1, 3, 3, 5, 1], [1, 2, 3, 5, 0], n_classes=6))
    assert values[[1, 3, 5]].tolist() == [0.5, 0.5, 1.0]
    assert np.isnan(values[[0, 2, 4]]).all()  # 0 of 0 is no 0 %
    assert not hasattr(True, "item")  # so `c[i].item()` fails on Python's own truth values


def test_a_random_crop_may_be_a_twelfth_of_the_picture():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        picture = torch.zeros(3, 64, 64)
        crops = [transforms.RandomResizedCrop.get_params(picture, (0.08, 1.0), (3 / 4, 4 / 3)) for _ in range(300)]
    shares = np.array([height * width / 64**2 for _, _, height, width in crops])
    assert shares.min() < 0.12  # some 20 x 20 pixels of a picture that is small already
    assert shares.mean() < 0.6


def test_erased_boxes_are_as_often_tall_as_wide():
    picture, ratio = torch.zeros(3, 200, 200), (0.3, 1 / 0.3)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        boxes = [transforms.RandomErasing.get_params(picture, (0.02, 0.2), ratio)[2:4] for _ in range(1000)]
    assert np.mean([height < width for height, width in boxes]) == pytest.approx(0.5, abs=0.06)
    drawn = np.random.default_rng(0).uniform(*ratio, 1000)  # height / width as the notes draw it
    assert np.mean(drawn < 1) == pytest.approx((1 - 0.3) / (1 / 0.3 - 0.3), abs=0.06)  # 23 %


def test_resizing_with_and_without_antialiasing_differs():
    board = torch.zeros(1, 64, 64)
    board[:, :, 1::4] = board[:, :, 2::4] = 1.0  # two of every four columns
    smooth, rough = (V.resize(board, [16, 16], antialias=flag) for flag in (True, False))
    assert (smooth - rough).abs().max() > 0.2


def test_a_green_square_in_the_middle_shows_neither_flip_nor_crop():
    picture = torch.zeros(3, 256, 256)
    picture[0] = 1
    picture[:, 50:200, 50:200] = torch.tensor([0.0, 1.0, 0.0]).reshape(3, 1, 1)
    flipped = V.horizontal_flip(picture)
    assert (flipped != picture).any(dim=0).float().mean() < 0.03
    assert V.center_crop(picture, [100, 100]).flatten(1).std(dim=1).max() == 0  # one colour


def test_nine_of_nine_is_no_rare_luck():
    right = np.random.default_rng(0).random((20_000, 9)) < 0.88  # a network that is right in 88 of 100
    assert right.all(axis=1).mean() == pytest.approx(0.88**9, abs=0.02)
    assert 0.30 < 0.88**9 < 0.34


def test_the_best_of_25_scores_promises_too_much():
    rng = np.random.default_rng(0)
    scores = rng.binomial(10_000, 0.8, size=(400, 25)) / 10_000  # as many pictures as Tiny ImageNet judges by
    assert scores.max(axis=1).mean() - 0.8 == pytest.approx(0.008, abs=0.001)  # 25 networks that are all equally good
    assert abs(rng.binomial(10_000, 0.8, size=400).mean() / 10_000 - 0.8) < 0.001  # asked about other pictures


def test_pictures_drawn_with_replacement_may_come_twice():
    rng = np.random.default_rng(0)
    for n_pictures, n_drawn in ((60_000, 16), (75, 9)):
        never = np.prod(1 - np.arange(n_drawn) / n_pictures)
        draws = np.sort(rng.integers(n_pictures, size=(20_000, n_drawn)), axis=1)
        twice = (np.diff(draws, axis=1) == 0).any(axis=1).mean()
        assert twice == pytest.approx(1 - never, abs=0.01)
    assert f"{1 - never:.2f}" == "0.39"  # nine of 75, the notes' pictures of food
