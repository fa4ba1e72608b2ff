"""Train a network on pictures: the headline call of this subject.

The pictures are divided three ways. On the training part the weights learn; on the validation part the best epoch is
chosen; on the test part the result is looked at once, at the very end. A score on pictures that took part in a choice
would be too good to be true.

Left out: pretrained weights (pretrained.py).
Next: predict.py, for pictures of your own; training/loop.py, for what an epoch is.
"""

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from typing import Any

import torch

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_flag, check_integer, check_number, check_seed, message
from .._support.downloads import make_folder
from .._support.files import check_path
from ..training.batches import Batches
from ..training.loop import fit
from ..training.refusals import PRECISIONS
from .datasets import ImageData, load_images, split
from .models import MODELS, PictureNet, SpeedNet, build_model
from .picture_rows import picture_batches
from .recipes import COURSE, FAST, MIRRORED, OTHERS, PATIENCE, RECIPES, course_change, random_change, recipe_for
from .result import ImageResult
from .speed_net import spread_out

__all__ = ["train_resnet"]

VALIDATION_PART = 0.1  # of the training part
VALIDATION_FEW = 2_000  # pictures are enough for the fast recipe to notice when something is wrong
LONG = 15  # epochs, from which on pictures are changed more
TINY = 256  # pixels in a picture
MOST_PIXELS = 2**26  # of one channel tell its mean and spread; as floats they take a quarter of a gigabyte


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
    validation_fraction: float | None = None,
    seed: int = 0,
    device: Any = "auto",
    precision: str = "auto",
    output_dir: Any = None,
    progress: bool = True,
) -> ImageResult:
    """Train a network on pictures and test it on others.

    Parameters
    ----------
    dataset : str, path-like, tuple or ImageData
        "digits", "mnist", "fashion_mnist", "cifar10", "tiny_imagenet", a folder with a folder of pictures for each
        class, or a pair of arrays (images, labels); see `load_images`.
    data_dir : str or path-like, optional
        Where the files of a named set lie, as torchvision lays them; default: the cache folder.
    download : bool, default False
        Whether missing files may be fetched.
    model : str or PictureNet, optional
        One of `build_model`'s names, such as "resnet8", "resnet18", "speednet", or a network to go on with. Default:
        what the recipe is made for. The first layer of a new SpeedNet is computed from the training pictures, and it
        looks several times.
    recipe : str, default "fast"
        "fast": minutes on a CPU. For MNIST, Fashion-MNIST and CIFAR-10 a small `SpeedNet` with Muon, for all others
        ResNet-8 with AdamW and one cycle. "course": ResNet-18, stochastic gradient descent with momentum and a cosine,
        46 epochs or until ten were no better; wants an accelerator.
    epochs : int, optional
        Passes over the training pictures; the default depends on recipe and set.
    batch_size : int, optional
        Pictures in a step. Default: 64 below 10,000 pictures, else 128, or 250 for a SpeedNet.
    flip : bool, optional
        Whether to mirror pictures at random. Default: for fashion_mnist and cifar10.
    validation_fraction : float, optional
        From 0 to 0.9: how much of the training part is held out to choose the best epoch. Default: 0.1; for a SpeedNet
        in the fast recipe at most 2,000 pictures. With 0 all pictures are learned from and the last weights are kept:
        for a recipe that is known to work.
    seed : int, default 0
        For the first weights, the validation part, the order of pictures and their random shifts.
    device : str or torch.device, default "auto"
        Where to compute.
    precision : str, default "auto"
        "float32", "bfloat16", "float16" or "auto"; see `fit`. "bfloat16" halves the time on CPUs that know it (those
        with AVX-512 BF16), and is slower on all others.
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
    The course's own recipe built a schedule and never used it, stopped by the training loss, kept the last weights, and
    looked at small pictures through the first layer for large ones. In "course" the schedule moves every step, training
    stops after ten epochs without a better validation epoch, and the weights of the best one are kept. Its pictures
    change as they did there: digits and mnist are turned by up to 10 degrees. cifar10 is shifted by up to 4 pixels,
    mirrored and turned, with black coming in, and gets another light: brightness, contrast and saturation up to 0.2
    times more or less, the hue turned by up to a fifth of the circle of colours. All other sets are treated like
    cifar10, shifted by up to an eighth of their side and mirrored with `flip`; grey pictures keep their light.

    "fast" keeps the best weights, too. From 15 epochs on a SpeedNet sees its pictures shifted further, handwritten
    digits turned by up to 10 degrees, and with `flip` a square in each picture painted grey, a third of its side long.
    A trained SpeedNet looks at every picture several times, moved by a pixel and, with `flip`, mirrored, and answers
    with the mean.

    Every class gives at least one picture to the validation part unless it has only one, or `validation_fraction` is 0.
    Without a validation part the last weights are kept, and "course" runs to its last epoch.

    References
    ----------
    He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016.
    Jordan, "94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024.
    DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.

    Examples
    --------
    >>> result = train_resnet("digits", epochs=1, device="cpu")
    >>> len(result.history), result.confusion.sum()
    (1, np.int64(359))
    """
    _check(recipe, model, flip, precision, output_dir)
    seed = check_seed(seed)
    for option, value in (("epochs", epochs), ("batch_size", batch_size)):
        check_integer(option, 1 if value is None else value, low=1)
    if validation_fraction is not None:
        check_number("validation_fraction", validation_fraction, low=0, high=0.9)
    data = load_images(dataset, data_dir=data_dir, download=download, progress=progress)
    name, usual = COURSE if recipe == "course" else FAST.get(data.name, OTHERS)
    epochs = usual if epochs is None else epochs
    flip = data.name in MIRRORED if flip is None else flip

    # 1. A validation part, taken from the training part, and a network for these pictures.
    images, labels = data.train_images, data.train_labels
    quick = recipe == "fast" and _is_speed_net(model or name)
    if validation_fraction is None:
        validation_fraction = VALIDATION_PART if not quick else min(VALIDATION_PART, VALIDATION_FEW / len(images))
    rows, held_out = split(labels, validation_fraction, seed=seed)
    network = _network(model or name, data, rows, flip, seed)

    # 2. Batches; the training pictures are moved a little, each time another way.
    if batch_size is None:
        batch_size = 64 if len(images) < 10_000 and recipe == "fast" else 250 if quick else 128
    options: dict[str, Any] = {"batch_size": batch_size, "shuffle": True}
    if recipe == "course":
        change = course_change(data.name, network.size, flip=flip)
    else:
        looks: dict[str, Any] = {"flip": flip, "quick": quick, "long": epochs >= LONG}
        change = random_change(data.name, network.size, grey=float(network.mean.mean()), **looks)
    train = picture_batches(images, labels, rows, change=change, turns=quick and flip, seed=seed, **options)
    validation = picture_batches(images, labels, held_out, batch_size=256) if len(held_out) else None
    test = Batches(data.test_images, data.test_labels, batch_size=256)

    # 3. The one training loop.
    patience = PATIENCE if recipe == "course" and validation is not None else None
    plan = recipe_for(recipe, network, batch_size) | {"epochs": epochs, "patience": patience}
    plan |= {"classes": data.classes, "precision": precision}
    with _few_threads(images):
        result = fit(network, train, validation, test=test, seed=seed, device=device, progress=progress, **plan)
    values = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    result = ImageResult(**values, test_images=data.test_images, test_labels=data.test_labels)
    if output_dir is not None and os.environ.get("RANK", "0") == "0":  # of several processes one saves
        result.save_all(output_dir)
    return result


def _check(recipe: str, model: Any, flip: bool | None, precision: str, output_dir: Any) -> None:
    """Refuse what would fail later, after the time for reading or training was spent."""
    check_choice("recipe", recipe, RECIPES)
    check_choice("precision", precision, PRECISIONS)
    if model is not None and not isinstance(model, PictureNet):
        check_choice("model", model, MODELS, "Pass one of these names or a network.")
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


def _is_speed_net(model: Any) -> bool:
    return isinstance(model, SpeedNet) or (isinstance(model, str) and MODELS[model] is SpeedNet)


def _network(model: Any, data: ImageData, rows: torch.Tensor, flip: bool, seed: int) -> PictureNet:
    """Return the network to train: a new one for the training pictures in `rows`, or the given one if it fits them."""
    images = data.train_images
    channels, size = images.shape[1], (int(images.shape[2]), int(images.shape[3]))
    if isinstance(model, PictureNet):
        if (model.channels, model.size, model.classes) != (channels, size, data.classes):
            needed = f"made for {channels} channel(s), {size[0]} x {size[1]} pixels and the classes of {data.name}"
            got = f"one for {model.channels} of {model.size[0]} x {model.size[1]} and {len(model.classes)} classes"
            raise ValueError(message("model", needed, got, "Pass a name, for example 'resnet8'."))
        if isinstance(model, SpeedNet) and not model.whitened:  # its first layer and its looks are set as by name
            model.mirror, model.shift = model.mirror or flip, True
            model.whiten_from(images[spread_out(rows)])
        return model
    mean, std = _spread(images, rows)
    picture = {"classes": data.classes, "channels": channels, "size": size, "mean": mean, "std": std}
    with torch_seed(seed):  # the first weights
        if MODELS[model] is not SpeedNet:
            return build_model(model, **picture)
        network = SpeedNet(model, mirror=flip, shift=True, **picture)
    network.whiten_from(images[spread_out(rows)])
    return network


def _spread(images: torch.Tensor, rows: torch.Tensor) -> tuple[list[float], list[float]]:
    """Return mean and standard deviation of each channel on the scale 0 to 1, of a large set from a part of it."""
    n_pixels = images.shape[2] * images.shape[3]
    rows = rows[:: 1 + len(rows) * n_pixels // MOST_PIXELS]
    mean, std = [], []
    for channel in range(images.shape[1]):  # one at a time: as floats a set takes four times the memory
        plane = images[rows, channel].float()  # (n, height, width)
        plane /= 255 if images.dtype == torch.uint8 else 1
        mean.append(float(plane.mean()))
        std.append(float(plane.std()))
    return mean, std
