"""The oldest language model: how likely is the next token after the last few?

The idea: the probability of a text is a product, one factor for each token: how likely is it after the tokens before
it? An n-gram model looks at the last n - 1 of them and at what followed them in a text. What was never counted
gets a share from shorter histories, or else one new pair of words would make a whole text impossible.

Left out: meaning. Every history is stored on its own, so that what follows "a red" says nothing about "a blue".
Next: counting.py, where the counts come from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.chance import as_generator
from .._support.checks import check_integer, message
from .._support.figures import new_figure, result_html, text_fonts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["NgramModel", "Step", "as_document", "as_documents"]

Token = Hashable
Document = Sequence[Token]
Counts = dict[tuple[Token, ...], dict[Token, int]]
Level = tuple[dict[Token, int], float, float, float]  # counts, what is taken off each, divisor, share of the shorter
BEGIN, END, UNKNOWN = "<bos>", "<eos>", "<unk>"
DISCOUNT = 0.75  # taken off every count by Kneser-Ney; between 0.7 and 0.8 on most texts


@dataclass(frozen=True)
class Step:
    """One factor of the chain rule: a token, what it was judged by, its probability."""

    history: tuple[Token, ...]
    token: Token
    probability: float

    def __str__(self) -> str:
        """Return it as people write it: P(token | history) = 0.25."""
        return f"P({self.token} | {' '.join(map(str, self.history))}) = {self.probability:.4g}"


@dataclass(frozen=True, eq=False, repr=False)
class NgramModel:
    """Counts of what follows what, and the probabilities made of them; `train_ngrams` makes one."""

    order: int  # n: each token is judged by the n - 1 before it
    smoothing: str
    k: float
    vocabulary: tuple[Token, ...]  # every token that can come next, with <eos> and <unk>
    counts: tuple[Counts, ...]  # counts[m][history of m tokens][token]; Kneser-Ney's m < n - 1 count kinds of contexts
    totals: tuple[dict[tuple[Token, ...], int], ...]  # totals[m][history]: the sum of these counts

    def __repr__(self) -> str:
        """Return the sizes in a sentence."""
        n_histories = len(self.counts[-1])
        return (
            f"A {self.order}-gram model ({self.smoothing}) over {len(self.vocabulary):,} tokens, with {n_histories:,} "
            f"histories of {self.order - 1} tokens counted."
        )

    def probability(self, token: Token, history: Document = ()) -> float:
        """Return how likely a token is after a history.

        Parameters
        ----------
        token : hashable
            A token; one never seen counts as "<unk>".
        history : sequence of tokens, default ()
            What stands before it. Only the last n - 1 tokens matter; a shorter history is a text's beginning.

        Returns
        -------
        float
            Over all tokens of the vocabulary the sum is 1, except for "none" after a history never seen: then 0.
        """
        return self._probability(self._known(token), self._history(history))

    def distribution(self, history: Document = ()) -> np.ndarray:
        """Return the probabilities of all tokens after a history, as an array of shape (n_vocabulary,)."""
        places = self._places()
        before = self._history(history)
        chances = np.full(len(places), self._floor(before))
        for seen, discount, divisor, rest in self._levels(before):
            chances *= rest
            for token, count in seen.items():
                chances[places[token]] += (count - discount) / divisor
        return chances

    def chain(self, document: Document) -> list[Step]:
        """Return the factors whose product is the probability of a document, the last one for its end.

        The chain rule: P(a b c) = P(a) P(b | a) P(c | a b). The beginning is certain, P(<bos>) = 1, and has no factor.

        Parameters
        ----------
        document : str or sequence of tokens
            A str is the sequence of its characters.

        Returns
        -------
        list of Step
            One for each token, and one for "<eos>".
        """
        windows = self._windows(as_document("document", document))
        return [Step(window[:-1], window[-1], self._probability(window[-1], window[:-1])) for window in windows]

    def log_probability(self, documents: str | Sequence[Document]) -> float:
        """Return the natural logarithm of the probability of one or several documents; -inf when it is 0."""
        # The same token after the same history comes often; its factor is computed once.
        windows = Counter(chain.from_iterable(map(self._windows, as_documents(documents))))
        factors = [(self._probability(window[-1], window[:-1]), count) for window, count in windows.items()]
        return math.fsum(count * math.log(chance) if chance else -math.inf for chance, count in factors)

    def perplexity(self, documents: str | Sequence[Document]) -> float:
        """Return the perplexity: among how many equally likely tokens the model seems to choose.

        Parameters
        ----------
        documents : str or sequence of documents
            One text, or a list of texts or of token lists.

        Returns
        -------
        float
            The exponential of the mean of -log P over all tokens and ends; inf when a token has probability 0.
        """
        several = as_documents(documents)
        return math.exp(-self.log_probability(several) / sum(len(document) + 1 for document in several))

    def sample(self, n_tokens: int = 100, *, prompt: Document = (), rng: Any = None) -> list[Token]:
        """Draw tokens one after the other, each by its probability after the ones before.

        Parameters
        ----------
        n_tokens : int, default 100
            How many at most; drawing ends early at "<eos>", which is not returned.
        prompt : str or sequence of tokens, default ()
            What to go on from; not returned.
        rng : int, numpy Generator or None
            Where chance comes from.

        Returns
        -------
        list of tokens
            For a model of characters ``"".join(...)`` makes a text of them.

        Raises
        ------
        ValueError
            When nothing ever followed what was drawn, which happens without smoothing only.
        """
        n_tokens = check_integer("n_tokens", n_tokens, low=0)
        generator = as_generator(rng)
        tokens = [self._known(token) for token in as_document("prompt", prompt)]
        begin = len(tokens)
        # <unk> is no token that can be written: its share goes to the others.
        may = np.array([token != UNKNOWN for token in self.vocabulary])
        while len(tokens) < begin + n_tokens:
            chances = self.distribution(tokens[-self.order :]) * may
            if not chances.any():
                got = f"{tokens[-self.order + 1 :]}" if self.order > 1 else "nothing"
                raise ValueError(f"`prompt` must have been followed by something, got {got}. Use a smoothing.")
            token = self.vocabulary[generator.choice(len(chances), p=chances / chances.sum())]
            if token == END:
                break
            tokens.append(token)
        return tokens[begin:]

    def plot(self, history: Document = (), *, top: int = 15) -> Figure:
        """Return a figure of the most likely next tokens.

        Parameters
        ----------
        history : str or sequence of tokens, default ()
            What stands before; () is the beginning of a text.
        top : int, default 15
            How many tokens to show.

        Returns
        -------
        matplotlib.figure.Figure
            One bar for each token.
        """
        top = check_integer("top", top, low=1)
        chances = self.distribution(history)
        best = np.argsort(-chances, kind="stable")[:top][::-1]
        figure = new_figure(7, 1.2 + 0.26 * len(best))
        axes = figure.subplots()
        axes.barh(range(len(best)), chances[best], color="#0072b2")
        names = [str(self.vocabulary[i]).replace(" ", "␣").replace("\n", "⏎") for i in best]
        axes.set_yticks(range(len(best)), names, fontfamily=text_fonts(), parse_math=False)
        before = "".join(history) if isinstance(history, str) else " ".join(map(str, history))
        title = f"What follows {before!r}?" if before else "How does a text begin?"
        axes.set_title(title, fontfamily=text_fonts(), parse_math=False)
        axes.set(xlabel="probability")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)

    def _known(self, token: Token) -> Token:
        return token if token in self.counts[0][()] else UNKNOWN

    def _windows(self, document: Document) -> Iterator[tuple[Token, ...]]:
        """Yield every token of a document, and its end, after the n - 1 tokens before it."""
        padded = [BEGIN] * (self.order - 1) + [self._known(token) for token in document] + [END]
        return zip(*(padded[shift:] for shift in range(self.order)), strict=False)

    def _places(self) -> dict[Token, int]:
        return {token: place for place, token in enumerate(self.vocabulary)}

    def _before(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """Return the last n - 1 tokens, with <bos> where the text has not as many."""
        wanted = self.order - 1
        padded = [BEGIN] * max(0, wanted - len(tokens)) + list(tokens)
        return tuple(padded[len(padded) - wanted :])

    def _history(self, history: Any) -> tuple[Token, ...]:
        return self._before([self._known(token) for token in as_document("history", history)])

    def _floor(self, history: tuple[Token, ...]) -> float:
        """Return what every token has before anything is counted: the same share, or nothing without smoothing."""
        return 0.0 if self.smoothing == "none" else 1 / len(self.vocabulary)

    def _levels(self, history: tuple[Token, ...]) -> Iterator[Level]:
        """Yield how to mix the counts after a history with what a shorter one says, the shortest first."""
        alone = self.smoothing in ("none", "add-k")  # these two look at the whole history only
        for m in range(len(history) if alone else 0, len(history) + 1):
            part = history[len(history) - m :]
            seen = self.counts[m].get(part)
            if seen is None:  # then no longer history was seen either
                return
            total, kinds = self.totals[m][part], len(seen)
            if self.smoothing == "none":
                yield seen, 0.0, total, 0.0
            elif self.smoothing == "add-k":  # as if every token had been seen k times more
                extra = self.k * len(self.vocabulary)
                yield seen, 0.0, total + extra, extra / (total + extra)
            elif self.smoothing == "interpolated":  # the more kinds have followed, the likelier is a new one
                yield seen, 0.0, total + kinds, kinds / (total + kinds)
            else:  # Kneser-Ney: a part of every count goes to the tokens that follow shorter histories
                yield seen, DISCOUNT, total, DISCOUNT * kinds / total

    def _probability(self, token: Token, history: tuple[Token, ...]) -> float:
        chance = self._floor(history)
        for seen, discount, divisor, rest in self._levels(history):
            chance = max(seen.get(token, 0) - discount, 0.0) / divisor + rest * chance
        return chance


def as_document(argument: str, value: Any) -> Document:
    """Return one document after checking that it is a text or a list of tokens."""
    one = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(one, Sequence) or isinstance(one, bytes) or not all(isinstance(token, Hashable) for token in one):
        raise TypeError(message(argument, "a text or a list of tokens", value, "For example 'abc' or ['a', 'word']."))
    if not isinstance(one, str) and (BEGIN in one or END in one):
        raise ValueError(message(argument, f"without {BEGIN} and {END}", value, "They are added for you."))
    return one


def as_documents(documents: Any, argument: str = "documents") -> list[Document]:
    """Return a list of documents; one text is a list of one. Errors name `argument`."""
    several = [documents] if isinstance(documents, str) else documents
    if not isinstance(several, Sequence) or isinstance(several, bytes) or not several:
        remedy = "Pass 'a text', ['two', 'texts'], or [['lists', 'of', 'words']]."
        raise TypeError(message(argument, "a text, or a list of texts or of token lists", documents, remedy))
    return [as_document(f"{argument}[{k}]", one) for k, one in enumerate(several)]
