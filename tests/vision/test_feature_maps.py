import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy.vision import FeatureMaps, ResNet, convolve, layer_maps

PICTURE = np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8)


@pytest.fixture
def model():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(108, 2)
        )


def test_maps_are_the_convolution_before_the_relu(model):
    seen = layer_maps(model, PICTURE)
    weights, bias = model[0].weight.detach().numpy(), model[0].bias.detach().numpy()
    np.testing.assert_allclose(seen.maps, convolve(PICTURE[None, None] / 255, weights, bias)[0], atol=1e-5)
    assert (seen.layer, seen.maps.min() < 0) == ("0", True)
    assert np.array_equal(seen.kernels, weights)
    assert seen.image.shape == (1, 8, 8)


def test_a_layer_inside_a_resnet():
    network = ResNet(channels=3, size=(16, 16), classes="ab")
    picture = torch.rand(3, 16, 16)
    seen = layer_maps(network, picture, "blocks.1")
    with torch.no_grad():
        network.eval()
        x = (picture[None] - network.mean) / network.std
        wanted = network.blocks[1](network.blocks[0](network.stem(x)))[0]
    np.testing.assert_allclose(seen.maps, wanted.numpy(), atol=1e-6)
    assert seen.kernels is None


def test_the_network_stays_as_it_was(model):
    before = {name: values.clone() for name, values in model.state_dict().items()}
    model.train()
    layer_maps(model, PICTURE)
    with pytest.raises(ValueError, match="`layer`"):
        layer_maps(model, PICTURE, "4")
    assert model.training
    assert all(module._forward_hooks == {} for module in model.modules())
    assert all(torch.equal(values, before[name]) for name, values in model.state_dict().items())


@pytest.mark.parametrize("image", [PICTURE / 255, PICTURE[None], PICTURE[:, :, None], torch.from_numpy(PICTURE)])
def test_every_layout_of_one_picture(model, image):
    np.testing.assert_allclose(layer_maps(model, image).maps, layer_maps(model, PICTURE).maps, atol=1e-6)


def test_three_channels_are_not_three_pictures():
    assert layer_maps(nn.Conv2d(3, 2, 1), np.zeros((3, 5, 5), dtype=np.uint8), "").image.shape == (3, 5, 5)


def test_figures_and_words(model):
    seen = layer_maps(model, PICTURE)
    figure = seen.plot(n_maps=2)
    shown = [image.get_array() for image in figure.axes[0].images]
    assert len(shown) == 3  # the picture and two maps
    for tile in shown[1:]:  # every map reaches from 0 to 1: nothing is cut off
        assert (tile.min(), tile.max()) == (0, 1)
    middle = seen.plot_kernels().axes[0].images[0].get_array()
    assert abs(middle - 0.5).max() == pytest.approx(0.5)  # 0.5, white, is a weight of 0
    plt.close("all")
    assert str(seen).startswith("3 maps of 6 x 6 from the layer '0'")
    assert seen._repr_html_().startswith("<p")
    flat = FeatureMaps(seen.image, "x", np.zeros((2, 3, 3), dtype=np.float32))
    assert "2 of them the same everywhere" in str(flat)
    flat.plot()
    plt.close("all")


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.unused = nn.Conv2d(1, 1, 1)

    def forward(self, x):
        return F.relu(x)


CASES = {
    "no network": (lambda m: layer_maps(3, PICTURE), TypeError, ["`model`", "torch.nn.Module", "result.model"]),
    "unknown layer": (lambda m: layer_maps(m, PICTURE, "9"), ValueError, ["`layers`", "'9'", "It has '0'"]),
    "no convolution": (lambda m: layer_maps(m[3], PICTURE), ValueError, ["`model`", "a convolution", "Flatten"]),
    "no maps": (lambda m: layer_maps(m, PICTURE, "4"), ValueError, ["`layer`", "(1, n_maps, height", "(1, 2)"]),
    "never ran": (lambda m: layer_maps(Functional(), PICTURE), ValueError, ["`layer`", "it did not run"]),
    "two pictures": (lambda m: layer_maps(m, np.zeros((2, 1, 8, 8))), ValueError, ["`image`", "one picture"]),
    "another size": (lambda m: layer_maps(m, np.zeros((9, 9))), ValueError, ["`image`", "Sequential takes"]),
    "too bright": (lambda m: layer_maps(m, np.full((8, 8), 300)), ValueError, ["`image`", "from 0 to 255"]),
    "kernels of a ReLU": (
        lambda m: layer_maps(m, PICTURE, "2").plot_kernels(),
        ValueError, ["`layer`", "a convolution", "'2'"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(model, call, kind, fragments):
    with pytest.raises(kind) as caught:
        call(model)
    for fragment in fragments:
        assert fragment in str(caught.value)
