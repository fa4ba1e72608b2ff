"""With labels and without: numbers that scikit-learn's own parts confirm, and the faults of the notes removed."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from ailiteracy.basics import ClusterResult, cluster_iris
from ailiteracy.basics.cluster import match_groups


@pytest.fixture(scope="module")
def result():
    return cluster_iris()


def test_numbers(result):
    assert isinstance(result, ClusterResult)
    assert result.test_accuracy > 0.9
    assert result.rand_index == pytest.approx(0.620, abs=0.001)
    assert result.matched_accuracy == pytest.approx(125 / 150)
    assert result.explained_variance[:2].sum() == pytest.approx(0.958, abs=0.001)
    assert result.explained_variance.sum() == pytest.approx(1)
    assert result.silhouette == pytest.approx(0.460, abs=0.001)


def test_principal_components_by_eigenvalues(result):
    scaled = StandardScaler().fit_transform(load_iris().data)
    values, vectors = np.linalg.eigh(np.cov(scaled.T))
    np.testing.assert_allclose(result.explained_variance, values[::-1] / values.sum(), rtol=1e-10)
    np.testing.assert_allclose(np.abs(result.plane), np.abs(scaled @ vectors[:, :-3:-1]), atol=1e-10)


def test_scaler_is_fitted_after_the_split(result):
    X, y = load_iris(return_X_y=True)
    train = ~result.is_test
    scale = StandardScaler().fit(X[train])
    model = LogisticRegression(max_iter=200).fit(scale.transform(X[train]), y[train])
    np.testing.assert_array_equal(result.named, model.predict(scale.transform(X)))
    assert result.is_test.sum() == 45
    assert np.bincount(result.species[result.is_test]).tolist() == [15, 15, 15]


def test_one_accuracy_of_45_flowers_says_little():
    accuracies = [cluster_iris(seed=seed).test_accuracy for seed in range(5)]
    assert np.ptp(accuracies) > 0.02  # the notes report a single 1.0


def test_groups_have_no_names_of_their_own(result):
    assert result.rand_index == pytest.approx(adjusted_rand_score(result.species, result.groups))
    for order in ([0, 1, 2], [2, 0, 1], [1, 0, 2]):
        renamed = np.array(order)[result.groups]
        np.testing.assert_array_equal(match_groups(renamed, result.species), result.groups)
    assert set(result.groups) == {0, 1, 2}


def test_matching_by_hand():
    assert match_groups(np.array([1, 1, 0, 0, 0, 2]), np.array([0, 0, 1, 1, 2, 2])).tolist() == [0, 0, 1, 1, 1, 2]
    assert match_groups(np.array([2, 2, 0, 1]), np.array([0, 0, 1, 2])).tolist() == [0, 0, 1, 2]


def test_several_starts_make_the_seed_matter_little():
    assert {round(cluster_iris(seed=seed).rand_index, 2) for seed in range(5)} <= {0.60, 0.61, 0.62}


def test_figure_and_text(result):
    panels = result.plot().axes
    assert [axes.get_title().split(":")[0] for axes in panels] == ["True kinds", "Logistic regression", "K-means"]
    assert "73% of the variance" in panels[0].get_xlabel()
    colours = [[tuple(dots.get_facecolor()[0]) for dots in axes.collections[:3]] for axes in panels]
    assert colours[0] == colours[1] == colours[2]
    ringed = [len(axes.collections[3].get_offsets()) for axes in panels]
    assert ringed == [0, (result.named != result.species).sum(), 25]
    assert "adjusted Rand index of 0.620 (83.3% after matching" in str(result)
    assert "<img" in result._repr_html_()


BAD_CALLS = [
    (lambda: cluster_iris(seed=-1), ValueError, ["`seed`", "got -1"]),
    (lambda: cluster_iris(seed="a"), TypeError, ["`seed`", "an integer", "'a'"]),
    (lambda: cluster_iris(seed=None), TypeError, ["`seed`", "got None"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), BAD_CALLS)
def test_bad_input_is_explained(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
