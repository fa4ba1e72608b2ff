import json
import math
import shutil

import numpy as np
import pytest
import torch

from ailiteracy.nlp import GPT, BytePairTokenizer, CharacterTokenizer, GPTConfig, pretrain, text_loss

TEXT = "the cat sat on the mat and the dog sat on the cat. " * 12
SMALL = {"steps": 6, "looks": 3, "batch_size": 4, "device": "cpu", "progress": False}


def config(text=TEXT, window=16):
    return GPTConfig(CharacterTokenizer.train(text).vocab_size, window, 16, 2, 1, dropout=0.0)


def test_it_learns_what_a_text_repeats():
    result = pretrain(TEXT, model=config(), steps=120, looks=4, device="cpu", progress=False)
    assert result.validation_loss < 0.9 < math.log(result.model.config.vocab_size)
    assert result.train_losses[-1] < result.train_losses[0]
    assert result.steps.tolist() == [30, 60, 90, 120]
    assert "the" in result.write("the c", max_new_tokens=40, temperature=0)[5:]


def test_the_losses_are_means_over_tokens():
    result = pretrain(TEXT, model=config(), **SMALL)
    ids = torch.tensor(result.tokenizer.encode(TEXT))
    held_out = ids[len(ids) - round(len(ids) * 0.1) :]
    assert result.validation_loss == text_loss(result.model, held_out)
    assert result.perplexity == pytest.approx(math.exp(result.validation_loss))
    # The look takes full windows only; here they are few, so it takes them all.
    n = (len(held_out) - 1) // 16
    windows = held_out[: n * 16].view(n, 16), held_out[1 : n * 16 + 1].view(n, 16)
    with torch.no_grad():
        logits = result.model.eval()(windows[0])
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), windows[1].flatten())
    assert min(result.validation_losses) == pytest.approx(float(expected), rel=1e-5)


def test_same_seed_same_model_and_another_seed_another():
    first, again, other = (pretrain(TEXT, model=config(), seed=seed, **SMALL) for seed in (1, 1, 2))
    for name, weight in first.model.state_dict().items():
        assert torch.equal(weight, again.model.state_dict()[name])
    assert first.samples == again.samples
    assert not torch.equal(first.model.place_vectors.weight, other.model.place_vectors.weight)


def test_a_stopped_training_ends_with_the_same_weights_and_samples(tmp_path, monkeypatch):
    whole = pretrain(TEXT, model=config(), **SMALL)
    import ailiteracy.nlp.pretraining as module

    calls = []
    original = module.generate

    def stops(*args, **options):
        calls.append(1)
        if len(calls) == 2:  # in the second look, before anything of it is saved
            raise OSError("power cut")
        return original(*args, **options)

    monkeypatch.setattr(module, "generate", stops)
    with pytest.raises(OSError, match="power cut"):
        pretrain(TEXT, model=config(), checkpoint_dir=tmp_path, **SMALL)
    monkeypatch.setattr(module, "generate", original)
    resumed = pretrain(TEXT, model=config(), checkpoint_dir=tmp_path, **SMALL)
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name])
    assert resumed.samples == whole.samples
    np.testing.assert_array_equal(resumed.train_losses, whole.train_losses)
    assert len(json.loads((tmp_path / "samples.json").read_text(encoding="utf-8"))["samples"]) == 3


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A folder in which a training was saved, and what it gave."""
    folder = tmp_path_factory.mktemp("checkpoint")
    return folder, pretrain(TEXT, model=config(), checkpoint_dir=folder, **SMALL)


def test_the_same_call_takes_a_checkpoint_up(checkpoint):
    folder, before = checkpoint
    options = SMALL | {"batch_size": np.int64(4)}
    assert pretrain(TEXT, model=config(), checkpoint_dir=folder, **options).samples == before.samples


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": TEXT[::-1]}, r"text \(its hash\) was '[0-9a-f]{16}' and is '"),
        ({"held_out": 0.2}, "tokens to learn from was 551 and is 490"),
        ({"batch_size": 3}, "batch_size was 4 and is 3"),
        ({"prompt": "the"}, r"prompt was \[\d+\] and is \["),
        ({"model": GPTConfig(13, 16, 16, 4, 1, dropout=0.0)}, "n_heads was 2 and is 4"),
        ({"learning_rate": 0.1}, "groups was"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(checkpoint, changes, words):
    folder = checkpoint[0]
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ValueError, match=rf"belongs to another training: {words}.* Use another folder, or empty this"):
        pretrain(**{"text": TEXT, "model": config(), "checkpoint_dir": folder} | SMALL | changes)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    "content",
    [b'{"settings": {"a', b"5", b"[]", b"\xff\xfe", b"{}", b"[" * 100_000, b'{"settings": 5, "samples": {}}', None],
)
def test_damaged_samples_are_named(checkpoint, tmp_path, content):
    folder = shutil.copytree(checkpoint[0], tmp_path / "copy")
    (folder / "samples.json").unlink()
    if content is not None:
        (folder / "samples.json").write_bytes(content)
    words = "has no samples.json" if content is None else r"samples\.json' is damaged, or of another version"
    with pytest.raises(ValueError, match=rf"{words}.* Use another folder, or empty this one"):
        pretrain(TEXT, model=config(), checkpoint_dir=folder, **SMALL)


def test_samples_do_not_change_the_training():
    one, other = (pretrain(TEXT, model=config(), prompt=prompt, **SMALL) for prompt in ("the", "mat and the dog"))
    assert one.validation_loss == other.validation_loss
    assert [sample[:3] for sample in one.samples] == ["the"] * 3


def test_a_model_and_a_tokenizer_of_ones_own():
    tokenizer = BytePairTokenizer.train(TEXT, 270)
    model = GPT(GPTConfig(270, 8, 8, 2, 1, dropout=0.0), seed=0)
    before = model.place_vectors.weight.clone()
    result = pretrain(TEXT, tokenizer=tokenizer, model=model, **SMALL)
    assert result.model is model
    assert not torch.equal(before, model.place_vectors.weight)
    assert result.write("the 猫", max_new_tokens=0) == "the 猫"


def test_documents_joined_by_the_end_of_text():
    tokenizer = BytePairTokenizer.train(TEXT, 270)
    text = "<|endoftext|>".join([TEXT[:102]] * 6)
    options = SMALL | {"tokenizer": tokenizer, "model": GPTConfig(tokenizer.vocab_size, 8, 8, 2, 1, dropout=0.0)}
    result = pretrain(text, prompt="<|endoftext|>", **options)
    end_id = tokenizer.special_tokens["<|endoftext|>"]
    assert result.start == (end_id,)
    ids = torch.tensor(tokenizer.encode(text, special="allow"))
    assert int((ids == end_id).sum()) == 5
    assert result.validation_loss == text_loss(result.model, ids[len(ids) - round(len(ids) * 0.1) :])
    assert result.write("a cat<|endoftext|>", max_new_tokens=0) == "a cat<|endoftext|>"


def test_writing_begins_as_the_samples_do():
    result = pretrain("abc" * 300, steps=2, looks=1, device="cpu", progress=False)  # has no line break
    assert result.write(max_new_tokens=100, seed=0) == result.samples[0]
    assert pretrain(TEXT, model=config(), prompt="the", **SMALL).write(max_new_tokens=0) == "the"
    with pytest.raises(ValueError, match="`prompt` must be made of the 3 known characters, got the character 'x'"):
        result.write("x")


def test_seeds_of_numpy():
    plain, other = (pretrain(TEXT, model=config(), seed=seed, **SMALL) for seed in (1, np.int64(1)))
    assert all(map(torch.equal, plain.model.state_dict().values(), other.model.state_dict().values()))


def test_the_sentence_and_the_figure():
    result = pretrain(TEXT, model=config(), **SMALL)
    assert f"{result.model.n_parameters:,} weights" in str(result)
    assert f"{result.validation_loss:.3f} nats a token" in str(result)
    axes = result.plot().axes[0]
    np.testing.assert_allclose(axes.lines[0].get_ydata(), result.train_losses)
    assert axes.lines[2].get_ydata()[0] == pytest.approx(math.log(result.model.config.vocab_size))
    assert "<img" in result._repr_html_()


CASES = [
    (lambda: pretrain(""), ValueError, ["`text`", "not blank"]),
    (lambda: pretrain(b"bytes"), TypeError, ["`text`", "a text"]),
    (lambda: pretrain("short"), ValueError, ["`text`", "at least 650 tokens", "got 5", "context_length"]),
    (lambda: pretrain(TEXT, steps=0), ValueError, ["`steps`", ">= 1"]),
    (lambda: pretrain(TEXT, looks=0), ValueError, ["`looks`", ">= 1"]),
    (lambda: pretrain(TEXT, batch_size=1.5), TypeError, ["`batch_size`", "1.5"]),
    (lambda: pretrain(TEXT, learning_rate=math.nan), ValueError, ["`learning_rate`", "nan"]),
    (lambda: pretrain(TEXT, held_out=0.9), ValueError, ["`held_out`", "0.9"]),
    (lambda: pretrain(TEXT, seed=-1), ValueError, ["`seed`", "-1"]),
    (lambda: pretrain(TEXT, tokenizer="gpt2"), TypeError, ["`tokenizer`", "encode"]),
    (lambda: pretrain(TEXT, model="small"), TypeError, ["`model`", "GPTConfig"]),
    (lambda: pretrain(TEXT, model=GPTConfig(5, 8, 8, 2, 1)), ValueError, ["`model`", "tokens", "vocab_size="]),
    (lambda: pretrain(TEXT, model=GPTConfig(99, 8, 8, 2, 1)), ValueError, ["`model`", "got '99 tokens'"]),
    (lambda: pretrain(TEXT, model=config(), prompt="Ü"), ValueError, ["`prompt`", "Ü"]),
    (lambda: pretrain(TEXT, model=config(), prompt=5), TypeError, ["`prompt`", "got 5"]),
    (lambda: pretrain(TEXT, model=config(), prompt=""), ValueError, ["`prompt`", "at least one token"]),
]


@pytest.mark.parametrize(("call", "error", "parts"), CASES)
def test_bad_input(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)
