"""The figure of an answer: the context with the answer marked, above the best candidates.

The idea: every character gets a cell of a grid, two cells where it is wide (Chinese), so that the mark can be drawn
behind exactly the right characters; Latin letters come from a font of equal widths, which fill their cells.

Left out: right-to-left layout; such text is drawn in the order of its characters.

Next: back to answers.py.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from .._support.figures import new_figure, text_fonts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .answers import Answer

__all__ = ["draw_answer"]

COLUMNS, LINES = 88, 9  # cells of the grid, at most
LINE_HEIGHT, BARS_HEIGHT = 0.28, 2.3  # inches
EQUAL_WIDTHS = "DejaVu Sans Mono"  # comes with matplotlib
MARK = "#ffd27f"  # light orange, told from white by every reader
BAR, OTHER_BAR = "#e69f00", "#9ecae1"


def draw_answer(answer: Answer) -> Figure:
    """Return a figure with the two panels, as high as the context needs."""
    fonts = text_fonts()
    begin, cells = _page(answer)
    n_lines = cells[-1][0] + 1
    figure = new_figure(9.0, 0.8 + n_lines * LINE_HEIGHT + BARS_HEIGHT)
    above, below = figure.subplots(2, 1, height_ratios=(n_lines * LINE_HEIGHT, BARS_HEIGHT))
    above.set_title(_drawable(_cut(answer.question, 70), fonts), fontfamily=fonts, parse_math=False)
    _draw_context(above, answer, begin, cells, fonts)
    rivals = answer.rivals[::-1]
    colors = [BAR if text == answer.text else OTHER_BAR for text, _ in rivals]
    below.barh(range(len(rivals)), [score for _, score in rivals], color=colors)
    names = [_drawable(_cut(text, 30) or "(no answer)", fonts) for text, _ in rivals]
    below.set_yticks(range(len(rivals)), names, fontfamily=fonts, parse_math=False)
    below.set(xlim=(0, 1), xlabel="probability", title="Best candidates")
    return figure


def _draw_context(axes: Axes, answer: Answer, begin: int, cells: list[tuple[int, int, int]], fonts: list[str]) -> None:
    n_lines = cells[-1][0] + 1
    piece = _drawable(answer.context[begin : begin + len(cells)], fonts)
    for k, (line, column, width) in enumerate(cells):
        if answer.start <= begin + k < answer.end:
            axes.axvspan(column, column + width, 1 - (line + 1) / n_lines, 1 - line / n_lines, color=MARK, linewidth=0)
        if not piece[k].isspace():
            axes.text(
                column + width / 2, n_lines - line - 0.5, piece[k], ha="center", va="center_baseline", fontsize=9,
                fontfamily=[EQUAL_WIDTHS, *fonts], parse_math=False, in_layout=False,
            )  # fmt: skip
    axes.set(xlim=(0, COLUMNS), ylim=(0, n_lines))
    axes.axis("off")


def _page(answer: Answer) -> tuple[int, list[tuple[int, int, int]]]:
    """Return where the shown piece of the context begins, and (line, column, width) of each of its characters."""
    begin = 0
    if len(_layout(answer.context[: answer.end])) < answer.end:  # the answer is beyond the last line: begin before it
        begin = max(0, answer.start - 150)
    return begin, _layout(answer.context[begin : begin + COLUMNS * LINES])


def _layout(text: str) -> list[tuple[int, int, int]]:
    """Return the cell of each character until the grid is full; a word that does not fit goes to the next line."""
    cells: list[tuple[int, int, int]] = []
    line = column = 0
    for word in _chunks(text):
        width = sum(map(_width, word))
        if column and column + width > COLUMNS and not word.isspace() and width <= COLUMNS:
            line, column = line + 1, 0
        for character in word:
            if column + _width(character) > COLUMNS:
                line, column = line + 1, 0
            if line >= LINES:
                return cells
            cells.append((line, column, _width(character)))
            column += _width(character)
            if character == "\n":
                line, column = line + 1, 0
    return cells


def _chunks(text: str) -> Iterator[str]:
    """Yield words, single wide characters and single spaces."""
    start = 0
    for k, character in enumerate(text):
        if character.isspace() or _width(character) == 2:
            if start < k:
                yield text[start:k]
            yield character
            start = k + 1
    if start < len(text):
        yield text[start:]


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _drawable(text: str, fonts: Sequence[str]) -> str:
    """Replace what none of the fonts can draw by a box, character by character."""
    from matplotlib import font_manager

    known: set[int] = set()
    for name in fonts:
        known |= font_manager.get_font(font_manager.findfont(name)).get_charmap().keys()
    return "".join(c if ord(c) in known or c.isspace() else "\u25a1" for c in text)


def _cut(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
