import hypothesis
import pytest
import torch
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel

from ailiteracy.nlp import GPT, GPTConfig, generate, generation, quantize_int8, token_probabilities

CONFIG = GPTConfig(vocab_size=31, context_length=12, width=16, n_heads=2, n_layers=2, dropout=0.2)


def lively(config, seed=0):
    """A random model with opinions: first weights as they are make all tokens equally likely."""
    model = GPT(config, seed=seed)
    chance = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn(weight.shape, generator=chance))
    return model


MODEL = lively(CONFIG)


def plain_greedy(model, ids, n):
    """The textbook loop: everything again at every step, the window cut by hand."""
    ids = list(ids)
    model.eval()
    with torch.no_grad():
        for _ in range(n):
            ids.append(int(model(torch.tensor([ids[-model.config.context_length :]]))[0, -1].argmax()))
    return ids


@hypothesis.given(st.lists(st.integers(0, 30), min_size=1, max_size=20), st.integers(0, 16))
@hypothesis.settings(max_examples=30, deadline=None)
def test_all_paths_give_the_same_tokens(ids, n):
    # Prompts and texts longer than the window of 12 are among them.
    expected = plain_greedy(MODEL, ids, n)
    assert len(expected) == len(ids) + n
    for options in ({}, {"use_cache": False}, {"temperature": 0.7, "top_k": 1}, {"temperature": 1e-9}, {"top_p": 0.5}):
        assert generate(MODEL, ids, max_new_tokens=n, **options) == expected


def test_a_prompt_beyond_the_window_counts_by_its_end():
    end = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    long = generate(MODEL, [7] * 30 + end, max_new_tokens=1)
    assert long[:-1] == [7] * 30 + end
    assert long[-1] == generate(MODEL, end, max_new_tokens=1)[-1]


def test_greedy_tokens_are_those_of_transformers(tmp_path):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = GPT2Config(vocab_size=50, n_positions=40, n_embd=16, n_head=4, n_layer=2, initializer_range=0.5)
        theirs = GPT2LMHeadModel(config).eval()
    theirs.save_pretrained(tmp_path)
    theirs.generation_config.eos_token_id = None
    prompt = torch.tensor([[1, 2, 3, 4], [9, 8, 7, 6]])
    mask = torch.ones_like(prompt)
    for penalty in (1.0, 1.5):
        expected = theirs.generate(
            prompt, attention_mask=mask, max_new_tokens=30, do_sample=False, pad_token_id=0, repetition_penalty=penalty
        )
        ours = GPT.from_pretrained(tmp_path)
        found = generate(ours, prompt, max_new_tokens=30, repetition_penalty=penalty)
        assert torch.equal(found, expected)


def test_rows_of_a_batch_do_not_meet():
    prompt = torch.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    together = generate(MODEL, prompt, max_new_tokens=20)
    for row, text in zip(prompt, together, strict=True):
        assert torch.equal(generate(MODEL, row, max_new_tokens=20), text)


def test_what_comes_back_is_of_the_kind_that_went_in():
    assert generate(MODEL, (1, 2), max_new_tokens=0) == [1, 2]
    assert generate(MODEL, torch.tensor([1, 2]), max_new_tokens=3).shape == (5,)
    text = generate(MODEL, torch.tensor([[1, 2]], dtype=torch.int32), max_new_tokens=3)
    assert (text.shape, text.dtype) == ((1, 5), torch.int64)
    text += 1  # an ordinary tensor, which may be changed


def test_draws_follow_the_probabilities():
    prompt = torch.tensor([[1, 2, 3]]).repeat(4000, 1)
    options = {"temperature": 1.5, "top_k": 5, "top_p": 0.95}
    drawn = generate(MODEL, prompt, max_new_tokens=1, seed=3, **options)[:, -1]
    with torch.no_grad():
        expected = token_probabilities(MODEL.eval()(prompt[:1])[0, -1], **options)
    shares = torch.bincount(drawn, minlength=31) / 4000
    # Five standard errors of a share are at most 0.04.
    assert (shares - expected).abs().max() < 0.04
    assert shares[expected == 0].sum() == 0


def test_seed_names_the_text():
    write = lambda seed: generate(MODEL, [1], max_new_tokens=10, temperature=2.0, seed=seed)  # noqa: E731
    before = torch.random.get_rng_state()
    assert write(1) == write(1)
    assert len({tuple(write(seed)) for seed in range(5)}) == 5
    assert write(None) != write(None)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_cache_changes_no_drawn_token():
    options = {"max_new_tokens": 25, "temperature": 1.0, "seed": 4}
    assert generate(MODEL, [1, 2], **options) == generate(MODEL, [1, 2], use_cache=False, **options)


@pytest.mark.parametrize("part", [1, 2, 3, 5, 8])
def test_a_prompt_read_in_parts_goes_the_same_way(part, monkeypatch):
    monkeypatch.setattr(generation, "PART", part)
    prompts = torch.tensor([[5, 3, 8, 2, 9, 7, 1, 4], [6, 30, 0, 11, 12, 2, 2, 1]])
    read = []
    features = GPT.features
    monkeypatch.setattr(
        GPT, "features", lambda model, ids, cache: read.append(ids.shape[1]) or features(model, ids, cache)
    )
    texts = generate(MODEL, prompts, max_new_tokens=8).tolist()
    sizes = [len(each) for each in prompts[0].split(part)]
    assert read[: len(sizes)] == sizes
    monkeypatch.undo()
    assert texts == [plain_greedy(MODEL, prompt, 8) for prompt in prompts.tolist()]


def test_stop_token_ends_the_text():
    written = plain_greedy(MODEL, [5], 20)
    stop = written[4]
    first = written.index(stop, 1)
    assert generate(MODEL, [5], max_new_tokens=20, stop_tokens=[stop]) == written[: first + 1]
    assert generate(MODEL, [5, stop], max_new_tokens=1, stop_tokens=[stop])[:2] == [5, stop]  # the prompt may hold it


def test_rows_stop_one_by_one():
    prompts = [[5], [6], [7]]
    texts = [plain_greedy(MODEL, prompt, 12) for prompt in prompts]
    stop = texts[0][3]
    found = generate(MODEL, torch.tensor(prompts), max_new_tokens=12, stop_tokens=[stop]).tolist()
    for text, row in zip(texts, found, strict=True):
        length = text.index(stop, 1) + 1 if stop in text[1:] else len(text)
        whole = text[:length] + [stop] * (len(row) - length)
        assert row == whole[: len(row)]


def test_tokens_stream_as_they_come():
    came = []
    text = generate(MODEL, [1, 2], max_new_tokens=5, on_token=came.append)
    assert [[token] for token in text[2:]] == came
    assert len(generate(MODEL, [1, 2], max_new_tokens=5, on_token=lambda new: True)) == 3


def test_repetition_penalty_brings_new_tokens():
    loop = generate(MODEL, [1], max_new_tokens=25)
    varied = generate(MODEL, [1], max_new_tokens=25, repetition_penalty=5.0)
    assert len(set(varied)) > len(set(loop))


@pytest.mark.parametrize("training", [True, False])
def test_mode_is_left_as_found(training):
    MODEL.train(training)
    MODEL.blocks[0].eval()
    assert generate(MODEL, [1], max_new_tokens=3) == plain_greedy(lively(CONFIG), [1], 3)
    assert (MODEL.training, MODEL.blocks[0].training) == (training, False)
    MODEL.train(training)
    with pytest.raises(ZeroDivisionError):
        generate(MODEL, [1], on_token=lambda new: 1 / 0)
    assert MODEL.training is training


def test_int8_goes_the_same_way():
    small = quantize_int8(MODEL)
    text = generate(small, [1, 2, 3], max_new_tokens=20)
    assert text == generate(small, [1, 2, 3], max_new_tokens=20, use_cache=False)


@pytest.mark.gpu
def test_on_the_device(device):
    model = lively(CONFIG).to(device)
    text = generate(model, [1, 2, 3], max_new_tokens=20)
    assert text == generate(model, [1, 2, 3], max_new_tokens=20, use_cache=False)
    assert text[:5] == generate(MODEL, [1, 2, 3], max_new_tokens=20)[:5]


def broken():
    model = lively(CONFIG)
    with torch.no_grad():
        model.norm.weight.fill_(float("nan"))
    return model


CASES = [
    (lambda: generate("gpt2", [1]), TypeError, ["`model` must be a GPT", "GPT.from_pretrained"]),
    (lambda: generate(MODEL, "hello"), TypeError, ["`ids`", "tokenizer"]),
    (lambda: generate(MODEL, 5), TypeError, ["`ids`", "list such as [1, 2, 3]"]),
    (lambda: generate(MODEL, []), ValueError, ["`ids`", "not empty", "end-of-text token"]),
    (lambda: generate(MODEL, torch.zeros(0, dtype=torch.long)), ValueError, ["not empty"]),
    (lambda: generate(MODEL, torch.tensor(3)), ValueError, ["of shape (batch, tokens)"]),
    (lambda: generate(MODEL, [1, 2.5]), TypeError, ["`ids` must be an integer, got 2.5"]),
    (lambda: generate(MODEL, [True]), TypeError, ["`ids` must be an integer, got True"]),
    (lambda: generate(MODEL, torch.tensor([1.0])), TypeError, ["`ids` must be a tensor of whole numbers"]),
    (lambda: generate(MODEL, [1, 31]), ValueError, ["`ids` must be from 0 to 30, the vocabulary, got 31"]),
    (lambda: generate(MODEL, [10**30]), ValueError, ["`ids` must be from 0 to 30"]),
    (lambda: generate(MODEL, [-1]), ValueError, ["`ids` must be from 0 to 30", "got -1"]),
    (lambda: generate(MODEL, [1], max_new_tokens=-1), ValueError, ["`max_new_tokens` must be an integer >= 0, got -1"]),
    (lambda: generate(MODEL, [1], temperature=-0.5), ValueError, ["`temperature`", "got -0.5", "Use 0"]),
    (lambda: generate(MODEL, [1], temperature=float("nan")), ValueError, ["`temperature`", "got nan"]),
    (lambda: generate(MODEL, [1], top_k=0), ValueError, ["`top_k`", "got 0", "Use None"]),
    (lambda: generate(MODEL, [1], top_p=0.0), ValueError, ["`top_p`", "got 0.0"]),
    (lambda: generate(MODEL, [1], repetition_penalty=0), ValueError, ["`repetition_penalty`", "got 0", "1.2 is usual"]),
    (lambda: generate(MODEL, [1], stop_tokens=[99]), ValueError, ["`stop_tokens`", "from 0 to 30", "got 99"]),
    (lambda: generate(MODEL, [1], stop_tokens=3), TypeError, ["`stop_tokens` must be a list of token ids, got 3"]),
    (lambda: generate(MODEL, [1], use_cache=1), TypeError, ["`use_cache` must be True or False"]),
    (lambda: generate(MODEL, [1], on_token="print"), TypeError, ["`on_token`", "Pass a function"]),
    (lambda: generate(MODEL, [1], seed=-1), ValueError, ["`seed` must be an integer"]),
    (lambda: generate(broken(), [1]), ValueError, ["nan", "diverge"]),
    (lambda: generate(broken(), [1], temperature=1), ValueError, ["nan", "diverge"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "fragments"), CASES)
def test_bad_input(call, error, fragments):
    with pytest.raises(error) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)
