"""How a neural reader finds an answer: windows over the context, two scores for each token, the best stretch.

The idea: the network gives each token a score for "the answer starts here" and one for "it ends here". A stretch is
worth the product of both probabilities. A context that is longer than the network's view is read through windows that
overlap, and all windows share one softmax, so that scores from different windows can be compared.

Left out: the network itself (_models.py loads it), and training it.

Next: qa.py, which chooses between this reader and the built-in one.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._support.checks import message
from .._support.progress import progress_bar
from .reader import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["best_spans", "read_spans"]

Logits = NDArray[np.float64]
WINDOW = 384  # tokens; the length such models are trained with
SLAB = 50_000  # characters handed to the tokenizer at a time, so that memory does not grow with the context
SLAB_OVERLAP = 2_000
BATCH = 8  # windows computed together


def best_spans(
    start_logits: Logits, end_logits: Logits, allowed: NDArray[np.bool_], *, longest: int, n_best: int
) -> list[tuple[int, int, float]]:
    """Return the `n_best` stretches (first token, last token, summed logits), the best first.

    Parameters
    ----------
    start_logits, end_logits : ndarray of shape (n_tokens,)
        The two scores of each token.
    allowed : ndarray of bool of shape (n_tokens,)
        The tokens of the context; question, special and padding tokens are False.
    longest : int
        The largest number of tokens in a stretch.
    n_best : int
        How many stretches to return at most.

    Returns
    -------
    list of (int, int, float)
        Both token places are inside the stretch.

    Examples
    --------
    Token 1 is the best start and token 2 the best end after it.

    >>> import numpy as np
    >>> start, end = np.array([9.0, 5.0, 0.0, 1.0]), np.array([9.0, 1.0, 4.0, 0.0])
    >>> best_spans(start, end, np.array([False, True, True, True]), longest=3, n_best=2)
    [(1, 2, 9.0), (1, 1, 6.0)]
    """
    tokens = np.flatnonzero(allowed)
    # table[a, b]: start at the a-th context token, end at the b-th; only b from a to a + longest - 1 is a stretch.
    table = start_logits[tokens][:, None] + end_logits[tokens][None, :]  # (n_context, n_context)
    a, b = np.nonzero(np.triu(np.tril(np.ones(table.shape, bool), longest - 1)))
    order = np.argsort(-table[a, b], kind="stable")[:n_best]
    return [(int(tokens[a[k]]), int(tokens[b[k]]), float(table[a[k], b[k]])) for k in order]


@dataclass
class Tally:
    """The sums and the best stretches over all windows seen so far; its size does not grow with the context."""

    n_keep: int
    start_total: float = -math.inf  # log of the summed exp(start logit) over every window
    end_total: float = -math.inf
    nothing: float = math.inf  # the smallest "no answer" score: one window that holds an answer is enough
    found: dict[tuple[int, int], float] = field(default_factory=dict)  # (start, end) to log of the summed exp

    def add(self, start: Logits, end: Logits, special: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> None:
        """Count the logits of one window into the totals."""
        counted = allowed | special
        self.start_total = float(np.logaddexp(self.start_total, np.logaddexp.reduce(start[counted])))
        self.end_total = float(np.logaddexp(self.end_total, np.logaddexp.reduce(end[counted])))
        if special.any():
            self.nothing = min(self.nothing, float((start + end)[special].max()))

    def offer(self, place: tuple[int, int], logit: float) -> None:
        """Add one stretch; the same place seen again, in another window or by other tokens, adds up."""
        self.found[place] = float(np.logaddexp(self.found.get(place, -math.inf), logit))

    def trim(self) -> None:
        """Forget all but the best stretches."""
        kept = sorted(self.found, key=lambda place: (-self.found[place], place))[: self.n_keep]
        self.found = {place: self.found[place] for place in kept}

    def spans(self, no_answer: bool) -> list[Span]:
        """Return the stretches with their probabilities, the best first."""
        total = self.start_total + self.end_total
        spans = [Span(*place, math.exp(logit - total)) for place, logit in self.found.items()]
        if no_answer and self.nothing < math.inf:
            spans.append(Span(0, 0, math.exp(self.nothing - total)))
        return sorted(spans, key=lambda span: (-span.score, span.start, span.end))


def read_spans(
    question: str,
    context: str,
    tokenizer: Any,
    model: Any,
    *,
    longest: int,
    n_best: int,
    stride: int = 128,
    no_answer: bool = False,
    progress: bool = True,
) -> list[Span]:
    """Return the best stretches of the context by a question-answering network, the best first.

    Parameters
    ----------
    question, context : str
        The texts; any length of context.
    tokenizer : transformers fast tokenizer
        The tokenizer that belongs to the model.
    model : transformers model with a question-answering head
        Put into evaluation mode and on its device by the caller.
    longest : int
        The largest number of tokens in an answer.
    n_best : int
        How many stretches to look for in each window.
    stride : int, default 128
        How many tokens neighbouring windows share.
    no_answer : bool, default False
        Whether "no answer" (start 0, end 0) competes too.
    progress : bool, default True
        Whether long contexts show a bar in a terminal.

    Returns
    -------
    list of Span
        Their scores are probabilities: start times end, over the context tokens and the [CLS] token of every window.

    Raises
    ------
    ValueError
        When the question leaves no room for the context.
    """
    question, plain = _without_surrogates(question), _without_surrogates(context)
    size = window_size(tokenizer, model)
    stride = _room(tokenizer, question, size, stride)
    tally = Tally(n_keep=10 * n_best + 20)
    slabs = list(_slabs(plain))
    for begin, end in progress_bar(slabs, label="reading", progress=progress and len(slabs) > 1):
        encoded = tokenizer(
            question, plain[begin:end], truncation="only_second", max_length=size, stride=stride,
            return_overflowing_tokens=True, return_offsets_mapping=True, padding=tokenizer.pad_token is not None,
        )  # fmt: skip
        step = BATCH if tokenizer.pad_token is not None else 1
        for first in range(0, len(encoded["input_ids"]), step):
            chosen = range(first, min(first + step, len(encoded["input_ids"])))
            for window, start, stop in zip(chosen, *_logits(model, tokenizer, encoded, chosen), strict=True):
                _read_window(encoded, window, start, stop, tokenizer, tally, begin, longest, n_best)
            tally.trim()
    return [_tidy(context, span) for span in tally.spans(no_answer)]


def _read_window(
    encoded: Any,
    window: int,
    start: Logits,
    end: Logits,
    tokenizer: Any,
    tally: Tally,
    begin: int,
    longest: int,
    n_best: int,
) -> None:
    """Mask the window, count its logits, and offer its best stretches by their characters."""
    offsets = encoded["offset_mapping"][window]
    # Sequence 1 is the context; a token without characters cannot hold an answer.
    allowed = np.array(
        [which == 1 and a < b for which, (a, b) in zip(encoded.sequence_ids(window), offsets, strict=True)]
    )
    special = np.array(encoded["input_ids"][window]) == tokenizer.cls_token_id
    tally.add(start, end, special & ~allowed, allowed)
    if not allowed.any():
        return
    words = encoded.word_ids(window)
    for i, j, logit in best_spans(start, end, allowed, longest=longest, n_best=n_best):
        i, j = _whole_words(words, allowed, i, j)
        tally.offer((begin + offsets[i][0], begin + offsets[j][1]), logit)


def _whole_words(words: Sequence[int | None], allowed: NDArray[np.bool_], i: int, j: int) -> tuple[int, int]:
    """Widen a stretch of tokens to whole words: "##ing" alone is no answer."""
    while i > 0 and allowed[i - 1] and words[i] is not None and words[i - 1] == words[i]:
        i -= 1
    while j + 1 < len(words) and allowed[j + 1] and words[j] is not None and words[j + 1] == words[j]:
        j += 1
    return i, j


def _logits(model: Any, tokenizer: Any, encoded: Any, chosen: range) -> tuple[Logits, Logits]:
    """Return the start and end logits of some windows, each of shape (n_windows, n_tokens)."""
    import torch

    names = [name for name in tokenizer.model_input_names if name in encoded]
    inputs = {name: torch.tensor([encoded[name][k] for k in chosen], device=model.device) for name in names}
    with torch.inference_mode():
        output = model(**inputs)
    start, end = (
        logits.float().cpu().numpy().astype(np.float64) for logits in (output.start_logits, output.end_logits)
    )
    if not (np.isfinite(start).all() and np.isfinite(end).all()):
        raise ValueError(
            "the model returned scores that are not finite numbers. Its weights are damaged: fetch them again."
        )
    return start, end


def window_size(tokenizer: Any, model: Any) -> int:
    """Return how many tokens the network sees at once: 384, or less where the model is smaller."""
    config, limit = model.config, getattr(model.config, "max_position_embeddings", None) or WINDOW
    if any(family in config.model_type for family in ("roberta", "camembert", "longformer", "mpnet")):
        limit -= (config.pad_token_id or 0) + 1  # these count positions from behind the padding number
    return int(min(WINDOW, tokenizer.model_max_length, limit))


def _room(tokenizer: Any, question: str, size: int, stride: int) -> int:
    """Return the stride that fits beside the question; refuse a question that leaves no room for the context."""
    special = tokenizer.num_special_tokens_to_add(pair=True)
    n_question = len(tokenizer(question, add_special_tokens=False, verbose=False)["input_ids"])
    room = size - special - n_question
    if room < 8:
        remedy = f"The model sees {size} tokens at once and needs 8 for the context. Shorten the question."
        expected = f"at most {size - special - 8} tokens long for this model"
        raise ValueError(message("question", expected, f"{n_question} tokens", remedy))
    return int(min(stride, room // 2))


def _slabs(text: str) -> Iterator[tuple[int, int]]:
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


def _tidy(context: str, span: Span) -> Span:
    """Drop spaces at the edges and keep accents that are characters of their own with their letter."""
    start, end = span.start, span.end
    while start < end and context[start].isspace():
        start += 1
    while start < end and context[end - 1].isspace():
        end -= 1
    while start < end < len(context) and unicodedata.combining(context[end]):
        end += 1
    return Span(start, end, span.score)
