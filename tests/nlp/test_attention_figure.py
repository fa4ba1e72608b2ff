import numpy as np
import pytest
import torch

from ailiteracy.nlp import MultiHeadAttention, SimpleAttention, attention_map

X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [3.0, 0.0]])
NAMES = ["red", "blue", "deep red"]


def test_weights_and_figure():
    drawn = attention_map(SimpleAttention(), X, NAMES)
    assert drawn.weights.shape == (1, 3, 3)
    np.testing.assert_allclose(drawn.weights[0], (X @ X.T).softmax(-1), atol=1e-7)
    axes = drawn.plot().axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == NAMES
    np.testing.assert_allclose(axes.images[0].get_array(), drawn.weights[0])
    # e^9 : 1 : e^3 in the last row: nearly all from itself
    assert "'deep red' takes 1.00 from 'deep red'." in str(drawn)


def test_a_square_for_each_head():
    torch.manual_seed(0)
    layer = MultiHeadAttention(2, 12, 6, dropout=0.5).train()
    drawn = attention_map(layer, X[None], NAMES)
    assert layer.training  # as found
    np.testing.assert_allclose(drawn.weights.sum(-1), 1, atol=1e-6)  # drawn without dropout
    titles = [axes.get_title() for axes in drawn.plot().axes if axes.images]
    assert titles == [f"head {k}" for k in range(1, 7)]
    assert "Attention of 6 heads over 3 tokens" in str(drawn)
    assert "data:image/png" in drawn._repr_html_()


def test_one_token_and_odd_names():
    assert "'$x' takes 1.00 from '$x'" in str(attention_map(SimpleAttention(), X[:1], ["$x"]))
    attention_map(SimpleAttention(), X, ["$", "\\", "学"]).plot().canvas.draw()


CASES = [
    (lambda: attention_map(torch.nn.Linear(2, 2), X, NAMES), TypeError, ["`layer`", "weights(x)"]),
    (lambda: attention_map(SimpleAttention(), X, ["red"]), ValueError, ["`x`", "vectors of one text of 1 tokens"]),
    (lambda: attention_map(SimpleAttention(), X[None].repeat(2, 1, 1), NAMES), ValueError, ["(2, 3, 2)", "one text"]),
    (lambda: attention_map(SimpleAttention(), X, "red"), TypeError, ["`tokens` must be a list of names"]),
    (lambda: attention_map(SimpleAttention(), [[1.0]], ["red"]), TypeError, ["`x` must be float vectors"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "fragments"), CASES)
def test_bad_input(call, error, fragments):
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
