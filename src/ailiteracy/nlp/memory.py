"""A long memory: notes that are kept, replaced, forgotten, and found again by likeness.

The idea: a model reads a limited text, and most of what was ever said has nothing to do with the question at hand. So
single sentences are kept with their vectors; for each question the few nearest ones are recalled, the newer first where
two are alike, and none at all when nothing is near. A few thousand notes need no special database: one product of
matrices compares them all.

Left out: sharing between people. A memory holds what one person said, and that person may delete it.
Next: facts.py for what is worth keeping, conversation.py for what is done with it.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._support.checks import check_integer, check_number, message
from ._chat_checks import check_content
from ._memory_store import MemoryStore
from .text_vectors import embed

__all__ = ["Memory", "Note"]

THRESHOLDS = {"builtin": 0.2, "neural": 0.35}  # cosine below which a note has nothing to do with a question
HALF_LIFE = 30 * 24 * 3600.0  # seconds until a note has lost half of what it gains by being new


@dataclass(frozen=True)
class Note:
    """One kept sentence.

    Attributes
    ----------
    id : int
        Its number, for `forget` and `update`.
    text : str
        What was said.
    time : float
        When, in seconds since 1970.
    topic : str or None
        What it is about; a new note about the same replaces it.
    similarity : float
        The cosine to the question that recalled it; 0 in a plain list.
    """

    id: int
    text: str
    time: float
    topic: str | None = None
    similarity: float = 0.0


class Memory:
    """Notes in one SQLite file, with their vectors.

    Parameters
    ----------
    path : path, optional
        The file; made when it does not exist. Without one the memory ends with the program.
    model : str or path, default "builtin"
        What makes the vectors, as for `embed`. When a file was written with another model its notes are read anew.

    Raises
    ------
    ValueError
        When the file is damaged or belongs to another program; it is left as it is.
    OSError
        When it cannot be written.

    Examples
    --------
    >>> memory = Memory()
    >>> _ = memory.remember("I live in Lisbon.", topic="home"), memory.remember("I like cats.")
    >>> _ = memory.remember("I live in Rome.", topic="home")
    >>> [note.text for note in memory.recall("Where do I live?")]
    ['I live in Rome.']
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, model: str | os.PathLike[str] = "builtin"
    ) -> None:
        self.model = os.fspath(model) if isinstance(model, os.PathLike) else model
        embed([], model=self.model)  # a model that is not there is told before a file is made
        self.store = MemoryStore(path)
        self._read_anew()

    def __repr__(self) -> str:
        place = "nowhere but here" if self.store.path is None else str(self.store.path)
        return f"A memory of {len(self)} notes, kept in {place}."

    def __len__(self) -> int:
        return int(self.store.rows("SELECT COUNT(*) FROM notes")[0][0])

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def remember(self, text: str, *, topic: str | None = None, now: float | None = None) -> int:
        """Keep a sentence and return the number of its note.

        Parameters
        ----------
        text : str
            What to keep.
        topic : str, optional
            A note about the same topic is replaced.
        now : float, optional
            When it was said, in seconds since 1970; without, now.

        Returns
        -------
        int
            The number of the new note, or of the one it replaced. A sentence like one that is there (in the same
            words, but for capitals and spaces) only makes that one new again.
        """
        check_content("text", text)
        if topic is not None:
            check_content("topic", topic)
        when = _clock(now)
        vector = embed([text], model=self.model)[0].astype("<f4")
        with self.store.change():
            self._read_anew()
            place = self._same(text, topic)
            if place is None:
                query = "INSERT INTO notes (topic, text, vector, time) VALUES (?, ?, ?, ?) RETURNING id"
                return int(self.store.rows(query, topic, text, vector.tobytes(), when)[0][0])
            self._keep_wording(place, place)
            query = "UPDATE notes SET topic = COALESCE(?, topic), text = ?, vector = ?, time = ? WHERE id = ?"
            self.store.rows(query, topic, text, vector.tobytes(), when, place)
            return place

    def recall(
        self, question: str, *, top: int = 4, threshold: float | None = None, now: float | None = None
    ) -> list[Note]:
        """Return the notes that have most to do with a question.

        Parameters
        ----------
        question : str
            What is asked or said now.
        top : int, default 4
            At most so many; 3 to 5 are usual, since each one costs tokens and may mislead.
        threshold : float, optional
            The cosine below which a note is left out; without, 0.2 for the built-in vectors and 0.35 for neural ones.
        now : float, optional
            The time it is, in seconds since 1970.

        Returns
        -------
        list of Note
            The best first: cosine times a factor that falls from 1 for a new note to 1/2 for an old one.
        """
        check_content("question", question)
        check_integer("top", top, low=1)
        lowest = THRESHOLDS["builtin" if self.model == "builtin" else "neural"] if threshold is None else threshold
        check_number("threshold", lowest, low=-1, high=1)
        self._read_anew()
        rows = self.store.rows("SELECT id, text, time, topic, vector FROM notes")
        if not rows:
            return []
        vectors = np.stack([np.frombuffer(row[4], "<f4") for row in rows])  # (n_notes, D)
        cosines = vectors @ embed([question], model=self.model)[0]  # (n_notes,)
        ages = np.maximum(0.0, _clock(now) - np.array([row[2] for row in rows]))
        worth = cosines * (0.5 + 0.5 * 2.0 ** (-ages / HALF_LIFE))
        best = [int(row) for row in np.argsort(-worth, kind="stable") if cosines[row] >= lowest][:top]
        return [replace(Note(*rows[row][:4]), similarity=float(cosines[row])) for row in best]

    def notes(self) -> list[Note]:
        """Return all notes, the oldest first."""
        return [Note(*row) for row in self.store.rows("SELECT id, text, time, topic FROM notes ORDER BY time, id")]

    def update(self, number: int, text: str) -> None:
        """Give a note another text."""
        check_content("text", text)
        vector = embed([text], model=self.model)[0].astype("<f4")
        with self.store.change():
            number = self._check_number(number)
            self._keep_wording(number, number)
            query = "UPDATE notes SET text = ?, vector = ?, time = ? WHERE id = ?"
            self.store.rows(query, text, vector.tobytes(), time.time(), number)

    def forget(self, number: int) -> None:
        """Delete a note, and cut all it ever said out of the messages and the summary kept beside it.

        What a model has said about it in words of its own stays; `clear` leaves nothing.
        """
        with self.store.change():
            number = self._check_number(number)
            query = "SELECT text FROM notes WHERE id = ? UNION SELECT text FROM wordings WHERE note = ?"
            wordings = [row[0] for row in self.store.rows(query, number, number)]
            self.store.rows("DELETE FROM notes WHERE id = ?", number)
            self.store.rows("DELETE FROM wordings WHERE note = ?", number)
            for text in sorted(wordings, key=len, reverse=True):  # one may be a part of another
                self.store.rows("UPDATE messages SET content = REPLACE(content, ?, '[forgotten]')", text)
                short = " ".join(text.split())  # as a summary writes it
                query = "UPDATE settings SET value = REPLACE(value, ?, '[forgotten]') WHERE name = 'summary'"
                self.store.rows(query, short)
        self.store.purge()

    def clear(self) -> None:
        """Delete all notes, messages and the summary."""
        with self.store.change():
            for table in ("notes", "wordings", "messages", "settings WHERE name = 'summary'"):
                self.store.rows(f"DELETE FROM {table}")
        self.store.purge()

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    def _check_number(self, number: Any) -> int:
        """Return the number of a note as SQLite takes it, or say that there is none of this number."""
        place = check_integer("number", number, low=1, high=2**63 - 1)
        if not self.store.rows("SELECT 1 FROM notes WHERE id = ?", place):
            raise ValueError(message("number", "the number of a note", number, "List them with notes()."))
        return place

    def _keep_wording(self, number: int, heir: int) -> None:
        """Write down what note `number` says now, so that `forget` cuts it out together with note `heir`."""
        query = "INSERT OR IGNORE INTO wordings SELECT ?, text FROM notes WHERE id = ?"
        self.store.rows(query, heir, number)

    def _same(self, text: str, topic: str | None) -> int | None:
        """Return the note that a new one takes the place of: of its topic, or in the same words."""
        rows = self.store.rows("SELECT id, text, topic FROM notes")
        # Words decide, not vectors: "I am allergic" and "I am not allergic" lie close together.
        twins = [row[0] for row in rows if _plain(row[1]) == _plain(text)]
        place = next((row[0] for row in rows if topic and row[2] == topic), twins[0] if twins else None)
        for twin in twins:
            if place is not None and twin != place:
                self._keep_wording(twin, place)
                self.store.rows("UPDATE OR REPLACE wordings SET note = ? WHERE note = ?", place, twin)
                self.store.rows("DELETE FROM notes WHERE id = ?", twin)
        return place

    def _read_anew(self) -> None:
        """Make the vectors again when the file was last written with another model."""
        known = self.store.rows("SELECT value FROM settings WHERE name = 'model'")
        if known and known[0][0] == self.model:
            return
        with self.store.change():
            rows = self.store.rows("SELECT id, text FROM notes")
            vectors = embed([text for _, text in rows], model=self.model)
            for (number, _), vector in zip(rows, vectors, strict=True):
                self.store.rows("UPDATE notes SET vector = ? WHERE id = ?", vector.astype("<f4").tobytes(), number)
            self.store.rows("INSERT OR REPLACE INTO settings VALUES ('model', ?)", self.model)


def _plain(text: str) -> str:
    """Return a text without what makes no difference: capitals, spaces, the last full stop."""
    return " ".join(text.casefold().split()).rstrip(".!。！ ")


def _clock(now: float | None) -> float:
    return time.time() if now is None else check_number("now", now, remedy="Pass seconds, such as time.time().")
