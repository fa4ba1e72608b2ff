"""Surfaces with right gradients and minima; own ones; bad ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.basics.descent import compare_optimizers
from ailiteracy.basics.surfaces import SURFACES, Surface

TWO = {"low": (-4.0,), "high": (4.0,)}


@pytest.mark.parametrize("name", SURFACES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_gradients_are_right(name, seed):
    surface = SURFACES[name]
    d = len(surface.start)
    point = np.random.default_rng(seed).uniform(-3, 3, d)
    for axis in range(d):
        h = np.eye(d)[axis] * 1e-5
        numeric = (surface.value(point + h) - surface.value(point - h)) / 2e-5
        assert surface.gradient(point)[axis] == pytest.approx(float(numeric), rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("name", SURFACES)
def test_minima_are_the_lowest_points(name):
    surface = SURFACES[name]
    for minimum in surface.minima:
        np.testing.assert_allclose(surface.gradient(np.array(minimum)), 0, atol=1e-9)
        assert float(surface.value(np.array(minimum))) == pytest.approx(surface.lowest, abs=1e-9)
    points = np.random.default_rng(0).uniform(-5, 5, (2_000, len(surface.start)))
    assert (surface.value(points) >= surface.lowest - 1e-9).all()
    assert str(surface).startswith(f"The surface {name!r}: lowest, ")


def test_the_minimum_of_the_notes_curve():
    quartic = SURFACES["quartic"]
    assert quartic.minima == ((2.25,),)
    assert quartic.lowest == pytest.approx(-6.543, abs=1e-3)
    assert quartic.gradient(np.array([0.0])).tolist() == [0.0]  # flat, and no minimum
    assert float(quartic.value(np.array([0.1]))) < float(quartic.value(np.array([0.0])))


def test_own_surface():
    cone = Surface("valley", lambda x: x[..., 0] ** 2, lambda x: 2 * x, (3.0,), (1.0,), ((0.0,),), **TWO)
    assert compare_optimizers(cone, optimizers=["sgd"], rates=0.5, n_starts=1).steps["sgd"].tolist() == [1]


def surface(**changes):
    parts = {"value": lambda x: x[..., 0] ** 2, "gradient": lambda x: 2 * x, "start": (3.0,), "spread": (1.0,),
             "minima": ((0.0,),), **TWO} | changes  # fmt: skip
    return Surface("mine", **parts)


BAD_CALLS = [
    (lambda: compare_optimizers("ravin"), ValueError, ["`surface`", "'ravin'", "Did you mean 'ravine'?"]),
    (lambda: compare_optimizers(3), TypeError, ["`surface`", "got 3", "or a Surface"]),
    (lambda: compare_optimizers(surface(start=(1.0, 2.0))), ValueError, ["`surface`", "all hold one number"]),
    (lambda: compare_optimizers(surface(value=lambda x: x)), ValueError, ["`surface`", "heights (n,)", "x[..., 0]"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
