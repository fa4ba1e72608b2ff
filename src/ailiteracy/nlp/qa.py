"""Ask a text a question: the answer is a stretch of the text itself.

The idea: no sentence is written; a reader scores every stretch of the context and points at the best one. So every
answer can be checked against its source: `context[start:end] == text`.

Left out: answers that must be put together from several places, counted or concluded.

Next: reader.py for the reader that is always there, spans.py for the neural one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from .._support.checks import check_flag, check_integer, check_text
from .._support.figures import result_html
from .reader import Span, language_of, read

if TYPE_CHECKING:
    import os

    from matplotlib.figure import Figure

__all__ = ["Answer", "answer"]

logger = logging.getLogger(__name__)

BUILTIN = "built-in reader of rules and counts"
N_SHOWN = 5  # candidates in the figure


@dataclass(frozen=True, eq=False, repr=False)
class Answer:
    """An answer and where it stands: `context[start:end] == text`.

    Attributes
    ----------
    text : str
        The answer; "" when the reader says that the context holds none.
    score : float
        The probability that the reader gives this stretch among all stretches and "no answer", 0 to 1.
    start, end : int
        The characters of the context it takes up, `end` excluded.
    reader : str
        Which reader answered.
    reasons : tuple of (str, float)
        What spoke for (+) or against (-) this stretch, strongest first; only the built-in reader can say.
    rivals : tuple of (str, float)
        The best stretches with their scores, this one included.
    question, context : str
        What was asked of what.
    """

    text: str
    score: float
    start: int
    end: int
    reader: str
    reasons: tuple[tuple[str, float], ...] = ()
    rivals: tuple[tuple[str, float], ...] = ()
    question: str = ""
    context: str = ""

    def __repr__(self) -> str:
        if not self.text:
            return f"No answer to {self.question!r} in this context, says the {self.reader} (score {self.score:.2f})."
        place = f"characters {self.start} to {self.end} of {len(self.context)}"
        return (
            f"{self.text!r} ({place}) answers {self.question!r}, says the {self.reader}, with score {self.score:.2f}."
        )

    def plot(self) -> Figure:
        """Draw the context with the answer marked, above the scores of the best candidates.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels; a long context is cut around the answer.

        Examples
        --------
        >>> figure = answer("Who won?", "Ada won.", model="builtin").plot()
        >>> [axes.get_title() for axes in figure.axes]
        ['Who won?', 'Best candidates']
        """
        from ._answer_figure import draw_answer

        return draw_answer(self)

    def _repr_html_(self) -> str:
        return result_html(self)


@overload
def answer(
    question: str,
    context: str,
    *,
    model: str | os.PathLike[str] = "auto",
    top_k: Literal[1] = 1,
    max_answer_length: int = 30,
    no_answer: bool = False,
    stride: int = 128,
    device: Any = "auto",
    download: bool = False,
    mirror: str | None = None,
    progress: bool = True,
) -> Answer: ...
@overload
def answer(
    question: str,
    context: str,
    *,
    model: str | os.PathLike[str] = "auto",
    top_k: int,
    max_answer_length: int = 30,
    no_answer: bool = False,
    stride: int = 128,
    device: Any = "auto",
    download: bool = False,
    mirror: str | None = None,
    progress: bool = True,
) -> Answer | list[Answer]: ...
def answer(
    question: str,
    context: str,
    *,
    model: str | os.PathLike[str] = "auto",
    top_k: int = 1,
    max_answer_length: int = 30,
    no_answer: bool = False,
    stride: int = 128,
    device: Any = "auto",
    download: bool = False,
    mirror: str | None = None,
    progress: bool = True,
) -> Answer | list[Answer]:
    """Return the stretch of the context that best answers the question.

    Parameters
    ----------
    question : str
        A question in English or Chinese.
    context : str
        The text to find the answer in; any length, also in another script than the question.
    model : str or path, default "auto"
        "builtin" is a small reader of rules and counted features that needs no download. A folder or a Hugging Face id
        is a neural model fine-tuned to answer questions. "auto" takes a well-known neural model for the language of the
        context where one lies in the local Hugging Face cache, else the built-in reader; nothing is fetched, and the
        log says who answered.
    top_k : int, default 1
        How many answers to return. Above 1 the result is a list, best first, no text twice; it may be shorter.
    max_answer_length : int, default 30
        The longest answer in the reader's tokens: words of English, characters of Chinese, word pieces for a neural
        model.
    no_answer : bool, default False
        Whether the reader may return the empty answer (text "", start 0, end 0) when it finds that more likely.
        Otherwise a context that has nothing to do with the question yields a guess with a low score. A context of
        punctuation alone always yields the empty answer.
    stride : int, default 128
        How many tokens neighbouring windows of a neural model share.
    device : str or torch.device, default "auto"
        Where a neural model runs.
    download : bool, default False
        Whether a Hugging Face id that is not in the cache may be fetched.
    mirror : str, optional
        The address of a copy of the hub to fetch from.
    progress : bool, default True
        Whether a neural model shows a bar in a terminal over a long context.

    Returns
    -------
    Answer or list of Answer
        With `context[answer.start:answer.end] == answer.text`.

    Raises
    ------
    TypeError, ValueError
        When an argument is not what it should be, the question is longer than the model's window, or the model is
        damaged or has no question-answering head.
    FileNotFoundError
        When a model folder or a file in it is missing, or a hub id is not here and may not be, or could not be,
        fetched.

    See Also
    --------
    exact_match : Judge an answer against the truth.

    References
    ----------
    Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", 2016: the task, and a reader of
    features. Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2019: start and end scores.

    Examples
    --------
    >>> found = answer("谁是人工智能之父？", "艾伦·图灵是人工智能之父，被誉为计算机科学的奠基人。", model="builtin")
    >>> found.text, found.start, found.end
    ('艾伦·图灵', 0, 5)
    """
    check_text("question", question)
    check_text("context", context)
    top_k = check_integer("top_k", top_k, low=1, remedy="Use 1 for the best answer.")
    longest = check_integer("max_answer_length", max_answer_length, low=1)
    check_flag("no_answer", no_answer)
    check_flag("download", download)
    check_flag("progress", progress)
    stride = check_integer("stride", stride, low=0)
    if mirror is not None:
        check_text("mirror", mirror, "Pass an address such as 'https://example.org', or None.")
    name = _choose_model(model, context)
    if name == "builtin":
        spans, reader = read(question, context, longest=longest, no_answer=no_answer), BUILTIN
    else:
        from ._models import find_model, load_model
        from .spans import read_spans

        folder = find_model(name, download=download, mirror=mirror)
        tokenizer, network = load_model(folder, device)
        spans = read_spans(
            question, context, tokenizer, network, longest=longest, n_best=2 * max(top_k, N_SHOWN) + 2,
            stride=stride, no_answer=no_answer, progress=progress,
        )  # fmt: skip
        reader = f"neural model {_short_name(folder)}"
    if model == "auto":
        logger.info("answered by the %s; choose another with model=", reader)
    answers = _answers(question, context, spans, reader, top_k)
    return answers[0] if top_k == 1 else answers


def _choose_model(model: Any, context: str) -> str | os.PathLike[str]:
    """Return "builtin", or the folder or id of a neural model; "auto" looks into the local cache only."""
    if not isinstance(model, str) or model != "auto":
        chosen: str | os.PathLike[str] = model  # checked when it is looked for
        return chosen
    from ._models import cached_model

    return cached_model(language_of(context)) or "builtin"


def _short_name(folder: os.PathLike[str]) -> str:
    """Return the name of a model by its folder; the cache writes owner/name as models--owner--name/snapshots/hash."""
    path = Path(folder).absolute()
    hub = path.parent.parent.name
    return hub.removeprefix("models--").replace("--", "/") if hub.startswith("models--") else path.name


def _answers(question: str, context: str, spans: list[Span], reader: str, top_k: int) -> list[Answer]:
    """Return the best answers; stretches with the same text are one, at the place of the best."""
    merged: dict[str, tuple[float, Span]] = {}
    for span in spans:
        key = context[span.start : span.end].casefold()
        score, best = merged.get(key, (0.0, span))
        merged[key] = score + span.score, best
    ranked = sorted(merged.values(), key=lambda pair: -pair[0])
    rivals = tuple((context[span.start : span.end], min(score, 1.0)) for score, span in ranked[:N_SHOWN])
    answers = [
        Answer(
            context[span.start : span.end],
            min(score, 1.0),
            span.start,
            span.end,
            reader,
            span.reasons(),
            rivals,
            question,
            context,
        )
        for score, span in ranked[:top_k]
    ]
    return answers or [Answer("", 0.0, 0, 0, reader, (), (), question, context)]
