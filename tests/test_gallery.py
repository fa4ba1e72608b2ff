"""Every public name is shown in the gallery, and every example keeps the form that readers rely on."""

import ast
import builtins
import importlib
import pathlib
import re
import symtable

import pytest

import ailiteracy

ROOT = pathlib.Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "gallery").rglob("plot_*.py"))
SUBJECTS = ["basics", "games", "vision", "nlp"]


def names_used(path):
    """Return the public names, such as "games.solve_2048", that a script imports or reaches through its subject."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ailiteracy."):
            used |= {f"{node.module.removeprefix('ailiteracy.')}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.add(f"{node.value.id}.{node.attr}")
    return used


def undefined(text):
    """Return the names that a script reads and nowhere defines."""
    script = symtable.symtable(text, "script", "exec")
    defined = {name.get_name() for name in script.get_symbols() if name.is_assigned() or name.is_imported()}

    def read(table):
        yield from (name.get_name() for name in table.get_symbols() if name.is_referenced() and name.is_global())
        for child in table.get_children():
            yield from read(child)

    return set(read(script)) - defined - set(dir(builtins)) - {"__file__"}


@pytest.mark.parametrize("subject", ailiteracy.__all__)
def test_every_public_name_has_an_example(subject):
    shown = set().union(*map(names_used, EXAMPLES))
    public = {f"{subject}.{name}" for name in importlib.import_module(f"ailiteracy.{subject}").__all__}
    assert public - shown == set()


@pytest.mark.parametrize("call", ["basics.backprop_demo", "games.solve_2048", "vision.train_resnet", "nlp.answer"])
def test_headline_calls_have_two_examples(call):
    assert sum(call in names_used(path) for path in EXAMPLES) >= 2


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_form(path):
    text = path.read_text(encoding="utf-8")
    tags = re.search(r"^# sphinx_gallery_tags = (\[.*\])$", text, re.MULTILINE)
    assert tags, "no line `# sphinx_gallery_tags = [subject, level, minutes]`"
    subject, level, minutes = ast.literal_eval(tags[1])
    assert subject == path.parent.name
    assert level in {"beginner", "intermediate", "advanced"}
    assert re.fullmatch(r"\d+ min", minutes)
    title, rule = text.split('"""')[1].strip().splitlines()[:2]
    assert set(rule) == {"="}
    assert len(rule) >= len(title)
    cells = re.split(r"^# %%.*$", text, flags=re.MULTILINE)
    sizes = [sum(bool(line.strip()) and not line.startswith("#") for line in cell.splitlines()) for cell in cells[1:]]
    assert max(sizes) <= 15, f"lines of code in each cell: {sizes}"
    assert sum(sizes) <= 60
    assert "Try it" in text.split("# %%")[-1]
    assert "plt.show" not in text


def test_headers():
    for folder in {path.parent for path in EXAMPLES} | {ROOT / "gallery"}:
        assert (folder / "GALLERY_HEADER.rst").is_file()


def test_every_name_is_defined():
    assert undefined("x = 1\ndef f(a):\n    return a + x + y + len(z)\nprint(f, w)") == {"w", "y", "z"}
    assert {path.stem: names for path in EXAMPLES if (names := undefined(path.read_text(encoding="utf-8")))} == {}
