"""What a training refuses, and in which words.

PyTorch's own errors name the operation that failed; these name the argument and the remedy. Checks that cost time wait
until PyTorch has refused a batch, so that a training without mistakes pays nothing for them.

Left out: checks of single numbers, in ``_support/checks.py``; which samples two data sets share, in ``overlap.py``.
Next: loop.py.
"""

import functools
import math
from collections.abc import Iterable, Iterator, Sized
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import check_choice, check_integer, check_number, message
from .means import ignored_class, is_cross_entropy
from .overlap import share_samples

__all__ = [
    "DivergedError", "check_batches", "check_classes", "check_inputs", "check_length", "check_loss", "check_model",
    "check_n_classes", "check_optimizer", "check_options", "check_shapes", "check_slope", "check_targets", "check_type",
    "diverged", "n_batches_of",
]  # fmt: skip

# Losses that compare output by output.
PAIRING = (F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss)
PAIRING_MODULES = (nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss)
ONE_SAMPLE = (
    "a batch of one sample cannot train a model with batch norm: its variance is 0. Use DataLoader(..., "
    "drop_last=True), another batch_size, or training.Batches(..., shuffle=True), which joins such a sample to the "
    "batch before."
)
PRECISIONS = ("auto", "float32", "bfloat16", "float16")


class DivergedError(ValueError):
    """The loss became nan or infinite: going on would only spoil the weights."""


def check_options(**options: Any) -> None:
    """Refuse arguments of fit that cannot work; `options` holds them by their names."""
    check_batches(options["train"], options["validation"], options["test"])
    check_model(options["model"])
    check_integer("epochs", options["epochs"], low=1)
    for name, what in (("loss", "called as loss(outputs, targets)"), ("schedule", "called as schedule(step, n_steps)")):
        if not callable(options[name]):
            remedy = "Pass the function itself, such as training.warmup_cosine or torch.nn.functional.mse_loss."
            raise TypeError(message(name, f"a function, {what}", options[name], remedy))
    if options["clip_norm"] not in (None, math.inf):
        check_number("clip_norm", options["clip_norm"], above=0)
    check_number("mixup", options["mixup"], low=0, remedy="Use 0 for no mixtures, 0.2 for mild ones.")
    for name, remedy in (
        ("label_smoothing", "Use 0 for none; 0.1 is usual."),
        ("ema", "Use 0 for no average; 0.99 to 0.9999 are usual, the larger the more updates there are."),
    ):
        if check_number(name, options[name], low=0, remedy=remedy) >= 1:
            raise ValueError(message(name, "a number from 0 to below 1", options[name], remedy))
    if options["label_smoothing"] and options["loss"] is not F.cross_entropy:
        remedy = "Build it into the loss, or leave the loss to the default."
        raise ValueError(message("label_smoothing", "0 with a loss of one's own", options["label_smoothing"], remedy))
    if options["patience"] is not None and options["validation"] is None:
        raise ValueError(message("validation", "given with patience=", None, "Hold back samples to stop by."))
    if options["checkpoint_every"] is not None and options["checkpoint_dir"] is None:
        raise ValueError(message("checkpoint_dir", "given with checkpoint_every=", None, "Name a folder."))
    check_integer("accumulate", options["accumulate"], low=1, remedy="Use 1 for a step after every batch.")
    for name in ("patience", "checkpoint_every"):
        if options[name] is not None:
            check_integer(name, options[name], low=1)
    check_choice("precision", options["precision"], PRECISIONS)


def check_batches(train: Any, validation: Any, test: Any) -> None:
    """Refuse what cannot be gone through again and again, and samples to judge by that are trained on."""
    for name, batches in (("train", train), ("validation", validation), ("test", test)):
        if batches is None and name != "train":
            continue
        remedy = "Pass a DataLoader, training.Batches(inputs, targets) or a list of (inputs, targets)."
        if isinstance(batches, Iterator):  # would be used up after the first epoch
            raise TypeError(message(name, "batches that can be gone through again", batches, remedy))
        if not hasattr(batches, "__iter__") or isinstance(batches, str | dict | torch.Tensor):
            raise TypeError(message(name, "batches of (inputs, targets)", batches, remedy))
        if name != "train" and share_samples(batches, train):
            got = type(batches).__name__ + " with samples of `train`"
            remedy = "Hold some samples back; how well the training samples are known says train_loss."
            raise ValueError(f"`{name}` must be samples that are not trained on, got a {got}. {remedy}")


def check_classes(classes: Any) -> tuple[str, ...]:
    """Return the names of the classes as texts; class numbers, such as numpy's, may stand for names."""
    if isinstance(classes, str | set) or not isinstance(classes, Iterable):
        remedy = 'Name each class, in the order of the numbers: ["cat", "dog"].'
        raise TypeError(message("classes", "a list of names", classes, remedy))
    return tuple(str(name) for name in (classes.tolist() if hasattr(classes, "tolist") else classes))


def check_n_classes(classes: tuple[str, ...], n_outputs: int) -> None:
    """Refuse fewer names than the model has classes to name."""
    if classes and len(classes) < n_outputs:
        remedy = "Name every class, or give the model fewer outputs."
        raise ValueError(message("classes", f"a name for each of the model's {n_outputs} outputs", classes, remedy))


def check_model(model: Any) -> None:
    """Refuse what has no weights, or weights without numbers."""
    remedy = "Pass a torch.nn.Module such as torch.nn.Linear(2, 1)."
    if not isinstance(model, nn.Module):
        raise TypeError(message("model", "a torch.nn.Module", model, remedy))
    if not any(True for _ in model.parameters()):
        raise ValueError(message("model", "a module with weights to train", model, "Add a layer such as nn.Linear."))
    if any(value.is_meta for value in [*model.parameters(), *model.buffers()]):
        remedy = "Build it anew, or call model.to_empty(device='cpu') and load weights."
        raise ValueError(message("model", "on a device that holds its weights", "a model on 'meta'", remedy))


def check_optimizer(model: nn.Module, optimizer: Any) -> torch.optim.Optimizer:
    """Return the optimizer after looking whether it moves this model's weights."""
    if optimizer is None:
        return torch.optim.AdamW(model.parameters(), lr=1e-3)
    if not isinstance(optimizer, torch.optim.Optimizer):
        remedy = "Pass for example torch.optim.SGD(model.parameters(), lr=0.1)."
        raise TypeError(message("optimizer", "a torch optimizer", optimizer, remedy))
    if isinstance(optimizer, torch.optim.LBFGS):
        remedy = "Use torch.optim.Adam; LBFGS wants to compute the loss itself, again and again."
        raise TypeError(message("optimizer", "one that takes a step by gradients alone", "LBFGS", remedy))
    weights = {id(weight) for weight in model.parameters()}
    if not weights & {id(weight) for group in optimizer.param_groups for weight in group["params"]}:
        remedy = "Make it with model.parameters() of the model that is trained."
        raise ValueError(message("optimizer", "made for this model", type(optimizer).__name__, remedy))
    return optimizer


def n_batches_of(train: Iterable[Any], counted: bool) -> int:
    """Return the number of batches in an epoch, 0 when it is unknown."""
    if isinstance(train, Sized):
        try:
            n = len(train)
        except TypeError:  # a DataLoader over a stream
            n = -1
        if n == 0:
            raise ValueError(message("train", "at least one batch", train, "Check the data or the batch size."))
        if n > 0:
            return n
    if counted:
        remedy = "Pass a list or a DataLoader: the schedule must know how many steps there will be."
        raise TypeError(message("train", "batches that can be counted by len()", train, remedy))
    return 0


def check_length(n_promised: int, n_given: int, epoch: int, *, ended: bool) -> None:
    """Refuse batches that end early, or go on for too long."""
    fewer = ended and (n_given < n_promised or n_given == 0)
    if fewer or n_given > n_promised > 0:
        promised = f"{n_promised} batches, as len() says" if n_promised else "at least one batch"
        remedy = "A generator inside it may be used up: start a new one each time it is gone through."
        raise ValueError(f"`train` must give {promised}, in every epoch, got {n_given} in epoch {epoch}. {remedy}")


def check_shapes(loss: Any, outputs: Any, targets: Any) -> None:
    """Refuse targets of shape (n,) for outputs of shape (n, 1): torch would compare every one with every one."""
    if not isinstance(outputs, torch.Tensor) or not isinstance(targets, torch.Tensor) or outputs.shape == targets.shape:
        return
    plain = loss.func if isinstance(loss, functools.partial) else loss
    if plain in PAIRING or isinstance(plain, PAIRING_MODULES):
        remedy = "Use targets[:, None], or a model whose outputs have the shape of the targets."
        got = f"{tuple(targets.shape)} for outputs of shape {tuple(outputs.shape)}"
        raise ValueError(message("targets", "of the shape of the model's outputs", got, remedy))


def check_targets(loss: Any, outputs: Any, targets: Any) -> None:
    """Refuse targets that cross entropy cannot take: it wants one class number of type int64 for each sample."""
    if not is_cross_entropy(loss):
        return
    if not isinstance(outputs, torch.Tensor) or not isinstance(targets, torch.Tensor):
        return
    if targets.is_floating_point() and targets.shape == outputs.shape:  # probabilities
        return
    if targets.dtype != torch.int64 or len(targets) != len(outputs) or outputs.ndim != targets.ndim + 1:
        expected = f"one class number (int64) for each of {len(outputs)} samples"
        remedy = "Use targets.long(), or another loss if this is no classification."
        raise ValueError(message("targets", expected, targets, remedy))
    n_classes = outputs.shape[1]
    wrong = targets[(targets >= n_classes) | (targets < 0)]
    wrong = wrong[wrong != ignored_class(loss)]
    if len(wrong):
        remedy = "Count classes from 0, and give the model one output for each."
        raise ValueError(message("targets", f"class numbers from 0 to {n_classes - 1}", int(wrong[0]), remedy))


def check_type(targets: Any, error: Exception) -> None:
    """Say in words that a loss wants floats, when torch could not bring whole numbers and floats together."""
    if isinstance(targets, torch.Tensor) and not targets.is_floating_point() and "can't be cast" in str(error):
        remedy = "Use targets.float(), or another loss if they are class numbers."
        raise ValueError(message("targets", "floats for this loss", targets, remedy)) from None


def check_loss(error: Any) -> torch.Tensor:
    """Return the loss if it is one number."""
    if not isinstance(error, torch.Tensor) or error.numel() != 1:
        remedy = "Take the mean: loss(...).mean(), or reduction='mean'."
        raise TypeError(message("loss", "a function that returns a tensor with one number", error, remedy))
    return error


def check_inputs(model: nn.Module, inputs: Any, error: Exception) -> None:
    """Say in words why a model gave this error on these inputs, where the words are known."""
    if "more than 1 value per channel" in str(error):
        raise ValueError(ONE_SAMPLE) from None
    if isinstance(inputs, np.ndarray):
        raise TypeError(message("inputs", "a tensor", inputs, "Use torch.as_tensor(inputs, dtype=torch.float32)."))
    dtypes = {weight.dtype for weight in model.parameters()}
    if not isinstance(inputs, torch.Tensor) or len(dtypes) != 1:
        return
    (dtype,) = dtypes
    if inputs.dtype != dtype and ("same dtype" in str(error) or "Input type" in str(error)):
        remedy = f"Use inputs.to({dtype}); numbers from numpy are float64."
        raise ValueError(message("inputs", f"of the type of the model's weights, {dtype}", inputs, remedy)) from None
    if "shapes cannot be multiplied" in str(error):
        got = f"inputs of shape {tuple(inputs.shape)}, and torch says: {error}"
        remedy = "Each layer must take as many numbers as come out before it, the first as many as a sample has."
        raise ValueError(message("model", "made of layers that fit each other and the inputs", got, remedy)) from None


def check_slope(error: torch.Tensor) -> torch.Tensor:
    """Return the loss if gradients can be computed from it."""
    if not error.requires_grad:
        remedy = "Compute it from the outputs without .detach(), .item() or torch.no_grad(); some weights must be free."
        raise ValueError(message("loss", "a function of weights that can be trained", "one without gradient", remedy))
    return error


def diverged(what: str, value: float, epoch: int, batch: int, rate: float, inputs: Any) -> DivergedError:
    """Return why the loss or the gradient may have become nan or infinite."""
    where = f"the {what} became {value} in epoch {epoch}, batch {batch}, at learning rate {rate:g}."
    if isinstance(inputs, torch.Tensor) and not bool(torch.isfinite(inputs).all()):
        return DivergedError(f"{where} The inputs of this batch hold nan or infinity: repair the data.")
    return DivergedError(f"{where} Lower the learning rate, clip the gradient (clip_norm=1.0), or check the targets.")
