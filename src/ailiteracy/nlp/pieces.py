"""See how a tokenizer cuts a text: every piece in a box with its id.

The idea: decode the ids one at a time. What one id cannot say alone, such as a third of a Chinese character, shows as
the bytes it stands for.

Left out: texts longer than a picture; they are cut.
Next: data.py, where ids become samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .._support.checks import message
from .._support.figures import new_figure, result_html, text_fonts
from .byte_pairs import spell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

__all__ = ["TokenPieces", "Tokenizer", "token_pieces"]

COLORS = ("#cfe8f7", "#ffe3b3", "#d5efd0", "#f6d5e5")  # four light tints, told apart by every reader
COLUMNS, LINES = 84, 10  # cells of the figure, at most


class Tokenizer(Protocol):
    """What every tokenizer here has."""

    @property
    def vocab_size(self) -> int: ...  # noqa: D102

    def encode(self, text: str) -> list[int]: ...  # noqa: D102

    def decode(self, ids: Iterable[int]) -> str: ...  # noqa: D102


@dataclass(frozen=True, eq=False, repr=False)
class TokenPieces:
    """A text as a tokenizer sees it."""

    text: str
    ids: tuple[int, ...]
    pieces: tuple[str, ...]  # one for each id
    vocab_size: int

    def __repr__(self) -> str:
        """Return sizes and pieces in a sentence."""
        shown = "|".join(self.pieces[:30]) + ("|..." if len(self.pieces) > 30 else "")
        return (
            f"{len(self.text)} characters are {len(self.ids)} tokens of a vocabulary of {self.vocab_size:,}, "
            f"{len(self.text) / max(1, len(self.ids)):.1f} characters each: {shown}"
        )

    def plot(self) -> Figure:
        """Return a figure with every piece in a box, its id below.

        Returns
        -------
        matplotlib.figure.Figure
            At most ten lines of pieces.

        Examples
        --------
        >>> from ailiteracy.nlp import CharacterTokenizer
        >>> figure = token_pieces("cab", CharacterTokenizer.train("abc")).plot()
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['c', '2', 'a', '0', 'b', '1']
        """
        from matplotlib.patches import Rectangle

        places = self._places()
        n_lines = places[-1][0] + 1 if places else 1
        figure = new_figure(9, 0.6 + 0.5 * n_lines)
        axes = figure.subplots()
        for k, (line, column, width) in enumerate(places):
            axes.add_patch(Rectangle((column, -line - 0.85), width - 0.15, 0.8, facecolor=COLORS[k % 4]))
            middle = column + width / 2
            look: dict[str, Any] = {"ha": "center", "va": "center", "parse_math": False}
            axes.text(middle, -line - 0.3, _visible(self.pieces[k]), fontfamily=text_fonts(), fontsize=9, **look)
            axes.text(middle, -line - 0.67, str(self.ids[k]), fontsize=6, color="#555555", **look)
        axes.set(xlim=(0, COLUMNS), ylim=(-n_lines, 0), title=f"{len(self.text)} characters, {len(self.ids)} tokens")
        axes.axis("off")
        return figure

    def _places(self) -> list[tuple[int, int, int]]:
        """Return (line, column, width) for each piece that fits in the figure."""
        places, line, column = [], 0, 0
        for piece, i in zip(self.pieces, self.ids, strict=True):
            # Chinese characters are two cells wide; an id in small print needs less than a cell a digit.
            letters = sum(2 if ord(letter) > 0x2E7F else 1 for letter in _visible(piece))
            width = max(letters, (2 * len(str(i)) + 2) // 3) + 1
            if column + width > COLUMNS and column > 0:
                line, column = line + 1, 0
            if line == LINES:
                break
            places.append((line, column, width))
            column += width
        return places

    def _repr_html_(self) -> str:
        return result_html(self)


def token_pieces(text: str, tokenizer: Tokenizer) -> TokenPieces:
    """Return the pieces into which a tokenizer cuts a text.

    Parameters
    ----------
    text : str
        Any text that the tokenizer can encode.
    tokenizer : tokenizer
        Any object with `encode`, `decode` and `vocab_size`.

    Returns
    -------
    TokenPieces
        Ids, pieces, and a figure of them.

    Raises
    ------
    TypeError
        When `tokenizer` has no `encode`, `decode` and `vocab_size`.

    Examples
    --------
    >>> from ailiteracy.nlp import WordTokenizer
    >>> token_pieces("the dog", WordTokenizer.train("the cat, the dog"))
    7 characters are 2 tokens of a vocabulary of 4, 3.5 characters each: the|dog
    """
    if isinstance(tokenizer, type) or not all(hasattr(tokenizer, name) for name in ("encode", "decode", "vocab_size")):
        remedy = "For example BytePairTokenizer.train(text, 512)."
        raise TypeError(message("tokenizer", "a trained tokenizer", tokenizer, remedy))
    ids = tokenizer.encode(text)
    return TokenPieces(text, tuple(ids), tuple(_piece(tokenizer, i) for i in ids), tokenizer.vocab_size)


def _piece(tokenizer: Any, i: int) -> str:
    token = tokenizer.tokens[i] if hasattr(tokenizer, "tokens") else tokenizer.decode([i])
    return spell(token) if isinstance(token, bytes) else str(token)


def _visible(piece: str) -> str:
    piece = piece.replace(" ", "␣").replace("\n", "⏎").replace("\t", "⇥")
    return "".join(letter if letter.isprintable() else "�" for letter in piece)[:40]
