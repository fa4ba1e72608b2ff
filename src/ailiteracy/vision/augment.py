"""Random changes that keep the label: more pictures for free.

A shifted 7 is still a 7, a mirrored frog still a frog. A network that sees each picture a little different every
epoch cannot learn it by heart. Each function changes a whole batch of tensors at once, which is many times faster
than changing pictures one by one.

Left out: rotation, colours, erasing; the recipes here do not need them. torchvision.transforms.v2 has them all.
Next: resnet.py.
"""

import torch

from .._support.checks import check_integer, message

__all__ = ["random_flip", "random_shift"]


def random_shift(images: torch.Tensor, generator: torch.Generator, *, pixels: int) -> torch.Tensor:
    """Return the pictures, each moved by up to `pixels` up or down and left or right; the border repeats.

    Parameters
    ----------
    images : Tensor of shape (n, channels, height, width)
        Pictures of any type.
    generator : torch.Generator
        Where chance comes from.
    pixels : int
        Largest move in each direction; 0 changes nothing.

    Returns
    -------
    Tensor of shape (n, channels, height, width)
        New pictures; the given ones stay as they are.

    Raises
    ------
    ValueError
        When `images` is no batch of pictures or `pixels` is negative.

    Examples
    --------
    >>> images = torch.arange(4).reshape(1, 1, 2, 2)
    >>> random_shift(images, torch.Generator().manual_seed(0), pixels=0).flatten().tolist()
    [0, 1, 2, 3]
    """
    n, _, height, width = _check_batch(images)
    pixels = check_integer("pixels", pixels, low=0)
    down, right = torch.randint(-pixels, pixels + 1, (2, n, 1), generator=generator)  # (n, 1) each
    # Row r of the new picture is row r - down of the old one, held inside the picture: its edge is repeated.
    rows = (torch.arange(height) - down).clamp(0, height - 1)  # (n, height)
    columns = (torch.arange(width) - right).clamp(0, width - 1)  # (n, width)
    picture = torch.arange(n)[:, None, None]  # (n, 1, 1)
    moved = images.permute(0, 2, 3, 1)[picture, rows[:, :, None], columns[:, None, :]]  # (n, height, width, channels)
    return moved.permute(0, 3, 1, 2)


def random_flip(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return the pictures, about half of them mirrored left to right.

    Parameters
    ----------
    images : Tensor of shape (n, channels, height, width)
        Pictures of any type.
    generator : torch.Generator
        Where chance comes from.

    Returns
    -------
    Tensor of shape (n, channels, height, width)
        New pictures; the given ones stay as they are.

    Raises
    ------
    ValueError
        When `images` is no batch of pictures.

    Examples
    --------
    >>> images = torch.arange(2).reshape(1, 1, 1, 2)
    >>> random_flip(images, torch.Generator().manual_seed(0)).flatten().tolist() in ([0, 1], [1, 0])
    True
    """
    n, *_ = _check_batch(images)
    mirrored = torch.rand(n, generator=generator) < 0.5  # (n,)
    return torch.where(mirrored[:, None, None, None], images.flip(-1), images)


def _check_batch(images: torch.Tensor) -> torch.Size:
    if not isinstance(images, torch.Tensor) or images.ndim != 4:
        remedy = "Add the missing axes, for example images[:, None] for grey pictures."
        raise ValueError(message("images", "a tensor of shape (n, channels, height, width)", images, remedy))
    return images.shape
