import logging
import sys

import pytest

from ailiteracy.nlp import answer
from ailiteracy.nlp._answer_figure import COLUMNS, _layout

TEXT = "In 1833 Ada Lovelace met Charles Babbage."


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((3, TEXT), {}, TypeError, r"`question` must be a text \(str\), got 3"),
        (("Who?", None), {}, TypeError, r"`context` must be a text \(str\), got None"),
        (("", TEXT), {}, ValueError, r"`question` must be a text that is not blank, got ''"),
        (("Who?", ""), {}, ValueError, r"`context` must be a text that is not blank, got ''"),
        ((" \n", TEXT), {}, ValueError, r"`question` must be a text that is not blank"),
        (([], TEXT), {}, ValueError, r"`question` must be a text or a list of at least one, got \[\]"),
        (("Who?", []), {}, ValueError, r"`context` must be a text or a list of at least one, got \[\]"),
        ((["Who?", " "], TEXT), {}, ValueError, r"`question` must be a text that is not blank, got ' '"),
        ((["Who?", 3], TEXT), {}, TypeError, r"`question` must be a text \(str\), got 3"),
        ((["Who?"], [TEXT, TEXT]), {}, ValueError, r"`question` must be as many as contexts \(2\), got 1\. Pass one"),
        (({"Who?"}, TEXT), {}, TypeError, r"`question` must be a text \(str\), got \{'Who\?'\}"),
        (("Who?", "\u3000"), {}, ValueError, r"`context` must be a text that is not blank"),
        (("Who?", TEXT), {"top_k": 0}, ValueError, r"`top_k` must be an integer >= 1, got 0\. Use 1"),
        (("Who?", TEXT), {"top_k": 2.0}, TypeError, r"`top_k` must be an integer"),
        (("Who?", TEXT), {"max_answer_length": 0}, ValueError, r"`max_answer_length` must be an integer >= 1, got 0"),
        (("Who?", TEXT), {"no_answer": 1}, TypeError, r"`no_answer` must be True or False, got 1"),
        (("Who?", TEXT), {"download": "yes"}, TypeError, r"`download` must be True or False, got 'yes'"),
        (("Who?", TEXT), {"stride": -1}, ValueError, r"`stride` must be an integer >= 0, got -1"),
        (("Who?", TEXT), {"mirror": 5}, TypeError, r"`mirror` must be a text"),
        (
            ("Who?", TEXT),
            {"model": 5},
            TypeError,
            r"`model` must be a name or a folder .*got 5\. Pass 'auto', 'builtin'",
        ),
        (("Who?", TEXT), {"model": None}, TypeError, r"`model` must be a name or a folder"),
        (("Who?", TEXT), {"model": b"builtin"}, TypeError, r"`model` must be a name or a folder"),
        (("Who?", TEXT), {"model": ""}, ValueError, r"`model` must be 'auto', 'builtin', a folder or a hub id, got ''"),
        (
            ("Who?", TEXT),
            {"model": "bultin"},  # codespell:ignore bultin
            ValueError,
            r"`model` must be one of 'auto', 'builtin', got 'bultin'\. Did you mean 'builtin'\?",
        ),
        (("Who?", TEXT), {"model": "Builtin"}, ValueError, r"Did you mean 'builtin'\?"),
    ],
)
def test_bad_input(arguments, options, error, words):
    with pytest.raises(error, match=words):
        answer(*arguments, **options)


def test_top_k_is_a_list_without_doubles():
    found = answer("Who met Babbage?", "Ada met Babbage. ADA met Babbage. ada wrote.", model="builtin", top_k=4)
    assert isinstance(found, list)
    assert len({one.text.casefold() for one in found}) == len(found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert (
        found[0].text
        == answer("Who met Babbage?", "Ada met Babbage. ADA met Babbage. ada wrote.", model="builtin").text
    )


TEXTS = [TEXT, "Mary met Percy in 1814.", "艾伦·图灵是人工智能之父。"]


@pytest.mark.parametrize(
    ("questions", "contexts", "n"),
    [
        (["Who met Babbage?", "When did Ada meet Babbage?"], TEXT, 2),
        ("Who met Babbage?", TEXTS, 3),
        (["Who met Babbage?", "Who met Percy?", "谁是人工智能之父？"], tuple(TEXTS), 3),
        (["Who met Babbage?"], [TEXT], 1),
    ],
)
def test_lists_answer_as_one_by_one(questions, contexts, n):
    found = answer(questions, contexts, model="builtin")
    asked = [questions] * n if isinstance(questions, str) else questions
    texts = [contexts] * n if isinstance(contexts, str) else contexts
    alone = [answer(q, c, model="builtin") for q, c in zip(asked, texts, strict=True)]
    assert isinstance(found, list)
    assert [(a.text, a.start, a.score, a.question) for a in found] == [
        (a.text, a.start, a.score, a.question) for a in alone
    ]


def test_lists_with_a_network_answer_as_one_by_one(random_model):
    contexts = ["ada lovelace was a poet , " * n + "lord byron is the father ." for n in (1, 30, 3, 9)]
    found = answer("who is the father ?", contexts, model=random_model, top_k=2)
    alone = [answer("who is the father ?", context, model=random_model, top_k=2) for context in contexts]
    for several, one in zip(found, alone, strict=True):
        assert [(a.start, a.end) for a in several] == [(a.start, a.end) for a in one]
        assert [a.score for a in several] == pytest.approx([a.score for a in one], rel=1e-4)


def test_lists_of_two_languages_tell_who_answered(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with caplog.at_level(logging.INFO, logger="ailiteracy"):
        found = answer("Who?", TEXTS)
    assert len(found) == 3
    assert len(caplog.records) == 1  # one notice for all


@pytest.mark.parametrize(
    "context",
    [
        TEXT,
        "艾伦·图灵是人工智能之父，被誉为计算机科学的奠基人。",
        "$x_1$ and $\\frac costs $5 — 😀 \x00\x07 \ud83d \u202eabc שלום E\u0301 _ Ada met Babbage " + "long" * 60,
        "word " * 900 + "Ada met Babbage. " + "word " * 300,
    ],
)
@pytest.mark.parametrize("question", ["Who met Babbage?", "谁是 $x_ \ud800 之父？"])
def test_figures_of_any_text(context, question):
    import matplotlib.pyplot as plt

    found = answer(question, context, model="builtin")
    before = len(plt.get_fignums())
    figure = found.plot()
    figure.canvas.draw()
    above, below = figure.axes
    assert len(below.patches) == len(found.rivals)
    assert len(above.patches) >= sum(not c.isspace() for c in found.text)  # every character of the answer is marked
    assert len(plt.get_fignums()) == before + 1
    plt.close(figure)
    html = found._repr_html_()
    assert html.startswith("<p")
    assert 'src="data:image/png' in html
    assert "<script" not in html


def test_html_escapes_the_text():
    html = answer("Who <b>met</b> Babbage?", "<script>Ada</script> met Babbage.", model="builtin")._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html


def test_layout_breaks_lines_between_words():
    cells = _layout("a" * 80 + " " + "b" * 20 + "人")
    assert [line for line, *_ in cells] == [0] * 81 + [1] * 21
    assert cells[-1] == (1, 20, 2)
    assert max(column + width for _, column, width in cells) <= COLUMNS


def test_auto_says_who_answered(caplog, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with caplog.at_level(logging.INFO, logger="ailiteracy"):
        answer("Who met Babbage?", TEXT)
    assert [record.getMessage() for record in caplog.records] == [
        "answered by the built-in reader of rules and counts; choose another with model="
    ]
    caplog.clear()
    answer("Who met Babbage?", TEXT, model="builtin")
    assert not caplog.records


def test_built_in_reader_needs_no_torch(monkeypatch, tmp_path):
    import subprocess

    code = (
        "import sys; from ailiteracy.nlp import answer; answer('Who met Babbage?', 'Ada met Babbage.'); "
        "print([name for name in ('torch', 'transformers', 'sklearn', 'matplotlib') if name in sys.modules])"
    )
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
