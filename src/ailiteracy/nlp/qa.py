"""Ask a text a question: the answer is a stretch of the text itself.

The idea: no sentence is written; a reader scores every stretch of the context and points at the best one. So every
answer can be checked against its source: `context[start:end] == text`.

Left out: answers that must be put together from several places, counted or concluded.

Next: answers.py for what comes back, reader.py for the reader that is always there, spans.py for the neural one.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from .._support.checks import check_flag, check_integer, check_text, message
from .._support.progress import progress_bar
from .answers import N_SHOWN, Answer, pick_answers
from .reader import Span, language_of, read

if TYPE_CHECKING:
    import os

__all__ = ["answer"]

logger = logging.getLogger(__name__)

Texts = list[str] | tuple[str, ...]
BUILTIN = "built-in reader of rules and counts"


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
@overload
def answer(
    question: Texts,
    context: str | Texts,
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
) -> list[Answer]: ...
@overload
def answer(
    question: str | Texts,
    context: str | Texts,
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
) -> Answer | list[Answer] | list[list[Answer]]: ...
def answer(
    question: str | Texts,
    context: str | Texts,
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
) -> Any:
    """Return the stretch of the context that best answers the question.

    Parameters
    ----------
    question : str or list of str
        A question in English or Chinese, or several.
    context : str or list of str
        The text to find the answer in; any length, also in another script than the question. Several questions may go
        with one context, one question with several contexts, or the first with the first and so on.
    model : str or path, default "auto"
        "builtin" is a small reader of rules and counted features that needs no download. A folder or a Hugging Face id
        is a neural model fine-tuned to answer questions. "auto" takes a well-known neural model for the language of the
        context where one lies in the local Hugging Face cache, else the built-in reader; nothing is fetched. Who it was
        stands in the answer, as its `reader` and when it is printed; the log says so too, at the level INFO.
    top_k : int, default 1
        How many answers to return. Above 1 the result is a list, best first, no text twice; it may be shorter.
    max_answer_length : int, default 30
        The longest answer in the reader's tokens: words of English, characters of Chinese, word pieces for a neural
        model.
    no_answer : bool, default False
        Whether the reader may return the empty answer (text "", start 0, end 0) when it finds that more likely.
        Otherwise a context that has nothing to do with the question yields a guess with a low score. Where there is
        nothing to point at, the answer is empty all the same: for the built-in reader in a context of punctuation
        alone, for a neural model in one of which its tokenizer keeps nothing.
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
        With `context[answer.start:answer.end] == answer.text`. For lists of texts a list, one entry for each.

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
    pairs = _pairs(question, context)
    top_k = check_integer("top_k", top_k, low=1, remedy="Use 1 for the best answer.")
    longest = check_integer("max_answer_length", max_answer_length, low=1)
    check_flag("no_answer", no_answer)
    check_flag("download", download)
    check_flag("progress", progress)
    stride = check_integer("stride", stride, low=0)
    if mirror is not None:
        check_text("mirror", mirror, "Pass an address such as 'https://example.org', or None.")
    names = [_choose_model(model, text) for _, text in pairs]
    answers: list[list[Answer]] = [[] for _ in pairs]
    for name in dict.fromkeys(names):
        chosen = [k for k, other in enumerate(names) if other == name]
        asked = [pairs[k] for k in chosen]
        if name == "builtin":
            bar = progress_bar(asked, label="reading", progress=progress and len(asked) > 1)
            found, reader = [read(*pair, longest=longest, no_answer=no_answer) for pair in bar], BUILTIN
        else:
            folder = _find(name, download=download, mirror=mirror, progress=progress)
            found = _read_neural(asked, folder, device, longest=longest, n_best=2 * max(top_k, N_SHOWN) + 2,
                                 stride=stride, no_answer=no_answer, progress=progress)  # fmt: skip
            reader = f"neural model {_short_name(folder)}"
        if model == "auto":
            logger.info("answered by the %s; choose another with model=", reader)
        for k, spans in zip(chosen, found, strict=True):
            answers[k] = pick_answers(*pairs[k], spans, reader, top_k)
    results = [best[0] if top_k == 1 else best for best in answers]
    return results[0] if isinstance(question, str) and isinstance(context, str) else results


def _pairs(question: Any, context: Any) -> list[tuple[str, str]]:
    """Return every question with its context; a single text goes with each of the other."""
    given = {"question": question, "context": context}
    several = {name: list(texts) for name, texts in given.items() if isinstance(texts, list | tuple)}
    for name, texts in several.items():
        if not texts:
            raise ValueError(message(name, "a text or a list of at least one", texts, "Pass what to read."))
    for name, texts in given.items():
        for text in several.get(name, [texts]):
            check_text(name, text)
    n = max((len(texts) for texts in several.values()), default=1)
    if any(len(texts) != n for texts in several.values()):
        expected, got = f"as many as contexts ({len(several['context'])})", len(several["question"])
        raise ValueError(message("question", expected, got, "Pass one context for all, or one for each question."))
    return list(zip(several.get("question", [question] * n), several.get("context", [context] * n), strict=True))


def _find(name: str | os.PathLike[str], **options: Any) -> Path:
    from ._models import find_model

    return find_model(name, **options)


def _read_neural(pairs: list[tuple[str, str]], folder: Path, device: Any, **options: Any) -> list[list[Span]]:
    from ._models import load_model
    from .spans import read_many

    tokenizer, network = load_model(folder, device)
    return read_many(pairs, tokenizer, network, **options)


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
