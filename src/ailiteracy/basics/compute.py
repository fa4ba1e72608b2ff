"""What this machine can compute with: processor, memory, accelerators and their types of numbers.

The idea: ask torch and the system, and where they do not tell, try. A device that has a type of numbers can multiply
two small matrices of it; one that has not says so with an error.

*Left out*: how fast all of that is. *Next*: ``roofline.py`` measures it.
"""

from __future__ import annotations

import os
import pathlib
import platform
import sys
from dataclasses import dataclass

import torch

from .._support.devices import pick_device
from .._support.downloads import readable_size

__all__ = ["DTYPES", "DeviceReport", "can_multiply", "device_report", "torch_dtype"]

DTYPES = ("float64", "float32", "bfloat16", "float16")


@dataclass(frozen=True, eq=False)
class DeviceReport:
    """What this machine can compute with.

    Parameters
    ----------
    processor : str
        The name of the processor.
    n_cores : int
        Cores that this program may use.
    n_threads : int
        Threads that torch uses.
    memory_bytes : int
        Main memory, in all.
    has_gil : bool
        Whether one thread at a time runs Python (the global interpreter lock).
    chosen : str
        The device that "auto" means.
    dtypes : dict of str to list of str
        The types in which each device multiplies matrices.
    device_memory : dict of str to int
        The bytes of each accelerator where torch tells them.
    """

    processor: str
    n_cores: int
    n_threads: int
    memory_bytes: int
    has_gil: bool
    chosen: str
    dtypes: dict[str, list[str]]
    device_memory: dict[str, int]

    def __str__(self) -> str:
        lines = [
            f"{self.processor}: {self.n_cores} cores, {self.n_threads} threads of torch, "
            f"{readable_size(self.memory_bytes)} of memory. The device chosen by itself is {self.chosen}.",
            "One thread at a time runs Python; compiled code is free of that." if self.has_gil
            else "Threads run Python at the same time.",
        ]  # fmt: skip
        for device, dtypes in self.dtypes.items():
            memory = f" ({readable_size(self.device_memory[device])})" if device in self.device_memory else ""
            lines.append(f"{device}{memory} multiplies matrices of {', '.join(dtypes)}.")
        return "\n".join(lines)


def device_report() -> DeviceReport:
    """Return what this machine can compute with: processor, memory, accelerators and their number types.

    Returns
    -------
    DeviceReport
        Its fields, and a text when printed.

    Notes
    -----
    Each type is tried with a product of two small matrices: Apple's devices, for one, have no float64.

    Examples
    --------
    >>> "float32" in device_report().dtypes["cpu"]
    True
    """
    import psutil

    devices, device_memory = ["cpu"], {}
    if torch.accelerator.is_available():
        kind = torch.accelerator.current_accelerator()
        for index in range(torch.accelerator.device_count()):
            name = f"{kind.type if kind else 'cpu'}:{index}"
            devices.append(name)
            if name.startswith("cuda"):
                device_memory[name] = int(torch.cuda.get_device_properties(index).total_memory)
    return DeviceReport(
        processor=_processor_name(),
        n_cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        n_threads=torch.get_num_threads(),
        memory_bytes=int(psutil.virtual_memory().total),
        has_gil=getattr(sys, "_is_gil_enabled", lambda: True)(),
        chosen=str(pick_device("auto")),
        dtypes={device: [dtype for dtype in DTYPES if can_multiply(device, dtype)] for device in devices},
        device_memory=device_memory,
    )


def torch_dtype(name: str) -> torch.dtype:
    """Return torch's type of a name."""
    dtype: torch.dtype = getattr(torch, name)
    return dtype


def can_multiply(device: str, dtype: str) -> bool:
    """Return whether a device multiplies matrices of a type, by trying it."""
    try:
        a = torch.ones(2, 2, dtype=torch_dtype(dtype), device=device)
        return bool((a @ a)[0, 0].item() == 2)
    except (RuntimeError, TypeError):  # "not implemented for ...", "doesn't support float64"
        return False


def _processor_name() -> str:
    """Return the name of the processor; platform.processor() is empty on most Linux systems."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()
