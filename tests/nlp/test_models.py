import json
import os
import pickle
import re
import shutil

import pytest
from safetensors.torch import load_file, save_file

from ailiteracy.nlp import _models as models
from ailiteracy.nlp import answer, embed

QUESTION, TEXT = "Who is the father of Ada?", "Lord Byron was the father of Ada Lovelace."


@pytest.fixture
def copied(byron_model, tmp_path):
    return shutil.copytree(byron_model, tmp_path / "copy")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """An empty Hugging Face cache."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_missing_folder(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"`model` names the folder .*nowhere.* which does not exist\. Check the path"
    ):
        answer(QUESTION, TEXT, model=tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"names the folder './qa-model', which does not exist"):
        answer(QUESTION, TEXT, model="./qa-model")


def test_file_in_place_of_a_folder(byron_model):
    with pytest.raises(FileNotFoundError, match=r"`model` must be a folder, got the file .*config\.json"):
        answer(QUESTION, TEXT, model=byron_model / "config.json")


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (["config.json"], r"lacks the settings: no config\.json"),
        (["model.safetensors"], r"lacks the weights: no model\.safetensors or pytorch_model\.bin"),
        (["tokenizer.json", "vocab.txt"], r"lacks the tokenizer: no tokenizer\.json or vocab\.txt"),
    ],
)
def test_missing_file_is_named(copied, gone, words):
    for name in gone:
        (copied / name).unlink()
    with pytest.raises(FileNotFoundError, match=words):
        answer(QUESTION, TEXT, model=copied)


def in_parts(folder):
    """Put the weights of a folder into two files and an index."""
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names, places = sorted(weights), {}
    for k, half in enumerate((names[::2], names[1::2])):
        save_file({name: weights[name] for name in half}, folder / f"model-{k}.safetensors", metadata={"format": "pt"})
        places |= dict.fromkeys(half, f"model-{k}.safetensors")
    index = {"metadata": {}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def test_missing_part_of_the_weights_is_named(copied):
    in_parts(copied)
    assert answer(QUESTION, TEXT, model=copied).text == "Lord Byron"
    (copied / "model-1.safetensors").rename(copied.parent / "model-1.safetensors")  # there, but outside the folder
    for place in ("model-1.safetensors", "../model-1.safetensors"):
        index = (copied / "model.safetensors.index.json").read_text().replace("model-1.safetensors", place)
        (copied / "model.safetensors.index.json").write_text(index)
        with pytest.raises(FileNotFoundError, match=rf"lacks a part of the weights: no {re.escape(place)}\. Copy it"):
            answer(QUESTION, TEXT, model=copied)


@pytest.mark.parametrize("index", ["{", "[]", '{"weight_map": {"a": 5}}', "[" * 200_000])
def test_damaged_index_is_named(copied, index):
    (copied / "model.safetensors").rename(copied / "model-0.safetensors")
    (copied / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ValueError, match=r"model\.safetensors\.index\.json' is damaged\. Fetch it again"):
        answer(QUESTION, TEXT, model=copied)


def test_vocabulary_of_byte_pairs_without_its_merges(copied):
    for name in ("tokenizer.json", "vocab.txt"):
        (copied / name).unlink(missing_ok=True)
    (copied / "vocab.json").write_text("{}")
    with pytest.raises(FileNotFoundError, match=r"lacks a part of the tokenizer: no merges\.txt\. Copy it"):
        answer(QUESTION, TEXT, model=copied)


def test_older_folder_with_a_word_list_only(copied):
    (copied / "tokenizer.json").unlink()
    assert answer(QUESTION, TEXT, model=copied).text == "Lord Byron"


def test_truncated_weights(copied):
    data = (copied / "model.safetensors").read_bytes()
    (copied / "model.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(ValueError, match=r"cannot be loaded .*model\.safetensors.*fetch them again"):
        answer(QUESTION, TEXT, model=copied)


def test_settings_that_are_not_json(copied):
    (copied / "config.json").write_text("{ not json")
    with pytest.raises(
        ValueError, match=r"cannot be loaded .*model\.safetensors, tokenizer\.json.*config\.json is dama"
    ):
        answer(QUESTION, TEXT, model=copied)


def edit(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "content", "cause"),
    [
        ("config.json", {"num_attention_heads": 0}, "ZeroDivisionError"),
        ("config.json", {"hidden_size": "x"}, "expected int, got str"),
        ("config.json", {"dtype": "floa"}, "AttributeError: .*floa"),
        ("config.json", {"pad_token_id": 99999}, "AssertionError: Padding_idx"),
        ("config.json", "[" * 200_000, "RecursionError"),
        ("tokenizer.json", {"model": {"type": "WordPeace", "vocab": {}}}, "did not match"),
        ("tokenizer_config.json", "[]", "'list' object"),
        ("special_tokens_map.json", "[]", "'list' object"),
        ("tokenizer_config.json", {"model_max_length": "x"}, "`model_max_length` must be .* >= 3, got 'x'"),
        ("tokenizer_config.json", {"model_max_length": -1}, "`model_max_length` must be .* >= 3, got -1"),
    ],
)
def test_whatever_a_damaged_file_raises_is_put_into_words(random_model, tmp_path, file, content, cause):
    folder = shutil.copytree(random_model, tmp_path / "copy")
    if isinstance(content, dict):
        edit(folder / file, **content)
    else:
        (folder / file).write_text(content)
    for call in (lambda: answer(QUESTION, TEXT, model=folder), lambda: embed(["x"], model=folder)):
        with pytest.raises(ValueError, match=rf"cannot be loaded .*{cause}.* The file .*{file}.*: fetch them again"):
            call()


@pytest.mark.parametrize("n_layers", [1, 0, -1])
def test_half_a_model_is_refused(save_model, tmp_path, n_layers):
    folder = save_model(tmp_path / "m", words=["who", "lord", "byron"], layers=2)
    edit(folder / "config.json", num_hidden_layers=n_layers)
    words = rf"layer\.{max(n_layers, 0)}\..*config\.json and model\.safetensors must belong together\. Fetch both again"
    for call in (lambda: answer(QUESTION, TEXT, model=folder), lambda: embed(["x"], model=folder)):
        with pytest.raises(ValueError, match=words):
            call()


def test_settings_of_another_kind_of_model(copied):
    (copied / "config.json").write_text(json.dumps({"model_type": "vit"}))
    with pytest.raises(ValueError, match=r"cannot be loaded .*not for question answering"):
        answer(QUESTION, TEXT, model=copied)


def test_model_without_a_head(copied):
    from transformers import AutoModel

    model = AutoModel.from_pretrained(copied, add_pooling_layer=False)
    model.save_pretrained(copied)
    with pytest.raises(
        ValueError, match=r"no trained question-answering head: its file lacks .*qa_outputs.*model='builtin'"
    ):
        answer(QUESTION, TEXT, model=copied)


@pytest.mark.realdata
def test_sentence_encoder_has_no_head(real_data):
    with pytest.raises(ValueError, match=r"no trained question-answering head"):
        answer(QUESTION, TEXT, model=real_data / "minilm")


def test_pickle_weights_hold_numbers(save_model, tmp_path):
    words = ["who", "lord", "byron"]
    folder = save_model(tmp_path / "m", words=words, start_word="lord", end_word="byron", safe=False)
    assert not (folder / "model.safetensors").exists()
    assert answer("who", "who Lord Byron", model=folder).text == "Lord Byron"


def test_pickle_that_runs_code_is_refused(copied, tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    (copied / "model.safetensors").unlink()
    (copied / "pytorch_model.bin").write_bytes(pickle.dumps({"qa_outputs.bias": Trap()}, protocol=2))
    words = r"be loaded: pytorch_model\.bin asks to run code \(\w+\.mkdir\) .* refused\. Use .*model\.safetensors"
    with pytest.raises(ValueError, match=words):
        answer(QUESTION, TEXT, model=copied)
    assert not (tmp_path / "sprung").exists()
    (copied / "pytorch_model.bin").write_bytes(b"no pickle")  # damaged, and no code
    with pytest.raises(ValueError, match=r"The file pytorch_model\.bin, .* is damaged .*: fetch them again"):
        answer(QUESTION, TEXT, model=copied)


def test_safe_weights_come_first(copied, tmp_path):
    (copied / "pytorch_model.bin").write_bytes(b"not a model")
    assert answer(QUESTION, TEXT, model=copied).text == "Lord Byron"


def test_changed_folder_is_loaded_again(copied, save_model, tmp_path):
    assert answer(QUESTION, TEXT, model=copied).text == "Lord Byron"
    other = save_model(
        tmp_path / "other", words=["who", "lord", "byron", "the", "father"], start_word="the", end_word="father"
    )
    for file in other.iterdir():
        shutil.copy(file, copied / file.name)
    assert answer(QUESTION, TEXT, model=copied).text == "the father"


def test_hub_id_is_not_fetched_unasked(hub):
    words = r"'owner/some-model' is neither a folder here nor in the .* cache .*download=True.*By hand: put config"
    with pytest.raises(FileNotFoundError, match=words):
        answer(QUESTION, TEXT, model="owner/some-model")
    assert not hub.exists()


def test_hub_id_without_network(hub, monkeypatch):
    import huggingface_hub

    def offline(*args, **kwargs):
        raise huggingface_hub.errors.LocalEntryNotFoundError(
            "An error happened while trying to locate the files on the Hub"
        )

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(
        FileNotFoundError,
        match=r"could not be fetched from the Hugging Face hub: An error .*mirror=.*By hand: put config",
    ):
        answer(QUESTION, TEXT, model="owner/some-model", download=True)
    with pytest.raises(FileNotFoundError, match=r"could not be fetched from http://127\.0\.0\.1:9"):
        answer(QUESTION, TEXT, model="owner/some-model", download=True, mirror="http://127.0.0.1:9")


@pytest.mark.parametrize("mirror", ["hub.example.org", "ftp://hub.example.org", "https://"])
def test_mirror_that_is_no_address(hub, mirror):
    with pytest.raises(ValueError, match=r"`mirror` must be an address that starts with http:// or https://, got '"):
        answer(QUESTION, TEXT, model="owner/some-model", download=True, mirror=mirror)


def test_files_to_fetch_by_hand_are_those_of_the_mirror(hub, monkeypatch):
    import huggingface_hub

    def broken(*args, **kwargs):
        raise huggingface_hub.errors.OfflineModeIsEnabled("Cannot reach the hub: offline mode is enabled.")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", broken)
    words = (
        r"offline mode is enabled.*By hand: put config\.json, .* from https://m\.example/owner/some-model into a folder"
    )
    with pytest.raises(FileNotFoundError, match=words):
        answer(QUESTION, TEXT, model="owner/some-model", download=True, mirror="https://m.example/")


@pytest.mark.parametrize("progress", [True, False])
def test_bars_of_the_download(hub, byron_model, monkeypatch, progress):
    import huggingface_hub
    from huggingface_hub.utils import are_progress_bars_disabled

    seen = []

    def fetch(name, allow_patterns, endpoint):
        seen.append(are_progress_bars_disabled())
        return str(byron_model)

    before = are_progress_bars_disabled()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    answer(QUESTION, TEXT, model="owner/some-model", download=True, progress=progress)
    assert seen == [before or not progress]
    assert are_progress_bars_disabled() == before


def test_download_takes_safe_weights_and_the_mirror(hub, byron_model, monkeypatch):
    import huggingface_hub

    asked = []

    def fetch(name, allow_patterns, endpoint):
        asked.append((name, endpoint, any("bin" in pattern for pattern in allow_patterns)))
        return str(byron_model)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    found = answer(QUESTION, TEXT, model="owner/some-model", download=True, mirror="https://mirror.example")
    assert found.text == "Lord Byron"
    assert asked == [("owner/some-model", "https://mirror.example", False)]


def put_in_cache(hub, name, folder):
    return shutil.copytree(folder, hub / ("models--" + name.replace("/", "--")) / "snapshots" / "0123abc")


def test_hub_id_in_the_cache_is_used(hub, byron_model):
    put_in_cache(hub, "owner/some-model", byron_model)
    found = answer(QUESTION, TEXT, model="owner/some-model")
    assert (found.text, found.reader) == ("Lord Byron", "neural model owner/some-model")


def test_auto_takes_a_cached_model_of_the_language(hub, byron_model, caplog):
    folder = put_in_cache(hub, models.KNOWN_MODELS["english"][0], byron_model)
    assert answer(QUESTION, TEXT).reader == "neural model deepset/roberta-base-squad2"
    assert answer("谁是人工智能之父？", "艾伦·图灵是人工智能之父。").reader.startswith("built-in")
    in_parts(folder)
    assert answer(QUESTION, TEXT).reader == "neural model deepset/roberta-base-squad2"
    (folder / "model-1.safetensors").unlink()  # a download that broke off is no model
    assert answer(QUESTION, TEXT).reader.startswith("built-in")


def test_cache_follows_the_variables(monkeypatch, tmp_path):
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.delenv("HUGGINGFACE_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    assert models._hub_cache() == tmp_path / "home" / "hub"
    monkeypatch.setenv("HUGGINGFACE_HUB_CACHE", str(tmp_path / "older"))
    assert models._hub_cache() == tmp_path / "older"
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "newer"))
    assert models._hub_cache() == tmp_path / "newer"


def test_loading_leaves_the_notices_of_transformers_as_found(byron_model):
    from transformers.utils import logging

    models._load.cache_clear()
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    answer(QUESTION, TEXT, model=byron_model)
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == (level, bars)
