"""Byte-pair encoding, to be read: how pieces are learned from a text, and how a word is cut into them.

The idea: a text is a row of bytes, 256 kinds. Find the two neighbours that stand together most often and give the pair
a number of its own, 256; then 257, and so on. A new word is cut by making the same merges in the same order.

Left out: speed. Every merge counts every pair again; `_fast_pairs.py` keeps the counts and gives the same merges.
Next: bpe.py, the tokenizer made of these steps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from .._support.checks import check_integer, check_text, message
from .._support.figures import new_figure, result_html, text_fonts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.figure import Figure

__all__ = [
    "BytePairSteps",
    "Pair",
    "WORD",
    "best_pair",
    "byte_pair_steps",
    "count_pairs",
    "count_words",
    "cut_word",
    "learn_pairs",
    "merge_pair",
    "spell",
]

Pair = tuple[int, int]

# GPT-2's rule: merges never cross the border of a word. A word takes the space before it along.
WORD = regex.compile(
    r"'(?:[sdmt]|ll|ve|re)"  # the ends of don't, we'll, I've
    r"| ?\p{L}+"  # letters
    r"| ?\p{N}+"  # digits
    r"| ?[^\s\p{L}\p{N}]+"  # everything else that can be seen
    r"|\s+(?!\S)"  # spaces, without the one that belongs to the next word
    r"|\s+"
)


def count_words(text: str) -> Counter[bytes]:
    """Return how often each word of the text occurs, as bytes.

    Examples
    --------
    >>> count_words("no no, yes")
    Counter({b'no': 1, b' no': 1, b',': 1, b' yes': 1})
    """
    return Counter({word.encode(): count for word, count in Counter(WORD.findall(text)).items()})


def count_pairs(words: Iterable[tuple[Sequence[int], int]]) -> Counter[Pair]:
    """Return how often each pair of neighbours occurs in words given as (ids, count)."""
    counts: Counter[Pair] = Counter()
    for ids, count in words:
        for pair in pairwise(ids):
            counts[pair] += count
    return counts


def best_pair(counts: Mapping[Pair, int]) -> Pair:
    """Return the most frequent pair; of equals the one with the smaller ids, so that every run learns the same."""
    return min(counts, key=lambda pair: (-counts[pair], pair))


def merge_pair(ids: Sequence[int], pair: Pair, new: int) -> list[int]:
    """Return the ids with the pair replaced by `new`, from left to right.

    Examples
    --------
    >>> merge_pair([1, 1, 1, 2], (1, 1), 9)
    [9, 1, 2]
    """
    merged, i = [], 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def learn_pairs(counted: Mapping[bytes, int], n_merges: int) -> list[tuple[Pair, int]]:
    """Return the first merges as (pair, count), counting all pairs anew for each; merge k makes the id 256 + k."""
    words: list[tuple[Sequence[int], int]] = [(list(word), count) for word, count in counted.items()]
    merges = []
    for new in range(256, 256 + n_merges):
        counts = count_pairs(words)
        if not counts:  # every word is one piece
            break
        pair = best_pair(counts)
        merges.append((pair, counts[pair]))
        words = [(merge_pair(ids, pair, new), count) for ids, count in words]
    return merges


def cut_word(word: bytes, ranks: Mapping[Pair, int]) -> list[int]:
    """Return the ids of one word: the merge that was learned first goes first, wherever it fits.

    Examples
    --------
    The pair (98, 99) was learned first, so "abc" becomes a + bc and not ab + c.

    >>> cut_word(b"abc", {(98, 99): 256, (97, 98): 257})
    [97, 256]
    """
    ids = list(word)
    while len(ids) > 1:
        pair = min(pairwise(ids), key=lambda pair: ranks.get(pair, len(ranks) + 256))
        if pair not in ranks:
            break
        ids = merge_pair(ids, pair, ranks[pair])
    return ids


@dataclass(frozen=True, eq=False, repr=False)
class BytePairSteps:
    """What byte-pair encoding learned from a text, merge by merge."""

    text: str
    pieces: tuple[str, ...]  # the piece that each merge made
    counts: tuple[int, ...]  # how often its pair stood in the text
    n_tokens: tuple[int, ...]  # tokens in the text before the first merge and after each
    cuts: tuple[tuple[str, ...], ...]  # the text's pieces before the first merge and after each

    def __repr__(self) -> str:
        """Return the story in one paragraph."""
        first = f" First {self.pieces[0]!r} ({self.counts[0]} times)," if self.pieces else ""
        return (
            f"{len(self.pieces)} merges cut {len(self.text)} characters into {self.n_tokens[-1]} tokens instead of "
            f"{self.n_tokens[0]}.{first} last {self.pieces[-1]!r} ({self.counts[-1]})."
            if first
            else f"No pair to merge: {len(self.text)} characters are {self.n_tokens[0]} tokens."
        )

    def plot(self) -> Figure:
        """Return a figure: how many tokens the text has after each merge, with the piece that it made.

        Returns
        -------
        matplotlib.figure.Figure
            One panel; about a dozen of the pieces are named.

        Examples
        --------
        >>> [axes.get_title() for axes in byte_pair_steps("abab", 1).plot().axes]
        ['Each merge makes the text shorter']
        """
        figure = new_figure(8, 3.6)
        axes = figure.subplots()
        axes.plot(range(len(self.n_tokens)), self.n_tokens, "o-", color="#0072b2", markersize=4)
        step = max(1, len(self.pieces) // 12)  # room for about a dozen names
        for k in range(0, len(self.pieces), step):
            label = self.pieces[k].replace(" ", "␣")
            place = (k + 1, self.n_tokens[k + 1])
            offset = (2, 5)
            axes.annotate(label, place, offset, textcoords="offset points", fontfamily=text_fonts(), parse_math=False)
        axes.set(xlabel="merges", ylabel="tokens in the text", title="Each merge makes the text shorter")
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def byte_pair_steps(text: str, n_merges: int = 10) -> BytePairSteps:
    """Learn byte pairs from a short text and keep every step.

    Parameters
    ----------
    text : str
        At most 20,000 characters: every merge counts all pairs anew.
    n_merges : int, default 10
        How many merges to make, at most 1,000; fewer come back when no pair is left.

    Returns
    -------
    BytePairSteps
        Pieces, counts and the cut text after each merge.

    Raises
    ------
    TypeError
        When `text` is not a string.
    ValueError
        When the text is blank, too long, or not valid Unicode.

    See Also
    --------
    BytePairTokenizer : Learns thousands of merges from long texts.

    References
    ----------
    Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016.

    Examples
    --------
    "an" stands twice in "banana" and goes first. Then three pairs stand once; "b" + "an" has the smallest ids.

    >>> byte_pair_steps("banana", 2).pieces
    ('an', 'ban')
    """
    n_merges = check_integer("n_merges", n_merges, low=1, high=1000)
    if len(check_text("text", text)) > 20_000:
        remedy = "Use BytePairTokenizer.train for long texts."
        raise ValueError(message("text", "at most 20,000 characters long", f"{len(text):,} characters", remedy))
    check_unicode(text)
    merges = learn_pairs(count_words(text), n_merges)
    spelled = [bytes([i]) for i in range(256)]
    words = [list(word.encode()) for word in WORD.findall(text)]
    cuts = [tuple(spell(spelled[i]) for ids in words for i in ids)]
    for new, (pair, _) in enumerate(merges, 256):
        spelled.append(spelled[pair[0]] + spelled[pair[1]])
        words = [merge_pair(ids, pair, new) for ids in words]
        cuts.append(tuple(spell(spelled[i]) for ids in words for i in ids))
    pieces = tuple(map(spell, spelled[256:]))
    return BytePairSteps(text, pieces, tuple(count for _, count in merges), tuple(map(len, cuts)), tuple(cuts))


def check_unicode(text: str) -> str:
    """Return the text when it can be written as UTF-8: half of a pair of surrogates alone cannot."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        place, broken = error.start, text[error.start]
        remedy = "Read the file with its right encoding, or text.encode(errors='replace').decode()."
        got = f"the lone surrogate {broken!r} at place {place}"
        raise ValueError(f"`text` must be valid Unicode, got {got}. {remedy}") from None
    return text


def spell(piece: bytes) -> str:
    """Return a piece as text; part of a character as its bytes.

    Examples
    --------
    >>> spell(b"cat"), spell("猫".encode()), spell("猫".encode()[:2])
    ('cat', '猫', 'e7 8c')
    """
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return piece.hex(" ")
