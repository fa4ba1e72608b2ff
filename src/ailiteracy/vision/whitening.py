"""A first layer that is computed, not learned: it whitens small patches.

Neighbouring pixels are nearly the same, so most of what a patch says is its brightness, and the little differences that
show an edge are lost beside it. Whitening turns the patch into numbers that are uncorrelated and of equal spread:
directions along which patches differ little are stretched. The directions are the eigenvectors of the covariance of
all patches, found once from the training pictures; the layer need not be trained, and training starts ahead.

Left out: whitening of whole pictures.
Next: speed_net.py, which begins with it.
"""

import torch
from torch.nn import functional as F

from .._support.checks import check_integer, message

__all__ = ["whitening_filters"]

SMALLEST = 5e-4  # added to each variance: directions in which patches hardly differ are mostly noise


def whitening_filters(images: torch.Tensor, *, side: int = 2) -> torch.Tensor:
    """Return convolution filters whose outputs are uncorrelated over the pictures, each with its negative.

    Parameters
    ----------
    images : Tensor of shape (n, channels, height, width)
        Normalised pictures; a few thousand are enough.
    side : int, default 2
        Height and width of a patch.

    Returns
    -------
    Tensor of shape (2 * channels * side**2, channels, side, side)
        The first half ordered by the variance of its direction, largest first; the second half is its negative, so
        that an activation which cuts off what is below zero loses nothing.

    Raises
    ------
    ValueError, TypeError
        When the pictures are smaller than a patch, or hold anything but finite floats.

    Notes
    -----
    With the eigenvectors e and eigenvalues v of the patches' covariance, the filters are e / sqrt(v + 0.0005).

    References
    ----------
    Page, "How to train your ResNet", 2019 (blog); Jordan, "94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024.

    Examples
    --------
    >>> whitening_filters(torch.rand(10, 3, 8, 8)).shape
    torch.Size([24, 3, 2, 2])
    """
    side = check_integer("side", side, low=1)
    if not isinstance(images, torch.Tensor) or images.ndim != 4 or min(images.shape[2:]) < side:
        expected = f"a tensor of shape (n, channels, height, width), at least {side} x {side} pixels"
        raise ValueError(message("images", expected, images, "Pass the training pictures as floats."))
    if not images.is_floating_point():
        raise TypeError(message("images", "floats", images, "Divide bytes by 255 and normalise."))
    if not bool(images.isfinite().all()):
        raise ValueError(message("images", "finite numbers", "nan or infinity", "Repair or drop such pictures."))
    channels = images.shape[1]
    # 1. Every patch as one row.
    patches = F.unfold(images, side).transpose(1, 2).reshape(-1, channels * side * side)  # (n_patches, c * side^2)
    # 2. How the entries of a patch vary together.
    covariance = (patches - patches.mean(dim=0)).T @ (patches - patches.mean(dim=0)) / len(patches)
    # 3. The directions in which they vary independently, and how much.
    variances, directions = torch.linalg.eigh(covariance.double())  # in rising order
    filters = directions.T / (variances.clamp_min(0) + SMALLEST).sqrt()[:, None]
    filters = filters.flip(0).float().reshape(-1, channels, side, side)
    return torch.cat([filters, -filters])
