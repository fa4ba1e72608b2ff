"""All networks of this subject by name.

Left out: networks for boxes and outlines; all here name the picture as a whole.
Next: picture_net.py, what they have in common; ladder.py, residual.py and speed_net.py, from simple to full.
"""

from typing import Any

from .._support.checks import check_choice
from .ladder import LADDER, LadderNet
from .picture_net import PictureNet
from .residual import RESNETS, Bottleneck, ResidualBlock, ResNet, ResNet9
from .speed_net import SPEED_NETS, SpeedNet

__all__ = [
    "MODELS",
    "Bottleneck",
    "LadderNet",
    "PictureNet",
    "ResNet",
    "ResNet9",
    "ResidualBlock",
    "SpeedNet",
    "build_model",
]

MODELS: dict[str, Any] = {
    **dict.fromkeys(LADDER, LadderNet),
    **dict.fromkeys(RESNETS, ResNet),
    "resnet9": ResNet9,
    **dict.fromkeys(SPEED_NETS, SpeedNet),
}


def build_model(name: str, **picture: Any) -> PictureNet:
    """Return a new network with random weights.

    Parameters
    ----------
    name : str
        "softmax_regression", "mlp", "lenet", "tinyvgg", "resnet8", "resnet9", "resnet14", "resnet18", "resnet50",
        "speednet", "speednet_small" or "speednet_large".
    **picture : dict
        ``classes``, ``channels``, ``size``, ``mean``, ``std``: see `PictureNet`.

    Returns
    -------
    PictureNet
        A torch module that takes pictures (n, channels, height, width) and returns logits (n, n_classes).

    Raises
    ------
    ValueError
        When the name is unknown or the pictures do not suit the network.

    Examples
    --------
    >>> model = build_model("resnet8", channels=3, size=(32, 32))
    >>> sum(weight.numel() for weight in model.parameters())
    308650
    """
    model: PictureNet = MODELS[check_choice("name", name, MODELS)](name, **picture)
    return model
