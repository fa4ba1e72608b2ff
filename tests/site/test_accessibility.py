"""Key pages as a screen reader and a keyboard meet them, judged by axe-core: no serious violation."""

import pytest

PAGES = [
    "index", "start", "lessons/intelligence", "lessons/paths", "words", "results", "exercises/linear",
    "exercises/tensors", "quizzes/basics", "quizzes/progress", "playground/2048", "playground/neuron",
    "playground/digit", "playground/attention", "auto_gallery/index", "auto_gallery/basics/index",
    "auto_gallery/basics/plot_01_one_neuron", "api/generated/ailiteracy.nlp.answer", "search", "zh_CN/index",
    "zh_CN/lessons/searching", "zh_CN/quizzes/basics", "zh_CN/playground/neuron",
    "zh_CN/auto_gallery/basics/plot_01_one_neuron",
]  # fmt: skip
NARROW = [  # judged where wide tables and code have to be scrolled
    "errata", "faq", "teachers", "troubleshooting", "several_machines", "404", "lessons/searching", "api/index",
    "auto_gallery/games/plot_04_looking_ahead", "auto_gallery/games/plot_14_watching_again",
    "auto_gallery/vision/plot_01_train_resnet", "auto_gallery/nlp/plot_07_attention",
    "auto_gallery/training/plot_06_more_than_accuracy", "zh_CN/words", "zh_CN/exercises/linear",
]  # fmt: skip
DARK = [
    "index", "start", "lessons/searching", "words", "faq", "exercises/linear", "quizzes/basics", "quizzes/progress",
    "playground/2048", "playground/neuron", "playground/digit", "playground/attention", "auto_gallery/index",
    "auto_gallery/games/plot_04_looking_ahead", "api/generated/ailiteracy.nlp.answer", "search",
]  # fmt: skip
CASES = [(name, width, "light") for name in PAGES for width in (1280, 390)]
CASES += [(name, 390, "light") for name in NARROW] + [(name, 1280, "dark") for name in DARK]


@pytest.mark.parametrize(("name", "width", "scheme"), CASES)
def test_no_serious_violation(page, address, name, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    query = "?q=gradient" if name == "search" else ""  # with what was found
    page.goto(f"{address}/{name}.html{query}", wait_until="networkidle")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    found = Axe().run(page, options={"preload": False}).response["violations"]  # it would fetch style sheets again
    serious = {
        violation["id"]: violation["nodes"][0]["html"][:200]
        for violation in found
        if violation["impact"] in ("serious", "critical")
    }
    assert serious == {}
