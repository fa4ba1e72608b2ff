"""Three things that help a network generalise, and the choice of the best weights.

Mixup trains on mixtures of two samples, so that the network stays calm between them. The average of the weights over
the last steps lies nearer to the middle of the valley than any single step. And the epoch that did best on samples not
trained on is the one to keep; when none is better for long, more training only learns by heart.

Left out: label smoothing, which PyTorch's cross entropy does itself (``fit(..., label_smoothing=0.1)`` asks for it).
Next: processes.py.
"""

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from .._support.checks import message

__all__ = ["BestWeights", "WeightAverage", "mixed_samples", "mixed_loss"]

Loss = Callable[[Any, Any], torch.Tensor]


def mixed_samples(inputs: Any, targets: Any, alpha: float) -> tuple[torch.Tensor, torch.Tensor, float]:
    """Return inputs mixed with a shuffled copy of themselves, the shuffled targets, and the part of the first ones.

    References
    ----------
    Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: beyond empirical risk minimization", 2018.
    """
    if not isinstance(inputs, torch.Tensor) or not inputs.is_floating_point() or not isinstance(targets, torch.Tensor):
        remedy = "Mixtures need floats: divide pictures by 255, or leave mixup out."
        raise TypeError(message("inputs", "a tensor of floats when mixup is used", inputs, remedy))
    part = float(torch.distributions.Beta(alpha, alpha, validate_args=False).sample())
    part = max(part, 1 - part)  # the larger part belongs to the sample's own target; the pairs are the same
    order = torch.randperm(len(inputs)).to(inputs.device)
    return inputs * part + inputs[order] * (1 - part), targets[order], part


def mixed_loss(loss: Loss, others: torch.Tensor, part: float) -> Loss:
    """Return the loss of mixed samples: `part` of it for their own targets, the rest for those of the others."""
    return lambda outputs, targets: part * loss(outputs, targets) + (1 - part) * loss(outputs, others)


class WeightAverage:
    """An exponential moving average of the weights and of the running statistics of batch norm.

    After each update the average moves a little towards the weights: average = d * average + (1 - d) * weights. The
    decay d starts at 2/11 and grows to its full value, so that the first random weights are soon forgotten.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay, self.n_updates = decay, 0
        self.values = [*model.parameters(), *model.buffers()]
        self.average = [value.detach().clone() for value in self.values]

    @torch.no_grad()
    def update(self) -> None:
        """Move the average towards the weights."""
        self.n_updates += 1
        decay = min(self.decay, (1 + self.n_updates) / (10 + self.n_updates))
        for average, value in zip(self.average, self.values, strict=True):
            if value.is_floating_point():
                average.lerp_(value, 1 - decay)
            else:  # counters
                average.copy_(value)

    def swap(self) -> None:
        """Exchange weights and average; nothing is copied."""
        for number, value in enumerate(self.values):
            value.data, self.average[number] = self.average[number], value.data

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the model work with the average for a while."""
        self.swap()
        try:
            yield
        finally:
            self.swap()


class BestWeights:
    """The weights that did best on the validation samples: highest accuracy, then lowest loss."""

    def __init__(self) -> None:
        self.epoch = 0
        self.rank: tuple[float, float] | None = None
        self.weights: dict[str, torch.Tensor] = {}

    @torch.no_grad()
    def look(self, model: nn.Module, epoch: int, loss: float, accuracy: float) -> None:
        """Keep the weights of this epoch when its accuracy is higher, or equal with a lower loss."""
        rank = (0.0 if math.isnan(accuracy) else accuracy, -math.inf if math.isnan(loss) else -loss)
        if self.rank is not None and rank <= self.rank:
            return
        self.epoch, self.rank = epoch, rank
        for name, value in model.state_dict().items():
            if name in self.weights:  # in the old place: the best weights never take two copies
                self.weights[name].copy_(value)
            else:
                self.weights[name] = value.detach().clone()
