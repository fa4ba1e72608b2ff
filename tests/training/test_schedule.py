import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from ailiteracy.training import constant, one_cycle, warmup_cosine


def torch_rates(make_scheduler, n_steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, rates = make_scheduler(optimizer), []
    for _ in range(n_steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@pytest.mark.parametrize(("n_steps", "peak"), [(100, 0.3), (37, 0.25), (10, 0.5)])
def test_one_cycle_is_torchs(n_steps, peak):
    def scheduler(optimizer):
        return lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=n_steps + 1, pct_start=peak, cycle_momentum=False)

    # torch's last rate belongs to a step that is not taken here: both know one step more than is compared.
    got = [one_cycle(step, n_steps + 1, peak=peak) for step in range(n_steps)]
    assert got == pytest.approx(torch_rates(scheduler, n_steps), abs=1e-9)


def test_warmup_cosine_is_torchs():
    n_steps, n_warmup = 50, 10

    def scheduler(optimizer):
        warm = lr_scheduler.LinearLR(optimizer, start_factor=1 / n_warmup, total_iters=n_warmup - 1)
        cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=n_steps - n_warmup)
        return lr_scheduler.SequentialLR(optimizer, [warm, cosine], milestones=[n_warmup])

    wanted = torch_rates(scheduler, n_steps)
    assert [warmup_cosine(step, n_steps, warmup=0.2) for step in range(n_steps)] == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(n_steps=st.integers(1, 300), part=st.floats(0, 0.9))
def test_factors_stay_between_zero_and_one(n_steps, part):
    for schedule in (constant, lambda s, n: warmup_cosine(s, n, warmup=part), lambda s, n: one_cycle(s, n, peak=part)):
        factors = [schedule(step, n_steps) for step in range(n_steps)]
        assert all(math.isfinite(factor) and 0 <= factor <= 1 + 1e-12 for factor in factors)


def test_hand_worked():
    assert constant(3, 4) == 1
    assert warmup_cosine(0, 4, warmup=0.5) == 0.5  # first of two climbing steps
    assert warmup_cosine(3, 4, warmup=0.5) == pytest.approx(0.5)  # half way down
    assert one_cycle(99, 100, end=0.25) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: constant(4, 4), ["`step`", "below n_steps = 4", "got 4"]),
        (lambda: one_cycle(-1, 4), ["`step`", ">= 0", "got -1"]),
        (lambda: warmup_cosine(0, 0), ["`n_steps`", ">= 1", "got 0"]),
        (lambda: warmup_cosine(0, 4, warmup=1.0), ["`warmup`", "from 0 to 0.9", "got 1.0"]),
        (lambda: one_cycle(0, 4, peak=2), ["`peak`", "from 0 to 1", "got 2"]),
        (lambda: one_cycle(0, 4, start=math.nan), ["`start`", "got nan"]),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
