"""From anything that is a picture to the bytes a network reads.

Files come grey, coloured, transparent, 16 bits deep, on their side; arrays come with channels first or last, as bytes
or as floats. Everything becomes one layout: (n, channels, height, width). The same function serves training and
prediction, so a picture never looks different to the network than the pictures it learned from.

Left out: video, raw camera files, several pages in one file (the first is taken).
Next: datasets.py.
"""

import pathlib
import struct
import warnings
import zlib
from typing import Any

import numpy as np
import torch

from .._support.checks import message
from .._support.files import check_path

__all__ = ["as_pictures", "picture_pixels", "read_picture"]

# What Pillow raises on damaged files depends on the kind of file and on where the damage is.
UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, RuntimeError, LookupError, TypeError, OverflowError, struct.error,
    zlib.error,
)  # fmt: skip
SIXTEEN_BITS = ("PNG", "PPM")  # kinds of file that hold 16 bits where Pillow says mode "I", which has room for 32


def read_picture(path: Any, *, size: tuple[int, int] | None = None, channels: int = 3) -> torch.Tensor:
    """Return a picture file as bytes.

    Parameters
    ----------
    path : str or path-like
        A file of any kind that Pillow reads.
    size : tuple of int, optional
        Height and width wanted: the picture is scaled until it covers them, then cut out at the centre. By default
        the picture keeps its own.
    channels : int, default 3
        1 for grey, 3 for colour.

    Returns
    -------
    Tensor of uint8, shape (channels, height, width)
        Upright (the camera's note on rotation is followed); transparent parts stand on white.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When the file is empty, cut off or not a picture.
    """
    from PIL import Image

    path = check_path("path", path)
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise FileNotFoundError(f"picture {str(path)!r} {what}. Pass the path of one picture file.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on odd metadata; what cannot be read still raises
            with Image.open(path) as file:
                return picture_pixels(file, size=size, channels=channels)
    except (*UNREADABLE, Image.DecompressionBombError) as error:
        raise ValueError(_unreadable(path, error)) from None


def picture_pixels(picture: Any, *, size: tuple[int, int] | None = None, channels: int = 3) -> torch.Tensor:
    """Return an open Pillow image as bytes (channels, height, width), brought to its form as `read_picture` does."""
    from PIL import Image, ImageOps

    kind = picture.format  # of the file; forgotten when the picture is turned
    picture = ImageOps.exif_transpose(picture)
    picture.load()
    picture = _plain(picture, kind).convert("L" if channels == 1 else "RGB")
    if size is not None and (picture.height, picture.width) != tuple(size):
        picture = ImageOps.fit(picture, (size[1], size[0]), Image.Resampling.BILINEAR)
    pixels = np.array(picture, dtype=np.uint8)  # (height, width) or (height, width, 3)
    return torch.from_numpy(pixels).reshape(*pixels.shape[:2], channels).permute(2, 0, 1).contiguous()


def as_pictures(
    argument: str, images: Any, *, channels: int | None = None, size: tuple[int, int] | None = None
) -> torch.Tensor:
    """Return arrays or tensors of pictures in the one layout, after checking them.

    Parameters
    ----------
    argument : str
        Name to use in error messages.
    images : array_like
        Shape (n, channels, height, width), (n, height, width, channels), (n, height, width) or (height, width).
    channels : int, optional
        What is expected: 1 or 3. By default whatever comes.
    size : tuple of int, optional
        Height and width expected; by default whatever comes.

    Returns
    -------
    Tensor of shape (n, channels, height, width)
        Whole numbers as uint8 (0 to 255), floats as float32 (0 to 1).

    Raises
    ------
    TypeError
        When the values are no numbers.
    ValueError
        When shape or range are wrong, or a value is not finite.
    """
    try:
        tensor = images.detach().cpu() if isinstance(images, torch.Tensor) else _from_numpy(np.asarray(images))
    except (TypeError, ValueError, RuntimeError):
        remedy = "Pass a numpy array or a torch tensor; read files with predict_file."
        raise TypeError(message(argument, "an array of pictures of one size", images, remedy)) from None
    tensor = _channels_first(argument, tensor)
    n, found, height, width = tensor.shape
    if n == 0 or height == 0 or width == 0:
        raise ValueError(message(argument, "at least one picture with pixels", tensor, "Check where they come from."))
    if found != (channels or found) or (height, width) != (size or (height, width)):
        wanted = f"pictures of {channels} channel(s) and {size[0]} x {size[1]} pixels" if size else "other pictures"
        raise ValueError(message(argument, wanted, tensor, "Resize them, or read files with predict_file."))
    return _in_range(argument, tensor)


def _from_numpy(values: Any) -> torch.Tensor:
    """Return a tensor of its own; torch has no unsigned numbers above bytes, and no arrays that may not be written."""
    if values.dtype.kind in "iu" and values.dtype != np.uint8:
        values = values.astype(np.int64)
    return torch.from_numpy(values.astype(values.dtype.newbyteorder("=")))  # astype copies


def _channels_first(argument: str, tensor: torch.Tensor) -> torch.Tensor:
    """Return (n, channels, height, width) from the layouts that are understood."""
    if tensor.ndim == 2:
        tensor = tensor[None]  # one grey picture
    if tensor.ndim == 3:
        tensor = tensor[:, None]  # grey pictures
    if tensor.ndim == 4 and tensor.shape[1] not in (1, 3) and tensor.shape[3] in (1, 3):
        tensor = tensor.permute(0, 3, 1, 2)
    if tensor.ndim != 4 or tensor.shape[1] not in (1, 3):
        expected = "of shape (n, height, width), (n, 1 or 3, height, width) or (n, height, width, 1 or 3)"
        raise ValueError(message(argument, expected, tensor, "For one picture add an axis: image[None]."))
    return tensor.contiguous()


def _in_range(argument: str, tensor: torch.Tensor) -> torch.Tensor:
    """Return uint8 (0 to 255) or float32 (0 to 1) and refuse anything that cannot be pixels."""
    if tensor.dtype == torch.uint8:
        return tensor
    if tensor.is_complex() or tensor.dtype == torch.bool:
        raise TypeError(message(argument, "pixel values", tensor, "Use whole numbers 0 to 255 or floats 0 to 1."))
    if not tensor.is_floating_point():
        if int(tensor.min()) < 0 or int(tensor.max()) > 255:
            got = f"{int(tensor.min())} to {int(tensor.max())}"
            raise ValueError(message(argument, "whole numbers from 0 to 255", got, "Scale them down."))
        return tensor.to(torch.uint8)
    if not bool(torch.isfinite(tensor).all()):
        raise ValueError(message(argument, "finite numbers", "nan or infinity", "Replace them, for example by 0."))
    if float(tensor.min()) < 0 or float(tensor.max()) > 1:
        got = f"{float(tensor.min()):g} to {float(tensor.max()):g}"
        remedy = "Divide by the largest possible value: 255 for bytes, 16 for scikit-learn's digits."
        raise ValueError(message(argument, "floats from 0 to 1", got, remedy))
    return tensor.to(torch.float32)


def _plain(picture: Any, kind: str | None) -> Any:
    """Return a picture of 8 bits without transparency."""
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, dtype=np.float64)
        top = _white(picture.mode, kind, float(values.max()))
        return Image.fromarray((values.clip(0, top) / top * 255).round().astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture


def _white(mode: str, kind: str | None, largest: float) -> float:
    """Return the value of white. A dark picture must stay dark: its largest value counts only where nothing else tells.

    Floats are meant from 0 to 1 or from 0 to 255; mode "I" has room for 32 bits, mostly used for 8 or 16.
    """
    if mode == "F":
        return 1.0 if largest <= 1 else max(255.0, largest)
    return 65535.0 if mode != "I" or kind in SIXTEEN_BITS or largest > 255 else 255.0


def _unreadable(path: pathlib.Path, error: Exception) -> str:
    """Return what is wrong with the file in one line."""
    if path.stat().st_size == 0:
        return f"picture {str(path)!r} is empty (0 bytes). Copy or download it again."
    if type(error).__name__ == "DecompressionBombError":
        reason = "it has more pixels than Pillow opens (179 million)"
        return f"picture {str(path)!r} cannot be read: {reason}. Make a smaller copy of it."
    reason = str(error).split(" '")[0] or type(error).__name__
    return f"picture {str(path)!r} cannot be read: {reason}. Open it in a viewer; copy it again or save it as PNG."
