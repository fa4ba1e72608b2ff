import random

import pytest

from ailiteracy.nlp import exact_match, f1_score


@pytest.mark.parametrize(
    ("got", "truths", "exact", "f1"),
    [
        ("Denver Broncos", "Denver Broncos", 1, 1),
        ("the Denver Broncos.", "denver broncos", 1, 1),  # articles, capitals, punctuation do not count
        ("Broncos", "Denver Broncos", 0, 2 / 3),  # P = 1, R = 1/2
        ("the big cat sat", "a cat sat down", 0, 2 * 2 / (3 + 3)),  # big cat sat / cat sat down
        ("no no no", "no", 0, 0.5),  # repeated words count once: P = 1/3, R = 1
        ("1960s", "in the 1960s", 0, 2 / 3),
        ("U.S.", "US", 1, 1),
        ("", "", 1, 1),
        ("", "Broncos", 0, 0),
        ("the", "", 1, 1),  # an article alone is nothing
        ("cat", "dog", 0, 0),
        ("cat", ["dog", "cat"], 1, 1),
        ("图灵", "艾伦·图灵", 0, 2 * 2 / (2 + 4)),  # characters; the dot is punctuation
        ("《战国》", "战国", 1, 1),
        ("2742人", "2742 人", 1, 1),
        ("The Who 乐队", "Who 乐队", 0, 2 * 3 / (4 + 3)),  # articles stay in Chinese: the who 乐 队
        ("光荣和ω-force", "光荣", 0, 2 * 2 / (4 + 2)),  # 光 荣 和 ωforce
    ],
)
def test_worked_by_hand(got, truths, exact, f1):
    assert exact_match(got, truths) == exact
    assert f1_score(got, truths) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("got", "truths", "exact", "f1"),
    [
        ("图灵", "艾伦图灵", 0, 2 * 2 / (2 + 4)),
        ("北京和上海", "上海和北京", 0, 2 * 2 / (5 + 5)),  # of the shared runs 北京, 上海 and 和 the longest has two
        ("一二三四五", "一二九四五六", 0, 2 * 2 / (5 + 6)),  # 一二 or 四五, not both
        ("《狂人日记》。", "狂人日记", 1, 1),  # marks of the list
        ("狂人日记.", "狂人日记", 0, 2 * 4 / (5 + 4)),  # an English full stop is not in it and stays a word
        ("GPT-2 Model", "gpt2 model", 1, 1),  # capitals and the hyphen do not count
        ("gpt2 large model", "gpt2 model", 0, 2 * 1 / (3 + 2)),  # words are whole: gpt2, or model
        ("the model", "model", 0, 2 * 1 / (2 + 1)),  # articles stay
        ("3.5米", "3.5 米", 0, 1),  # spaces stay for exact match and fall for F1
        ("天津", ["北京", "天津市"], 0, 2 * 2 / (2 + 3)),
        ("天", "北京", 0, 0),
        ("", "北京", 0, 0),
    ],
)
def test_rule_of_cmrc_by_hand(got, truths, exact, f1):
    assert exact_match(got, truths, rule="cmrc") == exact
    assert f1_score(got, truths, rule="cmrc") == pytest.approx(f1)


def test_a_run_in_common_is_never_more_than_words_in_common():
    # The same pieces, so that only the counting differs.
    rng = random.Random(0)
    for _ in range(200):
        one, two = ("".join(rng.choices("天地人大小", k=rng.randint(1, 9))) for _ in range(2))
        assert f1_score(one, two, rule="cmrc") <= f1_score(one, two)
        longest = max(n for n in range(len(one) + 1) if any(one[k : k + n] in two for k in range(len(one) - n + 1)))
        assert f1_score(one, two, rule="cmrc") == pytest.approx(2 * longest / (len(one) + len(two)))


@pytest.mark.parametrize("score", [exact_match, f1_score])
def test_bad_input(score):
    with pytest.raises(TypeError, match=r"`answer` must be a text \(str\), got 3"):
        score(3, "x")
    with pytest.raises(TypeError, match=r"`truths` must be a text or a list of texts, got None"):
        score("x", None)
    with pytest.raises(TypeError, match=r"`truths` must be a text or a list of texts, got \[1\]"):
        score("x", [1])
    with pytest.raises(ValueError, match=r"`truths` must be at least one text, got \[\]. Use \[''\]"):
        score("x", [])
    with pytest.raises(ValueError, match=r"`rule` must be one of 'squad', 'cmrc', got 'crmc'. Did you mean 'cmrc'\?"):
        score("x", "x", rule="crmc")
