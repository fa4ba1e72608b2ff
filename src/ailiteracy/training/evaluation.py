"""Looking without learning: the model's loss and accuracy on batches it does not train on.

Layers such as dropout and batch norm work differently in training; `evaluate` switches the model to its evaluation
mode, records no gradients, and puts every mode back. Switching the mode alone would still record gradients, and
recording none would leave dropout at work: both are needed.

Left out: averaging over several random changes of a sample (test-time augmentation).
Next: means.py, which counts; loop.py, which trains and looks after every epoch.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import message
from .._support.devices import pick_device
from .means import Means, ignored_class, n_counted
from .processes import move, pieces
from .refusals import check_inputs, check_loss, check_shapes, check_targets, check_type

__all__ = ["Evaluation", "apply_model", "evaluate", "keep_modes", "look", "measure"]


@dataclasses.dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` saw.

    Parameters
    ----------
    loss : float
        Mean over the samples.
    accuracy : float
        Part of the samples that are right; nan when the targets are not class numbers. What the loss ignores (class
        number -100) does not count.
    labels, predictions : ndarray of int, shape (n,)
        True and predicted class numbers of the samples that count; empty when the targets are not class numbers.
    """

    loss: float
    accuracy: float
    labels: npt.NDArray[np.int64] = dataclasses.field(repr=False)
    predictions: npt.NDArray[np.int64] = dataclasses.field(repr=False)


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
        When there are no batches, or targets do not fit the loss.

    Examples
    --------
    >>> logits = torch.tensor([[2.0, 0.0], [0.0, 2.0], [2.0, 0.0]])  # says 0, 1, 0
    >>> round(evaluate(nn.Identity(), [(logits, torch.tensor([0, 1, 1]))], device="cpu").accuracy, 3)
    0.667
    """
    device = pick_device(device)
    return look(model.to(device), batches, loss, device)


@torch.no_grad()
def look(
    model: nn.Module,
    batches: Iterable[Any],
    loss: Callable[[Any, Any], torch.Tensor],
    device: torch.device,
    *,
    accelerator: Any = None,
    autocast: Callable[[], Any] = contextlib.nullcontext,
) -> Evaluation:
    """Return what `evaluate` returns; several processes look at a part each and put together what they saw."""
    rank, n_processes = (accelerator.process_index, accelerator.num_processes) if accelerator else (0, 1)
    means = Means(device)
    labels, predictions = [torch.empty(0, dtype=torch.long)], [torch.empty(0, dtype=torch.long)]
    n_batches = 0
    with keep_modes(model):
        model.eval()
        for inputs, given, n_here in pieces(batches, rank, n_processes):
            n_batches += 1
            if n_here == 0:  # the other processes have it all
                continue
            targets = move(given, device)
            with autocast():
                outputs = apply_model(model, move(inputs, device))
                error = measure(loss, outputs, targets, given)
            means.add(loss, error, outputs, targets, n_counted(loss, given, n_here))
            if means.class_axis is not None:
                counted = targets != ignored_class(loss)
                labels.append(targets[counted].cpu())
                predictions.append(outputs.argmax(dim=means.class_axis)[counted].cpu())
    means.settle()
    rows = torch.stack([torch.cat(labels), torch.cat(predictions)])  # (2, n)
    if n_processes > 1:
        from accelerate.utils import gather_object

        means.add_up(accelerator)
        rows = torch.cat([torch.tensor(part).reshape(2, -1) for part in gather_object([rows.tolist()])], dim=1)
    if n_batches == 0:
        raise ValueError(message("batches", "at least one batch", batches, "Iterators run dry: pass a list."))
    return Evaluation(means.loss, means.accuracy, *rows.long().numpy())


def apply_model(model: nn.Module, inputs: Any) -> Any:
    """Return the model's outputs; a dict of inputs is passed by its names."""
    try:
        return model(**inputs) if isinstance(inputs, dict) else model(inputs)
    except (RuntimeError, TypeError, ValueError) as error:
        check_inputs(model, inputs, error)
        raise


def measure(loss: Callable[[Any, Any], Any], outputs: Any, targets: Any, given: Any) -> torch.Tensor:
    """Return the loss; what PyTorch refuses is said in words. `given` are the targets before they were moved."""
    try:
        if isinstance(outputs, torch.Tensor) and outputs.device.type != "cpu":
            check_targets(loss, outputs, given)  # a GPU would stop for good at a class that does not exist
        check_shapes(loss, outputs, targets)
        value = loss(outputs, targets)
    except (IndexError, RuntimeError, TypeError, ValueError) as error:
        check_targets(loss, outputs, targets)
        check_type(targets, error)
        raise
    return check_loss(value)


@contextlib.contextmanager
def keep_modes(model: nn.Module) -> Iterator[None]:
    """Put every layer back into training or evaluation mode as it was found."""
    modes = {layer: layer.training for layer in model.modules()}
    try:
        yield
    finally:
        for layer, training in modes.items():
            layer.training = training
