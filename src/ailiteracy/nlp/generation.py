"""Write text with a language model: guess a token, append it, guess again.

The idea: the model's scores at the last place say what could come next; one token is drawn and becomes part of the
question. With the key-value cache each step computes the new token only.

Left out: beam search, many prompts of different lengths at once (pad them to one length, or call once for each).
Next: int8.py makes the same model smaller and faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from .._support.checks import check_flag, check_integer, check_seed, message
from ..training.evaluation import keep_modes
from .gpt import GPT
from .sampling import check_sampling, penalize, token_probabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .cache import KeyValueCache

__all__ = ["generate"]

PART = 256  # tokens of a prompt that are read at a time


def generate(
    model: GPT,
    ids: Any,
    *,
    max_new_tokens: int = 50,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    repetition_penalty: float = 1.0,
    stop_tokens: Sequence[int] = (),
    use_cache: bool = True,
    on_token: Callable[[list[int]], Any] | None = None,
    seed: int | None = 0,
) -> Any:
    """Return the prompt with the tokens that the model writes after it.

    Parameters
    ----------
    model : GPT
        Left in the mode it was in.
    ids : list of int, or tensor of shape (n_tokens,) or (batch, n_tokens)
        The prompt. Of a text longer than the model's window the last tokens count, at every step.
    max_new_tokens : int, default 50
        How many tokens to write at most.
    temperature : float, default 0.0
        0 always takes the likeliest token (greedy); 1 draws by the model's own odds, more is wilder.
    top_k, top_p : int and float, optional
        Which tokens may be drawn; see `token_probabilities`.
    repetition_penalty : float, default 1.0
        Above 1 makes tokens that were used before less likely.
    stop_tokens : sequence of int, default none
        A text ends with the first of these that is drawn. In a batch the rows that ended earlier are filled up with
        the token they ended on.
    use_cache : bool, default True
        Whether keys and values of earlier tokens are kept. It changes the time, not the text.
    on_token : callable, optional
        Called with each step's new ids, one for each row, as they come (streaming); returning True ends the text.
    seed : int or None, default 0
        For drawing; None draws anew each time.

    Returns
    -------
    list of int or tensor
        Of the same kind as `ids`, prompt included.

    Raises
    ------
    TypeError, ValueError
        When an argument does not fit, or the model's scores are nan.

    Examples
    --------
    >>> from ailiteracy.nlp import GPTConfig
    >>> model = GPT(GPTConfig(vocab_size=10, context_length=8, width=4, n_heads=2, n_layers=1), seed=0)
    >>> len(generate(model, [1, 2, 3], max_new_tokens=4))
    7
    """
    if not isinstance(model, GPT):
        raise TypeError(message("model", "a GPT", model, "Build one with GPT(GPTConfig(...)) or GPT.from_pretrained."))
    text = _as_batch(model, ids)  # (B, T)
    check_integer("max_new_tokens", max_new_tokens, low=0)
    temperature, top_p, repetition_penalty = check_sampling(temperature, top_k, top_p, repetition_penalty)
    stops = _check_stops(stop_tokens, model.config.vocab_size, text.device)
    check_flag("use_cache", use_cache)
    if on_token is not None and not callable(on_token):
        raise TypeError(message("on_token", "something to call with the new ids", on_token, "Pass a function."))
    chance = _chance(seed, text.device)
    room = min(model.config.context_length, text.shape[1] + max_new_tokens)
    cache = model.new_cache(room) if use_cache else None
    done = torch.zeros(len(text), dtype=torch.bool, device=text.device)
    with torch.inference_mode(), keep_modes(model):
        model.eval()  # no dropout
        for _ in range(max_new_tokens):
            logits = _last_logits(model, text, cache)  # (B, V)
            if repetition_penalty != 1:
                logits = penalize(logits, text, repetition_penalty)
            if temperature == 0:
                new = _likeliest(logits)
            else:
                probabilities = token_probabilities(logits, temperature=temperature, top_k=top_k, top_p=top_p)
                new = torch.multinomial(probabilities, 1, generator=chance)  # (B, 1)
            if stops is not None:
                new = torch.where(done[:, None], text[:, -1:], new)  # a text that has ended repeats its last token
                done |= torch.isin(new[:, 0], stops)
            text = torch.cat([text, new], dim=1)
            ended = on_token is not None and on_token(new[:, 0].tolist()) is True
            if ended or (stops is not None and bool(done.all())):
                break
    return _same_kind(text, ids)


def _last_logits(model: GPT, text: torch.Tensor, cache: list[KeyValueCache] | None) -> torch.Tensor:
    """Return the logits after the text, (B, T) to (B, V), computing as little as possible."""
    window = model.config.context_length
    if cache is not None and text.shape[1] <= window:
        new = text[:, cache[0].length :]  # all at first, then one token a step
    else:
        # Beyond the window every token moves one place down, so all keys and values change: the cache is of no use.
        cache, new = None, text[:, -window:]
    # With a cache a long prompt is read in parts: the wide layers take memory for one part at a time.
    for part in torch.split(new, PART if cache is not None else window, dim=1):
        features = model.features(part, cache)  # (B, T, width)
    logits: torch.Tensor = model.head(features[:, -1])  # only the last place matters
    return logits


def _likeliest(logits: torch.Tensor) -> torch.Tensor:
    """Return the id with the highest score of each row, (B, 1)."""
    best, new = logits.max(dim=-1, keepdim=True)
    if not torch.isfinite(best).all():
        raise ValueError("the model's scores are nan or infinite. Check its weights; did the training diverge?")
    return new


def _as_batch(model: GPT, ids: Any) -> torch.Tensor:
    """Return the prompt as ids (B, T) on the model's device."""
    expected = "a list of token ids or a tensor of them, not empty"
    if isinstance(ids, str):
        raise TypeError(message("ids", expected, ids, "Encode the text with a tokenizer first."))
    if not isinstance(ids, torch.Tensor):
        try:
            ids = list(ids)
        except TypeError:
            raise TypeError(message("ids", expected, ids, "Pass a list such as [1, 2, 3].")) from None
        for token in ids:
            check_integer("ids", token, remedy="Pass whole numbers, for example [1, 2, 3].")
        largest = 2**63 - 1
        ids = torch.tensor([max(-1, min(int(token), largest)) for token in ids], dtype=torch.long)
    batch: torch.Tensor = ids[None] if ids.ndim == 1 else ids
    if not batch.numel():
        raise ValueError(message("ids", expected, ids, "Start with at least one token, such as the end-of-text token."))
    model.check_ids(batch)
    return batch.to(device=model.norm.weight.device, dtype=torch.long)


def _same_kind(text: torch.Tensor, ids: Any) -> Any:
    """Return the text as a list where the prompt was one, as a flat tensor where it was flat."""
    if not isinstance(ids, torch.Tensor):
        return text[0].tolist()
    return (text[0] if ids.ndim == 1 else text).clone()


def _check_stops(stop_tokens: Any, vocab_size: int, device: torch.device) -> torch.Tensor | None:
    expected = "a list of token ids"
    if isinstance(stop_tokens, str) or not hasattr(stop_tokens, "__iter__"):
        raise TypeError(message("stop_tokens", expected, stop_tokens, "Pass a list such as [50256]."))
    stops = [check_integer("stop_tokens", token, low=0, high=vocab_size - 1) for token in stop_tokens]
    return torch.tensor(stops, device=device) if stops else None


def _chance(seed: int | None, device: torch.device) -> torch.Generator:
    """Return a generator of random numbers of its own, so that the caller's state stays as it is."""
    chance = torch.Generator(device)
    if seed is None:
        chance.seed()
    else:
        chance.manual_seed(check_seed(seed))
    return chance
