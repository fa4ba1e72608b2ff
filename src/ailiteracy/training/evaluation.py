"""Looking without learning: the model's loss and accuracy on batches it does not train on.

Layers such as dropout and batch norm work differently in training; `evaluate` switches the model to its evaluation
mode, records no gradients, and puts every mode back.

Left out: averaging over several random changes of a sample (test-time augmentation).
Next: loop.py, which trains and calls this after every epoch.
"""

import contextlib
import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import message
from .._support.devices import pick_device

__all__ = ["Evaluation", "evaluate"]


@dataclasses.dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` saw.

    Parameters
    ----------
    loss : float
        Mean over the samples.
    accuracy : float
        Part of the samples that are right; nan when the targets are not class numbers.
    labels, predictions : ndarray of int, shape (n,)
        True and predicted class numbers; empty when the targets are not class numbers.
    """

    loss: float
    accuracy: float
    labels: npt.NDArray[np.int64] = dataclasses.field(repr=False)
    predictions: npt.NDArray[np.int64] = dataclasses.field(repr=False)


@torch.no_grad()
def evaluate(
    model: nn.Module,
    batches: Iterable[Any],
    *,
    loss: Callable[[Any, Any], torch.Tensor] = F.cross_entropy,
    device: Any = "auto",
) -> Evaluation:
    """Return loss, accuracy and predictions of a model; the model stays as it is.

    Parameters
    ----------
    model : torch.nn.Module
        Moved to `device`, otherwise unchanged.
    batches : iterable of (inputs, targets)
        Samples to look at.
    loss : callable, default cross entropy
        ``loss(outputs, targets)``: the mean over the batch.
    device : str or torch.device, default "auto"
        Where to compute.

    Returns
    -------
    Evaluation
        Means over all samples, each sample counting the same whatever the size of its batch.

    Raises
    ------
    ValueError
        When there are no batches.

    Examples
    --------
    >>> logits = torch.tensor([[2.0, 0.0], [0.0, 2.0], [2.0, 0.0]])  # says 0, 1, 0
    >>> round(evaluate(nn.Identity(), [(logits, torch.tensor([0, 1, 1]))], device="cpu").accuracy, 3)
    0.667
    """
    device = pick_device(device)
    model.to(device)
    means = Means()
    labels, predictions = [torch.empty(0, dtype=torch.long)], [torch.empty(0, dtype=torch.long)]
    with keep_modes(model):
        model.eval()
        for batch in batches:
            inputs, targets = pair(batch, device)
            outputs = apply_model(model, inputs)
            check_targets(loss, outputs, targets)
            means.add(loss(outputs, targets), outputs, targets)
            said = classes_said(outputs, targets)
            if said is not None:
                labels.append(targets.reshape(-1).cpu())
                predictions.append(said.reshape(-1).cpu())
    if means.n_samples == 0:
        raise ValueError(message("batches", "at least one batch", batches, "Iterators run dry: pass a list."))
    return Evaluation(means.loss, means.accuracy, torch.cat(labels).numpy(), torch.cat(predictions).numpy())


class Means:
    """Running means in which every sample counts the same, not every batch."""

    def __init__(self) -> None:
        self.n_samples = self.n_targets = self.n_right = 0
        self.total_loss = 0.0

    def add(self, loss: torch.Tensor, outputs: Any, targets: Any) -> float:
        """Count one batch and return its loss as a number."""
        value = float(loss.detach())
        self.total_loss += value * len(targets)
        self.n_samples += len(targets)
        said = classes_said(outputs, targets)
        if said is not None:
            self.n_right += int((said == targets).sum())
            self.n_targets += targets.numel()
        return value

    @property
    def loss(self) -> float:
        """Mean loss so far."""
        return self.total_loss / self.n_samples if self.n_samples else math.nan

    @property
    def accuracy(self) -> float:
        """Part that is right so far; nan when no class numbers were seen."""
        return self.n_right / self.n_targets if self.n_targets else math.nan


def classes_said(outputs: Any, targets: Any) -> torch.Tensor | None:
    """Return the class with the largest logit for each target, or None when this is no classification."""
    if not isinstance(outputs, torch.Tensor) or not isinstance(targets, torch.Tensor):
        return None
    if targets.is_floating_point() or outputs.ndim != targets.ndim + 1:
        return None
    # Classes stand last, (B, T, n_classes), or as torch's cross entropy has it second, (B, n_classes, ...).
    return outputs.argmax(dim=-1 if outputs.shape[:-1] == targets.shape else 1)


def apply_model(model: nn.Module, inputs: Any) -> Any:
    """Return the model's outputs; a dict of inputs is passed by its names."""
    return model(**inputs) if isinstance(inputs, dict) else model(inputs)


def pair(batch: Any, device: torch.device) -> tuple[Any, Any]:
    """Return inputs and targets of a batch on the device."""
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        remedy = "See training.Batches(inputs, targets)."
        raise TypeError(message("batch", "a pair (inputs, targets)", batch, remedy))
    return move(batch[0], device), move(batch[1], device)


def check_targets(loss: Any, outputs: Any, targets: Any) -> None:
    """Refuse targets that cross entropy cannot take: it wants one class number of type int64 for each sample."""
    if loss is not F.cross_entropy or not isinstance(targets, torch.Tensor) or targets.shape == outputs.shape:
        return
    if targets.dtype != torch.int64 or len(targets) != len(outputs) or outputs.ndim != targets.ndim + 1:
        expected = f"one class number (int64) for each of {len(outputs)} samples"
        remedy = "Use targets.long(), or another loss if this is no classification."
        raise ValueError(message("targets", expected, targets, remedy))
    n_classes = outputs.shape[1]
    wrong = targets[(targets >= n_classes) | ((targets < 0) & (targets != -100))]  # -100: "do not count this one"
    if len(wrong):
        remedy = "Count classes from 0, and give the model one output for each."
        raise ValueError(message("targets", f"class numbers from 0 to {n_classes - 1}", int(wrong[0]), remedy))


def move(values: Any, device: torch.device) -> Any:
    """Return a tensor, or a dict of tensors, on the device."""
    if isinstance(values, dict):
        return {name: move(value, device) for name, value in values.items()}
    return values.to(device, non_blocking=True) if isinstance(values, torch.Tensor) else values


@contextlib.contextmanager
def keep_modes(model: nn.Module) -> Iterator[None]:
    """Put every layer back into training or evaluation mode as it was found."""
    modes = {layer: layer.training for layer in model.modules()}
    try:
        yield
    finally:
        for layer, training in modes.items():
            layer.training = training
