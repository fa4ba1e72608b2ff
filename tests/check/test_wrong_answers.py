"""Every exercise refuses typical wrong answers, with the hint that fits, and no hint gives a number away."""

import ast
import copy
import math
import pathlib
import re

import numpy as np
import pytest
import torch
import wrong_games
import wrong_neurons
import wrong_pictures
import wrong_texts
import wrong_transformers
from torch import nn

from ailiteracy import check

# For each exercise: what is handed in, and a part of the hint.
WRONG = {
    "tensors-cube": [
        (lambda seed: torch.rand(3, 4, 5), "Two calls with the same seed|global generator"),
        (lambda seed: (torch.manual_seed(seed), torch.rand(3, 4, 5))[1], "global generator"),
        (lambda seed: torch.rand(3, 4, 5, generator=torch.Generator().manual_seed(0)), "Another seed gave the same"),
        (lambda seed: torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(seed)), "no bounds"),
        (lambda seed: torch.rand(3, 4, 5, generator=torch.Generator().manual_seed(seed)) ** 2, "equally likely"),
        (lambda seed: torch.rand(5, 4, 3), "Shape (3, 4, 5) is asked for, (5, 4, 3) came."),
    ],
    "tensors-face-means": [
        (lambda x: x.mean(), "one mean over everything"),
        (lambda x: x.mean(dim=0), "over the faces"),
        (lambda x: x.mean(dim=(1, 2), keepdim=True), "keepdim"),
        (lambda x: x.mean(dim=(1, 2)).double(), "Type torch.float32 is asked for, torch.float64 came"),
        (lambda x: x.mean(dim=(1, 2)).numpy(), "A tensor is asked for, a NumPy array came"),
        (lambda x: x.mean(dim=(1, 2)) + 1, "3 of 3 values are not"),
    ],
    "tensors-above-half": [
        (lambda x: x > 0.5, "mask"),
        (lambda x: x[x >= 0.5], "0.5 itself"),
        (lambda x: x * (x > 0.5), "became 0"),
    ],
    "tensors-twelve-columns": [
        (lambda x: x.view(-1, 12), "raised RuntimeError"),
        (lambda x: x.reshape(12, -1), "twelve rows came"),
        (lambda x: x.reshape(12, -1).T, "another order"),
    ],
    "tensors-add-to-rows": [
        (lambda x, v: x + v, "to a column instead"),
        (lambda x, v: x.add_(v[:, None]), "changes its input"),
    ],
    "tensors-standardize": [
        (lambda X: (X - X.mean(0)) / X.std(0), "0 was divided by 0"),
        (lambda X: (X - X.mean(0)) / X.std(0, correction=0), "divides by n - 1"),
        (lambda X: (X - X.mean()) / X.std(), "each column has its own"),
        (lambda X: (X - X.mean(0)) / torch.where(X.std(0) == 0, 1.0, X.std(0)), "a comparison with NaN is false"),
    ],
    "tensors-row-maxima": [
        (lambda X: X.max(dim=0), "down the columns"),
        (lambda X: tuple(X.max(1))[::-1], "wrong way round"),
    ],
    "tensors-one-hot": [
        (lambda y, n: nn.functional.one_hot(y, n), "Type torch.float32 is asked for, torch.int64"),
        (lambda y, n: nn.functional.one_hot(y).float(), "a class may be missing"),
    ],
    "tensors-broadcast-shape": [
        (lambda a, b: tuple(map(max, a, b)), "only one of the two has"),
        (lambda a, b: max(a, b, key=len), "may be stretched"),
        (lambda a, b: tuple(torch.broadcast_shapes(a, b)), "A ValueError is asked for"),
    ],
    "tensors-chunk-sizes": [
        ([4, 3, 3], "tensor_split"),
        ([4, 4, 4], "Item 2"),
        (lambda: [1], "not for a function"),
        (7, "A list"),
    ],
    "tensors-even-pieces": [(lambda x, n: list(torch.chunk(x, n)), "torch.chunk makes pieces")],
    "tensors-row-products": [(lambda A, B: A @ B.T, "on the diagonal"), (lambda A, B: A * B, "not yet added up")],
    "tensors-hand-product": [
        (
            lambda A, B: [[a * b for a, b in zip(r, s, strict=False)] for r, s in zip(A, B, strict=False)],
            "number by number",
        ),
        (lambda A, B: (np.array(A) @ np.array(B)).T.tolist(), "wrong way round"),
    ],
    "tensors-image-to-tensor": [
        (lambda x: x.reshape(3, *x.shape[:2]).float() / 255, "colours are mixed up"),
        (lambda x: x.permute(2, 0, 1).float(), "still run to 255"),
        (lambda x: x.permute(2, 1, 0).float() / 255, "changed places"),
    ],
    "tensors-to-numpy": [(lambda t: t.numpy(), "raised RuntimeError"), (lambda t: t.detach().numpy(), "share memory")],
    "tensors-true-class": [(lambda p, y: p[:, y], "whole columns"), (lambda p, y: p.max(1).values, "largest numbers")],
    "tensors-blank-first-row": [(lambda X: X.index_fill_(0, torch.tensor([0]), 0), "changes its input")],
    "autograd-chain-rule": [(lambda x: 2 * (5 * x + 3), "inner function is missing")],
    "autograd-two-variables": [
        ([29, 7], "wrong way round"),
        ([4, 27], "its part is missing"),
        (..., "Nothing was handed in"),
    ],
    "autograd-accumulate": [([2, 4, 6], "is another number"), ([4, 4, 4], "adds to what is there")],
    "autograd-gradient": [
        (lambda f, x: (f(x.requires_grad_()).backward(), x.grad)[1], "changes its input|left in"),
        (lambda f, x: f(x), "the value of f"),
    ],
    "autograd-weighted-gradient": [
        (lambda f, x, w: torch.autograd.functional.vjp(f, x, torch.ones(3))[1], "had no effect"),
        (lambda f, x, w: torch.autograd.functional.jvp(f, x, w)[1], "belong to the outputs"),
    ],
    "autograd-second-derivative": [
        (lambda f, x: torch.func.grad(f)(torch.tensor(x)).item(), "the first derivative"),
        (lambda f, x: torch.func.grad(torch.func.grad(f))(torch.tensor(x)), "`.item()` takes a number out"),
    ],
    "autograd-numeric-derivative": [
        (lambda f, x: (f(x + 1e-3) - f(x)) / 1e-3, "to one side alone"),
        (lambda f, x: (f(x + 1e-2) - f(x - 1e-2)) / 2e-2, "Two errors pull"),
        (lambda f, x: float(np.float32(f(x + 1e-5)) - np.float32(f(x - 1e-5))) / 2e-5, "wrong by about"),
    ],
    "autograd-relu-gradient": [(lambda x, g: g * (x >= 0), "at 0"), (lambda x, g: (x > 0).float(), "had no effect")],
    "linear-mean-absolute-error": [
        (lambda y, p: float(((y - p) ** 2).mean()), "mean squared error"),
        (lambda y, p: float((y - p).mean()), "errors of both signs"),
    ],
    "linear-line-gradient": [
        (lambda x, y, w, b: (float(((w * x + b - y) * x).mean()), float((w * x + b - y).mean())), "brings down a 2"),
        (
            lambda x, y, w, b: (float(2 * ((y - w * x - b) * x).mean()), float(2 * (y - w * x - b).mean())),
            "the sign is wrong",
        ),
    ],
    "linear-line-step": [
        (lambda x, y, w, b, r: (w + r * slope(x, y, w, b)[0], b + r * slope(x, y, w, b)[1]), "uphill"),
        (
            lambda x, y, w, b, r: (w := w - r * slope(x, y, w, b)[0], b - r * slope(x, y, w, b)[1]),
            "belong to the same point",
        ),
    ],
    "linear-descent-table": [(lambda x, y, w, b, r, n: [(3.0, w, b)] * n, "Item 0: Item 0:")],
    "linear-largest-rate": [
        (lambda x: float(1 / np.mean(x**2)), "without b"),
        (lambda x: float(1 / np.linalg.eigvalsh(2 * np.cov([x, x * 0 + 1], bias=True))[-1]), "wrong value"),
    ],
    "linear-split": [
        (
            lambda n, s, seed: (np.arange(n)[: n - round(s * n)], np.arange(n)[n - round(s * n) :]),
            "the end of the table",
        ),
        (
            lambda n, s, seed: np.split(np.random.default_rng(0).permutation(n), [n - round(s * n)]),
            "seed has no effect",
        ),
        (
            lambda n, s, seed: np.split(np.random.default_rng(0).permutation(n), [round(s * n)]),
            "training part comes first",
        ),
        (lambda n, s, seed: (np.arange(n), np.arange(round(s * n))), "in both parts"),
        (lambda n, s, seed: 3, "Two arrays"),
    ],
    "linear-fit-line": [
        (lambda x, y: descend(x, y, 0.1, 400), "beyond all bounds"),
        (lambda x, y: descend(x, y, 0.01, 200), "b is not yet"),
    ],
    "classify-accuracy": [
        (lambda y, p: float((y == p).mean()), "a ValueError is asked for"),
        (lambda y, p: float(100 * (y == p).mean()), "percent"),
    ],
    "classify-labels-from-logits": [
        (lambda z: np.round(1 / (1 + np.exp(-z))).astype(int), "rounding takes a half"),
        (lambda z: (z >= 0.5).astype(int), "these are logits"),
    ],
    "classify-stable-sigmoid": [(lambda x: 1 / (1 + np.exp(-x)), "overflow")],
    "classify-cross-entropy": [
        (lambda z, y: nn.functional.cross_entropy(torch.tensor(z).softmax(1), torch.tensor(y)).item(), "taken twice"),
        (
            lambda z, y: nn.functional.cross_entropy(torch.tensor(z), torch.tensor(y), reduction="sum").item(),
            "this is a sum",
        ),
        (lambda z, y: float(-np.log(np.exp(z)[np.arange(len(y)), y] / np.exp(z).sum(1)).mean()), "overflow|NaN|nan"),
    ],
    "classify-binary-cross-entropy": [
        (
            lambda z, t: nn.functional.binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(1.0 - t)).item(),
            "changed places",
        ),
    ],
    "classify-one-map": [(lambda W1, b1, W2, b2: (W2 @ W1, b2), "b1 is lost")],
    "classify-boundary": [(lambda x, p: float(x[np.argmax(p >= 0.5)]), "first grid point")],
    "classify-confusion": [
        (
            lambda y, p, n: np.histogram2d(p, y, bins=range(n + 1))[0].astype(int),
            "true class is the row|values are not",
        ),
        (lambda y, p, n: once(y, p, n), "however often"),
    ],
    "classify-precision-recall": [
        (lambda y, p: (float((y & p).sum() / y.sum()), float((y & p).sum() / p.sum())), "wrong way round")
    ],
    "classify-divergence": [
        (
            lambda q, p: float(nn.functional.kl_div(torch.tensor(q), torch.tensor(p), reduction="mean")),
            "samples and classes",
        ),
        (lambda q, p: float((p * (np.log(p) - q)).sum(1).mean()), "NaN|nan|divide by zero"),
    ],
    "layers-conv-size": [
        (lambda n, k, s, p: (n + 2 * p - k) // s, "last place counts"),
        (lambda n, k, s, p: (n + p - k) // s + 1, "on both sides"),
        (lambda n, k, s, p: (n + 2 * p - k) / s + 1, "A plain int is asked for|whole number"),
    ],
    "layers-count-parameters": [
        (lambda m: sum(p.numel() for p in m.parameters()), "frozen"),
        (lambda m: len(list(m.parameters())), "how many tensors"),
    ],
    "layers-hidden-network": [
        (lambda w, a: nn.Sequential(nn.Linear(1, w), nn.Linear(w, 2), a()), "after the last linear layer"),
        (lambda w, a: nn.Sequential(nn.Linear(1, w), nn.Tanh(), nn.Linear(w, 2)), "holds no ReLU"),
        (
            lambda w, a: nn.Sequential(nn.Linear(1, w), a(), nn.Linear(w, 2), nn.Softmax(1)),
            "expects logits|after the last",
        ),
        (lambda w, a: nn.Linear, "Return a torch module"),
    ],
    "layers-cifar-network": [
        (lambda: nn.Sequential(nn.Flatten(), nn.Linear(3072, 10)), "no convolution"),
        (lambda: picture_network(nn.Linear(4 * 16 * 16, 10), nn.Softmax(1)), "leave it out"),
        (lambda: picture_network(nn.Linear(4 * 14 * 14, 10)), "raised RuntimeError"),
    ],
    "layers-predict": [
        (lambda m, x: m(x), "running statistics"),
        (lambda m, x: m.eval()(x), "eval\\(\\)` does not"),
        (lambda m, x: m.eval()(x).detach(), "left in the other one"),
        (lambda m, x: m(x).detach(), "running statistics"),
    ],
    "layers-output-shapes": [
        (lambda m, x: leave_hooks(m, x), "Hooks were left behind"),
        (lambda m, x: [tuple(x.shape)], "items are asked for"),
    ],
    "layers-circles-network": [
        (lambda: nn.Sequential(nn.Linear(2, 20), nn.Linear(20, 1)), "draw a curve"),
        (lambda: nn.Sequential(nn.Linear(2, 20), nn.ReLU(), nn.Linear(20, 1), nn.Sigmoid()), "has no bounds"),
        (lambda: nn.Sequential(nn.Linear(2, 500), nn.ReLU(), nn.Linear(500, 1)), "more than 500"),
    ],
    "data-n-batches": [
        (lambda n, size, drop: n // size, "counts too"),
        (lambda n, size, drop: -(-n // size), "left out here"),
    ],
    "data-epoch-loss": [(lambda losses, sizes: sum(losses) / len(losses), "as much as a full one")],
    "data-shuffled-batches": [
        (lambda n, size, seed: [list(range(i, min(i + size, n))) for i in range(0, n, size)], "shuffle them first"),
        (
            lambda n, size, seed: cut(np.random.default_rng(seed).permutation(n), size)[: n // size],
            "Is the last batch there",
        ),
        (lambda n, size, seed: cut(np.random.default_rng(0).permutation(n), size), "seed has no effect"),
        (lambda n, size, seed: 3, "list of lists"),
    ],
    "data-sample-weights": [
        (
            lambda y: 1 / np.unique(y, return_counts=True)[1] / (1 / np.unique(y, return_counts=True)[1]).sum(),
            "every sample has its own",
        ),
        (lambda y: 1 / np.array([(y == k).sum() for k in y]), "do not add up to 1"),
    ],
    "data-pad": [(lambda rows: padded_by_value(rows), "a number of its own")],
    "training-train-step": [
        (lambda m, x, y, o, f: step(m.train(), x, y, o, f, clear=False).item(), "gradients from before"),
        (lambda m, x, y, o, f: f(m(x), y).item(), "No weight moved"),
        (lambda m, x, y, o, f: step(m.train(), x, y, o, f).detach(), "`.item()` takes a number out"),
        (lambda m, x, y, o, f: step(m, x, y, o, f).item(), "evaluation mode"),
    ],
    "training-clip": [
        (lambda g, limit: ([v * min(1, limit / v.norm()) for v in g], float(torch.cat(g).norm())), "by itself"),
        (lambda g, limit: ([v * limit / torch.cat(g).norm() for v in g], float(torch.cat(g).norm())), "made longer"),
        (
            lambda g, limit: ([v * limit / sum(w.norm() for w in g) for v in g], sum(float(w.norm()) for w in g)),
            "were added up",
        ),
    ],
    "training-accumulated": [
        (lambda g, n: torch.stack(g).mean(0), "as much as full ones"),
        (lambda g, n: sum(g), "added up"),
    ],
    "training-early-stop": [
        (lambda losses, patience: (len(losses) - 1, losses.index(min(losses))), "never stops early|after the stop"),
        (lambda losses, patience: (0, 0), "Item"),
    ],
    "training-snapshot": [
        (lambda m: m.state_dict(), "own tensors"),
        (lambda m: dict(m.state_dict()), "own tensors"),
        (lambda m: dict(copy.deepcopy(m).named_parameters()), "names of"),
    ],
    "training-momentum-step": [
        (lambda w, v, g, r, m: (w - r * (m * v + (1 - m) * g), m * v + (1 - m) * g), "in full here"),
        (lambda w, v, g, r, m: (w - r * v, m * v + g), "old velocity"),
    ],
    "training-adam": [
        (lambda w, g, r: w - r * sum(g), "plain gradient descent"),
        (lambda w, g, r: uncorrected(w, g, r), "correct for that"),
    ],
    "training-lucky-step": [(7.75, "uphill"), (275, "the slope at the start")],
    "training-warmup-cosine": [
        (
            lambda e, w, t, p, low: (
                p * e / w if e < w else low + (p - low) * (1 + math.cos(math.pi * (e - w) / (t - w))) / 2
            ),
            "has rate 0",
        ),
        (
            lambda e, w, t, p, low: (
                p * (e + 1) / w if e < w else low + (p - low) * (1 + math.cos(math.pi * (e - w) / (t - w))) / 2
            ),
            "climbs",
        ),
    ],
    "training-dropout": [
        (lambda x, p, t: x * (torch.rand_like(x) >= p) if t else x, "not scaled"),
        (lambda x, p, t: x * (torch.rand_like(x) < p) / p if t and p else x, "should stay"),
        (lambda x, p, t: nn.functional.dropout(x, p), "Outside of training"),
        (lambda x, p, t: x * (torch.rand(100, 1) >= p) / (1 - p) if t else x, "became 0"),
    ],
    "training-l1-penalty": [
        (lambda m, s: s * sum(p.abs().sum() for p in m.parameters()), "biases"),
        (
            lambda m, s: s * sum(p.abs().sum() for n, p in m.named_parameters() if "bias" not in n).detach(),
            "no gradient flows",
        ),
    ],
}


def slope(x, y, w, b):
    return float(2 * ((w * x + b - y) * x).mean()), float(2 * (w * x + b - y).mean())


def descend(x, y, rate, n_steps):
    w = b = 0.0
    for _ in range(n_steps):
        dw, db = slope(x, y, w, b)
        w, b = w - rate * dw, b - rate * db
    return w, b


def once(y, p, n):
    table = np.zeros((n, n), int)
    table[y, p] += 1
    return table


def picture_network(*last):
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.Flatten(), *last)


def leave_hooks(model, x):
    shapes = []
    for child in model:
        child.register_forward_hook(lambda layer, inputs, output: shapes.append(tuple(output.shape)))
    model(x)
    return shapes


def cut(order, size):
    return [order[start : start + size].tolist() for start in range(0, len(order), size)]


def padded_by_value(rows):
    table = np.zeros((len(rows), max(map(len, rows))))
    for row, numbers in enumerate(rows):
        table[row, : len(numbers)] = numbers
    return table, table != 0


def step(model, x, y, optimizer, loss_function, clear=True):
    if clear:
        optimizer.zero_grad()
    loss = loss_function(model(x), y)
    loss.backward()
    optimizer.step()
    return loss


def uncorrected(w, gradients, rate):
    mean = square = 0.0
    for g in gradients:
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g * g
        w -= rate * mean / (square**0.5 + 1e-8)
    return w


MODULES = (wrong_games, wrong_neurons, wrong_pictures, wrong_texts, wrong_transformers)
LATER = {name: cases for module in MODULES for name, cases in module.WRONG.items()}
WRONG |= LATER
CASES = [(name, *case) for name, cases in WRONG.items() for case in cases]


@pytest.mark.filterwarnings("ignore")  # the answers are wrong on purpose
@pytest.mark.parametrize(("name", "answer", "hint"), CASES, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(CASES)])
def test_hint(name, answer, hint):
    result = check.check(name, answer, seconds=60)
    assert not result
    assert any(part.replace("\\", "") in result.hint for part in hint.split("|")), result.hint


def hints_of(name):
    """Return the hints that stand as texts in the checker of an exercise."""
    task = check.exercise(name)
    checkers = pathlib.Path(check.__file__).parent / f"_{task.subject}.py"
    parts = ast.parse(checkers.read_text(encoding="utf-8")).body
    checker = next(part for part in parts if getattr(part, "name", "") == task.answer_name)
    texts = [node.value for node in ast.walk(checker) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [text for text in texts if " " in text and text.endswith(".") and not text.startswith("Return ")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", LATER)
def test_each_hint_is_given_for_some_wrong_answer(name):
    given = [check.check(name, answer, seconds=60).hint for answer, _ in WRONG[name]]
    patterns = {hint: re.sub(r"\\\{.*?\}", ".+", re.escape(hint)) for hint in hints_of(name)}  # a value at each {place}
    assert [hint for hint, words in patterns.items() if not any(re.search(words, one) for one in given)] == []


def test_every_exercise_has_a_wrong_answer():
    assert set(WRONG) == set(check.exercises())


@pytest.mark.parametrize(("name", "right"), [
    ("tensors-chunk-sizes", ["[4, 4, 2]", "4, 4"]), ("autograd-two-variables", ["29"]),
    ("autograd-accumulate", ["12"]), ("training-lucky-step", ["2.25"]), ("games-cut-leaves", ["7, 9", "9, 5"]),
])  # fmt: skip
def test_hints_on_values_hold_no_right_number(name, right):
    tries = [*(answer for answer, _ in WRONG[name]), 1.5, [1, 2], [1, 2, 3], [4.0, 4.0, 4.5], "text"]
    hints = [check.check(name, answer).hint for answer in tries]
    assert not [hint for hint in hints if any(part in hint for part in right)]
