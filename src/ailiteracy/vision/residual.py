"""Residual networks: layers that learn what to add.

A layer that must learn "change nothing" has a hard time; a layer that learns what to *add* to its input has not. A
residual block computes x + f(x): the signal and its gradient pass unhindered by the first term, and networks can be
deep. A stem turns pixels into feature maps, stages of blocks halve and widen them, a linear layer reads the end.

Left out: everything newer than 2016.
Next: pretrained.py, for weights learned from a million photos; resnet.py, which trains these.
"""

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import check_choice
from .picture_net import PictureNet

__all__ = ["RESNETS", "Bottleneck", "ResNet", "ResNet9", "ResidualBlock"]

# name: (channels of each stage, blocks in each stage, largest side of the first feature map). The number counts layers.
RESNETS: dict[str, tuple[tuple[int, ...], tuple[int, ...], int]] = {
    "resnet8": ((32, 64, 128), (1, 1, 1), 16),  # 0.3 million weights: minutes on a laptop
    "resnet14": ((32, 64, 128), (2, 2, 2), 16),
    "resnet18": ((64, 128, 256, 512), (2, 2, 2, 2), 32),  # 11.2 million weights: wants an accelerator
    "resnet50": ((64, 128, 256, 512), (3, 4, 6, 3), 32),  # 23.5 million weights, in blocks of three layers
}


class Convolution(nn.Conv2d):
    """A 3 x 3 convolution with a frame of zeros, which leaves the zeros out where they are most of what it sees.

    On a map of one pixel eight of the nine weights meet nothing but the frame. Where one pixel comes out, the others
    are enough: the same result for a ninth of the work. Small pictures end so in a network made for large ones.
    """

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1) -> None:
        super().__init__(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the maps: (B, channels_in, H, W) to (B, channels_out, H / stride, W / stride)."""
        _, _, height, width = x.shape
        if max(height, width) > self.stride[0]:
            return super().forward(x)
        # Seen as they lie in memory, channels last: so the gradient comes out like the weights and need not be copied.
        weight, x = self.weight.permute(0, 2, 3, 1), x.permute(0, 2, 3, 1)  # (c_out, 3, 3, c_in), (B, H, W, c_in)
        met = weight[:, 1 : 1 + height, 1 : 1 + width]  # (c_out, H, W, c_in)
        return F.linear(x.flatten(1), met.flatten(1))[:, :, None, None]


class ResidualBlock(nn.Module):
    """Two convolutions whose result is added to the input: relu(x + f(x)).

    Parameters
    ----------
    channels_in, channels_out : int
        Feature maps that come in and go out.
    stride : int, default 1
        2 halves height and width.

    Examples
    --------
    >>> ResidualBlock(4, 8, stride=2)(torch.zeros(1, 4, 6, 6)).shape
    torch.Size([1, 8, 3, 3])
    """

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = Convolution(channels_in, channels_out, stride)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = Convolution(channels_out, channels_out)
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.shortcut = _shortcut(channels_in, channels_out, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return relu(x + f(x)): (B, channels_in, H, W) to (B, channels_out, H / stride, W / stride)."""
        change = F.relu(self.norm1(self.conv1(x)))
        change = self.norm2(self.conv2(change))
        return F.relu(self.shortcut(x) + change)


class Bottleneck(nn.Module):
    """A residual block for wide signals: narrow them, look around, widen them again.

    A 3 x 3 convolution from 256 to 256 channels costs 590 thousand weights. Down to 64 by 1 x 1, 3 x 3 among these, and
    up again by 1 x 1 costs 70 thousand.

    Parameters
    ----------
    channels_in : int
        Feature maps that come in.
    channels : int
        Feature maps inside; four times as many go out.
    stride : int, default 1
        2 halves height and width, in the middle convolution.

    Examples
    --------
    >>> Bottleneck(4, 8, stride=2)(torch.zeros(1, 4, 6, 6)).shape
    torch.Size([1, 32, 3, 3])
    """

    widening = 4

    def __init__(self, channels_in: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        channels_out = channels * self.widening
        self.conv1 = nn.Conv2d(channels_in, channels, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = Convolution(channels, channels, stride)
        self.norm2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, channels_out, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(channels_out)
        self.shortcut = _shortcut(channels_in, channels_out, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return relu(x + f(x)): (B, channels_in, H, W) to (B, 4 * channels, H / stride, W / stride)."""
        change = F.relu(self.norm1(self.conv1(x)))
        change = F.relu(self.norm2(self.conv2(change)))
        change = self.norm3(self.conv3(change))
        return F.relu(self.shortcut(x) + change)


class ResNet(PictureNet):
    """A residual network that knows its classes and how its pictures must look.

    Parameters
    ----------
    name : str, default "resnet8"
        "resnet8", "resnet14", "resnet18" or "resnet50".
    stem : str, default "small"
        "small" halves the picture only until its longer side is at most 16 (32 for resnet18 and resnet50): not at all
        for 8 x 8, once for 28 x 28. "imagenet" is the stem for photos of 224 x 224 and for published weights; it
        quarters the picture first, which leaves a single cell at the end of a 32 x 32 picture.
    **picture : dict
        ``classes``, ``channels``, ``size``, ``mean``, ``std``: see `PictureNet`.

    Raises
    ------
    ValueError
        When a name is unknown or a number does not fit.

    References
    ----------
    He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016.

    Examples
    --------
    >>> model = ResNet("resnet8", classes=["cat", "dog"], channels=3, size=(32, 32))
    >>> model(torch.zeros(4, 3, 32, 32)).shape
    torch.Size([4, 2])
    """

    def __init__(self, name: str = "resnet8", *, stem: str = "small", **picture: Any) -> None:
        super().__init__(check_choice("name", name, RESNETS), **picture)
        self.stem_name = check_choice("stem", stem, ("small", "imagenet"))
        widths, blocks, largest = RESNETS[name]
        n_halvings = max(0, math.ceil(math.log2(max(self.size) / largest)))
        large = self.stem_name == "imagenet"
        self.stem = _imagenet_stem(self.channels, widths[0]) if large else _stem(self.channels, widths[0], n_halvings)
        kind: Any = Bottleneck if name == "resnet50" else ResidualBlock
        layers: list[nn.Module] = []
        width_in = widths[0]
        for stage, (width, n_blocks) in enumerate(zip(widths, blocks, strict=True)):
            for block in range(n_blocks):
                halve = stage > 0 and block == 0  # every stage but the first begins by halving the maps
                layers.append(kind(width_in, width, stride=2 if halve else 1))
                width_in = width * getattr(kind, "widening", 1)
        self.blocks = nn.Sequential(*layers)
        self.head = nn.Linear(width_in, len(self.classes))
        self.to(memory_format=torch.channels_last)  # faster convolutions on most machines

    @property
    def architecture(self) -> dict[str, Any]:
        """The arguments that build this network again; what is saved beside the weights."""
        return super().architecture | ({"stem": self.stem_name} if self.stem_name != "small" else {})

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits (B, n_classes) for normalised pictures (B, channels, height, width)."""
        x = self.blocks(self.stem(x))  # (B, width, H', W')
        x = x.mean(dim=(2, 3))  # (B, width): each map becomes its average
        return self.head(x)  # type: ignore[no-any-return]


class ResNet9(PictureNet):
    """Nine layers, two of whose blocks are residual: the wide and shallow network of fast CIFAR-10 trainings.

    Parameters
    ----------
    name : str, default "resnet9"
        The only one.
    **picture : dict
        ``classes``, ``channels``, ``size``, ``mean``, ``std``: see `PictureNet`.

    References
    ----------
    Page, "How to train your ResNet", 2019 (blog).

    Examples
    --------
    >>> ResNet9(channels=3, size=(32, 32))(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """

    def __init__(self, name: str = "resnet9", **picture: Any) -> None:
        super().__init__(check_choice("name", name, ("resnet9",)), **picture)
        self.stem = _stem(self.channels, 64, 0)
        self.blocks = nn.Sequential(
            _halved(64, 128),
            ResidualBlock(128, 128),
            _halved(128, 256),
            _halved(256, 512),
            ResidualBlock(512, 512),
        )
        self.head = nn.Linear(512, len(self.classes))
        self.to(memory_format=torch.channels_last)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits (B, n_classes) for normalised pictures (B, channels, height, width)."""
        x = self.blocks(self.stem(x))  # (B, 512, H / 8, W / 8)
        return self.head(x.amax(dim=(2, 3)))  # type: ignore[no-any-return]


def _shortcut(channels_in: int, channels_out: int, stride: int) -> nn.Module:
    """Return what brings x to the shape of f(x): nothing, or a 1x1 convolution where the shape changes."""
    if stride == 1 and channels_in == channels_out:
        return nn.Identity()
    skip = nn.Conv2d(channels_in, channels_out, 1, stride=stride, bias=False)
    return nn.Sequential(skip, nn.BatchNorm2d(channels_out))


def _stem(channels: int, width: int, n_halvings: int) -> nn.Sequential:
    """Return the first layers: a 3x3 convolution, strided if the picture is large, and pooling if it is very large."""
    stride = 2 if n_halvings > 0 else 1
    layers = [nn.Conv2d(channels, width, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    layers += [nn.MaxPool2d(2, ceil_mode=True) for _ in range(n_halvings - 1)]
    return nn.Sequential(*layers)


def _imagenet_stem(channels: int, width: int) -> nn.Sequential:
    """Return the first layers for large photos: 224 x 224 becomes 56 x 56."""
    convolution = nn.Conv2d(channels, width, 7, stride=2, padding=3, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1))


def _halved(channels_in: int, channels_out: int) -> nn.Sequential:
    """Return a convolution whose maps are halved by pooling; a side of one pixel stays."""
    convolution = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(channels_out), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True))
