"""The threshold: where the network changes its mind, between two points of a grid, and what the data can tell."""

import numpy as np
import pytest
import torch

from ailiteracy.basics import ThresholdResult, learn_threshold
from ailiteracy.basics.threshold import zero_crossings


@pytest.fixture(scope="module")
def result():
    return learn_threshold(progress=False)


def test_crossings_by_hand():
    x = np.array([0.0, 1.0, 2.0, 3.0])
    assert zero_crossings(x, np.array([-1.0, 3.0, 2.0, -2.0])).tolist() == [0.25, 2.5]
    assert zero_crossings(x, np.ones(4)).tolist() == []
    assert zero_crossings(x, np.array([-1.0, 0.0, 1.0, 2.0])).tolist() == [1.0]


def test_learns_the_rule(result):
    assert isinstance(result, ThresholdResult)
    assert result.test_accuracy >= 0.98
    assert len(result.thresholds) == 1
    assert abs(result.thresholds[0]) < 0.01


def test_interpolated_border_is_nearer_to_the_network_than_the_grid(result):
    """Bisection on the network itself says where its border is."""
    low, high = -0.1, 0.1
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if result.predict([middle])[0] < 0.5 else (low, middle)
    nearest = result.grid[np.abs(result.probabilities - 0.5).argmin()]  # how the notes find it, and print six digits
    assert abs(result.thresholds[0] - low) < 1e-3 < abs(nearest - low)
    assert result.grid[1] - result.grid[0] == pytest.approx(0.02, abs=1e-4)


def test_the_data_say_no_more_than_a_gap(result):
    below, above = result.gap
    assert below <= 0 < above
    assert not ((result.train_x > below) & (result.train_x < above)).any()
    assert above - below > 0.005  # so a border of six digits is a fact about the network only
    with torch.random.fork_rng():
        torch.manual_seed(42)
        x = torch.randn(200, 1)
    np.testing.assert_array_equal(result.train_x, x[:150, 0].double())
    assert x.abs().max() > 2  # the notes say "from -1 to 1"


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("hidden", [(4,), (32,)])
def test_width_and_activation_matter_little(activation, hidden):
    result = learn_threshold(0.5, hidden=hidden, activation=activation, epochs=400, progress=False)
    assert len(result.thresholds) == 1
    assert abs(result.thresholds[0] - 0.5) < 0.06


def test_worked_example_of_accuracy():
    """The network answers with logits; the class is the place of the larger one."""
    logits = np.array([[2.1, -0.3], [0.5, 1.8], [-1.2, 0.4]])
    assert logits.argmax(axis=1).tolist() == [0, 1, 1]
    assert np.mean(np.array([0, 1, 1, 0, 1]) == [0, 1, 0, 0, 1]) == 0.8


def test_probabilities_text_and_figure(result):
    np.testing.assert_allclose(result.predict(result.grid), result.probabilities)
    assert f"{result.thresholds[0]:.5f}" in str(result)
    left, right = result.plot().axes
    np.testing.assert_array_equal(right.lines[0].get_ydata(), result.probabilities)
    assert left.get_title() == "Classes"
    assert "<img" in result._repr_html_()


@pytest.mark.parametrize(("threshold", "seed", "open_side"), [(1.5, 3207, 1), (-1.5, 5469, 0)])
def test_all_numbers_on_one_side(threshold, seed, open_side):
    result = learn_threshold(threshold, seed=seed, epochs=1)
    assert np.isinf(result.gap).tolist() == [open_side == 0, open_side == 1]
    assert "inf" in repr(result)


BAD_CALLS = [
    (lambda: learn_threshold(3.0), ValueError, ["`threshold`", "from -1.5 to 1.5", "got 3.0"]),
    (lambda: learn_threshold("a"), TypeError, ["`threshold`", "'a'"]),
    (lambda: learn_threshold(epochs=0), ValueError, ["`epochs`", "got 0"]),
    (lambda: learn_threshold(hidden="16"), TypeError, ["`hidden`", "'16'"]),
    (lambda: learn_threshold(activation="tan"), ValueError, ["`activation`", "Did you mean 'tanh'?"]),
    (lambda: learn_threshold(learning_rate=0), ValueError, ["`learning_rate`", "> 0"]),
    (lambda: learn_threshold(seed=-1), ValueError, ["`seed`", "got -1"]),
    (lambda: learn_threshold(epochs=1, progress=False).predict([]), ValueError, ["`x`", "at least one number"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
