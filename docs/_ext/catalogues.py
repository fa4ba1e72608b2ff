"""Catalogues of translations: read, begun and written in one way, whatever texts are in them.

*Left out*: where the texts come from: figure_words.py, package_words.py, translated_gallery.py, words.py.
"""

import pathlib

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

__all__ = ["new_catalogue", "read_catalogue", "translations", "write_catalogue"]


def new_catalogue(language: str, story: str) -> Catalog:
    """Return an empty catalogue; its first line tells a story."""
    team = dict.fromkeys(("last_translator", "language_team", "msgid_bugs_address"), "ailiteracy")
    return Catalog(language, project="ailiteracy", version="1", header_comment=f"# {story}", fuzzy=False, **team)


def read_catalogue(path: pathlib.Path, language: str, story: str) -> Catalog:
    """Return the catalogue in a file; an empty one when there is none yet."""
    if not path.exists():
        return new_catalogue(language, story)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def translations(path: pathlib.Path) -> dict[str, str]:
    """Return what is translated in a file, each message with its translation; nothing without a file."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


def write_catalogue(path: pathlib.Path, catalogue: Catalog, *, by_file: bool = False) -> None:
    """Write a catalogue, its messages in the order in which they came, or by the files that they stand in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_by_file=by_file)
