"""What a host and a search engine meet: the address of each page, the site map, old addresses, the configurations.

A site that was built without an address gives none; everything else holds for it too.
"""

import os
import pathlib
import re
import runpy
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as ET

import pytest

pytest.importorskip("sphinx", reason="belongs to the dependency group docs")
import addresses

ROOT = pathlib.Path(__file__).parents[2]
LANGUAGES = {"en": "", "zh_CN": "zh_CN/"}  # and the folder of each
TOP = "https://example.org/ailiteracy/"
NOT_LISTED = {"404", "search", "genindex", "py-modindex"}  # they say nothing of their own
CONF = """
import os, sys
sys.path.insert(0, {extensions!r})
from addresses import site_address
project = "small"
extensions = ["addresses", "llms"]
html_baseurl = site_address(os.environ)
html_context = {{"languages": ["en", "zh_CN"]}}
"""


@pytest.fixture(scope="module")
def conf():
    """The configuration of the website as Sphinx reads it."""
    before = list(sys.path)
    try:
        return runpy.run_path(str(ROOT / "docs/conf.py"))
    finally:
        sys.path[:] = before


def canonical(page):
    found = re.search(r'<link rel="canonical" href="([^"]+)"', page.read_text(encoding="utf-8"))
    return found and found[1]


@pytest.fixture(scope="module")
def published(site):
    """The address for which the website was built; "" where it has none."""
    return (canonical(site / "index.html") or "").removesuffix("index.html")


def locations(text):
    """Return each address of a site map with the addresses of its translations."""
    urls = ET.fromstring(text.encode()).iter(f"{{{addresses.MAP}}}url")
    return {
        url.findtext(f"{{{addresses.MAP}}}loc"): {
            link.get("hreflang"): link.get("href") for link in url.iter(f"{{{addresses.XHTML}}}link")
        }
        for url in urls
    }


def redirect_target(page):
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.read_text(encoding="utf-8"))
    return found and found[1]


@pytest.mark.parametrize(("environment", "wanted"), [
    ({}, ""),
    ({"AILITERACY_SITE_URL": " "}, ""),
    ({"AILITERACY_SITE_URL": "https://a.org"}, "https://a.org/"),
    ({"AILITERACY_SITE_URL": "http://a.org/b//"}, "http://a.org/b/"),
    ({"AILITERACY_SITE_URL": "https://a.org/", "READTHEDOCS_CANONICAL_URL": "https://b.org/en/"}, "https://b.org/en/"),
])  # fmt: skip
def test_the_environment_names_the_address(environment, wanted):
    assert addresses.site_address(environment) == wanted


@pytest.mark.parametrize(
    "address", ["a.org/b", "/b/", "https:///b", "ftp://a.org", "https://a.org/?x=1", "https://a.org/#x"]
)
def test_other_addresses_are_refused(address):
    with pytest.raises(ValueError, match=r"`AILITERACY_SITE_URL` must be the address.*got .*leave it unset"):
        addresses.site_address({"AILITERACY_SITE_URL": address})


def test_a_site_map_by_hand():
    assert locations(addresses.site_map({"start", "a/b"}, TOP, ["en"])) == {
        f"{TOP}a/b.html": {},
        f"{TOP}start.html": {},
    }
    both = {"en": f"{TOP}start.html", "zh-CN": f"{TOP}zh_CN/start.html"}
    assert locations(addresses.site_map(["start"], TOP, ["en", "zh_CN"])) == dict.fromkeys(both.values(), both)


@pytest.mark.parametrize("address", ["", TOP])
def test_two_languages_of_a_small_site(tmp_path, address):
    source = tmp_path / "docs"
    (source / "lessons").mkdir(parents=True)
    (source / "conf.py").write_text(CONF.format(extensions=str(ROOT / "docs/_ext")), encoding="utf-8")
    for name, text in {"index": "Top", "lessons/one": ":orphan:\n\nOne", "404": ":orphan:\n\nLost"}.items():
        (source / f"{name}.rst").write_text(f"{text}\n====\n", encoding="utf-8")
    built = tmp_path / "html"
    environment = {name: value for name, value in os.environ.items() if name not in addresses.HOSTS}
    for language, folder in LANGUAGES.items():
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", "-d", str(tmp_path / language)]
        command += ["-D", f"language={language}", str(source), str(built / folder)]
        subprocess.run(command, check=True, env=environment | {"AILITERACY_SITE_URL": address}, timeout=100)
    for folder in LANGUAGES.values():
        own = address and address + folder
        assert canonical(built / folder / "lessons/one.html") == (f"{own}lessons/one.html" if address else None)
        assert f"- [One]({own}lessons/one.html)\n" in (built / folder / "llms.txt").read_text(encoding="utf-8")
    assert not (built / "zh_CN/sitemap.xml").exists()
    assert (built / "sitemap.xml").exists() == bool(address)
    if address:
        wanted = {f"{TOP}{folder}{name}.html" for folder in LANGUAGES.values() for name in ("index", "lessons/one")}
        assert set(locations((built / "sitemap.xml").read_text(encoding="utf-8"))) == wanted


def test_pages_say_where_they_are_published(site, published):
    assert published == addresses.site_address({"AILITERACY_SITE_URL": published})
    pages = [page for page in site.rglob("*.html") if "_static" not in page.parts and not redirect_target(page)]
    assert len(pages) > 500
    for page in pages:
        assert canonical(page) == (published + page.relative_to(site).as_posix() if published else None), page


def test_the_page_not_found_works_at_any_address(site, published):
    folder = urllib.parse.urlsplit(published).path or "/"
    own = re.findall(r'(?:href|src)="([^"#:]+)"', (site / "404.html").read_text(encoding="utf-8"))
    assert len(own) > 40
    for url in own:
        assert url.startswith(folder), url
        assert (site / urllib.parse.unquote(url.partition("?")[0]).removeprefix(folder)).exists(), url


def test_the_site_map_lists_every_page_of_every_language(site, published):
    assert (site / "sitemap.xml").exists() == bool(published)
    assert not (site / "zh_CN/sitemap.xml").exists()
    if not published:
        return
    listed = locations((site / "sitemap.xml").read_text(encoding="utf-8"))
    pages = [page for page in site.rglob("*.html") if "_static" not in page.parts and not redirect_target(page)]
    assert set(listed) == {
        published + page.relative_to(site).as_posix() for page in pages if page.stem not in NOT_LISTED
    }  # fmt: skip
    for place, translations in listed.items():
        assert place in translations.values()
        assert set(translations) == {"en", "zh-CN"}
        assert set(translations.values()) <= set(listed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_contents_leads_to_pages_of_its_language(site, published, language):
    folder = site / LANGUAGES[language]
    base = published and published + LANGUAGES[language]
    text = (folder / "llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"^- \[.*\]\((\S+)\)$", text, re.MULTILINE)
    assert len(links) > 200
    for link in links:
        assert link.startswith(base)
        assert (folder / link.removeprefix(base)).exists(), link
    assert ("为什么一个神经元" in text) == (language == "zh_CN")


def test_moved_pages_are_gone_and_their_targets_are_there(conf):
    assert len(conf["redirects"]) >= 4
    for old, new in conf["redirects"].items():
        for name, there in ((f"{old}.html", False), (str(pathlib.PurePosixPath(old).parent / new), True)):
            source = name.replace("auto_gallery/", "gallery/").replace(".html", ".py")
            assert (ROOT / source).exists() == there, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_old_addresses_lead_to_new_pages(site, conf, language):
    for old, new in conf["redirects"].items():
        page = site / LANGUAGES[language] / f"{old}.html"
        assert redirect_target(page) == new
        assert "<h1>" in (page.parent / new).read_text(encoding="utf-8")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("served", [True, False])
def test_a_browser_follows_an_old_address(chromium, site, address, served, scripts):
    top = address if served else site.as_uri()
    context = chromium.new_context(java_script_enabled=scripts)
    page = context.new_page()
    mark = "#try-it" if scripts else ""
    page.goto(f"{top}/zh_CN/auto_gallery/games/plot_03_many_games.html{mark}", wait_until="commit")
    page.wait_for_url(f"{top}/zh_CN/auto_gallery/games/plot_08_many_games.html{mark}")
    context.close()


@pytest.mark.parametrize(("url", "ignored"), [
    ("http://localhost:11434/v1", True), ("http://127.0.0.1:8000/", True), ("http://localhost", True),
    ("https://localhost.example.org/", False), ("https://example.org/localhost/", False),
])  # fmt: skip
def test_links_to_the_readers_own_machine_are_not_followed(conf, url, ignored):
    assert any(re.match(pattern, url) for pattern in conf["linkcheck_ignore"]) == ignored


def test_hosts_build_all_languages_with_the_memory_of_each_example():
    told = (ROOT / ".readthedocs.yaml").read_text(encoding="utf-8")
    assert "nox -s examples site_build" in told
    assert "nox -s examples docs" in (ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8")
    nox = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    everything = told + "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github").rglob("*.yml"))
    for names in re.findall(r"\bnox -s ((?:\w+ )*\w+)", everything):
        for name in names.split():
            assert f"\ndef {name}(session):" in nox, name
