"""The command `ailiteracy quiz`: questions in a terminal, with what was answered kept between two games.

The idea: every answer is written to the progress file at once, so that Ctrl-C, a closed window or a full disk costs one
answer at most. The judging is that of ``quiz.grade``; code in blanks is run in a Python of its own.

Left out: the questions, which stand in ``quiz/bank``. Next: ``quiz/player.py``.
"""

import pathlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ._output import show
from ._places import check_place
from ._support.checks import check_integer, message
from ._support.language import say

__all__ = ["play_quiz"]


def play_quiz(
    subject: Annotated[str | None, typer.Argument(help="Such as tensors; without it, all subjects.")] = None,
    n: Annotated[int, typer.Option("--n", help="How many questions; 0 asks none.")] = 10,
    seed: Annotated[int | None, typer.Option("--seed", help="The same seed, the same questions.")] = None,
    review: Annotated[bool, typer.Option("--review", help="Only what is not right yet.")] = False,
    export: Annotated[Path | None, typer.Option("--export", help="Write all answers there, as JSON.")] = None,
    name: Annotated[str, typer.Option("--name", help="Your name in the exported file.")] = "",
    grade: Annotated[Path | None, typer.Option("--grade", help="Judge an exported file, or a folder of them.")] = None,
) -> None:
    """Ask questions on the course, keep the score, say why."""
    if grade is not None:
        judge_files(grade)
        return
    from .quiz.items import load_quiz
    from .quiz.player import pick
    from .quiz.results import read_progress, write_results

    check_integer("n", n, low=0)
    check_place("export", export)
    answers = read_progress()
    items = pick(load_quiz(subject), n, seed=seed, answers=answers, review=review)
    if review and not items and n:
        show(say("Nothing to repeat: all that was answered is right."))
    try:
        play(items, answers)
    finally:
        if export is not None:
            write_results(export.expanduser(), answers, learner=name)
            show(say("{n} answers: {file}").format(n=len(answers), file=export))


def play(items: Sequence[Any], answers: dict[str, Any]) -> None:
    """Ask the questions one after the other and keep the answers; the sum comes in any case."""
    from .quiz.grading import grade
    from .quiz.items import shown
    from .quiz.player import key_text
    from .quiz.results import keep, note

    console = Console(highlight=False, soft_wrap=not (sys.stdout and sys.stdout.isatty()))
    n_right = n_asked = 0
    kept = True
    try:
        for number, item in enumerate(items, 1):
            said = shown(item)
            place = say("{number} of {all}.").format(number=number, all=len(items))
            console.print(Text(f"{place} {' '.join(said.question.split())}", "bold"))
            answer = ask(console, item)
            if answer is None:
                console.print(Text(say("Skipped.") + "\n"))
                continue
            result = grade(item, answer, run=True)
            note(answers, item.name, answer, right=result.right)
            if kept:
                kept = try_to_keep(keep, {item.name: answers[item.name]})
            n_asked, n_right = n_asked + 1, n_right + result.right
            verdict = say("Right.") if result.right else f"{result.hint[0].upper()}{result.hint[1:]}"
            console.print(Text(verdict, "green" if result.right else "yellow"))
            if not result.right:
                console.print(Text(say("Answer: {answer}").format(answer=key_text(item))))
            console.print(Text(" ".join(said.explanation.split())))
            console.print(Text(say("Lesson: {lesson}").format(lesson=item.lesson) + "\n", "dim"))
    except EOFError:
        console.print()
    finally:
        if items:
            show(say("{right} right of {n} answered.").format(right=n_right, n=n_asked))


def try_to_keep(keep: Callable[[dict[str, Any]], None], answers: dict[str, Any]) -> bool:
    """Keep answers; where that cannot be, as in a folder that is only to be read, say so and return False."""
    try:
        keep(answers)
    except OSError as error:
        Console(stderr=True).print(Text(say("Answers are not kept: {error}").format(error=error)), soft_wrap=True)
        return False
    return True


def ask(console: Console, item: Any) -> Any:
    """Return the answer that is typed; None for an empty line. A line that means nothing is asked for again."""
    from .quiz.player import ask as words
    from .quiz.player import read_line, rows

    for row in rows(item):
        console.print(Text(row))
    n_parts = len(item.answer) if item.kind == "blanks" else 1
    typed: list[Any] = []
    while len(typed) < n_parts:
        console.print(Text(words(item, len(typed))), end="")
        line = read_input()
        if not line.strip():
            return None
        try:
            typed.append(read_line(item, line))
        except ValueError as error:
            console.print(Text(str(error), "yellow"))
    return typed if item.kind == "blanks" else typed[0]


def read_input() -> str:
    """Return the next line of what is typed or piped in."""
    if sys.stdin is None or sys.stdout is None:  # nobody to ask
        raise EOFError
    line = input()
    if not sys.stdin.isatty():
        show("")  # nobody pressed Enter: end the line here
    return line


def judge_files(place: pathlib.Path) -> None:
    """Print what the exported files of a class are worth, one line for each."""
    from .quiz.results import grade_file

    place = place.expanduser()
    files = sorted(place.glob("*.json")) if place.is_dir() else [place]
    if not files:
        raise ValueError(message("grade", "a folder with .json files", str(place), "Put the exported files there."))
    for path in files:
        try:
            show(f"{path.name}: {grade_file(path)}")
        except (OSError, ValueError) as error:  # the first: a link that leads nowhere
            if len(files) == 1:
                raise
            show(say("{file}: not judged. {error}").format(file=path.name, error=error))
