import colorsys

import numpy as np
import pytest
import torch
from torch import nn

from ailiteracy.vision import recipes
from ailiteracy.vision.models import build_model
from ailiteracy.vision.recipes import course_change, falling, optimizer_for, random_change, recipe_for


def test_falling_by_hand():
    assert [falling(step, 5, warmup=0.2) for step in range(5)] == [1.0, 1.0, 0.75, 0.5, 0.25]
    assert [falling(step, 6, warmup=1 / 3) for step in range(3)] == [0.5, 1.0, 1.0]
    assert falling(0, 1) == 1.0


def test_every_trained_weight_of_the_quick_network_is_in_one_group():
    network = build_model("speednet_small", channels=3, size=(32, 32))
    optimizer = optimizer_for(network, 500)
    given = [id(weight) for group in optimizer.param_groups for weight in group["params"]]
    assert sorted(given) == sorted(id(weight) for weight in network.parameters() if weight.requires_grad)
    rates = {group["filters"]: group["lr"] for group in optimizer_for(network, 2000).param_groups}
    assert rates[True] == pytest.approx(0.24)
    assert rates[True] == pytest.approx(2 * optimizer.param_groups[0]["lr"])  # a quarter of the batch, half the rate
    shrunk = [group["lr"] * group["decay"] for group in optimizer.param_groups[1:]]
    assert shrunk == pytest.approx([0.0065, 0.0065])


def test_recipes():
    quick, plain = build_model("speednet_small"), build_model("resnet8")
    assert recipe_for("fast", quick, 100)["schedule"] is falling
    assert isinstance(recipe_for("fast", plain, 100)["optimizer"], torch.optim.AdamW)
    for network in (quick, plain):
        course = recipe_for("course", network, 100)
        assert isinstance(course["optimizer"], torch.optim.SGD)
        assert "loss" not in course
    logits = torch.tensor([[2.0, 0.0]])
    smooth = recipe_for("fast", quick, 100)["loss"](logits, torch.tensor([0]))
    sure = nn.functional.cross_entropy(logits, torch.tensor([0]))
    assert smooth.item() == pytest.approx(sure.item() + 0.1 * 2)  # a tenth for the other class, whose logit is 2 less


def test_flip_only_where_it_keeps_the_label():
    images = torch.arange(8).reshape(1, 1, 1, 8).expand(64, 1, 8, 8).to(torch.uint8)

    def flips(**options):
        changed = random_change("any", (8, 8), **options)(images, torch.Generator().manual_seed(0))
        return bool((changed[..., 0].float() > changed[..., -1].float()).any())

    assert [flips(flip=flip, quick=False) for flip in (False, True)] == [False, True]
    assert not flips(flip=True, quick=True)  # they take turns: picture_rows.py


@pytest.mark.parametrize(("name", "inside"), [("mnist", 8), ("cifar10", 9)])
def test_what_comes_in_from_outside(name, inside):
    images = torch.zeros(200, 1, 9, 9)
    images[..., 0], images[..., 1] = 8, 9  # the border column, and the one that a mirror shows beside it
    changed = random_change(name, (9, 9), flip=False, quick=True)(images, torch.Generator().manual_seed(0))
    moved = changed[(changed[:, 0, 4, 1] == 8)]  # those moved by one to the right
    assert len(moved) > 10
    assert set(moved[:, 0, 4, 0].tolist()) == {float(inside)}


@pytest.mark.parametrize(("quick", "long", "furthest"), [(True, False, 2), (True, True, 4), (False, False, 4)])
def test_the_quick_network_gets_small_shifts_unless_its_training_is_long(quick, long, furthest):
    images = torch.arange(32, dtype=torch.uint8).expand(400, 1, 32, 32)  # a pixel tells its column
    changed = random_change("any", (32, 32), flip=False, quick=quick, long=long)(
        images, torch.Generator().manual_seed(0)
    )
    moves = changed[:, 0, 16, 16].int() - 16
    assert sorted(set(moves.tolist())) == list(range(-furthest, furthest + 1))


def test_handwriting_is_turned_in_a_long_training():
    images = torch.zeros(200, 1, 28, 28)
    images[:, :, :, 14] = 1  # an upright line

    def turned(name, **options):
        change = random_change(name, (28, 28), flip=False, **options)
        changed = change(images, torch.Generator().manual_seed(0))
        return (changed[:, 0, 6].argmax(dim=1) - changed[:, 0, 21].argmax(dim=1)).abs().max().item()

    # Fifteen rows apart the line is at most 15 * tan(10 degrees) = 2.6 pixels out of plumb.
    assert turned("mnist", quick=True, long=True) in (2, 3)
    assert turned("mnist", quick=True, long=False) == 0
    assert turned("mnist", quick=False, long=True) == 0
    assert turned("fashion_mnist", quick=True, long=True) == 0


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_a_part_of_a_thing_is_covered_in_a_long_training(dtype):
    white = 255 if dtype == torch.uint8 else 1.0
    images = torch.full((400, 3, 30, 30), white, dtype=dtype)

    def covered(**options):
        change = random_change("any", (30, 30), grey=0.4, **options)
        return change(images, torch.Generator().manual_seed(0)) != white

    squares = covered(flip=True, quick=True, long=True)
    n_pixels = squares[:, 0].sum(dim=(1, 2))
    assert n_pixels.max() == 10 * 10  # a third of the side; fewer where it reaches over the border
    assert 5 * 5 <= n_pixels.min() < n_pixels.max()
    assert torch.equal(squares[:, 0], squares[:, 1])
    painted = random_change("any", (30, 30), flip=True, quick=True, long=True, grey=0.4)(
        images, torch.Generator().manual_seed(0)
    )[squares]
    assert painted.unique().tolist() == pytest.approx([102 if dtype == torch.uint8 else 0.4])
    # A 3 that is covered in the middle may be a 1; short trainings have no time to look at all the rest.
    assert not covered(flip=False, quick=True, long=True).any()
    assert not covered(flip=True, quick=True, long=False).any()
    assert not covered(flip=True, quick=False, long=True).any()


def course(images, name, *, flip=False, seed=0):
    change = course_change(name, tuple(images.shape[2:]), flip=flip)
    return change(images, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_the_course_turns_handwriting_and_nothing_else(name):
    images = torch.zeros(400, 1, 29, 29)
    images[:, :, :, 14] = 1  # an upright line through the middle
    changed = course(images, name)
    lean = changed[:, 0, 4].argmax(dim=1) - changed[:, 0, 24].argmax(dim=1)
    # Twenty rows apart the line is at most 20 * tan(10 degrees) = 3.5 pixels out of plumb.
    assert lean.min() in (-4, -3)
    assert lean.max() in (3, 4)
    assert (changed[:, 0, 14].argmax(dim=1) == 14).all()  # not shifted
    assert changed.max() <= 1


@pytest.mark.parametrize(("name", "size", "furthest"), [("cifar10", 32, 4), ("fashion_mnist", 28, 3), ("any", 64, 8)])
def test_the_course_shifts_and_turns_all_others(name, size, furthest):
    centre, blob = size // 2, torch.zeros(1, 1, size, size)
    blob[..., centre - 1 : centre + 1, centre - 1 : centre + 1] = 1  # turning leaves the middle where it is
    changed = course(blob.expand(1000, 1, size, size), name)[:, 0]
    weights, places = changed.sum(dim=1), torch.arange(size) - centre + 0.5  # (n, size): how much in each column
    moves = (weights * places).sum(dim=1) / weights.sum(dim=1)
    # A corner of the square of all shifts, turned by 10 degrees, lies cos 10 + sin 10 = 1.16 times as far out.
    assert furthest - 0.3 < float(moves.abs().max()) < 1.16 * furthest + 0.3
    corners = course(torch.ones(50, 1, size, size), name)[:, 0, 0, 0]
    assert (corners == 0).any()  # black comes in


def test_the_course_mirrors_where_it_is_asked_to():
    images = torch.zeros(200, 1, 28, 28)
    images[..., :14] = 1  # bright on the left
    for flip in (False, True):
        bright_on_the_right = course(images, "fashion_mnist", flip=flip)[:, 0, 14, 22] > 0.5
        assert bool(bright_on_the_right.any()) == flip
        assert not bright_on_the_right.all()


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_the_course_gives_colours_another_light(dtype):
    colour = torch.tensor([0.6, 0.3, 0.2])
    scale = 255 if dtype == torch.uint8 else 1
    images = (scale * colour)[:, None, None].expand(1000, 3, 16, 16).to(dtype)
    changed = course(images, "any")
    assert changed.dtype == dtype
    middle = changed[:, :, 8, 8].double().numpy() / scale
    hue, _, value = np.array([colorsys.rgb_to_hsv(*pixel) for pixel in middle]).T
    first_hue, _, first_value = colorsys.rgb_to_hsv(*colour.tolist())
    turns = (hue - first_hue + 0.5) % 1 - 0.5
    assert np.abs(turns).max() == pytest.approx(0.2, abs=0.01)
    assert np.quantile(turns, [0.25, 0.5, 0.75]) == pytest.approx([-0.1, 0, 0.1], abs=0.03)
    # Brightness alone takes it from 0.8 to 1.2 times; contrast and saturation move it a little further.
    assert 0.5 < (value / first_value).min() < 0.85
    assert 1.15 < (value / first_value).max() < 1.5
    grey = torch.full((100, 1, 16, 16), scale // 2 or 0.5).to(dtype)
    assert (course(grey, "any")[:, 0, 8, 8] == grey[0, 0, 8, 8]).all()  # grey pictures keep their light


def test_mirrored_sets():
    assert recipes.MIRRORED == ("fashion_mnist", "cifar10")
    assert {*recipes.FAST} == {"digits", "mnist", "fashion_mnist", "cifar10"}
