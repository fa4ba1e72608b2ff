"""Iris: 150 flowers, four lengths each, three kinds. The smallest real data set that a network can learn.

The idea: set a part aside first, and let nothing that is computed before the end see it. Scaling counts: the mean and
the deviation of each column are learned from the training part like any weight.

Left out: choosing the settings by cross-validation; the same settings are used for every split.
Next: cluster.py looks at the same flowers without their names.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from .._support.chance import torch_seed
from .._support.checks import check_integer, check_number
from ..training import Batches, TrainingResult, fit
from .stacks import Standardize, check_widths, stack_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["train_iris"]


def train_iris(
    *,
    hidden: Sequence[int] = (10,),
    epochs: int = 100,
    batch_size: int = 16,
    learning_rate: float = 0.01,
    seed: int = 0,
    device: Any = "cpu",
    progress: bool = True,
) -> TrainingResult:
    """Return a small network that tells three kinds of iris flowers apart by four lengths.

    Parameters
    ----------
    hidden : sequence of int, default (10,)
        Width of each hidden layer.
    epochs : int, default 100
        Passes over the 120 training flowers.
    batch_size : int, default 16
        Flowers in a step.
    learning_rate : float, default 0.01
        Adam's.
    seed : int, default 0
        Which 30 flowers are set aside for the test, the first weights and the order of the flowers.
    device : str or torch.device, default "cpu"
        Where to compute; for so small a network nothing is faster than the CPU.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    TrainingResult
        `test_accuracy`, `confusion`, `history`, and `predict(flowers)` for lengths in centimetres.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit.

    Notes
    -----
    The four columns are brought to mean 0 and deviation 1 with the numbers of the *training* flowers alone: test
    flowers must not have a say in anything. These numbers are part of the returned model.

    Examples
    --------
    >>> result = train_iris(seed=0)
    >>> result.predict([[5.1, 3.5, 1.4, 0.2]])  # a setosa
    array([0])
    """
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    flowers = load_iris()
    seed = check_integer("seed", seed, low=0, high=2**32 - 1)
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    # 1. Set a fifth of each class aside, before anything is computed from the numbers.
    parts = train_test_split(flowers.data, flowers.target, test_size=0.2, random_state=seed, stratify=flowers.target)
    X, X_test = (torch.tensor(part, dtype=torch.float32) for part in parts[:2])  # (120, 4), (30, 4)
    y, y_test = (torch.tensor(part) for part in parts[2:])
    # 2. Learn the scaling from the training part.
    scale = Standardize(X)
    # 3. Train a network on scaled flowers; look at the test part once.
    with torch_seed(seed):
        layers = stack_layers((4, *check_widths(hidden), 3), "relu")
    result = fit(
        layers, Batches(scale(X), y, batch_size=batch_size, shuffle=True, seed=seed), test=[(scale(X_test), y_test)],
        optimizer=torch.optim.Adam(layers.parameters(), lr=learning_rate, fused=True), epochs=epochs,
        classes=flowers.target_names.tolist(), device=device, seed=seed, progress=progress,
    )  # fmt: skip
    # 4. Put the scaling in front, so that the model takes centimetres.
    scale.to(next(layers.parameters()).device)
    return dataclasses.replace(result, model=nn.Sequential(scale, *layers))
