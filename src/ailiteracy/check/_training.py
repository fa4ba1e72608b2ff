"""Checkers for the steps of a training. The texts are in training.toml.

The oracle is autograd or the formula. Functions that change a network get one of their own each time.

Next: `_games.py`.
"""

import copy
import itertools
import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from .._support.language import say
from .judge import NotYetError, call, expect, expect_value, require


def train_step(answer: Any) -> None:
    x, y = torch.randn(6, 3), torch.randn(6, 1)
    for old_gradients in (False, True):
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
        if old_gradients:
            F.mse_loss(model(3 * x), y).backward()  # type: ignore[no-untyped-call]
        mine = copy.deepcopy(model)
        loss = F.mse_loss(mine(x), y)
        right = [
            p - 0.1 * g
            for p, g in zip(mine.parameters(), torch.autograd.grad(loss, list(mine.parameters())), strict=True)
        ]
        model.eval()
        before = copy.deepcopy(model.state_dict())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        modes: list[bool] = []  # of every layer, while it is asked with gradients

        def note_mode(layer: nn.Module, _inputs: Any, modes: list[bool] = modes) -> None:
            if torch.is_grad_enabled():
                modes.append(layer.training)

        for layer in model:
            layer.register_forward_pre_hook(note_mode)
        got = call(lambda m=model, o=optimizer: answer(m, x, y, o, F.mse_loss))
        moved = [p.detach() for p in model.parameters()]
        if all(torch.equal(p, old) for p, old in zip(moved, before.values(), strict=True)):
            raise NotYetError("No weight moved: is there a backward pass, and a step after it?")
        if not all(torch.allclose(p, w, atol=1e-6) for p, w in zip(moved, right, strict=True)):
            left = say("The weights moved, but to another place: gradients from before were still there.")
            once = say("The weights moved, but to another place: the step does not follow the gradient once.")
            raise NotYetError(left if old_gradients else once)
        if not all(modes):
            raise NotYetError("The network came in evaluation mode and was trained in it: dropout would be off.")
        slips = {"this is the loss after the step.": F.mse_loss(model(x), y).item()}
        require(got, loss.item(), slips, where="The step is right. What comes back: ")


def clip(answer: Any) -> None:
    for sizes, limit in (((3, 4), 1.0), ((2, 2, 5), 0.1), ((3,), 100.0)):
        gradients = [torch.randn(size) for size in sizes]
        norms = [float(g.norm()) for g in gradients]
        norm = math.hypot(*norms)
        factor = min(1.0, limit / norm)
        want = [g * factor for g in gradients]
        each = [g * min(1.0, limit / n) for g, n in zip(gradients, norms, strict=True)]
        slips = {
            "gradients below the limit were made longer.": ([g * limit / norm for g in gradients], norm),
            "the lengths were added up; together they are one long vector.": (
                [g * limit / sum(norms) for g in gradients],
                sum(norms),
            ),
            "each tensor was cut by itself, so the direction changed.": (each, norm),
            "each number was cut by itself, so the direction changed.": (
                [g.clamp(-limit, limit) for g in gradients],
                norm,
            ),
            "the norm is the one before the cut.": (want, min(norm, limit)),
            "the two are the wrong way round.": (norm, want),
        }
        expect(answer, (gradients, limit), (want, norm), slips, tolerance=1e-4)


def accumulated(answer: Any) -> None:
    for sizes in ((8, 8, 8, 8), (8, 8, 3), (1, 7)):
        gradients = [torch.randn(3, 2) for _ in sizes]
        total = sum((g * n for g, n in zip(gradients, sizes, strict=True)), torch.zeros(3, 2))
        plain = torch.stack(gradients)
        slips = {
            "small batches count as much as full ones.": plain.mean(dim=0),
            "the gradients were added up; this is for a sum, not for a mean.": plain.sum(dim=0),
            "this is the gradient of the sum over all samples.": total,
            "this was divided by the number of batches, not of samples.": total / len(sizes),
        }
        expect(answer, (gradients, list(sizes)), total / sum(sizes), slips)


def _stop(losses: Sequence[float], patience: int) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses) - 1, best


def early_stop(answer: Any) -> None:
    cases: list[tuple[list[float], int]] = [
        ([3.0, 2.0, 2.5, 2.4, 1.0], 2),
        ([3.0, 2.0, 2.5, 1.5, 1.6, 1.7, 1.8], 3),
        ([3.0, 2.0, 1.0], 2),
        ([1.0, 1.0, 1.0, 1.0], 2),
        ([2.0, 3.0, 2.5, 1.0, 2.0], 3),
    ]
    for losses, patience in cases:
        stop, best = _stop(losses, patience)
        rises = next((e for e in range(1, len(losses)) if losses[e] >= losses[e - 1]), len(losses) - 1)
        slips = {
            "it waits one epoch too long.": (min(stop + 1, len(losses) - 1), best),
            "it stops one epoch too early.": (stop - 1, best),
            "it stops at the first rise; patience is longer.": (rises, _stop(losses[: rises + 1], 99)[1]),
            "the best epoch is searched for after the stop too.": (stop, losses.index(min(losses))),
            "these are losses; epochs are asked for.": (losses[stop], losses[best]),
            "the two are the wrong way round.": (best, stop),
            "epochs count from 0.": (stop + 1, best + 1),
            "it never stops early.": (len(losses) - 1, losses.index(min(losses))),
        }
        expect(answer, (losses, patience), (stop, best), slips)


def snapshot(answer: Any) -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    now = copy.deepcopy(model.state_dict())
    kept = call(lambda: answer(model))
    if not isinstance(kept, dict) or kept.keys() != now.keys():
        raise NotYetError(
            "A dict with the names of `model.state_dict()` is asked for: weights, and the statistics of the layers."
        )
    if not all(isinstance(value, torch.Tensor) for value in kept.values()):
        raise NotYetError("Keep tensors, as `model.state_dict()` has them: a network loads nothing else.")
    with torch.no_grad():
        for value in model.state_dict().values():
            value.add_(1)
    if any(not torch.equal(kept[name], now[name]) for name in now):
        raise NotYetError("The snapshot moved when training went on: it holds the network's own tensors, not copies.")


def momentum_step(answer: Any) -> None:
    for w, velocity, gradient, rate, momentum in ((1.0, 0.0, 2.0, 0.1, 0.9), (0.5, -1.0, 3.0, 0.01, 0.5)):
        new = momentum * velocity + gradient
        damped = momentum * velocity + (1 - momentum) * gradient
        slips = {
            "w moved with the old velocity.": (w - rate * velocity, new),
            "w moved with the gradient alone.": (w - rate * gradient, new),
            "this goes uphill.": (w + rate * new, new),
            "the gradient counts in full here, not times 1 - momentum.": (w - rate * damped, damped),
            "the velocity holds the learning rate already; then a new rate acts late.": (
                w + momentum * velocity - rate * gradient,
                momentum * velocity - rate * gradient,
            ),
            "the two are the wrong way round.": (new, w - rate * new),
        }
        expect(answer, (w, velocity, gradient, rate, momentum), (w - rate * new, new), slips)


def _adam(w: float, gradients: Sequence[float], rate: float, *, corrected: bool = True, inside: bool = False) -> float:
    """Return w after one step for each gradient; the two flags make typical mistakes."""
    mean = square = 0.0
    for step, g in enumerate(gradients, start=1):
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g * g
        m, v = (mean / (1 - 0.9**step), square / (1 - 0.999**step)) if corrected else (mean, square)
        w -= rate * m / (math.sqrt(v + 1e-8) if inside else math.sqrt(v) + 1e-8)
    return w


def adam(answer: Any) -> None:
    for w, gradients, rate in ((1.0, [2.0], 0.1), (0.5, [1.0, -3.0, 0.5], 0.01), (-1.0, [1e-4, 2e-4, 1e-4], 0.1)):
        slips = {
            "the running means start at 0 and are too small at first: correct for that.": _adam(
                w, gradients, rate, corrected=False
            ),
            "epsilon belongs outside of the square root.": _adam(w, gradients, rate, inside=True),
            "this is plain gradient descent.": w - rate * sum(gradients),
            "this goes uphill.": 2 * w - _adam(w, gradients, rate),
        }
        expect(answer, (w, gradients, rate), _adam(w, gradients, rate), slips, tolerance=1e-7)


def lucky_step(answer: Any) -> None:
    slope = 4 * 5**3 - 9 * 5**2
    slips = {
        "That is uphill: the step goes against the slope.": 5 + 0.01 * slope,
        "That is the slope at the start.": float(slope),
        "That is how far the step goes.": 0.01 * slope,
        "That is where f stands still at first sight; the step leads elsewhere.": 0.0,
    }
    expect_value(answer, 5 - 0.01 * slope, slips, tolerance=1e-6)


def warmup_cosine(answer: Any) -> None:
    for (warmup, total), peak, low in itertools.product(((10, 100), (0, 20), (5, 5)), (0.1,), (1e-4, 0.0)):
        for epoch in (0, 4, 9, 10, 12, 55, 100, 130):
            rising = epoch < warmup
            share = min(1.0, (epoch - warmup) / (total - warmup)) if total > warmup else 1.0
            curve = low + (peak - low) * (1 + math.cos(math.pi * share)) / 2
            past = (epoch - warmup) / max(total - warmup, 1)
            slips = {
                "the first epoch has rate 0: nothing is learned in it.": peak * epoch / max(warmup, 1)
                if rising
                else "no slip",
                "after the end the rate climbs again; it stays low.": low
                + (peak - low) * (1 + math.cos(math.pi * past)) / 2,
                "the curve ends at 0 instead of at `low`.": peak * (1 + math.cos(math.pi * share)) / 2,
                "this falls along a straight line.": peak + (low - peak) * share,
                "the curve starts at epoch 0 instead of after the warm-up.": low
                + (peak - low) * (1 + math.cos(math.pi * min(1.0, epoch / total))) / 2,
            }
            want = peak * (epoch + 1) / warmup if rising else curve
            expect(answer, (epoch, warmup, total, peak, low), want, slips, tolerance=1e-6)


def dropout(answer: Any) -> None:
    x = torch.rand(100, 100) + 1  # no zeros of its own
    for p in (0.0, 0.3, 0.5):
        require(
            call(answer, x, p, False),
            x,
            {"outside of training nothing is scaled.": x * (1 - p)},
            where="Outside of training: ",
        )
        got = call(answer, x, p, True)
        where = say("While training with p = {p:g}:").format(p=p) + " "
        like_x = isinstance(got, torch.Tensor) and (got.shape, got.dtype) == (x.shape, x.dtype)
        require(got, got if like_x else x, where=where)
        gone = float((got == 0).float().mean())
        if abs(gone - p) > 0.03:
            swapped = " " + say("That is the share that should stay.") if abs(gone - (1 - p)) < 0.03 else ""
            raise NotYetError(where + say("{share:.0%} of the numbers became 0.").format(share=gone) + swapped)
        stayed = (got / x)[got != 0]
        if torch.allclose(stayed, torch.ones(()), atol=1e-4) and p:
            raise NotYetError(where + say("the numbers that stay are not scaled: the mean falls."))
        if not torch.allclose(stayed, torch.tensor(1 / (1 - p)), rtol=1e-4):
            raise NotYetError(where + say("the numbers that stay are scaled, but the mean does not stay the same."))
        if p and torch.equal(got == 0, call(answer, x, p, True) == 0):
            raise NotYetError("Two calls dropped the same numbers: chance is drawn anew each time.")
        if p and ((got == 0).all(dim=0).any() or (got == 0).all(dim=1).any()):
            raise NotYetError("Whole rows or columns became 0: each number has a chance of its own.")


def l1_penalty(answer: Any) -> None:
    for model in (nn.Linear(3, 2), nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1))):
        named = dict(model.named_parameters())
        weights = [p for name, p in named.items() if not name.endswith("bias")]
        want = 0.01 * sum((w.abs().sum() for w in weights), torch.zeros(()))
        slips = {
            "biases were counted too.": 0.01 * sum((p.abs().sum() for p in named.values()), torch.zeros(())),
            "these are squares: L2, not L1.": 0.01 * sum(((w**2).sum() for w in weights), torch.zeros(())),
            "the strength had no effect.": want / 0.01,
            "this is a mean; a sum is asked for.": 0.01 * torch.cat([w.abs().flatten() for w in weights]).mean(),
            "weights of both signs cancel: the absolute value is missing.": 0.01
            * sum((w.sum() for w in weights), torch.zeros(())),
        }
        got = call(lambda m=model: answer(m, 0.01))
        require(got, want, slips)
        if not got.requires_grad:
            raise NotYetError("The number is right, but no gradient flows through it: the weights would never shrink.")
