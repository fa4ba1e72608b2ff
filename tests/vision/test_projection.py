import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from ailiteracy.vision import Ensemble, ResNet, load_images, project_features
from ailiteracy.vision.projection import features_of

DATA = load_images("digits")
IMAGES, LABELS = DATA.test_images[:120], DATA.test_labels[:120].numpy()


def test_pca_equals_scikit_learn():
    ours = project_features(None, IMAGES, LABELS)
    theirs = PCA(2, svd_solver="full").fit(ours.features)
    points = theirs.transform(ours.features)
    signs = np.sign((points * ours.points).sum(axis=0))  # a direction may point either way
    np.testing.assert_allclose(ours.points, points * signs, atol=1e-5)
    assert ours.kept == pytest.approx(theirs.explained_variance_ratio_.sum(), abs=1e-6)


def test_features_are_what_enters_the_head():
    network = ResNet(size=(8, 8))
    found = project_features(network, IMAGES, LABELS)
    assert found.features.shape == (120, 128)
    logits = torch.from_numpy(found.features).float() @ network.head.weight.T + network.head.bias
    with torch.no_grad():
        np.testing.assert_allclose(logits.detach(), network.eval()(IMAGES), atol=1e-4)
    assert network.head._forward_pre_hooks == {}


def test_features_come_in_batches_and_leave_modes():
    network = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, 3)).train()
    assert torch.allclose(features_of(network, IMAGES, batch_size=7), features_of(network, IMAGES), atol=1e-6)
    assert network.training


def test_hook_is_gone_after_an_error():
    network = nn.Sequential(nn.Flatten(), nn.Linear(9, 3))
    with pytest.raises(ValueError, match="`image` must be pictures that the Sequential takes"):
        project_features(network, IMAGES, LABELS)
    assert network[1]._forward_pre_hooks == {}


def test_agreement_by_hand():
    # On a line at 0, 1, 10, 11: neighbours are the pairs.
    images = np.array([0.0, 0.1, 0.9, 1.0])[:, None, None] * np.ones((4, 2, 2))
    assert project_features(None, images, [0, 0, 1, 1]).agreement() == 1
    assert project_features(None, images, [0, 1, 1, 1]).agreement() == 0.5
    assert project_features(None, images, [0, 1, 0, 1]).agreement(plane=False) == 0


def test_tsne_keeps_more_neighbours_than_pca_and_repeats():
    pca = project_features(None, IMAGES, LABELS)
    tsne = project_features(None, IMAGES, LABELS, method="tsne")
    assert tsne.agreement() > pca.agreement() + 0.1
    assert np.array_equal(tsne.points, project_features(None, IMAGES, LABELS, method="tsne").points)
    assert "by tsne. The nearest" in str(tsne)


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize("n", [6, 40])
def test_equal_features_are_one_point(method, n):
    """Without a check scikit-learn divides 0 by 0, and its t-SNE ends the whole interpreter."""
    found = project_features(None, np.zeros((n, 4, 4)), [0, 1] * (n // 2), method=method)
    assert np.array_equal(found.points, np.zeros((n, 2)))


@pytest.mark.parametrize("scale", [1e-40, 1e-24, 1e20, 1e38])
def test_tsne_of_features_beyond_its_numbers(scale):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = nn.Sequential(nn.Flatten(), nn.Linear(64, 8, bias=False), nn.Linear(8, 3))
    plain = project_features(network, IMAGES, LABELS, method="tsne")
    network[1].weight.data *= scale
    scaled = project_features(network, IMAGES, LABELS, method="tsne")
    assert 0 < abs(scaled.features).max() < np.inf
    assert scaled.agreement() == pytest.approx(plain.agreement(), abs=0.15)


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_pictures_of_one_pixel_are_points_in_a_plane(method):
    images = np.linspace(0, 1, 6)[:, None, None]
    found = project_features(None, images, [0, 0, 0, 1, 1, 1], method=method)
    assert found.points.shape == (6, 2)
    assert np.isfinite(found.points).all()
    if method == "pca":
        np.testing.assert_allclose(found.points, np.column_stack([np.linspace(-0.5, 0.5, 6), np.zeros(6)]), atol=1e-6)
        assert found.kept == pytest.approx(1)
        assert found.agreement() == 1
    found.plot()
    plt.close("all")


def test_figure_and_words():
    found = project_features(None, IMAGES, LABELS, classes=DATA.classes)
    assert str(found).startswith("120 pictures as points, from 64 features by pca; the plane keeps ")
    assert {text.get_text() for text in found.plot().axes[0].texts} == set(DATA.classes)
    assert found._repr_html_().startswith("<p")
    plt.close("all")


HEAD = nn.Linear(64, 3)
CASES = {
    "several networks": (
        lambda: project_features(Ensemble([ResNet(size=(8, 8))] * 2), IMAGES, LABELS),
        TypeError, ["`model`", "one network", "an Ensemble of 2", "networks[0]"],
    ),
    "unknown method": (lambda: project_features(None, IMAGES, LABELS, method="t-sne"), ValueError, ["mean 'tsne'"]),
    "labels too few": (lambda: project_features(None, IMAGES, [0]), ValueError, ["`labels`", "120 class numbers"]),
    "labels as text": (lambda: project_features(None, IMAGES, ["a"] * 120), ValueError, ["`labels`", "class numbers"]),
    "two pictures": (lambda: project_features(None, IMAGES[:2], LABELS[:2]), ValueError, ["`number of images`"]),
    "no linear layer": (
        lambda: project_features(nn.Flatten(), IMAGES, LABELS),
        ValueError, ["`model`", "a linear layer at its end", "Flatten"],
    ),
    "no network": (lambda: project_features("pixels", IMAGES, LABELS), TypeError, ["`model`", "torch.nn.Module"]),
    "not finite": (
        lambda: project_features(nn.Sequential(nn.Flatten(), nn.Threshold(2, float("nan")), HEAD), IMAGES, LABELS),
        ValueError, ["`model`", "features are finite", "nan or infinity"],
    ),
    "names too few": (
        lambda: project_features(None, IMAGES, LABELS, classes=["a"]),
        ValueError, ["`classes`", "at least 10 names", "got 1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "fragments"), CASES.values(), ids=CASES)
def test_bad_input(call, kind, fragments):
    with pytest.raises(kind) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
