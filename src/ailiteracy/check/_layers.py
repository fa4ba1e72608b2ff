"""Checkers for networks and how they are used. The texts are in layers.toml.

Networks are judged by what they do: shapes that come out, modes that stay, whether they learn.

Next: `_data.py`.
"""

import copy
import math
from typing import Any

import torch
from torch import nn

from .. import training
from .._support.chance import torch_seed
from .._support.language import say
from .judge import NotYetError, call, expect, require


def _module(answer: Any, *args: Any) -> nn.Module:
    """Return the network that the learner's function builds."""
    model = call(answer, *args)
    if isinstance(model, type) or not isinstance(model, nn.Module):
        raise NotYetError("Return a torch module, an object of a class such as torch.nn.Sequential.")
    return model


def conv_size(answer: Any) -> None:
    for size, kernel, stride, padding in (
        (32, 3, 1, 2),
        (32, 3, 1, 0),
        (15, 2, 2, 0),
        (224, 7, 2, 3),
        (13, 3, 2, 1),
        (6, 3, 3, 0),
    ):
        span = size + 2 * padding - kernel
        slips = {
            "the last place counts too: one more.": span // stride,
            "padding is added on both sides.": (size + padding - kernel) // stride + 1,
            "padding adds rows.": (size - kernel) // stride + 1,
            "a place that is only half filled does not count: round down.": math.ceil(span / stride) + 1,
            "the result is a whole number.": span / stride + 1,
            "the stride had no effect.": span + 1,
        }
        expect(answer, (size, kernel, stride, padding), span // stride + 1, slips)


def count_parameters(answer: Any) -> None:
    plain = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 5))
    frozen = copy.deepcopy(plain)
    frozen[0].requires_grad_(False)
    normed = nn.Sequential(nn.Linear(4, 3, bias=False), nn.BatchNorm1d(3))
    for model in (plain, normed, frozen):
        trained = [p for p in model.parameters() if p.requires_grad]
        slips = {
            "frozen parameters were counted too.": sum(p.numel() for p in model.parameters()),
            "this is how many tensors there are; count the numbers in them.": len(trained),
            "the biases are missing.": sum(p.numel() for p in trained if p.ndim > 1),
            "buffers, such as running means, are no parameters.": sum(
                value.numel() for value in model.state_dict().values()
            ),
        }
        expect(answer, (model,), sum(p.numel() for p in trained), slips)


def hidden_network(answer: Any) -> None:
    for width, activation in ((16, nn.Tanh), (3, nn.ReLU)):
        model = _module(answer, width, activation)
        logits = call(model, torch.randn(5, 1))
        require(
            logits, logits if getattr(logits, "shape", None) == (5, 2) else torch.zeros(5, 2), where="For 5 samples: "
        )
        asked = _linear_layers(model)  # in the order in which they are called
        if [(layer.in_features, layer.out_features) for layer, _, _ in asked] != [(1, width), (width, 2)]:
            hint = say("With a width of {width}, two linear layers are asked for: 1 to {width}, {width} to 2.")
            raise NotYetError(hint.format(width=width))
        if not any(isinstance(layer, activation) for layer in model.modules()):
            hint = say("The network holds no {name}, the activation that was asked for.")
            raise NotYetError(hint.format(name=activation.__name__))
        if any(isinstance(layer, nn.Softmax | nn.LogSoftmax | nn.Sigmoid) for layer in model.modules()):
            raise NotYetError("Leave out the last softmax or sigmoid: the loss function expects logits.")
        # Two ends give the value between them, on a line. They differ in size: tanh without biases has 0 in the middle.
        left, middle, right = (call(model, torch.tensor([[value]])) for value in (-20.0, 0.0, 30.0))
        if torch.allclose(3 * left + 2 * right, 5 * middle, atol=1e-4):
            raise NotYetError("The network is a straight line: the activation belongs between the two linear layers.")
        _, output, logits = asked[-1]
        if not torch.equal(output, logits):
            raise NotYetError("Something comes after the last linear layer: its outputs are the logits.")


def _linear_layers(model: nn.Module) -> list[tuple[nn.Linear, torch.Tensor, torch.Tensor]]:
    """Return each linear layer with its output and that of the network, in the order of one forward pass."""
    seen: list[tuple[nn.Linear, torch.Tensor]] = []
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    hooks = [layer.register_forward_hook(lambda layer, _, output: seen.append((layer, output))) for layer in layers]
    logits = call(model, torch.ones(1, 1))
    for hook in hooks:
        hook.remove()
    return [(layer, output, logits) for layer, output in seen]


def _can_learn(logits: torch.Tensor) -> None:
    """Raise a hint when no gradient comes back from the outputs."""
    if not logits.requires_grad:
        raise NotYetError("No gradient flows through the outputs: the network could not learn.")


def cifar_network(answer: Any) -> None:
    model = _module(answer)
    hints = {
        nn.Conv2d: say("The network has no convolution (torch.nn.Conv2d)."),
        nn.BatchNorm2d: say("The network has no batch normalisation (torch.nn.BatchNorm2d)."),
        nn.Linear: say("The network has no fully connected layer (torch.nn.Linear)."),
    }
    for kind, hint in hints.items():
        if not any(isinstance(layer, kind) for layer in model.modules()):
            raise NotYetError(hint)
    images, labels = torch.randn(4, 3, 32, 32), torch.tensor([0, 1, 2, 3])
    logits = call(model, images)
    require(
        logits, logits if getattr(logits, "shape", None) == (4, 10) else torch.zeros(4, 10), where="For 4 pictures: "
    )
    _can_learn(logits)
    if torch.allclose(logits.exp().sum(dim=1), torch.ones(4)) or torch.allclose(logits.sum(dim=1), torch.ones(4)):
        raise NotYetError("A softmax is at the end: leave it out, the loss function expects logits.")
    single = call(model.eval(), images[:1])
    require(
        single, single if getattr(single, "shape", None) == (1, 10) else torch.zeros(1, 10), where="For one picture: "
    )
    if sum(p.numel() for p in model.parameters()) > 5_000_000:
        raise NotYetError("The network has more than 5 million parameters: pool until the map is small, then flatten.")
    start = nn.functional.cross_entropy(model(images), labels).item()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    training.fit(model, [(images, labels)] * 30, optimizer=optimizer, epochs=1, device="cpu", progress=False)
    if not nn.functional.cross_entropy(model.eval()(images), labels).item() < 0.5 * start:
        raise NotYetError("Thirty passes over four pictures hardly lowered the loss: the network does not learn.")


class _Probe(nn.Sequential):
    """Dropout and batch normalisation: both tell whether a network is asked in the right mode."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Dropout(0.5), nn.Linear(6, 2))


def predict(answer: Any) -> None:
    for mode in (True, False):
        model, x = _Probe().train(mode), torch.randn(8, 4)
        want = copy.deepcopy(model).eval()(x).detach()
        kept = copy.deepcopy(model.state_dict())
        # Not through a copy: what the function leaves behind in this very network is the question.
        got = call(lambda answer=answer, model=model, x=x: answer(model, x))
        state = model.state_dict()
        if any(not torch.equal(state[name], kept[name]) for name in kept):
            raise NotYetError(
                "The running statistics of batch normalisation moved: the network was asked in training mode."
            )
        came = (
            say("For a network that came in training mode:")
            if mode
            else say("For a network that came in evaluation mode:")
        )
        require(got, want, where=f"{came} ")
        if got.requires_grad:
            raise NotYetError("The result records gradients: `eval()` does not switch that off.")
        if model.training != mode or any(child.training != mode for child in model.modules()):
            left = say("The network came in evaluation mode and was left in the other one.")
            raise NotYetError(say("The network came in training mode and was left in the other one.") if mode else left)


def output_shapes(answer: Any) -> None:
    for model, x in (
        (nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)), torch.randn(3, 4)),
        (
            nn.Sequential(nn.Conv2d(3, 5, 3), nn.Sequential(nn.ReLU(), nn.MaxPool2d(2)), nn.Flatten()),
            torch.randn(2, 3, 8, 8),
        ),
    ):
        want, value = [], x
        for child in model:
            value = child(value)
            want.append(tuple(value.shape))
        got = call(lambda answer=answer, model=model, x=x: answer(model, x))
        if isinstance(got, list):
            got = [tuple(shape) if isinstance(shape, torch.Size) else shape for shape in got]
        slips = {
            "the shapes of the inputs came; hooks get the output as their last argument.": [tuple(x.shape), *want[:-1]]
        }
        require(got, want, slips)
        if any(layer._forward_hooks for layer in model.modules()):
            raise NotYetError("Hooks were left behind: keep what register_forward_hook returns and remove it.")


def circles_network(answer: Any) -> None:
    angle, ring = torch.rand(400) * 2 * math.pi, torch.arange(400) % 2
    radius = torch.where(ring == 1, 0.5, 1.0) + 0.03 * torch.randn(400)
    points, labels = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1), ring.float()
    for start in range(2):
        with torch_seed(start):
            model = _module(answer)
        logits = call(model, points)  # first: lazy layers have no size before
        require(
            logits,
            logits if getattr(logits, "shape", None) == (400, 1) else torch.zeros(400, 1),
            where="For 400 points: ",
        )
        _can_learn(logits)
        if sum(p.numel() for p in model.parameters()) > 500:
            raise NotYetError("The network has more than 500 parameters.")
        share = _share_learned(model, points, labels)
        trained = call(model, points)
        if share < 0.95 and bool((trained >= 0).all()) and bool((trained <= 1).all()):
            raise NotYetError("All outputs lie between 0 and 1: leave out the last sigmoid, a logit has no bounds.")
        if share < 0.65:
            hint = say(
                "After training, {share:.0%} are right: hardly more than by guessing. Can it draw a curve at all?"
            )
            raise NotYetError(hint.format(share=share))
        if share < 0.95:
            hint = say("After training from start {start}, {share:.0%} are right. More hidden neurons make it surer.")
            raise NotYetError(hint.format(start=start, share=share))


def _share_learned(model: nn.Module, points: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the share of right answers after 300 steps over all points."""
    training.fit(
        model, [(points, labels[:, None])] * 300, loss=nn.functional.binary_cross_entropy_with_logits,
        optimizer=torch.optim.Adam(model.parameters(), lr=0.01), epochs=1, device="cpu", progress=False,
    )  # fmt: skip
    with torch.no_grad():
        return float(((model.eval()(points)[:, 0] >= 0) == (labels == 1)).float().mean())
