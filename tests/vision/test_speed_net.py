import pytest
import torch
from torch.nn import functional as F

from ailiteracy.vision import speed_net
from ailiteracy.vision.speed_net import SpeedNet, _gelu, spread_out


def test_numbers_of_weights_by_hand():
    # Whitening 24 * 12; blocks 9 * (24 * 64 + 64 * 64 + 64 * 256 + 3 * 256 * 256); norms 2 * (2 * 64 + 4 * 256); head.
    wide = SpeedNet("speednet", channels=3, size=(32, 32))
    assert sum(weight.numel() for weight in wide.parameters()) == 288 + 1_967_616 + 2304 + 2560
    trained = sum(weight.numel() for weight in wide.parameters() if weight.requires_grad)
    assert trained == 1_967_616 + 1152 + 2560  # neither the first layer nor the scales of the norms
    large = SpeedNet("speednet_large", channels=3, size=(32, 32))  # 128, 384, 384 in the same places
    assert sum(weight.numel() for weight in large.parameters()) == 288 + 9 * 510_976 + 2 * (256 + 1536) + 3840


@pytest.mark.parametrize(("channels", "size"), [(1, (28, 28)), (3, (32, 32)), (3, (9, 9)), (1, (9, 40))])
def test_shapes(channels, size):
    model = SpeedNet("speednet_small", channels=channels, size=size, classes="abcd")
    assert model(torch.rand(2, channels, *size)).shape == (2, 4)


def test_begins_by_passing_on_what_it_gets():
    model = SpeedNet("speednet_small", channels=1, size=(16, 16))
    x = torch.rand(2, 8, 6, 6)
    torch.testing.assert_close(model.blocks[0].conv1(x)[:, :8], x)


def test_first_layer_is_whitening_and_stays_as_it_is():
    images = torch.randint(0, 256, (50, 1, 12, 12), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    model = SpeedNet("speednet_small", channels=1, size=(12, 12), mean=0.5, std=0.29)
    model.whiten_from(images)
    seen = model.whiten((images / 255 - 0.5) / model.std).transpose(0, 1).flatten(1)
    torch.testing.assert_close(torch.cov(seen)[:4, :4], torch.eye(4), atol=0.02, rtol=0)
    as_floats = SpeedNet("speednet_small", channels=1, size=(12, 12), mean=0.5, std=0.29)
    as_floats.whiten_from(images / 255)
    torch.testing.assert_close(as_floats.whiten.weight, model.whiten.weight)
    F.cross_entropy(model(images), torch.arange(50) % 10).backward()
    assert model.whiten.weight.grad is None
    assert all(bool((weight.grad != 0).any()) for weight in model.parameters() if weight.requires_grad)


def test_dark_bytes_are_bytes():
    """The type says what 0 and 1 mean, as in a forward pass; the largest value does not."""
    images = torch.randint(0, 2, (50, 1, 12, 12), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    as_bytes, as_floats = (SpeedNet("speednet_small", size=(12, 12), mean=0.002, std=0.002) for _ in range(2))
    as_bytes.whiten_from(images)
    as_floats.whiten_from(images / 255)
    torch.testing.assert_close(as_bytes.whiten.weight, as_floats.whiten.weight)


def test_a_part_of_the_pictures_comes_from_all_over(monkeypatch):
    monkeypatch.setattr(speed_net, "PATCHED", 4)
    assert spread_out(torch.arange(3)).tolist() == [0, 1, 2]
    assert spread_out(torch.arange(7)).tolist() == [0, 1, 3, 5]
    assert spread_out(torch.arange(12)).tolist() == [0, 3, 6, 9]


def test_it_knows_whether_its_first_layer_was_computed():
    model = SpeedNet("speednet_small", size=(12, 12))
    assert not model.whitened
    model.whiten_from(torch.rand(20, 1, 12, 12))
    assert model.whitened
    again = SpeedNet("speednet_small", size=(12, 12))
    again.load_state_dict(model.state_dict())
    assert again.whitened


def test_mirror_means_over_both_sides_but_not_in_training():
    model = SpeedNet("speednet_small", channels=1, size=(12, 12), mirror=True).eval()
    images = torch.rand(3, 1, 12, 12)
    torch.testing.assert_close(model(images), model(images.flip(-1)))
    model.mirror = False
    one, other = model(images), model(images.flip(-1))
    model.mirror = True
    torch.testing.assert_close(model(images), (one + other) / 2)
    model.train()
    model.mirror = False
    one = model(images)
    model.mirror = True
    assert torch.equal(model(images), one)


def test_shift_means_over_three_places_and_both_sides_of_each():
    model = SpeedNet("speednet_small", channels=1, size=(12, 12), shift=True).eval()
    images = torch.rand(3, 1, 12, 12)
    rows = torch.arange(12)
    places = [images[:, :, by][..., by] for by in (rows, (rows + 1).clamp(max=11), (rows - 1).clamp(min=0))]
    three, six = model(images), [*places, *(place.flip(-1) for place in places)]
    model.shift = False
    torch.testing.assert_close(three, sum(model(place) for place in places) / 3)
    mean = sum(model(place) for place in six) / 6
    model.shift = model.mirror = True
    torch.testing.assert_close(model(images), mean)
    model.train()
    one = model(images)
    model.shift = model.mirror = False
    assert torch.equal(model(images), one)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_gelu_is_gelu(layout):
    x = torch.randn(2, 3, 4, 5).contiguous(memory_format=layout)
    torch.testing.assert_close(_gelu(x), F.gelu(x))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"name": "speednets"}, ValueError, ["`name`", "Did you mean 'speednet'?"]),
        ({"size": (8, 30)}, ValueError, ["`size`", "at least 9 x 9", "8 x 30", "resnet8"]),
        ({"mirror": "yes"}, TypeError, ["`mirror`", "True or False"]),
        ({"shift": 1}, TypeError, ["`shift`", "True or False"]),
    ],
)
def test_bad_input(arguments, error, words):
    with pytest.raises(error) as caught:
        SpeedNet(**arguments)
    assert all(word in str(caught.value) for word in words), str(caught.value)
