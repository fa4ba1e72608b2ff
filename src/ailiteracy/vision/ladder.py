"""Four networks, each with one idea more than the one before.

One layer, which compares pictures with one template for each class. Several layers, which build their own features.
Convolutions, which look for a feature everywhere with the same weights. Deeper stacks of small convolutions, which see
far with few weights. All take pictures of any size that their pooling leaves something of.

Left out: residual connections, the next rung, in residual.py.
Next: residual.py.
"""

from typing import Any

import torch
from torch import nn

from .._support.checks import check_choice, message
from .picture_net import PictureNet

__all__ = ["LADDER", "LadderNet"]


class LadderNet(PictureNet):
    """One of the plain networks that stand before the residual ones.

    Parameters
    ----------
    name : str
        "softmax_regression", "mlp", "lenet" or "tinyvgg".
    **picture : dict
        ``classes``, ``channels``, ``size``, ``mean``, ``std``: see `PictureNet`.

    Raises
    ------
    ValueError
        When the name is unknown, or the pictures are too small for the network's pooling.

    Examples
    --------
    >>> for name in LADDER:
    ...     print(name, sum(weight.numel() for weight in LadderNet(name).parameters()))
    softmax_regression 7850
    mlp 235146
    lenet 61706
    tinyvgg 7740
    """

    def __init__(self, name: str, **picture: Any) -> None:
        super().__init__(check_choice("name", name, LADDER), **picture)
        smallest = SMALLEST.get(name, 1)
        if min(self.size) < smallest:
            got, remedy = f"{self.size[0]} x {self.size[1]}", "Use 'mlp', or enlarge the pictures."
            raise ValueError(message("size", f"at least {smallest} x {smallest} pixels for {name}", got, remedy))
        self.layers = LADDER[name](self)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits (B, n_classes) for normalised pictures (B, channels, height, width)."""
        return self.layers(x)  # type: ignore[no-any-return]


def softmax_regression(net: PictureNet) -> nn.Sequential:
    """Every class has a template; the logit says how well the picture fits it. *But* a shifted picture fits no more."""
    return nn.Sequential(nn.Flatten(), nn.Linear(_pixels(net), len(net.classes)))


def mlp(net: PictureNet) -> nn.Sequential:
    """Two hidden layers find features of their own. *But* each pixel has its own weights, wherever it stands."""
    return nn.Sequential(
        nn.Flatten(),  # (B, channels * height * width)
        nn.Linear(_pixels(net), 256),
        nn.ReLU(),
        nn.Linear(256, 128),
        nn.ReLU(),
        nn.Linear(128, len(net.classes)),
    )


def lenet(net: PictureNet) -> nn.Sequential:
    """The same small filters run over the whole picture (LeCun and others, 1998). *But* it is shallow."""
    features = nn.Sequential(
        nn.Conv2d(net.channels, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (B, 6, H / 2, W / 2)
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (B, 16, H / 4 - 2, W / 4 - 2)
        nn.Flatten(),
    )
    return nn.Sequential(
        *features,
        nn.Linear(_count(features, net), 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, len(net.classes)),
    )


def tinyvgg(net: PictureNet) -> nn.Sequential:
    """Pairs of 3 x 3 convolutions see as far as one of 5 x 5, with fewer weights. *But* deeper ones no longer learn."""
    features = nn.Sequential(
        nn.Conv2d(net.channels, 10, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(10, 10, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (B, 10, H / 2, W / 2)
        nn.Conv2d(10, 10, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(10, 10, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (B, 10, H / 4, W / 4)
        nn.Flatten(),
    )
    return nn.Sequential(*features, nn.Linear(_count(features, net), len(net.classes)))


LADDER = {each.__name__: each for each in (softmax_regression, mlp, lenet, tinyvgg)}
SMALLEST = {"lenet": 12, "tinyvgg": 4}  # pixels; below, pooling leaves nothing


def _pixels(net: PictureNet) -> int:
    return net.channels * net.size[0] * net.size[1]


def _count(features: nn.Sequential, net: PictureNet) -> int:
    """Return how many numbers come out for a picture: any size fits, since it is tried and not computed by hand."""
    with torch.no_grad():
        return int(features(torch.zeros(1, net.channels, *net.size)).shape[1])
