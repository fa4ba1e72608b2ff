"""What every change of a batch of pictures needs: checks, chance, bytes to floats and back.

Left out: the changes themselves; they stand in augment.py, augment_warp.py, augment_colour.py, augment_trivial.py.
Next: augment.py.
"""

from typing import Any

import torch

from .._support.checks import message

__all__ = ["check_batch", "check_generator", "draw", "like", "to_floats", "to_unit_floats"]

ROUNDING = 1e-3  # a turned or mixed picture may miss 0 and 1 by a little


def check_batch(images: Any) -> torch.Size:
    """Return the shape (n, channels, height, width) of a batch of pictures."""
    if not isinstance(images, torch.Tensor) or images.ndim != 4:
        remedy = "Add the missing axes, for example images[:, None] for grey pictures."
        raise ValueError(message("images", "a tensor of shape (n, channels, height, width)", images, remedy))
    return images.shape


def check_generator(generator: Any) -> torch.Generator:
    """Return `generator` when it is one."""
    if not isinstance(generator, torch.Generator):
        raise TypeError(message("generator", "a torch.Generator", generator, "Pass torch.Generator().manual_seed(0)."))
    return generator


def draw(kind: str, arguments: tuple[Any, ...], generator: torch.Generator, images: torch.Tensor) -> torch.Tensor:
    """Return random numbers, ``torch.rand(*arguments)`` and the like, where the pictures are."""
    device = check_generator(generator).device
    numbers: torch.Tensor = getattr(torch, kind)(*arguments, generator=generator, device=device)
    return numbers.to(images.device)


def to_floats(images: torch.Tensor) -> torch.Tensor:
    """Return bytes as floats from 0 to 1, and floats as they are; those of 16 bits get 32 to be reckoned with."""
    if images.dtype == torch.uint8:
        return images.float() / 255
    if not images.is_floating_point():
        raise TypeError(message("images", "bytes (uint8) or floats", images, "Use images.to(torch.uint8)."))
    return images.float() if images.dtype.itemsize < 4 else images


def to_unit_floats(images: torch.Tensor) -> torch.Tensor:
    """Return a new tensor of floats from 0 to 1, for changes that must know where black and white are."""
    floats = to_floats(images)
    if images.dtype == torch.uint8:
        return floats
    if floats.numel() > 0:
        low, high = (float(end) for end in floats.aminmax())
        if not -ROUNDING <= low <= high <= 1 + ROUNDING:  # nan lies in no range
            remedy = "Divide pictures from 0 to 255 by 255, and normalise after this change."
            raise ValueError(message("images", "floats from 0 to 1", f"{low:g} to {high:g}", remedy))
    return floats.clamp(0, 1)


def like(images: torch.Tensor, floats: torch.Tensor) -> torch.Tensor:
    """Return floats in the type of `images`: bytes are rounded."""
    if images.dtype == torch.uint8:
        return (floats * 255).round_().clamp_(0, 255).to(torch.uint8)
    return floats.to(images.dtype)
