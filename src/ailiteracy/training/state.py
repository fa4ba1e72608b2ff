"""Everything that a training step reads and changes, in one place, so that it can be saved and taken up.

The weights, the optimizer's memory, the position (epoch, batch, step), the sums of the epoch so far, the best weights,
the average, and chance. `pack` writes all of it into plain values and tensors; `unpack` puts it back.

Left out: how it gets onto the disk, in ``resume.py``.
Next: loop.py.
"""

import contextlib
import functools
import itertools
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from .checkpoint import check_fit
from .extras import BestWeights, WeightAverage
from .generators import capture, owned_generators
from .means import Means
from .schedule import constant

__all__ = ["TrainingState", "pick_precision", "settings_of"]

NOTHING = contextlib.nullcontext()


class TrainingState:
    """A training under way.

    Parameters
    ----------
    model : torch.nn.Module
        What is trained.
    optimizer : torch.optim.Optimizer
        What moves its weights.
    schedule : callable
        ``schedule(step, n_steps)``.
    n_steps : int
        Length of the training.
    accelerator : accelerate.Accelerator
        Where it runs.
    precision : torch.dtype
        Of the computation; weights are float32.
    ema : float
        Decay of the average of the weights; 0 for none.
    classes : tuple of str
        Names of the classes, where they were given.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        schedule: Callable[[int, int], float],
        n_steps: int,
        accelerator: Any,
        precision: torch.dtype,
        ema: float,
        classes: tuple[str, ...] = (),
    ) -> None:
        self.device, self.accelerator = accelerator.device, accelerator
        self.model, self.optimizer = model, optimizer
        # The same model on the device; with several processes, wrapped so that backward() averages the gradients.
        self.network = accelerator.prepare_model(model)
        held = itertools.chain(model.parameters(), *(group["params"] for group in optimizer.param_groups))
        self.weights = list({id(weight): weight for weight in held}.values())
        self.schedule, self.n_steps = schedule, 0 if schedule is constant else n_steps
        self.classes = classes
        self.base_rates = [group["lr"] for group in optimizer.param_groups]
        mixed = precision != torch.float32
        self.autocast = functools.partial(torch.autocast, self.device.type, precision) if mixed else no_context
        # float16 loses small gradients: the loss is scaled up for backward() and the gradients down again.
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=precision == torch.float16)
        self.average = WeightAverage(model, ema) if ema else None
        self.best, self.means = BestWeights(), Means(self.device)
        self.rows: list[dict[str, float]] = []
        self.epoch, self.batch, self.step, self.stopped, self.seconds = 1, 0, 0, False, 0.0
        self.epoch_start: dict[str, Any] | None = None  # where chance stood when the epoch began
        self.resumed: dict[str, Any] | None = None  # where it stood when a half epoch was saved

    def set_rates(self) -> None:
        """Scale the learning rates by the schedule; without one they stay as they are."""
        if self.n_steps == 0:
            return
        factor = self.schedule(self.step, self.n_steps)
        for group, rate in zip(self.optimizer.param_groups, self.base_rates, strict=True):
            group["lr"] = rate * factor

    def restore_rates(self) -> None:
        """Give the optimizer back with its own rates."""
        for group, rate in zip(self.optimizer.param_groups, self.base_rates, strict=True):
            group["lr"] = rate

    @property
    def rate(self) -> float:
        """The learning rate, of the first group of weights."""
        return float(self.optimizer.param_groups[0]["lr"])

    def averaged(self) -> contextlib.AbstractContextManager[None]:
        """Let the model work with the average of its weights for a while, if one is kept."""
        return self.average.in_place() if self.average else no_context()

    def keep_best(self) -> None:
        """Put the weights that are kept into the model: the best, else the average, else the last."""
        if self.best.weights:
            self.model.load_state_dict(self.best.weights)
        elif self.average and self.average.n_updates:
            self.average.swap()

    def pack(self, batches: Any) -> dict[str, Any]:
        """Return all that the next step depends on."""
        chance = {"start": self.epoch_start, "now": capture(batches, self.device)}
        if self.accelerator.num_processes > 1:
            from accelerate.utils import gather_object

            chances = gather_object([chance])
        else:
            chances = [chance]
        names = ("epoch", "batch", "step", "stopped", "seconds", "rows")
        return {name: getattr(self, name) for name in names} | {
            "sums": self.means.sums,
            "n_batches": self.means.n_batches,
            "class_axis": self.means.class_axis,
            "moved": self._moved(),
            "model": dict(self.model.state_dict()),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "best": vars(self.best),
            "average": None if self.average is None else (self.average.n_updates, self.average.average),
            "chance": chances,
        }

    def _moved(self) -> list[list[str]]:
        """Return the names of the weights that the optimizer moves, group by group."""
        names = {id(weight): name for name, weight in self.model.named_parameters()}
        groups = [group["params"] for group in self.optimizer.param_groups]
        return [[names.get(id(weight), f"another of {tuple(weight.shape)}") for weight in group] for group in groups]

    def unpack(self, state: dict[str, Any]) -> None:
        """Put back what `pack` returned; nothing is changed when model or optimizer are others."""
        check_fit(self.model, state["model"], {"model": "model"})
        if state["moved"] != self._moved():
            there, here = (set(itertools.chain(*names)) for names in (state["moved"], self._moved()))
            odd = sorted(there ^ here)
            what = f"{odd[0]!r} is moved by one optimizer only" if odd else "the weights stand in another order"
            remedy = "Make the optimizer as it was made then, or use another folder."
            raise ValueError(f"the checkpoint belongs to another training: {what}. {remedy}")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        for weight in self.weights:
            _lay_alike(self.optimizer.state.get(weight, {}), weight)
        self.scaler.load_state_dict(state["scaler"])
        for name in ("epoch", "batch", "step", "stopped", "seconds", "rows"):
            setattr(self, name, state[name])
        self.means.sums, self.means.n_batches = state["sums"], state["n_batches"]
        self.means.class_axis = state["class_axis"]
        vars(self.best).update(state["best"])
        self.best.weights = {name: value.to(self.device) for name, value in self.best.weights.items()}
        if self.average is not None:
            self.average.n_updates, saved = state["average"]
            for mine, value in zip(self.average.average, saved, strict=True):
                mine.copy_(value)
        self.resumed = state["chance"][self.accelerator.process_index]


def _lay_alike(memory: dict[str, Any], weight: torch.Tensor) -> None:
    """Let what an optimizer remembers of a weight lie in memory as the weight does: a file keeps shapes only.

    Torch's fused optimizers go through weight and memory in the order in which they lie, whatever that is, so numbers
    in another order (such as those of convolutions with the channels last) would move the wrong weights.
    """
    for name, value in memory.items():
        if isinstance(value, torch.Tensor) and value.shape == weight.shape:
            memory[name] = torch.empty_like(weight, dtype=value.dtype, device=value.device).copy_(value)


def settings_of(state: TrainingState, train: Any, **others: Any) -> dict[str, Any]:
    """Return what must be the same when a training is taken up: a change would give other weights."""
    plain = (bool, int, float, str, tuple, type(None))
    groups = [
        {name: value for name, value in group.items() if isinstance(value, plain)} | {"lr": float(group["lr"])}
        for group in state.optimizer.param_groups
    ]
    kinds = {"model": type(state.model).__name__, "optimizer": type(state.optimizer).__name__, "groups": groups}
    chance = {"random generators of train": len(owned_generators(train))}
    run = {"schedule": _name(state.schedule), "processes": state.accelerator.num_processes}
    return kinds | chance | run | others


def _name(schedule: Any) -> str:
    """Return a name of a schedule that is the same in every run: addresses in memory are left out.

    Two lambdas have the same name, and two functions that are called alike: the name is no proof.

    Examples
    --------
    >>> _name(functools.partial(constant, n_steps=5))
    'constant(n_steps=5)'
    """
    if not isinstance(schedule, functools.partial):
        return str(getattr(schedule, "__name__", type(schedule).__name__))
    given = {
        name: value if isinstance(value, int | float | str) else type(value)
        for name, value in schedule.keywords.items()
    }
    return f"{_name(schedule.func)}({', '.join(f'{name}={given[name]!r}' for name in sorted(given))})"


def pick_precision(name: str, device: torch.device) -> torch.dtype:
    """Return the type to compute in; "auto" takes half precision only where it is sure to be faster, on CUDA."""
    if name != "auto":
        if name != "float32" and device.type == "cpu" and torch.backends.cpu.get_cpu_capability() == "AVX2":
            text = f"most CPUs without AVX-512 lack instructions for precision={name!r} and take many times as long as"
            warnings.warn(f"{text} with 'float32'. Use 'float32' or 'auto'.", UserWarning, stacklevel=3)
        return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[name]
    # On a CPU it depends. On one machine of docs/results.md bfloat16 took twice the time for a product of two matrices,
    # and 0.9 times the time for training a small convolutional network; CPUs without instructions for it are slower.
    if device.type != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def no_context() -> contextlib.AbstractContextManager[None]:
    """Return a context that does nothing."""
    return NOTHING
