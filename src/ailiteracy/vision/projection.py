"""The features of many pictures, drawn in a plane.

Before its last layer a network has turned each picture into a row of numbers, its features. Pictures that it takes for
alike lie close together there. A plane cannot hold a hundred directions: PCA shows the two in which the features spread
most, t-SNE gives up distances and keeps neighbours. How much was lost is measured, not guessed.

Left out: UMAP and interactive maps.
Next: comparison.py.
"""

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .._support.checks import check_choice, check_integer, message
from .._support.figures import new_figure, result_html, text_fonts
from ..training.evaluation import keep_modes
from .ensemble import Ensemble
from .feature_maps import ask, check_model
from .pictures import as_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Projection", "features_of", "last_linear", "project_features"]

METHODS = ("pca", "tsne")
COLOURS = "tab10"
Array = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Projection:
    """Pictures as points in a plane.

    Parameters
    ----------
    points : ndarray of float, shape (n, 2)
        One point for each picture.
    features : ndarray of float, shape (n, n_features)
        What the points were made from.
    labels : ndarray of int, shape (n,)
        Class numbers.
    classes : tuple of str
        Names of the classes.
    method : str
        "pca" or "tsne".
    kept : float
        Part of the variance that the plane keeps, for "pca"; nan for "tsne", which keeps no distances.
    """

    points: Array
    features: Array
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    method: str
    kept: float

    def agreement(self, *, plane: bool = True) -> float:
        """Return the part of the pictures whose nearest neighbour has the same label.

        Parameters
        ----------
        plane : bool, default True
            Neighbours in the plane; False: among all features.
        """
        places = self.points if plane else self.features
        squares = (places**2).sum(axis=1)  # (n,)
        distances = squares[:, None] + squares - 2 * places @ places.T  # (n, n), squared
        np.fill_diagonal(distances, np.inf)
        return float(np.mean(self.labels[distances.argmin(axis=1)] == self.labels))

    def plot(self) -> "Figure":
        """Return a figure of the points, coloured by class, the class names at their middle."""
        figure = new_figure(6, 5)
        ax = figure.subplots()
        ax.scatter(
            self.points[:, 0],
            self.points[:, 1],
            c=self.labels % 10,
            cmap=COLOURS,
            vmin=0,
            vmax=9,
            s=10,
            alpha=0.7,
            linewidths=0,
        )
        for number in np.unique(self.labels):
            middle = np.median(self.points[self.labels == number], axis=0)
            box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5}
            ax.text(
                middle[0], middle[1], self.classes[number], ha="center", va="center", bbox=box, fontfamily=text_fonts()
            )
        kind = {"pca": f"PCA, {self.kept:.0%} of the variance", "tsne": "t-SNE"}[self.method]
        ax.set(title=f"{kind}: {self.agreement():.0%} of nearest neighbours are of one class", xticks=[], yticks=[])
        return figure

    def __repr__(self) -> str:
        n, n_features = self.features.shape
        kept = f"; the plane keeps {self.kept:.0%} of the variance" if self.method == "pca" else ""
        return (
            f"{n:,} pictures as points, from {n_features} features by {self.method}{kept}. The nearest neighbour has "
            f"the same label for {self.agreement():.1%} in the plane and {self.agreement(plane=False):.1%} among all "
            "features."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def project_features(
    model: nn.Module | None, images: Any, labels: Any, *, method: str = "pca", classes: Any = None, seed: int = 0
) -> Projection:
    """Return pictures as points in a plane, by the features that a network makes of them.

    Parameters
    ----------
    model : torch.nn.Module or None
        A classifier of pictures; its features are what goes into its last linear layer. None: the pixels themselves.
    images : array_like, shape (n, channels, height, width) or (n, height, width)
        Whole numbers from 0 to 255 or floats from 0 to 1.
    labels : array_like of int, shape (n,)
        Class numbers.
    method : str, default "pca"
        "pca": the two directions of largest spread. "tsne": neighbours stay neighbours; takes seconds.
    classes : sequence of str, optional
        Names; by default those of the model, or numbers.
    seed : int, default 0
        For t-SNE.

    Returns
    -------
    Projection
        Points, features, and how many nearest neighbours share a label.

    Raises
    ------
    ValueError, TypeError
        When something does not fit.

    Notes
    -----
    In a picture by t-SNE neither the distance between groups nor their size means anything.

    References
    ----------
    van der Maaten and Hinton, "Visualizing data using t-SNE", 2008.

    Examples
    --------
    >>> bright, dark = np.ones((3, 4, 4)), np.zeros((3, 4, 4))
    >>> project_features(None, np.concatenate([bright, dark]), [1, 1, 1, 0, 0, 0]).agreement()
    1.0
    """
    check_choice("method", method, METHODS)
    seed = check_integer("seed", seed, low=0, high=2**32 - 1)
    pictures = as_pictures("images", images)
    numbers = np.asarray(labels)
    if numbers.shape != (len(pictures),) or numbers.dtype.kind not in "iu" or numbers.min() < 0:
        raise ValueError(message("labels", f"{len(pictures)} class numbers, one for each picture", labels))
    check_integer("number of images", len(pictures), low=4, remedy="A plane of fewer points shows nothing.")
    features = _pixels(pictures) if model is None else features_of(check_model(model), pictures)
    rows: Array = features.double().numpy()  # (n, n_features)
    if not np.isfinite(rows).all():
        raise ValueError(message("model", "a network whose features are finite", "nan or infinity", "Train it again."))
    points, kept = _pca(rows) if method == "pca" else (_tsne(rows, seed), float("nan"))
    names = classes if classes is not None else getattr(model, "classes", None)
    names = tuple(map(str, names if names is not None else range(int(numbers.max()) + 1)))
    if len(names) <= numbers.max():
        raise ValueError(message("classes", f"at least {numbers.max() + 1} names", len(names), "Name every class."))
    return Projection(points, rows, numbers.astype(np.int64), names, method, kept)


def features_of(model: nn.Module, pictures: torch.Tensor, *, batch_size: int = 256) -> torch.Tensor:
    """Return what goes into the model's last linear layer, for pictures (n, channels, height, width)."""
    parts: list[torch.Tensor] = []
    with torch.no_grad(), keep_modes(model), _entering(last_linear(model)[1], parts):
        model.eval()
        for batch in torch.split(pictures, batch_size):
            n_seen = len(parts)
            ask(model, batch.float() / 255 if batch.dtype == torch.uint8 else batch)
            del parts[n_seen + 1 :]  # a network may look a second time, at the mirror image
    return torch.cat(parts)


def last_linear(model: nn.Module) -> tuple[str, nn.Linear]:
    """Return name and module of the last linear layer, in the order in which layers were defined."""
    if isinstance(model, Ensemble):
        got = f"an Ensemble of {len(model.networks)}"
        remedy = "Take one of its networks, for example networks[0], to fine-tune it or to see its features."
        raise TypeError(message("model", "one network", got, remedy))
    found = [(name, module) for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    if not found:
        remedy = "Features are what goes into it."
        raise ValueError(message("model", "a network with a linear layer at its end", type(model).__name__, remedy))
    return found[-1]


@contextlib.contextmanager
def _entering(layer: nn.Module, parts: list[torch.Tensor]) -> Iterator[None]:
    """Collect what goes into a layer while the block runs."""
    handle = layer.register_forward_pre_hook(lambda _module, inputs: parts.append(inputs[0].detach().flatten(1).cpu()))
    try:
        yield
    finally:
        handle.remove()


def _pixels(pictures: torch.Tensor) -> torch.Tensor:
    return pictures.flatten(1).float() / (255 if pictures.dtype == torch.uint8 else 1)


def _pca(rows: Array) -> tuple[Array, float]:
    """Return the coordinates along the two directions of largest variance, and the part of the variance they hold."""
    centred = rows - rows.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)  # sizes fall; directions are rows
    # A direction and its opposite are the same: the largest entry is made positive, so that figures repeat.
    largest = directions[range(len(directions)), abs(directions).argmax(axis=1)]
    directions = directions * np.where(largest < 0, -1, 1)[:, None]
    total = float((sizes**2).sum())
    points = np.zeros((len(rows), 2))  # a single feature fills one direction only
    points[:, : len(directions)] = centred @ directions[:2].T
    return points, float((sizes[:2] ** 2).sum()) / total if total else 0.0


def _tsne(rows: Array, seed: int) -> Array:
    from sklearn.manifold import TSNE

    spread = float(np.ptp(rows, axis=0).max())
    if spread == 0:
        return np.zeros((len(rows), 2))  # equal features are one point
    if not 1e-6 < spread < 1e6:  # its squares have 32 bits: 0 / 0 at 1e-24, and infinity at 1e20
        rows = (rows - rows.mean(axis=0)) / spread
    perplexity = min(30.0, (len(rows) - 1) / 3)  # neighbours that each point tries to keep
    start = "pca" if rows.shape[1] > 1 else "random"  # one feature has no second direction to start in
    return np.asarray(TSNE(init=start, perplexity=perplexity, random_state=seed).fit_transform(rows), dtype=float)
