"""How a neural reader finds an answer: windows over the context, two scores for each token, the best stretch.

The idea: the network gives each token a score for "the answer starts here" and one for "it ends here". A stretch is
worth the product of both probabilities. A context that is longer than the network's view is read through windows that
overlap, and all windows share one softmax, so that scores from different windows can be compared.

Left out: the network itself (_models.py loads it), and cutting the text into windows (_windows.py).

Next: reader_training.py, where a network learns to give these scores.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._support.progress import progress_bar
from ._windows import Window, context_windows, room_beside, slabs, stack_windows, window_size
from .reader import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["best_spans", "read_many", "read_spans"]

Logits = NDArray[np.float64]
BATCH = 4  # windows computed together; with more, what passes between layers outgrows a processor's cache
POOL = 32 * BATCH  # windows sorted by length before they are computed, so that little is padded


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


def read_spans(question: str, context: str, tokenizer: Any, model: Any, **options: Any) -> list[Span]:
    """Return the best stretches of one context, the best first; the options are those of `read_many`."""
    return read_many([(question, context)], tokenizer, model, **options)[0]


def read_many(
    pairs: Sequence[tuple[str, str]],
    tokenizer: Any,
    model: Any,
    *,
    longest: int,
    n_best: int,
    stride: int = 128,
    no_answer: bool = False,
    progress: bool = True,
) -> list[list[Span]]:
    """Return for each (question, context) the best stretches of the context by a network, the best first.

    Parameters
    ----------
    pairs : sequence of (str, str)
        Questions and contexts; any length of context.
    tokenizer : transformers fast tokenizer
        The tokenizer that belongs to the model.
    model : transformers model with a question-answering head
        Put into evaluation mode and on its device by the caller.
    longest : int
        The largest number of tokens in an answer.
    n_best : int
        How many stretches to look for in each window.
    stride : int, default 128
        How many tokens neighbouring windows share, at most half a window.
    no_answer : bool, default False
        Whether "no answer" (start 0, end 0) competes too.
    progress : bool, default True
        Whether long reading shows a bar in a terminal.

    Returns
    -------
    list of list of Span
        Their scores are probabilities: start times end, over the context tokens and the [CLS] token of every window.

    Raises
    ------
    ValueError
        When a question leaves no room for the context.
    """
    size = window_size(tokenizer, model)
    rooms = {question: room_beside(question, tokenizer, size) for question in dict.fromkeys(q for q, _ in pairs)}
    tallies = [Tally(n_keep=10 * n_best + 20) for _ in pairs]
    pieces = [(k, slab) for k, (_, context) in enumerate(pairs) for slab in slabs(context)]
    pool: list[Window] = []
    for k, slab in progress_bar(pieces, label="reading", progress=progress and len(pieces) > 1):
        question, context = pairs[k]
        shared = min(stride, rooms[question] // 2)
        for window in context_windows(k, question, context, slab, tokenizer, size=size, stride=shared):
            pool.append(window)
            if len(pool) == POOL:
                _read_pool(pool, tallies, tokenizer, model, longest, n_best)
    _read_pool(pool, tallies, tokenizer, model, longest, n_best)
    return [
        [_tidy(context, span) for span in tally.spans(no_answer)]
        for (_, context), tally in zip(pairs, tallies, strict=True)
    ]


def _read_pool(pool: list[Window], tallies: list[Tally], tokenizer: Any, model: Any, longest: int, n_best: int) -> None:
    """Read the windows, those of equal length together, and empty the pool."""
    pool.sort(key=len)
    # Without padding, or with inputs that cannot be padded by zeros, windows go one by one.
    plain = all(set(window.inputs) <= {"input_ids", "token_type_ids", "attention_mask"} for window in pool)
    step = BATCH if tokenizer.pad_token is not None and plain else 1
    for first in range(0, len(pool), step):
        windows = pool[first : first + step]
        for window, start, end in zip(windows, *_logits(model, tokenizer, windows), strict=True):
            _read_window(window, start[: len(window)], end[: len(window)], tallies[window.pair], longest, n_best)
    pool.clear()


def _read_window(window: Window, start: Logits, end: Logits, tally: Tally, longest: int, n_best: int) -> None:
    """Count the logits of a window, and offer its best stretches by their characters."""
    tally.add(start, end, window.special, window.allowed)
    for i, j, logit in best_spans(start, end, window.allowed, longest=longest, n_best=n_best):
        i, j = _whole_words(window.words, window.allowed, i, j)
        tally.offer((window.places[i][0], window.places[j][1]), logit)
    tally.trim()


def _whole_words(words: Sequence[int | None], allowed: NDArray[np.bool_], i: int, j: int) -> tuple[int, int]:
    """Widen a stretch of tokens to whole words: "##ing" alone is no answer."""
    while i > 0 and allowed[i - 1] and words[i] is not None and words[i - 1] == words[i]:
        i -= 1
    while j + 1 < len(words) and allowed[j + 1] and words[j] is not None and words[j + 1] == words[j]:
        j += 1
    return i, j


def _logits(model: Any, tokenizer: Any, windows: list[Window]) -> tuple[Logits, Logits]:
    """Return the start and end logits of some windows, each of shape (n_windows, n_tokens)."""
    import torch

    inputs = {name: tensor.to(model.device) for name, tensor in stack_windows(windows, tokenizer).items()}
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
