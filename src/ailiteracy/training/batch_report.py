"""Look at the data before training on it.

Most failed trainings are failed data: values from 0 to 255 where 0 to 1 was meant, a class that never occurs, a channel
that is empty, nan. One pass over the batches tells shapes, ranges, means and standard deviations of each channel, and
how often each class occurs.

Left out: judging a single sample.
Next: export.py.
"""

import dataclasses
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BatchReport", "describe_batches"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class BatchReport:
    """What the batches hold.

    Parameters
    ----------
    n_batches, n_samples : int
        How much was looked at.
    shape : tuple of int
        Of one sample, taken from the first batch.
    low, high : float
        Smallest and largest value.
    mean, std : ndarray of float, shape (n_channels,)
        Over all samples and places of a channel, the second dimension; what a normalisation needs.
    counts : ndarray of int, shape (n_classes,)
        Samples of each class.
    first : ndarray of float, shape (up to 8, ...)
        The first samples, for the figure.
    """

    n_batches: int
    n_samples: int
    shape: tuple[int, ...]
    low: float
    high: float
    mean: npt.NDArray[np.float64]
    std: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    first: npt.NDArray[Any]

    def plot(self) -> "Figure":
        """Return a figure: the first samples as pictures if they are some, and the samples of each class."""
        pictures = len(self.shape) == 3 and self.shape[0] in (1, 3)
        figure = new_figure(9 if pictures else 4.5, 3.4)
        grid = figure.add_gridspec(2, 8 if pictures else 4)
        for number, picture in enumerate(self.first if pictures else ()):
            ax = figure.add_subplot(grid[number // 4, number % 4])
            # Normalised values have no natural range: from the smallest, black, to the largest, white.
            span = max(float(picture.max() - picture.min()), 1e-12)
            ax.imshow(((picture - picture.min()) / span).transpose(1, 2, 0).squeeze(), cmap="gray")
            ax.set_axis_off()
        ax = figure.add_subplot(grid[:, -4:])
        ax.bar(range(len(self.counts)), self.counts)
        ax.set(title="Samples of each class", xlabel="class", ylabel="samples")
        ax.locator_params(axis="x", integer=True)
        return figure

    def __repr__(self) -> str:
        mean, std = (np.array2string(part, precision=3, threshold=6) for part in (self.mean, self.std))
        return (
            f"{self.n_samples} samples of shape {self.shape} in {self.n_batches} batches; values from {self.low:.3g} "
            f"to {self.high:.3g}, mean {mean}, std {std} by channel; classes occur {self.counts.min()} to "
            f"{self.counts.max()} times."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def describe_batches(batches: Iterable[Any], *, n_classes: int, n_batches: int | None = None) -> BatchReport:
    """Return what a few batches, or all, hold.

    Parameters
    ----------
    batches : iterable of (inputs, targets)
        Inputs: tensors of shape (batch, channels, ...). Targets: class numbers.
    n_classes : int
        Number of classes. A class without samples is counted as 0.
    n_batches : int, optional
        How many to look at; by default all. Use all for the constants of a normalisation.

    Returns
    -------
    BatchReport
        Counts, ranges, means, and a figure.

    Raises
    ------
    ValueError
        When there are no batches, a value is nan or infinite, or a class number is out of range.
    TypeError
        When a batch is no pair.

    Examples
    --------
    >>> report = describe_batches([(torch.tensor([[0.0], [4.0]]), torch.tensor([0, 1]))], n_classes=3)
    >>> float(report.mean[0]), float(report.std[0]), report.counts.tolist()
    (2.0, 2.0, [1, 1, 0])
    """
    n_classes = check_integer("n_classes", n_classes, low=1)
    if n_batches is not None:
        n_batches = check_integer("n_batches", n_batches, low=1)
    moments, counts, first = None, np.zeros(n_classes, dtype=np.int64), None
    low, high, n_seen = np.inf, -np.inf, 0
    if not isinstance(batches, Iterable):
        raise TypeError(message("batches", "batches (inputs, targets) to walk over", batches, "Pass a list."))
    for batch in islice(batches, n_batches):
        inputs, targets = _check_pair(batch)
        values = _check(inputs, targets, n_classes)
        counts += np.bincount(targets.cpu().numpy(), minlength=n_classes)
        first = inputs[:8].cpu().numpy() if first is None else first
        low, high, n_seen = min(low, float(values.min())), max(high, float(values.max())), n_seen + 1
        moments = _merge(moments, values)
    if moments is None or first is None:
        raise ValueError(message("batches", "at least one batch", batches, "Iterators run dry: pass a list."))
    n_values, mean, squares = moments
    std = np.sqrt(squares / n_values)
    return BatchReport(n_seen, int(counts.sum()), first.shape[1:], low, high, mean, std, counts, first)


Moments = tuple[int, npt.NDArray[np.float64], npt.NDArray[np.float64]]


def _merge(old: Moments | None, values: npt.NDArray[np.float64]) -> Moments:
    """Return number, means and summed squared distances of all values so far; `values` has shape (n_channels, n).

    Means and squares are merged, not summed: the difference of two large sums would lose its last digits.
    """
    n, mean = values.shape[1], values.mean(axis=1)
    squares = ((values - mean[:, None]) ** 2).sum(axis=1)
    if old is None:
        return n, mean, squares
    total, gap = old[0] + n, mean - old[1]
    return total, old[1] + gap * n / total, old[2] + squares + gap**2 * old[0] * n / total


def _check_pair(batch: Any) -> tuple[Any, Any]:
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        remedy = "Put the class numbers beside the inputs: [(inputs, targets)]."
        raise TypeError(message("batches", "pairs (inputs, targets)", batch, remedy))
    return batch[0], batch[1]


def _check(inputs: Any, targets: Any, n_classes: int) -> npt.NDArray[np.float64]:
    """Return the values of a batch by channel, shape (n_channels, n)."""
    if not isinstance(inputs, torch.Tensor) or inputs.ndim < 2 or inputs.numel() == 0:
        raise ValueError(message("inputs", "a tensor of shape (batch, channels, ...)", inputs, "Stack the samples."))
    if not isinstance(targets, torch.Tensor) or targets.is_floating_point() or targets.shape != (len(inputs),):
        raise ValueError(message("targets", f"{len(inputs)} whole class numbers", targets, "One for each sample."))
    values = inputs.detach().cpu().double()
    if not bool(values.isfinite().all()):
        where = int((~values.isfinite()).flatten(1).any(dim=1).nonzero()[0])
        got = float(values[~values.isfinite()][0])
        raise ValueError(message("inputs", "finite numbers", got, f"Drop or fill it: sample {where} of a batch."))
    wrong = targets[(targets < 0) | (targets >= n_classes)]
    if len(wrong):
        raise ValueError(message("targets", f"class numbers from 0 to {n_classes - 1}", int(wrong[0]), "Count from 0."))
    return values.transpose(0, 1).flatten(1).numpy()
