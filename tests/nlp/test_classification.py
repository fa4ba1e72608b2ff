import numpy as np
import pytest
import torch

from ailiteracy.nlp import GPT, CharacterTokenizer, GPTConfig, finetune_classifier, quantize_int8
from ailiteracy.nlp._text_batches import TextBatches, text_batch
from ailiteracy.nlp.classification import TextClassifier

TOKENIZER = CharacterTokenizer(["a", "b", "c"])
MODEL = GPT(GPTConfig(3, 8, 16, 2, 2, dropout=0.0), seed=0)
TEXTS = ["aab", "b", "aaaab", "ab", "ba", "aaca", "c", "cac", "ca", "acaaa"] * 8
LABELS = ["with b"] * 5 + ["with c"] * 5
QUICK = {"device": "cpu", "progress": False}


def tune(**options):
    return finetune_classifier(MODEL, TOKENIZER, TEXTS, LABELS * 8, **(QUICK | options))


@pytest.mark.parametrize("tied", [True, False])
def test_padding_never_hides_the_last_token(tied):
    model = TextClassifier(GPT(GPTConfig(3, 8, 16, 2, 2, dropout=0.0, tied=tied), seed=0), 2).eval()
    rows = [[0, 1], [0, 0, 1, 2, 1, 0, 0], [2], [1, 0, 0]]
    (inputs, _) = text_batch(rows, np.zeros(4, dtype=np.int64))
    together = model(**inputs)
    for row, logits in zip(rows, together, strict=True):
        alone = model(torch.tensor([row]), torch.tensor([len(row) - 1]))[0]
        torch.testing.assert_close(logits, alone)
    # What stands in the padding makes no difference either.
    other = inputs["ids"].clone()
    other[0, 2:] = 2
    torch.testing.assert_close(model(other, inputs["last"]), together)


@pytest.mark.parametrize("layers", ["head", "last block", "lora", "all"])
def test_only_the_named_layers_are_trained(layers):
    before = {name: weight.clone() for name, weight in MODEL.state_dict().items()}
    tuned = tune(layers=layers, epochs=2)
    assert all(torch.equal(weight, before[name]) for name, weight in MODEL.state_dict().items())  # a copy is trained
    after = tuned.model.body.state_dict()
    assert after.keys() == before.keys()
    changed = {name for name in before if not torch.equal(after[name], before[name])}
    matrices = {name for name in before if name.startswith("blocks") and before[name].ndim == 2}
    expected = {
        "head": set(),
        "last block": {name for name in before if name.startswith(("blocks.1.", "norm."))},
        "lora": matrices,
        "all": set(before),
    }
    if layers in ("head", "lora"):
        assert changed == expected[layers]
    else:
        assert changed <= expected[layers]
        assert len(changed) > len(expected[layers]) / 2  # biases of keys cannot matter and stay
    assert all(weight.requires_grad for weight in tuned.model.parameters())
    n_inside = {"head": 0, "last block": 16 * 48 + 48 + 16 * 16 + 16 + 2 * 16 * 64 + 64 + 16 + 3 * 32,
                "lora": 2 * 8 * (64 + 32 + 80 + 80), "all": MODEL.n_parameters}  # fmt: skip
    assert tuned.n_trained == n_inside[layers] + 2 * 16 + 2


def test_it_learns_and_says_so():
    tuned = tune(epochs=30, learning_rate=5e-3)
    assert tuned.predict(TEXTS[:10]).tolist() == LABELS
    probabilities = tuned.probabilities(["b", "aaaaaaaaaaab", "c"])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    # Longer texts lose their end, as in training.
    np.testing.assert_allclose(probabilities[1], tuned.probabilities(["aaaaaaaa"])[0], rtol=1e-5)
    assert "with b, with c" in str(tuned)
    assert f"{tuned.n_trained:,} of its" in str(tuned)
    assert len(tuned.plot().axes) == 2
    assert "<img" in tuned._repr_html_()


def test_the_order_of_texts_does_not_change_what_is_said():
    tuned = tune(epochs=1)
    texts = ["ab", "aaaaac", "c", "abab", "aaa"] * 20
    together = tuned.probabilities(texts)
    for k in (0, 1, 2, 3, 4, 99):
        np.testing.assert_allclose(together[k], tuned.probabilities([texts[k]])[0], atol=1e-6)


def test_the_rarest_class_comes_as_often_in_training_only():
    labels = np.array([0] * 30 + [1] * 4)
    batches = TextBatches([[k] for k in range(34)], labels, 3, True, 0)
    seen = []
    for _ in range(20):
        passed = [(inputs["ids"][:, 0], targets) for inputs, targets in batches]
        assert len(passed) == len(batches) == 3
        ids, targets = (torch.cat(part) for part in zip(*passed, strict=True))
        assert targets.bincount().tolist() == [4, 4]
        assert set(ids[targets == 1].tolist()) == {30, 31, 32, 33}
        assert len(set(ids.tolist())) == 8
        seen += ids[targets == 0].tolist()
    assert len(set(seen)) == 30  # drawn anew: in the end all were seen
    whole = TextBatches([[k] for k in range(34)], labels, 3, False, 0)
    assert torch.cat([targets for _, targets in whole]).bincount().tolist() == [30, 4]


def test_numbers_as_labels_and_the_same_seed():
    numbers = [int(label == "with c") for label in LABELS] * 8
    first = finetune_classifier(MODEL, TOKENIZER, TEXTS, numbers, epochs=1, **QUICK)
    again = finetune_classifier(MODEL, TOKENIZER, TEXTS, numbers, epochs=1, **QUICK)
    assert first.classes == ("0", "1")
    np.testing.assert_array_equal(first.probabilities(TEXTS), again.probabilities(TEXTS))


@pytest.mark.parametrize("kind", [np.array, torch.tensor, list])
def test_labels_and_seeds_of_numpy_and_torch(kind):
    numbers = [label == "with c" for label in LABELS] * 8
    plain = finetune_classifier(MODEL, TOKENIZER, TEXTS, numbers, epochs=1, seed=1, **QUICK)
    other = finetune_classifier(MODEL, TOKENIZER, TEXTS, kind(numbers), epochs=1, seed=np.int64(1), **QUICK)
    assert plain.classes == other.classes == ("False", "True")
    np.testing.assert_array_equal(plain.probabilities(TEXTS), other.probabilities(TEXTS))


CASES = [
    (lambda: finetune_classifier(None, TOKENIZER, TEXTS, LABELS * 8), TypeError, ["`model`", "a GPT"]),
    (lambda: finetune_classifier(MODEL, "gpt2", TEXTS, LABELS * 8), TypeError, ["`tokenizer`", "encode"]),
    (lambda: tune(layers="lats block"), ValueError, ["`layers`", "Did you mean 'last block'"]),
    (lambda: tune(held_out=0), ValueError, ["`held_out`", "> 0"]),
    (lambda: tune(epochs=0), ValueError, ["`epochs`", ">= 1"]),
    (lambda: tune(balance="yes"), TypeError, ["`balance`", "True or False"]),
    (lambda: tune(max_length=9), ValueError, ["`max_length`", "from 1 to 8"]),
    (lambda: tune(learning_rate=0), ValueError, ["`learning_rate`", "> 0"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, "ab", ["x", "y"]), TypeError, ["`texts`", "list of texts"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", ""], [0, 1]), ValueError, ["`texts[1]`", "one token"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", 7], [0, 1]), TypeError, ["`texts[1]`", "7"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", "b"], [0]), ValueError, ["`labels`", "one for each of 2"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", "b"], [0, 0]), ValueError, ["`labels`", "two classes"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", "b"], ["x", None]), ValueError,
     ["`labels[1]`", "got None", "leave out texts without one"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", "b"], [np.nan, 1.0]), ValueError, ["`labels[0]`", "got nan"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", "b"], np.array(["x", np.nan], object)), ValueError,
     ["`labels[1]`", "got nan"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", "b"], np.eye(2)), ValueError, ["`labels[0]`", "shape (2,)"]),
    (lambda: tune(seed=-1), ValueError, ["`seed`", "got -1"]),
    (lambda: finetune_classifier(MODEL, TOKENIZER, ["a", "b"], [0, 1]), ValueError, ["`labels`", "10 samples"]),
    (lambda: finetune_classifier(MODEL, CharacterTokenizer(list("xyzab")), TEXTS[:2], [0, 1]), ValueError,
     ["`tokenizer`", "below 3", "id 4"]),
    (lambda: finetune_classifier(quantize_int8(MODEL), TOKENIZER, TEXTS, LABELS * 8, layers="lora", **QUICK),
     ValueError, ["int8"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "parts"), CASES)
def test_bad_input(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    assert all(part in str(caught.value) for part in parts), str(caught.value)


@pytest.mark.realdata
@pytest.mark.slow
def test_spam_with_a_model_of_our_own(real_data):
    import csv

    from ailiteracy.nlp import BytePairTokenizer, pretrain
    from ailiteracy.training import stratified_split

    with (real_data / "text" / "SMSSpamCollection.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row[0] in ("ham", "spam")]
    texts = {text: label for label, text in rows}
    words, labels = list(texts), np.array(list(texts.values()))
    known, asked = stratified_split(labels, (0.8, 0.2), rng=0)
    stream = "\n".join(words[k] for k in known)
    tokenizer = BytePairTokenizer.train(stream, 1024)
    config = GPTConfig(tokenizer.vocab_size, 128, 64, 4, 2, dropout=0.0)
    language = pretrain(stream, tokenizer=tokenizer, model=config, steps=200, held_out=0.05, **QUICK)
    own = [words[k] for k in known]
    tuned = finetune_classifier(language.model, tokenizer, own, labels[known], epochs=4, **QUICK)
    said = tuned.predict([words[k] for k in asked])
    assert np.mean(said == labels[asked]) >= 0.95  # the benchmark's model is larger and learns longer
