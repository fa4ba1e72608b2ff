"""Means over an epoch in which every sample counts the same.

The mean of the batches' means is wrong when the last batch is smaller: its samples would count more. So losses are
multiplied by the number of samples, added up, and divided at the end.

Left out: other measures; scikit-learn and ``metrics.py`` compute them from labels and predictions.
Next: evaluation.py.
"""

import math
from typing import Any

import torch

__all__ = ["Means", "classes_said"]

WAIT = 32  # batches before numbers are fetched from a GPU, which must stop its work to hand them over


class Means:
    """Running sums of losses, right answers and gradient norms."""

    def __init__(self, device: torch.device) -> None:
        self.sums = [0.0] * 6
        self.patience = 1 if device.type == "cpu" else WAIT
        self.waiting: list[tuple[Any, ...]] = []
        self.n_batches = 0
        self.bad: tuple[int, float] | None = None  # the first batch whose loss was no finite number, and that loss

    def add(self, loss: torch.Tensor, outputs: Any, targets: Any, n_samples: int) -> bool:
        """Count one batch and return whether all losses known so far are finite."""
        said = classes_said(outputs, targets)
        if said is None:
            self.waiting.append((loss.detach(), n_samples, None, 0))
        else:
            self.waiting.append((loss.detach(), n_samples, said.eq(targets).sum(), targets.numel()))
        return len(self.waiting) < self.patience or self.settle()

    def settle(self) -> bool:
        """Fetch the numbers that wait and return whether all losses are finite."""
        for loss, n_samples, right, n_targets in self.waiting:
            value = loss.item()
            self.n_batches += 1
            if not math.isfinite(value) and self.bad is None:
                self.bad = (self.n_batches, value)
            if n_samples:
                self.sums[0] += n_samples
                self.sums[1] += value * n_samples
            if n_samples and n_targets:
                self.sums[2] += n_targets
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
    def n_samples(self) -> int:
        """Samples seen."""
        return int(self.sums[0])

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


def classes_said(outputs: Any, targets: Any) -> torch.Tensor | None:
    """Return the class with the largest logit for each target, or None when this is no classification."""
    if not isinstance(outputs, torch.Tensor) or not isinstance(targets, torch.Tensor):
        return None
    if targets.is_floating_point() or outputs.ndim != targets.ndim + 1:
        return None
    # Classes stand last, (B, T, n_classes), or as torch's cross entropy has it second, (B, n_classes, ...).
    return outputs.argmax(dim=-1 if outputs.shape[:-1] == targets.shape else 1)
