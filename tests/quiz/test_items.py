"""The bank: complete items, keys that code confirms, blanks that run, lessons that exist."""

import ast
import concurrent.futures
import math
import os
import pathlib
import re
import subprocess
import sys

import pytest

from ailiteracy.quiz import grade, grading, load_quiz
from ailiteracy.quiz.grading import fill, runs
from ailiteracy.quiz.items import KINDS, SUBJECTS

ROOT = pathlib.Path(__file__).parent.parent.parent
ITEMS = {item.name: item for item in load_quiz()}
# The chapters of the course, each with the start of a lesson that at least one question must belong to.
CHAPTERS = {
    "ideas and history": "lessons/intelligence", "large models": "lessons/large_models",
    "2048 by rules": "games/plot_02", "2048 by search": "games/plot_04", "2048 by learning": "games/plot_09",
    "an answer from a text": "nlp/plot_01", "XOR": "basics/plot_05", "a back-propagation by hand": "basics/plot_03",
    "iris": "basics/plot_27", "digits with ResNet": "vision/plot_01", "CIFAR-10": "vision/plot_21",
    "tensors": "basics/plot_40", "views": "basics/plot_42", "broadcasting": "basics/plot_43",
    "reductions": "basics/plot_44", "indexing": "basics/plot_45", "NumPy": "basics/plot_46",
    "reproducibility": "basics/plot_47", "shape errors": "basics/plot_48", "autograd": "basics/plot_09",
    "a line": "basics/plot_20", "two classes": "basics/plot_23", "several classes": "basics/plot_24",
    "activations": "basics/plot_25", "a curve": "basics/plot_29", "optimizers": "basics/plot_30",
    "schedules": "basics/plot_33", "vanishing gradients": "basics/plot_34", "clipping": "basics/plot_35",
    "accumulation": "basics/plot_36", "overfitting": "basics/plot_37", "regularisation": "basics/plot_38",
    "the loop": "training/plot_02", "splitting": "training/plot_01", "saving": "training/plot_04",
    "measures": "training/plot_06", "TensorBoard": "training/plot_09", "what is in a model": "training/plot_10",
    "hooks": "training/plot_12", "modules": "training/plot_13", "data loaders": "training/plot_16",
    "convolutions": "vision/plot_03", "augmentation": "vision/plot_11", "pictures of one's own": "vision/plot_12",
    "mistakes": "vision/plot_02", "feature maps": "vision/plot_30", "transfer": "vision/plot_33",
    "text as tokens": "nlp/plot_03", "byte pairs": "nlp/plot_04", "windows of text": "nlp/plot_05",
    "attention": "nlp/plot_07", "GPT": "nlp/plot_10", "generation": "nlp/plot_11", "pretraining": "nlp/plot_15",
    "classes of texts": "nlp/plot_16", "instructions": "nlp/plot_17", "roles and memory": "nlp/plot_23",
}  # fmt: skip
CHECKED = [name for name, item in ITEMS.items() if item.check]
BLANKS = [name for name, item in ITEMS.items() if item.kind == "blanks"]


def computed(item):
    """Run the item's `check` and return the value of its last line."""
    tree = ast.parse(item.check)
    space = {"options": item.options, "left": item.left}
    exec(compile(ast.Module(tree.body[:-1], []), item.name, "exec"), space)
    return eval(compile(ast.Expression(tree.body[-1].value), item.name, "eval"), space)


def test_size():
    assert len(ITEMS) >= 120
    assert {item.kind for item in ITEMS.values()} == set(KINDS)
    assert {item.subject for item in ITEMS.values()} == set(SUBJECTS)
    assert len(CHECKED) + len(BLANKS) >= 60
    questions = [item.question + item.code for item in ITEMS.values()]
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_of_the_course_has_a_question(chapter):
    assert any(item.lesson.startswith(CHAPTERS[chapter]) for item in ITEMS.values())


def test_neither_length_nor_place_gives_the_answer_away():
    choices = [item for item in ITEMS.values() if item.kind == "choice"]
    for rule in (max, min):
        found = sum(rule(item.options, key=len) == item.answer for item in choices)
        assert found <= 0.35 * len(choices), f"the {rule.__name__} of the lengths finds {found} of {len(choices)}"
    for place in range(4):
        assert sum(item.options.index(item.answer) == place for item in choices) <= 0.35 * len(choices)


@pytest.mark.parametrize("name", ITEMS)
def test_each_item_is_complete(name):
    item = ITEMS[name]
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", name)
    assert item.kind in KINDS
    assert item.level in {"beginner", "intermediate", "advanced"}
    assert 15 < len(item.question) < 450
    assert 60 < len(item.explanation) < 450
    places = [ROOT / "gallery" / f"{item.lesson}.py", ROOT / "docs" / f"{item.lesson}.md"]
    assert any(path.is_file() for path in places), item.lesson
    assert len(set(item.options)) == len(item.options)
    if item.kind == "choice":
        assert 3 <= len(item.options) <= 5
    if item.kind == "several":
        assert 0 < len(item.answer) < len(item.options)
    if item.kind == "match":
        assert len(set(item.left)) == len(item.left) == len(item.answer)
    if item.kind == "order":
        assert item.options != item.answer
    if item.kind == "blanks":
        assert item.code.count("___") == len(item.answer)
        assert item.test


@pytest.mark.parametrize("name", ITEMS)
def test_the_key_is_graded_right_and_another_answer_is_not(name):
    item = ITEMS[name]
    assert grade(item, key(item)).right
    if item.kind == "choice":
        assert sum(grade(item, option).right for option in item.options) == 1
    elif item.kind == "number":
        assert not grade(item, item.answer + 3 * item.tolerance + 0.5)
        assert not grade(item, -item.answer or 1)
    elif item.kind == "several":
        assert not grade(item, item.options)
        assert not grade(item, [])
    elif item.kind in ("match", "order"):
        assert not grade(item, list(reversed(key(item)))) or item.answer == item.answer[::-1]
    else:
        assert not grade(item, ["no_such_name"] * len(item.answer))


def key(item):
    """Return the right answer in the form that `grade` takes."""
    return [ways[0] for ways in item.answer] if item.kind == "blanks" else item.answer


@pytest.mark.parametrize("name", CHECKED)
def test_code_confirms_the_key(name):
    item, got = ITEMS[name], computed(ITEMS[name])
    if item.kind == "number":
        # The key itself may be rounded, but never by more than a learner's answer may be off.
        assert math.isclose(got, item.answer, abs_tol=item.tolerance + 1e-9, rel_tol=0)
    elif isinstance(got, list) and all(isinstance(value, bool) for value in got):
        assert len(got) == len(item.options)
        right = {option for option, true in zip(item.options, got, strict=True) if true}
        assert right == ({item.answer} if item.kind == "choice" else set(item.answer))
    elif item.kind == "several":
        assert set(got) == set(item.answer)
    else:
        assert (tuple(got) if item.kind in ("match", "order") else got) == item.answer


@pytest.fixture(scope="module")
def outcomes():
    """What becomes of every listed way to fill the blanks of every item, run two at a time."""
    tries = [(name, ways) for name in BLANKS for ways in fillings(ITEMS[name])]
    with pytest.MonkeyPatch.context() as patch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        patch.setattr(grading, "SECONDS", 900)  # a busy machine may take minutes to load torch
        return dict(zip(tries, pool.map(lambda pair: runs(ITEMS[pair[0]], pair[1]), tries), strict=True))


def fillings(item):
    """Return fillings in which each listed way stands once, beside the first way of the other blanks."""
    first = tuple(key(item))
    one_changed = [(*first[:i], way, *first[i + 1 :]) for i, ways in enumerate(item.answer) for way in ways]
    return dict.fromkeys(one_changed)


@pytest.mark.parametrize("name", BLANKS)
def test_filled_code_runs(name, outcomes):
    assert all(right for (item, _), right in outcomes.items() if item == name), outcomes


@pytest.mark.parametrize("name", BLANKS)
def test_the_test_of_filled_code_can_fail(name):
    wrong = ["0.12345"] * len(ITEMS[name].answer)
    assert not runs(ITEMS[name], wrong)
    assert "0.12345" in fill(ITEMS[name], wrong)


def test_the_bank_is_light():
    code = "import sys; from ailiteracy import quiz; quiz.load_quiz(); print({'torch', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "set()"
