"""Answers that are right in an unusual way pass, and what no checker expects becomes a hint, not an error."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ailiteracy import check
from ailiteracy.check import _tensors

HUGE = 10**400  # has no float


def explore(guesses, epsilon, rng):
    """Return NumPy's integers, as its functions do."""
    return rng.integers(len(guesses)) if rng.random() < epsilon else np.argmax(guesses)


def to_numpy_for_reading(tensor):
    array = tensor.detach().numpy().copy()
    array.flags.writeable = False
    return array


def step(model, x, y, optimizer, loss_function):
    optimizer.zero_grad()
    loss = loss_function(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def step_that_puts_the_mode_back(model, *rest):
    was = model.training
    loss = step(model.train(), *rest)
    model.train(was)
    return loss


def step_that_looks_at_the_network_first(model, x, *rest):
    with torch.no_grad():
        model.eval()(x)
    return step(model.train(), x, *rest)


class OutputFirst(nn.Module):
    def __init__(self, width, activation):
        super().__init__()
        self.output, self.hidden, self.activation = nn.Linear(width, 2), nn.Linear(1, width), activation()

    def forward(self, x):
        return self.output(self.activation(self.hidden(x)))


def without_biases(width, activation):
    return nn.Sequential(nn.Linear(1, width, bias=False), activation(), nn.Linear(width, 2, bias=False))


RIGHT = [
    ("reward-explore", explore),
    ("tensors-to-numpy", to_numpy_for_reading),
    ("training-train-step", step_that_puts_the_mode_back),
    ("training-train-step", step_that_looks_at_the_network_first),
    ("layers-hidden-network", OutputFirst),
    ("layers-hidden-network", without_biases),
    ("layers-circles-network", lambda: nn.Sequential(nn.LazyLinear(16), nn.Tanh(), nn.LazyLinear(1))),
    ("training-lucky-step", 5 - 0.01 * (4 * 5**3 - 9 * 5**2)),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_in_an_unusual_way(name, answer):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Lazy modules")
        result = check.check(name, answer, seconds=60)
    assert result, result.hint


def gradient_in_double(f, x):
    leaf = x.double().requires_grad_()
    f(leaf).backward()
    return leaf.grad


def dropout_by_numpy(x, p, training):
    if not training:
        return x
    mask = np.random.default_rng().random(x.shape) >= p
    return x * torch.from_numpy(mask.astype(float)) / (1 - p)


def boxed(sequences):
    sequences[:] = [[numbers] for numbers in sequences]
    return sequences


def norm_in_place(gradients, limit):
    gradients[0] = float(torch.cat([g.flatten() for g in gradients]).norm())
    return gradients, limit


def emptied(row):
    row[0] = None
    return [0, 0, 0, 0], 0


def step_in_evaluation_mode(model, *rest):
    loss = step(model.eval(), *rest)
    model.train()
    return loss


class SecondLayerByHand(OutputFirst):
    def forward(self, x):
        return F.linear(self.activation(self.hidden(x)), self.output.weight, self.output.bias)


class FirstColumn(nn.Module):
    def forward(self, points):
        return points[:, :1]


class Detached(nn.Sequential):
    def forward(self, x):
        return super().forward(x).detach()


def detached_pictures():
    layers = nn.Conv2d(3, 4, 3, stride=4), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(256, 10)
    return Detached(*layers)


ODD = [
    ("autograd-gradient", gradient_in_double, "Type torch.float32 is asked for, torch.float64 came"),
    ("training-dropout", dropout_by_numpy, "Type torch.float32 is asked for, torch.float64 came"),
    ("training-snapshot", lambda m: {k: v.numpy().copy() for k, v in m.state_dict().items()}, "Keep tensors"),
    ("training-train-step", step_in_evaluation_mode, "trained in it: dropout would be off"),
    ("layers-circles-network", FirstColumn, "No gradient flows through the outputs"),
    ("layers-circles-network", lambda: Detached(nn.Linear(2, 1)), "No gradient flows through the outputs"),
    ("layers-cifar-network", detached_pictures, "No gradient flows through the outputs"),
    ("layers-hidden-network", SecondLayerByHand, "two linear layers are asked for"),
    ("layers-hidden-network", lambda w, a: nn.Sequential(nn.Linear(1, w), nn.Linear(w, 2)), "holds no Tanh"),
    ("data-shuffled-batches", lambda n, size, seed: [[0, [1, 2]], [3]], "whole numbers"),
    ("vision-split-series", lambda series, share, seed: ([0, [1, 2]], [3]), "Both parts hold row numbers"),
    ("reward-discounted-return", lambda rewards, discount: HUGE, "wrong value: 1000"),
    ("training-lucky-step", HUGE, "wrong value: 1000"),
    ("neurons-xor-neurons", [[1.0, HUGE, 1.0]] * 3, "Neuron 1: weights and threshold are finite numbers"),
    ("neurons-xor-neurons", [[1.0, np.nan, 1.0]] * 3, "Neuron 1: weights and threshold are finite numbers"),
    ("data-n-batches", lambda n, size, drop: 10**5000, "too long to show"),
    ("data-pad", boxed, "changes its input"),
    ("training-clip", norm_in_place, "changes its input"),
    ("games-slide-row", emptied, "changes its input"),
    ("tensors-chunk-sizes", torch.eye(3).to_sparse(), "a tensor came"),
    ("autograd-two-variables", torch.eye(3).to_sparse(), "a tensor came"),
]


@pytest.mark.parametrize(("name", "answer", "hint"), ODD, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(ODD)])
def test_odd_answers_have_a_hint_in_words(name, answer, hint):
    result = check.check(name, answer, seconds=60)
    assert not result
    assert hint in result.hint


def test_what_a_checker_did_not_reckon_with_is_a_hint(monkeypatch):
    def face_means(answer):
        raise IndexError("no such place")

    monkeypatch.setattr(_tensors, "face_means", face_means)
    result = check.check("tensors-face-means", len)
    assert not result
    assert result.hint == "What came could not be judged: IndexError: no such place"
