"""What a reader is told, in the language that AILITERACY_LANGUAGE names.

The idea in three lines: English stands in the code, as `say("Right.")`, and in the banks of questions and exercises; a
catalogue (locales/LANGUAGE/LC_MESSAGES/ailiteracy.po, which gettext reads as ailiteracy.mo) has the translation of
each; what has none stays English. Without the variable all is English, whatever the system speaks.

Answers, names and files do not depend on the language: texts are translated where they are shown, never where they are
kept or compared. Sentences with values are written `say("{n} answers: {place}").format(n=3, place=path)`.

    python docs/_ext/package_words.py LANGUAGE      new messages into the catalogue, and the file that gettext reads

*Left out*: error messages, which stay English so that they can be searched for; forms for one and many.

Next: ``cli.py``, whose help is translated as a whole.
"""

from __future__ import annotations

import functools
import gettext
import os
import pathlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["chosen_language", "help_texts", "languages", "say", "say_paragraph", "tell_libraries", "translate_help"]

DOMAIN = "ailiteracy"
FOLDER = pathlib.Path(__file__).parents[1] / "locales"
VARIABLE = "AILITERACY_LANGUAGE"


def say(text: str, language: str | None = None) -> str:
    """Return a text in a language, by default in the chosen one; without a translation as it is.

    Examples
    --------
    >>> say("Right.", "zh_CN"), say("Right.", "en"), say("nobody says this", "zh_CN")
    ('正确。', 'Right.', 'nobody says this')
    """
    name = chosen_language() if language is None else known_language(language)
    return _catalogue(name).gettext(text) if name and text else text


def say_paragraph(text: str, language: str | None = None) -> str:
    r"""Return a text whose line breaks mean nothing; without a translation they stay.

    Examples
    --------
    >>> say_paragraph("Not\nsaid.", "zh_CN")
    'Not\nsaid.'
    """
    plain = " ".join(text.split())
    said = say(plain, language)
    return text if said == plain else said


def chosen_language() -> str:
    """Return the language that AILITERACY_LANGUAGE names, such as "zh_CN"; an empty text for English."""
    return known_language(os.environ.get(VARIABLE, ""))


@functools.cache
def known_language(name: str) -> str:
    """Return the language with a catalogue that a name means; an empty text for English and unknown names.

    Examples
    --------
    >>> known_language("zh-cn"), known_language("zh"), known_language("zh_CN.UTF-8"), known_language("en")
    ('zh_CN', 'zh_CN', 'zh_CN', '')
    """
    wanted = re.split(r"[.@]", name.strip())[0].replace("-", "_").lower()
    known = {language.lower(): language for language in languages()}
    # "zh" stands for the first of its kind; "zh_TW" is another language than "zh_CN".
    return known.get(wanted) or next((known[one] for one in sorted(known) if one.split("_")[0] == wanted), "")


@functools.cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are catalogues of; English needs none."""
    return tuple(sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


@functools.cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language])


def help_texts(command: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield what the help of a command and of those below it says: the object, its attribute, the text."""
    yield command, "help", command.help
    for parameter in command.params:
        for attribute in ("help", "show_default"):
            text = getattr(parameter, attribute, None)
            if isinstance(text, str):
                yield parameter, attribute, text
    for below in getattr(command, "commands", {}).values():
        yield from help_texts(below)


def translate_help(command: Any) -> None:
    """Put what the help of a command says into the chosen language."""
    for owner, attribute, text in list(help_texts(command)):
        setattr(owner, attribute, say(text))


def tell_libraries() -> None:
    """Let libraries that ask gettext, such as typer for "Options", find their words in our catalogue."""
    if chosen_language():
        os.environ["LANGUAGE"] = chosen_language()
        gettext.bindtextdomain(DOMAIN, FOLDER)
        gettext.textdomain(DOMAIN)
