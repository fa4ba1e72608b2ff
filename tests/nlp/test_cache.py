import hypothesis
import pytest
import torch
from hypothesis import strategies as st

from ailiteracy.nlp.cache import KeyValueCache


@hypothesis.given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.integers(0, 3))
@hypothesis.settings(max_examples=25, deadline=None)
def test_pieces_come_back_in_a_row(pieces, spare):
    whole = torch.arange(2 * 3 * sum(pieces) * 2.0).reshape(2, 3, sum(pieces), 2)
    cache = KeyValueCache(sum(pieces) + spare)
    end = 0
    for piece in whole.split(pieces, dim=2):
        keys, values = cache.append(piece, -piece)
        end += piece.shape[2]
        assert torch.equal(keys, whole[:, :, :end])
        assert torch.equal(values, -whole[:, :, :end])
        assert cache.length == end


def test_room_is_taken_once():
    cache = KeyValueCache(4)
    first, _ = cache.append(torch.zeros(1, 1, 1, 2), torch.zeros(1, 1, 1, 2))
    second, _ = cache.append(torch.ones(1, 1, 1, 2), torch.ones(1, 1, 1, 2))
    assert first.data_ptr() == second.data_ptr()


def test_full():
    cache = KeyValueCache(2)
    with pytest.raises(ValueError, match=r"the cache holds 2 tokens and cannot take 3\. Start a new one"):
        cache.append(torch.zeros(1, 1, 3, 2), torch.zeros(1, 1, 3, 2))
