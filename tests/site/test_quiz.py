"""The quizzes on the website: judged as the package judges, kept, exported, imported; by keyboard; without a script."""

import json
import pathlib

import pytest

from ailiteracy.quiz import grade, grade_file, load_quiz
from ailiteracy.quiz.items import SUBJECTS, shown

KEY = "ailiteracy.quiz.v1"
FULL_WIDTH = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "0123456789.,"}  # as Chinese keyboards write them
# Fills the fields of each question, presses its button, and returns what is said.
ANSWER = """tries => tries.map(([name, answer]) => {
  const item = document.getElementById(name);
  const texts = [answer].flat();
  item.querySelectorAll("[type=radio], [type=checkbox]").forEach(box => { box.checked = texts.includes(box.value); });
  const {kind} = JSON.parse(item.dataset.key);
  item.querySelectorAll("select").forEach((select, i) => {
    select.value = kind === "match" ? texts[i] : texts.indexOf(select.dataset.line) + 1;
  });
  item.querySelectorAll("input[type=text]").forEach((field, i) => { field.value = texts[i]; });
  item.querySelector("button").click();
  return item.querySelector("[role=status]").textContent;
})"""


def key(item):
    """Return the right answer in the form that fields take."""
    if item.kind == "blanks":
        return [ways[0] for ways in item.answer]
    return f"{item.answer}" if item.kind == "number" else item.answer


def tries(item):
    """Return answers of all sorts, with the right one last."""
    if item.kind == "choice":
        others = [option for option in item.options if option != item.answer]
    elif item.kind == "several":
        others = [list(item.options), [item.options[0]], list(item.answer[:-1]) or [item.options[-1]]]
    elif item.kind == "match":
        others = [[item.options[0]] * len(item.left), list(reversed(item.answer))]
    elif item.kind == "order":
        others = [list(item.options), list(reversed(item.answer))]
    elif item.kind == "number":
        near, off = item.answer + item.tolerance, item.answer + 1.01 * item.tolerance + 1e-6
        others = [
            f"{near}",
            f"{off:.9f}",
            "1,234.5",
            "0,5",
            "0,125",
            "-0,032",
            f"{item.answer:.3f}".replace(".", ","),
            f"{item.answer}".translate(FULL_WIDTH),
        ]
    else:
        others = [[ways[-1].replace('"', "'") for ways in item.answer], ["nothing"] * len(item.answer)]
    return [*others, key(item)]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_page_and_package_judge_alike(page, address, subject, tmp_path):
    page.goto(f"{address}/quizzes/{subject}.html")
    asked = [(item.name, answer) for item in load_quiz(subject) for answer in tries(item)]
    said = page.evaluate(ANSWER, asked)
    for (name, answer), text in zip(asked, said, strict=True):
        result = grade(name, answer)
        if result.right:
            assert text == "Right.", (name, answer)
        else:
            assert text.startswith(f"{result.hint[0].upper()}{result.hint[1:]}"), (name, answer)
    kept = json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))
    exported = tmp_path / "export.json"
    exported.write_text(json.dumps({"format": "ailiteracy-quiz", **kept}), encoding="utf-8")
    judged = grade_file(exported)
    assert judged.n_right == len(judged.right) == len(load_quiz(subject))
    page.reload()
    n = len(load_quiz(subject))
    assert page.locator(".quiz-score").text_content() == f"{n} right of {n}, {n} answered."


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_translated_page_is_judged_and_kept_as_the_english_one(page, address, subject):
    page.goto(f"{address}/zh_CN/quizzes/{subject}.html")
    items = load_quiz(subject)
    for item in items:
        said = shown(item, "zh_CN")
        assert said.question != item.question
        text = "".join(page.locator(f"#{item.name}").text_content().split())
        for words in (said.question, *said.options, *said.left, said.explanation):
            assert "".join(words.replace("`", "").replace("*", "").split()) in text.replace("*", ""), words
    asked = [(item.name, answer) for item in items for answer in tries(item)]
    for (name, answer), text in zip(asked, page.evaluate(ANSWER, asked), strict=True):
        assert (text == "正确。") == grade(name, answer).right, (name, answer)
    kept = json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))
    # What is kept are the bank's own words, which `grade` takes in every language.
    assert [name for name, entry in kept["answers"].items() if not grade(name, entry["answer"]).right] == []
    assert set(kept["answers"]) == {item.name for item in items}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_field_has_a_name(page, address, subject):
    page.goto(f"{address}/quizzes/{subject}.html")
    nameless = page.evaluate(
        "[...document.querySelectorAll('.quiz input, .quiz select')]"
        ".filter(field => !field.labels.length && !field.ariaLabel).map(field => field.outerHTML)"
    )
    assert nameless == []
    assert page.locator(".quiz-item legend").count() == len(load_quiz(subject))
    # Texts of options are shown as they are: no sign of Markdown was lost on the way.
    shown = page.evaluate("[...document.querySelectorAll('.quiz-option label')].map(label => label.textContent.trim())")
    options = [option for item in load_quiz(subject) if item.kind in ("choice", "several") for option in item.options]
    assert shown == [option.replace("`", "") for option in options]


def first(kind):
    return next(item for item in load_quiz() if item.kind == kind)


def choose(page, way, walk, select, number):
    """Choose an entry of a list: a browser without a screen opens no list for the mouse."""
    if way == "mouse":
        select.select_option(index=number)
    else:
        walk(select)
        for _ in range(number):
            page.keyboard.press("ArrowDown")


def fill_in(page, way, walk, item):
    """Give the right answer to a question."""
    fields = page.locator(f"#{item.name} :is(input, select)")
    if item.kind in ("choice", "several"):
        answers = item.answer if item.kind == "several" else [item.answer]
        for number in sorted(map(item.options.index, answers)):
            if way == "mouse":
                page.locator(f"label[for='{item.name}-{number}']").click()
            elif item.kind == "several":
                walk(fields.nth(number))
                page.keyboard.press("Space")
            else:
                walk(fields.first)
                for stroke in ("Space", *["ArrowDown"] * number):
                    page.keyboard.press(stroke)
    elif item.kind == "match":
        for number, answer in enumerate(item.answer):
            choose(page, way, walk, fields.nth(number), 1 + item.options.index(answer))
    elif item.kind == "order":
        for number, line in enumerate(item.options):
            choose(page, way, walk, fields.nth(number), 1 + item.answer.index(line))
    else:
        for number, text in enumerate([key(item)] if item.kind == "number" else key(item)):
            fields.nth(number).click() if way == "mouse" else walk(fields.nth(number))
            page.keyboard.type(text)


@pytest.mark.parametrize("kind", ["choice", "several", "match", "order", "blanks", "number"])
def test_each_kind_by_mouse_and_keyboard(page, address, width, way, walk, press, kind):
    item = first(kind)
    page.goto(f"{address}/quizzes/{item.subject}.html")
    page.locator(f"#{item.name} legend").click()  # from here on, not from the head of the page
    fill_in(page, way, walk, item)
    press(page.locator(f"#{item.name} button"))
    assert page.locator(f"#{item.name} [role=status]").text_content() == "Right."
    assert page.locator(f"#{item.name} details").get_attribute("open") is not None


def test_enter_in_a_text_field_checks(page, address):
    item = first("number")
    page.goto(f"{address}/quizzes/{item.subject}.html")
    field, said = page.locator(f"#{item.name} input"), page.locator(f"#{item.name} [role=status]")
    for text, answer in (("", "Write something first."), ("many", "Write digits, for example 0.5.")):
        field.fill(text)
        field.press("Enter")
        assert said.text_content() == answer
    assert page.evaluate(f"localStorage.getItem({KEY!r})") is None, "what means nothing counts as no try"
    field.fill(key(item))
    field.press("Enter")
    assert said.text_content() == "Right."


@pytest.mark.parametrize("kind", ["choice", "several", "match", "order", "blanks"])
def test_unfinished_answers_are_not_judged(page, address, kind):
    item = first(kind)
    page.goto(f"{address}/quizzes/{item.subject}.html")
    page.locator(f"#{item.name} button").click()
    assert page.locator(f"#{item.name} [role=status]").text_content().endswith("first.")
    if kind == "order":
        for select in page.locator(f"#{item.name} select").all():
            select.select_option("1")
        page.locator(f"#{item.name} button").click()
        assert page.locator(f"#{item.name} [role=status]").text_content() == "Give each line a place of its own."


def test_without_a_script_it_reads_well(plain_page, address):
    item = first("choice")
    plain_page.goto(f"{address}/quizzes/{item.subject}.html")
    question = plain_page.locator(f"#{item.name}")
    assert " ".join(item.question.replace("`", "").split()) in question.inner_text()
    assert question.locator("button").count() == 0, "a button that does nothing"
    assert question.locator("details > p").first.is_hidden()
    question.locator("summary").click()
    assert question.locator("details > p").first.is_visible()
    plain_page.goto(f"{address}/quizzes/progress.html")
    assert plain_page.locator("article noscript").text_content().endswith("scripts are switched off.")
    assert f"{len(load_quiz('tensors'))} questions" in plain_page.locator("table").first.inner_text()


BROKEN = {
    "no JSON": "{",
    "a list": "[1, 2]",
    "null": "null",
    "no answers": '{"version": 1}',
    "answers of another kind": '{"answers": [1], "done": {"a": 1}}',
    "entries of another kind": '{"answers": {"tensors-chunk": 3, "tensors-dim": {"answer": {}, "tries": "x"}}}',
    "the name of a built-in": '{"answers": {"__proto__": {"answer": 1}, "constructor": {"answer": 1}}}',
    "a number where text was": '{"answers": {"tensors-chunk": {"answer": 7, "right": "yes", "tries": -1}}}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_broken_progress(page, address, text):
    page.goto(f"{address}/quizzes/tensors.html")
    page.evaluate(f"text => localStorage.setItem({KEY!r}, text)", text)
    page.reload()
    assert page.locator(".quiz-score").text_content().startswith("0 right of")
    assert page.evaluate(ANSWER, [["tensors-matmul", "32"]]) == ["Right."]
    page.goto(f"{address}/quizzes/progress.html")
    assert page.locator("td[data-names*='tensors-matmul']").text_content().startswith("1 right of")


def test_a_browser_that_keeps_nothing_says_so(page, address):
    page.add_init_script(f"""const set = Storage.prototype.setItem;
        Storage.prototype.setItem = function (name, text) {{
            if (name === {KEY!r}) throw new Error("full");
            set.call(this, name, text);
        }};""")
    page.goto(f"{address}/quizzes/tensors.html")
    assert page.evaluate(ANSWER, [["tensors-matmul", "32"]]) == ["Right. (This browser does not keep it.)"]
    assert page.locator(".quiz-score").text_content().startswith("1 right of"), "it counts until the page is left"


def test_where_storage_is_forbidden_the_page_works(page, address):
    page.add_init_script("""Object.defineProperty(window, "localStorage", {
        configurable: true, get() { throw new DOMException("denied", "SecurityError"); }});""")
    page.goto(f"{address}/quizzes/tensors.html")
    assert page.evaluate(ANSWER, [["tensors-matmul", "32"]]) == ["Right. (This browser does not keep it.)"]
    assert page.locator(".quiz-score").text_content().startswith("1 right of")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#pst-search-dialog[open]")
    page.keyboard.press("Escape")
    before = page.evaluate("document.documentElement.dataset.mode")
    page.locator("button.theme-switch-button:visible").first.click()
    assert (
        page.evaluate("document.documentElement.dataset.mode") != before or page.locator(".dropdown-menu.show").count()
    )


def test_enter_that_ends_a_composition_is_no_answer(page, address):
    page.goto(f"{address}/quizzes/tensors.html")
    field = page.locator("#tensors-matmul input[type=text]")
    field.fill("5")
    for keys in ("isComposing: true", "keyCode: 229"):
        field.evaluate(f"(e) => e.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true, {keys}}}))")
    assert page.evaluate(f"localStorage.getItem({KEY!r})") is None
    field.press("Enter")
    assert page.locator("#tensors-matmul [role=status]").text_content().startswith("Not yet")


def test_a_quiz_shows_what_another_tab_forgot(page, address):
    page.goto(f"{address}/quizzes/tensors.html")
    page.evaluate(ANSWER, [["tensors-matmul", "32"]])
    other = page.context.new_page()
    other.goto(f"{address}/quizzes/progress.html")
    other.on("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="Forget everything").click()
    page.wait_for_function("document.querySelector('.quiz-score').textContent.startsWith('0 right of')")
    assert page.locator("#tensors-matmul").get_attribute("data-state") is None


def test_an_older_file_takes_no_right_answer_away(page, address, tmp_path):
    page.goto(f"{address}/quizzes/tensors.html")
    page.evaluate(ANSWER, [["tensors-matmul", "32"], ["tensors-chunk", "4, 3, 3"]])
    answers = {"tensors-matmul": {"answer": "3", "tries": 9}, "tensors-chunk": {"answer": "4, 4, 2", "right": True}}
    content = {"format": "ailiteracy-quiz", "version": 1, "answers": answers}
    (tmp_path / "older.json").write_text(json.dumps(content), encoding="utf-8")
    page.goto(f"{address}/quizzes/progress.html")
    page.get_by_label("Import a file").set_input_files(tmp_path / "older.json")
    page.wait_for_function("document.querySelector('.quiz-status').textContent.startsWith('Taken over')")
    kept = json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))["answers"]
    assert kept["tensors-matmul"] == {"answer": "32", "right": True, "tries": 1, "first_try": True}
    assert kept["tensors-chunk"]["right"]


def test_export_import_reset(page, chromium, address, tmp_path):
    page.goto(f"{address}/quizzes/tensors.html")
    page.evaluate(ANSWER, [["tensors-matmul", "30"], ["tensors-matmul", "32"], ["tensors-chunk", "4, 3, 3"]])
    page.goto(f"{address}/quizzes/progress.html")
    page.locator("summary", has_text="All exercises").click()
    page.locator("#done-tensors-face-means").check()
    page.get_by_label("Name in the file").fill("Ada")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / download.value.suggested_filename
    pathlib.Path(download.value.path()).rename(file)
    judged = grade_file(file)
    assert str(judged).startswith("Ada: 1 right of 2 answered, 0 at the first try as the file says.")
    assert judged.ticked == ["tensors-face-means"]

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget everything").click()
    cell = page.locator("td[data-names*='tensors-matmul']")
    assert cell.text_content().startswith("0 right of")
    page.get_by_label("Import a file").set_input_files(file)
    said = "Taken over: 2 answers, 1 exercises."
    page.wait_for_function(f"document.querySelector('.quiz-status').textContent === {said!r}")
    assert cell.text_content().startswith("1 right of")
    assert page.locator("#done-tensors-face-means").is_checked()


@pytest.mark.parametrize("text", [
    "", "{", "null", "[]", '{"answers": {}}', '{"format": "ailiteracy-quiz", "version": 1, "answers": 3}',
    '{"format": "ailiteracy-quiz", "version": 2, "answers": {}}',
])  # fmt: skip
def test_other_files_are_refused(page, address, tmp_path, text):
    page.goto(f"{address}/quizzes/tensors.html")
    page.evaluate(ANSWER, [["tensors-matmul", "32"]])
    page.goto(f"{address}/quizzes/progress.html")
    file = tmp_path / "other.json"
    file.write_text(text, encoding="utf-8")
    page.get_by_label("Import a file").set_input_files(file)
    page.wait_for_function("document.querySelector('.quiz-status').textContent.endsWith('nothing was changed.')")
    assert page.locator("td[data-names*='tensors-matmul']").text_content().startswith("1 right of")


def test_names_of_no_question_are_left_out(page, address, tmp_path):
    answers = {"tensors-matmul": {"answer": "32", "right": True}, "__proto__": {"answer": 1}, "gone": {"answer": 2}}
    done = ["tensors-face-means", "gone", 3]
    file = tmp_path / "ada.json"
    content = {"format": "ailiteracy-quiz", "version": 1, "answers": answers, "done": done}
    file.write_text(json.dumps(content), encoding="utf-8")
    page.goto(f"{address}/quizzes/progress.html")
    page.get_by_label("Import a file").set_input_files(file)
    said = "Taken over: 1 answers, 1 exercises. Left out, because they are not on this site: 3."
    page.wait_for_function(f"document.querySelector('.quiz-status').textContent === {said!r}")
    kept = json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))
    assert (list(kept["answers"]), kept["done"]) == (["tensors-matmul"], ["tensors-face-means"])
