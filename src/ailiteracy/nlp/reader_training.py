"""Teach a network to answer questions.

The idea: a pretrained encoder turns each token into numbers that know their surroundings. A head of two numbers a token
is put on top, "starts here" and "ends here", and both are trained as classifications: which token is the right start,
which the right end? In a window without the answer the right token is [CLS].

Left out: days of training. Good readers learn from 100,000 questions; with a few hundred the encoder's view of words
matters more than anything done here.

Next: _span_learning.py for the windows and the loss; scores.py, which judges the answers.
"""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import torch_seed
from .._support.checks import check_flag, check_integer, check_number, check_seed
from .._support.devices import pick_device
from .._support.figures import new_figure, result_html
from .._support.files import check_path
from ..training.loop import fit
from ..training.schedule import warmup_cosine
from ._models import find_model, load_encoder, quiet
from ._span_learning import SpanLogits, WindowBatches, learning_windows, span_loss, span_optimizer
from ._squad import Asked, hold_out, read_squad
from .answers import Answer, pick_answers
from .scores import exact_match, f1_score
from .spans import read_many

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from ..training.history import History

__all__ = ["ReaderTraining", "train_reader"]

STRIDE = 128  # tokens that neighbouring windows over a long context share
LONGEST = 30  # tokens in an answer, when judging; as in answer()


@dataclass(frozen=True, eq=False, repr=False)
class ReaderTraining:
    """A trained reader, and how good it was before and after.

    Attributes
    ----------
    exact_match_before, f1_before : float
        Means over the test questions before training, 0 to 1: the head is drawn by chance.
    exact_match, f1 : float
        The same after training.
    answers : tuple of Answer
        What the trained reader says to each test question.
    truths : tuple of tuple of str
        The right answers to each.
    n_train, n_test : int
        How many questions.
    n_windows : int
        How many windows were trained on; a long context needs several.
    history : History
        Loss of every epoch; its accuracy counts right starts and right ends.
    network, tokenizer : transformers model and tokenizer
        The reader itself.
    seconds : float
        How long training and judging took.
    """

    exact_match_before: float
    f1_before: float
    exact_match: float
    f1: float
    answers: tuple[Answer, ...]
    truths: tuple[tuple[str, ...], ...]
    n_train: int
    n_test: int
    n_windows: int
    history: History
    network: Any
    tokenizer: Any
    seconds: float

    def __repr__(self) -> str:
        return (
            f"A reader trained on {self.n_train:,} questions ({self.n_windows:,} windows, {len(self.history)} epochs, "
            f"{self.seconds:.0f} s). On {self.n_test:,} others: exact match {self.exact_match:.1%} "
            f"(before: {self.exact_match_before:.1%}), F1 {self.f1:.1%} (before: {self.f1_before:.1%})."
        )

    def save(self, path: Any) -> pathlib.Path:
        """Write the reader into a folder that `answer(..., model=folder)` takes, and return the folder.

        Parameters
        ----------
        path : str or path-like
            The folder; made if missing, old files of the same names are replaced once all new ones are written.
        """
        folder = check_path("path", path)
        if folder.exists() and not folder.is_dir():
            raise FileExistsError(f"cannot write into {str(folder)!r}: it is a file. Choose another name.")
        part = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.part"
        try:
            with quiet():
                self.network.save_pretrained(part)
                self.tokenizer.save_pretrained(part)
            if folder.exists():
                for file in part.iterdir():
                    file.replace(folder / file.name)
            else:
                part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return folder

    def plot(self) -> Figure:
        """Draw the loss of every epoch, beside exact match and F1 before and after."""
        figure = new_figure(9.0, 3.4)
        left, right = figure.subplots(1, 2)
        epochs = np.arange(1, len(self.history) + 1)
        left.plot(epochs, self.history.train_loss, "o-", color="#0072b2")
        left.set(title="Loss in training", xlabel="epoch", ylabel="mean of start and end, in nats", ylim=(0, None))
        left.locator_params(axis="x", integer=True)
        for shift, name, scores, color in (
            (-0.2, "before", (self.exact_match_before, self.f1_before), "#9ecae1"),
            (0.2, "after", (self.exact_match, self.f1), "#e69f00"),
        ):
            bars = right.bar(np.arange(2) + shift, scores, width=0.38, label=name, color=color)
            right.bar_label(bars, [f"{score:.1%}" for score in scores])
        right.set(title=f"{self.n_test:,} questions not trained on", ylim=(0, 1.1), ylabel="mean score")
        right.set_xticks([0, 1], ["exact match", "F1"])
        right.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def train_reader(
    train: Any,
    test: Any = None,
    *,
    model: Any,
    epochs: int = 3,
    batch_size: int = 16,
    learning_rate: float = 1e-4,
    test_part: float = 0.25,
    download: bool = False,
    mirror: str | None = None,
    seed: int = 0,
    device: Any = "auto",
    progress: bool = True,
) -> ReaderTraining:
    """Fine-tune an encoder to answer questions, and judge it before and after.

    Parameters
    ----------
    train : path, dict or list of them
        Questions with answers in the layout of SQuAD: a JSON file, or what such a file holds.
    test : path, dict or list of them, optional
        Questions to judge by. Default: those of `test_part` of the articles of `train`, which are held out.
    model : str or path
        Folder or Hugging Face id of an encoder such as BERT or MiniLM; a question-answering head is added when it has
        none.
    epochs : int, default 3
        Passes over the training questions.
    batch_size : int, default 16
        Windows in a batch.
    learning_rate : float, default 1e-4
        Largest step size of the encoder; the head takes ten times larger steps. It rises, then falls towards 0.
    test_part : float, default 0.25
        Part of the articles to hold out.
    download : bool, default False
        Whether a Hugging Face id that is not in the cache may be fetched.
    mirror : str, optional
        The address of a copy of the hub to fetch from.
    seed : int, default 0
        For the head's first weights, the articles held out, the order of batches and dropout.
    device : str or torch.device, default "auto"
        Where to compute.
    progress : bool, default True
        Whether to draw bars when a terminal listens.

    Returns
    -------
    ReaderTraining
        Scores before and after; `.save(folder)` writes what `answer(..., model=folder)` reads.

    Raises
    ------
    TypeError, ValueError
        When an argument is not what it should be, a file is not in the layout of SQuAD, or the model is no encoder.
    FileNotFoundError
        When a file or the model is missing.

    See Also
    --------
    answer : Asks the trained reader.

    Notes
    -----
    Scores are means over questions of the best right answer, in English as the SQuAD evaluation script counts, in
    Chinese character by character. The weights of the last epoch are kept: the test questions choose nothing. Where a
    question of either part has no answer in its context, "no answer" competes with the stretches for every question, as
    in `answer` with ``no_answer=True``.

    References
    ----------
    Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2019, section 4.2.

    Examples
    --------
    The data are looked at before the model is.

    >>> train_reader({"data": []}, model="folder-of-an-encoder")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: `train` must be a file with at least one question, got {'data': []}. Its layout: ...
    """
    epochs = check_integer("epochs", epochs, low=1)
    batch_size = check_integer("batch_size", batch_size, low=1)
    rate = check_number("learning_rate", learning_rate, above=0)
    part = check_number("test_part", test_part, above=0, high=0.9)
    seed = check_seed(seed)
    check_flag("progress", progress)
    began = time.perf_counter()
    taught, judged = read_squad("train", train), None if test is None else read_squad("test", test)
    if judged is None:
        taught, judged = hold_out(taught, part, seed)
    folder = find_model(model, download=check_flag("download", download), mirror=mirror, progress=progress)
    with torch_seed(seed):
        tokenizer, network = load_encoder(folder)
    network.to(pick_device(device))
    batches = WindowBatches(learning_windows(taught, tokenizer, network, STRIDE), tokenizer, batch_size, seed)
    nothing = any("" in one.truths for one in (*taught, *judged))  # then saying nothing can be right
    options = {"longest": LONGEST, "n_best": 12, "stride": STRIDE, "no_answer": nothing, "progress": progress}
    before = _ask(judged, tokenizer, network, **options)
    result = fit(
        SpanLogits(network), batches, loss=span_loss, optimizer=span_optimizer(network, rate), schedule=warmup_cosine,
        epochs=epochs, clip_norm=1.0, device=device, seed=seed, progress=progress,
    )  # fmt: skip
    after = _ask(judged, tokenizer, network.eval(), **options)
    return ReaderTraining(
        *_judge(judged, before), *_judge(judged, after), tuple(after), tuple(one.truths for one in judged), len(taught),
        len(judged), len(batches.windows), result.history, network, tokenizer, time.perf_counter() - began,
    )  # fmt: skip


def _ask(asked: Sequence[Asked], tokenizer: Any, network: Any, **options: Any) -> list[Answer]:
    """Return the network's answer to each question."""
    found = read_many([(one.question, one.context) for one in asked], tokenizer, network, **options)
    return [
        pick_answers(one.question, one.context, spans, "reader in training", 1)[0]
        for one, spans in zip(asked, found, strict=True)
    ]


def _judge(asked: Sequence[Asked], answers: Sequence[Answer]) -> tuple[float, float]:
    """Return the means of exact match and F1."""
    pairs = [(found.text, one.truths) for found, one in zip(answers, asked, strict=True)]
    exact, f1 = ([float(score(*pair)) for pair in pairs] for score in (exact_match, f1_score))
    return float(np.mean(exact)), float(np.mean(f1))
