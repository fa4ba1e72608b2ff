"""Where chance comes from: numpy generators for `rng=`, torch's seed for `seed=`.

Nothing in the package touches the global generators of numpy, random or torch for longer than one `with` block.
"""

import contextlib
import numbers
from collections.abc import Iterator
from typing import Any

import numpy as np

from .checks import check_integer, check_seed, message

__all__ = ["as_generator", "torch_seed"]


def as_generator(rng: Any) -> np.random.Generator:
    """Return a numpy Generator from a seed, a Generator, or None for fresh entropy.

    Examples
    --------
    >>> int(as_generator(7).integers(100)) == int(as_generator(7).integers(100))
    True
    """
    if rng is None or isinstance(rng, np.random.Generator):
        return np.random.default_rng(rng)
    if isinstance(rng, bool) or not isinstance(rng, numbers.Integral):
        remedy = "Pass a seed such as 0, or numpy.random.default_rng(0)."
        raise TypeError(message("rng", "an integer >= 0, a numpy Generator or None", rng, remedy))
    return np.random.default_rng(check_integer("rng", rng, low=0))


@contextlib.contextmanager
def torch_seed(seed: int) -> Iterator[None]:
    """Seed torch inside the `with` block and put the caller's random state back afterwards.

    Needed because torch's layers draw their first weights from the global generator and accept no other.
    """
    import torch

    seed = check_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
