"""A small network made to learn pictures in minutes on a laptop.

Where does a training spend its time? In convolutions over large maps. So the first layer is computed instead of trained
(whitening.py) and has few channels, and every block halves the map as early as it can: right after its first
convolution. Wide layers work on small maps only. When asked, the network looks at a picture several times, mirrored and
moved by a pixel, and says the mean.

Left out: residual connections; with seven layers the gradient finds its way without.
Next: muon.py, the optimizer it likes; recipes.py; resnet.py, which trains it.
"""

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import check_choice, check_flag, message
from .picture_net import PictureNet
from .whitening import whitening_filters

__all__ = ["SPEED_NETS", "SpeedNet", "spread_out"]

# Channels of the three blocks: 0.5, 2.0 and 4.6 million weights.
SPEED_NETS = {"speednet_small": (32, 128, 128), "speednet": (64, 256, 256), "speednet_large": (128, 384, 384)}
SMALLEST_SIDE = 9  # pixels: 9 become 8 after the first layer, and 4, 2, 1 after the blocks
PATCHED = 2_000  # pictures that the first layer is computed from


class SpeedBlock(nn.Module):
    """Convolution, pooling, norm, GELU; convolution, norm, GELU: (B, c_in, H, W) to (B, c_out, H / 2, W / 2)."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False)
        self.norm1 = _norm(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.norm2 = _norm(channels_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the maps, halved."""
        x = F.max_pool2d(self.conv1(x), 2)  # (B, c_out, H / 2, W / 2); all that follows costs a quarter
        x = _gelu(self.norm1(x))
        return _gelu(self.norm2(self.conv2(x)))


class SpeedNet(PictureNet):
    """A convolutional network with a whitening first layer.

    Parameters
    ----------
    name : str, default "speednet"
        "speednet" (channels 64, 256, 256), "speednet_small" (32, 128, 128) or "speednet_large" (128, 384, 384).
    mirror : bool, default False
        Whether to answer with the mean over the picture and its mirror image. Not for digits and letters.
    shift : bool, default False
        Whether to answer with the mean over the picture as it is and two copies of it: one moved by a pixel up and to
        the left, one down and to the right.
    **picture : dict
        ``classes``, ``channels``, ``size``, ``mean``, ``std``: see `PictureNet`.

    Raises
    ------
    ValueError
        When the name is unknown or pictures are smaller than 9 x 9 pixels.

    References
    ----------
    Jordan, "94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024.

    Examples
    --------
    >>> model = SpeedNet("speednet_small", channels=3, size=(32, 32))
    >>> model(torch.zeros(4, 3, 32, 32)).shape
    torch.Size([4, 10])
    """

    def __init__(self, name: str = "speednet", *, mirror: bool = False, shift: bool = False, **picture: Any) -> None:
        super().__init__(check_choice("name", name, SPEED_NETS), **picture)
        if min(self.size) < SMALLEST_SIDE:
            got = f"{self.size[0]} x {self.size[1]}"
            remedy = "Use model='resnet8' for tiny pictures."
            raise ValueError(message("size", f"at least {SMALLEST_SIDE} x {SMALLEST_SIDE} pixels", got, remedy))
        self.mirror, self.shift = check_flag("mirror", mirror), check_flag("shift", shift)
        widths = SPEED_NETS[name]
        n_filters = 2 * self.channels * 2 * 2
        self.whiten = nn.Conv2d(self.channels, n_filters, 2, bias=False).requires_grad_(False)
        self.blocks = nn.Sequential(
            SpeedBlock(n_filters, widths[0]), SpeedBlock(widths[0], widths[1]), SpeedBlock(widths[1], widths[2])
        )
        self.head = nn.Linear(widths[2], len(self.classes), bias=False)
        self.start()
        self.to(memory_format=torch.channels_last)

    @property
    def architecture(self) -> dict[str, Any]:
        """The arguments that build this network again; what is saved beside the weights."""
        return super().architecture | {"mirror": self.mirror, "shift": self.shift}

    @torch.no_grad()
    def whiten_from(self, images: torch.Tensor) -> None:
        """Compute the first layer from training pictures (n, channels, height, width), bytes or floats."""
        images = spread_out(images)
        pixels = images.to(self.mean) / (255 if images.dtype == torch.uint8 else 1)
        self.whiten.weight.copy_(whitening_filters((pixels - self.mean) / self.std))

    @property
    def whitened(self) -> bool:
        """Whether the first layer was computed: then each filter has its negative, which chance never draws."""
        one, other = self.whiten.weight.chunk(2)
        return bool(torch.equal(one, -other))

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits (B, n_classes) for normalised pictures (B, channels, height, width)."""
        if self.training:
            return self._look(x)
        views = [x]
        if self.shift:
            framed = F.pad(x, (1, 1, 1, 1), mode="replicate")  # (B, channels, H + 2, W + 2)
            views += [framed[..., 2:, 2:], framed[..., :-2, :-2]]  # up and left, down and right
        if self.mirror:
            views += [view.flip(-1) for view in views]
        return torch.stack([self._look(view) for view in views]).mean(dim=0)

    def _look(self, x: torch.Tensor) -> torch.Tensor:
        x = x.contiguous(memory_format=torch.channels_last)
        x = _gelu(self.whiten(x))  # (B, 8 * channels, H - 1, W - 1)
        x = self.blocks(x)  # (B, width, H / 8, W / 8)
        x = x.amax(dim=(2, 3))  # (B, width): is it anywhere?
        return self.head(x)  # type: ignore[no-any-return]

    @torch.no_grad()
    def start(self) -> None:
        """Give first weights: every convolution begins by passing on what it gets, as far as its channels reach."""
        for layer in self.blocks.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.dirac_(layer.weight[: layer.in_channels])
        nn.init.normal_(self.head.weight, std=1 / self.head.in_features)


def spread_out(rows: torch.Tensor) -> torch.Tensor:
    """Return at most 2,000 rows from all over: the pictures of a folder lie class by class."""
    n = min(PATCHED, len(rows))
    return rows[torch.arange(n) * len(rows) // n]


def _norm(channels: int) -> nn.BatchNorm2d:
    """Return batch norm that learns a shift and no scale: the next layer has a scale of its own."""
    norm = nn.BatchNorm2d(channels, momentum=0.2)
    norm.weight.requires_grad_(False)
    return norm


def _gelu(x: torch.Tensor) -> torch.Tensor:
    """Return GELU of maps; seen as (B, H, W, channels), as they lie in memory, it takes half the time."""
    return F.gelu(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
