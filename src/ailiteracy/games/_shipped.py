"""The network that comes with the package: 67 million weights in a file of a few megabytes.

The idea in three lines: most patterns of tiles never occur in a game, so only the weights that learning used most are
kept; each is rounded to whole steps of points; which ones are kept, their high and their low bytes are compressed.

The call that made it, its seed and its time stand in the first line of the file (`shipped_story`).
*Left out*: training, in ``ntuple_training.py``. *Next*: ``_fastplay.py``, playing with it.
"""

from __future__ import annotations

import functools
import json
import pathlib
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from .ntuple import NTupleNetwork, check_tuples, finished, n_entries

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["pack_network", "shipped_network", "shipped_story", "unpack_network"]

PLACE = pathlib.Path(__file__).parent / "_shipped_network.bin"


@functools.cache
def shipped_network() -> NTupleNetwork:
    """Return the network that comes with the package; unpacking takes half a second, once in a process."""
    return unpack_network(PLACE.read_bytes())


def shipped_story() -> dict[str, Any]:
    """Return how the network was made: the call, its time, and the games it learned from."""
    with PLACE.open("rb") as file:
        story: dict[str, Any] = json.loads(file.readline())["story"]
    return story


def pack_network(
    network: NTupleNetwork, use: NDArray[np.float32], *, n_kept: int, step: float, story: dict[str, Any]
) -> bytes:
    """Return a network as a file: the `n_kept` weights of most `use`, rounded to steps; the others become 0."""
    least = np.partition(use, len(use) - n_kept)[len(use) - n_kept]
    kept = (use >= least) & (use > 0)
    units = np.clip(np.round(network.weights[kept] / step), -32_768, 32_767).astype("<i2")
    kept[kept] = units != 0  # a weight of 0 needs no place
    units = units[units != 0]
    planes = units.view(np.uint8).reshape(-1, 2)  # low byte, high byte
    parts = [np.packbits(kept).tobytes(), planes[:, 1].tobytes(), planes[:, 0].tobytes()]
    packed = [zlib.compress(part, 9) for part in parts]  # a little larger than by lzma, and unpacked ten times faster
    header = {"tuples": network.tuples, "step": step, "sizes": [len(part) for part in packed], "story": story}
    return b"".join([json.dumps(header).encode() + b"\n", *packed])


def unpack_network(content: bytes) -> NTupleNetwork:
    """Return the network that `pack_network` packed."""
    first, _, rest = content.partition(b"\n")
    header = json.loads(first)
    parts = []
    for size in header["sizes"]:
        parts.append(np.frombuffer(zlib.decompress(rest[:size]), dtype=np.uint8))
        rest = rest[size:]
    tuples = check_tuples(header["tuples"])
    weights = np.zeros(n_entries(tuples), dtype=np.int16)
    units = np.stack([parts[2], parts[1]], axis=1).view("<i2").ravel()  # low byte, high byte
    done = 0
    # Most groups of 8 weights are all 0: only the others are looked at, some at a time to save memory.
    for groups in np.array_split(np.flatnonzero(parts[0]), 16):
        kept = np.unpackbits(parts[0][groups]).reshape(-1, 8).view(bool)  # (n_groups, 8)
        filled = np.zeros(kept.shape, dtype=np.int16)
        filled[kept] = units[done : done + kept.sum()]
        weights.reshape(-1, 8)[groups] = filled
        done += kept.sum()
    return NTupleNetwork(tuples, finished(weights), header["step"])
