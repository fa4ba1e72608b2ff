"""GPT: a stack of transformer blocks that guesses the next token, in the shape of GPT-2.

The idea: a token's number becomes a vector, its place becomes another, and both are added. Blocks let the vectors learn
from those before them. A last matrix turns each vector into one score for every token of the vocabulary: how well that
token would come next.

Left out: what came after 2019: rotary positions, grouped heads, mixtures of experts.
Next: _gpt_files.py reads GPT-2's published weights; generation.py writes text.

References
----------
Radford and others, "Language models are unsupervised multitask learners", 2019.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_flag, check_integer, message
from .attention import check_dropout, head_size
from .cache import KeyValueCache
from .transformer import TransformerBlock

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

__all__ = ["GPT", "GPTConfig"]

# width, heads, layers of the four published sizes
SIZES = {"small": (768, 12, 12), "medium": (1024, 16, 24), "large": (1280, 20, 36), "xl": (1600, 25, 48)}


@dataclasses.dataclass(frozen=True)
class GPTConfig:
    """The numbers that make up a GPT; the defaults are those of GPT-2 small.

    Parameters
    ----------
    vocab_size : int, default 50257
        How many different tokens there are.
    context_length : int, default 1024
        Most tokens that the model can look at (its window).
    width : int, default 768
        Numbers in a token's vector.
    n_heads : int, default 12
        Attention heads in a block; must divide `width`.
    n_layers : int, default 12
        Blocks.
    dropout : float, default 0.1
        Share of numbers hidden while training.
    qkv_bias : bool, default True
        Whether queries, keys and values get a bias; GPT-2's do.
    tied : bool, default True
        Whether the first and the last matrix are one and the same; GPT-2's are.

    Examples
    --------
    >>> GPTConfig.gpt2("medium").n_layers
    24
    """

    vocab_size: int = 50257
    context_length: int = 1024
    width: int = 768
    n_heads: int = 12
    n_layers: int = 12
    dropout: float = 0.1
    qkv_bias: bool = True
    tied: bool = True

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context_length", "width", "n_heads", "n_layers"):
            check_integer(name, getattr(self, name), low=1)
        head_size(self.width, self.n_heads)
        check_dropout(self.dropout)
        check_flag("qkv_bias", self.qkv_bias)
        check_flag("tied", self.tied)

    @classmethod
    def gpt2(cls, size: str = "small") -> GPTConfig:
        """Return the configuration of a published GPT-2: "small", "medium", "large" or "xl"."""
        width, n_heads, n_layers = SIZES[check_choice("size", size, SIZES)]
        return cls(width=width, n_heads=n_heads, n_layers=n_layers)


class GPT(nn.Module):
    """A language model: ids of tokens in, a score for every possible next token out, at every place.

    Parameters
    ----------
    config : GPTConfig
        Its numbers.
    seed : int, optional
        For the first weights; without it they come from torch's global generator.

    Examples
    --------
    >>> model = GPT(GPTConfig(vocab_size=10, context_length=8, width=4, n_heads=2, n_layers=1), seed=0)
    >>> model(torch.tensor([[1, 2, 3]])).shape
    torch.Size([1, 3, 10])
    """

    def __init__(self, config: GPTConfig, *, seed: int | None = None) -> None:
        super().__init__()
        if not isinstance(config, GPTConfig):
            raise TypeError(message("config", "a GPTConfig", config, "Pass GPTConfig.gpt2('small'), for example."))
        self.config = config
        if seed is None:
            self._build()
        else:
            with torch_seed(seed):
                self._build()

    def _build(self) -> None:
        config, width = self.config, self.config.width
        self.token_vectors = nn.Embedding(config.vocab_size, width)
        self.place_vectors = nn.Embedding(config.context_length, width)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(
            TransformerBlock(width, config.n_heads, dropout=config.dropout, qkv_bias=config.qkv_bias)
            for _ in range(config.n_layers)
        )
        self.norm = nn.LayerNorm(width)
        self.head = Head(width, config.vocab_size, bias=False)
        if config.tied:
            self.head.weight = self.token_vectors.weight
        self.apply(_first_weights)
        # Every block adds to the stream twice; smaller last matrices keep the sum from growing with the depth.
        for name, weight in self.named_parameters():
            if name.endswith(("attention.output.weight", "narrow.weight")):
                nn.init.normal_(weight, std=0.02 / (2 * config.n_layers) ** 0.5)
        # Stored by columns: one token times such a matrix reads memory in order, which writes text 5 % faster.
        for part in self.blocks.modules():
            if isinstance(part, nn.Linear):
                part.weight.data = part.weight.data.T.contiguous().T

    @property
    def n_parameters(self) -> int:
        """How many numbers training may change; a matrix used twice counts once."""
        return sum(weight.numel() for weight in self.parameters())

    def new_cache(self, capacity: int | None = None) -> list[KeyValueCache]:
        """Return an empty key-value cache for each block, with room for `capacity` tokens (default: the window)."""
        return [KeyValueCache(capacity or self.config.context_length) for _ in self.blocks]

    def features(self, ids: torch.Tensor, cache: Sequence[KeyValueCache] | None = None) -> torch.Tensor:
        """Return the vectors that the last matrix turns into logits: ids (B, T) to (B, T, width).

        With `cache`, ids holds only the new tokens; the earlier ones are in the cache.
        """
        start = cache[0].length if cache else 0
        if not torch.compiler.is_compiling():
            self._check_room(ids, self.config.context_length - start)
        places = torch.arange(start, start + ids.shape[1], device=ids.device)
        x = self.dropout(self.token_vectors(ids) + self.place_vectors(places))  # (B, T, width)
        for block, its_cache in zip(self.blocks, cache or itertools.repeat(None)):  # noqa: B905
            x = block(x, its_cache)
        return self.norm(x)  # type: ignore[no-any-return]

    def forward(self, ids: torch.Tensor, cache: Sequence[KeyValueCache] | None = None) -> torch.Tensor:
        """Return logits (B, T, vocab_size) for ids (B, T)."""
        past = cache[0].length if cache else 0
        if not torch.compiler.is_compiling():
            self.check_ids(ids, room=self.config.context_length - past)
        return self.head(self.features(ids, cache))  # type: ignore[no-any-return]

    def check_ids(self, ids: Any, *, room: int | None = None) -> None:
        """Refuse what is no batch of token ids of this vocabulary, or more than `room` of them."""
        if not isinstance(ids, torch.Tensor) or ids.dtype not in (torch.int64, torch.int32):
            remedy = "Use torch.tensor([[1, 2]])."
            raise TypeError(message("ids", "a tensor of whole numbers (torch.long)", ids, remedy))
        if ids.ndim != 2 or not ids.numel():
            raise ValueError(message("ids", "of shape (batch, tokens), not empty", ids, "One text: ids[None]."))
        if room is not None:
            self._check_room(ids, room)
        if ids.is_meta:
            return
        low, high = (int(value) for value in torch.aminmax(ids))
        if low < 0 or high >= self.config.vocab_size:
            wrong = low if low < 0 else high
            remedy = "Encode the text with the model's own tokenizer."
            expected = f"from 0 to {self.config.vocab_size - 1}, the vocabulary"
            raise ValueError(message("ids", expected, wrong, remedy))

    def _check_room(self, ids: torch.Tensor, room: int) -> None:
        """Refuse more than `room` tokens."""
        if ids.shape[1] > room:
            remedy = f"Keep the last ones, ids[:, -{room}:], or use generate, which does." if room else "Start again."
            raise ValueError(message("ids", f"at most {room} tokens, the model's window", ids, remedy))

    @classmethod
    def from_pretrained(
        cls, path_or_id: str | os.PathLike[str], *, download: bool = False, mirror: str | None = None
    ) -> GPT:
        """Return a model with GPT-2's published weights, in evaluation mode, float32, on the CPU.

        Parameters
        ----------
        path_or_id : str or path
            A folder with config.json and model.safetensors, or a hub id such as "openai-community/gpt2", which is
            looked for in the local Hugging Face cache.
        download : bool, default False
            Whether a hub id that is not in the cache may be fetched (548 MB for the small one).
        mirror : str, optional
            Address of a copy of the hub.

        Returns
        -------
        GPT
            Its `config` is the file's.

        Raises
        ------
        FileNotFoundError
            When the folder or one of its files is missing, or the id is not on this machine; the message says what
            to fetch and where to put it.
        ValueError
            When the weights are a pickle, are damaged, or are not those of a GPT-2.
        """
        from ._gpt_files import find_gpt, read_config, read_weights

        folder = find_gpt(path_or_id, download=download, mirror=mirror)
        config = read_config(folder)
        with torch.device("meta"):  # no memory and no chance for weights that are replaced at once
            model = cls(config)
        model.load_state_dict(read_weights(folder, model), assign=True)
        if config.tied:
            model.head.weight = model.token_vectors.weight
        return model.eval()


class Head(nn.Linear):
    """The last matrix. With a third of all weights it deserves code of its own for writing, one vector at a time."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a score for every token: (..., width) to (..., vocab_size)."""
        plain = all(type(t) in (torch.Tensor, nn.Parameter) and t.dtype == torch.float32 for t in (x, self.weight))
        one = plain and x.shape[-1:] == (self.in_features,) and x.numel() == self.in_features
        one = one and x.is_cpu and self.weight.is_contiguous()
        if not one or torch.is_grad_enabled() or torch.compiler.is_compiling():
            return super().forward(x)
        from ._fast_rows import times_vector  # numba is loaded with the first token that is written

        return times_vector(self.weight.detach(), x.reshape(-1)).reshape(*x.shape[:-1], -1)


def _first_weights(module: nn.Module) -> None:
    """Draw small first weights and put biases to zero, as GPT-2 did."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
