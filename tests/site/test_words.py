"""The words of quizzes, playground and switches in another language: complete, with the same values, and shown."""

import re
import sys

import pytest

pytest.importorskip("babel", reason="belongs to the dependency group docs")
import pathlib

import words

ROOT = pathlib.Path(__file__).parents[2]
HAN = re.compile(r"[\u4e00-\u9fff]")
# What stays as it is in every language: names of players, activations and problems, numbers, signs.
SAME = re.compile(r"[\W\d_]*|random|greedy|one-ply|expectimax|ntuple-search|tanh|sigmoid|relu|xor|circles|moons|spiral")


def test_messages_are_found_in_scripts_and_extensions():
    text = 'x = say("One"); say("Row {n}",\n  { n }); say("a "\n    + "b \\"c\\"", 3)'
    text += 'say(" ".join(rows)); essay("no"); say(name)'
    assert words.messages_of(text) == ["One", "Row {n}", 'a b "c"']


def test_the_catalogue_holds_what_is_said_and_all_of_it_is_translated():
    said = set(words.all_messages())
    known = words.translations("zh_CN")
    assert said == set(known), "run docs/_ext/words.py zh_CN and translate what is new"
    values = re.compile(r"\{\w+\}")
    for text, translation in known.items():
        assert sorted(values.findall(text)) == sorted(values.findall(translation)), text
        assert HAN.search(translation), text
    sys.modules.pop("playground_data", None)


def test_values_are_filled_in_and_unknown_texts_stay():
    say = words.sayer("zh_CN")
    assert say("{n} of {all} solved", n=3, all=7) == "7 个中完成 3 个"
    assert say("a text that nobody says {n}", n=1) == "a text that nobody says 1"
    assert words.sayer("en")("Check") == words.sayer(None)("Check") == "Check"


def test_scripts_say_it_the_same_way(page, address):
    page.goto(f"{address}/index.html")
    assert page.evaluate("say('{n} of {all} {gone}', {n: 3, all: '{n}'})") == "3 of {n} {gone}"
    assert page.evaluate("say('constructor')") == "constructor"


LABELS = """root => [...root.querySelectorAll("button, label, option, caption, figcaption, [aria-label]")]
  .filter(element => !element.matches(".playground-chip"))  // pieces of the sentence
  .flatMap(element => [element.getAttribute("aria-label"),
    [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join("").trim()])
  .filter(Boolean)"""


@pytest.mark.parametrize("name", ["2048", "neuron", "digit", "attention"])
def test_the_playground_speaks_chinese(page, address, name):
    page.goto(f"{address}/zh_CN/playground/{name}.html", wait_until="networkidle")
    for place in page.locator(".playground").all():
        labels = place.evaluate(LABELS)
        assert len(labels) > 5
        english = [label for label in labels if not HAN.search(label) and not SAME.fullmatch(label)]
        assert english == []
        assert HAN.search(place.inner_text())


def test_quizzes_and_progress_speak_chinese(page, address):
    page.goto(f"{address}/zh_CN/quizzes/tensors.html")
    field = page.locator("#tensors-matmul input")
    field.fill("30")
    page.locator("#tensors-matmul button").click()
    assert page.locator("#tensors-matmul [role=status]").text_content() == "还不对。 再试一次，或展开答案。"
    assert page.locator("#tensors-matmul summary").text_content() == "答案"
    field.fill("32")
    field.press("Enter")
    assert page.locator(".quiz-score").text_content().startswith("22 题中答对 1 题")
    page.goto(f"{address}/zh_CN/quizzes/progress.html")
    assert page.locator("td[data-names*='tensors-matmul']").text_content() == "22 题中答对 1 题，已答 1 题"
    for name in ("导出", "全部忘记"):
        assert page.get_by_role("button", name=name).count() == 1


def test_a_hint_in_chinese_names_the_direction(page, address):
    page.goto(f"{address}/zh_CN/playground/2048.html")
    page.get_by_role("button", name="提示", exact=True).click()
    page.wait_for_function("document.querySelector('.playground-hint').textContent.includes('expectimax 会向')")
    hint = page.locator(".playground-hint").inner_text()
    assert re.search(r"会向[左右上下]走", hint)
    assert not re.search(r"left|right|\bup\b|down", hint)
