from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from ailiteracy.training import pad_collate


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=6), min_size=1, max_size=6))
def test_every_real_element_can_be_found_again(rows):
    inputs, targets = pad_collate([(torch.tensor(row), number) for number, row in enumerate(rows)])
    assert inputs["inputs"].shape == inputs["mask"].shape == (len(rows), max(map(len, rows)))
    for row, values, mask in zip(rows, inputs["inputs"], inputs["mask"], strict=True):
        assert values[mask].tolist() == row  # also where the last real element is 0, the padding
        assert mask.sum() == len(row)
        assert (values[~mask] == 0).all()
    assert targets.tolist() == list(range(len(rows)))


def test_pictures_of_different_sizes():
    sizes = [(3, 2, 5), (3, 4, 1), (3, 3, 3)]
    samples = [(torch.full(size, float(number + 1)), torch.tensor(number)) for number, size in enumerate(sizes)]
    inputs, targets = pad_collate(samples, dims=(1, 2), padding=-1)
    assert inputs["inputs"].shape == (3, 3, 4, 5)
    assert inputs["mask"].shape == (3, 4, 5)
    for number, (_, height, width) in enumerate(sizes):
        picture, mask = inputs["inputs"][number], inputs["mask"][number]
        assert (picture[:, :height, :width] == number + 1).all()
        assert mask[:height, :width].all()
        assert mask.sum() == height * width
        assert (picture[:, ~mask] == -1).all()
    assert targets.dtype == torch.int64


def test_whole_numbers_are_padded_with_whole_ones():
    samples = [(torch.tensor([1, 2]), torch.tensor([0.5])), (torch.tensor([3]), torch.tensor([1.5]))]
    inputs, targets = pad_collate(samples, padding=-100.0)
    assert inputs["inputs"].tolist() == [[1, 2], [3, -100]]
    assert targets.tolist() == [[0.5], [1.5]]


def test_sequences_of_vectors_in_a_data_loader():
    data = [(torch.ones(length, 2), length) for length in (1, 3, 2)]
    loader = DataLoader(data, batch_size=2, collate_fn=partial(pad_collate, padding=0.5))
    first, last = list(loader)
    assert first[0]["inputs"].shape == (2, 3, 2)
    assert first[0]["mask"].tolist() == [[True, False, False], [True, True, True]]
    assert last[1].tolist() == [2]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: pad_collate([]), ValueError, ["`samples`", "at least one"]),
        (lambda: pad_collate([torch.zeros(3)]), TypeError, ["`samples`", "pairs (tensor, target)"]),
        (lambda: pad_collate([([1, 2], 0)]), TypeError, ["`samples`", "pairs (tensor, target)"]),
        (lambda: pad_collate([(torch.zeros(0), 0)]), ValueError, ["`samples`", "Drop empty samples"]),
        (
            lambda: pad_collate([(torch.zeros(3, 4, 4), 0), (torch.zeros(3, 5, 4), 0)]),
            ValueError, ["`samples`", "only in dims (0,)", "dims=(1, 2)"],
        ),
        (
            lambda: pad_collate([(torch.zeros(1, 2, 3), 0), (torch.zeros(2, 1, 3), 0)], dims=(2,)),
            ValueError, ["`samples`", "dims (2,)"],
        ),
        (lambda: pad_collate([(torch.zeros(2), 0), (torch.zeros(2, 2), 0)]), ValueError, ["`samples`", "dims (0,)"]),
        (lambda: pad_collate([(torch.zeros(2), 0)], dims=(1,)), ValueError, ["`dims`", "from 0 to 0", "got 1"]),
        (
            lambda: pad_collate([(torch.zeros(2), torch.zeros(2)), (torch.zeros(1), torch.zeros(3))]),
            ValueError, ["`samples`", "one shape", "(2,), (3,)", "not padded"],
        ),
        (lambda: pad_collate([(torch.zeros(2), "cat")]), TypeError, ["`samples`", "numbers or tensors"]),
        (lambda: pad_collate([(torch.ones(2).long(), 0)], padding=0.5), ValueError, ["`padding`", "whole", "got 0.5"]),
        (lambda: pad_collate([(torch.ones(2).byte(), 0)], padding=-1), ValueError, ["`padding`", "from 0 to 255"]),
        (lambda: pad_collate([(torch.ones(2).bool(), 0)], padding=2), ValueError, ["`padding`", "from 0 to 1"]),
        (lambda: pad_collate([(torch.zeros(2), 0)], padding="x"), TypeError, ["`padding`", "got 'x'"]),
    ],
)  # fmt: skip
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
