"""Keys from bytes: letters, arrows, split sequences, sequences nobody knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ailiteracy.games._terminal.keys import DIRECTION_KEYS, parse_keys


@pytest.mark.parametrize(("data", "keys"), [
    (b"w", ["w"]),
    (b"WasD", ["w", "a", "s", "d"]),
    (b"?+-= ", ["?", "+", "-", "=", "space"]),
    (b"\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"]),
    (b"\x1bOA\x1bOD", ["up", "left"]),  # arrows of a terminal in application mode
    (b"\x1b[1;2A", ["up"]),  # Shift and an arrow
    (b"\r\n", ["enter", "enter"]),
    (b"\x03\x04\x0c", ["ctrl-c", "ctrl-d", "ctrl-l"]),
    (b"\x00\x01\x7f", ["unknown"] * 3),
    ("é中😀".encode(), ["é", "中", "😀"]),
    (b"\xff\xfea", ["unknown", "unknown", "a"]),
    (b"\xc3a", ["unknown", "a"]),  # a character broken off by the next one
    (b"\xed\xa0\x80a", ["unknown", "a"]),  # half of a surrogate pair is no character
])  # fmt: skip
def test_keys(data, keys):
    assert parse_keys(data) == (keys, b"")


@pytest.mark.parametrize("data", [
    b"\x1b[3~", b"\x1b[15~", b"\x1bOP", b"\x1b[[A", b"\x1b[200~", b"\x1ba", "\x1bé".encode(), b"\x1b[I",
])  # fmt: skip
def test_a_sequence_nobody_knows_is_one_key_and_moves_nothing(data):
    assert parse_keys(data + b"w") == (["unknown", "w"], b"")
    assert "unknown" not in DIRECTION_KEYS


def test_a_broken_off_sequence_does_not_swallow_the_next_key():
    assert parse_keys(b"\x1b[1;\x1b[A") == (["unknown", "up"], b"")
    assert parse_keys(b"\x1b\x1b[A") == (["escape", "up"], b"")


def test_line_noise_is_not_waited_for_forever():
    keys, rest = parse_keys(b"\x1b[" + b"1" * 200 + b"q")
    assert keys[0] == "unknown"
    assert keys[-1] == "q"
    assert rest == b""


STARTS = [b"\x1b", b"\x1b[", b"\x1b[1;", b"\x1bO", b"\x1b[[", b"\xe4", b"\xe4\xb8", b"\x1b\xc3"]


@pytest.mark.parametrize("start", STARTS)
def test_what_is_incomplete_is_handed_back(start):
    assert parse_keys(b"a" + start) == (["a"], start)
    assert parse_keys(start, complete=True) == (["escape" if start == b"\x1b" else "unknown"], b"")


@given(st.lists(st.sampled_from(["w", "é", "中", "\x1b[A", "\x1bOB", "\x1b[1;5C", "\x1b[3~", "\x1b[[B", "\x03"])))
def test_any_split_gives_the_same_keys(parts):
    data = "".join(parts).encode()
    keys, rest = [], b""
    for byte in data:
        more, rest = parse_keys(rest + bytes([byte]))
        keys += more
    assert (keys, rest) == parse_keys(data)
    assert rest == b""
    assert len(keys) == len(parts)


@given(st.binary(max_size=80))
def test_any_bytes_end(data):
    keys, rest = parse_keys(data)
    assert data.endswith(rest)
    finished, nothing = parse_keys(rest, complete=True)
    assert nothing == b""
    assert len(keys + finished) <= len(data)
