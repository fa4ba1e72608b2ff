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
    yield from check_shadows(pathlib.Path.cwd())
    for module in TRIALS:
        yield check_torch() if module == "torch" else check_import(module)
    yield check_builds()
    yield check_threads()
    yield check_folder("cache folder", cache_folder(), "Set AILITERACY_CACHE to a folder you may write to.")
    yield check_folder("working folder", pathlib.Path.cwd(), "Change to a folder of your own, or pass --output.")
    yield check_local_data()
    yield check_hub()
    if network:
        mirror = os.environ.get("AILITERACY_MIRROR")
        for address in [os.environ.get("HF_ENDPOINT") or HUB, *([mirror] if mirror else [])]:
            yield check_connection(address)
    yield check_fonts()
    yield check_display()
    yield check_encoding()


def check_python() -> Row:
    """Return the version of Python and the system it runs on."""
    detail = f"{platform.python_version()}, {platform.system()} {platform.machine()}, {sys.executable}"
    if sys.maxsize < 2**32:
        return Row("Python", "fail", f"{detail}: 32 bits", "Install a Python of 64 bits: torch has no other builds.")
    return Row("Python", "ok", detail)


def check_packages() -> Iterator[Row]:
    """Yield the version of this package and of each library it needs, compared with the lowest that works."""
    try:
        needs = importlib.metadata.requires("ailiteracy") or []
        yield Row("ailiteracy", "ok", importlib.metadata.version("ailiteracy"))
    except importlib.metadata.PackageNotFoundError:
        remedy = "Run python -m pip install ailiteracy, or python -m pip install -e . inside a checkout."
        yield Row("ailiteracy", "warn", "used from a folder, not installed: its libraries cannot be listed", remedy)
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
        remedy = f"Run python -m pip install '{package}>={lowest}'."
        if package == "numba":
            return Row(package, "warn", "not installed: 2048 is played by plain Python, many times slower", remedy)
        return Row(package, "fail", "not installed", remedy)
    if _numbers(version) < _numbers(lowest):
        remedy = f"Run python -m pip install --upgrade '{package}>={lowest}'."
        return Row(package, "fail", f"{version} is older than {lowest}, the lowest that works", remedy)
    return Row(package, "ok", version)


def check_shadows(folder: pathlib.Path) -> Iterator[Row]:
    """Yield a row for each file of `folder` that Python would import in place of a library of the same name."""
    libraries = {*TRIALS, *sys.stdlib_module_names, "ailiteracy", "PIL", "rich", "typer", "tqdm", "joblib"}
    for name in sorted(path.name for path in folder.glob("*.py") if path.stem in libraries):
        detail = f"{name} in this folder hides the library of that name from scripts started here"
        yield Row("file names", "warn", detail, f"Rename {name}.")


def check_import(module: str) -> Row:
    """Return whether `module` can be imported, tried in a Python of its own."""
    trial = run_python(f"import {module}")
    if trial.ok:
        return Row(f"import {module}", "ok", "works")
    return explain(module, trial.error)


def check_torch() -> Row:
    """Return the build of torch and the processor it would take."""
    trial = run_python(TORCH_FACTS)
    if not trial.ok:
        return explain("torch", trial.error)
    version, device, threads = trial.output.splitlines()[-3:]
    kind, count = device.split()
    where = "no accelerator: training runs on the CPU" if kind == "cpu" else f"{count} x {kind}"
    return Row("import torch", "ok", f"{version}, {where}, {threads} threads")


def check_builds() -> Row:
    """Return whether torch and torchvision were built for the same kind of machine."""
    torch, vision = build_suffix("torch"), build_suffix("torchvision")
    if torch == vision or None in (torch, vision):
        return Row("torch builds", "ok", f"torch {torch or 'plain'}, torchvision {vision or 'plain'}")
    detail = f"torch is a {torch or 'plain'} build and torchvision a {vision or 'plain'} one: two different sources"
    return Row("torch builds", "warn", detail, ONE_SOURCE)


def check_threads() -> Row:
    """Return how many processors there are and what limits their use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    limit = os.environ.get("OMP_NUM_THREADS")
    return Row("processors", "ok", f"{usable} usable" + (f", OMP_NUM_THREADS={limit}" if limit else ""))


def cache_folder() -> pathlib.Path:
    """Return the one folder that downloads go to; looking at it does not make it."""
    import platformdirs

    return pathlib.Path(os.environ.get("AILITERACY_CACHE") or platformdirs.user_cache_dir("ailiteracy")).expanduser()


def check_folder(name: str, path: pathlib.Path, remedy: str) -> Row:
    """Return whether `path` can be written to, what it holds and what room is left."""
    if not can_write(path):
        return Row(name, "fail", f"{path} cannot be written to", remedy)
    room = shutil.disk_usage(nearest_folder(path)).free
    detail = f"{path}, {room / 2**30:.1f} GiB free"
    if name == "cache folder":
        used = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        detail = f"{path}, holds {used / 2**20:.1f} MiB, {room / 2**30:.1f} GiB free"
    if room < ROOM:
        remedy = f"Free at least {ROOM // 2**20} MB. {remedy}"
        return Row(name, "fail", f"{detail}: no space for data or models", remedy)
    return Row(name, "ok", detail)


def check_local_data() -> Row:
    """Return whether the data behind the four headline calls is on this machine."""
    found = importlib.util.find_spec("sklearn")
    places = found.submodule_search_locations if found else None
    digits = [pathlib.Path(place) / "datasets" / "data" / "digits.csv.gz" for place in places or []]
    if any(path.is_file() for path in digits):
        return Row("offline", "ok", "backprop_demo, solve_2048, train_resnet and answer have all they need here")
    remedy = "Run python -m pip install --force-reinstall scikit-learn."
    return Row("offline", "fail", "the handwritten digits for train_resnet are missing from scikit-learn", remedy)


def check_hub() -> Row:
    """Return whether Hugging Face models may be fetched when one is named."""
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    if offline:
        return Row("Hugging Face", "ok", "HF_HUB_OFFLINE is set: only models already on this machine are used")
    address = os.environ.get("HF_ENDPOINT") or HUB
    return Row("Hugging Face", "ok", f"a model is fetched from {address} only when a call says download=True")


def check_connection(address: str) -> Row:
    """Return whether the host of `address` accepts a connection; nothing is sent or fetched."""
    parts = urllib.parse.urlsplit(address)
    port = parts.port or (80 if parts.scheme == "http" else 443)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=5):
            return Row("network", "ok", f"{parts.hostname} answers")
    except OSError as error:
        remedy = "The four headline calls need none. Set HF_ENDPOINT (models) or AILITERACY_MIRROR (data) to a mirror."
        return Row("network", "warn", f"{parts.hostname} does not answer ({error})", remedy)


def check_fonts() -> Row:
    """Return whether figures can show Chinese text."""
    try:
        from ._support.figures import text_fonts

        fonts = text_fonts()
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        detail = f"matplotlib's fonts cannot be listed ({error})"
        return Row("Chinese font", "warn", detail, "See the row import matplotlib.")
    if len(fonts) > 1:
        return Row("Chinese font", "ok", fonts[0])
    remedy = "Only Chinese text needs one: install Noto Sans CJK SC (package fonts-noto-cjk on Debian and Ubuntu)."
    return Row("Chinese font", "warn", "none found: Chinese letters in figures appear as boxes", remedy)


def check_display() -> Row:
    """Return where figures go: to a window or to files."""
    chosen = os.environ.get("MPLBACKEND", "")
    screen = platform.system() != "Linux" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if not screen and chosen.lower().startswith(("tk", "qt", "gtk", "wx", "macosx")):
        detail = f"MPLBACKEND={chosen} opens windows and this machine has no screen"
        return Row("figures", "warn", detail, "Unset MPLBACKEND, or set it to agg.")
    return Row("figures", "ok", "to windows and files" if screen else "to files (no screen)")


def check_encoding() -> Row:
    """Return whether the terminal can show every letter."""
    encoding = getattr(sys.stdout, "encoding", None) or locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "").startswith("utf8"):
        return Row("terminal", "ok", encoding)
    detail = f"{encoding}: letters it lacks appear as \\u codes"
    return Row("terminal", "warn", detail, "Set the environment variable PYTHONIOENCODING to utf-8.")


def _numbers(version: str) -> tuple[int, ...]:
    """Return "2.15+cpu" as (2, 15, 0), which compares as versions do."""
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]
    return tuple([*numbers, 0, 0, 0][:3])
