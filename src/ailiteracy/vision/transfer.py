"""Transfer: begin with a network that has seen other pictures.

Edges, colours and textures are the same in all photos. A network that learned them from fifty thousand pictures need
not learn them again from fifty. Take off its last layer, put on one for the new classes, and train only that (the rest
is frozen), or all of it with small steps at the beginning of the network and larger ones at its end.

Left out: random changes of the pictures, and large backbones from the net; torchvision.models has them.
Next: transfer_comparison.py, which measures what it is worth.
"""

import copy
import dataclasses
import json
import pathlib
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_integer, check_number, check_seed, message
from .._support.devices import pick_device
from ..training.batches import Batches
from ..training.loop import fit
from ..training.schedule import one_cycle
from .datasets import load_images
from .ensemble import Ensemble
from .feature_maps import check_model
from .models import PictureNet, SpeedNet, build_model
from .picture_net import check_classes
from .projection import features_of, last_linear
from .result import ImageResult

__all__ = ["EPOCHS", "WAYS", "check_backbone", "fine_tune", "layer_rates", "load_backbone", "replace_head"]

PLACE = pathlib.Path(__file__).parent / "_backbone.safetensors"
WAYS = ("scratch", "head", "all", "layers")
EPOCHS = 20
FACTOR = 0.3  # each group of layers learns this much slower than the one above it
BATCH = 16  # pictures in a step: a hundred pictures make six steps an epoch


def load_backbone() -> PictureNet:
    """Return the network that comes with the package, trained on the photos of CIFAR-10.

    Returns
    -------
    PictureNet
        "resnet8" for colour pictures of 32 x 32 pixels and ten classes, from airplane to truck. Its attribute ``story``
        says how it was made and how good it is.

    Examples
    --------
    >>> load_backbone().classes[:3]
    ('airplane', 'automobile', 'bird')
    """
    from safetensors import safe_open

    with safe_open(PLACE, framework="pt") as file:
        story = dict(file.metadata())
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    plan = json.loads(story.pop("architecture"))
    with torch_seed(0):  # the first weights are drawn by chance and replaced
        model = build_model(**plan | {"size": tuple(plan["size"])})
    model.load_state_dict(weights)
    model.story = story  # type: ignore[assignment]
    return model.eval()


def replace_head(model: nn.Module, classes: Any, *, seed: int = 0) -> nn.Module:
    """Return a copy of a network whose last linear layer is new and has one output for each class.

    Parameters
    ----------
    model : torch.nn.Module
        Stays as it is.
    classes : sequence of str
        Names of the new classes.
    seed : int, default 0
        For the first weights of the new layer.

    Returns
    -------
    torch.nn.Module
        All other weights are those of `model`; its ``classes`` are the new ones.

    Raises
    ------
    ValueError, TypeError
        When it is no network or an `Ensemble` of several, has no linear layer, or there are fewer than two classes.

    Examples
    --------
    >>> replace_head(build_model("resnet8", size=(8, 8)), ["cat", "dog"])(torch.zeros(1, 1, 8, 8)).shape
    torch.Size([1, 2])
    """
    names = check_classes(classes)
    twin = copy.deepcopy(check_model(model))
    place, old = last_linear(twin)
    with torch_seed(seed):
        new = nn.Linear(old.in_features, len(names), bias=old.bias is not None)
    twin.set_submodule(place, new.to(old.weight.device))
    twin.classes = names  # type: ignore[assignment]
    return twin


def layer_rates(model: nn.Module, learning_rate: float, *, factor: float = FACTOR) -> list[dict[str, Any]]:
    """Return the weights in groups with a learning rate each: full for the last layer, less and less towards the first.

    Parameters
    ----------
    model : torch.nn.Module
        Its parts are taken in the order in which they were defined. Weights that belong to no part, such as a class
        token, stand in the first group.
    learning_rate : float
        Of the last group.
    factor : float, default 0.3
        Each group learns this much slower than the one after it; 1 gives all the same.

    Returns
    -------
    list of dict
        For any optimizer of torch: ``torch.optim.AdamW(layer_rates(model, 0.01))``.

    Raises
    ------
    ValueError, TypeError
        When it is no network or a number does not fit.

    References
    ----------
    Howard and Ruder, "Universal language model fine-tuning for text classification", 2018, section 3.2.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    >>> [group["lr"] for group in layer_rates(model, 0.1, factor=0.5)]
    [0.05, 0.1]
    """
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    factor = check_number("factor", factor, above=0)
    groups = [weights for part in _parts(check_model(model)) if (weights := list(part.parameters()))]
    grouped = {id(weights) for group in groups for weights in group}
    if own := [weights for weights in model.parameters() if id(weights) not in grouped]:
        groups = [own + groups[0], *groups[1:]] if groups else [own]
    top = len(groups) - 1
    return [{"params": group, "lr": learning_rate * factor ** (top - place)} for place, group in enumerate(groups)]


def fine_tune(
    dataset: Any,
    *,
    how: str = "layers",
    backbone: PictureNet | None = None,
    n_per_class: int | None = None,
    epochs: int = EPOCHS,
    learning_rate: float = 0.01,
    seed: int = 0,
    device: Any = "auto",
    progress: bool = True,
) -> ImageResult:
    """Train a network for new classes from one that knows others, and test it.

    Parameters
    ----------
    dataset : str, path-like, tuple or ImageData
        As for `load_images`.
    how : str, default "layers"
        "head": only the new last layer learns, on features that are computed once. "layers": all layers learn, the
        early ones slower. "all": all learn at the same rate. "scratch": the same network, forgetting what it knew.
    backbone : PictureNet, optional
        What to begin with; it stays as it is. Default: `load_backbone`.
    n_per_class : int, optional
        Learn from so many training pictures of each class, drawn by the seed. Default: from all.
    epochs : int, default 20
        Passes over the pictures; ten times as many for "head", which are quick.
    learning_rate : float, default 0.01
        The largest, of the last layer.
    seed : int, default 0
        For the choice of pictures, the new layer, and the order of pictures.
    device : str or torch.device, default "auto"
        Where to compute.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    ImageResult
        The network, its history and its test. There is no validation part: with ten pictures of a class none can be
        spared, so the last weights are kept, and the number of epochs is fixed beforehand.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit.

    References
    ----------
    Yosinski, Clune, Bengio and Lipson, "How transferable are features in deep neural networks?", 2014.

    Examples
    --------
    >>> fine_tune("digits", how="head", n_per_class=3, epochs=1, device="cpu").confusion.sum()
    np.int64(359)
    """
    check_choice("how", how, WAYS)
    epochs = check_integer("epochs", epochs, low=1)
    learning_rate = check_number("learning_rate", learning_rate, above=0)
    seed = check_seed(seed)
    backbone = check_backbone(backbone)
    data = load_images(dataset, progress=progress)
    rows = _chosen(data.train_labels, n_per_class, seed)
    images, labels = _as_seen(data.train_images[rows], backbone), data.train_labels[rows]
    test_images = seen = _as_seen(data.test_images, backbone)
    network = replace_head(backbone, data.classes, seed=seed).to(pick_device(device))

    # 1. What learns, from what: the head alone from features, or every layer from pictures.
    learner: nn.Module = network
    if how == "scratch":
        _forget(network, images, seed)
    if how == "head":
        learner, epochs = last_linear(network)[1], 10 * epochs
        images, seen = features_of(network, images), features_of(network, test_images)

    # 2. The one training loop.
    batches = Batches(images, labels, batch_size=BATCH, shuffle=True, seed=seed)
    test = Batches(seen, data.test_labels, batch_size=256)
    groups = layer_rates(learner, learning_rate, factor=FACTOR if how == "layers" else 1.0)
    trained = fit(
        learner, batches, test=test, optimizer=torch.optim.AdamW(groups, weight_decay=0.05), schedule=one_cycle,
        epochs=epochs, classes=data.classes, seed=seed, device=device, progress=progress,
    )  # fmt: skip
    values = {field.name: getattr(trained, field.name) for field in dataclasses.fields(trained)} | {"model": network}
    return ImageResult(**values, test_images=test_images, test_labels=data.test_labels)


def check_backbone(backbone: Any) -> PictureNet:
    """Return the network to begin with: the given one, if it says what pictures it takes, or the shipped one."""
    if backbone is None:
        return load_backbone()
    if not isinstance(backbone, PictureNet):
        remedy = "Train one by train_resnet and pass result.model."
        raise TypeError(message("backbone", "a network for pictures", type(backbone).__name__, remedy))
    if isinstance(backbone, Ensemble):
        got = f"an Ensemble of {len(backbone.networks)}"
        raise TypeError(message("backbone", "one network", got, "Fine-tune one of its networks: networks[0]."))
    return backbone


def _as_seen(images: torch.Tensor, backbone: PictureNet) -> torch.Tensor:
    """Return pictures with the channels and the size that the backbone knows, as bytes."""
    x = images.float() / (255 if images.dtype == torch.uint8 else 1)  # (n, channels, height, width)
    if backbone.channels == 1 and x.shape[1] == 3:
        x = x.mean(dim=1, keepdim=True)
    if tuple(x.shape[2:]) != backbone.size:
        x = F.interpolate(x, size=backbone.size, mode="bilinear", antialias=True)
    pictures = (x.clamp(0, 1) * 255).round().to(torch.uint8)
    return pictures.expand(-1, backbone.channels, -1, -1)  # a grey picture has three equal channels


def _chosen(labels: torch.Tensor, n_per_class: int | None, seed: int) -> torch.Tensor:
    """Return the row numbers of the pictures to learn from."""
    if n_per_class is None:
        return torch.arange(len(labels))
    fewest = int(torch.bincount(labels).min())
    check_integer(
        "n_per_class", n_per_class, low=1, high=fewest, remedy="The rarest class has no more. None takes all."
    )
    rng = np.random.default_rng(seed)
    rows = [rng.permutation(np.flatnonzero(labels == number))[:n_per_class] for number in range(int(labels.max()) + 1)]
    return torch.from_numpy(np.sort(np.concatenate(rows)))


def _forget(network: nn.Module, images: torch.Tensor, seed: int) -> None:
    """Give every layer first weights again; a layer that is computed from pictures is computed from the new ones."""
    with torch_seed(seed):
        for layer in network.modules():
            if hasattr(layer, "reset_parameters"):
                layer.reset_parameters()  # type: ignore[operator]
        if isinstance(network, SpeedNet):
            network.start()
            network.whiten_from(images)


def _parts(model: nn.Module) -> list[nn.Module]:
    """Return the parts of a network in order; a sequence of blocks counts as its blocks."""
    parts: list[nn.Module] = []
    for child in model.children():
        blocks = list(child.children()) if isinstance(child, nn.Sequential) else []
        parts += blocks if any(list(block.children()) for block in blocks) else [child]
    return parts or [model]
