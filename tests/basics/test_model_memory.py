"""Memory of a model: by hand, and beside the tensors that torch and transformers really make."""

import pytest
import torch
from torch import nn

from ailiteracy.basics import memory_needed
from ailiteracy.basics.model_memory import BITS, STATES

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.1),
    "momentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "amsgrad": lambda p: torch.optim.AdamW(p, amsgrad=True),
}


def test_seven_billion_by_hand():
    result = memory_needed(7e9, layers=32, width=4096, context=4096)
    assert result.inference["weights"] == 14_000_000_000
    assert result.inference["cache"] == 2 * 32 * 4096 * 4096 * 2  # keys and values, float16
    assert result.training["gradients"] == 14_000_000_000
    assert result.training["optimizer"] == 28_000_000_000
    assert result.training["activations"] == 16 * 32 * 4096 * 4096 * 2
    assert result.inference_bytes == sum(result.inference.values())


def test_fewer_bits_shrink_the_weights_and_not_the_cache():
    half, small = (memory_needed(7e9, dtype=dtype, layers=32, width=4096, batch=8) for dtype in ("float16", "int4"))
    assert small.inference["weights"] == 7e9 * 4.5 / 8  # 64 weights of 4 bits and a scale of 32
    assert small.inference["cache"] == half.inference["cache"]
    assert small.inference_bytes > half.inference_bytes / 2
    assert small.training == {}
    assert small.training_bytes == 0
    assert "whole numbers do not learn" in str(small)


def test_one_number_fits_no_context():
    # "2.5 to 3 bytes a parameter" knows nothing of the texts: too much for few of them, too little for many.
    few, many = (memory_needed(7e9, layers=32, width=4096, context=4096, batch=batch) for batch in (1, 16))
    assert few.inference_bytes < 2.5 * 7e9
    assert many.inference_bytes > 3 * 7e9


@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_weights_gradients_and_optimizer_beside_real_tensors(optimizer, dtype):
    model = nn.Sequential(nn.Linear(7, 20), nn.ReLU(), nn.Linear(20, 3)).to(getattr(torch, dtype))
    parameters = list(model.parameters())
    step = OPTIMIZERS[optimizer](parameters)
    model(torch.ones(4, 7, dtype=getattr(torch, dtype))).sum().backward()
    step.step()
    counted = memory_needed(sum(p.numel() for p in parameters), dtype=dtype, optimizer=optimizer).training
    assert counted["weights"] == sum(p.nbytes for p in parameters)
    assert counted["gradients"] == sum(p.grad.nbytes for p in parameters)
    # Its count of steps, one number for each tensor and not for each weight, is left out.
    states = [tensor for state in step.state.values() for name, tensor in state.items() if name != "step"]
    assert counted["optimizer"] == sum(tensor.nbytes for tensor in states if tensor is not None)


def test_every_optimizer_of_torch_was_tried():
    assert set(STATES) - set(OPTIMIZERS) == {"lion"}  # torch has none


def test_cache_beside_a_real_one():
    transformers = pytest.importorskip("transformers")
    config = transformers.LlamaConfig(
        vocab_size=11, hidden_size=24, intermediate_size=32, num_hidden_layers=3, num_attention_heads=6,
        num_key_value_heads=2, max_position_embeddings=64,
    )  # fmt: skip
    model = transformers.LlamaForCausalLM(config)
    with torch.no_grad():
        cache = model(torch.zeros(5, 17, dtype=torch.long), use_cache=True).past_key_values
    real = sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)
    shape = {"batch": 5, "context": 17, "layers": 3, "width": 24, "kv_width": 2 * 24 // 6}
    assert memory_needed(1, dtype="float32", **shape).inference["cache"] == real


class Block(nn.Module):
    """A layer of a transformer as the activations are counted for."""

    def __init__(self, width, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.project = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.grow, self.shrink = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (t.view(B, T, self.n_heads, -1).transpose(1, 2) for t in self.qkv(self.norm1(x)).chunk(3, dim=-1))
        seen = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)  # does not store its scores
        x = x + self.project(seen.transpose(1, 2).reshape(B, T, C))
        return x + self.shrink(nn.functional.gelu(self.grow(self.norm2(x))))


def test_activations_beside_what_autograd_keeps():
    kept = {}
    layers, width, batch, context = 3, 64, 2, 50
    model = nn.Sequential(*[Block(width, 4) for _ in range(layers)])
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)  # holding the tensor keeps its address its own
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(torch.randn(batch, context, width))
    shape = {"batch": batch, "context": context, "layers": layers, "width": width}
    counted = memory_needed(1, dtype="float32", **shape).training["activations"]
    assert sum(size for size, _ in kept.values()) == pytest.approx(counted, rel=0.07)


def test_without_a_shape():
    result = memory_needed(1000)
    assert result.inference == {"weights": 2000, "activations": 0, "cache": 0}
    assert "not counted, give `layers` and `width`" in str(result)


def test_figure():
    result = memory_needed(124e6, layers=12, width=768)
    left, right = result.plot().axes
    assert [label.get_text() for label in left.get_yticklabels()] == list(BITS)
    assert [label.get_text() for label in right.get_yticklabels()] == ["float64", "float32", "bfloat16", "float16"]
    assert "<img" in result._repr_html_()
    assert "activations and cache" not in str(result)


CASES = {
    "no parameters": (lambda: memory_needed(0), ValueError, ["`n_parameters`", "from 1 to", "got 0", "7e9"]),
    "1e30 parameters": (lambda: memory_needed(1e30), ValueError, ["`n_parameters`", "1000000000000000"]),
    "half a parameter": (lambda: memory_needed(0.5), TypeError, ["`n_parameters`", "got 0.5"]),
    "NaN": (lambda: memory_needed(float("nan")), TypeError, ["`n_parameters`", "got nan"]),
    "in words": (lambda: memory_needed("7B"), TypeError, ["`n_parameters`", "'7B'", "Write 7e9"]),
    "unknown type": (lambda: memory_needed(7e9, dtype="fp16"), ValueError, ["`dtype`", "got 'fp16'", "float16"]),
    "a torch type": (lambda: memory_needed(7e9, dtype=torch.float16), TypeError, ["`dtype`", "'float64'"]),
    "unknown optimizer": (
        lambda: memory_needed(7e9, optimizer="adamm"), ValueError, ["`optimizer`", "Did you mean 'adam'?"],
    ),
    "no texts": (lambda: memory_needed(7e9, batch=0), ValueError, ["`batch`", "from 1"]),
    "negative context": (lambda: memory_needed(7e9, context=-5), ValueError, ["`context`", "got -5"]),
    "layers without width": (lambda: memory_needed(7e9, layers=3), ValueError, ["`width`", "together", "Give both"]),
    "width without layers": (lambda: memory_needed(7e9, width=3), ValueError, ["`layers`", "together"]),
    "keys without width": (lambda: memory_needed(7e9, kv_width=3), ValueError, ["`kv_width`", "together"]),
    "keys wider than all": (
        lambda: memory_needed(7e9, layers=1, width=8, kv_width=9), ValueError, ["`kv_width`", "from 1 to 8"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name):
    call, error, fragments = CASES[name]
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
