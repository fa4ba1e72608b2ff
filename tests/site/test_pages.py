"""The built website read as files: nothing from another host, all examples executed in time, notebooks that run."""

import html
import html.parser
import importlib
import json
import re
import urllib.parse
import xml.etree.ElementTree as ET

import pytest

import ailiteracy

SECONDS = 20  # an example's budget on two quiet cores
NOISE = 1.5  # how much slower a shared machine may be
PROCESSES = 2  # that run examples beside each other
SECONDS_OF_ALL = 20 * 60  # for the whole gallery
MEMORY = 2e9  # bytes, for an example that is run alone


class Loads(html.parser.HTMLParser):
    """Collects what a page makes the browser fetch, and the pictures without alternative text."""

    def __init__(self):
        super().__init__()
        self.urls, self.mute, self.unnamed = [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.urls += [attrs[name] for name in ("src", "poster", "data") if attrs.get(name)]
        self.urls += [part.split()[0] for part in (attrs.get("srcset") or "").split(",") if part.strip()]
        if tag == "link" and attrs.get("rel") not in ("canonical", "index", "next", "prev", "search", "author"):
            self.urls.append(attrs.get("href", ""))
        # A thumbnail stands beside the title of its example; read aloud, the title would be heard twice.
        thumbnail = attrs.get("src", "").endswith("_thumb.png") and attrs.get("alt") == ""
        if tag == "img" and not attrs.get("alt", "").strip() and not thumbnail:
            self.mute.append(attrs.get("src"))
        if tag == "img" and re.fullmatch(r"plot \d\d .*", attrs.get("alt", "")):
            self.unnamed.append(attrs["alt"])


@pytest.fixture(scope="module")
def readers(pages):
    """What each page loads."""
    found = {page: Loads() for page in pages}
    for page, reader in found.items():
        reader.feed(page.read_text(encoding="utf-8"))
    return found


def test_pictures_have_an_alternative_text(readers):
    assert {page: reader.mute for page, reader in readers.items() if reader.mute} == {}
    # A figure that has no title anywhere gets the name of its example, which says little.
    assert {page.stem: reader.unnamed for page, reader in readers.items() if reader.unnamed} == {}


def test_nothing_comes_from_another_host(readers, site):
    outside = {}
    for page, reader in readers.items():
        outside[page] = [url for url in reader.urls if urllib.parse.urlsplit(url).netloc]
    for sheet in site.rglob("*.css"):
        found = re.findall(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)", sheet.read_text(encoding="utf-8"))
        outside[sheet] = found
    assert {page: urls for page, urls in outside.items() if urls} == {}


def test_local_links_lead_somewhere(site, pages, top):
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for url in re.findall(r'(?:href|src)="([^"#?]+)', text):
            if not urllib.parse.urlsplit(url).scheme and not url.startswith("//"):
                place = site if url.startswith("/") else page.parent  # the page "not found" is shown at any address
                assert (place / urllib.parse.unquote(url).removeprefix(top)).exists(), f"{page}: {url}"


def test_local_links_lead_to_places_in_pages(site, pages):
    texts = {page.resolve(): page.read_text(encoding="utf-8") for page in pages}
    places = {page: set(re.findall(r'\b(?:id|name)="([^"]+)"', text)) for page, text in texts.items()}
    lost = []
    for page, text in texts.items():
        for url in re.findall(r'<a\b[^>]*?href="([^"]*#[^"]+)"', text):
            name, _, place = html.unescape(url).partition("#")
            target = page if not name else (page.parent / urllib.parse.unquote(name)).resolve()
            if target in places and urllib.parse.unquote(place) not in places[target]:
                lost.append(f"{page.relative_to(site)}: {url}")
    assert lost == []


@pytest.fixture(scope="module")
def examples(site, pages):
    """The pages of the examples, in English."""
    return [page for page in pages if re.match(r"auto_gallery/\w+/plot_", page.relative_to(site).as_posix())]


def test_examples_say_what_they_cost(examples):
    assert len({page.name for page in examples}) == len(examples), "the costs are kept by name"
    for page in examples:
        cost = re.search(r'<p class="cost">(.*?)</p>', page.read_text(encoding="utf-8"))
        assert cost, f"no cost on {page}"
        assert "nothing is downloaded" in cost[1], page


def test_examples_keep_their_memory_budget(site, examples):
    measured = site.parents[1] / "_memory.json"  # docs/_memory.json beside docs/_build/html
    if not measured.exists():
        pytest.skip("`nox -s examples` was not run before the website was built")
    memory = json.loads(measured.read_text(encoding="utf-8"))
    pages = {page.stem: page for page in examples}
    assert memory.keys() == pages.keys()
    assert {name: taken for name, taken in memory.items() if taken > MEMORY} == {}
    name = min(memory, key=memory.get)
    assert f"{memory[name] / 1e6:,.0f} MB of memory" in pages[name].read_text(encoding="utf-8")


def test_machines_find_their_way(site):
    text = (site / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith("# ailiteracy\n")
    assert "auto_gallery/basics/plot_01_one_neuron.html" in text
    assert (site / "404.html").exists()


def test_examples_keep_their_budget(site):
    cases = list(ET.parse(site.parent / "junit-gallery.xml").iter("testcase"))
    assert len(cases) >= 8
    assert not [case.get("file") for case in cases if len(case)], "examples that failed or were not run"
    seconds = {case.get("file"): float(case.get("time")) for case in cases}
    assert {name: taken for name, taken in seconds.items() if taken > SECONDS * NOISE} == {}
    assert sum(seconds.values()) / PROCESSES < SECONDS_OF_ALL


def test_page_names_differ_by_more_than_case(site):
    names = [str(page.relative_to(site)).lower() for page in site.rglob("*.html")]
    assert len(names) == len(set(names))


def test_every_public_name_has_a_page_with_examples(site):
    for subject in ailiteracy.__all__:
        for name in importlib.import_module(f"ailiteracy.{subject}").__all__:
            page = site / "api" / "generated" / f"ailiteracy.{subject}.{name}.html"
            page = page if page.exists() else page.with_stem(f"{page.stem}-class")
            assert "sphx-glr-thumbcontainer" in page.read_text(encoding="utf-8"), f"no example on the page of {name}"


@pytest.mark.parametrize("subject", ["basics", "games", "vision", "nlp", "training", "check"])
def test_notebooks_run(site, subject, tmp_path):
    import nbclient
    import nbformat

    notebooks = [path for path in (site / "_downloads").rglob("plot_*.ipynb") if subject in subjects_of(path)]
    document = nbformat.read(min(notebooks, key=lambda path: path.name), as_version=4)
    nbclient.NotebookClient(document, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()


def subjects_of(notebook):
    """Return the subjects that a notebook imports."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return " ".join(re.findall(r"from ailiteracy(?: import |\.)([\w, ]+)", code))
