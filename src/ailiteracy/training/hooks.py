"""Looking into a network while it runs.

A hook is a function that torch calls when a layer has computed something. Hooks that are forgotten stay in the model,
slow it down and hold its tensors in memory; here they live as long as a ``with`` block, also when the block ends by an
error.

Left out: changing what passes through. These hooks only look.
Next: initialization.py.
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import nn

from .._support.checks import message

__all__ = ["LayerWatch", "watch_layers"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class LayerWatch:
    """What the layers said, by their names.

    Parameters
    ----------
    outputs : dict of str to Tensor
        What each layer returned, detached. A layer that is used twice has a second entry "name (2)".
    gradients : dict of str to Tensor
        How the loss changes with each output; filled by ``loss.backward()`` inside the block.
    """

    outputs: dict[str, torch.Tensor] = dataclasses.field(default_factory=dict)
    gradients: dict[str, torch.Tensor] = dataclasses.field(default_factory=dict)

    def __repr__(self) -> str:
        lines = []
        for name, values in self.outputs.items():
            numbers = values.float()
            line = f"{name:20} {tuple(values.shape)!s:20} mean {numbers.mean():8.4f}"
            line += f"  std {numbers.std(correction=0):8.4f}"
            gradient = self.gradients.get(name)
            lines.append(line + (f"  gradient {gradient.norm():9.3g}" if gradient is not None else ""))
        return "\n".join(lines) or "No layer has run yet."


@contextlib.contextmanager
def watch_layers(model: nn.Module, layers: Sequence[str] | None = None) -> Iterator[LayerWatch]:
    """Record what layers put out, and the gradients that come back to them, inside a ``with`` block.

    Parameters
    ----------
    model : torch.nn.Module
        Its hooks are gone after the block, whatever happens in it.
    layers : sequence of str, optional
        Names as in ``model.named_modules()``; by default all layers that have no layers inside.

    Yields
    ------
    LayerWatch
        Filled while the model runs. It holds a copy of what each layer said: a layer that changes its input in place
        does not change the record.

    Raises
    ------
    ValueError
        When the model has no layer of a name.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(10, 5), nn.ReLU(), nn.Linear(5, 2))
    >>> with watch_layers(model) as seen:
    ...     model(torch.zeros(3, 10)).sum().backward()
    >>> {name: tuple(values.shape) for name, values in seen.outputs.items()}
    {'0': (3, 5), '1': (3, 5), '2': (3, 2)}
    >>> seen.gradients["2"].tolist()[0]
    [1.0, 1.0]
    """
    modules = dict(model.named_modules())
    if isinstance(layers, str):
        raise TypeError(message("layers", "a list of names", layers, f"Pass [{layers!r}]."))
    for name in layers or ():
        if name not in modules:
            known = ", ".join(repr(known) for known in list(modules)[1:9])
            raise ValueError(message("layers", "names of the model's layers", name, f"It has {known}."))
    if layers is None:
        layers = [name for name, module in modules.items() if not list(module.children())]
    seen = LayerWatch()
    handles: list[Any] = []
    try:
        for name in layers:
            handles.append(modules[name].register_forward_hook(_recorder(name or "model", seen, handles)))
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def _recorder(name: str, seen: LayerWatch, handles: list[Any]) -> Any:
    """Return a hook that writes a layer's output down and asks the output for its gradient."""

    def record(_module: nn.Module, _inputs: Any, output: Any) -> None:
        tensor = first_tensor(output)
        if tensor is None:
            return
        times = sum(key == name or key.startswith(f"{name} (") for key in seen.outputs)
        key = f"{name} ({times + 1})" if times else name
        seen.outputs[key] = tensor.detach().clone()
        if tensor.requires_grad:

            def note(gradient: torch.Tensor) -> None:
                seen.gradients[key] = gradient.detach().clone()

            handles.append(tensor.register_hook(note))  # type: ignore[no-untyped-call]

    return record


def first_tensor(output: Any) -> torch.Tensor | None:
    """Return the first tensor in what a layer returned: an LSTM returns a tuple, others a dict."""
    if isinstance(output, torch.Tensor):
        return output
    if isinstance(output, nn.utils.rnn.PackedSequence):
        return output.data
    parts = output.values() if isinstance(output, Mapping) else output if isinstance(output, tuple | list) else ()
    return next((found for part in parts if (found := first_tensor(part)) is not None), None)
