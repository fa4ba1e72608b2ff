"""Curves: the error where the network learned, and what it says beyond."""

import numpy as np
import pytest
import torch

from ailiteracy.basics import CurveResult, fit_curve


@pytest.fixture(scope="module")
def result():
    return fit_curve("sin", epochs=600, progress=False)


def test_sine(result):
    assert isinstance(result, CurveResult)
    assert sum(weight.numel() for weight in result.model.parameters()) == 1_153
    assert result.error < 0.05
    assert result.error == pytest.approx(np.sqrt(np.mean((result.predictions - np.sin(result.x))[result.inside] ** 2)))
    assert len(result.losses) == 600


def test_nothing_is_known_beyond_the_samples(result):
    assert result.error_outside > 5 * result.error
    assert result.x[0] == pytest.approx(-3 * np.pi)
    assert result.x[result.inside].max() == pytest.approx(2 * np.pi, abs=0.04)


def test_without_activation_it_is_a_straight_line():
    line = fit_curve("sin", activation="none", hidden=(8,), epochs=200, progress=False)
    np.testing.assert_allclose(np.diff(line.predictions, 2), 0, atol=1e-5)
    assert line.error > 0.5


def test_steps():
    assert fit_curve("steps", epochs=300, progress=False).error < 0.3
    # The best constant has the deviation of the steps as its error.
    assert fit_curve("steps", epochs=1, learning_rate=1e-9, progress=False).error > 1


def test_own_curve():
    result = fit_curve(lambda x: 0.5 * x, hidden=(), epochs=300, learning_rate=0.1, progress=False)
    assert result.error < 0.05
    assert result.error_outside < 0.1  # a line goes on as it should
    assert result.name == "your curve"


def test_seeds_text_and_figure(result):
    again = fit_curve("sin", epochs=600, progress=False)
    np.testing.assert_array_equal(result.predictions, again.predictions)
    left, right = result.plot().axes
    np.testing.assert_array_equal(left.lines[1].get_ydata(), result.predictions)
    np.testing.assert_array_equal(right.lines[0].get_ydata(), result.losses)
    assert "A network with 1,153 weights on sin after 600 steps" in str(result)
    assert "<img" in result._repr_html_()


def test_a_curve_may_change_the_numbers_it_gets():
    def in_place(x):
        x *= 2
        return np.sin(x / 2)

    changed, plain = (fit_curve(curve, epochs=20) for curve in (in_place, lambda x: np.sin(2 * x / 2)))
    assert np.array_equal(changed.x, plain.x)
    assert changed.error == plain.error


BAD_CALLS = [
    (lambda: fit_curve("sine"), ValueError, ["`curve`", "Did you mean 'sin'?"]),
    (lambda: fit_curve(3), TypeError, ["`curve`", "got 3"]),
    (lambda: fit_curve(lambda x: 1.0), ValueError, ["`curve(x)`", "a row"]),
    (lambda: fit_curve(lambda x: x[:3]), ValueError, ["`curve`", "returns 200 numbers"]),
    (lambda: fit_curve(lambda x: x * np.nan), ValueError, ["`curve(x)`", "free of NaN"]),
    (lambda: fit_curve(hidden=8), TypeError, ["`hidden`", "got 8"]),
    (lambda: fit_curve(activation=None), TypeError, ["`activation`", "got None"]),
    (lambda: fit_curve(epochs=2.5), TypeError, ["`epochs`", "an integer"]),
    (lambda: fit_curve(learning_rate=np.inf), ValueError, ["`learning_rate`", "finite"]),
    (lambda: fit_curve(seed=-3), ValueError, ["`seed`", "got -3"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)


def test_an_interrupted_training_says_so(monkeypatch):
    assert not fit_curve("sin", epochs=2, progress=False).interrupted

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(torch.optim.Adam, "step", interrupt)
    assert fit_curve("sin", epochs=2, progress=False).interrupted
