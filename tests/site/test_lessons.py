"""The lessons as they are written: figures, links, sources and terms in every chapter, and all of it in Chinese."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
LESSONS = ROOT / "docs" / "lessons"
CHAPTERS = ["intelligence", "learning", "searching", "seeing", "reading", "large_models", "machine"]
FIGURE = re.compile(r"```\{figure\} (?P<path>\S+)\n:alt: (?P<alt>.+)\n\n(?P<caption>[^`]+(?:`[^`]+`[^`]+)*?)\n```")


def text_of(chapter):
    """Return the text of a chapter without the sources at its end."""
    return parts_of(chapter)[0]


def parts_of(chapter):
    """Return the text of a chapter, and its sources by their names."""
    page = (LESSONS / f"{chapter}.md").read_text(encoding="utf-8")
    text, *notes = re.split(r"^\[\^(\w+)\]: ", page, flags=re.MULTILINE)
    return text, dict(zip(notes[::2], notes[1::2], strict=True))


def sections(chapter):
    """Return the text of each section by its heading, but for the tasks at the end."""
    found = re.split(r"^## (.+)\n", text_of(chapter), flags=re.MULTILINE)
    return {heading: text for heading, text in zip(found[1::2], found[2::2], strict=True) if heading != "Try it"}


SECTIONS = [(chapter, heading) for chapter in CHAPTERS for heading in sections(chapter)]
each_section = pytest.mark.parametrize(("chapter", "heading"), SECTIONS)


def words():
    """Return the terms of the glossary, in its order."""
    return re.findall(r"^(?!: )(\S.*)\n: ", (ROOT / "docs" / "words.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_all_chapters_are_looked_at():
    listed = re.findall(r"^\d\. .+ <(\w+)>$", text_of("index"), re.MULTILINE)
    assert listed == CHAPTERS
    assert len(SECTIONS) > 30


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_figures_belong_to_examples_and_can_be_heard(chapter):
    text = text_of(chapter)
    figures = list(FIGURE.finditer(text))
    assert len(figures) == text.count("{figure}") >= 1
    assert not re.search(r"!\[|\{image\}", text)
    for figure in figures:
        place = re.fullmatch(r"\.\./auto_gallery/(\w+)/images/sphx_glr_(plot_\d\d_\w+)_(\d{3})\.png", figure["path"])
        assert place, figure["path"]
        assert (ROOT / "gallery" / place[1] / f"{place[2]}.py").exists()
        assert f"<../auto_gallery/{place[1]}/{place[2]}>`" in figure["caption"]
        assert len(figure["alt"]) > 60


@each_section
def test_ideas_lead_to_a_function_and_to_an_example(chapter, heading):
    text = sections(chapter)[heading]
    assert re.search(r"\{(func|class)\}`ailiteracy\.\w+\.\w+`", text), "no function"
    assert re.search(r"\{doc\}`[^`]*\.\./auto_gallery/\w+/plot_\d\d_\w+>?`", text), "no example"


@each_section
def test_claims_have_a_source(chapter, heading):
    assert re.search(r"\[\^\w+\]|\{doc\}`\.\./(results|errata)`", sections(chapter)[heading])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_sources_are_whole(chapter):
    text, defined = parts_of(chapter)
    assert set(re.findall(r"\[\^(\w+)\]", text)) == set(defined)
    undated = {"pickle", "chat"}  # pages that change with every release
    for name, source in defined.items():
        assert name in undated or re.search(r"\b(19[3-9]\d|20[0-2]\d)\b", source), source


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_terms_lead_to_the_glossary(chapter):
    terms = [" ".join(term.split()) for term in re.findall(r"\{term\}`[^`<]+<([^`>]+)>`", text_of(chapter))]
    assert len(set(terms)) >= 5
    assert set(terms) <= set(words())


def test_the_glossary_is_sorted_and_bilingual():
    names = words()
    english = [name.partition(" (")[0].lower() for name in names]
    assert english == sorted(set(english))
    assert all(re.search(r" \(.*([\u4e00-\u9fff]|ε).*\)$", name) for name in names)


def test_the_network_is_as_strong_as_the_table_says():
    table = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    alone, searching = (
        re.search(rf"^\| {name} \|.* 16384 in (\d+\.\d) %", table, re.MULTILINE)[1]
        for name in ("ntuple", r"ntuple-search \(the default\)")
    )
    said = sections("searching")["Values that learn themselves"]
    assert re.search(rf"Alone it reaches 16384 in {alone} % of its games, .*ahead in {searching} %;", said, re.DOTALL)


def paragraphs(chapter):
    """Return what a reader reads: paragraphs, entries of lists, captions and alternative texts."""
    text = re.sub(r"^```python\n.*?^```\n", "", text_of(chapter), flags=re.MULTILINE | re.DOTALL)
    text = FIGURE.sub(lambda figure: f"{figure['alt']}\n\n{figure['caption']}", text)
    text = re.sub(r"^(#+|-|\d+\.) ", "\n", text, flags=re.MULTILINE)
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n", text) if block.strip()]


def translated(catalogue):
    """Return the messages of a catalogue that have a translation."""
    pofile = pytest.importorskip("babel.messages.pofile", reason="belongs to the dependency group docs")
    with (ROOT / "docs" / "locales" / "zh_CN" / "LC_MESSAGES" / f"{catalogue}.po").open("rb") as file:
        return {message.id for message in pofile.read_po(file) if message.id and message.string}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_paragraph_is_translated(chapter):
    said = paragraphs(chapter)
    assert len(said) > 15
    assert set(said) - translated("lessons") == set()


def test_every_definition_is_translated():
    page = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    definitions = re.findall(r"^: (.+)$", page, re.MULTILINE)
    assert len(definitions) == len(words())
    assert set(definitions) - translated("words") == set()
