"""Attention drawn: which token takes how much from which.

The idea: a square for each head, one row for each token that asks, one column for each token that is asked; the darker,
the more is taken.

Left out: figures of many layers at once; ask for one layer after the other.
Next: transformer.py.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .._support.checks import message
from .._support.figures import new_figure, result_html, text_fonts
from ..training.evaluation import keep_modes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.figure import Figure

__all__ = ["AttentionMap", "attention_map"]

COLUMNS = 4  # squares in a row of the figure


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class AttentionMap:
    """The attention weights of one text.

    Attributes
    ----------
    weights : ndarray of shape (n_heads, n_tokens, n_tokens)
        How much the row's token takes from the column's; rows add up to 1.
    tokens : tuple of str
        The tokens' names.
    """

    weights: npt.NDArray[np.float64]
    tokens: tuple[str, ...]

    def __repr__(self) -> str:
        n_heads, n_tokens, _ = self.weights.shape
        # The first token of a causal layer has no choice: look for the largest weight after it.
        later = self.weights[:, min(1, n_tokens - 1) :]
        head, row, column = np.unravel_index(int(later.argmax()), later.shape)
        asking, asked = self.tokens[n_tokens - later.shape[1] + row], self.tokens[column]
        heads, where = (f"{n_heads} heads", f" in head {head + 1}") if n_heads > 1 else ("1 head", "")
        return (
            f"Attention of {heads} over {n_tokens} tokens. Most decided after the first: {asking!r} takes "
            f"{later[head, row, column]:.2f} from {asked!r}{where}."
        )

    def plot(self) -> Figure:
        """Return a figure with one square for each head."""
        n_heads, n_tokens, _ = self.weights.shape
        columns = min(COLUMNS, n_heads)
        rows = math.ceil(n_heads / columns)
        side = max(2.4, 0.32 * n_tokens + 1.0)  # inches
        figure = new_figure(columns * side + 0.8, rows * side + 0.4)
        grid = figure.subplots(rows, columns, squeeze=False)
        for head, axes in enumerate(grid.flat):
            if head >= n_heads:
                axes.axis("off")
                continue
            image = axes.imshow(self.weights[head], cmap="Blues", vmin=0, vmax=1)
            axes.set_xticks(range(n_tokens), self.tokens, rotation=90, fontfamily=text_fonts(), parse_math=False)
            axes.set_yticks(range(n_tokens), self.tokens, fontfamily=text_fonts(), parse_math=False)
            axes.set_title(f"head {head + 1}" if n_heads > 1 else "row takes from column")
        figure.colorbar(image, ax=grid, label="weight", shrink=0.8)
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def attention_map(layer: Any, x: torch.Tensor, tokens: Sequence[str]) -> AttentionMap:
    """Return the attention weights of a layer on one text, ready to be drawn.

    Parameters
    ----------
    layer : any class of attention.py
        What has ``weights(x)``.
    x : tensor of shape (1, n_tokens, width) or (n_tokens, width)
        The tokens' vectors.
    tokens : sequence of str
        Their names.

    Returns
    -------
    AttentionMap
        `weights` of shape (n_heads, n_tokens, n_tokens), `plot()`.

    Raises
    ------
    TypeError, ValueError
        When the layer has no weights, or names and vectors differ in number.

    Examples
    --------
    >>> from ailiteracy.nlp import CausalAttention
    >>> attention_map(CausalAttention(2, 2), torch.zeros(2, 2), ["good", "day"]).weights.tolist()
    [[[1.0, 0.0], [0.5, 0.5]]]
    """
    found = getattr(layer, "weights", None)
    if not isinstance(layer, torch.nn.Module) or not callable(found):
        remedy = "Pass MultiHeadAttention(...)."
        raise TypeError(message("layer", "an attention layer with a method weights(x)", layer, remedy))
    if isinstance(tokens, str):
        raise TypeError(message("tokens", "a list of names, one for each token", tokens, "Split the text first."))
    if isinstance(x, torch.Tensor) and x.ndim == 2:
        x = x[None]  # (1, T, C)
    names = tuple(str(token) for token in tokens)
    if isinstance(x, torch.Tensor) and (x.ndim != 3 or x.shape[:2] != (1, len(names))):
        expected = f"the vectors of one text of {len(names)} tokens, as many as names"
        raise ValueError(message("x", expected, x, "Pass one text, and a name for each of its tokens."))
    with torch.no_grad(), keep_modes(layer):
        layer.eval()  # dropout would hide some of the weights
        weights = found(x)[0]  # (T, T) or (H, T, T)
    weights = weights if weights.ndim == 3 else weights[None]
    return AttentionMap(weights.double().cpu().numpy(), names)
