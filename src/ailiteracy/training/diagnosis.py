"""What do two loss curves say? A few rules that a person would apply at a glance.

Both fall: the network learns. Training falls and validation rises: it learns by heart. Neither moves: it does not
learn. The rules look at means over a few epochs, since a single epoch says little.

Left out: judging whether a loss is good. That depends on the task and needs something to compare with.
Next: tracking.py.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .._support.arrays import as_array
from .._support.checks import message
from .history import History

__all__ = ["Diagnosis", "diagnose_curves"]

ADVICE = {
    "diverging": "the loss grows: use a smaller learning rate, scale the inputs, or clip the gradients",
    "not learning": "the loss hardly moves: try a learning rate ten times as large or as small, and check that labels "
    "belong to their samples and that gradients arrive in the first layer",
    "oscillating": "the loss jumps up and down: take smaller steps, a larger batch, or a schedule that ends low",
    "overfitting": "validation got worse while training went on improving: keep the weights of the best epoch, add "
    "data, augment, or regularise",
    "still improving": "the loss is still falling: train longer before changing anything else",
    "settled": "the curves have flattened together: more epochs will change little; a larger model might",
}


class Diagnosis(NamedTuple):
    """What the curves look like, and what to try."""

    pattern: str
    advice: str


def diagnose_curves(train_loss: Any, validation_loss: Any = None) -> Diagnosis:
    """Return the pattern that the losses of a training show, with something to try.

    Parameters
    ----------
    train_loss : array_like of float, shape (n_epochs,), or History
        One mean loss for each epoch, at least 4; or ``result.history``, which has the validation losses too.
    validation_loss : array_like of float, shape (n_epochs,), optional
        The same on samples that are not trained on; all nan counts as none. With dropout it may well lie below the
        training loss.

    Returns
    -------
    Diagnosis
        `pattern` is one of "diverging", "not learning", "oscillating", "overfitting", "still improving", "settled".

    Raises
    ------
    ValueError
        When there are fewer than 4 epochs or the lengths differ.

    Notes
    -----
    Rules of thumb, applied in the order above; the limits are in the code. They are no proof.

    Examples
    --------
    >>> diagnose_curves([1.0, 0.5, 0.3, 0.2, 0.1], [1.0, 0.7, 0.8, 1.0, 1.2]).pattern
    'overfitting'
    """
    if isinstance(train_loss, History):
        validation_loss = train_loss.validation_loss if validation_loss is None else validation_loss
        train_loss = train_loss.train_loss
    train = _check("train_loss", train_loss)
    validation = None if validation_loss is None else _check("validation_loss", validation_loss, len(train))
    if validation is not None and np.isnan(validation).all():  # the column of a training without validation
        validation = None
    return Diagnosis(pattern := _pattern(train, validation), ADVICE[pattern])


def _pattern(train: npt.NDArray[np.float64], validation: npt.NDArray[np.float64] | None) -> str:
    """Return the name of the first rule that applies."""
    if not np.isfinite(train).all() or (validation is not None and not np.isfinite(validation).all()):
        return "diverging"
    part = max(1, len(train) // 4)
    start, end = train[0], float(train[-part:].mean())
    change = np.diff(train)
    travelled = float(np.abs(change).sum())
    size = abs(start)  # a loss may lie below 0
    if end > start + 0.05 * size:
        return "diverging"
    # Most of the way was up and down again, in steps that are large beside the loss itself.
    if abs(start - end) < 0.3 * travelled and np.abs(change).mean() > 0.1 * np.abs(train).mean():
        return "oscillating"
    if end > start - 0.03 * size:
        return "not learning"
    watched = train if validation is None else validation
    best, last = float(watched.min()), float(watched[-part:].mean())
    if validation is not None and last > best + 0.1 * abs(best) and train[-1] < train[watched.argmin()]:
        return "overfitting"
    before = float(watched[-2 * part : -part].mean())
    return "still improving" if last < before - 0.03 * abs(before) else "settled"


def _check(name: str, values: Any, length: int | None = None) -> npt.NDArray[np.float64]:
    array = as_array(name, values, np.float64)
    expected = "one loss for each of at least 4 epochs" if length is None else f"as long as train_loss ({length})"
    if array.ndim != 1 or len(array) < 4 or (length is not None and len(array) != length):
        raise ValueError(message(name, expected, array, "Pass a column of result.history."))
    return array
