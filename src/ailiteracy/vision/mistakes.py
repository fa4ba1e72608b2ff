"""Where a network goes wrong: a review of all its answers.

One number says how many answers are right. Four looks say more: which class is taken for which (the confusion matrix),
which classes are hard (accuracy per class), which pairs are mixed up most, and the pictures that it was surest about
and wrong. The last often show labels that are wrong themselves.

Left out: the test pictures of a training, which `ImageResult` shows itself.
Next: comparison.py.
"""

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html, text_fonts
from ..training.evaluation import keep_modes
from ..training.metrics import class_accuracy, confusion_matrix
from .datasets import show_pictures
from .feature_maps import ask, check_model
from .pictures import as_pictures
from .result import RIGHT, WRONG, check_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PredictionReview", "review_predictions"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class PredictionReview:
    """What a network said to labelled pictures.

    Parameters
    ----------
    images : Tensor of shape (n, channels, height, width)
        The pictures.
    labels, predictions : ndarray of int, shape (n,)
        True and predicted class numbers.
    probabilities : ndarray of float, shape (n, n_classes)
        What the network gave each class.
    classes : tuple of str
        Names of the classes.
    confusion : ndarray of int, shape (n_classes, n_classes)
        Pictures of class i (row) that were called j (column).
    """

    images: torch.Tensor
    labels: npt.NDArray[np.int64]
    predictions: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float32]
    classes: tuple[str, ...]
    confusion: npt.NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """Part of the pictures that were named rightly."""
        return float(np.mean(self.labels == self.predictions))

    @property
    def class_accuracy(self) -> npt.NDArray[np.float64]:
        """Accuracy within each class; nan for a class without pictures."""
        return class_accuracy(self.confusion)

    def worst(self) -> npt.NDArray[np.int64]:
        """Return the row numbers of the mistakes, those first in which the truth was thought least likely."""
        wrong = np.flatnonzero(self.labels != self.predictions)
        return wrong[np.argsort(self.probabilities[wrong, self.labels[wrong]], kind="stable")]

    def mixed_up(self) -> list[tuple[str, str, int]]:
        """Return pairs of classes that are taken for one another, in either direction, the most frequent first."""
        both = np.triu(self.confusion + self.confusion.T, k=1)
        pairs = sorted(zip(*np.nonzero(both), strict=True), key=lambda pair: (-both[pair], pair))
        return [(self.classes[i], self.classes[j], int(both[i, j])) for i, j in pairs]

    def plot(self) -> "Figure":
        """Return a figure: each row of the confusion matrix as shares of its class, and the accuracy of each class."""
        n_classes = len(self.classes)
        shares = self.confusion / np.maximum(self.confusion.sum(axis=1, keepdims=True), 1)
        figure = new_figure(9.5, 4)
        left, right = figure.subplots(1, 2, width_ratios=(1.2, 1))
        left.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        names: dict[str, Any] = {"labels": self.classes, "fontfamily": text_fonts(), "fontsize": 8}
        left.set_xticks(range(n_classes), rotation=90, **names)
        left.set_yticks(range(n_classes), **names)
        for i, j in np.argwhere(shares >= 0.005) if n_classes <= 12 else ():
            left.text(j, i, f"{shares[i, j]:.0%}", ha="center", va="center", fontsize=7,
                      color="white" if shares[i, j] > 0.5 else "black")  # fmt: skip
        left.set(title="Where each class went", xlabel="predicted", ylabel="true")
        right.barh(range(n_classes), np.nan_to_num(self.class_accuracy), color=RIGHT)
        right.axvline(self.accuracy, color=WRONG, linestyle="--", label=f"all: {self.accuracy:.1%}")
        right.set_yticks(range(n_classes), **names)
        right.set(title="Accuracy of each class", xlim=(0, 1))
        right.invert_yaxis()
        right.legend(loc="lower left")
        return figure

    def plot_pictures(self, rows: Any = None, *, n_pictures: int = 24) -> "Figure":
        """Return a figure of pictures under what was said: blue if right, orange with the truth if not.

        Parameters
        ----------
        rows : array_like of int or bool, optional
            Which pictures, as numbers or as a mask. Default: the worst mistakes.
        n_pictures : int, default 24
            At most this many are shown.
        """
        rows = self.worst() if rows is None else check_rows(rows, len(self.labels))
        rows = rows[: check_integer("n_pictures", n_pictures, low=1)]
        names, colours = [], []
        for row in rows:
            said, true = self.predictions[row], self.labels[row]
            sure = f"{self.classes[said]} {self.probabilities[row, said]:.0%}"
            names.append(sure if said == true else f"{sure}\n not {self.classes[true]}")
            colours.append(RIGHT if said == true else WRONG)
        n_right = int((self.predictions[rows] == self.labels[rows]).sum())
        title = f"{n_right} of these {len(rows)} are named rightly"
        return show_pictures(self.images[torch.from_numpy(rows)], names, title=title, colours=colours)

    def __repr__(self) -> str:
        text = f"{self.accuracy:.2%} of {len(self.labels):,} pictures are named rightly"
        pairs = self.mixed_up()
        return text + (f"; mixed up most: {pairs[0][0]!r} and {pairs[0][1]!r}, {pairs[0][2]} times." if pairs else ".")

    def _repr_html_(self) -> str:
        return result_html(self)


def review_predictions(
    model: nn.Module, images: Any, labels: Any, *, classes: Any = None, batch_size: int = 256
) -> PredictionReview:
    """Return all that a network says to labelled pictures, ready to look at its mistakes.

    Parameters
    ----------
    model : torch.nn.Module
        A classifier of pictures (n, channels, height, width); evaluated, and left as it was.
    images : array_like, shape (n, channels, height, width) or (n, height, width)
        Whole numbers from 0 to 255 or floats from 0 to 1.
    labels : array_like of int, shape (n,)
        True class numbers.
    classes : sequence of str, optional
        Names; by default those of the model, or numbers.
    batch_size : int, default 256
        Pictures in one forward pass.

    Returns
    -------
    PredictionReview
        Probabilities, confusion, and figures of the mistakes.

    Raises
    ------
    ValueError, TypeError
        When pictures, labels and network do not fit.

    Examples
    --------
    >>> model = nn.Sequential(nn.Flatten(), nn.Identity())  # the brighter of two pixels names the class
    >>> review_predictions(model, [[[0.9, 0.1]], [[0.2, 0.8]], [[0.7, 0.3]]], [0, 1, 1]).mixed_up()
    [('0', '1', 1)]
    """
    check_model(model)
    batch_size = check_integer("batch_size", batch_size, low=1)
    pictures = as_pictures("images", images)
    numbers = np.asarray(labels)
    if numbers.shape != (len(pictures),) or numbers.dtype.kind not in "iu":
        raise ValueError(message("labels", f"{len(pictures)} class numbers, one for each picture", labels))
    with torch.no_grad(), keep_modes(model):
        model.eval()
        batches = (
            batch.float() / 255 if batch.dtype == torch.uint8 else batch for batch in torch.split(pictures, batch_size)
        )
        logits = torch.cat([ask(model, batch).cpu() for batch in batches])  # (n, n_classes)
    if logits.ndim != 2:
        raise ValueError(message("model", "a classifier that returns logits (n, n_classes)", tuple(logits.shape)))
    n_classes = logits.shape[1]
    names = classes if classes is not None else getattr(model, "classes", None)
    names = tuple(map(str, names if names is not None else range(n_classes)))
    if len(names) != n_classes:
        raise ValueError(message("classes", f"{n_classes} names, one for each output", len(names)))
    said = logits.argmax(dim=1).numpy()
    confusion = confusion_matrix(numbers, said, n_classes=n_classes)
    chances = logits.float().softmax(dim=1).numpy()
    return PredictionReview(pictures, numbers.astype(np.int64), said, chances, names, confusion)
