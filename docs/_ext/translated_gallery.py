"""The examples in another language: their text and their comments go through a catalogue, their code stays.

The idea in three lines: a script is cut into paragraphs of text and comments, each of which is a message; a catalogue
(a .po file, as every translation program reads it) has the translation of each; what has none stays as it is. The
website of another language is built from the scripts written so, hence its downloads are translated too.

    python docs/_ext/translated_gallery.py extract LANGUAGE NAME...     new messages of scripts into the catalogue
    python docs/_ext/translated_gallery.py write LANGUAGE FOLDER        the gallery, translated, into a folder

*Left out*: texts inside of code, such as what `print` shows; figure_words.py translates those of figures.
"""

import argparse
import io
import pathlib
import re
import shutil
import tokenize
import unicodedata
from collections.abc import Callable, Iterator

from babel.messages.catalog import Catalog
from catalogues import read_catalogue, write_catalogue

DOCS = pathlib.Path(__file__).parents[1]
GALLERY = DOCS.parent / "gallery"
WRITTEN_BY_LINE = re.compile(r"\s|[-*+|=.]|\d+\.")  # a list, a table, a directive: its lines may not be joined
SETTING = re.compile(r"#\s*(%%|sphinx_gallery_|noqa|type:|fmt:)")

Say = Callable[[str], str | None]  # from a message to its translation, None without one


def translate(source: str, say: Say) -> str:
    """Return a script with its texts and comments translated; without a translation they stay to the letter.

    >>> translate("x = 1  # one\\n", {"one": "yi"}.get)
    'x = 1  # yi\\n'
    """
    lines = source.splitlines()
    written: list[str] = []
    row = 0
    inside = comments_inside(source)
    while row < len(lines):
        if row == 0 and lines[0] == '"""':
            end = lines.index('"""', 1)
            written += ['"""', *text_block(lines[1:end], say), '"""']
            row = end + 1
        elif lines[row].startswith("# %%"):
            end = end_of_comment(lines, row + 1)
            text = [line[2:] for line in lines[row + 1 : end]]
            written += [lines[row], *[f"# {line}".rstrip() for line in text_block(text, say)]]
            row = end
        elif row in inside and lines[row].lstrip().startswith("#"):
            end = end_of_comment(lines, row)
            indent, text = lines[row][: -len(lines[row].lstrip())], [line.strip()[2:] for line in lines[row:end]]
            said = say(" ".join(text))
            written += lines[row:end] if said is None else [f"{indent}# {said}"]
            row = end
        else:
            said = say(lines[row][inside[row] + 2 :]) if row in inside else None
            written.append(lines[row] if said is None else f"{lines[row][: inside[row]]}# {said}")
            row += 1
    return "\n".join(written) + "\n"


def comments_inside(source: str) -> dict[int, int]:
    """Return the row and the column of each comment that is no setting."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token for token in tokens if token.type == tokenize.COMMENT and not SETTING.match(token.string)]
    return {token.start[0] - 1: token.start[1] for token in comments}


def end_of_comment(lines: list[str], row: int) -> int:
    """Return the row after the comment lines that begin at a row."""
    while row < len(lines) and lines[row].lstrip().startswith("#") and not SETTING.match(lines[row].lstrip()):
        row += 1
    return row


def text_block(lines: list[str], say: Say) -> list[str]:
    """Return a block of text, paragraph by paragraph."""
    written: list[str] = []
    for paragraph in paragraphs(lines):
        if not paragraph[0]:
            written += paragraph
        elif len(paragraph) > 1 and re.fullmatch(r"([-=~^])\1+", paragraph[1]):  # a title and the line below it
            title = say(paragraph[0]) or paragraph[0]
            written += [title, paragraph[1][0] * max(width(title), 3)]
            written += text_block(paragraph[2:], say)
        elif any(WRITTEN_BY_LINE.match(line) for line in paragraph):
            said = say("\n".join(paragraph))
            written += paragraph if said is None else said.split("\n")
        else:
            said = say(" ".join(paragraph))
            written += paragraph if said is None else [said]
    return written


def paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """Yield runs of lines with text, and each empty line by itself."""
    run: list[str] = []
    for line in lines:
        if line:
            run.append(line)
            continue
        if run:
            yield run
        run = []
        yield [""]
    if run:
        yield run


def width(text: str) -> int:
    """Return how many columns a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def path_of(language: str) -> pathlib.Path:
    """Return where the catalogue of a language lies."""
    return DOCS / "locales" / language / "LC_MESSAGES" / "gallery.po"


def catalogue_of(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one when there is none yet."""
    story = "The examples of the website; docs/_ext/translated_gallery.py reads and extends this file."
    return read_catalogue(path_of(language), language, story)


def extract(language: str, names: list[str]) -> None:
    """Add the messages of scripts, given as "basics/plot_01_one_neuron.py", to the catalogue of a language."""
    catalogue = catalogue_of(language)
    for name in names:
        path = GALLERY / name
        place = str(path.relative_to(GALLERY.parent))

        def note(message: str, place: str = place) -> None:
            if re.search(r"[^\W\d_]", message):  # adding a message again adds the place to it
                catalogue.add(message, locations=[(place, None)])

        if path.suffix == ".py":
            translate(path.read_text(encoding="utf-8"), note)
        else:
            text_block(path.read_text(encoding="utf-8").splitlines(), note)
    write_catalogue(path_of(language), catalogue)


def write(language: str, folder: pathlib.Path) -> None:
    """Write the whole gallery into a folder, with what the catalogue translates."""
    catalogue = catalogue_of(language)
    shutil.copytree(GALLERY, folder, dirs_exist_ok=True)
    for path in sorted({place for message in catalogue for place, _ in message.locations}):
        # Other scripts stay to the letter even where they share a message: they need not be run again.

        def say(message: str, path: str = path) -> str | None:
            found = catalogue.get(message)
            return str(found.string) if found and found.string and (path, None) in found.locations else None

        copy = folder / pathlib.Path(path).relative_to(GALLERY.name)
        text = copy.read_text(encoding="utf-8")
        if copy.suffix == ".py":
            copy.write_text(translate(text, say), encoding="utf-8")
        else:
            copy.write_text("\n".join(text_block(text.splitlines(), say)) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("extract", "write"))
    parser.add_argument("language")
    parser.add_argument("names", nargs="+", help="scripts, or the folder to write to")
    options = parser.parse_args()
    if options.what == "extract":
        extract(options.language, options.names)
    else:
        write(options.language, pathlib.Path(options.names[0]))


if __name__ == "__main__":
    main()
