"""The catalogue of the package: complete, with the same values and the same code in it, and written by one script."""

import pathlib
import re
import string

import pytest

pytest.importorskip("babel", reason="belongs to the dependency group docs")
import package_words as words

ROOT = pathlib.Path(__file__).parents[2]
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# Names that are the same in every language.
SAME = re.compile(
    r"Python|ailiteracy|Hugging Face|import torch|best|sigmoid|tanh|ReLU|RMSprop|Adam|system|user|assistant"
    r"|(x|model|torch)\.\w+\(.*\)"
)


@pytest.fixture(scope="module")
def said():
    return words.all_messages()


@pytest.fixture(scope="module")
def known():
    return words.translations("zh_CN")


def test_every_message_is_in_the_catalogue_and_nothing_else(said, known):
    advice = "run docs/_ext/package_words.py zh_CN and translate what is new"
    assert set(said) - set(known) == set(), advice
    assert set(known) - set(said) == set(), advice


def test_the_command_and_the_quizzes_are_translated(said, known):
    # An exercise may be newer than its translation; it is shown in English.
    asked = {text for text, places in said.items() if any("/check/" not in place for place in places)}
    assert [text for text in asked if not known[text]] == []


def test_translations_are_chinese(known):
    for text, translation in known.items():
        assert CHINESE.search(translation) or translation in ("", text), text
        if translation == text:
            assert SAME.fullmatch(text), text


def fields(text):
    """Return the values that are filled in, with their forms."""
    return sorted((name, form or "", turn or "") for _, name, form, turn in string.Formatter().parse(text) if name)


def test_values_and_code_are_the_same(said, known):
    for text, translation in known.items():
        if not translation:
            continue
        places = said[text]
        if not any(place.endswith(".toml") for place in places):  # a text of the banks is never filled in
            assert fields(text) == fields(translation), text
        code = re.compile(r"`[^`]+`")
        assert sorted(set(code.findall(text))) == sorted(set(code.findall(translation))), text
        # Options and commands are typed as they stand.
        option = re.compile(r"--[a-z][\w-]+|AILITERACY_\w+|https?://\S+|python -m pip install(?: --[\w-]+)*")
        assert sorted(option.findall(text)) == sorted(option.findall(translation)), text


def test_numbers_are_the_same(said, known):
    """A slip of a digit would make a question wrong."""
    number, large = re.compile(r"\d+(?:\.\d+)?"), re.compile(r"[\d.]+ [mb]illion")  # Chinese counts in other powers
    for text, translation in known.items():
        if translation and any("bank" in place for place in said[text]):
            plain = large.sub("", text.replace(",", ""))
            assert set(number.findall(plain)) <= set(number.findall(translation.replace(",", ""))), text
