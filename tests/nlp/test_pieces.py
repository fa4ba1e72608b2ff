import pytest

from ailiteracy.nlp import BytePairTokenizer, CharacterTokenizer, WordTokenizer, token_pieces

TEXT = "the cat sat on the mat\n猫"


@pytest.mark.parametrize(
    ("tokenizer", "text", "pieces"),
    [
        (CharacterTokenizer.train(TEXT), "cat", ("c", "a", "t")),
        (WordTokenizer.train(TEXT), "the mat", ("the", "mat")),
        (BytePairTokenizer.train("猫" + "the cat" * 9, 261), "the猫", ("the", "e7", "8c", "ab")),
    ],
)
def test_pieces(tokenizer, text, pieces):
    shown = token_pieces(text, tokenizer)
    assert shown.pieces == pieces
    assert list(shown.ids) == tokenizer.encode(text)
    assert str(shown).startswith(f"{len(text)} characters are {len(pieces)} tokens of a vocabulary of ")
    assert str(shown).endswith("|".join(pieces))


def test_any_tokenizer_will_do():
    class Doubler:
        vocab_size = 300

        def encode(self, text):
            return [ord(letter) for letter in text]

        def decode(self, ids):
            return "".join(chr(i) * 2 for i in ids)

    assert token_pieces("ab", Doubler()).pieces == ("aa", "bb")


def test_figure_writes_pieces_and_ids():
    shown = token_pieces("the cat", CharacterTokenizer.train(TEXT))
    figure = shown.plot()
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts[::2] == ["t", "h", "e", "␣", "c", "a", "t"]
    assert texts[1::2] == [str(i) for i in shown.ids]
    assert figure.axes[0].get_title() == "7 characters, 7 tokens"
    assert "<img" in shown._repr_html_()


def test_long_and_empty_texts_can_be_drawn():
    letters = CharacterTokenizer.train(TEXT + "$\x00")
    assert len(token_pieces(TEXT * 100, letters).plot().axes[0].patches) < 500
    assert len(token_pieces("", letters).plot().axes[0].patches) == 0
    assert [text.get_text() for text in token_pieces("$\x00\n", letters).plot().axes[0].texts[::2]] == ["$", "�", "⏎"]


@pytest.mark.parametrize("tokenizer", [None, "gpt2", CharacterTokenizer])
def test_bad_input(tokenizer):
    with pytest.raises(TypeError, match=r"`tokenizer` must be a trained tokenizer, got .*BytePairTokenizer.train"):
        token_pieces("a", tokenizer)
