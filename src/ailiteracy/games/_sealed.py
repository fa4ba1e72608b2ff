"""JSON files that show when they were damaged: saved games and runs of many games.

The idea in three lines: the content is written together with its SHA-256, the seal;
a byte that was lost or changed on the way breaks the seal, and the file is refused in words;
a file appears whole or not at all, on a full disk too.

*Left out*: secrecy; whoever changes a file on purpose can seal it again, so the games are checked by the rules as well.
*Next*: ``result.py``, which saves one game, and ``arena.py``, which saves many.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .._support.files import check_path, whole_file

__all__ = ["damaged", "read_sealed", "seal", "write_sealed"]


def write_sealed(path: Any, content: dict[str, Any]) -> None:
    """Write the content and its seal to a JSON file, whole or not at all."""
    with whole_file(check_path("path", path)) as part:
        part.write_text(json.dumps({**content, "sha256": seal(content)}), encoding="utf-8")


def read_sealed(path: Any, form: str, *, what: str, remedy: str, most_bytes: int) -> dict[str, Any]:
    """Return the content of a file that `write_sealed` wrote in the format `form`, or say in words what is wrong."""
    place = check_path("path", path)
    try:
        size = place.stat().st_size
        if not place.is_file():  # a pipe could keep the reader waiting, a device need not end
            raise ValueError("it is a folder" if place.is_dir() else "it is a device or a pipe")
        if size > most_bytes:
            raise ValueError(f"it has {size:,} bytes, more than {most_bytes:,}")
        content = json.loads(place.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or content.get("format") != form:
            raise ValueError(f"its format is not {form!r}")
        if content.pop("sha256", None) != seal(content):
            raise ValueError("its content does not match its seal, so some of it was changed or lost")
    except FileNotFoundError:
        raise FileNotFoundError(f"no {what} at {str(place)!r}. {remedy}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(damaged(place, what, error, remedy)) from None
    return content


def damaged(place: Any, what: str, error: Exception, remedy: str) -> str:
    """Return the words for a file that is not what it should be."""
    return f"{str(place)!r} is no {what}, or a damaged one: {error}. {remedy}"


def seal(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the content, written with its keys in order."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()
