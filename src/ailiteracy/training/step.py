"""One step of a training: forward, backward, and every weight a little downhill.

The gradient says for each weight in which direction the loss grows; a step goes the other way. With several batches to
a step, or several processes, the gradients are added so that every sample counts the same: the step is the one that a
single large batch would give.

Left out: what surrounds the step, in ``loop.py``.
Next: loop.py.
"""

import contextlib
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from .evaluation import apply_model, measure
from .extras import mixed_loss, mixed_samples
from .means import n_counted
from .processes import Piece, move
from .refusals import check_n_classes, check_shapes, check_slope, diverged
from .state import TrainingState

__all__ = ["check_means", "learn"]

Loss = Callable[[Any, Any], torch.Tensor]
NO_CONTEXT = contextlib.nullcontext()


def learn(run: TrainingState, group: list[Piece], loss: Loss, clip_norm: float | None, mixup: float) -> None:
    """Take one step by the gradient over the samples of all batches in the group."""
    # 1. The learning rate of this step.
    run.set_rates()
    for weight in run.weights:  # as optimizer.zero_grad() does, in a tenth of its time
        weight.grad = None
    sizes = [n_counted(loss, given, n_here) for _, given, n_here in group]
    n_samples = _in_all_processes(run, sum(sizes))
    for number, ((inputs, given, _), n_here) in enumerate(zip(group, sizes, strict=True), start=1):
        # Several processes exchange their gradients once, after the last batch of the group.
        with run.accelerator.no_sync(run.network) if number < len(group) else NO_CONTEXT:
            # 2. Forward: what does the model say, and how wrong is it?
            error = _forward(run, inputs, given, n_here, loss, mixup)
            # 3. Backward: how does the loss change with each weight? Processes are averaged, hence their number.
            if n_here == 0:  # nothing in it counts, so its mean is none: no slope comes from it
                error = torch.nan_to_num(error)
            part = n_here * run.accelerator.num_processes / max(n_samples, 1)
            run.scaler.scale(error if part == 1 else error * part).backward()
    # 4. A gradient that is too long is shortened.
    if clip_norm is not None:
        run.scaler.unscale_(run.optimizer)
        norm = nn.utils.clip_grad_norm_(run.model.parameters(), clip_norm)
        if not run.means.add_norm(norm) and not run.scaler.is_enabled():  # the scaler passes over such a step itself
            raise diverged("length of the gradient", norm.item(), run.epoch, run.means.n_batches, run.rate, inputs)
    # 5. One small step downhill for every weight.
    run.scaler.step(run.optimizer)
    run.scaler.update()
    if run.average is not None:
        run.average.update()


def _in_all_processes(run: TrainingState, n: int) -> int:
    """Return the sum of a number over the processes."""
    if run.accelerator.num_processes == 1:
        return n
    return int(run.accelerator.reduce(torch.tensor(n, device=run.device), "sum"))


def _forward(run: TrainingState, inputs: Any, given: Any, n_here: int, loss: Loss, mixup: float) -> torch.Tensor:
    """Return the loss of a batch, and count it."""
    inputs, targets = move(inputs, run.device), move(given, run.device)
    plain = loss
    if mixup:
        inputs, others, part = mixed_samples(inputs, targets, mixup)
        loss = mixed_loss(loss, others, part)
    with run.autocast():
        outputs = apply_model(run.network, inputs)
        if mixup:  # a mixture hides the loss that it is made of
            check_shapes(plain, outputs, targets)
        error = measure(loss, outputs, targets, given)
    if not run.means.add(plain, error, outputs, targets, n_here):
        check_means(run, inputs)
    if run.means.class_axis is not None:
        check_n_classes(run.classes, outputs.shape[run.means.class_axis])
    return check_slope(error)


def check_means(run: TrainingState, inputs: Any = None) -> None:
    """Stop a training whose loss is no finite number any more."""
    if not run.means.settle():
        batch, value = run.means.bad or (0, math.nan)
        raise diverged("training loss", value, run.epoch, batch, run.rate, inputs)
