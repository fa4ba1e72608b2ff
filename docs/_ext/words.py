"""The words of the site's own parts (quizzes, playground, switches) in the language of the build.

The idea in three lines: English stands in the code, as `say("Check")` in a script and in the extensions; a catalogue
(locales/LANGUAGE/LC_MESSAGES/scripts.po) has the translation of each; what has none stays English. A build in another
language writes the catalogue as a small script, `site-words.js`, which the pages load before all others.

    python docs/_ext/words.py LANGUAGE      new messages into the catalogue

*Left out*: forms for one and many; a sentence with a number in it is written so that both will do.
"""

import argparse
import functools
import json
import pathlib
import re
from collections.abc import Callable

import catalogues

DOCS = pathlib.Path(__file__).parents[1]
SAID = re.compile(r"""\bsay\(\s*("(?:[^"\\\n]|\\.)*"(?:\s*\+\s*"(?:[^"\\\n]|\\.)*")*)\s*[,)]""")
PIECE = re.compile(r'"(?:[^"\\]|\\.)*"')

Say = Callable[..., str]


def messages_of(text: str) -> list[str]:
    """Return the texts that a script or an extension says, in order.

    >>> messages_of('say("Row {n}", {n}); say("a " +\\n  "b")')
    ['Row {n}', 'a b']
    """
    return ["".join(json.loads(piece) for piece in PIECE.findall(found)) for found in SAID.findall(text)]


def shown_by_the_package() -> list[str]:
    """Return the texts of the package that the pages show among their own."""
    from playground_data import RUNGS

    from ailiteracy.games.players import PLAYERS
    from ailiteracy.quiz.items import SUBJECTS, load_quiz

    ideas = [PLAYERS[name] for name in RUNGS]
    return [*SUBJECTS.values(), *dict.fromkeys(item.level for item in load_quiz()), *ideas]


def all_messages() -> dict[str, list[str]]:
    """Return every text that can be said, with the files that say it."""
    found: dict[str, list[str]] = {text: ["src/ailiteracy"] for text in shown_by_the_package()}
    for path in sources():
        for text in messages_of(path.read_text(encoding="utf-8")):
            found.setdefault(text, []).append(path.relative_to(DOCS.parent).as_posix())
    return found


def sources() -> list[pathlib.Path]:
    """Return the files that say something."""
    own = (pathlib.Path(__file__), DOCS / "_static" / "words.js")
    return sorted({*DOCS.glob("_ext/*.py"), *DOCS.glob("_static/**/*.js")} - set(own))


def path_of(language: str) -> pathlib.Path:
    """Return where the catalogue of a language lies."""
    return DOCS / "locales" / language / "LC_MESSAGES" / "scripts.po"


@functools.cache
def translations(language: str) -> dict[str, str]:
    """Return the translation of each text; an empty dictionary for English."""
    return catalogues.translations(path_of(language))


def sayer(language: str | None) -> Say:
    """Return the function that says a text in a language, with {values} filled in."""
    known = translations(language or "en")

    def say(text: str, **values: object) -> str:
        return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place[1], place[0])), known.get(text, text))

    return say


def extract(language: str) -> None:
    """Write the catalogue of a language anew: all texts that are said, with the translations that are there."""
    known = translations(language)
    story = "The words of quizzes, playground and switches; docs/_ext/words.py reads and extends this file."
    catalogue = catalogues.new_catalogue(language, story)
    for text, places in all_messages().items():
        catalogue.add(text, known.get(text, ""), locations=[(place, None) for place in dict.fromkeys(places)])
    catalogues.write_catalogue(path_of(language), catalogue, by_file=True)


def write_script(app) -> None:
    """Write the catalogue of the build's language as a script, and have it copied beside the static files."""
    if app.builder.format == "html":
        folder = pathlib.Path(app.confdir) / "_build" / "words"
        folder.mkdir(parents=True, exist_ok=True)
        known = json.dumps(translations(app.config.language), ensure_ascii=False, indent=0)
        (folder / "site-words.js").write_text(f"globalThis.siteWords = {known};\n", encoding="utf-8")
        app.config.html_static_path.append(str(folder))


def setup(app) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", write_script)
    app.add_js_file("site-words.js", loading_method="defer", priority=100)
    app.add_js_file("words.js", loading_method="defer", priority=101)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language")
    extract(parser.parse_args().language)
