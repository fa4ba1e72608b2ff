import math
import os
import threading

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from ailiteracy.nlp import collate_instructions, format_prompt, next_token_windows, pad_batch

IDS = st.lists(st.integers(0, 99), min_size=2, max_size=40)
PAIR = {"instruction": "Name a colour.", "input": "", "output": "Blue."}


def test_windows_by_hand():
    inputs, targets = next_token_windows([1, 2, 3, 4, 5, 6, 7], 3, stride=2)
    assert inputs.tolist() == [[1, 2, 3], [3, 4, 5]]
    assert targets.tolist() == [[2, 3, 4], [4, 5, 6]]
    inputs, targets = next_token_windows([1, 2, 3, 4, 5, 6, 7], 4, drop_last=False, pad_id=9)
    assert inputs.tolist() == [[1, 2, 3, 4], [5, 6, 9, 9]]
    assert targets.tolist() == [[2, 3, 4, 5], [6, 7, -100, -100]]


@given(IDS, st.integers(1, 12), st.integers(1, 15))
def test_full_windows_are_those_that_fit(ids, length, stride):
    starts = range(0, len(ids) - length, stride)
    if not starts:
        with pytest.raises(ValueError, match="`ids` must hold at least"):
            next_token_windows(ids, length, stride=stride)
        return
    inputs, targets = next_token_windows(ids, length, stride=stride)
    assert inputs.tolist() == [ids[i : i + length] for i in starts]
    assert targets.tolist() == [ids[i + 1 : i + length + 1] for i in starts]


@given(IDS, st.integers(1, 12), st.data())
def test_with_the_rest_nothing_is_left_out_and_no_window_is_empty(ids, length, data):
    stride = data.draw(st.integers(1, length + 3))
    inputs, targets = next_token_windows(ids, length, stride=stride, drop_last=False, pad_id=0)
    assert (targets != -100).any(1).all()
    starts = [i * stride for i in range(len(inputs))]
    covered = {i + t for i in starts for t in range(length)}
    for i, row, wanted in zip(starts, inputs.tolist(), targets.tolist(), strict=True):
        n = min(length, len(ids) - 1 - i)
        assert row == ids[i : i + n] + [0] * (length - n)
        assert wanted == ids[i + 1 : i + n + 1] + [-100] * (length - n)
    if stride <= length:
        assert covered >= set(range(len(ids) - 1))
        # The window before the last one did not reach the end.
        assert len(starts) == 1 or starts[-2] + length < len(ids) - 1


def test_overlapping_windows_share_memory():
    tokens = torch.arange(100_000)
    inputs, targets = next_token_windows(tokens, 1000, stride=1)
    assert inputs.shape == (99_000, 1000)
    assert inputs.untyped_storage().data_ptr() == targets.untyped_storage().data_ptr() == tokens.data_ptr()


def test_a_file_on_disk_will_do(tmp_path):
    np.arange(10, dtype=np.uint16).tofile(tmp_path / "ids.bin")
    inputs, _ = next_token_windows(np.memmap(tmp_path / "ids.bin", np.uint16, "r"), 4)
    assert inputs.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=8), min_size=1, max_size=5), st.integers(1, 9))
def test_padding_hides_no_real_token(rows, limit):
    for side in ("right", "left"):
        batch = pad_batch(rows, 0, max_length=limit, side=side)
        for k, row in enumerate(rows):
            kept = row[:limit]
            assert batch.ids[k][batch.mask[k]].tolist() == kept  # also where a real token equals the padding
            assert batch.ids[k, batch.last[k]] == kept[-1]
            assert batch.mask[k, batch.last[k]]
            assert not batch.ids[k][~batch.mask[k]].any()
        assert batch.ids.shape[1] == min(limit, max(map(len, rows)))


def test_padding_left():
    batch = pad_batch([[5, 6, 7], [8]], 0, side="left")
    assert batch.ids.tolist() == [[5, 6, 7], [0, 0, 8]]
    assert batch.mask.tolist() == [[True] * 3, [False, False, True]]
    assert batch.last.tolist() == [2, 2]


def test_prompts():
    assert format_prompt(PAIR) == (
        "Below is an instruction that describes a task. Write a response that appropriately completes the request."
        "\n\n### Instruction:\nName a colour.\n\n### Response:\n"
    )
    more = format_prompt(PAIR | {"input": "of the sky"})
    assert ", paired with an input that provides further context." in more
    assert more.endswith("\n\n### Input:\nof the sky\n\n### Response:\n")
    assert "Input" not in format_prompt({"instruction": "Go.", "input": "  "})
    assert format_prompt(PAIR, "phi3") == "<|user|>\nName a colour.<|end|>\n<|assistant|>\n"
    assert "Blue" not in format_prompt(PAIR)


def test_collate_by_hand():
    inputs, targets = collate_instructions([([1, 2], [7, 8]), ([3], [9])], 50)
    assert inputs.tolist() == [[1, 2, 7, 8], [3, 9, 50, 50]]
    assert targets.tolist() == [[-100, 7, 8, 50], [9, 50, -100, -100]]
    _, targets = collate_instructions([([1, 2], [7, 8])], 50, learn_prompt=True)
    assert targets.tolist() == [[2, 7, 8, 50]]


def test_putting_a_batch_together_is_no_background_task():
    places = []

    def collate(samples):
        places.append((os.getpid(), threading.get_ident()))
        return samples

    assert len(list(torch.utils.data.DataLoader([1, 2, 3], collate_fn=collate))) == 3
    assert set(places) == {(os.getpid(), threading.get_ident())}  # the loop's own process and thread


def test_collate_cuts_both_sides():
    """Four inputs and four targets: the answer loses its end; a prompt that fills the row loses its beginning."""
    inputs, targets = collate_instructions([([1, 2], [5, 6, 7, 8]), ([1, 2, 3, 4, 5, 6], [7, 8])], 50, max_length=4)
    assert inputs.tolist() == [[1, 2, 5, 6], [3, 4, 5, 6]]
    assert targets.tolist() == [[-100, 5, 6, 7], [-100, -100, -100, 7]]


TOKENS = st.lists(st.integers(0, 9), max_size=12)
PAIRS = st.lists(st.tuples(st.lists(st.integers(0, 9), min_size=1, max_size=12), TOKENS), min_size=1, max_size=4)


@given(PAIRS, st.integers(1, 15), st.booleans())
def test_collate_always_leaves_something_to_learn(pairs, limit, learn_prompt):
    end = 50
    inputs, targets = collate_instructions(pairs, end, max_length=limit, learn_prompt=learn_prompt)
    assert inputs.shape == targets.shape
    assert inputs.shape[1] <= limit
    assert (targets != -100).any(1).all()
    loss = F.cross_entropy(torch.zeros(*inputs.shape, 51).flatten(0, 1), targets.flatten())
    assert loss.item() == pytest.approx(math.log(51), rel=1e-5)  # a number, not nan
    for k, (prompt, answer) in enumerate(pairs):
        learned = targets[k][targets[k] != -100].tolist()
        whole = len(prompt) + len(answer) <= limit
        # One end of text where the answer was kept whole, none where it was cut; never one of the padding.
        assert learned.count(end) <= 1
        if whole:
            assert learned == ([*prompt[1:]] if learn_prompt else []) + answer + [end]
        # A target is the next input, wherever there is one.
        for t in range(inputs.shape[1] - 1):
            assert targets[k, t] in (-100, inputs[k, t + 1])


BAD = {
    "text too short": (lambda: next_token_windows([1, 2, 3], 3), ValueError, ["`ids`", "at least 4 tokens", "got 3"]),
    "one token": (lambda: next_token_windows([1], 3, drop_last=False), ValueError, ["at least 2 tokens", "got 1"]),
    "no tokens": (lambda: next_token_windows([], 3), ValueError, ["`ids`", "got 0"]),
    "text in place of ids": (lambda: next_token_windows("abc", 1), TypeError, ["`ids`", "'abc'", "encode"]),
    "fractions": (lambda: next_token_windows([1.0, 2.0], 1), TypeError, ["`ids`", "a list of integers"]),
    "truths": (lambda: next_token_windows([True, False], 1), TypeError, ["`ids`", "a list of integers"]),
    "negative id": (lambda: next_token_windows([1, -2], 1), ValueError, ["`ids`", ">= 0", "got -2"]),
    "huge id": (lambda: next_token_windows([1, 2**70], 1), TypeError, ["`ids`", "a list of integers"]),
    "a table": (lambda: next_token_windows([[1, 2]], 1), TypeError, ["`ids`", "a list of integers"]),
    "nothing": (lambda: next_token_windows(None, 1), TypeError, ["`ids`", "got None"]),
    "length 0": (lambda: next_token_windows([1, 2], 0), ValueError, ["`length`", ">= 1", "got 0"]),
    "stride 0": (lambda: next_token_windows([1, 2], 1, stride=0), ValueError, ["`stride`", ">= 1", "got 0"]),
    "no texts": (lambda: pad_batch([], 0), ValueError, ["`sequences`", "not empty"]),
    "an empty text": (lambda: pad_batch([[1], []], 0), ValueError, ["`sequences[1]`", "at least one token"]),
    "unknown side": (lambda: pad_batch([[1]], 0, side="rigth"), ValueError, ["`side`", "Did you mean 'right'?"]),
    "padding below 0": (lambda: pad_batch([[1]], -100), ValueError, ["`pad_id`", ">= 0", "got -100"]),
    "a flat list": (lambda: pad_batch([1, 2], 0), TypeError, ["`sequences[0]`", "a list of integers", "got 1"]),
    "no instruction": (lambda: format_prompt({"input": "x"}), ValueError, ["`pair`", "an instruction", "'input': 'x'"]),
    "an instruction of another type": (lambda: format_prompt({"instruction": 3}), TypeError, ["`pair`", "with texts"]),
    "text as pair": (lambda: format_prompt("Go."), TypeError, ["`pair`", "'Go.'", "For example"]),
    "unknown style": (lambda: format_prompt(PAIR, "alpca"), ValueError, ["`style`", "Did you mean 'alpaca'?"]),
    "no pairs": (lambda: collate_instructions([], 50), ValueError, ["`pairs`", "not empty"]),
    "half a pair": (lambda: collate_instructions([([1],)], 50), TypeError, ["`pairs[0]`", "prompt ids and answer ids"]),
    "no prompt": (lambda: collate_instructions([([], [1])], 50), ValueError, ["`pairs[0][0]`", "at least one token"]),
    "no room": (lambda: collate_instructions([([1], [2])], 50, max_length=0), ValueError, ["`max_length`", ">= 1"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, kind, fragments = BAD[case]
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    for fragment in fragments:
        assert fragment in str(caught.value)
