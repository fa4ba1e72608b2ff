"""Typical wrong answers to the exercises on pictures, with a part of the hint that each must get."""

import itertools
import math

import numpy as np
import torch


def windows(image, height, width, stride):
    return np.lib.stride_tricks.sliding_window_view(image, (height, width))[::stride, ::stride]


def convolve(image, kernel, stride):
    return (windows(image, *kernel.shape, stride) * kernel).sum(axis=(2, 3))


def pool(image, size, best=np.max, stride=None):
    return best(windows(image, size, size, stride or size), axis=(2, 3))


def padded(image, size, value):
    return np.pad(image, [(0, -side % size) for side in image.shape], constant_values=value)


def side_after(side, layers, *, both=2, divide=math.floor):
    for kernel, stride, padding in layers:
        side = divide((side + both * padding - kernel) / stride) + 1
    return side


def field(layers, *, early=False):
    size = jump = 1
    for kernel, stride in layers:
        jump *= stride if early else 1
        size += (kernel - 1) * jump
        jump *= 1 if early else stride
    return size


def scale(part, by, axes=(0, 2, 3)):
    return (part - by.mean(axes, keepdims=True)) / by.std(axes, keepdims=True)


def flipped(images, which, axes):
    images = images.copy()
    images[which] = np.flip(images[which], axes)
    return images


def shares(table, axis):
    with np.errstate(all="ignore"):
        return np.diag(table) / table.sum(axis=axis)


def among(logits, labels, columns, order=-1):
    return (np.argsort(order * logits, axis=1)[:, columns] == labels[:, None]).any(axis=1)


def split(rows, share, seed):
    order = np.random.default_rng(seed).permutation(rows)
    n_out = round(share * len(rows))
    return order[n_out:], order[:n_out]


def by_name(series, share, seed, *, n_out=None):
    names = np.random.default_rng(seed).permutation(np.unique(series))
    is_out = np.isin(series, names[: round(share * len(names)) if n_out is None else n_out])
    return np.flatnonzero(~is_out), np.flatnonzero(is_out)


CALLS = itertools.count()
WRONG = {
    "vision-convolve": [
        (lambda x, k, s: convolve(x, k[::-1, ::-1], s), "mirrored"),
        (lambda x, k, s: convolve(x, k, s) / k.size, "this is a mean"),
        (lambda x, k, s: convolve(x, k, s)[:-1, :-1], "last place counts"),
        (lambda x, k, s: convolve(x, k, 1), "stride had no effect"),
        (lambda x, k, s: convolve(x, np.ones_like(k), s), "without the numbers"),
        (lambda x, k, s: convolve(x, k, s).T, "changed places"),
        (lambda x, k, s: convolve(np.pad(x, 1), k, s), "Shape (3, 4) is asked for, (5, 6) came"),
        (lambda x, k, s: x.__imul__(2), "changes its input"),
    ],
    "vision-max-pool": [
        (lambda x, n: pool(x, n, np.mean), "mean of each window"),
        (lambda x, n: pool(x, n, np.min), "smallest number"),
        (lambda x, n: pool(x, n, stride=1), "windows overlap"),
        (lambda x, n: pool(padded(x, n, -np.inf), n), "a window that is only half filled"),
        (lambda x, n: pool(padded(x, n, 0), n), "zeros were added|a window that is only half filled"),
        (lambda x, n: pool(x, n)[:-1, :-1], "the last window counts"),
        (lambda x, n: x.reshape(x.shape[0] // n, n, x.shape[1] // n, n).max((1, 3)), "raised ValueError"),
    ],
    "vision-flat-width": [
        (lambda side, n, layers: side_after(side, layers), "this is the side"),
        (lambda side, n, layers: side_after(side, layers) ** 2, "channels are missing"),
        (lambda side, n, layers: n * side_after(side, layers), "the side counts twice"),
        (lambda side, n, layers: n * side_after(side, layers, both=1) ** 2, "on both sides"),
        (lambda side, n, layers: n * side_after(side, layers, both=0) ** 2, "padding adds rows"),
        (lambda side, n, layers: n * side_after(side, layers, divide=math.ceil) ** 2, "round down"),
        (lambda side, n, layers: n * side_after(side, layers[:-1]) ** 2, "last layer was left out"),
        (lambda side, n, layers: n * side**2, "picture that goes in"),
        (lambda side, n, layers: n * side_after(side, layers, divide=float) ** 2, "A plain int is asked for"),
    ],
    "vision-conv-parameters": [
        (lambda a, b, k, bias: a * b * k * k, "every map that comes out"),
        (lambda a, b, k, bias: a * b * k * k + b, "no bias here"),
        (lambda a, b, k, bias: a * b * k * k + a * bias, "not for each that goes in"),
        (lambda a, b, k, bias: a * b * (k * k + bias), "not for each kernel"),
        (lambda a, b, k, bias: a * b * k + b * bias, "as many rows as columns"),
        (lambda a, b, k, bias: b * (k * k + bias), "all channels"),
        (lambda a, b, k, bias: a * k * k + b * bias, "a kernel for each map"),
    ],
    "vision-receptive-field": [
        (lambda layers: field(layers, early=True), "not for itself"),
        (lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers), "two pixels apart"),
        (lambda layers: sum(kernel for kernel, _ in layers), "not just added up"),
        (lambda layers: math.prod(kernel for kernel, _ in layers), "are multiplied"),
        (lambda layers: layers[-1][0], "last layer alone"),
        (lambda layers: math.prod(stride for _, stride in layers), "how far apart"),
        (lambda layers: field(layers) - 1, "middle pixel"),
    ],
    "vision-normalize-channels": [
        (lambda a, b: (scale(a, a), scale(b, b)), "scaled by itself: both"),
        (lambda a, b: tuple(scale(part, np.concatenate([a, b])) for part in (a, b)), "both sets together"),
        (lambda a, b: (scale(a, a, None), scale(b, a, None)), "share one mean"),
        (lambda a, b: (scale(a, a, 0), scale(b, a, 0)), "each place of the picture"),
        (lambda a, b: (scale(a, a, (2, 3)), scale(b, b, (2, 3))), "each picture was scaled"),
        (lambda a, b: tuple(part - a.mean((0, 2, 3), keepdims=True) for part in (a, b)), "deviation is still there"),
        (lambda a, b: tuple(part / a.std((0, 2, 3), keepdims=True) for part in (a, b)), "mean is still there"),
        (lambda a, b: tuple(scale(part, a) / a.std((0, 2, 3), keepdims=True) for part in (a, b)), "by the variance"),
        (lambda a, b: (a - a.mean(1)) / a.std(1), "raised ValueError"),
    ],
    "vision-mirror": [
        (lambda x, which: flipped(x, which, 2), "on their heads"),
        (lambda x, which: flipped(x, which, (2, 3)), "turned round"),
        (lambda x, which: flipped(x, which, 1), "colours"),
        (lambda x, which: x[:, :, :, ::-1], "all pictures were mirrored"),
        (lambda x, which: flipped(x, ~which, 3), "other pictures"),
        (lambda x, which: x, "nothing was mirrored"),
        (lambda x, which: x[which][:, :, :, ::-1], "belong to the batch too"),
        (lambda x, which: x.__setitem__(which, x[which][:, :, :, ::-1]) or x, "changes its input"),
    ],
    "vision-class-accuracy": [
        (lambda table: shares(table, 0), "precision"),
        (lambda table: np.nan_to_num(shares(table, 1)), "has no accuracy"),
        (lambda table: np.diag(table) / table.sum(), "share of all samples"),
        (lambda table: np.diag(table).astype(float), "these are counts"),
        (lambda table: 100 * shares(table, 1), "percent"),
        (lambda table: 1 - shares(table, 1), "went wrong"),
    ],
    "vision-top-k": [
        (lambda z, y, k: float((z.argmax(1) == y).mean()), "first guess alone"),
        (lambda z, y, k: float(among(z, y, slice(k), 1).mean()), "k smallest"),
        (lambda z, y, k: float(among(z, y, slice(k)).sum()), "number of samples"),
        (lambda z, y, k: float(among(z, y, slice(k)).mean() / k), "divided by k"),
        (lambda z, y, k: float(1 - among(z, y, slice(k)).mean()), "went wrong"),
        (lambda z, y, k: float(among(z, y, slice(k - 1, k)).mean()), "k-th guess"),
    ],
    "vision-residual": [
        (lambda x, f, s: s(x) + f(x).relu(), "what it cuts off"),
        (lambda x, f, s: (s(x).relu() + f(x).relu()).relu(), "not before it as well"),
        (lambda x, f, s: s(x) + f(x), "is missing"),
        (lambda x, f, s: f(x).relu(), "change alone"),
        (
            lambda x, f, s: (x + f(x)).relu() if x.shape == f(x).shape else (s(x) + f(x)).relu(),
            "shortcut had no effect",
        ),
        (lambda x, f, s: (x + f(x)).relu(), "raised RuntimeError"),
        (lambda x, f, s: (s(x) * f(x)).relu(), "multiplied"),
        (lambda x, f, s: torch.cat([s(x), f(x)], dim=1).relu(), "side by side"),
        (lambda x, f, s: (f(x) - s(x)).relu(), "subtracted"),
        (lambda x, f, s: (x.mul_(2) + f(x)).relu() if x.shape == f(x).shape else x, "changes its input"),
    ],
    "vision-split-series": [
        (lambda names, share, seed: split(np.arange(len(names)), share, seed), "in both parts"),
        (lambda names, share, seed: by_name(names, share, seed)[::-1], "Training comes first"),
        (lambda names, share, seed: by_name(names, share, seed, n_out=1), "not of pictures"),
        (lambda names, share, seed: by_name(names, share, 0), "seed has no effect"),
        (lambda names, share, seed: by_name(names, share, next(CALLS) % 2), "Two calls with the same seed"),
        (lambda names, share, seed: (by_name(names, share, seed)[0],) * 2, "exactly one of the two"),
        (lambda names, share, seed: np.unique(names), "Two lists or arrays"),
        (lambda names, share, seed: (names, names), "row numbers"),
    ],
}
