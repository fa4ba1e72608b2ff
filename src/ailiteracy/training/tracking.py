"""A record of a training, written while it runs: one line of JSON for each epoch.

A record is opened once, called after every epoch, and can be read by any program. A run that was killed leaves all
epochs but the last half line. Several records drawn into one figure answer which settings did better.

Left out: what needs more than numbers (histograms, pictures): see tensorboard_log.py.
Next: tensorboard_log.py.
"""

import dataclasses
import json
import math
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from .._support.checks import check_choice, check_flag, message
from .._support.figures import new_figure, result_html
from .._support.files import check_path, whole_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["RunComparison", "RunRecord", "compare_runs", "gradient_norm"]

Row = dict[str, Any]


def gradient_norm(model: nn.Module) -> float:
    """Return the length of the whole gradient: the root of the sum of all squares.

    Parameters
    ----------
    model : torch.nn.Module
        After a backward pass; parameters without a gradient count as 0.

    Returns
    -------
    float
        What ``torch.nn.utils.clip_grad_norm_`` measures. The sum of the layers' norms would be larger and would grow
        with the number of layers.

    Examples
    --------
    >>> import torch
    >>> layer = torch.nn.Linear(1, 1)
    >>> layer.weight.grad, layer.bias.grad = torch.tensor([[3.0]]), torch.tensor([4.0])
    >>> gradient_norm(layer)
    5.0
    """
    squares = [float(p.grad.detach().double().square().sum()) for p in model.parameters() if p.grad is not None]
    return math.sqrt(sum(squares))


class RunRecord:
    """A callback for `fit` that writes every epoch into a file as it ends.

    Parameters
    ----------
    path : str or path-like
        The file to write, such as "runs/first.jsonl". It must not exist: a record is never written over.
    settings : dict, optional
        What was tried, such as ``{"learning_rate": 0.01}``; the first line of the file.
    resume : bool, default False
        Whether to go on with a record of the same settings, as for a training with a `checkpoint_dir`.

    Raises
    ------
    FileExistsError
        When there is a file of this name, and `resume` is not set.
    ValueError
        When the record to go on with has other settings, or is none.

    Examples
    --------
    >>> import tempfile
    >>> record = RunRecord(tempfile.mkdtemp() + "/run.jsonl", settings={"width": 8})
    >>> record(None, {"train_loss": 0.5})
    >>> record.path.read_text().splitlines()
    ['{"settings": {"width": 8}}', '{"epoch": 1, "train_loss": 0.5}']
    """

    def __init__(self, path: Any, *, settings: Mapping[str, Any] | None = None, resume: bool = False) -> None:
        self.path = check_path("path", path)
        self.n_epochs, self.resumed = 0, False
        first = json.dumps({"settings": _plain("settings", {} if settings is None else settings)})
        if self.path.exists() and check_flag("resume", resume):
            self._take_up(json.loads(first)["settings"])
            return
        if self.path.exists():
            remedy = "Choose another name, delete it, or go on with it by resume=True."
            raise FileExistsError(f"`path` must be a new file, got {str(self.path)!r}. {remedy}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("x", encoding="utf-8") as file:  # x: never write over what came there meanwhile
                file.write(first + "\n")
        except OSError as error:
            why = f"cannot write {str(self.path)!r}: {error.strerror}. Choose a folder you may write to."
            raise type(error)(why) from None

    def _take_up(self, settings: Row) -> None:
        """Go on with the record that is there; half a line at its end is taken away."""
        before, rows = _read(self.path)
        if before != settings:
            remedy = "Choose another name."
            raise ValueError(message("settings", f"those of the record {self.path.name}, {before}", settings, remedy))
        with whole_file(self.path) as part:
            lines = [json.dumps(row) + "\n" for row in [{"settings": settings}, *rows]]
            part.write_text("".join(lines), encoding="utf-8")
        self.n_epochs, self.resumed = len(rows), True

    def __call__(self, model: nn.Module | None, epoch: Mapping[str, Any]) -> None:
        """Append one epoch; opened and closed each time, so that nothing is lost and nothing stays open."""
        row = {"epoch": self.n_epochs + 1, **_plain("epoch", epoch)}
        if not self.resumed:  # a second training into the same record counts on
            row["epoch"] = max(row["epoch"], self.n_epochs + 1)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        self.n_epochs = row["epoch"]

    def __repr__(self) -> str:
        return f"Record of {self.n_epochs} epochs in {self.path.name}; compare_runs(...) draws it."


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class RunComparison:
    """Records of one or more trainings.

    Parameters
    ----------
    settings : dict of str to dict
        What was tried in each run.
    epochs : dict of str to list of dict
        The epochs of each run.
    """

    settings: dict[str, Row]
    epochs: dict[str, list[Row]]

    def column(self, run: str, measure: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return a measure of a run as an array, one entry per epoch; nan where it was not taken.

        Parameters
        ----------
        run : str
            Name of the run.
        measure : str
            Such as "train_loss".

        Returns
        -------
        ndarray of float, shape (n_epochs,)
            The measure.

        Raises
        ------
        ValueError
            When there is no run of this name.
        """
        check_choice("run", run, self.epochs)
        return np.array([_number(row.get(measure)) for row in self.epochs[run]], dtype=np.float64)

    def plot(self) -> "Figure":
        """Return a figure with a panel for loss, accuracy and learning rate, and a colour for each run."""
        wanted = {"loss": ["train_loss", "validation_loss"], "accuracy": ["train_accuracy", "validation_accuracy"],
                  "learning rate": ["learning_rate"]}  # fmt: skip
        panels = {
            title: names for title, names in wanted.items()
            if any(np.isfinite(self.column(run, name)).any() for run in self.epochs for name in names)
        }  # fmt: skip
        figure = new_figure(1 + 3.8 * max(1, len(panels)), 3.6)
        axes = np.atleast_1d(figure.subplots(1, max(1, len(panels))))
        for ax, (title, names) in zip(axes, panels.items(), strict=False):
            for number, run in enumerate(self.epochs):
                for name, style in zip(names, ("-", "--"), strict=False):
                    values = self.column(run, name)
                    if np.isfinite(values).any():
                        part = f" ({name.split('_')[0]})" if len(names) > 1 else ""
                        steps = np.arange(1, len(values) + 1)
                        ax.plot(steps, values, style, marker=".", color=f"C{number % 10}", label=run + part)
            ax.set(title=title.capitalize(), xlabel="epoch", ylabel=title)
            ax.locator_params(axis="x", integer=True)
            ax.legend(fontsize=8)
        return figure

    def __repr__(self) -> str:
        parts = []
        for run, rows in self.epochs.items():
            losses = self.column(run, "validation_loss")
            best = f", best validation loss {np.nanmin(losses):.4f}" if np.isfinite(losses).any() else ""
            parts.append(f"{run}: {len(rows)} epochs{best}")
        return "; ".join(parts) + "."

    def _repr_html_(self) -> str:
        return result_html(self)


def compare_runs(*paths: Any) -> RunComparison:
    """Return the records of one or more runs, to draw them into one figure.

    Parameters
    ----------
    *paths : str or path-like
        Files that `RunRecord` wrote. Each run is called by the name of its file.

    Returns
    -------
    RunComparison
        Settings, epochs and a figure. A last line that was cut off is left out.

    Raises
    ------
    ValueError
        When there is no file, two carry one name, or a file is no record.
    FileNotFoundError
        When a file does not exist.

    Examples
    --------
    >>> import tempfile
    >>> record = RunRecord(tempfile.mkdtemp() + "/first.jsonl")
    >>> record(None, {"train_loss": 0.5, "validation_loss": 0.6})
    >>> compare_runs(record.path)
    first: 1 epochs, best validation loss 0.6000.
    """
    if not paths:
        raise ValueError(message("paths", "at least one file", paths, "Pass what RunRecord(path) wrote."))
    settings: dict[str, Row] = {}
    epochs: dict[str, list[Row]] = {}
    for path in [check_path("paths", path) for path in paths]:
        if path.stem in epochs:
            remedy = "Rename one of the files: runs are told apart by name."
            raise ValueError(message("paths", "files of different names", path.name, remedy))
        settings[path.stem], epochs[path.stem] = _read(path)
    return RunComparison(settings, epochs)


def _read(path: pathlib.Path) -> tuple[Row, list[Row]]:
    """Return settings and epochs of a record."""
    if not path.is_file():
        raise FileNotFoundError(f"`paths` must be files that exist, got {str(path)!r}. Look at the folder's names.")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            if number == len(lines) > 1:  # a killed run leaves half a line
                break
            remedy = f"Line {number} is none; pass a file that RunRecord wrote."
            raise ValueError(message("paths", "records, one JSON object in a line", line, remedy)) from None
    if not rows or not all(isinstance(row, dict) for row in rows) or "settings" not in rows[0]:
        remedy = "Pass a file that RunRecord wrote."
        raise ValueError(message("paths", "records that begin with their settings", path.name, remedy))
    epochs = {row.get("epoch", number): row for number, row in enumerate(rows[1:], 1)}  # of one taken twice, the second
    return rows[0]["settings"], list(epochs.values())


def _plain(argument: str, values: Any) -> Row:
    """Return the values as JSON can hold them: nan and infinity, which JSON lacks, become null and text."""
    if not isinstance(values, Mapping):
        raise TypeError(message(argument, "a dict of names and values", values, 'Pass {"train_loss": 0.5}.'))
    plain = {}
    for name, value in values.items():
        if hasattr(value, "item") and np.ndim(value) == 0:
            value = value.item()  # numpy and torch numbers
        if isinstance(value, float) and not math.isfinite(value):
            value = None if math.isnan(value) else str(value)
        if value is not None and not isinstance(value, str | int | float | bool):
            value = str(value)
        plain[str(name)] = value
    return plain


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
