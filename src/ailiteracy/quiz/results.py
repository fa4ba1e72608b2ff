"""The answers of a learner as a file: kept between two games, exported for a teacher, judged again.

One form for the terminal and the website (version 1):

    {"format": "ailiteracy-quiz", "version": 1, "package": "0.1.0", "learner": "Ada",
     "answers": {"tensors-chunk": {"answer": "4, 4, 2", "right": true, "tries": 2, "first_try": false}},
     "done": ["tensors-face-means"]}

"answer" is what `grade` takes and the last one given; "right" and "first_try" are what the program said at the time.
"done" names the exercises that the learner ticked on the website; the terminal leaves it out.
A file can be edited by hand: whoever reads one judges "answer" anew, and code from a file is never run.

Left out: a proof that the learner answered alone.

Next: `player.py`.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._support.checks import message
from .._support.downloads import cache_folder
from .._support.files import check_path, whole_file
from .._support.language import say
from .._support.locks import alone
from .grading import grade
from .items import find_item, load_quiz

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

__all__ = ["GradedFile", "grade_file", "keep", "note", "progress_file", "read_progress", "write_results"]

FORMAT, VERSION = "ailiteracy-quiz", 1
MOST_BYTES = 5_000_000  # far above what the whole bank can fill
Answers = dict[str, dict[str, Any]]
logger = logging.getLogger("ailiteracy")


@dataclass(frozen=True, eq=False, repr=False)
class GradedFile:
    """What a learner's exported file is worth.

    Attributes
    ----------
    learner : str
        The name in the file; may be empty.
    right : dict of str to bool
        For each question that was answered, whether the answer is right.
    first_tries : int
        How many the file claims were right at the first try; this can't be checked.
    to_read : dict of str to list of str
        Code in blanks that ran for the learner, in words that the bank does not list. Read it; it counts as not right.
    unknown : list of str
        Names in the file that this version's bank does not have.
    ticked : list of str
        The exercises that the learner marked as solved; a claim, since the file holds no solutions.
    """

    learner: str
    right: dict[str, bool]
    first_tries: int
    to_read: dict[str, list[str]]
    unknown: list[str]
    ticked: list[str] = field(default_factory=list)

    @property
    def n_right(self) -> int:
        """How many answers are right."""
        return sum(self.right.values())

    def __repr__(self) -> str:
        text = say("{learner}: {right} right of {n} answered, {first} at the first try as the file says.")
        counts = {"right": self.n_right, "n": len(self.right), "first": self.first_tries}
        text = text.format(learner=self.learner or say("No name"), **counts)
        if self.ticked:
            n = len(self.ticked)
            text += " " + (say("Ticked 1 exercise.") if n == 1 else say("Ticked {n} exercises.").format(n=n))
        if self.to_read:
            text += " " + say("Code to read by eye: {names}.").format(names=", ".join(self.to_read))
        if self.unknown:
            names = ", ".join(self.unknown[:5]) + (" ..." if len(self.unknown) > 5 else "")
            text += " " + say("Not in this bank: {names}.").format(names=names)
        return text


def grade_file(path: Any) -> GradedFile:
    """Return what the answers in an exported file are worth, judged anew.

    Parameters
    ----------
    path : str or pathlib.Path
        A file from ``ailiteracy quiz --export`` or from the website's page of progress.

    Returns
    -------
    GradedFile
        With the learner's name and right or not for each question.

    Raises
    ------
    ValueError
        When the file is none of ours, or cannot be read.
    FileNotFoundError
        When there is no such file.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> given = {"tensors-chunk": {"answer": "4, 4, 2"}, "tensors-matmul": {"answer": 30}}
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "ada.json")
    >>> exported = {"format": "ailiteracy-quiz", "version": 1, "learner": "Ada", "answers": given}
    >>> _ = path.write_text(json.dumps(exported))
    >>> grade_file(path)
    Ada: 1 right of 2 answered, 0 at the first try as the file says.
    >>> folder.cleanup()
    """
    content = _read(check_path("path", path))
    known = {item.name for item in load_quiz()}
    entries = {name: entry for name, entry in content["answers"].items() if name in known}
    right = {name: _is_right(name, entry) for name, entry in entries.items()}
    to_read = {
        name: [str(text)[:200] for text in entry["answer"]]
        for name, entry in entries.items()
        if find_item(name).kind == "blanks" and entry.get("right") is True and not right[name]
        and isinstance(entry["answer"], list)
    }  # fmt: skip
    return GradedFile(
        learner=_one_line(content.get("learner") or "", 100),
        right=right,
        first_tries=sum(right[name] and entry.get("first_try") is True for name, entry in entries.items()),
        to_read=to_read,
        unknown=[_one_line(name, 60) for name in content["answers"] if name not in known],
        ticked=_ticked(content.get("done")),
    )


def _one_line(text: Any, most: int) -> str:
    """Return a text of a file that anybody may have edited as a teacher's terminal can show it."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text)[:most])


def _ticked(done: Any) -> list[str]:
    """Return the names in a list that anybody may have edited, each once."""
    names = [_one_line(name, 60) for name in done if isinstance(name, str)] if isinstance(done, list) else []
    return list(dict.fromkeys(names))


def note(answers: Answers, name: str, answer: Any, *, right: bool) -> None:
    """Add one answer to those that were given."""
    tries = answers.get(name, {}).get("tries", 0) + 1
    first = right if tries == 1 else answers[name]["first_try"]
    answers[name] = {"answer": answer, "right": right, "tries": tries, "first_try": first}


def write_results(path: pathlib.Path, answers: Mapping[str, Any], *, learner: str = "") -> None:
    """Write answers as JSON; the file appears whole or not at all."""
    from .. import __version__

    content = {"format": FORMAT, "version": VERSION, "package": __version__, "learner": learner, "answers": answers}
    with whole_file(path) as part:
        part.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def progress_file() -> pathlib.Path:
    """Return where the answers are kept between two games: in the cache folder."""
    return cache_folder() / "quiz.json"


def read_progress() -> Answers:
    """Return the answers given so far; a file that can't be read is put aside, not lost, and said so."""
    known = {item.name for item in load_quiz()}
    return {name: _mended(entry) for name, entry in _kept().items() if name in known}


def keep(answers: Mapping[str, Any]) -> None:
    """Add the answers of a session to those kept, which another session may have added to meanwhile.

    What this version does not know, such as a question of a later one, stays.
    """
    cache_folder(write=True)
    path = progress_file()
    with alone(path.with_name(f".{path.name}.lock")):
        write_results(path, _kept() | dict(answers))


def _kept() -> Answers:
    """Return what the progress file holds, as it stands there."""
    path = progress_file()
    if not path.exists():
        return {}
    try:
        answers: Answers = _read(path)["answers"]
    except ValueError as error:
        aside = path.with_name("quiz-unreadable.json")
        path.replace(aside)
        logger.warning("%s It was put aside as %s; the progress begins anew.", error, aside)
        return {}
    return answers


def _mended(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry whose fields have their types, whoever edited it."""
    tries, right = entry.get("tries"), entry.get("right") is True
    tries = max(1, tries) if isinstance(tries, int) and not isinstance(tries, bool) else 1
    return {"answer": entry["answer"], "right": right, "tries": tries, "first_try": entry.get("first_try") is True}


def _is_right(name: str, entry: Mapping[str, Any]) -> bool:
    try:
        return grade(name, entry["answer"]).right
    except (TypeError, ValueError):  # an answer that fits no such question was typed into the file
        return False


def _read(path: pathlib.Path) -> dict[str, Any]:
    """Return the content of a file of ours, or raise a ValueError that says what is wrong with it."""
    expected = "a file with quiz answers, as the website and the command export them"
    remedy = "Export it again and pass the file as it is."
    try:
        size = path.stat().st_size
        if not path.is_file():  # a pipe could keep the reader waiting, a device need not end
            kind = "a folder" if path.is_dir() else "a device or a pipe"
            raise ValueError(message("path", expected, f"{kind}: {path.name}", remedy))
        if size > MOST_BYTES:
            raise ValueError(message("path", expected, f"{path.name}, {size:,} bytes", remedy))
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"no file with quiz answers at {str(path)!r}. {remedy}") from None
    except OSError as error:
        raise ValueError(message("path", expected, f"{error.strerror or error}: {path.name}", remedy)) from None
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ValueError(message("path", expected, f"{path.name}, which is no JSON", remedy)) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(message("path", expected, f"{path.name}, JSON of another kind", remedy))
    if content.get("version") != VERSION:
        newer = "Install the newest ailiteracy, or export it from this version."
        raise ValueError(message("path", f"{expected}, version {VERSION}", f"version {content.get('version')}", newer))
    answers = content.get("answers")
    if not isinstance(answers, dict):
        raise ValueError(message("path", expected, f"{path.name} without answers", remedy))
    whole = {name: entry for name, entry in answers.items() if isinstance(entry, dict) and "answer" in entry}
    return {**content, "answers": whole}
