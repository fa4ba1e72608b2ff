"""How much of the picture one number in a deep layer knows.

The first window reads three pixels a side; a window over its maps reads three neighbours of these, which together know
five; and where a layer has halved the maps, neighbours lie two pixels apart and the next window reaches twice as far.

Left out: networks with more than one path, such as shortcuts; there the longest path counts.
Next: feature_maps.py, for what learned kernels see.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from torch import nn

from .._support.checks import message

__all__ = ["FieldRow", "receptive_field"]

# Layers that look at each pixel alone, whatever they do to it.
ALONE = (
    nn.ReLU, nn.LeakyReLU, nn.GELU, nn.SiLU, nn.Sigmoid, nn.Tanh, nn.BatchNorm2d, nn.Dropout, nn.Dropout2d, nn.Identity,
)  # fmt: skip


class FieldRow(NamedTuple):
    """What one pixel of a layer's output sees of the picture."""

    layer: str
    field: int  # side of the square of picture pixels that one output pixel depends on
    jump: int  # how many picture pixels lie between two neighbours of the output


def receptive_field(layers: nn.Module | Iterable[nn.Module]) -> list[FieldRow]:
    """Return, layer by layer, how much of the picture one output pixel depends on.

    Parameters
    ----------
    layers : torch.nn.Sequential or sequence of torch.nn.Module
        Convolutions, pooling, and layers that look at each pixel alone, in order. All windows must be square.

    Returns
    -------
    list of FieldRow
        One row (layer, field, jump) for each convolution and each pooling layer.

    Raises
    ------
    ValueError
        When a layer is of another kind, or a window is not square.

    Notes
    -----
    A window of k pixels reads (k - 1) * dilation * jump picture pixels more than one pixel below did; a stride
    multiplies the jump.

    Examples
    --------
    >>> for row in receptive_field([nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3)]):
    ...     print(row.layer, row.field, row.jump)
    Conv2d 3 1
    MaxPool2d 4 2
    Conv2d 8 2
    """
    field, jump, rows = 1, 1, []
    for layer in _flat(layers):
        if isinstance(layer, ALONE):
            continue
        kernel, stride, dilation = (_square(layer, name) for name in ("kernel_size", "stride", "dilation"))
        field += (kernel - 1) * dilation * jump
        jump *= stride
        rows.append(FieldRow(type(layer).__name__, field, jump))
    return rows


def _flat(layers: nn.Module | Iterable[nn.Module]) -> Iterator[nn.Module]:
    """Yield the layers one by one, those inside a Sequential too."""
    for layer in [layers] if isinstance(layers, nn.Module) and not isinstance(layers, nn.Sequential) else layers:
        if isinstance(layer, nn.Sequential):
            yield from _flat(layer)
        elif isinstance(layer, (*ALONE, nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)):
            yield layer
        else:
            name = type(layer).__name__ if isinstance(layer, nn.Module) else layer
            remedy = "Pass the part before it: a Linear layer sees everything, a block with a shortcut has two paths."
            raise ValueError(message("layers", "convolutions, pooling and layers that see one pixel", name, remedy))


def _square(layer: nn.Module, name: str) -> int:
    """Return a layer's number that holds for both directions."""
    value = getattr(layer, name, 1)  # AvgPool2d has no dilation
    down, right = value if isinstance(value, tuple) else (value, value)
    if down != right:
        raise ValueError(message(f"{name} of {type(layer).__name__}", "the same in both directions", value))
    return int(down)
