import hypothesis
import pytest
import torch
from hypothesis import strategies as st
from torch import nn

from ailiteracy.nlp import (
    GPT,
    BytePairTokenizer,
    GPTConfig,
    finetune_classifier,
    finetune_instructions,
    pretrain,
    quantize_int8,
)
from ailiteracy.nlp.int8 import Int8Linear
from ailiteracy.training import fit

CONFIG = GPTConfig(vocab_size=40, context_length=16, width=32, n_heads=4, n_layers=2, dropout=0.1)

LETTERS, IDS = BytePairTokenizer.train("aa", 257), torch.tensor([[1, 2, 3]])


def linear(n_in, n_out, seed=0, bias=True):
    layer = nn.Linear(n_in, n_out, bias=bias)
    chance = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.copy_(torch.randn(weight.shape, generator=chance))
    return layer


def test_by_hand():
    layer = nn.Linear(3, 2, bias=False)
    layer.weight.data = torch.tensor([[127.0, -63.6, 0.4], [0.0, 0.5, -1.0]])
    small = Int8Linear(layer)
    assert small.weight.tolist() == [[127, -64, 0], [0, 64, -127]]  # 0.5 * 127 = 63.5, to the even 64
    torch.testing.assert_close(small.step, torch.tensor([1.0, 1 / 127]))
    # Input [1, 1, 0] has the whole numbers [127, 127, 0] and the step 1 / 127.
    torch.testing.assert_close(small(torch.tensor([[1.0, 1.0, 0.0]])), torch.tensor([[63.0, 64 / 127]]))


@hypothesis.given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 5), st.booleans(), st.integers(0, 1000))
@hypothesis.example(1, 2, 1, False, 0)
@hypothesis.settings(max_examples=30, deadline=None)
def test_whole_numbers_give_the_plain_product(n_in, n_out, n, bias, seed):
    layer = linear(n_in, n_out, seed, bias)
    small = Int8Linear(layer)
    x = (
        torch.randn(n, 1, n_in, generator=torch.Generator().manual_seed(seed))
        * 10 ** torch.arange(-n / 2.0, n / 2)[:n, None, None]
    )
    step = x.abs().amax(-1, keepdim=True) / 127
    plain = (x / step).round().double() @ small.weight.double().T * step.double() * small.step.double()
    plain = plain + (layer.bias.detach().double() if bias else 0)
    torch.testing.assert_close(small(x).double(), plain, rtol=1e-5, atol=1e-5 * float(plain.abs().max()))


def test_rounding_is_at_most_half_a_step():
    layer = linear(64, 16)
    small = Int8Linear(layer)
    restored = small.weight * small.step[:, None]
    assert ((restored - layer.weight).abs() <= small.step[:, None] * 0.5001).all()


def test_zeros_and_extremes():
    layer = linear(4, 3, bias=False)
    layer.weight.data[1] = 0
    small = Int8Linear(layer)
    assert small(torch.zeros(2, 4)).tolist() == [[0.0] * 3] * 2
    assert small(torch.ones(1, 4))[0, 1] == 0
    assert torch.isfinite(small(torch.full((1, 4), 1e30))).all()
    assert not torch.isfinite(small(torch.tensor([[1.0, float("nan"), 0, 0]]))).any()  # nan is not hidden


def test_longest_sums_fit():
    # 127 * 127 * 8192 is below 2 ** 31: exact where floats would round.
    small = Int8Linear(nn.Linear(8192, 1, bias=False))
    small.weight.fill_(127)
    small.step.fill_(1.0)
    assert float(small(torch.full((1, 8192), 127.0))) == pytest.approx(127 * 127 * 8192)


def test_model_stays_close_and_the_original_as_it_was():
    model = GPT(CONFIG, seed=0).train()
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    small = quantize_int8(model)
    assert not small.training
    assert model.training
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())
    assert isinstance(small.head, Int8Linear)
    assert isinstance(small.token_vectors, nn.Embedding)
    assert sum(isinstance(layer, Int8Linear) for layer in small.modules()) == 4 * 2 + 1
    ids = torch.randint(0, 40, (2, 16), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        logits = model.eval()(ids)
        error = (small(ids) - logits).square().mean().sqrt() / logits.std()
    assert 1e-4 < error < 0.03


def test_a_quarter_of_the_memory():
    with torch.device("meta"):
        layer = nn.Linear(768, 3072)
    n_bytes = sum(t.numel() * t.element_size() for t in Int8Linear(layer).buffers())
    assert n_bytes < 0.26 * 4 * layer.weight.numel()


def test_saved_and_loaded():
    small, other = quantize_int8(GPT(CONFIG, seed=0)), quantize_int8(GPT(CONFIG, seed=1))
    ids = torch.tensor([[1, 2, 3]])
    assert not torch.equal(small(ids), other(ids))
    other.load_state_dict(small.state_dict())
    assert torch.equal(small(ids), other(ids))


@pytest.mark.parametrize("n_rows", [1, 3])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_floats(dtype, n_rows):
    # In float16 the sums of whole numbers are infinite, and a row of zeros has a step of zero.
    layer, x = linear(512, 16), torch.randn(n_rows, 512, generator=torch.Generator().manual_seed(0))
    layer.weight.data[3] = 0
    layer = layer.to(dtype)
    small = Int8Linear(layer)
    found = small(x.to(dtype))
    assert found.dtype == dtype
    assert small.step.dtype == torch.float32
    with torch.no_grad():
        torch.testing.assert_close(found.float(), layer.float()(x.to(dtype).float()), atol=1.0, rtol=0.01)


def test_a_model_in_half_precision_computes():
    model = GPT(CONFIG, seed=0).half().eval()
    ids = torch.tensor([[1, 2, 3]])
    with torch.no_grad():
        torch.testing.assert_close(quantize_int8(model)(ids), model(ids), atol=0.02, rtol=0)


@pytest.mark.parametrize("owner", [nn.MultiheadAttention(8, 2), nn.TransformerEncoderLayer(8, 2, 16)])
def test_layers_whose_owner_reads_their_matrix_stay_floats(owner):
    small = quantize_int8(nn.ModuleList([owner, nn.Linear(8, 4)]))
    assert [type(layer) for layer in small.modules() if isinstance(layer, nn.Linear | Int8Linear)][-1] is Int8Linear
    x = torch.ones(3, 1, 8)
    with torch.no_grad():
        found = small[0](x, x, x)[0] if isinstance(owner, nn.MultiheadAttention) else small[0](x)
    assert torch.isfinite(found).all()
    with pytest.raises(ValueError, match=r"no linear layer to quantize.*MultiheadAttention.* stay floats"):
        quantize_int8(owner)


SMALL = GPTConfig(vocab_size=257, context_length=16, width=8, n_heads=2, n_layers=1)
QUICK = {"device": "cpu", "progress": False}


@pytest.mark.parametrize(
    "train",
    [
        lambda model: fit(model, [(IDS, IDS)], loss=lambda logits, _: logits.mean(), device="cpu"),
        lambda model: pretrain("abc" * 300, model=model, tokenizer=LETTERS, **QUICK),
        lambda model: finetune_classifier(model, LETTERS, ["a", "b"] * 20, ["x", "y"] * 20, **QUICK),
        lambda model: finetune_classifier(
            model, LETTERS, ["a", "b"] * 20, ["x", "y"] * 20, layers="last block", **QUICK
        ),
        lambda model: finetune_instructions(model, LETTERS, [{"instruction": "x", "output": "y"}] * 20, **QUICK),
    ],
)
def test_training_is_refused(train):
    with pytest.raises(ValueError, match=r"`model` holds layers of int8, .* cannot be trained\. Train the model first"):
        train(quantize_int8(GPT(SMALL, seed=0)))


def test_a_new_last_layer_over_int8_can_be_trained():
    model = quantize_int8(GPT(SMALL, seed=0))
    tuned = finetune_classifier(model, LETTERS, ["a", "b"] * 20, ["x", "y"] * 20, layers="head", epochs=20, **QUICK)
    assert tuned.predict(["a", "b"]).tolist() == ["x", "y"]


@pytest.mark.gpu
def test_on_the_device(device):
    layer, x = Int8Linear(linear(32, 16)), torch.randn(3, 32)
    torch.testing.assert_close(layer.to(device)(x.to(device)).cpu(), layer.cpu()(x), atol=0.3, rtol=0)


@pytest.mark.parametrize(
    ("model", "error", "words"),
    [
        ("gpt2", TypeError, r"`model` must be a torch\.nn\.Module, got 'gpt2'\. Pass a GPT"),
        (nn.ReLU(), ValueError, r"`model` ReLU has no linear layer to quantize"),
        (quantize_int8(nn.Sequential(nn.Linear(2, 2))), ValueError, r"Was it quantized before\?"),
    ],
)
def test_bad_input(model, error, words):
    with pytest.raises(error, match=words):
        quantize_int8(model)
