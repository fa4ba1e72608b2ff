"""The built website, for the tests that read it: its folder, its address, and a page in a real browser."""

import functools
import http.server
import re
import shutil
import threading
import urllib.parse

import pytest

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def site(request):
    """The folder of the built website."""
    folder = request.config.getoption("site")
    if folder is None:
        pytest.skip("no built website: `nox -s docs` builds it and runs these tests with --site")
    return folder.resolve()


@pytest.fixture(scope="session")
def pages(site):
    """The pages of the website; one that has moved leaves only its new address and is none."""
    found = [page for page in sorted(site.rglob("*.html")) if "_static" not in page.parts]
    return [page for page in found if 'http-equiv="refresh"' not in page.read_text(encoding="utf-8")[:400]]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def top(site):
    """The folder of the host for which the site was built, such as "/ailiteracy/"; "/" where it has no address."""
    found = re.search(r'rel="canonical" href="([^"]+)index\.html"', (site / "index.html").read_text(encoding="utf-8"))
    return urllib.parse.urlsplit(found[1]).path if found else "/"


@pytest.fixture(scope="module")
def address(site, top):
    class InItsFolder(Quiet):
        def translate_path(self, path):
            return super().translate_path("/" + path.removeprefix(top))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(InItsFolder, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{top.rstrip('/')}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium(site):
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium on this machine; on Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(request, chromium, address):
    """A page that fails the test at the end when anything went wrong in it or it asked another host for something.

    Its screen has one pixel for each pixel of the page; a test that wants a finer one gives their number as parameter.
    """
    context = chromium.new_context(accept_downloads=True, device_scale_factor=getattr(request, "param", 1))
    page, trouble = context.new_page(), []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url) if not local(request.url, address) else None)
    page.on("requestfailed", lambda request: trouble.append(f"{request.failure}: {request.url}"))
    page.on(
        "response", lambda answer: trouble.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None
    )
    yield page
    context.close()
    # Leaving a page stops what it was still fetching.
    assert [line for line in trouble if not line.startswith("net::ERR_ABORTED")] == []


def local(url, address):
    return url.startswith((address, "data:", "blob:", "file:"))


@pytest.fixture
def plain_page(chromium):
    """A page in which scripts are switched off."""
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture(params=[1280, 390])
def width(request, page):
    """The width of the page: that of a desk, then that of a phone."""
    page.set_viewport_size({"width": request.param, "height": 900})
    return request.param


@pytest.fixture
def walk(page):
    """A walk to a control with the Tab key alone, from where the focus is."""

    def walked(control):
        for _ in range(400):
            if control.evaluate("element => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        pytest.fail(f"the Tab key does not lead to {control}")

    return walked


@pytest.fixture(params=["mouse", "keyboard"])
def way(request):
    """How the page is used."""
    return request.param


@pytest.fixture
def press(page, way, walk):
    """The use of a button or a link: a click, or Tab as often as needed and Enter."""

    def pressed(control):
        if way == "mouse":
            control.click()
        else:
            walk(control)
            page.keyboard.press("Enter")

    return pressed


@pytest.fixture
def open_menu(page, press):
    """The head of the page laid open: on a narrow screen its switches are behind a button."""

    def opened():
        menu = page.locator("button.primary-toggle")
        if menu.is_visible():
            press(menu)
            page.locator("#pst-primary-sidebar-modal[open]").wait_for()
            page.wait_for_timeout(400)  # it slides in

    return opened


@pytest.fixture
def find(page):
    """A search: from the folder of a site's pages and what is looked for to the names of the first ten pages found."""

    def found(site, words):
        page.goto(f"{site}/search.html?q={urllib.parse.quote(words)}")
        page.wait_for_function("document.querySelector('.search-summary')?.textContent", timeout=20_000)
        links = page.evaluate("[...document.querySelectorAll('ul.search li a')].map(link => link.href)")
        names = [urllib.parse.urldefrag(url.partition("?")[0])[0] for url in links]
        return list(dict.fromkeys(name.removeprefix(f"{site}/").removesuffix(".html") for name in names))[:10]

    return found
