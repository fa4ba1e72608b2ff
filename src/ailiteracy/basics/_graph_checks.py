"""When the walk back through a memory of numbers must stop: for autograd.py.

The idea: a slope is right only for the numbers that the result was computed from. Where one of them was set to another
afterwards, or the memory was let go, there is no right slope any more; where a slope is too large for a float, going on
would spoil those before it. The error says which.

Left out: operations on numbers that have no result, such as the logarithm of 0; autograd.py and _powers.py refuse them.
Next: autograd.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .autograd import Value

__all__ = ["check_fresh", "check_slope"]


def check_fresh(value: Value) -> None:
    """Raise an error where the slopes of this value's parents can no longer be computed, or would be wrong."""
    if value.operation and value._rule is None:
        remedy = "Compute it again, or pass keep_graph=True to the first backward()."
        raise ValueError(f"how the value {value.data:g} was made by {value.operation!r} was let go. {remedy}")
    if any(parent._changes != seen for parent, seen in zip(value._parents, value._seen, strict=False)):
        remedy = "Compute it again after the change."
        raise ValueError(f"a value that went into {value.operation!r} was set to another number afterwards. {remedy}")


def check_slope(value: Value, slope: float | Value) -> None:
    """Raise an error where the slope for a value is too large for a float."""
    if not math.isfinite(float(slope)):
        raise ValueError(f"the slope for the value {value.data:g} is too large for a float. Scale the numbers down.")
