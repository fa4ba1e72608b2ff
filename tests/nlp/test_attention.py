import hypothesis
import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from ailiteracy.nlp import (
    CausalAttention,
    MultiHeadAttention,
    MultiHeadWrapper,
    SelfAttentionV1,
    SelfAttentionV2,
    SimpleAttention,
)
from ailiteracy.nlp.cache import KeyValueCache

# name: (how it is built, whether it hides the future); all take and give vectors of width 8
RUNGS = {
    "simple": (SimpleAttention, False),
    "v1": (lambda: SelfAttentionV1(8, 8), False),
    "v2": (lambda: SelfAttentionV2(8, 8, qkv_bias=True), False),
    "causal": (lambda: CausalAttention(8, 8), True),
    "wrapper": (lambda: MultiHeadWrapper(8, 8, 2), True),
    "multi-head": (lambda: MultiHeadAttention(8, 8, 2, qkv_bias=True), True),
}
every_rung = pytest.mark.parametrize("rung", RUNGS)
causal_rungs = pytest.mark.parametrize("rung", [name for name, (_, causal) in RUNGS.items() if causal])


@pytest.fixture(autouse=True)
def _seed():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def build(rung):
    return RUNGS[rung][0]().eval()


@every_rung
def test_weights_are_shares_and_shapes_hold(rung):
    layer, x = build(rung), torch.randn(3, 5, 8)
    weights = layer.weights(x)
    assert weights.shape in [(3, 5, 5), (3, 2, 5, 5)]
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(weights.shape[:-1]))
    assert layer(x).shape == (3, 5, 8)


@every_rung
def test_texts_of_a_batch_do_not_meet(rung):
    layer, x = build(rung), torch.randn(3, 5, 8)
    torch.testing.assert_close(layer(x)[1:2], layer(x[1:2]))


@every_rung
def test_large_numbers_do_not_overflow(rung):
    assert torch.isfinite(build(rung)(1e4 * torch.randn(1, 5, 8))).all()


@hypothesis.given(st.integers(0, 5), st.integers(0, 2**31))
@hypothesis.settings(max_examples=25, deadline=None)
@causal_rungs
def test_the_future_changes_nothing_earlier(rung, place, seed):
    layer = build(rung)
    x = torch.randn(1, 6, 8, generator=torch.Generator().manual_seed(seed))
    other = x.clone()
    other[:, place] += 100
    torch.testing.assert_close(layer(x)[:, :place], layer(other)[:, :place], rtol=0, atol=0)
    assert not torch.equal(layer(x)[:, place], layer(other)[:, place])


@pytest.mark.parametrize("rung", [name for name, (_, causal) in RUNGS.items() if not causal])
def test_without_a_mask_the_future_shows(rung):
    layer, x = build(rung), torch.randn(1, 6, 8)
    other = x.clone()
    other[:, -1] += 1
    assert not torch.allclose(layer(x)[:, 0], layer(other)[:, 0])


def test_simple_by_hand():
    x = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])  # scores: 1 with itself, 0 with the other
    share = float(np.e / (np.e + 1))
    torch.testing.assert_close(SimpleAttention()(x), torch.tensor([[[share, 1 - share], [1 - share, share]]]))


def test_v2_is_v1_with_transposed_weights():
    v1, v2, x = SelfAttentionV1(8, 4), SelfAttentionV2(8, 4), torch.randn(2, 5, 8)
    with torch.no_grad():
        for name in ("query", "key", "value"):
            getattr(v2, name).weight.copy_(getattr(v1, name).T)
    torch.testing.assert_close(v1(x), v2(x), rtol=0, atol=1e-6)


@pytest.mark.parametrize(("layer", "causal"), [(SelfAttentionV2, False), (CausalAttention, True)])
def test_equal_to_torch_single_head(layer, causal):
    layer, x = layer(8, 4), torch.randn(2, 5, 8)
    expected = F.scaled_dot_product_attention(layer.query(x), layer.key(x), layer.value(x), is_causal=causal)
    torch.testing.assert_close(layer(x), expected, rtol=0, atol=1e-6)


def test_scale_is_the_size_of_a_head():
    # Not the width of the tokens: torch's own scale is one over the root of the keys' length, here 4 of 8.
    layer, x = MultiHeadAttention(8, 8, 2), torch.randn(1, 5, 8)
    queries, keys, _ = layer.heads(x)
    scores = (queries @ keys.transpose(-2, -1) / 2).tril().masked_fill(torch.ones(5, 5).triu(1) == 1, -torch.inf)
    torch.testing.assert_close(layer.weights(x), scores.softmax(-1))


@pytest.mark.parametrize("bias", [False, True])
def test_equal_to_torch_multi_head(bias):
    ours, x = MultiHeadAttention(8, 8, 2, qkv_bias=bias), torch.randn(3, 5, 8)
    theirs = nn.MultiheadAttention(8, 2, bias=True, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(ours.qkv.weight)
        theirs.in_proj_bias.copy_(ours.qkv.bias if bias else torch.zeros(24))
        theirs.out_proj.load_state_dict(ours.output.state_dict())
    future = torch.ones(5, 5, dtype=torch.bool).triu(1)
    expected, weights = theirs(x, x, x, attn_mask=future, average_attn_weights=False)
    torch.testing.assert_close(ours(x), expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(ours.weights(x), weights, rtol=0, atol=1e-6)


def test_wrapper_is_the_single_class_with_the_same_weights():
    wrapper, single = MultiHeadWrapper(6, 8, 4, qkv_bias=True), MultiHeadAttention(6, 8, 4, qkv_bias=True)
    x = torch.randn(2, 5, 6)
    with torch.no_grad():
        for kind in ("weight", "bias"):
            parts = [getattr(getattr(h, n), kind) for n in ("query", "key", "value") for h in wrapper.heads]
            getattr(single.qkv, kind).copy_(torch.cat(parts))
        single.output.weight.copy_(torch.eye(8))
        single.output.bias.zero_()
    torch.testing.assert_close(wrapper(x), single(x), rtol=0, atol=1e-6)
    torch.testing.assert_close(wrapper.weights(x), single.weights(x), rtol=0, atol=1e-6)


@torch.no_grad()
@pytest.mark.parametrize("layer", [CausalAttention, lambda *a, **k: MultiHeadAttention(*a, 1, **k)])
def test_dropout_only_in_training_and_the_rest_grows(layer):
    layer, x = layer(4, 4, dropout=0.5), torch.zeros(1, 400, 4)
    weights = layer.train().weights(x)[0].reshape(400, 400)[-1]  # all were 1 / 400
    assert set(weights.mul(400).round(decimals=3).tolist()) == {0.0, 2.0}
    assert 0.4 < float((weights == 0).float().mean()) < 0.6
    assert layer.eval().weights(x).min(dim=-1).values.max() == pytest.approx(1 / 400)
    assert torch.equal(layer(x), layer(x))
    noisy = torch.randn(1, 400, 4)
    assert not torch.equal(layer.train()(noisy), layer(noisy))


@hypothesis.given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
@hypothesis.settings(max_examples=20, deadline=None)
def test_with_a_cache_pieces_give_the_whole(pieces):
    layer, x = build("multi-head"), torch.randn(2, sum(pieces), 8)
    cache = KeyValueCache(sum(pieces))
    parts = [layer(piece, cache) for piece in x.split(pieces, dim=1)]
    torch.testing.assert_close(torch.cat(parts, dim=1), layer(x), rtol=0, atol=1e-6)
    assert cache.length == sum(pieces)


CASES = [
    (lambda: MultiHeadAttention(8, 8, 3), ValueError, ["a divisor of the width 8, got 3", "2 heads of 4"]),
    (lambda: MultiHeadWrapper(8, 10, 4), ValueError, ["`n_heads` must be a divisor of the width 10", "2 heads of 5"]),
    (lambda: MultiHeadAttention(8, 8, 0), ValueError, ["`n_heads` must be an integer >= 1, got 0"]),
    (lambda: MultiHeadAttention(8, 8.0, 2), TypeError, ["`width` must be an integer >= 1, got 8.0"]),
    (lambda: SelfAttentionV1(0, 8), ValueError, ["`d_in` must be an integer >= 1"]),
    (lambda: CausalAttention(8, 8, dropout=1), ValueError, ["`dropout` must be below 1", "0.1 is usual"]),
    (lambda: CausalAttention(8, 8, dropout=-0.1), ValueError, ["`dropout` must be", "got -0.1"]),
    (lambda: SelfAttentionV2(8, 8, qkv_bias="no"), TypeError, ["`qkv_bias` must be True or False"]),
    (lambda: SimpleAttention()([[1.0]]), TypeError, ["`x` must be float vectors", "torch tensor"]),
    (lambda: build("v1")(torch.zeros(3, 8)), ValueError, ["(batch, tokens, 8)", "x[None]"]),
    (lambda: build("v2")(torch.zeros(1, 3, 7)), ValueError, ["(batch, tokens, 8)", "(1, 3, 7)"]),
    (lambda: build("causal")(torch.zeros(1, 0, 8)), ValueError, ["(1, 0, 8)"]),
    (lambda: build("multi-head")(torch.zeros(1, 3, 8, dtype=torch.long)), TypeError, ["float", "nn.Embedding"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "fragments"), CASES)
def test_bad_input(call, error, fragments):
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
