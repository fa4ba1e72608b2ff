"""The page of results is one that can be made again: each table has its commands and its n, and the commands exist."""

import itertools
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parent.parent
PAGE = (ROOT / "docs/results.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"`[^`]*\b(?:python|pytest|torchrun|ailiteracy)\s[^`]*`|`compare_shapes\(|`cluster_iris\(|by hand")
AGAIN = re.compile(r"^(?:the same|`speed` above)")
TIMES = re.compile(r"\bn = \d|\bseeds? \d|\bseeds \(|\b(?:two|three|\d+) (?:pairs|rounds|runs|games)|[Mm]edians? of")


def tables(page):
    """Return (caption, header, rows) of each table; the caption is the paragraph above, or the heading."""
    blocks = re.split(r"\n\s*\n", page)
    for caption, block in itertools.pairwise(blocks):
        if block.startswith("|"):
            header, _, *rows = [
                [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])] for line in block.splitlines()
            ]
            yield " ".join(caption.split()), header, rows


def without_command(caption, header, rows):
    """Return the rows that nothing says how to make again."""
    if "command" not in header:
        return [] if COMMAND.search(caption) else rows
    cells = [row[header.index("command")] for row in rows]
    return [row for row, cell in zip(rows, cells, strict=True) if not (COMMAND.search(cell) or AGAIN.match(cell))]


def without_n(caption, header, rows):
    """Return the rows of which it is unknown on how many samples, seeds or runs they stand."""
    for name in ("n", "seeds", "pictures, pairs"):
        if name in header:
            return [row for row in rows if not row[header.index(name)]]
    return [] if TIMES.search(" ".join([caption, *header, *rows[0]])) else rows


def test_every_row_has_a_command_and_an_n():
    found = list(tables(PAGE))
    assert len(found) > 20
    assert all(len(row) == len(header) for _, header, rows in found for row in rows)
    assert [row for table in found for row in without_command(*table)] == []
    assert [row for table in found for row in without_n(*table)] == []


def test_what_is_missing_is_noticed():
    lost = "Speed.\n\n| what | result |\n|---|---|\n| a | 1 |"
    (table,) = tables(lost)
    assert without_command(*table) == without_n(*table) == [["a", "1"]]
    (table,) = tables(lost.replace("Speed.", "`python benchmarks/x.py`, seeds 0-2."))
    assert without_command(*table) == without_n(*table) == []
    (table,) = tables("## T\n\n| what | command | n |\n|---|---|---|\n| a | guessed | |\n| b | by hand | 1 |")
    assert without_command(*table) == without_n(*table) == [["a", "guessed", ""]]


def test_no_table_stands_on_a_command_of_another():
    """A first row cannot say "the same"."""
    firsts = [(header, rows[0]) for _, header, rows in tables(PAGE) if "command" in header]
    assert [row for header, row in firsts if AGAIN.match(row[header.index("command")])] == []


SCRIPTS = sorted(set(re.findall(r"(?:benchmarks|gallery)/[\w/]+\.py", PAGE)))


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_take_the_options_that_are_named(script):
    text = (ROOT / script).read_text(encoding="utf-8")
    calls = re.findall(rf"{script}\s([^`]*)`", PAGE)
    options = {option for call in calls for option in re.findall(r"--[a-z][\w-]*", call)}
    assert [option for option in sorted(options) if f'"{option}"' not in text] == []
