"""Muon: steps for matrices that push in all directions equally; AdamW for everything else.

The idea: the gradient of a weight matrix is mostly a few strong directions; the many weak ones hardly move. Muon keeps
the directions and makes them all equally strong: it replaces the averaged gradient U S V^T by about U V^T. Vectors,
and the token table, where a row is a word of its own, are left to AdamW.

Left out: sharing the work between processes.
Next: pretraining.py.

References
----------
Keller Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from ..training.directions import orthogonalise

__all__ = ["Muon"]

REST = 0.2  # rate of vectors and tables as a part of the matrices' rate
BETAS = (0.9, 0.95)  # AdamW's memories for those


class Muon(torch.optim.Optimizer):
    """Muon for the matrices inside the blocks of a model, AdamW for its other weights.

    Parameters
    ----------
    model : torch.nn.Module
        Whose weights are moved; embeddings and a last layer that shares their matrix are not taken as matrices.
    lr : float, default 0.02
        Learning rate of matrices; the others get a fifth.
    weight_decay : float, default 0.1
        By how much matrices shrink, times the learning rate, at every step.
    """

    def __init__(self, model: nn.Module, *, lr: float = 0.02, weight_decay: float = 0.1) -> None:
        blocks = getattr(model, "blocks", model)
        inner = {id(weight) for weight in blocks.parameters() if weight.ndim == 2}
        free = [weight for weight in model.parameters() if weight.requires_grad]
        if not free:
            remedy = "Call model.requires_grad_(True) or add_lora(model)."
            raise ValueError(f"`model` must have weights that may be trained, got a model with none. {remedy}")
        groups = [
            {"params": [weight for weight in free if id(weight) in inner], "lr": lr, "matrices": True},
            {"params": [weight for weight in free if id(weight) not in inner], "lr": REST * lr, "matrices": False},
        ]
        super().__init__([group for group in groups if group["params"]], {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Move every weight by one step."""
        del closure  # the loss is never asked for again
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    move = _muon if group["matrices"] else _adam
                    move(weight, weight.grad, self.state[weight], group["lr"], group["weight_decay"])


def _muon(weight: torch.Tensor, gradient: torch.Tensor, state: dict[str, Any], rate: float, decay: float) -> None:
    mean = state.setdefault("mean", torch.zeros_like(weight))
    mean.lerp_(gradient, 0.05)
    ahead = gradient.lerp(mean, 0.95)  # Nesterov: a look at where the mean is going
    taller = max(1.0, weight.shape[0] / weight.shape[1]) ** 0.5
    weight.mul_(1 - rate * decay).add_(orthogonalise(ahead.contiguous()), alpha=-rate * taller)


def _adam(weight: torch.Tensor, gradient: torch.Tensor, state: dict[str, Any], rate: float, decay: float) -> None:
    del decay  # vectors and tables are not pulled towards zero
    if not state:
        state.update(mean=torch.zeros_like(weight), square=torch.zeros_like(weight), n=0)
    state["n"] += 1
    state["mean"].lerp_(gradient, 1 - BETAS[0])
    state["square"].lerp_(gradient.square(), 1 - BETAS[1])
    mean = state["mean"] / (1 - BETAS[0] ** state["n"])
    square = state["square"] / (1 - BETAS[1] ** state["n"])
    weight.sub_(rate * mean / (square.sqrt() + 1e-8))
