"""Checkers for gradients. The texts are in autograd.toml.

The oracle is torch.autograd, or the formula where there is one.

Next: `_linear.py`.
"""

import math
from collections.abc import Callable
from typing import Any

import torch

from .._support.language import say
from .judge import NotYetError, call, expect, expect_value


def chain_rule(answer: Any) -> None:
    for x in (2.0, -1.0, 0.5, 3.25):
        slips = {
            "the derivative of the inner function is missing.": 2 * (5 * x + 3),
            "this is the function itself.": (5 * x + 3) ** 2,
            "this is the derivative of the inner function alone.": 5.0,
            "the 2 that the square brings down is missing.": 5 * (5 * x + 3),
        }
        expect(answer, (x,), 50 * x + 30, slips)


def two_variables(answer: Any) -> None:
    x, y = 2.0, 3.0
    slips = {
        "The two are the wrong way round.": [3 * y**2 + x, 2 * x + y],
        "The product xy depends on both: its part is missing.": [2 * x, 3 * y**2],
        "This is the derivative at x = 3, y = 2.": [2 * y + x, 3 * x**2 + y],
    }
    expect_value(_plain(answer), [2 * x + y, 3 * y**2 + x], slips)


def accumulate(answer: Any) -> None:
    slips = {
        "Each call gives the same gradient, but a call adds to what is there.": [4.0, 4.0, 4.0],
        "Calls add up, but the derivative of x² at 2 is another number.": [2.0, 4.0, 6.0],
        "The derivative of x² at 2 is another number, and calls add up.": [2.0, 2.0, 2.0],
        "x itself does not change between the calls.": [4.0, 8.0, 16.0],
    }
    expect_value(_plain(answer), [4.0, 8.0, 12.0], slips)


def _plain(answer: Any) -> Any:
    """Return a tensor, or a list of them, as numbers."""
    if isinstance(answer, list | tuple):
        return [item.item() if isinstance(item, torch.Tensor) and item.numel() == 1 else item for item in answer]
    return answer.tolist() if isinstance(answer, torch.Tensor) and answer.layout == torch.strided else answer


def sum_of_cubes(x: torch.Tensor) -> torch.Tensor:
    return (x**3).sum()


def mean_of_sines(x: torch.Tensor) -> torch.Tensor:
    return x.sin().mean()


def cubes(x: torch.Tensor) -> torch.Tensor:
    return x**3


def running_products(x: torch.Tensor) -> torch.Tensor:
    return torch.cumprod(x, dim=0)


def _oracle(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(f(leaf), leaf)[0]


def gradient(answer: Any) -> None:
    for f in (sum_of_cubes, mean_of_sines):
        for x in (torch.randn(4), torch.randn(2, 3)):
            want = _oracle(f, x)
            # The same x twice: a gradient that was left behind would be added to the second one.
            twice = call(lambda f, x: (answer(f, x), answer(f, x)), f, x)
            if (
                isinstance(twice[1], torch.Tensor)
                and twice[1].shape == want.shape
                and twice[1].dtype == want.dtype
                and torch.allclose(twice[1], 2 * want)
            ):
                raise NotYetError(
                    "The second call with the same x gave twice the gradient: something was left in `.grad`."
                )
            expect(answer, (f, x), want, {"this is the value of f.": f(x), "one number came, a sum.": want.sum()})


def weighted_gradient(answer: Any) -> None:
    for f in (cubes, running_products):
        x, weights = torch.rand(3) + 0.5, torch.tensor([1.0, -2.0, 0.5])
        jacobian = torch.autograd.functional.jacobian(f, x)  # type: ignore[no-untyped-call]
        slips = {
            "the weights had no effect.": jacobian.sum(dim=0),
            "the weights were applied after the sum: f may mix its inputs.": weights * jacobian.sum(dim=0),
            "the weights belong to the outputs, not to the inputs.": jacobian @ weights,
            "this is the weighted sum itself.": (weights * f(x)).sum(),
        }
        expect(answer, (f, x, weights), weights @ jacobian, slips)


def second_derivative(answer: Any) -> None:
    for f, first, second, x in (
        (cubes, lambda x: 3 * x**2, lambda x: 6 * x, 3.0),
        (torch.sin, math.cos, lambda x: -math.sin(x), 1.5),
        (torch.exp, math.exp, math.exp, -1.0),
    ):
        slips = {"this is the first derivative.": first(x), "this is the first derivative, squared.": first(x) ** 2}
        expect(answer, (f, x), float(second(x)), slips, tolerance=1e-4)


def numeric_derivative(answer: Any) -> None:
    h = 1e-5
    for f, derivative in ((math.sin, math.cos), (math.exp, math.exp), (math.cosh, math.sinh)):
        for x in (1.5, -0.5, 3.0):
            got = call(answer, f, x)
            error = abs(got - derivative(x)) if isinstance(got, float) else math.inf
            if 1e-7 < error < 1e-1 and abs(got - derivative(x)) > 1e-7 * max(1.0, abs(derivative(x))):
                one_sided = abs((f(x + h) - f(x)) / h - derivative(x)) < 2 * error
                advice = say("A difference to one side alone is wrong by a multiple of the step.") if one_sided else ""
                hint = say("At x = {x:g}, your derivative of {name} is wrong by about {error:.0e}.")
                hint = hint.format(x=x, name=f.__name__, error=error)
                raise NotYetError(f"{hint} {advice}".strip(), general=True)
            expect(answer, (f, x), derivative(x), {"the sign is wrong.": -derivative(x), "this is f itself.": f(x)})


def relu_gradient(answer: Any) -> None:
    x = torch.tensor([[-1.0, 0.0, 2.0], [0.5, -0.0, -3.0]])
    for upstream in (torch.ones(2, 3), torch.randn(2, 3)):
        slips = {
            "at 0, torch's ReLU has slope 0.": upstream * (x >= 0),
            "the upstream gradient had no effect.": (x > 0).float(),
            "this is the forward pass.": x.relu(),
            "the upstream gradient was cut at 0; look at the sign of x.": upstream.relu(),
            "the forward pass was multiplied in; the slope of ReLU is 0 or 1.": x.relu() * upstream,
        }
        expect(answer, (x, upstream), upstream * (x > 0), slips)
