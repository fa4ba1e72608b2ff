"""Convolution and pooling by hand, and the size that comes out.

A small window, the kernel, slides over the picture; at every place its numbers are multiplied with the pixels below
and added up: one number of the feature map. Pooling slides a window too and keeps the largest pixel. Stride is how far
the window moves, padding a border of zeros, dilation a gap between the pixels that the window reads.

Left out: groups, other borders than zeros, and speed: torch computes the same a thousand times faster.
Next: receptive.py, for what one number of a deep layer knows.
"""

import math
import numbers
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_flag, check_integer, message

__all__ = ["convolve", "max_pool", "output_size"]

Array = npt.NDArray[np.float64]
Pair = tuple[int, int]


def output_size(
    size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> int:
    """Return how many places a sliding window finds along one side of a picture.

    Parameters
    ----------
    size : int
        Pixels along the side.
    kernel : int
        Pixels that the window reads along the side.
    stride : int, default 1
        Pixels from one place of the window to the next.
    padding : int, default 0
        Pixels added at each end.
    dilation : int, default 1
        Distance of the pixels that the window reads; 1 means neighbours.
    ceil_mode : bool, default False
        Whether a last window may hang over the end, as pooling layers allow.

    Returns
    -------
    int
        Pixels along the side of what comes out.

    Raises
    ------
    ValueError
        When a number is too small, or the window is larger than the padded side.

    Notes
    -----
    floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, with ceil in the place of floor in ceil mode;
    there the last window counts only if it starts inside the picture or the padding before it.

    Examples
    --------
    >>> output_size(28, 3, stride=3)
    9
    >>> output_size(28, 3, stride=3, ceil_mode=True)
    10
    >>> output_size(64, 5, stride=2)
    30
    """
    size, kernel = check_integer("size", size, low=1), check_integer("kernel", kernel, low=1)
    stride, padding = check_integer("stride", stride, low=1), check_integer("padding", padding, low=0)
    reach = check_integer("dilation", dilation, low=1) * (kernel - 1) + 1  # pixels from the window's first to its last
    room = size + 2 * padding - reach  # how far the window can slide
    if room < 0:
        got = f"{reach} over {size} + 2 * {padding} pixels"
        raise ValueError(message("kernel", "a window inside the padded picture", got, "Make it smaller or pad more."))
    if not check_flag("ceil_mode", ceil_mode):
        return room // stride + 1
    places = math.ceil(room / stride) + 1
    return places - 1 if (places - 1) * stride >= size + padding else places


def convolve(
    images: Any, kernels: Any, bias: Any = None, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Array:
    """Return the feature maps of a convolution, computed window by window.

    Parameters
    ----------
    images : array_like, shape (height, width) or (n, channels, height, width)
        One grey picture, or a batch.
    kernels : array_like, shape (k, l) or (n_maps, channels, k, l)
        One kernel for one grey picture, or one for each feature map.
    bias : array_like, shape (n_maps,), optional
        A number added to each map; default 0.
    stride, padding, dilation : int or (int, int), default 1, 0, 1
        How far the window moves, the border of zeros, the distance of the pixels it reads; downwards and to the right.

    Returns
    -------
    ndarray of float, shape (height', width') or (n, n_maps, height', width')
        Sides as `output_size` says.

    Raises
    ------
    ValueError
        When the shapes do not fit or the window is larger than the padded picture.

    Notes
    -----
    As in every library of networks the kernel is not mirrored; mathematicians call this a cross-correlation. For
    learned kernels there is no difference.

    Examples
    --------
    >>> convolve([[0, 0, 5], [0, 0, 5], [0, 0, 5]], [[-1, 1]])
    array([[0., 5.],
           [0., 5.],
           [0., 5.]])
    """
    pictures, weights = _numbers("images", images), _numbers("kernels", kernels)
    single = pictures.ndim == 2 and weights.ndim == 2
    if single:
        pictures, weights = pictures[None, None], weights[None, None]
    if pictures.ndim != 4 or weights.ndim != 4 or pictures.shape[1] != weights.shape[1]:
        expected = f"of shape (n_maps, channels, k, l) with the channels of images {pictures.shape}"
        raise ValueError(message("kernels", expected, kernels if single else weights, "Pass both 2-d, or both 4-d."))
    offsets = np.zeros(len(weights)) if bias is None else _numbers("bias", bias)
    if offsets.shape != (len(weights),):
        raise ValueError(message("bias", f"of shape ({len(weights)},)", offsets, "One number for each map."))

    padding = _pair("padding", padding, low=0)
    sides = _sides(pictures.shape[2:], weights.shape[2:], stride, padding, dilation)
    pictures = np.pad(pictures, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    maps = np.empty((len(pictures), len(weights), *sides))  # (n, n_maps, height', width')
    for row, column, window in _windows(pictures, sides, weights.shape[2:], stride, dilation):
        # Each kernel is laid on each window (n, channels, k, l): multiply, add up.
        maps[:, :, row, column] = (window[:, None] * weights).sum(axis=(2, 3, 4)) + offsets
    return maps[0, 0] if single else maps


def max_pool(
    images: Any, size: Any, *, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
) -> Array:
    """Return the largest pixel of every window.

    Parameters
    ----------
    images : array_like, shape (height, width) or (n, channels, height, width)
        One grey picture, or a batch.
    size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        How far it moves. Default: `size`, so that windows do not overlap.
    padding : int or (int, int), default 0
        A border that never wins; at most half of `size`.
    dilation : int or (int, int), default 1
        Distance of the pixels that the window reads.
    ceil_mode : bool, default False
        Whether a last window may hang over the end.

    Returns
    -------
    ndarray of float, shape (height', width') or (n, channels, height', width')
        Sides as `output_size` says.

    Raises
    ------
    ValueError
        When the shapes do not fit or the window is larger than the padded picture.

    Examples
    --------
    >>> max_pool([[1, 3, 2, 4], [5, 6, 1, 2]], 2)
    array([[6., 4.]])
    """
    pictures = _numbers("images", images)
    single = pictures.ndim == 2
    if single:
        pictures = pictures[None, None]
    if pictures.ndim != 4:
        expected = "of shape (height, width) or (n, channels, height, width)"
        raise ValueError(message("images", expected, pictures, "Add the missing axes."))
    window_size = _pair("size", size, low=1)
    stride = window_size if stride is None else stride
    padding = _pair("padding", padding, low=0)
    if any(2 * border > side for border, side in zip(padding, window_size, strict=True)):
        raise ValueError(message("padding", f"at most half of size {window_size}", padding, "A window needs a pixel."))
    sides = _sides(pictures.shape[2:], window_size, stride, padding, dilation, ceil_mode)
    # A border of minus infinity never wins; behind the end it is long enough for windows that hang over.
    hang = _pair("stride", stride, low=1) if ceil_mode else (0, 0)
    border = [(0, 0), (0, 0), *((before, before + more) for before, more in zip(padding, hang, strict=True))]
    pictures = np.pad(pictures, border, constant_values=-np.inf)
    pooled = np.empty((*pictures.shape[:2], *sides))
    for row, column, window in _windows(pictures, sides, window_size, stride, dilation):
        pooled[:, :, row, column] = window.max(axis=(2, 3))
    return pooled[0, 0] if single else pooled


def _windows(pictures: Array, sides: Pair, size: Pair, stride: Any, dilation: Any) -> Iterator[tuple[int, int, Array]]:
    """Yield row, column and the window (n, channels, k, l) that lies there."""
    (down, right), (gap_down, gap_right) = _pair("stride", stride, low=1), _pair("dilation", dilation, low=1)
    reach = (gap_down * (size[0] - 1) + 1, gap_right * (size[1] - 1) + 1)
    for row in range(sides[0]):
        for column in range(sides[1]):
            top, left = row * down, column * right
            yield row, column, pictures[:, :, top : top + reach[0] : gap_down, left : left + reach[1] : gap_right]


def _sides(picture: Any, size: Pair, stride: Any, padding: Pair, dilation: Any, ceil_mode: bool = False) -> Pair:
    """Return height and width of what comes out."""
    strides, gaps = _pair("stride", stride, low=1), _pair("dilation", dilation, low=1)
    each = zip(picture, size, strides, padding, gaps, strict=True)
    height, width = (output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode) for n, k, s, p, d in each)
    return height, width


def _pair(name: str, value: Any, *, low: int) -> Pair:
    """Return a number for each direction."""
    if isinstance(value, tuple | list) and len(value) == 2:
        return check_integer(name, value[0], low=low), check_integer(name, value[1], low=low)
    if not isinstance(value, numbers.Integral):
        raise TypeError(message(name, "an integer or a pair of integers", value, "Pass a whole number, such as 2."))
    return (check_integer(name, value, low=low),) * 2


def _numbers(name: str, values: Any) -> Array:
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(message(name, "an array of numbers", values, "Pass a numpy array or nested lists.")) from None
    if array.size == 0 or not np.isfinite(array).all():
        raise ValueError(message(name, "finite numbers, at least one", array, "Replace nan, for example by 0."))
    return array
