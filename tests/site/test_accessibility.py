"""Key pages as a screen reader and a keyboard meet them, judged by axe-core: no serious violation."""

import pytest

PAGES = [
    "index", "start", "lessons/intelligence", "lessons/paths", "words", "results", "exercises/linear",
    "exercises/tensors", "quizzes/basics", "quizzes/progress", "playground/2048", "playground/neuron",
    "playground/digit", "playground/attention", "auto_gallery/index", "auto_gallery/basics/index",
    "auto_gallery/basics/plot_01_one_neuron", "api/generated/ailiteracy.nlp.answer", "zh_CN/index",
    "zh_CN/lessons/searching", "zh_CN/quizzes/basics", "zh_CN/playground/neuron",
    "zh_CN/auto_gallery/basics/plot_01_one_neuron",
]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_violation(page, address, name, width):
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/{name}.html", wait_until="networkidle")
    found = Axe().run(page, options={"preload": False}).response["violations"]  # it would fetch style sheets again
    serious = {
        violation["id"]: violation["nodes"][0]["html"][:200]
        for violation in found
        if violation["impact"] in ("serious", "critical")
    }
    assert serious == {}
