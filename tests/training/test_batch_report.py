import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.training import Batches, describe_batches


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 9), st.floats(-1e4, 1e4), st.integers(0, 100))
def test_means_are_those_of_all_samples_whatever_the_batches(n, batch_size, shift, seed):
    generator = torch.Generator().manual_seed(seed)
    images = shift + torch.randn(n, 3, 2, 2, generator=generator, dtype=torch.float64)
    labels = torch.randint(0, 4, (n,), generator=generator)
    report = describe_batches(Batches(images, labels, batch_size=batch_size), n_classes=4)
    np.testing.assert_allclose(report.mean, images.mean(dim=(0, 2, 3)), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(report.std, images.std(dim=(0, 2, 3), correction=0), rtol=1e-7)
    assert report.counts.tolist() == torch.bincount(labels, minlength=4).tolist()
    assert (report.low, report.high) == (float(images.min()), float(images.max()))
    assert (report.n_samples, report.n_batches) == (n, -(-n // batch_size))


def test_normalised_by_its_own_constants():
    images = 100 + 25 * torch.randn(200, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    report = describe_batches([(images, torch.zeros(200, dtype=torch.long))], n_classes=1)
    mean, std = (torch.tensor(part).view(3, 1, 1) for part in (report.mean, report.std))
    again = describe_batches([((images - mean) / std, torch.zeros(200, dtype=torch.long))], n_classes=1)
    np.testing.assert_allclose(again.mean, 0, atol=1e-5)
    np.testing.assert_allclose(again.std, 1, rtol=1e-5)


def test_a_few_batches_and_a_class_that_never_occurs():
    data = Batches(torch.zeros(50, 2), torch.zeros(50, dtype=torch.long), batch_size=10)
    report = describe_batches(data, n_classes=3, n_batches=2)
    assert (report.n_samples, report.counts.tolist()) == (20, [20, 0, 0])
    assert "classes occur 0 to 20 times" in str(report)


@pytest.mark.parametrize(("channels", "n_pictures"), [(1, 8), (3, 8), (2, 0)])
def test_figure_shows_normalised_pictures_in_the_middle_of_their_range(channels, n_pictures):
    images = torch.randn(10, channels, 5, 5, generator=torch.Generator().manual_seed(0))  # negative values too
    figure = describe_batches([(images, torch.zeros(10, dtype=torch.long))], n_classes=1).plot()
    pictures = [ax.images[0].get_array() for ax in figure.axes if ax.images]
    assert len(pictures) == n_pictures
    assert all((picture.min(), picture.max()) == (0, 1) for picture in pictures)
    assert len(figure.axes[-1].patches) == 1
    plt.close("all")


X, Y = torch.zeros(2, 1), torch.zeros(2, dtype=torch.long)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: describe_batches([], n_classes=2), ["`batches`", "at least one batch"]),
        (lambda: describe_batches([(X, Y + 2)], n_classes=2), ["`targets`", "from 0 to 1", "got 2"]),
        (lambda: describe_batches([(X, Y.float())], n_classes=2), ["`targets`", "whole class numbers"]),
        (lambda: describe_batches([(X, Y[:1])], n_classes=2), ["`targets`", "2 whole class numbers"]),
        (
            lambda: describe_batches([(torch.tensor([[0.0], [float("nan")]]), Y)], n_classes=2),
            ["`inputs`", "finite", "sample 1"],
        ),
        (lambda: describe_batches([(torch.zeros(2), Y)], n_classes=2), ["`inputs`", "(batch, channels, ...)"]),
        (lambda: describe_batches([X], n_classes=2), ["`batches`", "pairs (inputs, targets)", "shape (2, 1)"]),
        (lambda: describe_batches([(X, Y, Y)], n_classes=2), ["`batches`", "pairs (inputs, targets)"]),
        (lambda: describe_batches([{"x": X, "y": Y}], n_classes=2), ["`batches`", "pairs (inputs, targets)"]),
        (lambda: describe_batches(3, n_classes=2), ["`batches`", "got 3", "Pass a list"]),
        (lambda: describe_batches([(X, Y)], n_classes=0), ["`n_classes`", ">= 1"]),
        (lambda: describe_batches([(X, Y)], n_classes=1, n_batches=0), ["`n_batches`", ">= 1"]),
    ],
)
def test_bad_input(call, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
