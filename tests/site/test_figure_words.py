"""The texts inside figures in a second language: what is looked up, what is kept, and that nothing stays changed."""

import pathlib
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from ailiteracy._support.figures import CHINESE_FONTS, text_fonts

pytest.importorskip("babel", reason="belongs to the dependency group docs")
import figure_words as words

ROOT = pathlib.Path(__file__).parents[2]
CATALOGUE = [message for message in words.catalogue_of("zh_CN") if message.id]
KNOWN = {  # in letters that every font has
    "epoch {}: loss {}": "Epoche {}: Verlust {}",
    "{} of {} right": "von {1} sind {0} richtig",
    "loss": "Verlust",
    "Loss {} of {}": "Verlust {}, Teil {}",
    "train": "lernen",
}
CHECKED = ["basics/plot_01_one_neuron.py", "games/plot_03_one_ply.py", "training/plot_01_the_loop.py"]  # the quick ones


@pytest.mark.parametrize(
    ("text", "message", "kept"),
    [
        ("epoch 12: loss 0.341", "epoch {}: loss {}", ["12", "0.341"]),
        ("1,500 moves, 12, 13", "{} moves, {}, {}", ["1,500", "12", "13"]),
        ("-0.3 to +1e-3, or −.5", "{} to {}, or {}", ["-0.3", "+1e-3", "−.5"]),
        ("2-3, 10-15-10, x-4", "{}-{}, {}-{}-{}, x-{}", ["2", "3", "10", "15", "10", "4"]),
        ("w11 of ResNet18", "w11 of ResNet18", []),
        ("98.9% right.", "{}% right.", ["98.9"]),
        (r"error $\hat{y}_1 - 2$ at 3", "error {} at {}", [r"$\hat{y}_1 - 2$", "3"]),
        ("costs 5 $", "costs {} $", ["5"]),
    ],
)
def test_numbers_and_formulas_are_set_aside(text, message, kept):
    assert words.key_of(text) == (message, kept)
    assert words.fill(message, kept) == text


@given(st.text(alphabet="ab 0123456789.,-+eE$%_()\n轮"))
def test_a_text_comes_back_from_its_message(text):
    assert words.fill(*words.key_of(text)) == text


def test_only_words_are_messages():
    assert not any(map(words.is_message, ["{}", "-{}%", "x", "w1", "{}, {}", "a {0} text"]))
    assert all(map(words.is_message, ["loss", "损失", "{} epochs"]))


def test_every_text_of_a_figure_is_translated():
    with words.every_text(words.sayer(KNOWN)):
        figure, ax = plt.subplots()
        ax.plot([1, 2], label="train")
        ax.plot([2, 1], label="unknown to the catalogue")
        legend = ax.legend()
        ax.set(title="epoch 12: loss 0.341", xlabel="loss", ylabel="y")
        ax.set_xticks([0, 1], ["train", "12"])
        note = ax.annotate("18 of 20 right", (0, 1))
        figure.suptitle("Loss $L_2$ of 3")
        figure.canvas.draw()
        ticks = [text.get_text() for text in ax.get_xticklabels()]
    assert ax.get_title() == "Epoche 12: Verlust 0.341"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Verlust", "y")
    assert [text.get_text() for text in legend.get_texts()] == ["lernen", "unknown to the catalogue"]
    assert ticks == ["lernen", "12"]
    assert note.get_text() == "von 20 sind 18 richtig"
    assert figure.get_suptitle() == "Verlust $L_2$, Teil 3"


def test_matplotlib_is_left_as_found():
    before = Text.set_text
    with words.every_text(words.sayer(KNOWN)):
        assert plt.figure().text(0, 0, "loss").get_text() == "Verlust"
    assert Text.set_text is before
    with pytest.raises(ValueError, match="not a figure"), words.every_text(words.sayer(KNOWN)):
        raise ValueError("not a figure")
    assert Text.set_text is before


def test_an_example_has_its_own_words_and_english_has_none(monkeypatch):
    def title(script, text):
        words.translate_figures({}, script)
        return plt.figure().suptitle(text).get_text()

    monkeypatch.setenv(words.LANGUAGE, "zh_CN")
    monkeypatch.setattr(words, "current", words.contextlib.ExitStack())
    with words.current:
        loop = "plot_01_the_loop.py"  # sphinx-gallery gives no folder
        assert title(loop, "weights kept") == "保留的权重"
        assert title(loop, "move 3") == "move 3"  # said by another example
        assert title("plot_01_first_game.py", "move 3") == "第 3 步"
        assert title("plot_04_looking_ahead.py", "left") == "left（左）"
        assert title("plot_02_inside_a_neural_reader.py", "left") == "left"  # a word of its text
        assert title("plot_99_none.py", "move 3") == "move 3"
        monkeypatch.setenv(words.LANGUAGE, "en")
        assert title(loop, "weights kept") == "weights kept"


@pytest.mark.parametrize("message", CATALOGUE, ids=lambda message: f"{message.id} {message.context or ''}")
def test_a_message_has_its_translation(message):
    assert message.string
    assert words.is_message(message.id)
    marks = [f"<{k}>" for k in range(message.id.count("{}"))]
    assert sorted(re.findall(r"<\d>", words.fill(message.string, marks))) == marks
    assert message.id.count("\n") == message.string.count("\n")


@pytest.mark.skipif(not set(text_fonts()) & set(CHINESE_FONTS), reason="no font on this machine has Chinese characters")
def test_the_fonts_have_every_character():
    with mpl.rc_context({"font.family": text_fonts()}):
        figure = plt.figure()
        figure.text(0, 0, "\n".join(message.string for message in CATALOGUE), parse_math=False)
        figure.canvas.draw()  # a character that no font has is a warning, hence an error


def test_translated_examples_have_translated_figures():
    from babel.messages.pofile import read_po

    with (ROOT / "docs/locales/zh_CN/LC_MESSAGES/gallery.po").open("rb") as file:
        translated = {place for message in read_po(file) for place, _ in message.locations if place.endswith(".py")}
    assert translated == {place for message in CATALOGUE for place, _ in message.locations}


@pytest.mark.parametrize("name", CHECKED)
def test_the_catalogue_belongs_to_the_figures_as_they_are(name):
    with mpl.rc_context():
        found = words.messages_of(ROOT / "gallery" / name)
    known = [message.id for message in CATALOGUE if (f"gallery/{name}", None) in message.locations]
    assert sorted(found) == sorted(known), f"{name} has changed: extract and translate it again"
