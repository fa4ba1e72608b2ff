"""One random change for each picture: TrivialAugment.

Which changes help, and how strong? Instead of searching, take one of fourteen at random, at a random strength. There
is nothing to tune, and it does about as well as searched-for rules.

Left out: AutoAugment and RandAugment, which chain several changes and have knobs to tune; torchvision has both.
Next: augment_sheet.py, which draws what a change does.
"""

import functools
from collections.abc import Callable

import torch
from torch.nn import functional as F

from .._support.checks import check_integer
from ._picture_batches import check_batch, draw, like, to_unit_floats
from .augment_colour import mean_grey, mixture, to_grey
from .augment_warp import rotation, warp

__all__ = ["CHANGES", "trivial_augment"]

FARTHEST = 32  # pixels of the longest move
Change = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def trivial_augment(images: torch.Tensor, generator: torch.Generator, *, n_strengths: int = 31) -> torch.Tensor:
    """Return the pictures, each changed in one way out of fourteen, at a random strength.

    Parameters
    ----------
    images : Tensor of shape (n, channels, height, width)
        Bytes, or floats from 0 to 1; 1 or 3 channels.
    generator : torch.Generator
        Where chance comes from.
    n_strengths : int, default 31
        How many strengths there are, from none to full.

    Returns
    -------
    Tensor of shape (n, channels, height, width)
        New pictures of the same type.

    Raises
    ------
    ValueError, TypeError
        When `images` is no batch of bytes or of floats from 0 to 1, or there are fewer than 2 strengths.

    Notes
    -----
    The changes: none, slanted or moved along either axis, turned (up to 135 degrees), brightness, saturation, contrast,
    sharpness, fewer grey levels, bright parts inverted, contrast stretched, grey levels used equally often.

    References
    ----------
    Müller and Hutter, "TrivialAugment: tuning-free yet state-of-the-art data augmentation", 2021 (its wide space).

    Examples
    --------
    >>> changed = trivial_augment(torch.zeros(4, 3, 8, 8, dtype=torch.uint8), torch.Generator().manual_seed(0))
    >>> changed.shape, changed.dtype
    (torch.Size([4, 3, 8, 8]), torch.uint8)
    """
    n, *_ = check_batch(images)
    n_strengths = check_integer("n_strengths", n_strengths, low=2)
    # 1. Draw for each picture: which change, how strong, in which direction.
    choice = draw("randint", (len(CHANGES), (n,)), generator, images)  # (n,)
    strength = draw("randint", (n_strengths, (n,)), generator, images) / (n_strengths - 1)  # (n,) from 0 to 1
    sign = 2 * draw("randint", (2, (n,)), generator, images) - 1
    # 2. Pictures with the same change are changed together.
    changed = to_unit_floats(images)
    for number, (change, amount, signed) in enumerate(CHANGES.values()):
        rows = (choice == number).nonzero()[:, 0]
        if len(rows):
            amounts = amount(strength[rows]) * (sign[rows] if signed else 1)
            changed[rows] = change(changed[rows], amounts)
    return like(images, changed)


def _shear(images: torch.Tensor, amounts: torch.Tensor, *, axis: int) -> torch.Tensor:
    """Slant the pictures: pixels move along `axis` (0: x, 1: y) by `amount` times their place on the other."""
    matrices = torch.eye(2, 3, device=images.device).repeat(len(images), 1, 1)
    matrices[:, axis, 1 - axis] = -amounts
    return warp(images, matrices)


def _move(images: torch.Tensor, amounts: torch.Tensor, *, axis: int) -> torch.Tensor:
    """Move the pictures along `axis` (0: to the right, 1: down) by `amount` pixels."""
    matrices = torch.eye(2, 3, device=images.device).repeat(len(images), 1, 1)
    matrices[:, axis, 2] = -amounts
    return warp(images, matrices)


def _sharpen(images: torch.Tensor, amounts: torch.Tensor) -> torch.Tensor:
    """Move away from, or towards, a blurred version; the border, which has no neighbours, stays."""
    if min(images.shape[2:]) < 3:
        return images
    weights = torch.tensor([[1.0, 1, 1], [1, 5, 1], [1, 1, 1]], device=images.device, dtype=images.dtype) / 13
    n_channels = images.shape[1]
    blurred = images.clone()
    kernels = weights.expand(n_channels, 1, 3, 3)  # one for each channel
    blurred[:, :, 1:-1, 1:-1] = F.conv2d(images, kernels, groups=n_channels)
    return mixture(images, blurred, 1 + amounts)


def _posterize(images: torch.Tensor, bits: torch.Tensor) -> torch.Tensor:
    """Keep only the first `bits` of the eight bits of each value."""
    step = 2.0 ** (8 - bits)[:, None, None, None]  # (m, 1, 1, 1)
    levels = (images * 255).round()
    return torch.div(levels, step, rounding_mode="floor") * step / 255


def _solarize(images: torch.Tensor, thresholds: torch.Tensor) -> torch.Tensor:
    """Invert what is at least as bright as the threshold."""
    return torch.where(images >= thresholds[:, None, None, None], 1 - images, images)


def _stretch(images: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    """Make the darkest value of each channel 0 and the brightest 1."""
    low, high = images.amin(dim=(2, 3), keepdim=True), images.amax(dim=(2, 3), keepdim=True)  # (m, channels, 1, 1)
    return torch.where(high > low, (images - low) / (high - low).clamp(min=1e-12), images)


def _equalize(images: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    """Spread the values of each channel so that all grey levels are about equally frequent."""
    levels = (images * 255).round().long().flatten(2)  # (m, channels, pixels)
    counts = torch.zeros(*levels.shape[:2], 256, dtype=torch.long, device=images.device)
    counts.scatter_add_(2, levels, torch.ones_like(levels))
    # A new level begins every `step` pixels; the brightest level is at its end already.
    at_top = counts.gather(2, levels.amax(dim=2, keepdim=True))  # (m, channels, 1)
    step = (levels.shape[2] - at_top) // 255
    darker = counts.cumsum(2) - counts  # pixels below each level
    table = ((darker + step // 2) // step.clamp(min=1)).clamp(max=255)  # (m, channels, 256)
    table = torch.where(step > 0, table, torch.arange(256, device=images.device))  # too few pixels: as they are
    return table.gather(2, levels).reshape(images.shape).to(images.dtype) / 255


# Name of the change: what does it, how its amount grows with the strength (0 to 1), whether it has two directions.
CHANGES: dict[str, tuple[Change, Callable[[torch.Tensor], torch.Tensor], bool]] = {
    "none": (lambda images, _: images, lambda strength: strength, False),
    "shear x": (functools.partial(_shear, axis=0), lambda strength: 0.99 * strength, True),
    "shear y": (functools.partial(_shear, axis=1), lambda strength: 0.99 * strength, True),
    "move x": (functools.partial(_move, axis=0), lambda strength: FARTHEST * strength, True),
    "move y": (functools.partial(_move, axis=1), lambda strength: FARTHEST * strength, True),
    "rotate": (lambda images, degrees: warp(images, rotation(degrees)), lambda strength: 135 * strength, True),
    "brightness": (lambda images, x: mixture(images, torch.zeros_like(images), 1 + x), lambda s: 0.99 * s, True),
    "saturation": (lambda images, x: mixture(images, to_grey(images), 1 + x), lambda s: 0.99 * s, True),
    "contrast": (lambda images, x: mixture(images, mean_grey(images), 1 + x), lambda s: 0.99 * s, True),
    "sharpness": (_sharpen, lambda strength: 0.99 * strength, True),
    "posterize": (_posterize, lambda strength: 8 - (6 * strength).round(), False),
    "solarize": (_solarize, lambda strength: 1 - strength, False),
    "stretch": (_stretch, lambda strength: strength, False),
    "equalize": (_equalize, lambda strength: strength, False),
}
