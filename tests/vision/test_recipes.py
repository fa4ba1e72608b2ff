import pytest
import torch
from torch import nn

from ailiteracy.vision import recipes
from ailiteracy.vision.models import build_model
from ailiteracy.vision.recipes import falling, optimizer_for, random_change, recipe_for


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


def test_mirrored_sets():
    assert recipes.MIRRORED == ("fashion_mnist", "cifar10")
    assert {*recipes.FAST} == {"digits", "mnist", "fashion_mnist", "cifar10"}
