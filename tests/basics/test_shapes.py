"""Width and depth: the table of errors is that of the single runs, and more neurons do better."""

import numpy as np
import pytest
import torch

from ailiteracy.basics import ShapesResult, compare_shapes, fit_curve


@pytest.fixture(scope="module")
def result():
    return compare_shapes(widths=(2, 16), depths=(1, 2), activation="relu", epochs=200, n_seeds=2, progress=False)


def test_every_entry_is_a_run(result):
    assert isinstance(result, ShapesResult)
    assert result.errors.shape == (2, 2, 2)
    run = fit_curve("sin", hidden=(16, 16), activation="relu", epochs=200, seed=1, progress=False)
    assert result.errors[1, 1, 1] == run.error
    assert result.n_weights.tolist() == [[7, 49], [13, 321]]
    np.testing.assert_allclose(result.medians, result.errors.mean(axis=2))  # of two seeds the median is the mean


def test_wider_and_deeper_is_nearer(result):
    assert (result.medians[:, 1] < result.medians[:, 0]).all()
    assert result.medians[1, 1] < result.medians[0, 1]


def test_figure_and_text(result):
    (axes,) = result.plot().axes
    lines = [line for line in axes.lines if line.get_label().endswith("median")]
    np.testing.assert_array_equal([line.get_ydata() for line in lines], result.medians)
    assert "2 seeds on sin with relu, for 2, 16 neurons in a layer: 1 hidden: 0." in str(result)
    assert "<img" in result._repr_html_()


def test_ctrl_c_ends_the_comparison(monkeypatch):
    step, steps = torch.optim.Adam.step, []

    def interrupt_once(optimizer, *args, **kwargs):
        steps.append(optimizer)
        if len(steps) == 3:
            raise KeyboardInterrupt
        return step(optimizer, *args, **kwargs)

    monkeypatch.setattr(torch.optim.Adam, "step", interrupt_once)
    with pytest.raises(KeyboardInterrupt):
        compare_shapes(widths=(2,), depths=(1,), epochs=5, n_seeds=2, progress=False)
    assert len(steps) == 3  # no other network was begun


BAD_CALLS = [
    (lambda: compare_shapes("sni"), ValueError, ["`curve`", "Did you mean 'sin'?"]),
    (lambda: compare_shapes(widths=()), ValueError, ["`widths`", "at least one"]),
    (lambda: compare_shapes(depths=3), TypeError, ["`depths`", "got 3"]),
    (lambda: compare_shapes(widths=(0,)), ValueError, ["`widths[0]`", "got 0"]),
    (lambda: compare_shapes(n_seeds=0), ValueError, ["`n_seeds`", "got 0"]),
    (lambda: compare_shapes(depths=(200,)), ValueError, ["`depths[0]`", "50"]),
    (lambda: compare_shapes(activation="rleu"), ValueError, ["`activation`", "Did you mean 'relu'?"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
