"""Muon: steps that use every direction of a layer.

The gradient of a convolution, written as a matrix, has a few strong directions and many weak ones. Plain descent
moves along the strong ones only. Muon sets all to the same length; training/directions.py shows how.

Left out: weight decay for the filters; their length is fixed instead.
Next: recipes.py, which says how fast each group of weights may move.
"""

from collections.abc import Iterable
from typing import Any

import torch

from .._support.checks import message
from ..training.directions import orthogonalise

__all__ = ["Muon"]

N_TIMES = 3  # of the polynomial: five come nearer to 1, three learn as well


class Muon(torch.optim.Optimizer):
    """Orthogonalised momentum for filters, Nesterov momentum for all other weights.

    Parameters
    ----------
    groups : iterable of dict
        Groups of weights: ``params``, ``lr``, and optionally ``momentum`` (default 0.85), ``decay`` (times ``lr`` it is
        the part of the weights that is taken off in a step; default 0) and ``filters`` (default False): whether to
        orthogonalise, with the length of the filters held at 1 on average.

    Raises
    ------
    ValueError
        When a group of filters holds weights with fewer than two axes.

    Examples
    --------
    >>> layer = torch.nn.Conv2d(1, 4, 3, bias=False)
    >>> optimizer = Muon([{"params": [layer.weight], "lr": 0.1, "filters": True}])
    >>> layer(torch.ones(1, 1, 5, 5)).sum().backward()
    >>> optimizer.step()
    """

    def __init__(self, groups: Iterable[dict[str, Any]]) -> None:
        super().__init__(groups, {"lr": 0.1, "momentum": 0.85, "decay": 0.0, "filters": False})
        for group in self.param_groups:
            for weight in group["params"] if group["filters"] else ():
                if weight.ndim < 2:
                    remedy = "Put biases into a group of their own."
                    raise ValueError(message("groups", "filters with two axes or more", tuple(weight.shape), remedy))

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Move every weight that has a gradient."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._move(weight, weight.grad, group)
        return loss

    def _move(self, weight: torch.Tensor, gradient: torch.Tensor, group: dict[str, Any]) -> None:
        state = self.state[weight]
        # 1. Nesterov momentum: where the weight will be, not where it is.
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        momentum = state["momentum"].mul_(group["momentum"]).add_(gradient)
        change = gradient + group["momentum"] * momentum
        # 2. Decay, apart from the gradient; for filters the length is fixed instead.
        if group["filters"]:
            weight.mul_(len(weight) ** 0.5 / weight.norm().clamp_min(1e-7))
            change = orthogonalise(change.flatten(1), n_times=N_TIMES).reshape(weight.shape)
        elif group["decay"]:
            weight.mul_(1 - group["lr"] * group["decay"])
        # 3. One step downhill.
        weight.sub_(change, alpha=group["lr"])
