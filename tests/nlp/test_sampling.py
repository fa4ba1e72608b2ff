from fractions import Fraction

import hypothesis
import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from transformers import (
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from ailiteracy.nlp import token_probabilities
from ailiteracy.nlp.sampling import penalize

HALF = torch.tensor([0.5, 0.25, 0.125, 0.125]).log()


def probabilities(**options):
    return [round(p, 4) for p in token_probabilities(HALF, **options).tolist()]


def test_by_hand():
    assert probabilities() == [0.5, 0.25, 0.125, 0.125]
    assert probabilities(temperature=0) == [1, 0, 0, 0]
    assert probabilities(temperature=0.5) == [round(p / 22, 4) for p in (16, 4, 1, 1)]  # squares: 1/4, 1/16, 1/64, 1/64
    assert probabilities(top_k=2) == [0.6667, 0.3333, 0, 0]
    assert probabilities(top_k=99) == [0.5, 0.25, 0.125, 0.125]
    assert probabilities(top_p=0.5) == [1, 0, 0, 0]
    assert probabilities(top_p=0.51) == [0.6667, 0.3333, 0, 0]
    assert probabilities(top_p=1e-12) == [1, 0, 0, 0]
    assert probabilities(top_p=1) == [0.5, 0.25, 0.125, 0.125]


def test_ties_keep_exactly_k():
    assert sorted(token_probabilities(torch.zeros(10), top_k=3).tolist()) == pytest.approx([0] * 7 + [1 / 3] * 3)
    for options in ({"temperature": 0}, {"top_k": 1}, {"top_p": 0.05}):
        assert token_probabilities(torch.zeros(10), **options).tolist() == [1] + [0] * 9


def test_tiny_and_huge_temperatures():
    assert token_probabilities(torch.tensor([1e4, -1e4, 3.0]), temperature=1e-38).tolist() == [1, 0, 0]
    assert token_probabilities(torch.tensor([5.0, -5.0]), temperature=1e30).tolist() == [0.5, 0.5]
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        for temperature in (1e-50, 5e-324):  # zero, in most of these types
            found = token_probabilities(torch.tensor([1.0, 2.0, 2.0], dtype=dtype), temperature=temperature)
            assert found.tolist() == [0, 0.5, 0.5]


def test_fractions_are_numbers():
    plain, fractions = (token_probabilities(HALF, temperature=half, top_p=half) for half in (0.5, Fraction(1, 2)))
    assert torch.equal(plain, fractions)


def test_top_p_of_1_keeps_what_rounding_would_lose():
    logits = torch.tensor([0.0, -20.0])
    assert token_probabilities(logits, top_p=1.0)[1] > 0
    assert torch.equal(token_probabilities(logits, top_p=1), token_probabilities(logits))


# Steps of 1/8: scores that differ by less than a float can tell after softmax are ties.
scores = arrays(np.float32, (2, 9), elements=st.integers(-160, 160).map(lambda k: k / 8))


@hypothesis.given(scores, st.floats(0.05, 5), st.none() | st.integers(1, 12), st.none() | st.floats(0.01, 1))
@hypothesis.settings(max_examples=100, deadline=None)
def test_rows_add_up_and_the_likeliest_stays(logits, temperature, top_k, top_p):
    logits = torch.from_numpy(logits)
    found = token_probabilities(logits, temperature=temperature, top_k=top_k, top_p=top_p)
    torch.testing.assert_close(found.sum(-1), torch.ones(2))
    assert (found >= 0).all()
    assert (found.gather(-1, logits.argmax(-1, keepdim=True)) > 0).all()
    assert top_k is None or ((found > 0).sum(-1) <= top_k).all()


@hypothesis.given(st.permutations(range(9)), st.floats(0.2, 3), st.integers(1, 12), st.floats(0.02, 0.98))
@hypothesis.settings(max_examples=60, deadline=None)
def test_equal_to_transformers(order, temperature, top_k, top_p):
    logits = torch.tensor([[0.37 * rank for rank in order]])
    theirs = TemperatureLogitsWarper(temperature)(None, logits)
    theirs = TopKLogitsWarper(top_k)(None, theirs)
    ours = token_probabilities(logits, temperature=temperature, top_k=top_k, top_p=top_p)
    before = theirs.softmax(-1)
    theirs = TopPLogitsWarper(top_p)(None, theirs).softmax(-1)
    # At the very edge of top_p rounding decides which of two sets it is.
    edge = before.sort(descending=True).values.cumsum(-1)
    hypothesis.assume((edge - top_p).abs().min() > 1e-5)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


@hypothesis.given(scores, st.lists(st.integers(0, 8), min_size=1, max_size=12), st.floats(0.5, 2))
@hypothesis.settings(max_examples=40, deadline=None)
def test_penalty_is_that_of_transformers(logits, seen, penalty):
    logits, seen = torch.from_numpy(logits), torch.tensor([seen, seen])
    theirs = RepetitionPenaltyLogitsProcessor(penalty)(seen, logits.clone())
    torch.testing.assert_close(penalize(logits, seen, penalty), theirs)


LOGITS = torch.zeros(3)
CASES = [
    ({"temperature": -1}, ValueError, ["`temperature` must be a finite number >= 0, got -1", "Use 0"]),
    ({"temperature": float("nan")}, ValueError, ["`temperature`", "got nan"]),
    ({"temperature": float("inf")}, ValueError, ["`temperature`", "got inf"]),
    ({"temperature": "hot"}, TypeError, ["`temperature`", "got 'hot'"]),
    ({"temperature": None}, TypeError, ["`temperature`", "got None"]),
    ({"top_k": 0}, ValueError, ["`top_k` must be an integer >= 1, got 0", "Use None to keep all"]),
    ({"top_k": 2.0}, TypeError, ["`top_k` must be an integer", "got 2.0"]),
    ({"top_p": 0}, ValueError, ["`top_p`", "got 0", "Use None or 1"]),
    ({"top_p": 1.1}, ValueError, ["`top_p`", "got 1.1"]),
    ({"logits": [0.0]}, TypeError, ["`logits` must be a tensor of floats"]),
    ({"logits": torch.zeros(0)}, TypeError, ["`logits` must be a tensor of floats, not empty"]),
    ({"logits": torch.zeros(3, dtype=torch.long)}, TypeError, ["`logits` must be a tensor of floats"]),
    ({"logits": torch.tensor([0.0, float("nan")])}, ValueError, ["`logits` hold nan", "diverge"]),
    ({"logits": torch.full((3,), -torch.inf)}, ValueError, ["nothing finite"]),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "error", "fragments"), CASES)
def test_bad_input(arguments, error, fragments):
    with pytest.raises(error) as caught:
        token_probabilities(**{"logits": LOGITS, **arguments})
    for fragment in fragments:
        assert fragment in str(caught.value)
