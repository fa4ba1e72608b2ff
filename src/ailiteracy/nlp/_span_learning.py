"""What a network learns to point at: windows over the context with the right start and end token in each.

The idea: the loss is the cross entropy of two classifications over the tokens, one for the start and one for the end.
Question and padding are hidden first, as they are when the network answers.

Left out: the encoder.

Next: reader_training.py, which trains with these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .._support.checks import message
from ._windows import Window, context_windows, room_beside, slabs, stack_windows, window_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._squad import Asked

__all__ = ["SpanLogits", "WindowBatches", "learning_windows", "span_loss", "span_optimizer"]

HIDDEN = -1e4  # the logit of a token outside the context; -inf would turn into nan where all are hidden
HEAD_FASTER = 10.0  # the head starts from chance and takes larger steps than the pretrained weights
SORTED_TOGETHER = 8  # batches; neighbours of like length need little padding


def learning_windows(
    asked: Sequence[Asked], tokenizer: Any, network: Any, stride: int
) -> tuple[list[Window], list[tuple[int, int]]]:
    """Return the windows over all questions, and the right start and end token of each."""
    size = window_size(tokenizer, network)
    windows, targets = [], []
    for k, one in enumerate(asked):
        if one.start < 0 and one.truths != ("",):
            continue  # the text of the answer is not in the context: nothing to point at
        shared = min(stride, room_beside(one.question, tokenizer, size) // 2)
        for slab in slabs(one.context):
            for window in context_windows(k, one.question, one.context, slab, tokenizer, size=size, stride=shared):
                windows.append(window)
                targets.append(_target(window, one.start, one.start + len(one.truths[0])))
    if not windows:
        remedy = "Each answer must stand in its context, letter by letter."
        raise ValueError(message("train", "questions whose answers are in the contexts", "none", remedy))
    return windows, targets


def _target(window: Window, start: int, end: int) -> tuple[int, int]:
    """Return the first and last token of the characters start to end; [CLS] twice when the window lacks some."""
    nothing = int(np.flatnonzero(window.special)[0]) if window.special.any() else 0
    if start < 0:
        return nothing, nothing
    inside = [k for k in np.flatnonzero(window.allowed) if window.places[k][0] < end and window.places[k][1] > start]
    if not inside or window.places[inside[0]][0] > start or window.places[inside[-1]][1] < end:
        return nothing, nothing
    return int(inside[0]), int(inside[-1])


class WindowBatches:
    """Batches of windows in a new order every epoch, those of like length together."""

    def __init__(
        self, examples: tuple[list[Window], list[tuple[int, int]]], tokenizer: Any, batch_size: int, seed: int
    ) -> None:
        self.windows, self.targets = examples
        self.tokenizer, self.batch_size = tokenizer, batch_size
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return -(-len(self.windows) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[dict[str, torch.Tensor], torch.Tensor]]:
        order = torch.randperm(len(self.windows), generator=self.generator).tolist()
        together = SORTED_TOGETHER * self.batch_size
        for first in range(0, len(order), together):
            chosen = sorted(order[first : first + together], key=lambda k: len(self.windows[k]))
            for k in range(0, len(chosen), self.batch_size):
                yield self._batch(chosen[k : k + self.batch_size])

    def _batch(self, chosen: list[int]) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        windows = [self.windows[k] for k in chosen]
        inputs = stack_windows(windows, self.tokenizer)  # each (B, T)
        allowed = torch.zeros(inputs["input_ids"].shape, dtype=torch.bool)
        for row, window in enumerate(windows):
            allowed[row, : len(window)] = torch.from_numpy(window.allowed | window.special)
        return {**inputs, "allowed": allowed}, torch.tensor([self.targets[k] for k in chosen])  # (B, 2)


class SpanLogits(nn.Module):
    """The network with its two logits for each token in one tensor; only the context and [CLS] may be chosen."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, allowed: torch.Tensor, **inputs: torch.Tensor) -> torch.Tensor:
        output = self.network(**inputs)
        logits = torch.stack([output.start_logits, output.end_logits], dim=1)  # (B, 2, T)
        return logits.masked_fill(~allowed[:, None], HIDDEN)


def span_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the mean cross entropy of the right start and the right end token."""
    return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())  # (B * 2, T) and (B * 2,)


def span_optimizer(network: nn.Module, rate: float) -> torch.optim.Optimizer:
    head = [weight for name, weight in network.named_parameters() if name.startswith("qa_outputs")]
    rest = [weight for name, weight in network.named_parameters() if not name.startswith("qa_outputs")]
    return torch.optim.AdamW([{"params": rest, "lr": rate}, {"params": head, "lr": rate * HEAD_FASTER}])
