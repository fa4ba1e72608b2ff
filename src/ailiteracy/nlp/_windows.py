"""Windows: how a network with a view of 384 tokens reads a text of any length.

The idea: question and context are put side by side, as many tokens of the context as fit; the next window begins so far
back that the two share `stride` tokens, lest an answer be cut in two. Each window remembers where its tokens stand in
the original text. A very long text goes to the tokenizer in slabs, so that memory does not grow with it.

Left out: windows cut where sentences end.

Next: spans.py, which scores the stretches in each window.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Window", "context_windows", "room_beside", "slabs", "stack_windows", "window_size"]

WINDOW = 384  # tokens; the length such models are trained with
SLAB = 50_000  # characters handed to the tokenizer at a time
SLAB_OVERLAP = 2_000
N_LEAST = 8  # tokens of the context that a window must have room for


@dataclass(frozen=True, eq=False, slots=True)
class Window:
    """What the network sees at once: a question and a piece of a context."""

    pair: int  # which question and context it belongs to
    inputs: dict[str, list[int]]  # by the names of the network's arguments
    places: list[tuple[int, int]]  # the characters of each token in the context, end excluded
    words: list[int | None]  # the word that each token is a part of
    allowed: NDArray[np.bool_]  # tokens of the context that may begin or end an answer
    special: NDArray[np.bool_]  # [CLS], which stands for "no answer"

    def __len__(self) -> int:
        return len(self.places)


def context_windows(
    pair: int, question: str, context: str, slab: tuple[int, int], tokenizer: Any, *, size: int, stride: int
) -> Iterator[Window]:
    """Yield the windows over one slab of a context.

    Parameters
    ----------
    pair : int
        A number that the windows carry.
    question, context : str
        The texts.
    slab : (int, int)
        The characters of the context to read, end excluded.
    tokenizer : transformers fast tokenizer
        Cuts the texts.
    size, stride : int
        Tokens in a window, and tokens that neighbours share.
    """
    begin, end = slab
    encoded = tokenizer(
        _without_surrogates(question), _without_surrogates(context[begin:end]), truncation="only_second",
        max_length=size, stride=stride, return_overflowing_tokens=True, return_offsets_mapping=True,
    )  # fmt: skip
    names = [name for name in tokenizer.model_input_names if name in encoded]
    for k, offsets in enumerate(encoded["offset_mapping"]):
        places = [(begin + a, begin + b) for a, b in offsets]
        # Sequence 1 is the context; a token without characters, or of line breaks alone, cannot hold an answer.
        inside = [
            which == 1 and bool(context[a:b].strip())
            for which, (a, b) in zip(encoded.sequence_ids(k), places, strict=True)
        ]
        allowed, ids = np.array(inside, bool), np.array(encoded["input_ids"][k])
        special = (ids == tokenizer.cls_token_id) & ~allowed
        inputs = {name: encoded[name][k] for name in names}
        yield Window(pair, inputs, places, encoded.word_ids(k), allowed, special)


def stack_windows(windows: list[Window], tokenizer: Any) -> dict[str, Any]:
    """Return the inputs of several windows as tensors of shape (n_windows, n_tokens), the shorter ones padded."""
    import torch

    longest = max(map(len, windows))
    fill = {"input_ids": tokenizer.pad_token_id or 0, "token_type_ids": tokenizer.pad_token_type_id}
    return {
        name: torch.tensor([w.inputs[name] + [fill.get(name, 0)] * (longest - len(w)) for w in windows])
        for name in windows[0].inputs
    }


def window_size(tokenizer: Any, model: Any) -> int:
    """Return how many tokens the network sees at once: 384, or less where the model is smaller."""
    config, limit = model.config, getattr(model.config, "max_position_embeddings", None) or WINDOW
    if any(family in config.model_type for family in ("roberta", "camembert", "longformer", "mpnet")):
        limit -= (config.pad_token_id or 0) + 1  # these count positions from behind the padding number
    return int(min(WINDOW, tokenizer.model_max_length, limit))


def room_beside(question: str, tokenizer: Any, size: int) -> int:
    """Return how many tokens of context fit beside the question; refuse a question that leaves no room."""
    special = tokenizer.num_special_tokens_to_add(pair=True)
    n_question = len(tokenizer(_without_surrogates(question), add_special_tokens=False, verbose=False)["input_ids"])
    room = int(size - special - n_question)
    if room < N_LEAST:
        remedy = f"The model sees {size} tokens at once and needs {N_LEAST} for the context. Shorten the question."
        expected = f"at most {size - special - N_LEAST} tokens long for this model"
        raise ValueError(message("question", expected, f"{n_question} tokens", remedy))
    return room


def slabs(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of overlapping pieces of a long text, cut at a space or a full stop where there is one."""
    start = 0
    while start + SLAB < len(text):
        cuts = [
            match.end()
            for match in re.finditer(r"\s|[。！？，]", text[start + SLAB - SLAB_OVERLAP // 2 : start + SLAB])
        ]
        end = start + SLAB - SLAB_OVERLAP // 2 + cuts[-1] if cuts else start + SLAB
        yield start, end
        start = end - SLAB_OVERLAP
    yield start, len(text)


def _without_surrogates(text: str) -> str:
    """Replace halves of UTF-16 pairs, which no tokenizer accepts, one character for one."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
