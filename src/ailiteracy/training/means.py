"""Means over an epoch in which every sample counts the same.

The mean of the batches' means is wrong when the last batch is smaller: its samples would count more. So losses are
multiplied by the number of samples, added up, and divided at the end.

Left out: other measures; scikit-learn and ``metrics.py`` compute them from labels and predictions.
Next: evaluation.py.
"""

import functools
import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

__all__ = ["Means", "class_axis", "ignored_class", "is_cross_entropy", "n_counted"]

WAIT = 32  # batches before numbers are fetched from a GPU, which must stop its work to hand them over


class Means:
    """Running sums of losses, right answers and gradient norms."""

    def __init__(self, device: torch.device, class_axis: int | None = None) -> None:
        self.sums = [0.0] * 6
        self.class_axis = class_axis  # of the outputs, as far as it is known; None when this is no classification
        self.patience = 1 if device.type == "cpu" else WAIT
        self.waiting: list[tuple[Any, ...]] = []
        self.n_batches = 0
        self.bad: tuple[int, float] | None = None  # the first batch whose loss was no finite number, and that loss

    def add(self, loss: Any, error: torch.Tensor, outputs: Any, targets: Any, n_samples: int) -> bool:
        """Count one batch, on which `loss` gave `error`; return whether all errors known so far are finite.

        `n_samples` are those that the loss is the mean of, as `n_counted` tells them.
        """
        self.class_axis = class_axis(loss, outputs, targets)
        if self.class_axis is None:
            self.waiting.append((error.detach(), n_samples, None, None))
        else:
            right = outputs.argmax(dim=self.class_axis) == targets
            counted: Any = n_samples
            if not is_cross_entropy(loss) or ignored_class(loss) >= 0:  # no answer is a class below 0
                counts = targets != ignored_class(loss)
                right, counted = right & counts, counts.sum()
            self.waiting.append((error.detach(), n_samples, right.sum(), counted))
        return len(self.waiting) < self.patience or self.settle()

    def settle(self) -> bool:
        """Fetch the numbers that wait and return whether all losses are finite."""
        for error, n_samples, right, counted in self.waiting:
            value = error.item()
            self.n_batches += 1
            if n_samples and not math.isfinite(value) and self.bad is None:
                self.bad = (self.n_batches, value)
            if n_samples:
                self.sums[0] += n_samples
                self.sums[1] += value * n_samples
            if n_samples and right is not None:
                self.sums[2] += int(counted)
                self.sums[3] += right.item()
        self.waiting.clear()
        return self.bad is None

    def add_norm(self, norm: torch.Tensor) -> bool:
        """Count the length of one gradient and return whether it is finite."""
        value = norm.item()
        if math.isfinite(value):
            self.sums[4] += value
            self.sums[5] += 1
        return math.isfinite(value)

    def add_up(self, accelerator: Any) -> None:
        """Add what the other processes saw; each counts the same gradients, so their mean stays as it is."""
        sums = torch.tensor(self.sums, dtype=torch.float64, device=accelerator.device)
        self.sums = accelerator.reduce(sums, "sum").tolist()

    @property
    def loss(self) -> float:
        """Mean loss so far."""
        return self.sums[1] / self.sums[0] if self.sums[0] else math.nan

    @property
    def accuracy(self) -> float:
        """Part that is right so far; nan when no class numbers were seen."""
        return self.sums[3] / self.sums[2] if self.sums[2] else math.nan

    @property
    def gradient_norm(self) -> float:
        """Mean length of the gradients before clipping; nan when none was measured."""
        return self.sums[4] / self.sums[5] if self.sums[5] else math.nan


def class_axis(loss: Any, outputs: Any, targets: Any) -> int | None:
    """Return the axis of the outputs with one logit for each class, or None when this is no classification.

    Cross entropy has the classes second, (B, n_classes, ...). With any other loss they stand last, (B, T, n_classes),
    if the other axes are those of the targets, else second.

    Examples
    --------
    >>> class_axis(F.cross_entropy, torch.zeros(1, 4, 4), torch.tensor([[1, 1, 1, 2]]))
    1
    >>> class_axis(F.multi_margin_loss, torch.zeros(1, 4, 4), torch.tensor([[1, 1, 1, 2]]))
    -1
    """
    if not isinstance(outputs, torch.Tensor) or not isinstance(targets, torch.Tensor):
        return None
    if targets.is_floating_point() or outputs.ndim != targets.ndim + 1:
        return None
    for axis in (1,) if is_cross_entropy(loss) else (-1, 1):
        others = list(outputs.shape)
        n_classes = others.pop(axis)
        if n_classes > 1 and others == list(targets.shape):  # one output is a number, and no choice between classes
            return axis
    return None


def n_counted(loss: Any, targets: Any, n_samples: int) -> int:
    """Return how many samples the loss of a batch is the mean of: for cross entropy, those it does not ignore.

    Examples
    --------
    >>> n_counted(F.cross_entropy, torch.tensor([2, -100, 0]), 3), n_counted(F.mse_loss, torch.zeros(3), 3)
    (2, 3)
    """
    if n_samples == 0 or not isinstance(targets, torch.Tensor) or targets.is_floating_point():
        return n_samples
    return int((targets != ignored_class(loss)).sum()) if is_cross_entropy(loss) else n_samples


def is_cross_entropy(loss: Any) -> bool:
    """Return whether a loss is torch's cross entropy, as a function, a part of one, or a module."""
    plain = loss.func if isinstance(loss, functools.partial) else loss
    return plain is F.cross_entropy or isinstance(plain, nn.CrossEntropyLoss)


def ignored_class(loss: Any) -> int:
    """Return the class number that means "do not count this one": -100, unless cross entropy was told another."""
    told = loss.keywords if isinstance(loss, functools.partial) else vars(loss) if is_cross_entropy(loss) else {}
    return int(told.get("ignore_index", -100))
