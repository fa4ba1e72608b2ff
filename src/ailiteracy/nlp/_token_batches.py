"""Batches for learning the next token, and a loss in which every token counts the same.

The idea: a batch's targets are handed over as the real tokens alone, with their places. Then the number of targets is
the number of tokens, and means over many batches, and the perplexity made from them, are weighted by tokens: a batch
of short answers does not count as much as one of long ones.

Left out: data on disk.
Next: _muon.py, which takes the steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional as F

from .bpe import BytePairTokenizer
from .data import IGNORE, next_token_windows

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RandomWindows", "Target", "encode_all", "real_targets", "token_loss"]

Target = tuple[torch.Tensor, torch.Tensor]  # the tokens to be said (n,), and their places in the batch laid flat (n,)
Batch = tuple[torch.Tensor, Target]


def encode_all(argument: str, text: Any, tokenizer: Any) -> list[int]:
    """Return the ids of a text to learn from, where the name of a special token is that token; errors name `argument`.

    Examples
    --------
    >>> encode_all("text", "a<|endoftext|>", BytePairTokenizer.train("aa", 257))
    [97, 256]
    """
    options = {"special": "allow"} if isinstance(tokenizer, BytePairTokenizer) else {}  # others have no such choice
    try:
        return list(tokenizer.encode(text, **options))
    except (TypeError, ValueError) as error:
        if not str(error).startswith("`text`"):
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(str(error).replace("`text`", f"`{argument}`", 1)) from None


class RandomWindows:
    """Windows drawn at random from one long text, anew in every pass.

    Starting anywhere, not at multiples of the length, shows each letter in every place of the window.

    Parameters
    ----------
    ids : Tensor of shape (n,)
        The text; must be longer than a window.
    length : int
        Tokens in a window.
    batch_size : int
        Windows in a batch.
    n_batches : int
        Batches in a pass.
    seed : int
        Where the windows come from.

    Examples
    --------
    >>> windows = RandomWindows(torch.arange(10), 4, 2, 1, 0)
    >>> [(inputs.shape, bool((targets[0] == inputs.flatten() + 1).all())) for inputs, targets in windows]
    [(torch.Size([2, 4]), True)]
    """

    def __init__(self, ids: torch.Tensor, length: int, batch_size: int, n_batches: int, seed: int) -> None:
        self.inputs, self.targets = next_token_windows(ids, length, stride=1)  # views, (n - length, length)
        self.batch_size, self.n_batches = batch_size, n_batches
        self.generator = torch.Generator().manual_seed(seed)  # training saves and restores what has this name

    def __len__(self) -> int:
        return self.n_batches

    def __iter__(self) -> Iterator[Batch]:
        for _ in range(self.n_batches):
            starts = torch.randint(len(self.inputs), (self.batch_size,), generator=self.generator)
            yield self.inputs[starts], real_targets(self.targets[starts])


def real_targets(targets: torch.Tensor) -> Target:
    """Return the targets (B, T) that are not -100 as one row, and their places.

    Examples
    --------
    >>> tokens, places = real_targets(torch.tensor([[7, -100], [-100, 8]]))
    >>> tokens.tolist(), places.tolist()
    ([7, 8], [0, 3])
    """
    flat = targets.flatten()
    places = (flat != IGNORE).nonzero()[:, 0]
    return flat[places], places


def token_loss(logits: torch.Tensor, target: Target) -> torch.Tensor:
    """Return the mean of -ln p(token) over the real tokens, for logits (B, T, V), in nats."""
    tokens, places = target
    flat = logits.flatten(0, 1)  # (B * T, V)
    return F.cross_entropy(flat if len(places) == len(flat) else flat[places], tokens)
