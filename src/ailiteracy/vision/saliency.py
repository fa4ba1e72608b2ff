"""Which pixels decided? Two ways to ask a network where it looked.

Saliency: how much would the logit of a class change if this pixel changed a little? That is a gradient, found by one
backward pass. Grad-CAM: which feature maps speak for the class (their mean gradient), and where are these maps bright?
Their weighted sum, enlarged, is a coarse map of places.

Left out: methods that cover parts of the picture and ask again; slower, and closer to what the word "decided" means.
Next: projection.py.
"""

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html
from ..training.evaluation import keep_modes
from ..training.hooks import watch_layers
from .feature_maps import ask, check_model, one_picture
from .speed_net import SpeedNet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["HeatMap", "grad_cam", "saliency_map"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class HeatMap:
    """How much each pixel speaks for a class.

    Parameters
    ----------
    image : ndarray of float, shape (channels, height, width)
        The picture, from 0 to 1.
    heat : ndarray of float, shape (height, width)
        From 0 to 1: the largest value is 1, unless all are 0.
    target : int
        The class asked about.
    label : str
        Its name, or its number when the network has no names.
    probability : float
        What the network gives that class.
    method : str
        "saliency" or "Grad-CAM", with the layer.
    """

    image: npt.NDArray[np.float32]
    heat: npt.NDArray[np.float32]
    target: int
    label: str
    probability: float
    method: str

    def plot(self) -> "Figure":
        """Return a figure: the picture, the heat, and both on top of one another."""
        figure = new_figure(7.5, 2.8)
        panels = figure.subplots(1, 3)
        picture = self.image.transpose(1, 2, 0)
        for ax in (panels[0], panels[2]):
            ax.imshow(picture, cmap="gray", vmin=0, vmax=1)
        panels[1].imshow(self.heat, cmap="inferno", vmin=0, vmax=1)
        panels[2].imshow(self.heat, cmap="inferno", vmin=0, vmax=1, alpha=0.6)
        titles = ("The picture", self.method, f"For {self.label!r} ({self.probability:.0%})")
        for ax, title in zip(panels, titles, strict=True):
            ax.set(title=title, xticks=[], yticks=[])
        return figure

    def __repr__(self) -> str:
        row, column = (int(place) for place in np.unravel_index(self.heat.argmax(), self.heat.shape))
        total = float(self.heat.sum())
        part = float(np.sort(self.heat.ravel())[::-1][: max(1, self.heat.size // 10)].sum()) / total if total else 0.0
        return (
            f"{self.method} for {self.label!r} (probability {self.probability:.1%}): warmest at row {row}, column "
            f"{column}; the warmest tenth of the pixels holds {part:.0%} of the heat."
        )

    def _repr_html_(self) -> str:
        return result_html(self)


def saliency_map(model: nn.Module, image: Any, target: int | None = None) -> HeatMap:
    """Return how strongly the logit of a class depends on each pixel.

    Parameters
    ----------
    model : torch.nn.Module
        A classifier of pictures (n, channels, height, width); evaluated, and left as it was.
    image : array_like, shape (height, width), (channels, height, width) or (height, width, channels)
        Whole numbers from 0 to 255 or floats from 0 to 1.
    target : int, optional
        The class to ask about. Default: the likeliest.

    Returns
    -------
    HeatMap
        The largest size of the gradient over the channels, divided by its maximum.

    Raises
    ------
    ValueError, TypeError
        When the picture does not fit or there is no such class.

    Notes
    -----
    A small gradient does not mean that a pixel is unimportant: where the network is sure, all gradients are small.

    References
    ----------
    Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2013.

    Examples
    --------
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    >>> _ = nn.init.zeros_(model[1].weight)
    >>> model[1].weight.data[1] = torch.tensor([0.0, 2.0, -1.0, 0.0])
    >>> saliency_map(model, [[0.5, 0.5], [0.5, 0.5]], target=1).heat.tolist()
    [[0.0, 1.0], [0.5, 0.0]]
    """
    check_model(model)
    picture = one_picture(image).requires_grad_()
    with keep_modes(model), torch.enable_grad():
        model.eval()
        logits = _logits(model, picture)
        target = _target(logits, target)
        (gradient,) = torch.autograd.grad(logits[0, target], picture)  # (1, channels, height, width)
    heat = gradient[0].abs().amax(dim=0)  # (height, width)
    return _heat_map(model, picture, heat, logits, target, "saliency")


def grad_cam(model: nn.Module, image: Any, target: int | None = None, *, layer: str | None = None) -> HeatMap:
    """Return where the feature maps lie that speak for a class.

    Parameters
    ----------
    model : torch.nn.Module
        A classifier of pictures (n, channels, height, width); evaluated, and left as it was.
    image : array_like, shape (height, width), (channels, height, width) or (height, width, channels)
        Whole numbers from 0 to 255 or floats from 0 to 1.
    target : int, optional
        The class to ask about. Default: the likeliest.
    layer : str, optional
        A name in ``model.named_modules()`` whose output is maps. Default: the last such layer, the coarsest.

    Returns
    -------
    HeatMap
        The maps, each times its mean gradient, added up; what is below 0 cut off; enlarged to the picture and divided
        by its maximum. All 0 when nothing in the layer speaks for the class. A `SpeedNet` that looks several times is
        asked for the maps of the picture as it is; label and probability are those of all its looks.

    Raises
    ------
    ValueError, TypeError
        When the picture does not fit, there is no such class, or no layer puts out maps.

    References
    ----------
    Selvaraju and others, "Grad-CAM: visual explanations from deep networks", 2017.

    Examples
    --------
    >>> model = nn.Sequential(nn.Conv2d(1, 2, 1, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    >>> model[0].weight.data[:] = torch.tensor([1.0, -1.0]).reshape(2, 1, 1, 1)
    >>> grad_cam(model, [[0.0, 0.25], [0.5, 0.0]], target=0, layer="0").heat.tolist()
    [[0.0, 0.5], [1.0, 0.0]]
    """
    check_model(model)
    names = [layer] if layer is not None else [name for name, _ in model.named_modules() if name]
    picture = one_picture(image).requires_grad_()
    with keep_modes(model), torch.enable_grad():
        model.eval()
        logits = _logits(model, picture)
        target = _target(logits, target)
        with _one_look(model), watch_layers(model, names) as seen:
            # The hooks note the gradients on their way back to the picture; the weights' own gradients stay untouched.
            torch.autograd.grad(_logits(model, picture)[0, target], picture)
    found = [name for name, values in seen.outputs.items() if values.ndim == 4 and name in seen.gradients]
    if not found:
        got = repr(layer) if layer is not None else type(model).__name__
        raise ValueError(message("layer", "a layer whose output is maps (1, n_maps, height, width)", got))
    maps, gradients = seen.outputs[found[-1]], seen.gradients[found[-1]]  # (1, n_maps, height', width') each
    weights = gradients.mean(dim=(2, 3), keepdim=True)  # (1, n_maps, 1, 1)
    heat = F.relu((weights * maps).sum(dim=1, keepdim=True))  # (1, 1, height', width')
    heat = F.interpolate(heat, size=picture.shape[2:], mode="bilinear", align_corners=False)[0, 0]
    return _heat_map(model, picture, heat, logits, target, f"Grad-CAM of {found[-1]!r}")


@contextlib.contextmanager
def _one_look(model: nn.Module) -> Iterator[None]:
    """Let networks that look at a picture several times, moved or mirrored, look once, at the picture as it is."""
    before = [(part, part.mirror, part.shift) for part in model.modules() if isinstance(part, SpeedNet)]
    try:
        for part, _, _ in before:
            part.mirror = part.shift = False
        yield
    finally:
        for part, mirror, shift in before:
            part.mirror, part.shift = mirror, shift


def _logits(model: nn.Module, picture: torch.Tensor) -> torch.Tensor:
    logits = ask(model, picture)
    if not isinstance(logits, torch.Tensor) or logits.ndim != 2 or len(logits) != 1:
        got = tuple(logits.shape) if isinstance(logits, torch.Tensor) else type(logits).__name__
        raise ValueError(message("model", "a classifier that returns logits (n, n_classes)", got))
    return logits


def _target(logits: torch.Tensor, target: int | None) -> int:
    if target is None:
        return int(logits.argmax())
    return check_integer("target", target, low=0, high=logits.shape[1] - 1, remedy="Count the classes from 0.")


def _heat_map(
    model: nn.Module, picture: torch.Tensor, heat: torch.Tensor, logits: torch.Tensor, target: int, method: str
) -> HeatMap:
    """Return the result, with the heat on the scale 0 to 1."""
    heat = heat.detach().cpu()
    largest = float(heat.max())
    names = getattr(model, "classes", None)
    return HeatMap(
        image=picture.detach()[0].numpy(),
        heat=(heat / largest if largest > 0 else heat).numpy(),
        target=target,
        label=str(names[target]) if names else str(target),
        probability=float(logits.detach().softmax(dim=1)[0, target]),
        method=method,
    )
