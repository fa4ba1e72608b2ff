"""Checkers for neurons by hand: thresholds, the perceptron rule, deltas. The texts are in neurons.toml.

Weights that are handed in are judged by what a neuron with them does, since many are right.

Next: `_tensors.py`.
"""

import itertools
import numbers
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._support.language import say
from .judge import NotYetError, expect, expect_value
from .together import expect_together

Neuron = tuple[list[float], float]  # weights and threshold


def fires(answer: Any) -> None:
    cases = (
        ([1, 0, 1, 1, 0], [2, 1, -1, 3, 1], 3),
        ([1, 1], [1, 1], 2),
        ([1, 0], [-1.0, 5.0], -2),
        ([0.5, 2.0], [2.0, -1.0], 0),
        ([1, 1, 1], [1, -2, 2], 2),
    )

    def total(inputs: list[float], weights: list[float], _: float) -> float:
        return float(sum(x * w for x, w in zip(inputs, weights, strict=True)))

    slips: dict[str, Any] = {
        "a sum that equals the threshold is not above it.": lambda *case: int(total(*case) >= case[2]),
        "this is the weighted sum; compare it with the threshold.": total,
        "the inputs were added up without their weights.": lambda *case: int(sum(case[0]) > case[2]),
        "the threshold had no effect.": lambda *case: int(total(*case) > 0),
        "it fires when the sum is above the threshold, not below.": lambda *case: int(total(*case) < case[2]),
    }
    expect_together(answer, cases, lambda *case: int(total(*case) > case[2]), slips)


def and_not(answer: Any) -> None:
    weights, threshold = _neuron(answer, "and_not")
    _answers(say("The neuron"), lambda x: _output((weights, threshold), x), (0, 0, 1, 0))


def xor_neurons(answer: Any) -> None:
    if callable(answer) or answer is None or answer is ...:
        expect_value(answer, [])
    if not isinstance(answer, list | tuple) or len(answer) != 3:
        raise NotYetError("A list of three neurons is asked for: two that see x1 and x2, and one that sees these two.")
    first, second, last = (
        _neuron(one, say("Neuron {place}").format(place=place)) for place, one in enumerate(answer, 1)
    )
    _answers(say("The last neuron"), lambda x: _output(last, [_output(first, x), _output(second, x)]), (0, 1, 1, 0))


def _neuron(value: Any, name: str) -> Neuron:
    """Return the weights and the threshold of a neuron of two inputs that was handed in."""
    if callable(value) or value is None or value is ...:
        expect_value(value, [])
    listed = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(listed, list | tuple) or len(listed) != 3:
        hint = say("{name}: a list of three numbers is asked for, two weights and the threshold.")
        raise NotYetError(hint.format(name=name))
    are_numbers = all(isinstance(number, numbers.Real) for number in listed)
    if not are_numbers or not all(abs(number) <= sys.float_info.max for number in listed):
        raise NotYetError(say("{name}: weights and threshold are finite numbers.").format(name=name))
    return [float(listed[0]), float(listed[1])], float(listed[2])


def _output(neuron: Neuron, inputs: Sequence[int]) -> int:
    weights, threshold = neuron
    return int(sum(x * w for x, w in zip(inputs, weights, strict=True)) > threshold)


def _answers(who: str, output: Any, wanted: tuple[int, ...]) -> None:
    """Raise a hint on the first pair of inputs that is answered wrong."""
    for x, want in zip(itertools.product((0, 1), repeat=2), wanted, strict=True):
        if output(x) != want:
            silent = say("{who} fires, and should stay silent when x1 is {x1} and x2 is {x2}.")
            fires = say("{who} stays silent, and should fire when x1 is {x1} and x2 is {x2}.")
            raise NotYetError((fires if want else silent).format(who=who, x1=x[0], x2=x[1]))


def perceptron_step(answer: Any) -> None:
    for w, b, x, target in (
        ([1.0, -2.0], 0.5, [2.0, 3.0], 1),
        ([1.0, 1.0], 0.0, [1.0, 2.0], 0),
        ([1.0, 1.0], 0.0, [1.0, 2.0], 1),
        ([2.0, -1.0], 0.0, [1.0, 2.0], 1),
        ([0.0, -3.0], 1.0, [4.0, 1.0], 0),
    ):
        weights, inputs = np.array(w), np.array(x)
        total = float(weights @ inputs) + b
        error = target - int(total > 0)
        want = (weights + error * inputs, b + error)
        at_zero = target - int(total >= 0)
        slips = {
            "after a right answer nothing changes.": (weights + (2 * target - 1) * inputs, b + 2 * target - 1),
            "the weights moved away from an input for which it should fire, or towards one for which it should not.": (
                weights - error * inputs,
                b - error,
            ),
            "the bias did not move; it is a weight whose input is always 1.": (want[0], b),
            "the bias moves by the error alone: its input is always 1.": (
                want[0],
                b + error * float(inputs.sum()),
            ),
            "a sum of exactly 0 does not make it fire.": (weights + at_zero * inputs, b + at_zero),
            "the error itself was added to the weights, without the inputs.": (weights + error, b + error),
            "it never learns from firing when it should not.": (weights + max(error, 0) * inputs, b + max(error, 0)),
            "the error counts by the size of the sum; the neuron's answer is 0 or 1.": (
                weights + (target - total) * inputs,
                b + target - total,
            ),
        }
        expect(answer, (weights, b, inputs, target), (want[0], float(want[1])), slips)


def deltas(answer: Any) -> None:
    for hidden, weights, out, target in (
        ([0.552308, 0.578105], [0.3, 0.9], 0.665074, 0.5),
        ([0.2, 0.9, 0.5], [-1.0, 2.0, 0.5], 0.3, 1.0),
        ([0.7], [4.0], 0.9, 0.0),
    ):
        error = target - out
        last = out * (1 - out) * error
        slopes = [y * (1 - y) for y in hidden]
        pairs = list(zip(hidden, slopes, weights, strict=True))
        slips = {
            "the signs are wrong: the error is target minus output.": (
                -last,
                [-s * w * last for _, s, w in pairs],
            ),
            "the first lacks the slope of the output, y (1 - y).": (
                error,
                [s * w * error for _, s, w in pairs],
            ),
            "the first is right; a hidden neuron has a slope too, y (1 - y).": (last, [w * last for w in weights]),
            "the first is right; a hidden delta comes back through the weight to the output.": (
                last,
                [s * last for s in slopes],
            ),
            "the first is right; a hidden neuron has the slope at its own output.": (
                last,
                [out * (1 - out) * w * last for w in weights],
            ),
            "the first is right; what comes back is its delta, not the error.": (
                last,
                [s * w * error for _, s, w in pairs],
            ),
            "1 - y * y is the slope of tanh; here the neurons are sigmoids.": (
                (1 - out * out) * error,
                [(1 - y * y) * w * (1 - out * out) * error for y, _, w in pairs],
            ),
            "these are the changes of the weights; the deltas are asked for.": (last, [y * last for y in hidden]),
        }
        want = (last, [slope * weight * last for _, slope, weight in pairs])
        expect(answer, (hidden, weights, out, target), want, slips, tolerance=1e-7)
