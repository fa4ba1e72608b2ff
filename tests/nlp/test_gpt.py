import dataclasses
import pathlib

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from ailiteracy.nlp import GPT, GPTConfig

TINY = GPTConfig(vocab_size=17, context_length=6, width=8, n_heads=2, n_layers=2, dropout=0.1)


@pytest.mark.parametrize(
    ("size", "untied_no_bias", "tied_no_bias", "published"),
    [
        ("small", 163_009_536, 124_412_160, 124_439_808),
        ("medium", 406_212_608, 354_749_440, 354_823_168),
        ("large", 838_220_800, 773_891_840, 774_030_080),
        ("xl", 1_637_792_000, 1_557_380_800, 1_557_611_200),
    ],
)
def test_parameter_counts_of_gpt2(size, untied_no_bias, tied_no_bias, published):
    config = GPTConfig.gpt2(size)
    with torch.device("meta"):
        counts = [
            GPT(dataclasses.replace(config, tied=tied, qkv_bias=bias)).n_parameters
            for tied, bias in ((False, False), (True, False), (True, True))
        ]
    assert counts == [untied_no_bias, tied_no_bias, published]


def test_first_logits_are_close_to_no_opinion():
    model = GPT(dataclasses.replace(TINY, dropout=0.0), seed=0)
    logits = model(torch.arange(6)[None])
    assert logits.shape == (1, 6, 17)
    assert logits.softmax(-1).max() < 2 / 17


def test_seed_names_the_weights_and_leaves_chance_as_found():
    before = torch.random.get_rng_state()
    first, again, other = GPT(TINY, seed=1), GPT(TINY, seed=1), GPT(TINY, seed=2)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(first.head.weight, again.head.weight)
    assert not torch.equal(first.head.weight, other.head.weight)


def test_tied_matrices_are_one():
    model = GPT(TINY)
    assert model.head.weight is model.token_vectors.weight
    untied = GPT(dataclasses.replace(TINY, tied=False))
    assert untied.head.weight is not untied.token_vectors.weight
    assert untied.n_parameters - model.n_parameters == 17 * 8


def test_later_tokens_change_no_earlier_logits():
    model = GPT(TINY, seed=0).eval()
    ids = torch.tensor([[1, 2, 3, 4, 5, 6]])
    other = ids.clone()
    other[0, 3] = 16
    same = (model(ids) == model(other)).all(dim=-1)[0]
    assert same.tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize("pieces", [[6], [1] * 6, [2, 3, 1]])
def test_logits_with_a_cache(pieces):
    model = GPT(TINY, seed=0).eval()
    ids = torch.tensor([[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]])
    cache = model.new_cache()
    parts = [model(piece, cache) for piece in ids.split(pieces, dim=1)]
    torch.testing.assert_close(torch.cat(parts, dim=1), model(ids), atol=1e-6, rtol=1e-5)


def test_features_of_more_tokens_than_the_window():
    model, ids = GPT(TINY, seed=0), torch.zeros(1, 9, dtype=torch.long)
    words = r"`ids` must be at most 6 tokens, the model's window, got .*ids\[:, -6:\]"
    for call in (model, model.features):
        with pytest.raises(ValueError, match=words):
            call(ids)
    cache = model.new_cache(6)
    model.features(ids[:, :4], cache)
    with pytest.raises(ValueError, match="at most 2 tokens"):
        model.features(ids[:, :3], cache)


def test_learns_to_count():
    # 0 1 2 ... 15 0 1 ...: after a few steps the next number is certain.
    model = GPT(dataclasses.replace(TINY, dropout=0.0), seed=0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    chance = torch.Generator().manual_seed(0)
    for _ in range(120):
        starts = torch.randint(0, 16, (16, 1), generator=chance)
        text = (starts + torch.arange(7)) % 16
        loss = torch.nn.functional.cross_entropy(model(text[:, :-1]).flatten(0, 1), text[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1
    assert model(torch.tensor([[14, 15, 0]])).argmax(-1).tolist() == [[15, 0, 1]]


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize(("width", "heads", "layers"), [(8, 1, 1), (12, 3, 2), (32, 4, 3)])
def test_logits_are_those_of_transformers(tmp_path, width, heads, layers, tied):
    sizes = {"n_embd": width, "n_head": heads, "n_layer": layers, "vocab_size": 50, "n_positions": 16}
    theirs = noisy(GPT2LMHeadModel(GPT2Config(**sizes, tie_word_embeddings=tied)))
    theirs.save_pretrained(tmp_path)
    ours = GPT.from_pretrained(tmp_path)
    assert ours.config.tied is tied
    ids = torch.randint(0, 50, (3, 16), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = theirs(ids).logits
        assert expected.std() > 0.1
        torch.testing.assert_close(ours(ids), expected, atol=1e-4, rtol=0)
    assert ours.n_parameters == theirs.num_parameters()


@pytest.mark.slow
@pytest.mark.parametrize("size", ["small", "medium", "large", "xl"])
def test_logits_of_full_sizes(tmp_path, size):
    config = GPTConfig.gpt2(size)
    with torch.device("meta"):
        n_bytes = 4 * GPT(config).n_parameters
    if free_memory() < 1.5 * n_bytes + 1e9:
        pytest.skip(f"one model at a time takes {n_bytes / 1e9:.1f} GB and room to save it")
    sizes = {"n_embd": config.width, "n_head": config.n_heads, "n_layer": config.n_layers}
    theirs, ids = noisy(GPT2LMHeadModel(GPT2Config(**sizes)), spread=0.002), torch.randint(0, 50257, (1, 64))
    with torch.no_grad():
        expected = theirs(ids).logits
        theirs.save_pretrained(tmp_path)
        del theirs
        torch.testing.assert_close(GPT.from_pretrained(tmp_path)(ids), expected, atol=1e-4, rtol=0)
    for file in tmp_path.iterdir():
        file.unlink()  # pytest keeps the folders of several runs


def free_memory():
    """Return the bytes that a new program can have; without limit where the system does not say."""
    try:
        rows = dict(line.split(":") for line in pathlib.Path("/proc/meminfo").read_text().splitlines())
        return int(rows["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError):
        return float("inf")


def noisy(model, spread=0.1):
    """Make biases and normalisations differ from 0 and 1, so that a forgotten one is noticed."""
    chance = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(spread * torch.randn(weight.shape, generator=chance))
    return model.eval()


MODEL = GPT(TINY, seed=0)
CASES = [
    (lambda: GPTConfig(width=10, n_heads=3), ValueError, ["`n_heads` must be a divisor of the width 10"]),
    (lambda: GPTConfig(vocab_size=0), ValueError, ["`vocab_size` must be an integer >= 1, got 0"]),
    (lambda: GPTConfig(context_length=8.0), TypeError, ["`context_length`", "got 8.0"]),
    (lambda: GPTConfig(dropout=1.0), ValueError, ["`dropout` must be below 1"]),
    (lambda: GPTConfig(tied=1), TypeError, ["`tied` must be True or False"]),
    (lambda: GPTConfig.gpt2("smal"), ValueError, ["`size` must be one of", "Did you mean 'small'?"]),
    (lambda: GPT("small"), TypeError, ["`config` must be a GPTConfig", "GPTConfig.gpt2('small')"]),
    (lambda: GPT(TINY, seed=-1), ValueError, ["`seed` must be an integer"]),
    (lambda: MODEL([[1, 2]]), TypeError, ["`ids` must be a tensor of whole numbers"]),
    (lambda: MODEL(torch.tensor([[1.0]])), TypeError, ["`ids` must be a tensor of whole numbers", "float32"]),
    (lambda: MODEL(torch.tensor([1, 2])), ValueError, ["of shape (batch, tokens)", "ids[None]"]),
    (lambda: MODEL(torch.zeros(1, 0, dtype=torch.long)), ValueError, ["not empty"]),
    (lambda: MODEL(torch.tensor([[1, 17]])), ValueError, ["`ids` must be from 0 to 16", "got 17", "own tokenizer"]),
    (lambda: MODEL(torch.tensor([[1, -3]])), ValueError, ["`ids` must be from 0 to 16", "got -3"]),
    (lambda: MODEL(torch.zeros(1, 7, dtype=torch.long)), ValueError, ["at most 6 tokens", "ids[:, -6:]", "generate"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "fragments"), CASES)
def test_bad_input(call, error, fragments):
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)


def test_full_cache_is_said():
    cache = MODEL.new_cache()
    MODEL(torch.zeros(1, 6, dtype=torch.long), cache)
    with pytest.raises(ValueError, match="at most 0 tokens, the model's window"):
        MODEL(torch.zeros(1, 1, dtype=torch.long), cache)
