"""Schedules equal to torch's, the momentum that two of them change, and what a forgotten step costs."""

import functools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from ailiteracy import training
from ailiteracy.basics import schedules as s

SGD = functools.partial(torch.optim.SGD, [torch.nn.Parameter(torch.zeros(1))])


def torch_rates(make, n_steps, rate=0.1, **settings):
    """Return rate and momentum of every step."""
    optimizer, rows = SGD(lr=rate, **settings), []
    scheduler = make(optimizer)
    for step in range(n_steps):
        rows.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
        optimizer.step()
        if step < n_steps - 1:
            scheduler.step()
    return np.array(rows).T


# name, our schedule, torch's, number of steps: the eight of the notes with the notes' settings, and others
PAIRS = {
    "step": (s.step_decay, lambda o: lr_scheduler.StepLR(o, 30, 0.1), 100),
    "step, other": (functools.partial(s.step_decay, every=7, factor=0.5), lambda o: lr_scheduler.StepLR(o, 7, 0.5), 40),
    "milestones": (s.milestones, lambda o: lr_scheduler.MultiStepLR(o, [30, 60, 90], 0.1), 100),
    "exponential": (s.exponential, lambda o: lr_scheduler.ExponentialLR(o, 0.95), 100),
    "cosine": (s.cosine, lambda o: lr_scheduler.CosineAnnealingLR(o, 100), 100),
    "cosine with an end": (
        functools.partial(s.cosine, end=0.2), lambda o: lr_scheduler.CosineAnnealingLR(o, 33, eta_min=0.02), 33),
    "restarts": (s.restarts, lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 20, 2), 100),
    "restarts, other": (
        functools.partial(s.restarts, first=3, growth=1, end=0.1),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 3, 1, eta_min=0.01), 50),
    "triangle": (s.triangle, lambda o: lr_scheduler.CyclicLR(o, 0.001, 0.1, 20), 100),
    "triangle, other": (
        functools.partial(s.triangle, half=7, low=0.5), lambda o: lr_scheduler.CyclicLR(o, 0.05, 0.1, 7), 60),
    "one cycle": (s.one_cycle, lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=100), 100),
    "polynomial": (s.polynomial, lambda o: lr_scheduler.PolynomialLR(o, 100, 0.9), 100),
    "warm-up and cosine": (
        s.warmup_cosine,
        lambda o: lr_scheduler.SequentialLR(
            o, [lr_scheduler.LinearLR(o, 0.1, total_iters=9), lr_scheduler.CosineAnnealingLR(o, 90)], [10]), 100),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.filterwarnings("ignore:The epoch parameter")  # torch's SequentialLR uses its own deprecated argument
def test_equal_to_torch(name):
    schedule, make, n_steps = PAIRS[name]
    wanted, _ = torch_rates(make, n_steps, momentum=0.5)
    got = [0.1 * schedule(step, n_steps) for step in range(n_steps)]
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(losses=st.lists(st.floats(0, 10), min_size=1, max_size=40), patience=st.integers(0, 4))
def test_plateau_is_torchs(losses, patience):
    optimizer = SGD(lr=1.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, patience=patience, min_lr=0, eps=0)
    for n_seen, loss in enumerate(losses, start=1):
        scheduler.step(loss)
        wanted = optimizer.param_groups[0]["lr"]
        assert s.plateau(losses[:n_seen], patience=patience) == pytest.approx(wanted, rel=1e-12)


def test_the_whole_curve_of_plateau():
    losses = [3.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0]
    factors = s.plateau_curve(losses, factor=0.5, patience=1)
    assert factors == [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25]
    assert factors == [s.plateau(losses[:n], factor=0.5, patience=1) for n in range(9)]


def test_the_cyclic_ones_override_the_momentum():
    """Set to 0 or to 0.5, the optimizer's momentum becomes 0.9 or 0.95 as soon as the scheduler is made."""
    optimizer = SGD(lr=0.1, momentum=0.0)
    lr_scheduler.CyclicLR(optimizer, 0.001, 0.1, 20)
    assert optimizer.param_groups[0]["momentum"] == 0.9
    optimizer = SGD(lr=0.1, momentum=0.0)
    lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=100)
    assert optimizer.param_groups[0]["momentum"] == 0.95
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.004)  # the rate it was made with is ignored too
    adam = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], betas=(0.5, 0.999))
    lr_scheduler.OneCycleLR(adam, 0.1, total_steps=100)
    assert adam.param_groups[0]["betas"] == (0.95, 0.999)
    wanted = torch_rates(lambda o: lr_scheduler.CyclicLR(o, 0.001, 0.1, 20), 100)[1]
    np.testing.assert_allclose([s.triangle_momentum(k, 100) for k in range(100)], wanted, rtol=0, atol=1e-12)
    wanted = torch_rates(lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=100), 100)[1]
    np.testing.assert_allclose([s.one_cycle_momentum(k, 100) for k in range(100)], wanted, rtol=0, atol=1e-12)


def test_the_notes_numbers_of_warm_up():
    """No step has rate 0, the cosine never rises again, and a warm-up of nearly everything does not divide by 0."""
    rates = [0.1 * s.warmup_cosine(step, 100, warmup=0.1) for step in range(100)]
    assert rates[0] == pytest.approx(0.01)
    assert rates[9] == pytest.approx(0.1)
    assert rates[55] == pytest.approx(0.05, abs=1e-12)
    assert min(rates) > 0
    assert (np.diff(rates[9:]) <= 0).all()
    assert s.warmup_cosine(9, 10, warmup=0.9) == 1.0
    assert type(rates[0]) is float
    with pytest.raises(ValueError, match="below n_steps"):
        s.warmup_cosine(100, 100)
    polynomial = [0.1 * s.polynomial(step, 100, end=0.001) for step in range(100)]
    assert polynomial[50] == pytest.approx(0.0536, abs=1e-4)


def test_a_schedule_does_not_touch_another():
    """The notes gave two schedulers one optimizer; plain functions hold no state to share."""
    first = [s.cosine(step, 10) for step in range(10)]
    [s.polynomial(step, 10) for step in range(10)]
    assert [s.cosine(step, 10) for step in range(10)] == first


def test_one_cycle_ends_after_its_steps():
    scheduler = lr_scheduler.OneCycleLR(SGD(lr=0.1), 0.1, total_steps=3)
    for _ in range(2):
        scheduler.optimizer.step()
        scheduler.step()
    scheduler.step()
    with pytest.raises(ValueError, match="Tried to step"):
        scheduler.step()


@settings(max_examples=40, deadline=None)
@given(n_steps=st.integers(1, 200), part=st.floats(0, 1, exclude_max=True))
def test_every_factor_lies_between_0_and_1(n_steps, part):
    step = int(part * n_steps)
    for schedule in (s.step_decay, s.milestones, s.exponential, s.cosine, s.restarts, s.triangle, s.polynomial):
        assert 0 <= schedule(step, n_steps) <= 1 + 1e-12


def test_no_update_without_a_step():
    """A scheduler whose step() is forgotten stays at its first rate; the loop here asks before every step."""
    optimizer = SGD(lr=0.1)
    lr_scheduler.CosineAnnealingLR(optimizer, 100)
    for _ in range(100):
        optimizer.step()
    assert optimizer.param_groups[0]["lr"] == 0.1
    seen = []

    def schedule(step, n_steps):
        seen.append((step, n_steps))
        return s.cosine(step, n_steps)

    model = torch.nn.Linear(1, 1)
    x = torch.ones(4, 1)
    result = training.fit(model, [(x, x)] * 3, loss=torch.nn.functional.mse_loss, epochs=2, schedule=schedule,
                          optimizer=torch.optim.SGD(model.parameters(), lr=0.1), device="cpu")  # fmt: skip
    assert sorted(set(seen)) == [(step, 6) for step in range(6)]
    assert result.history.learning_rate.tolist() == pytest.approx([0.1 * s.cosine(2, 6), 0.1 * s.cosine(5, 6)])


BAD_CALLS = [
    (lambda: s.step_decay(5, 5), ValueError, ["`step`", "below n_steps = 5", "counted from 0"]),
    (lambda: s.cosine(0, 0), ValueError, ["`n_steps`", ">= 1", "got 0"]),
    (lambda: s.step_decay(0, 5, every=0), ValueError, ["`every`", ">= 1", "got 0"]),
    (lambda: s.exponential(0, 5, factor=1.1), ValueError, ["`factor`", "<= 1", "grow"]),
    (lambda: s.exponential(0, 5, factor=-0.5), ValueError, ["`factor`", "> 0", "got -0.5"]),
    (lambda: s.milestones(0, 5, at=3), TypeError, ["`at`", "a list of steps", "(30, 60, 90)"]),
    (lambda: s.milestones(0, 5, at=[-1]), ValueError, ["`at`", ">= 0", "got -1"]),
    (lambda: s.restarts(0, 5, growth=0), ValueError, ["`growth`", ">= 1", "got 0"]),
    (lambda: s.triangle(0, 5, low=2), ValueError, ["`low`", "from 0 to 1", "got 2"]),
    (lambda: s.polynomial(0, 5, power=0), ValueError, ["`power`", "> 0", "got 0"]),
    (lambda: s.plateau([1.0, float("nan")]), ValueError, ["`losses`", "finite", "got nan"]),
    (lambda: s.plateau([1.0], patience=-1), ValueError, ["`patience`", ">= 0", "got -1"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
