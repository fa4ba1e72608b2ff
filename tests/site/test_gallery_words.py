"""The frame of an example's page in another language: all that sphinx-gallery writes, and nothing else."""

import re

import pytest

pytest.importorskip("babel", reason="belongs to the dependency group docs")

import gallery_words
import words

FRAME = """
    .. note::
        :class: sphx-glr-download-link-note

        :ref:`Go to the end <sphx_glr_download_auto_gallery_vision_plot_x.py>`
        to download the full example code.

Download this paragraph and go to the end: it is the example's own.

   **Total running time of the script:** (2 minutes 1.704 seconds)

   🏷 Tags: vision, advanced, 5 min

      :download:`Download Jupyter notebook: plot_x.ipynb <plot_x.ipynb>`
      :download:`Download Python source code: plot_x.py <plot_x.py>`
      :download:`Download zipped: plot_x.zip <plot_x.zip>`
      :download:`Download all examples in Python source code: auto_gallery_python.zip </auto_gallery_python.zip>`

    <div class="sphx-glr-thumbcontainer" data-sgtags='["nlp", "beginner", "1 min"]' tooltip="You will see 1 min.">
"""
ENGLISH = re.compile(r"Go to the end|to download the full|Download (?!this)|Total running|Tags:|\d min\b")
EXAMPLES = ("basics/plot_01_one_neuron", "basics/plot_40_creation_and_types")


def test_said_in_english_it_is_the_same():
    assert gallery_words.translate(FRAME, words.sayer("en")).split() == FRAME.split()


def test_said_in_chinese():
    said = gallery_words.translate(FRAME, words.sayer("zh_CN"))
    for line in (
        ":ref:`到页末 <sphx_glr_download_auto_gallery_vision_plot_x.py>` 下载完整的示例代码。",
        "Download this paragraph and go to the end: it is the example's own.",
        "🏷 标签： 视觉, 进阶, 5 分钟",
        ":download:`下载 Python 源代码: plot_x.py <plot_x.py>`",
        """data-sgtags='["语言", "入门", "1 分钟"]' tooltip="You will see 1 min.">""",
    ):
        assert line in said
    assert "2 分 1.704 秒" in said
    assert [found[0] for found in ENGLISH.finditer(said)] == ["1 min"]  # of the tooltip


@pytest.mark.parametrize("name", EXAMPLES)
def test_on_the_pages(site, name):
    frame = re.compile(
        r'<div class="sphx-glr-download-link-note.*?</div>|<p class="sphx-glr-timing.*?[.]zip</', re.DOTALL
    )
    for folder, expected in (("", 8), ("zh_CN/", 0)):
        page = (site / f"{folder}auto_gallery/{name}.html").read_text(encoding="utf-8")
        text = re.sub(r"<[^>]*>", "", " ".join(frame.findall(page)))
        assert len(ENGLISH.findall(text)) == expected, text


def test_the_list_of_tags_filters_in_chinese(page, address):
    page.goto(f"{address}/zh_CN/auto_gallery/index.html")
    cards = page.locator(".sphx-glr-thumbcontainer:visible")
    before = cards.count()
    assert page.locator(".sphx-glr-tag-label").first.text_content() == "🏷 标签："
    page.locator(".sphx-glr-tag", has_text="进阶").click()
    assert 0 < cards.count() < before
    page.get_by_text("清除", exact=True).click()
    assert cards.count() == before
