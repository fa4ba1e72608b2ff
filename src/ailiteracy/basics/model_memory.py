"""How much memory a model of n parameters needs, to answer and to learn.

The idea in three lines: every parameter is a number of 4, 2, 1 or half a byte;
learning keeps a gradient and the optimizer's averages beside each of them, and what every layer must remember;
answering keeps the keys and values of all earlier tokens, which grow with the text and the number of texts at once.

*Left out*: what the library and the driver take, fragments between tensors, logits (they depend on the vocabulary), and
mixed precision, which keeps float32 weights and a copy in 16 bits.
*Next*: ``linear.py``, back to small models and what they learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_choice, check_integer, message
from .._support.downloads import readable_size
from .._support.figures import new_figure, result_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BITS", "STATES", "MemoryResult", "memory_needed"]

# Bits of one weight. Whole numbers: 64 neighbours share a scale of 32 bits, half a bit for each.
BITS = {"float64": 64.0, "float32": 32.0, "bfloat16": 16.0, "float16": 16.0, "int8": 8.5, "int4": 4.5}
# Numbers that an optimizer keeps for each parameter.
STATES = {"sgd": 0, "momentum": 1, "adagrad": 1, "rmsprop": 1, "lion": 1, "adam": 2, "adamw": 2, "amsgrad": 3}
SAVED_VALUES = 16  # numbers for each token and unit of width that a layer of a transformer keeps for the way back
WIDEST_VALUES = 9  # the same, at the widest moment of one layer without a way back: the stream, 4 in and 4 out of GELU
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9")
PARTS = ("weights", "gradients", "optimizer", "activations", "cache")


@dataclass(frozen=True, eq=False, repr=False)
class MemoryResult:
    """The bytes that a model needs, part by part.

    Parameters
    ----------
    n_parameters : int
        The number of weights.
    dtype : str
        The type of the weights.
    optimizer : str
        The optimizer.
    inference : dict of str to int
        Bytes to answer: "weights", "activations", "cache".
    training : dict of str to int
        Bytes to learn: "weights", "gradients", "optimizer", "activations"; empty for int8 and int4.
    by_dtype : dict of str to (dict, dict)
        The two tables for every type, for the figure.
    has_shape : bool
        Whether `layers` and `width` were given; without them activations and cache are 0, that is unknown.
    """

    n_parameters: int
    dtype: str
    optimizer: str
    inference: dict[str, int]
    training: dict[str, int]
    by_dtype: dict[str, tuple[dict[str, int], dict[str, int]]]
    has_shape: bool

    @property
    def inference_bytes(self) -> int:
        """Everything needed to answer."""
        return sum(self.inference.values())

    @property
    def training_bytes(self) -> int:
        """Everything needed to learn; 0 where the type cannot learn."""
        return sum(self.training.values())

    def __repr__(self) -> str:
        text = f"{self.n_parameters:,} parameters in {self.dtype}: {readable_size(self.inference_bytes)} to answer "
        text += f"({_listed(self.inference)})"
        if self.training:
            text += f", {readable_size(self.training_bytes)} to learn with {self.optimizer} ({_listed(self.training)})"
        else:
            text += ", and whole numbers do not learn: a step is smaller than 1"
        return text + ("." if self.has_shape else "; activations and cache not counted, give `layers` and `width`.")

    def plot(self) -> Figure:
        """Return a figure: the parts for every type, to answer and to learn.

        Returns
        -------
        matplotlib.figure.Figure
            Two panels of stacked bars.
        """
        figure = new_figure(10, 4)
        for axes, which, title in zip(figure.subplots(1, 2), (0, 1), ("To answer", "To learn"), strict=True):
            tables = {dtype: tables[which] for dtype, tables in self.by_dtype.items() if tables[which]}
            left = np.zeros(len(tables))
            for part, color in zip(PARTS, COLORS, strict=True):
                size = np.array([table.get(part, 0) for table in tables.values()]) / 1e9
                if size.any():
                    axes.barh(list(tables), size, left=left, color=color, label=part)
                left += size
            axes.invert_yaxis()
            axes.set(title=title, xlabel="GB (billions of bytes)")
            axes.legend()
        return figure

    def _repr_html_(self) -> str:
        return result_html(self)


def memory_needed(
    n_parameters: float,
    *,
    dtype: str = "float16",
    optimizer: str = "adamw",
    batch: int = 1,
    context: int = 2048,
    layers: int | None = None,
    width: int | None = None,
    kv_width: int | None = None,
) -> MemoryResult:
    """Return the bytes that a model needs to answer and to learn, part by part.

    Parameters
    ----------
    n_parameters : int or float
        The number of weights, such as 7e9; a whole number from 1 to 1e15.
    dtype : str, default "float16"
        "float64", "float32", "bfloat16", "float16", "int8" or "int4". Whole numbers come in groups of 64 with a scale;
        their cache and activations are float16.
    optimizer : str, default "adamw"
        "sgd", "momentum", "adagrad", "rmsprop", "lion", "adam", "adamw" or "amsgrad".
    batch : int, default 1
        Texts at once.
    context : int, default 2048
        Tokens of each text.
    layers, width : int, optional
        Layers of a transformer and numbers for each token between them. Without both, activations and cache are not
        counted.
    kv_width : int, optional
        Numbers in a key, all heads together; `width` unless heads share keys (grouped-query attention).

    Returns
    -------
    MemoryResult
        `inference`, `training`, `inference_bytes`, `training_bytes` and `plot()`.

    Raises
    ------
    TypeError
        When a number is not whole, or a name is no text.
    ValueError
        When a number is out of range or a name unknown.

    Notes
    -----
    Weights, gradients, optimizer and cache are exact: the cache holds 2 * layers * kv_width * context * batch numbers.
    The activations are those of a layer with attention that does not store its scores and an inner layer of 4 * width:
    16 * layers * width * context * batch numbers for learning, 9 * width * context * batch for answering. PyTorch's
    Adam keeps four more bytes for each tensor of weights, to count its steps.

    References
    ----------
    V. Korthikanti et al., "Reducing activation recomputation in large transformer models", 2022, section 4.

    Examples
    --------
    A thousand float32 weights: 4,000 bytes; to learn, as much again for gradients and twice as much for Adam.

    >>> result = memory_needed(1000, dtype="float32")
    >>> result.inference_bytes, result.training_bytes
    (4000, 16000)
    """
    n = _as_count("n_parameters", n_parameters)
    dtype = check_choice("dtype", dtype, BITS)
    optimizer = check_choice("optimizer", optimizer, STATES)
    batch = check_integer("batch", batch, low=1, high=10**9)
    context = check_integer("context", context, low=1, high=10**9)
    if (layers is None) != (width is None):
        missing = "width" if width is None else "layers"
        raise ValueError(message(missing, "given together with the other of the two", None, "Give both, or none."))
    if kv_width is not None and width is None:
        raise ValueError(message("kv_width", "given together with `layers` and `width`", kv_width, "Give all three."))
    depth = 0 if layers is None else check_integer("layers", layers, low=1, high=10**6)
    across = 0 if width is None else check_integer("width", width, low=1, high=10**7)
    keys = across if kv_width is None else check_integer("kv_width", kv_width, low=1, high=across)

    tokens = batch * context
    tables = {}
    for name, bits in BITS.items():
        weights = -(-n * int(2 * bits) // 16)  # half bits are whole in twice the bits; rounded up to a byte
        value = int(bits) // 8 if name.startswith(("float", "bfloat")) else 2  # bytes of one number in flight
        cache, widest = 2 * depth * keys * tokens * value, WIDEST_VALUES * across * tokens * value
        answer = {"weights": weights, "activations": widest, "cache": cache}
        learn = {
            "weights": weights,
            "gradients": n * value,
            "optimizer": STATES[optimizer] * n * value,
            "activations": SAVED_VALUES * depth * across * tokens * value,
        }
        tables[name] = (answer, {} if name.startswith("int") else learn)
    return MemoryResult(n, dtype, optimizer, *tables[dtype], tables, layers is not None)


def _as_count(argument: str, value: Any) -> int:
    """Return a whole number from 1 to 1e15; 7e9 is one."""
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    remedy = "Write 7e9 for seven billion."
    return check_integer(argument, whole, low=1, high=10**15, remedy=remedy)


def _listed(table: dict[str, int]) -> str:
    return ", ".join(f"{part} {readable_size(size)}" for part, size in table.items() if size)
