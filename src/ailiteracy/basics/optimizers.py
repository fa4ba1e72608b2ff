"""Optimizers written out: what a step downhill remembers of the steps before it.

The idea: a gradient says which way the loss grows, and an optimizer decides how far to go against it. Plain gradient
descent goes by the gradient alone. Momentum remembers a direction, Adagrad and RMSprop remember how large gradients
were in each coordinate, Adam remembers both, and each of the later ones changes one thing about Adam.

Every optimizer here is a function of a point, the gradient there and a dict, in which it keeps what it remembers:

    state = {}
    for step in range(100):
        x = adam(x, gradient(x), state, rate=0.1)

With the same settings the points are those of ``torch.optim``. `beta` is always the share of a memory that is kept.

Left out: stochastic gradients, which come from looking at some of the samples; options such as AMSGrad.
Next: surfaces.py, places to walk on; descent.py, which lets the optimizers race.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._support.checks import message
from .gates import Array

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "OPTIMIZERS", "adadelta", "adagrad", "adam", "adamw", "check_rate", "check_share", "lion", "momentum", "muon",
    "nesterov", "orthogonal_part", "rmsprop", "sgd",
]  # fmt: skip

Rate = float | Array  # one rate, or an array of rates that broadcasts with the point
State = dict[str, Array]


def sgd(x: Array, gradient: Array, state: State, *, rate: Rate = 0.01, weight_decay: float = 0.0) -> Array:
    """Return the point after one step of gradient descent.

    Parameters
    ----------
    x : ndarray
        The point, of any shape; it stays as it is.
    gradient : ndarray
        The gradient at the point, of the same shape.
    state : dict
        What the optimizer remembers; empty before the first step, changed by every step. This one remembers nothing.
    rate : float or ndarray, default 0.01
        The learning rate; an array holds one for each of several points.
    weight_decay : float, default 0.0
        Adds this multiple of the point to the gradient, which is the gradient of half its squared length.

    Returns
    -------
    ndarray
        The next point.

    Raises
    ------
    TypeError, ValueError
        When a setting is no number or out of its range; so in all optimizers of this file.

    Examples
    --------
    >>> sgd(np.array([1.0, 2.0]), np.array([10.0, -10.0]), {}, rate=0.1)
    array([0., 3.])
    """
    check_rate(rate, weight_decay)
    return x - rate * (gradient + weight_decay * x)


def momentum(
    x: Array, gradient: Array, state: State, *, rate: Rate = 0.01, beta: float = 0.9, weight_decay: float = 0.0
) -> Array:
    """Return the point after a step along a velocity: gradients add up, and old ones fade.

    Where gradients agree the velocity grows to 1 / (1 - beta) times the gradient; where they alternate they cancel.

    References
    ----------
    B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.

    Examples
    --------
    >>> state = {}
    >>> x = momentum(np.array([10.0]), np.array([1.0]), state, rate=1.0, beta=0.5)
    >>> x, momentum(x, np.array([1.0]), state, rate=1.0, beta=0.5)
    (array([9.]), array([7.5]))
    """
    check_rate(rate, weight_decay)
    check_share("beta", beta)
    gradient = gradient + weight_decay * x
    state["velocity"] = beta * state.get("velocity", 0.0) + gradient
    return x - rate * state["velocity"]


def nesterov(
    x: Array, gradient: Array, state: State, *, rate: Rate = 0.01, beta: float = 0.9, weight_decay: float = 0.0
) -> Array:
    """Return the point after a step along the velocity as it will be after one more such gradient.

    References
    ----------
    I. Sutskever and others, "On the importance of initialization and momentum in deep learning", 2013.
    """
    check_rate(rate, weight_decay)
    check_share("beta", beta)
    gradient = gradient + weight_decay * x
    state["velocity"] = beta * state.get("velocity", 0.0) + gradient
    return x - rate * (gradient + beta * state["velocity"])


def adagrad(
    x: Array, gradient: Array, state: State, *, rate: Rate = 0.01, eps: float = 1e-10, weight_decay: float = 0.0
) -> Array:
    """Return the point after a step in which every coordinate has a rate of its own, which can only fall.

    References
    ----------
    J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning", 2011.
    """
    check_rate(rate, weight_decay)
    gradient = gradient + weight_decay * x
    state["squares"] = state.get("squares", 0.0) + gradient**2  # a sum over all steps
    return x - rate * gradient / (np.sqrt(state["squares"]) + eps)


def rmsprop(
    x: Array, gradient: Array, state: State, *, rate: Rate = 0.01, beta: float = 0.99, eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> Array:  # fmt: skip
    """Return the point after a step like Adagrad's in which old gradients are forgotten.

    References
    ----------
    T. Tieleman, G. Hinton, Lecture 6.5 of "Neural networks for machine learning", 2012.
    """
    check_rate(rate, weight_decay)
    check_share("beta", beta)
    gradient = gradient + weight_decay * x
    state["squares"] = beta * state.get("squares", 0.0) + (1 - beta) * gradient**2  # a fading mean
    return x - rate * gradient / (np.sqrt(state["squares"]) + eps)


def adadelta(
    x: Array, gradient: Array, state: State, *, rate: Rate = 1.0, beta: float = 0.9, eps: float = 1e-6,
    weight_decay: float = 0.0,
) -> Array:  # fmt: skip
    """Return the point after a step whose size is measured by the steps before it: its natural rate is 1.

    References
    ----------
    M. Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
    """
    check_rate(rate, weight_decay)
    check_share("beta", beta)
    gradient = gradient + weight_decay * x
    state["squares"] = beta * state.get("squares", 0.0) + (1 - beta) * gradient**2
    steps = state.get("steps", 0.0)  # a fading mean of squared steps
    step = np.sqrt(steps + eps) / np.sqrt(state["squares"] + eps) * gradient
    state["steps"] = beta * steps + (1 - beta) * step**2
    return x - rate * step


def adam(
    x: Array, gradient: Array, state: State, *, rate: Rate = 0.001, betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8, weight_decay: float = 0.0,
) -> Array:  # fmt: skip
    """Return the point after a step with a direction to remember and a rate for every coordinate.

    Weight decay is added to the gradient and then divided with it: coordinates with large gradients decay less.

    References
    ----------
    D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015.

    Examples
    --------
    >>> adam(np.array([1.0, 1.0]), np.array([5.0, -0.001]), {}, rate=0.1).round(4)  # however steep, 0.1 at first
    array([0.9, 1.1])
    """
    check_rate(rate, weight_decay)
    beta1, beta2 = _two_shares(betas)
    gradient = gradient + weight_decay * x
    n = state["n"] = state.get("n", np.zeros(())) + 1
    state["mean"] = beta1 * state.get("mean", 0.0) + (1 - beta1) * gradient
    state["squares"] = beta2 * state.get("squares", 0.0) + (1 - beta2) * gradient**2
    # Both means begin at 0 and are too small at first; what they have seen so far weighs 1 - beta^n.
    mean, squares = state["mean"] / (1 - beta1**n), state["squares"] / (1 - beta2**n)
    return x - rate * mean / (np.sqrt(squares) + eps)


def adamw(
    x: Array, gradient: Array, state: State, *, rate: Rate = 0.001, betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8, weight_decay: float = 0.01,
) -> Array:  # fmt: skip
    """Return the point after a step of Adam and a decay beside it, the same for every coordinate.

    References
    ----------
    I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019.
    """
    check_rate(rate, weight_decay)
    return adam(x * (1 - rate * weight_decay), gradient, state, rate=rate, betas=betas, eps=eps)


def lion(
    x: Array, gradient: Array, state: State, *, rate: Rate = 1e-4, betas: tuple[float, float] = (0.9, 0.99),
    weight_decay: float = 0.0,
) -> Array:  # fmt: skip
    """Return the point after a step that goes by signs alone: every coordinate moves by the rate.

    References
    ----------
    X. Chen and others, "Symbolic discovery of optimization algorithms", 2023.

    Examples
    --------
    >>> lion(np.array([1.0, 1.0]), np.array([5.0, -0.001]), {}, rate=0.1)
    array([0.9, 1.1])
    """
    check_rate(rate, weight_decay)
    beta1, beta2 = _two_shares(betas)
    mean = state.get("mean", 0.0)
    direction = np.sign(beta1 * mean + (1 - beta1) * gradient)
    state["mean"] = beta2 * mean + (1 - beta2) * gradient  # remembers longer than the direction does
    return x - rate * (direction + weight_decay * x)


def muon(
    x: Array, gradient: Array, state: State, *, rate: Rate = 0.001, beta: float = 0.95, weight_decay: float = 0.1
) -> Array:
    """Return the matrix after a step that turns all its directions equally far.

    A gradient matrix is often dominated by few directions. Setting its singular values to about 1 lets the weak ones
    count as much.

    References
    ----------
    K. Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024.
    """
    check_rate(rate, weight_decay)
    check_share("beta", beta)
    if np.ndim(gradient) != 2:
        raise ValueError(message("gradient", "a matrix", gradient, "Use adamw for single numbers and vectors."))
    state["mean"] = beta * state.get("mean", 0.0) + (1 - beta) * gradient
    step = orthogonal_part(beta * state["mean"] + (1 - beta) * gradient)  # one gradient ahead, as in nesterov
    scale: float = max(1.0, gradient.shape[0] / gradient.shape[1]) ** 0.5  # tall matrices step further
    return x * (1 - rate * weight_decay) - rate * scale * step


def orthogonal_part(matrix: Array) -> Array:
    """Return the matrix with singular values of about 1 (0.7 to 1.2) by five rounds of products of matrices."""
    if matrix.shape[0] > matrix.shape[1]:
        return orthogonal_part(matrix.T).T
    matrix = np.divide(matrix, max(float(np.linalg.norm(matrix)), 1e-7))
    for _ in range(5):
        square = matrix @ matrix.T
        # Each singular value s becomes 3.4445 s - 4.775 s^3 + 2.0315 s^5, which lifts small ones fast.
        matrix = 3.4445 * matrix + (-4.775 * square + 2.0315 * square @ square) @ matrix
    return matrix


# All that work on points of any shape, and so can race on a surface.
OPTIMIZERS: dict[str, Callable[..., Array]] = {
    "sgd": sgd, "momentum": momentum, "nesterov": nesterov, "adagrad": adagrad, "rmsprop": rmsprop,
    "adadelta": adadelta, "adam": adam, "adamw": adamw, "lion": lion,
}  # fmt: skip


def check_rate(rate: Any, weight_decay: Any = 0.0) -> None:
    """Refuse rates that are not positive and a decay below 0."""
    for name, value, low in (("rate", rate, "> 0"), ("weight_decay", weight_decay, ">= 0")):
        numbers: npt.NDArray[Any] = np.asarray(value)
        if numbers.dtype.kind not in "iuf":
            raise TypeError(message(name, f"a number {low}", value, "Pass a number, for example 0.01."))
        if not (np.isfinite(numbers).all() and (numbers > 0 if low == "> 0" else numbers >= 0).all()):
            remedy = "A step against the gradient has a positive length." if name == "rate" else "Use 0 for none."
            raise ValueError(message(name, f"a finite number {low}", value, remedy))


def check_share(name: str, value: Any) -> float:
    """Return a share from 0 up to, but not including, 1."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating):
        raise TypeError(message(name, "a number from 0 to below 1", value, "Pass a number, for example 0.9."))
    if not 0 <= value < 1:
        remedy = "It is the share of a memory that is kept; with 1 nothing would fade. 0.9 is usual."
        raise ValueError(message(name, "a number from 0 to below 1", value, remedy))
    return float(value)


def _two_shares(betas: Any) -> tuple[float, float]:
    if not isinstance(betas, tuple | list) or len(betas) != 2:
        raise TypeError(message("betas", "two numbers from 0 to below 1", betas, "Pass for example (0.9, 0.999)."))
    return check_share("betas[0]", betas[0]), check_share("betas[1]", betas[1])
