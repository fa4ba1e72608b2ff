"""The same record for TensorBoard, which also shows histograms, pictures, graphs and curves.

TensorBoard reads event files from a folder and draws them in a browser: ``tensorboard --logdir runs``. This file names
each kind of entry once and takes care of what is easily done wrong: the gradient's norm, pictures of raw activations,
dropout in a traced graph, line breaks, and runs that multiply.

Left out: the server itself; embeddings and meshes. ``log.writer`` is the plain SummaryWriter for all else.
Next: summary.py.
"""

import contextlib
import io
import math
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from .._support.checks import check_integer, check_text, message
from .._support.files import check_path
from .evaluation import keep_modes
from .scores import score_curves
from .tracking import gradient_norm

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["TensorBoardLog"]


class TensorBoardLog:
    """A callback for `fit` that writes TensorBoard's files; close it, or use it in a ``with`` block.

    After every epoch it writes the epoch's measures and the gradient's norm; every few epochs histograms of all weights
    and gradients. The gradients are those of the epoch's last batch.

    Parameters
    ----------
    folder : str or path-like
        One folder for each run, such as "runs/first".
    histograms_every : int, default 10
        Epochs between histograms; the first epoch has some too. 0 for none.

    Raises
    ------
    ImportError
        Without TensorBoard, which is an extra.

    Examples
    --------
    >>> import tempfile
    >>> with TensorBoardLog(tempfile.mkdtemp()) as log:
    ...     log.scalars({"loss": 0.5}, step=1)
    >>> log.closed
    True
    """

    def __init__(self, folder: Any, *, histograms_every: int = 10) -> None:
        self.folder = check_path("folder", folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise NotADirectoryError(message("folder", "a folder", str(self.folder), "A file has this name."))
        self.histograms_every = check_integer("histograms_every", histograms_every, low=0)
        self.writer: Any = _summary_writer(str(self.folder))
        self.n_epochs, self.closed = 0, False

    def __call__(self, model: nn.Module, epoch: Mapping[str, float]) -> None:
        """Write the measures of one epoch, as `fit` calls it."""
        # A training that is taken up counts on, and so does a second one.
        self.n_epochs = max(self.n_epochs + 1, int(epoch.get("epoch", 1)))
        measures = {_tag(name): value for name, value in epoch.items() if name != "epoch"}
        if any(weight.grad is not None for weight in model.parameters()):
            measures["gradient/norm"] = gradient_norm(model)
        self.scalars(measures, step=self.n_epochs)
        if self.histograms_every and (self.n_epochs == 1 or self.n_epochs % self.histograms_every == 0):
            self.histograms(model, step=self.n_epochs)

    def scalars(self, values: Mapping[str, Any], *, step: int) -> None:
        """Write numbers, one curve for each name; nan, which stands for "not measured", is left out.

        Parameters
        ----------
        values : dict of str to float
            Names with a slash are grouped: "loss/train", "loss/validation".
        step : int
            Place on the x axis.
        """
        step = self._check(step)
        if not isinstance(values, Mapping):
            raise TypeError(message("values", "a dict of names and numbers", values, 'Pass {"loss/train": 0.5}.'))
        for name, value in values.items():
            if not math.isnan(float(value)):
                self.writer.add_scalar(name, float(value), step)

    def histograms(self, model: nn.Module, *, step: int) -> None:
        """Write the distribution of every weight and of every gradient.

        Parameters
        ----------
        model : torch.nn.Module
            After a backward pass if gradients are wanted.
        step : int
            Place in time.
        """
        step = self._check(step)
        for name, weight in model.named_parameters():
            for kind, values in (("weights", weight), ("gradients", weight.grad)):
                # A histogram of nan has no bounds: TensorBoard refuses it.
                if values is not None and values.numel() and bool(values.isfinite().all()):
                    self.writer.add_histogram(f"{kind}/{name}", values.detach().cpu(), step)

    def images(self, name: str, images: Any, *, step: int = 0) -> None:
        """Write pictures or feature maps, each stretched from its smallest value (black) to its largest (white).

        Without stretching, values outside 0 to 1 are cut off: negative activations would all be black.

        Parameters
        ----------
        name : str
            Title.
        images : array_like of float, shape (n, 1, height, width) or (n, 3, height, width)
            Channels of a feature map are shown as ``maps[0][:, None]``.
        step : int, default 0
            Place in time.
        """
        step = self._check(step)
        values = torch.as_tensor(images).detach().cpu().float()
        if values.ndim != 4 or values.shape[1] not in (1, 3) or values.numel() == 0:
            remedy = "Show the channels of a feature map as maps[0][:, None]."
            raise ValueError(message("images", "of shape (n, 1 or 3, height, width)", values, remedy))
        low = values.amin(dim=(1, 2, 3), keepdim=True)  # (n, 1, 1, 1)
        span = values.amax(dim=(1, 2, 3), keepdim=True) - low
        self.writer.add_images(check_text("name", name), (values - low) / torch.where(span > 0, span, 1.0), step)

    def graph(self, model: nn.Module, example: Any) -> None:
        """Write the model's graph, as it is in evaluation: traced in training mode, dropout would make it random.

        Parameters
        ----------
        model : torch.nn.Module
            Its modes stay as they are.
        example : Tensor or tuple of Tensor
            Inputs of the right shape.
        """
        self._check(0)
        with keep_modes(model), torch.no_grad(), warnings.catch_warnings():
            # TensorBoard's writer still traces, a way that torch is giving up.
            warnings.filterwarnings("ignore", r"`torch\.jit\.\w+` is deprecated")
            model.eval()
            try:
                with contextlib.redirect_stdout(io.StringIO()):  # it prints its errors
                    self.writer.add_graph(model, example)
            except (RuntimeError, TypeError) as error:
                remedy = f"The model says: {str(error).strip().splitlines()[-1]}"
                raise ValueError(message("example", "inputs that the model takes", example, remedy)) from None

    def text(self, name: str, text: str, *, step: int = 0) -> None:
        """Write a text; its line breaks are kept, which Markdown alone would join.

        Parameters
        ----------
        name : str
            Title.
        text : str
            Markdown.
        step : int, default 0
            Place in time.
        """
        step = self._check(step)
        self.writer.add_text(check_text("name", name), check_text("text", text).replace("\n", "  \n"), step)

    def figure(self, name: str, figure: "Figure", *, step: int = 0) -> None:
        """Write a matplotlib figure; it stays open.

        Parameters
        ----------
        name : str
            Title.
        figure : matplotlib.figure.Figure
            For example ``result.plot()``.
        step : int, default 0
            Place in time.
        """
        step = self._check(step)
        if not hasattr(figure, "savefig"):
            raise TypeError(message("figure", "a matplotlib Figure", figure, "Pass what result.plot() returns."))
        self.writer.add_figure(check_text("name", name), figure, step, close=False)

    def hyper_parameters(self, settings: Mapping[str, Any], measures: Mapping[str, float]) -> None:
        """Write what was tried and what came out, for TensorBoard's table of runs. Call it once, at the end.

        Parameters
        ----------
        settings : dict of str to int, float, str or bool
            What was really used, not what was planned.
        measures : dict of str to float
            Final numbers, such as ``{"test accuracy": 0.97}``.
        """
        self._check(0)
        if not settings or not measures:
            remedy = 'Pass for example {"learning_rate": 0.01} and {"test accuracy": 0.97}.'
            raise ValueError(message("settings and measures", "dicts with at least one entry", settings, remedy))
        # "." is this run's own folder: the default would make a new run, named after the time, at every call.
        numbers = {name: float(value) for name, value in measures.items()}
        self.writer.add_hparams(dict(settings), numbers, run_name=".")

    def pr_curve(self, name: str, labels: Any, scores: Any, *, step: int = 0) -> None:
        """Write a precision-recall curve over 127 thresholds.

        Parameters
        ----------
        name : str
            Title.
        labels : array_like of int, shape (n,)
            0 and 1; both must occur.
        scores : array_like of float, shape (n,)
            Probabilities of class 1.
        step : int, default 0
            Place in time.
        """
        step = self._check(step)
        score_curves(labels, scores)  # checks both
        values = np.asarray(scores, dtype=np.float64)
        if values.min() < 0 or values.max() > 1:
            remedy = "Turn logits into probabilities first: torch.sigmoid(logits)."
            raise ValueError(message("scores", "probabilities from 0 to 1", values, remedy))
        self.writer.add_pr_curve(check_text("name", name), np.asarray(labels), values, step)

    def close(self) -> None:
        """Write what is left, end the writing thread and close the file; a second call does nothing."""
        if not self.closed:
            self.closed = True
            self.writer.close()

    def __enter__(self) -> "TensorBoardLog":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _check(self, step: int) -> int:
        if self.closed:
            raise ValueError(message("log", "open", "a closed log", "Write before the end of the with block."))
        return check_integer("step", step, low=0)


def _summary_writer(folder: str) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        why = 'TensorBoard is an extra: pip install "ailiteracy[tensorboard]". Without it, RunRecord writes the curves.'
        raise ImportError(why) from None
    try:
        return SummaryWriter(folder)
    except OSError as error:
        raise type(error)(f"cannot write {folder!r}: {error}. Choose a folder you may write to.") from None


def _tag(name: str) -> str:
    """Return TensorBoard's name of a measure: "validation_loss" stands beside "train_loss" under "loss"."""
    part, _, measure = name.partition("_")
    return f"{measure}/{part}" if part in ("train", "validation", "test") and measure else name
