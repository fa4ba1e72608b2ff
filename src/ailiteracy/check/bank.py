"""The exercises, and the three calls that list, show and judge them.

Each subject has two files: `tensors.toml` holds the texts, `_tensors.py` the checkers. "tensors-face-means" is the
table [face-means] of the first and the function `face_means` of the second. The texts are read without loading torch.

Left out: solutions. They stand on the website, folded away, and a test runs every one of them.

Next: `judge.py` shows how an answer is looked at.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import importlib
import pathlib
import sys
import textwrap
import tomllib
from dataclasses import dataclass, replace
from typing import Any, cast

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_number, message
from .._support.language import say, say_paragraph
from .judge import LIMIT, CheckResult, NotYetError

__all__ = ["Task", "check", "exercise", "exercises"]

SUBJECTS = (  # in reading order
    "neurons", "tensors", "autograd", "linear", "classify", "layers", "data", "training", "games", "reward", "vision",
    "language", "transformers",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Task:
    """One exercise; printing it shows the task and a start to copy.

    Attributes
    ----------
    name : str
        The subject and a short name, such as "tensors-face-means".
    title : str
        A line that says what it is about.
    subject : str
        The first word of the name.
    level : str
        "beginner", "intermediate" or "advanced".
    lesson : str
        The gallery example that prepares for it, such as "basics/plot_44_reductions".
    text : str
        What to do, in Markdown.
    starter : str
        Python code to start from: a function without its body, or a name without its value.
    nudge : str
        Where to look when only the numbers are wrong.
    """

    name: str
    title: str
    subject: str
    level: str
    lesson: str
    text: str
    starter: str
    nudge: str

    @property
    def answer_name(self) -> str:
        """The name that the starter gives to what is handed in."""
        return _function_name(self.name)

    def __repr__(self) -> str:
        said = shown(self)
        width = 88 if said.text == self.text else 44  # characters of other scripts take two columns
        start = textwrap.indent(self.starter.strip(), "    ")
        hand_in = f"    check.check({self.name!r}, {self.answer_name})"
        head = f"{said.title} ({said.level})\n\n{textwrap.fill(said.text, width)}"
        return f"{head}\n\n{say('Start from')}\n\n{start}\n\n{say('and hand it in:')}\n\n{hand_in}"


def exercises(subject: str | None = None) -> dict[str, str]:
    """Return the names of the exercises with their titles.

    Parameters
    ----------
    subject : str, optional
        Such as "tensors"; without it, the exercises of all subjects.

    Returns
    -------
    dict of str to str
        Names and titles, in the order in which the website has them.

    Raises
    ------
    ValueError
        When there is no such subject.

    Examples
    --------
    >>> exercises("tensors")["tensors-face-means"]
    'The mean of every face'
    """
    chosen = SUBJECTS if subject is None else (check_choice("subject", subject, SUBJECTS),)
    return {name: say(task.title) for name, task in _bank().items() if task.subject in chosen}


def exercise(name: str) -> Task:
    """Return one exercise; print it to read the task.

    Parameters
    ----------
    name : str
        Such as "tensors-face-means"; `exercises()` lists them.

    Returns
    -------
    Task
        With its text and code to start from.

    Raises
    ------
    ValueError
        When there is no such exercise.

    Examples
    --------
    >>> exercise("tensors-face-means").level
    'beginner'
    """
    bank, given = _bank(), cast("object", name)
    if not isinstance(given, str):
        remedy = "Pass a name such as 'tensors-face-means'; exercises() lists them."
        raise TypeError(message("name", "the name of an exercise", name, remedy))
    if name not in bank:
        near = difflib.get_close_matches(name.lower(), bank, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else "exercises() lists them."
        raise ValueError(message("name", "the name of an exercise", name, remedy))
    return bank[name]


def check(name: str, answer: Any, *, seconds: float = 10.0) -> CheckResult:
    """Return whether an answer is right, and a hint when it is not.

    Parameters
    ----------
    name : str
        The exercise, such as "tensors-face-means".
    answer : object
        What the exercise asks for: a function, or a value.
    seconds : float, default 10.0
        How long one call of the function may take before it is stopped.

    Returns
    -------
    CheckResult
        True in an `if` when the answer is right.

    Raises
    ------
    ValueError
        When there is no such exercise.

    Notes
    -----
    Functions are called on copies of several inputs, some of them drawn at random from a fixed seed. Whatever goes
    wrong in a function becomes a hint; only Ctrl-C passes through.

    Examples
    --------
    >>> result = check("tensors-chunk-sizes", [4, 3, 3])
    >>> result.passed
    False
    """
    task = exercise(name)
    seconds = check_number("seconds", seconds, above=0)
    checker = getattr(importlib.import_module(f"._{task.subject}", __package__), task.answer_name)
    token = LIMIT.set(seconds)
    try:
        # The same inputs every time, and the caller's random state left as found.
        with torch_seed(0) if "torch" in sys.modules else contextlib.nullcontext():
            checker(answer)
    except NotYetError as error:
        advice = f" {say_paragraph(task.nudge)}" if error.general and task.nudge else ""
        return CheckResult(task.name, passed=False, hint=f"{error}{advice}")
    except Exception as error:  # what came is of a kind that the checker did not reckon with
        hint = say("What came could not be judged: {error}").format(error=f"{type(error).__name__}: {error}")
        return CheckResult(task.name, passed=False, hint=hint)
    finally:
        LIMIT.reset(token)
    return CheckResult(task.name, passed=True)


def shown(task: Task, language: str | None = None) -> Task:
    """Return an exercise as readers of a language see it, by default of the chosen one."""
    texts = {name: say_paragraph(getattr(task, name), language) for name in ("title", "level", "text", "nudge")}
    return replace(task, **texts)


@functools.cache
def _bank() -> dict[str, Task]:
    """Return all exercises by name, in reading order."""
    folder = pathlib.Path(__file__).parent
    found = {}
    for subject in SUBJECTS:
        tables = tomllib.loads((folder / f"{subject}.toml").read_text(encoding="utf-8"))
        for short, table in tables.items():
            name = f"{subject}-{short}"
            found[name] = Task(name=name, subject=subject, **{"nudge": "", **table})
    return found


def _function_name(name: str) -> str:
    """Return "face_means" for "tensors-face-means"."""
    return name.split("-", 1)[1].replace("-", "_")
