"""The words of the package in other languages: the command, the questions and the exercises, in one catalogue.

The idea in three lines: a message is what the code hands to `say`, what the help of the command says, and each text of
the banks; what is new comes into the catalogue without a translation, what is gone leaves it. `gettext` reads a
compiled file, which is written beside it. src/ailiteracy/_support/language.py says how a text finds its translation.

    python docs/_ext/package_words.py LANGUAGE      new messages into the catalogue, and the compiled file

*Left out*: errors, and the paragraphs of most results; they are English.
"""

import argparse
import ast
import os
import pathlib
import re
from collections.abc import Iterator

import catalogues
from babel.messages.mofile import write_mo

SOURCE = pathlib.Path(__file__).parents[2] / "src" / "ailiteracy"
FOLDER = SOURCE / "locales"
PROSE = re.compile(r"[^\W\d_]{2}")  # two letters in a row: the rest are numbers and signs
CODE = re.compile(r"`[^`]*`|\$[^$]*\$")

Messages = dict[str, list[str]]  # each text, with the files that it stands in


def all_messages() -> Messages:
    """Return every text that the package can say in another language."""
    os.environ.pop("AILITERACY_LANGUAGE", None)  # the English texts are the messages
    found: Messages = {}
    for place, text in [*command_messages(), *said_in_code(), *quiz_messages(), *exercise_messages()]:
        places = found.setdefault(text, [])
        if place not in places:
            places.append(place)
    return found


def command_messages() -> Iterator[tuple[str, str]]:
    """Yield what the help says, the states and rows of the doctor, and its causes and remedies."""
    import typer

    from ailiteracy import _doctor_imports, cli
    from ailiteracy._support.language import help_texts
    from ailiteracy.nlp.qa import BUILTIN

    for _, _, text in help_texts(typer.main.get_command(cli.app)):
        yield "src/ailiteracy/cli.py", text
    for text in cli.COLOURS:
        yield "src/ailiteracy/cli.py", text
    yield "src/ailiteracy/nlp/qa.py", BUILTIN
    for text in LIBRARY_WORDS:
        yield "typer", text
    table = [text for _, *texts in _doctor_imports.CAUSES for text in texts]
    for text in [*table, *_doctor_imports.OTHER, _doctor_imports.ONE_SOURCE]:
        yield "src/ailiteracy/_doctor_imports.py", text


# Functions that say one of their arguments, by file: which one.
SAYING = {"_doctor.py": {"Row": 0, "check_folder": 0}, "check/_*.py": {"NotYetError": 0, "refuses": 2}}
# What typer asks gettext for on the pages of help.
LIBRARY_WORDS = (
    "Options", "Arguments", "Commands", "required", "default: {default}", "env var: {var}", "Missing command.",
    "No such command {name!r}.", "Aborted!",
)  # fmt: skip


def said_in_code() -> Iterator[tuple[str, str]]:
    """Yield the texts that stand in the code: in `say`, as the name of a doctor's row, as an exercise's hint."""
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE.parents[1]).as_posix()
        more = next((functions for pattern, functions in SAYING.items() if path.match(pattern)), {})
        for text in messages_of(path.read_text(encoding="utf-8"), more):
            yield place, text


def messages_of(source: str, more: dict[str, int] | None = None) -> list[str]:
    """Return the texts that a file says, in order; `more` names functions beside `say`, and which argument counts.

    >>> messages_of("HELP = 'all ' 'of'\\nsay(HELP); say('one'); say(text); Row('fonts', 'ok', f'{n}')", {"Row": 0})
    ['all of', 'one', 'fonts']
    >>> messages_of('slips = {"these are sums.": x, "sum": y}; refuses(f, [], "because.")', {"refuses": 2})
    ['these are sums.', 'because.']
    """
    functions = {"say": 0, **(more or {})}
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    places: list[tuple[int, int, str]] = []

    def note(node: ast.expr | None) -> None:
        text = constants.get(node.id) if isinstance(node, ast.Name) else getattr(node, "value", None)
        if node is not None and isinstance(text, str):
            places.append((node.lineno, node.col_offset, text.rstrip(" ")))

    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if len(node.args) > functions.get(node.func.id, len(node.args)):
                note(node.args[functions[node.func.id]])
            for keyword in node.keywords:
                note(keyword.value if keyword.arg == "where" and "refuses" in functions else None)
        elif isinstance(node, ast.Dict) and "refuses" in functions:  # the hints for slips; other keys are one word
            for key in node.keys:
                if isinstance(key, ast.Constant) and " " in str(key.value):
                    note(key)
    return [text for *_, text in sorted(places) if PROSE.search(text)]


def quiz_messages() -> Iterator[tuple[str, str]]:
    """Yield the texts of the questions; code and numbers are no messages."""
    from ailiteracy.quiz import load_quiz

    for item in load_quiz():
        for text in (item.question, *item.left, *item.options, item.explanation):
            if PROSE.search(CODE.sub("", text)):
                yield f"src/ailiteracy/quiz/bank/{item.subject}.toml", " ".join(text.split())


def exercise_messages() -> Iterator[tuple[str, str]]:
    """Yield the texts of the exercises."""
    from ailiteracy import check

    for task in map(check.exercise, check.exercises()):
        for text in (task.title, task.level, task.text, task.nudge):
            if text:
                yield f"src/ailiteracy/check/{task.subject}.toml", " ".join(text.split())


def path_of(language: str) -> pathlib.Path:
    """Return where the catalogue of a language lies."""
    return FOLDER / language / "LC_MESSAGES" / "ailiteracy.po"


def translations(language: str) -> dict[str, str]:
    """Return each translated message of the catalogue with its translation."""
    return catalogues.translations(path_of(language))


def write(language: str, said: dict[str, str]) -> None:
    """Write the catalogue of a language anew, with the translations that are there, and the compiled file."""
    story = "The words of the package; docs/_ext/package_words.py reads and extends this file."
    catalogue = catalogues.new_catalogue(language, story)
    for text, places in all_messages().items():
        catalogue.add(text, said.get(text, ""), locations=[(place, None) for place in places])
    path = path_of(language)
    catalogues.write_catalogue(path, catalogue)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language")
    options = parser.parse_args()
    write(options.language, translations(options.language))
