import json
import pathlib
import random
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from ailiteracy.nlp import BytePairTokenizer
from ailiteracy.nlp._fast_pairs import learn_pairs_fast
from ailiteracy.nlp._vocabularies import byte_letters
from ailiteracy.nlp.byte_pairs import count_words

TEXT = (
    "Ada's engine wove algebraic patterns; the loom weaves flowers and leaves.\n机器织出代数的花纹。\n"
    "def f(x):\n\treturn x ** 2\n"
) * 3
SMALL = BytePairTokenizer.train(TEXT, 400)
END = "<|endoftext|>"
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def write_gpt2(folder, merges, *, names=("vocab.json", "merges.txt"), special=(END,)):
    """Write merges given as pairs of numbers in GPT-2's form, ids in GPT-2's order."""
    letters = byte_letters()
    spelled = sorted(letters)
    pieces = list(letters)
    lines = ["#version: 0.2"]
    for left, right in merges:
        lines.append(f"{pieces[left]} {pieces[right]}")
        pieces.append(pieces[left] + pieces[right])
        spelled.append(pieces[-1])
    vocabulary = {piece: i for i, piece in enumerate([*spelled, *special])}
    (folder / names[0]).write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / names[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def hugging_face(folder, names=("vocab.json", "merges.txt")):
    model = models.BPE.from_file(*(str(folder / name) for name in names))
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return tokenizer


def test_worked_by_hand():
    tokenizer = BytePairTokenizer.train("aaabdaaabac", 260)
    assert tokenizer.merges == ((97, 97), (97, 98), (256, 257))
    assert tokenizer.vocab_size == 260
    assert tokenizer.tokens[256:] == (b"aa", b"ab", b"aaab", END.encode())
    assert tokenizer.encode("aaabdaa") == [258, 100, 256]
    assert tokenizer.decode([258, 100, 256]) == "aaabdaa"
    assert str(tokenizer) == "A byte-pair tokenizer with 260 tokens: 256 bytes, 3 merges, 1 special."


@settings(max_examples=300)
@given(ANY)
def test_any_text_comes_back(text):
    ids = SMALL.encode(text, special="text")
    assert SMALL.decode(ids) == text
    assert all(type(i) is int and 0 <= i < SMALL.vocab_size for i in ids)


@given(st.binary(max_size=60))
def test_any_bytes_decode(data):
    assert SMALL.decode(list(data)) == data.decode(errors="replace")


def test_a_seen_word_is_cut_as_before():
    fresh = BytePairTokenizer.train(TEXT, 400)
    assert fresh.encode(TEXT + TEXT) == fresh.encode(TEXT) * 2 == SMALL.encode(TEXT) * 2


def test_a_short_text_gives_fewer_merges():
    tokenizer = BytePairTokenizer.train("abab", 1000)
    assert tokenizer.vocab_size == 256 + 2 + 1
    assert tokenizer.special_tokens == {END: 258}


def test_special_tokens():
    text = f"one{END}two{END}"
    assert SMALL.encode(text, special="allow") == [
        *SMALL.encode("one"), SMALL.special_tokens[END], *SMALL.encode("two"), SMALL.special_tokens[END],
    ]  # fmt: skip
    assert SMALL.decode(SMALL.encode(text, special="allow")) == text
    assert SMALL.special_tokens[END] not in SMALL.encode(text, special="text")
    assert SMALL.decode(SMALL.encode(text, special="text")) == text
    with pytest.raises(ValueError, match=r"`text` must be free of special tokens, got '<\|endoftext\|>' at place 3"):
        SMALL.encode(text)


def test_the_longer_special_token_wins():
    tokenizer = BytePairTokenizer.train("ab", 260, special_tokens=["<a>", "<a><b>"])
    assert tokenizer.encode("<a><b><a>", special="allow") == [tokenizer.vocab_size - 1, tokenizer.vocab_size - 2]
    assert BytePairTokenizer.train("ab", 257, special_tokens=[]).encode(END) == list(END.encode())


def test_nothing_is_learned_across_special_tokens():
    assert BytePairTokenizer.train(f"a{END}b{END}a{END}b", 300).merges == ()


def test_merges_equal_hugging_face():
    """Their bytes are numbered by visible letter, which decides ties; with the same numbers the merges are the same."""
    theirs = Tokenizer(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet, show_progress=False)
    theirs.train_from_iterator([TEXT], trainer)
    letters = byte_letters()
    assert sorted(letters) == sorted(alphabet)
    number = {byte: sorted(letters).index(letter) for byte, letter in enumerate(letters)}
    counted = {bytes(number[byte] for byte in word): count for word, count in count_words(TEXT).items()}
    spelled = sorted(letters)
    for (left, right), _ in learn_pairs_fast(counted, 144):
        spelled.append(spelled[left] + spelled[right])
    assert {piece: i for i, piece in enumerate(spelled)} == theirs.get_vocab()


@pytest.mark.parametrize("names", [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")])
def test_gpt2_files_equal_hugging_face(tmp_path, names):
    folder = write_gpt2(tmp_path, SMALL.merges, names=names)
    ours, theirs = BytePairTokenizer.from_gpt2(folder), hugging_face(folder, names)
    for text in (TEXT, "  two  spaces\n\n", "don't we'll I'VE 123abc", "naïve 😀 مرحبا", "\x00\x7f\u2028"):
        assert ours.encode(text) == theirs.encode(text).ids
        assert ours.decode(ours.encode(text)) == text
    assert ours.special_tokens == {END: ours.vocab_size - 1}


@pytest.mark.realdata
def test_gpt2_vocabulary_equals_hugging_face(real_data):
    ours = BytePairTokenizer.from_gpt2(real_data / "gpt2_bpe")
    theirs = hugging_face(real_data / "gpt2_bpe")
    assert (ours.vocab_size, ours.special_tokens) == (50257, {END: 50256})
    assert ours.encode("Hello, I am") == [15496, 11, 314, 716]
    shakespeare = (real_data / "text/tinyshakespeare.txt").read_text(encoding="utf-8")
    characters = map(chr, random.Random(0).choices(range(0x4E00, 0x9FA6), k=20_000))
    chinese = "".join(characters) + "，今天天气很好。" * 200
    code = "".join(pathlib.Path(module.__file__).read_text(encoding="utf-8") for module in (json, random, threading))
    noise = random.Random(1).randbytes(200_000).decode(errors="replace")
    for text in (shakespeare, chinese, code, noise):
        ids = ours.encode(text, special="text")
        assert ids == theirs.encode(text).ids
        assert ours.decode(ids) == text


@pytest.mark.realdata
def test_gpt2_vocabulary_equals_transformers(real_data):
    from transformers import GPT2Tokenizer

    folder = real_data / "gpt2_bpe"
    theirs = GPT2Tokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    ours = BytePairTokenizer.from_gpt2(folder)
    for text in ("First Citizen:\nSpeak, speak.", f"a{END}b", "语言模型 x = [1, 2]"):
        assert ours.encode(text, special="allow") == theirs(text)["input_ids"]


@pytest.mark.parametrize("tokenizer", [SMALL, BytePairTokenizer.train("a b", 300, special_tokens=["<é>"])])
def test_saved_and_loaded(tokenizer, tmp_path):
    path = tmp_path / "deep" / "words.json"
    tokenizer.save(path)
    loaded = BytePairTokenizer.load(path)
    assert (loaded.merges, loaded.special_tokens, loaded.ids) == (
        tokenizer.merges, tokenizer.special_tokens, tokenizer.ids,
    )  # fmt: skip
    assert loaded.encode(TEXT) == tokenizer.encode(TEXT)
    assert [file.name for file in path.parent.iterdir()] == ["words.json"]


def test_lists_of_pairs_are_taken():
    read = json.loads(json.dumps({"merges": SMALL.merges, "special_tokens": SMALL.special_tokens}))
    assert BytePairTokenizer(**read).encode(TEXT) == SMALL.encode(TEXT)
    assert BytePairTokenizer([[97, 98]], {}).merges == ((97, 98),)


def test_gpt2_form_saved_and_loaded(tmp_path):
    ours = BytePairTokenizer.from_gpt2(write_gpt2(tmp_path, SMALL.merges))
    ours.save(tmp_path / "own.json")
    assert BytePairTokenizer.load(tmp_path / "own.json").encode(TEXT) == ours.encode(TEXT)


@pytest.mark.parametrize(
    ("spoil", "fragment"),
    [
        (lambda text: text[: len(text) // 2], "not JSON"),
        (lambda text: text.replace("97", "98", 1), "does not fit its hash"),
        (lambda text: "[]", "one JSON object"),
        (lambda text: '{"merges": []}', "no tokenizer file"),
        (lambda text: text.replace('"merges"', '"merge"'), "does not fit its hash"),
        (lambda text: "", "not JSON"),
        (lambda text: "[" * 100_000, "not JSON"),
    ],
)
def test_damaged_files_are_refused(tmp_path, spoil, fragment):
    path = tmp_path / "words.json"
    BytePairTokenizer.train("aaabdaaabac", 260).save(path)
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        BytePairTokenizer.load(path)
    assert fragment in str(caught.value)
    assert "words.json" in str(caught.value)


@pytest.mark.parametrize(
    ("file", "spoil", "fragments"),
    [
        ("merges.txt", lambda text: text + "q zz\n", ["merges.txt", "line", "'q zz'", "Fetch both"]),
        ("merges.txt", lambda text: text + text.split("\n")[1] + "\n", ["merges.txt", "does not join two pieces"]),
        ("merges.txt", lambda text: text.replace(" ", ""), ["merges.txt", "damaged"]),
        ("merges.txt", lambda text: text.rstrip("\n").rpartition("\n")[0], ["merges.txt", "cut off: no line makes"]),
        ("merges.txt", lambda text: "", ["merges.txt", "cut off: no line makes"]),
        ("vocab.json", lambda text: text[:-10], ["vocab.json", "not JSON"]),
        ("vocab.json", lambda text: text.replace(": 3,", ": 3000,"), ["vocab.json", "ids are not 0, 1, 2"]),
        ("vocab.json", lambda text: text.replace(": 3,", ': "3",'), ["vocab.json", "ids are not 0, 1, 2"]),
        ("vocab.json", lambda text: text.replace(": 3,", ": 3.0,"), ["vocab.json", "ids are not 0, 1, 2"]),
        ("vocab.json", lambda text: text.replace(": 1,", ": true,"), ["vocab.json", "ids are not 0, 1, 2"]),
        ("vocab.json", lambda text: text.replace('"!"', '"new"'), ["no id for the piece '!'"]),
    ],
)
def test_damaged_gpt2_files_are_refused(tmp_path, file, spoil, fragments):
    path = write_gpt2(tmp_path, SMALL.merges[:20]) / file
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        BytePairTokenizer.from_gpt2(tmp_path)
    for fragment in fragments:
        assert fragment in str(caught.value)


def test_not_utf8_is_refused(tmp_path):
    write_gpt2(tmp_path, ())
    (tmp_path / "merges.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"merges.txt' is damaged: it is not UTF-8"):
        BytePairTokenizer.from_gpt2(tmp_path)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"vocab.json and merges.txt.*and has none of them.*openai-community"):
        BytePairTokenizer.from_gpt2(tmp_path)
    (tmp_path / "vocab.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"and has only vocab\.json"):
        BytePairTokenizer.from_gpt2(tmp_path)
    with pytest.raises(FileNotFoundError, match="and does not exist"):
        BytePairTokenizer.from_gpt2(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"there is no file .*nothing.json"):
        BytePairTokenizer.load(tmp_path / "nothing.json")


def test_one_long_word():
    """One word of 400,000 letters: with time growing by the square of its length this test would take hours."""
    text = "ab" * 200_000
    tokenizer = BytePairTokenizer.train(text, 270, progress=False)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert len(ids) < 500
    assert len(tokenizer._cache) == 0  # long words are not kept


@pytest.mark.slow
def test_ten_megabytes():
    text = "".join(f"Line {k}: the loom weaves flowers, 花纹 and {k % 97} leaves.\n" for k in range(200_000))
    assert len(text.encode()) > 10_000_000
    assert SMALL.decode(SMALL.encode(text)) == text


BAD = {
    "blank text": (lambda: BytePairTokenizer.train(" ", 300), ValueError, ["`text`", "not blank"]),
    "bytes": (lambda: BytePairTokenizer.train(b"ab", 300), TypeError, ["`text`", "a text (str)"]),
    "half a pair in training": (
        lambda: BytePairTokenizer.train("a\udc80", 300),
        ValueError, ["`text`", "valid Unicode", "'\\udc80' at place 1"],
    ),
    "vocabulary too small": (
        lambda: BytePairTokenizer.train("ab", 256),
        ValueError, ["`vocab_size`", ">= 257", "got 256", "256 bytes"],
    ),
    "vocabulary of a fraction": (lambda: BytePairTokenizer.train("ab", 300.0), TypeError, ["`vocab_size`", "300.0"]),
    "special tokens as one text": (
        lambda: BytePairTokenizer.train("ab", 300, special_tokens="<a>"),
        TypeError, ["`special_tokens`", "a list of texts", "'<a>'"],
    ),
    "special token twice": (
        lambda: BytePairTokenizer.train("ab", 300, special_tokens=["<a>", "<a>"]),
        ValueError, ["`special_tokens`", "different"],
    ),
    "empty special token": (
        lambda: BytePairTokenizer.train("ab", 300, special_tokens=[""]),
        ValueError, ["`special_tokens`", "not empty"],
    ),
    "number as text": (lambda: SMALL.encode(3), TypeError, ["`text`", "got 3"]),
    "half a pair": (lambda: SMALL.encode("ok \ud83d"), ValueError, ["`text`", "lone surrogate", "at place 3"]),
    "unknown way with special tokens": (
        lambda: SMALL.encode("a", special="alow"),
        ValueError, ["`special`", "Did you mean 'allow'?"],
    ),
    "id outside": (lambda: SMALL.decode([0, 9999]), ValueError, ["`ids[1]`", "from 0 to", "got 9999", "tokenizer"]),
    "id below zero": (lambda: SMALL.decode([-1]), ValueError, ["`ids[0]`", "got -1"]),
    "ids as fractions": (lambda: SMALL.decode(np.array([0.0])), TypeError, ["`ids[0]`", "an integer", "0.0"]),
    "a merge of what is not there": (
        lambda: BytePairTokenizer([(97, 256)], {}),
        ValueError, ["`merges[0]`", "from 0 to 255", "(97, 256)"],
    ),
    "a merge that is no pair": (lambda: BytePairTokenizer([97], {}), ValueError, ["`merges[0]`", "a pair", "got 97"]),
    "special tokens without ids": (
        lambda: BytePairTokenizer([], [END]),
        TypeError, ["`special_tokens`", "a mapping of names to ids", "got ['<|endoftext|>']", "256"],
    ),
    "an id used twice": (lambda: BytePairTokenizer([], {END: 255}), ValueError, ["`ids`", "special tokens"]),
    "ids too few": (lambda: BytePairTokenizer([], {}, [0, 1]), ValueError, ["`ids`", "256 ids", "[0, 1]"]),
    "path as a number": (lambda: SMALL.save(3), TypeError, ["`path`", "got 3"]),
    "folder as a number": (lambda: BytePairTokenizer.from_gpt2(3), TypeError, ["`folder`", "got 3"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, kind, fragments = BAD[case]
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    for fragment in fragments:
        assert fragment in str(caught.value)
