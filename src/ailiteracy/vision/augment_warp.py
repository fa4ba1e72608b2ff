"""Pictures turned, slanted and moved by parts of a pixel.

Each pixel of the new picture asks where in the old one it comes from. The answer lies between four pixels, and their
mixture, the nearer the more, is its value. One matrix for each picture gives all its answers at once.

Left out: perspective, and elastic changes. torchvision.transforms.v2 has both.
Next: augment_colour.py.
"""

import torch
from torch.nn import functional as F

from .._support.checks import check_number
from ._picture_batches import check_batch, draw, like, to_floats

__all__ = ["random_rotate", "rotation", "warp"]


def random_rotate(images: torch.Tensor, generator: torch.Generator, *, degrees: float) -> torch.Tensor:
    """Return the pictures, each turned about its centre by up to `degrees` to the left or to the right.

    Parameters
    ----------
    images : Tensor of shape (n, channels, height, width)
        Bytes or floats.
    generator : torch.Generator
        Where chance comes from.
    degrees : float
        Largest angle; 180 allows all.

    Returns
    -------
    Tensor of shape (n, channels, height, width)
        New pictures of the same type; corners that were outside are black.

    Raises
    ------
    ValueError, TypeError
        When `images` is no batch of bytes or floats, or `degrees` lies outside 0 to 180.

    Examples
    --------
    >>> images = torch.arange(4.0).reshape(1, 1, 2, 2)
    >>> random_rotate(images, torch.Generator().manual_seed(0), degrees=0).flatten().tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    n, *_ = check_batch(images)
    degrees = check_number("degrees", degrees, low=0, high=180)
    angles = degrees * (2 * draw("rand", (n,), generator, images) - 1)  # (n,) from -degrees to degrees
    return like(images, warp(to_floats(images), rotation(angles)))


def rotation(degrees: torch.Tensor) -> torch.Tensor:
    """Return the matrices (n, 2, 3) for `warp` that turn pictures to the left (counter-clockwise)."""
    angle = torch.deg2rad(degrees)  # (n,)
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    # y points down. A picture turned to the left asks for its pixels further to the right.
    return torch.stack([cos, -sin, zero, sin, cos, zero], dim=1).reshape(-1, 2, 3)


def warp(images: torch.Tensor, matrices: torch.Tensor, *, mode: str = "bilinear") -> torch.Tensor:
    """Return pictures whose pixel (x, y) is the old picture's pixel ``matrix @ (x, y, 1)``.

    Parameters
    ----------
    images : Tensor of float, shape (n, channels, height, width)
        The old pictures; outside them all is 0.
    matrices : Tensor of float, shape (n, 2, 3)
        One for each picture. Coordinates are pixels to the right and down from the centre of the picture.
    mode : str, default "bilinear"
        "bilinear" mixes the four pixels around, "nearest" takes the nearest one.
    """
    if images.numel() == 0:
        return images
    height, width = images.shape[2:]
    # grid_sample counts from -1 at one border to 1 at the other: 2 / width for each pixel.
    half = torch.tensor([width / 2, height / 2], device=images.device)
    scaled = matrices.clone()
    scaled[:, :, :2] *= half
    scaled /= half[:, None]
    grid = F.affine_grid(scaled.to(images.dtype), list(images.shape), align_corners=False)  # (n, height, width, 2)
    return F.grid_sample(images, grid, mode=mode, padding_mode="zeros", align_corners=False)
