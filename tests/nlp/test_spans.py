import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ailiteracy.nlp import answer, spans
from ailiteracy.nlp._models import load_model
from ailiteracy.nlp._vocabularies import byte_letters
from ailiteracy.nlp._windows import SLAB, window_size
from ailiteracy.nlp.spans import best_spans, read_spans

QUESTION = "Who is the father of Ada Lovelace?"


def test_hand_worked_span():
    # Starts: 2 1 0; ends: 0 3 1. Sums with start <= end: (0,0) 2, (0,1) 5, (0,2) 3, (1,1) 4, (1,2) 2, (2,2) 1.
    start, end = np.array([2.0, 1.0, 0.0]), np.array([0.0, 3.0, 1.0])
    best = best_spans(start, end, np.ones(3, bool), longest=3, n_best=3)
    assert best == [(0, 1, 5.0), (1, 1, 4.0), (0, 2, 3.0)]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_best_spans_equal_a_search_through_all(data):
    n = data.draw(st.integers(1, 9))
    numbers = arrays(float, n, elements=st.integers(-9, 9).map(float))
    start, end, allowed = data.draw(numbers), data.draw(numbers), data.draw(arrays(bool, n))
    longest, n_best = data.draw(st.integers(1, 10)), data.draw(st.integers(1, 50))
    tokens = [int(t) for t in np.flatnonzero(allowed)]
    pairs = [
        (i, j)
        for i, j in itertools.product(tokens, tokens)
        if tokens.index(i) <= tokens.index(j) < tokens.index(i) + longest
    ]
    expected = sorted((start[i] + end[j] for i, j in pairs), reverse=True)[:n_best]
    found = best_spans(start, end, allowed, longest=longest, n_best=n_best)
    assert [score for *_, score in found] == expected
    assert len({(i, j) for i, j, _ in found}) == len(found)
    assert all((i, j) in pairs and score == start[i] + end[j] for i, j, score in found)


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("The poet ", "Lord Byron", " was the father."),
        ("", "lord byron", ""),
        ("😀 👩\u200d👩\u200d👧 ", "LORD 🎉 Byron", " 🎉 x"),
        ("E\u0301tienne cafe\u0301 x, ", "Lord Byron", "."),
        ("人工，", "lord人byron", "工。"),
        ("\u2067\u05e9\u05dc\u05d5\u05dd\u2069 ", "Lord Byron", " \u0639\u0631\u0628"),
        ("\ud83d alone \x00 ", "Lord \ud83d Byron", "\udc00"),
        ("\uff21\uff22 \u3000", "Lord\u3000Byron", "\uff01"),
    ],
)
def test_known_answer_keeps_its_place_in_any_text(byron_model, before, name, after):
    context = before + name + after
    found = answer(QUESTION, context, model=byron_model)
    assert (found.text, found.start, found.end) == (name, len(before), len(before) + len(name))
    assert found.reader == "neural model byron"


def test_accent_of_its_own_stays_with_its_letter(save_model, tmp_path):
    folder = save_model(tmp_path / "m", words=["jose", "poet", "who"], start_word="jose", end_word="jose")
    found = answer("who", "poet Jose\u0301 poet", model=folder)
    assert found.text == "Jose\u0301"


def test_question_words_are_masked(byron_model):
    # The question holds the words the model is after; only the context may answer.
    found = answer("Lord Byron?", "Lord Byron was a poet.", model=byron_model)
    assert (found.start, found.end) == (0, 10)
    assert answer("Lord Byron?", "a poet.", model=byron_model).text in ("a poet.", "a", "poet", "a poet", ".", "poet.")


def test_end_never_stands_before_start(byron_model):
    found = answer("Who?", "Byron was a Lord.", model=byron_model, top_k=9)
    assert all(a.start < a.end for a in found)


def test_longest_answer(byron_model):
    context = "Lord x x x x Byron"
    assert answer("Who?", context, model=byron_model, max_answer_length=6).text == context
    assert len(answer("Who?", context, model=byron_model, max_answer_length=5).text.split()) <= 5


def test_score_by_hand(save_model, tmp_path):
    # Layer norm turns a one-hot row of 8 numbers into sqrt(7) at the 1 and -1/sqrt(7) elsewhere; all other words are
    # zero rows.
    folder = save_model(tmp_path / "m", words=["who", "lord", "byron", "x"], start_word="lord", end_word="byron")
    found = answer("who", "x lord byron", model=folder)
    high, low = 5 * 7**0.5, -5 / 7**0.5  # logits of the word itself and of the other marked word; all else has 0
    chance = np.exp(high) / (np.exp(high) + np.exp(low) + 2)  # lord, byron, x and [CLS]
    assert found.text == "lord byron"
    assert found.score == pytest.approx(chance**2, rel=1e-5)


def test_the_order_of_sums_moves_the_last_digits_of_a_score():
    shares = np.exp(np.random.default_rng(0).normal(size=(200, 384)).astype(np.float32))
    forwards, backwards = (np.cumsum(each, axis=1, dtype=np.float32)[:, -1] for each in (shares, shares[:, ::-1]))
    scores = shares[:, 0] / forwards, shares[:, 0] / backwards
    assert 0 < np.abs(scores[0] / scores[1] - 1).max() < 1e-4
    assert 1e-6 < abs(0.3183244466781616 - 0.31832563877105713) < 1e-4  # the notes' score on two machines


def test_windows_find_the_same_place_anywhere(byron_model):
    filler = "x was a poet , " * 40
    for place in (0, 17, 211, 600):
        context = filler[:place] + " Lord Byron " + filler[place:]
        found = answer("Who?", context, model=byron_model)
        assert found.text == "Lord Byron"
        assert context[found.start : found.end] == found.text


def test_scores_of_all_windows_sum_to_at_most_one(random_model):
    found = answer(QUESTION, "ada lovelace was a poet , lord byron the father " * 30, model=random_model, top_k=50)
    assert sum(a.score for a in found) <= 1 + 1e-9
    assert len({a.text.casefold() for a in found}) == len(found)
    assert [a.score for a in found] == sorted((a.score for a in found), reverse=True)


def test_one_window_equals_plain_torch(random_model):
    import torch

    context = "ada lovelace was a poet, lord byron is the father."
    tokenizer, model = load_model(random_model, "cpu")
    encoded = tokenizer(QUESTION, context, return_tensors="pt", return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")[0].tolist()
    with torch.no_grad():
        output = model(**encoded)
    inside = torch.tensor([k == 0 or which == 1 for k, which in enumerate(encoded.sequence_ids(0))])
    start = output.start_logits[0].masked_fill(~inside, -torch.inf).softmax(0)
    end = output.end_logits[0].masked_fill(~inside, -torch.inf).softmax(0)
    table = (start[:, None] * end[None]).triu()
    table[0] = 0  # [CLS] is no answer
    best = int(table.argmax())
    i, j = divmod(best, len(start))
    found = read_spans(QUESTION, context, tokenizer, model, longest=64, n_best=1)[0]
    assert (found.start, found.end) == (offsets[i][0], offsets[j][1])
    assert found.score == pytest.approx(float(table.max()), rel=1e-4)


def test_no_answer_wins_when_cls_does(save_model, tmp_path):
    folder = save_model(tmp_path / "m", words=["who", "x"], start_word="[CLS]", end_word="[CLS]")
    nothing = answer("who", "x x x", model=folder, no_answer=True)
    # The row of [CLS] has both ones; its logits are the largest at both ends.
    assert (nothing.text, nothing.start, nothing.end) == ("", 0, 0)
    assert nothing.score > 0.9
    assert answer("who", "x x x", model=folder).text != ""
    assert "No answer" in str(nothing)


def test_context_longer_than_a_slab(byron_model):
    context = "x was a poet. " * (SLAB // 10) + "Lord Byron" + " x" * 500
    found = answer("Who?", context, model=byron_model, progress=False)
    assert found.text == "Lord Byron"
    assert context[found.start : found.end] == found.text


def test_what_is_kept_does_not_grow_with_the_context(byron_model, monkeypatch):
    kept = []

    def watched(pool, tallies, *rest):
        kept.append((len(pool), max(len(tally.found) for tally in tallies)))
        read_pool(pool, tallies, *rest)

    read_pool = spans._read_pool
    monkeypatch.setattr(spans, "_read_pool", watched)
    context = "x was a poet. " * 1_500 + "Lord Byron" + " x was a poet." * 1_500
    found = answer("Who?", context, model=byron_model, progress=False)
    assert (found.text, found.start) == ("Lord Byron", 14 * 1_500)
    assert len(kept) > 2
    assert max(n_windows for n_windows, _ in kept) == spans.POOL
    assert max(n_found for _, n_found in kept) < 300


def test_pieces_of_words_are_widened_to_words(save_model, tmp_path):
    folder = save_model(tmp_path / "m", words=["who", "lord", "##s", "x"], start_word="##s", end_word="##s")
    assert answer("who", "x lords x", model=folder).text == "lords"


@pytest.fixture(scope="module")
def line_breaks_model(tmp_path_factory):
    """A folder whose model, with bytes as its tokens, always answers with a line break."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForQuestionAnswering

    folder, marks = tmp_path_factory.mktemp("models") / "breaks", {"cls_token": "<s>", "sep_token": "</s>"}
    pieces = [*marks.values(), *byte_letters(), "ĊĊ"]
    cutter = Tokenizer(models.BPE(vocab={piece: k for k, piece in enumerate(pieces)}, merges=[("Ċ", "Ċ")]))
    cutter.pre_tokenizer, cutter.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    cutter.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0), add_prefix_space=False)
    PreTrainedTokenizerFast(tokenizer_object=cutter, model_max_length=64, **marks).save_pretrained(folder)
    config = RobertaConfig(
        vocab_size=len(pieces), hidden_size=8, num_hidden_layers=0, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=66, pad_token_id=1,
    )  # fmt: skip
    model = RobertaForQuestionAnswering(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.roberta.embeddings.LayerNorm.weight.fill_(1.0)
        for piece in ("Ċ", "ĊĊ"):
            model.roberta.embeddings.word_embeddings.weight[pieces.index(piece), 0] = 1.0
        model.qa_outputs.weight[:, 0] = 5.0
    model.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("context", ["Ada won.\n\n\n\nBob lost\n\n \n it all", " \n\n x \n\n", "\n" * 200 + "x"])
def test_line_breaks_are_no_answer(line_breaks_model, context):
    found = answer("Who?", context, model=line_breaks_model, top_k=20)
    assert all(a.text and a.text == a.text.strip() == context[a.start : a.end] for a in found)
    assert sum(a.score for a in found) <= 1 + 1e-9


def test_what_a_reader_says_to_punctuation_alone(random_model):
    assert answer("Who?", "... !!!", model="builtin").text == ""
    assert answer("Who?", "... !!!", model=random_model).text != ""  # a mark is a token as others are
    nothing = answer("Who?", "\u200b", model=random_model)  # no token is left of it
    assert (nothing.text, nothing.start, nothing.end) == ("", 0, 0)


def test_window_counts_the_padding_of_roberta():
    class Settings:
        model_type, max_position_embeddings, pad_token_id = "roberta", 130, 1

    class Network:
        config = Settings

    class Cutter:
        model_max_length = 10**30

    assert window_size(Cutter, Network) == 128


def test_torch_state_stays_as_found(random_model):
    import torch

    before = torch.get_rng_state(), torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads()
    load_model.__globals__["_load"].cache_clear()
    answer(QUESTION, "lord byron was a poet", model=random_model)
    after = torch.get_rng_state(), torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads()
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]
    assert not load_model(random_model, "cpu")[1].training


@pytest.mark.parametrize("text", ["who " * 60, "father ada " * 300])
def test_question_longer_than_the_window(byron_model, text):
    with pytest.raises(ValueError, match=r"`question` must be at most 53 tokens.*Shorten the question"):
        answer(text, "Lord Byron", model=byron_model)


def test_same_answer_on_the_device(random_model, device):
    text = "ada lovelace was a poet , lord byron the father " * 10
    here, there = (answer(QUESTION, text, model=random_model, device=place) for place in ("cpu", device))
    assert (there.start, there.end) == (here.start, here.end)
    assert there.score == pytest.approx(here.score, rel=1e-3)
