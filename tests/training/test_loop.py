import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from ailiteracy.training import Batches, DivergedError, TrainingResult, fit


def blobs(n=60, seed=0):
    """Two clouds that a straight line parts."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % 2
    return torch.randn(n, 2, generator=generator) + 4.0 * y[:, None], y


def line(seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Linear(2, 2)


def test_two_steps_by_hand():
    # y = w x, loss (w x - 2)^2 with x = 1: the gradient is 2 (w - 2); from w = 0 at rate 0.25 follow 1.0 and 1.5.
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    batch = (torch.ones(1, 1), torch.full((1, 1), 2.0))
    sgd = torch.optim.SGD(model.parameters(), lr=0.25)
    result = fit(model, [batch], loss=F.mse_loss, optimizer=sgd, epochs=2, device="cpu")
    assert model.weight.item() == pytest.approx(1.5)
    assert result.history.train_loss.tolist() == [4.0, 1.0]
    assert np.isnan(result.history.train_accuracy).all()
    assert result.best_epoch == 2


def test_same_as_a_plain_torch_loop():
    x, y = blobs()
    model, twin = line(), line()
    batches = Batches(x, y, batch_size=16)
    fit(model, batches, optimizer=torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), epochs=3, device="cpu")
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        for inputs, targets in batches:
            optimizer.zero_grad()
            F.cross_entropy(twin(inputs), targets).backward()
            optimizer.step()
    assert torch.equal(model.weight, twin.weight)


def test_learns_and_tests_once():
    x, y = blobs()
    looked = []

    class Counted(list):
        def __iter__(self):
            looked.append(1)
            return super().__iter__()

    test = Counted([(x[40:], y[40:])])
    model = line()
    adam = torch.optim.Adam(model.parameters(), lr=0.1)
    train = Batches(x[:40], y[:40], batch_size=8, shuffle=True)
    result = fit(model, train, test=test, optimizer=adam, epochs=10, device="cpu")
    assert isinstance(result, TrainingResult)
    assert result.test_accuracy > 0.9
    assert result.confusion.sum() == 20
    assert result.classes == ("0", "1")
    assert len(looked) == 1


def test_means_weigh_samples_and_not_batches():
    # Batches of 3 and 1 with losses 0 and 4: the mean over samples is 1, over batches it would be 2.
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    batches = [(torch.zeros(3, 1), torch.zeros(3, 1)), (torch.zeros(1, 1), torch.full((1, 1), 2.0))]
    result = fit(model, batches, batches, loss=F.mse_loss, epochs=1, device="cpu")
    assert result.history.train_loss[0] == pytest.approx(1.0)
    assert result.history.validation_loss[0] == pytest.approx(1.0)


def test_best_weights_are_kept_when_validation_gets_worse():
    # Training pulls w from 0 to 4 in equal steps; validation likes w = 1: the best epoch comes early.
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    one = torch.ones(1, 1)
    sgd = torch.optim.SGD(model.parameters(), lr=0.05)
    seen = []
    result = fit(
        model,
        [(one, 4 * one)],
        [(one, one)],
        loss=F.mse_loss,
        optimizer=sgd,
        epochs=20,
        callbacks=[lambda model, epoch: seen.append(model.weight.item())],
        device="cpu",
    )
    assert result.best_epoch == int(np.argmin(result.history.validation_loss)) + 1 < 20
    assert model.weight.item() == seen[result.best_epoch - 1] != seen[-1]


def test_equal_accuracy_is_decided_by_the_lower_loss():
    x, y = blobs()
    result = fit(line(), Batches(x, y), [(x, y)], epochs=25, device="cpu")
    accuracy, loss = result.history.validation_accuracy, result.history.validation_loss
    ties = np.flatnonzero(accuracy == accuracy.max())
    assert result.best_epoch - 1 == ties[np.argmin(loss[ties])]


def test_schedule_moves_every_step():
    x, y = blobs(12)
    model, rates, asked = line(), [], []
    sgd = torch.optim.SGD(model.parameters(), lr=2.0)
    sgd.register_step_pre_hook(lambda optimizer, *_: rates.append(optimizer.param_groups[0]["lr"]))

    def halve(step, n_steps):
        asked.append((step, n_steps))
        return 0.5**step

    result = fit(model, Batches(x, y, batch_size=4), optimizer=sgd, schedule=halve, epochs=2, device="cpu")
    assert asked == [(step, 6) for step in range(6)]
    assert rates == [2.0 * 0.5**step for step in range(6)]
    assert result.history.learning_rate.tolist() == [rates[2], rates[5]]
    assert sgd.param_groups[0]["lr"] == 2.0  # given back as it came


def test_modes_are_put_back_layer_by_layer():
    x, y = blobs(8)
    model = nn.Sequential(nn.Linear(2, 4), nn.Dropout(), nn.BatchNorm1d(4), nn.Linear(4, 2))
    model.eval()
    model[1].train()
    before = [layer.training for layer in model.modules()]
    fit(model, [(x, y)], [(x, y)], epochs=1, device="cpu")
    assert [layer.training for layer in model.modules()] == before


def test_modes_while_it_runs():
    modes = []

    class Watch(nn.Linear):
        def forward(self, x):
            modes.append((self.training, torch.is_grad_enabled()))
            return super().forward(x)

    x, y = blobs(8)
    fit(Watch(2, 2), [(x, y)], [(x, y)], test=[(x, y)], epochs=1, device="cpu")
    assert modes == [(True, True), (False, False), (False, False)]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_diverging_stops_with_words(bad):
    x, y = blobs(8)
    model = nn.Sequential(nn.Linear(2, 2))
    model.eval()
    with pytest.raises(DivergedError, match=r"epoch 1, batch 1, at learning rate 0\.001.*Lower the learning rate"):
        fit(model, [(x, y)], loss=lambda outputs, targets: outputs.sum() * bad, epochs=2, device="cpu")
    assert not model.training


def test_nan_in_the_inputs_is_told_from_diverging():
    x, y = blobs(8)
    x[3, 1] = math.nan
    with pytest.raises(DivergedError, match="inputs of this batch hold nan or infinity"):
        fit(line(), [(x, y)], epochs=1, device="cpu")


def test_interruption_leaves_a_usable_result():
    x, y = blobs()

    def interrupt(model, epoch):
        if len(losses) == 3:
            raise KeyboardInterrupt
        losses.append(epoch["validation_loss"])

    losses = []
    model = line()
    result = fit(model, Batches(x, y), [(x, y)], test=[(x, y)], epochs=50, callbacks=[interrupt], device="cpu")
    assert result.interrupted
    assert len(result.history) == 4
    assert result.best_epoch == 4
    assert 0 <= result.test_accuracy <= 1
    assert "until interrupted" in str(result)


def test_interruption_in_the_first_epoch():
    def loss(outputs, targets):
        raise KeyboardInterrupt

    x, y = blobs(8)
    result = fit(line(), [(x, y)], [(x, y)], loss=loss, epochs=2, device="cpu")
    assert (result.interrupted, len(result.history), result.best_epoch) == (True, 0, 0)
    result.plot()


def test_a_callback_ends_the_training():
    x, y = blobs(8)
    called = []
    result = fit(
        line(),
        [(x, y)],
        epochs=9,
        callbacks=[lambda model, epoch: len(called) == 1, lambda model, epoch: called.append(epoch)],
        device="cpu",
    )
    assert len(result.history) == len(called) == 2
    assert not result.interrupted


def test_seed_and_global_random_state():
    x, y = blobs()

    def run(seed):
        with torch.random.fork_rng():
            torch.manual_seed(5)
            model = nn.Sequential(nn.Linear(2, 16), nn.Dropout(0.5), nn.Linear(16, 2))
        loader = DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True)
        before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002 (reads the global state)
        fit(model, loader, epochs=2, seed=seed, device="cpu")
        assert torch.equal(before[0], torch.get_rng_state())
        assert (before[1] == np.random.get_state()[1]).all()  # noqa: NPY002
        return model[0].weight.detach().clone()

    assert torch.equal(run(0), run(0))
    assert not torch.equal(run(0), run(1))


def test_clip_norm_limits_the_step():
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    sgd = torch.optim.SGD(model.parameters(), lr=1.0)
    batch = (torch.ones(1, 1), torch.full((1, 1), 100.0))
    fit(model, [batch], loss=F.mse_loss, optimizer=sgd, epochs=1, clip_norm=0.5, device="cpu")
    assert model.weight.item() == pytest.approx(0.5, rel=1e-4)


def test_last_batch_of_one():
    x, y = blobs(9)
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    batches = Batches(x, y, batch_size=4, shuffle=True)
    result = fit(model, batches, Batches(x, y, batch_size=4), test=Batches(x, y, batch_size=4), epochs=2, device="cpu")
    assert result.confusion.sum() == 9


def test_inputs_by_name_and_classes_last():
    # A model of sequences: inputs in a dict, logits (batch, time, vocabulary).
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Embedding(5, 5)

        def forward(self, ids, shift):
            return self.layer(ids + shift)

    ids = torch.randint(0, 4, (6, 3), generator=torch.Generator().manual_seed(0))
    batch = ({"ids": ids, "shift": torch.ones(1, dtype=torch.long)}, ids + 1)
    adam = torch.optim.Adam((model := Model()).parameters(), lr=0.1)

    def loss(logits, targets):
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    result = fit(model, [batch], loss=loss, optimizer=adam, epochs=30, device="cpu")
    assert result.history.train_accuracy[-1] == 1.0


def test_targets_that_do_not_count_and_targets_as_probabilities():
    x, y = blobs(8)
    fit(line(), [(x, y.masked_fill(y == 1, -100))], epochs=1, device="cpu")
    soft = F.one_hot(y, 2).float()
    assert np.isnan(fit(line(), [(x, soft)], epochs=1, device="cpu").history.train_accuracy[0])


def test_frozen_weights_stay():
    x, y = blobs()
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[0].requires_grad_(False)
    before = model[0].weight.clone()
    fit(model, [(x, y)], epochs=2, device="cpu")
    assert torch.equal(before, model[0].weight)


X, Y = blobs(8)
OTHER = nn.Linear(1, 1)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"epochs": 0}, ValueError, ["`epochs`", ">= 1", "got 0"]),
        ({"epochs": 1.5}, TypeError, ["`epochs`", "an integer"]),
        ({"train": iter([(X, Y)])}, TypeError, ["`train`", "again", "list"]),
        ({"train": []}, ValueError, ["`train`", "at least one batch"]),
        ({"train": 3}, TypeError, ["`train`", "batches"]),
        ({"train": X}, TypeError, ["`train`", "batches", "training.Batches"]),
        ({"validation": iter([])}, TypeError, ["`validation`", "again"]),
        ({"validation": []}, ValueError, ["`batches`", "at least one batch"]),
        ({"optimizer": "adam"}, TypeError, ["`optimizer`", "torch.optim.SGD"]),
        ({"optimizer": torch.optim.SGD(OTHER.parameters())}, ValueError, ["`optimizer`", "made for this model"]),
        ({"clip_norm": 0}, ValueError, ["`clip_norm`", "> 0", "got 0"]),
        ({"seed": -1}, ValueError, ["`seed`", "from 0", "got -1"]),
        ({"device": "tpu9"}, ValueError, ["`device`", "This machine has"]),
        ({"train": [X]}, TypeError, ["`batch`", "a pair (inputs, targets)", "Tensor of shape (8, 2)"]),
        ({"train": [(X, Y + 1)]}, ValueError, ["`targets`", "class numbers from 0 to 1", "got 2"]),
        ({"train": [(X, Y - 1)]}, ValueError, ["`targets`", "class numbers from 0 to 1", "got -1"]),
        ({"train": [(X, Y.float())]}, ValueError, ["`targets`", "int64", "targets.long()"]),
        ({"train": [(X, Y.int())]}, ValueError, ["`targets`", "int64", "torch.int32"]),
        ({"train": [(X, Y[:5])]}, ValueError, ["`targets`", "each of 8 samples", "(5,)"]),
        ({"validation": [(X, Y + 1)]}, ValueError, ["`targets`", "from 0 to 1"]),
        ({"model": nn.ReLU()}, ValueError, ["`model`", "weights to train"]),
    ],
)
def test_bad_input(arguments, error, words):
    call = {"model": line(), "train": [(X, Y)], "epochs": 1, "device": "cpu"} | arguments
    with pytest.raises(error) as caught:
        fit(call.pop("model"), call.pop("train"), **call)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_schedule_needs_a_length():
    class Endless:
        def __iter__(self):
            return iter([(X, Y)])

    with pytest.raises(TypeError, match=r"counted by len"):
        fit(line(), Endless(), schedule=lambda step, n_steps: 1.0, device="cpu")
    assert len(fit(line(), Endless(), epochs=2, device="cpu").history) == 2


def test_same_losses_on_the_device(device):
    x, y = blobs()
    results = {}
    for place in ("cpu", device):
        model = line()
        sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        results[place] = fit(model, Batches(x, y, batch_size=16), optimizer=sgd, epochs=3, device=place)
        assert model.weight.device.type == place
    assert results[device].history.train_loss == pytest.approx(results["cpu"].history.train_loss, rel=1e-4)
    assert results[device].predict(x).tolist() == results["cpu"].predict(x).tolist()
