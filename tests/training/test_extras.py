import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy.training import fit
from ailiteracy.training.extras import BestWeights, WeightAverage, mixed_loss, mixed_samples


def test_average_by_hand():
    # The decay starts at (1 + 1) / (10 + 1) = 2/11 and is 3/12 in the second update, below the 0.9 asked for.
    model = nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(0.0)
    average = WeightAverage(model, 0.9)
    model.weight.data.fill_(11.0)
    average.update()
    assert average.average[0].item() == pytest.approx(9.0)
    model.weight.data.fill_(1.0)
    average.update()
    assert average.average[0].item() == pytest.approx(0.25 * 9 + 0.75 * 1)


def test_average_is_torchs_once_it_is_warm():
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    torch.manual_seed(0)
    model = nn.Linear(3, 2)
    average = WeightAverage(model, 0.5)
    average.n_updates = 100  # (1 + n) / (10 + n) is above 0.5
    oracle = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.5))
    oracle.update_parameters(model)  # the first one copies
    for _ in range(5):
        with torch.no_grad():
            model.weight.add_(torch.randn(2, 3))
        average.update()
        oracle.update_parameters(model)
    assert torch.allclose(average.average[0], oracle.module.weight)


def test_average_of_batch_norm_and_its_counter():
    model = nn.BatchNorm1d(2)
    average = WeightAverage(model, 0.99)
    model(torch.randn(4, 2) + 5)
    average.update()
    with average.in_place():
        assert int(model.num_batches_tracked) == 1
        assert not torch.equal(model.running_mean, average.average[2])  # exchanged, not copied
        assert (model.running_mean > 0).all()
    assert torch.allclose(average.average[2], model.running_mean * 9 / 11)


def test_fit_judges_and_returns_the_average():
    # Three steps of w from 0 by 1 each; the average after each, by the rule above with decay 2/11, 3/12, 4/13.
    model = nn.Linear(1, 1, bias=False)
    model.weight.data.zero_()
    seen, raw = [], []
    result = fit(
        model, [(torch.ones(1, 1), torch.zeros(1, 1))], [(torch.ones(1, 1), torch.zeros(1, 1))],
        loss=lambda outputs, targets: seen.append(outputs.item()) or -outputs.mean(), epochs=3, ema=0.9, device="cpu",
        optimizer=torch.optim.SGD(model.parameters(), lr=1.0),
        callbacks=[lambda model, _: raw.append(model.weight.item())],
    )  # fmt: skip
    expected, value = [], 0.0
    for number, weight in enumerate([1.0, 2.0, 3.0], start=1):
        decay = (1 + number) / (10 + number)
        value = decay * value + (1 - decay) * weight
        expected.append(value)
    assert raw == [1.0, 2.0, 3.0]  # callbacks see the weights that are trained
    assert seen[1::2] == pytest.approx(expected)  # validation looks at the average
    assert model.weight.item() == pytest.approx(expected[-1])
    assert result.best_epoch == 3


def test_mixtures():
    torch.manual_seed(0)
    x, y = torch.eye(4), torch.arange(4)
    inputs, others, part = mixed_samples(x, y, 0.5)
    assert 0.5 <= part <= 1
    assert torch.allclose(inputs, part * x + (1 - part) * x[others])
    outputs = torch.randn(4, 4)
    expected = part * F.cross_entropy(outputs, y) + (1 - part) * F.cross_entropy(outputs, others)
    assert torch.equal(mixed_loss(F.cross_entropy, others, part)(outputs, y), expected)
    # Cross entropy is linear in its targets: the same as mixed targets.
    soft = part * F.one_hot(y, 4) + (1 - part) * F.one_hot(others, 4)
    assert expected.item() == pytest.approx(F.cross_entropy(outputs, soft).item(), rel=1e-6)


def test_parts_follow_the_beta_distribution():
    # The mean of max(b, 1 - b) for a uniform b is 3/4; Beta(1, 1) is uniform. Standard error 0.144 / sqrt(4000).
    torch.manual_seed(0)
    parts = [mixed_samples(torch.zeros(1, 1), torch.zeros(1), 1.0)[2] for _ in range(4000)]
    assert sum(parts) / 4000 == pytest.approx(0.75, abs=4 * 0.144 / math.sqrt(4000))


@pytest.mark.parametrize("inputs", [torch.zeros(2, 3, dtype=torch.uint8), {"ids": torch.zeros(2)}])
def test_what_cannot_be_mixed(inputs):
    with pytest.raises(TypeError, match=r"`inputs` must be a tensor of floats when mixup.*divide pictures by 255"):
        mixed_samples(inputs, torch.zeros(2), 0.2)


def test_best_weights_are_copied_into_the_old_place():
    model, best = nn.Linear(2, 2), BestWeights()
    best.look(model, 1, 2.0, 0.5)
    place = best.weights["weight"].data_ptr()
    model.weight.data.fill_(7.0)
    best.look(model, 2, 1.0, 0.4)  # a worse accuracy
    assert best.epoch == 1
    best.look(model, 3, 1.0, 0.5)
    assert best.epoch == 3
    assert best.weights["weight"].data_ptr() == place
    assert (best.weights["weight"] == 7).all()


def test_label_smoothing_in_training_only():
    x, y = torch.eye(3), torch.arange(3)
    model = nn.Linear(3, 3)
    sgd = torch.optim.SGD(model.parameters(), lr=0.0)
    result = fit(model, [(x, y)], [(x.clone(), y)], optimizer=sgd, epochs=1, label_smoothing=0.3, device="cpu")
    with torch.no_grad():
        plain, smooth = (F.cross_entropy(model(x), y, label_smoothing=part).item() for part in (0.0, 0.3))
    assert result.history.train_loss[0] == pytest.approx(smooth)
    assert result.history.validation_loss[0] == pytest.approx(plain)
