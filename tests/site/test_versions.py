"""Several versions of the website beside each other: found, listed in each, and the way from page to page."""

import json
import pathlib
import re
import shutil
import zipfile

import pytest
import versions

ROOT = pathlib.Path(__file__).parents[2]


def make_site(folder, version, *pages):
    for page in ("index", *pages):
        path = folder / f"{page}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    inventory = f"# Sphinx inventory version 2\n# Project: ailiteracy\n# Version: {version}\n"
    (folder / "objects.inv").write_bytes(inventory.encode() + b"\x78\x9c\xff\n")
    return folder


def listed(site):
    text = (site / "_static" / "version-list.js").read_text(encoding="utf-8")
    return json.loads(re.fullmatch(r"globalThis\.siteVersions = (.*);\n", text)[1])


@pytest.fixture
def three(tmp_path):
    """The newest version at the top, with a translation; an older one with it, too, and one without."""
    make_site(tmp_path, "0.10.0", "start", "lessons/new")
    make_site(tmp_path / "zh_CN", "0.10.0", "start")
    make_site(tmp_path / "0.9.1", "0.9.1", "start", "lessons/old")
    make_site(tmp_path / "0.9.1" / "zh_CN", "0.9.1", "start")
    make_site(tmp_path / "0.2.0", "0.2.0")
    (tmp_path / "lessons" / "0.1.0").mkdir()  # a folder that is no site
    return tmp_path


def test_versions_are_listed_newest_first_with_the_way_to_each(three):
    assert versions.write_lists(three) == ["0.10.0", "0.9.1", "0.2.0"]
    assert listed(three) == [
        {"name": "0.10.0", "path": ".", "lacks": []},
        {"name": "0.9.1", "path": "0.9.1", "lacks": ["lessons/new"]},
        {"name": "0.2.0", "path": "0.2.0", "lacks": ["lessons/new", "start"]},
    ]
    assert [row["path"] for row in listed(three / "0.9.1")] == ["..", ".", "../0.2.0"]
    # A translation leads to translations where there are some.
    assert [row["path"] for row in listed(three / "zh_CN")] == [".", "../0.9.1/zh_CN", "../0.2.0"]
    assert [row["path"] for row in listed(three / "0.9.1" / "zh_CN")] == ["../../zh_CN", ".", "../../0.2.0"]


def test_archives_of_earlier_versions_are_unpacked(three, tmp_path_factory):
    top = make_site(tmp_path_factory.mktemp("top"), "0.11.0")
    for name in ("0.9.1", "0.2.0"):
        archive = shutil.make_archive(str(top / name), "zip", three / name)
        versions.unpack(pathlib.Path(archive), top)
    same = shutil.make_archive(str(top / "same"), "zip", top)
    versions.unpack(pathlib.Path(same), top)
    assert versions.write_lists(top) == ["0.11.0", "0.9.1", "0.2.0"]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"objects.inv": "# short"},
        {"objects.inv": "1\n2\n# Version: ../../up\n"},
        {"objects.inv": "1\n2\n# Version: \n"},
        None,
    ],
)
def test_other_archives_are_refused(tmp_path, content):
    top = make_site(tmp_path / "top", "0.1.0")
    if content is None:
        (tmp_path / "other.zip").write_text("no archive")
    else:
        with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
            for name, text in content.items():
                archive.writestr(name, text)
    with pytest.raises(SystemExit, match="no archive of a built site"):
        versions.unpack(tmp_path / "other.zip", top)
    assert sorted(path.name for path in top.iterdir()) == ["index.html", "objects.inv"]


@pytest.fixture
def two(site, tmp_path):
    """Some pages of the built site, and the same as an earlier version that lacks one of them."""
    newest = ["index.html", "start.html", "lessons/index.html", "objects.inv", "searchindex.js", "_static", "_images"]
    for folder, names in ((tmp_path, newest), (tmp_path / "0.0.9", [name for name in newest if "lessons" not in name])):
        for name in names:
            copy = shutil.copytree if (site / name).is_dir() else shutil.copy
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            copy(site / name, folder / name)
    inventory = tmp_path / "0.0.9" / "objects.inv"
    inventory.write_bytes(re.sub(rb"# Version: .*", b"# Version: 0.0.9", inventory.read_bytes(), count=1))
    assert len(versions.write_lists(tmp_path)) == 2
    return tmp_path


def test_one_version_is_a_word(page, address):
    page.goto(f"{address}/index.html")
    shown = page.locator(".version-switch:visible")
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", shown.first.inner_text().strip())
    assert page.locator(".version-switch a").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_the_switch_of_versions_works_from_a_folder(page, two, width):
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 900})

    def choose(name):
        if width < 800:
            page.locator("button.primary-toggle").click()
            page.wait_for_timeout(400)  # it slides in
        page.locator(".version-switch summary:visible").first.focus()
        page.keyboard.press("Enter")
        link = page.locator(".version-switch a:visible", has_text=name).first
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        serious = [found["id"] for found in Axe().run(page, options={"preload": False}).response["violations"]
                   if found["impact"] in ("serious", "critical")]  # fmt: skip
        assert serious == []
        link.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")

    page.goto((two / "start.html").as_uri())
    choose("0.0.9")
    assert page.url == (two / "0.0.9" / "start.html").as_uri()
    newest = versions.version_of(two)
    choose(newest)
    assert page.url == (two / "start.html").as_uri()
    page.goto((two / "lessons" / "index.html").as_uri())
    choose("0.0.9")
    assert page.url == (two / "0.0.9" / "index.html").as_uri(), "a page that the other version lacks"


def test_escape_closes_the_list(page, two):
    page.goto((two / "start.html").as_uri())
    summary = page.locator(".version-switch summary:visible").first
    summary.click()
    assert page.locator(".version-switch details[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".version-switch details[open]").count() == 0
    assert summary.evaluate("element => element === document.activeElement")
