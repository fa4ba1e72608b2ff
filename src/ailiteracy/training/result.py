"""What comes back from training: the model, how its training went, and how good it is.

One call tells the main numbers, another draws them, a third asks the model about new samples. Two curves tell most of
the story: while both fall the model learns; when the training loss falls and the validation loss rises, it learns by
heart.

Left out: samples and pictures of them; the subjects know what their samples look like.
Next: checkpoint.py, which saves a result and reads it back.
"""

import dataclasses
import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .._support.checks import message
from .._support.figures import new_figure, result_html, text_fonts
from .._support.language import say
from .checkpoint import save_checkpoint
from .evaluation import Evaluation, keep_modes
from .history import History
from .metrics import class_accuracy, confusion_matrix
from .processes import move

if TYPE_CHECKING:
    import pathlib

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["TrainingResult", "make_result"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class TrainingResult:
    """A trained model with the record of its training.

    Parameters
    ----------
    model : torch.nn.Module
        With the best weights.
    history : History
        One entry per epoch.
    best_epoch : int
        The epoch, from 1, whose weights were kept; without validation the last that was finished, 0 when none was.
        Ctrl-C then also keeps the steps after it.
    interrupted : bool
        Whether Ctrl-C ended the training.
    seconds : float
        Duration of the training.
    test_accuracy : float or None
        From 0 to 1, on samples that played no part in training and choice; None without test samples.
    confusion : ndarray of int, shape (n_classes, n_classes), or None
        Test samples of class i (row) that were called j (column).
    class_accuracy : ndarray of float, shape (n_classes,), or None
        Accuracy within each class; nan for a class without test samples.
    classes : tuple of str
        Names of the classes.
    class_axis : int or None
        Axis of the model's outputs on which the classes stand; None when the training was no classification.
    test_loss : float or None
        Mean over the test samples; None without them.
    """

    model: nn.Module
    history: History
    best_epoch: int
    interrupted: bool = False
    seconds: float = 0.0
    test_accuracy: float | None = None
    confusion: npt.NDArray[np.int64] | None = None
    class_accuracy: npt.NDArray[np.float64] | None = None
    classes: tuple[str, ...] = ()
    class_axis: int | None = None
    test_loss: float | None = None

    def predict(self, inputs: Any) -> Any:
        """Return what the model says to inputs of shape (n, ...).

        Parameters
        ----------
        inputs : array_like, shape (n, ...), or dict of them
            What the model was trained on.

        Returns
        -------
        ndarray, or dict of them where the model's outputs are a dict
            Class numbers, of the shape that the targets had, after training with class numbers; otherwise the model's
            outputs.

        Raises
        ------
        TypeError, ValueError
            When the inputs are no numbers, not finite, or not of the shape that the model takes.
        """
        weight = next(self.model.parameters())
        named = inputs if isinstance(inputs, dict) else {"": inputs}
        split = [torch.split(_as_inputs(values, weight.dtype), 256) for values in named.values()]
        try:
            with torch.no_grad(), keep_modes(self.model):
                self.model.eval()
                said = []
                for parts in zip(*split, strict=True):
                    part = dict(zip(named, move(parts, weight.device), strict=True))
                    said.append(self.model(**part) if isinstance(inputs, dict) else self.model(part[""]))
            if isinstance(said[0], dict):
                return {name: torch.cat([part[name] for part in said]).cpu().numpy() for name in said[0]}
            outputs = torch.cat(said).cpu()
            return (outputs if self.class_axis is None else outputs.argmax(dim=self.class_axis)).numpy()
        except (IndexError, RuntimeError, ValueError) as error:  # of torch, or of a model of one's own
            remedy = f"Give one row for each sample. torch says: {str(error).splitlines()[0]}"
            expected = "of the shape and type that the model was trained on"
            raise ValueError(message("inputs", expected, inputs, remedy)) from None

    def save(self, path: Any) -> "pathlib.Path":
        """Write the weights and the record into the folder `path` and return it.

        Parameters
        ----------
        path : str or path-like
            Folder for model.safetensors and model.json; made if missing, of the two files old ones are replaced.

        Returns
        -------
        pathlib.Path
            The folder.
        """
        record = {
            "classes": list(self.classes),
            "history": self.history.columns(),
            "best_epoch": self.best_epoch,
            "interrupted": self.interrupted,
            "test_accuracy": self.test_accuracy,
            "test_loss": self.test_loss,
            "confusion": None if self.confusion is None else self.confusion.tolist(),
        }
        return save_checkpoint(path, self.model, record)

    def plot(self) -> "Figure":
        """Return a figure: loss, accuracy and, with test samples, which classes were mistaken for which."""
        has_accuracy = np.isfinite(self.history.train_accuracy).any()
        n_panels = 1 + int(has_accuracy) + int(self.confusion is not None)
        figure = new_figure(1 + 3.6 * n_panels, 3.6)
        axes = list(np.atleast_1d(figure.subplots(1, n_panels)))
        self._plot_curves(axes.pop(0), "loss")
        if has_accuracy:
            self._plot_curves(axes.pop(0), "accuracy")
        if self.confusion is not None:
            self._plot_confusion(axes.pop(0))
        return figure

    def _plot_curves(self, ax: "Axes", measure: str) -> None:
        """Draw a measure of training and validation over the epochs."""
        epochs = np.arange(1, len(self.history) + 1)
        for part, style in (("train", "o-"), ("validation", "s--")):
            column = getattr(self.history, f"{part}_{measure}")
            if np.isfinite(column).any():
                ax.plot(epochs, column, style, markersize=3, label=part)
        if self.best_epoch:
            ax.axvline(self.best_epoch, color="0.6", linestyle=":", label="weights kept")
        ax.set(title=measure.capitalize(), xlabel="epoch", ylabel=measure)
        ax.locator_params(axis="x", integer=True)  # there is no epoch 2.5
        if len(epochs):
            ax.legend()

    def _plot_confusion(self, ax: "Axes") -> None:
        """Draw the confusion matrix; right answers are left out so that mistakes show."""
        counts = np.array(self.confusion)
        mistakes = counts * (1 - np.eye(len(counts), dtype=int))
        ax.imshow(mistakes, cmap="Oranges", vmax=max(1, mistakes.max()))
        few = len(counts) <= 20  # more names and numbers than that cannot be read
        for i, j in np.argwhere(mistakes) if few else ():
            shade = "white" if mistakes[i, j] > 0.6 * mistakes.max() else "black"
            ax.text(j, i, str(mistakes[i, j]), ha="center", va="center", fontsize=8, color=shade)
        if few:
            names: dict[str, Any] = {"labels": self.classes, "fontfamily": text_fonts(), "fontsize": 8}
            ax.set_xticks(range(len(counts)), rotation=90 if max(map(len, self.classes)) > 2 else 0, **names)
            ax.set_yticks(range(len(counts)), **names)
        accuracy = 0.0 if self.test_accuracy is None else self.test_accuracy
        ax.set(title=f"Mistakes in the test ({accuracy:.1%} right)", xlabel="predicted", ylabel="true")

    def __repr__(self) -> str:
        n_weights = sum(weight.numel() for weight in self.model.parameters())
        text = say("{model} with {n:,} weights, trained for {epochs} epochs in {seconds:.1f} s").format(
            model=type(self.model).__name__, n=n_weights, epochs=len(self.history), seconds=self.seconds
        )
        text += say(" until interrupted") if self.interrupted else ""
        judged = np.isfinite(self.history.validation_loss).any()
        if self.best_epoch and (judged or not self.interrupted):
            text += say("; the weights of epoch {n} were kept").format(n=self.best_epoch)
        if self.test_loss is not None and self.test_accuracy is None:
            text += say(". Test loss {loss:.4g}").format(loss=self.test_loss)
        if self.test_accuracy is not None and self.confusion is None:
            text += say(". Test accuracy {share:.2%}").format(share=self.test_accuracy)
        if self.test_accuracy is not None and self.confusion is not None and self.class_accuracy is not None:
            words = say(". Test accuracy {share:.2%} on {n:,} samples")
            text += words.format(share=self.test_accuracy, n=int(self.confusion.sum()))
            empty = [name for name, value in zip(self.classes, self.class_accuracy, strict=True) if math.isnan(value)]
            if not np.isnan(self.class_accuracy).all() and self.test_accuracy < 1:
                worst = int(np.nanargmin(self.class_accuracy))
                words = say("; hardest class {name!r} with {share:.1%}")
                text += words.format(name=self.classes[worst], share=self.class_accuracy[worst])
            text += say("; no test sample of {names}").format(names=", ".join(map(repr, empty))) if empty else ""
        return say("{sentence}.").format(sentence=text)

    def _repr_html_(self) -> str:
        return result_html(self)


def _as_inputs(inputs: Any, dtype: torch.dtype) -> torch.Tensor:
    """Return inputs as a tensor, decimal numbers in the type of the model's weights."""
    expected = "an array or tensor of finite numbers, of shape (n, ...)"
    try:
        tensor = torch.as_tensor(inputs)
    except (TypeError, ValueError, RuntimeError):  # texts, None, rows of unequal length
        raise TypeError(message("inputs", expected, inputs, "Pass one row of numbers for each sample.")) from None
    if tensor.ndim == 0 or len(tensor) == 0:
        raise ValueError(message("inputs", expected, inputs, "Pass at least one row."))
    if not tensor.is_floating_point():
        return tensor
    if not tensor.isfinite().all():
        raise ValueError(message("inputs", expected, inputs, "Drop or fill the gaps: nan is no number."))
    return tensor.to(dtype)


def make_result(
    model: nn.Module, rows: list[dict[str, float]], best_epoch: int, interrupted: bool, seconds: float,
    classes: tuple[str, ...], class_axis: int | None, tested: Evaluation | None,
) -> TrainingResult:  # fmt: skip
    """Gather what came out of a training; without validation the last epoch is the one kept."""
    result = TrainingResult(
        model=model,
        history=History.from_rows(rows),
        best_epoch=best_epoch or len(rows),
        interrupted=interrupted,
        seconds=seconds,
        classes=classes,
        class_axis=class_axis,
    )
    if tested is None:
        return result
    result = dataclasses.replace(result, test_loss=tested.loss)
    if tested.predictions.size == 0:
        return result
    result = dataclasses.replace(result, test_accuracy=tested.accuracy)
    numbers = np.concatenate([tested.labels, tested.predictions])
    n_classes = len(classes) or int(numbers.max()) + 1
    if numbers.min() < 0 or numbers.max() >= n_classes:  # a training of hours is not thrown away for a figure
        got = int(numbers.min() if numbers.min() < 0 else numbers.max())
        remedy = "The confusion matrix is left out. Count classes from 0, and name them all in `classes`."
        text = message("test", f"labelled with class numbers from 0 to {n_classes - 1}", got, remedy)
        warnings.warn(text, UserWarning, stacklevel=3)
        return result
    confusion = confusion_matrix(tested.labels, tested.predictions, n_classes=n_classes)
    return dataclasses.replace(
        result,
        confusion=confusion,
        class_accuracy=class_accuracy(confusion),
        classes=classes or tuple(str(number) for number in range(n_classes)),
    )
