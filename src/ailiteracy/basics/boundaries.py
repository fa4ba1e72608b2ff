"""Where a classifier changes its mind: a picture of its answers over the plane of two features.

The idea: lay a fine grid over the plane, ask the classifier at every point, and colour the point by the answer. The
border between two colours is what the classifier has learned; no formula of it is needed.

Left out: more than two features; project the samples to two columns first, for example by PCA.
Next: cluster.py finds groups without being told the classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.arrays import detached
from .._support.checks import check_choice, check_integer, message
from .._support.figures import new_figure
from .gates import Array, as_table
from .points import MOST_CLASSES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "MARKERS", "classes_from", "plot_decision_boundary"]

# Okabe and Ito's colours, which colour-blind people can tell apart; beyond eight classes they come again.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442", "#999999")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
SCORES = ("logits", "probabilities", "classes")


def plot_decision_boundary(
    classifier: Any,
    X: Any,
    y: Any,
    *,
    scores: str = "logits",
    axes: Axes | None = None,
    title: str = "",
    resolution: int = 200,
) -> Figure:
    """Return a figure of the plane coloured by a classifier's answers, with samples on it.

    Parameters
    ----------
    classifier : torch.nn.Module, scikit-learn classifier or callable
        What is asked. A module or a callable gets points (n, 2) and returns class numbers (n,), or one score (n,) or
        (n, 1) for two classes, or one score for each class (n, n_classes). A module stays on its device.
    X : array_like of shape (n_samples, 2)
        Samples to draw; the picture ends a little beyond them.
    y : array_like of shape (n_samples,)
        Their classes: whole numbers from 0, or what the scikit-learn classifier calls them.
    scores : {"logits", "probabilities", "classes"}, default "logits"
        What a single score is: a logit, with the border at 0, the probability of class 1, with the border at 0.5, or
        the class itself, written as a float.
    axes : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure.
    title : str, optional
        Title of the panel.
    resolution : int, default 200
        Points along each side of the grid.

    Returns
    -------
    matplotlib.figure.Figure
        The figure that the panel is part of.

    Raises
    ------
    ValueError
        When X does not have two columns, y does not fit, or the classifier's answers have another form.
    TypeError
        When the classifier cannot be called, or X holds no numbers.

    Examples
    --------
    >>> figure = plot_decision_boundary(lambda points: points[:, 0] - points[:, 1], [[0, 1], [1, 0]], [0, 1])
    >>> figure.axes[0].get_xlabel()
    'x1'
    """
    X = _as_plane(X)
    check_choice("scores", scores, SCORES)
    resolution = check_integer("resolution", resolution, low=2, high=2_000)
    names = getattr(classifier, "classes_", None)  # how scikit-learn calls its classes
    labels = _class_numbers(y, names, n_samples=len(X))
    x1, x2 = _sides(X, resolution)
    points = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)  # (resolution ** 2, 2)
    answers = classes_from(classifier, points, scores=scores).reshape(resolution, resolution)
    panel = new_figure(5, 4).subplots() if axes is None else axes
    _paint(panel, x1, x2, answers)
    for number in np.unique(labels):
        label, chosen = f"class {number if names is None else names[number]}", X[labels == number]
        panel.scatter(
            chosen[:, 0], chosen[:, 1], s=14, color=COLOURS[number % 8], marker=MARKERS[number % 8], label=label,
            edgecolors="black", linewidths=0.3,
        )  # fmt: skip
    panel.set(title=title, xlabel="x1", ylabel="x2")
    panel.legend(fontsize=8)
    return panel.get_figure(root=True)  # type: ignore[return-value]


def classes_from(classifier: Any, X: Any, *, scores: str = "logits") -> npt.NDArray[np.int64]:
    """Return the class number that a classifier gives to each row of X.

    Parameters
    ----------
    classifier : torch.nn.Module, scikit-learn classifier or callable
        As in `plot_decision_boundary`.
    X : array_like of shape (n_samples, n_features)
        What to classify.
    scores : {"logits", "probabilities", "classes"}, default "logits"
        What a single score is.

    Returns
    -------
    ndarray of int, shape (n_samples,)
        Positions in ``classes_`` for a scikit-learn classifier, otherwise class numbers as they are.

    Notes
    -----
    "logits" that are all whole, from 0 to 99 and not all 0 are taken for class numbers: rounding gives such answers,
    and the logits of a trained network are hardly ever whole.

    Examples
    --------
    >>> classes_from(lambda rows: rows[:, 0], [[0.3], [0.7]], scores="probabilities")
    array([0, 1])
    """
    X = as_table("X", X)
    answers = _ask(classifier, X)
    if answers.shape == (len(X), 1):
        answers = answers[:, 0]
    expected = f"class numbers or scores for {len(X)} rows, of shape (n,), (n, 1) or (n, n_classes)"
    if answers.ndim not in (1, 2) or len(answers) != len(X) or answers.size == 0 or answers.dtype.kind not in "biuf":
        raise ValueError(message("classifier", f"answering with {expected}", answers, "Return one row per row of X."))
    if not np.isfinite(answers).all():
        raise ValueError(message("classifier", f"answering with {expected}", "nan or infinity", "Look at its weights."))
    # 1. Several scores: the largest one wins, be they logits or probabilities.
    if answers.ndim == 2:
        return np.asarray(answers.argmax(axis=1), dtype=np.int64)
    # 2. One whole number: it is the class itself.
    if answers.dtype.kind in "biu":
        return answers.astype(np.int64)
    # 3. One whole number that is written as a float.
    whole = answers == np.floor(answers)
    rounded = bool(whole.all()) and answers.min() >= 0 and answers.max() < MOST_CLASSES
    if scores == "classes" and not rounded:
        span = f"scores from {answers.min():.3g} to {answers.max():.3g}"
        raise ValueError(
            message("classifier", "answering with class numbers from 0", span, "Round them, or pass scores='logits'.")
        )
    if scores == "classes" or (scores == "logits" and rounded and answers.max() > 0):
        return answers.astype(np.int64)
    # 4. One score: class 1 from the border on.
    if scores == "probabilities" and (answers.min() < 0 or answers.max() > 1):
        remedy = "These look like logits: pass scores='logits'."
        span = f"scores from {answers.min():.3g} to {answers.max():.3g}"
        raise ValueError(message("classifier", "answering with probabilities from 0 to 1", span, remedy))
    return np.asarray(answers >= (0 if scores == "logits" else 0.5), dtype=np.int64)


def _ask(classifier: Any, X: Array) -> npt.NDArray[Any]:
    """Return what a classifier of any kind answers."""
    if hasattr(classifier, "parameters") and hasattr(classifier, "modules"):
        return _ask_module(classifier, X)
    if hasattr(classifier, "predict") and hasattr(classifier, "classes_"):
        try:
            return np.asarray(np.searchsorted(classifier.classes_, classifier.predict(X)))
        except ValueError as error:  # fitted on another number of columns
            remedy = f"scikit-learn says: {error}"
            raise ValueError(message("classifier", f"fitted on {X.shape[1]} columns", classifier, remedy)) from None
    if not callable(classifier):
        expected = "a torch module, a fitted scikit-learn classifier or a function"
        raise TypeError(message("classifier", expected, classifier, "Fit it first, or pass its predict method."))
    answers = classifier(X)
    return np.asarray(detached(answers))


def _ask_module(model: Any, X: Array) -> npt.NDArray[Any]:
    """Return the outputs of a torch module in evaluation mode; device, precision and modes stay as found."""
    import torch

    from ..training.evaluation import keep_modes

    weight = next(model.parameters(), torch.empty(0))
    points = torch.tensor(X, dtype=weight.dtype, device=weight.device)
    with torch.no_grad(), keep_modes(model):
        model.eval()
        try:
            return np.asarray(detached(model(points)))
        except RuntimeError as error:  # layers that do not fit together, or to two columns
            remedy = f"torch says: {error}"
            raise ValueError(message("classifier", f"a module for inputs of shape {X.shape}", model, remedy)) from None


def _as_plane(X: Any) -> Array:
    """Return the samples after looking whether they have two features."""
    table: Array = as_table("X", X)
    if table.shape[1] != 2:
        remedy = "A plane has two axes: choose two columns, or project with PCA and train on the projection."
        raise ValueError(message("X", "a table with 2 columns", X, remedy))
    return table


def _class_numbers(y: Any, names: Any, *, n_samples: int) -> npt.NDArray[np.int64]:
    """Return the class of each sample as a number; `names` are those of a scikit-learn classifier."""
    labels = np.asarray(detached(y))
    if labels.shape not in ((n_samples,), (n_samples, 1)):
        raise ValueError(message("y", f"one class for each of {n_samples} samples", y, "Give X and y equal lengths."))
    labels = labels.ravel()
    if names is not None:
        if not np.isin(labels, names).all():
            remedy = f"The classifier knows {', '.join(map(repr, names.tolist()))}."
            raise ValueError(message("y", "classes that the classifier knows", y, remedy))
        return np.searchsorted(names, labels)
    whole = labels.dtype.kind in "biuf" and np.isfinite(labels).all() and (labels == np.floor(labels)).all()
    if not whole or (labels < 0).any() or (labels >= MOST_CLASSES).any():
        raise ValueError(message("y", "whole numbers from 0, one for each class", y, "Number the classes from 0."))
    return labels.astype(np.int64)


def _sides(X: Array, resolution: int) -> tuple[Array, Array]:
    """Return the grid along both axes, with a margin of a tenth around the samples."""
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.1 * np.where(high > low, high - low, 1 + np.abs(high))
    sides: Array = np.linspace(low - margin, high + margin, resolution)  # (resolution, 2)
    return sides[:, 0], sides[:, 1]


def _paint(axes: Axes, x1: Array, x2: Array, answers: npt.NDArray[np.int64]) -> None:
    """Colour the plane by the answers and draw a line where they change."""
    from matplotlib.colors import to_rgb

    colours = np.array([to_rgb(colour) for colour in COLOURS])
    pale = 0.65 + 0.35 * colours[answers % 8]  # (resolution, resolution, 3)
    extent = (x1[0], x1[-1], x2[0], x2[-1])
    axes.imshow(pale, extent=extent, origin="lower", aspect="auto", interpolation="nearest")
    for number in np.unique(answers)[1:]:  # between this class and the lower ones
        axes.contour(x1, x2, answers == number, levels=[0.5], colors="black", linewidths=0.8)
