import itertools

import pytest

from ailiteracy.nlp._models import load_model
from ailiteracy.nlp._windows import context_windows, room_beside, slabs, stack_windows

QUESTION, CONTEXT = "Who is the father?", "ada lovelace was a poet . " * 12 + "Lord Byron was the father ."


@pytest.fixture(scope="module")
def tokenizer(byron_model):
    return load_model(byron_model, "cpu")[0]


@pytest.mark.parametrize(("size", "stride"), [(20, 0), (20, 5), (64, 10), (400, 3)])
def test_windows_cover_the_context_and_share_the_stride(tokenizer, size, stride):
    windows = list(context_windows(7, QUESTION, CONTEXT, (0, len(CONTEXT)), tokenizer, size=size, stride=stride))
    places = [[place for place, inside in zip(w.places, w.allowed, strict=True) if inside] for w in windows]
    assert {window.pair for window in windows} == {7}
    assert all(len(window) <= size for window in windows)
    covered = {k for window in places for begin, end in window for k in range(begin, end)}
    assert covered == {k for k, letter in enumerate(CONTEXT) if not letter.isspace()}
    for one, other in itertools.pairwise(places):
        assert one[len(one) - stride :] == other[:stride]


def test_places_count_from_the_start_of_the_text(tokenizer):
    begin = CONTEXT.index("Lord")
    window = next(context_windows(0, QUESTION, CONTEXT, (begin, len(CONTEXT)), tokenizer, size=64, stride=0))
    inside = [place for place, here in zip(window.places, window.allowed, strict=True) if here]
    assert [CONTEXT[a:b] for a, b in inside[:2]] == ["Lord", "Byron"]
    assert window.special.tolist() == [True] + [False] * (len(window) - 1)  # [CLS] alone


def test_shorter_windows_are_padded(tokenizer):
    texts = ("ada", "ada lovelace was a poet")
    pair = [next(context_windows(0, "who", t, (0, len(t)), tokenizer, size=64, stride=0)) for t in texts]
    inputs = stack_windows(pair, tokenizer)
    assert inputs["input_ids"].shape == (2, len(pair[1]))
    assert inputs["attention_mask"].sum(1).tolist() == [len(pair[0]), len(pair[1])]
    assert (inputs["input_ids"][0, len(pair[0]) :] == tokenizer.pad_token_id).all()


def test_room_by_hand(tokenizer):
    # 20 tokens less [CLS], two [SEP] and the four of "who is the father".
    assert room_beside("who is the father", tokenizer, 20) == 13
    with pytest.raises(ValueError, match=r"`question` must be at most 0 tokens long .*got '4 tokens'.*Shorten"):
        room_beside("who is the father", tokenizer, 11)


@pytest.mark.parametrize("text", ["x" * 120_000, "word " * 24_000, "人，" * 60_000, ""])
def test_slabs_overlap_and_cover(text):
    pieces = list(slabs(text))
    assert pieces[0][0] == 0
    assert pieces[-1][1] == len(text)
    assert all(end - begin <= 50_000 for begin, end in pieces)
    assert all(a[0] < b[0] < a[1] < b[1] for a, b in itertools.pairwise(pieces))
