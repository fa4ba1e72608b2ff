"""The written-out optimizers: worked by hand, equal to torch's, and what the notes got wrong about them."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics.optimizers import OPTIMIZERS, adam, adamw, lion, momentum, muon, orthogonal_part, sgd

A = np.random.default_rng(0).normal(size=(5, 3))


def slope(x):
    """The gradient of a bent function of many numbers: quartic in every coordinate, coupled by a matrix."""
    return x**3 + (A @ A.T) @ x - 1


def torch_walk(make, x, n_steps=100):
    """Return the points of a walk of torch's optimizer and the gradients it saw."""
    torch = pytest.importorskip("torch")
    weight = torch.nn.Parameter(torch.tensor(x, dtype=torch.float64))
    optimizer, points, gradients = make(torch.optim)([weight]), [x], []
    for _ in range(n_steps):
        gradients.append(slope(points[-1]))
        weight.grad = torch.tensor(gradients[-1])
        optimizer.step()
        points.append(weight.detach().numpy().copy())
    return np.array(points), gradients


def walk(step, x, gradients, **settings):
    """Return the points of a walk with these gradients: the same ones, or rounding would part two bent paths."""
    points, state = [x], {}
    for gradient in gradients:
        points.append(step(points[-1], gradient, state, **settings))
    return np.array(points)


# name, settings here, torch's class, settings there
PAIRS = [
    ("sgd", {"rate": 0.01}, "SGD", {"lr": 0.01}),
    ("sgd", {"rate": 0.02, "weight_decay": 0.3}, "SGD", {"lr": 0.02, "weight_decay": 0.3}),
    ("momentum", {"rate": 0.01}, "SGD", {"lr": 0.01, "momentum": 0.9}),
    ("momentum", {"rate": 0.003, "beta": 0.5, "weight_decay": 0.1},
     "SGD", {"lr": 0.003, "momentum": 0.5, "weight_decay": 0.1}),
    ("nesterov", {"rate": 0.01}, "SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    ("nesterov", {"rate": 0.002, "beta": 0.99, "weight_decay": 0.1},
     "SGD", {"lr": 0.002, "momentum": 0.99, "nesterov": True, "weight_decay": 0.1}),
    ("adagrad", {"rate": 0.5}, "Adagrad", {"lr": 0.5}),
    ("adagrad", {"rate": 0.1, "eps": 1e-3, "weight_decay": 0.2},
     "Adagrad", {"lr": 0.1, "eps": 1e-3, "weight_decay": 0.2}),
    ("rmsprop", {"rate": 0.01}, "RMSprop", {"lr": 0.01}),
    ("rmsprop", {"rate": 0.02, "beta": 0.9, "eps": 1e-4, "weight_decay": 0.2},
     "RMSprop", {"lr": 0.02, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.2}),
    ("adadelta", {}, "Adadelta", {}),
    ("adadelta", {"rate": 0.5, "beta": 0.7, "eps": 1e-3, "weight_decay": 0.2},
     "Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-3, "weight_decay": 0.2}),
    ("adam", {"rate": 0.1}, "Adam", {"lr": 0.1}),
    ("adam", {"rate": 0.02, "betas": (0.5, 0.9), "eps": 1e-4, "weight_decay": 0.3},
     "Adam", {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-4, "weight_decay": 0.3}),
    ("adamw", {"rate": 0.1}, "AdamW", {"lr": 0.1}),
    ("adamw", {"rate": 0.02, "betas": (0.5, 0.9), "eps": 1e-4, "weight_decay": 0.3},
     "AdamW", {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-4, "weight_decay": 0.3}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "here", "torch_name", "there"), PAIRS)
def test_equal_to_torch(name, here, torch_name, there):
    x = np.random.default_rng(1).normal(size=5)
    wanted, gradients = torch_walk(lambda optim: lambda weights: getattr(optim, torch_name)(weights, **there), x)
    np.testing.assert_allclose(walk(OPTIMIZERS[name], x, gradients, **here), wanted, rtol=0, atol=1e-12)
    assert np.abs(wanted[-1] - x).max() > 0.01  # it went somewhere


@pytest.mark.parametrize("shape", [(5, 3), (5, 8)])
@pytest.mark.parametrize(("rate", "beta", "decay"), [(0.02, 0.95, 0.1), (0.1, 0.5, 0.0)])
def test_muon_is_torchs_in_double_precision(monkeypatch, shape, rate, beta, decay):
    torch = pytest.importorskip("torch")
    if not hasattr(torch.optim, "Muon"):
        pytest.skip("this torch has no Muon")
    x = np.random.default_rng(1).normal(size=shape)

    def double(matrix, *_):
        return torch.tensor(orthogonal_part(matrix.numpy()))

    # torch's own rounds are computed in bfloat16, which knows two or three digits.
    monkeypatch.setattr("torch.optim._muon._zeropower_via_newtonschulz", double)
    wanted, gradients = torch_walk(
        lambda optim: lambda weights: optim.Muon(weights, lr=rate, momentum=beta, weight_decay=decay), x
    )
    got = walk(muon, x, gradients, rate=rate, beta=beta, weight_decay=decay)
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-12)


def test_orthogonal_part_is_near_torchs():
    torch = pytest.importorskip("torch")
    muon_file = pytest.importorskip("torch.optim._muon")
    matrix = np.random.default_rng(0).normal(size=(6, 4))
    theirs = muon_file._zeropower_via_newtonschulz(torch.tensor(matrix), (3.4445, -4.775, 2.0315), 5, 1e-7)
    np.testing.assert_allclose(orthogonal_part(matrix), theirs.double().numpy(), atol=0.05)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 1000))
def test_orthogonal_part_keeps_directions(n_rows, n_columns, seed):
    matrix = np.random.default_rng(seed).normal(size=(n_rows, n_columns))
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    s = s / np.sqrt((s**2).sum())
    for _ in range(5):
        s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    np.testing.assert_allclose(orthogonal_part(matrix), u * s @ v, atol=1e-9)


def test_by_hand():
    one = np.array([1.0])
    assert sgd(one, np.array([4.0]), {}, rate=0.25).tolist() == [0.0]
    state = {}
    x = momentum(one, one, state, rate=0.5, beta=0.5)  # velocity 1
    assert x.tolist() == [0.5]
    assert momentum(x, one, state, rate=0.5, beta=0.5).tolist() == [-0.25]  # velocity 1.5
    # Lion: the direction is the sign of 0.9 * mean + 0.1 * gradient, the mean keeps 99 % of itself.
    state = {}
    x = lion(one, np.array([2.0]), state, rate=0.1, weight_decay=1.0)
    assert x.tolist() == [0.8]  # 1 - 0.1 * (1 + 1 * 1)
    assert state["mean"].tolist() == pytest.approx([0.02])
    # A gradient of -0.1 is outweighed by the mean: 0.9 * 0.02 - 0.1 * 0.1 > 0.
    assert lion(x, np.array([-0.1]), state, rate=0.1).tolist() == pytest.approx([0.7])


def test_weight_decay_is_l2_for_plain_descent_only():
    x, gradient = np.array([3.0, -2.0]), np.array([10.0, 0.1])
    decayed = x * (1 - 0.1 * 0.5)
    np.testing.assert_allclose(sgd(x, gradient, {}, rate=0.1, weight_decay=0.5), sgd(decayed, gradient, {}, rate=0.1))
    inside = adam(x, gradient, {}, rate=0.1, weight_decay=0.5)
    beside = adamw(x, gradient, {}, rate=0.1, weight_decay=0.5)
    assert np.abs(inside - beside).max() > 0.05
    np.testing.assert_allclose(inside, adam(x, gradient, {}, rate=0.1), atol=0.21)  # the decay is divided away ...
    assert inside[0] == pytest.approx(adam(x, gradient, {}, rate=0.1)[0])  # ... where its sign is the gradient's


@pytest.mark.parametrize("name", OPTIMIZERS)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_many_points_at_once_are_many_walks(name, seed):
    starts = np.random.default_rng(seed).normal(size=(3, 5))
    rates = np.array([0.001, 0.01, 0.02])
    state, x = {}, starts
    for _ in range(5):
        x = OPTIMIZERS[name](x, x**3 - x, state, rate=rates[:, None])
    for start, rate, end in zip(starts, rates, x, strict=True):
        state, alone = {}, start
        for _ in range(5):
            alone = OPTIMIZERS[name](alone, alone**3 - alone, state, rate=rate)
        np.testing.assert_array_equal(end, alone)


@pytest.mark.parametrize("name", [*OPTIMIZERS, "muon"])
def test_point_and_gradient_stay_as_they_are(name):
    x, gradient, state = np.ones((2, 2)), np.full((2, 2), 0.5), {}
    for _ in range(3):
        {**OPTIMIZERS, "muon": muon}[name](x, gradient, state, rate=0.1)
    assert x.tolist() == [[1, 1], [1, 1]]
    assert gradient.tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_no_torch():
    code = "import sys; from ailiteracy.basics import descent, schedule_shapes; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


ONE = np.ones(2)
BAD_CALLS = [
    (lambda: sgd(ONE, ONE, {}, rate=-0.1), ValueError, ["`rate`", "finite number > 0", "got -0.1"]),
    (lambda: sgd(ONE, ONE, {}, rate=0), ValueError, ["`rate`", "> 0", "got 0"]),
    (lambda: adam(ONE, ONE, {}, rate="fast"), TypeError, ["`rate`", "got 'fast'"]),
    (lambda: adam(ONE, ONE, {}, rate=float("nan")), ValueError, ["`rate`", "got nan"]),
    (lambda: sgd(ONE, ONE, {}, weight_decay=-1), ValueError, ["`weight_decay`", ">= 0", "Use 0 for none"]),
    (lambda: momentum(ONE, ONE, {}, beta=1.0), ValueError, ["`beta`", "below 1", "got 1.0", "0.9 is usual"]),
    (lambda: momentum(ONE, ONE, {}, beta="a lot"), TypeError, ["`beta`", "got 'a lot'"]),
    (lambda: adam(ONE, ONE, {}, betas=(0.9, 1.5)), ValueError, ["`betas[1]`", "below 1", "got 1.5"]),
    (lambda: adam(ONE, ONE, {}, betas=(-0.1, 0.9)), ValueError, ["`betas[0]`", "from 0", "got -0.1"]),
    (lambda: adamw(ONE, ONE, {}, betas=0.9), TypeError, ["`betas`", "two numbers", "(0.9, 0.999)"]),
    (lambda: lion(ONE, ONE, {}, betas=(0.9,)), TypeError, ["`betas`", "two numbers"]),
    (lambda: muon(ONE, ONE, {}), ValueError, ["`gradient`", "a matrix", "Use adamw"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
