"""Several networks that answer together.

Networks that began with other random weights make other mistakes. Where one is wrong, most of the rest are usually
right; where all hesitate, the mean of their probabilities says so. It costs one training and one look for each.

Left out: networks for different pictures, and weights for better and worse ones; all have the same say.
Next: mistakes.py, for what they all get wrong.
"""

import itertools
import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from .._support.checks import message
from .picture_net import PictureNet

__all__ = ["Ensemble"]


class Ensemble(PictureNet):
    """Networks for the same pictures and classes; the probabilities are the mean of theirs.

    Parameters
    ----------
    networks : iterable of PictureNet
        Such as the ``model`` of several calls of `train_resnet` with other seeds. They may be of different kinds; each
        goes on normalising pictures in its own way. All are moved to the device of the first.

    Raises
    ------
    TypeError
        When they are no networks for pictures.
    ValueError
        When there are none, or they differ in channels, size or classes.

    Notes
    -----
    Save the networks one by one, and put them together again after `load_model`.

    References
    ----------
    Hansen and Salamon, "Neural network ensembles", 1990.

    Examples
    --------
    >>> from ailiteracy.vision import build_model
    >>> several = Ensemble([build_model("resnet8"), build_model("lenet")])
    >>> several.predict(torch.zeros(5, 1, 28, 28)).shape
    (5,)
    """

    def __init__(self, networks: Iterable[PictureNet]) -> None:
        remedy = "Pass for example [train_resnet(..., seed=seed).model for seed in range(3)]."
        given: list[Any] = list(networks) if isinstance(networks, Iterable) else [networks]
        for network in given:
            if not isinstance(network, PictureNet):
                raise TypeError(message("networks", "a list of networks for pictures", network, remedy))
        if not given:
            raise ValueError(message("networks", "at least one network", given, remedy))
        for one, other in itertools.pairwise(given):
            for what in ("channels", "size", "classes"):
                here, there = getattr(one, what), getattr(other, what)
                if here != there:
                    raise ValueError(message("networks", f"networks of the same {what}", f"{here} and {there}", remedy))
        first = given[0]
        super().__init__("ensemble", classes=first.classes, channels=first.channels, size=first.size)
        self.networks = nn.ModuleList(given)
        self.to(first.mean.device)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the logarithms of the mean probabilities, (B, n_classes), for bytes 0-255 or floats 0-1."""
        said = torch.stack([network(images).log_softmax(dim=1) for network in self.networks])  # (n, B, n_classes)
        return said.logsumexp(dim=0) - math.log(len(said))
