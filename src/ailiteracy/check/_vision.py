"""Checkers for pictures: convolution and pooling by hand, sizes, changes, scores, splits. The texts are in vision.toml.

Pictures are small and not square, so that height and width cannot change places unnoticed.

Next: `_language.py`.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .._support.language import say
from .compare import as_array
from .judge import NotYetError, call, expect

Array = npt.NDArray[Any]


def _windows(image: Array, height: int, width: int, stride: int) -> Array:
    """Return all windows of a picture, of shape (rows, columns, height, width)."""
    return np.lib.stride_tricks.sliding_window_view(image, (height, width))[::stride, ::stride]


def convolve(answer: Any) -> None:
    rng = np.random.default_rng(0)
    for shape, kernel_shape, stride in (
        ((4, 6), (2, 3), 1),
        ((5, 7), (3, 3), 2),
        ((3, 4), (3, 2), 1),
        ((6, 6), (1, 2), 3),
    ):
        image = rng.integers(-5, 6, shape).astype(float)
        kernel = rng.integers(-3, 4, kernel_shape).astype(float)
        windows = _windows(image, *kernel_shape, stride)
        want = (windows * kernel).sum(axis=(2, 3))
        slips = {
            "the kernel was mirrored; networks lay it on as it is.": (windows * kernel[::-1, ::-1]).sum(axis=(2, 3)),
            "this is a mean; the products are added up.": want / kernel.size,
            "the last place counts too: one more in each direction.": want[:-1, :-1],
            "the stride had no effect.": (_windows(image, *kernel_shape, 1) * kernel).sum(axis=(2, 3)),
            "the pixels were added up without the numbers of the kernel.": windows.sum(axis=(2, 3)),
            "height and width changed places.": want.T,
        }
        expect(answer, (image, kernel, stride), want, slips)


def max_pool(answer: Any) -> None:
    rng = np.random.default_rng(1)
    for shape, size in (((4, 6), 2), ((5, 7), 2), ((6, 3), 3), ((7, 8), 3)):
        image = rng.permutation(shape[0] * shape[1]).reshape(shape).astype(float) - 20
        windows = _windows(image, size, size, size)
        up = [-(-side // size) * size - side for side in shape]
        hanging = np.pad(image, ((0, up[0]), (0, up[1])), constant_values=-np.inf)
        rest = np.pad(image, ((0, up[0]), (0, up[1])))
        slips = {
            "this is the mean of each window; the largest number is asked for.": windows.mean(axis=(2, 3)),
            "this is the smallest number of each window.": windows.min(axis=(2, 3)),
            "the windows overlap: the next one begins where the last one ends.": _windows(image, size, size, 1).max(
                axis=(2, 3)
            ),
            "a window that is only half filled does not count.": _windows(hanging, size, size, size).max(axis=(2, 3)),
            "zeros were added at the end; a window that is half filled does not count.": _windows(
                rest, size, size, size
            ).max(axis=(2, 3)),
            "the last window counts too.": windows.max(axis=(2, 3))[:-1, :-1],
        }
        expect(answer, (image, size), windows.max(axis=(2, 3)), slips)


def flat_width(answer: Any) -> None:
    padded, lenet = [(3, 1, 1), (3, 1, 1)], [(5, 1, 2), (2, 2, 0), (5, 1, 0), (2, 2, 0)]
    for side, channels, layers in (
        (32, 8, padded),
        (28, 16, lenet),
        (64, 10, [(5, 2, 0), (2, 2, 0)]),
        (15, 3, [(2, 2, 0)]),
    ):

        def last_side(layers: Any, *, both: int = 2, up: bool = False, side: int = side) -> int:
            for kernel, stride, padding in layers:
                room = side + both * padding - kernel
                side = (math.ceil(room / stride) if up else room // stride) + 1
            return side

        want = last_side(layers)
        slips = {
            "this is the side; a map has as many rows as columns, and there is one for each channel.": want,
            "the channels are missing.": want * want,
            "a map has as many rows as columns: the side counts twice.": channels * want,
            "padding is added on both sides.": channels * last_side(layers, both=1) ** 2,
            "padding adds rows and columns.": channels * last_side(layers, both=0) ** 2,
            "a place that is only half filled does not count: round down.": channels * last_side(layers, up=True) ** 2,
            "the last layer was left out.": channels * last_side(layers[:-1]) ** 2,
            "this is the size of the picture that goes in.": channels * side * side,
        }
        expect(answer, (side, channels, layers), channels * want * want, slips)


def conv_parameters(answer: Any) -> None:
    for n_in, n_out, kernel, bias in ((2, 16, 3, True), (1, 6, 5, True), (64, 128, 1, False), (8, 8, 3, False)):
        weights = n_in * n_out * kernel * kernel
        slips = {
            "every map that comes out has a bias.": weights,
            "there is no bias here.": weights + n_out,
            "there is one bias for each map that comes out, not for each that goes in.": weights + n_in,
            "there is one bias for each map that comes out, not for each kernel.": weights + n_in * n_out,
            "a kernel has as many rows as columns.": n_in * n_out * kernel + (n_out if bias else 0),
            "a kernel reaches through all channels that go in.": n_out * kernel * kernel + (n_out if bias else 0),
            "there is a kernel for each map that comes out.": n_in * kernel * kernel + (n_out if bias else 0),
        }
        expect(answer, (n_in, n_out, kernel, bias), weights + (n_out if bias else 0), slips)


def receptive_field(answer: Any) -> None:
    for layers in (
        [(3, 1)],
        [(3, 1), (3, 1)],
        [(3, 1), (2, 2), (3, 1)],
        [(7, 2), (3, 2), (3, 1), (3, 2)],
        [(5, 2), (3, 1)],
    ):
        field, early, jump = 1, 1, 1
        for kernel, stride in layers:
            field += (kernel - 1) * jump
            jump *= stride
            early += (kernel - 1) * jump
        kernels = [kernel for kernel, _ in layers]
        slips = {
            "the stride of a layer counts for the layers after it, not for itself.": early,
            "behind a stride of 2, neighbours lie two pixels apart.": 1 + sum(kernel - 1 for kernel in kernels),
            "windows of neighbours overlap: the sizes are not just added up.": sum(kernels),
            "the sizes are multiplied; windows of neighbours overlap.": math.prod(kernels),
            "this is the last layer alone.": kernels[-1],
            "this is how far apart neighbours lie in the end.": jump,
            "the middle pixel counts too.": field - 1,
        }
        expect(answer, (layers,), field, slips)


def normalize_channels(answer: Any) -> None:
    rng = np.random.default_rng(2)
    for n_train, n_other, height, width in ((6, 4, 3, 5), (3, 3, 3, 3)):
        level = np.array([0.2, 0.5, 0.7]).reshape(1, 3, 1, 1)
        train = rng.normal(level, [[[[0.1]], [[0.2]], [[0.3]]]], (n_train, 3, height, width))
        other = rng.normal(level + 0.1, 0.2, (n_other, 3, height, width))

        def scaled(part: Array, by: Array, axes: Any) -> Array:
            return np.asarray((part - by.mean(axis=axes, keepdims=True)) / by.std(axis=axes, keepdims=True))

        axes, std = (0, 2, 3), train.std(axis=(0, 2, 3), keepdims=True)
        want = (scaled(train, train, axes), scaled(other, train, axes))
        slips = {
            "the second set was scaled by itself: both are scaled alike, by what the first set says.": (
                want[0],
                scaled(other, other, axes),
            ),
            "the numbers came from both sets together: the second set is not to be looked at.": tuple(
                scaled(part, np.concatenate([train, other]), axes) for part in (train, other)
            ),
            "all channels share one mean; each has its own.": tuple(scaled(p, train, None) for p in (train, other)),
            "each place of the picture has a mean of its own; a channel has one.": tuple(
                scaled(p, train, 0) for p in (train, other)
            ),
            "each picture was scaled by itself.": (scaled(train, train, (2, 3)), scaled(other, other, (2, 3))),
            "the deviation is still there.": tuple(
                part - train.mean(axis=axes, keepdims=True) for part in (train, other)
            ),
            "the mean is still there.": (train / std, other / std),
            "you divided by the variance; divide by its root.": tuple(part / std for part in want),
        }
        expect(answer, (train, other), want, slips)


def mirror(answer: Any) -> None:
    rng = np.random.default_rng(3)
    for which in ([True, False, True], [False, False], [True]):
        images = rng.integers(0, 256, (len(which), 3, 4, 5), dtype=np.uint8)
        mask = np.array(which)

        def turned(axes: Any, mask: Array = mask, images: Array = images) -> Array:
            return np.where(mask[:, None, None, None], np.flip(images, axes), images)

        slips = {
            "the pictures stand on their heads: rows come before columns.": turned(2),
            "the pictures were turned round; mirror the columns alone.": turned((2, 3)),
            "the colours changed places: the second dimension holds the channels.": turned(1),
            "all pictures were mirrored.": images[:, :, :, ::-1],
            "the other pictures were mirrored.": turned(3, ~mask),
            "nothing was mirrored.": images,
            "only the mirrored pictures came; the others belong to the batch too.": images[mask][:, :, :, ::-1],
        }
        expect(answer, (images, mask), turned(3), slips)


def class_accuracy(answer: Any) -> None:
    notes = np.zeros((6, 6), dtype=int)
    np.add.at(notes, ((1, 3, 3, 5, 1), (1, 2, 3, 5, 0)), 1)
    for table in (np.array([[8, 2], [1, 4]]), np.array([[3, 1, 0], [0, 5, 5], [2, 0, 2]]), notes):
        right, n = np.diag(table), table.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            want, of_guesses = right / n, right / table.sum(axis=0)
        slips = {
            "these are shares of the predictions (precision): rows are the true classes.": of_guesses,
            "a class without samples has no accuracy, not even 0.": np.nan_to_num(want),
            "this is the share of all samples; each class has its own number of them.": right / table.sum(),
            "these are counts; shares are asked for.": right.astype(float),
            "percent are asked for nowhere: a share is between 0 and 1.": 100 * want,
            "these are the shares that went wrong.": 1 - want,
        }
        expect(answer, (table,), want, slips)


def top_k(answer: Any) -> None:
    rng = np.random.default_rng(4)
    for n, n_classes, k in ((40, 6, 2), (30, 5, 3), (20, 4, 1), (6, 3, 3)):
        logits, labels = rng.normal(size=(n, n_classes)), rng.integers(0, n_classes, n)
        order = np.argsort(-logits, axis=1)
        hits = (order[:, :k] == labels[:, None]).any(axis=1)
        slips = {
            "this counts the first guess alone.": float((order[:, 0] == labels).mean()),
            "these are the k smallest logits: argsort begins with them.": float(
                (order[:, -k:] == labels[:, None]).any(axis=1).mean()
            ),
            "this is a number of samples; a share is asked for.": float(hits.sum()),
            "the hits were divided by k.": float(hits.mean()) / k,
            "this is the share that went wrong.": float(1 - hits.mean()),
            "only the k-th guess was looked at.": float((order[:, k - 1] == labels).mean()),
        }
        expect(answer, (logits, labels, k), float(hits.mean()), slips)


def residual(answer: Any) -> None:
    same = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1))
    wider = nn.Sequential(nn.Conv2d(4, 6, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(6, 6, 3, padding=1))
    project, around = nn.Conv2d(4, 6, 1, stride=2), nn.Conv2d(4, 4, 1)
    for layers, shortcut in ((same, nn.Identity()), (wider, project), (same, around)):
        x = torch.randn(2, 4, 6, 6)
        with torch.no_grad():
            change, kept = layers(x), shortcut(x)
            want = (kept + change).relu()
            slips = {
                "relu comes after the sum, so that the sum is what it cuts off.": kept + change.relu(),
                "relu comes after the sum, and not before it as well.": (kept.relu() + change.relu()),
                "the relu after the sum is missing.": kept + change,
                "this is the change alone: the input is to be added.": change.relu(),
                "the shortcut had no effect: the input goes through it before it is added.": (
                    (x + change).relu() if x.shape == change.shape else "does not fit"
                ),
                "the two were multiplied; they are added.": (kept * change).relu(),
                "the two were put side by side; they are added.": torch.cat([kept, change], dim=1).relu(),
                "the input was subtracted; it is added.": (change - kept).relu(),
            }
        expect(answer, (x, layers, shortcut), want, slips)


def split_series(answer: Any) -> None:
    series = np.array([*"aaaa", *"bb", *"cccccc", *"d", *"eee", *"ffff", *"gg", *"hhh"])
    order = np.random.default_rng(5).permutation(len(series))
    for given, share in ((series, 0.25), (series[order], 0.5)):
        train, validation = _parts(call(answer, given, share, 0))
        if sorted(train + validation) != list(range(len(given))):
            hint = say("For {n} pictures, each row belongs to exactly one of the two parts.")
            raise NotYetError(hint.format(n=len(given)))
        both = set(given[train]) & set(given[validation])
        if both:
            one = sorted(both)[0]
            hint = say("Series {one!r} has pictures in both parts: the validation pictures are nearly known.")
            raise NotYetError(hint.format(one=one))
        n_want, n_got = round(share * 8), len(set(given[validation]))
        if n_got != n_want:
            hint = say("Of 8 series with a share of {share:g}, {n} series are held out.")
            swapped, pictures = say("Training comes first."), say("The share is one of series, not of pictures.")
            raise NotYetError(f"{hint.format(share=share, n=n_got)} {swapped if n_got == 8 - n_want else pictures}")
    seeds = [_parts(call(answer, series, 0.5, seed))[1] for seed in range(6)]
    if sorted(_parts(call(answer, series, 0.5, 3))[1]) != sorted(seeds[3]):
        raise NotYetError("Two calls with the same seed gave different parts.")
    if len({tuple(sorted(rows)) for rows in seeds}) == 1:
        raise NotYetError("The seed has no effect: the series that are held out are to be drawn at random.")


def _parts(parts: Any) -> tuple[list[int], list[int]]:
    """Return the two parts as lists of row numbers."""
    if not isinstance(parts, list | tuple) or len(parts) != 2:
        raise NotYetError("Two lists or arrays of row numbers are asked for: training and validation.")
    lists = []
    for part in parts:
        numbers = as_array(part)
        if numbers.ndim != 1 or numbers.size == 0 or numbers.dtype.kind not in "iu":
            raise NotYetError("Both parts hold row numbers, and at least one.")
        lists.append([int(row) for row in numbers])
    return lists[0], lists[1]
