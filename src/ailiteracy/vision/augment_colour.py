"""Pictures in another light: brighter or darker, paler or stronger, with shifted colours.

Brightness, contrast and saturation are one formula: a mixture of the picture with something duller (black, its mean
grey, its own grey version). A factor of 0 gives the dull one, 1 the picture, and above 1 it moves away from dullness.

Left out: other colour spaces. Hue alone needs one, and borrows the circle of colours for a moment.
Next: augment_trivial.py.
"""

from typing import TYPE_CHECKING

import torch

from .._support.checks import check_number
from ._picture_batches import check_batch, draw, like, to_unit_floats

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["color_jitter", "mean_grey", "mixture", "shift_hue", "to_grey"]

GREY = (0.2989, 0.587, 0.114)  # how bright red, green and blue look to the eye


def color_jitter(
    images: torch.Tensor,
    generator: torch.Generator,
    *,
    brightness: float = 0.0,
    contrast: float = 0.0,
    saturation: float = 0.0,
    hue: float = 0.0,
) -> torch.Tensor:
    """Return the pictures, each in a light and in colours that differ a little.

    Parameters
    ----------
    images : Tensor of shape (n, channels, height, width)
        Bytes, or floats from 0 to 1; 1 or 3 channels. Grey pictures keep their saturation and hue.
    generator : torch.Generator
        Where chance comes from.
    brightness, contrast, saturation : float, default 0.0
        A factor is drawn between 1 - value (not below 0) and 1 + value for each picture.
    hue : float, default 0.0
        Largest turn of the circle of colours, as a part of it; 0.5 allows all.

    Returns
    -------
    Tensor of shape (n, channels, height, width)
        New pictures of the same type.

    Raises
    ------
    ValueError, TypeError
        When `images` is no batch of bytes or of floats from 0 to 1, or a value is out of range.

    Examples
    --------
    >>> images = torch.full((1, 3, 2, 2), 0.25)
    >>> jittered = color_jitter(images, torch.Generator().manual_seed(0), brightness=0.5)
    >>> 0.125 <= float(jittered.min()) == float(jittered.max()) <= 0.375
    True
    """
    n, *_ = check_batch(images)
    parts = {"brightness": brightness, "contrast": contrast, "saturation": saturation}
    spans = {name: check_number(name, value, low=0) for name, value in parts.items()}
    hue = check_number("hue", hue, low=0, high=0.5)
    floats = to_unit_floats(images)
    duller: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        "brightness": torch.zeros_like,
        "contrast": mean_grey,
        "saturation": to_grey,
    }
    for name, span in spans.items():
        low, high = max(0.0, 1 - span), 1 + span
        factors = low + (high - low) * draw("rand", (n,), generator, images)  # (n,)
        if span > 0:
            floats = mixture(floats, duller[name](floats), factors)
    turns = hue * (2 * draw("rand", (n,), generator, images) - 1)  # (n,) from -hue to hue
    return like(images, shift_hue(floats, turns) if hue > 0 else floats)


def mixture(images: torch.Tensor, dull: torch.Tensor, factors: torch.Tensor) -> torch.Tensor:
    """Return ``factor * image + (1 - factor) * dull`` for each picture, held between 0 and 1."""
    return torch.lerp(dull, images, factors[:, None, None, None].to(images.dtype)).clamp(0, 1)


def to_grey(images: torch.Tensor) -> torch.Tensor:
    """Return coloured pictures without their colours, still with three channels."""
    if images.shape[1] != 3:
        return images
    weights = torch.tensor(GREY, dtype=images.dtype, device=images.device)[:, None, None]
    return (images * weights).sum(dim=1, keepdim=True).expand_as(images)


def mean_grey(images: torch.Tensor) -> torch.Tensor:
    """Return, for each picture, an even grey as bright as the picture is on average."""
    return to_grey(images).mean(dim=(1, 2, 3), keepdim=True).expand_as(images)


def shift_hue(images: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """Return coloured pictures with each hue moved around the circle of colours by ``turn`` (1: once around)."""
    if images.shape[1] != 3:
        return images
    red, green, blue = images.unbind(1)  # (n, height, width) each
    value, chroma = images.amax(1), images.amax(1) - images.amin(1)
    # 1. Where on the circle a pixel stands: red at 0, green at 2, blue at 4, once around is 6.
    safe = chroma.clamp(min=1e-12)  # greys have no hue, and no chroma to show it
    from_red, from_green, from_blue = (green - blue) / safe, (blue - red) / safe + 2, (red - green) / safe + 4
    hue = torch.where(value == red, from_red, torch.where(value == green, from_green, from_blue))
    # 2. Move on, and read the three channels off the circle again.
    hue = hue + 6 * turns[:, None, None].to(images.dtype)
    steps = torch.stack([(start + hue) % 6 for start in (5, 3, 1)], dim=1)  # (n, 3, height, width)
    return value[:, None] - chroma[:, None] * torch.minimum(steps, 4 - steps).clamp(0, 1)
