"""How surprised is a model by a text that it has not seen?

The idea: the mean of -ln p over the tokens that really came, in nats a token; e to it is the perplexity. The window
moves along the text, and each token is counted once, with whatever of the text before it the window still holds.

Left out: losses by place in the window.
Next: _token_batches.py, which hands out what is learned.
"""

from __future__ import annotations

from typing import Any

import torch

from .._support.checks import check_integer, message
from ..training.evaluation import keep_modes
from ._token_batches import real_targets, token_loss
from .data import IGNORE, next_token_windows
from .gpt import GPT

__all__ = ["text_loss"]


def text_loss(model: GPT, ids: Any, *, stride: int | None = None) -> float:
    """Return how surprised a model is by a text: the mean of -ln p over its tokens, in nats a token.

    Parameters
    ----------
    model : GPT
        Left as it is.
    ids : sequence of int or Tensor of shape (n,)
        The text; its first token is only looked at.
    stride : int, optional
        How far the window moves. By default its whole length, so that tokens at its beginning are guessed from little;
        half of it gives every token but the first ones at least half a window to look at, for twice the work.

    Returns
    -------
    float
        Every token counts once; e to this is the perplexity.

    Raises
    ------
    TypeError, ValueError
        When `ids` are none of this model's, or fewer than two.

    Examples
    --------
    An untrained model finds all of its ten tokens about equally likely: ln 10 is 2.30.

    >>> from ailiteracy.nlp import GPTConfig
    >>> model = GPT(GPTConfig(vocab_size=10, context_length=8, width=4, n_heads=2, n_layers=1), seed=0)
    >>> round(text_loss(model, [1, 2, 3, 4, 5]), 1)
    2.3
    """
    if not isinstance(model, GPT):
        raise TypeError(message("model", "a GPT", model, "Take the one that `pretrain` returned."))
    length = model.config.context_length
    stride = length if stride is None else check_integer("stride", stride, low=1, high=length)
    inputs, targets = next_token_windows(ids, length, stride=stride, drop_last=False)
    model.check_ids(targets.clamp(min=0))
    targets = targets.clone()
    targets[1:, : length - stride] = IGNORE  # the window before has counted these
    device, total = model.norm.weight.device, 0.0
    with torch.inference_mode(), keep_modes(model):
        model.eval()
        for part, wanted in zip(torch.split(inputs, 16), torch.split(targets, 16), strict=True):
            target = real_targets(wanted.to(device))
            total += float(token_loss(model(part.to(device)), target)) * len(target[0])
    return total / int((targets != IGNORE).sum())
