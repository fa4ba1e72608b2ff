"""Train a residual network: the headline call of this subject.

The pictures are divided three ways. On the training part the weights learn; on the validation part the best epoch is
chosen; on the test part the result is looked at once, at the very end. A score on pictures that took part in a choice
would be too good to be true.

Left out: several devices, mixed precision, pretrained weights.
Next: predict.py, for pictures of your own; training/loop.py, for what an epoch is.
"""

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.nn import functional as F

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_flag, check_integer, message
from .._support.downloads import make_folder
from .._support.files import check_path
from ..training.batches import Batches
from ..training.loop import fit
from ..training.schedule import one_cycle, warmup_cosine
from .augment import random_flip, random_shift
from .datasets import ImageData, load_images, split
from .models import MODELS, ResNet
from .result import ImageResult

__all__ = ["train_resnet"]

RECIPES = {"fast": "resnet8", "course": "resnet18"}  # the network each recipe is made for
EPOCHS = {"digits": 20, "mnist": 4, "fashion_mnist": 8, "cifar10": 12}  # of the fast recipe; 15 for other pictures
FLIPPED = ("fashion_mnist", "cifar10")  # a mirrored garment or frog is one still, a mirrored digit is not
VALIDATION_PART = 0.1  # of the training part
TINY = 256  # pixels in a picture


def train_resnet(
    dataset: Any = "digits",
    *,
    data_dir: Any = None,
    download: bool = False,
    model: Any = None,
    recipe: str = "fast",
    epochs: int | None = None,
    batch_size: int | None = None,
    flip: bool | None = None,
    seed: int = 0,
    device: Any = "auto",
    output_dir: Any = None,
    progress: bool = True,
) -> ImageResult:
    """Train a residual network on pictures and test it on others.

    Parameters
    ----------
    dataset : str, path-like, tuple or ImageData
        "digits", "mnist", "fashion_mnist", "cifar10", a folder with a folder of pictures for each class, or a pair of
        arrays (images, labels); see `load_images`.
    data_dir : str or path-like, optional
        Where the files of a named set lie, as torchvision lays them; default: the cache folder.
    download : bool, default False
        Whether missing files may be fetched.
    model : str or ResNet, optional
        "resnet8", "resnet14", "resnet18", or a network to go on with. Default: what the recipe is made for.
    recipe : str, default "fast"
        "fast": ResNet-8, AdamW, one cycle, minutes on a CPU. "course": ResNet-18, stochastic gradient descent with
        momentum and a cosine, 46 epochs; wants an accelerator.
    epochs : int, optional
        Passes over the training pictures; the default depends on recipe and set.
    batch_size : int, optional
        Pictures in a step. Default: 64 below 10,000 pictures, else 128.
    flip : bool, optional
        Whether to mirror pictures at random. Default: for fashion_mnist and cifar10.
    seed : int, default 0
        For the first weights, the validation part, the order of pictures and their random shifts.
    device : str or torch.device, default "auto"
        Where to compute.
    output_dir : str or path-like, optional
        Folder to save the model and two figures in.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    ImageResult
        Test accuracy, history, confusion, the network with its best weights; `predict`, `save`, `plot`.

    Raises
    ------
    MissingDataError
        A FileNotFoundError: when the set is not here; it says where to get it.
    ValueError, TypeError
        When an argument does not fit.

    Notes
    -----
    The course's own recipe built a schedule and never used it, stopped by the training loss and kept the last weights.
    Here the schedule moves every step, and the weights of the best validation epoch are kept.

    References
    ----------
    He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016.

    Examples
    --------
    >>> result = train_resnet("digits", epochs=1, device="cpu")
    >>> len(result.history), result.confusion.sum()
    (1, np.int64(359))
    """
    _check(recipe, model, flip, output_dir)
    data = load_images(dataset, data_dir=data_dir, download=download, progress=progress)
    if epochs is None:
        epochs = EPOCHS.get(data.name, 15) if recipe == "fast" else 46
    epochs = check_integer("epochs", epochs, low=1)
    if batch_size is None:
        batch_size = 64 if len(data.train_images) < 10_000 and recipe == "fast" else 128
    batch_size = check_integer("batch_size", batch_size, low=1)
    seed = check_integer("seed", seed, low=0)

    # 1. A validation part, taken from the training part.
    rows, held_out = split(data.train_labels, VALIDATION_PART, seed=seed)
    images, labels = data.train_images, data.train_labels
    network = _network(model or RECIPES[recipe], data, images[rows], seed)

    # 2. Batches; the training pictures are moved a little, each time another way.
    change = _change(data, flip)
    train = Batches(images[rows], labels[rows], batch_size=batch_size, shuffle=True, transform=change, seed=seed)
    validation = Batches(images[held_out], labels[held_out], batch_size=256)
    test = Batches(data.test_images, data.test_labels, batch_size=256)

    # 3. The one training loop.
    plan = _recipe(recipe, network) | {"epochs": epochs, "classes": data.classes}
    with _few_threads(images):
        result = fit(network, train, validation, test=test, seed=seed, device=device, progress=progress, **plan)
    values = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    result = ImageResult(**values, test_images=data.test_images, test_labels=data.test_labels)
    if output_dir is not None:
        result.save_all(output_dir)
    return result


def _check(recipe: str, model: Any, flip: bool | None, output_dir: Any) -> None:
    """Refuse what would fail later, after the time for reading or training was spent."""
    check_choice("recipe", recipe, RECIPES)
    if model is not None and not isinstance(model, ResNet):
        check_choice("model", model, MODELS, "Pass one of these names or a ResNet.")
    if flip is not None:
        check_flag("flip", flip)
    if output_dir is not None:
        make_folder(check_path("output_dir", output_dir), what="output_dir", remedy="Name a folder you may write to.")


@contextlib.contextmanager
def _few_threads(images: torch.Tensor) -> Iterator[None]:
    """Let torch work on one CPU thread while pictures are tiny: several would wait for one another most of the time."""
    before = torch.get_num_threads()
    if images.shape[2] * images.shape[3] <= TINY:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _recipe(recipe: str, network: ResNet) -> dict[str, Any]:
    """Return loss, optimizer and schedule."""
    weights = network.parameters()
    if recipe == "course":
        return {
            "optimizer": torch.optim.SGD(weights, lr=0.01, momentum=0.9, weight_decay=5e-4),
            "schedule": functools.partial(warmup_cosine, warmup=0.0),
        }
    return {
        # The true class is asked for with 0.9 and a bit: a network that need not be certain errs less.
        "loss": functools.partial(F.cross_entropy, label_smoothing=0.1),
        "optimizer": torch.optim.AdamW(weights, lr=0.01, weight_decay=0.05),
        "schedule": one_cycle,
    }


def _network(model: Any, data: ImageData, images: torch.Tensor, seed: int) -> ResNet:
    """Return the network to train: a new one for these pictures, or the given one if it fits them."""
    channels, size = images.shape[1], (int(images.shape[2]), int(images.shape[3]))
    if isinstance(model, ResNet):
        if (model.channels, model.size, model.classes) != (channels, size, data.classes):
            needed = f"made for {channels} channel(s), {size[0]} x {size[1]} pixels and the classes of {data.name}"
            got = f"one for {model.channels} of {model.size[0]} x {model.size[1]} and {len(model.classes)} classes"
            raise ValueError(message("model", needed, got, "Pass a name, for example 'resnet8'."))
        return model
    top = 255 if images.dtype == torch.uint8 else 1
    planes = [images[:, channel].float() / top for channel in range(channels)]  # (n, height, width) each
    mean, std = [float(plane.mean()) for plane in planes], [float(plane.std()) for plane in planes]
    with torch_seed(seed):  # the first weights
        return ResNet(model, classes=data.classes, channels=channels, size=size, mean=mean, std=std)


def _change(data: ImageData, flip: bool | None) -> Callable[[torch.Tensor, torch.Generator], torch.Tensor]:
    """Return the random change of training pictures: a shift by up to an eighth of the side, and perhaps a flip."""
    pixels = max(1, max(data.train_images.shape[2:]) // 8)
    flipped = data.name in FLIPPED if flip is None else flip

    def change(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        images = random_shift(images, generator, pixels=pixels)
        return random_flip(images, generator) if flipped else images

    return change
