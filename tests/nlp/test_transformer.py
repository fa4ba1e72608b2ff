import hypothesis
import pytest
import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from ailiteracy.nlp import FeedForward, TransformerBlock, compare_shortcuts, gelu, layer_norm


def test_layer_norm_by_hand():
    # mean 2, biased variance 2 / 3
    out = layer_norm(torch.tensor([1.0, 2.0, 3.0]))
    torch.testing.assert_close(out, torch.tensor([-1.0, 0.0, 1.0]) * 1.5**0.5, atol=1e-4, rtol=0)


@hypothesis.given(st.integers(0, 2**31), st.floats(1e-3, 1e3), st.floats(-100, 100))
@hypothesis.settings(max_examples=25, deadline=None)
def test_layer_norm_is_torch_s(seed, spread, middle):
    chance = torch.Generator().manual_seed(seed)
    x = torch.randn(3, 8, generator=chance, dtype=torch.float64) * spread + middle
    scale, shift = torch.randn(2, 8, generator=chance, dtype=torch.float64)
    torch.testing.assert_close(layer_norm(x, scale, shift), F.layer_norm(x, (8,), scale, shift), atol=1e-9, rtol=0)


def test_layer_norm_of_equal_numbers_is_zero():
    assert layer_norm(torch.full((4,), 7.0)).tolist() == [0.0] * 4


def test_gelu_is_gpt2_s():
    x = torch.linspace(-6, 6, 101)
    torch.testing.assert_close(gelu(x), F.gelu(x, approximate="tanh"), atol=1e-6, rtol=0)
    assert 1e-5 < (gelu(x) - F.gelu(x)).abs().max() < 1e-3  # the exact form is close, but another function


def test_feed_forward_by_hand():
    layer = FeedForward(3)
    x = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0))
    hidden = gelu(x @ layer.widen.weight.T + layer.widen.bias)
    assert hidden.shape == (2, 4, 12)
    torch.testing.assert_close(layer(x), hidden @ layer.narrow.weight.T + layer.narrow.bias)


def test_block_normalises_first_and_adds():
    torch.manual_seed(0)
    block, x = TransformerBlock(8, 2), torch.randn(2, 5, 8)
    after = x + block.attention(layer_norm(x))
    torch.testing.assert_close(block(x), after + block.feed_forward(layer_norm(after)), atol=1e-6, rtol=1e-5)


def test_block_with_silent_parts_changes_nothing():
    block, x = TransformerBlock(8, 2), torch.randn(2, 5, 8)
    with torch.no_grad():
        for layer in (block.attention.output, block.feed_forward.narrow):
            layer.weight.zero_()
            layer.bias.zero_()
    assert torch.equal(block(x), x)


def test_block_dropout_only_in_training():
    block, x = TransformerBlock(8, 2, dropout=0.5), torch.randn(2, 5, 8)
    assert torch.equal(block.eval()(x), block(x))
    assert not torch.equal(block.train()(x), block(x))


def test_shortcuts_keep_the_first_gradient_alive():
    result = compare_shortcuts(n_layers=12)
    assert result.without[0] / result.without[-1] < 1e-4
    assert result.with_shortcuts[0] / result.with_shortcuts[-1] > 0.1
    assert "12 layers" in str(result)


def test_shortcut_gradients_against_differences():
    # The gradient of one weight of the first layer by moving it a little, in float64.
    result = compare_shortcuts(n_layers=3, width=1, seed=5)
    with torch.random.fork_rng():
        torch.manual_seed(5)
        layers = [torch.nn.Linear(1, 1).double() for _ in range(3)]
        x = torch.randn(16, 1).double()

    @torch.no_grad()
    def loss(shortcuts, step):
        out = x
        for k, layer in enumerate(layers):
            out = shortcuts * out + gelu(F.linear(out, layer.weight + step * (k == 0), layer.bias))
        return float((out**2).mean())

    for shortcuts, found in ((0, result.without), (1, result.with_shortcuts)):
        slope = (loss(shortcuts, 1e-6) - loss(shortcuts, -1e-6)) / 2e-6
        assert found[0] == pytest.approx(abs(slope), rel=1e-4)


def test_shortcut_figure():
    axes = compare_shortcuts(n_layers=4).plot().axes[0]
    assert axes.get_yscale() == "log"
    assert [len(line.get_xdata()) for line in axes.lines] == [4, 4]


CASES = [
    (lambda: compare_shortcuts(n_layers=1), ValueError, ["`n_layers` must be an integer >= 2, got 1"]),
    (lambda: compare_shortcuts(width=0), ValueError, ["`width` must be an integer >= 1"]),
    (lambda: TransformerBlock(8, 3), ValueError, ["`n_heads` must be a divisor of the width 8"]),
    (lambda: TransformerBlock(8, 2, dropout=2), ValueError, ["`dropout` must be"]),
    (lambda: FeedForward(0), ValueError, ["`width` must be an integer >= 1, got 0"]),
    (lambda: layer_norm([1.0, 2.0]), TypeError, ["`x` must be a tensor of floats"]),
    (lambda: gelu("x"), TypeError, ["`x` must be a tensor of floats"]),
]


@pytest.mark.parametrize(("call", "error", "fragments"), CASES)
def test_bad_input(call, error, fragments):
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
