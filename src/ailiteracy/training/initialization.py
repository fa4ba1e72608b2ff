"""Where the weights start.

A layer adds up many numbers, so that its output spreads with the number of its inputs. If every layer spreads a little
less than it receives, nothing arrives at the end of a deep network; if a little more, everything explodes. Xavier's and
Kaiming's rules choose the spread of the weights so that the signal keeps its size: Xavier's for tanh, Kaiming's for
ReLU.

Left out: networks with normalisation layers, which forgive a bad start.
Next: layers.py.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from .._support.chance import as_generator, torch_seed
from .._support.checks import check_choice, check_integer, message
from .._support.figures import new_figure, result_html
from .hooks import watch_layers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["InitializationResult", "compare_initializations", "initialize"]

METHODS = ("kaiming", "kaiming uniform", "xavier", "xavier uniform", "orthogonal", "small", "default")
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh, "linear": nn.Identity}
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
WEIGHTED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, *TRANSPOSED)
NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)


def initialize(model: nn.Module, method: str = "kaiming", *, activation: str = "relu", seed: int = 0) -> nn.Module:
    """Give every layer of a model fresh weights, and return the model.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place: linear and convolutional layers get weights by the rule and biases of 0, norms start as 1 and
        0. Every other layer (embedding, recurrent, attention's input) gets torch's own start again.
    method : str, default "kaiming"
        "kaiming", "xavier" (both normal), "kaiming uniform", "xavier uniform", "orthogonal", "small" (normal, standard
        deviation 0.01) or "default", which is torch's own.
    activation : {"relu", "tanh", "linear"}, default "relu"
        What follows the layers: ReLU drops half of the signal, for which the weights make up.
    seed : int, default 0
        Torch's random state comes back afterwards.

    Returns
    -------
    torch.nn.Module
        The model.

    Raises
    ------
    ValueError
        When a name is unknown.

    References
    ----------
    Glorot and Bengio 2010 (Xavier); He et al. 2015 (Kaiming); Saxe et al. 2014 (orthogonal).

    Examples
    --------
    >>> layer = initialize(nn.Linear(1000, 500), "kaiming")
    >>> round(float(layer.weight.detach().std()), 2)  # the root of 2 / 1000
    0.04
    """
    check_choice("method", method, METHODS)
    check_choice("activation", activation, ACTIVATIONS)
    if not isinstance(model, nn.Module):
        raise TypeError(message("model", "a torch.nn.Module", model, "Pass a network."))
    with torch_seed(seed), torch.no_grad():
        for module in model.modules():
            if isinstance(module, WEIGHTED) and method != "default":
                _fill(module, method, nn.init.calculate_gain(activation))  # type: ignore[arg-type]
                if module.bias is not None:
                    module.bias.zero_()
            # Attention's method has an underscore.
            elif callable(reset := getattr(module, "reset_parameters", getattr(module, "_reset_parameters", None))):
                reset()  # norms begin with scale 1 and shift 0
    return model


def _fill(module: Any, method: str, gain: float) -> None:
    """Fill a layer's weight by a rule; `gain` is the root of 2 for ReLU and 5/3 for tanh."""
    weight, (fan_in, fan_out) = module.weight, _fans(module)
    if method == "orthogonal":  # lengths are kept exactly, up to the gain
        nn.init.orthogonal_(weight, gain=gain)
        return
    if method == "small":
        spread = 0.01
    elif method.startswith("kaiming"):  # keeps the size of the signal on its way forward
        spread = gain / math.sqrt(fan_in)
    else:  # Xavier: between forward and backward
        spread = gain * math.sqrt(2 / (fan_in + fan_out))
    if method.endswith("uniform"):
        weight.uniform_(-math.sqrt(3) * spread, math.sqrt(3) * spread)  # of the same standard deviation
    else:
        weight.normal_(0, spread)


def _fans(module: Any) -> tuple[float, float]:
    """Return how many numbers go into one output, and how many outputs one input goes into."""
    if not isinstance(module, TRANSPOSED):
        return nn.init._calculate_fan_in_and_fan_out(module.weight)
    # The weight has the shape (in, out / groups, ...). Steps of `stride` share the kernel out among the outputs.
    n_places = math.prod(module.kernel_size)
    fan_in = module.in_channels // module.groups * n_places / math.prod(module.stride)
    return fan_in, module.out_channels // module.groups * n_places


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class InitializationResult:
    """How the signal's size changes from layer to layer, before any training.

    Parameters
    ----------
    variances : dict of str to ndarray, shape (depth,)
        Variance of what each layer says, for each method.
    activation : str
        What follows every layer.
    """

    variances: dict[str, np.ndarray[Any, np.dtype[np.float64]]]
    activation: str

    def plot(self) -> "Figure":
        """Return a figure of the variances, layer by layer, on a logarithmic scale."""
        figure = new_figure(6.5, 4)
        ax = figure.subplots()
        for number, (method, values) in enumerate(self.variances.items()):
            style = ("-", "--", ":")[number % 3]
            ax.plot(range(1, len(values) + 1), np.maximum(values, 1e-45), style, marker=".", label=method)
        ax.set(yscale="log", xlabel="layer", ylabel="variance of the layer's output")
        ax.set_title(f"The signal on its way ({self.activation})")
        ax.locator_params(axis="x", integer=True)
        ax.legend()
        return figure

    def __repr__(self) -> str:
        parts = [f"{method}: {values[0]:.3g} to {values[-1]:.3g}" for method, values in self.variances.items()]
        n_layers = len(next(iter(self.variances.values())))
        start = f"Variance from the first to the last of {n_layers} layers ({self.activation}). "
        return start + "; ".join(parts) + "."

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_initializations(
    methods: Sequence[str] = ("small", "default", "xavier", "kaiming"),
    *,
    activation: str = "relu",
    depth: int = 20,
    width: int = 128,
    seed: int = 0,
) -> InitializationResult:
    """Return how strong the signal is in each layer of a deep network that starts in different ways.

    Parameters
    ----------
    methods : sequence of str
        Names as for `initialize`. Xavier is measured as its inventors gave it, with gain 1.
    activation : {"relu", "tanh", "linear"}, default "relu"
        What follows every layer.
    depth : int, default 20
        Layers.
    width : int, default 128
        Neurons in each.
    seed : int, default 0
        For the weights and the 256 random inputs of variance 1.

    Returns
    -------
    InitializationResult
        The variance before every activation, and a figure.

    Raises
    ------
    ValueError
        When a name is unknown.

    Examples
    --------
    >>> result = compare_initializations(["small", "kaiming"], depth=10)
    >>> bool(result.variances["small"][-1] < 1e-12), bool(0.1 < result.variances["kaiming"][-1] < 10)
    (True, True)
    """
    check_choice("activation", activation, ACTIVATIONS)
    depth, width = check_integer("depth", depth, low=1), check_integer("width", width, low=1)
    if isinstance(methods, str) or not len(methods):
        raise TypeError(message("methods", "a list of names", methods, 'Pass ["small", "kaiming"].'))
    # Numpy's chance for the inputs: torch's, seeded alike, would repeat the numbers that the first weights are made of.
    inputs = torch.from_numpy(as_generator(seed).standard_normal((256, width), dtype=np.float32))
    variances = {}
    for method in methods:
        with torch_seed(seed):
            layers = [layer for _ in range(depth) for layer in (nn.Linear(width, width), ACTIVATIONS[activation]())]
            gain = "linear" if method.startswith("xavier") else activation
            model = initialize(nn.Sequential(*layers), method, activation=gain, seed=seed)
        with torch.no_grad(), watch_layers(model, [str(2 * number) for number in range(depth)]) as seen:
            model(inputs)
        variances[method] = np.array([float(values.double().var()) for values in seen.outputs.values()])
    return InitializationResult(variances, activation)
