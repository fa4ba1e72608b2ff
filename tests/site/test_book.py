"""The website as a book: its pages are XML."""

import pathlib
import subprocess
import sys
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


@pytest.mark.parametrize(("html", "wanted"), [
    ('<a href="b.html">b</a><a class="c" href="../b/c.html#d">c</a>',
     '<a href="b.xhtml">b</a><a class="c" href="../b/c.xhtml#d">c</a>'),
    ('<a href="https://a.org/b.html">b</a>', '<a href="https://a.org/b.html">b</a>'),
    ('<a href="#b.html">b</a><a href="b.htm">b</a>', '<a href="#b.html">b</a><a href="b.htm">b</a>'),
    ("<pre>b.html</pre>", "<pre>b.html</pre>"),
])  # fmt: skip
def test_links_lead_to_pages_of_the_book(html, wanted):
    assert book.linked(html) == wanted
    assert book.linked(wanted) == wanted


def test_a_closed_page_is_xml():
    page = '<div><input type="text" size="12" autocomplete="off"><img alt="a &lt; b" src="x"><br></div>'
    with pytest.raises(ET.ParseError):
        ET.fromstring(page)
    assert len(ET.fromstring(book.closed(page))) == 3


def test_broken_pages_are_found(tmp_path):
    (tmp_path / "good.xhtml").write_text("<p>a&nbsp;b &amp; c<br /></p>", encoding="utf-8")
    (tmp_path / "bad.xhtml").write_text("<p>a<br></p>", encoding="utf-8")
    assert list(book.broken_pages(tmp_path)) == ["bad.xhtml"]


def test_lost_files_are_found(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.xhtml").write_text(
        '<p><a href="../two.xhtml#x"/><a href="https://a.org/b"/><a href="#here"/></p>'
    )
    (tmp_path / "two.xhtml").write_text('<p><img src="a%20b.png"/><img src="gone.png"/><a href="a/three.xhtml?x"/></p>')
    (tmp_path / "a b.png").write_bytes(b"")
    (tmp_path / "404.xhtml").write_text('<p><a href="/at/the/host.css"/></p>')
    assert book.lost_files(tmp_path) == {"gone.png": "two.xhtml", "a/three.xhtml": "two.xhtml"}
    done = subprocess.run([sys.executable, book.__file__, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["two.xhtml: there is no gone.png", "two.xhtml: there is no a/three.xhtml"]
