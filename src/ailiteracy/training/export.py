"""A network for programs that know nothing of torch.

ONNX is a file format for networks: the weights and the list of operations, without Python. Runtimes for phones,
browsers and servers read it. An export is a translation, so it is checked: both sides answer the same questions, with
batches of two sizes.

Left out: shapes other than the batch that vary; smaller number formats.
Next: the subjects, which use all of this.
"""

import contextlib
import copy
import dataclasses
import io
import numbers
import pathlib
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .._support.checks import check_number, message
from .._support.files import check_path, whole_file

__all__ = ["OnnxExport", "export_onnx"]

# What an entry of the file takes, and numpy's name for it.
ENTRIES = {
    "tensor(float)": "float32", "tensor(double)": "float64", "tensor(float16)": "float16", "tensor(bool)": "bool",
    "tensor(int64)": "int64", "tensor(int32)": "int32", "tensor(int16)": "int16", "tensor(int8)": "int8",
    "tensor(uint8)": "uint8",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class OnnxExport:
    """A network that was written and checked.

    Parameters
    ----------
    path : pathlib.Path
        The file; it holds the weights too.
    largest_difference : float
        Between torch and the file, over all outputs of the check, relative to the largest output.
    n_bytes : int
        Size of the file.
    """

    path: pathlib.Path
    largest_difference: float
    n_bytes: int

    def predict(self, *inputs: Any) -> Any:
        """Return what the file answers, computed by onnxruntime without torch.

        Parameters
        ----------
        *inputs : array_like
            A batch of any size, with values as in the example: a file made from floats takes no uint8,
            which a network for pictures would divide by 255.

        Returns
        -------
        ndarray or list of ndarray
            The outputs.
        """
        answers = _run(self.path, [np.asarray(part) for part in inputs])
        return answers[0] if len(answers) == 1 else answers

    def __repr__(self) -> str:
        return (
            f"{self.path.name}, {self.n_bytes:,} bytes; answers differ from torch's by at most "
            f"{self.largest_difference:.1e} of the largest."
        )


def export_onnx(model: nn.Module, example: Any, path: Any, *, tolerance: float = 1e-4) -> OnnxExport:
    """Write a model as an ONNX file that takes any batch size, and check its answers against torch's.

    Parameters
    ----------
    model : torch.nn.Module
        Exported as it works in evaluation. A copy is translated: modes, device and weights stay as they are.
    example : tuple of int, Tensor, or tuple of Tensor
        Shape of one sample without the batch, such as (1, 28, 28), or real inputs with the batch first.
    path : str or path-like
        The file to write. It appears only when the check has passed.
    tolerance : float, default 1e-4
        Largest difference allowed, relative to the largest output.

    Returns
    -------
    OnnxExport
        Path, difference, and a `predict` that runs the file.

    Raises
    ------
    ImportError
        Without the packages of the extra ``onnx``.
    ValueError
        When the model cannot be translated, or the file answers differently.

    Examples
    --------
    >>> import tempfile
    >>> written = export_onnx(nn.Linear(2, 1), (2,), tempfile.mkdtemp() + "/line.onnx")
    >>> written.predict([[0.5, 0.5], [1.0, 2.0], [3.0, 4.0]]).shape
    (3, 1)
    """
    _check_extra()
    if not isinstance(model, nn.Module):
        raise TypeError(message("model", "a torch.nn.Module", model, "Pass a network."))
    path, tolerance = check_path("path", path), check_number("tolerance", tolerance, above=0)
    inputs = _inputs(example)
    twin = copy.deepcopy(model).cpu().eval().requires_grad_(False)
    checks = [(inputs, _ask(twin, inputs)), (others := _others(inputs), _ask(twin, others))]
    batch = torch.export.Dim("batch")
    with whole_file(path) as part, warnings.catch_warnings():
        # Said of every LSTM, whose weights are listed a second time while it is traced; the check below is stricter.
        warnings.filterwarnings("ignore", "The tensor attributes? .* assigned during export", UserWarning)
        # Said of every second input: all of them share the one batch.
        warnings.filterwarnings("ignore", "# The axis name: batch will not be used", UserWarning)
        # The exporter calls parts of torch that torch is replacing: nothing that the caller could change.
        for category in (FutureWarning, DeprecationWarning):
            warnings.simplefilter("ignore", category)
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # torch prints what it failed to translate
                program = torch.onnx.export(
                    twin, inputs, dynamo=True, dynamic_shapes=tuple({0: batch} for _ in inputs), verbose=False,
                    input_names=[f"inputs{number or ''}" for number in range(len(inputs))],
                )  # fmt: skip
        except (RuntimeError, TypeError, ValueError, torch.onnx.OnnxExporterError) as error:
            cause = error.__cause__ or error
            first = next((line for line in str(cause).splitlines() if line.strip()), type(cause).__name__)
            expected = "a network that torch.onnx can translate with this example"
            raise ValueError(message("model", expected, type(model).__name__, f"It says: {first[:200]}")) from None
        if program is None:  # dynamo=True returns the program
            raise ValueError(message("model", "a network that torch.onnx can translate", type(model).__name__))
        program.save(str(part), external_data=False)
        difference = max(_difference(answers, _run(part, [x.numpy() for x in asked])) for asked, answers in checks)
        if not difference <= tolerance:
            remedy = "Raise tolerance if that is close enough; otherwise the file is wrong for this network."
            raise ValueError(message("model", f"the same within {tolerance:g} in ONNX", difference, remedy))
        n_bytes = part.stat().st_size
    return OnnxExport(path, difference, n_bytes)


def _check_extra() -> None:
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        why = f'ONNX is an extra ({error.name} is missing): pip install "ailiteracy[onnx]".'
        raise ImportError(why) from None


def _inputs(example: Any) -> tuple[torch.Tensor, ...]:
    """Return inputs with at least two rows: with one, the exporter would take the batch size for a constant."""
    if isinstance(example, tuple | list) and example and all(_is_size(size) for size in example):
        return (torch.randn(2, *map(int, example), generator=torch.Generator().manual_seed(0)),)
    parts = example if isinstance(example, tuple) else (example,)
    if not parts or not all(isinstance(part, torch.Tensor) and part.ndim and len(part) for part in parts):
        remedy = "Pass (1, 28, 28), or torch.zeros(2, 20, dtype=torch.long) for token numbers."
        raise TypeError(message("example", "the shape of one sample, or tensors with a batch", example, remedy))
    for part in parts:
        if str(part.dtype).removeprefix("torch.") not in ENTRIES.values():
            expected = f"of a type among {', '.join(ENTRIES.values())}"
            raise TypeError(message("example", expected, str(part.dtype), "Convert it, for example by .float()."))
    return tuple((part if len(part) > 1 else torch.cat([part, part])).detach().cpu() for part in parts)


def _is_size(size: Any) -> bool:
    return not isinstance(size, bool) and isinstance(size, numbers.Integral) and int(size) > 0


def _others(inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    """Return other inputs, one row more: random where they are amounts, repeated where they are token numbers."""
    longer = [torch.cat([part, part[:1]]) for part in inputs]
    generator = torch.Generator().manual_seed(1)
    return tuple(
        torch.randn(part.shape, generator=generator, dtype=part.dtype) if part.is_floating_point() else part.flip(0)
        for part in longer
    )


def _ask(model: nn.Module, inputs: tuple[torch.Tensor, ...]) -> list[torch.Tensor]:
    """Return the model's outputs as a flat list."""
    try:
        with torch.no_grad():
            answers = model(*inputs)
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        why = f"The model says: {str(error).strip().splitlines()[0]}"
        expected = f"inputs that the model takes, {len(inputs[0])} rows of them too"
        raise ValueError(message("example", expected, inputs[0], why)) from None
    return torch.utils._pytree.tree_leaves(dict(answers) if isinstance(answers, dict) else answers)


def _difference(ours: list[torch.Tensor], theirs: list[Any]) -> float:
    """Return the largest difference between two lists of answers, relative to the largest answer."""
    largest = 0.0
    for one, other in zip(ours, theirs, strict=True):
        if tuple(one.shape) != other.shape:
            return float("inf")
        scale = max(float(one.abs().max()), 1e-12)
        largest = max(largest, float(np.abs(one.numpy().astype(np.float64) - other).max()) / scale)
    return largest


def _run(path: pathlib.Path, inputs: list[Any]) -> list[Any]:
    """Return the answers of the file."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    wanted = session.get_inputs()
    if len(inputs) != len(wanted):
        raise ValueError(message("inputs", f"{len(wanted)} arrays", len(inputs), "Pass one for each input."))
    fed = {}
    for entry, values in zip(wanted, inputs, strict=True):
        fixed = [size if isinstance(size, int) else None for size in entry.shape]
        if values.ndim != len(fixed) or any(a not in (None, b) for a, b in zip(fixed, values.shape, strict=True)):
            shape = tuple("batch" if size is None else size for size in fixed)
            raise ValueError(message("inputs", f"of shape {shape}", values, "Put the batch first."))
        fed[entry.name] = _converted(values, ENTRIES[entry.type])
    return list(session.run(None, fed))


def _converted(values: npt.NDArray[Any], kind: str) -> npt.NDArray[Any]:
    """Return values as an entry takes them; what would become something else is refused."""
    if values.dtype.kind not in "biuf":
        raise TypeError(message("inputs", f"numbers, {kind}", values, "Pass an array of numbers."))
    if values.dtype == np.uint8 and kind.startswith("float"):
        # A network for pictures divides bytes by 255, but floats not; the file holds what it did with the example.
        remedy = "Divide the bytes of pictures by 255, or export with an example of bytes."
        raise TypeError(message("inputs", f"{kind}, as the example was", values, remedy))
    with np.errstate(invalid="ignore"):  # not every float fits a whole number; the comparison says so
        converted = values.astype(kind)
    if not kind.startswith("float") and not np.array_equal(converted, values):
        raise ValueError(message("inputs", f"values of type {kind}, as the example was", values, "Convert them."))
    return converted
