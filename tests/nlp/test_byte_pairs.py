from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.nlp import byte_pair_steps
from ailiteracy.nlp._fast_pairs import cut_long_word, learn_pairs_fast
from ailiteracy.nlp.byte_pairs import best_pair, count_pairs, count_words, cut_word, learn_pairs, merge_pair

FEW = st.text(st.sampled_from("aab cé猫1'\n"), max_size=60)  # few letters, so that pairs repeat and overlap


def test_worked_by_hand():
    """aaabdaaabac: "aa" stands four times, then aa + a and a + b twice each, the pair with smaller ids wins."""
    merges = learn_pairs(count_words("aaabdaaabac"), 3)
    assert merges == [((97, 97), 4), ((97, 98), 2), ((256, 257), 2)]
    steps = byte_pair_steps("aaabdaaabac", 3)
    assert steps.pieces == ("aa", "ab", "aaab")
    assert steps.n_tokens == (11, 9, 7, 5)
    assert steps.cuts[-1] == ("aaab", "d", "aaab", "a", "c")


def test_words_take_the_space_before_along():
    assert count_words("I'll go  now!! 3 go") == {
        b"I": 1, b"'ll": 1, b" go": 2, b" ": 1, b" now": 1, b"!!": 1, b" 3": 1,
    }  # fmt: skip


def test_ties_go_to_the_smaller_ids():
    assert best_pair(count_pairs([([2, 1], 3), ([1, 2], 3)])) == (1, 2)


def test_counts_weigh_by_word():
    assert count_pairs([([1, 1, 1], 2), ([1, 2], 5)]) == Counter({(1, 2): 5, (1, 1): 4})


@settings(max_examples=150, deadline=None)
@given(FEW, st.integers(0, 40))
def test_fast_learning_equals_the_plain_one(text, n_merges):
    counted = count_words(text)
    assert learn_pairs_fast(counted, n_merges) == learn_pairs(counted, n_merges)


@settings(max_examples=150, deadline=None)
@given(FEW, FEW)
def test_fast_cutting_equals_the_plain_one(text, word):
    ranks = {pair: 256 + k for k, (pair, _) in enumerate(learn_pairs(count_words(text), 30))}
    assert cut_long_word(word.encode(), ranks) == cut_word(word.encode(), ranks)


def test_cutting_repeats_what_learning_did():
    text = "the cat saw the catapult; the cattle saw that"
    merges = [pair for pair, _ in learn_pairs(count_words(text), 12)]
    for word in count_words(text):
        ids = list(word)
        for new, pair in enumerate(merges, 256):
            ids = merge_pair(ids, pair, new)
        assert cut_word(word, {pair: 256 + k for k, pair in enumerate(merges)}) == ids


def test_steps_of_parts_of_characters():
    steps = byte_pair_steps("猫猫猫", 1)  # three bytes each: e7 8c ab
    assert steps.counts == (3,)
    assert steps.n_tokens == (9, 6)
    assert steps.pieces == ("8c ab",)  # two of the three bytes are no character
    assert steps.cuts[1] == ("e7", "8c ab") * 3


def test_story_and_figure():
    steps = byte_pair_steps("low lower lowest", 4)
    assert str(steps).startswith("4 merges cut 16 characters into 6 tokens instead of 16. First 'lo' (3 times)")
    line = steps.plot().axes[0].lines[0]
    assert line.get_ydata().tolist() == list(steps.n_tokens)
    assert str(byte_pair_steps("a b", 2)).startswith("1 merges")
    assert "No pair to merge" in str(byte_pair_steps("a", 2))
    assert "<img" in steps._repr_html_()


@pytest.mark.parametrize(
    ("text", "n_merges", "kind", "fragments"),
    [
        ("", 1, ValueError, ["`text`", "not blank"]),
        (b"ab", 1, TypeError, ["`text`", "a text (str)"]),
        ("ab", 0, ValueError, ["`n_merges`", "from 1 to 1000", "got 0"]),
        ("ab" * 20_000, 1, ValueError, ["`text`", "20,000", "40,000 characters", "BytePairTokenizer.train"]),
        ("ab\ud800", 1, ValueError, ["`text`", "valid Unicode", "surrogate '\\ud800' at place 2", "errors='replace'"]),
    ],
)
def test_bad_input(text, n_merges, kind, fragments):
    with pytest.raises(kind) as caught:
        byte_pair_steps(text, n_merges)
    for fragment in fragments:
        assert fragment in str(caught.value)
