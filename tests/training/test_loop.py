import copy
import functools
import math
import re

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, SubsetRandomSampler, TensorDataset

from ailiteracy import training
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
    result = fit(model, batches, copy.deepcopy(batches), loss=F.mse_loss, epochs=1, device="cpu")
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
    result = fit(line(), Batches(*blobs()), [blobs(seed=1)], epochs=25, device="cpu")
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
    model = nn.Sequential(nn.Linear(2, 4), nn.Dropout(), nn.BatchNorm1d(4), nn.Linear(4, 2))
    model.eval()
    model[1].train()
    before = [layer.training for layer in model.modules()]
    fit(model, [blobs(8)], [blobs(8)], epochs=1, device="cpu")
    assert [layer.training for layer in model.modules()] == before


def test_modes_while_it_runs():
    modes = []

    class Watch(nn.Linear):
        def forward(self, x):
            modes.append((self.training, torch.is_grad_enabled()))
            return super().forward(x)

    fit(Watch(2, 2), [blobs(8)], [blobs(8)], test=[blobs(8)], epochs=1, device="cpu")
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
    def interrupt(model, epoch):
        if len(losses) == 3:
            raise KeyboardInterrupt
        losses.append(epoch["validation_loss"])

    losses = []
    model = line()
    result = fit(model, Batches(*blobs()), [blobs()], test=[blobs()], epochs=50, callbacks=[interrupt], device="cpu")
    assert result.interrupted
    assert len(result.history) == 4
    assert result.best_epoch == 4
    assert 0 <= result.test_accuracy <= 1
    assert "until interrupted" in str(result)


def test_interruption_in_the_first_epoch():
    def loss(outputs, targets):
        raise KeyboardInterrupt

    result = fit(line(), [blobs(8)], [blobs(8)], loss=loss, epochs=2, device="cpu")
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
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    batches = Batches(*blobs(9), batch_size=4, shuffle=True)
    check = [blobs(9)]
    result = fit(model, batches, check, test=check, epochs=2, device="cpu")
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


@pytest.mark.parametrize("sizes", [[4, 4, 4, 4], [5, 3, 4, 2, 1]])
def test_accumulation_is_the_full_batch(sizes):
    # In float64: gradients of several batches, the last group smaller, against one batch of all their samples.
    x, y = blobs(sum(sizes))
    batches = list(zip(x.double().split(sizes), y.split(sizes), strict=True))
    groups = [batches[:3], batches[3:]]
    large = [tuple(torch.cat(part) for part in zip(*group, strict=True)) for group in groups]
    weights = []
    for train, accumulate in ((batches, 3), (large, 1)):
        model = line().double()
        steps = []
        sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        sgd.register_step_post_hook(lambda *_, steps=steps: steps.append(1))
        result = fit(model, train, optimizer=sgd, epochs=4, accumulate=accumulate, clip_norm=0.5, device="cpu")
        weights.append(model.weight.detach())
        assert len(steps) == 8
        norms = result.history.gradient_norm
    assert torch.allclose(*weights, rtol=0, atol=1e-13)
    assert result.history.gradient_norm == pytest.approx(norms)


def test_the_schedule_counts_steps_and_not_batches():
    x, y = blobs(10)
    asked = []

    def note(step, n_steps):
        asked.append((step, n_steps))
        return 1.0

    fit(line(), Batches(x, y, batch_size=2), schedule=note, accumulate=2, epochs=2, device="cpu")
    assert asked == [(step, 6) for step in range(6)]  # five batches are three steps


def test_gradient_norm_by_hand():
    # y = w x from w = 0 to the target 2: the gradient is 2 (0 - 2) = -4; it is measured before it is clipped to 1.
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    batch = (torch.ones(1, 1), torch.full((1, 1), 2.0))
    sgd = torch.optim.SGD(model.parameters(), lr=0.25)
    result = fit(model, [batch], loss=F.mse_loss, optimizer=sgd, epochs=2, clip_norm=1.0, device="cpu")
    assert result.history.gradient_norm == pytest.approx([4.0, 3.5], abs=1e-5)
    measured = fit(model, [batch], loss=F.mse_loss, optimizer=sgd, epochs=1, clip_norm=math.inf, device="cpu")
    assert measured.history.gradient_norm[0] == pytest.approx(3.0, abs=1e-5)
    assert model.weight.item() == pytest.approx(1.25, abs=1e-5)  # 0.5 by two clipped steps, then 0.25 * 3
    assert np.isnan(fit(model, [batch], loss=F.mse_loss, epochs=1, device="cpu").history.gradient_norm[0])


def test_patience():
    # The validation targets are the opposite: every step makes things worse, and the first epoch stays the best.
    model = line()
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    result = fit(model, [(X, Y)], [(X, 1 - Y)], epochs=50, patience=3, device="cpu")
    assert len(result.history) == 4
    assert result.best_epoch == 1


@pytest.mark.filterwarnings("ignore:most CPUs without AVX-512 lack instructions")  # slow, and right
@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_learns_the_same_roughly(precision):
    x, y = blobs()
    exact, rough = line(), line()
    seen = set()
    rough.register_forward_hook(lambda *arguments: seen.add(arguments[2].dtype))
    for model, name in ((exact, "auto"), (rough, precision)):
        sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        batches = Batches(x, y, batch_size=8)
        result = fit(model, batches, optimizer=sgd, epochs=20, clip_norm=1.0, precision=name, device="cpu")
        assert result.history.train_accuracy[-1] > 0.9
    assert seen == {getattr(torch, precision)}
    assert rough.weight.dtype == torch.float32
    assert torch.allclose(exact.weight, rough.weight, atol=0.02)


@pytest.mark.parametrize(("precision", "n_warnings"), [("bfloat16", 1), ("float16", 1), ("float32", 0), ("auto", 0)])
@pytest.mark.parametrize("instructions", ["AVX2", "AVX512"])
def test_precision_that_this_cpu_lacks(precision, n_warnings, instructions, monkeypatch, recwarn):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: instructions)
    fit(line(), [(X, Y)], precision=precision, epochs=1, device="cpu")
    found = [(warning.filename, str(warning.message)) for warning in recwarn]
    assert len(found) == (n_warnings if instructions == "AVX2" else 0)
    for file, text in found:
        assert (file, text.count(f"precision='{precision}'")) == (__file__, 1)


def test_batch_norm_and_a_batch_of_one():
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    with pytest.raises(ValueError, match=r"a batch of one sample cannot train a model with batch norm.*drop_last=True"):
        fit(model, Batches(*blobs(9), batch_size=4), epochs=1, device="cpu")


def test_one_sample():
    result = fit(line(), [(X[:1], Y[:1])], [(X[1:2], Y[1:2])], test=[(X[2:3], Y[2:3])], epochs=2, device="cpu")
    assert result.test_accuracy in (0.0, 1.0)


@pytest.mark.parametrize(("lengths", "words"), [
    ([3, 2], ["3 batches, as len() says", "got 2 in epoch 2", "generator"]),
    ([3, 4], ["3 batches", "got 4 in epoch 2"]),
    ([2, 2], ["got 2 in epoch 1"]),
])  # fmt: skip
def test_batches_that_end_early_or_late(tmp_path, lengths, words):
    class Stream:
        def __init__(self):
            self.lengths = iter(lengths)

        def __len__(self):
            return 3

        def __iter__(self):
            return iter([(X, Y)] * next(self.lengths))

    with pytest.raises(ValueError) as caught:
        fit(line(), Stream(), epochs=2, checkpoint_dir=tmp_path, device="cpu")
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert (tmp_path / "training.json").exists() == (lengths[0] == 3)  # what was learned before is saved


def test_a_generator_that_is_used_up():
    class Once:
        source = iter([(X, Y)])

        def __iter__(self):
            return self.source

    with pytest.raises(ValueError, match=r"`train` must give at least one batch, in every epoch, got 0 in epoch 2"):
        fit(line(), Once(), epochs=2, device="cpu")


def test_samples_to_judge_by_are_not_trained_on():
    data = TensorDataset(X, Y)
    loader, batches, pairs = DataLoader(data), Batches(X, Y), [(X, Y)]
    same = [(loader, loader), (loader, DataLoader(data)), (batches, Batches(X, Y)), (pairs, pairs)]
    same += [(pairs, list(pairs)), (batches, pairs), (pairs, loader), (pairs, [(X[6:], Y[6:])])]
    for train, other in same:
        for name in ("validation", "test"):
            with pytest.raises(ValueError, match=f"`{name}` must be samples that are not trained on.*Hold some"):
                fit(line(), train, **{name: other}, device="cpu")


def test_a_long_gradient_stops_before_the_step():
    # The loss is finite, its gradient is not: the square root at 0.
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    with pytest.raises(DivergedError, match=r"the length of the gradient became (inf|nan) in epoch 1, batch 1"):
        fit(model, [(torch.ones(1, 1), torch.zeros(1, 1))], loss=lambda outputs, _: outputs.sqrt().mean(),
            clip_norm=1.0, device="cpu")  # fmt: skip
    assert model.weight.item() == 0.0


def test_what_the_modes_change_and_what_they_do_not():
    model = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(2)).eval()
    before = model[1].running_mean.clone()
    outputs = model(X)
    assert torch.equal(model[0](X), X)  # dropout does nothing
    assert torch.equal(model[1].running_mean, before)  # the statistics stand still
    assert outputs.requires_grad  # gradients are recorded all the same


def test_what_lines_of_the_notes_do():
    loss = F.cross_entropy(line()(X), Y)
    with pytest.raises(TypeError):
        loss.view()  # backward() is meant
    with pytest.raises(RuntimeError, match="device"):
        nn.Linear(2, 2, device="meta")(X)  # data is not moved by itself
    sgd = torch.optim.SGD(OTHER.parameters(), lr=0.5)
    schedule = torch.optim.lr_scheduler.StepLR(sgd, 10, 0.5)
    for _ in range(5):
        sgd.step()
        schedule.step()
    assert sgd.param_groups[0]["lr"] == 0.5  # five epochs are too few


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
        ({"model": "resnet"}, TypeError, ["`model`", "torch.nn.Module"]),
        ({"model": nn.Linear(2, 2, device="meta")}, ValueError, ["`model`", "holds its weights", "'meta'"]),
        ({"loss": "mse"}, TypeError, ["`loss`", "a function", "'mse'"]),
        ({"loss": nn.CrossEntropyLoss(reduction="none")}, TypeError, ["`loss`", "one number", "(8,)", "mean()"]),
        ({"loss": lambda outputs, targets: 1.0}, TypeError, ["`loss`", "one number", "got 1.0"]),
        ({"loss": lambda outputs, targets: outputs.detach().sum()}, ValueError, ["`loss`", "one without gradient"]),
        ({"loss": nn.CrossEntropyLoss(), "train": [(X, Y + 1)]}, ValueError, ["`targets`", "0 to 1", "got 2"]),
        ({"train": [(X[:0], Y[:0])]}, ValueError, ["`targets`", "one row for each", "empty"]),
        ({"schedule": 0.1}, TypeError, ["`schedule`", "schedule(step, n_steps)", "warmup_cosine"]),
        ({"accumulate": 0}, ValueError, ["`accumulate`", ">= 1", "got 0"]),
        ({"mixup": -0.1}, ValueError, ["`mixup`", ">= 0", "-0.1"]),
        ({"label_smoothing": 1.0}, ValueError, ["`label_smoothing`", "below 1", "0.1 is usual"]),
        ({"label_smoothing": -0.1}, ValueError, ["`label_smoothing`", ">= 0"]),
        ({"label_smoothing": 0.1, "loss": F.mse_loss}, ValueError, ["`label_smoothing`", "loss of one's own"]),
        ({"ema": 1.0}, ValueError, ["`ema`", "below 1", "0.99"]),
        ({"ema": -1}, ValueError, ["`ema`", ">= 0"]),
        ({"patience": 0, "validation": [(X, 1 - Y)]}, ValueError, ["`patience`", ">= 1"]),
        ({"patience": 2}, ValueError, ["`validation`", "patience="]),
        ({"precision": "fp16"}, ValueError, ["`precision`", "'float16'", "got 'fp16'"]),
        ({"mixup": 0.2, "train": [(X.int(), Y)]}, TypeError, ["`inputs`", "floats", "mixup"]),
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
        batches = Batches(x, y, batch_size=16)
        results[place] = fit(model, batches, optimizer=sgd, epochs=3, device=place, precision="float32")
        assert model.weight.device.type == place
    assert results[device].history.train_loss == pytest.approx(results["cpu"].history.train_loss, rel=1e-4)
    assert results[device].predict(x).tolist() == results["cpu"].predict(x).tolist()


def test_ignored_targets_count_nowhere_however_they_are_spread():
    torch.manual_seed(0)
    x, y = torch.randn(8, 3), torch.tensor([0, -100, -100, -100, 0, 1, 1, 0])
    first = nn.Linear(3, 2)
    weights, losses = [], []
    for batches in ([(x, y)], [(x[:4], y[:4]), (x[4:], y[4:])]):
        model = copy.deepcopy(first)
        sgd = torch.optim.SGD(model.parameters(), lr=1.0)
        result = fit(model, batches, optimizer=sgd, epochs=1, accumulate=len(batches), device="cpu")
        weights.append(model.weight.detach())
        losses.append(result.history.train_loss[0])
    torch.testing.assert_close(weights[0], weights[1])
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_a_batch_in_which_nothing_counts_moves_nothing():
    torch.manual_seed(0)
    x, nothing = torch.randn(4, 3), torch.full((4,), -100)
    model = nn.Linear(3, 2)
    before = model.weight.detach().clone()
    result = fit(model, [(x, nothing)], optimizer=torch.optim.SGD(model.parameters(), lr=1.0), epochs=1, device="cpu")
    assert torch.equal(model.weight, before)
    assert math.isnan(result.history.train_loss[0])
    alone = fit(copy.deepcopy(model), [(x, torch.zeros(4).long())], epochs=1, device="cpu")
    beside = fit(copy.deepcopy(model), [(x, torch.zeros(4).long()), (x, nothing)], accumulate=2, epochs=1, device="cpu")
    assert torch.equal(alone.model.weight, beside.model.weight)
    assert alone.history.train_loss == beside.history.train_loss


@pytest.mark.parametrize(("inputs", "targets", "options", "words"), [
    (lambda x: x.double(), None, {}, "`inputs` must be of the type of the model's weights, torch.float32"),
    (lambda x: (x * 9).to(torch.uint8), None, {}, "`inputs` must be of the type of the model's weights, torch.float32"),
    (lambda x: x[:, :2], None, {}, "`model` must be made of layers that fit each other and the inputs"),
    (lambda x: x.numpy(), None, {}, "`inputs` must be a tensor"),
    (None, lambda y: torch.stack([y, 1 - y], 1), {"loss": F.binary_cross_entropy_with_logits}, "Use targets.float()"),
    (None, lambda y: y.float(), {"loss": F.mse_loss}, "`targets` must be of the shape of the model's outputs"),
    (None, lambda y: y.float(), {"loss": nn.L1Loss()}, "`targets` must be of the shape of the model's outputs"),
    (None, lambda y: y.float(), {"loss": functools.partial(F.huber_loss, delta=2.0)},
     "`targets` must be of the shape of the model's outputs"),
])  # fmt: skip
def test_what_does_not_fit_the_model_is_said_in_words(inputs, targets, options, words):
    x, y = torch.randn(20, 3), torch.randint(0, 2, (20,))
    batch = (inputs(x) if inputs else x, targets(y) if targets else y)
    model = nn.Linear(3, 1 if "targets` must be of the shape" in words else 2)
    for call in (fit, training.evaluate):
        with pytest.raises((TypeError, ValueError), match=re.escape(words)):
            call(model, [batch], device="cpu", **options)


def test_a_mixture_hides_no_shapes():
    x, y = torch.randn(20, 3), torch.randn(20)
    with pytest.raises(ValueError, match="`targets` must be of the shape of the model's outputs"):
        fit(nn.Linear(3, 1), [(x, y)], loss=F.mse_loss, mixup=0.2, device="cpu")


def test_an_optimizer_that_asks_for_the_loss_is_refused():
    model = nn.Linear(3, 2)
    with pytest.raises(TypeError, match=r"`optimizer` must be one that takes a step by gradients alone, got 'LBFGS'"):
        fit(model, [(torch.randn(4, 3), torch.zeros(4).long())], optimizer=torch.optim.LBFGS(model.parameters()))


def test_two_parts_of_one_data_set_may_train_and_judge():
    data = TensorDataset(torch.randn(20, 3), torch.randint(0, 2, (20,)))
    parts = [DataLoader(data, 5, sampler=SubsetRandomSampler(rows)) for rows in (range(15), range(15, 20), range(16))]
    assert len(fit(nn.Linear(3, 2), parts[0], parts[1], epochs=1, device="cpu").history) == 1
    mixed = DataLoader(data, 5, sampler=SubsetRandomSampler(torch.arange(16)))
    for wrong in (parts[2], DataLoader(data, 5), mixed):
        with pytest.raises(ValueError, match="`validation` must be samples that are not trained on"):
            fit(nn.Linear(3, 2), parts[0], wrong, epochs=1, device="cpu")
    drawn = DataLoader(data, 5, sampler=training.balanced_sampler(data.tensors[1]))
    with pytest.raises(ValueError, match="`validation` must be samples that are not trained on"):
        fit(nn.Linear(3, 2), drawn, DataLoader(data, 5), epochs=1, device="cpu")


def test_more_patience_lets_a_stopped_training_go_on(tmp_path):
    x, y = torch.randn(20, 3), torch.randint(0, 2, (20,))

    def train(patience):
        torch.manual_seed(0)
        sgd = torch.optim.SGD((model := nn.Linear(3, 2)).parameters(), lr=0.0)  # never becomes better
        return fit(model, [(x, y)], [(x.clone(), y)], optimizer=sgd, epochs=6, patience=patience,
                   checkpoint_dir=tmp_path, device="cpu")  # fmt: skip

    assert [len(train(patience).history) for patience in (1, 1, 3, 50)] == [2, 2, 4, 6]


def test_callbacks_are_told_the_epoch():
    seen = []
    x, y = torch.randn(4, 3), torch.zeros(4).long()
    fit(nn.Linear(3, 2), [(x, y)], epochs=3, callbacks=[lambda _, row: seen.append(row["epoch"])], device="cpu")
    assert seen == [1, 2, 3]
