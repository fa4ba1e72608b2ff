"""The solutions on the website: one for each exercise, each runs and passes, and none stands where lessons are."""

import pathlib
import re

import pytest
from exercise_solutions import FOUND, PAGES, SOLUTIONS, solution

from ailiteracy import check

ROOT = pathlib.Path(__file__).parent.parent.parent


def test_each_exercise_has_one_solution_on_the_page_of_its_subject():
    assert [name for _, name, _ in FOUND] == list(dict.fromkeys(name for _, name, _ in FOUND))
    assert set(SOLUTIONS) == set(check.exercises())
    assert {name: title for title, name, _ in FOUND} == check.exercises()
    for name in SOLUTIONS:
        assert f"{{exercise}} {name}\n" in PAGES[check.exercise(name).subject]


@pytest.mark.parametrize("name", check.exercises())
def test_solution_passes(name):
    result = check.check(name, solution(name), seconds=120)
    assert result, result.hint


@pytest.mark.parametrize("name", check.exercises())
def test_solution_is_nowhere_else(name):
    """Neither the lessons (and so the notebooks) nor the package hold the last line of a solution."""
    last = SOLUTIONS[name].strip().splitlines()[-1].split("#")[0].strip()
    places = [*(ROOT / "gallery").rglob("*.py"), *(ROOT / "src/ailiteracy/check").glob("*.toml")]
    lines = {line.strip() for path in places for line in path.read_text(encoding="utf-8").splitlines()}
    if len(last) > 12 and not re.fullmatch(r"return [\w, ]+", last):  # `return w` says nothing
        assert last not in lines


def test_all_pages_are_reached():
    listed = re.search(r"```\{toctree\}.*?```", PAGES["index"], re.S)[0].split()
    assert set(PAGES) - {"index"} <= set(listed)
