"""Races with tuned rates, and the notes' comparison, done right."""

import numpy as np
import pytest

from ailiteracy.basics.descent import compare_optimizers
from ailiteracy.basics.surfaces import SURFACES


def test_one_rate_for_all_is_unfair():
    """From 5 with rate 0.01 gradient descent lands on the minimum in one step by accident; others hardly move."""
    names = ["sgd", "adam", "adagrad", "adadelta"]
    result = compare_optimizers("quartic", optimizers=names, rates=0.01, n_steps=100, n_starts=1)
    assert result.paths["sgd"][0, 1, 0] == pytest.approx(2.25, abs=1e-12)
    assert result.paths["adam"][0, -1, 0] > 3.9
    assert result.paths["adagrad"][0, -1, 0] > 4.7
    assert result.paths["adadelta"][0, -1, 0] > 4.9
    assert [result.arrived(name) for name in names] == [1, 0, 0, 0]
    assert "adam, adagrad, adadelta mostly not at all" in str(result)
    tuned = compare_optimizers("quartic", optimizers=["sgd", "adam", "adagrad"], n_steps=100)
    assert all(tuned.arrived(name) == 1 for name in ("sgd", "adam", "adagrad"))


def test_decay_moves_the_goal():
    result = compare_optimizers("bowl", optimizers=["adam", "adamw"], rates=0.1, n_steps=2_000, n_starts=1)
    assert result.heights["adam"][0, -1] < 1e-12 < 1e-6 < result.heights["adamw"][0, -1]


def test_turning_the_ravine_takes_the_advantage_of_rates_per_coordinate():
    straight, turned = (compare_optimizers(name) for name in ("ravine", "turned ravine"))
    assert straight.median_steps("rmsprop") < straight.median_steps("momentum") / 4
    assert turned.median_steps("rmsprop") > turned.median_steps("momentum")
    for result in (straight, turned):
        assert result.median_steps("nesterov") < result.median_steps("momentum") < result.median_steps("sgd")


def test_by_hand():
    result = compare_optimizers("bowl", optimizers=["sgd"], rates=0.5, n_starts=1, n_steps=20)
    # The height is (dx^2 + 3 dy^2) / 2 with dx = -4 * 0.5^n and dy = 4 * (-0.5)^n: a quarter after each step.
    np.testing.assert_allclose(result.heights["sgd"][0], 32 * 0.25 ** np.arange(21), rtol=1e-12)
    assert result.steps["sgd"].tolist() == [5]  # 0.25^4 = 0.0039, 0.25^5 = 0.00098
    assert result.rates == {"sgd": 0.5}
    assert not result.tuned


def test_tuned_rate_beats_its_neighbours():
    result = compare_optimizers("ravine", optimizers=["sgd"], n_steps=200)
    rate = result.rates["sgd"]
    assert 0.01 < rate < 0.02  # above 2 / 100 every step across the ravine overshoots by more than it repairs
    slower = compare_optimizers("ravine", optimizers=["sgd"], rates=rate / 2, n_steps=400)
    assert slower.median_steps("sgd") > result.median_steps("sgd")
    assert compare_optimizers("ravine", optimizers=["sgd"], rates=0.021).diverged("sgd")


def test_same_seed_same_walks():
    one, two = (compare_optimizers("beale", optimizers=["adam"], n_steps=20, rng=3) for _ in range(2))
    np.testing.assert_array_equal(one.paths["adam"], two.paths["adam"])
    assert one.paths["adam"].shape == (10, 21, 2)
    assert one.paths["adam"][0, 0].tolist() == list(SURFACES["beale"].start)


BAD_CALLS = [
    (lambda: compare_optimizers(optimizers=["adma"]), ValueError, ["`optimizers`", "Did you mean 'adam'?"]),
    (lambda: compare_optimizers(optimizers="adam"), TypeError, ["`optimizers`", "a list of names", "['sgd', 'adam']"]),
    (lambda: compare_optimizers(optimizers=[]), ValueError, ["`optimizers`", "at least one name"]),
    (lambda: compare_optimizers(optimizers=["muon"]), ValueError, ["`optimizers`", "matrices", "'lion'"]),
    (lambda: compare_optimizers(rates=-1), ValueError, ["`rates`", "> 0", "got -1"]),
    (lambda: compare_optimizers(rates={"sgd": 0.1}), ValueError, ["`rates`", "each optimizer", "'momentum' has none"]),
    (lambda: compare_optimizers(rates={"sdg": 0.1}), ValueError, ["`rates`", "Did you mean 'sgd'?"]),
    (lambda: compare_optimizers(optimizers=["sgd"], rates={"sgd": 0}), ValueError, ["`rates['sgd']`", "> 0"]),
    (lambda: compare_optimizers(n_steps=0), ValueError, ["`n_steps`", "from 1", "got 0"]),
    (lambda: compare_optimizers(n_starts=1.5), TypeError, ["`n_starts`", "an integer", "got 1.5"]),
    (lambda: compare_optimizers(rng=-1), ValueError, ["`rng`", ">= 0"]),
]


@pytest.mark.parametrize(("call", "kind", "words"), BAD_CALLS)
def test_bad_input(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
