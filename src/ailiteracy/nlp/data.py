"""From ids to samples: windows over a long text, batches of short ones, instructions and their answers.

The idea: to learn the next token, a model sees a stretch of ids and is asked for the stretch one place further on.
Texts of different lengths are filled up to the longest; a target of -100 tells the loss not to look at a place.

Left out: texts larger than memory.
Next: ngrams.py, the first model of the next token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from torch.nn import functional as F

from .._support.checks import check_choice, check_flag, check_integer, message

__all__ = ["IGNORE", "PaddedBatch", "collate_instructions", "format_prompt", "next_token_windows", "pad_batch"]

IGNORE = -100  # torch's cross_entropy leaves out targets with this value

Ids = Sequence[int] | torch.Tensor


def next_token_windows(
    ids: Ids, length: int = 256, *, stride: int | None = None, drop_last: bool = True, pad_id: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs and targets for learning the next token: windows, and the same windows one place further.

    Parameters
    ----------
    ids : sequence of int or Tensor of shape (n,)
        The ids of one long text.
    length : int, default 256
        Tokens in a window.
    stride : int, optional
        How far the next window starts from the last; `length` by default, so that windows do not overlap. A smaller
        one gives more windows that share tokens; a larger one leaves tokens out.
    drop_last : bool, default True
        Whether the rest at the end, which fills no window, is left out. If not, it is filled up with `pad_id`, and its
        missing targets are -100.
    pad_id : int, default 0
        Fills the last window; any id will do, since nothing is learned there.

    Returns
    -------
    inputs : Tensor of shape (n_windows, length)
        The windows; a view, so that overlapping windows take no more memory.
    targets : Tensor of shape (n_windows, length)
        ``targets[i, t]`` is the token after ``inputs[i, t]``; a view, too.

    Raises
    ------
    TypeError
        When `ids` are not integers.
    ValueError
        When the text is too short for one window.

    Examples
    --------
    >>> inputs, targets = next_token_windows([1, 2, 3, 4, 5, 6], 2, stride=2)
    >>> inputs.tolist(), targets.tolist()
    ([[1, 2], [3, 4]], [[2, 3], [4, 5]])
    """
    tokens = _as_tensor("ids", ids)
    length = check_integer("length", length, low=1)
    stride = length if stride is None else check_integer("stride", stride, low=1)
    pad_id = check_integer("pad_id", pad_id, low=0)
    needed = length + 1 if check_flag("drop_last", drop_last) else 2  # a token and the one after it
    if len(tokens) < needed:
        remedy = "Take a longer text or a smaller `length`." if drop_last else "Take a longer text."
        raise ValueError(f"`ids` must hold at least {needed} tokens, got {len(tokens)}. {remedy}")
    inputs, targets = tokens[:-1], tokens[1:]  # targets are the inputs shifted left by one
    if not drop_last:
        # The last window is the first one that reaches the end; starts after it would hold nothing new.
        n_more = min(max(0, -(-(len(inputs) - length) // stride)), (len(inputs) - 1) // stride)
        missing = max(0, n_more * stride + length - len(inputs))
        inputs = F.pad(inputs, (0, missing), value=pad_id)
        targets = F.pad(targets, (0, missing), value=IGNORE)
    return inputs.unfold(0, length, stride), targets.unfold(0, length, stride)


class PaddedBatch(NamedTuple):
    """Texts of different lengths as one rectangle."""

    ids: torch.Tensor  # (B, T)
    mask: torch.Tensor  # (B, T), True on real tokens
    last: torch.Tensor  # (B,), the place of the last real token of each row


def pad_batch(
    sequences: Sequence[Ids], pad_id: int, *, max_length: int | None = None, side: Literal["right", "left"] = "right"
) -> PaddedBatch:
    """Return texts of different lengths as one rectangle, and where the real tokens are.

    Parameters
    ----------
    sequences : sequence of (sequence of int or Tensor)
        The ids of each text.
    pad_id : int
        Fills the shorter rows. It may be an id that texts contain too: the mask comes from lengths, so that a real
        end-of-text token is never taken for padding.
    max_length : int, optional
        Longer texts lose their end.
    side : {"right", "left"}, default "right"
        Where the padding goes; "left" for generating, where the next token must follow a real one.

    Returns
    -------
    PaddedBatch
        ``ids``, ``mask`` and ``last``: what a classifier must read is ``logits[range(B), last]``, since
        ``logits[:, -1]`` belongs to a padding token in all rows but the longest.

    Raises
    ------
    TypeError
        When ids are not integers.
    ValueError
        When there is no text, or one without tokens.

    Examples
    --------
    >>> batch = pad_batch([[5, 6, 7], [8]], 0)
    >>> batch.ids.tolist(), batch.last.tolist()
    ([[5, 6, 7], [8, 0, 0]], [2, 0])
    """
    pad_id = check_integer("pad_id", pad_id, low=0)
    check_choice("side", side, ["right", "left"])
    limit = None if max_length is None else check_integer("max_length", max_length, low=1)
    rows = [_as_tensor(f"sequences[{k}]", ids)[:limit] for k, ids in enumerate(_as_list("sequences", sequences))]
    for k, row in enumerate(rows):
        if len(row) == 0:
            raise ValueError(f"`sequences[{k}]` must hold at least one token, got none. Leave empty texts out.")
    lengths = torch.tensor([len(row) for row in rows])
    width = int(lengths.max())
    ids = torch.full((len(rows), width), pad_id)
    mask = torch.arange(width) < lengths[:, None]  # (B, T)
    if side == "left":
        mask = mask.flip(1)
    for k, row in enumerate(rows):
        ids[k, mask[k]] = row
    return PaddedBatch(ids, mask, lengths - 1 if side == "right" else torch.full_like(lengths, width - 1))


def format_prompt(pair: Mapping[str, str], style: Literal["alpaca", "phi3"] = "alpaca") -> str:
    r"""Return an instruction as the prompt that asks a model for the answer.

    Parameters
    ----------
    pair : mapping of str to str
        Has "instruction", and may have "input"; the answer under "output" is not part of the prompt.
    style : {"alpaca", "phi3"}, default "alpaca"
        Alpaca's headings, or Phi-3's marks of who speaks. Train and ask in the same style.

    Returns
    -------
    str
        The prompt; the answer follows it without anything between.

    Raises
    ------
    TypeError
        When `pair` is no mapping of texts.
    ValueError
        When there is no instruction.

    Notes
    -----
    An empty input has no heading: a heading over nothing would teach the model to answer to nothing.

    References
    ----------
    Taori et al., "Stanford Alpaca", 2023. Microsoft, "Phi-3 Technical Report", 2024.

    Examples
    --------
    >>> format_prompt({"instruction": "Translate.", "input": "chat"}, "phi3")
    '<|user|>\nTranslate.\nchat<|end|>\n<|assistant|>\n'
    """
    check_choice("style", style, ["alpaca", "phi3"])
    remedy = "For example {'instruction': 'Name a colour.', 'input': '', 'output': 'Blue.'}."
    if not isinstance(pair, Mapping) or not all(isinstance(pair.get(key, ""), str) for key in ("instruction", "input")):
        raise TypeError(message("pair", "a mapping with texts", pair, remedy))
    instruction, more = pair.get("instruction", "").strip(), pair.get("input", "").strip()
    if not instruction:
        raise ValueError(message("pair", "a mapping with an instruction", dict(pair), remedy))
    if style == "phi3":
        return f"<|user|>\n{instruction}" + (f"\n{more}" if more else "") + "<|end|>\n<|assistant|>\n"
    task = "Below is an instruction that describes a task" + (
        ", paired with an input that provides further context. " if more else ". "
    )
    head = task + "Write a response that appropriately completes the request."
    middle = f"\n\n### Instruction:\n{instruction}" + (f"\n\n### Input:\n{more}" if more else "")
    return f"{head}{middle}\n\n### Response:\n"


def collate_instructions(
    pairs: Sequence[tuple[Ids, Ids]], end_id: int, *, max_length: int = 1024, learn_prompt: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs and targets for learning to answer.

    Parameters
    ----------
    pairs : sequence of (prompt ids, answer ids)
        Cut apart as ids, not as characters: a tokenizer may merge across the border.
    end_id : int
        Ends each answer, and fills the shorter rows. Exactly one of them is a target: where the answer ends.
    max_length : int, default 1024
        Longest row of inputs and of targets. A longer pair loses the end of its answer; when the prompt alone is too
        long it loses its beginning, so that at least one token of the answer is learned in every row.
    learn_prompt : bool, default False
        Whether the prompt's tokens are targets too.

    Returns
    -------
    inputs : Tensor of shape (n_pairs, longest)
        Prompts and answers.
    targets : Tensor of shape (n_pairs, longest)
        The inputs shifted left by one, -100 where nothing is to be learned.

    Raises
    ------
    TypeError
        When ids are not integers.
    ValueError
        When there are no pairs, or a prompt without tokens.

    Examples
    --------
    Prompts of two and one tokens, answers of one; 50 ends.

    >>> inputs, targets = collate_instructions([([1, 2], [7]), ([3], [8])], 50)
    >>> inputs.tolist()
    [[1, 2, 7], [3, 8, 50]]
    >>> targets.tolist()
    [[-100, 7, 50], [8, 50, -100]]
    """
    end_id = check_integer("end_id", end_id, low=0)
    max_length = check_integer("max_length", max_length, low=1)
    check_flag("learn_prompt", learn_prompt)
    rows = []
    for k, pair in enumerate(_as_list("pairs", pairs)):
        if not isinstance(pair, Sequence) or len(pair) != 2:
            raise TypeError(message(f"pairs[{k}]", "prompt ids and answer ids", pair, "Pass ([1, 2], [3])."))
        prompt, answer = _as_tensor(f"pairs[{k}][0]", pair[0]), _as_tensor(f"pairs[{k}][1]", pair[1])
        if len(prompt) == 0:
            raise ValueError(f"`pairs[{k}][0]` must hold at least one token, got none. Give every answer a prompt.")
        answer = F.pad(answer, (0, 1), value=end_id)
        # A row of max_length inputs has max_length + 1 tokens, since the last one is a target only.
        answer = answer[: max(1, max_length + 1 - len(prompt))]
        prompt = prompt[max(0, len(prompt) + len(answer) - max_length - 1) :]
        masked = prompt if learn_prompt else torch.full_like(prompt, IGNORE)
        rows.append((torch.cat([prompt, answer])[:-1], torch.cat([masked, answer])[1:]))
    inputs = pad_batch([row for row, _ in rows], end_id).ids
    targets = torch.full_like(inputs, IGNORE)
    for k, (_, wanted) in enumerate(rows):
        targets[k, : len(wanted)] = wanted
    return inputs, targets


def _as_tensor(argument: str, ids: Any) -> torch.Tensor:
    """Return ids as a tensor of shape (n,) and type int64."""
    remedy = "Pass what a tokenizer's `encode` returned."
    if isinstance(ids, np.ndarray) and not ids.flags.writeable:  # a file on disk; torch warns of tensors over those
        ids = ids.copy()
    try:
        tokens = ids if isinstance(ids, torch.Tensor) else torch.as_tensor(ids if len(ids) else torch.empty(0).long())
    except (TypeError, ValueError, RuntimeError, OverflowError):
        raise TypeError(message(argument, "a list of integers", ids, remedy)) from None
    if tokens.ndim != 1 or tokens.is_floating_point() or tokens.is_complex() or tokens.dtype == torch.bool:
        raise TypeError(message(argument, "a list of integers", ids, remedy))
    tokens = tokens.long()
    if len(tokens) and int(tokens.min()) < 0:
        raise ValueError(message(argument, "ids >= 0", int(tokens.min()), remedy))
    return tokens


def _as_list(argument: str, values: Any) -> list[Any]:
    if isinstance(values, str | bytes) or not isinstance(values, Sequence | torch.Tensor):
        raise TypeError(message(argument, "a list", values, "Pass a list, for example [[1, 2], [3]]."))
    if len(values) == 0:
        raise ValueError(message(argument, "a list that is not empty", values, "Pass at least one."))
    return list(values)
