"""The website in a second language: what is translated, that nothing else changes, and the way from page to page."""

import ast
import json
import pathlib
import re
import zipfile

import pytest

pytest.importorskip("babel", reason="belongs to the dependency group docs")
import translated_gallery as gallery

ROOT = pathlib.Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "gallery").rglob("plot_*.py"))

SUBJECTS = ["basics", "games", "vision", "nlp", "training"]
PAGES = [  # catalogues of Sphinx's own
    "index", "start", "lessons", "playground", "exercises", "quizzes",
    "teachers", "faq", "troubleshooting", "several_machines", "words", "api",
]  # fmt: skip
TERMS = {  # what is looked for, and a page that has to be among the first ten found
    "神经元": "auto_gallery/basics/plot_01_one_neuron",
    "反向传播": "auto_gallery/basics/plot_03_backprop_by_hand",  # two words of the index
    "梯度": "auto_gallery/training/plot_01_the_loop",
    "图灵": "lessons/intelligence",
    "分词": "auto_gallery/nlp/plot_03_letters_words_pieces",
    "残差": "auto_gallery/vision/plot_01_train_resnet",
    "损失": "auto_gallery/training/plot_01_the_loop",
    "准确率": "auto_gallery/training/plot_06_more_than_accuracy",
    "验证集": "lessons/learning",  # a word of the index and a character
    "注意力": "words",
    "训练集 准确率": "auto_gallery/training/plot_01_the_loop",
    "expectimax": "words",
}
SCRIPT = '''"""
A title
=======

Two lines that
belong together.
"""

# %%
# Some text.
#
# - a list
#   of lines

# sphinx_gallery_tags = ["basics"]
x = 1  # one
text = "# no comment"
# Two lines
# of comment
print(x, text)
'''
TRANSLATED = '''"""
标题
====

两行连在一起。
"""

# %%
# 文字。
#
# - 一张
#   表

# sphinx_gallery_tags = ["basics"]
x = 1  # 一
text = "# no comment"
# 注释
print(x, text)
'''
MESSAGES = {
    "A title": "标题",
    "Two lines that belong together.": "两行连在一起。",
    "Some text.": "文字。",
    "- a list\n  of lines": "- 一张\n  表",
    "one": "一",
    "Two lines of comment": "注释",
}


def messages_of(source):
    found = []
    gallery.translate(source, found.append)
    return found


def test_text_and_comments_are_translated_and_code_stays():
    assert gallery.translate(SCRIPT, MESSAGES.get) == TRANSLATED
    assert messages_of(SCRIPT) == list(MESSAGES)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_without_a_catalogue_a_script_stays_to_the_letter(path):
    source = path.read_text(encoding="utf-8")
    assert gallery.translate(source, lambda message: None) == source
    other = gallery.translate(source, lambda message: "。")
    code = [ast.dump(statement) for statement in ast.parse(source).body[1:]]  # without the docstring
    assert [ast.dump(statement) for statement in ast.parse(other).body[1:]] == code


def translated(subject):
    """Return the names of the examples of a subject that the catalogue translates."""
    places = {place for message in gallery.catalogue_of("zh_CN") for place, _ in message.locations}
    return sorted(pathlib.Path(place).stem for place in places if place.startswith(f"gallery/{subject}/plot_"))


def test_what_is_translated_is_translated_whole():
    catalogue = gallery.catalogue_of("zh_CN")
    for path in {place for message in catalogue if message.id for place, _ in message.locations}:
        source = (ROOT / path).read_text(encoding="utf-8")
        known = {message.id for message in catalogue if (path, None) in message.locations}
        found = []
        if path.endswith(".py"):
            found = messages_of(source)
        else:
            gallery.text_block(source.splitlines(), found.append)
        said = {message for message in found if re.search(r"[^\W\d_]", message)}  # without letters there are no words
        assert said == known, f"{path} has changed: extract and translate it again"
    for message in catalogue:
        if message.id:
            assert message.string, message.id
            for mark in ("``", ":ref:", "**"):
                assert message.string.count(mark) == message.id.count(mark), message.id


@pytest.mark.parametrize("subject", SUBJECTS)
def test_three_examples_of_each_subject_are_translated(subject):
    assert len(translated(subject)) >= 3
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for message in gallery.catalogue_of("zh_CN"):
        if any(place.startswith(f"gallery/{subject}/plot_") for place, _ in message.locations):
            formula = re.fullmatch(r"\([\w, ]+\)", message.id)  # the shape of an array
            assert formula or chinese.search(message.string), message.id


@pytest.mark.parametrize("name", PAGES)
def test_the_catalogue_belongs_to_the_pages_as_they_are(name):
    from babel.messages.pofile import read_po

    with (ROOT / "docs/locales/zh_CN/LC_MESSAGES" / f"{name}.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    role = re.compile(r"\{(\w+)\}`(?:[^`<]*<)?([^`>]*)>?`|(\[\^\w+\])")
    for message in messages:
        text, translation = " ".join(message.id.split()), message.string
        for path, _ in message.locations:
            source = " ".join((ROOT / path).read_text(encoding="utf-8").split())
            assert text in source, f"{path} has changed: translate it again: {text}"
        assert translation, text
        assert sorted(role.findall(text)) == sorted(role.findall(translation)), text
        assert text.count("*") == translation.count("*"), text


def test_the_switch_leads_to_the_same_page(page, address, width, press, open_menu):
    for name in ("index", "auto_gallery/basics/plot_01_one_neuron"):
        page.goto(f"{address}/{name}.html")
        assert page.locator("html").get_attribute("lang") == "en"
        for folder, language in (("zh_CN/", "zh"), ("", "en")):
            open_menu()
            with page.expect_navigation():
                press(page.locator("a.language-switch:visible").first)
            assert page.url == f"{address}/{folder}{name}.html"
            assert page.locator("html").get_attribute("lang").startswith(language)


def test_the_frame_of_a_page_is_translated(site):
    from babel.messages.pofile import read_po

    english, chinese = ((site / name / "lessons/learning.html").read_text(encoding="utf-8") for name in ("", "zh_CN"))
    with (ROOT / "docs/locales/zh_CN/LC_MESSAGES/sphinx.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    for message in messages:
        word, translation = (re.compile(rf">\s*{text}\s*<|\"{text}\"") for text in (message.id, message.string))
        assert word.search(english), f"the theme no longer says {message.id!r}"
        assert translation.search(chinese), message.string
        assert not word.search(chinese), message.id


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The whole gallery, as it is written for the Chinese website."""
    folder = tmp_path_factory.mktemp("gallery")
    gallery.write("zh_CN", folder)
    return folder


def downloads(site, page):
    """Return the files that the page of an example offers, by ending."""
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    found = re.findall(r'<a class="reference download internal" download="" href="([^"]+)"', text)
    return {path.suffix: path for path in ((site / page).parent / link for link in found)}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_translated_examples_are_offered_for_download(site, written, subject):
    for name in translated(subject):
        english = (ROOT / "gallery" / subject / f"{name}.py").read_text(encoding="utf-8")
        script = (written / subject / f"{name}.py").read_text(encoding="utf-8")
        title = script.splitlines()[1]
        assert title != english.splitlines()[1]
        offered = downloads(site, f"zh_CN/auto_gallery/{subject}/{name}")
        assert offered[".py"].read_text(encoding="utf-8") == script
        with zipfile.ZipFile(offered[".zip"]) as archive:
            assert archive.read(f"{name}.py").decode() == script
            packed = archive.read(f"{name}.ipynb")
        assert offered[".ipynb"].read_bytes() == packed
        cells = json.loads(packed)["cells"]
        texts = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        code = "\n".join("".join(cell["source"]) for cell in cells[1:] if cell["cell_type"] == "code")
        assert title in texts
        assert not re.search(r"^#+ Try it", texts, re.MULTILINE)
        wanted = [ast.dump(statement) for statement in ast.parse(english).body[1:]]  # without the docstring
        assert [ast.dump(statement) for statement in ast.parse(code).body] == wanted


def test_translated_examples_have_translated_figures(site):
    name = "auto_gallery/games/plot_03_one_ply.html"  # the titles of a figure are its alternative text
    assert re.search('<img [^>]*alt="before: 3 legal moves', (site / name).read_text(encoding="utf-8"))
    assert re.search('<img [^>]*alt="之前：3 种合法走法', (site / "zh_CN" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("words", "wanted"), TERMS.items())
def test_chinese_words_are_found(find, address, words, wanted):
    assert wanted in find(f"{address}/zh_CN", words)
