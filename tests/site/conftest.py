"""The built website, for the tests that read it: its folder, its address, and a page in a real browser."""

import functools
import http.server
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


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address(site):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
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
def page(chromium, address):
    """A page that fails the test at the end when anything went wrong in it or it asked another host for something."""
    context = chromium.new_context(accept_downloads=True)
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
def find(page):
    """A search: from the folder of a site's pages and what is looked for to the names of the first ten pages found."""

    def found(site, words):
        page.goto(f"{site}/search.html?q={urllib.parse.quote(words)}")
        page.wait_for_function("document.querySelector('.search-summary')?.textContent", timeout=20_000)
        links = page.evaluate("[...document.querySelectorAll('ul.search li a')].map(link => link.href)")
        names = [urllib.parse.urldefrag(url.partition("?")[0])[0] for url in links]
        return list(dict.fromkeys(name.removeprefix(f"{site}/").removesuffix(".html") for name in names))[:10]

    return found
