"""Arrays from whatever callers hold: lists, arrays, and tensors on any device and of any kind.

numpy reads no tensor that is on a GPU, that gradients are wanted for, or that is made of bfloat16; its own words about
it do not say which argument was meant.

Left out: what the numbers must be, which the callers know.
"""

import numbers
from typing import Any

import numpy as np
import numpy.typing as npt

from .checks import message

__all__ = ["as_array", "detached", "plain_labels"]


def detached(values: Any) -> Any:
    """Return a tensor as one that numpy can read, floats in double precision; anything else as it is.

    Examples
    --------
    >>> detached([1, 2])
    [1, 2]
    """
    if not hasattr(values, "detach"):
        return values
    tensor = values.detach().cpu()
    return tensor.double() if tensor.is_floating_point() else tensor  # numpy has no bfloat16


def as_array(argument: str, values: Any, dtype: Any = None) -> npt.NDArray[Any]:
    """Return an array of anything numpy understands, and words where it understands nothing.

    Examples
    --------
    >>> as_array("scores", [[1.0], [1.0, 2.0]])
    Traceback (most recent call last):
    ValueError: `scores` must be numbers in rows of one length, got [[1.0], [1.0, 2.0]]. Pass a list or an array.
    """
    try:
        return np.asarray(detached(values), dtype=dtype)
    except (TypeError, ValueError, RuntimeError):  # texts, rows of unequal length, lists of tensors with gradients
        remedy = "Pass a list or an array."
        raise ValueError(message(argument, "numbers in rows of one length", values, remedy)) from None


def plain_labels(labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return labels that came as objects, as a column of a table holds them, as whole numbers or texts if all are.

    Examples
    --------
    >>> plain_labels(np.array(["cat", "dog"], dtype=object)).dtype.kind
    'U'
    """
    if labels.dtype.kind == "O" and all(isinstance(label, str) for label in labels.flat):
        return labels.astype(np.str_)
    whole = (isinstance(label, numbers.Integral) and not isinstance(label, bool) for label in labels.flat)
    return labels.astype(np.int64) if labels.dtype.kind == "O" and all(whole) else labels
