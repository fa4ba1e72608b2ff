"""Keys: what the bytes of a terminal mean.

The idea in three lines: a letter arrives as itself, an arrow as a short sequence that begins with the escape byte;
a sequence may be split over two reads, so what is not yet complete is handed back and tried again with more;
what is unknown is one "unknown" key, never the letters inside it.

*Left out*: the mouse, and keys held together with Alt. *Next*: ``screen.py``, what is drawn.
"""

from __future__ import annotations

__all__ = ["DIRECTION_KEYS", "parse_keys"]

# What moves the board: the keys' names as `parse_keys` returns them, and the words for a reader of lines.
DIRECTION_KEYS = {
    "a": "left", "d": "right", "w": "up", "s": "down",
    "left": "left", "right": "right", "up": "up", "down": "down",
}  # fmt: skip

ESCAPE = 0x1B
ARROWS = {ord("A"): "up", ord("B"): "down", ord("C"): "right", ord("D"): "left"}
NAMED = {0x03: "ctrl-c", 0x04: "ctrl-d", 0x0C: "ctrl-l", 0x0D: "enter", 0x0A: "enter", 0x20: "space"}
LONGEST_SEQUENCE = 32  # terminals send fewer bytes; without an end, line noise would be waited for forever


def parse_keys(data: bytes, *, complete: bool = False) -> tuple[list[str], bytes]:
    r"""Return the names of the keys in `data`, and the bytes at its end that are not a whole key yet.

    Parameters
    ----------
    data : bytes
        What was read, behind what the last call handed back.
    complete : bool, default=False
        Whether nothing more will come: a lone escape byte is then the escape key, half a sequence is unknown.

    Returns
    -------
    tuple of (list of str, bytes)
        "left", "right", "up", "down", "enter", "space", "escape", "ctrl-c", "ctrl-d", "ctrl-l", "unknown", or one
        letter in lower case.

    Examples
    --------
    >>> parse_keys(b"w\x1b[D\x1b[")
    (['w', 'left'], b'\x1b[')
    """
    keys: list[str] = []
    while data:
        name, length = _escape_sequence(data) if data[0] == ESCAPE else _letter(data)
        if length == 0:  # a whole key is not there yet
            if not complete:
                return keys, data
            name, length = ("escape", 1) if len(data) == 1 and data[0] == ESCAPE else ("unknown", len(data))
        keys.append(name)
        data = data[length:]
    return keys, b""


def _escape_sequence(data: bytes) -> tuple[str, int]:
    """Return the key that begins with an escape byte, and its length; 0 when bytes are missing."""
    if len(data) == 1:
        return "", 0
    if data[1] == ESCAPE:  # the escape key, then another sequence
        return "escape", 1
    if data[1] == ord("O"):  # three bytes: arrows in "application mode", F1 to F4
        return (ARROWS.get(data[2], "unknown"), 3) if len(data) > 2 else ("", 0)
    if data[1] != ord("["):  # Alt and a letter: not that letter
        _, length = _letter(data[1:])
        return ("unknown", 1 + length) if length else ("", 0)
    # ESC [ parameters, then a last byte that names the key: ESC [ A is up, ESC [ 1 ; 2 A is Shift and up.
    for place in range(2, len(data)):
        byte = data[place]
        if byte == ord("[") and place == 2:  # function keys of the Linux console: one more byte, ESC [ [ A
            return ("unknown", 4) if len(data) > 3 else ("", 0)
        if 0x40 <= byte <= 0x7E:
            return ARROWS.get(byte, "unknown"), place + 1
        if not 0x20 <= byte <= 0x3F or place == LONGEST_SEQUENCE:  # broken off: this byte begins something new
            return "unknown", place
    return "", 0


def _letter(data: bytes) -> tuple[str, int]:
    """Return the key of one character of UTF-8, and its length in bytes; 0 when bytes are missing."""
    first = data[0]
    if first < 0x80:
        return NAMED.get(first) or (chr(first).lower() if first > 0x20 and first != 0x7F else "unknown"), 1
    # The first byte tells the length: 110xxxxx two, 1110xxxx three, 11110xxx four.
    length = 2 if first >> 5 == 0b110 else 3 if first >> 4 == 0b1110 else 4 if first >> 3 == 0b11110 else 1
    if any(byte >> 6 != 0b10 for byte in data[1:length]):  # broken off by the start of something else
        return "unknown", 1
    if len(data) < length:
        return "", 0
    try:
        return data[:length].decode("utf-8").lower(), length
    except UnicodeDecodeError:
        return "unknown", length
