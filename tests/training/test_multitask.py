import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from ailiteracy.training import MultiTaskDataset, MultiTaskLoss, MultiTaskNet, fit


def data(transform=None, n=60):
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(n, 1, 4, 4, generator=generator)
    targets = {
        "bright": (images.mean(dim=(1, 2, 3)) > 0).long(),
        "mean": images.mean(dim=(1, 2, 3))[:, None],
        "mask": (images[:, 0] > 0).long(),
    }
    return MultiTaskDataset(images, targets, transform)


def network():
    torch.manual_seed(0)
    trunk = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU())
    flat = lambda n: nn.Sequential(nn.Flatten(), nn.Linear(128, n))  # noqa: E731
    return MultiTaskNet(trunk, {"bright": flat(2), "mean": flat(1), "mask": nn.Conv2d(8, 2, 1)})


LOSSES = {"bright": F.cross_entropy, "mean": F.mse_loss, "mask": F.cross_entropy}


def test_shapes_and_types():
    inputs, targets = next(iter(DataLoader(data(), batch_size=5)))
    assert inputs.shape == (5, 1, 4, 4)
    assert {name: tuple(values.shape) for name, values in targets.items()} == {
        "bright": (5,), "mean": (5, 1), "mask": (5, 4, 4),
    }  # fmt: skip
    assert targets["mask"].dtype == torch.int64  # classes of pixels, not amounts
    assert {name: tuple(values.shape) for name, values in network()(inputs).items()} == {
        "bright": (5, 2), "mean": (5, 1), "mask": (5, 2, 4, 4),
    }  # fmt: skip


def test_a_flip_reaches_the_mask():
    def flip(image, targets):
        return image.flip(-1), targets | {"mask": targets["mask"].flip(-1)}

    for plain, flipped in zip(data(), data(flip), strict=True):
        assert torch.equal((flipped[0][0] > 0).long(), flipped[1]["mask"])
        assert torch.equal(flipped[1]["mask"].flip(-1), plain[1]["mask"])


def test_loss_is_the_weighted_sum_and_reaches_every_part():
    model, loss = network(), MultiTaskLoss(LOSSES, {"mean": 10, "mask": 0.5})
    inputs, targets = next(iter(DataLoader(data(), batch_size=8)))
    outputs = model(inputs)
    parts = loss.parts(outputs, targets)
    total = loss(outputs, targets)
    torch.testing.assert_close(total, parts["bright"] + 10 * parts["mean"] + 0.5 * parts["mask"])
    total.backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in model.parameters())


def test_a_weight_of_zero_leaves_a_task_out():
    model = network()
    inputs, targets = next(iter(DataLoader(data(), batch_size=8)))
    MultiTaskLoss(LOSSES, {"mask": 0})(model(inputs), targets).backward()
    assert not model.heads["mask"].weight.grad.any()


def test_fit_learns_all_tasks():
    model, loss = network(), MultiTaskLoss(LOSSES)
    loader = DataLoader(data(), batch_size=20)
    with torch.no_grad():
        before = loss.parts(model(data().inputs), data().targets)
    rate = torch.optim.Adam(model.parameters(), lr=0.01)
    fit(model, loader, loss=loss, optimizer=rate, epochs=30, device="cpu", progress=False)
    with torch.no_grad():
        after = loss.parts(model(data().inputs), data().targets)
    assert all(float(after[name]) < 0.5 * float(before[name]) for name in LOSSES)


ONE = {"a": torch.zeros(3)}


def named(name):
    return MultiTaskNet(nn.Identity(), {name: nn.Identity()})


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: MultiTaskDataset(torch.zeros(3, 1), {"a": torch.zeros(2)}), ValueError, ["`targets['a']`", "3 rows"]),
        (lambda: MultiTaskDataset(torch.zeros(3, 1), {"a": [1, 2, 3]}), ValueError, ["`targets['a']`", "tensors"]),
        (lambda: MultiTaskDataset(torch.zeros(0, 1), ONE), ValueError, ["`inputs`", "each sample"]),
        (lambda: MultiTaskDataset(torch.zeros(3, 1), {}), TypeError, ["`targets`", "each task"]),
        (lambda: named("type"), ValueError, ["`heads`", "names that a layer can have", "got 'type'", "Rename"]),
        (lambda: named(""), ValueError, ["`heads`", "got ''"]),
        (lambda: named("a.b"), ValueError, ["`heads`", "got 'a.b'"]),
        (lambda: named(3), ValueError, ["`heads`", "got 3"]),
        (lambda: MultiTaskNet(nn.Identity(), []), TypeError, ["`heads`", "each task"]),
        (lambda: MultiTaskLoss({"a": F.mse_loss}, {"b": 1}), ValueError, ["`weights`", "['a']", "['b']"]),
        (lambda: MultiTaskLoss({"a": F.mse_loss}, {"a": -1}), ValueError, ["`weights['a']`", ">= 0"]),
        (lambda: MultiTaskLoss({"a": F.mse_loss})({"b": 1}, ONE), ValueError, ["`outputs`", "['a']", "alike"]),
        (lambda: MultiTaskLoss({"a": F.mse_loss})(ONE, torch.zeros(3)), ValueError, ["`targets`", "a dict"]),
        (
            lambda: MultiTaskLoss({"a": F.mse_loss})({"a": torch.zeros(3, 1)}, ONE),
            ValueError, ["`targets['a']`", "(3, 1)", "shape of the outputs"],
        ),
    ],
)  # fmt: skip
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
