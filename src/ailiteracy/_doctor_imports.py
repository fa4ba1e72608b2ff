"""Why a library does not import: a trial in a Python of its own, and a table of known causes.

The idea: a broken build may raise, crash or hang. A second Python does it in our place, and the last line that it
wrote tells which cause it is. The table below is walked from the most telling words to the least.

Left out: libraries that fail later than at import.

Next: ``_doctor.py``, where the rows are gathered.
"""

import importlib.machinery
import pathlib
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ._support.language import say

__all__ = ["Row", "Trial", "build_suffix", "explain", "run_python"]

SECONDS = 120  # torch's first import on a slow disk takes up to a minute

REINSTALL = "Run python -m pip install --upgrade --force-reinstall {name}"
ONE_SOURCE = (
    "Remove both with python -m pip uninstall -y torch torchvision, then install both in one command from one source: "
    "python -m pip install torch torchvision. Where torch needs an --index-url, give torchvision the same one."
)
# Words of the error, the cause, the remedy; {name} is the library. The first match counts.
CAUSES: tuple[tuple[str, str, str], ...] = (
    (r"operator torchvision::|torchvision::nms", "torch and torchvision come from different sources", ONE_SOURCE),
    (r"Numba needs NumPy", "numba and numpy do not fit together", "Run python -m pip install --upgrade numba numpy."),
    (
        r"compiled using NumPy 1|_ARRAY_API|numpy\.dtype size changed|multiarray",
        "{name} was built for another numpy",
        f"{REINSTALL} numpy.",
    ),
    (
        r"cannot open shared object|DLL load failed|WinError 12[67]|Library not loaded|undefined symbol|GLIBC",
        "a shared library that {name} needs is missing or of another version",
        f"{REINSTALL}. On Windows install the Microsoft Visual C++ redistributable first.",
    ),
    (r"No module named '{module}'", "{name} is not installed", "Run python -m pip install {name}."),
    (r"No module named", "a library that {name} needs is not installed", f"{REINSTALL}."),
    (r"No space left", "the disk is full", "Free some space, then try again."),
    (r"SIGILL", "{name} uses an instruction that this processor lacks", "Use an older {name} or a newer machine."),
    (r"did not finish", "the import of {name} hangs", f"Try again when the machine is idle. {REINSTALL}."),
)
OTHER = ("{name} does not import", f"{REINSTALL}.")
PIP_NAMES = {"sklearn": "scikit-learn"}


@dataclass(frozen=True)
class Row:
    """One finding: what was looked at, how it stands, what was seen, what to do."""

    name: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    remedy: str = ""


class Trial(NamedTuple):
    """What a Python of its own said: whether it ended well, its output, and the line that tells why not."""

    ok: bool
    output: str
    error: str


def run_python(code: str, *, seconds: float = SECONDS) -> Trial:
    """Run `code` in a fresh Python, without the working folder on its path, and return how it ended."""
    command = [sys.executable, "-P", "-c", code]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return Trial(False, "", f"did not finish within {seconds:g} s")
    output, complaints = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace").split("\n")
    if done.returncode == 0:
        return Trial(True, output, "")
    if done.returncode < 0:  # ended by the system: no Python error was written
        return Trial(False, output, f"ended by {signal.Signals(-done.returncode).name}")
    last = next((line.strip() for line in reversed(complaints) if line.strip()), "")
    return Trial(False, output, last or f"ended with exit code {done.returncode}")


def explain(module: str, error: str) -> Row:
    """Return the row for an import that failed: the likely cause, the error itself, the remedy."""
    name = PIP_NAMES.get(module, module)
    known = ((cause, remedy) for words, cause, remedy in CAUSES if re.search(words.replace("{module}", module), error))
    cause, remedy = next(known, OTHER)
    status: Literal["warn", "fail"] = "warn" if module == "numba" else "fail"  # plain Python stands in for numba
    detail = say(cause).format(name=name)
    detail += f" ({say('2048 is played by plain Python, slower')})" if module == "numba" else ""
    return Row(f"import {module}", status, f"{detail}: {error}", say(remedy).format(name=name))


def build_suffix(module: str) -> str | None:
    """Return what follows the + in the version of torch or torchvision: "cpu", "cu132" or ""; None when it is unknown.

    Read from the file version.py: the package cannot be imported when the builds do not fit.
    """
    found = importlib.machinery.PathFinder.find_spec(module)  # the files, whatever is imported already
    if found is None or found.origin is None:
        return None
    file = pathlib.Path(found.origin).with_name("version.py")
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    match = re.search(r"__version__\b[^=]*=\s*['\"]([^'\"]+)", text)
    return match[1].partition("+")[2] if match else None
