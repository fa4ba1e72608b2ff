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
        ("光荣和ω-force", "光荣", 0, 2 * 2 / (4 + 2)),  # 光 荣 和 ωforce
    ],
)
def test_worked_by_hand(got, truths, exact, f1):
    assert exact_match(got, truths) == exact
    assert f1_score(got, truths) == pytest.approx(f1)


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
