"""Learning too little and learning by heart, and six ways against learning by heart.

The idea: a network with more weights than it needs fits its hundred samples and their accidents. What helps is to make
the weights small (L2) or few (L1), to make the neurons unreliable while learning (dropout), to rescale them (batch
norm), or to stop in time. All start from the same weights and see the same batches; choices are made on validation
samples, and the test samples are looked at once, at the end.

Left out: more data, which helps most; random changes of the samples, which ailiteracy.vision has.
Next: ailiteracy.training, the loop that does the training here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_integer, check_number, message
from .._support.progress import progress_bar
from ..training import Batches, evaluate, fit
from .regularize_result import RegularizationResult

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DATASETS", "METHODS", "compare_regularization"]

METHODS = ("too small", "none", "L1", "L2", "dropout", "batch norm", "dropout and batch norm", "early stopping")
# The share of training and validation labels that are drawn by lot; test labels are always right.
DATASETS = {"digits": 0.0, "wrong labels": 0.3, "noise": 1.0, "moons": 0.0}
# How strong each method is. L2 and dropout: of three strengths the best on the validation samples of seeds 100 to 102;
# L1: so strong that its zeros show.
L1, L2, DROPOUT, PATIENCE = 1e-3, 1e-2, 0.5, 10
N_VALIDATION = 200

Part = tuple[torch.Tensor, torch.Tensor]


def compare_regularization(
    dataset: str = "wrong labels",
    *,
    methods: Sequence[str] = METHODS,
    n_train: int = 100,
    epochs: int = 100,
    learning_rate: float = 0.3,
    n_seeds: int = 3,
    seed: int = 0,
    progress: bool = True,
) -> RegularizationResult:
    """Return how well networks do on new samples, by what is done against learning by heart.

    Parameters
    ----------
    dataset : str, default "wrong labels"
        "digits": real handwritten digits; "wrong labels": the same, three of ten labels drawn by lot; "noise":
        all labels drawn by lot, so that there is nothing to learn; "moons": two half moons in the plane. Test labels
        are always right.
    methods : sequence of str, default all
        "too small" (2 hidden neurons; all others have two layers of 100), "none", "L1", "L2", "dropout", "batch norm",
        "dropout and batch norm", "early stopping".
    n_train : int, default 100
        Samples to learn from.
    epochs : int, default 100
        Passes over them; early stopping may take fewer.
    learning_rate : float, default 0.3
        Of stochastic gradient descent with batches of 20.
    n_seeds : int, default 3
        How often everything is repeated, with other samples and weights.
    seed : int, default 0
        The first seed; the others follow it.
    progress : bool, default True
        Whether to show a progress bar in a terminal.

    Returns
    -------
    RegularizationResult
        `train_losses`, `validation_losses`, `test_accuracy`, `table()` and `plot()`.

    Raises
    ------
    TypeError
        When an argument is of the wrong kind.
    ValueError
        When a name is unknown or a number out of its range.
    DivergedError
        When the learning rate is too large; a ValueError too.

    Notes
    -----
    Losses are cross entropies alone, without a penalty and with dropout switched off, so that they can be compared.
    L1 is done by soft thresholding after each step, which makes weights exactly 0; a penalty in the loss does not.
    Weight decay and L2 are the same for plain gradient descent, and for no other optimizer. Biases are not penalised.

    Examples
    --------
    >>> result = compare_regularization("digits", methods=["none"], epochs=30, n_seeds=1)
    >>> bool(result.train_accuracy["none"][0] > result.test_accuracy["none"][0] > 0.7)  # better at what it has seen
    True
    """
    dataset = check_choice("dataset", dataset, DATASETS)
    chosen = _check_methods(methods)
    n_train = check_integer("n_train", n_train, low=20, high=1_000)
    epochs = check_integer("epochs", epochs, low=1)
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    n_seeds = check_integer("n_seeds", n_seeds, low=1, high=10_000)
    seed = check_integer("seed", seed, low=0, high=2**32 - n_seeds)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in chosen}
    cases = [(seed + i, name) for i in range(n_seeds) for name in chosen]
    for number, name in progress_bar(cases, label="comparing", progress=progress):
        parts = _load(dataset, n_train, number)
        runs[name].append(_run(name, parts, epochs, learning_rate, number))
    return RegularizationResult.gather(dataset, n_train, runs)


def _load(dataset: str, n_train: int, seed: int) -> tuple[Part, Part, Part]:
    """Return training, validation and test samples, drawn anew for every seed."""
    from sklearn import datasets

    rng = np.random.default_rng(seed)
    if dataset == "moons":
        X, y = datasets.make_moons(n_train + N_VALIDATION + 1000, noise=0.3, random_state=seed)
    else:
        X, y = datasets.load_digits(return_X_y=True)
        X = X / 16  # from 0 to 1
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    n_seen = n_train + N_VALIDATION
    by_lot = np.flatnonzero(rng.random(n_seen) < DATASETS[dataset])
    y[by_lot] = rng.integers(0, y.max() + 1, len(by_lot))
    samples, labels = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
    sizes = [n_train, N_VALIDATION, len(X) - n_seen]
    train, validation, test = zip(torch.split(samples, sizes), torch.split(labels, sizes), strict=True)
    return train, validation, test


def _build(name: str, n_inputs: int, n_classes: int, seed: int) -> nn.Sequential:
    """Return a network; all with the same seed hold the same first weights."""
    with torch_seed(seed):
        if name == "too small":
            return nn.Sequential(nn.Linear(n_inputs, 2), nn.ReLU(), nn.Linear(2, n_classes))
        linear = [nn.Linear(n_inputs, 100), nn.Linear(100, 100), nn.Linear(100, n_classes)]
    layers: list[nn.Module] = []
    for layer in linear[:2]:
        layers.append(layer)
        if "batch norm" in name:
            layers.append(nn.BatchNorm1d(100))
        layers.append(nn.ReLU())
        if "dropout" in name:
            layers.append(nn.Dropout(DROPOUT))
    return nn.Sequential(*layers, linear[2])


def _run(name: str, parts: tuple[Part, Part, Part], epochs: int, rate: float, seed: int) -> dict[str, Any]:
    """Train one network and return its curves and, last of all, its accuracy on the test samples."""
    train, validation, test = parts
    n_classes = 1 + max(int(labels.max()) for _, labels in parts)  # a small part may lack the last one
    model = _build(name, train[0].shape[1], n_classes, seed)
    weights: list[torch.Tensor] = [weight for weight in model.parameters() if weight.ndim == 2]
    others: list[torch.Tensor] = [weight for weight in model.parameters() if weight.ndim != 2]
    decay = L2 if name == "L2" else 0.0
    groups: list[dict[str, Any]] = [{"params": weights, "weight_decay": decay}, {"params": others}]
    optimizer = torch.optim.SGD(groups, lr=rate)
    if name == "L1":
        optimizer.register_step_post_hook(lambda *_: _soften(weights, rate * L1))
    rows: list[tuple[float, float]] = []

    def look(model: nn.Module, _: Any) -> None:
        rows.append((_look(model, train).loss, _look(model, validation).loss))

    stop = _stop_when_stuck(rows) if name == "early stopping" else None
    result = fit(
        model, Batches(*train, batch_size=20, shuffle=True, seed=seed), [validation] if stop else None,
        optimizer=optimizer, epochs=epochs, callbacks=[look, stop] if stop else [look], device="cpu", seed=seed,
        progress=False,
    )  # fmt: skip
    if result.interrupted:  # Ctrl-C is meant for the comparison
        raise KeyboardInterrupt
    zeros = float(torch.cat([weight.detach().ravel() == 0 for weight in weights]).float().mean())
    norm = float(torch.cat([weight.detach().ravel() for weight in weights]).norm())
    curves = np.array(rows)  # (n_epochs, 2)
    return {
        "train_losses": curves[:, 0], "validation_losses": curves[:, 1], "best_epoch": result.best_epoch,
        "train_accuracy": _look(model, train).accuracy, "weight_norm": norm, "zeros": zeros,
        "validation_accuracy": _look(model, validation).accuracy, "test_accuracy": _look(model, test).accuracy,
    }  # fmt: skip


def _look(model: nn.Module, part: Part) -> Any:
    """Return loss and accuracy on all samples of a part, with dropout off and without any penalty."""
    return evaluate(model, [part], device="cpu")


def _soften(weights: list[torch.Tensor], amount: float) -> None:
    """Move every weight by `amount` towards 0, and those that are nearer exactly to 0."""
    with torch.no_grad():
        for weight in weights:
            weight.copy_(torch.nn.functional.softshrink(weight, amount))


def _stop_when_stuck(rows: list[tuple[float, float]]) -> Callable[[nn.Module, Any], bool]:
    """Return a callback that ends the training when the validation loss has found no new low for some epochs."""

    def stop(_: nn.Module, __: Any) -> bool:
        losses = [validation for _, validation in rows]
        return len(losses) - 1 - int(np.argmin(losses)) >= PATIENCE

    return stop


def _check_methods(methods: Any) -> list[str]:
    remedy = f"Pass some of {list(METHODS)}."
    if isinstance(methods, str) or not isinstance(methods, Sequence):
        raise TypeError(message("methods", "a list of names", methods, remedy))
    if not methods:
        raise ValueError(message("methods", "at least one name", methods, remedy))
    return list(dict.fromkeys(check_choice("methods", name, METHODS) for name in methods))
