"""Asking a trained network about pictures.

A saved network carries all it needs: its classes, whether it sees grey or colour, the size of its pictures, the mean
and spread they were normalised by. Whatever comes, a file, a folder, an open image or an array, is brought to that form
by the same function that read the training pictures.

Left out: opening a camera, which OpenCV and others do (their frames are arrays), and boxes around things: the network
names the picture as a whole.
Next: ensemble.py, for several networks at once; mistakes.py, for where they go wrong.
"""

import dataclasses
import os
import pathlib
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .._support.chance import torch_seed
from .._support.checks import check_flag, check_integer, message
from .._support.devices import pick_device
from .._support.figures import new_figure, result_html, text_fonts
from .._support.files import check_path
from .._support.language import say
from ..training.checkpoint import load_weights, read_record
from .models import MODELS, PictureNet, build_model
from .pictures import as_pictures, picture_pixels, read_picture
from .result import ImageResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Prediction", "load_model", "predict_file", "predict_images"]

Source = tuple[str, torch.Tensor]  # the name of a file, or "", and the picture as the network sees it
NAMED_FILES = 3  # how many unreadable files a warning names


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
    source : str
        The file it came from; empty when it came from memory.
    """

    label: str
    probability: float
    top: tuple[tuple[str, float], ...]
    image: torch.Tensor
    source: str = ""

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
        said = say("{label!r} with probability {share:.1%}").format(label=self.label, share=self.probability)
        said += say("; then {others}").format(others=others) if others else ""
        said = say("{sentence}.").format(sentence=said)
        return f"{os.path.basename(self.source)}: {said}" if self.source else said  # noqa: PTH119

    def _repr_html_(self) -> str:
        return result_html(self)


def load_model(folder: Any, *, device: Any = "auto") -> PictureNet:
    """Return the network that was saved in a folder, ready to predict.

    Parameters
    ----------
    folder : str or path-like
        What ``train_resnet(..., output_dir=folder)`` or ``result.save(folder)`` wrote.
    device : str or torch.device, default "auto"
        Where it shall compute.

    Returns
    -------
    PictureNet
        Of the kind that was saved, in evaluation mode.

    Raises
    ------
    FileNotFoundError
        When there is no saved network.
    ValueError
        When a file is damaged or holds another kind of model.
    """
    record = read_record(folder)
    plan = record.get("architecture")
    if record.get("model") not in [kind.__name__ for kind in MODELS.values()] or not isinstance(plan, dict):
        remedy = "Read other models with training.load_weights."
        raise ValueError(message("folder", "a saved network for pictures", record.get("model"), remedy))
    try:
        with torch_seed(0):  # the first weights are drawn by chance and replaced
            model = build_model(**plan | {"size": tuple(plan["size"])})
    except (KeyError, TypeError, IndexError, RuntimeError) as error:  # RuntimeError: no memory for so many channels
        raise ValueError(f"the record in {os.fspath(folder)!r} is damaged: {error}. Save the model again.") from None
    return load_weights(model, folder).to(pick_device(device)).eval()  # type: ignore[return-value]


def predict_file(model: Any, path: Any, *, top_k: int = 3, invert: bool = False) -> Prediction:
    """Return what a network says about a picture file.

    Parameters
    ----------
    model : PictureNet, ImageResult, str or path-like
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
    network = _network(model)
    picture = read_picture(path, size=network.size, channels=network.channels)
    return _answers(network, [(os.fspath(path), picture)], top_k, invert)[0]


def predict_images(model: Any, images: Any, *, top_k: int = 3, invert: bool = False, bgr: bool = False) -> Any:
    """Return what a network says about a picture, or about many.

    Parameters
    ----------
    model : PictureNet, ImageResult, str or path-like
        A network, the result of its training, or the folder it was saved in.
    images : path, PIL image, array_like, or a list of these
        One picture: a file, an open image, or an array of shape (height, width), (channels, height, width) or (height,
        width, channels), such as a camera frame; nested lists of numbers are an array. Many: a folder of files, a list
        of pictures, or an array with four axes. Arrays hold whole numbers from 0 to 255 or floats from 0 to 1. Any
        size: it is brought to the network's.
    top_k : int, default 3
        How many of the likeliest classes to list.
    invert : bool, default False
        Whether to swap dark and light, for ink on paper.
    bgr : bool, default False
        Whether the colours of arrays come as blue, green, red, the order of OpenCV's frames. By default they are red,
        green, blue, as everywhere else. Files and open images know their order themselves.

    Returns
    -------
    Prediction or list of Prediction
        A list when many were given. Files of a folder come in the order of their names; those that cannot be read are
        named in a warning and left out.

    Raises
    ------
    FileNotFoundError
        When a file, the folder or the model do not exist.
    ValueError, TypeError
        When there is nothing to read or something is no picture.

    Examples
    --------
    >>> said = predict_images(build_model("resnet8", size=(8, 8)), np.zeros((5, 1, 20, 20)), top_k=1)
    >>> len(said), said[0].image.shape
    (5, torch.Size([1, 8, 8]))
    """
    network, bgr = _network(model), check_flag("bgr", bgr)
    if isinstance(images, str | os.PathLike) and check_path("images", images).is_dir():
        return _answers(network, _folder(network, check_path("images", images)), top_k, invert)
    if isinstance(images, list | tuple) and images and _several(images):
        sources = [source for image in images for source in _sources(network, image, bgr)]
        return _answers(network, sources, top_k, invert)
    answers = _answers(network, _sources(network, images, bgr), top_k, invert)
    return answers if np.ndim(images) == 4 else answers[0]


def _network(model: Any) -> PictureNet:
    """Return the network itself from a network, a result or a folder."""
    if isinstance(model, ImageResult):
        return _network(model.model)
    if isinstance(model, str | os.PathLike):
        model = load_model(model)
    if not isinstance(model, PictureNet):
        expected = "a network for pictures, a result or a folder"
        raise TypeError(message("model", expected, model, "Pass train_resnet()'s result."))
    return model


def _answers(network: PictureNet, sources: list[Source], top_k: int, invert: bool) -> list[Prediction]:
    """Return one Prediction for each picture; all go through the network together."""
    top_k = min(check_integer("top_k", top_k, low=1), len(network.classes))
    images = torch.stack([picture for _, picture in sources])  # (n, channels, height, width)
    if check_flag("invert", invert):
        images = 255 - images
    said = []
    for (name, _), image, chances in zip(sources, images, network.probabilities(images), strict=True):
        best = np.argsort(-chances, kind="stable")[:top_k]  # chances: (n_classes,)
        top = tuple((network.classes[number], float(chances[number])) for number in best)
        said.append(Prediction(label=top[0][0], probability=top[0][1], top=top, image=image, source=name))
    return said


def _sources(network: PictureNet, image: Any, bgr: bool = False) -> list[Source]:
    """Return the pictures in a file, an open image or an array, brought to the network's form."""
    from PIL import Image

    form: dict[str, Any] = {"size": network.size, "channels": network.channels}
    if isinstance(image, str | os.PathLike):
        return [(os.fspath(image), read_picture(image, **form))]
    if isinstance(image, Image.Image):
        return [("", picture_pixels(image, **form))]
    if np.ndim(image) == 3:
        image = image[None] if hasattr(image, "shape") else [image]
    pictures = as_pictures("images", image)  # (n, channels, height, width)
    if pictures.is_floating_point():
        pictures = (pictures * 255).round().to(torch.uint8)
    if bgr:
        pictures = pictures.flip(1)  # the last channel first; a single one stays
    # Through Pillow, as files go: the same grey and the same scaling as in training.
    arrays = [picture.permute(1, 2, 0).squeeze(-1).numpy() for picture in pictures]
    return [("", picture_pixels(Image.fromarray(array), **form)) for array in arrays]


def _folder(network: PictureNet, folder: pathlib.Path) -> list[Source]:
    """Return the readable pictures that lie in a folder, in the order of their names."""
    found: list[Source] = []
    broken: list[str] = []
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        try:
            found += _sources(network, path)
        except ValueError:
            broken.append(path.name)
    if not found:
        got = f"{folder.name!r} with {len(broken)} files, none of them readable"
        raise ValueError(message("images", "a folder with pictures", got, "Pass the folder that holds the files."))
    if broken:
        more = f" and {len(broken) - NAMED_FILES} more" if len(broken) > NAMED_FILES else ""
        names = ", ".join(broken[:NAMED_FILES])
        warnings.warn(f"not read, and left out: {names}{more} in {str(folder)!r}.", UserWarning, stacklevel=4)
    return found


def _several(images: Any) -> bool:
    """Say whether a list holds pictures; nested lists of numbers are one array."""
    from PIL import Image

    if any(isinstance(each, Image.Image) or getattr(each, "ndim", 0) >= 2 for each in images):
        return True
    try:
        return bool(np.asarray(images).dtype.kind not in "buif")
    except (ValueError, TypeError):
        return True
