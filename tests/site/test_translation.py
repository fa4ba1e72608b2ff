"""The website in a second language: what is translated, that nothing else changes, and the way from page to page."""

import ast
import json
import pathlib
import re

import pytest

pytest.importorskip("babel", reason="belongs to the dependency group docs")
import translated_gallery as gallery

ROOT = pathlib.Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "gallery").rglob("plot_*.py"))

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


def test_the_catalogue_belongs_to_the_examples_as_they_are():
    catalogue = gallery.catalogue_of("zh_CN")
    for path in {place for message in catalogue if message.id for place, _ in message.locations}:
        source = (ROOT / path).read_text(encoding="utf-8")
        known = {message.id for message in catalogue if (path, None) in message.locations}
        if path.endswith(".py"):
            assert known <= set(messages_of(source)), f"{path} has changed: extract and translate it again"
    for subject in ("basics", "games", "vision", "nlp", "training"):
        places = {place for message in catalogue for place, _ in message.locations}
        assert len([place for place in places if place.startswith(f"gallery/{subject}/plot_")]) >= 3
    for message in catalogue:
        if message.id:
            assert message.string, message.id
            for mark in ("``", ":ref:", "**"):
                assert message.string.count(mark) == message.id.count(mark), message.id


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


def test_the_switch_leads_to_the_same_page(site, page, address):
    for name in ("index", "auto_gallery/basics/plot_01_one_neuron", "start"):
        page.goto(f"{address}/{name}.html")
        assert page.locator("html").get_attribute("lang") == "en"
        page.locator("a.language-switch:visible").first.click()
        assert page.url == f"{address}/zh_CN/{name}.html"
        assert page.locator("html").get_attribute("lang").startswith("zh")
        page.locator("a.language-switch:visible").first.click()
        assert page.url == f"{address}/{name}.html"


def test_translated_examples_are_offered_for_download(site):
    folder = site / "zh_CN" / "_downloads"
    script = next(folder.rglob("plot_01_one_neuron.py")).read_text(encoding="utf-8")
    assert "为什么一个神经元" in script
    notebook = json.loads(next(folder.rglob("plot_01_one_neuron.ipynb")).read_text(encoding="utf-8"))
    assert "为什么一个神经元" in "".join("".join(cell["source"]) for cell in notebook["cells"])


def test_translated_examples_have_translated_figures(site):
    name = "auto_gallery/games/plot_03_one_ply.html"  # the titles of a figure are its alternative text
    assert re.search('<img [^>]*alt="before: 3 legal moves', (site / name).read_text(encoding="utf-8"))
    assert re.search('<img [^>]*alt="之前：3 种合法走法', (site / "zh_CN" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("words", "wanted"), TERMS.items())
def test_chinese_words_are_found(find, address, words, wanted):
    assert wanted in find(f"{address}/zh_CN", words)
