"""Frames: worked by hand for each layout, never larger than the window, readable without colour."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ailiteracy.games._terminal.screen import (
    board_lines,
    columns_of,
    draw_frame,
    draw_plain,
    n_colours,
    score_line,
    tile_text,
    to_screen,
)

BOARD = np.array([[2, 4, 8, 16], [32, 64, 128, 256], [512, 1024, 2048, 4096], [8192, 16384, 131072, 0]])
KEYS = ("arrows: move   q: quit", "q: quit")


def frame(size, board=BOARD, colours=0, message="A word.", newest=(0, 0)):
    header = score_line(board, 1234, 56)
    return draw_frame(board, header=header, message=message, keys=KEYS, size=size, colours=colours, newest=newest)


def without_colour(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_the_smallest_frame():
    assert frame((20, 8)) == (
        "score 1,234  131072\n"
        "[2]   4    8    16 \n"
        " 32   64  128  256 \n"
        "512  1024 2048 4096\n"
        "8192 16k  128k  .  \n"
        "A word.\n"
        "\n"
        "q: quit"
    )


def test_six_rows_leave_the_keys_out():
    assert frame((20, 6)).split("\n")[-1] == "A word."


def test_the_frame_of_half_a_window():
    assert frame((40, 12)) == (
        "  score 1,234  best 131072  moves 56\n"
        "  +--------+--------+--------+--------+\n"
        "  |  [2]   |   4    |   8    |   16   |\n"
        "  +--------+--------+--------+--------+\n"
        "  |   32   |   64   |  128   |  256   |\n"
        "  +--------+--------+--------+--------+\n"
        "  |  512   |  1024  |  2048  |  4096  |\n"
        "  +--------+--------+--------+--------+\n"
        "  |  8192  | 16384  | 131072 |   .    |\n"
        "  +--------+--------+--------+--------+\n"
        "  A word.\n"
        "  arrows: move   q: quit"
    )


def test_the_frame_of_a_whole_window():
    lines = frame((80, 24)).split("\n")
    assert lines[:6] == [
        "  2048   score 1,234   best tile 131,072   moves 56",
        "",
        "  +----------+----------+----------+----------+",
        "  |          |          |          |          |",
        "  |   [2]    |    4     |    8     |    16    |",
        "  |          |          |          |          |",
    ]
    assert lines[-1] == "  arrows: move   q: quit"


def test_colours_part_the_cells_by_gaps():
    first = board_lines(BOARD, (10, 3, True), colours=256)[1]
    assert first.startswith("\x1b[38;5;16;48;5;255m    2     \x1b[0m  \x1b[38;5;16;48;5;230m    4     \x1b[0m")
    assert "|" not in frame((80, 24), colours=256)


def test_sixteen_colours_use_the_old_codes():
    text = frame((80, 24), colours=16)
    assert "\x1b[30;47m" in text
    assert "38;5" not in text


@pytest.mark.parametrize("colours", [0, 16, 256])
@pytest.mark.parametrize("size", [(80, 24), (40, 12), (20, 8)])
def test_every_tile_can_be_read_without_colour(colours, size):
    words = set(re.findall(r"[\w.\[\]]+", without_colour(frame(size, colours=colours))))
    width = {80: 10, 40: 8, 20: 4}[size[0]]
    assert {tile_text(int(tile), width) if tile else "." for tile in BOARD.ravel()[1:]} <= words
    assert "[2]" in words  # the newest tile


@given(
    st.tuples(st.integers(1, 130), st.integers(1, 50)), st.sampled_from([0, 16, 256]),
    st.text("abcdefgh ", max_size=400) | st.text("abc 走一步。", max_size=400), st.integers(0, 10**7),
    st.sampled_from([KEYS, ("方向键：移动   q：退出", "q：退出")]),
)  # fmt: skip
def test_no_frame_is_larger_than_the_window(size, colours, message, score, keys):
    header = score_line(BOARD, score, 10**5, "paused")
    text = draw_frame(BOARD, header=header, message=message, keys=keys, size=size, colours=colours)
    lines = without_colour(text).split("\n")
    assert len(lines) <= size[1]
    assert max(map(columns_of, lines)) <= max(size[0] - 1, 1)


@pytest.mark.parametrize("size", [(19, 24), (80, 5), (12, 4), (1, 1)])
def test_a_window_that_is_too_small_says_so(size):
    text = frame(size)
    assert text.replace("\n", " ")[:3] == "Too"[: max(1, min(3, size[0] - 1))] or size == (1, 1)
    assert "|" not in text


def test_the_frame_stays_in_place_when_a_message_comes():
    short, long = (frame((80, 24), message=message).split("\n") for message in ("", "word " * 60))
    assert len(short) == len(long)
    assert short[-1] == long[-1]
    assert long[-2].endswith("...")


def test_a_frame_goes_over_the_one_before():
    assert to_screen("ab\nc") == "\x1b[Hab\x1b[K\r\nc\x1b[K\x1b[J"


def test_plain_lines():
    board = np.zeros((4, 4), dtype=int)
    board[1, 2] = 4
    assert draw_plain(board, header="Score 4", message="Up.", newest=(1, 2)).split("\n") == [
        "Score 4",
        "+------+------+------+------+",
        "|  .   |  .   |  .   |  .   |",
        "+------+------+------+------+",
        "|  .   |  .   | [4]  |  .   |",
        "+------+------+------+------+",
        "|  .   |  .   |  .   |  .   |",
        "+------+------+------+------+",
        "|  .   |  .   |  .   |  .   |",
        "+------+------+------+------+",
        "Up.",
        "",
    ]


@pytest.mark.parametrize(("tile", "width", "text"), [
    (2048, 4, "2048"), (16384, 4, "16k"), (131072, 4, "128k"), (131072, 6, "131072"), (2**30, 4, "1g"),
    (2**20, 4, "1m"), (2**30, 10, "1073741824"),
])  # fmt: skip
def test_long_numbers(tile, width, text):
    assert tile_text(tile, width) == text


def test_the_largest_tile_of_all_fits():
    board = np.full((4, 4), 2**30)
    for size in [(80, 24), (40, 12), (30, 8), (20, 8)]:
        assert max(map(len, frame(size, board, newest=None).split("\n"))) < size[0]
    frame((80, 24), board, colours=256)
    frame((80, 24), board, colours=16)


@pytest.mark.parametrize(("environment", "terminal", "number"), [
    ({"TERM": "xterm-256color"}, True, 256),
    ({"TERM": "xterm"}, True, 16),
    ({"TERM": "xterm", "COLORTERM": "truecolor"}, True, 256),
    ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True, 0),
    ({"TERM": "xterm-256color", "NO_COLOR": ""}, True, 256),  # the convention: an empty value says nothing
    ({"TERM": "dumb"}, True, 0),
    ({}, True, 0),
    ({"TERM": "xterm-256color"}, False, 0),
])  # fmt: skip
def test_number_of_colours(environment, terminal, number):
    assert n_colours(environment, terminal=terminal) == number
