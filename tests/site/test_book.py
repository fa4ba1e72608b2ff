"""The website as a book: its pages are XML."""

import pathlib
import xml.etree.ElementTree as ET

import book
import pytest

ROOT = pathlib.Path(__file__).parents[2]


@pytest.mark.parametrize(("html", "wanted"), [
    ("<p>text</p>", "<p>text</p>"),
    ("a<br>b<br/>c<br />d", "a<br />b<br />c<br />d"),
    ('<input type="checkbox" id="x" disabled>', '<input type="checkbox" id="x" disabled="disabled" />'),
    ('<input checked="checked" type=radio>', '<input checked="checked" type="radio" />'),
    ('<img alt="a > b, c/d" src="x.png">', '<img alt="a > b, c/d" src="x.png" />'),
    ("<img alt='' src=\"x.png\" />", "<img alt='' src=\"x.png\" />"),
    ('<img alt="an = sign" src="x.png"/>', '<img alt="an = sign" src="x.png" />'),
    ("<hr class='a'><bring>", "<hr class='a' /><bring>"),
])  # fmt: skip
def test_elements_are_closed(html, wanted):
    assert book.closed(html) == wanted
    assert book.closed(wanted) == wanted


def test_a_closed_page_is_xml():
    page = '<div><input type="text" size="12" autocomplete="off"><img alt="a &lt; b" src="x"><br></div>'
    with pytest.raises(ET.ParseError):
        ET.fromstring(page)
    assert len(ET.fromstring(book.closed(page))) == 3


def test_broken_pages_are_found(tmp_path):
    (tmp_path / "good.xhtml").write_text("<p>a&nbsp;b &amp; c<br /></p>", encoding="utf-8")
    (tmp_path / "bad.xhtml").write_text("<p>a<br></p>", encoding="utf-8")
    assert list(book.broken_pages(tmp_path)) == ["bad.xhtml"]
