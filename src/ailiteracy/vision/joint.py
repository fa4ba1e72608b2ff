"""Random changes of a picture together with what is marked in it.

When a picture is mirrored, the box around the dog must be mirrored too, and so must the mask that says which pixels are
dog. Each change is drawn once and applied to all of them. Colours change in the picture only.

Left out: random crops, which may cut boxes off or lose them; torchvision.transforms.v2 treats those.
Next: augment_sheet.py.
"""

from typing import Any

import torch

from .._support.checks import check_integer, check_number, message
from ._picture_batches import draw, like, to_floats
from .augment_colour import color_jitter
from .augment_warp import rotation, warp

__all__ = ["augment_boxes", "augment_mask", "flip_boxes"]

IGNORED = 255  # the class number that losses skip: torch.nn.CrossEntropyLoss(ignore_index=255)


def flip_boxes(boxes: torch.Tensor, width: int) -> torch.Tensor:
    """Return the boxes in the mirrored picture.

    Parameters
    ----------
    boxes : Tensor of shape (n, 4)
        Left, top, right, bottom in pixels from the top left corner of the picture.
    width : int
        Width of the picture.

    Returns
    -------
    Tensor of shape (n, 4)
        The right side has become the left one, at the same distance from the other border.

    Examples
    --------
    >>> flip_boxes(torch.tensor([[10, 0, 30, 20]]), 100).tolist()
    [[70, 0, 90, 20]]
    """
    left, top, right, bottom = _check_boxes(boxes).unbind(1)
    return torch.stack([width - right, top, width - left, bottom], dim=1)


def augment_boxes(
    image: torch.Tensor,
    boxes: torch.Tensor,
    generator: torch.Generator,
    *,
    flip: float = 0.5,
    brightness: float = 0.2,
    contrast: float = 0.2,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a picture, mirrored or not and in another light, with its boxes around the same things.

    Parameters
    ----------
    image : Tensor of shape (channels, height, width)
        Bytes, or floats from 0 to 1.
    boxes : Tensor of shape (n, 4)
        Left, top, right, bottom in pixels; n may be 0.
    generator : torch.Generator
        Where chance comes from.
    flip : float, default 0.5
        How likely picture and boxes are mirrored.
    brightness, contrast : float, default 0.2
        As for `color_jitter`.

    Returns
    -------
    image : Tensor of shape (channels, height, width)
        The new picture.
    boxes : Tensor of shape (n, 4)
        The new boxes, in the same order.

    Raises
    ------
    ValueError
        When shapes or values do not fit.

    Examples
    --------
    >>> image, boxes = torch.zeros(3, 8, 10), torch.tensor([[1, 2, 4, 6]])
    >>> augment_boxes(image, boxes, torch.Generator().manual_seed(0), flip=1)[1].tolist()
    [[6, 2, 9, 6]]
    """
    image, boxes = _check_image(image), _check_boxes(boxes).clone()
    flip = check_number("flip", flip, low=0, high=1)
    if float(draw("rand", (1,), generator, image)) < flip:
        image, boxes = image.flip(-1), flip_boxes(boxes, image.shape[-1])
    return color_jitter(image[None], generator, brightness=brightness, contrast=contrast)[0], boxes


def augment_mask(
    image: torch.Tensor,
    mask: torch.Tensor,
    generator: torch.Generator,
    *,
    flip: float = 0.5,
    degrees: float = 10.0,
    ignored: int = IGNORED,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a picture, mirrored or not and turned, with the mask of its pixels changed in the same way.

    Parameters
    ----------
    image : Tensor of shape (channels, height, width)
        Bytes or floats.
    mask : Tensor of int, shape (height, width)
        The class number of each pixel.
    generator : torch.Generator
        Where chance comes from.
    flip : float, default 0.5
        How likely both are mirrored.
    degrees : float, default 10.0
        Largest angle to the left or right.
    ignored : int, default 255
        What the mask says where the turned picture has no pixels; losses take it as ``ignore_index``.

    Returns
    -------
    image : Tensor of shape (channels, height, width)
        The new picture, black where nothing was.
    mask : Tensor of int, shape (height, width)
        Each pixel has one of the old numbers or `ignored`: numbers of classes have no mean, so the nearest is taken.

    Raises
    ------
    ValueError, TypeError
        When shapes, types or values do not fit.

    Examples
    --------
    >>> image, mask = torch.zeros(3, 2, 2), torch.tensor([[1, 2], [3, 4]])
    >>> augment_mask(image, mask, torch.Generator().manual_seed(0), flip=1, degrees=0)[1].tolist()
    [[2, 1], [4, 3]]
    """
    image = _check_image(image)
    if not isinstance(mask, torch.Tensor) or mask.shape != image.shape[1:] or mask.is_floating_point():
        expected = f"a tensor of {image.shape[1]} x {image.shape[2]} class numbers, one for each pixel of `image`"
        raise ValueError(message("mask", expected, mask, "Convert with mask.long()."))
    flip, degrees = check_number("flip", flip, low=0, high=1), check_number("degrees", degrees, low=0, high=180)
    numbers = torch.iinfo(torch.int64 if mask.dtype == torch.bool else mask.dtype)  # truth values become numbers
    remedy = "Choose one that the mask's type can hold, or convert with mask.long()."
    ignored = check_integer("ignored", ignored, low=numbers.min, high=numbers.max, remedy=remedy)
    # 1. Draw once.
    chances = draw("rand", (2,), generator, image)
    angle = degrees * (2 * chances[1:] - 1)  # (1,)
    # 2. Apply to both.
    if float(chances[0]) < flip:
        image, mask = image.flip(-1), mask.flip(-1)
    if degrees == 0:
        return image.clone(), mask.clone()
    turned = like(image, warp(to_floats(image)[None], rotation(angle))[0])
    # Where does each pixel of the mask come from? A picture of pixel numbers, counted from 1, is turned to find out.
    places = torch.arange(1, mask.numel() + 1, device=mask.device, dtype=torch.float64).reshape(1, 1, *mask.shape)
    source = warp(places, rotation(angle), mode="nearest").long().flatten()  # 0 where nothing was
    found = mask.flatten()[(source - 1).clamp(min=0)]
    return turned, torch.where(source > 0, found, ignored).reshape(mask.shape)


def _check_image(image: Any) -> torch.Tensor:
    if not isinstance(image, torch.Tensor) or image.ndim != 3:
        raise ValueError(message("image", "a tensor of shape (channels, height, width)", image, "Pass one picture."))
    return image


def _check_boxes(boxes: Any) -> torch.Tensor:
    if not isinstance(boxes, torch.Tensor) or boxes.ndim != 2 or boxes.shape[1] != 4:
        remedy = "Each row holds left, top, right, bottom."
        raise ValueError(message("boxes", "a tensor of shape (n, 4)", boxes, remedy))
    if bool((boxes[:, 2:] < boxes[:, :2]).any()):
        row = int((boxes[:, 2:] < boxes[:, :2]).any(dim=1).nonzero()[0])
        remedy = "Boxes given as left, top, width, height need left + width and top + height."
        raise ValueError(message("boxes", "left <= right and top <= bottom", boxes[row].tolist(), remedy))
    # Integers of 8 or 16 bits could not hold every width.
    return boxes if boxes.is_floating_point() else boxes.long()
