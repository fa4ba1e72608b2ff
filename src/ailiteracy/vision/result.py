"""A training result that can show pictures.

What training in general leaves behind (the model, its history, its mistakes in numbers) stands in
training/result.py; here come the test pictures, so that a mistake can be looked at.

Left out: which pixels decided; that is a matter of its own.
Next: predict.py.
"""

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from .._support.checks import check_integer, message
from .._support.files import check_path, whole_file
from ..training.result import TrainingResult
from .datasets import show_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ImageResult"]

RIGHT, WRONG = "#0072B2", "#D55E00"  # blue and vermilion: told apart by colour-blind people too


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ImageResult(TrainingResult):
    """A trained network with the record of its training and the pictures it was tested on.

    Parameters
    ----------
    model : ResNet
        With the best weights.
    history : History
        One entry per epoch.
    best_epoch : int
        The epoch, from 1, whose weights were kept.
    interrupted : bool
        Whether Ctrl-C ended the training.
    seconds : float
        Duration of the training.
    test_accuracy : float
        From 0 to 1, on the pictures of the test.
    confusion : ndarray of int, shape (n_classes, n_classes)
        Test pictures of class i (row) that were called j (column).
    class_accuracy : ndarray of float, shape (n_classes,)
        Accuracy within each class; nan for a class without test pictures.
    classes : tuple of str
        Names of the classes.
    test_images : Tensor of shape (n, channels, height, width)
        The pictures of the test.
    test_labels : Tensor of int, shape (n,)
        Their true classes.
    """

    test_images: torch.Tensor = dataclasses.field(default_factory=lambda: torch.empty(0))
    test_labels: torch.Tensor = dataclasses.field(default_factory=lambda: torch.empty(0, dtype=torch.long))

    def predict(self, inputs: Any) -> npt.NDArray[np.int64]:
        """Return the class number of each picture.

        Parameters
        ----------
        inputs : array_like
            Pictures of the size the network was trained on: (n, channels, height, width), or (n, height, width) for
            grey. Whole numbers count from 0 to 255, floats from 0 to 1.

        Returns
        -------
        ndarray of int, shape (n,)
            ``classes[number]`` is the name.
        """
        return self.model.predict(inputs)  # type: ignore[operator, no-any-return]

    def mistakes(self) -> npt.NDArray[np.int64]:
        """Return the row numbers of the test pictures that were mistaken, the surest mistake first."""
        probabilities = self.model.probabilities(self.test_images)  # type: ignore[operator]
        labels, predicted = self.test_labels.numpy(), probabilities.argmax(axis=1)  # (n,) each
        wrong = np.flatnonzero(predicted != labels)
        return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")]

    def plot_predictions(self, rows: Any = None, *, n_pictures: int = 64) -> "Figure":
        """Return a figure of test pictures under what the network says: blue if right, orange with the truth if not.

        Parameters
        ----------
        rows : array_like of int or bool, optional
            Which test pictures, as numbers or as a mask, such as ``result.mistakes()``; by default the first ones.
        n_pictures : int, default 64
            At most this many are shown.
        """
        n_pictures = check_integer("n_pictures", n_pictures, low=1)
        rows = np.arange(len(self.test_images)) if rows is None else check_rows(rows, len(self.test_images))
        rows = torch.from_numpy(rows[:n_pictures])
        images, labels = self.test_images[rows], self.test_labels[rows].numpy()
        predicted = self.predict(images) if len(rows) else labels
        names = [
            self.classes[said] if said == true else f"{self.classes[said]}, not {self.classes[true]}"
            for said, true in zip(predicted, labels, strict=True)
        ]
        colours = [RIGHT if said == true else WRONG for said, true in zip(predicted, labels, strict=True)]
        title = f"{int((predicted == labels).sum())} of {len(rows)} test pictures are named rightly"
        return show_pictures(images, names, title=title, colours=colours)

    def save_all(self, folder: Any) -> pathlib.Path:
        """Write the model and both figures (training.png, predictions.png) into the folder and return it."""
        import matplotlib.pyplot as plt

        folder = check_path("output_dir", folder)
        self.save(folder)
        for name, figure in (("training.png", self.plot()), ("predictions.png", self.plot_predictions())):
            with whole_file(folder / name) as part:
                figure.savefig(part, format="png", dpi=120)
            plt.close(figure)
        return pathlib.Path(folder)


def check_rows(rows: Any, n: int) -> npt.NDArray[np.int64]:
    """Return row numbers below n, negative ones counted from the end, given as such or as a mask of n truth values."""
    found = np.asarray(rows)
    if found.dtype == np.bool_ and found.shape == (n,):
        return np.flatnonzero(found)
    if found.size == 0 and found.ndim == 1:
        return found.astype(np.int64)
    if found.ndim != 1 or found.dtype.kind not in "iu" or found.min() < -n or found.max() >= n:
        expected = f"row numbers from {-n} to {n - 1}, or {n} truth values"
        raise ValueError(message("rows", expected, rows, "Pass for example result.mistakes()."))
    return found.astype(np.int64)
