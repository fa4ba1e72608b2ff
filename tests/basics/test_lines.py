"""What a line search leaves behind: the losses on other points, and rows of numbers read from anything."""

import numpy as np
import pytest
import torch

from ailiteracy.basics import LineResult, fit_line
from ailiteracy.basics.lines import as_row


def test_losses_on_other_points_by_hand():
    line = fit_line([0, 1], [0, 0], start=(1, 1), learning_rate=0.1, steps=1)
    # Errors 1 and 2: slopes mean(0, 4) = 2 and mean(2, 4) = 3, so the line goes to w = 0.8, b = 0.7.
    assert (line.weight, line.bias) == (pytest.approx(0.8), pytest.approx(0.7))
    np.testing.assert_allclose(line.losses_on([2], [1]), [4.0, 1.3**2])  # 1 * 2 + 1 - 1 = 2, 0.8 * 2 + 0.7 - 1 = 1.3


def test_labels_are_predicted_from_inputs_and_not_from_other_points():
    x = np.arange(50) * 0.02
    y, blue, green = 0.7 * x + 0.3, slice(40), slice(40, None)  # the notes' colours: to learn from, to test
    weight, bias = fit_line(x[blue], y[blue]).best
    np.testing.assert_allclose(weight * x[green] + bias, y[green])
    assert (weight * x[blue] + bias).max() < y[green].min()  # from the blue inputs no green label comes


def test_absolute_losses_on_other_points():
    line = LineResult(*np.zeros((2, 1)), "l1", 0.1, np.array([1.0]), np.array([0.0]), np.zeros(0), np.zeros((0, 2)))
    assert line.losses_on([-2, 4], [0, 0]).tolist() == [3.0]


def test_best_line_by_hand():
    assert fit_line([0, 1, 2], [1, 3, 5]).best == (pytest.approx(2), pytest.approx(1))
    assert fit_line([5], [10], learning_rate=0.01).best == (pytest.approx(50 / 26), pytest.approx(10 / 26))  # shortest


@pytest.mark.parametrize(
    "values", [[1, 2], (1.0, 2.0), np.array([[1], [2]]), torch.tensor([1.0, 2.0]), torch.ones(2, 1).cumsum(0)]
)
def test_rows_of_many_kinds(values):
    assert as_row("x", values).tolist() == [1, 2]


def test_a_tensor_with_gradients_is_a_row():
    assert as_row("x", torch.ones(2, requires_grad=True)).tolist() == [1, 1]
    assert as_row("x", torch.ones(2, dtype=torch.bfloat16)).tolist() == [1, 1]


def test_columns_of_the_table_stay_apart_whatever_the_numbers():
    table = fit_line([50, 80, 120], [150000, 240000, 360000], learning_rate=1e-4, steps=2).table()
    heading, *rows = table.splitlines()
    assert [len(row.split()) for row in rows] == [6, 6]
    assert {len(row) for row in rows} == {len(heading)}
    assert rows[0].split()[:3] == ["1", "6.99e+10", "-4.66e+07"]


def test_a_line_without_a_step_has_text_table_and_figure():
    nothing = np.zeros(0), np.zeros((0, 2))
    line = LineResult(np.arange(3.0), np.arange(3.0), "mse", 0.1, np.array([2.0]), np.array([0.5]), *nothing)
    assert str(line).endswith("weight 2.0000, bias 0.5000 (closed form: 1.0000, 0.0000); no step was finished.")
    assert line.table().split() == ["step", "loss", "slope", "w", "slope", "b", "w", "b"]
    right = line.plot().axes[1]
    assert (len(right.lines[0].get_ydata()), right.get_yscale()) == (0, "linear")
    assert "<img" in line._repr_html_()


BAD_CALLS = [
    (lambda: as_row("x", 3), ValueError, ["`x`", "(n,) or (n, 1)", "got 3"]),
    (lambda: as_row("x", [[1, 2]]), ValueError, ["`x`", "one number for each sample"]),
    (lambda: as_row("x", [1j]), TypeError, ["`x`", "numbers first"]),
    (lambda: as_row("x", None), TypeError, ["`x`", "got None"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
