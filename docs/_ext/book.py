"""The website as a book: pages that a strict reader opens.

A browser forgives `<input disabled>`; readers of books parse the pages as XML, where every element is closed and every
attribute has a value, and show nothing of a page that is not.

    python docs/_ext/book.py FOLDER      say which pages of a built book are no XML, and which files they miss
"""

import argparse
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ET

VOID = re.compile(r"<(input|img|br|hr|source|wbr)\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)\s*/?>")
PAGE = re.compile(r'(\shref="(?!\w+:)[^"#?]+)\.html(?=[#"])')
LOST = "404.xhtml"  # built with the others, and no part of the book
ATTRIBUTE = re.compile(r"\s+([\w:-]+)(\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")


def closed(html: str) -> str:
    """Return a page's text with its elements that hold nothing closed.

    >>> closed('<p><input type="checkbox" disabled> <img alt="a > b" src=a.png></p>')
    '<p><input type="checkbox" disabled="disabled" /> <img alt="a > b" src="a.png" /></p>'
    """

    def whole(found: re.Match[str]) -> str:
        name, value = found[1], found[2]
        value = value.strip()[1:].strip() if value else f'"{name}"'
        return f" {name}={value}" if value[0] in "\"'" else f' {name}="{value}"'

    return VOID.sub(lambda found: f"<{found[1]}{ATTRIBUTE.sub(whole, found[2])} />", html)


def linked(html: str) -> str:
    """Return a page's text in which links to pages of the website lead to those of the book.

    >>> linked('<a href="../a.html#x">a</a> <a href="https://a.org/b.html">b</a>')
    '<a href="../a.xhtml#x">a</a> <a href="https://a.org/b.html">b</a>'
    """
    return PAGE.sub(r"\1.xhtml", html)


def mend(app, pagename, templatename, context, doctree) -> None:
    """Close the elements of a page of the book, and let its links lead to the book."""
    if app.builder.name == "epub" and "body" in context:
        context["body"] = linked(closed(context["body"]))


def broken_pages(folder: pathlib.Path) -> dict[str, str]:
    """Return what is wrong with each page of a built book that is no XML."""
    broken = {}
    for path in sorted(folder.rglob("*.xhtml")):
        try:
            # The names of characters that XHTML knows and XML does not.
            ET.fromstring(re.sub(r"&(?!amp;|lt;|gt;|quot;|apos;|#)\w+;", "", path.read_text(encoding="utf-8")))
        except ET.ParseError as error:
            broken[path.relative_to(folder).as_posix()] = str(error)
    return broken


def lost_files(folder: pathlib.Path) -> dict[str, str]:
    """Return the files that pages of a built book show or link to and that are not there, with the first such page."""
    lost: dict[str, str] = {}
    for path in sorted(set(folder.rglob("*.xhtml")) - {folder / LOST}):
        for url in re.findall(r'\b(?:src|href)="([^"#?]+)', path.read_text(encoding="utf-8")):
            if not urllib.parse.urlsplit(url).scheme and not (path.parent / urllib.parse.unquote(url)).exists():
                lost.setdefault(url, path.relative_to(folder).as_posix())
    return lost


def setup(app) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    book = parser.parse_args().folder
    troubles = [f"{name}: {error}" for name, error in broken_pages(book).items()]
    troubles += [f"{name}: there is no {url}" for url, name in lost_files(book).items()]
    sys.exit("\n".join(troubles) or 0)
