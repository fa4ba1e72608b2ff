"""How many pictures a second? Measured on the machine you have.

    python -m ailiteracy.vision.throughput

Advice such as "use eight workers" or "use half the precision" is true of some machine. Here each setting is changed
alone, against the same base, and the training step is timed. A setting that this machine cannot do says why.

Left out: settings in combination, memory, and several devices.
Next: the gallery.
"""

import argparse
import dataclasses
import pathlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._support.chance import torch_seed
from .._support.checks import check_choice, check_integer, check_number, message
from .._support.devices import pick_device
from .._support.figures import new_figure, result_html
from .._support.files import check_path, check_writable
from .._support.progress import progress_bar
from ._speed_runs import plans_for
from .models import MODELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["SpeedRow", "Throughput", "measure_throughput"]

WHAT = ("batch_size", "threads", "memory_format", "precision", "workers", "compile")


class SpeedRow(NamedTuple):
    """One setting: pictures per second, or nan and the reason in `note`."""

    what: str
    setting: str
    images_per_second: float
    note: str = ""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Throughput:
    """Pictures per second under different settings.

    Parameters
    ----------
    model : str
        The network whose training step was timed.
    size : int
        Side of the pictures.
    device : str
        Where it computed.
    rows : tuple of SpeedRow
        What was changed, to which setting, and how fast that was.
    """

    model: str
    size: int
    device: str
    rows: tuple[SpeedRow, ...]

    def best(self, what: str) -> SpeedRow:
        """Return the fastest row of one thing that was changed, such as "batch_size"."""
        rows = [row for row in self.rows if row.what == what and row.images_per_second > 0]
        if not rows:
            measured = ", ".join(sorted({row.what for row in self.rows}))
            raise ValueError(message("what", "something that was measured", what, f"Measured: {measured}."))
        return max(rows, key=lambda row: row.images_per_second)

    def table(self) -> str:
        """Return one line for each setting."""
        lines = [f"{'changed':14} {'setting':14} {'pictures/s':>10}"]
        for row in self.rows:
            speed = f"{row.images_per_second:10,.0f}" if row.images_per_second > 0 else f"{'-':>10}"
            lines.append(f"{row.what:14} {row.setting:14} {speed}  {row.note}".rstrip())
        return "\n".join(lines)

    def plot(self) -> "Figure":
        """Return a figure: a panel for each thing that was changed, on one scale but for the loading."""
        kinds = list(dict.fromkeys(row.what for row in self.rows))
        figure = new_figure(2.2 * len(kinds) + 1, 3)
        for ax, kind in zip(np.atleast_1d(figure.subplots(1, len(kinds))), kinds, strict=True):
            rows = [row for row in self.rows if row.what == kind]
            speeds = [row.images_per_second if row.images_per_second > 0 else 0 for row in rows]
            ax.bar(range(len(rows)), speeds, color="#0072B2")
            ax.set_xticks(range(len(rows)), labels=[row.setting for row in rows], rotation=60, ha="right")
            ax.set_title(kind)
        figure.axes[0].set_ylabel("pictures per second")
        return figure

    def __repr__(self) -> str:
        kinds = dict.fromkeys(row.what for row in self.rows if row.images_per_second > 0)
        best = ", ".join(f"{kind} {self.best(kind).setting}" for kind in kinds)
        return f"Training steps of {self.model} on {self.size} x {self.size} pixels, {self.device}. Fastest: {best}."

    def _repr_html_(self) -> str:
        return result_html(self)


def measure_throughput(
    what: Sequence[str] = ("batch_size", "threads", "memory_format", "precision"),
    *,
    model: str = "resnet8",
    size: int = 32,
    seconds: float = 0.5,
    device: Any = "auto",
    progress: bool = True,
) -> Throughput:
    """Return how fast this machine trains a network under different settings, each changed alone.

    Parameters
    ----------
    what : tuple of str
        "batch_size"; "threads" of the CPU; "memory_format", channels next to one another or apart; "precision", 16 bits
        where they may do; "workers", processes that decode and change pictures, against whole batches in memory;
        "compile", whose first step takes long. The first four by default: the others start processes or a compiler.
    model : str, default "resnet8"
        A name of `build_model`.
    size : int, default 32
        Side of the pictures, which are noise: speed does not depend on what they show.
    seconds : float, default 0.5
        How long each setting is timed, after a step to warm up.
    device : str or torch.device, default "auto"
        Where to compute.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Returns
    -------
    Throughput
        Pictures per second for each setting.

    Raises
    ------
    ValueError, TypeError
        When an argument does not fit.

    Notes
    -----
    Each number is the median over the steps, so that another program that wakes up now and then does not count. An
    accelerator is waited for before the clock is read.

    Examples
    --------
    >>> speed = measure_throughput(("memory_format",), size=8, seconds=0.01, device="cpu")
    >>> [row.setting for row in speed.rows]
    ['channels first', 'channels last']
    """
    if isinstance(what, str) or not what:
        raise TypeError(message("what", "a tuple of names", what, "Pass for example ('threads',)."))
    for name in what:
        check_choice("what", name, WHAT)
    check_choice("model", model, MODELS)
    size = check_integer("size", size, low=8)
    seconds = check_number("seconds", seconds, above=0)
    chosen = pick_device(device)
    plans = [plan for name in what for plan in plans_for(name, model, size, chosen)]
    rows = []
    for kind, setting, run in progress_bar(plans, label="measuring", progress=progress):
        try:
            with torch_seed(0):  # loaders, noise and first weights draw numbers
                rows.append(SpeedRow(kind, setting, run(seconds)))
        except (RuntimeError, NotImplementedError, OSError, ImportError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            rows.append(SpeedRow(kind, setting, float("nan"), reason[:100]))
    return Throughput(model, size, str(chosen), tuple(rows))


def main() -> None:
    """Measure everything and write the table; with --figure, the figure too."""
    parser = argparse.ArgumentParser(description="How many pictures a second does this machine train on?")
    parser.add_argument("what", nargs="*", help=f"of {', '.join(WHAT)}; all by default")
    parser.add_argument("--model", default="resnet8")
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each setting")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--figure", help="a file to write the figure to")
    asked = parser.parse_args()
    try:
        place = None if asked.figure is None else _check_figure(asked.figure)
        result = measure_throughput(
            tuple(asked.what) or WHAT, model=asked.model, size=asked.size, seconds=asked.seconds, device=asked.device
        )
    except (ValueError, OSError) as error:
        parser.error(str(error))
    sys.stdout.write(f"{result.table()}\n{result}\n")
    if place is not None:
        result.plot().savefig(place)


def _check_figure(figure: str) -> pathlib.Path:
    """Return where a figure is to go, or refuse what could not be written, before minutes of measuring."""
    from matplotlib.backend_bases import FigureCanvasBase

    place, kinds = check_path("figure", figure), FigureCanvasBase.get_supported_filetypes()
    if place.suffix and place.suffix[1:].lower() not in kinds:
        raise ValueError(message("figure", "a file of pictures", figure, "Let its name end in .png."))
    if not place.parent.is_dir():
        raise ValueError(message("figure", "a file in a folder that exists", figure, "Make the folder first."))
    check_writable(place)
    return place


if __name__ == "__main__":
    main()
