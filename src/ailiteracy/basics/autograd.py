"""Numbers that remember how they were made, and so can say how a result would change if they changed.

The idea: every sum, product or function of such numbers is a new number that keeps its parents. Walking back from a
result to what it was made of, each number hands its slope on to its parents by the chain rule; where several paths
meet, the slopes add up. This is back-propagation for any formula, and what PyTorch does with whole tables of numbers.

Left out: tables of numbers as one node (an array of Values works, one node for each number), and speed.
Next: gradcheck.py, which tells whether a gradient is right; _graph_drawing.py draws the memory, _graph_checks.py says
when it cannot be walked back.
"""

from __future__ import annotations

import contextlib
import contextvars
import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .._support.checks import check_flag, check_number, message
from ._graph_checks import check_fresh, check_slope
from ._graph_drawing import draw_graph
from ._powers import check_power, power_rule, sigmoid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.figure import Figure

__all__ = ["Value", "no_grad"]

Slope: TypeAlias = "float | Value"
# From the slope of a result (as a float or a Value), the slopes of its parents in the same form.
Rule: TypeAlias = "Callable[[Any, Any, tuple[Any, ...]], tuple[Any, ...]]"

_recording = contextvars.ContextVar("recording", default=True)


@contextlib.contextmanager
def no_grad() -> Iterator[None]:
    """Let nothing be remembered inside the `with` block: for answers without training, and for updates.

    Examples
    --------
    >>> x = Value(2)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


class Value:
    """A number that records what is done with it.

    Parameters
    ----------
    data : float
        The number.
    requires_grad : bool, default True
        Whether a slope is wanted for it; False for constants.
    name : str, default ""
        What a drawing calls it.

    Attributes
    ----------
    data : float
        The number; may be set on values that were not computed from others.
    grad : float, Value or None
        The slopes that reached this value in all calls of `backward` since the last `zero_grad`, added up; None
        where none did. A Value after `backward(create_graph=True)`.
    requires_grad : bool
        As given; for computed values, whether one of the parents has it.

    Examples
    --------
    >>> x, y = Value(2), Value(3)
    >>> z = x**2 + y**3 + x * y
    >>> z.backward()
    >>> z.data, x.grad, y.grad
    (37.0, 7.0, 29.0)
    """

    __slots__ = ("_changes", "_data", "_parents", "_rule", "_seen", "grad", "name", "operation", "requires_grad")

    def __init__(self, data: float, *, requires_grad: bool = True, name: str = "") -> None:
        self._data = check_number("data", data)
        self.requires_grad = check_flag("requires_grad", requires_grad)
        self.name = name
        self.grad: float | Value | None = None
        self.operation = ""  # such as "*"; empty for a value that was not computed
        self._parents: tuple[Value, ...] = ()
        self._rule: Rule | None = None
        self._changes = 0  # how often `data` was set
        self._seen: tuple[int, ...] = ()  # the `_changes` of the parents when this value was made

    def __repr__(self) -> str:
        grad = "" if self.grad is None else f", grad={float(self.grad):.6g}"
        return f"Value({self._data:.6g}{grad})"

    def __float__(self) -> float:
        return self._data

    @property
    def data(self) -> float:
        """The number."""
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        if self.operation:
            remedy = "Set the values it was made of and compute it again, or detach() it first."
            raise ValueError(f"this value was computed by {self.operation!r} and cannot be set. {remedy}")
        self._data = check_number("data", data)
        self._changes += 1

    # Beside an array the operation is left to numpy, which does it for each of the array's numbers.

    def __add__(self, other: Any) -> Value:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return _record("+", (self, other), lambda a, b: a + b, lambda g, out, ab: (g, g))

    def __mul__(self, other: Any) -> Value:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return _record("*", (self, other), lambda a, b: a * b, lambda g, out, ab: (g * ab[1], g * ab[0]))

    def __truediv__(self, other: Any) -> Value:
        if isinstance(other, np.ndarray):
            return NotImplemented
        other = _as_value(other)
        if other.data == 0:
            raise ValueError(message("divisor", "a number that is not 0", other.data, "Keep it away from 0."))
        # (a / b) has the slopes 1 / b and -a / b^2, which is -(a / b) / b.
        return _record("/", (self, other), lambda a, b: a / b, lambda g, out, ab: (g / ab[1], -g * out / ab[1]))

    def __pow__(self, exponent: Any) -> Value:
        if isinstance(exponent, np.ndarray):
            return NotImplemented
        exponent = _as_value(exponent)
        check_power(self.data, exponent.data, slope_for_exponent=exponent.requires_grad)
        return _record("**", (self, exponent), lambda a, b: a**b, power_rule)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Any) -> Value:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return self + _as_value(other) * -1.0

    def __rsub__(self, other: Any) -> Value:
        return _as_value(other) - self

    def __rtruediv__(self, other: Any) -> Value:
        return _as_value(other) / self

    def __rpow__(self, base: Any) -> Value:
        return _as_value(base) ** self

    def exp(self) -> Value:
        """Return e to the power of this value."""
        return _record("exp", (self,), math.exp, lambda g, out, a: (g * out,))

    def log(self) -> Value:
        """Return the natural logarithm."""
        if self.data <= 0:
            raise ValueError(message("log", "taken of a number > 0", self.data, "Add a number that keeps it above 0."))
        return _record("log", (self,), math.log, lambda g, out, a: (g / a[0],))

    def tanh(self) -> Value:
        """Return the hyperbolic tangent, between -1 and 1."""
        return _record("tanh", (self,), math.tanh, lambda g, out, a: (g * (1.0 - out * out),))

    def sigmoid(self) -> Value:
        """Return 1 / (1 + exp(-x)), between 0 and 1."""
        return _record("sigmoid", (self,), sigmoid_of, lambda g, out, a: (g * (out * (1.0 - out)),))

    def relu(self) -> Value:
        """Return the value where it is above 0, else 0; the slope at 0 is taken to be 0."""
        return _record("relu", (self,), lambda a: max(a, 0.0), lambda g, out, a: (g * float(float(a[0]) > 0),))

    def detach(self) -> Value:
        """Return a constant with the same number and no memory; later changes of one do not reach the other."""
        return Value(self._data, requires_grad=False, name=self.name)

    def zero_grad(self) -> None:
        """Forget the slopes that reached this value so far."""
        self.grad = None

    def backward(self, *, create_graph: bool = False, keep_graph: bool = True) -> None:
        """Add the slope of this value for each value it was made of to the `grad` of that value.

        Parameters
        ----------
        create_graph : bool, default False
            Whether the slopes are Values that remember how they were made, so that they have slopes themselves.
        keep_graph : bool, default True
            Whether the memory of how this value was made stays; False lets it go, as PyTorch does.

        Raises
        ------
        ValueError
            When nothing was recorded, a value has changed since, the memory was let go, or a slope is not finite.
        """
        create_graph, keep_graph = check_flag("create_graph", create_graph), check_flag("keep_graph", keep_graph)
        if not self.requires_grad:
            remedy = "Make it of Values with requires_grad=True, outside of no_grad()."
            raise ValueError(f"nothing was recorded for this value, so there is nothing to walk back to. {remedy}")
        slopes = _walk_back(self, create_graph)
        # Only now that the whole walk went well does any value change.
        for value, slope in slopes.items():
            value.grad = slope if value.grad is None else value.grad + slope
            if not keep_graph and not create_graph:
                value._parents, value._rule = (), None

    def plot(self) -> Figure:
        """Return a figure of how this value was made, with the number and the slope of each of at most 60 values."""
        return draw_graph(_parents_first(self, constants=True))


def _record(operation: str, inputs: tuple[Any, ...], compute: Callable[..., float], rule: Rule) -> Value:
    """Return a computed value; it remembers its parents and how slopes are handed to them."""
    parents = tuple(_as_value(value) for value in inputs)
    try:
        data = compute(*(parent.data for parent in parents))
    except OverflowError:
        data = math.inf
    if not math.isfinite(data):
        numbers = ", ".join(f"{parent.data:g}" for parent in parents)
        raise ValueError(f"the result of {operation!r} for {numbers} is too large for a float. Scale the numbers down.")
    result = Value(data, requires_grad=_recording.get() and any(parent.requires_grad for parent in parents))
    result.operation = operation
    if result.requires_grad:
        result._parents, result._rule = parents, rule
        result._seen = tuple(parent._changes for parent in parents)
    return result


def _as_value(number: Any) -> Value:
    """Return a number as a constant Value, and a Value as it is."""
    if isinstance(number, Value):
        return number
    return Value(check_number("operand", number, remedy="Use a number or a Value."), requires_grad=False)


def _parents_first(result: Value, *, constants: bool = False) -> list[Value]:
    """Return the values that the result was made of, each after its parents, by a walk that needs no recursion."""
    order, seen = [], {result}
    todo = [(result, iter(result._parents))]
    while todo:
        value, parents = todo[-1]
        parent = next((p for p in parents if p not in seen and (constants or p.requires_grad)), None)
        if parent is None:
            order.append(value)
            todo.pop()
        else:
            seen.add(parent)
            todo.append((parent, iter(parent._parents)))
    return order


def _walk_back(result: Value, create_graph: bool) -> dict[Value, Slope]:
    """Return the slope of the result for each value it was made of, as floats or, with `create_graph`, as Values."""
    # The slope of a value for itself is 1.
    slopes: dict[Value, Slope] = {result: Value(1.0, requires_grad=False) if create_graph else 1.0}
    with contextlib.nullcontext() if create_graph else no_grad():
        # By the time a value is met, all that was made of it has handed its slopes on.
        for value in reversed(_parents_first(result)):
            check_fresh(value)
            if value._rule is None:
                continue
            parents = value._parents if create_graph else tuple(parent.data for parent in value._parents)
            try:
                handed = value._rule(slopes[value], value if create_graph else value.data, parents)
            except OverflowError:
                handed = tuple(math.inf for _ in parents)
            for parent, slope in zip(value._parents, handed, strict=True):
                if parent.requires_grad:
                    slopes[parent] = slopes[parent] + slope if parent in slopes else slope
                    check_slope(parent, slopes[parent])
    return slopes
