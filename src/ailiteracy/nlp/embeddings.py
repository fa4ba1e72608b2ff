"""Words and sentences as vectors: what is alike lies close together.

The idea: a word is known by the company it keeps. Count which words stand near it, and its row of counts is a vector;
words used alike have rows alike. A sentence gets a vector too: from the pieces of its words, which knows spelling only,
or from a neural network that has read a billion sentences, which knows some meaning.

Left out: word2vec, which learns nearly the same vectors by prediction. Next: text_vectors.py for sentences.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.arrays import detached
from .._support.checks import check_flag, check_integer, check_text, message
from .._support.figures import new_figure, result_html, text_fonts
from ._words import tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

__all__ = ["VectorSpace", "learn_word_vectors"]

N_SHOWN = 40  # more labels in one figure cover one another
MAX_WORDS = 3000  # a table of 3,000 x 3,000 numbers takes 36 MB and some seconds


@dataclass(frozen=True, eq=False, repr=False)
class VectorSpace:
    """Labelled vectors, and what is near to what.

    Parameters
    ----------
    labels : sequence of str
        Words or texts, each once.
    vectors : array of shape (n_labels, n_dimensions)
        One row for each label. Rows are brought to length 1, so that a product of two is their cosine.
    """

    labels: Sequence[str]
    vectors: np.ndarray

    def __post_init__(self) -> None:
        labels: tuple[Any, ...] = (self.labels,) if isinstance(self.labels, str) else tuple(self.labels)
        for k, label in enumerate(labels):
            if not isinstance(label, str):
                remedy = "Write numbers as texts: [str(label) for label in labels]."
                raise TypeError(message(f"labels[{k}]", "a text (str)", label, remedy))
        vectors = _as_rows(self.vectors, len(labels))
        if len(set(labels)) < len(labels):
            twice = next(label for label, count in Counter(labels).items() if count > 1)
            raise ValueError(message("labels", "different from one another", twice, "Leave the second one out."))
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "vectors", unit_rows(vectors))

    def __repr__(self) -> str:
        return f"A space of {len(self.labels):,} vectors with {self.vectors.shape[1]} dimensions."

    def __getitem__(self, label: str) -> np.ndarray:
        """Return the vector of a label, of length 1."""
        return np.asarray(self.vectors[self._place("label", label)])

    def similarity(self, first: str, second: str) -> float:
        """Return the cosine of the angle between two labels' vectors: 1 for the same direction, 0 for none shared."""
        return float(self[first] @ self[second])

    def nearest(self, query: str | np.ndarray, *, top: int = 5) -> list[tuple[str, float]]:
        """Return the labels nearest to a label (itself left out) or to any vector.

        Parameters
        ----------
        query : str or array of shape (n_dimensions,)
            A label of this space, or a vector such as `embed(["a new text"])[0]`.
        top : int, default 5
            How many to return.

        Returns
        -------
        list of (str, float)
            Labels with their cosine, the nearest first.
        """
        if isinstance(query, str):
            return self._ranked(self[query], top, without={query})
        vector = np.asarray(detached(query), dtype=float)
        if vector.shape != self.vectors.shape[1:] or not np.isfinite(vector).all():
            expected = f"a label or a vector of {self.vectors.shape[1]} finite numbers"
            raise ValueError(message("query", expected, query, "Use the same model for texts and query."))
        return self._ranked(vector, top, without=set())

    def analogy(
        self, first: str, second: str, third: str, *, top: int = 5, exclude_inputs: bool = True
    ) -> list[tuple[str, float]]:
        """Return what is nearest to second - first + third: "first is to second as third is to ...".

        Parameters
        ----------
        first, second, third : str
            Labels, for example "man", "king", "woman".
        top : int, default 5
            How many to return.
        exclude_inputs : bool, default True
            Whether the three words themselves may not be answers. With False one sees how often the "answer" is simply
            `second` or `third`: most of what analogies seem to prove is owed to this rule.

        Returns
        -------
        list of (str, float)
            Labels with their cosine, the nearest first.
        """
        goal = self[second] - self[first] + self[third]
        without = {first, second, third} if check_flag("exclude_inputs", exclude_inputs) else set()
        return self._ranked(goal, top, without=without)

    def plot(self, labels: Sequence[str] | None = None) -> Figure:
        """Draw labels in the plane that keeps most of their differences (PCA).

        Parameters
        ----------
        labels : sequence of str, optional
            Which ones; without, the first 40.

        Returns
        -------
        matplotlib.figure.Figure
            The axes say how much of the differences each direction keeps; the rest is not to be seen.
        """
        shown = list(self.labels[:N_SHOWN] if labels is None else labels)
        if len(shown) < 2:
            raise ValueError(message("labels", "at least two", shown, "A plane needs two points to differ."))
        points, shares = principal_plane(np.stack([self[label] for label in shown]))
        figure = new_figure(8, 5)
        axes = figure.add_subplot()
        axes.scatter(points[:, 0], points[:, 1], s=18)
        short = [label if len(label) <= 32 else label[:30] + "..." for label in shown]
        for text, point, (side, down) in zip(short, points, _label_places(short, points), strict=True):
            axes.annotate(
                text, point, xytext=(4 * side, -3 - 11 * down), textcoords="offset points", fontsize=9,
                ha="left" if side > 0 else "right", fontfamily=text_fonts(), parse_math=False,
            )  # fmt: skip
        axes.margins(0.15)
        axes.set(title=f"{len(shown)} vectors of {self.vectors.shape[1]} dimensions, seen in a plane")
        axes.set(xlabel=f"first direction ({shares[0]:.0%})", ylabel=f"second direction ({shares[1]:.0%})")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)

    def _place(self, argument: str, label: str) -> int:
        """Return the row of a label."""
        if not isinstance(label, str):
            raise TypeError(message(argument, "a text (str)", label, f"Pass a label such as {self.labels[0]!r}."))
        if label not in self.labels:
            import difflib

            near = difflib.get_close_matches(label, self.labels, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Pass one of them, for example {self.labels[0]!r}."
            raise ValueError(message(argument, f"one of the {len(self.labels):,} labels", label, hint))
        return tuple(self.labels).index(label)

    def _ranked(self, goal: np.ndarray, top: int, *, without: set[str]) -> list[tuple[str, float]]:
        """Return the nearest labels, except some."""
        check_integer("top", top, low=1)
        cosines = self.vectors @ unit_rows(goal[None])[0]  # (n_labels,)
        order = [int(row) for row in np.argsort(-cosines, kind="stable") if self.labels[row] not in without]
        return [(self.labels[row], float(cosines[row])) for row in order[:top]]


def learn_word_vectors(
    text: str, *, dimensions: int = 50, window: int = 4, min_count: int = 3, max_words: int = 2000
) -> VectorSpace:
    """Return vectors of the words of a text, learned by counting neighbours.

    Parameters
    ----------
    text : str
        The longer the better; below a million words the neighbours are rough.
    dimensions : int, default 50
        Numbers kept of each word's row.
    window : int, default 4
        How many words before and after count as neighbours.
    min_count : int, default 3
        Rarer words are left out: a few sightings say little.
    max_words : int, default 2000
        The most frequent words are kept; at most 3,000.

    Returns
    -------
    VectorSpace
        The words by falling frequency, in small letters.

    Notes
    -----
    Pairs are counted, and each count is compared with what chance would give: log P(a, b) / P(a) P(b), negative values
    set to 0 (positive pointwise mutual information). The singular value decomposition keeps the directions in which
    the rows differ most; each is weighted by the root of its singular value.

    References
    ----------
    Levy, Goldberg and Dagan, "Improving Distributional Similarity with Lessons Learned from Word Embeddings", 2015.

    Examples
    --------
    >>> space = learn_word_vectors("a cat eats . a dog eats . a cat runs . a dog runs . " * 3, dimensions=3, window=1)
    >>> space.nearest("cat", top=1)[0][0]
    'dog'
    """
    check_text("text", text)
    for name, value in {"dimensions": dimensions, "window": window, "min_count": min_count}.items():
        check_integer(name, value, low=1)
    check_integer("max_words", max_words, low=2, high=MAX_WORDS)
    tokens = [token.text.lower() for token in tokenize(text) if token.kind != "mark"]
    counts = Counter(tokens).most_common(max_words)
    words = [word for word, count in counts if count >= min_count]
    if len(words) <= dimensions:
        expected = f"a text with more than {dimensions} words that occur {min_count} times"
        raise ValueError(message("text", expected, f"{len(words)} of them", "Lower `dimensions` or `min_count`."))
    pairs = _count_pairs(tokens, words, window)  # (V, V)
    # The matrix is symmetric: its singular vectors are eigenvectors, which are found faster.
    U, S, _ = np.linalg.svd(_above_chance(pairs), hermitian=True)
    return VectorSpace(words, U[:, :dimensions] * np.sqrt(S[:dimensions]))


def _count_pairs(tokens: list[str], words: list[str], window: int) -> np.ndarray:
    """Return how often each word stands near each other one, as an array of shape (V, V)."""
    places = {word: place for place, word in enumerate(words)}
    ids = np.array([places.get(token, -1) for token in tokens])
    pairs = np.zeros((len(words), len(words)))
    for distance in range(1, min(window, len(ids) - 1) + 1):
        left, right = ids[:-distance], ids[distance:]
        known = (left >= 0) & (right >= 0)
        np.add.at(pairs, (left[known], right[known]), 1.0)
    return pairs + pairs.T  # before or after: both are near


def _above_chance(pairs: np.ndarray) -> np.ndarray:
    """Return the positive pointwise mutual information of counts (V, V)."""
    alone = pairs.sum(axis=1)  # (V,)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(pairs * pairs.sum() / np.outer(alone, alone))
    return np.asarray(np.nan_to_num(np.maximum(ratio, 0.0), nan=0.0))


def principal_plane(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the coordinates (n, 2) in the plane of largest variance, and the shares of the variance (2,)."""
    centred = vectors - vectors.mean(axis=0)
    U, S, _ = np.linalg.svd(centred, full_matrices=False)
    U, S = np.pad(U, ((0, 0), (0, 1))), np.append(S, 0.0)  # two points or one dimension have a single direction
    return U[:, :2] * S[:2], S[:2] ** 2 / max(float((S**2).sum()), 1e-300)


def _label_places(labels: list[str], points: np.ndarray) -> list[tuple[int, int]]:
    """Return for each point on which side its label goes (1 right, -1 left) and how many lines below the point."""
    spread = np.ptp(points, axis=0)
    places = (points - points.min(axis=0)) / np.where(spread > 0, spread, 1.0)  # from 0 to 1
    taken: list[tuple[float, float, float]] = []
    found = [(1, 0)] * len(labels)
    for row in np.argsort(-places[:, 1], kind="stable"):
        (x, y), width, down = places[row], 0.015 * len(labels[row]), 0  # a letter takes about 1.5 % of the figure
        side = 1 if x <= 0.5 else -1  # towards the middle, where there is room
        left = x if side > 0 else x - width
        while any(abs(y - 0.05 * down - b) < 0.045 and left < d and c < left + width for b, c, d in taken):
            down += 1
        taken.append((y - 0.05 * down, left, left + width))
        found[row] = side, down
    return found


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Return rows of length 1; a row of zeros stays."""
    _, exponents = np.frexp(np.abs(vectors).max(axis=-1, keepdims=True, initial=0))
    vectors = np.ldexp(vectors, -exponents)  # by a power of two, so exactly: squares of tiny numbers would be 0
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0))


def _as_rows(vectors: Any, n_labels: int) -> np.ndarray:
    """Return the vectors as a table of floats with one row for each label."""
    try:
        rows = np.asarray(detached(vectors), dtype=float)
    except (TypeError, ValueError):
        rows = np.zeros(0)
    if n_labels == 0 or rows.ndim != 2 or len(rows) != n_labels or not rows.size or not np.isfinite(rows).all():
        expected = f"finite numbers of shape (n_labels, n_dimensions) for {n_labels} labels"
        raise ValueError(message("vectors", expected, vectors, "Pass `embed(labels)`."))
    return rows
