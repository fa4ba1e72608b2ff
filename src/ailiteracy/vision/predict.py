"""Asking a trained network about a picture file.

A saved network carries all it needs: its classes, whether it sees grey or colour, the size of its pictures, the mean
and spread they were normalised by. A file is brought to that form by the same function that read the training pictures.

Left out: camera frames, and boxes around things: the network names the picture as a whole.
Next: the gallery, then docs/lessons.
"""

import dataclasses
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .._support.checks import check_flag, check_integer, message
from .._support.devices import pick_device
from .._support.figures import new_figure, result_html, text_fonts
from ..training.checkpoint import load_weights, read_record
from .models import ResNet
from .pictures import read_picture
from .result import ImageResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Prediction", "load_model", "predict_file"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Prediction:
    """What a network says about one picture.

    Parameters
    ----------
    label : str
        The likeliest class.
    probability : float
        How sure the network is, from 0 to 1. It is as sure of nonsense: it can only choose among its classes.
    top : tuple of (str, float)
        The likeliest classes with their probabilities, best first.
    image : Tensor of uint8, shape (channels, height, width)
        The picture as the network saw it.
    """

    label: str
    probability: float
    top: tuple[tuple[str, float], ...]
    image: torch.Tensor

    def plot(self) -> "Figure":
        """Return a figure: the picture as the network saw it, and the likeliest classes."""
        figure = new_figure(6, 2.6)
        left, right = figure.subplots(1, 2)
        left.imshow(self.image.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)
        left.set(title="What the network sees", xticks=[], yticks=[])
        names, chances = zip(*reversed(self.top), strict=True)
        right.barh(range(len(names)), chances, color="#0072B2")
        right.set_yticks(range(len(names)), labels=names, fontfamily=text_fonts())
        right.set(title="What it says", xlabel="probability", xlim=(0, 1))
        return figure

    def __repr__(self) -> str:
        others = ", ".join(f"{label!r} {chance:.1%}" for label, chance in self.top[1:])
        return f"{self.label!r} with probability {self.probability:.1%}" + (f"; then {others}." if others else ".")

    def _repr_html_(self) -> str:
        return result_html(self)


def load_model(folder: Any, *, device: Any = "auto") -> ResNet:
    """Return the network that was saved in a folder, ready to predict.

    Parameters
    ----------
    folder : str or path-like
        What ``train_resnet(..., output_dir=folder)`` or ``result.save(folder)`` wrote.
    device : str or torch.device, default "auto"
        Where it shall compute.

    Returns
    -------
    ResNet
        In evaluation mode.

    Raises
    ------
    FileNotFoundError
        When there is no saved network.
    ValueError
        When a file is damaged or holds another kind of model.
    """
    record = read_record(folder)
    plan = record.get("architecture")
    if record.get("model") != "ResNet" or not isinstance(plan, dict):
        remedy = "Read other models with training.load_weights."
        raise ValueError(message("folder", "a saved ResNet", record.get("model"), remedy))
    try:
        model = ResNet(plan["name"], classes=plan["classes"], channels=plan["channels"], size=tuple(plan["size"]))
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"the record in {os.fspath(folder)!r} is damaged: {error}. Save the model again.") from None
    return load_weights(model, folder).to(pick_device(device)).eval()  # type: ignore[return-value]


def predict_file(model: Any, path: Any, *, top_k: int = 3, invert: bool = False) -> Prediction:
    """Return what a network says about a picture file.

    Parameters
    ----------
    model : ResNet, ImageResult, str or path-like
        A network, the result of its training, or the folder it was saved in.
    path : str or path-like
        A picture of any kind and size; it is turned upright, made grey or coloured, and cut to the network's size.
    top_k : int, default 3
        How many of the likeliest classes to list.
    invert : bool, default False
        Whether to swap dark and light. The digit sets are bright on black: say True for ink on paper.

    Returns
    -------
    Prediction
        Label, probability and the `top_k` likeliest classes.

    Raises
    ------
    FileNotFoundError
        When picture or model do not exist.
    ValueError
        When the file is not a readable picture.
    """
    if isinstance(model, ImageResult):
        model = model.model
    elif isinstance(model, str | os.PathLike):
        model = load_model(model)
    if not isinstance(model, ResNet):
        raise TypeError(message("model", "a ResNet, a result or a folder", model, "Pass train_resnet()'s result."))
    top_k = min(check_integer("top_k", top_k, low=1), len(model.classes))
    image = read_picture(path, size=model.size, channels=model.channels)
    if check_flag("invert", invert):
        image = 255 - image
    chances = model.probabilities(image[None])[0]  # (n_classes,)
    best = np.argsort(-chances, kind="stable")[:top_k]
    top = tuple((model.classes[number], float(chances[number])) for number in best)
    return Prediction(label=top[0][0], probability=top[0][1], top=top, image=image)
