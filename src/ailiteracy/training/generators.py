"""Where chance stands: every generator that a training draws from, written down and put back.

Two runs are equal to the last bit when they draw the same random numbers in the same places. Numbers come from the
global generators of torch, numpy and Python, and from generators that the batches own. `fit` seeds the global ones, and
a checkpoint keeps the state of all, so that a stopped training draws on as if nothing had happened.

Left out: generators hidden inside an object of one's own; give it an attribute ``generator``.
Next: resume.py.
"""

import contextlib
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from .._support.chance import torch_seed
from .._support.checks import check_seed

__all__ = ["capture", "owned_generators", "put_back", "seeded"]


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed torch, numpy and Python's random inside the `with` block; afterwards all stand where they stood."""
    numpy_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002 (data sets may draw from it)
    seed = check_seed(seed)  # an int: random.seed takes no integer of numpy
    try:
        with torch_seed(seed):
            np.random.seed(seed % 2**32)  # noqa: NPY002
            random.seed(seed)
            yield
    finally:
        np.random.set_state(numpy_state)  # noqa: NPY002
        random.setstate(python_state)


def capture(batches: Any, device: torch.device) -> dict[str, Any]:
    """Return the states of the global generators and of those that hand out `batches`."""
    kind, keys, *rest = np.random.get_state(legacy=True)  # noqa: NPY002
    return {
        "torch": torch.get_rng_state(),
        "device": None if device.type == "cpu" else torch.get_device_module(device).get_rng_state(),
        "numpy": (kind, np.asarray(keys).tolist(), *rest),
        "python": random.getstate(),
        "batches": [generator.get_state() for generator in owned_generators(batches)],
    }


def put_back(states: dict[str, Any], batches: Any, device: torch.device) -> None:
    """Set every generator to the state that `capture` wrote down."""
    torch.set_rng_state(states["torch"])
    if states["device"] is not None:
        torch.get_device_module(device).set_rng_state(states["device"])
    np.random.set_state(states["numpy"])  # noqa: NPY002
    random.setstate(states["python"])
    for generator, state in zip(owned_generators(batches), states["batches"], strict=True):
        generator.set_state(state)


def owned_generators(batches: Any) -> list[torch.Generator]:
    """Return the generators of a Batches, a DataLoader and its samplers, each once."""
    batch_sampler = getattr(batches, "batch_sampler", None)
    places = (batches, getattr(batches, "sampler", None), batch_sampler, getattr(batch_sampler, "sampler", None))
    found = [getattr(place, "generator", None) for place in places]
    return list({id(one): one for one in found if isinstance(one, torch.Generator)}.values())
