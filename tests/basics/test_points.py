"""Points in the plane: the same in every call, split in the same way, read from anything that holds numbers."""

import numpy as np
import pytest
import torch
from sklearn.datasets import make_circles
from sklearn.model_selection import train_test_split

from ailiteracy.basics.points import POINTS, as_classes, load_points


@pytest.mark.parametrize("name", POINTS)
def test_same_points_in_every_call(name):
    first, second = load_points(name), load_points(name)
    np.testing.assert_array_equal(first.train[0], second.train[0])
    assert [len(first.train[1]), len(first.test[1])] == [800, 200]
    assert set(first.train[1]) == set(range(first.n_classes))


def test_circles_are_those_of_scikit_learn():
    X, y = make_circles(1_000, noise=0.03, random_state=42)
    assert y[:5].tolist() == [1, 1, 1, 1, 0]
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.2, random_state=42)
    data = load_points("circles")
    for found, expected in zip((*data.train, *data.test), (X, y, X_test, y_test), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_own_points_keep_every_row():
    X = np.arange(20.0).reshape(10, 2)
    data = load_points((X, torch.arange(10) % 3))
    rows = np.concatenate([data.train[0], data.test[0]])
    np.testing.assert_array_equal(rows[np.argsort(rows[:, 0])], X)
    assert data.n_classes == 3
    assert data.train[1].dtype == np.int64


def test_whole_floats_and_truth_values_are_class_numbers():
    assert as_classes("y", [0.0, 2.0], n_samples=2).tolist() == [0, 2]
    assert as_classes("y", [[True], [False]], n_samples=2).tolist() == [1, 0]


BAD_CALLS = [
    (lambda: load_points("moon"), ValueError, ["`points`", "Did you mean 'moons'?"]),
    (lambda: load_points(([[1, 2]],)), TypeError, ["`points`", "a pair (X, y)"]),
    (lambda: as_classes("y", [0, 1], n_samples=3), ValueError, ["`y`", "3 whole numbers"]),
    (lambda: as_classes("y", [0, float("nan")], n_samples=2), ValueError, ["`y`", "whole numbers from 0"]),
    (lambda: as_classes("y", "ab", n_samples=2), TypeError, ["`y`", "Number the classes"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
