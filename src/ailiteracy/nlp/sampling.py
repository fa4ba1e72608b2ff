"""From scores to one token: temperature, top-k, top-p, and a brake on repetition.

The idea: softmax turns logits into probabilities. A temperature below 1 makes the likely tokens likelier, above 1 the
unlikely ones; top-k keeps the k likeliest, top-p the likeliest that together reach p; the rest never comes.

Left out: beam search, which looks for the likeliest text and finds dull ones.
Next: generation.py, which draws token after token.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from .._support.checks import check_integer, check_number, message

__all__ = ["check_sampling", "penalize", "token_probabilities"]


def token_probabilities(
    logits: torch.Tensor, *, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> torch.Tensor:
    """Return the probability of each token to be drawn next.

    Parameters
    ----------
    logits : tensor of shape (..., vocab_size)
        Scores before softmax.
    temperature : float, default 1.0
        0 gives everything to the likeliest token (greedy).
    top_k : int, optional
        How many tokens stay possible; more than there are means all.
    top_p : float, optional
        The likeliest tokens whose probabilities together reach this stay possible: above 0, at most 1.

    Returns
    -------
    tensor of shape (..., vocab_size)
        Each row adds up to 1.

    Raises
    ------
    ValueError, TypeError
        When an argument is out of its range or a logit is nan or all of a row are infinite.

    Examples
    --------
    >>> token_probabilities(torch.tensor([0.0, 0.0, -1.0]), top_k=2).tolist()
    [0.5, 0.5, 0.0]
    """
    temperature, top_p, _ = check_sampling(temperature, top_k, top_p)
    if not isinstance(logits, torch.Tensor) or not logits.is_floating_point() or not logits.numel() or not logits.ndim:
        raise TypeError(message("logits", "a tensor of floats, not empty", logits, "Pass model(ids)[:, -1]."))
    best, likeliest = logits.max(dim=-1, keepdim=True)  # (..., 1)
    if not torch.isfinite(best).all():
        raise ValueError("`logits` hold nan, or nothing finite. Check the model's weights; did the training diverge?")
    if temperature == 0:
        return torch.zeros_like(logits).scatter_(-1, likeliest, 1.0)
    # The largest becomes 0 before the division: no temperature, however small, can overflow. One that the logits' type
    # would round to 0 becomes its smallest number: 0 / 0 has no value.
    scaled = (logits - best) / max(temperature, torch.finfo(logits.dtype).tiny)
    if top_k is not None and top_k < logits.shape[-1]:
        # Among equals topk takes any: lifting one makes sure that the token greedy choice takes is kept.
        kept = scaled.scatter(-1, likeliest, math.inf).topk(top_k, dim=-1).indices
        scaled = torch.full_like(scaled, -math.inf).scatter_(-1, kept, scaled.gather(-1, kept))
    probabilities = scaled.softmax(dim=-1)
    # 1 keeps all; the sums in _nucleus, which are rounded, would lose the unlikeliest.
    return probabilities if top_p in (None, 1) else _nucleus(probabilities, top_p)


def _nucleus(probabilities: torch.Tensor, top_p: float) -> torch.Tensor:
    """Return the probabilities with all but the likeliest that reach top_p set to 0, adding up to 1 again."""
    ordered, order = probabilities.sort(dim=-1, descending=True, stable=True)
    before = ordered.cumsum(dim=-1) - ordered  # what the likelier ones have together
    ordered = ordered.masked_fill(before >= top_p, 0.0)
    ordered[..., :1].clamp_min_(1e-30)  # the likeliest token always stays
    kept = torch.zeros_like(probabilities).scatter_(-1, order, ordered)
    return kept / kept.sum(dim=-1, keepdim=True)


def penalize(logits: torch.Tensor, seen: torch.Tensor, penalty: float) -> torch.Tensor:
    """Return logits (B, V) with those of the tokens in `seen` (B, T) made worse by a factor.

    A positive score is divided, a negative one multiplied: both sink.

    References
    ----------
    Keskar and others, "CTRL", 2019.

    Examples
    --------
    >>> penalize(torch.tensor([[2.0, -1.0, 3.0]]), torch.tensor([[0, 1]]), 2.0).tolist()
    [[1.0, -2.0, 3.0]]
    """
    scores = logits.gather(-1, seen)  # (B, T)
    return logits.scatter(-1, seen, torch.where(scores > 0, scores / penalty, scores * penalty))


def check_sampling(
    temperature: Any, top_k: Any, top_p: Any, repetition_penalty: Any = 1.0
) -> tuple[float, float | None, float]:
    """Return temperature, top_p and penalty as floats; refuse numbers that make no sense for drawing tokens."""
    remedy = "Use 0 for the most likely token, 1 for the model's odds."
    temperature = check_number("temperature", temperature, low=0, remedy=remedy)
    if top_k is not None:
        check_integer("top_k", top_k, low=1, remedy="Use None to keep all tokens, 1 for the most likely one.")
    if top_p is not None:
        top_p = check_number("top_p", top_p, above=0, high=1, remedy="Use None or 1 to keep all tokens.")
    penalty = check_number("repetition_penalty", repetition_penalty, above=0, remedy="1 changes nothing; 1.2 is usual.")
    return temperature, top_p, penalty
