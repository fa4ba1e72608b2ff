"""What a conversation keeps, in one SQLite file.

The idea: every change is a transaction, written to a log beside the file before it counts (WAL). A program that is
killed at any moment leaves the state before its last change or after it, never one between. Others may read meanwhile.

Left out: several conversations in one file; servers. Next: memory.py.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from .._support.checks import message
from .._support.files import check_path

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

__all__ = ["MemoryStore"]

APPLICATION = 0x41494C4D  # "AILM" in the file's header: a file of another program is not touched
VERSION = 2  # 1 had no wordings
PATIENCE = 10.0  # seconds to wait while another process writes
TABLES = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT UNIQUE, text TEXT NOT NULL,
                                  vector BLOB NOT NULL, time REAL NOT NULL);
CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY AUTOINCREMENT, role TEXT NOT NULL, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS wordings (note INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (note, text));
"""


class MemoryStore:
    """A file, or with None a place in memory, that takes rows and gives them back.

    Parameters
    ----------
    path : path or None
        Made when it does not exist. A damaged or foreign file is refused and stays as it is.
    """

    def __init__(self, path: Any) -> None:
        self.path = None if path is None else check_path("path", path)
        self._lock = threading.RLock()  # one connection, many threads: one at a time
        with self._worded():
            if self.path is not None and _is_there(self.path):
                self._inspect(self.path)
            elif self.path is not None and not self.path.absolute().parent.is_dir():
                remedy = "Make its folder first."
                raise FileNotFoundError(message("path", "a file in a folder that exists", str(self.path), remedy))
            self._connection = sqlite3.connect(
                ":memory:" if self.path is None else self.path, timeout=PATIENCE, isolation_level=None,
                check_same_thread=False,
            )  # fmt: skip
            begun = False
            try:
                self._begin()
                begun = True
            finally:
                if not begun:
                    self._connection.close()

    def _inspect(self, path: pathlib.Path) -> None:
        """Refuse a file that is damaged, foreign or newer, by a connection that cannot write."""
        with path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                remedy = "It was left as it is. Choose another name."
                raise ValueError(message("path", "a memory file of this package", str(path), remedy))
        address = f"{path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as reader:
            (application,), (version,) = (reader.execute(f"PRAGMA {name}").fetchone() for name in IDENTITY)
            if (application, version) == (0, 0) and not reader.execute("SELECT 1 FROM sqlite_master").fetchone():
                return  # killed before its tables were made
            if application != APPLICATION:
                remedy = "It belongs to another program and was left as it is. Choose another name."
                raise ValueError(message("path", "a memory file of this package", str(path), remedy))
            if version > VERSION:
                remedy = "A newer version of the package wrote it. Update the package."
                raise ValueError(message("path", f"a memory file of version {VERSION}", f"version {version}", remedy))
            (finding,) = reader.execute("PRAGMA integrity_check(1)").fetchone()
            if finding != "ok":
                raise sqlite3.DatabaseError(finding)

    def _begin(self) -> None:
        """Set how the connection works, and make the tables that a new or an older file lacks."""
        # Full: a change counts when it is on the disk. Secure: what is deleted is overwritten with zeros.
        for setting in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {setting}").fetchall()
        known = "SELECT 1 FROM sqlite_master WHERE name = 'wordings'"
        if self.rows(known):  # nothing to write: others may be writing just now
            return
        with self.change():
            if not self.rows(known):
                for table in TABLES.split(";")[:-1]:
                    self._connection.execute(table)
                for name, value in zip(IDENTITY, (APPLICATION, VERSION), strict=True):
                    self._connection.execute(f"PRAGMA {name} = {value}")

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return all rows of a query, or of a change inside `change`."""
        with self._worded(), self._lock:
            return self._connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Make what happens in the block count as a whole or not at all; blocks may stand in one another."""
        with self._worded(), self._lock:
            if self._is_changing():
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")  # waits here while another process writes
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._is_changing():  # an error, or Ctrl-C, before the end
                    self._connection.execute("ROLLBACK")

    def _is_changing(self) -> bool:
        return self._connection.in_transaction

    def purge(self) -> None:
        """Empty the log into the file, so that what was deleted stands in neither."""
        if self.path is not None:
            self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _worded(self) -> Iterator[None]:
        """Turn SQLite's errors into errors that say what to do."""
        place = "the memory" if self.path is None else f"the memory file {str(self.path)!r}"
        try:
            yield
        except sqlite3.ProgrammingError as error:
            if "closed" in str(error):
                raise ValueError(f"{place} is closed. Open it again: Memory(path).") from None
            raise
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise TimeoutError(
                    f"{place} is being written by another program for more than {PATIENCE:g} seconds. Try again."
                ) from None
            raise OSError(f"cannot use {place}: {error}. Check that you may write there and free some space.") from None
        except sqlite3.DatabaseError as error:
            finding = " ".join(str(error).split())
            raise ValueError(
                f"{place} is damaged ({finding}) and was left as it is. Restore a copy, or choose another name."
            ) from None


IDENTITY = ("application_id", "user_version")


def _is_there(path: pathlib.Path) -> bool:
    """Return whether there is a file with something in it."""
    if path.is_dir():
        raise IsADirectoryError(message("path", "a file", f"the folder {path}", "Add a file name, such as guide.db."))
    return path.exists() and path.stat().st_size > 0
