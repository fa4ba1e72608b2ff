"""The four calls in a row, and the page made of them."""

import html.parser
import pathlib
import re
import types

import matplotlib.pyplot as plt
import pytest
from typer.testing import CliRunner

import ailiteracy
from ailiteracy import _demo, _report, basics, cli, games, nlp, vision

SOURCE = pathlib.Path(ailiteracy.__file__).parent
SUBJECTS = {"basics": basics, "games": games, "vision": vision, "nlp": nlp}
NAMES = ["backprop", "2048", "train", "answer"]
NMS = "operator torchvision::nms does not exist"


class Page(html.parser.HTMLParser):
    """The tags of a page, its texts, and whether every tag that was opened was closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.words, self.broken = [], [], [], []
        self.feed(text)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in {"meta", "img", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Each test stands in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Result:
    """A result as the subjects return it, with letters that HTML must not take for its own."""

    def __str__(self):
        return 'One <b>paragraph</b> & "more".'

    def plot(self):
        return plt.figure(figsize=(2, 1))


@pytest.fixture
def stand_ins(monkeypatch):
    """Replace the four functions by quick ones; the list takes the names of those that ran."""
    ran = []

    def put(call):
        def stand_in(*_, **__):
            ran.append(call.name)
            return Result()

        monkeypatch.setattr(SUBJECTS[call.subject], call.function, stand_in, raising=False)

    for call in _demo.calls():
        put(call)
    return ran


def fail(error):
    def broken(*_, **__):
        raise error

    return broken


def demo(*arguments):
    return CliRunner().invoke(cli.app, ["demo", *arguments])


def read_page(folder):
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def test_the_four_calls():
    calls = _demo.calls(seed=3)
    assert [call.name for call in calls] == NAMES
    functions = ["basics.backprop_demo", "games.solve_2048", "vision.train_resnet", "nlp.answer"]
    assert [call.line.splitlines()[1].partition("(")[0] for call in calls] == [f"result = {name}" for name in functions]
    assert [call.line.count("=3)") for call in calls] == [1, 1, 1, 0]


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_the_line_shown_is_the_call_made(name, quick, monkeypatch):
    (call,) = (call for call in _demo.calls(seed=5, quick=quick) if call.name == name)
    made = []
    stand_in = lambda *given, **options: made.append((given, options))  # noqa: E731
    monkeypatch.setattr(SUBJECTS[call.subject], call.function, stand_in, raising=False)
    call()
    exec(call.line, {})
    assert made[0] == made[1]


def test_progress_bars_of_a_call_are_silent(monkeypatch):
    given = []
    monkeypatch.setattr(basics, "backprop_demo", lambda rng, progress=True: given.append(progress))
    _demo.calls()[0]()
    assert given == [False]


@pytest.mark.parametrize("path", [path for call in _demo.calls() for path in call.read_on])
def test_files_to_read_on_exist(path):
    assert (SOURCE / path).is_file()


def test_writes_figures_and_one_page(own_folder, stand_ins):
    done = demo()
    assert (done.exit_code, stand_ins) == (0, NAMES), done.output
    folder = own_folder / "ailiteracy-demo"
    assert {path.name for path in folder.iterdir()} == {"report.html", *(f"{name}.png" for name in NAMES)}
    assert all((folder / f"{name}.png").read_bytes().startswith(b"\x89PNG") for name in NAMES)
    assert str(pathlib.Path("ailiteracy-demo/report.html")) in done.stdout
    assert plt.get_fignums() == []


def test_page_is_complete_and_needs_nothing_else(own_folder, stand_ins):
    demo("--output", "out", "--seed", "4")
    page = read_page(own_folder / "out")
    assert (page.open, page.broken) == ([], [])
    assert page.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")
    sections = [section["id"] for section in page.all("section")]
    assert sections == [f"call-{name}" for name in NAMES]
    assert [link["href"] for link in page.all("a")] == [f"#{name}" for name in sections]  # no link leaves the page
    assert len(page.all("img")) == 4
    assert all(image["src"].startswith("data:image/png;base64,iVBOR") for image in page.all("img"))
    assert all(len(image["alt"]) > 20 for image in page.all("img"))
    assert not {"script", "link", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.tags}
    text = (own_folder / "out/report.html").read_text(encoding="utf-8")
    text = re.sub(r"base64,[^\"]*", "", text)
    assert not [word for word in ("http:", "https:", "url(", "@import", '"//') if word in text]


def test_page_says_it_all(own_folder, stand_ins):
    demo("--output", "out", "--seed", "4")
    page = read_page(own_folder / "out")
    for heading in ["What was run", "What came out", "What to notice", "Where to read on"]:
        assert page.text.count(heading) == 4
    assert page.text.count('One <b>paragraph</b> & "more".') == 4
    assert "b" not in [tag for tag, _ in page.tags]
    for call in _demo.calls(seed=4):
        assert " ".join(call.line.split()) in page.text
        assert call.notice in page.text
        assert all(path in page.text for path in call.read_on)


def test_page_fits_telephones_and_dark_rooms():
    assert "prefers-color-scheme: dark" in _report.STYLE
    assert "color-scheme: light dark" in _report.STYLE
    assert ".figure { margin: 0.75rem 0; overflow-x: auto" in _report.STYLE
    assert "white-space: pre-wrap" in _report.STYLE


def test_a_failure_stops_nothing_and_is_shown(own_folder, stand_ins, monkeypatch):
    monkeypatch.setattr(vision, "train_resnet", fail(RuntimeError(NMS)))
    folder = own_folder / "ailiteracy-demo"
    folder.mkdir()
    (folder / "train.png").write_bytes(b"of an earlier run")
    done = demo()
    assert done.exit_code == 1
    assert stand_ins == ["backprop", "2048", "answer"]
    assert f"train: failed. RuntimeError: {NMS}" in done.stdout
    assert "ailiteracy doctor" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["2048.png", "answer.png", "backprop.png", "report.html"]
    page = read_page(folder)
    assert len(page.all("section")) == 4
    assert len(page.all("img")) == 3
    assert f"This call failed. RuntimeError: {NMS} Run `ailiteracy doctor`" in page.text
    assert "3 of 4 calls came to a result" in page.text
    assert (page.open, page.broken) == ([], [])


def test_a_subject_that_cannot_be_imported(own_folder, stand_ins, monkeypatch):
    monkeypatch.delattr(nlp, "answer")
    monkeypatch.setattr(nlp, "__getattr__", fail(ImportError("No module named 'transformers'")))
    done = demo()
    assert done.exit_code == 1
    assert "answer: failed. ImportError: No module named 'transformers'" in done.stdout


def test_a_figure_that_fails(own_folder, stand_ins, monkeypatch):
    monkeypatch.setattr(basics, "backprop_demo", lambda rng: types.SimpleNamespace(plot=fail(KeyError("font"))))
    assert demo().exit_code == 1
    assert "KeyError: 'font'" in read_page(own_folder / "ailiteracy-demo").text


def test_existing_files_of_others_stay(own_folder, stand_ins):
    folder = own_folder / "out"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "report.html").write_text("old")
    assert demo("--output", "out").exit_code == 0
    assert (folder / "notes.txt").read_text() == "mine"
    assert "Four ideas" in read_page(folder).text
    assert len(list(folder.iterdir())) == 6


def test_a_folder_that_cannot_be_written(own_folder, stand_ins):
    (own_folder / "out").write_text("a file where the folder would be")
    done = demo("--output", "out")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: `output` must be a folder that can be written to, got 'out'.")
    assert stand_ins == []


def test_home_is_written_out(own_folder, stand_ins, monkeypatch):
    monkeypatch.setenv("HOME", str(own_folder))
    monkeypatch.setenv("USERPROFILE", str(own_folder))
    assert demo("--output=~/out").exit_code == 0
    assert (own_folder / "out/report.html").is_file()


def test_a_seed_below_zero(stand_ins):
    done = demo("--seed=-1")
    assert done.exit_code == 2
    assert "`seed` must be an integer from 0 to 9223372036854775807, got -1" in done.stderr
    assert stand_ins == []


def test_ctrl_c_leaves_nothing(own_folder, stand_ins, monkeypatch):
    monkeypatch.setattr(vision, "train_resnet", fail(KeyboardInterrupt()))
    done = demo()
    assert (done.exit_code, done.stderr) == (130, "interrupted\n")
    assert list(own_folder.iterdir()) == []


def test_an_old_page_stays_whole_when_the_disk_is_full(own_folder, stand_ins, monkeypatch):
    folder = own_folder / "ailiteracy-demo"
    folder.mkdir()
    (folder / "report.html").write_text("old")
    monkeypatch.setattr(pathlib.Path, "write_text", fail(OSError(28, "No space left on device", "report.html")))
    done = demo()
    assert (done.exit_code, done.stderr) == (2, "error: report.html: No space left on device\n")
    assert (folder / "report.html").read_bytes() == b"old"
    assert not list(folder.glob("*.part"))


def check_real(folder, done):
    assert done.exit_code == 0, done.output
    page = read_page(folder)
    assert len(page.all("img")) == 4
    assert "4 of 4 calls came to a result" in page.text
    assert "1843" in page.text
    for name in NAMES:
        pixels = plt.imread(folder / f"{name}.png")
        assert pixels[..., :3].std() > 0.02, f"{name}.png is empty"


def test_quick_run_of_the_real_calls(own_folder):
    check_real(own_folder / "out", demo("--quick", "--output", "out"))


@pytest.mark.slow
def test_full_run_of_the_real_calls(own_folder):
    check_real(own_folder / "out", demo("--output", "out"))
