"""Attention: every token gathers what it needs from the others.

The idea: a token asks a question (query), every token shows a label (key) and has something to give (value). How well
query and key fit, by their dot product, becomes a weight by softmax; the token's new vector is the weighted mean of the
values (Vaswani and others, "Attention is all you need", 2017). Each class below is complete and adds one thing to the
class before it.

Left out: attention between two texts (encoder and decoder), relative and rotary positions, other masks.
Next: attention_figure.py draws the weights; transformer.py builds a block around the last rung.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import check_flag, check_integer, check_number, message

if TYPE_CHECKING:
    from .cache import KeyValueCache

__all__ = ["SimpleAttention", "SelfAttentionV1", "SelfAttentionV2", "CausalAttention", "MultiHeadWrapper"]
__all__ += ["MultiHeadAttention"]


class SimpleAttention(nn.Module):
    """Rung 1: weights from the dot products of the tokens themselves; nothing is learned.

    *But*: a token mostly finds what looks like itself, and no training can change that.

    Examples
    --------
    >>> x = torch.tensor([[[1.0, 0.0], [1.0, 0.0]]])  # two equal tokens share their attention
    >>> SimpleAttention().weights(x).tolist()
    [[[0.5, 0.5], [0.5, 0.5]]]
    """

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Return how much each token (row) takes from each token (column): (B, T, T), rows add up to 1."""
        _check_vectors(x)
        scores = x @ x.transpose(-2, -1)  # (B, T, T)
        return scores.softmax(dim=-1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the weighted means: (B, T, C) to (B, T, C)."""
        return self.weights(x) @ x


class SelfAttentionV1(nn.Module):
    """Rung 2: three matrices turn a token into query, key and value; training decides what fits what.

    *But*: random numbers from 0 to 1 are a poor start for a matrix; the next rung leaves the start to nn.Linear.

    Parameters
    ----------
    d_in, d_out : int
        Width of the tokens that come in and of the vectors that go out.

    Examples
    --------
    >>> SelfAttentionV1(3, 2)(torch.zeros(1, 4, 3)).shape
    torch.Size([1, 4, 2])
    """

    def __init__(self, d_in: int, d_out: int) -> None:
        super().__init__()
        self.d_in, self.d_out = check_integer("d_in", d_in, low=1), check_integer("d_out", d_out, low=1)
        self.query = nn.Parameter(torch.rand(d_in, d_out))
        self.key = nn.Parameter(torch.rand(d_in, d_out))
        self.value = nn.Parameter(torch.rand(d_in, d_out))

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Return the attention weights (B, T, T)."""
        _check_vectors(x, self.d_in)
        queries, keys = x @ self.query, x @ self.key  # (B, T, d_out)
        # Dot products of long vectors are large, and softmax of large numbers has next to no gradient: divide by the
        # square root of the keys' length.
        scores: torch.Tensor = queries @ keys.transpose(-2, -1) / self.d_out**0.5  # (B, T, T)
        return scores.softmax(dim=-1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the weighted means of the values: (B, T, d_in) to (B, T, d_out)."""
        return self.weights(x) @ (x @ self.value)


class SelfAttentionV2(nn.Module):
    """Rung 3: the same with nn.Linear, which starts from better random numbers and may add a bias.

    nn.Linear keeps its matrix transposed, (d_out, d_in): copy ``v1.query.T`` into ``v2.query.weight`` to get the same.

    *But*: the first token already sees the last one; a model that must guess the next token could read it off.

    Parameters
    ----------
    d_in, d_out : int
        Width of the tokens that come in and of the vectors that go out.
    qkv_bias : bool, default False
        Whether queries, keys and values get a bias.

    Examples
    --------
    >>> SelfAttentionV2(3, 2)(torch.zeros(1, 4, 3)).shape
    torch.Size([1, 4, 2])
    """

    def __init__(self, d_in: int, d_out: int, *, qkv_bias: bool = False) -> None:
        super().__init__()
        self.d_in, self.d_out = check_integer("d_in", d_in, low=1), check_integer("d_out", d_out, low=1)
        check_flag("qkv_bias", qkv_bias)
        self.query = nn.Linear(d_in, d_out, bias=qkv_bias)
        self.key = nn.Linear(d_in, d_out, bias=qkv_bias)
        self.value = nn.Linear(d_in, d_out, bias=qkv_bias)

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        """Return how well each query fits each key, before softmax: (B, T, T)."""
        _check_vectors(x, self.d_in)
        scores: torch.Tensor = self.query(x) @ self.key(x).transpose(-2, -1) / self.d_out**0.5
        return scores

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Return the attention weights (B, T, T)."""
        return self.scores(x).softmax(dim=-1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the weighted means of the values: (B, T, d_in) to (B, T, d_out)."""
        mixed: torch.Tensor = self.weights(x) @ self.value(x)
        return mixed


class CausalAttention(SelfAttentionV2):
    """Rung 4: a token sees itself and the tokens before it, never a later one; dropout hides weights in training.

    *But*: one set of weights can look for one kind of thing only.

    Parameters
    ----------
    d_in, d_out : int
        Width of the tokens that come in and of the vectors that go out.
    dropout : float, default 0.0
        Share of the weights that are hidden while training; the others grow by 1 / (1 - dropout).
    qkv_bias : bool, default False
        Whether queries, keys and values get a bias.

    Examples
    --------
    >>> CausalAttention(3, 2).weights(torch.zeros(1, 2, 3)).tolist()
    [[[1.0, 0.0], [0.5, 0.5]]]
    """

    def __init__(self, d_in: int, d_out: int, *, dropout: float = 0.0, qkv_bias: bool = False) -> None:
        super().__init__(d_in, d_out, qkv_bias=qkv_bias)
        self.dropout = check_dropout(dropout)

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Return the attention weights (B, T, T): zero above the diagonal."""
        # -inf before softmax: the future gets weight 0 and each row still adds up to 1.
        scores = self.scores(x).masked_fill(_future(x.shape[1], x.device), float("-inf"))
        return F.dropout(scores.softmax(dim=-1), self.dropout, self.training)


class MultiHeadWrapper(nn.Module):
    """Rung 5: several causal heads side by side, each with its own question; their outputs stand in a row.

    *But*: the heads run one after the other, with many small products instead of one large one.

    Parameters
    ----------
    d_in, d_out : int
        Width of the tokens that come in and of the vectors that go out.
    n_heads : int
        Must divide `d_out`; each head makes d_out / n_heads numbers.
    dropout : float, default 0.0
        Share of the weights that are hidden while training.
    qkv_bias : bool, default False
        Whether queries, keys and values get a bias.

    Examples
    --------
    >>> MultiHeadWrapper(3, 4, 2).weights(torch.zeros(1, 5, 3)).shape
    torch.Size([1, 2, 5, 5])
    """

    def __init__(self, d_in: int, d_out: int, n_heads: int, *, dropout: float = 0.0, qkv_bias: bool = False) -> None:
        super().__init__()
        size = head_size(d_out, n_heads)
        heads = [CausalAttention(d_in, size, dropout=dropout, qkv_bias=qkv_bias) for _ in range(n_heads)]
        self.heads = nn.ModuleList(heads)

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Return the attention weights of each head: (B, n_heads, T, T)."""
        return torch.stack([head.weights(x) for head in self.heads], dim=1)  # type: ignore[operator]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the heads' outputs in a row: (B, T, d_in) to (B, T, d_out)."""
        return torch.cat([head(x) for head in self.heads], dim=-1)


class MultiHeadAttention(nn.Module):
    """Rung 6: all heads in one product, and a last matrix that mixes what they found.

    Parameters
    ----------
    d_in, d_out : int
        Width of the tokens that come in and of the vectors that go out.
    n_heads : int
        Must divide `d_out`.
    dropout : float, default 0.0
        Share of the weights that are hidden while training.
    qkv_bias : bool, default False
        Whether queries, keys and values get a bias.

    Notes
    -----
    `forward` leaves mask, softmax, dropout and mean to torch's scaled_dot_product_attention, which does in one pass
    what `weights` writes out and never stores the (T, T) weights.

    Examples
    --------
    >>> MultiHeadAttention(3, 4, 2)(torch.zeros(1, 5, 3)).shape
    torch.Size([1, 5, 4])
    """

    def __init__(self, d_in: int, d_out: int, n_heads: int, *, dropout: float = 0.0, qkv_bias: bool = False) -> None:
        super().__init__()
        self.d_in, self.d_out = check_integer("d_in", d_in, low=1), d_out
        self.n_heads, self.head_size = n_heads, head_size(d_out, n_heads)
        self.dropout = check_dropout(dropout)
        # One matrix for queries, keys and values of all heads: its rows are the queries, then keys, then values.
        self.qkv = nn.Linear(d_in, 3 * d_out, bias=check_flag("qkv_bias", qkv_bias))
        self.output = nn.Linear(d_out, d_out)

    def heads(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return queries, keys and values, each (B, n_heads, T, head_size)."""
        _check_vectors(x, self.d_in)
        parts = self.qkv(x).view(x.shape[0], x.shape[1], 3, self.n_heads, self.head_size)  # (B, T, 3, H, S)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)  # each (B, H, T, S)
        return queries, keys, values

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Return the attention weights of each head, (B, n_heads, T, T), written out."""
        queries, keys, _ = self.heads(x)
        scores = queries @ keys.transpose(-2, -1) / self.head_size**0.5  # (B, H, T, T)
        scores = scores.masked_fill(_future(x.shape[1], x.device), float("-inf"))
        return F.dropout(scores.softmax(dim=-1), self.dropout, self.training)

    def forward(self, x: torch.Tensor, cache: KeyValueCache | None = None) -> torch.Tensor:
        """Return what the heads gathered: (B, T, d_in) to (B, T, d_out).

        With `cache`, x holds only the new tokens; keys and values of the earlier ones come from there.
        """
        queries, keys, values = self.heads(x)
        n_new, n_past = x.shape[1], 0
        if cache is not None:
            n_past = cache.length
            keys, values = cache.append(keys, values)  # (B, H, n_past + T, S)
        # Row i of the new tokens sees columns up to n_past + i: (T, n_past + T). One new token sees them all.
        mask = ~_future(n_past + n_new, x.device)[n_past:] if n_past and n_new > 1 else None
        mixed = F.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, is_causal=n_past == 0 and n_new > 1,
            dropout_p=self.dropout if self.training else 0.0,
        )  # fmt: skip
        # Side by side again: (B, H, T, S) to (B, T, H * S).
        together: torch.Tensor = self.output(mixed.transpose(1, 2).reshape(x.shape[0], n_new, self.d_out))
        return together


def head_size(width: int, n_heads: int) -> int:
    """Return how many numbers each head makes; the heads must divide the width."""
    check_integer("width", width, low=1)
    check_integer("n_heads", n_heads, low=1)
    if width % n_heads:
        near = max(n for n in range(1, n_heads + 1) if width % n == 0)
        remedy = f"{near} heads of {width // near} would do."
        raise ValueError(message("n_heads", f"a divisor of the width {width}", n_heads, remedy))
    return width // n_heads


def _future(length: int, device: torch.device) -> torch.Tensor:
    """Return a (T, T) mask that is True where the column's token comes after the row's."""
    return torch.ones(length, length, dtype=torch.bool, device=device).triu(1)


def check_dropout(dropout: float) -> float:
    if isinstance(dropout, int | float) and dropout == 1:
        raise ValueError(message("dropout", "below 1", dropout, "1 would hide everything; 0.1 is usual."))
    return check_number("dropout", dropout, low=0, high=1, remedy="Pass a share such as 0.1.")


def _check_vectors(x: Any, width: int | None = None) -> None:
    """Refuse what is no batch of token vectors of this width."""
    expected = f"float vectors of shape (batch, tokens, {width or 'width'})"
    if not isinstance(x, torch.Tensor):
        raise TypeError(message("x", expected, x, "Pass a torch tensor."))
    if x.ndim != 3 or (width is not None and x.shape[2] != width) or not x.shape[1]:
        raise ValueError(message("x", expected, x, "One text needs a batch of one: x[None]."))
    if not x.is_floating_point():
        raise TypeError(message("x", expected, x, "Turn ids into vectors first, with nn.Embedding."))
