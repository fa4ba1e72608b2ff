"""Iris: the accuracy over many splits, and no word from the test flowers before the end."""

import statistics

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

from ailiteracy.basics import train_iris


def test_accuracy_on_3_seeds():
    assert statistics.mean(train_iris(seed=seed, progress=False).test_accuracy for seed in range(3)) >= 0.93


@pytest.mark.slow
def test_accuracy_on_20_seeds():
    """Each seed is another split and another start."""
    assert statistics.mean(train_iris(seed=seed, progress=False).test_accuracy for seed in range(20)) >= 0.96


def test_scaling_comes_from_the_training_part_alone():
    flowers = load_iris()
    X, *_ = train_test_split(flowers.data, flowers.target, test_size=0.2, random_state=5, stratify=flowers.target)
    scale = train_iris(epochs=1, seed=5, progress=False).model[0]
    np.testing.assert_allclose(scale.mean, X.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(scale.deviation, X.std(axis=0), rtol=1e-5)
    assert np.abs(scale.mean.numpy() - flowers.data.mean(axis=0)).max() > 1e-3  # not those of all flowers


def test_result():
    result = train_iris(seed=1, progress=False)
    assert result.confusion.sum(axis=1).tolist() == [10, 10, 10]  # every class has its fifth
    assert result.classes == ("setosa", "versicolor", "virginica")
    assert len(result.history) == 100
    assert sum(weight.numel() for weight in result.model.parameters()) == 83
    flowers = load_iris()
    said = result.predict(flowers.data)  # centimetres in double precision, as scikit-learn has them
    assert np.mean(said == flowers.target) > 0.95
    assert result.predict([[5.1, 3.5, 1.4, 0.2]]).tolist() == [0]


def test_one_flower_is_a_thirtieth():
    """A single accuracy of 30 flowers moves in steps of 3.3 points: 100 % of them proves little."""
    accuracies = [train_iris(seed=seed, epochs=30, progress=False).test_accuracy for seed in range(4)]
    assert all((30 * accuracy) % 1 == pytest.approx(0, abs=1e-9) for accuracy in accuracies)
    assert len(set(accuracies)) > 1


def test_same_seed_same_weights_and_the_random_state_stays():
    before = torch.get_rng_state()
    first, second = (train_iris(epochs=2, seed=3, progress=False) for _ in range(2))
    np.testing.assert_array_equal(first.history.train_loss, second.history.train_loss)
    assert torch.equal(torch.get_rng_state(), before)


BAD_CALLS = [
    (lambda: train_iris(hidden=10), TypeError, ["`hidden`", "got 10", "(10,)"]),
    (lambda: train_iris(epochs=0), ValueError, ["`epochs`", "got 0"]),
    (lambda: train_iris(batch_size=0), ValueError, ["`batch_size`", ">= 1", "got 0"]),
    (lambda: train_iris(learning_rate="fast"), TypeError, ["`learning_rate`", "'fast'"]),
    (lambda: train_iris(seed=2**32), ValueError, ["`seed`", "4294967295"]),
    (lambda: train_iris(device="gpu"), ValueError, ["`device`", "This machine has"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
