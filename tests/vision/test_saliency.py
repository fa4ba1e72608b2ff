import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from ailiteracy.vision import Ensemble, ResNet, SpeedNet, grad_cam, saliency_map

PICTURE = np.random.default_rng(0).random((8, 8)).astype(np.float32)


@pytest.fixture
def model():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.Tanh(),
            nn.Dropout(0.5), nn.Flatten(), nn.Linear(96, 3),
        )  # fmt: skip


def test_saliency_is_the_slope_that_small_steps_measure(model):
    found = saliency_map(model, PICTURE, target=1)
    twin = model.double().eval()
    slopes = np.zeros((8, 8))
    for row in range(8):
        for column in range(8):
            step = torch.zeros(1, 1, 8, 8, dtype=torch.double)
            step[0, 0, row, column] = 1e-6
            x = torch.from_numpy(PICTURE).double()[None, None]
            with torch.no_grad():
                slopes[row, column] = float((twin(x + step) - twin(x - step))[0, 1]) / 2e-6
    np.testing.assert_allclose(found.heat, abs(slopes) / abs(slopes).max(), atol=1e-4)
    assert found.heat.max() == 1


def test_colours_count_by_the_largest():
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 4, 2))
    network[1].weight.data[:] = 0
    network[1].weight.data[0] = torch.tensor([1.0, 0, 0, 0, -3, 0, 0, 0, 0, 2, 0, 0])
    assert np.allclose(saliency_map(network, np.zeros((3, 2, 2)), 0).heat, [[1, 2 / 3], [0, 0]])


def test_grad_cam_by_the_formula(model):
    found = grad_cam(model, PICTURE, target=2, layer="3")
    model.eval()
    maps = model[:4](torch.from_numpy(PICTURE)[None, None]).detach().requires_grad_()
    model[4:](maps)[0, 2].backward()
    heat = torch.relu((maps.grad.mean(dim=(2, 3))[0, :, None, None] * maps[0]).sum(dim=0)).detach()
    heat = nn.functional.interpolate(heat[None, None], size=(8, 8), mode="bilinear")[0, 0]
    np.testing.assert_allclose(found.heat, heat / heat.max(), atol=1e-6)


def test_grad_cam_finds_the_bright_corner():
    # The logit of class 1 is the mean of the picture, that of class 0 its negative.
    network = nn.Sequential(nn.Conv2d(1, 2, 1, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    network[0].weight.data[:] = torch.tensor([-1.0, 1.0]).reshape(2, 1, 1, 1)
    image = np.zeros((4, 4))
    image[3, 0] = 0.5
    found = grad_cam(network, image, layer="0")
    assert (found.target, found.heat.argmax()) == (1, 12)
    assert found.heat.sum() == 1
    assert grad_cam(network, image, 0, layer="0").heat.sum() == 0  # the map is negative: nothing speaks for 0


def test_nothing_speaks_for_the_class():
    network = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1, 2))
    network[0].weight.data[:] = 1.0
    network[3].weight.data[:] = torch.tensor([[-1.0], [1.0]])
    found = grad_cam(network, np.ones((2, 2)), 0, layer="0")
    assert found.heat.tolist() == [[0, 0], [0, 0]]
    assert "holds 0%" in str(found)


def test_default_layer_is_the_last_with_maps():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = ResNet(classes=["a", "b"], size=(16, 16))
    image = np.random.default_rng(0).random((16, 16))
    target = 0 if grad_cam(network, image, 0).heat.any() else 1  # the one that something speaks for
    found = grad_cam(network, image, target)
    assert found.method == "Grad-CAM of 'blocks'"  # after the last ReLU, not inside the last block
    assert np.array_equal(found.heat, grad_cam(network, image, target, layer="blocks").heat)
    assert not np.allclose(found.heat, grad_cam(network, image, target, layer="stem").heat)
    assert found.label in ("a", "b")


def test_heat_is_that_of_the_picture_as_it_is_however_often_a_network_looks():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        once = SpeedNet("speednet_small", size=(32, 32))
        several = SpeedNet("speednet_small", size=(32, 32), mirror=True, shift=True)
    several.load_state_dict(once.state_dict())
    image = np.zeros((32, 32))
    image[4:12, 2:9] = np.random.default_rng(0).random((8, 7))  # not its own mirror image
    for layer in (None, "blocks.0"):
        target = next(number for number in range(10) if grad_cam(once, image, number, layer=layer).heat.any())
        found, wanted = (grad_cam(network, image, target, layer=layer) for network in (several, once))
        assert found.method == wanted.method
        np.testing.assert_allclose(found.heat, wanted.heat, atol=1e-5)
    assert found.probability == pytest.approx(several.probabilities(image)[0, target])  # by all looks, as predict says
    assert (several.mirror, several.shift) == (True, True)
    grad_cam(together := Ensemble([several, once]), image)
    assert (together.networks[0].mirror, together.networks[0].shift) == (True, True)


@pytest.mark.parametrize("explain", [saliency_map, grad_cam])
def test_the_network_stays_as_it_was(model, explain):
    model.train().requires_grad_(False)  # frozen weights do not matter
    explain(model, PICTURE)
    with torch.no_grad():
        explain(model, PICTURE)
    assert model.training
    assert all(weights.grad is None for weights in model.parameters())
    assert all(module._forward_hooks == {} for module in model.modules())


def test_figure_and_words(model):
    model.classes = ("ant", "bee", "cat")
    found = saliency_map(model, PICTURE, 1)
    assert str(found).startswith("saliency for 'bee' (probability ")
    assert f"column {found.heat.argmax() % 8};" in str(found)
    assert [ax.get_title() for ax in found.plot().axes][:2] == ["The picture", "saliency"]
    assert grad_cam(model, PICTURE)._repr_html_().startswith("<p")
    plt.close("all")


CASES = {
    "no network": (lambda m: saliency_map("resnet8", PICTURE), TypeError, ["`model`", "torch.nn.Module", "'resnet8'"]),
    "class 3 of 3": (lambda m: saliency_map(m, PICTURE, 3), ValueError, ["`target`", "from 0 to 2", "got 3"]),
    "class by name": (lambda m: grad_cam(m, PICTURE, "cat"), TypeError, ["`target`", "'cat'"]),
    "no maps": (lambda m: grad_cam(m, PICTURE, layer="7"), ValueError, ["`layer`", "output is maps", "'7'"]),
    "unknown layer": (lambda m: grad_cam(m, PICTURE, layer="conv9"), ValueError, ["`layers`", "'conv9'"]),
    "no classifier": (
        lambda m: saliency_map(m[:4], PICTURE),
        ValueError,
        ["`model`", "logits (n, n_classes)", "(1, 6, 4, 4)"],
    ),
    "a batch": (lambda m: saliency_map(m, np.zeros((2, 1, 8, 8))), ValueError, ["`image`", "one picture"]),
    "another size": (lambda m: grad_cam(m, np.zeros((6, 6))), ValueError, ["`image`", "Sequential takes"]),
}


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(model, call, kind, fragments):
    with pytest.raises(kind) as caught:
        call(model)
    for fragment in fragments:
        assert fragment in str(caught.value)
