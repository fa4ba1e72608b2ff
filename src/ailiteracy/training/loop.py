"""The one training loop.

Show the model a batch, measure how wrong it is, ask each weight in which direction it made things worse, and move it a
little the other way; repeat. After every epoch look at samples that were not trained on, and keep the weights that did
best there. Everything else here is care: modes, means, chance and interruptions.

Left out: mixed precision, several devices, gradient accumulation.
Next: result.py, for what comes back.
"""

import dataclasses
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from .._support.chance import torch_seed
from .._support.checks import check_integer, check_number, message
from .._support.devices import pick_device
from .._support.progress import progress_bar
from .evaluation import Evaluation, Means, apply_model, check_targets, evaluate, keep_modes, pair
from .metrics import class_accuracy, confusion_matrix
from .result import History, TrainingResult
from .schedule import constant

__all__ = ["DivergedError", "fit"]

Epoch = dict[str, float]  # one row of the history


class DivergedError(ValueError):
    """The loss became nan or infinite: going on would only spoil the weights."""


def fit(
    model: nn.Module,
    train: Iterable[Any],
    validation: Iterable[Any] | None = None,
    *,
    test: Iterable[Any] | None = None,
    loss: Callable[[Any, Any], torch.Tensor] = F.cross_entropy,
    optimizer: torch.optim.Optimizer | None = None,
    schedule: Callable[[int, int], float] = constant,
    epochs: int = 10,
    clip_norm: float | None = None,
    callbacks: Sequence[Callable[[nn.Module, Epoch], Any]] = (),
    classes: Sequence[str] = (),
    device: Any = "auto",
    seed: int = 0,
    progress: bool = True,
) -> TrainingResult:
    """Train a model and return it with the history of its training.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place.
    train, validation, test : iterable of (inputs, targets)
        Batches, such as a DataLoader, a `Batches` or a list. The weights that do best on `validation` are kept (highest
        accuracy, then lowest loss); without it the last ones are. `test` is looked at once, at the end.
    loss : callable, default cross entropy
        ``loss(outputs, targets)``: the mean over the batch, a tensor with one number.
    optimizer : torch.optim.Optimizer, optional
        Made with this model's parameters. Default: AdamW with learning rate 0.001.
    schedule : callable, default constant
        ``schedule(step, n_steps)``: factor for the learning rate, asked before every step.
    epochs : int, default 10
        Passes over `train`.
    clip_norm : float, optional
        Longest gradient allowed; longer ones are scaled down to it.
    callbacks : sequence of callable
        Each is called as ``callback(model, epoch)`` after every epoch, `epoch` being a dict such as
        ``{"train_loss": 0.3, ...}``. Training ends when one returns True.
    classes : sequence of str, optional
        Class names for figures and messages.
    device : str or torch.device, default "auto"
        Where to compute.
    seed : int, default 0
        For dropout and for the order of batches; the caller's random state comes back at the end.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    TrainingResult
        History, best weights (in ``model``) and, with `test`, accuracy and confusion. Ctrl-C ends the training early
        and still returns what there is, marked ``interrupted``.

    Raises
    ------
    DivergedError
        When the loss is nan or infinite.
    ValueError, TypeError
        When an argument does not fit.

    Examples
    --------
    >>> x = torch.tensor([[0.0], [1.0]])
    >>> result = fit(torch.nn.Linear(1, 1), [(x, 2 * x)], loss=F.mse_loss, epochs=3, device="cpu")
    >>> len(result.history)
    3
    """
    epochs = check_integer("epochs", epochs, low=1)
    for name, batches in (("train", train), ("validation", validation), ("test", test)):
        _check_batches(name, batches)
    if clip_norm is not None:
        clip_norm = check_number("clip_norm", clip_norm, above=0)
    device = pick_device(device)
    model.to(device)
    optimizer = _check_optimizer(model, optimizer)
    n_batches = _count_batches(train, schedule)
    rates = _Rates(optimizer, schedule, epochs * n_batches)
    started, rows, best, interrupted = time.perf_counter(), [], _Best(model), False
    bar = progress_bar(range(epochs * n_batches), label="training", progress=progress)
    with torch_seed(seed), keep_modes(model), bar:
        try:
            for epoch in range(1, epochs + 1):
                epoch_started = time.perf_counter()
                means = _train_epoch(model, train, loss, optimizer, rates, clip_norm, device, epoch, n_batches, bar)
                row = {"train_loss": means.loss, "train_accuracy": means.accuracy}
                if validation is not None:
                    checked = evaluate(model, validation, loss=loss, device=device)
                    row |= {"validation_loss": checked.loss, "validation_accuracy": checked.accuracy}
                    best.look(epoch, checked.loss, checked.accuracy)
                row["learning_rate"] = optimizer.param_groups[0]["lr"]
                row["seconds"] = time.perf_counter() - epoch_started
                rows.append(row)
                bar.set_postfix({name: f"{value:.3f}" for name, value in row.items() if name.endswith("accuracy")})
                answers = [callback(model, dict(row)) for callback in callbacks]
                if any(answer is True for answer in answers):
                    break
        except KeyboardInterrupt:
            interrupted = True
        finally:
            rates.restore()
        best.restore()
        tested = None if test is None else evaluate(model, test, loss=loss, device=device)
    return _result(model, rows, best.epoch, interrupted, time.perf_counter() - started, tuple(classes), tested)


def _train_epoch(
    model: nn.Module,
    train: Iterable[Any],
    loss: Callable[[Any, Any], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    rates: "_Rates",
    clip_norm: float | None,
    device: torch.device,
    epoch: int,
    n_batches: int,
    bar: Any,
) -> Means:
    """Go once through the batches and improve the model on each; return the means over all samples."""
    model.train()
    means = Means()
    for number, batch in enumerate(train):
        # 1. The learning rate of this step.
        rates.set((epoch - 1) * n_batches + number)
        # 2. Forward: what does the model say, and how wrong is it?
        inputs, targets = pair(batch, device)
        outputs = apply_model(model, inputs)
        check_targets(loss, outputs, targets)
        error = loss(outputs, targets)
        if not math.isfinite(means.add(error, outputs, targets)):
            raise DivergedError(_diverged(inputs, error.item(), epoch, number + 1, optimizer))
        # 3. Backward: how does the loss change with each weight?
        optimizer.zero_grad()
        error.backward()  # type: ignore[no-untyped-call]
        if clip_norm is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
        # 4. One small step downhill for every weight.
        optimizer.step()
        bar.update()
    return means


class _Rates:
    """The optimizer's learning rates, scaled by the schedule."""

    def __init__(self, optimizer: torch.optim.Optimizer, schedule: Callable[[int, int], float], n_steps: int) -> None:
        self.optimizer, self.schedule, self.n_steps = optimizer, schedule, n_steps
        self.base = [group["lr"] for group in optimizer.param_groups]

    def set(self, step: int) -> None:
        """Set the rates of a step; they stay as they are when the number of steps is unknown."""
        factor = self.schedule(step, self.n_steps) if self.n_steps else 1.0
        for group, rate in zip(self.optimizer.param_groups, self.base, strict=True):
            group["lr"] = rate * factor

    def restore(self) -> None:
        """Give the optimizer back with its own rates."""
        for group, rate in zip(self.optimizer.param_groups, self.base, strict=True):
            group["lr"] = rate


class _Best:
    """The weights that did best on the validation samples."""

    def __init__(self, model: nn.Module) -> None:
        self.model, self.epoch = model, 0
        self.rank: tuple[float, float] | None = None
        self.weights: dict[str, torch.Tensor] = {}

    def look(self, epoch: int, loss: float, accuracy: float) -> None:
        """Keep the weights of this epoch when its accuracy is higher, or equal with a lower loss."""
        rank = (0.0 if math.isnan(accuracy) else accuracy, -math.inf if math.isnan(loss) else -loss)
        if self.rank is None or rank > self.rank:
            self.epoch, self.rank = epoch, rank
            self.weights = {name: value.detach().clone() for name, value in self.model.state_dict().items()}

    def restore(self) -> None:
        """Put the kept weights back into the model, if any were kept."""
        if self.weights:
            self.model.load_state_dict(self.weights)


def _result(
    model: nn.Module, rows: list[Epoch], best_epoch: int, interrupted: bool, seconds: float, classes: tuple[str, ...],
    tested: Evaluation | None,
) -> TrainingResult:  # fmt: skip
    """Gather what came out; without validation the last epoch is the one kept."""
    result = TrainingResult(
        model=model,
        history=History.from_rows(rows),
        best_epoch=best_epoch or len(rows),
        interrupted=interrupted,
        seconds=seconds,
        classes=classes,
    )
    if tested is None or tested.predictions.size == 0:
        return result
    n_classes = len(classes) or int(max(tested.labels.max(), tested.predictions.max())) + 1
    confusion = confusion_matrix(tested.labels, tested.predictions, n_classes=n_classes)
    return dataclasses.replace(
        result,
        test_accuracy=tested.accuracy,
        confusion=confusion,
        class_accuracy=class_accuracy(confusion),
        classes=classes or tuple(str(number) for number in range(n_classes)),
    )


def _count_batches(train: Iterable[Any], schedule: Callable[[int, int], float]) -> int:
    """Return the number of batches in an epoch, 0 when it is unknown."""
    if isinstance(train, Sized):
        if len(train) == 0:
            raise ValueError(message("train", "at least one batch", train, "Check the data or the batch size."))
        return len(train)
    if schedule is not constant:
        remedy = "Pass a list or a DataLoader: the schedule must know how many steps there will be."
        raise TypeError(message("train", "batches that can be counted by len()", train, remedy))
    return 0


def _check_batches(name: str, batches: Any) -> None:
    if batches is None and name != "train":
        return
    remedy = "Pass a DataLoader, training.Batches(inputs, targets) or a list of (inputs, targets)."
    if isinstance(batches, Iterator):  # would be used up after the first epoch
        raise TypeError(message(name, "batches that can be gone through again", batches, remedy))
    if not hasattr(batches, "__iter__") or isinstance(batches, str | dict | torch.Tensor):
        raise TypeError(message(name, "batches of (inputs, targets)", batches, remedy))


def _check_optimizer(model: nn.Module, optimizer: Any) -> torch.optim.Optimizer:
    """Return the optimizer after looking whether it moves this model's weights."""
    weights = {id(weight) for weight in model.parameters()}
    if not weights:
        raise ValueError(message("model", "a module with weights to train", model, "Add a layer such as nn.Linear."))
    if optimizer is None:
        return torch.optim.AdamW(model.parameters(), lr=1e-3)
    if not isinstance(optimizer, torch.optim.Optimizer):
        remedy = "Pass for example torch.optim.SGD(model.parameters(), lr=0.1)."
        raise TypeError(message("optimizer", "a torch optimizer", optimizer, remedy))
    held = {id(weight) for group in optimizer.param_groups for weight in group["params"]}
    if not held & weights:
        remedy = "Make it with model.parameters() of the model that is trained."
        raise ValueError(message("optimizer", "made for this model", type(optimizer).__name__, remedy))
    return optimizer


def _diverged(inputs: Any, value: float, epoch: int, batch: int, optimizer: torch.optim.Optimizer) -> str:
    """Return why the loss may have become nan or infinite."""
    rate = optimizer.param_groups[0]["lr"]
    where = f"the training loss became {value} in epoch {epoch}, batch {batch}, at learning rate {rate:g}."
    if isinstance(inputs, torch.Tensor) and not bool(torch.isfinite(inputs).all()):
        return f"{where} The inputs of this batch hold nan or infinity: repair the data."
    return f"{where} Lower the learning rate, clip the gradient (clip_norm=1.0), or check the targets."
