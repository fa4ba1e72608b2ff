"""Instruction tuning: a model that continues texts learns to answer.

The idea: show instruction and answer in one fixed form, and ask for the tokens of the answer only. After it comes one
end-of-text token, which is learned too: that is how the model knows when it has said enough.

Left out: learning from preferences (RLHF, DPO), conversations of several turns.
Next: lora.py, for models that are too large to be trained as a whole.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from .._support.checks import check_choice, check_flag, check_integer, check_number, check_seed, message
from .._support.figures import new_figure, result_html
from ..training import TrainingResult, fit, warmup_cosine
from ._muon import Muon
from ._token_batches import Target, encode_all, real_targets, token_loss
from .data import collate_instructions, format_prompt
from .generation import generate
from .gpt import GPT
from .tokenizers import END_OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.figure import Figure

    from .pieces import Tokenizer

__all__ = ["InstructionTuning", "finetune_instructions"]

Style = Literal["alpaca", "phi3"]
ASKED = 3  # held-out instructions that are answered after each epoch


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class InstructionTuning:
    """A model that answers, and how it learned to.

    Parameters
    ----------
    model : GPT
        With the weights that did best on the held-out pairs.
    tokenizer : Tokenizer
        Text to ids and back.
    style : {"alpaca", "phi3"}
        The form of its prompts.
    end_id : int
        The token that ends an answer.
    asked : tuple of mapping
        Held-out pairs that were answered after each epoch.
    samples : tuple of tuple of str
        Those answers, one tuple for each epoch.
    training : TrainingResult
        The record of the loop, losses in nats a token of the answers; ``training.save(folder)`` writes the weights.
    """

    model: GPT
    tokenizer: Tokenizer
    style: Style
    end_id: int
    asked: tuple[Mapping[str, str], ...]
    samples: tuple[tuple[str, ...], ...]
    training: TrainingResult

    def answer(self, pair: Mapping[str, str], *, max_new_tokens: int = 100, temperature: float = 0.0) -> str:
        """Return the model's answer to an instruction; an "output" in the pair is not looked at."""
        return _answer(self.model, self.tokenizer, pair, self.style, self.end_id, max_new_tokens, temperature)

    @property
    def held_out_loss(self) -> float:
        """Nats a token of the answers to held-out instructions, by the weights that were kept."""
        best = self.training.best_epoch
        return float(self.training.history.validation_loss[best - 1]) if best else math.nan

    def __repr__(self) -> str:
        return (
            f"A GPT with {self.model.n_parameters:,} weights, taught to follow instructions for "
            f"{len(self.training.history)} epochs in {self.training.seconds:.0f} s. Answers to held-out instructions: "
            f"{self.held_out_loss:.3f} nats a token, perplexity {math.exp(self.held_out_loss):.2f}."
        )

    def plot(self) -> Figure:
        """Return a figure of both losses over the epochs."""
        figure = new_figure(7.0, 3.6)
        axes, history = figure.subplots(), self.training.history
        epochs = np.arange(1, len(history) + 1)
        axes.plot(epochs, history.train_loss, "o-", markersize=3, color="#0072b2", label="training pairs")
        axes.plot(epochs, history.validation_loss, "s--", markersize=3, color="#e69f00", label="held-out pairs")
        if self.training.best_epoch:
            axes.axvline(self.training.best_epoch, color="0.6", linestyle=":", label="weights kept")
        axes.set(xlabel="epoch", ylabel="nats a token of the answer", title="Learning to answer")
        axes.locator_params(axis="x", integer=True)  # there is no epoch 2.5
        axes.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def finetune_instructions(
    model: GPT,
    tokenizer: Tokenizer,
    pairs: Sequence[Mapping[str, str]],
    *,
    style: Style = "alpaca",
    held_out: float = 0.1,
    epochs: int = 5,
    batch_size: int = 8,
    learning_rate: float = 0.01,
    learn_prompt: bool = False,
    device: Any = "auto",
    seed: int = 0,
    progress: bool = True,
) -> InstructionTuning:
    """Return a model that learned from instructions and their answers.

    Parameters
    ----------
    model : GPT
        A pretrained one; a copy of it is trained. Weights that are frozen stay so, as under `add_lora`.
    tokenizer : Tokenizer
        The one it was pretrained with; it must have the token ``<|endoftext|>``, as `BytePairTokenizer` has.
    pairs : sequence of mapping of str to str
        Each has "instruction" and "output", and may have "input". An output may end with ``<|endoftext|>``, which is
        learned after every output once.
    style : {"alpaca", "phi3"}, default "alpaca"
        The form of the prompts; see `format_prompt`.
    held_out : float, default 0.1
        Share of the pairs, drawn at random, that is kept away from training and chooses the best epoch.
    epochs : int, default 5
        Passes.
    batch_size : int, default 8
        Pairs in a batch.
    learning_rate : float, default 0.01
        Highest rate of the matrices, as in `pretrain`.
    learn_prompt : bool, default False
        Whether the tokens of the prompts are learned too.
    device : str or torch.device, default "auto"
        Where to compute.
    seed : int, default 0
        For the split and the order.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    InstructionTuning
        Has ``answer(pair)``.

    Raises
    ------
    TypeError, ValueError
        When an argument does not fit, a pair has no instruction or no answer, or the tokenizer has no end of text.

    Notes
    -----
    Prompts that leave no room for an answer in the model's window lose their beginning; see `collate_instructions`.

    Examples
    --------
    >>> from ailiteracy.nlp import BytePairTokenizer, GPTConfig
    >>> tokenizer = BytePairTokenizer.train("aa", 257)
    >>> model = GPT(GPTConfig(257, context_length=64, width=16, n_heads=2, n_layers=1, dropout=0.0), seed=0)
    >>> pairs = [{"instruction": "x", "output": "yes"}] * 20
    >>> tuned = finetune_instructions(model, tokenizer, pairs, style="phi3", epochs=9, progress=False)
    >>> tuned.answer({"instruction": "x"})
    'yes'
    """
    if not isinstance(model, GPT):
        raise TypeError(message("model", "a GPT", model, "Train one with `pretrain`."))
    check_choice("style", style, ["alpaca", "phi3"])
    check_flag("learn_prompt", learn_prompt)
    check_number("held_out", held_out, above=0, high=0.5, remedy="0.1 is usual.")
    check_number("learning_rate", learning_rate, above=0)
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        check_integer(name, value, low=1)
    end_id = _end_of_text(tokenizer)
    rows = _encode(pairs, tokenizer, style, end_id)
    seed = check_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(rows), generator=generator).tolist()
    n_seen = max(1, round(len(rows) * held_out))
    model = copy.deepcopy(model)
    window = model.config.context_length
    learned = [rows[k] for k in order[n_seen:]]
    train = _PairBatches(learned, batch_size, end_id, window, learn_prompt, generator)
    seen = [_batch([rows[k] for k in order[start : min(n_seen, start + 16)]], end_id, window)
            for start in range(0, n_seen, 16)]  # fmt: skip
    used = [ids for inputs, (wanted, _) in [*train, *seen] for ids in (inputs.flatten(), wanted)]
    model.check_ids(torch.cat([torch.tensor([end_id]), *used])[None])
    asked = tuple(pairs[k] for k in order[: min(ASKED, n_seen)])
    samples: list[tuple[str, ...]] = []

    def write(its_model: Any, epoch: dict[str, float]) -> None:
        del epoch
        samples.append(tuple(_answer(its_model, tokenizer, pair, style, end_id, 60, 0.0) for pair in asked))

    training = fit(
        model, train, seen, loss=token_loss, optimizer=Muon(model, lr=learning_rate), schedule=warmup_cosine,
        epochs=epochs, clip_norm=1.0, callbacks=[write], device=device, seed=seed, progress=progress,
    )  # fmt: skip
    return InstructionTuning(model, tokenizer, style, end_id, asked, tuple(samples), training)


class _PairBatches:
    """Batches of prompts with answers, in a new order each pass."""

    def __init__(
        self, rows: list[tuple[list[int], list[int]]], batch_size: int, end_id: int, window: int, learn_prompt: bool,
        generator: torch.Generator,
    ) -> None:  # fmt: skip
        self.rows, self.batch_size, self.generator = rows, batch_size, generator
        self.end_id, self.window, self.learn_prompt = end_id, window, learn_prompt

    def __len__(self) -> int:
        return -(-len(self.rows) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, Target]]:
        for chosen in torch.split(torch.randperm(len(self.rows), generator=self.generator), self.batch_size):
            yield _batch([self.rows[k] for k in chosen.tolist()], self.end_id, self.window, self.learn_prompt)


def _batch(
    rows: list[tuple[list[int], list[int]]], end_id: int, window: int, learn_prompt: bool = False
) -> tuple[torch.Tensor, Target]:
    inputs, targets = collate_instructions(rows, end_id, max_length=window, learn_prompt=learn_prompt)
    return inputs, real_targets(targets)


def _answer(
    model: GPT, tokenizer: Tokenizer, pair: Mapping[str, str], style: Style, end_id: int, n: int, temperature: float
) -> str:
    """Return what the model writes after the prompt, up to the end-of-text token; cut off as ids, not as letters."""
    prompt = tokenizer.encode(format_prompt(pair, style))
    ids = generate(model, prompt, max_new_tokens=n, temperature=temperature, stop_tokens=[end_id])[len(prompt) :]
    return tokenizer.decode(ids[:-1] if ids and ids[-1] == end_id else ids)


def _end_of_text(tokenizer: Any) -> int:
    """Return the id of the end-of-text token."""
    special = getattr(tokenizer, "special_tokens", None) or {}
    tokens = list(getattr(tokenizer, "tokens", ()))
    if END_OF_TEXT in special:
        return int(special[END_OF_TEXT])
    if END_OF_TEXT in tokens:
        return tokens.index(END_OF_TEXT)
    remedy = "BytePairTokenizer.train(text, 512) gives one; without it a model never learns to stop."
    raise ValueError(message("tokenizer", f"one with the token {END_OF_TEXT}", tokenizer, remedy))


def _encode(pairs: Any, tokenizer: Tokenizer, style: Style, end_id: int) -> list[tuple[list[int], list[int]]]:
    """Return prompt ids and answer ids of each pair; the end of an answer is added later."""
    if isinstance(pairs, str) or not hasattr(pairs, "__len__") or len(pairs) < 2:
        remedy = "For example [{'instruction': 'Name a colour.', 'output': 'Blue.'}, ...]."
        raise TypeError(message("pairs", "a list of two or more pairs", pairs, remedy))
    rows = []
    for k, pair in enumerate(pairs):
        prompt = format_prompt(pair, style)
        output = pair.get("output")
        if not isinstance(output, str) or not output.removesuffix(END_OF_TEXT).strip():
            raise ValueError(message(f"pairs[{k}]", "a pair with an answer under 'output'", output, "Leave it out."))
        answer = encode_all(f"pairs[{k}]", output.removesuffix(END_OF_TEXT), tokenizer)
        if end_id in answer:
            remedy = "Cut the output there; the end itself is learned anyway."
            raise ValueError(message(f"pairs[{k}]", f"a pair with {END_OF_TEXT} at most at its end", output, remedy))
        rows.append((list(tokenizer.encode(prompt)), answer))
    return rows
