import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.nlp import BytePairTokenizer, CharacterTokenizer, OpenWordTokenizer, WordTokenizer
from ailiteracy.nlp.tokenizers import split_words

TEXT = "The cat, it's said, saw the dog; the dog--well!--saw (only) the cat. 猫看见了狗，真的。"
LADDER = [CharacterTokenizer, WordTokenizer, OpenWordTokenizer]


def test_split_by_rules():
    assert split_words("It's a dog--yes?") == ["It", "'", "s", "a", "dog", "--", "yes", "?"]
    assert split_words("a b\t\nc  d") == ["a", "b", "c", "d"]
    assert split_words("one<|endoftext|>two") == ["one", "<|endoftext|>", "two"]
    assert split_words("你好，世界。") == ["你好", "，", "世界", "。"]


@given(st.text(st.sampled_from("ab1 \n,.:;?_!\"()'-é"), max_size=40))
def test_split_equals_cutting_at_marks(text):
    cut = re.split(r"""([,.:;?_!"()']|--|\s)""", text)
    assert split_words(text) == [piece for piece in cut if piece.strip()]


def test_spaces_before_marks_are_undone():
    words = WordTokenizer.train(TEXT)
    assert words.decode(words.encode("the dog, it's said, saw (only) the cat.")) == (
        "the dog, it's said, saw (only) the cat."
    )
    assert words.decode(words.encode("猫看见了狗，真的。")) == "猫看见了狗，真的。"


@pytest.mark.parametrize("kind", LADDER)
def test_ids_are_places_in_a_sorted_vocabulary(kind):
    tokenizer = kind.train(TEXT)
    plain = [token for token in tokenizer.tokens if not token.startswith("<|")]
    assert plain == sorted(plain)
    assert tokenizer.vocab_size == len(tokenizer.tokens) == len(set(tokenizer.tokens))
    for i, token in enumerate(plain):
        assert tokenizer.encode(token) == [i]
    assert str(tokenizer) == f"{kind.__name__} with {tokenizer.vocab_size} tokens."


@pytest.mark.parametrize("kind", [CharacterTokenizer, OpenWordTokenizer])
def test_encoding_a_decoded_text_changes_nothing(kind):
    tokenizer = kind.train(TEXT)
    ids = tokenizer.encode(TEXT)
    assert tokenizer.encode(tokenizer.decode(ids)) == ids


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_the_open_vocabulary_takes_any_text(text):
    tokenizer = OpenWordTokenizer.train(TEXT)
    assert len(tokenizer.encode(text)) == len(split_words(text))


def test_unknown_words():
    closed, opened = WordTokenizer.train("a cat"), OpenWordTokenizer.train("a cat")
    with pytest.raises(ValueError, match=r"`text` must be made of the 2 known words, got the word 'dog'.*BytePair"):
        closed.encode("a dog")
    assert opened.tokens == ("a", "cat", "<|endoftext|>", "<|unk|>")
    assert opened.encode("a dog <|endoftext|> cat") == [0, 3, 2, 1]
    assert opened.decode([0, 3]) == "a <|unk|>"


def test_ids_may_be_an_array():
    assert CharacterTokenizer(["a", "b"]).decode(np.array([1, 0])) == "ba"
    assert CharacterTokenizer(["a", "b"]).decode([np.int64(1), 0]) == "ba"


def test_empty_text():
    for kind in LADDER:
        tokenizer = kind.train(TEXT)
        assert tokenizer.encode("") == []
        assert tokenizer.decode([]) == ""


LETTERS = CharacterTokenizer(["a", "b"])
BAD = {
    "blank text to learn from": (lambda: WordTokenizer.train(" \n"), ValueError, ["`text`", "not blank"]),
    "number as text": (lambda: WordTokenizer.train(3), TypeError, ["`text`", "got 3"]),
    "bytes as text": (lambda: LETTERS.encode(b"a"), TypeError, ["`text`", "a text (str)", "b'a'"]),
    "unknown letter": (lambda: LETTERS.encode("abc"), ValueError, ["2 known characters", "'c'", "BytePairTokenizer"]),
    "id too large": (lambda: LETTERS.decode([0, 2]), ValueError, ["`ids[1]`", "from 0 to 1", "got 2"]),
    "id below zero": (lambda: LETTERS.decode([-1]), ValueError, ["`ids[0]`", "got -1"]),
    "fraction as id": (lambda: LETTERS.decode([0.5]), TypeError, ["`ids[0]`", "an integer", "0.5"]),
    "truth as id": (lambda: LETTERS.decode([True]), TypeError, ["`ids[0]`", "an integer", "True"]),
    "one id without a list": (lambda: LETTERS.decode(1), TypeError, ["`ids`", "a list of integers", "got 1"]),
    "table of ids": (lambda: LETTERS.decode(np.zeros((1, 2), int)), TypeError, ["`ids[0]`", "[0, 0]"]),
    "text as ids": (lambda: LETTERS.decode("ab"), TypeError, ["`ids`", "'ab'"]),
    "no tokens": (lambda: CharacterTokenizer([]), ValueError, ["`tokens`", "not empty", "train"]),
    "tokens twice": (lambda: CharacterTokenizer(["a", "a"]), ValueError, ["`tokens`", "different"]),
    "tokens of numbers": (lambda: CharacterTokenizer([1]), TypeError, ["`tokens`", "a list of texts"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, kind, fragments = BAD[case]
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    for fragment in fragments:
        assert fragment in str(caught.value)


@pytest.mark.parametrize("tokenizer", [kind.train(TEXT) for kind in LADDER] + [BytePairTokenizer.train(TEXT, 300)])
def test_all_rungs_write_and_read(tokenizer):
    text = "the dog saw the cat."
    assert tokenizer.decode(tokenizer.encode(text)) == text
