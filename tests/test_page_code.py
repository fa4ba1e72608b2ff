"""The Python that the pages of the website show: it runs as it stands, block after block, offline."""

import functools
import pathlib
import re
import runpy

import pytest

from ailiteracy import vision

DOCS = pathlib.Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def source(path):
    return path.read_text(encoding="utf-8")


def pages():
    """Return the pages that show Python; what builds wrote is none of them."""
    written = {DOCS / name for name in ("_build", "auto_gallery", "api")}
    found = [path for path in DOCS.rglob("*.md") if not written & set(path.parents)]
    return sorted(path for path in found if "python\n" in source(path))


def test_no_block_is_overlooked():
    assert {"start.md", "several_machines.md", "lessons/seeing.md", "playground/digit.md", "exercises/index.md"} <= {
        path.relative_to(DOCS).as_posix() for path in pages()
    }
    for path in pages():
        assert len(BLOCK.findall(source(path))) == len(re.findall(r"^\W*python\n", source(path), re.MULTILINE)), path


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(DOCS).with_suffix("").as_posix())
def test_the_blocks_of_a_page_run(path, tmp_path, monkeypatch, capsys):
    blocks = BLOCK.findall(source(path))
    script = tmp_path / "page.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    monkeypatch.chdir(tmp_path)  # what a block writes, lands here
    # One epoch runs the same code as all of them; a page that asks for a number gets that number.
    monkeypatch.setattr(vision, "train_resnet", functools.partial(vision.train_resnet, epochs=1))
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out.count("\n") >= sum(text.count("\nprint(") for text in blocks)
