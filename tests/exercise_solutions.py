"""The solutions on the website's pages of exercises, as text and as what they define."""

import pathlib
import re

from ailiteracy import check

PAGES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (pathlib.Path(__file__).parent.parent / "docs" / "exercises").glob("*.md")
}
FOUND = [
    found
    for page in PAGES.values()
    for found in re.findall(r"^## ([^\n]+)\n\n```\{exercise\} (\S+)\n(.*?)^```", page, re.M | re.S)
]
SOLUTIONS = {name: code for _, name, code in FOUND}


def solution(name):
    """Return what the solution of an exercise defines."""
    task, namespace = check.exercise(name), {}
    exec(task.starter, namespace)
    exec(SOLUTIONS[name], namespace)
    return namespace[task.answer_name]
