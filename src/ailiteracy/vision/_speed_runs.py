"""What the throughput measurement times: training steps and loaders, one setting each.

A step is warmed up once, then timed again and again; the median counts. Loaders go through all their pictures.

Left out: which settings there are to choose from and how they are shown, in ``throughput.py``.
Next: throughput.py.
"""

import contextlib
import io
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from ..training.batches import Batches
from .augment import random_shift
from .models import build_model

__all__ = ["plans_for"]

BASE_BATCH = 64
N_FILES = 256  # pictures that the loaders decode and change one by one, again and again

Run = Callable[[float], float]  # seconds to measure -> pictures per second


def plans_for(what: str, model: str, size: int, device: torch.device) -> list[tuple[str, str, Run]]:
    """Return what to time: the settings of one thing, everything else as in the base."""

    def step(batch: int = BASE_BATCH, **options: Any) -> Run:
        return lambda seconds: _time_steps(_Step(model, size, device, batch=batch, **options), batch, seconds, device)

    n_cores = os.cpu_count() or 1
    counts = sorted({1, 2, n_cores // 2, n_cores} - {0})
    if what == "batch_size":
        return [(what, str(batch), step(batch)) for batch in (16, 64, 256)]
    if what == "threads":
        return [(what, str(n), _with_threads(n, step())) for n in counts if n <= n_cores]
    if what == "memory_format":
        return [(what, name, step(last=last)) for name, last in (("channels first", False), ("channels last", True))]
    if what == "precision":
        return [(what, name, step(half=half)) for name, half in (("float32", False), ("bfloat16", True))]
    if what == "compile":
        return [(what, name, step(compiled=on)) for name, on in (("as it is", False), ("compiled", True))]
    loads = [("in memory", _memory_load(size))]
    loads += [(f"{n} workers", _worker_load(n, size)) for n in sorted({0, *counts})]
    return [(what, name, run) for name, run in loads]


class _Step:
    """One training step on pictures of noise.

    It is written out, and not left to `training.fit`, because a single step is timed: fit takes whole epochs, and its
    counting of right answers and its looks for nan would be timed with it.
    """

    def __init__(
        self, model: str, size: int, device: torch.device, *, batch: int, last: bool = True, half: bool = False,
        compiled: bool = False,
    ) -> None:  # fmt: skip
        network = build_model(model, channels=3, size=(size, size)).to(device)
        form = torch.channels_last if last else torch.contiguous_format
        self.network = network.to(memory_format=form)
        self.images = torch.rand(batch, 3, size, size).to(device).to(memory_format=form)
        self.labels = torch.randint(10, (batch,)).to(device)
        self.optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
        self.half, self.device = half, device
        self.forward: Any = torch.compile(self.network) if compiled else self.network

    def __call__(self) -> None:
        """Take the step: forward, backward, update."""
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.half):
            loss = F.cross_entropy(self.forward(self.images), self.labels)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()


def _time_steps(step: Callable[[], Any], n_images: int, seconds: float, device: torch.device) -> float:
    """Return pictures per second: the median over steps taken for so long, after one to warm up."""
    times: list[float] = []
    step()
    started = time.perf_counter()
    while not times or time.perf_counter() - started < seconds:
        _wait(device)
        before = time.perf_counter()
        step()
        _wait(device)
        times.append(time.perf_counter() - before)
    return n_images / statistics.median(times)


def _wait(device: torch.device) -> None:
    """Wait until the accelerator has done what it was told; a CPU has."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


def _with_threads(n: int, run: Run) -> Run:
    """Return the run with another number of threads; the number found is put back."""

    def changed(seconds: float) -> float:
        with _threads(n):
            return run(seconds)

    return changed


@contextlib.contextmanager
def _threads(n: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Files(torch.utils.data.Dataset[tuple[torch.Tensor, int]]):
    """Pictures in JPEG files, held in memory: decoded, enlarged and cut one by one, as folders of photos are."""

    def __init__(self, size: int) -> None:
        from PIL import Image

        rng = np.random.default_rng(0)
        self.size, self.files = size, []
        for _ in range(8):
            buffer = io.BytesIO()
            Image.fromarray(rng.integers(0, 256, (size, size, 3), dtype=np.uint8)).save(buffer, format="JPEG")
            self.files.append(buffer.getvalue())

    def __len__(self) -> int:
        return N_FILES

    def __getitem__(self, number: int) -> tuple[torch.Tensor, int]:
        from PIL import Image

        with Image.open(io.BytesIO(self.files[number % len(self.files)])) as file:
            larger = file.convert("RGB").resize((self.size + 8, self.size + 8))
        top, left = number % 8, number // 8 % 8
        cut = larger.crop((left, top, left + self.size, top + self.size))
        return torch.from_numpy(np.array(cut)).permute(2, 0, 1), number % 10


def _worker_load(n_workers: int, size: int) -> Run:
    """Return the run of a DataLoader: whole passes, the start of its processes not counted."""

    def run(seconds: float) -> float:
        loader: Any = torch.utils.data.DataLoader(
            _Files(size), batch_size=BASE_BATCH, num_workers=n_workers, persistent_workers=n_workers > 0
        )
        for _ in loader:
            pass
        n_images, started = 0, time.perf_counter()
        while n_images == 0 or time.perf_counter() - started < seconds:
            n_images += sum(len(images) for images, _ in loader)
        return n_images / (time.perf_counter() - started)

    return run


def _memory_load(size: int) -> Run:
    """Return the run of whole batches of tensors: picked and moved at once."""

    def run(seconds: float) -> float:
        images = torch.randint(0, 256, (N_FILES, 3, size, size), dtype=torch.uint8)

        def change(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
            return random_shift(batch, generator, pixels=4)

        batches = Batches(images, torch.zeros(N_FILES, dtype=torch.long), batch_size=64, shuffle=True, transform=change)
        return _time_steps(lambda: list(batches), N_FILES, seconds, torch.device("cpu"))

    return run
