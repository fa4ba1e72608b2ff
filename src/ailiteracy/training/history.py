"""The history of a training: one column for each measure, one entry for each epoch.

A measure that was not taken is nan, so that every column is as long as the training.

Left out: what the numbers mean; diagnosis.py reads two of the columns.
Next: result.py.
"""

import dataclasses
import math

import numpy as np
import numpy.typing as npt

from .._support.language import say

__all__ = ["History"]

Column = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class History:
    """Measures of every epoch, one array each; nan where a measure was not taken.

    Parameters
    ----------
    train_loss, train_accuracy : ndarray of float, shape (n_epochs,)
        Means over the training samples while the epoch ran, in training mode.
    validation_loss, validation_accuracy : ndarray of float, shape (n_epochs,)
        Means over the validation samples at the end of the epoch.
    gradient_norm : ndarray of float, shape (n_epochs,)
        Mean length of the gradient before clipping; measured with ``clip_norm=`` only.
    learning_rate : ndarray of float, shape (n_epochs,)
        Of the last step of the epoch.
    seconds : ndarray of float, shape (n_epochs,)
        Duration of the epoch.

    Examples
    --------
    >>> history = History.from_rows([{"train_loss": 2.0}, {"train_loss": 1.0}])
    >>> history.train_loss
    array([2., 1.])
    """

    train_loss: Column
    train_accuracy: Column
    validation_loss: Column
    validation_accuracy: Column
    gradient_norm: Column
    learning_rate: Column
    seconds: Column

    @classmethod
    def from_rows(cls, rows: list[dict[str, float]]) -> "History":
        """Return the history made of one dict per epoch."""
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{name: np.array([row.get(name, math.nan) for row in rows], dtype=float) for name in names})

    def columns(self) -> dict[str, list[float | None]]:
        """Return the columns as lists for JSON; None stands for a measure not taken, or no finite number."""
        table = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: [float(x) if math.isfinite(x) else None for x in column] for name, column in table.items()}

    def __len__(self) -> int:
        return len(self.train_loss)

    def __repr__(self) -> str:
        if len(self) == 0:
            return say("History of 0 epochs.")
        last = {field.name: getattr(self, field.name)[-1] for field in dataclasses.fields(self)}
        numbers = [f"{name.replace('_', ' ')} {value:.4g}" for name, value in last.items() if not math.isnan(value)]
        words = say("History of {n} epochs; in the last one {numbers}.")
        return words.format(n=len(self), numbers=", ".join(numbers))
