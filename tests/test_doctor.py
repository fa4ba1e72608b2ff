"""Each check of the doctor, fed with the broken installation it is for."""

import importlib.metadata
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import types

import pytest
from typer.testing import CliRunner

from ailiteracy import _doctor, _doctor_imports, _places, cli
from ailiteracy._doctor_imports import Row

NMS = "operator torchvision::nms does not exist"


def fake_package(folder, name, code, version=None):
    """Write a package that runs `code` when it is imported."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(code)
    if version:
        (folder / name / "version.py").write_text(f"__version__ = '{version}'\ngit_version = 'abc'\n")


@pytest.fixture
def fakes(tmp_path, monkeypatch):
    """A folder of fake packages that come before the real ones, in this Python and in those it starts."""
    folder = tmp_path / "fakes"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.syspath_prepend(folder)
    return folder


# Imports: what is raised, what crashes, what hangs.


BROKEN = {
    "two sources": ("torchvision", f"raise RuntimeError('{NMS}')"),
    "shared library": ("torch", "raise ImportError('libcudart.so.13: cannot open shared object file: No such file')"),
    "shared library on Windows": ("torch", "raise OSError('[WinError 126] The specified module could not be found')"),
    "numba and numpy": ("numba", "raise ImportError('Numba needs NumPy 2.3 or less. Got NumPy 2.4.')"),
    "another numpy": ("sklearn", "raise ImportError('numpy.core.multiarray failed to import')"),
    "a library below": ("sklearn", "import a_library_that_is_not_there"),
    "not installed": ("transformers", "raise ModuleNotFoundError(\"No module named 'transformers'\")"),
    "disk": ("matplotlib", "raise OSError(28, 'No space left on device')"),
    "anything": ("matplotlib", "raise KeyError('anything')"),
    "exit": ("matplotlib", "import sys; sys.exit(3)"),
}


@pytest.mark.parametrize(("broken", "cause", "remedy"), [
    ("two sources", "torch and torchvision come from different sources", "pip uninstall -y torch torchvision"),
    ("shared library", "a shared library that torch needs is missing", "--force-reinstall torch."),
    ("shared library on Windows", "a shared library that torch needs", "Visual C++"),
    ("numba and numpy", "numba and numpy do not fit together", "--upgrade numba numpy"),
    ("another numpy", "scikit-learn was built for another numpy", "--force-reinstall scikit-learn numpy"),
    ("a library below", "a library that scikit-learn needs is not installed", "--force-reinstall scikit-learn."),
    ("not installed", "transformers is not installed", "pip install transformers."),
    ("disk", "the disk is full", "Free some space"),
    ("anything", "matplotlib does not import: KeyError: 'anything'", "--force-reinstall matplotlib."),
    ("exit", "ended with exit code 3", "--force-reinstall matplotlib."),
])  # fmt: skip
def test_causes(broken, cause, remedy, fakes):
    module, code = BROKEN[broken]
    fake_package(fakes, module, code)
    row = _doctor.check_torch() if module == "torch" else _doctor.check_import(module)
    assert row.name == f"import {module}"
    assert row.status == ("warn" if module == "numba" else "fail")
    assert cause in row.detail
    assert remedy in row.remedy


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals of this kind")
@pytest.mark.parametrize(("name", "cause"), [("SIGSEGV", "torchvision does not import"), ("SIGILL", "an instruction")])
def test_a_crash_is_survived(name, cause, fakes):
    fake_package(fakes, "torchvision", f"import os, signal; os.kill(os.getpid(), signal.{name})")
    row = _doctor.check_import("torchvision")
    assert row.status == "fail"
    assert f"ended by {name}" in row.detail
    assert cause in row.detail


def test_a_hang_is_survived(fakes, monkeypatch):
    fake_package(fakes, "numba", "import time; time.sleep(600)")
    trial = _doctor_imports.run_python("import numba", seconds=2)
    assert trial == (False, "", "did not finish within 2 s")
    monkeypatch.setattr(_doctor, "run_python", lambda code: trial)
    row = _doctor.check_import("numba")
    assert row.status == "warn"
    assert "the import of numba hangs" in row.detail


def test_the_working_folder_is_not_imported_from(tmp_path, monkeypatch):
    fake_package(tmp_path, "numba", "raise SystemExit('the wrong numba')")
    monkeypatch.chdir(tmp_path)
    assert _doctor_imports.run_python("import sys; print('' in sys.path)").output.strip() == "False"


def test_torch_that_works(fakes):
    facts = (
        "import types\n__version__ = '2.15.0+cu132'\n"
        "accelerator = types.SimpleNamespace(is_available=lambda: True, device_count=lambda: 2,"
        " current_accelerator=lambda: types.SimpleNamespace(type='cuda'))\n"
        "get_num_threads = lambda: 8\nprint('a greeting')"
    )
    fake_package(fakes, "torch", facts)
    assert _doctor.check_torch() == Row("import torch", "ok", "2.15.0+cu132, 2 x cuda, 8 threads")


def test_an_import_that_works(fakes):
    fake_package(fakes, "numba", "")
    assert _doctor.check_import("numba") == Row("import numba", "ok", "works")


@pytest.mark.parametrize(("torch", "vision", "status"), [
    ("2.15.0+cu132", "0.29.2+cu132", "ok"),
    ("2.15.0+cpu", "0.29.2+cu132", "warn"),
    ("2.15.0", "0.29.2+cpu", "warn"),
    ("2.15.0", "0.29.2", "ok"),
])  # fmt: skip
def test_builds(torch, vision, status, fakes, monkeypatch):
    spec = types.SimpleNamespace(origin=os.devnull)
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(__spec__=spec))  # as after an earlier import
    fake_package(fakes, "torch", "raise RuntimeError('must not be imported')", torch)
    fake_package(fakes, "torchvision", "raise RuntimeError('must not be imported')", vision)
    row = _doctor.check_builds()
    assert row.status == status
    assert (torch.partition("+")[2] or "plain") in row.detail
    assert ("one source" in row.remedy) == (status == "warn")


def test_builds_without_a_version_file(fakes):
    fake_package(fakes, "torch", "")
    assert _doctor_imports.build_suffix("torch") is None
    assert _doctor_imports.build_suffix("a_library_that_is_not_there") is None
    assert _doctor.check_builds().status == "ok"


# Versions.


@pytest.mark.parametrize(("version", "lowest", "status"), [
    ("5.3.0", "5.3", "ok"),
    ("5.2.9", "5.3", "fail"),
    ("4.57.1", "5.3", "fail"),
    ("10.0", "9.9", "ok"),
    ("2.6", "2.6.0", "ok"),
    ("2.6.0+cpu", "2.6", "ok"),
])  # fmt: skip
def test_versions(version, lowest, status, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: version)
    row = _doctor.check_version("transformers", lowest)
    assert row.status == status
    if status == "fail":
        assert row.detail == f"{version} is older than {lowest}, the lowest that works"
        assert row.remedy == f"Run python -m pip install --upgrade 'transformers>={lowest}'."


def missing(name):
    raise importlib.metadata.PackageNotFoundError(name)


def test_missing_packages(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert _doctor.check_version("pooch", "1.8").status == "fail"
    row = _doctor.check_version("numba", "0.61")
    assert row.status == "warn"
    assert "plain Python, many times slower" in row.detail


def test_every_runtime_dependency_is_listed():
    rows = list(_doctor.check_packages())
    needs = [need.partition(">=")[0] for need in importlib.metadata.requires("ailiteracy") if "extra" not in need]
    assert [row.name for row in rows] == ["ailiteracy", *needs]
    assert len(needs) >= 15


def test_a_package_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "requires", missing)
    (row,) = _doctor.check_packages()
    assert row.status == "warn"
    assert "pip install ailiteracy" in row.remedy


def test_32_bits(monkeypatch):
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    assert _doctor.check_python().status == "fail"


# Folders, data, network.


def test_files_that_hide_libraries(tmp_path):
    for name in ("torch.py", "random.py", "lesson1.py"):
        (tmp_path / name).touch()
    rows = list(_doctor.check_shadows(tmp_path))
    assert [row.detail.split()[0] for row in rows] == ["random.py", "torch.py"]
    assert {row.status for row in rows} == {"warn"}


def test_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/data.bin").write_bytes(bytes(3 * 2**20))
    row = _doctor.check_folder("cache folder", _doctor.cache_folder(), "")
    assert row.status == "ok"
    assert "holds 3.0 MiB" in row.detail
    assert "GiB free" in row.detail


def test_a_cache_folder_that_is_only_to_be_read_is_no_failure(tmp_path, monkeypatch):
    monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path))
    monkeypatch.setattr(_doctor, "can_write", lambda path: False)
    row = _doctor.check_cache()
    assert (row.status, "not written to" in row.detail) == ("warn", True)


def test_a_cache_folder_of_somebody_unknown(monkeypatch):
    monkeypatch.setenv("AILITERACY_CACHE", "~nobody-by-this-name/cache")
    row = _doctor.check_cache()
    assert (row.status, "AILITERACY_CACHE" in row.detail) == ("fail", True)
    assert "Set AILITERACY_CACHE to a folder" in row.remedy


@pytest.mark.skipif(sys.platform == "win32", reason="there, a folder somebody is in cannot be removed")
def test_a_working_folder_that_is_gone(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    try:
        *_, row = _doctor.examine()
    finally:
        os.chdir(tmp_path)
    assert (row.name, row.status, row.detail) == ("working folder", "fail", "it was removed")


@pytest.mark.parametrize("chosen", ["elsewhere", None])
def test_cache_folder_is_the_one_that_downloads_use(chosen, tmp_path, monkeypatch):
    from ailiteracy._support import downloads

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("AILITERACY_CACHE")
    if chosen:
        monkeypatch.setenv("AILITERACY_CACHE", str(tmp_path / chosen))
    place = _doctor.cache_folder()
    assert not place.exists()
    assert place == downloads.cache_folder()


def test_a_cache_folder_that_is_not_there_yet_is_not_made(tmp_path):
    assert _doctor.check_folder("cache folder", tmp_path / "a/b/c", "").status == "ok"
    assert list(tmp_path.iterdir()) == []


def test_no_permission(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(_places.tempfile, "TemporaryFile", refuse)
    row = _doctor.check_folder("cache folder", tmp_path, "Set AILITERACY_CACHE.")
    assert (row.status, row.remedy) == ("fail", "Set AILITERACY_CACHE.")
    assert "cannot be written to" in row.detail


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "cache").touch()
    assert not _places.can_write(tmp_path / "cache" / "deeper")


def test_no_space_left(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: types.SimpleNamespace(free=499 * 2**20))
    row = _doctor.check_folder("working folder", tmp_path, "")
    assert row.status == "fail"
    assert "no space for data or models" in row.detail
    assert "Free at least 500 MB" in row.remedy


def test_local_data(monkeypatch):
    assert _doctor.check_local_data().status == "ok"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    row = _doctor.check_local_data()
    assert row.status == "fail"
    assert "handwritten digits" in row.detail


def test_hub(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE is set" in _doctor.check_hub().detail
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example")
    assert "mirror.example only when a call says" in _doctor.check_hub().detail


def refuse_to_connect(*_, **__):
    raise AssertionError("a connection was opened")


def test_no_connection_unless_asked(monkeypatch):
    monkeypatch.setattr(socket, "create_connection", refuse_to_connect)
    monkeypatch.setattr(_doctor, "run_python", lambda code: _doctor_imports.Trial(True, "2.15\ncpu 0\n2\n", ""))
    rows = list(_doctor.examine())
    assert "network" not in [row.name for row in rows]
    with pytest.raises(AssertionError, match="a connection was opened"):
        list(_doctor.examine(network=True))


def test_connections_when_asked(monkeypatch):
    monkeypatch.setattr(_doctor, "run_python", lambda code: _doctor_imports.Trial(True, "2.15\ncpu 0\n2\n", ""))
    monkeypatch.setattr(_doctor, "check_connection", lambda address: Row("network", "ok", address))
    monkeypatch.setenv("HF_ENDPOINT", "https://models.example")
    monkeypatch.setenv("AILITERACY_MIRROR", "https://data.example")
    found = [row.detail for row in _doctor.examine(network=True) if row.name == "network"]
    assert found == ["https://models.example", "https://data.example"]


def test_connection(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert _doctor.check_connection(address) == Row("network", "ok", "127.0.0.1 answers")
    row = _doctor.check_connection(address)  # nobody listens there any more
    assert row.status == "warn"
    assert "HF_ENDPOINT" in row.remedy


@pytest.mark.parametrize("address", ["https://hub.example:abc", "http://[::1", "https://.example.com"])
def test_an_address_that_is_none(address):
    row = _doctor.check_connection(address)
    assert row.status == "warn"
    assert "does not answer" in row.detail


# Fonts, screens, terminals.


def test_fonts(monkeypatch):
    from ailiteracy._support import figures

    monkeypatch.setattr(figures, "text_fonts", lambda: ["Noto Sans CJK SC", "DejaVu Sans"])
    assert _doctor.check_fonts() == Row("Chinese font", "ok", "Noto Sans CJK SC")
    monkeypatch.setattr(figures, "text_fonts", lambda: ["DejaVu Sans"])
    assert _doctor.check_fonts().status == "warn"


def test_fonts_without_matplotlib(monkeypatch):
    from ailiteracy._support import figures

    def broken():
        raise ImportError("no matplotlib")

    monkeypatch.setattr(figures, "text_fonts", broken)
    assert "no matplotlib" in _doctor.check_fonts().detail


@pytest.mark.parametrize(("backend", "display", "status"), [
    ("tkagg", None, "warn"),
    ("QtAgg", None, "warn"),
    ("agg", None, "ok"),
    ("tkagg", ":0", "ok"),
])  # fmt: skip
def test_display(backend, display, status, monkeypatch):
    monkeypatch.setattr(_doctor.platform, "system", lambda: "Linux")
    monkeypatch.setenv("MPLBACKEND", backend)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if display:
        monkeypatch.setenv("DISPLAY", display)
    assert _doctor.check_display().status == status


@pytest.mark.parametrize(
    ("encoding", "status"), [("utf-8", "ok"), ("UTF8", "ok"), ("ascii", "warn"), ("cp936", "warn")]
)
def test_terminal(encoding, status, monkeypatch):
    monkeypatch.setattr(sys, "stdout", types.SimpleNamespace(encoding=encoding))
    assert _doctor.check_encoding().status == status


# The command.


@pytest.mark.parametrize(("statuses", "code"), [(["ok", "warn"], 0), (["ok", "fail"], 1), ([], 0)])
@pytest.mark.parametrize("as_json", [True, False])
def test_exit_code_and_output(statuses, code, as_json, monkeypatch):
    rows = [Row(f"check {i}", status, "detail [bold]", "remedy" if i else "") for i, status in enumerate(statuses)]
    monkeypatch.setattr(_doctor, "examine", lambda network: iter(rows))
    done = CliRunner().invoke(cli.app, ["doctor", *(["--json"] if as_json else [])])
    assert done.exit_code == code
    if as_json:
        found = json.loads(done.stdout)
        assert found["ok"] == (code == 0)
        assert [Row(**row) for row in found["rows"]] == rows
    else:
        assert f"Problems: {statuses.count('fail')}." in done.stdout
        assert done.stdout.count("detail [bold]") == len(rows)
        assert done.stdout.count("To do: remedy") == max(0, len(rows) - 1)


def test_mixed_builds_from_end_to_end(fakes, tmp_path):
    """The most frequent broken installation, seen by the command itself."""
    fake_package(fakes, "torchvision", f"raise RuntimeError('{NMS}')", "0.29.2+cpu")
    command = [sys.executable, "-m", "ailiteracy", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)["rows"]}
    assert rows["import torchvision"]["status"] == "fail"
    assert NMS in rows["import torchvision"]["detail"]
    assert "in one command from one source" in rows["import torchvision"]["remedy"]
    assert rows["import torch"]["status"] == "ok"
    assert "torch" in rows["torch builds"]["detail"]
    assert [name for name, row in rows.items() if row["status"] == "fail"] == ["import torchvision"]


def test_checks_are_small():
    """Each check can be read at a glance."""
    text = pathlib.Path(_doctor.__file__).read_text(encoding="utf-8")
    assert max(len(part.splitlines()) for part in text.split("\ndef ")[1:]) <= 35
