"""One process or several, a CPU or a GPU: where a training runs.

``torchrun`` and ``accelerate launch`` start the same script several times. Each process takes its part of every batch;
the gradients are averaged, so that all take the same step as one process would with the whole batch. Accelerate
connects the processes and wraps the model; what is left to do is to cut the batches.

Left out: models too large for one device, which must be cut themselves.
Next: generators.py.
"""

import atexit
import collections
import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, IterableDataset

from .._support.checks import message
from .._support.devices import pick_device

__all__ = ["Piece", "move", "open_accelerator", "pieces", "share_loader"]

Piece = tuple[Any, Any, int]  # inputs, targets, samples; 0 where the others have them all


@contextlib.contextmanager
def open_accelerator(device: Any) -> Iterator[Any]:
    """Yield an accelerate.Accelerator on the device; its global state, threads and environment end as found."""
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState, GradientState, PartialState

    launched = int(os.environ.get("WORLD_SIZE", "1")) > 1
    chosen = pick_device("cpu" if device == "auto" and os.environ.get("ACCELERATE_USE_CPU") == "true" else device)
    # Accelerate remembers the first device of the process; the memory is set aside for a while.
    memories = [owner._shared_state for owner in (AcceleratorState, PartialState, GradientState)]
    kept, environment, threads = [dict(memory) for memory in memories], dict(os.environ), torch.get_num_threads()
    for memory in memories:
        memory.clear()
    if not launched:
        os.environ["ACCELERATE_TORCH_DEVICE"] = str(chosen)
    elif not torch.distributed.is_initialized():
        atexit.register(_part)
    try:
        yield Accelerator(cpu=chosen.type == "cpu", mixed_precision="no")
    finally:
        for memory, before in zip(memories, kept, strict=True):
            memory.clear()
            memory.update(before)
        _restore_environment(environment)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)


def _part() -> None:
    """Take leave of the other processes: one that ends without may be aborted by the threads that still listen."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def pieces(batches: Iterable[Any], rank: int, n: int) -> Iterator[Piece]:
    """Yield the part of every batch that falls to process `rank` of `n`; all parts together are the batches."""
    if n == 1:
        for batch in batches:
            inputs, targets = _pair(batch)
            yield inputs, targets, _count(targets)
        return
    from accelerate.utils import synchronize_rng_states

    synchronize_rng_states(["torch"])  # all processes shuffle alike
    sampler = getattr(batches, "batch_sampler", None)
    for number, batch in enumerate(batches):
        if number == 0 and rank > 0:  # the order is drawn; from here on each has chance of its own, as for dropout
            torch.manual_seed(int(torch.randint(2**62, (rank + 1,))[-1]))
        inputs, targets = _pair(batch)
        if isinstance(sampler, _Share):  # the rows were divided before they were loaded
            yield inputs, targets, sampler.sizes.popleft()
            continue
        total = _count(targets)
        here = len(range(rank, total, n))
        yield _cut(inputs, rank, n, total), _cut(targets, rank, n, total), here


def share_loader(batches: Any, accelerator: Any) -> Any:
    """Return a DataLoader that loads only this process's part of every batch; other batches are cut when they come."""
    alone = accelerator.num_processes == 1
    if alone or not isinstance(batches, DataLoader) or isinstance(batches.dataset, IterableDataset):
        return batches
    names = ("num_workers", "collate_fn", "pin_memory", "timeout", "worker_init_fn", "multiprocessing_context",
             "generator", "prefetch_factor", "persistent_workers")  # fmt: skip
    if batches.batch_sampler is None:
        return batches
    sampler = _Share(batches.batch_sampler, accelerator.process_index, accelerator.num_processes)
    return DataLoader(batches.dataset, batch_sampler=sampler, **{name: getattr(batches, name) for name in names})


class _Share:
    """Batches of row numbers, of which this process gets every n-th; remembers how many there were."""

    def __init__(self, sampler: Any, rank: int, n: int) -> None:
        self.sampler, self.rank, self.n = sampler, rank, n
        self.sizes: collections.deque[int] = collections.deque()

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[list[int]]:
        self.sizes.clear()
        for rows in self.sampler:
            part = list(rows)[self.rank :: self.n]
            self.sizes.append(len(part))
            yield part or list(rows)[:1]  # fewer samples than processes: a borrowed one, which counts 0


def _cut(values: Any, rank: int, n: int, total: int) -> Any:
    """Return every n-th row of the tensors in `values`; of too few rows the first, which then counts 0."""
    if isinstance(values, dict):
        return {name: _cut(value, rank, n, total) for name, value in values.items()}
    if type(values) in (tuple, list):
        return type(values)(_cut(value, rank, n, total) for value in values)
    if not isinstance(values, torch.Tensor):
        remedy = "Several processes can share out tensors only."
        raise TypeError(message("batch", "made of tensors, or dicts or lists of them", values, remedy))
    if values.ndim == 0 or len(values) != total:  # the same for every sample
        return values
    return values[rank::n] if rank < total else values[:1]


def move(values: Any, device: torch.device) -> Any:
    """Return tensors, also in dicts and lists, on the device."""
    if isinstance(values, torch.Tensor):
        return values.to(device, non_blocking=True)
    if isinstance(values, dict):
        return {name: move(value, device) for name, value in values.items()}
    return type(values)(move(value, device) for value in values) if type(values) in (tuple, list) else values


def _pair(batch: Any) -> tuple[Any, Any]:
    """Return inputs and targets of a batch."""
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        remedy = "See training.Batches(inputs, targets)."
        raise TypeError(message("batch", "a pair (inputs, targets)", batch, remedy))
    return batch[0], batch[1]


def _count(targets: Any) -> int:
    """Return the number of samples."""
    while isinstance(targets, dict | tuple | list) and len(targets):
        targets = next(iter(targets.values())) if isinstance(targets, dict) else targets[0]
    n = len(targets) if isinstance(targets, torch.Tensor) and targets.ndim else 0
    if n == 0:
        raise ValueError(message("targets", "a tensor with one row for each sample", targets, "Leave no batch empty."))
    return n


def _restore_environment(before: dict[str, str]) -> None:
    """Put the environment variables back."""
    for name in os.environ.keys() | before.keys():
        if name not in before:
            del os.environ[name]
        elif os.environ.get(name) != before[name]:
            os.environ[name] = before[name]
