import json
import logging
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.nlp import text_vectors
from ailiteracy.nlp.text_vectors import embed, mean_pooling

TEXTS = ["Lord Byron was a poet.", "the father of Ada", "x", "人工 x x x x Ada ?", "Lovelace, the poet, was the father"]


def by_the_formula(folder, texts):
    """The formula of sentence-transformers written out: mean over the mask, clamped, then length 1."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    batch = tokenizer(texts, padding=True, truncation=True, max_length=64, return_tensors="pt")
    with torch.no_grad():
        token_embeddings = model(**batch)[0]
    expanded = batch["attention_mask"].unsqueeze(-1).expand(token_embeddings.size()).float()
    mean = torch.sum(token_embeddings * expanded, 1) / torch.clamp(expanded.sum(1), min=1e-9)
    return torch.nn.functional.normalize(mean, p=2, dim=1).numpy()


# The built-in vectors.


def test_vectors_by_hand():
    text = "cat"
    boxes = text_vectors._boxes(text)
    import zlib

    expected = np.zeros(2048)
    for piece, count in {"cat": 3, "<ca": 1, "at>": 1}.items():  # the word twice, and once as its own middle
        code = zlib.crc32(piece.encode())
        expected[code % 2048] += count**0.5 * (1 if code >= 2**31 else -1)
    assert np.allclose(boxes, expected)


def test_what_is_alike_lies_close():
    cat, cats, nuts, chinese, also = embed(
        ["Egyptian cats", "The old Egyptian cat", "No nuts!", "我喜欢唐三彩", "唐三彩在哪里"]
    )
    assert cat @ cats > 0.5
    assert abs(cat @ nuts) < 0.2
    assert chinese @ also > 0.4
    car, automobile = embed(["a red car", "an automobile"])
    assert abs(car @ automobile) < 0.2  # spelling is all it knows


def test_words_of_every_sentence_count_for_nothing():
    first, second = embed(["Where is the cat?", "There was a cat with the"])
    assert first @ second > 0.9
    assert np.isfinite(embed(["where is it?", "?!", "的"])).all()


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_any_text_has_a_vector_of_length_1(text):
    first, second = embed([text, text])
    assert np.linalg.norm(first) == pytest.approx(1)
    assert np.array_equal(first, second)


def test_vectors_are_the_same_in_every_process():
    # Notes are kept with their vectors: these must not change from run to run or machine to machine.
    vector = embed(["Where are the cats of 埃及?"])[0]
    known = {658: 0.534522, 936: 0.377964, 1100: 0.377964, 1137: -0.377964, 1536: -0.377964, 1814: 0.377964}
    assert np.flatnonzero(vector).tolist() == list(known)
    assert vector[list(known)] == pytest.approx(list(known.values()), abs=1e-6)


def test_no_texts():
    assert embed([]).shape == (0, 2048)


def test_a_long_text():
    assert np.isfinite(embed(["ten words that come again and again in one text " * 4_000])).all()


# Neural vectors.


def test_mean_pooling_by_hand():
    import torch

    states = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [100.0, 100.0]], [[5.0, 6.0], [0.0, 0.0], [0.0, 0.0]]])
    mask = torch.tensor([[1, 1, 0], [1, 0, 0]])
    assert mean_pooling(states, mask).tolist() == [[2.0, 3.0], [5.0, 6.0]]
    assert mean_pooling(states, torch.zeros_like(mask)).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_equal_to_the_formula(random_model, monkeypatch):
    expected = by_the_formula(random_model, TEXTS)
    assert np.allclose(embed(TEXTS, model=random_model), expected, atol=1e-5)
    monkeypatch.setattr(text_vectors, "BATCH_TOKENS", 10)  # one text at a time: padding changes nothing
    assert np.allclose(embed(TEXTS, model=str(random_model)), expected, atol=1e-5)


def test_random_state_is_left_as_found(random_model):
    import torch

    torch.manual_seed(3)
    before = torch.get_rng_state()
    text_vectors._loaded.cache_clear()
    embed(["x"], model=random_model)
    assert torch.equal(torch.get_rng_state(), before)


def test_long_text_is_read_from_its_beginning(random_model, caplog):
    long, longer = "Ada was a poet . " * 30, "Ada was a poet . " * 30 + "x " * 500
    with caplog.at_level(logging.INFO):
        first, second = embed([long, longer], model=random_model)
    assert np.allclose(first, second, atol=1e-6)
    assert "2 texts reach 64 tokens; what stands behind is not read" in caplog.text


def test_length_that_the_authors_chose(random_model, tmp_path):
    folder = shutil.copytree(random_model, tmp_path / "copy")
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 4}')
    first, second = embed(["Ada was x", "Ada was a"], model=folder)  # [CLS] Ada was [SEP]
    assert np.allclose(first, second)
    for damaged in ('{"max_seq_length": "many"}', "[" * 200_000):
        (folder / "sentence_bert_config.json").write_text(damaged)
        with pytest.raises(ValueError, match=r"sentence_bert_config\.json is damaged\. Fetch it again"):
            embed(["x"], model=folder)


def test_half_a_character_does_not_stop_the_encoder(random_model):
    assert np.isfinite(embed(["Ada \ud800"], model=random_model)).all()


def test_damaged_folders(random_model, tmp_path):
    folder = shutil.copytree(random_model, tmp_path / "copy")
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:100])
    with pytest.raises(ValueError, match=r"cannot be loaded .*model\.safetensors"):
        embed(["x"], model=folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match="lacks the weights"):
        embed(["x"], model=folder)


@pytest.mark.realdata
def test_minilm_equals_the_formula(real_data):
    folder = real_data / "minilm"
    texts = ["A man is eating food.", "Someone eats.", "A cheetah chases its prey.", "艾伦·图灵是人工智能之父。"]
    vectors = embed(texts, model=folder)
    assert vectors.shape == (4, 384)
    assert np.allclose(vectors, by_the_formula(folder, texts), atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.6 > 0.3 > vectors[0] @ vectors[2]
    assert json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"] == 256


CASES = [
    (lambda: embed("one text"), TypeError, r"`texts` must be a list of texts, got 'one text'\. Put a single text into"),
    (lambda: embed(3), TypeError, "`texts` must be a list of texts"),
    (lambda: embed(["a", " "]), ValueError, r"`texts\[1\]` must be a text that is not blank"),
    (lambda: embed([None]), TypeError, r"`texts\[0\]` must be a text"),
    (lambda: embed(["a"], model=3), TypeError, "`model` must be a name or a folder"),
    (lambda: embed(["a"], model="biultin"), ValueError, "Did you mean 'builtin'"),
    (lambda: embed(["a"], model="no-such/model"), FileNotFoundError, "nothing is downloaded unless asked"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "words"), CASES)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
