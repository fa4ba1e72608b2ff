import pytest

from ailiteracy.nlp import answer
from ailiteracy.nlp.answers import N_SHOWN, pick_answers
from ailiteracy.nlp.reader import Span

TEXT = "In 1833 Ada Lovelace met Charles Babbage."


def test_result_is_human_and_frozen():
    found = answer("Who met Babbage?", TEXT, model="builtin")
    assert repr(found) == str(found)
    assert str(found).startswith("'Ada Lovelace' (characters 8 to 20 of 41) answers 'Who met Babbage?'")
    assert f"says the {found.reader}, with score" in str(found)
    with pytest.raises(AttributeError):
        found.text = "x"
    names = [name for name, _ in found.reasons]
    assert any("who" in name for name in names)
    assert found.rivals[0] == (found.text, found.score)


def test_stretches_with_the_same_words_are_one_answer():
    context = "Ada met Ben. ADA met Carl."
    spans = [Span(8, 11, 0.4), Span(0, 3, 0.3), Span(13, 16, 0.25), Span(21, 25, 0.05)]  # Ben, Ada, ADA, Carl
    found = pick_answers("Who?", context, spans, "reader", 3)
    assert [(one.text, one.start, one.end) for one in found] == [("Ada", 0, 3), ("Ben", 8, 11), ("Carl", 21, 25)]
    assert [one.score for one in found] == pytest.approx([0.55, 0.4, 0.05])
    assert found[0].rivals == found[2].rivals
    assert [text for text, _ in found[0].rivals] == ["Ada", "Ben", "Carl"]


def test_no_more_rivals_than_are_drawn():
    spans = [Span(k, k + 1, 0.1) for k in range(9)]
    (found,) = pick_answers("Who?", "abcdefghi", spans, "reader", 1)
    assert len(found.rivals) == N_SHOWN


def test_nothing_found_is_the_empty_answer():
    (found,) = pick_answers("Who?", "?!", [], "reader", 3)
    assert (found.text, found.score, found.start, found.end) == ("", 0.0, 0, 0)
    assert "No answer to 'Who?'" in str(found)
