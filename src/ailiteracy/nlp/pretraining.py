"""Pre-training: a model reads a text and learns, at every place, to guess the next token.

The idea: the text itself holds the answers, so nobody has to label anything. Windows are drawn from the text at random;
the loss is the mean of -ln p(the token that really came), in nats a token; e to the loss is the perplexity: among how
many tokens the model hesitates.

Left out: texts larger than memory, filters against bad text.
Next: classification.py, which turns such a model into a classifier.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .._support.checks import check_integer, check_number, check_seed, check_text, describe, message
from .._support.figures import new_figure, result_html
from .._support.files import check_path, whole_file
from ..training import TrainingResult, fit, warmup_cosine
from ..training.resume import FRESH, RECORD
from ._muon import Muon
from ._token_batches import RandomWindows, encode_all, real_targets, token_loss
from .data import next_token_windows
from .generation import generate
from .gpt import GPT, GPTConfig
from .held_out import text_loss
from .tokenizers import CharacterTokenizer

if TYPE_CHECKING:
    import pathlib

    import numpy.typing as npt
    from matplotlib.figure import Figure

    from .pieces import Tokenizer

__all__ = ["Pretraining", "pretrain"]

LOOKED_AT = 128  # windows of the held-out part that a look takes; the last figure is over all of it
SAMPLES = "samples.json"  # beside the checkpoint: what was written at each look, and in which training


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Pretraining:
    """A language model and how it came to be.

    Parameters
    ----------
    model : GPT
        With the weights that did best on the held-out part.
    tokenizer : Tokenizer
        Text to ids and back.
    steps : ndarray of int, shape (n_looks,)
        After how many steps the model was looked at.
    train_losses, validation_losses : ndarray of float, shape (n_looks,)
        Nats a token: the mean since the last look, and on a part of the held-out text.
    samples : tuple of str
        What the model wrote at each look.
    validation_loss : float
        Of the weights that were kept, over the whole held-out text, in nats a token.
    training : TrainingResult
        The record of the loop; ``training.save(folder)`` writes the weights.
    start : tuple of int
        The ids with which the samples begin.
    """

    model: GPT
    tokenizer: Tokenizer
    steps: npt.NDArray[np.int64]
    train_losses: npt.NDArray[np.float64]
    validation_losses: npt.NDArray[np.float64]
    samples: tuple[str, ...]
    validation_loss: float
    training: TrainingResult
    start: tuple[int, ...]

    @property
    def perplexity(self) -> float:
        """Among how many tokens the model hesitates on the held-out text: e to the loss."""
        return math.exp(self.validation_loss)

    def write(
        self, prompt: str | None = None, *, max_new_tokens: int = 200, temperature: float = 0.8, seed: int = 0
    ) -> str:
        """Return the prompt (by default that of the samples) and what comes after it; `generate` has more ways."""
        ids = list(self.start) if prompt is None else _encode_prompt(prompt, self.tokenizer)
        ids = generate(self.model, ids, max_new_tokens=max_new_tokens, temperature=temperature, seed=seed)
        return self.tokenizer.decode(ids)

    def __repr__(self) -> str:
        ended = " until interrupted" if self.training.interrupted else ""
        n_steps = int(self.steps[-1]) if len(self.steps) else 0
        return (
            f"A GPT with {self.model.n_parameters:,} weights, trained for {n_steps:,} steps in "
            f"{self.training.seconds:.0f} s{ended}. On held-out text: {self.validation_loss:.3f} nats a token, "
            f"perplexity {self.perplexity:.2f} (guessing blindly: {self.model.config.vocab_size})."
        )

    def plot(self) -> Figure:
        """Return a figure of both losses over the steps, with blind guessing as the upper line."""
        figure = new_figure(7.0, 3.6)
        axes = figure.subplots()
        axes.plot(self.steps, self.train_losses, "o-", markersize=3, color="#0072b2", label="training text")
        axes.plot(self.steps, self.validation_losses, "s--", markersize=3, color="#e69f00", label="held-out text")
        axes.axhline(math.log(self.model.config.vocab_size), color="0.6", linestyle=":", label="guessing blindly")
        axes.set(xlabel="steps", ylabel="nats a token", title="How surprising is the next token?")
        axes.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def pretrain(
    text: str,
    *,
    tokenizer: Tokenizer | None = None,
    model: GPT | GPTConfig | None = None,
    steps: int = 300,
    looks: int = 6,
    batch_size: int = 16,
    learning_rate: float = 0.02,
    held_out: float = 0.1,
    prompt: str | None = None,
    checkpoint_dir: Any = None,
    device: Any = "auto",
    seed: int = 0,
    progress: bool = True,
) -> Pretraining:
    """Return a language model that learned from a text to guess the next token.

    Parameters
    ----------
    text : str
        What to learn from. With a `BytePairTokenizer`, ``<|endoftext|>`` between two texts is its one token.
    tokenizer : Tokenizer, optional
        By default one token for each character of the text.
    model : GPT or GPTConfig, optional
        A model to go on with, which is changed, or the numbers of a new one. By default a small one that learns in
        seconds: two blocks, width 64, a window of 64 tokens.
    steps : int, default 300
        Batches to learn from, rounded up to a multiple of `looks`.
    looks : int, default 6
        How often, evenly spread, the held-out loss is taken, a sample written and a checkpoint saved.
    batch_size : int, default 16
        Windows in a batch.
    learning_rate : float, default 0.02
        Highest rate of the matrices, which Muon moves; AdamW moves the rest with a fifth of it. It rises during the
        first tenth of the steps and then falls along a cosine.
    held_out : float, default 0.1
        Share of the text, at its end, that is kept away from training.
    prompt : str, optional
        How samples begin; by default with the first character of the held-out part.
    checkpoint_dir : str or path-like, optional
        Folder in which the training is saved at every look. The same call goes on from there and ends with the same
        weights; a call with another text, model, batch or prompt is refused.
    device : str or torch.device, default "auto"
        Where to compute.
    seed : int, default 0
        For first weights, windows and samples.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    Pretraining
        Model, tokenizer, losses, samples.

    Raises
    ------
    TypeError, ValueError
        When an argument does not fit, the text is too short for a window, the tokenizer gives ids that the model
        does not know, or the files in `checkpoint_dir` are damaged or of another training.

    Examples
    --------
    >>> result = pretrain("abc" * 300, steps=60, progress=False)
    >>> result.write("ab", max_new_tokens=4, temperature=0)
    'abcabc'
    """
    check_text("text", text, "Pass what the model shall learn from.")
    for name, value in (("steps", steps), ("looks", looks), ("batch_size", batch_size)):
        check_integer(name, value, low=1)
    check_number("learning_rate", learning_rate, above=0, remedy="0.02 is a good start.")
    check_number("held_out", held_out, above=0, high=0.5, remedy="0.1 is usual.")
    seed = check_seed(seed)
    tokenizer = CharacterTokenizer.train(text) if tokenizer is None else tokenizer
    model = _ready(model, tokenizer, seed)
    ids, split = _encode(text, tokenizer, model, held_out)
    length, per_look = model.config.context_length, math.ceil(steps / looks)
    train = RandomWindows(ids[:split], length, batch_size, per_look, seed)
    inputs, targets = next_token_windows(ids[split:], length)
    chosen = torch.linspace(0, len(inputs) - 1, min(len(inputs), LOOKED_AT)).long()  # evenly spread
    pairs = zip(torch.split(inputs[chosen], 16), torch.split(targets[chosen], 16), strict=True)
    seen = [(part, real_targets(wanted)) for part, wanted in pairs]
    start = ids[split : split + 1].tolist() if prompt is None else _encode_prompt(prompt, tokenizer)
    write = functools.partial(generate, ids=start, max_new_tokens=100, temperature=0.8, seed=seed)
    text_hash = hashlib.sha256(ids.numpy().tobytes()).hexdigest()[:16]
    settings = {"text (its hash)": text_hash, "tokens to learn from": split, "batch_size": batch_size, "prompt": start}
    settings |= dataclasses.asdict(model.config)
    notes = _Notes(lambda its_model: tokenizer.decode(write(its_model)), checkpoint_dir, settings)
    training = fit(
        model, train, seen, loss=token_loss, optimizer=Muon(model, lr=learning_rate), schedule=warmup_cosine,
        epochs=looks, clip_norm=1.0, callbacks=[notes], checkpoint_dir=checkpoint_dir, device=device, seed=seed,
        progress=progress,
    )  # fmt: skip
    losses = training.history.train_loss
    return Pretraining(
        model, tokenizer, np.arange(1, len(losses) + 1) * per_look, losses, training.history.validation_loss,
        notes.of(losses), text_loss(model, ids[split:]), training, tuple(start),
    )  # fmt: skip


class _Notes:
    """Writes a sample after each look; a training that is taken up finds the earlier ones in its folder."""

    def __init__(self, write: Any, folder: Any, settings: dict[str, Any]) -> None:
        self.write = write
        self.settings = json.loads(json.dumps(settings, default=float))  # as they come back from the file
        self.path = None if folder is None else check_path("checkpoint_dir", folder) / SAMPLES
        # A look is known by its loss: equal to the last digit when a step is repeated after a kill.
        self.samples = {} if self.path is None else _read_samples(self.path, self.settings)

    def __call__(self, model: Any, epoch: dict[str, float]) -> None:
        self.samples[repr(epoch["train_loss"])] = self.write(model)
        if self.path is not None:
            with whole_file(self.path) as part:
                part.write_text(json.dumps({"settings": self.settings, "samples": self.samples}), encoding="utf-8")

    def of(self, losses: npt.NDArray[np.float64]) -> tuple[str, ...]:
        return tuple(self.samples.get(repr(float(loss)), "") for loss in losses)


def _read_samples(path: pathlib.Path, settings: dict[str, Any]) -> dict[str, str]:
    """Return the samples of a training with these settings; none where none was begun."""
    if not path.is_file():
        if (path.parent / RECORD).exists():
            what = f"the checkpoint in {str(path.parent)!r} has no {SAMPLES}"
            raise ValueError(f"{what}, in which `pretrain` says what it learned from. {FRESH}")
        return {}
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        before, samples = dict(saved["settings"]), dict(saved["samples"])
    except (ValueError, TypeError, KeyError, RecursionError):  # JSON and UTF-8 errors are ValueErrors
        raise ValueError(f"{str(path)!r} is damaged, or of another version. {FRESH}") from None
    for name, now in settings.items():
        if before.get(name) != now:
            change = f"{name} was {describe(before.get(name))} and is {describe(now)}"
            raise ValueError(f"the checkpoint in {str(path.parent)!r} belongs to another training: {change}. {FRESH}")
    return {loss: str(sample) for loss, sample in samples.items()}


def _ready(model: Any, tokenizer: Any, seed: int) -> GPT:
    """Return the model to train, whose vocabulary is the tokenizer's."""
    size = getattr(tokenizer, "vocab_size", None)
    if not isinstance(size, int) or not callable(getattr(tokenizer, "encode", None)):
        remedy = "See CharacterTokenizer."
        raise TypeError(message("tokenizer", "a tokenizer with encode and decode", tokenizer, remedy))
    if model is None:
        model = GPTConfig(vocab_size=size, context_length=64, width=64, n_heads=4, n_layers=2, dropout=0.0)
    if isinstance(model, GPTConfig):
        model = GPT(model, seed=seed)
    if not isinstance(model, GPT):
        raise TypeError(message("model", "a GPT or a GPTConfig", model, "Leave it out for a small one."))
    if model.config.vocab_size != size:  # a larger one would write ids that the tokenizer cannot read
        remedy = f"Use GPTConfig(vocab_size={size}, ...)."
        expected = f"made for the tokenizer's {size} tokens"
        raise ValueError(message("model", expected, f"{model.config.vocab_size} tokens", remedy))
    return model


def _encode_prompt(prompt: Any, tokenizer: Tokenizer) -> list[int]:
    """Return the ids of a prompt; there must be one to go on from."""
    ids = encode_all("prompt", prompt, tokenizer)
    if not ids:
        raise ValueError(message("prompt", "a text with at least one token", prompt, "Write at least one word."))
    return ids


def _encode(text: str, tokenizer: Tokenizer, model: GPT, held_out: float) -> tuple[torch.Tensor, int]:
    """Return the ids of the text and where the held-out part begins."""
    ids = torch.tensor(encode_all("text", text, tokenizer), dtype=torch.long)
    split, length = len(ids) - round(len(ids) * held_out), model.config.context_length
    if min(split, len(ids) - split) <= length:
        needed = math.ceil((length + 1) / min(held_out, 1 - held_out))
        remedy = "Take a longer text or a model with a smaller context_length."
        expected = f"at least {needed} tokens, so that both parts fill a window of {length}"
        raise ValueError(f"`text` must hold {expected}, got {len(ids)}. {remedy}")
    model.check_ids(ids[None])
    return ids, split
