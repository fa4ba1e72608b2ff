"""What a reader brings back: a stretch of the context, with its place, its score and its rivals.

The idea: readers return stretches with probabilities. Stretches with the same words are one answer, whose probability
is their sum; the best of them says where it stands.

Left out: the readers.

Next: reader.py for the reader that is always there, spans.py for the neural one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._support.figures import result_html
from .._support.language import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .reader import Span

__all__ = ["Answer", "pick_answers"]

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
            words = say("No answer to {question!r} in this context, says the {reader} (score {score:.2f}).")
            return words.format(question=self.question, reader=say(self.reader), score=self.score)
        words = say(
            "{text!r} (characters {start} to {end} of {n}) answers {question!r}, says the {reader}, "
            "with score {score:.2f}."
        )
        return words.format(
            text=self.text, start=self.start, end=self.end, n=len(self.context), question=self.question,
            reader=say(self.reader), score=self.score,
        )  # fmt: skip

    def plot(self) -> Figure:
        """Draw the context with the answer marked, above the scores of the best candidates.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels; a long context is cut around the answer.

        Examples
        --------
        >>> from ailiteracy.nlp import answer
        >>> figure = answer("Who won?", "Ada won.", model="builtin").plot()
        >>> [axes.get_title() for axes in figure.axes]
        ['Who won?', 'Best candidates']
        """
        from ._answer_figure import draw_answer

        return draw_answer(self)

    def _repr_html_(self) -> str:
        return result_html(self)


def pick_answers(question: str, context: str, spans: list[Span], reader: str, top_k: int) -> list[Answer]:
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
