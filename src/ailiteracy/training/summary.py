"""What is a model made of? Layers, output shapes, parameters, and how much work one sample is.

One sample runs through the model; a hook on every layer notes the shape that comes out. In a linear or convolutional
layer every weight is used once for each place of the output, so that the work is parameters times places.

Counted as work: multiply-adds of linear, convolutional, recurrent and attention layers and of the matrix products
between them; a bias counts as one more, as in torchinfo. One multiply-add is two floating-point operations.

Left out: activations, norms and pooling, whose work is small; einsum and products inside compiled code.
Next: hooks.py.
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from .._support.chance import torch_seed
from .._support.checks import message
from .._support.figures import new_figure, result_html
from .evaluation import keep_modes
from .hooks import first_tensor

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LayerRow", "ModelSummary", "summarize_model"]

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
# Layers whose work is known as a whole: products inside them are not counted a second time.
WHOLE = (nn.Linear, nn.Bilinear, *CONVOLUTIONS, *TRANSPOSED, nn.RNNBase, nn.RNNCellBase, nn.MultiheadAttention)
# Functions between layers that are counted, with the names of the arguments that decide their work.
PRODUCTS = {torch.matmul, torch.Tensor.matmul, torch.Tensor.__matmul__, torch.mm, torch.bmm, torch.Tensor.mm,
            torch.Tensor.bmm}  # fmt: skip
SUMS = {torch.addmm: ("input", "mat1", "mat2"), torch.Tensor.addmm: ("input", "mat1", "mat2"),
        torch.baddbmm: ("input", "batch1", "batch2"), torch.Tensor.baddbmm: ("input", "batch1", "batch2")}  # fmt: skip
WEIGHTED = (F.linear, F.conv1d, F.conv2d, F.conv3d)
WEIGHTED_BACK = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)
ARGUMENTS = {
    **dict.fromkeys(PRODUCTS, ("input",)), **SUMS,
    **dict.fromkeys(WEIGHTED + WEIGHTED_BACK, ("input", "weight", "bias")),
    F.scaled_dot_product_attention: ("query", "key", "value"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class LayerRow:
    """One layer at work. A layer that is used again has no new parameters, but works again."""

    name: str
    kind: str
    output_shape: tuple[int, ...]
    n_parameters: int
    multiply_adds: int


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ModelSummary:
    """What a model is made of.

    Parameters
    ----------
    layers : tuple of LayerRow
        In the order in which they ran.
    n_parameters : int
        All weights, each counted once however often it is used.
    n_trainable : int
        Those that training may change.
    multiply_adds : int
        For the example that was given; for one sample when a shape was.
    not_used : tuple of str
        Parameters whose layer did not run.
    """

    layers: tuple[LayerRow, ...]
    n_parameters: int
    n_trainable: int
    multiply_adds: int
    not_used: tuple[str, ...] = ()

    def plot(self) -> "Figure":
        """Return a figure: where the parameters are, and where the work is."""
        figure = new_figure(9, 1.2 + 0.28 * len(self.layers))
        left, right = figure.subplots(1, 2, sharey=True)
        names = [f"{row.name} ({row.kind})" for row in self.layers]
        for ax, field in ((left, "n_parameters"), (right, "multiply_adds")):
            ax.barh(np.arange(len(names)), [getattr(row, field) for row in self.layers], color="C0")
            ax.set(xlabel=field.replace("n_", "").replace("_", "-"))
        left.set_yticks(range(len(names)), labels=names, fontsize=8)
        left.invert_yaxis()  # the first layer on top; the right axis shares it
        left.set_title("Where the parameters are")
        right.set_title("Where the work is")
        return figure

    def __repr__(self) -> str:
        lines = [f"{'layer':28} {'kind':20} {'output':20} {'parameters':>12} {'multiply-adds':>15}"]
        for row in self.layers:
            lines.append(
                f"{row.name:28} {row.kind:20} {row.output_shape!s:20} {row.n_parameters:12,} {row.multiply_adds:15,}"
            )
        fixed = "" if self.n_trainable == self.n_parameters else f" ({self.n_trainable:,} trainable)"
        lines.append(f"{self.n_parameters:,} parameters{fixed}, {self.multiply_adds:,} multiply-adds.")
        if self.not_used:
            lines.append("Not used by this input: " + ", ".join(self.not_used))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return result_html(self)


def summarize_model(model: nn.Module, example: Any) -> ModelSummary:
    """Return a model's layers with shapes, parameters and work, by running it once.

    Parameters
    ----------
    model : torch.nn.Module
        Run without gradients in evaluation mode, so that batch norm accepts one sample; its modes, its weights and
        torch's random state stay as they were, and no hook stays in it.
    example : tuple of int, Tensor, tuple of Tensor, or dict of str to Tensor
        The shape of one sample without the batch, such as (1, 28, 28), or real inputs, which token numbers need.

    Returns
    -------
    ModelSummary
        A table as text, a figure, and the counts.

    Raises
    ------
    ValueError
        When a layer refuses its input: the message names the layer.

    Examples
    --------
    >>> print(summarize_model(nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 5)), (10,)).n_parameters)
    325
    """
    if not isinstance(model, nn.Module):
        raise TypeError(message("model", "a torch.nn.Module", model, "Pass a network, for example nn.Linear(2, 1)."))
    count = _Count(model)
    inputs = _inputs(model, example)
    handles: list[Any] = []
    with torch_seed(0), keep_modes(model), torch.no_grad(), count:
        model.eval()
        try:
            for name, module in model.named_modules(remove_duplicate=False):
                if module not in count.names:
                    count.names[module] = name or "model"
                    handles.append(module.register_forward_pre_hook(count.enter))
                    handles.append(module.register_forward_hook(count.leave, with_kwargs=True))
            inputs = inputs if isinstance(inputs, tuple) else (inputs,)
            model(**inputs[0]) if isinstance(inputs[0], dict) else model(*inputs)
        except (RuntimeError, TypeError, ValueError, IndexError) as error:
            where = count.names[count.running[-1].module] if count.running else "model"
            why = f"Layer {where!r} says: {str(error).strip().splitlines()[0] if str(error).strip() else error!r}"
            raise ValueError(message("example", "an input that the model takes", example, why)) from None
        finally:
            for handle in handles:
                handle.remove()
    return count.summary()


class _Call:
    """One layer at work."""

    def __init__(self, module: nn.Module, whole: bool, products: int = 0) -> None:
        self.module, self.whole, self.products = module, whole, products


class _Count(TorchFunctionMode):
    """Notes what every layer does, and the matrix products that happen between layers."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.names: dict[nn.Module, str] = {}
        self.running: list[_Call] = []  # the innermost layer stands last
        self.rows: list[LayerRow] = []
        self.counted: set[nn.Parameter] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = func(*args, **(kwargs or {}))
        # Products inside a layer that is counted as a whole are that layer's own.
        if self.running and not any(call.whole for call in self.running):
            self.running[-1].products += _product_work(func, args, kwargs or {}, output)
        return output

    def enter(self, module: nn.Module, _inputs: Any) -> None:
        """Note that a layer begins."""
        self.running.append(_Call(module, isinstance(module, WHOLE)))

    def leave(self, module: nn.Module, inputs: Any, named: Any, output: Any) -> None:
        """Write the row of a layer that ends."""
        call = self.running.pop()
        if any(outer.whole for outer in self.running):
            return
        own = list(module.parameters(recurse=call.whole))  # an attention layer's output layer is part of it
        if list(module.children()) and not call.whole and not own and not call.products:
            return  # a container does nothing itself
        new = [weight for weight in dict.fromkeys(own) if weight not in self.counted]
        self.counted.update(new)
        result = first_tensor(output)
        shape = () if result is None else tuple(result.shape)
        work = _layer_work(module, (*inputs, *named.values()), output) if call.whole else call.products
        n_new = sum(weight.numel() for weight in new)
        self.rows.append(LayerRow(self.names[module], type(module).__name__, shape, n_new, work))

    def summary(self) -> ModelSummary:
        """Return the whole."""
        weights = list(self.model.parameters())
        idle = tuple(name for name, weight in self.model.named_parameters() if weight not in self.counted)
        total = sum(row.multiply_adds for row in self.rows)
        trainable = sum(weight.numel() for weight in weights if weight.requires_grad)
        return ModelSummary(tuple(self.rows), sum(weight.numel() for weight in weights), trainable, total, idle)


def _layer_work(module: Any, inputs: Any, output: Any) -> Any:
    """Return the multiply-adds of a layer whose kind is known: its parameters times the places where they are used."""
    result = first_tensor(output)
    places = 0 if result is None else result.numel()
    n_weights = sum(weight.numel() for weight in module.parameters())
    if isinstance(module, nn.MultiheadAttention) and result is not None:
        return _attention_work(module, inputs[1], result)
    if isinstance(module, nn.RNNBase):  # every weight once in every step
        width = module.proj_size or module.hidden_size
        return n_weights * (places // (width * (2 if module.bidirectional else 1)))
    if isinstance(module, nn.RNNCellBase):
        return n_weights * (places // module.hidden_size)
    if isinstance(module, TRANSPOSED):  # a kernel for every place of the input
        bias = 0 if module.bias is None else places
        return module.weight[0].numel() * inputs[0].numel() + bias
    channels = module.out_channels if isinstance(module, CONVOLUTIONS) else module.out_features
    return n_weights * (places // channels)


def _attention_work(module: Any, key: torch.Tensor, result: torch.Tensor) -> Any:
    """Return the work of projections, of comparing every query with every key, and of mixing the values."""
    width, bias = module.embed_dim, int(module.in_proj_bias is not None)
    queries = result.numel() // width  # over the whole batch
    keys = key.numel() // key.shape[-1]
    length = key.shape[1] if key.ndim == 3 and module.batch_first else key.shape[0]  # keys that one query sees
    into = (width + bias) * width * queries + (module.kdim + module.vdim + 2 * bias) * width * keys
    out = sum(weight.numel() for weight in module.out_proj.parameters()) * queries
    return into + 2 * queries * length * width + out


def _product_work(func: Any, args: Any, named: Any, output: Any) -> Any:
    """Return the multiply-adds of a matrix product or convolution written out in a model's own code."""
    if func not in ARGUMENTS:
        return 0
    given = dict(zip(ARGUMENTS[func], args, strict=False)) | named
    first, *others = (given.get(name) for name in ARGUMENTS[func])
    if func in PRODUCTS:
        return output.numel() * first.shape[-1]
    if func in SUMS:  # the product, and what is added to it
        return output.numel() * (others[0].shape[-1] + int(named.get("beta", 1) != 0))
    if func is F.scaled_dot_product_attention:
        key, value = others
        return math.prod(first.shape[:-1]) * key.shape[-2] * (first.shape[-1] + value.shape[-1])
    weight, bias = others
    places = first.numel() if func in WEIGHTED_BACK else output.numel()  # where a kernel is laid
    n_weights = first.shape[-1] if func is F.linear else weight[0].numel()  # that meet in one place
    return places * n_weights + (0 if bias is None else output.numel())


def _inputs(model: nn.Module, example: Any) -> Any:
    """Return the model's inputs, on its device: a shape becomes a batch of one sample of zeros."""
    weight = next(model.parameters(), None)
    device = torch.device("cpu") if weight is None else weight.device
    if isinstance(example, tuple | list) and example and all(type(size) is int and size > 0 for size in example):
        dtype = weight.dtype if weight is not None and weight.is_floating_point() else torch.float32
        return torch.zeros(1, *example, dtype=dtype, device=device)
    parts = example.values() if isinstance(example, Mapping) else example if isinstance(example, tuple) else (example,)
    if not parts or not all(isinstance(part, torch.Tensor) for part in parts):
        remedy = "Pass (1, 28, 28), or torch.zeros(1, 20, dtype=torch.long) for token numbers."
        raise TypeError(message("example", "the shape of one sample, or tensors", example, remedy))
    if isinstance(example, Mapping):
        return {name: part.to(device) for name, part in example.items()}
    return tuple(part.to(device) for part in parts)
