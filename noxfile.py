"""Checks and builds. `nox -l` lists them; `nox -s tests` is the one to know.

Each session makes its own environment. With AILITERACY_ENV set to the folder of a virtual environment, all
sessions share that one instead, which saves minutes and gigabytes where torch is large (CI does this).
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "typing", "tests", "doctests", "examples", "docs"]
nox.options.error_on_missing_interpreters = False

ROOT = pathlib.Path(__file__).parent
LANGUAGES = ["zh_CN"]  # of the website, beside English
PYTHONS = ["3.11", "3.12", "3.13"]
GPU = {"cuda": ["gpu"], "mps": ["gpu"]}
DEVICES = [nox.param(name, id=name, tags=GPU.get(name, [])) for name in ("cpu", "cuda", "mps")]
NO_FILES_NEEDED = [  # of benchmarks/
    ["basics_xor.py"],
    ["basics_puzzles.py", "--runs", "3"],
    ["basics_compute.py"],
    ["games_2048.py"],
    ["training_overhead.py"],
    ["vision_train.py"],
]
# Test files side by side, each file in one process: what its tests share is made once. More than four need much memory.
SIDE_BY_SIDE = ["--numprocesses", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
WINDOWS_ONLY = "--ignore=src/ailiteracy/games/_terminal/windows_keys.py"  # its keyboard module is not found elsewhere
SHARED = os.environ.get("AILITERACY_ENV")
if SHARED:  # every session uses the shared environment as it is
    os.environ["PATH"] = f"{pathlib.Path(SHARED).absolute() / 'bin'}{os.pathsep}{os.environ['PATH']}"
    nox.options.default_venv_backend = "none"
# The networks here are small: two threads spend more time waiting for each other than they save on a busy machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")


def install(session, *groups, package=True):
    """Install the package (editable) and the named dependency groups."""
    requirements = nox.project.dependency_groups(PROJECT, *groups) if groups else []
    if session.virtualenv.is_sandboxed:
        session.install(*(["-e", "."] if package else []), *requirements)


@nox.session
def lint(session):
    """Style, docstrings and spelling."""
    install(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")
    modules = sorted(str(path) for path in (ROOT / "src").rglob("*.py") if not path.name.startswith("_"))
    session.run("numpydoc", "lint", *modules)


@nox.session
def typing(session):
    """Types: mypy, strict."""
    install(session, "typing")
    session.run("mypy")


@nox.session
def tests(session):
    """The tests, on the Python that is there and on the CPU. Arguments after `--` go to pytest."""
    install(session, "test")
    session.run("pytest", *SIDE_BY_SIDE, *session.posargs)


@nox.session(python=PYTHONS)
@nox.parametrize("device", DEVICES)
def matrix(session, device):
    """The tests on one Python and one device, for example `nox -s "matrix-3.12(cuda)"`."""
    install(session, "test")
    session.run("pytest", *SIDE_BY_SIDE, "--device", device, *session.posargs)


@nox.session
def doctests(session):
    """Every example in every docstring."""
    install(session, "test")
    doctest = ["--doctest-modules", "--doctest-continue-on-failure", "src", WINDOWS_ONLY]
    session.run("pytest", *SIDE_BY_SIDE, *doctest, *session.posargs)


@nox.session
def examples(session):
    """Every gallery file as a plain script, the way users run them; their memory goes into docs/_memory.json."""
    install(session)
    python = shutil.which("python", path=os.pathsep.join([*(session.bin_paths or []), os.environ["PATH"]]))
    memory = {}

    def run(script):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as printed:
            # Whatever an example writes stays out of the checkout.
            process = subprocess.Popen(
                [python, "-W", "error", str(script)],
                cwd=folder, env={**os.environ, "MPLBACKEND": "agg"}, stdout=printed, stderr=subprocess.STDOUT,
            )  # fmt: skip
            if hasattr(os, "wait4"):  # not on Windows
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                memory[script.stem] = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)  # bytes
            code = process.wait()
            printed.seek(0)
            return code, printed.read()

    scripts = sorted((ROOT / "gallery").rglob("plot_*.py"))
    with ThreadPoolExecutor(max_workers=2) as pool:
        for script, (code, text) in zip(scripts, pool.map(run, scripts), strict=True):
            session.log(f"{script.relative_to(ROOT)}: {'done' if code == 0 else 'FAILED'}")
            if code:
                session.error(text)
    (ROOT / "docs/_memory.json").write_text(json.dumps(memory, indent=0), encoding="utf-8")


def build_site(session):
    """Build the website in all languages, with all examples executed: docs/_build/html/index.html.

    AILITERACY_SITE_URL names the address where it will be published, for canonical links and the site map.
    """
    for folder in ("_build", "auto_gallery", "api/generated", "api/backrefs"):  # nothing from an earlier build
        shutil.rmtree(ROOT / "docs" / folder, ignore_errors=True)
    languages = {"AILITERACY_SITE_LANGUAGES": " ".join(["en", *LANGUAGES])}
    strict = ["sphinx-build", "-n", "-W", "--keep-going", "-b", "html"]
    # What Sphinx remembers lies apart: all that is in the folder of pages is published.
    session.run(*strict, "-d", "docs/_build/doctrees", "docs", "docs/_build/html", *session.posargs, env=languages)
    for language in LANGUAGES:
        # From a copy with translated examples; the examples that are as they were need not run again.
        copy = ROOT / "docs/_build" / language
        left_out = shutil.ignore_patterns("_build", "generated", "backrefs", "404.md")
        shutil.copytree(ROOT / "docs", copy / "docs", ignore=left_out)
        shutil.copytree(ROOT / "docs/_build/costs", copy / "docs/_build/costs")
        if (ROOT / "docs/_build/playground").exists():
            shutil.copytree(ROOT / "docs/_build/playground", copy / "docs/_build/playground")
        session.run("python", "docs/_ext/translated_gallery.py", "write", language, str(copy / "gallery"))
        apart = ["-d", str(copy / "doctrees"), "-D", f"language={language}"]
        session.run(*strict, *apart, str(copy / "docs"), str(copy / "html"), env=languages)
        (copy / "html/404.html").unlink()  # a host shows the one at the top for every address
        shutil.move(copy / "html", ROOT / "docs/_build/html" / language)
    times = [float(case.get("time")) for case in ET.parse(ROOT / "docs/_build/junit-gallery.xml").iter("testcase")]
    total = sum(times)
    session.log(f"{len(times)} examples took {total:.0f} seconds one by one, {total / 2:.0f} on two cores")


@nox.session
def docs(session):
    """The website with all examples executed, and the tests that read it. Arguments after `--` go to Sphinx."""
    install(session, "docs", "site")
    build_site(session)
    session.run("pytest", *SIDE_BY_SIDE, "tests/site", "--site", "docs/_build/html")


@nox.session
def site_build(session):
    """The website as `nox -s docs` builds it, without the tests, for a host that has no browser."""
    install(session, "docs")
    build_site(session)


@nox.session
def site_test(session):
    """The tests that read the website that `nox -s docs` has built."""
    install(session, "docs", "site")
    session.run("pytest", *SIDE_BY_SIDE, "tests/site", "--site", "docs/_build/html", *session.posargs)


@nox.session(venv_backend="none")
def site_zip(session):
    """The website that `nox -s docs` has built as one archive, to be opened from a folder: docs/_build/*.zip."""
    archive = shutil.make_archive(str(ROOT / "docs/_build/ailiteracy"), "zip", ROOT / "docs/_build/html")
    session.log(f"{archive}: {pathlib.Path(archive).stat().st_size / 1e6:.0f} MB")


@nox.session
def site_versions(session):
    """Lay earlier versions beside the website that `nox -s docs` has built: `-- EARLIER.zip ...`, from `site_zip`."""
    install(session, "docs", package=False)
    session.run("python", "docs/_ext/versions.py", "docs/_build/html", *session.posargs)


@nox.session
def epub(session):
    """The website as a book: docs/_build/epub. Examples are not run; pictures are those of the last `nox -s docs`."""
    install(session, "docs")
    apart = ["-d", "docs/_build/epub-doctrees"]  # all that lies in the book's folder goes into the book
    plain = ["sphinx-build", "-n", "-b", "epub", *apart, "-D", "plot_gallery=0", *session.posargs]
    session.run(*plain, "docs", "docs/_build/epub")
    session.run("python", "docs/_ext/book.py", "docs/_build/epub")


@nox.session
def linkcheck(session):
    """All links to other sites; wants the network, so it belongs into a nightly run."""
    install(session, "docs")
    session.run("sphinx-build", "-b", "linkcheck", "-D", "plot_gallery=0", "docs", "docs/_build/links")


@nox.session
def docs_fast(session):
    """The website without running the examples, for work on the text. Arguments after `--` go to Sphinx."""
    install(session, "docs")
    plain = ["sphinx-build", "-n", "-b", "html", "-D", "plot_gallery=0", *session.posargs]
    session.run(*plain, "docs", "docs/_build/fast")


@nox.session(python="3.11")
def lowest(session):
    """The tests with the lowest version of each dependency that pyproject.toml allows."""
    pins = [name.replace(">=", "==") for name in PROJECT["project"]["dependencies"]]
    session.install(*pins)
    session.install("--no-deps", "-e", ".")
    session.install(*nox.project.dependency_groups(PROJECT, "test"))
    # Old releases warn about the newer libraries below them, which have no lower bound of ours.
    session.run("pytest", *SIDE_BY_SIDE, "-o", "filterwarnings=default", *session.posargs)


@nox.session(venv_backend="virtualenv")
def build(session):
    """The wheel and the source archive, each installed and tried in a clean environment."""
    folder = pathlib.Path(session.create_tmp()).absolute() / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    session.install("build", "twine")
    session.run("python", "-m", "build", "--outdir", str(folder))
    session.run("twine", "check", "--strict", *map(str, folder.iterdir()))
    session.chdir(session.create_tmp())  # away from the checkout, so that the installed files are the ones used
    for archive in folder.iterdir():
        session.install("--force-reinstall", "--no-deps", str(archive))
        session.install(str(archive))
        session.run("ailiteracy", "--version")
        session.run("ailiteracy", "backprop", "--seed", "1")
        session.run("ailiteracy", "2048", "--seed", "1")
        session.run("ailiteracy", "answer", "Who came?", "In the evening Ada came.")


@nox.session
def bench(session):
    """A measurement of docs/results.md, such as `-- nlp_reader.py questions.json`; by default those without files."""
    install(session)
    for script, *arguments in [session.posargs] if session.posargs else NO_FILES_NEEDED:
        session.run("python", f"benchmarks/{script}", *arguments)
