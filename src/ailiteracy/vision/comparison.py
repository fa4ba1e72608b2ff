"""Three networks on the same pictures, compared fairly.

A comparison is fair when everything but the networks is the same: the pictures, their order, the steps, the machine,
the clock; when every picture counts once; and when it is made several times, since the first weights are a matter of
luck. The course's comparison broke most of these rules, and put a ReLU on the logits of one of its networks.

Left out: a search for the best learning rate of each network.
Next: transfer.py.
"""

import dataclasses
import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_integer, check_number, message
from .._support.devices import pick_device
from .._support.figures import new_figure, result_html
from ..training.batches import Batches
from ..training.evaluation import evaluate
from ..training.loop import fit
from .datasets import ImageData, load_images
from .models import MODELS, build_model

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ModelComparison", "compare_models"]

Array = npt.NDArray[np.float64]
HIDDEN = 10  # units of the course's networks


def _linear(channels: int, size: tuple[int, int], n_classes: int) -> nn.Module:
    """Two linear layers in a row are one linear layer."""
    return nn.Sequential(nn.Flatten(), nn.Linear(channels * math.prod(size), HIDDEN), nn.Linear(HIDDEN, n_classes))


def _relu(channels: int, size: tuple[int, int], n_classes: int) -> nn.Module:
    """A ReLU between them makes a network."""
    first = nn.Linear(channels * math.prod(size), HIDDEN)
    return nn.Sequential(nn.Flatten(), first, nn.ReLU(), nn.Linear(HIDDEN, n_classes))


def _relu_on_logits(channels: int, size: tuple[int, int], n_classes: int) -> nn.Module:
    """A ReLU at the end cuts off every vote against a class; where a logit is cut, its weights learn nothing."""
    return nn.Sequential(_relu(channels, size, n_classes), nn.ReLU())


COURSE: dict[str, Callable[[int, tuple[int, int], int], nn.Module]] = {
    "linear": _linear, "relu": _relu, "relu_on_logits": _relu_on_logits,
}  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ModelComparison:
    """Several networks, trained alike.

    Parameters
    ----------
    dataset : str
        What the pictures are called.
    names : tuple of str
        The networks.
    n_weights : tuple of int
        How many numbers each has learned.
    accuracies, losses : ndarray of float, shape (n_models, n_seeds)
        On the test pictures, every picture counting once.
    seconds : ndarray of float, shape (n_models, n_seeds)
        Duration of each training, all on one device, which has finished when the clock is read.
    device : str
        Where all of them computed.
    """

    dataset: str
    names: tuple[str, ...]
    n_weights: tuple[int, ...]
    accuracies: Array
    losses: Array
    seconds: Array
    device: str

    def table(self) -> str:
        """Return one line for each network: weights, accuracy with its spread over the seeds, loss, seconds."""
        lines = [f"{'network':15} {'weights':>9} {'accuracy':>8} {'spread':>7} {'loss':>6} {'seconds':>8}"]
        for name, n_weights, accuracy, loss, seconds in zip(
            self.names, self.n_weights, self.accuracies, self.losses, self.seconds, strict=True
        ):
            spread = accuracy.std(ddof=1) if len(accuracy) > 1 else float("nan")
            numbers = f"{accuracy.mean():8.1%} {spread:7.1%} {loss.mean():6.3f} {np.median(seconds):8.2f}"
            lines.append(f"{name:15} {n_weights:9,} {numbers}")
        return "\n".join(lines)

    def plot(self) -> "Figure":
        """Return a figure: accuracy of every seed, and how long the trainings took."""
        figure = new_figure(9, 1.2 + 0.5 * len(self.names))
        left, right = figure.subplots(1, 2, sharey=True)
        for place, (row, seconds) in enumerate(zip(self.accuracies, self.seconds, strict=True)):
            left.plot(row, [place] * len(row), "o", color="#0072B2", alpha=0.7)
            left.plot([row.mean()], [place], "|", color="#D55E00", markersize=16, markeredgewidth=2)
            right.barh([place], [np.median(seconds)], color="#009E73", height=0.6)
        left.set_yticks(range(len(self.names)), labels=self.names)
        left.set(title=f"{self.dataset}: a dot for each seed", xlabel="test accuracy")
        left.invert_yaxis()
        right.set(title=f"Training on {self.device}", xlabel="seconds, median")
        return figure

    def __repr__(self) -> str:
        means = self.accuracies.mean(axis=1)
        parts = ", ".join(f"{name} {mean:.1%}" for name, mean in zip(self.names, means, strict=True))
        n_seeds = self.accuracies.shape[1]
        return f"{len(self.names)} networks on {self.dataset}, test accuracy, mean of {n_seeds} seed(s): {parts}."

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_models(
    dataset: Any = "digits",
    *,
    models: Sequence[str] = ("linear", "relu", "relu_on_logits", "tinyvgg"),
    n_seeds: int = 3,
    epochs: int = 10,
    learning_rate: float = 0.1,
    batch_size: int = 32,
    device: Any = "auto",
    progress: bool = True,
) -> ModelComparison:
    """Return how well several networks learn the same pictures under the same conditions.

    Parameters
    ----------
    dataset : str, path-like, tuple or ImageData, default "digits"
        As for `load_images`; the course used "fashion_mnist".
    models : tuple of str, default ("linear", "relu", "relu_on_logits", "tinyvgg")
        The course's networks, its ReLU between the layers once without and once with the one on the logits; or any
        name of `build_model`.
    n_seeds : int, default 3
        Seeds 0, 1, ...: for first weights and order of pictures; each network gets the same order.
    epochs : int, default 10
        Passes over the training pictures; the last weights are tested, so nothing is chosen by looking at the test.
    learning_rate : float, default 0.1
        Of stochastic gradient descent, as in the course.
    batch_size : int, default 32
        Pictures in a step.
    device : str or torch.device, default "auto"
        Where all of them compute.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    ModelComparison
        Accuracy, loss and seconds of every network and seed.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit.

    Examples
    --------
    >>> compare_models(models=("linear",), n_seeds=1, epochs=1, device="cpu").n_weights
    (760,)
    """
    if isinstance(models, str) or not models:
        raise TypeError(message("models", "a tuple of names", models, "Pass for example ('linear', 'relu')."))
    for name in models:
        check_choice("models", name, [*COURSE, *MODELS])
    n_seeds, epochs = check_integer("n_seeds", n_seeds, low=1), check_integer("epochs", epochs, low=1)
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    batch_size = check_integer("batch_size", batch_size, low=1)
    chosen, data = pick_device(device), load_images(dataset, progress=progress)
    train, test = _floats(data.train_images), _floats(data.test_images)
    found, n_weights = np.empty((3, len(models), n_seeds)), []
    for row, name in enumerate(models):
        for seed in range(n_seeds):
            network = _build(name, data, seed).to(chosen)
            batches = Batches(train, data.train_labels, batch_size=batch_size, shuffle=True, seed=seed)
            optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate)
            _wait(chosen)  # an accelerator computes on while Python goes ahead: the clock must wait for it
            started = time.perf_counter()
            fit(network, batches, optimizer=optimizer, epochs=epochs, seed=seed, device=chosen, progress=progress)
            _wait(chosen)
            seconds = time.perf_counter() - started
            seen = evaluate(network, Batches(test, data.test_labels, batch_size=256), device=chosen)
            found[:, row, seed] = seen.accuracy, seen.loss, seconds
        n_weights.append(sum(weights.numel() for weights in network.parameters()))
    accuracies, losses, seconds_each = found
    return ModelComparison(
        data.name, tuple(models), tuple(n_weights), accuracies, losses, seconds_each, device=str(chosen)
    )


def _build(name: str, data: ImageData, seed: int) -> nn.Module:
    """Return a new network for these pictures; the seed decides its first weights."""
    channels, height, width = data.train_images.shape[1:]
    with torch_seed(seed):
        if name in COURSE:
            return COURSE[name](channels, (height, width), len(data.classes))
        # With mean 0 and spread 1 it sees the pixels as the others do, from 0 to 1.
        return build_model(name, classes=data.classes, channels=channels, size=(height, width), mean=0.0, std=1.0)


def _floats(images: torch.Tensor) -> torch.Tensor:
    return images.float() / 255 if images.dtype == torch.uint8 else images


def _wait(device: torch.device) -> None:
    """Wait until the accelerator has done what it was told; a CPU has."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)
