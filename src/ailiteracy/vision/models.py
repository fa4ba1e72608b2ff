"""Residual networks for small pictures.

A layer that must learn "change nothing" has a hard time; a layer that learns what to *add* to its input has not. A
residual block computes x + f(x): the signal and its gradient pass unhindered by the first term, and networks can be
deep. A stem turns pixels into feature maps, stages of blocks halve and widen them, a linear layer reads the end.

Left out: pretrained weights, bottleneck blocks (ResNet-50) and everything newer than 2016.
Next: augment.py, then resnet.py, which trains these.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import check_choice, check_integer, message
from .pictures import as_pictures

__all__ = ["MODELS", "ResNet", "ResidualBlock"]

# name: (channels of each stage, blocks in each stage, largest side of the first feature map). The number counts layers.
MODELS: dict[str, tuple[tuple[int, ...], tuple[int, ...], int]] = {
    "resnet8": ((32, 64, 128), (1, 1, 1), 16),  # 0.3 million weights: minutes on a laptop
    "resnet14": ((32, 64, 128), (2, 2, 2), 16),
    "resnet18": ((64, 128, 256, 512), (2, 2, 2, 2), 32),  # 11.2 million weights: wants an accelerator
}


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
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        # Where the shape changes, x needs a 1x1 convolution before it can be added.
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            skip = nn.Conv2d(channels_in, channels_out, 1, stride=stride, bias=False)
            self.shortcut = nn.Sequential(skip, nn.BatchNorm2d(channels_out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return relu(x + f(x)): (B, channels_in, H, W) to (B, channels_out, H / stride, W / stride)."""
        change = F.relu(self.norm1(self.conv1(x)))
        change = self.norm2(self.conv2(change))
        return F.relu(self.shortcut(x) + change)


class ResNet(nn.Module):
    """A residual network that knows its classes and how its pictures must look.

    Parameters
    ----------
    name : str, default "resnet8"
        "resnet8", "resnet14" or "resnet18".
    classes : sequence of str, default "0" to "9"
        Class names; their order numbers the classes.
    channels : int, default 1
        1 for grey pictures, 3 for colour.
    size : tuple of int, default (28, 28)
        Height and width of the pictures.
    mean, std : sequence of float, optional
        Mean and standard deviation of each channel over the training pictures, on the scale 0 to 1; taken off and
        divided by before the first layer. They are saved with the weights. Default: 0.5 and 0.25.

    Raises
    ------
    ValueError
        When a name is unknown or a number does not fit.

    Notes
    -----
    The stem halves the picture until its longer side is at most 16 (32 for resnet18): not at all for 8 x 8, once for
    28 x 28. ImageNet's own stem quarters it first, which leaves a single cell at the end of a 32 x 32 picture.

    References
    ----------
    He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016.

    Examples
    --------
    >>> model = ResNet("resnet8", classes=["cat", "dog"], channels=3, size=(32, 32))
    >>> model(torch.zeros(4, 3, 32, 32)).shape
    torch.Size([4, 2])
    """

    mean: torch.Tensor  # (channels, 1, 1)
    std: torch.Tensor

    def __init__(
        self,
        name: str = "resnet8",
        *,
        classes: Any = tuple("0123456789"),
        channels: int = 1,
        size: tuple[int, int] = (28, 28),
        mean: Any = None,
        std: Any = None,
    ) -> None:
        super().__init__()
        self.name = check_choice("name", name, MODELS)
        self.classes = tuple(str(each) for each in classes)
        check_integer("number of classes", len(self.classes), low=2, remedy="A classifier needs two or more.")
        self.channels = check_integer("channels", channels, low=1)
        self.size = (check_integer("height", size[0], low=1), check_integer("width", size[1], low=1))
        self.register_buffer("mean", _per_channel("mean", 0.5 if mean is None else mean, channels))
        self.register_buffer("std", _per_channel("std", 0.25 if std is None else std, channels).clamp_min(1e-3))

        widths, blocks, largest = MODELS[name]
        n_halvings = max(0, math.ceil(math.log2(max(self.size) / largest)))
        self.stem = _stem(channels, widths[0], n_halvings)
        layers: list[nn.Module] = []
        width_in = widths[0]
        for stage, (width, n_blocks) in enumerate(zip(widths, blocks, strict=True)):
            for block in range(n_blocks):
                halve = stage > 0 and block == 0  # every stage but the first begins by halving the maps
                layers.append(ResidualBlock(width_in, width, stride=2 if halve else 1))
                width_in = width
        self.blocks = nn.Sequential(*layers)
        self.head = nn.Linear(width_in, len(self.classes))
        self.to(memory_format=torch.channels_last)  # faster convolutions on most machines

    @property
    def architecture(self) -> dict[str, Any]:
        """The arguments that build this network again; what is saved beside the weights."""
        return {"name": self.name, "classes": list(self.classes), "channels": self.channels, "size": list(self.size)}

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (B, n_classes) for pictures (B, channels, height, width): bytes 0-255 or floats 0-1."""
        if images.dtype == torch.uint8:
            images = images.to(self.mean.dtype) / 255
        x = (images - self.mean) / self.std  # (B, channels, H, W)
        x = self.blocks(self.stem(x))  # (B, width, H', W')
        x = x.mean(dim=(2, 3))  # (B, width): each map becomes its average
        return self.head(x)  # type: ignore[no-any-return]

    @torch.no_grad()
    def probabilities(self, images: Any, *, batch_size: int = 256) -> npt.NDArray[np.float32]:
        """Return how likely each class is for each picture.

        Parameters
        ----------
        images : array_like, shape (n, channels, height, width)
            Also (n, height, width) and (height, width) for grey, (n, height, width, channels) for colour. Whole
            numbers count from 0 to 255, floats from 0 to 1.
        batch_size : int, default 256
            Pictures in one forward pass.

        Returns
        -------
        ndarray of float, shape (n, n_classes)
            Rows add up to 1.
        """
        pictures = as_pictures("images", images, channels=self.channels, size=self.size)
        was_training, device = self.training, self.head.weight.device
        self.eval()
        try:
            batches = torch.split(pictures, batch_size)
            parts = [self(batch.to(device)).softmax(dim=1).cpu() for batch in batches]
        finally:
            self.train(was_training)
        return torch.cat(parts).numpy()

    def predict(self, images: Any) -> npt.NDArray[np.int64]:
        """Return the number of the likeliest class for each picture; `classes` holds the names."""
        best: npt.NDArray[np.int64] = self.probabilities(images).argmax(axis=1)
        return best


def _stem(channels: int, width: int, n_halvings: int) -> nn.Sequential:
    """Return the first layers: a 3x3 convolution, strided if the picture is large, and pooling if it is very large."""
    stride = 2 if n_halvings > 0 else 1
    layers = [nn.Conv2d(channels, width, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    layers += [nn.MaxPool2d(2, ceil_mode=True) for _ in range(n_halvings - 1)]
    return nn.Sequential(*layers)


def _per_channel(name: str, values: Any, channels: int) -> torch.Tensor:
    """Return one number for each channel as a tensor that broadcasts over pictures."""
    tensor = torch.as_tensor(values, dtype=torch.float32).reshape(-1)
    if len(tensor) not in (1, channels) or not bool(torch.isfinite(tensor).all()):
        raise ValueError(message(name, f"one finite number for each of {channels} channels", values, "Count channels."))
    return tensor.expand(channels).reshape(channels, 1, 1).clone()  # (channels, 1, 1)
