"""The website opened from a folder, as on a USB stick: no server, no error, no request to anywhere else."""

import re
import zipfile

import pytest

PAGES = [
    "index", "start", "lessons/index", "lessons/intelligence", "words", "results", "genindex", "exercises/tensors",
    "quizzes/basics", "quizzes/progress", "playground/index", "auto_gallery/index", "auto_gallery/basics/index",
    "auto_gallery/basics/plot_01_one_neuron", "auto_gallery/games/plot_14_watching_again", "api/index",
    "api/generated/ailiteracy.nlp.answer", "search", "zh_CN/index", "zh_CN/quizzes/basics",
    "zh_CN/auto_gallery/basics/plot_01_one_neuron",
]  # fmt: skip
SAYS = "([place, words]) => document.querySelector(place).textContent.includes(words)"
KEY = "ailiteracy.quiz.v1"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_key_pages_are_clean(page, site, name, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((site / f"{name}.html").as_uri(), wait_until="load")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1
    broken = "[...document.images].filter(image => image.complete && !image.naturalWidth).map(image => image.src)"
    assert page.evaluate(broken) == []


@pytest.mark.parametrize(("folder", "words", "wanted"), [
    ("", "expectimax", "lessons/searching"), ("", "perceptron", "words"),
    ("zh_CN", "反向传播", "auto_gallery/basics/plot_03_backprop_by_hand"),
])  # fmt: skip
def test_search(find, site, folder, words, wanted):
    assert wanted in find((site / folder).as_uri().rstrip("/"), words)


def test_search_field_leads_to_the_answers(page, site):
    page.goto((site / "lessons" / "index.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("dropout")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("ul.search li a")


def test_quizzes_and_exercises_keep_what_was_done(page, site):
    page.goto((site / "quizzes" / "tensors.html").as_uri())
    page.locator("#tensors-matmul input").fill("32")
    page.locator("#tensors-matmul button").click()
    assert page.locator("#tensors-matmul [role=status]").text_content() == "Right."
    page.goto((site / "exercises" / "tensors.html").as_uri())
    page.locator("#exercise-tensors-face-means input").check()
    page.goto((site / "quizzes" / "progress.html").as_uri())
    assert page.locator("td[data-names*='tensors-matmul']").text_content().startswith("1 right of")
    assert page.locator("td[data-exercises*='tensors-face-means']").text_content().startswith("1 of")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "ailiteracy-quiz.json"
    page.evaluate(f"localStorage.removeItem({KEY!r})")


def test_2048(page, site):
    page.goto((site / "playground" / "2048.html").as_uri())
    page.get_by_role("button", name="Play the hint").click()
    page.wait_for_function("document.querySelector('.playground-hint').textContent.includes('expectimax went')")
    page.get_by_role("button", name="To the end").click()
    assert re.search(r"Move [1-9][\d,]* of", page.locator("#playground-films").inner_text())


def test_a_network_learns(page, site):
    page.goto((site / "playground" / "neuron.html").as_uri())
    page.get_by_role("button", name="One step").click()
    assert "1" in page.locator("#playground-neuron .playground-status").inner_text()


def test_a_digit_is_read(page, site):
    page.goto((site / "playground" / "digit.html").as_uri())
    page.get_by_role("button", name="Show a 3 of the test part").click()
    page.wait_for_function(SAYS, arg=["#playground-digit [role=status]", "reads a 3"])


def test_a_sentence_is_looked_at(page, site):
    page.goto((site / "playground" / "attention.html").as_uri())
    page.get_by_label("Your sentence").fill("Ada has a ball.")
    page.wait_for_function(SAYS, arg=["#playground-attention [role=status]", "15 char"])


def test_the_languages_lead_to_each_other(page, site):
    page.goto((site / "start.html").as_uri())
    for folder in ("zh_CN/", ""):
        with page.expect_navigation():
            page.locator("a.language-switch:visible").first.click()
        assert page.url == (site / f"{folder}start.html").as_uri()


def test_scripts_and_notebooks_lie_beside_the_pages(page, site):
    page.goto((site / "auto_gallery" / "basics" / "plot_01_one_neuron.html").as_uri())
    for ending in (".py", ".ipynb", ".zip"):
        link = page.locator(f"article a[href$='{ending}'], .sidebar-secondary-item a[href$='{ending}']").first
        with page.expect_download() as download:
            link.click(modifiers=["Alt"])  # Chromium shows a text file; with this key it saves every file
        assert download.value.suggested_filename.endswith(ending)


def test_the_archive_holds_the_site(site, tmp_path):
    """What `nox -s site_zip` does, on the pages and the scripts: names and contents come back."""
    import shutil

    archive = shutil.make_archive(str(tmp_path / "site"), "zip", site)
    with zipfile.ZipFile(archive) as packed:
        names = {name for name in packed.namelist() if not name.endswith("/")}
        assert packed.testzip() is None
    assert names == {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert all(len(name) < 200 for name in names), "Windows unpacks no longer paths"
