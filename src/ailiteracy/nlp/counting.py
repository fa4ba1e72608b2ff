"""Counting what follows what in texts, and how far that gets.

The idea: slide a window of n tokens over the text and count. Longer windows know more and have seen less: the same
text that fits the training part ever better becomes a surprise in the held-out part, unless unseen things get a share.

Left out: the models' memory. A network that shares what it learns between similar histories is the answer to what is
seen here, and the rest of this folder builds one.
Next: attention.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, check_integer, check_number, message
from .._support.figures import new_figure, result_html
from .._support.progress import progress_bar
from .ngrams import BEGIN, END, UNKNOWN, Counts, Document, NgramModel, Token, as_documents

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["NgramComparison", "compare_ngrams", "train_ngrams"]

SMOOTHING = ("kneser-ney", "interpolated", "add-k", "none")
LOOKS = {  # a colour and a mark for each
    "kneser-ney": ("#0072b2", "o"), "interpolated": ("#009e73", "s"),
    "add-k": ("#e69f00", "^"), "none": ("#555555", "x"),
}  # fmt: skip


def train_ngrams(
    documents: str | Sequence[Document], order: int = 3, *, smoothing: str = "kneser-ney", k: float = 1.0
) -> NgramModel:
    """Count what follows what in texts, and make a language model of the counts.

    Parameters
    ----------
    documents : str or sequence of documents
        One text, or a list of texts or of token lists. The tokens of a text are its characters; for words or other
        pieces pass lists: ``[line.split() for line in lines]``.
    order : int, default 3
        n, from 1 to 20: a token is judged by the n - 1 tokens before it.
    smoothing : {"kneser-ney", "interpolated", "add-k", "none"}
        Where the probability of what was never counted comes from. "none": there is none. "add-k": every count is
        `k` larger. "interpolated": shorter histories are mixed in, the more the more kinds of tokens have followed.
        "kneser-ney": so too, and a shorter history counts in how many contexts a token stood, not how often.
    k : float, default 1.0
        What "add-k" adds; above 0.

    Returns
    -------
    NgramModel
        Probabilities, perplexity, the chain rule written out, drawn texts, a figure.

    Raises
    ------
    TypeError
        When `documents` is neither a text nor a list of texts or token lists.
    ValueError
        When there is no token, or an option is out of range.

    Notes
    -----
    With c counts, h a history, h' the same without its first token, T(h) how many kinds of tokens followed h:
    add-k (c(h w) + k) / (c(h) + k V); interpolated (c(h w) + T(h) P(w | h')) / (c(h) + T(h)), by Witten and Bell;
    Kneser-Ney (max(c(h w) - D, 0) + D T(h) P(w | h')) / c(h) with D = 0.75. Below the shortest history stands 1 / V.

    References
    ----------
    Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling", 1999.

    Examples
    --------
    After the beginning stands 北 in two of three texts, and after 北 stands 京 in one of two.

    >>> model = train_ngrams(["北京", "北海", "上海"], 2, smoothing="none")
    >>> for step in model.chain("北京"):
    ...     print(step)
    P(北 | <bos>) = 0.6667
    P(京 | 北) = 0.5
    P(<eos> | 京) = 1
    """
    order = check_integer("order", order, low=1, high=20)
    check_choice("smoothing", smoothing, SMOOTHING)
    k = check_number("k", k, above=0)
    several = as_documents(documents)
    padded = [[BEGIN] * (order - 1) + list(document) + [END] for document in several]
    if all(len(tokens) == order for tokens in padded):
        remedy = "Pass a text to count in."
        raise ValueError(message("documents", "texts with at least one token", documents, remedy))
    found = [Counter(chain.from_iterable(_windows(tokens, order, m) for tokens in padded)) for m in range(order)]
    if smoothing == "kneser-ney":
        # In how many contexts? Each different n-gram of the next length is one context of its last tokens.
        for m in range(order - 2, -1, -1):
            found[m] = Counter(ngram[1:] for ngram in found[m + 1])
    counts: list[Counts] = []
    for ngrams in found:
        table: defaultdict[tuple[Token, ...], dict[Token, int]] = defaultdict(dict)
        for (*history, token), count in ngrams.items():
            table[tuple(history)][token] = count
        counts.append(dict(table))
    totals = [{history: sum(seen.values()) for history, seen in table.items()} for table in counts]
    tokens = tuple(dict.fromkeys([*chain.from_iterable(several), END, UNKNOWN]))
    return NgramModel(order, smoothing, k, tokens, tuple(counts), tuple(totals))


def _windows(tokens: Sequence[Token], order: int, m: int) -> Iterable[tuple[Token, ...]]:
    """Return every token after the padding together with the m tokens before it."""
    return zip(*(tokens[order - 1 - shift : len(tokens) - shift] for shift in range(m, -1, -1)), strict=True)


@dataclass(frozen=True, eq=False, repr=False)
class NgramComparison:
    """Perplexities of n-gram models by order and smoothing, on the text they counted and on another."""

    orders: tuple[int, ...]
    smoothings: tuple[str, ...]
    training: np.ndarray  # (n_smoothings, n_orders)
    held_out: np.ndarray  # (n_smoothings, n_orders); inf where something has probability 0

    def __repr__(self) -> str:
        """Return the winner in a sentence."""
        name, order, value = self.best
        return (
            f"Of {self.held_out.size} models the {order}-gram model with {name!r} is least surprised by the held-out "
            f"text: perplexity {value:.2f}."
        )

    @property
    def best(self) -> tuple[str, int, float]:
        """Smoothing, order and perplexity of the model that does best on the held-out text."""
        row, column = np.unravel_index(np.argmin(self.held_out), self.held_out.shape)
        return self.smoothings[row], self.orders[column], float(self.held_out[row, column])

    def plot(self) -> Figure:
        """Return a figure of perplexity by order.

        Returns
        -------
        matplotlib.figure.Figure
            Solid lines for the held-out text, dotted ones for the training text; infinite values are not drawn.
        """
        figure = new_figure(7.5, 4)
        axes = figure.subplots()
        for row, name in enumerate(self.smoothings):
            color, marker = LOOKS[name]
            held_out = np.where(np.isfinite(self.held_out[row]), self.held_out[row], np.nan)
            axes.plot(self.orders, held_out, color=color, marker=marker, label=f"{name}, held-out text")
            axes.plot(self.orders, self.training[row], ":", color=color, marker=marker, markersize=4, alpha=0.8)
        axes.plot([], [], ":", color="#555555", label="the same, training text")
        axes.set(xlabel="n", ylabel="perplexity", yscale="log", title="Longer windows know more and have seen less")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:g}")
        axes.set_xticks(self.orders, [str(order) for order in self.orders])
        axes.legend(frameon=False)
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_ngrams(
    train: str | Sequence[Document],
    held_out: str | Sequence[Document],
    *,
    orders: Iterable[int] = (1, 2, 3, 4, 5),
    smoothings: Iterable[str] = SMOOTHING,
    k: float = 1.0,
    progress: bool = True,
) -> NgramComparison:
    """Train n-gram models of several orders and smoothings, and compare their perplexities.

    Parameters
    ----------
    train, held_out : str or sequence of documents
        The text to count in, and another one of the same kind to be judged on; as in `train_ngrams`.
    orders : iterable of int, default (1, 2, 3, 4, 5)
        Values of n.
    smoothings : iterable of str, default all four
        Names as in `train_ngrams`.
    k : float, default 1.0
        What "add-k" adds.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    NgramComparison
        Two tables of perplexities and a figure.

    Raises
    ------
    TypeError
        When an argument has a wrong type.
    ValueError
        When an option is out of range.

    Examples
    --------
    >>> compare_ngrams("abababab", "ababab", orders=[1, 2], smoothings=["none"])
    Of 2 models the 2-gram model with 'none' is least surprised by the held-out text: perplexity 1.32.
    """
    sizes, names = _listed("orders", orders, "[1, 2, 3]"), _listed("smoothings", smoothings, "['kneser-ney', 'none']")
    seen, unseen = as_documents(train, "train"), as_documents(held_out, "held_out")
    jobs = [(name, order) for name in names for order in sizes]
    values = []
    for name, order in progress_bar(jobs, label="models", progress=progress):
        model = train_ngrams(seen, order, smoothing=name, k=k)
        values.append((model.perplexity(seen), model.perplexity(unseen)))
    table = np.array(values).reshape(len(names), len(sizes), 2)
    return NgramComparison(tuple(sizes), tuple(names), table[..., 0], table[..., 1])


def _listed(argument: str, got: Any, example: str) -> list[Any]:
    if isinstance(got, str) or not isinstance(got, Iterable):
        raise TypeError(message(argument, "a list", got, f"For example {example}."))
    if not (listed := list(got)):
        raise ValueError(message(argument, "a list that is not empty", got, f"For example {example}."))
    return listed
