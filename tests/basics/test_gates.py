"""The problems to learn, and the checks of a table."""

import numpy as np
import pytest
import torch

from ailiteracy.basics.clouds import CLOUDS, point_cloud
from ailiteracy.basics.gates import GATES, as_table, read_problem


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("xor", lambda a, b: a != b),
        ("and", lambda a, b: a and b),
        ("or", lambda a, b: a or b),
        ("nand", lambda a, b: not (a and b)),
        ("nor", lambda a, b: not (a or b)),
        ("xnor", lambda a, b: a == b),
    ],
)
def test_gate_answers_as_its_rule_says(name, rule):
    _, X, y = read_problem(name)
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [[float(bool(rule(*row)))] for row in X.astype(bool).tolist()]


def test_every_gate_has_a_rule_above():
    assert set(GATES) == {"xor", "and", "or", "nand", "nor", "xnor", "not"}


def test_not_has_one_input():
    name, X, y = read_problem("not")
    assert (name, X.tolist(), y.tolist()) == ("not", [[0.0], [1.0]], [[1.0], [0.0]])


@pytest.mark.parametrize("name", CLOUDS)
def test_a_cloud_is_a_problem_too(name):
    found, X, y = read_problem(name)
    points, labels = point_cloud(name)
    assert found == name
    np.testing.assert_array_equal(X, points)
    np.testing.assert_array_equal(y, labels[:, None])


def test_own_data_is_copied():
    X, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1])
    name, inputs, targets = read_problem((X, y))
    inputs += 1
    assert name == "your data"
    assert targets.tolist() == [[0.0], [1.0]]
    assert X.tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("y", [[True, False], [[1], [0]], np.array([1.0, 0.0])])
def test_targets_in_any_usual_form(y):
    assert read_problem(([[1], [2]], y))[2].tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_tensors_that_gradients_are_wanted_for(dtype):
    X = torch.tensor([[0.5, 2.0]], dtype=dtype, requires_grad=True)
    assert as_table("X", X).tolist() == [[0.5, 2.0]]


BAD_PROBLEMS = [
    ("xro", ValueError, ["`problem`", "'xor'", "got 'xro'", "Did you mean 'xor'?"]),
    ("XOR", ValueError, ["`problem`", "Did you mean 'xor'?"]),
    ("iris", ValueError, ["`problem`", "got 'iris'", "Pass one of these names"]),
    (3, TypeError, ["`problem`", "a pair (X, y)", "got 3", "xor, and, or"]),
    (None, TypeError, ["`problem`", "got None"]),
    (([[0, 1]],), TypeError, ["`problem`", "a pair (X, y)"]),
    (([0, 1], [0, 1]), ValueError, ["`X`", "(n_samples, n_features)", "Write one row for each sample"]),
    (([[0, 1], [1]], [0, 1]), ValueError, ["`X`", "same length"]),
    (([], []), ValueError, ["`X`", "got []"]),
    ((np.empty((0, 2)), []), ValueError, ["`X`", "shape (0, 2)", "at least one row"]),
    ((np.empty((3, 0)), [0, 1, 0]), ValueError, ["`X`", "shape (3, 0)"]),
    (([["a", "b"]], [0]), TypeError, ["`X`", "a table of numbers", "Turn the values into numbers"]),
    (([[1j]], [0]), TypeError, ["`X`", "got [[1j]]"]),
    (([[None]], [0]), TypeError, ["`X`", "got [[None]]"]),
    (([[0.0, np.nan]], [0]), ValueError, ["`X`", "free of NaN and infinity", "Drop or fill"]),
    (([[np.inf]], [0]), ValueError, ["`X`", "free of NaN and infinity"]),
    (([[1e200]], [0]), ValueError, ["`X`", "at most 1e+100", "Scale them"]),
    (([[0], [1]], [0]), ValueError, ["`y`", "2 zeros and ones", "got [0]", "same number of rows"]),
    (([[0], [1]], [[0, 1], [1, 0]]), ValueError, ["`y`", "2 zeros and ones"]),
    (([[0], [1]], [1, 2]), ValueError, ["`y`", "got [1, 2]", "Write the two classes as 0 and 1"]),
    (([[0], [1]], [0, np.nan]), ValueError, ["`y`", "free of NaN"]),
    (([[0], [1]], ["no", "yes"]), TypeError, ["`y`", "got ['no', 'yes']"]),
]


@pytest.mark.parametrize(("problem", "error", "parts"), BAD_PROBLEMS)
def test_bad_problem_is_explained(problem, error, parts):
    with pytest.raises(error) as caught:
        read_problem(problem)
    for part in parts:
        assert part in str(caught.value)


def test_table_of_the_wrong_width():
    with pytest.raises(ValueError, match=r"`X` must be .* \(n_samples, 3\), got .*\. Each row needs 3 numbers\."):
        as_table("X", [[1, 2]], n_features=3)
