"""The check passes right gradients, finds wrong ones, and works in float64 because float32 cannot."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics import GradientCheck, Network, gradient_check


def test_by_hand():
    check = gradient_check(lambda x: x[0] ** 2 * x[1], [3.0, 2.0], lambda x: np.array([2 * x[0] * x[1], x[0] ** 2]))
    assert isinstance(check, GradientCheck)
    assert check.passed
    np.testing.assert_allclose(check.measured, [12.0, 9.0], rtol=1e-9)
    assert check.computed.tolist() == [12.0, 9.0]


def test_sine_of_one_and_a_half_needs_float64():
    check = gradient_check(np.sin, 1.5, np.cos)
    assert check.passed
    assert check.largest_error < 1e-9
    step = np.float32(1e-5)  # the check of the notes
    x = np.float32(1.5)
    crude = (np.sin(x + step) - np.sin(x - step)) / (2 * step)
    assert crude.dtype == np.float32
    assert abs(crude - np.cos(1.5)) / np.cos(1.5) > 0.005  # more than half a percent


FUNCTIONS = {
    "squares": lambda x: (x**2).sum(),
    "exp": lambda x: np.exp(x / 2).sum() / x.size,
    "log": lambda x: np.log(x * x + 1).sum() - x.sum(),
    "tanh": lambda x: (np.tanh(x) * x).sum(),
    "product": lambda x: (x.ravel()[0] + 2) * x.sum() / (1 + (x * x).sum()),
}


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(sorted(FUNCTIONS)), x=st.lists(st.floats(-2, 2), min_size=1, max_size=5))
def test_values_agree_with_small_steps(name, x):
    assert gradient_check(FUNCTIONS[name], x).passed


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, 3), factor=st.sampled_from([0.0, -1.0, 0.999, 1.001, 2.0]), seed=st.integers(0, 99))
def test_one_wrong_slope_is_found(place, factor, seed):
    x = np.random.default_rng(seed).uniform(0.5, 2, size=4)

    def gradient(x):
        slopes = 3 * x**2
        slopes[place] *= factor
        return slopes

    check = gradient_check(lambda x: (x**3).sum(), x, gradient)
    assert not check.passed
    assert (check.errors > check.tolerance).tolist() == [i == place for i in range(4)]
    assert f"1 of 4 slopes disagree; the worst at [{place}]" in str(check)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("loss", ["squared_error", "mse", "cross_entropy"])
def test_back_propagation_passes(activation, loss):
    network = Network((2, 3, 2, 1), activation=activation, rng=3)
    X, y = np.random.default_rng(0).normal(size=(6, 2)), [0, 1, 1, 0, 1, 0]

    def loss_at(parameters, part):
        network.parameters[:] = parameters
        return network.loss_and_gradient(X, y, loss=loss)[part]

    start = network.parameters.copy()
    assert gradient_check(lambda p: loss_at(p, 0), start, lambda p: loss_at(p, 1)).passed


def test_a_function_of_torch():
    torch = pytest.importorskip("torch")

    def gradient(x):
        tensor = torch.from_numpy(x).requires_grad_()
        torch.sin(tensor).prod().backward()
        return tensor.grad

    x = np.array([[0.3, 1.5], [-2.0, 0.7]])
    assert gradient_check(lambda x: torch.sin(torch.from_numpy(x)).prod(), x, gradient).passed


def test_corners_are_measured_as_the_mean_of_both_sides():
    check = gradient_check(lambda x: np.maximum(x, 0).sum(), [1.0, 0.0, -2.0], lambda x: (x > 0) * 1.0)
    assert check.measured[1] == pytest.approx(0.5)
    assert str(check) == "1 of 3 slopes disagree; the worst at [1]: computed 0, measured 0.5."


def test_functions_without_slopes_and_small_or_large_ones():
    assert gradient_check(lambda x: 0.0 * x.sum(), [1.0, 2.0]).passed
    assert gradient_check(lambda x: 7.0, [1.0], lambda x: 0 * x).passed
    assert gradient_check(lambda x: 1e-12 * (x**2).sum(), [1.0, 2.0], lambda x: 2e-12 * x).passed
    assert gradient_check(lambda x: 1e12 * (x**2).sum(), [1.0, 2.0], lambda x: 2e12 * x).passed
    assert not gradient_check(lambda x: 1e-12 * (x**2).sum(), [1.0, 2.0], lambda x: 0 * x).passed
    assert gradient_check(lambda x: (x**2).sum(), np.ones((2, 3))).errors.shape == (2, 3)


def test_the_input_stays_as_it_is():
    x = np.array([1.0, 2.0], dtype=np.float32)

    def spoil(values):
        total = values.sum()
        values[:] = 0
        return total

    gradient_check(spoil, x, np.ones_like)
    assert x.tolist() == [1.0, 2.0]


def test_text_and_figure():
    check = gradient_check(lambda x: (x**2).sum(), [1.0, 2.0], lambda x: np.array([2.0, 0.0]))
    agree, disagree = check.plot().axes[0].lines[1:]
    np.testing.assert_allclose(agree.get_xydata(), [[2.0, 2.0]], rtol=1e-9)
    np.testing.assert_allclose(disagree.get_xydata(), [[4.0, 0.0]], rtol=1e-9)
    plt.close("all")
    assert "<img" in check._repr_html_()


def square(x):
    return (x**2).sum()


CASES = [
    (lambda: gradient_check("f", [1.0]), TypeError, ["`function`", "a function of an array", "got 'f'"]),
    (lambda: gradient_check(square, [1.0], 2.0), TypeError, ["`gradient`", "a function of an array", "got 2.0"]),
    (lambda: gradient_check(square, ["a"]), TypeError, ["`x`", "numbers", "got ['a']"]),
    (lambda: gradient_check(square, [np.nan]), ValueError, ["`x`", "free of NaN"]),
    (lambda: gradient_check(square, []), ValueError, ["`x`", "at least one number"]),
    (lambda: gradient_check(square, [1.0], tolerance=0), ValueError, ["`tolerance`", "> 0", "got 0"]),
    (lambda: gradient_check(lambda x: x, [1.0, 2.0]), TypeError, ["`function`", "a single number", "the sum"]),
    (lambda: gradient_check(lambda x: None, [1.0]), TypeError, ["`function`", "a single number", "got None"]),
    (lambda: gradient_check(lambda x: np.inf, [1.0]), ValueError, ["`function`", "finite around x", "got inf"]),
    (lambda: gradient_check(square, [1.0, 2.0], lambda x: x[:1]), ValueError, ["`gradient`", "(2,)", "shape (1,)"]),
    (lambda: gradient_check(square, [1.0, 2.0], np.array([2.0, 4.0])), TypeError, ["`gradient`", "a function"]),
    (lambda: gradient_check(square, [1.0], lambda x: ["a"]), TypeError, ["`gradient`", "numbers of shape (1,)"]),
    (lambda: gradient_check(lambda x: float(x[0]), [1.0]), TypeError, ["`function`", "a Value", "pass `gradient`"]),
    (lambda: gradient_check(lambda x: np.sin(x).sum(), [1.0]), TypeError, ["`function`", "pass `gradient`"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "parts"), CASES)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
