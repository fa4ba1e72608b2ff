"""The texts inside the figures of the examples, in the language of the build.

The idea in three lines: every text that matplotlib draws is set by one method, `Text.set_text`; while a website of
another language is built that method looks the text up in a catalogue (locales/LANGUAGE/LC_MESSAGES/figures.po), its
numbers and formulas aside; what has no translation stays as it is. Scripts and library hold English and no more.

    python docs/_ext/figure_words.py LANGUAGE NAME...      new messages of scripts, which are run, into the catalogue

A translation equal to its message says that the text stays: the name of a file, a word that is read by a program. Where
a word is a label in one script and such a word in another, the latter has an entry of its own: its `msgctxt` is the
file name of the script.
*Left out*: what `print` shows, and the figures of a downloaded example: they stay English.
"""

import argparse
import contextlib
import functools
import io
import os
import pathlib
import re
import runpy
import tempfile
from collections.abc import Callable

from babel.messages.catalog import Catalog
from catalogues import read_catalogue, write_catalogue

DOCS = pathlib.Path(__file__).parents[1]
GALLERY = DOCS.parent / "gallery"
LANGUAGE = "AILITERACY_FIGURE_LANGUAGE"  # a variable of the environment, which the processes of a gallery inherit
NUMBER = r"(?:(?<![\w.)\]])[-+−])?(?<![\w.])(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
KEPT = re.compile(rf"\$[^$\n]+\$|{NUMBER}")  # a formula or a number
PLACE = re.compile(r"\{(\d*)\}")

Say = Callable[[str], str]
current = contextlib.ExitStack()  # what the example that runs now has changed in matplotlib


def key_of(text: str) -> tuple[str, list[str]]:
    """Return the message of a text, with {} for each number and each formula, and what stood there.

    >>> key_of("epoch 12: loss -0.341 of w11")
    ('epoch {}: loss {} of w11', ['12', '-0.341'])
    """
    return KEPT.sub("{}", text), KEPT.findall(text)


def fill(translation: str, kept: list[str]) -> str:
    """Return a translation with its numbers: {} takes the next one, {0} the first, whatever its place.

    >>> fill("{1} / {0}", ["3", "12"])
    '12 / 3'
    """
    following = iter(kept)
    return PLACE.sub(lambda place: kept[int(place[1])] if place[1] else next(following), translation)


def is_message(message: str) -> bool:
    """Return whether there is a word to translate: two letters side by side, and no braces of the text's own."""
    return bool(re.search(r"[^\W\d_]{2}", message)) and not PLACE.search(message.replace("{}", ""))


def sayer(known: dict[str, str]) -> Say:
    """Return the function that translates a text, given the translation of each message."""

    def say(text: str) -> str:
        message, kept = key_of(text)
        return fill(known[message], kept) if message in known and not PLACE.search(text) else text

    return say


@contextlib.contextmanager
def every_text(say: Say):
    """Let all texts of all figures go through a function."""
    from matplotlib.text import Text

    before = Text.set_text

    @functools.wraps(before)
    def set_text(self, s):
        before(self, say(s) if isinstance(s, str) else s)

    Text.set_text = set_text
    try:
        yield
    finally:
        Text.set_text = before


def path_of(language: str) -> pathlib.Path:
    """Return where the catalogue of a language lies."""
    return DOCS / "locales" / language / "LC_MESSAGES" / "figures.po"


def catalogue_of(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one when there is none yet."""
    story = "The texts inside the figures; docs/_ext/figure_words.py reads and extends this file."
    return read_catalogue(path_of(language), language, story)


def translations(language: str, script: str) -> dict[str, str]:
    """Return the translation of each message of a script; what stands there for this script alone comes first."""
    name = pathlib.Path(script).name  # no two examples have the same name
    known: dict[str, str] = {}
    for message in sorted(catalogue_of(language), key=lambda message: message.context or ""):
        if message.string and (message.context or name) == name and name in map(name_of, message.locations):
            known[str(message.id)] = str(message.string)
    return known


def name_of(location: tuple[str, int | None]) -> str:
    """Return the file name in a message's location."""
    return pathlib.PurePosixPath(location[0]).name


def messages_of(script: pathlib.Path) -> list[str]:
    """Run a script in an empty folder and return the messages of its figures, in order."""
    import matplotlib.pyplot as plt
    from gallery_reset import seed_everything

    found: dict[str, None] = {}

    def note(text: str) -> str:
        found[key_of(text)[0]] = None
        return text

    plt.switch_backend("agg")
    seed_everything({}, str(script))
    elsewhere = tempfile.TemporaryDirectory()
    with elsewhere as folder, contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()), every_text(note):
        runpy.run_path(str(script))
        for number in plt.get_fignums():
            plt.figure(number).savefig(io.BytesIO())  # some texts are set while a figure is drawn
    plt.close("all")
    return [message for message in found if is_message(message)]


def extract(language: str, names: list[str]) -> None:
    """Add the messages of scripts, given as "basics/plot_01_one_neuron.py", to the catalogue of a language."""
    catalogue = catalogue_of(language)
    for name in names:
        for message in messages_of(GALLERY / name):  # adding a message again adds the place to it
            catalogue.add(message, locations=[(f"{GALLERY.name}/{name}", None)])
    write_catalogue(path_of(language), catalogue)


def translate_figures(gallery_conf, fname) -> None:
    """Sphinx-gallery calls this before each example, in the process that runs it."""
    current.close()
    known = translations(os.environ.get(LANGUAGE, "en"), fname)
    if known:
        current.enter_context(every_text(sayer(known)))


def note_language(app, config) -> None:
    """Tell the processes of the gallery which language is built."""
    os.environ[LANGUAGE] = config.language


def setup(app) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("config-inited", note_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language")
    parser.add_argument("names", nargs="+", help="scripts, such as basics/plot_01_one_neuron.py")
    extract(**vars(parser.parse_args()))
