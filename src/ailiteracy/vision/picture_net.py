"""What every network for pictures has in common, whatever its layers are.

A network carries with it how its pictures must look and what its classes are called: size, channels, the mean and
spread to normalise by, the names. So bytes straight from a file go in and class names come out, and a network that was
saved can be used years later without the program that trained it.

Left out: the layers; each kind of network adds its own.
Next: ladder.py, from one layer to many; residual.py; speed_net.py.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .._support.checks import check_integer, message
from ..training.evaluation import keep_modes
from .pictures import as_pictures

__all__ = ["PictureNet", "check_classes"]


class PictureNet(nn.Module):
    """A network that knows its classes and how its pictures must look.

    Parameters
    ----------
    name : str
        What the network is called among `build_model`'s names.
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
    TypeError, ValueError
        When a number does not fit.
    """

    mean: torch.Tensor  # (channels, 1, 1)
    std: torch.Tensor

    def __init__(
        self,
        name: str,
        *,
        classes: Any = tuple("0123456789"),
        channels: int = 1,
        size: tuple[int, int] = (28, 28),
        mean: Any = None,
        std: Any = None,
    ) -> None:
        super().__init__()
        self.name = name
        if not isinstance(size, tuple | list) or len(size) != 2:
            raise TypeError(message("size", "height and width in pixels", size, "Pass for example (28, 28)."))
        self.classes = check_classes(classes)
        self.channels = check_integer("channels", channels, low=1)
        self.size = (check_integer("height", size[0], low=1), check_integer("width", size[1], low=1))
        self.register_buffer("mean", _per_channel("mean", 0.5 if mean is None else mean, channels))
        self.register_buffer("std", _per_channel("std", 0.25 if std is None else std, channels).clamp_min(1e-3))

    @property
    def architecture(self) -> dict[str, Any]:
        """The arguments that build this network again; what is saved beside the weights."""
        return {"name": self.name, "classes": list(self.classes), "channels": self.channels, "size": list(self.size)}

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (B, n_classes) for pictures (B, channels, height, width): bytes 0-255 or floats 0-1."""
        if images.dtype == torch.uint8:
            images = images.to(self.mean.dtype) / 255
        return self.logits((images - self.mean) / self.std)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits (B, n_classes) for normalised pictures; each kind of network says how."""
        raise NotImplementedError

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
        with keep_modes(self):
            self.eval()
            batches = torch.split(pictures, check_integer("batch_size", batch_size, low=1))
            parts = [self(batch.to(self.mean.device)).softmax(dim=1).cpu() for batch in batches]
        return torch.cat(parts).numpy()

    def predict(self, images: Any) -> npt.NDArray[np.int64]:
        """Return the number of the likeliest class for each picture; `classes` holds the names."""
        best: npt.NDArray[np.int64] = self.probabilities(images).argmax(axis=1)
        return best


def check_classes(classes: Any) -> tuple[str, ...]:
    """Return the names of two or more classes as texts."""
    try:
        names = tuple(str(each) for each in classes)
    except TypeError:  # a number, which may be one of numpy's
        remedy = "Pass for example range(10)."
        raise TypeError(message("classes", "a name for each class", classes, remedy)) from None
    check_integer("number of classes", len(names), low=2, remedy="A classifier needs two or more.")
    return names


def _per_channel(name: str, values: Any, channels: int) -> torch.Tensor:
    """Return one number for each channel as a tensor that broadcasts over pictures."""
    tensor = torch.as_tensor(values, dtype=torch.float32).reshape(-1)
    if len(tensor) not in (1, channels) or not bool(torch.isfinite(tensor).all()):
        raise ValueError(message(name, f"one finite number for each of {channels} channels", values, "Count channels."))
    return tensor.expand(channels).reshape(channels, 1, 1).clone()  # (channels, 1, 1)
