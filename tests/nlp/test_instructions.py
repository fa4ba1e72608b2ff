import math

import numpy as np
import pytest
import torch

from ailiteracy.nlp import (
    GPT,
    BytePairTokenizer,
    CharacterTokenizer,
    GPTConfig,
    OpenWordTokenizer,
    add_lora,
    finetune_instructions,
    format_prompt,
    instructions,
)  # fmt: skip

TOKENIZER = BytePairTokenizer.train("### Instruction: Response: Say yes no. " * 5, 300)
MODEL = GPT(GPTConfig(TOKENIZER.vocab_size, 48, 16, 2, 1, dropout=0.0), seed=0)
PAIRS = [{"instruction": f"Say {word}.", "output": f"{word}!"} for word in ("yes", "no")] * 10
QUICK = {"style": "phi3", "epochs": 2, "device": "cpu", "progress": False}


def test_it_learns_to_answer_and_to_stop():
    tuned = finetune_instructions(MODEL, TOKENIZER, PAIRS, **(QUICK | {"epochs": 40, "learning_rate": 0.02}))
    for word in ("yes", "no"):
        assert tuned.answer({"instruction": f"Say {word}.", "output": "not looked at"}) == f"{word}!"
    assert len(tuned.samples) == 40
    assert tuned.samples[-1] == tuple(pair["output"] for pair in tuned.asked)
    assert tuned.held_out_loss == min(tuned.training.history.validation_loss) < 1
    assert f"{tuned.held_out_loss:.3f} nats a token" in str(tuned)
    assert len(tuned.plot().axes[0].lines) == 3
    assert "<img" in tuned._repr_html_()


def test_the_loss_is_weighted_by_tokens_of_answers():
    # Nothing is learned at a rate this small: the history must hold the loss of the first weights.
    pairs = [{"instruction": "a", "output": "b" * (1 + 7 * (k % 3))} for k in range(40)]
    options = QUICK | {"epochs": 1, "learning_rate": 1e-12, "held_out": 0.5, "batch_size": 3}
    tuned = finetune_instructions(MODEL, TOKENIZER, pairs, **options)
    total, n = np.zeros(2), np.zeros(2)
    order = torch.randperm(40, generator=torch.Generator().manual_seed(0)).tolist()
    MODEL.eval()
    for place, k in enumerate(order):
        prompt = TOKENIZER.encode(format_prompt(pairs[k], "phi3"))
        answer = [*TOKENIZER.encode(pairs[k]["output"]), TOKENIZER.special_tokens["<|endoftext|>"]]
        ids = torch.tensor([*prompt, *answer])
        with torch.no_grad():
            logs = MODEL(ids[None, :-1])[0].log_softmax(-1)[torch.arange(len(ids) - 1), ids[1:]]
        part = int(place < 20)  # the first half is held out
        total[part] -= float(logs[len(prompt) - 1 :].sum())
        n[part] += len(answer)
    assert tuned.training.history.train_loss[0] == pytest.approx(total[0] / n[0], rel=1e-4)
    assert tuned.held_out_loss == pytest.approx(total[1] / n[1], rel=1e-4)


def test_a_copy_is_trained_and_the_same_seed_gives_the_same():
    before = {name: weight.clone() for name, weight in MODEL.state_dict().items()}
    one, again = (finetune_instructions(MODEL, TOKENIZER, PAIRS, **QUICK) for _ in range(2))
    assert all(torch.equal(weight, before[name]) for name, weight in MODEL.state_dict().items())
    assert all(map(torch.equal, one.model.state_dict().values(), again.model.state_dict().values()))


def test_prompts_can_be_learned_too():
    masked, whole = (finetune_instructions(MODEL, TOKENIZER, PAIRS, learn_prompt=on, **QUICK) for on in (False, True))
    assert masked.training.history.train_loss[0] != whole.training.history.train_loss[0]


def test_frozen_weights_stay_under_adapters():
    model = add_lora(GPT(MODEL.config, seed=0), rank=2)
    tuned = finetune_instructions(model, TOKENIZER, PAIRS, **QUICK)
    for name, weight in tuned.model.state_dict().items():
        assert torch.equal(weight, model.state_dict()[name]) != name.endswith((".up", ".down"))


def test_long_prompts_do_not_break_it():
    pairs = [{"instruction": "Say yes. " * 40, "output": "yes " * 40}] * 4
    tuned = finetune_instructions(MODEL, TOKENIZER, pairs, **QUICK)
    assert math.isfinite(tuned.held_out_loss)


def test_an_end_written_out_is_learned_once():
    ended = [pair | {"output": pair["output"] + "<|endoftext|>"} for pair in PAIRS]
    plain, other = (
        finetune_instructions(MODEL, TOKENIZER, pairs, seed=seed, **QUICK)
        for pairs, seed in ((PAIRS, 1), (ended, np.int64(1)))
    )
    assert all(map(torch.equal, plain.model.state_dict().values(), other.model.state_dict().values()))


def test_other_special_tokens_of_answers_are_learned():
    tokenizer = BytePairTokenizer.train("aa", 258, special_tokens=["<call>", "<|endoftext|>"])
    rows = instructions._encode([{"instruction": "x", "output": "a<call>"}] * 2, tokenizer, "phi3", 257)
    assert rows[0][1] == [97, 256]


def test_words_with_an_end_of_text_token_will_do():
    tokenizer = OpenWordTokenizer.train(" ".join(format_prompt(pair, "phi3") + pair["output"] for pair in PAIRS))
    model = GPT(GPTConfig(tokenizer.vocab_size, 48, 16, 2, 1, dropout=0.0), seed=0)
    tuned = finetune_instructions(model, tokenizer, PAIRS, **QUICK)
    assert tuned.end_id == tokenizer.encode("<|endoftext|>")[0]


CASES = [
    (lambda: finetune_instructions("m", TOKENIZER, PAIRS), TypeError, ["`model`", "a GPT"]),
    (lambda: finetune_instructions(MODEL, CharacterTokenizer(list("ab")), PAIRS), ValueError,
     ["`tokenizer`", "<|endoftext|>", "BytePairTokenizer"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, []), TypeError, ["`pairs`", "two or more"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, "text"), TypeError, ["`pairs`", "two or more"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, [*PAIRS, {"instruction": "x", "output": " "}]), ValueError,
     ["`pairs[20]`", "'output'"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, [*PAIRS, {"output": "x"}]), ValueError, ["instruction"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, [*PAIRS, {"instruction": "x", "output": "<|endoftext|>"}]),
     ValueError, ["`pairs[20]`", "'output'"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, [*PAIRS, {"instruction": "x", "output": "a<|endoftext|>b"}]),
     ValueError, ["`pairs[20]`", "<|endoftext|> at most at its end", "Cut the output there"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, [*PAIRS, {"instruction": "x", "output": "a\udc80"}]),
     ValueError, ["`pairs[20]`", "valid Unicode"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, [*PAIRS, 5]), TypeError, ["`pair`", "5"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, PAIRS, style="chatml"), ValueError, ["`style`", "'alpaca'"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, PAIRS, held_out=1), ValueError, ["`held_out`"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, PAIRS, epochs=0), ValueError, ["`epochs`"]),
    (lambda: finetune_instructions(MODEL, TOKENIZER, PAIRS, learn_prompt=1), TypeError, ["`learn_prompt`"]),
    (lambda: finetune_instructions(GPT(GPTConfig(99, 8, 8, 2, 1)), TOKENIZER, PAIRS), ValueError,
     ["`ids`", "from 0 to 98"]),
]  # fmt: skip


def test_all_ids_are_checked_before_training(monkeypatch):
    # The end of the text is number 256, which a model of 256 tokens does not know.
    monkeypatch.setattr(instructions, "fit", None)
    tokenizer = BytePairTokenizer.train("aa", 257)
    for pairs in (PAIRS, [{"instruction": "x" * 99, "output": "y"}] * 4):  # with it as a target, and cut before it
        with pytest.raises(ValueError, match=r"`ids` must be from 0 to 255, the vocabulary, got 256\. Encode"):
            finetune_instructions(GPT(GPTConfig(256, 64, 16, 2, 1)), tokenizer, pairs, **QUICK)
    # In a held-out pair alone: 257 is the piece "zz".
    tokenizer = BytePairTokenizer([(122, 122)], {"<|endoftext|>": 256}, [*range(256), 257])
    for place in range(4):
        pairs = [{"instruction": "x", "output": "zz" if k == place else "y"} for k in range(4)]
        with pytest.raises(ValueError, match=r"`ids` must be from 0 to 256, the vocabulary, got 257"):
            finetune_instructions(GPT(GPTConfig(257, 64, 16, 2, 1)), tokenizer, pairs, **QUICK)


@pytest.mark.parametrize(("call", "error", "parts"), CASES)
def test_bad_input(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)
