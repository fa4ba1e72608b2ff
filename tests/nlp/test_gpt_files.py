import json
import os
import pickle
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2Config, GPT2LMHeadModel

from ailiteracy.nlp import GPT

IDS = torch.tensor([[1, 2, 3, 4]])


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with a tiny GPT-2 as Hugging Face saves it."""
    folder = tmp_path_factory.mktemp("gpt2")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = GPT2Config(vocab_size=20, n_positions=8, n_embd=8, n_head=2, n_layer=2, initializer_range=0.3)
        GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


@pytest.fixture
def copied(published, tmp_path):
    return shutil.copytree(published, tmp_path / "copy")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """An empty Hugging Face cache."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def edit_config(folder, **changes):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def edit_weights(folder, edit):
    weights = load_file(folder / "model.safetensors")
    save_file(edit(weights), folder / "model.safetensors")


def expected(folder):
    with torch.no_grad():
        return GPT2LMHeadModel.from_pretrained(folder).eval()(IDS).logits


def logits(folder, **options):
    with torch.no_grad():
        return GPT.from_pretrained(folder, **options)(IDS)


def test_conv1d_is_transposed(published):
    weights = load_file(published / "model.safetensors")
    block = GPT.from_pretrained(published).blocks[1]
    assert torch.equal(block.attention.qkv.weight, weights["transformer.h.1.attn.c_attn.weight"].T)
    assert torch.equal(block.feed_forward.narrow.weight, weights["transformer.h.1.mlp.c_proj.weight"].T)
    assert not block.training


def test_folder_of_a_training_of_ones_own(tmp_path):
    from ailiteracy.nlp import GPTConfig
    from ailiteracy.training import load_weights
    from ailiteracy.training.checkpoint import save_checkpoint

    config = GPTConfig(20, 8, 8, 2, 1)
    folder = save_checkpoint(tmp_path / "own", GPT(config, seed=0), {})
    words = r"holds a training of your own \(model\.json\).*training\.load_weights\(GPT\(config\), folder\)"
    with pytest.raises(ValueError, match=words):
        GPT.from_pretrained(folder)
    assert torch.equal(load_weights(GPT(config), folder).norm.weight, GPT(config, seed=0).norm.weight)


def test_openai_names_and_masks(copied):
    # The first published file has no "transformer." before its names, and holds the masks.
    def older(weights):
        weights = {name.removeprefix("transformer."): tensor for name, tensor in weights.items()}
        weights["h.0.attn.bias"] = torch.ones(1, 1, 8, 8).tril()
        weights["h.0.attn.masked_bias"] = torch.tensor(-1e4)
        weights.pop("lm_head.weight", None)
        return weights

    wanted = expected(copied)
    edit_weights(copied, older)
    torch.testing.assert_close(logits(copied), wanted, atol=1e-4, rtol=0)


def test_half_precision_becomes_float32(copied):
    wanted = expected(copied)
    edit_weights(copied, lambda weights: {name: tensor.half() for name, tensor in weights.items()})
    found = logits(str(copied))
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, wanted, atol=1e-2, rtol=0)


def test_weights_in_parts(copied):
    weights = load_file(copied / "model.safetensors")
    (copied / "model.safetensors").unlink()
    names = sorted(weights)
    places = {}
    for k, half in enumerate((names[::2], names[1::2])):
        save_file({name: weights[name] for name in half}, copied / f"model-{k}.safetensors")
        places |= dict.fromkeys(half, f"model-{k}.safetensors")
    index = copied / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": places}))
    found = logits(copied)
    (copied / "model-1.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks a part of the weights: no model-1\.safetensors"):
        GPT.from_pretrained(copied)
    save_file(weights, copied / "model.safetensors")
    torch.testing.assert_close(found, logits(copied), atol=0, rtol=0)
    (copied / "model.safetensors").rename(copied.parent / "other.safetensors")  # there, but outside the folder
    index.write_text(json.dumps({"weight_map": {"wte.weight": "../other.safetensors"}}))
    with pytest.raises(FileNotFoundError, match=r"no \.\./other\.safetensors"):
        GPT.from_pretrained(copied)
    for damaged in ("[]", '{"weight_map": {"wte.weight": 5}}', '{"weight_map": {"wte.weight": null}}', "[" * 200_000):
        index.write_text(damaged)
        with pytest.raises(ValueError, match=r"index\.json' is damaged\. Fetch it again"):
            GPT.from_pretrained(copied)


@pytest.mark.parametrize(
    ("gone", "words"),
    [("config.json", r"lacks the settings: no config\.json"), ("model.safetensors", r"the weights: no model\.safeten")],
)
def test_missing_file_is_named(copied, gone, words):
    (copied / gone).unlink()
    with pytest.raises(FileNotFoundError, match=words):
        GPT.from_pretrained(copied)


def test_missing_folder(tmp_path, copied):
    with pytest.raises(FileNotFoundError, match=r"names the folder .*nowhere.* which does not exist\. Check the path"):
        GPT.from_pretrained(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"must be a folder, got the file .*Pass its folder"):
        GPT.from_pretrained(copied / "model.safetensors")


def test_pickle_is_refused(copied, tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    (copied / "model.safetensors").unlink()
    (copied / "pytorch_model.bin").write_bytes(pickle.dumps({"wte.weight": Trap()}))
    with pytest.raises(ValueError, match=r"as a pickle \(pytorch_model\.bin\), which can run code.*model\.safetensors"):
        GPT.from_pretrained(copied)
    # A pickle under the name of safe weights is not read either.
    (copied / "pytorch_model.bin").rename(copied / "model.safetensors")
    with pytest.raises(ValueError, match=r"damaged or no safetensors file"):
        GPT.from_pretrained(copied)
    assert not (tmp_path / "sprung").exists()


def test_truncated_weights(copied):
    data = (copied / "model.safetensors").read_bytes()
    (copied / "model.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(ValueError, match=r"model\.safetensors' is damaged .*Fetch it again"):
        GPT.from_pretrained(copied)


def test_missing_weight_is_named(copied):
    edit_weights(copied, lambda weights: {k: v for k, v in weights.items() if "h.1.ln_2.bias" not in k})
    with pytest.raises(ValueError, match=r"1 of \d+ are missing, for example 'blocks\.1\.norm2\.bias'"):
        GPT.from_pretrained(copied)


def test_weights_of_another_size(copied):
    edit_config(copied, vocab_size=21)
    with pytest.raises(ValueError, match=r"`token_vectors\.weight` must be of shape \(21, 8\).*\(20, 8\)"):
        GPT.from_pretrained(copied)


def test_more_layers_than_the_settings_say(copied):
    edit_config(copied, n_layer=1)
    with pytest.raises(
        ValueError, match=r"'transformer\.h\.1\..*config\.json and model\.safetensors must belong together"
    ):
        GPT.from_pretrained(copied)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "bert"}, r"a model of type 'bert'\. Only GPT-2"),
        ({"activation_function": "relu"}, r"asks for \{'activation_function': 'relu'\}.* GPT-2 as published"),
        ({"n_inner": 5}, r"asks for \{'n_inner': 5\}"),
        ({"n_head": 3}, r"config\.json' does not describe a GPT-2: `n_heads` must be a divisor of the width 8"),
        (
            {"n_embd": None},
            r"config\.json' does not describe a GPT-2: `n_embd` must be an integer from 1 to .* got None",
        ),
        ({"n_layer": 2.0}, r"config\.json' does not describe a GPT-2: `n_layer` must be an integer"),
        (
            {"vocab_size": 2**70},
            r"config\.json' does not describe a GPT-2: `vocab_size` must be an integer from 1 to 1000",
        ),
        ({"n_embd": 2**62}, r"config\.json' does not describe a GPT-2: `n_embd` must be an integer from 1 to 1000000,"),
        ({"attn_pdrop": None}, r"config\.json' does not describe a GPT-2: `dropout` must be a finite number"),
    ],
)
def test_settings_of_another_model(copied, changes, words):
    edit_config(copied, **changes)
    with pytest.raises(ValueError, match=words):
        GPT.from_pretrained(copied)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{ not json", "is damaged"),
        ("[]", "is damaged"),
        ("[" * 200_000, r"config\.json' is damaged"),
        ('{"model_type": "gpt2"}', "lacks the entry 'vocab_size'"),
        ('{"model_type": "llama"}', "a model of type 'llama'"),
    ],
)
def test_damaged_settings(copied, text, words):
    (copied / "config.json").write_text(text)
    with pytest.raises(ValueError, match=words):
        GPT.from_pretrained(copied)


def test_hub_id_in_the_cache_is_used(hub, published):
    shutil.copytree(published, hub / "models--owner--gpt" / "snapshots" / "0123abc")
    (hub / "models--owner--gpt" / "snapshots" / "broken").mkdir()
    half = shutil.copytree(published, hub / "models--owner--gpt" / "snapshots" / "half")  # a part never came
    (half / "model.safetensors").rename(half / "model-0.safetensors")
    parts = {"wte.weight": "model-0.safetensors", "wpe.weight": "model-1.safetensors"}
    (half / "model.safetensors.index.json").write_text(json.dumps({"weight_map": parts}))
    torch.testing.assert_close(logits("owner/gpt"), expected(published), atol=1e-4, rtol=0)


def test_hub_id_is_not_fetched_unasked(hub):
    words = r"'owner/gpt' is neither a folder here nor in the .* cache .*download=True.*By hand: put config\.json and"
    with pytest.raises(FileNotFoundError, match=words):
        GPT.from_pretrained("owner/gpt")
    assert not hub.exists()


def test_hub_without_network(hub, monkeypatch):
    import huggingface_hub

    def offline(*args, **kwargs):
        raise huggingface_hub.errors.LocalEntryNotFoundError("cannot reach it.")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(FileNotFoundError, match=r"from the Hugging Face hub: cannot reach it\. .*mirror=.*By hand"):
        GPT.from_pretrained("owner/gpt", download=True)
    words = r"not be fetched from http://127\.0\.0\.1:9.*By hand: .* from http://127\.0\.0\.1:9/owner/gpt into a folder"
    with pytest.raises(FileNotFoundError, match=words):
        GPT.from_pretrained("owner/gpt", download=True, mirror="http://127.0.0.1:9")


def test_download_asks_for_safe_weights_only(hub, published, monkeypatch):
    import huggingface_hub

    asked = []

    def fetch(name, allow_patterns, endpoint):
        asked.append((name, endpoint, [pattern for pattern in allow_patterns if "bin" in pattern]))
        return str(published)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    found = logits("owner/gpt", download=True, mirror="https://mirror.example")
    torch.testing.assert_close(found, expected(published), atol=1e-4, rtol=0)
    assert asked == [("owner/gpt", "https://mirror.example", [])]


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        (7, TypeError, "`path_or_id` must be a path"),
        ("", ValueError, "`path_or_id` must be a path that is not empty"),
        ("a/b/c", FileNotFoundError, "names the folder 'a/b/c', which does not exist"),
    ],
)
def test_no_name(name, error, words):
    with pytest.raises(error, match=words):
        GPT.from_pretrained(name)
