import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.nlp.facts import Fact, find_facts, summarize_by_counts


@pytest.mark.parametrize(("text", "topic"), [
    ("My name is Lena.", "name"),
    ("Please call me Lena.", "name"),
    ("I live in Lisbon.", "home"),
    ("I now live in Rome.", "home"),
    ("I'm from Portugal.", "origin"),
    ("I am 12 years old.", "age"),
    ("I like cats.", "liking cats"),
    ("I don't like cats.", "liking cats"),
    ("I really love cats!", "liking cats"),
    ("I am allergic to nuts.", "eating nuts"),
    ("I can't eat nuts.", "eating nuts"),
    ("My favourite painter is Vermeer.", "my favourite painter"),
    ("I am a teacher.", "being"),
    ("I use a wheelchair.", "having a wheelchair"),
    ("Please remember that we leave at noon.", ""),
    ("My name’s Lena.", "name"),
    ("I’m from Portugal.", "origin"),
    ("I’m 12 years old.", "age"),
    ("I don’t like cats.", "liking cats"),
    ("I can’t eat nuts.", "eating nuts"),
    ("I’m a teacher.", "being"),
    ("My brother’s name is Tom.", "my brother's name"),
    ("Don’t forget the tickets.", ""),
    ("我叫小林。", "name"),
    ("我住在北京。", "home"),
    ("我喜欢唐三彩。", "liking 唐三彩"),
    ("我不喜欢人多的地方。", "liking 人多的地方"),
    ("我对花生过敏。", "eating 花生"),
    ("我的老师是王老师。", "my 老师"),
    ("请记住我们十二点走。", ""),
])  # fmt: skip
def test_what_people_say_about_themselves(text, topic):
    assert find_facts(text) == [Fact(text, topic)]


@pytest.mark.parametrize("text", [
    "Where are the cats?", "Do you like cats?", "Is my name on the list?", "The cat is 3,000 years old.", "Hello!", "",
    "你喜欢猫吗？", "我的票在哪里呢", "猫在哪里?", "I am a bit tired.", "I like " + "very " * 80 + "old cats.",
])  # fmt: skip
def test_what_is_none(text):
    assert find_facts(text) == []


def test_facts_are_picked_out_of_a_longer_text():
    text = "Hello there! My name is Lena. Is it warm inside? I like cats. 我住在北京。"
    assert [fact.text for fact in find_facts(text)] == ["My name is Lena.", "I like cats.", "我住在北京。"]


def test_negation_comes_under_the_topic_that_it_changes():
    yes, no = find_facts("我喜欢猫。我不再喜欢猫。")
    assert yes.topic == no.topic == "liking 猫"


@settings(max_examples=50)
@given(st.text(max_size=200))
def test_facts_of_any_text_are_parts_of_it(text):
    for fact, _ in find_facts(text):
        assert fact in text
        assert fact.strip()


def test_long_text_takes_no_long_time():
    assert len(find_facts("I like cats. " * 20_000)) == 20_000
    assert find_facts("my " * 100_000) == []


def turns(*texts):
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]


def test_short_conversations_are_kept_whole():
    summary = summarize_by_counts("user: Hi.", turns("I like cats. Old ones.", "Hall 4."))
    assert summary == "user: Hi.\nuser: I like cats.\nuser: Old ones.\nassistant: Hall 4."
    assert summarize_by_counts(summary, turns("Old ones.")) == summary  # nothing twice


def test_summary_keeps_the_sentences_with_frequent_words():
    filler = ["Hello.", "Thanks.", "Right.", "Good.", "Stairs.", "Maybe.", "Later.", "Sunday."]
    summary = summarize_by_counts("", turns("The cat mummy lies in hall four.", *filler, "Cat mummies fill hall four."))
    assert "user: The cat mummy lies in hall four." in summary
    assert "assistant: Cat mummies fill hall four." in summary
    assert len(summary.splitlines()) == 6


def test_summary_does_not_grow():
    summary = ""
    for turn in range(40):
        summary = summarize_by_counts(summary, turns(f"Question {turn} about the cats of room {turn}?", "x " * 1000))
    assert len(summary.splitlines()) == 6
    assert len(summary) < 6 * 330
