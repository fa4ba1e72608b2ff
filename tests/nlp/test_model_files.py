import json

import pytest

from ailiteracy.nlp._model_files import index_parts, is_file_in, is_whole, lacking

INDEX = "model.safetensors.index.json"
PARTS = json.dumps({"weight_map": {"a": "model-2.safetensors", "b": "model-1.safetensors", "c": "model-2.safetensors"}})


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ([], "the settings: no config.json"),
        (["config.json"], "the weights: no model.safetensors or pytorch_model.bin"),
        (["config.json", "pytorch_model.bin"], "the tokenizer: no tokenizer.json or vocab.txt"),
        (["config.json", "model.safetensors", "vocab.json"], "a part of the tokenizer: no merges.txt"),
        (["config.json", "model.safetensors", "vocab.json", "merges.txt"], None),
        (["config.json", "model.safetensors", "vocab.json", "tokenizer.json"], None),
        (["config.json", INDEX, "tokenizer.json"], "a part of the weights: no model-1.safetensors"),
        (["config.json", INDEX, "model-1.safetensors", "vocab.txt"], "a part of the weights: no model-2.safetensors"),
        (["config.json", INDEX, "model-1.safetensors", "model-2.safetensors", "vocab.txt"], None),
        (["config.json", INDEX, "model.safetensors", "vocab.txt"], None),  # the index is not read
        (["config.json", "pytorch_model.bin.index.json", "vocab.txt"], "a part of the weights: no model-1.safetensors"),
    ],
)
def test_what_a_folder_lacks(tmp_path, files, what):
    for name in files:
        (tmp_path / name).write_text(PARTS if "index" in name else "")
    assert lacking(tmp_path) == what
    assert is_whole(tmp_path) is (what is None)


def test_parts_are_named_once(tmp_path):
    (tmp_path / INDEX).write_text(PARTS)
    assert index_parts(tmp_path / INDEX) == ["model-1.safetensors", "model-2.safetensors"]


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"weight_map": 3}', '{"weight_map": {"a": null}}', "[" * 200_000, "\udcff"]
)
def test_a_damaged_index_is_told(tmp_path, text):
    for name in ("config.json", "vocab.txt"):
        (tmp_path / name).touch()
    (tmp_path / INDEX).write_bytes(text.encode(errors="surrogateescape"))
    for call in (lambda: index_parts(tmp_path / INDEX), lambda: lacking(tmp_path)):
        with pytest.raises(ValueError, match=r"index\.json' is damaged\. Fetch it again\."):
            call()
    assert not is_whole(tmp_path)


def test_a_part_stays_in_its_folder(tmp_path):
    (tmp_path / "outside").touch()
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "inside").touch()
    assert [is_file_in(folder, name) for name in ("inside", "../outside", "./inside", "gone", "")] == [
        True, False, False, False, False,
    ]  # fmt: skip
