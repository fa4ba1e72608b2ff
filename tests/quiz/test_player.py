"""What comes next, and what a typed line means."""

import pytest

from ailiteracy.quiz import load_quiz
from ailiteracy.quiz.items import Item, find_item
from ailiteracy.quiz.player import ask, key_text, pick, read_line, rows

ITEMS = load_quiz("tensors")


def entry(right):
    return {"answer": "", "right": right, "tries": 1, "first_try": right}


def test_a_seed_gives_the_same_questions_whatever_was_answered():
    names = [item.name for item in pick(ITEMS, 5, seed=3, answers={})]
    assert len(set(names)) == 5
    assert names == [item.name for item in pick(ITEMS, 5, seed=3, answers={names[0]: entry(True)})]
    assert names != [item.name for item in pick(ITEMS, 5, seed=4, answers={})]


def test_without_a_seed_the_right_ones_come_last():
    answers = {item.name: entry(True) for item in ITEMS[:-3]}
    first = pick(ITEMS, 3, seed=None, answers=answers)
    assert {item.name for item in first} == {item.name for item in ITEMS[-3:]}
    assert len(pick(ITEMS, 1000, seed=None, answers=answers)) == len(ITEMS)
    assert pick(ITEMS, 0, seed=None, answers=answers) == []


def test_review_has_the_wrong_ones_only():
    answers = {ITEMS[0].name: entry(False), ITEMS[1].name: entry(True), "of another subject": entry(False)}
    assert pick(ITEMS, 10, seed=None, answers=answers, review=True) == [ITEMS[0]]


def item(kind, answer, **more):
    return Item("test-item", "test", kind, "beginner", "What?", answer, "So.", "words", **more)


CHOICE = item("choice", "blue", options=("red", "blue"))
SEVERAL = item("several", ("red", "blue"), options=("red", "blue", "green"))
MATCH = item("match", ("sky", "grass"), options=("grass", "sky"), left=("blue", "green"))
ORDER = item("order", ("one", "two", "three"), options=("two", "three", "one"))
NUMBER = item("number", 7)
BLANKS = item("blanks", (("1",), ("2",)), code="x = ___\ny = ___")


@pytest.mark.parametrize(("question", "line", "answer"), [
    (CHOICE, "b", "blue"), (CHOICE, " B) ", "blue"),
    (SEVERAL, "a c", ["red", "green"]), (SEVERAL, "ca", ["green", "red"]), (SEVERAL, "a, b", ["red", "blue"]),
    (MATCH, "b a", ["sky", "grass"]), (MATCH, "aa", ["grass", "grass"]),
    (ORDER, "c a b", ["one", "two", "three"]), (NUMBER, " 2,048 ", "2,048"), (BLANKS, " x + 1 ", "x + 1"),
])  # fmt: skip
def test_lines(question, line, answer):
    assert read_line(question, line) == answer


@pytest.mark.parametrize(("question", "line", "expected"), [
    (CHOICE, "c", "one letter of a b"), (CHOICE, "ab", "one letter of a b"), (CHOICE, "?!", "one letter of a b"),
    (CHOICE, "blue", "one letter of a b"), (SEVERAL, "a z", "letters of a b c"), (SEVERAL, "--", "letters of a b c"),
    (MATCH, "a", "2 letters of a b"), (ORDER, "a b", "3 letters of a b c, each once"),
    (ORDER, "a a b", "3 letters of a b c, each once"), (NUMBER, "many", "a number"),
])  # fmt: skip
def test_lines_that_mean_nothing(question, line, expected):
    with pytest.raises(ValueError, match="`answer` must be") as caught:
        read_line(question, line)
    assert expected in str(caught.value)


def test_what_is_shown():
    assert rows(MATCH) == ["  1. blue", "  2. green", "  a) grass", "  b) sky"]
    assert rows(BLANKS) == ["    x = ___", "    y = ___"]
    assert ask(BLANKS, 1) == "Blank 2 of 2: "
    assert ask(MATCH) == "A letter for each of 1 to 2: "
    assert ask(NUMBER) == "Number: "
    assert key_text(CHOICE) == "blue"
    assert key_text(SEVERAL) == "red; blue"
    assert key_text(MATCH) == "blue: sky; green: grass"
    assert key_text(ORDER) == "1. one; 2. two; 3. three"
    assert key_text(NUMBER) == "7"
    assert key_text(BLANKS) == "\nx = 1\ny = 2"


@pytest.mark.parametrize("question", load_quiz(), ids=lambda item: item.name)
def test_every_question_can_be_answered_by_typing(question):
    """The right answer, typed, is the right answer."""
    letters = {option: "abcdefghij"[i] for i, option in enumerate(question.options)}
    if question.kind == "blanks":
        assert [read_line(question, ways[0]) for ways in question.answer] == [ways[0] for ways in question.answer]
        return
    if question.kind == "number":
        assert float(read_line(question, f"{question.answer}")) == question.answer
        return
    right = (question.answer,) if question.kind == "choice" else question.answer
    line = " ".join(letters[option] for option in right)
    assert read_line(question, line) == (question.answer if question.kind == "choice" else list(question.answer))
    assert len(rows(question)) == len(question.options) + len(question.left) + len(question.code.splitlines())


def test_find_item():
    assert find_item("tensors-chunk").subject == "tensors"
