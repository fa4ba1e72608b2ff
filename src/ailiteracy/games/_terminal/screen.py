"""A board of 2048 as text: frames for any size of terminal, with 256 colours, 16 or none.

The idea in three lines: a frame is a string made from a board, a size and a number of colours, and nothing else;
the largest of four layouts that fits is taken; where none fits, words say so;
colour is an addition: every tile shows its number, an empty cell a dot, the newest tile stands in brackets.

*Left out*: in English, letters outside ASCII, so that every terminal can show a frame. *Next*: ``tty.py``.
"""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

from ..._support.language import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["board_lines", "draw_frame", "draw_plain", "n_colours", "score_line", "tile_text", "to_screen"]

RESET = "\x1b[0m"
# (width of a cell, height of a cell, lines between the cells), the largest first.
LAYOUTS = ((10, 3, True), (8, 1, True), (6, 1, False), (4, 1, False))
PLAIN = (6, 1, True)  # the layout where no size is known
SMALLEST = (20, 6)  # columns and rows: four cells of 4, three gaps, a column to spare; header, board, message
MOST_MESSAGE_LINES = 3
# Foreground and background by rank (2 is 1, 4 is 2 ...), the last for all above: from light over warm to dark.
COLOURS_256 = (
    (16, 255), (16, 230), (16, 223), (16, 215), (16, 209), (231, 160), (16, 228), (16, 221), (16, 220), (16, 214),
    (16, 208), (16, 120), (16, 78), (231, 29), (231, 25), (231, 54), (231, 90),
)  # fmt: skip
EMPTY_256 = (246, 236)
COLOURS_16 = (
    (30, 47), (30, 46), (30, 42), (30, 43), (97, 41), (97, 45), (97, 44), (30, 106), (30, 102), (30, 103), (30, 107),
)  # fmt: skip


def n_colours(environment: Mapping[str, str], *, terminal: bool) -> int:
    """Return 256, 16 or 0: how many colours may be used, by what the environment says."""
    kind = environment.get("TERM", "")
    if not terminal or environment.get("NO_COLOR") or kind in ("", "dumb"):
        return 0
    return 256 if "256" in kind or environment.get("COLORTERM") in ("truecolor", "24bit") else 16


def tile_text(tile: int, width: int) -> str:
    """Return a tile's number, shortened where the cell is narrow: 16384 is 16k, since 16 * 1024 is 16384.

    Examples
    --------
    >>> tile_text(16384, 6), tile_text(16384, 4)
    ('16384', '16k')
    """
    for suffix in ("", "k", "m"):
        text = f"{tile}{suffix}"
        if len(text) <= width:
            return text
        tile //= 1024
    return f"{tile}g"


def board_lines(
    board: NDArray[np.int64], layout: tuple[int, int, bool], *, colours: int = 0, newest: tuple[int, int] | None = None
) -> list[str]:
    """Return the lines of a board of shape (4, 4); `newest` is the row and column of the tile in brackets."""
    width, height, ruled = layout
    # Colours part the cells by themselves; without them lines do, where there is room.
    rule = "+" + ("-" * width + "+") * 4
    edge, gap = ("|", "|") if ruled and not colours else ("", "  " if width > 6 else " ")
    lines = [rule] if ruled and not colours else []
    for row in range(4):
        for line in range(height):
            cells = [_cell(int(board[row, column]), width, (row, column) == newest, colours, line == height // 2)
                     for column in range(4)]  # fmt: skip
            lines.append(edge + gap.join(cells) + edge)
        if ruled and not colours:
            lines.append(rule)
        elif ruled and row < 3:
            lines.append("")
    return lines


def _cell(tile: int, width: int, is_newest: bool, colours: int, is_middle: bool) -> str:
    text = tile_text(tile, width) if tile else "."
    text = f"[{text}]" if is_newest else text
    shown = (text if is_middle else "").center(width)
    if not colours or (colours == 16 and not tile):
        return shown
    palette = COLOURS_256 if colours == 256 else COLOURS_16
    front, back = palette[min(tile.bit_length() - 1, len(palette)) - 1] if tile else EMPTY_256
    return f"\x1b[38;5;{front};48;5;{back}m{shown}{RESET}" if colours == 256 else f"\x1b[{front};{back}m{shown}{RESET}"


def draw_frame(
    board: NDArray[np.int64],
    *,
    header: Sequence[str],
    keys: Sequence[str],
    message: str,
    size: tuple[int, int],
    colours: int = 0,
    newest: tuple[int, int] | None = None,
) -> str:
    """Return a frame: header, board, message, keys.

    Parameters
    ----------
    board : ndarray of shape (4, 4)
        Tile values, 0 for an empty cell.
    header, keys : sequence of str
        The same in several lengths, the longest first: the first that fits is shown.
    message : str
        One sentence, wrapped and cut to the room there is.
    size : tuple of (int, int)
        Columns and rows of the terminal.
    colours : int, default=0
        256, 16, or 0 for none.
    newest : tuple of (int, int), default=None
        The cell of the tile that came last.

    Returns
    -------
    str
        At most `rows` lines of fewer than `columns` characters, without a line end behind the last.
    """
    columns, rows = size
    usable = columns - 1  # a character in the last column makes some terminals wrap
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        words = say("Too small: {columns} x {rows}. 2048 needs {wide} x {high}. q: quit")
        words = words.format(columns=columns, rows=rows, wide=SMALLEST[0], high=SMALLEST[1])
        return "\n".join(_wrapped(words, usable)[: max(rows, 1)])
    layout = next(layout for layout in LAYOUTS if _fits(layout, usable, rows - 3, colours) or layout is LAYOUTS[-1])
    lines = board_lines(board, layout, colours=colours, newest=newest)
    # Rows left over: the keys first, then a second and third line of message, then air around the board.
    spare = rows - len(lines) - 2
    with_keys = spare >= 1
    message_rows = 1 + max(0, min(spare - 1, MOST_MESSAGE_LINES - 1))
    air = spare - 1 - (message_rows - 1)
    margin = "  " if usable >= _width(layout, colours) + 2 else ""
    room = usable - len(margin)
    said = _wrapped(message, room, message_rows)
    parts = [_fitting(header, room), *([""] if air >= 1 else []), *lines, *([""] if air >= 2 else [])]
    parts += said + [""] * (message_rows - len(said))  # the keys stay in their place when a message comes or goes
    parts += [_fitting(keys, room)] if with_keys else []
    return "\n".join(margin + part if part else "" for part in parts)


def _width(layout: tuple[int, int, bool], colours: int) -> int:
    width, _, ruled = layout
    return 4 * width + (5 if ruled and not colours else 6 if width > 6 else 3)


def _fits(layout: tuple[int, int, bool], columns: int, rows: int, colours: int) -> bool:
    _, height, ruled = layout
    n_lines = 4 * height + (0 if not ruled else 3 if colours else 5)
    return _width(layout, colours) <= columns and n_lines <= rows


def _fitting(texts: Sequence[str], room: int) -> str:
    return next((text for text in texts if columns_of(text) <= room), texts[-1][:room])


def columns_of(text: str) -> int:
    """Return how many columns a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _wrapped(text: str, room: int, most: int | None = None) -> list[str]:
    letters = room if columns_of(text) == len(text) else room // 2  # where some are wide, all might be
    return textwrap.wrap(text, max(letters, 1), max_lines=most, placeholder=" ..." if letters > 4 else "")


def draw_plain(
    board: NDArray[np.int64], *, header: str, message: str = "", newest: tuple[int, int] | None = None
) -> str:
    """Return a board for paper, a pipe or a terminal without a cursor: lines one below the other."""
    lines = [header, *board_lines(board, PLAIN, newest=newest)]
    return "\n".join(lines + ([message] if message else [])) + "\n"


def to_screen(frame: str) -> str:
    """Return a frame with the codes that put it over the one before: nothing is blank in between, so nothing flickers.

    The cursor goes home, each line is wiped just before it is written, and what is left below the last is wiped.
    """
    return "\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in frame.split("\n")) + "\x1b[J"


def score_line(board: NDArray[np.int64], score: int, n_moves: int, more: str = "") -> list[str]:
    """Return the header in several lengths, the longest first."""
    best = int(board.max())
    lengths = (
        say("2048   score {score:,}   best tile {best:,}   moves {n:,}"),
        say("score {score:,}  best {best}  moves {n}"), say("score {score:,}  {best}"), "{score:,}",
    )  # fmt: skip
    texts = [words.format(score=score, best=best, n=n_moves) for words in lengths]
    return [f"{texts[0]}   {more}", *texts] if more else texts
