import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.nlp._words import is_chinese, read_question, split_sentences, stem, tokenize

TEXTS = st.text(st.characters(exclude_categories=()), max_size=60) | st.text(
    "aA1 .,'’é\u0301人的。！\n《》·😀\u200d\ud83d\udc00\x00", max_size=60
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_tokens_cover_every_character_but_space(text):
    tokens = tokenize(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(a.end <= b.start for a, b in itertools.pairwise(tokens))
    assert "".join(token.text for token in tokens) == "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_sentences_cover_every_character_but_space(text):
    places = split_sentences(text)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in places)
    assert "".join("".join(text[start:end].split()) for start, end in places) == "".join(text.split())


def test_sentences_by_hand():
    text = "Dr. Ada met U.S. officials on Jan. 5, 1815. “Really?” It cost 3.5 dollars. J. Smith left"
    pieces = [text[start:end] for start, end in split_sentences(text)]
    assert pieces[0].startswith("Dr. Ada met U.S. officials")
    assert "It cost 3.5 dollars." in pieces
    assert pieces[-1] == "J. Smith left"


def test_token_kinds():
    kinds = {token.text: token.kind for token in tokenize("In March 1815 Ada's 3.5 dogs ate 人 的 ，No Child")}
    assert kinds == {
        "In": "function", "March": "month", "1815": "year", "Ada": "name",
        "'s": "function", "3.5": "number", "dogs": "word", "ate": "word", "人": "chinese", "的": "particle",
        "，": "mark", "No": "function", "Child": "name",
    }  # fmt: skip
    assert [token.kind for token in tokenize("under No Child Left")][1:2] == ["function"]
    assert [token.kind for token in tokenize("law No Child Left")][1:2] == ["name"]


@pytest.mark.parametrize(
    "family",
    ["defend defended defending", "win won winner winning", "create created creating", "study studies studied"],
)
def test_forms_of_a_word_meet(family):
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who led the Panthers?", "who"),
        ("When was it founded?", "when"),
        ("In what year did it end?", "when"),
        ("What city hosted it?", "where"),
        ("Where is it?", "where"),
        ("How many points were scored?", "many"),
        ("What was the percentage of votes?", "many"),
        ("Why did it fail?", "why"),
        ("How did it fail?", "how"),
        ("Which team won?", "which"),
        ("What is a clade?", "what"),
        ("Name the winner.", "what"),
        ("谁是人工智能之父？", "who"),
        ("他什么时候出生？", "when"),
        ("公司在哪一年成立？", "when"),
        ("固始站位于哪里？", "where"),
        ("有多少人参赛？", "many"),
        ("为什么失败？", "why"),
        ("如何评价？", "how"),
        ("由哪家公司管理？", "which"),
        ("锣鼓经是什么？", "what"),
        ("请说出名字", "what"),
    ],
)
def test_what_a_question_asks_for(text, asks):
    assert read_question(text).asks == asks


def test_the_hole_and_its_noun():
    asked = read_question("How many yards did Ada gain?")
    assert (asked.hole, asked.form, asked.focus) == ((0, 3), "helper", {stem("yards")})
    asked = read_question("What type of drink is it?")  # a drink, not a type
    assert (asked.hole, asked.asks, asked.focus) == ((0, 4), "which", {"drink"})
    asked = read_question("铁路由哪家公司管理？")
    assert [token.text for token in asked.tokens[slice(*asked.hole)]] == ["哪", "家"]
    assert "公" in asked.focus


def test_numbers_keep_their_units():
    words = "100km 1,024MB 5.5km 7:30pm 8am 12th 1980s 21st 3D 4x4 1.5e3 5e\u0301 U.S. 1,024 10:30"
    assert [token.text for token in tokenize(words)] == words.split()
    assert [token.text for token in tokenize("2023年 100米 12th-century 5-year 7😀")] == [
        "2023", "年", "100", "米", "12th", "-", "century", "5", "-", "year", "7", "😀",
    ]  # fmt: skip
    assert [token.kind for token in tokenize("12km 12th 1980s 2023年")] == [
        "number", "ordinal", "year", "year", "chinese",
    ]  # fmt: skip


def test_is_chinese_by_share():
    assert is_chinese("由 Nexon 开发与发行")
    assert not is_chinese("Kung fu (功夫) is a term for martial arts")
    assert not is_chinese("123 !?")


@pytest.mark.parametrize(
    ("text", "helper", "tail", "sort"),
    [
        ("What was polonium named after?", "be", "after", ""),
        ("Where did she go to", "do", "to", ""),
        ("Which teams did she join?", "do", "", "named"),
        ("What is the river called?", "be", "", ""),
        ("Through which countries does it flow?", "do", "", "placed"),
    ],
)
def test_helper_preposition_and_sort_of_noun(text, helper, tail, sort):
    asked = read_question(text)
    assert (asked.helper, asked.tail, asked.sort) == (helper, tail, sort)


def test_ordinals_and_initials():
    kinds = {token.text: token.kind for token in tokenize("The first of 21st and 5 rivers, by John C. Messenger")}
    assert (kinds["first"], kinds["21st"], kinds["5"], kinds["C."]) == ("ordinal", "ordinal", "number", "name")
    assert [token.text for token in tokenize("It was C. after")] == ["It", "was", "C", ".", "after"]
