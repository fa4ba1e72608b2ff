import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from torch import nn

from ailiteracy.training import Batches, fit
from ailiteracy.vision import (
    Ensemble,
    ResNet,
    SpeedNet,
    fine_tune,
    layer_rates,
    load_backbone,
    load_images,
    load_model,
    replace_head,
)
from ailiteracy.vision.transfer import PLACE, _chosen

QUICK = {"n_per_class": 2, "epochs": 1, "device": "cpu", "progress": False}


@pytest.fixture(scope="module")
def small():
    """A network for tiny pictures, to go on from."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return ResNet("resnet8", size=(8, 8), classes="abc").eval()


@pytest.fixture(scope="module")
def data():
    return load_images("digits")


def test_the_shipped_network():
    backbone = load_backbone()
    assert PLACE.stat().st_size < 3_000_000
    assert (backbone.name, backbone.channels, backbone.size, len(backbone.classes)) == ("resnet8", 3, (32, 32), 10)
    assert not backbone.training
    assert all(weights.dtype == torch.float32 for weights in backbone.parameters())
    with safe_open(PLACE, framework="pt") as file:
        assert json.loads(file.metadata()["architecture"]) == backbone.architecture
    assert 0.7 < float(backbone.story["test_accuracy"]) < 1
    assert "seed" in backbone.story["command"]


@pytest.mark.slow
@pytest.mark.realdata
def test_the_shipped_network_is_as_good_as_it_says(real_data):
    backbone = load_backbone()
    photos = load_images(real_data / "cifar10", progress=False)
    right = np.mean(backbone.predict(photos.test_images) == photos.test_labels.numpy())
    assert right == pytest.approx(float(backbone.story["test_accuracy"]), abs=5e-4)


def test_replace_head(small):
    before = {name: weights.clone() for name, weights in small.state_dict().items()}
    twin = replace_head(small, ["cat", "dog"], seed=1)
    assert twin.classes == ("cat", "dog")
    assert twin(torch.zeros(1, 1, 8, 8)).shape == (1, 2)
    assert torch.equal(twin.head.weight, replace_head(small, ["cat", "dog"], seed=1).head.weight)
    assert not torch.equal(twin.head.weight, replace_head(small, ["cat", "dog"], seed=2).head.weight)
    for name, weights in twin.state_dict().items():
        assert name.startswith("head") or torch.equal(weights, before[name])
    assert all(torch.equal(weights, before[name]) for name, weights in small.state_dict().items())
    assert small.classes == ("a", "b", "c")


def test_rates_fall_towards_the_first_layer(small):
    groups = layer_rates(small, 0.01, factor=0.1)
    assert [group["lr"] for group in groups] == pytest.approx([1e-6, 1e-5, 1e-4, 1e-3, 1e-2])  # stem, 3 blocks, head
    grouped = [id(weights) for group in groups for weights in group["params"]]
    assert sorted(grouped) == sorted(id(weights) for weights in small.parameters())  # each once
    assert groups[-1]["params"][0] is small.head.weight
    assert len(layer_rates(nn.Linear(2, 2), 0.1)) == 1


class WithToken(nn.Module):
    """A network with a weight of its own beside its layers, as vision transformers have."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
        self.head = nn.Linear(3, 2)
        self.token = nn.Parameter(torch.zeros(3))


def test_weights_that_belong_to_no_part_learn_too():
    model = WithToken()
    groups = layer_rates(model, 0.1, factor=0.5)
    assert [group["lr"] for group in groups] == [0.05, 0.1]
    assert groups[0]["params"][0] is model.token
    grouped = [id(weights) for group in groups for weights in group["params"]]
    assert sorted(grouped) == sorted(id(weights) for weights in model.parameters())  # each once
    del model.body, model.head
    (group,) = layer_rates(model, 0.1)
    assert group["params"][0] is model.token
    assert group["lr"] == 0.1
    assert layer_rates(nn.ReLU(), 0.1) == []


def test_chance_is_left_alone(data):
    before = torch.get_rng_state()
    load_backbone()
    fine_tune(data, how="head", **QUICK)
    assert torch.equal(torch.get_rng_state(), before)


def test_head_leaves_everything_else_alone(small, data):
    result = fine_tune(data, how="head", backbone=small, **QUICK)
    for name, weights in small.state_dict().items():
        if not name.startswith("head"):
            assert torch.equal(weights, result.model.state_dict()[name]), name
    # The accuracy on features is that of the whole network on pictures.
    right = np.mean(result.model.predict(data.test_images) == data.test_labels.numpy())
    assert result.test_accuracy == pytest.approx(right)
    assert result.classes == data.classes == result.model.classes


def test_head_equals_training_with_the_rest_frozen(small, data):
    """Features computed once give what a training gives whose other layers are frozen and in evaluation mode."""
    result = fine_tune(data, how="head", backbone=small, **QUICK)
    twin = replace_head(small, data.classes, seed=0).requires_grad_(False)
    twin.head.requires_grad_(True)
    rows = _chosen(data.train_labels, 2, 0)
    batches = Batches(data.train_images[rows], data.train_labels[rows], batch_size=16, shuffle=True, seed=0)

    class Frozen(nn.Module):
        def __init__(self):
            super().__init__()
            self.head = twin.head

        def forward(self, images):
            return twin.eval()(images)

    from ailiteracy.training import one_cycle

    optimizer = torch.optim.AdamW(twin.head.parameters(), lr=0.01, weight_decay=0.05)
    fit(Frozen(), batches, optimizer=optimizer, schedule=one_cycle, epochs=10, device="cpu")
    np.testing.assert_allclose(twin.head.weight.detach(), result.model.head.weight.detach(), atol=1e-4)


@pytest.mark.parametrize(("how", "stem_moves"), [("layers", "less"), ("all", "more")])
def test_how_far_layers_move(small, data, how, stem_moves):
    result = fine_tune(data, how=how, backbone=small, **QUICK)
    moved = float((result.model.stem[0].weight - small.stem[0].weight).detach().abs().mean())
    assert moved > 0
    assert (moved < 1e-3) == (stem_moves == "less")


def test_scratch_forgets(small, data):
    result = fine_tune(data, how="scratch", backbone=small, **QUICK)
    again = fine_tune(data, how="scratch", backbone=replace_head(small, "xyz", seed=9), **QUICK)
    assert torch.equal(result.model.head.weight, again.model.head.weight)  # nothing of the backbone is left
    difference = (result.model.blocks[2].conv2.weight - small.blocks[2].conv2.weight).detach().abs().mean()
    assert difference > 0.01


def test_scratch_computes_the_layer_that_is_not_learned(data):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        backbone = SpeedNet("speednet_small", size=(12, 12))
    backbone.whiten_from(torch.rand(20, 1, 12, 12, generator=torch.Generator().manual_seed(0)))
    for how in ("scratch", "layers"):
        result = fine_tune(data, how=how, backbone=backbone, **QUICK)
        assert result.model.whitened
        assert torch.equal(result.model.whiten.weight, backbone.whiten.weight) == (how == "layers")


def test_pictures_are_brought_to_the_backbones_form(data):
    backbone = ResNet(channels=3, size=(16, 16), classes="ab")
    result = fine_tune(data, how="head", backbone=backbone, **QUICK)
    assert result.test_images.shape == (359, 3, 16, 16)
    assert torch.equal(result.test_images[:, 0], result.test_images[:, 2])
    grey = ResNet(channels=1, size=(8, 8), classes="ab")
    colours = np.random.default_rng(0).integers(0, 256, (8, 3, 8, 8), dtype=np.uint8)
    assert fine_tune((colours, [0, 1] * 4), how="head", backbone=grey, **QUICK).test_images.shape[1:] == (1, 8, 8)


def test_few_pictures_of_each_class():
    labels = torch.tensor([0, 1, 0, 1, 0, 1, 1, 2, 2, 2])
    rows = _chosen(labels, 2, 0)
    assert torch.bincount(labels[rows]).tolist() == [2, 2, 2]
    assert torch.equal(rows, _chosen(labels, 2, 0))
    assert any(not torch.equal(rows, _chosen(labels, 2, seed)) for seed in range(1, 9))
    assert len(_chosen(labels, None, 0)) == 10


def test_saved_and_used_elsewhere(small, data, tmp_path):
    result = fine_tune(data, how="head", backbone=small, **QUICK)
    result.save(tmp_path)
    again = load_model(tmp_path, device="cpu")
    assert np.array_equal(again.predict(data.test_images), result.predict(data.test_images))


CASES = {
    "unknown way": (lambda b: fine_tune("digits", how="heads"), ValueError, ["`how`", "Did you mean 'head'?"]),
    "no epochs": (lambda b: fine_tune("digits", epochs=0), ValueError, ["`epochs`", ">= 1", "got 0"]),
    "no rate": (lambda b: fine_tune("digits", learning_rate=-1), ValueError, ["`learning_rate`", "> 0", "got -1"]),
    "more than there are": (
        lambda b: fine_tune("digits", backbone=b, n_per_class=1000),
        ValueError, ["`n_per_class`", "from 1 to", "None takes all"],
    ),
    "another backbone": (
        lambda b: fine_tune("digits", backbone=nn.Linear(1, 1)),
        TypeError, ["`backbone`", "a network for pictures", "'Linear'", "result.model"],
    ),
    "several networks": (
        lambda b: fine_tune("digits", backbone=Ensemble([b, b])),
        TypeError, ["`backbone`", "one network", "an Ensemble of 2", "Fine-tune one of its networks"],
    ),
    "a head for several": (
        lambda b: replace_head(Ensemble([b]), "ab"), TypeError, ["`model`", "an Ensemble of 1", "one of its networks"],
    ),
    "a number of classes": (lambda b: replace_head(b, 3), TypeError, ["`classes`", "a name for each", "got 3"]),
    "no network": (lambda b: replace_head("resnet8", "ab"), TypeError, ["`model`", "torch.nn.Module", "'resnet8'"]),
    "rates of none": (lambda b: layer_rates(None, 0.1), TypeError, ["`model`", "torch.nn.Module", "got None"]),
    "one class": (lambda b: replace_head(b, ["cat"]), ValueError, ["`number of classes`", ">= 2", "got 1"]),
    "no head": (lambda b: replace_head(nn.ReLU(), "ab"), ValueError, ["`model`", "a linear layer at its end", "ReLU"]),
    "a factor of 0": (lambda b: layer_rates(b, 0.1, factor=0), ValueError, ["`factor`", "> 0", "got 0"]),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(small, call, kind, fragments):
    with pytest.raises(kind) as caught:
        call(small)
    for fragment in fragments:
        assert fragment in str(caught.value)
