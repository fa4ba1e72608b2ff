import json

import pytest

from ailiteracy.nlp._squad import hold_out, read_squad

CONTEXT = "Ada met Babbage in 1833."


def layout(*answers, question="Who met Babbage?", context=CONTEXT):
    return {"data": [{"paragraphs": [{"context": context, "qas": [{"question": question, "answers": list(answers)}]}]}]}


def test_file_and_dict_say_the_same(tmp_path):
    source = layout({"text": "Ada", "answer_start": 0}, {"text": "Ada", "answer_start": 0})
    (tmp_path / "a.json").write_text(json.dumps(source), encoding="utf-8")
    (tmp_path / "marked.json").write_text(json.dumps(source), encoding="utf-8-sig")  # as some editors save
    for given in (source, tmp_path / "a.json", str(tmp_path / "a.json"), [source], tmp_path / "marked.json"):
        (one,) = read_squad("train", given)
        assert (one.article, one.context, one.question) == (0, CONTEXT, "Who met Babbage?")
        assert (one.truths, one.start) == (("Ada",), 0)


@pytest.mark.parametrize(
    ("answers", "truths", "start"),
    [
        ([{"text": "1833", "answer_start": 19}], ("1833",), 19),
        ([{"text": "1833", "answer_start": 3}], ("1833",), 19),  # a wrong place is looked up
        ([{"text": "1833"}], ("1833",), 19),
        ([{"text": "1834", "answer_start": 19}], ("1834",), -1),
        ([{"text": "1833", "answer_start": 19}, {"text": "in 1833", "answer_start": 16}], ("1833", "in 1833"), 19),
        ([], ("",), -1),  # SQuAD 2.0: no answer
    ],
)
def test_places_of_answers(answers, truths, start):
    (one,) = read_squad("train", layout(*answers))
    assert (one.truths, one.start) == (truths, start)


def test_articles_are_counted_on_over_files():
    articles = [one.article for one in read_squad("train", [layout(), layout(), layout()])]
    assert articles == [0, 1, 2]


@pytest.mark.parametrize("part", [0.01, 0.25, 0.5, 0.9])
def test_no_article_is_on_both_sides(part):
    asked = read_squad("train", [layout() for _ in range(9)] + [{"data": layout()["data"] * 1}])
    kept, held_out = hold_out(asked, part, 0)
    assert len(kept) + len(held_out) == 10
    assert {one.article for one in kept}.isdisjoint(one.article for one in held_out)
    assert len(held_out) == max(1, round(part * 10))
    assert [o.article for o in hold_out(asked, part, 0)[1]] == [o.article for o in held_out]


CASES = {
    "a file that is not there": ("nowhere.json", FileNotFoundError, "`train` names 'nowhere.json', which does not"),
    "a folder": (".", ValueError, "`train` must be a JSON file, got the folder"),
    "another type": (3, TypeError, "`train` must be a path"),
    "another layout": ({"rows": []}, ValueError, "in the layout of SQuAD.*got something without 'data'"),
    "a list where a dict belongs": ({"data": [[]]}, ValueError, "in the layout of SQuAD.*got something else"),
    "no questions": ({"data": []}, ValueError, "`train` must be a file with at least one question"),
    "a blank question": (layout(question=" "), ValueError, "something else: a blank question or context"),
    "a question that is a number": (layout(question=3), ValueError, "something else"),
    "an answer without text": (layout({"answer_start": 0}), ValueError, "something without 'text'"),
}


@pytest.mark.parametrize(("source", "error", "words"), CASES.values(), ids=CASES)
def test_bad_input(source, error, words):
    with pytest.raises(error, match=words):
        read_squad("train", source)


def test_file_that_is_not_json(tmp_path):
    for content in (b"{ not json", b"\xff\xfe\x00", b"[" * 200_000):
        (tmp_path / "a.json").write_bytes(content)
        with pytest.raises(ValueError, match=r"`test` must be a JSON file in UTF-8, got .*a\.json"):
            read_squad("test", tmp_path / "a.json")


def test_one_article_cannot_be_held_out():
    with pytest.raises(ValueError, match=r"`train` must be questions on at least two articles.*Pass .* as `test`"):
        hold_out(read_squad("train", layout()), 0.5, 0)
