"""The numbers and claims in the answers of docs/exercises/questions.md."""

import math
import pathlib

import pytest
import torch
from sklearn.datasets import make_blobs, make_circles
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional as F

from ailiteracy import training

PAGE = (pathlib.Path(__file__).parent.parent.parent / "docs/exercises/questions.md").read_text(encoding="utf-8")


def learn(model, x, y, loss, rate, n_steps, optimizer=torch.optim.SGD):
    made = optimizer(model.parameters(), lr=rate)
    batches = [(x, y)] * n_steps
    return training.fit(model, batches, loss=loss, optimizer=made, epochs=1, device="cpu", progress=False)


def seeded(seed, *layers):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(*(layer() for layer in layers))


def test_shares():
    chance = torch.Generator().manual_seed(0)
    assert (torch.randn(100_000, generator=chance).abs() > 1).float().mean() == pytest.approx(0.32, abs=0.01)
    inside = (torch.randn(100_000, 2, generator=chance).square().sum(dim=1) < 1).float().mean()
    assert inside == pytest.approx(1 - math.exp(-0.5), abs=0.01)
    assert "39.3 %" in PAGE
    assert round(100 * (1 - math.exp(-0.5)), 1) == 39.3


def test_seed_after_the_network_comes_too_late():
    with torch.random.fork_rng():
        torch.manual_seed(1)
        first = nn.Linear(1, 1)
        torch.manual_seed(42)
        second = nn.Linear(1, 1)
    assert not torch.equal(first.weight, second.weight)


def test_gradients():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="scalar outputs"):
        (x**2).backward()
    (x**2).backward(gradient=torch.tensor([1.0, 10.0]))
    assert x.grad.tolist() == [2.0, 40.0]
    with pytest.raises(RuntimeError, match="leaf Variable"):
        x -= 0.1 * x.grad


def test_eval_and_no_grad_are_two_things():
    model = nn.Sequential(nn.Linear(2, 50), nn.Dropout(0.5))
    assert model.eval()(torch.ones(1, 2)).requires_grad
    with torch.no_grad():
        assert (model.train()(torch.ones(1, 2)) == 0).any()


def test_absolute_error_with_fixed_steps_never_settles():
    x = torch.arange(0, 1, 0.02)[:40, None]
    w, b, losses = torch.tensor(0.3367), torch.tensor(0.1288), []
    for _ in range(400):
        error = w * x + b - (0.7 * x + 0.3)
        losses.append(error.abs().mean().item())
        w = w - 0.01 * (error.sign() * x).mean()
        b = b - 0.01 * error.sign().mean()
    assert losses[200] < losses[100]
    assert max(losses[300:]) > 0.004
    assert min(losses[300:]) == pytest.approx(min(losses[200:300]), rel=0.2)


def blobs(deviation):
    X, y = make_blobs(n_samples=1000, n_features=2, centers=4, cluster_std=deviation, random_state=42)
    parts = train_test_split(X, y, test_size=0.2, random_state=42)
    return [torch.tensor(part).float() if part.ndim == 2 else torch.tensor(part) for part in parts]


def blob_accuracy(deviation, activation, rate=0.1):
    X_train, X_test, y_train, y_test = blobs(deviation)
    layers = [lambda: nn.Linear(2, 8), activation, lambda: nn.Linear(8, 8), activation, lambda: nn.Linear(8, 4)]
    model = seeded(42, *layers)
    learn(model, X_train, y_train, F.cross_entropy, rate, 100)
    with torch.no_grad():
        accuracy = (model(X_test).argmax(dim=1) == y_test).float().mean().item()
        return accuracy, F.cross_entropy(model(X_train), y_train).item()


def test_blobs_need_no_bend():
    assert blob_accuracy(1.5, nn.Identity)[0] == pytest.approx(0.995)
    assert blob_accuracy(1.5, nn.ReLU)[0] == pytest.approx(0.995)
    assert "99.5 %" in PAGE
    assert blob_accuracy(1.0, nn.Identity)[0] == 1


def test_rates_on_blobs():
    slow, middle, usual = (blob_accuracy(1.5, nn.Identity, rate)[1] for rate in (0.01, 0.05, 0.1))
    assert slow > 3 * usual
    assert usual < middle < 2.5 * usual


@pytest.mark.parametrize(("widths", "activation"), [((4, 2), nn.Tanh), ((5, 5, 2), nn.ReLU)])
def test_playground_networks(widths, activation):
    X, y = make_circles(300, noise=0.03, factor=0.5, random_state=42)
    X, y = torch.tensor(X).float(), torch.tensor(y).float()[:, None]
    sizes = list(zip((2, *widths), widths, strict=False))
    layers = [made for size in sizes for made in (lambda size=size: nn.Linear(*size), activation)]
    shares = []
    for seed in range(4):
        model = seeded(seed, *layers, lambda: nn.Linear(widths[-1], 1))
        learn(model, X, y, F.binary_cross_entropy_with_logits, 0.02, 400, torch.optim.Adam)
        with torch.no_grad():
            shares.append(((model(X) >= 0) == (y == 1)).float().mean().item())
    assert max(shares) > 0.99, shares


def test_init_is_no_constructor():
    class Network(nn.Module):
        def init(self):
            self.layer = nn.Linear(1, 1)

    with pytest.raises(ValueError, match="optimizer got an empty parameter list"):
        torch.optim.SGD(Network().parameters(), lr=0.1)


def test_every_question_has_an_answer():
    blocks = PAGE.split(":::{dropdown} ")[1:]
    assert len(blocks) >= 20
    for block in blocks:
        question, answer = block.split("\n", 1)
        assert question.endswith("?"), question
        assert len(answer.split(":::")[0].strip()) > 40, question
