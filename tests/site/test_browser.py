"""The built website in a real browser: no error, no outside request, nothing too wide, buttons that work."""

import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CATALOGUE = (ROOT / "docs/locales/zh_CN/LC_MESSAGES/gallery.po").read_text(encoding="utf-8")  # names what it translates

EXAMPLE = "auto_gallery/basics/plot_01_one_neuron"
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
MOST_BYTES = 3_000_000  # of a page with all it loads: style, scripts, fonts, and pictures as fine as the screen
MEASURE = """document.fonts.ready.then(() => {
  const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const {scrollWidth, clientWidth} = document.documentElement;
  return [scrollWidth - clientWidth, loaded.reduce((sum, entry) => sum + entry.decodedBodySize, 0)];
})"""


def in_english(name):
    """Whether a page of the second language has no text of its own in it: most pages of functions and examples."""
    example = re.fullmatch(r"zh_CN/auto_gallery/(\w+/plot_\w+)\.html", name)
    return name.startswith("zh_CN/api/generated/") or (example and f"gallery/{example[1]}.py" not in CATALOGUE)


@pytest.mark.parametrize(("page", "width"), [(1, 1280), (2, 390)], indirect=["page"], ids=["desk", "phone"])
def test_every_page_is_clean(page, pages, site, address, width):
    """On both screens; what is the same in both languages only once on the wide one, where less can go wrong."""
    page.set_viewport_size({"width": width, "height": 900})
    too_wide, too_heavy = [], []
    for path in pages:
        name = path.relative_to(site).as_posix()
        if width == 1280 and in_english(name):
            continue
        page.goto(f"{address}/{name}")
        wide, weight = page.evaluate(MEASURE)
        too_wide += [f"{name}: {wide} pixels"] if wide > 1 else []
        too_heavy += [] if path.stat().st_size <= weight < MOST_BYTES else [f"{name}: {weight} bytes"]
    assert too_wide == []
    assert too_heavy == []


@pytest.mark.parametrize(("words", "wanted"), TERMS.items())
def test_search_finds(find, address, words, wanted):
    assert wanted in find(address, words)


def test_search_says_so_when_nothing_is_found(find, page, address):
    assert find(address, "qqqqq") == []
    assert "did not match" in page.locator(".search-summary").text_content()


def test_theme_switch(page, address, width, press, open_menu):
    page.goto(f"{address}/index.html", wait_until="networkidle")
    open_menu()
    for mode in ("dark", "light", "dark"):
        press(page.locator("button.theme-switch-button:visible").first)
        press(page.locator(f"button.theme-change-button[data-mode={mode}]:visible").first)
        assert page.evaluate("document.documentElement.dataset.theme") == mode
    page.goto(f"{address}/start.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark", "the next page has forgotten it"


def test_copy_button(page, address, width, way, press):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/{EXAMPLE}.html")
    block = page.locator("div.highlight-Python, div.highlight-python").first
    if way == "mouse":
        block.hover()  # it is shown when it can be used
    button = block.locator("button.copybtn")
    press(button)
    block.locator("button.copybtn.success").wait_for()  # the button says when it is done
    page.wait_for_function("button => getComputedStyle(button).opacity === '1'", arg=button.element_handle())
    assert page.evaluate("navigator.clipboard.readText()").strip() == block.locator("pre").inner_text().strip()


def test_notebook_download(page, site, address, width, press):
    page.goto(f"{address}/{EXAMPLE}.html")
    link = page.locator("a[href$='.ipynb']:visible").first
    with page.expect_download() as download:
        press(link)
    assert download.value.suggested_filename == f"{EXAMPLE.rpartition('/')[2]}.ipynb"
    saved = json.loads(pathlib.Path(download.value.path()).read_text(encoding="utf-8"))
    assert [cell["cell_type"] for cell in saved["cells"]].count("code") > 3
    assert saved == json.loads(next(site.glob("_downloads/*/plot_01_one_neuron.ipynb")).read_text("utf-8"))


def test_gallery_filter_by_tag(page, address):
    page.goto(f"{address}/auto_gallery/index.html")
    assert page.locator(".sphx-glr-thumbcontainer").count() >= 8


READ = "article :is(h1, h2, h3, p, li, pre, td)"  # what holds text


@pytest.mark.parametrize("name", ["lessons/learning", "auto_gallery/basics/plot_02_backprop_xor", "faq"])
def test_without_scripts_the_text_is_the_same(page, plain_page, address, name):
    page.goto(f"{address}/{name}.html")
    plain_page.goto(f"{address}/{name}.html")
    wanted = page.locator(READ).all_inner_texts()
    assert len("".join(wanted)) > 1_000
    assert plain_page.locator(READ).all_inner_texts() == wanted
    figures = plain_page.locator("article img").all()
    assert all(figure.is_visible() and figure.bounding_box()["height"] > 100 for figure in figures)
    assert plain_page.locator(".bd-header a:visible, .prev-next-area a:visible").count() >= 4, "the ways to other pages"


def test_without_scripts_an_example_can_be_downloaded(plain_page, address):
    plain_page.goto(f"{address}/{EXAMPLE}.html")
    for ending in (".py", ".ipynb", ".zip"):
        assert plain_page.locator(f"article a[href$='{ending}']").first.is_visible()
    assert plain_page.locator("article img").count() >= 1
    assert plain_page.locator("p.cost").is_visible()


def test_without_scripts_tabs_can_be_chosen(plain_page, address):
    plain_page.goto(f"{address}/start.html")
    unix, windows = plain_page.locator(".sd-tab-set pre").all()
    assert unix.is_visible()
    assert windows.is_hidden()
    plain_page.locator(".sd-tab-set label", has_text="Windows").click()
    assert windows.is_visible()
    assert unix.is_hidden()
    plain_page.keyboard.press("ArrowLeft")
    assert unix.is_visible()
