"""A line by gradient descent: every number of the course, the limit of the step, and what the closed form says."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from ailiteracy.basics import LineResult, fit_line, fit_linear_layer, step_limit
from ailiteracy.training import DivergedError, warmup_cosine

# 50 points on y = 0.7 x + 0.3; the first 40 to learn from, the last 10, all further to the right, to test on.
X = torch.arange(0, 1, 0.02)
Y = 0.7 * X + 0.3
TRAIN, TEST = (X[:40], Y[:40]), (X[40:], Y[40:])


def random_start(seed):
    """The first weight and bias of a module whose two parameters are drawn by torch.randn."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return torch.randn(1).item(), torch.randn(1).item()


# Step by step: prediction, then loss, slope of w, slope of b, w and b after the step. The notes' table is wrong from
# its first forward pass on (1.5 * 3 - 0.5 is 4, not 3.5); these rows follow from pencil and paper.
HAND = [
    ([1.0, 2.5, 4.0], [2.41667, -6.66667, -3.00000, 1.56667, -0.47000]),
    ([1.09667, 2.66333, 4.23000], [1.91186, -5.92444, -2.67333, 1.62591, -0.44327]),
    ([1.18264, 2.80856, 4.43447], [1.51283, -5.26456, -2.38289, 1.67856, -0.41944]),
    ([1.25912, 2.93768, 4.61623], [1.19742, -4.67789, -2.12465, 1.72534, -0.39819]),
    ([1.32714, 3.05248, 4.77782], [0.94809, -4.15630, -1.89504, 1.76690, -0.37924]),
]
NOTES = {"mse": [3.167, 2.109, 1.761, 1.429, 1.123], "w": [1.53833, 1.56956, 1.59668, 1.62098, 1.64374]}


def test_five_steps_by_hand():
    line = fit_line([1, 2, 3], [2, 4, 6], start=(1.5, -0.5), steps=5)
    for i, (predictions, row) in enumerate(HAND):
        said = line.weights[i] * line.x + line.biases[i]
        np.testing.assert_allclose(said, predictions, atol=6e-6)
        found = [line.losses[i], *line.slopes[i], line.weights[i + 1], line.biases[i + 1]]
        np.testing.assert_allclose(found, row, atol=6e-6)
    assert (np.abs(line.losses - NOTES["mse"]) > 0.1).all()
    assert (np.abs(line.weights[1:] - NOTES["w"]) > 0.02).all()
    assert line.table().splitlines()[5] == "   5   0.94809  -4.15630  -1.89504   1.76690  -0.37924"
    assert len(line.table(99).splitlines()) == 6


@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_same_steps_as_autograd(loss):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 12))
    line = fit_line(x, y, start=(0.3, -0.2), loss=loss, learning_rate=0.05, steps=20)
    parameters = torch.tensor([0.3, -0.2], dtype=torch.float64, requires_grad=True)
    inputs, targets = torch.tensor(x), torch.tensor(y)
    for i in range(20):
        error = parameters[0] * inputs + parameters[1] - targets
        value = (error**2).mean() if loss == "mse" else error.abs().mean()
        (slope,) = torch.autograd.grad(value, parameters)
        np.testing.assert_allclose(line.slopes[i], slope, atol=1e-12)
        np.testing.assert_allclose(line.losses[i], value.item(), atol=1e-12)
        with torch.no_grad():
            parameters -= 0.05 * slope
    np.testing.assert_allclose([line.weight, line.bias], parameters.detach(), atol=1e-12)


# Training loss before the step, test loss after it, for every tenth step.
L1_100 = """
    0.31288 0.48107
    0.19767 0.34636
    0.08909 0.21730
    0.05315 0.14464
    0.04544 0.11361
    0.04168 0.09920
    0.03819 0.08887
    0.03476 0.08059
    0.03132 0.07232
    0.02789 0.06474
"""


def test_course_table_of_100_epochs():
    start = random_start(42)
    assert [round(value, 4) for value in start] == [0.3367, 0.1288]
    assert [round(value, 4) for value in random_start(123)] == [-0.1115, 0.1204]
    line = fit_line(*TRAIN, start=start, loss="l1", steps=200)
    test_losses = line.losses_on(*TEST)
    for i, row in enumerate(L1_100.strip().splitlines()):
        assert f"{line.losses[10 * i]:.5f} {test_losses[10 * i + 1]:.5f}" == row.strip()
    assert (round(line.weights[100], 4), round(line.biases[100], 4)) == (0.5784, 0.3513)
    assert (round(line.weights[200], 4), round(line.biases[200], 4)) == (0.6990, 0.3093)
    said = line.weights[100] * X[40:].double().numpy() + line.biases[100]
    assert [f"{value:.4f}" for value in (said[0], said[1], said[-1])] == ["0.8141", "0.8256", "0.9182"]
    untrained = line.weights[0] * X[40:].double().numpy() + line.biases[0]
    assert [f"{value:.4f}" for value in untrained[[0, -1]]] == ["0.3982", "0.4588"]


def test_a_fixed_step_on_the_absolute_error_never_comes_to_rest():
    line = fit_line(*TRAIN, start=random_start(42), loss="l1", steps=5_000)
    test_losses = line.losses_on(*TEST)
    # Two lines take turns for ever: one step over the minimum, one back.
    np.testing.assert_allclose(line.weights[1000::2], line.weights[1000], atol=1e-9)
    np.testing.assert_allclose(line.weights[1001::2], line.weights[1001], atol=1e-9)
    assert sorted(f"{value:.5f}" for value in line.losses[-2:]) == ["0.00259", "0.00893"]
    assert f"{test_losses[-2:].min():.5f}" == "0.00502"
    # The steps keep their length, 0.01 times the mean sign; shorter and shorter steps end the dance.
    falling = fit_line(*TRAIN, start=random_start(42), loss="l1", steps=5_000, schedule=warmup_cosine)
    assert falling.losses[-1] < 1e-4


L1_1000 = """
    0.5551779 0.5739762
    0.0062157 0.0140867
    0.0012645 0.0138018
"""


def test_course_table_of_1000_epochs_with_a_layer():
    line = fit_linear_layer(*TRAIN, loss="l1", steps=1_000, seed=42)
    test_losses = line.losses_on(*TEST)
    assert (round(line.weights[0], 4), round(line.biases[0], 4)) == (0.7645, 0.8300)
    rows = [(line.losses[i], test_losses[i + 1]) for i in range(0, 1_000, 100)]
    expected = [list(map(float, row.split())) for row in L1_1000.strip().splitlines()]
    np.testing.assert_allclose(rows, expected + expected[-1:] * 7, atol=3e-7)
    assert (round(line.weight, 4), round(line.bias, 4)) == (0.6968, 0.3025)
    said = line.weight * X[40:] + line.bias
    assert [f"{value:.4f}" for value in (said[0], said[-1])] == ["0.8600", "0.9854"]


def test_layer_and_hand_take_the_same_way():
    layer = fit_linear_layer(*TRAIN, learning_rate=0.5, steps=50, seed=3)
    hand = fit_line(*TRAIN, start=(layer.weights[0], layer.biases[0]), learning_rate=0.5, steps=50)
    np.testing.assert_allclose(layer.weights, hand.weights, atol=1e-5)
    np.testing.assert_allclose(layer.slopes, hand.slopes, atol=1e-5)


def test_the_bias_converges_slowly():
    x = np.linspace(0, 10, 20)
    short, long = (fit_line(x, 3 * x + 2, steps=steps) for steps in (200, 2_000))
    assert abs(short.weight - 3) < 0.1 < 0.5 < abs(short.bias - 2)  # the notes expect both to have arrived
    assert abs(long.bias - 2) < 1e-4
    # The slow direction shrinks by 1 - rate * smallest curvature in each step.
    smallest = np.linalg.eigvalsh(2 * np.array([[x @ x, x.sum()], [x.sum(), 20]]) / 20)[0]
    assert smallest == pytest.approx(0.527, abs=1e-3)
    assert (short.biases[200] - 2) / (short.biases[100] - 2) == pytest.approx((1 - 0.01 * smallest) ** 100, rel=1e-3)
    # Scaled inputs have no slow direction: a dozen steps do.
    scaled = fit_line((x - x.mean()) / x.std(), 3 * x + 2, learning_rate=0.4, steps=12)
    assert scaled.losses[-1] < 1e-10


@pytest.mark.parametrize("x", [np.linspace(0, 10, 20), X.numpy(), np.array([-1.0, 1.0]), np.array([5.0])])
def test_step_limit_is_where_it_turns(x):
    limit = step_limit(x)
    y = 3 * x + 2
    below = fit_line(x, y, learning_rate=0.99 * limit, steps=400)
    above = fit_line(x, y, learning_rate=1.01 * limit, steps=400)
    assert below.losses[-1] < below.losses[0]
    assert above.losses[-1] > above.losses[0]


def test_step_limit_of_the_course():
    assert step_limit(np.linspace(0, 10, 20)) == pytest.approx(2 / 69.894, rel=1e-4)
    with pytest.raises(ValueError, match=r"must stay below 0\.02861"):
        fit_line(np.linspace(0, 10, 20), np.linspace(2, 32, 20), learning_rate=0.1, steps=2_000)
    with pytest.raises(DivergedError):
        fit_linear_layer(np.linspace(0, 10, 20), np.linspace(2, 32, 20), learning_rate=0.1, steps=2_000)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 30))
def test_reaches_the_closed_form(seed, n):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    x = (x - x.mean()) / max(x.std(), 1e-9)
    y = rng.normal(size=n)
    line = fit_line(x, y, learning_rate=0.4, steps=100)
    np.testing.assert_allclose([line.weight, line.bias], line.best, atol=1e-8)
    np.testing.assert_allclose(line.best, np.polyfit(x, y, 1), atol=1e-8)
    np.testing.assert_allclose(line.losses_on(x, y)[:-1], line.losses, atol=1e-12)


def test_own_points_and_the_random_state_stay_as_they_are():
    x, y = np.arange(3.0), np.ones(3)
    before = torch.get_rng_state()
    fit_line(x, y)
    fit_linear_layer(x, y, steps=2)
    assert x.tolist() == [0, 1, 2]
    assert torch.equal(torch.get_rng_state(), before)


def test_text_figure_and_html():
    line = fit_line([1, 2, 3], [2, 4, 6], start=(1.5, -0.5), steps=5)
    assert isinstance(line, LineResult)
    assert "weight 1.7669, bias -0.3792 (closed form: 2.0000, " in str(line)
    left, right = line.plot().axes
    assert left.get_title() == "y = 1.767 x + -0.379"
    np.testing.assert_array_equal(right.lines[0].get_ydata(), line.losses)
    assert "<img" in line._repr_html_()
    assert fit_line([0.0], [0.0]).plot().axes[1].get_yscale() == "linear"  # a loss of 0 has no logarithm


@pytest.mark.parametrize("n_finished", [0, 1, 3])
def test_an_interruption_leaves_the_steps_until_then(n_finished):
    def stop(step, n_steps):
        if step == n_finished:
            raise KeyboardInterrupt
        return 1.0

    stopped = fit_linear_layer(*TRAIN, steps=10, schedule=stop)
    whole = fit_linear_layer(*TRAIN, steps=10)
    for name, length in (("weights", n_finished + 1), ("biases", n_finished + 1), ("losses", n_finished)):
        np.testing.assert_array_equal(getattr(stopped, name), getattr(whole, name)[:length])
    np.testing.assert_array_equal(stopped.slopes, whole.slopes[:n_finished])
    assert f"A line after {n_finished} steps" in str(stopped)
    assert stopped.plot().axes[0].get_title() == f"y = {stopped.weight:.3f} x + {stopped.bias:.3f}"


# What the course says about PyTorch on the way, and what is so.


def test_a_linear_layer_by_hand():
    a = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    b = torch.tensor([[7.0, 10.0], [8.0, 11.0], [9.0, 12.0]])
    with pytest.raises(RuntimeError, match="3x2 and 3x2"):
        a @ b
    assert (a @ b.mT).tolist() == [[27, 30, 33], [61, 68, 75], [95, 106, 117]]
    with torch.random.fork_rng():
        torch.manual_seed(42)
        layer = nn.Linear(2, 6)
    rows = layer(a).detach()
    assert [f"{value:.4f}" for value in rows[0]] == ["2.2368", "1.2292", "0.4714", "0.3864", "0.1309", "0.9838"]
    assert [f"{value:.4f}" for value in rows[2, [0, -1]]] == ["6.7469", "3.9716"]
    torch.testing.assert_close(rows, (a @ layer.weight.mT + layer.bias).detach())
    assert layer(torch.zeros(7, 5, 2)).shape == (7, 5, 6)  # any number of leading dimensions


def test_a_step_on_a_leaf_outside_no_grad_raises():
    weight = torch.tensor([1.0], requires_grad=True)
    (weight**2).sum().backward()
    with pytest.raises(RuntimeError, match="leaf Variable"):
        weight -= 0.1 * weight.grad


def test_a_parameter_requires_gradients_without_being_told():
    assert nn.Parameter(torch.zeros(1)).requires_grad


def test_evaluation_mode_does_not_stop_gradients():
    layer = nn.Linear(1, 1).eval()
    assert layer(torch.ones(1, 1)).requires_grad
    with torch.inference_mode():
        assert not layer(torch.ones(1, 1)).requires_grad


def test_data_on_another_device_is_an_error_and_not_a_copy():
    with pytest.raises((RuntimeError, NotImplementedError)):
        nn.Linear(1, 1)(torch.ones(1, 1, device="meta")).sum().item()


def test_torch_load_reads_weights_only_unless_told_otherwise(tmp_path):
    torch.save({"x": Unknown()}, tmp_path / "model.pt")
    with pytest.raises(Exception, match=r"[Ww]eights.only"):
        torch.load(tmp_path / "model.pt")


class Unknown:
    """A class that a file may name, and whose code loading would run."""


BAD_CALLS = [
    (lambda: fit_line([1, 2], [1, 2], schedule=0.5), TypeError, ["`schedule`", "schedule(step, n_steps)", "got 0.5"]),
    (lambda: fit_linear_layer([1, 2], [1, 2], schedule=0.5), TypeError, ["`schedule`", "got 0.5"]),
    (lambda: fit_line([1, 2], [1, 2], schedule=lambda *_: None), TypeError, ["`schedule(step, n_steps)`", "got None"]),
    (lambda: fit_line([1, 2], [1]), ValueError, ["`y`", "as many numbers as x (2)", "got 1"]),
    (lambda: fit_line([], []), ValueError, ["`x`", "at least one number", "got []"]),
    (lambda: fit_line([[1, 2], [3]], [1, 2]), ValueError, ["`x`", "a row"]),
    (lambda: fit_line([[1, 2], [3, 4]], [1, 2]), ValueError, ["`x`", "(n,) or (n, 1)", "one number for each"]),
    (lambda: fit_line(["a"], [1]), TypeError, ["`x`", "Turn the values into numbers"]),
    (lambda: fit_line([1, np.nan], [1, 2]), ValueError, ["`x`", "free of NaN", "Drop or fill"]),
    (lambda: fit_line([1], [np.inf]), ValueError, ["`y`", "free of NaN and infinity"]),
    (lambda: fit_line([1e200], [1]), ValueError, ["`x`", "at most 1e+100", "Scale them"]),
    (lambda: fit_line([1], [1], loss="mes"), ValueError, ["`loss`", "Did you mean 'mse'?"]),
    (lambda: fit_line([1], [1], loss=2), TypeError, ["`loss`", "got 2"]),
    (lambda: fit_line([1], [1], steps=0), ValueError, ["`steps`", "from 1", "got 0"]),
    (lambda: fit_line([1], [1], learning_rate=0), ValueError, ["`learning_rate`", "> 0", "got 0"]),
    (lambda: fit_line([1], [1], start=3), TypeError, ["`start`", "a pair (weight, bias)", "got 3"]),
    (lambda: fit_line([1], [1], start=(1, "b")), TypeError, ["`start[1]`", "a finite number", "'b'"]),
    (lambda: fit_line([1], [1], learning_rate=5, steps=2_000), ValueError, ["`learning_rate`", "stay below 0.5"]),
    (lambda: fit_linear_layer([1], [1], seed=-1), ValueError, ["`seed`", "got -1"]),
    (lambda: fit_linear_layer([1], [1, 2]), ValueError, ["`y`", "as many numbers as x"]),
    (lambda: step_limit([]), ValueError, ["`x`", "at least one number"]),
    (lambda: fit_line([1], [1]).losses_on([1], [2, 3]), ValueError, ["`y`", "as many numbers"]),
    (lambda: fit_line([1], [1]).table(0), ValueError, ["`n_rows`", "got 0"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
