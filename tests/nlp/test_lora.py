import copy
from fractions import Fraction

import pytest
import torch
from torch import nn

from ailiteracy.nlp import GPT, GPTConfig, add_lora, generate, merge_lora, pretrain, quantize_int8
from ailiteracy.nlp.lora import LoraLinear

CONFIG = GPTConfig(13, 16, 16, 2, 2, dropout=0.0)
IDS = torch.randint(0, 13, (3, 9), generator=torch.Generator().manual_seed(0))


def trained(model):
    """Move the adapters away from zero."""
    with torch.no_grad():
        for weight in model.parameters():
            if weight.requires_grad:
                weight.add_(0.3 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(1)))
    return model


def test_the_product_by_hand():
    linear = nn.Linear(2, 1)
    linear.weight.data, linear.bias.data = torch.tensor([[1.0, 2.0]]), torch.tensor([0.5])
    layer = LoraLinear(linear, 1, 2.0)
    layer.down.data, layer.up.data = torch.tensor([[1.0, 1.0]]), torch.tensor([[3.0]])
    # 1*10 + 2*1 + 0.5, and twice 3 * (10 + 1)
    assert layer(torch.tensor([10.0, 1.0])).item() == pytest.approx(12.5 + 66)
    assert layer.merged().weight.tolist() == [[7.0, 8.0]]


def test_nothing_changes_before_training():
    model = GPT(CONFIG, seed=0).eval()
    adapted = add_lora(copy.deepcopy(model), rank=3)
    assert torch.equal(model(IDS), adapted(IDS))


def test_merged_equals_unmerged():
    model = trained(add_lora(GPT(CONFIG, seed=0).eval(), rank=3, alpha=5))
    plain = GPT(CONFIG, seed=0).eval()
    before, text = model(IDS), generate(model, IDS, max_new_tokens=5)
    assert not torch.allclose(before, plain(IDS), atol=1e-2)
    merged = merge_lora(model)
    torch.testing.assert_close(merged(IDS), before, atol=1e-5, rtol=1e-5)
    assert torch.equal(generate(merged, IDS, max_new_tokens=5), text)
    assert merged.state_dict().keys() == plain.state_dict().keys()
    assert all(weight.requires_grad for weight in merged.parameters())
    quantize_int8(merged)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_adapters_have_the_type_of_their_layer(dtype):
    model = trained(add_lora(nn.Sequential(nn.Linear(4, 4)).to(dtype), rank=2, alpha=Fraction(1, 2)))
    x = torch.ones(2, 4, dtype=dtype)
    before = model(x)
    assert before.dtype == dtype
    torch.testing.assert_close(merge_lora(model)(x), before, atol=0.05, rtol=0)


@pytest.mark.parametrize("owner", [nn.MultiheadAttention(8, 2), nn.TransformerEncoderLayer(8, 2, 16)])
def test_layers_whose_owner_reads_their_matrix_get_none(owner):
    model = add_lora(nn.ModuleList([owner, nn.Linear(8, 4)]).eval())
    assert [name for name, layer in model.named_modules() if isinstance(layer, LoraLinear)] == ["1"]
    x = torch.ones(3, 1, 8)
    with torch.no_grad():
        found = model[0](x, x, x)[0] if isinstance(owner, nn.MultiheadAttention) else model[0](x)
    assert torch.isfinite(found).all()
    with pytest.raises(ValueError, match=r"linear layers in its blocks.*MultiheadAttention offer none"):
        add_lora(owner)


@pytest.mark.parametrize("rank", [1, 4])
def test_counts(rank):
    model = add_lora(GPT(CONFIG, seed=0), rank=rank)
    free = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    # Of each block: qkv 16 -> 48, output 16 -> 16, widen 16 -> 64, narrow 64 -> 16.
    assert free == 2 * rank * ((16 + 48) + (16 + 16) + (16 + 64) + (64 + 16))


def test_only_adapters_are_trained():
    text = "abcabcabdabc" * 60
    model = add_lora(pretrain(text, steps=2, looks=1, device="cpu", progress=False).model, rank=2)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    pretrain(text, model=model, steps=4, looks=2, device="cpu", progress=False)
    changed = {name for name, weight in model.state_dict().items() if not torch.equal(weight, before[name])}
    assert changed == {name for name in before if name.endswith((".down", ".up"))}


def test_the_same_seed_gives_the_same_adapters():
    first, again, other = (add_lora(GPT(CONFIG, seed=0), seed=seed) for seed in (1, 1, 2))
    down = [model.blocks[0].attention.qkv.down for model in (first, again, other)]
    assert torch.equal(down[0], down[1])
    assert not torch.equal(down[0], down[2])


CASES = [
    (lambda: add_lora("model"), TypeError, ["`model`", "torch.nn.Module"]),
    (lambda: add_lora(GPT(CONFIG), rank=0), ValueError, ["`rank`", ">= 1"]),
    (lambda: add_lora(GPT(CONFIG), alpha=0), ValueError, ["`alpha`", "> 0"]),
    (lambda: add_lora(nn.ReLU()), ValueError, ["`model`", "linear layers", "ReLU"]),
    (lambda: add_lora(quantize_int8(GPT(CONFIG))), ValueError, ["`model`", "int8"]),
    (lambda: add_lora(add_lora(GPT(CONFIG))), ValueError, ["`model`", "adapters already", "merge_lora"]),
    (lambda: merge_lora(GPT(CONFIG)), ValueError, ["`model`", "add_lora"]),
    (lambda: merge_lora(None), TypeError, ["`model`", "torch.nn.Module"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), CASES)
def test_bad_input(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)
