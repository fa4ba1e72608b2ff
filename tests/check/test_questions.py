"""The numbers and claims in the answers of docs/exercises/questions.md."""

import csv
import math
import pathlib

import pytest
import torch
from PIL import Image
from sklearn.datasets import make_blobs, make_circles
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional as F

from ailiteracy import nlp, training, vision

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


def test_two_convolutions_for_digits():
    layers = [nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1_568, 10)]
    model = nn.Sequential(*layers)
    assert model(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert f"{sum(weight.numel() for weight in model.parameters()):,}" in PAGE


def test_borders_and_kernels():
    x = torch.zeros(1, 1, 28, 28)
    assert [nn.Conv2d(1, 1, kernel, padding="valid")(x).shape[-1] for kernel in (3, 5)] == [26, 24]
    assert [nn.Conv2d(1, 1, kernel, padding="same")(x).shape[-1] for kernel in (3, 5)] == [28, 28]
    with pytest.raises(ValueError, match="same"):
        nn.Conv2d(1, 1, 3, padding="same", stride=2)
    assert nn.Conv2d(1, 1, 5).weight.numel() == 25
    assert 2 * nn.Conv2d(1, 1, 3).weight.numel() == 18
    seen = torch.zeros(1, 1, 9, 9)
    seen.requires_grad_()
    twice = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3))
    twice(seen)[..., 2, 2].sum().backward()
    assert int((seen.grad != 0).sum()) == 25  # two of 3 see as far as one of 5


def test_mean_or_largest():
    window = torch.tensor([[[1.0, 9.0], [3.0, 5.0]]])
    assert nn.AvgPool2d(2)(window).item() == 4.5
    assert nn.MaxPool2d(2)(window).item() == 9


def test_numbers_about_pictures():
    assert (224 / 32) ** 2 == 49
    assert [math.ceil(60_000 / size) for size in (32, 128)] == [1_875, 469]
    assert math.log(3) == pytest.approx(1.0986, abs=5e-5)
    assert divmod(225, 32) == (7, 1)
    assert sum((25 / 32, 0, 0)) / 3 == pytest.approx(0.2604, abs=5e-5)
    assert 200 * 500 == 100_000
    assert F.cross_entropy(torch.zeros(5, 3), torch.tensor([0, 1, 2, 0, 1])).item() == pytest.approx(math.log(3))


def test_pictures_named_by_a_table(tmp_path):
    for name in ("a", "b"):
        Image.new("RGB", (5, 4)).save(tmp_path / f"{name}.png")
    (tmp_path / "table.csv").write_text("file,label\na.png,cat\nb.png,dog\n", encoding="utf-8")
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    classes = sorted({row["label"] for row in rows})
    labels = [classes.index(row["label"]) for row in rows]
    pictures = vision.PictureFiles([tmp_path / row["file"] for row in rows], labels, classes)
    picture, label = pictures[1]
    assert picture.shape == (3, 4, 5)
    assert pictures.classes[label] == "dog"


def test_four_neurons_bring_the_circle_below_a_fifth():
    X, y = make_circles(400, noise=0.03, factor=0.5, random_state=1)
    X, y = torch.tensor(X).float(), torch.tensor(y).float()[:, None]
    losses = []
    for seed in range(4):
        model = seeded(seed, lambda: nn.Linear(2, 4), nn.Tanh, lambda: nn.Linear(4, 1))
        learn(model, X[:200], y[:200], F.binary_cross_entropy_with_logits, 0.03, 500, torch.optim.Adam)
        with torch.no_grad():
            parts = (slice(200), slice(200, None))
            losses.append([F.binary_cross_entropy_with_logits(model(X[part]), y[part]).item() for part in parts])
    assert min(max(pair) for pair in losses) < 0.2, losses


def test_facts_about_language_models():
    logits = torch.randn(50, 7, generator=torch.Generator().manual_seed(0))
    assert torch.equal(logits.softmax(dim=1).argmax(dim=1), logits.argmax(dim=1))
    assert torch.allclose(nn.LayerNorm(7)(logits)[:1], nn.LayerNorm(7)(logits[:1]), atol=1e-6)  # alone or in a batch
    assert not torch.allclose(nn.BatchNorm1d(7)(logits)[:2], nn.BatchNorm1d(7)(logits[:2]), atol=1e-2)
    tokens = logits[None, :5]
    attention = nlp.SimpleAttention()
    turned = attention(tokens.flip(1)).flip(1)
    torch.testing.assert_close(turned, attention(tokens))  # the order of the tokens changes nothing
    weight = nn.Parameter(torch.zeros(3))
    adamw = torch.optim.AdamW([weight])
    weight.grad = torch.ones(3)
    adamw.step()
    assert set(adamw.state[weight]) == {"step", "exp_avg", "exp_avg_sq"}


def test_every_question_has_an_answer():
    blocks = PAGE.split(":::{dropdown} ")[1:]
    assert len(blocks) >= 60
    for block in blocks:
        question, answer = block.split("\n", 1)
        assert question.endswith("?"), question
        assert len(answer.split(":::")[0].strip()) > 40, question
