"""The built website in a real browser: no error, no outside request, nothing too wide, buttons that work."""

import json
import pathlib
import re

import pytest

TRANSLATED = re.compile(
    r"index|start|lessons/|playground/|auto_gallery/\w+/plot_0[1-3]"
)  # of the pages in the second language
TERMS = {  # what is looked for, and a page that has to be among the first ten found
    "expectimax": "lessons/searching",
    "backprop_demo": "auto_gallery/basics/plot_02_backprop_xor",
    "residual": "auto_gallery/vision/plot_01_train_resnet",
    "answer": "api/generated/ailiteracy.nlp.answer",
    "perceptron": "api/generated/ailiteracy.basics.perceptron_demo",
    "tokenizer": "auto_gallery/nlp/plot_03_letters_words_pieces",
    "softmax": "auto_gallery/basics/plot_24_logits",
    "overfitting": "auto_gallery/basics/plot_37_learning_by_heart",
    "perplexity": "auto_gallery/training/plot_06_more_than_accuracy",
    "learning rate": "words",
    "minimax": "auto_gallery/games/plot_10_looking_ahead_at_an_opponent",
    "Turing": "lessons/intelligence",
}
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_clean(page, site, address, size):
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    for path in sorted(site.rglob("*.html")):
        parts = path.relative_to(site).parts
        if "_static" in parts or (parts[0] == "zh_CN" and not TRANSLATED.match("/".join(parts[1:]))):
            continue
        page.goto(f"{address}/{path.relative_to(site).as_posix()}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{path.name} is {wide} pixels wider than the screen"


@pytest.mark.parametrize(("words", "wanted"), TERMS.items())
def test_search_finds(find, address, words, wanted):
    assert wanted in find(address, words)


def test_search_says_so_when_nothing_is_found(find, page, address):
    assert find(address, "qqqqq") == []
    assert "did not match" in page.locator(".search-summary").text_content()


def test_theme_switch(page, address):
    page.goto(f"{address}/index.html", wait_until="networkidle")
    for mode in ("dark", "light"):
        page.locator("button.theme-switch-button:visible").first.click()
        page.locator(f"button.theme-change-button[data-mode={mode}]:visible").first.click()
        assert page.evaluate("document.documentElement.dataset.theme") == mode


def example(site):
    return min((site / "auto_gallery" / "basics").glob("plot_*.html")).relative_to(site).as_posix()


def test_copy_button(page, site, address):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/{example(site)}")
    block = page.locator("div.highlight-Python, div.highlight-python").first
    block.hover()
    block.locator("button.copybtn").click()
    block.locator("button.copybtn.success").wait_for()  # the button says when it is done
    assert "ailiteracy" in page.evaluate("navigator.clipboard.readText()")


def test_notebook_download(page, site, address):
    page.goto(f"{address}/{example(site)}")
    with page.expect_download() as download:
        page.locator("a[href$='.ipynb']").first.click()
    assert json.loads(pathlib.Path(download.value.path()).read_text(encoding="utf-8"))["cells"]


def test_gallery_filter_by_tag(page, address):
    page.goto(f"{address}/auto_gallery/index.html")
    assert page.locator(".sphx-glr-thumbcontainer").count() >= 8
