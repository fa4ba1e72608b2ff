"""The website's address in what other programs read: the address that each page gives as its own, and the site map.

The idea in three lines: a host names the address in the environment; English pages lie at its top, a translation in a
folder named after its language. Each page then says where it is published, and sitemap.xml, written with the English
pages, lists every page of every language beside its translations.

The page "not found" is shown at any address: its links start at the top, too.

*Left out*: a site without an address, such as one that is opened from a folder, gives none and has no site map.
*Next*: llms.py, the table of contents for programs that read text.
"""

import pathlib
import urllib.parse
import xml.etree.ElementTree as ET

from docutils import nodes

HOSTS = ("READTHEDOCS_CANONICAL_URL", "AILITERACY_SITE_URL")  # variables; the first one that is set counts
MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
LOST = "404"  # the page that a host shows at every wrong address


def site_address(environment):
    """Return the address that the environment names, with a slash at its end; "" where it names none.

    >>> site_address({"AILITERACY_SITE_URL": "https://a.org/course"})
    'https://a.org/course/'
    """
    for name in HOSTS:
        address = environment.get(name, "").strip()
        if address:
            parts = urllib.parse.urlsplit(address)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
                raise ValueError(
                    f"`{name}` must be the address of the website's first page, got {address!r}. "
                    'Write it with its scheme, for example "https://example.org/ailiteracy/", or leave it unset.'
                )
            return address.rstrip("/") + "/"
    return ""


def address_in(address, language):
    """Return where the pages of a language lie.

    >>> address_in("https://a.org/", "zh_CN"), address_in("https://a.org/", "en"), address_in("", "zh_CN")
    ('https://a.org/zh_CN/', 'https://a.org/', '')
    """
    return f"{address}{language}/" if address and language != "en" else address


def site_map(names, address, languages):
    """Return the site map, XML, of pages that all languages have.

    >>> site_map(["start"], "https://a.org/", ["en"]).count("<loc>https://a.org/start.html</loc>")
    1
    """
    ET.register_namespace("", MAP)
    ET.register_namespace("xhtml", XHTML)
    root = ET.Element(f"{{{MAP}}}urlset")
    for name in sorted(names):
        places = {language: f"{address_in(address, language)}{name}.html" for language in languages}
        for place in places.values():
            url = ET.SubElement(root, f"{{{MAP}}}url")
            ET.SubElement(url, f"{{{MAP}}}loc").text = place
            # Each page names all its translations, itself among them.
            for language, other in places.items() if len(places) > 1 else ():
                link = {"rel": "alternate", "hreflang": language.replace("_", "-"), "href": other}
                ET.SubElement(url, f"{{{XHTML}}}link", link)
    ET.indent(root, "")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def set_address(app, config):
    """Give the pages of a translation the address of their own folder."""
    config.html_baseurl = address_in(config.html_baseurl, config.language)


def lead_from_anywhere(app, doctree, docname):
    """Let the links of the page "not found" start at the host's first folder, as its pictures and scripts do."""
    if docname == LOST and app.builder.name == "html":
        for link in doctree.findall(nodes.reference):
            if link.get("internal") and "refuri" in link and not link["refuri"].startswith("#"):
                link["refuri"] = app.config.notfound_urls_prefix + link["refuri"]


def write_map(app, exception):
    """Write the site map beside the English pages."""
    config = app.config
    if exception is None and app.builder.name == "html" and config.html_baseurl and config.language == "en":
        names = app.env.found_docs - {LOST}
        text = site_map(names, config.html_baseurl, config.html_context.get("languages") or ["en"])
        pathlib.Path(app.outdir, "sitemap.xml").write_text(text, encoding="utf-8")


def setup(app):
    """Called by Sphinx."""
    app.connect("config-inited", set_address)
    app.connect("doctree-resolved", lead_from_anywhere)
    app.connect("build-finished", write_map)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
