"""What may be wrong with an installation, and how to mend it.

The idea: each check looks at one thing and returns a `Row` with a status, what it saw, and a remedy. Heavy libraries
are imported in a Python of their own, so that one that crashes or hangs is a row in the list and not the end of it.

Left out: mending anything. The remedies are commands for the reader to run. Printing is done by ``cli.py``.

Next: ``_doctor_imports.py``, the table of known failures and their causes.
"""

import importlib.metadata
import importlib.util
import locale
import os
import pathlib
import platform
import re
import shutil
import socket
import sys
import urllib.parse
from collections.abc import Iterator

from ._doctor_imports import ONE_SOURCE, Row, build_suffix, explain, run_python
from ._places import can_write, nearest_folder
from ._support.language import VARIABLE, chosen_language, languages, say

__all__ = ["Row", "examine"]

# The import name and the most frequent failure of each library that is imported for a trial.
TRIALS = ("numpy", "matplotlib", "sklearn", "torch", "torchvision", "transformers", "numba")
# What torch knows about this machine, printed by a Python of its own as three lines.
TORCH_FACTS = """
import torch
here = torch.accelerator.is_available()
print(torch.__version__)
print(torch.accelerator.current_accelerator().type if here else "cpu", torch.accelerator.device_count())
print(torch.get_num_threads())
"""
ROOM = 500 * 2**20  # bytes; CIFAR-10 needs about as much while it is unpacked
HUB = "https://huggingface.co"


def examine(*, network: bool = False) -> Iterator[Row]:
    """Yield one row after the other, quick checks first; connections are opened only when `network` is True."""
    yield check_python()
    yield from check_packages()
    advice = say("Change to a folder of your own, or pass --output.")
    try:
        here = pathlib.Path.cwd()
    except OSError:  # nothing starts in a folder that is no more: libraries would seem to be broken
        yield Row("working folder", "fail", say("it was removed"), advice)
        return
    yield from check_shadows(here)
    for module in TRIALS:
        yield check_torch() if module == "torch" else check_import(module)
    yield check_builds()
    yield check_threads()
    yield check_cache()
    yield check_folder("working folder", here, advice)
    yield check_local_data()
    yield check_hub()
    if network:
        mirror = os.environ.get("AILITERACY_MIRROR")
        for address in [os.environ.get("HF_ENDPOINT") or HUB, *([mirror] if mirror else [])]:
            yield check_connection(address)
    yield check_fonts()
    yield check_display()
    yield check_encoding()
    yield from check_language()


def check_python() -> Row:
    """Return the version of Python and the system it runs on."""
    detail = f"{platform.python_version()}, {platform.system()} {platform.machine()}, {sys.executable}"
    if sys.maxsize < 2**32:
        remedy = say("Install a Python of 64 bits: torch has no other builds.")
        return Row("Python", "fail", say("{python}: 32 bits").format(python=detail), remedy)
    return Row("Python", "ok", detail)


def check_packages() -> Iterator[Row]:
    """Yield the version of this package and of each library it needs, compared with the lowest that works."""
    try:
        needs = importlib.metadata.requires("ailiteracy") or []
        yield Row("ailiteracy", "ok", importlib.metadata.version("ailiteracy"))
    except importlib.metadata.PackageNotFoundError:
        remedy = say("Run python -m pip install ailiteracy, or python -m pip install -e . inside a checkout.")
        detail = say("used from a folder, not installed: its libraries cannot be listed")
        yield Row("ailiteracy", "warn", detail, remedy)
        return
    for need in needs:
        match = re.match(r"([\w.-]+)\s*>=\s*([\w.]+)(?!.*extra ==)", need)
        if match:
            yield check_version(match[1], match[2])


def check_version(package: str, lowest: str) -> Row:
    """Return the installed version of `package`; older than `lowest` or missing is a failure."""
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        remedy = say("Run python -m pip install '{package}>={lowest}'.").format(package=package, lowest=lowest)
        if package == "numba":
            detail = say("not installed: 2048 is played by plain Python, many times slower")
            return Row(package, "warn", detail, remedy)
        return Row(package, "fail", say("not installed"), remedy)
    if _numbers(version) < _numbers(lowest):
        remedy = say("Run python -m pip install --upgrade '{package}>={lowest}'.").format(
            package=package, lowest=lowest
        )
        detail = say("{version} is older than {lowest}, the lowest that works").format(version=version, lowest=lowest)
        return Row(package, "fail", detail, remedy)
    return Row(package, "ok", version)


def check_shadows(folder: pathlib.Path) -> Iterator[Row]:
    """Yield a row for each file of `folder` that Python would import in place of a library of the same name."""
    libraries = {*TRIALS, *sys.stdlib_module_names, "ailiteracy", "PIL", "rich", "typer", "tqdm", "joblib"}
    for name in sorted(path.name for path in folder.glob("*.py") if path.stem in libraries):
        detail = say("{name} in this folder hides the library of that name from scripts started here").format(name=name)
        yield Row("file names", "warn", detail, say("Rename {name}.").format(name=name))


def check_import(module: str) -> Row:
    """Return whether `module` can be imported, tried in a Python of its own."""
    trial = run_python(f"import {module}")
    if trial.ok:
        return Row(f"import {module}", "ok", say("works"))
    return explain(module, trial.error)


def check_torch() -> Row:
    """Return the build of torch and the processor it would take."""
    trial = run_python(TORCH_FACTS)
    if not trial.ok:
        return explain("torch", trial.error)
    version, device, threads = trial.output.splitlines()[-3:]
    kind, count = device.split()
    where = say("no accelerator: training runs on the CPU") if kind == "cpu" else f"{count} x {kind}"
    detail = say("{version}, {where}, {n} threads").format(version=version, where=where, n=threads)
    return Row("import torch", "ok", detail)


def check_builds() -> Row:
    """Return whether torch and torchvision were built for the same kind of machine."""
    torch, vision = build_suffix("torch"), build_suffix("torchvision")
    if torch == vision or None in (torch, vision):
        return Row("torch builds", "ok", f"torch {torch or say('plain')}, torchvision {vision or say('plain')}")
    detail = say("torch is a {torch} build and torchvision a {vision} one: two different sources")
    detail = detail.format(torch=torch or say("plain"), vision=vision or say("plain"))
    return Row("torch builds", "warn", detail, say(ONE_SOURCE))


def check_threads() -> Row:
    """Return how many processors there are and what limits their use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    limit = os.environ.get("OMP_NUM_THREADS")
    detail = say("{n} usable").format(n=usable)
    return Row("processors", "ok", detail + (f", OMP_NUM_THREADS={limit}" if limit else ""))


def check_cache() -> Row:
    """Return what `check_folder` says about the cache folder, wherever AILITERACY_CACHE points."""
    remedy = say("Set AILITERACY_CACHE to a folder you may write to.")
    try:
        folder = cache_folder()
        if folder.is_dir() and not can_write(folder):
            detail = say("{path} can be read, not written to: nothing is downloaded, answers to quizzes are not kept")
            return Row("cache folder", "warn", detail.format(path=folder), remedy)
        return check_folder("cache folder", folder, remedy)
    except (OSError, RuntimeError) as error:  # RuntimeError: ~ for somebody whose home is not known
        return Row("cache folder", "fail", f"AILITERACY_CACHE: {error}", remedy)


def cache_folder() -> pathlib.Path:
    """Return the one folder that downloads go to; looking at it does not make it."""
    import platformdirs

    return pathlib.Path(os.environ.get("AILITERACY_CACHE") or platformdirs.user_cache_dir("ailiteracy")).expanduser()


def check_folder(name: str, path: pathlib.Path, remedy: str) -> Row:
    """Return whether `path` can be written to, what it holds and what room is left."""
    if not can_write(path):
        return Row(name, "fail", say("{path} cannot be written to").format(path=path), remedy)
    room = shutil.disk_usage(nearest_folder(path)).free
    detail = say("{path}, {free:.1f} GiB free").format(path=path, free=room / 2**30)
    if name == "cache folder":
        used = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        detail = say("{path}, holds {used:.1f} MiB, {free:.1f} GiB free")
        detail = detail.format(path=path, used=used / 2**20, free=room / 2**30)
    if room < ROOM:
        free = say("Free at least {n} MB.").format(n=ROOM // 2**20)
        detail = say("{place}: no space for data or models").format(place=detail)
        return Row(name, "fail", detail, f"{free} {remedy}")
    return Row(name, "ok", detail)


def check_local_data() -> Row:
    """Return whether the data behind the four headline calls is on this machine."""
    found = importlib.util.find_spec("sklearn")
    places = found.submodule_search_locations if found else None
    digits = [pathlib.Path(place) / "datasets" / "data" / "digits.csv.gz" for place in places or []]
    if any(path.is_file() for path in digits):
        return Row("offline", "ok", say("backprop_demo, solve_2048, train_resnet and answer have all they need here"))
    remedy = say("Run python -m pip install --force-reinstall scikit-learn.")
    detail = say("the handwritten digits for train_resnet are missing from scikit-learn")
    return Row("offline", "fail", detail, remedy)


def check_hub() -> Row:
    """Return whether Hugging Face models may be fetched when one is named."""
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    if offline:
        return Row("Hugging Face", "ok", say("HF_HUB_OFFLINE is set: only models already on this machine are used"))
    address = os.environ.get("HF_ENDPOINT") or HUB
    detail = say("a model is fetched from {address} only when a call says download=True").format(address=address)
    return Row("Hugging Face", "ok", detail)


def check_connection(address: str) -> Row:
    """Return whether the host of `address` accepts a connection; nothing is sent or fetched."""
    host: str | None = address
    try:
        parts = urllib.parse.urlsplit(address)
        host, port = parts.hostname, parts.port or (80 if parts.scheme == "http" else 443)
        with socket.create_connection((host or "", port), timeout=5):
            return Row("network", "ok", say("{host} answers").format(host=host))
    except (OSError, ValueError) as error:  # ValueError: no address at all
        remedy = say(
            "The four headline calls need none. Set HF_ENDPOINT (models) or AILITERACY_MIRROR (data) to a mirror."
        )
        detail = say("{host} does not answer ({error})").format(host=host, error=error)
        return Row("network", "warn", detail, remedy)


def check_fonts() -> Row:
    """Return whether figures can show Chinese text."""
    try:
        from ._support.figures import text_fonts

        fonts = text_fonts()
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        detail = say("matplotlib's fonts cannot be listed ({error})").format(error=error)
        return Row("Chinese font", "warn", detail, say("See the row import matplotlib."))
    if len(fonts) > 1:
        return Row("Chinese font", "ok", fonts[0])
    remedy = say("Only Chinese text needs one: install Noto Sans CJK SC (package fonts-noto-cjk on Debian and Ubuntu).")
    return Row("Chinese font", "warn", say("none found: Chinese letters in figures appear as boxes"), remedy)


def check_display() -> Row:
    """Return where figures go: to a window or to files."""
    chosen = os.environ.get("MPLBACKEND", "")
    screen = platform.system() != "Linux" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if not screen and chosen.lower().startswith(("tk", "qt", "gtk", "wx", "macosx")):
        detail = say("MPLBACKEND={name} opens windows and this machine has no screen").format(name=chosen)
        return Row("figures", "warn", detail, say("Unset MPLBACKEND, or set it to agg."))
    return Row("figures", "ok", say("to windows and files") if screen else say("to files (no screen)"))


def check_encoding() -> Row:
    """Return whether the terminal can show every letter."""
    encoding = getattr(sys.stdout, "encoding", None) or locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "").startswith("utf8"):
        return Row("terminal", "ok", encoding)
    detail = say("{encoding}: letters it lacks appear as \\u codes").format(encoding=encoding)
    return Row("terminal", "warn", detail, say("Set the environment variable PYTHONIOENCODING to utf-8."))


def check_language() -> Iterator[Row]:
    """Yield a row where AILITERACY_LANGUAGE names a language: whether there are words in it."""
    name = os.environ.get(VARIABLE, "")
    if chosen_language() or name.lower().startswith("en"):
        yield Row("language", "ok", name)
    elif name:
        known = ", ".join(["en", *languages()])
        yield Row("language", "warn", f"no words in {name!r}: English is shown", f"Set {VARIABLE} to one of {known}.")


def _numbers(version: str) -> tuple[int, ...]:
    """Return "2.15+cpu" as (2, 15, 0), which compares as versions do."""
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]
    return tuple([*numbers, 0, 0, 0][:3])
