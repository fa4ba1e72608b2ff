import functools
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy.training import evaluate, fit


def flat_loss(outputs, targets):
    """Cross entropy for classes that stand last."""
    return F.cross_entropy(outputs.flatten(0, 1), targets.flatten())


def scores(targets, axis):
    """Outputs that are right everywhere, with four classes on the axis."""
    return F.one_hot(targets, 4).float().movedim(-1, axis)


@pytest.mark.parametrize("targets", [[[1, 1, 1, 2]], [[0, 3, 1], [2, 2, 0]], [[1, 0, 2, 3], [3, 3, 1, 0]] * 2])
@pytest.mark.parametrize(
    ("loss", "axis"),
    [
        (F.cross_entropy, 1),
        (functools.partial(F.cross_entropy, label_smoothing=0.1), 1),
        (nn.CrossEntropyLoss(), 1),
        (flat_loss, -1),
    ],
)
def test_axis_of_the_classes(targets, loss, axis):
    # Also with as many classes as places, or as samples, where shapes alone do not say which axis is which.
    targets = torch.tensor(targets)
    seen = evaluate(nn.Identity(), [(scores(targets, axis), targets)], loss=loss, device="cpu")
    assert seen.accuracy == 1.0
    assert seen.predictions.tolist() == seen.labels.tolist() == targets.flatten().tolist()


def test_a_loss_of_ones_own_with_classes_second():
    targets = torch.tensor([[0, 3, 1], [2, 2, 0]])
    own = lambda outputs, targets: F.cross_entropy(outputs, targets)  # noqa: E731 (its name says nothing)
    assert evaluate(nn.Identity(), [(scores(targets, 1), targets)], loss=own, device="cpu").accuracy == 1.0


@pytest.mark.parametrize(("loss", "axis", "mixup"), [(flat_loss, -1, 0.0), (F.cross_entropy, 1, 0.2)])
def test_predict_takes_the_axis_of_the_training(loss, axis, mixup):
    class Swap(nn.Module):
        def forward(self, x):
            return x.movedim(-1, axis)

    targets = torch.randint(0, 6, (5, 6), generator=torch.Generator().manual_seed(0))
    model = nn.Sequential(nn.Linear(6, 6), Swap())
    inputs = F.one_hot(targets, 6).float()
    adam = torch.optim.Adam(model.parameters(), lr=0.5)
    result = fit(model, [(inputs, targets)], loss=loss, optimizer=adam, mixup=mixup, epochs=20, device="cpu")
    assert result.class_axis == axis
    assert result.predict(inputs).tolist() == targets.tolist()
    assert result.predict(inputs[:2, :3]).shape == (2, 3)


def test_numbers_are_no_classes():
    x, y = torch.randn(8, 3, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 1] * 4)
    result = fit(nn.Linear(3, 1), [(x, y)], loss=lambda o, t: F.mse_loss(o[:, 0], t.float()), epochs=2, device="cpu")
    assert result.class_axis is None
    assert math.isnan(result.history.train_accuracy[-1])
    assert result.predict(x).shape == (8, 1)
    assert result.predict(x).any()


@pytest.mark.parametrize(
    ("loss", "ignored"),
    [
        (F.cross_entropy, -100),
        (functools.partial(F.cross_entropy, ignore_index=0), 0),
        (nn.CrossEntropyLoss(ignore_index=255), 255),
        (lambda outputs, targets: F.cross_entropy(outputs, targets), -100),
    ],
)
def test_targets_that_do_not_count(loss, ignored):
    # Two that count, one of them right; the ignored ones would be wrong, or with class 0 right.
    logits, targets = torch.eye(3)[[1, 1, 0, 0]], torch.tensor([1, 2, ignored, ignored])
    seen = evaluate(nn.Identity(), [(logits, targets)], loss=loss, device="cpu")
    assert seen.accuracy == 0.5
    assert (seen.labels.tolist(), seen.predictions.tolist()) == ([1, 2], [1, 1])
    model = nn.Linear(3, 3)
    model.load_state_dict({"weight": torch.eye(3), "bias": torch.zeros(3)})
    history = fit(model, [(logits, targets)], loss=loss, epochs=1, device="cpu").history
    assert history.train_accuracy[0] == 0.5


def test_nothing_counts():
    targets = torch.full((2,), -100)
    seen = evaluate(nn.Identity(), [(torch.eye(2), targets)], device="cpu")
    assert math.isnan(seen.accuracy)
    assert len(seen.labels) == 0


@pytest.mark.parametrize(("inputs", "error", "parts"), [
    ([[math.nan, 1.0]], ValueError, ["finite numbers", "nan"]),
    ([0.5, 1.0], ValueError, ["the model was trained on", "one row for each sample"]),
    ([[0.5]], ValueError, ["the model was trained on", "torch says"]),
    ([], ValueError, ["finite numbers", "at least one row"]),
    ("ab", TypeError, ["finite numbers", "got 'ab'"]),
    (None, TypeError, ["finite numbers", "got None"]),
    ([["a", "b"]], TypeError, ["finite numbers"]),
])  # fmt: skip
def test_predict_refuses_in_words(inputs, error, parts):
    x = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    result = fit(nn.Linear(2, 2), [(x, torch.tensor([0, 1]))], epochs=1, device="cpu", progress=False)
    with pytest.raises(error) as caught:
        result.predict(inputs)
    assert str(caught.value).startswith("`inputs` must be ")
    assert all(part in str(caught.value) for part in parts), str(caught.value)


def test_predict_takes_numbers_of_any_kind():
    x = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    result = fit(nn.Linear(2, 2), [(x, torch.tensor([0, 1]))], epochs=1, device="cpu", progress=False)
    assert (
        result.predict(x.double().numpy()).tolist() == result.predict(x).tolist() == result.predict(x.tolist()).tolist()
    )
