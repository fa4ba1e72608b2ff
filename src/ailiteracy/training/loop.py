"""The one training loop.

Show the model a batch, measure how wrong it is, ask each weight in which direction it made things worse, and move it a
little the other way; repeat. After every epoch look at samples that were not trained on, and keep the weights that did
best there. Everything else here is care: modes, means, chance, interruptions, and several processes at once.

Left out: models too large for one device.
Next: history.py and result.py, for what comes back.
"""

import contextlib
import functools
import itertools
import logging
import math
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import check_flag
from .._support.progress import progress_bar
from .evaluation import Evaluation, keep_modes, look
from .generators import capture, put_back, seeded
from .means import Means
from .processes import Piece, open_accelerator, pieces, share_loader
from .refusals import check_classes, check_length, check_optimizer, check_options, n_batches_of
from .result import TrainingResult, make_result
from .resume import check_folder, keep_out_others, load_training, save_training
from .schedule import constant
from .state import TrainingState, pick_precision, settings_of
from .step import check_means, learn

__all__ = ["fit"]

logger = logging.getLogger(__name__)

Epoch = dict[str, float]  # one row of the history
Loss = Callable[[Any, Any], torch.Tensor]


def fit(
    model: nn.Module,
    train: Iterable[Any],
    validation: Iterable[Any] | None = None,
    *,
    test: Iterable[Any] | None = None,
    loss: Loss = F.cross_entropy,
    optimizer: torch.optim.Optimizer | None = None,
    schedule: Callable[[int, int], float] = constant,
    epochs: int = 10,
    accumulate: int = 1,
    clip_norm: float | None = None,
    label_smoothing: float = 0.0,
    mixup: float = 0.0,
    ema: float = 0.0,
    patience: int | None = None,
    callbacks: Sequence[Callable[[nn.Module, Epoch], Any]] = (),
    classes: Sequence[str] = (),
    checkpoint_dir: Any = None,
    checkpoint_every: int | None = None,
    precision: str = "auto",
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
        ``loss(outputs, targets)``: the mean over the batch, a tensor with one number. Accuracy is measured when targets
        are class numbers; those of -100 do not count. Cross entropy has the classes on axis 1 of the outputs, other
        losses on the last axis where its other axes fit the targets.
    optimizer : torch.optim.Optimizer, optional
        Made with this model's parameters. Default: AdamW with learning rate 0.001.
    schedule : callable, default constant
        ``schedule(step, n_steps)``: factor for the learning rate, asked before every step.
    epochs : int, default 10
        Passes over `train`.
    accumulate : int, default 1
        Batches whose gradients are added up for one step, each sample counting the same; the last step of an epoch may
        have fewer. As one large batch, with the memory of a small one.
    clip_norm : float, optional
        Longest gradient allowed; longer ones are scaled down to it. ``math.inf`` only measures the length.
    label_smoothing : float, default 0.0
        Part of the target that is spread over all classes, in training only; for the default loss.
    mixup : float, default 0.0
        Above 0, train on mixtures of two samples, in parts drawn from the distribution Beta(mixup, mixup).
    ema : float, default 0.0
        Above 0, keep an exponential moving average of the weights with this decay, judge it and return it.
    patience : int, optional
        Stop when `validation` has not become better for this many epochs.
    callbacks : sequence of callable
        Each is called as ``callback(model, epoch)`` after every epoch, `epoch` being a dict such as
        ``{"epoch": 1, "train_loss": 0.3, ...}``. Training ends when one returns True.
    classes : sequence of str, optional
        Class names for figures and messages, as many as the model has outputs; numbers become texts.
    checkpoint_dir : str or path-like, optional
        Folder in which the training is saved after every epoch. The same call goes on from what it finds there; without
        a schedule also with more epochs.
    checkpoint_every : int, optional
        Save after every so many steps, too.
    precision : str, default "auto"
        "float32", "bfloat16", "float16", or "auto": bfloat16 on GPUs that have it, else float16 on GPUs that are CUDA,
        else float32: whether bfloat16 is faster on a CPU depends on the CPU and the model; one that only emulates it
        slowly gets a warning. Weights stay float32.
    device : str or torch.device, default "auto"
        Where to compute.
    seed : int, default 0
        For dropout, mixtures and the order of batches; the caller's random state comes back at the end.
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
        When an argument does not fit, or a checkpoint is damaged or belongs to another training.
    OSError
        When a checkpoint cannot be written, or another training is at work in `checkpoint_dir`.

    Notes
    -----
    With `checkpoint_dir`, a training that was killed and started again ends with the very weights of one that was not.
    Memory: one copy of the weights, one of the best with `validation`, one of the average with `ema`, and what the
    optimizer keeps. Started by ``torchrun`` or ``accelerate launch``, every process takes its part of each batch.

    Examples
    --------
    >>> x = torch.tensor([[0.0], [1.0]])
    >>> result = fit(torch.nn.Linear(1, 1), [(x, 2 * x)], loss=F.mse_loss, epochs=3, device="cpu")
    >>> len(result.history)
    3
    """
    check_options(
        model=model, train=train, validation=validation, test=test, loss=loss, schedule=schedule, epochs=epochs,
        accumulate=accumulate, clip_norm=clip_norm, label_smoothing=label_smoothing, mixup=mixup, ema=ema,
        patience=patience, checkpoint_dir=checkpoint_dir, checkpoint_every=checkpoint_every, precision=precision,
    )  # fmt: skip
    classes = check_classes(classes)
    n_batches = n_batches_of(train, counted=schedule is not constant)
    folder = None if checkpoint_dir is None else check_folder(checkpoint_dir)
    optimizer, interrupted, tested = check_optimizer(model, optimizer), False, None
    train_loss: Loss = functools.partial(F.cross_entropy, label_smoothing=label_smoothing) if label_smoothing else loss
    with open_accelerator(device) as accelerator, seeded(seed), keep_modes(model), contextlib.ExitStack() as held:
        train, validation, test = (share_loader(batches, accelerator) for batches in (train, validation, test))
        n_updates = math.ceil(n_batches / accumulate)  # in an epoch; the last may have fewer batches
        dtype = pick_precision(precision, accelerator.device)
        run = TrainingState(model, optimizer, schedule, epochs * n_updates, accelerator, dtype, ema, classes)
        main = accelerator.is_main_process
        held.enter_context(keep_out_others(folder if main else None))
        save = _take_up(run, train, folder, seed=seed, batches=n_batches, accumulate=accumulate, clip_norm=clip_norm,
                        epochs=None if schedule is constant else epochs, label_smoothing=label_smoothing, mixup=mixup,
                        ema=ema, precision=str(dtype))  # fmt: skip
        step = functools.partial(learn, run, loss=train_loss, clip_norm=clip_norm, mixup=mixup)
        clock = time.perf_counter() - run.seconds
        draw = check_flag("progress", progress) and main
        with progress_bar(range(epochs * n_updates), label="training", progress=draw) as bar:
            bar.update(run.step)
            try:
                while run.epoch <= epochs and not run.stopped and _is_patient(run, patience):
                    started = time.perf_counter()
                    _train_epoch(run, train, step, accumulate, n_batches, bar, save, checkpoint_every)
                    run.rows.append(_look_back(run, validation, loss, started))
                    bar.set_description(f"training, loss {run.rows[-1]['train_loss']:.3f}", refresh=False)
                    run.stopped = _stop(run, callbacks)
                    run.epoch, run.batch, run.seconds = run.epoch + 1, 0, time.perf_counter() - clock
                    if save is not None:
                        save()
            except KeyboardInterrupt:
                interrupted = True
            finally:
                run.restore_rates()
        run.keep_best()
        if test is not None:
            tested = _test(run, test, loss)
    seconds = time.perf_counter() - clock
    axis = run.means.class_axis
    return make_result(model, run.rows, run.best.epoch, interrupted, seconds, classes, axis, tested)


def _train_epoch(
    run: TrainingState, train: Iterable[Any], step: Callable[[list[Piece]], None], accumulate: int, n_batches: int,
    bar: Any, save: Callable[[], None] | None, save_every: int | None,
) -> None:  # fmt: skip
    """Go once through the batches and take a step after every `accumulate` of them."""
    run.model.train()
    batches = _open(run, train, saving=save is not None)
    while group := list(itertools.islice(batches, accumulate)):
        check_length(n_batches, run.batch + len(group), run.epoch, ended=False)
        step(group)
        run.batch, run.step = run.batch + len(group), run.step + 1
        bar.update()
        if save is not None and save_every is not None and run.step % save_every == 0:
            save()
    check_length(n_batches, run.batch, run.epoch, ended=True)


def _open(run: TrainingState, train: Iterable[Any], saving: bool) -> Iterator[Piece]:
    """Return the batches of the epoch; of a half epoch that was taken up, those that are left."""
    resumed, run.resumed = run.resumed, None
    if resumed is not None:  # back to where the epoch began: the order will be the same
        put_back(resumed["start"] if run.batch else resumed["now"], train, run.device)
    if run.batch == 0:
        run.means = Means(run.device, run.means.class_axis)
    run.epoch_start = capture(train, run.device) if saving else None
    batches = pieces(train, run.accelerator.process_index, run.accelerator.num_processes)
    if resumed is not None and run.batch:
        for _ in range(run.batch):
            next(batches)
        put_back(resumed["now"], train, run.device)
    return batches


def _look_back(run: TrainingState, validation: Any, loss: Loss, started: float) -> Epoch:
    """Return the measures of an epoch; on validation samples they are those of the weights that would be kept."""
    check_means(run)
    if run.accelerator.num_processes > 1:
        run.means.add_up(run.accelerator)
    row = {"train_loss": run.means.loss, "train_accuracy": run.means.accuracy}
    if validation is not None:
        with run.averaged():
            seen = look(run.model, validation, loss, run.device, accelerator=run.accelerator, autocast=run.autocast)
            run.best.look(run.model, run.epoch, seen.loss, seen.accuracy)
        row |= {"validation_loss": seen.loss, "validation_accuracy": seen.accuracy}
    row |= {"gradient_norm": run.means.gradient_norm, "learning_rate": run.rate}
    return row | {"seconds": time.perf_counter() - started}


def _test(run: TrainingState, test: Any, loss: Loss) -> Evaluation | None:
    """Return what the trained model says to the test samples; None, and a warning, when they do not fit."""
    try:
        return look(run.model, test, loss, run.device, accelerator=run.accelerator, autocast=run.autocast)
    except ValueError as error:
        if run.accelerator.num_processes > 1:  # the others would wait for this one
            raise
        text = f"the training is finished, its test failed: {error} Call training.evaluate with a test that fits."
        warnings.warn(text, UserWarning, stacklevel=3)
        return None


def _stop(run: TrainingState, callbacks: Sequence[Callable[[nn.Module, Epoch], Any]]) -> bool:
    """Call the callbacks, in one process only, and return whether the training ends."""
    called = callbacks if run.accelerator.is_main_process else ()
    row = {"epoch": run.epoch, **run.rows[-1]}
    answers = [callback(run.model, dict(row)) for callback in called]  # all are called, whatever one says
    stop = any(answer is True for answer in answers)
    if run.accelerator.num_processes > 1:
        stop = bool(run.accelerator.reduce(torch.tensor(int(stop), device=run.device)))
    return stop


def _is_patient(run: TrainingState, patience: int | None) -> bool:
    """Return whether validation became better not too many epochs ago."""
    return patience is None or run.epoch - 1 - run.best.epoch < patience


def _take_up(run: TrainingState, train: Any, folder: Any, **settings: Any) -> Callable[[], None] | None:
    """Go on from the checkpoint in the folder, if there is one, and return the function that saves the next."""
    if folder is None:
        return None
    settings = settings_of(run, train, **settings)
    saved = load_training(folder, settings)
    if saved is not None:
        run.unpack(saved)
        logger.info("going on in epoch %d after %d steps, from %s", run.epoch, run.step, folder)

    def save() -> None:
        check_means(run)
        state = run.pack(train)
        if run.accelerator.is_main_process:
            save_training(folder, state, settings)

    return save
