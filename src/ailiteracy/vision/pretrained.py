"""Weights that were learned from a million photos, read into the networks of this course.

torchvision publishes residual networks trained on ImageNet: 1.3 million photos of 1,000 kinds of things. Their layers
are those of residual.py under other names, so reading them is a matter of renaming. A file of weights is a pickle; it
is read as plain numbers only, and one that holds anything else is refused.

Left out: other families of networks.
Next: transfer.py, which puts such a network to a new use.
"""

import pathlib
import warnings
from typing import Any

import torch

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_flag, message
from .._support.downloads import MissingDataError, fetch, make_folder, readable_size
from .._support.files import check_path
from .residual import RESNETS, ResNet
from .sources import DAMAGE

__all__ = ["load_pretrained"]

# torchvision's name, the hash (the file's name has its first eight digits) and the bytes of each.
WEIGHTS = {
    "resnet18": ("ResNet18_Weights", "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec", 46_830_571),
    "resnet50": ("ResNet50_Weights", "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a", 102_530_333),
}
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's photos, channel by channel


def load_pretrained(name: str = "resnet18", *, path: Any = None, download: bool = False) -> ResNet:
    """Return a residual network with the weights that torchvision publishes for it.

    Parameters
    ----------
    name : str, default "resnet18"
        "resnet18" or "resnet50".
    path : str or path-like, optional
        The file of weights. Default: where torch keeps downloaded weights.
    download : bool, default False
        Whether a missing file may be fetched (47 MB and 103 MB). A download that broke off goes on where it stopped.

    Returns
    -------
    ResNet
        In evaluation mode, for colour pictures of 224 x 224 pixels and ImageNet's 1,000 classes.

    Raises
    ------
    MissingDataError
        A FileNotFoundError: when the file is not here; it says what to put where.
    ValueError
        When the file is damaged, holds anything but weights, or those of another network.

    Notes
    -----
    A new head for other classes is put on by `replace_head`; the file of another ResNet-18 whose head has other classes
    is refused.

    References
    ----------
    He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016.

    Examples
    --------
    >>> load_pretrained("resnet19")
    Traceback (most recent call last):
    ValueError: `name` must be one of 'resnet18', 'resnet50', got 'resnet19'. Did you mean 'resnet18'?
    """
    import torchvision

    check_choice("name", name, WEIGHTS)
    check_flag("download", download)
    published = getattr(torchvision.models, WEIGHTS[name][0]).IMAGENET1K_V1
    file = _find(name, path, published.url, download)
    with torch_seed(0):  # the first weights are drawn by chance and replaced
        model = ResNet(
            name, stem="imagenet", classes=published.meta["categories"], channels=3, size=(224, 224), mean=MEAN, std=STD
        )
    weights = _read(file)
    wanted = model.state_dict()
    renamed = {"mean": wanted["mean"], "std": wanted["std"]} | {
        _rename(key, name): value for key, value in weights.items()
    }
    for key in sorted(wanted.keys() | renamed.keys()):
        here, there = (tuple(each[key].shape) if key in each else "nothing" for each in (wanted, renamed))
        if here != there:
            remedy = f"Pass the file of torchvision's {name}, {pathlib.PurePosixPath(published.url).name}."
            raise ValueError(message("path", f"weights of {name} with {here} in {key!r}", str(there), remedy))
    model.load_state_dict(renamed)
    return model.eval()


def _find(name: str, path: Any, url: str, download: bool) -> pathlib.Path:
    """Return the file of weights, fetched if that is wanted."""
    _, known_hash, n_bytes = WEIGHTS[name]
    wanted = pathlib.PurePosixPath(url).name  # such as resnet18-f37072fd.pth
    folder = pathlib.Path(torch.hub.get_dir()) / "checkpoints"
    file = folder / wanted if path is None else check_path("path", path)
    if file.is_file():
        return file
    if path is not None or not download:
        where = (
            f"no file {str(file)!r}"
            if path is not None
            else f"no weights of {name}: {wanted!r} is not in {str(folder)!r}"
        )
        remedy = f"Pass download=True without a path to fetch {readable_size(n_bytes)}"
        raise MissingDataError(f"{where}. {remedy}, or download {url} and put it there.")
    make_folder(folder, what="torch's folder of weights", remedy="Set the environment variable TORCH_HOME.")
    return fetch(f"weights/{wanted}", [url], known_hash=f"sha256:{known_hash}", n_bytes=n_bytes, target=file)


def _read(file: pathlib.Path) -> dict[str, torch.Tensor]:
    """Return the tensors in a file that torch saved; anything else in it is refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on odd pickles; what is no weight still raises
            weights = torch.load(file, map_location="cpu", weights_only=True)
    except (*DAMAGE, RuntimeError, OSError, AssertionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        remedy = "Download it again, and only from where you trust."
        raise ValueError(
            f"{str(file)!r} is damaged or holds more than weights: {reason.rstrip('.')}. {remedy}"
        ) from None
    if not isinstance(weights, dict) or not all(isinstance(value, torch.Tensor) for value in weights.values()):
        remedy = "Save model.state_dict(), not the model."
        raise ValueError(message("path", "a file with a dict of tensors", type(weights).__name__, remedy))
    return weights


def _rename(key: str, name: str) -> str:
    """Return this package's name of one of torchvision's weights: layer2.0.bn1.bias becomes blocks.2.norm1.bias."""
    start, *rest = key.split(".")
    if start.startswith("layer") and start[5:].isdigit() and len(rest) > 1 and rest[0].isdigit():
        number = sum(RESNETS[name][1][: int(start[5:]) - 1]) + int(rest[0])
        inner = rest[1].replace("bn", "norm").replace("downsample", "shortcut")
        return ".".join(["blocks", str(number), inner, *rest[2:]])
    return ".".join([{"conv1": "stem.0", "bn1": "stem.1", "fc": "head"}.get(start, start), *rest])
