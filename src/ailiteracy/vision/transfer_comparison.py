"""What is a head start worth? Measured on few pictures, drawn several times.

From ten pictures of each class a network learns a little or a lot, depending on which ten: one draw proves nothing. So
each way to begin gets the same draws and the same last layers, and is tested on the same pictures.

Left out: a search for the best learning rate of each way; all use one.
Next: throughput.py.
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.checks import check_choice, check_integer, message
from .._support.figures import new_figure, result_html
from .datasets import load_images
from .models import PictureNet
from .transfer import EPOCHS, WAYS, check_backbone, fine_tune

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["TransferComparison", "compare_transfer"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class TransferComparison:
    """What a head start is worth.

    Parameters
    ----------
    dataset : str
        What the pictures are called.
    n_per_class : int or None
        Training pictures of each class; None for all.
    ways : tuple of str
        "scratch", "head", "all", "layers", as `fine_tune` knows them.
    accuracies : ndarray of float, shape (n_ways, n_seeds)
        Test accuracies; a column shares its training pictures and its first last layer.
    seconds : ndarray of float, shape (n_ways,)
        Mean duration of a training.
    """

    dataset: str
    n_per_class: int | None
    ways: tuple[str, ...]
    accuracies: npt.NDArray[np.float64]
    seconds: npt.NDArray[np.float64]

    def table(self) -> str:
        """Return one line for each way: mean and spread of the accuracy, and seconds."""
        lines = [f"{'way':8} {'accuracy':>8} {'spread':>7} {'seconds':>8}"]
        for way, row, seconds in zip(self.ways, self.accuracies, self.seconds, strict=True):
            spread = row.std(ddof=1) if len(row) > 1 else float("nan")
            lines.append(f"{way:8} {row.mean():8.1%} {spread:7.1%} {seconds:8.1f}")
        return "\n".join(lines)

    def plot(self) -> "Figure":
        """Return a figure: a dot for each seed, a line at each mean."""
        figure = new_figure(6, 3.4)
        ax = figure.subplots()
        for place, row in enumerate(self.accuracies):
            ax.plot([place] * len(row), row, "o", color="#0072B2", alpha=0.7)
            ax.hlines(row.mean(), place - 0.25, place + 0.25, color="#D55E00")
        ax.set_xticks(range(len(self.ways)), labels=self.ways)
        ax.set(title=f"{self.dataset}, {self._amount()}", ylabel="test accuracy", xlim=(-0.5, len(self.ways) - 0.5))
        return figure

    def _amount(self) -> str:
        return "all training pictures" if self.n_per_class is None else f"{self.n_per_class} pictures of each class"

    def __repr__(self) -> str:
        means = ", ".join(f"{way} {row.mean():.1%}" for way, row in zip(self.ways, self.accuracies, strict=True))
        n_seeds = self.accuracies.shape[1]
        return f"{self.dataset} from {self._amount()}, test accuracy, mean of {n_seeds} seed(s): {means}."

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_transfer(
    dataset: Any = "digits",
    *,
    ways: Sequence[str] = ("scratch", "head", "layers"),
    n_per_class: int | None = 10,
    n_seeds: int = 3,
    epochs: int = EPOCHS,
    backbone: PictureNet | None = None,
    device: Any = "auto",
    progress: bool = True,
) -> TransferComparison:
    """Return how well several ways to begin work on the same few pictures, for several draws of these pictures.

    Parameters
    ----------
    dataset : str, path-like, tuple or ImageData, default "digits"
        As for `load_images`.
    ways : tuple of str, default ("scratch", "head", "layers")
        See `fine_tune`.
    n_per_class : int or None, default 10
        Training pictures of each class; None for all.
    n_seeds : int, default 3
        Seeds 0, 1, ...: each draws other pictures.
    epochs : int, default 20
        Passes over the pictures.
    backbone : PictureNet, optional
        Default: `load_backbone`.
    device : str or torch.device, default "auto"
        Where to compute.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    TransferComparison
        Accuracies by way and seed; the test pictures are the same for all.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit.

    Examples
    --------
    >>> compare_transfer(ways=("head",), n_per_class=2, n_seeds=2, epochs=1, device="cpu").accuracies.shape
    (1, 2)
    """
    n_seeds = check_integer("n_seeds", n_seeds, low=1)
    if isinstance(ways, str) or not ways:
        raise TypeError(message("ways", "a tuple of names", ways, "Pass for example ('scratch', 'head')."))
    for way in ways:
        check_choice("ways", way, WAYS)
    data = load_images(dataset, progress=progress)
    backbone = check_backbone(backbone)
    runs = [
        [
            fine_tune(
                data, how=way, backbone=backbone, n_per_class=n_per_class, epochs=epochs, seed=seed, device=device,
                progress=progress,
            )
            for seed in range(n_seeds)
        ]
        for way in ways
    ]  # fmt: skip
    accuracies = np.array([[run.test_accuracy for run in row] for row in runs], dtype=float)
    seconds = np.array([np.mean([run.seconds for run in row]) for row in runs])
    return TransferComparison(data.name, n_per_class, tuple(ways), accuracies, seconds)
