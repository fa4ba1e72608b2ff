"""The compiled product of a matrix and one vector, held to torch's general one."""

import hypothesis
import pytest
import torch
from hypothesis import strategies as st
from torch import nn

from ailiteracy.nlp import GPT, GPTConfig, _fast_rows
from ailiteracy.nlp._fast_rows import times_vector
from ailiteracy.nlp.gpt import Head
from ailiteracy.nlp.int8 import Int8Linear

SHAPES = st.integers(1, 90), st.integers(1, 90), st.integers(0, 1000)


def drawn(*shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@hypothesis.given(*SHAPES)
@hypothesis.settings(max_examples=40, deadline=None)
def test_whole_numbers_are_exact(n_out, n_in, seed):
    chance = torch.Generator().manual_seed(seed)
    weight = torch.randint(-127, 128, (n_out, n_in), generator=chance, dtype=torch.int8)
    vector = torch.randint(-127, 128, (n_in,), generator=chance, dtype=torch.int8)
    assert times_vector(weight, vector).tolist() == (weight.long() @ vector.long()).tolist()


def test_the_largest_sum():
    # 127 * 127 * 133,000 is the last round number below 2 ** 31.
    long = torch.full((1, 133_000), 127, dtype=torch.int8)
    assert times_vector(long, long[0]).tolist() == [127 * 127 * 133_000]


@hypothesis.given(*SHAPES)
@hypothesis.settings(max_examples=40, deadline=None)
def test_floats_are_close(n_out, n_in, seed):
    weight, vector = drawn(n_out, n_in, seed=seed), drawn(n_in, seed=seed + 1)
    torch.testing.assert_close(
        times_vector(weight, vector).double(), weight.double() @ vector.double(), rtol=0, atol=1e-4
    )


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_what_is_no_number_stays_so(wrong):
    vector = torch.tensor([1.0, wrong, 0.0])
    assert not torch.isfinite(times_vector(torch.ones(2, 3), vector)).any()


@pytest.mark.parametrize("dtype", [torch.int8, torch.float32])
@pytest.mark.parametrize("n_out", [1, 2, 7])
def test_threads_change_nothing(monkeypatch, dtype, n_out):
    weight, vector = (10 * drawn(n_out, 5, seed=0)).to(dtype), (10 * drawn(5, seed=1)).to(dtype)
    alone = times_vector(weight, vector)
    monkeypatch.setattr(_fast_rows, "LARGE", 0)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    assert times_vector(weight, vector).equal(alone)


@pytest.mark.parametrize("shape", [(6,), (1, 6), (1, 1, 6), (2, 6), (2, 3, 6)])
def test_the_head_is_a_linear_layer(shape):
    head, x = Head(6, 9, bias=False), drawn(*shape, seed=0)
    expected = nn.functional.linear(x, head.weight)
    assert head(x).equal(expected)  # with gradients: torch's own
    head(x).sum().backward()
    assert head.weight.grad is not None
    with torch.no_grad():
        torch.testing.assert_close(head(x), expected)
    with torch.inference_mode():
        torch.testing.assert_close(head(x), expected)


@pytest.mark.parametrize("change", [lambda t: t.double(), lambda t: t.bfloat16(), lambda t: t.to("meta")])
def test_what_the_compiled_code_does_not_know_goes_the_usual_way(change):
    head = change(Head(4, 5, bias=False))
    with torch.no_grad():
        out, expected = head(change(torch.ones(1, 4))), nn.functional.linear(change(torch.ones(1, 4)), head.weight)
    assert out.shape == (1, 5)
    assert out.dtype == expected.dtype
    assert out.is_meta or out.equal(expected)


def test_hooks_on_the_head_are_called():
    model = GPT(GPTConfig(vocab_size=10, context_length=8, width=4, n_heads=2, n_layers=1), seed=0)
    seen = []
    with model.head.register_forward_hook(lambda *call: seen.append(call[2].shape)), torch.no_grad():
        model(torch.tensor([[1]]))
    assert seen == [(1, 1, 10)]


def test_one_row_of_whole_numbers_is_that_of_many():
    layer = Int8Linear(nn.Linear(33, 20))
    rows = drawn(4, 33, seed=0)
    assert torch.cat([layer(row[None]) for row in rows]).equal(layer(rows))


@pytest.mark.parametrize("layer", [Head(6, 4, bias=False), Int8Linear(nn.Linear(6, 4))])
@pytest.mark.parametrize("shape", [(5,), (1, 7), (6, 1)])
def test_a_vector_that_does_not_fit_is_refused(layer, shape):
    with torch.no_grad(), pytest.raises(RuntimeError):
        layer(torch.ones(shape))
