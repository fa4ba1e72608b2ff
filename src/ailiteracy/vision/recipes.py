"""What a training is made of, apart from the pictures: network, optimizer, schedule, loss, random changes.

Two recipes. "course" is the common one of textbooks, with its parts in working order. "fast" asks for each part what it
brings on a machine without a GPU; benchmarks/vision_ablation.py measures it, one part at a time.

Left out: a search for better numbers; these are few and round.
Next: picture_rows.py, how pictures get there; resnet.py, which puts all to work.
"""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from ..training.schedule import one_cycle, warmup_cosine
from .augment import cutout, random_flip, random_shift
from .augment_colour import color_jitter
from .augment_warp import random_rotate
from .muon import Muon
from .picture_net import PictureNet
from .speed_net import SpeedNet

__all__ = ["Change", "RECIPES", "course_change", "falling", "optimizer_for", "random_change", "recipe_for"]

Change = Callable[[torch.Tensor, torch.Generator], torch.Tensor]

RECIPES = ("fast", "course")
# The fast recipe's network and epochs for each set.
FAST = {
    "digits": ("resnet8", 20),
    "mnist": ("speednet_small", 6),
    "fashion_mnist": ("speednet_small", 12),
    "cifar10": ("speednet_small", 8),
}
OTHERS = ("resnet8", 15)
COURSE = ("resnet18", 46)
PATIENCE = 10  # epochs of the course recipe without a better one, after which it stops
MIRRORED = ("fashion_mnist", "cifar10")  # a mirrored garment or frog is one still, a mirrored digit is not
TURNED = ("mnist",)  # hands write at different slants
CENTRED = ("digits", "mnist")  # the makers of these sets moved every digit to the middle
DEGREES = 10
LIGHT = 0.2  # how far brightness, contrast and saturation may be from 1; also the largest turn of the hue
COVERED = 3  # of the side


def falling(step: int, n_steps: int, *, warmup: float = 0.0) -> float:
    """Return a factor for the learning rate that falls to 0 in a straight line, after a climb over `warmup` of the way.

    Examples
    --------
    >>> [falling(step, 4) for step in range(4)]
    [1.0, 0.75, 0.5, 0.25]
    """
    n_warmup = round(warmup * n_steps)
    if step < n_warmup:
        return (step + 1) / n_warmup
    return 1 - (step - n_warmup) / (n_steps - n_warmup)


def recipe_for(recipe: str, network: PictureNet, batch_size: int) -> dict[str, Any]:
    """Return loss, optimizer and schedule, as `fit` takes them."""
    if recipe == "course":
        return {
            "optimizer": torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, fused=True),
            "schedule": functools.partial(warmup_cosine, warmup=0.0),
        }
    if isinstance(network, SpeedNet):
        return {
            "loss": functools.partial(F.cross_entropy, label_smoothing=0.2),
            "optimizer": optimizer_for(network, batch_size),
            "schedule": falling,
        }
    return {
        # The true class is asked for with 0.9 and a bit: a network that need not be certain errs less.
        "loss": functools.partial(F.cross_entropy, label_smoothing=0.1),
        "optimizer": torch.optim.AdamW(network.parameters(), lr=0.01, weight_decay=0.05),
        "schedule": one_cycle,
    }


def optimizer_for(network: SpeedNet, batch_size: int) -> Muon:
    """Return Muon with a rate for each kind of weights: filters, shifts of the norms, head.

    Shifts move much faster than anything else: they are the network's cheapest way to adapt. Rates grow with the
    batch, since a larger batch means fewer steps: in proportion, but by the root for filters, whose steps have a fixed
    length.
    """
    filters = [layer.weight for layer in network.blocks.modules() if isinstance(layer, nn.Conv2d)]
    shifts = [layer.bias for layer in network.blocks.modules() if isinstance(layer, nn.BatchNorm2d)]
    decay = 1.3e-5 * batch_size  # part of a weight that is taken off in the first step
    shift_rate, head_rate = 0.053 * batch_size, 1e-5 * batch_size
    return Muon(
        [
            {"params": filters, "lr": 0.24 * (batch_size / 2000) ** 0.5, "momentum": 0.6, "filters": True},
            {"params": shifts, "lr": shift_rate, "decay": decay / shift_rate},
            {"params": [network.head.weight], "lr": head_rate, "decay": decay / head_rate},
        ]
    )


def random_change(
    name: str, size: tuple[int, int], *, flip: bool, quick: bool, long: bool = False, grey: float = 0.5
) -> Change:
    """Return the random change of training pictures: a shift and perhaps a flip.

    The quick network gets smaller shifts, since its training is short, and no flip here: its pictures
    take turns (picture_rows.py). In a long training it would come to know each picture by heart: then shifts are as
    large as for others, handwriting is turned a little, and of things that may be mirrored a part is covered with
    `grey` (0 to 1).
    """
    pixels = 2 if quick and not long else max(1, max(size) // 8)
    # What comes in from outside: photos go on beyond their border, garments and digits stand on black.
    padding = "edge" if name in ("mnist", "fashion_mnist") or not quick else "reflect"

    def change(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        if name in TURNED and quick and long:
            images = random_rotate(images, generator, degrees=DEGREES)
        images = random_shift(images, generator, pixels=pixels, padding=padding)
        if flip and quick and long:
            fill = round(255 * grey) if images.dtype == torch.uint8 else grey
            images = cutout(images, generator, size=max(size) // COVERED, fill=fill)
        return random_flip(images, generator) if flip and not quick else images

    return change


def course_change(name: str, size: tuple[int, int], *, flip: bool) -> Change:
    """Return the random change of the course recipe, in its order: a shift, a flip, a turn, another light.

    Handwritten digits are turned by up to 10 degrees and no more: they stand in the middle already. All others are
    shifted as well, with `flip` mirrored, and those in colour get another light.
    """
    pixels = max(1, max(size) // 8)  # 4 of CIFAR-10's 32

    def change(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        if name not in CENTRED:
            images = random_shift(images, generator, pixels=pixels, padding="zeros")
        if flip:
            images = random_flip(images, generator)
        images = random_rotate(images, generator, degrees=DEGREES)
        if images.shape[1] == 3:
            light = dict.fromkeys(("brightness", "contrast", "saturation", "hue"), LIGHT)
            images = color_jitter(images, generator, **light)
        return images

    return change
