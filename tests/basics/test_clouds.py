"""The clouds have the shape their name says, and chance only moves points within it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics import perceptron_demo, point_cloud
from ailiteracy.basics.clouds import CLOUDS


def test_circles_without_noise():
    X, y = point_cloud("circles", n_samples=50, noise=0)
    np.testing.assert_allclose(np.hypot(*X.T), np.where(y == 1, 0.5, 1.0))


def test_moons_without_noise():
    X, y = point_cloud("moons", n_samples=50, noise=0)
    # Turning class 1 by half a circle around the middle lays it on class 0: the upper half of a circle.
    arc = np.where(y[:, None] == 1, -X, X) + np.array([0.5, 0.25])
    np.testing.assert_allclose(np.hypot(*arc.T), 1.0)
    assert (arc[:, 1] >= 0).all()


def test_spiral_without_noise():
    X, y = point_cloud("spiral", n_samples=60, noise=0)
    radius = np.hypot(*X.T)
    assert radius.min() >= 0.1
    assert radius.max() <= 1
    straight = np.arctan2(X[:, 1], X[:, 0]) - 3 * np.pi * radius - np.pi * y
    np.testing.assert_allclose(np.cos(straight), 1.0)


def test_one_line_separates_the_blobs_and_no_other_cloud():
    separable = [name for name in CLOUDS if perceptron_demo(name, max_epochs=300).converged]
    assert separable == ["blobs"]


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(sorted(CLOUDS)), n_samples=st.integers(2, 60), seed=st.integers(0, 99))
def test_half_of_the_points_in_each_class_and_same_seed_same_points(name, n_samples, seed):
    X, y = point_cloud(name, n_samples=n_samples, rng=seed)
    assert X.shape == (n_samples, 2)
    assert y.tolist() == [0] * (n_samples // 2) + [1] * (n_samples - n_samples // 2)
    np.testing.assert_array_equal(X, point_cloud(name, n_samples=n_samples, rng=np.random.default_rng(seed))[0])
    assert (point_cloud(name, n_samples=n_samples, rng=seed + 100)[0] != X).any()


def test_noise_has_its_size():
    calm, _ = point_cloud("moons", n_samples=20_000, noise=0)
    loud, _ = point_cloud("moons", n_samples=20_000, noise=0.3)
    assert (loud - calm).std() == pytest.approx(0.3, rel=0.02)


CASES = [
    ({"name": "moon"}, ValueError, ["`name`", "Did you mean 'moons'?"]),
    ({"name": 3}, TypeError, ["`name`", "got 3"]),
    ({"name": "moons", "n_samples": 1}, ValueError, ["`n_samples`", "from 2 to 1000000", "got 1"]),
    ({"name": "moons", "n_samples": 10.0}, TypeError, ["`n_samples`", "got 10.0"]),
    ({"name": "moons", "noise": -0.1}, ValueError, ["`noise`", "from 0 to 100", "got -0.1"]),
    ({"name": "moons", "noise": float("nan")}, ValueError, ["`noise`", "got nan"]),
    ({"name": "moons", "rng": "now"}, TypeError, ["`rng`", "got 'now'"]),
]


@pytest.mark.parametrize(("arguments", "error", "parts"), CASES)
def test_bad_input_is_explained(arguments, error, parts):
    with pytest.raises(error) as caught:
        point_cloud(**arguments)
    for part in parts:
        assert part in str(caught.value)
