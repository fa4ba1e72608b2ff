import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch.nn import functional as F

from ailiteracy.vision.whitening import whitening_filters


def smooth_pictures(n=40):
    noise = torch.rand(n, 3, 20, 20, generator=torch.Generator().manual_seed(0))
    return F.avg_pool2d(noise, 3, stride=1)  # neighbouring pixels are alike, as in photos


def test_outputs_are_uncorrelated_and_of_equal_spread():
    images = 5 * smooth_pictures()
    filters = whitening_filters(images)[:12]  # the second half is the negative
    seen = F.conv2d(images, filters).transpose(0, 1).flatten(1)  # (12, n_places)
    torch.testing.assert_close(torch.cov(seen), torch.eye(12), atol=0.02, rtol=0)
    before = torch.corrcoef(F.unfold(images, 2).transpose(0, 1).flatten(1))
    assert before[0, 1] > 0.5  # what it was good for


def test_against_principal_components():
    images = 5 * smooth_pictures()
    patches = F.unfold(images, 2).transpose(1, 2).reshape(-1, 12).numpy()
    filters = whitening_filters(images)[:12].flatten(1).numpy()
    components = PCA().fit(patches)
    wanted = components.components_ / np.sqrt(components.explained_variance_ + 5e-4)[:, None]
    np.testing.assert_allclose(np.abs(filters), np.abs(wanted), atol=2e-2)


def test_by_hand():
    # Two grey pictures of 1 x 2 pixels and patches of one pixel: variance 0.25, so the filter is 1 / sqrt(0.2505).
    filters = whitening_filters(torch.tensor([0.0, 1, 1, 0]).reshape(2, 1, 1, 2), side=1)
    assert filters.shape == (2, 1, 1, 1)
    assert sorted(filters.flatten().tolist()) == pytest.approx([-(0.2505**-0.5), 0.2505**-0.5])


def test_pictures_all_alike_give_finite_filters():
    assert bool(torch.isfinite(whitening_filters(torch.ones(4, 3, 8, 8))).all())


@pytest.mark.parametrize(
    ("images", "side", "words"),
    [
        (torch.zeros(2, 1, 8, 8, dtype=torch.uint8), 2, ["`images`", "floats", "Divide bytes by 255"]),
        (torch.full((2, 1, 8, 8), torch.nan), 2, ["`images`", "finite numbers", "nan"]),
        (torch.zeros(3, 8, 8), 2, ["`images`", "(n, channels, height, width)"]),
        (torch.zeros(2, 1, 1, 8), 2, ["`images`", "at least 2 x 2 pixels"]),
        (torch.zeros(2, 1, 8, 8), 0, ["`side`", ">= 1"]),
    ],
)
def test_bad_input(images, side, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        whitening_filters(images, side=side)
    assert all(word in str(caught.value) for word in words), str(caught.value)
