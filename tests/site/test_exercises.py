"""Exercises on the website: a tick below each, kept in the browser, shown and counted on the page of progress."""

import json

import pytest

from ailiteracy import check
from ailiteracy.check import bank

KEY = "ailiteracy.quiz.v1"
SUBJECTS = list(dict.fromkeys(check.exercise(name).subject for name in check.exercises()))
NAME = "tensors-face-means"


def kept(page):
    return json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_exercise_has_a_box_with_a_name(page, address, subject):
    page.goto(f"{address}/exercises/{subject}.html")
    boxes = page.locator("input[data-done]")
    assert [box.get_attribute("data-done") for box in boxes.all()] == list(check.exercises(subject))
    for title in check.exercises(subject).values():
        assert page.get_by_label(f"I have solved this: {title}", exact=True).count() == 1
    for box in boxes.all():
        assert box.is_visible()
        assert not box.is_checked()


def test_exercises_are_translated(page, address):
    """What has no translation yet is shown in English."""
    shown = ""
    assert bank.shown(check.exercise(NAME), "zh_CN").title == "每个面的平均值"
    for name in check.exercises():
        task = bank.shown(check.exercise(name), "zh_CN")
        if not page.url.endswith(f"/{task.subject}.html"):
            page.goto(f"{address}/zh_CN/exercises/{task.subject}.html")
        shown = "".join(page.locator(f"#exercise-{name}").text_content().split())
        assert "".join(task.text.replace("`", "").split()) in shown, name
    for words in ("先学的课程：", "这样提交：check.check", "一种解法"):
        assert words in shown
    page.goto(f"{address}/zh_CN/quizzes/progress.html")
    assert task.title in page.locator(".quiz-exercises").text_content()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_tick_by_keyboard_is_kept_and_counted(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/exercises/tensors.html")
    box = page.locator(f"#exercise-{NAME} input")
    box.focus()
    page.keyboard.press("Space")
    assert box.is_checked()
    page.reload()
    assert box.is_checked()
    page.goto(f"{address}/quizzes/progress.html")
    cell = page.locator(f"td[data-exercises*='{NAME}']")
    assert cell.text_content() == f"1 of {len(check.exercises('tensors'))} solved"
    page.locator("summary", has_text="All exercises").click()
    assert page.locator(f"#done-{NAME}").is_checked()
    page.locator(f"#done-{NAME}").uncheck()
    assert cell.text_content().startswith("0 of")
    page.locator(f"li:has(#done-{NAME}) a").click()
    page.wait_for_load_state()
    assert page.url == f"{address}/exercises/tensors.html#exercise-{NAME}"
    assert not box.is_checked()


def test_the_page_of_progress_in_another_tab_follows(page, address):
    page.goto(f"{address}/quizzes/progress.html")
    other = page.context.new_page()
    other.goto(f"{address}/exercises/tensors.html")
    other.locator(f"#exercise-{NAME} input").check()
    page.wait_for_function(f"document.querySelector('td[data-exercises*={NAME}]').textContent.startsWith('1 of')")


def test_ticks_and_answers_live_side_by_side(page, address):
    page.goto(f"{address}/quizzes/tensors.html")
    page.locator("#tensors-matmul input").fill("32")
    page.locator("#tensors-matmul button").click()
    page.goto(f"{address}/exercises/tensors.html")
    page.locator(f"#exercise-{NAME} input").check()
    assert kept(page)["done"] == [NAME]
    assert kept(page)["answers"]["tensors-matmul"]["right"]
    page.goto(f"{address}/quizzes/tensors.html")
    assert page.locator(".quiz-score").text_content().startswith("1 right of")


@pytest.mark.parametrize("text", [
    "{", "[1]", "null",
    '{"done": 3}', '{"done": {"a": 1}}', '{"done": [3, null, ["tensors-face-means"]]}', '{"done": "x"}',
])  # fmt: skip
def test_broken_progress(page, address, text):
    page.goto(f"{address}/exercises/tensors.html")
    page.evaluate(f"text => localStorage.setItem({KEY!r}, text)", text)
    page.reload()
    box = page.locator(f"#exercise-{NAME} input")
    assert not box.is_checked()
    box.check()
    assert kept(page)["done"] == [NAME]


def test_a_browser_that_keeps_nothing_says_so(page, address):
    page.add_init_script(f"""const set = Storage.prototype.setItem;
        Storage.prototype.setItem = function (name, text) {{
            if (name === {KEY!r}) throw new Error("full");
            set.call(this, name, text);
        }};""")
    page.goto(f"{address}/exercises/tensors.html")
    page.locator(f"#exercise-{NAME} input").check()
    assert page.locator(f"#exercise-{NAME} [role=status]").text_content() == "This browser does not keep it."


def test_without_a_script_no_box_is_shown(plain_page, address):
    plain_page.goto(f"{address}/exercises/tensors.html")
    assert plain_page.locator(f"#exercise-{NAME} pre").first.is_visible()
    assert plain_page.locator(f"#exercise-{NAME} input").is_hidden(), "a box that keeps nothing"
