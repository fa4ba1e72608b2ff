"""Powers and the sigmoid for autograd.py: where they are real numbers, and their slopes.

The idea: a**b changes with its base by b a**(b - 1) and with its exponent by a**b log(a). Neither exists everywhere,
and where it does not, the error says why.

Left out: complex numbers.
Next: autograd.py, which uses them.
"""

from __future__ import annotations

import math
from typing import Any

from .._support.checks import message

__all__ = ["check_power", "power_rule", "sigmoid_of"]


def check_power(base: float, exponent: float, *, slope_for_exponent: bool) -> None:
    """Raise an error for powers that are no real number, or whose slope is none."""
    expected = f"a number whose power of {exponent:g} is a real number with a slope"
    if slope_for_exponent and base <= 0:
        remedy = "A base of at most 0 has no slope for its exponent; pass the exponent as a plain number."
    elif base < 0 and exponent != int(exponent):
        remedy = "Only whole numbers may be exponents of numbers below 0."
    elif base == 0 and exponent < 0:
        remedy = "0 has no negative powers."
    else:
        return
    raise ValueError(message("base", expected, base, remedy))


def power_rule(g: Any, out: Any, ab: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the slopes handed to base and exponent; g, out and both are floats, or all are Values."""
    a, b = ab
    if float(a) == 0 and 0 < float(b) < 1:
        remedy = "Add a small number to the base."
        raise ValueError(message("base", f"above 0 for its power of {float(b):g} to have a slope", 0, remedy))
    for_base = g * (b * a ** (b - 1)) if float(b) != 0 else g * 0.0
    if float(a) <= 0:  # the exponent is a constant here
        return for_base, g * 0.0
    return for_base, g * (out * (math.log(a) if isinstance(a, float) else a.log()))


def sigmoid_of(a: float) -> float:
    """Return 1 / (1 + exp(-a)) for one number."""
    small = math.exp(-abs(a))  # never overflows
    return 1.0 / (1.0 + small) if a >= 0 else small / (1.0 + small)
