"""Figures belong to pyplot, results show themselves in a notebook, and nothing is left open or changed."""

import base64
import re
from dataclasses import dataclass

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from ailiteracy._support.figures import CHINESE_FONTS, figure_html, new_figure, result_html, text_fonts


@dataclass(frozen=True, repr=False)
class Result:
    text: str

    def __repr__(self):
        return self.text

    def plot(self):
        figure = new_figure()
        figure.subplots().plot([0, 1])
        return figure


def test_new_figure_is_of_pyplot_and_of_its_size():
    figure = new_figure(5, 3)
    assert plt.gcf() is figure
    assert figure.get_size_inches().tolist() == [5, 3]
    assert figure.get_constrained_layout()
    assert not figure.axes


def test_settings_stay_as_found():
    before = dict(mpl.rcParams)
    result_html(Result("a"))
    assert dict(mpl.rcParams) == before


def test_figure_html_is_a_picture_with_a_text():
    page = figure_html(new_figure(1, 1), alt='a "b" <c>')
    assert 'alt="a &quot;b&quot; &lt;c&gt;"' in page
    picture = base64.b64decode(re.search('base64,([^"]+)', page)[1])
    assert picture.startswith(b"\x89PNG")


def test_result_html_closes_its_figure_only():
    other = plt.figure()
    page = result_html(Result("1 < 2 & so on"))
    assert plt.get_fignums() == [other.number]
    assert "1 &lt; 2 &amp; so on" in page
    assert 'alt="Result"' in page


def test_result_html_closes_its_figure_after_an_error(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(mpl.figure.Figure, "savefig", fail)
    with pytest.raises(OSError, match="no space"):
        result_html(Result("a"))
    assert not plt.get_fignums()


def test_result_html_keeps_line_breaks():
    assert '<p style="white-space: pre-wrap">one\ntwo</p>' in result_html(Result("one\ntwo"))


def test_text_fonts_end_with_one_that_is_always_there():
    fonts = text_fonts()
    assert fonts[-1] == "DejaVu Sans"
    assert set(fonts[:-1]) <= set(CHINESE_FONTS)


def test_text_fonts_draw_without_a_warning():
    figure = new_figure(2, 2)
    figure.text(0.1, 0.5, "plain text", fontfamily=text_fonts())
    figure.canvas.draw()


def test_chinese_is_drawn_where_a_font_has_it():
    if text_fonts() == ["DejaVu Sans"]:
        pytest.skip("no font with Chinese letters on this machine")
    figure = new_figure(2, 2)
    figure.text(0.1, 0.5, "人工智能", fontfamily=text_fonts())
    figure.canvas.draw()  # a missing glyph is a warning, and warnings are errors
