"""A transformer block: gather from the others (attention), then think alone (feed-forward), each added to its input.

The idea: normalise, attend, add; normalise, transform, add. What goes in has the shape of what comes out, so blocks can
be stacked as high as one likes; the additions (shortcuts) carry the gradient down to the lowest one.

Left out: normalisation after the addition (the first transformers), gated feed-forward layers, RMSNorm.
Next: gpt.py stacks the blocks into a language model.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .._support.chance import torch_seed
from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html
from .attention import MultiHeadAttention, check_dropout

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.figure import Figure

    from .cache import KeyValueCache

__all__ = ["layer_norm", "gelu", "FeedForward", "TransformerBlock", "ShortcutResult", "compare_shortcuts"]

WIDER = 4  # the hidden layer of a feed-forward part is four times as wide as its ends, as in GPT-2


def layer_norm(x: torch.Tensor, scale: float = 1.0, shift: float = 0.0, *, eps: float = 1e-5) -> torch.Tensor:
    """Return each vector moved to mean 0 and stretched to variance 1, written out; blocks use torch's nn.LayerNorm.

    Parameters
    ----------
    x : tensor of shape (..., width)
        Vectors.
    scale, shift : float or tensor of shape (width,)
        What training may put in place of variance 1 and mean 0.
    eps : float, default 1e-5
        Added to the variance: a vector of equal numbers has none to divide by.

    Returns
    -------
    tensor of shape (..., width)
        The variance is the biased one (divided by width, not width - 1), as in GPT-2.

    Examples
    --------
    >>> layer_norm(torch.tensor([1.0, 3.0])).round(decimals=3).tolist()
    [-1.0, 1.0]
    """
    _check_floats(x)
    mean = x.mean(dim=-1, keepdim=True)
    variance = x.var(dim=-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(variance + eps) * scale + shift


def gelu(x: torch.Tensor) -> torch.Tensor:
    """Return x times about the probability that a normal number is below x, in GPT-2's form; blocks use torch's.

    Unlike ReLU it is smooth, and slightly negative numbers still have a gradient.

    Parameters
    ----------
    x : tensor
        Numbers of any shape.

    Returns
    -------
    tensor
        Of the same shape.

    Examples
    --------
    >>> gelu(torch.tensor([-10.0, 0.0, 10.0])).abs().tolist()
    [0.0, 0.0, 10.0]
    """
    _check_floats(x)
    return 0.5 * x * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (x + 0.044715 * x**3)))


class FeedForward(nn.Module):
    """Two layers applied to each token alone: wider, GELU, and back.

    Parameters
    ----------
    width : int
        Numbers in a token's vector.
    dropout : float, default 0.0
        Share of the output that is hidden while training.

    Examples
    --------
    >>> FeedForward(4)(torch.zeros(1, 3, 4)).shape
    torch.Size([1, 3, 4])
    """

    def __init__(self, width: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        check_integer("width", width, low=1)
        check_dropout(dropout)
        self.widen = nn.Linear(width, WIDER * width)
        self.narrow = nn.Linear(WIDER * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (B, T, width) for (B, T, width)."""
        hidden = F.gelu(self.widen(x), approximate="tanh")  # (B, T, 4 * width)
        out: torch.Tensor = self.dropout(self.narrow(hidden))
        return out


class TransformerBlock(nn.Module):
    """Attention and feed-forward, each behind a normalisation and inside a shortcut, as in GPT-2.

    Parameters
    ----------
    width : int
        Numbers in a token's vector.
    n_heads : int
        Must divide `width`.
    dropout : float, default 0.0
        Share of weights and outputs that are hidden while training.
    qkv_bias : bool, default True
        Whether queries, keys and values get a bias.

    Examples
    --------
    >>> TransformerBlock(4, 2)(torch.zeros(1, 3, 4)).shape
    torch.Size([1, 3, 4])
    """

    def __init__(self, width: int, n_heads: int, *, dropout: float = 0.0, qkv_bias: bool = True) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)  # eps is 1e-5, GPT-2's
        self.attention = MultiHeadAttention(width, width, n_heads, dropout=dropout, qkv_bias=qkv_bias)
        self.norm2 = nn.LayerNorm(width)
        self.feed_forward = FeedForward(width, dropout=dropout)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, cache: KeyValueCache | None = None) -> torch.Tensor:
        """Return (B, T, width) for (B, T, width); see MultiHeadAttention for `cache`."""
        x = x + self.dropout(self.attention(self.norm1(x), cache))
        return x + self.feed_forward(self.norm2(x))  # type: ignore[no-any-return]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ShortcutResult:
    """Mean size of the gradient in each layer of a deep stack, the first layer first.

    Attributes
    ----------
    without, with_shortcuts : ndarray of shape (n_layers,)
        Mean absolute gradient of each layer's weights.
    """

    without: npt.NDArray[np.float64]
    with_shortcuts: npt.NDArray[np.float64]

    def __repr__(self) -> str:
        falls = self.without[0] / self.without[-1], self.with_shortcuts[0] / self.with_shortcuts[-1]
        return (
            f"{len(self.without)} layers: the gradient of the first layer is {falls[0]:.1e} times that of the last one "
            f"without shortcuts, {falls[1]:.2f} times with them."
        )

    def plot(self) -> Figure:
        """Return a figure of both rows of gradients on a logarithmic scale."""
        figure = new_figure(7.0, 3.6)
        axes = figure.subplots()
        layers = np.arange(1, len(self.without) + 1)
        axes.semilogy(layers, self.with_shortcuts, "o-", color="#0072b2", label="with shortcuts")
        axes.semilogy(layers, self.without, "s--", color="#e69f00", label="without")
        axes.set(xlabel="layer", ylabel="mean size of the gradient", title="How much reaches the first layer?")
        axes.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def _check_floats(x: object) -> None:
    if not isinstance(x, torch.Tensor) or not x.is_floating_point() or not x.ndim:
        raise TypeError(message("x", "a tensor of floats", x, "Pass torch.tensor([1.0, 2.0])."))


def compare_shortcuts(*, n_layers: int = 12, width: int = 32, seed: int = 0) -> ShortcutResult:
    """Return the gradients of a deep stack of layers with shortcuts and without, from the same weights.

    Each layer is linear and GELU; the shortcut adds a layer's input to its output. The loss asks the stack to turn
    random vectors into zeros.

    Parameters
    ----------
    n_layers : int, default 12
        Height of the stack.
    width : int, default 32
        Numbers in a vector.
    seed : int, default 0
        For weights and vectors.

    Returns
    -------
    ShortcutResult
        `without` and `with_shortcuts`, each of shape (n_layers,).

    Examples
    --------
    >>> result = compare_shortcuts(n_layers=6)
    >>> bool(result.without[0] < result.with_shortcuts[0])
    True
    """
    check_integer("n_layers", n_layers, low=2)
    check_integer("width", width, low=1)
    with torch_seed(seed):
        layers = [nn.Linear(width, width) for _ in range(n_layers)]
        x = torch.randn(16, width)
    sizes = []
    for shortcuts in (False, True):
        out = x
        for layer in layers:
            change = gelu(layer(out))
            out = out + change if shortcuts else change
        gradients = torch.autograd.grad(out.square().mean(), [layer.weight for layer in layers])
        sizes.append(np.array([float(gradient.abs().mean()) for gradient in gradients]))
    return ShortcutResult(without=sizes[0], with_shortcuts=sizes[1])
