"""Which files a model folder needs, and which of them it lacks.

The idea: each need is met by one of several files, and some files speak of others: an index of weights lists its parts,
a vocabulary of byte pairs goes with its merges. All are looked for by name before anything is loaded.

Left out: what is in the files; _models.py and _gpt_files.py load them.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NEEDS", "index_parts", "is_file_in", "is_whole", "lacking"]

# The first file that is there is the one that is read. Safe tensors come before the older pickle files.
NEEDS = {
    "the settings": ("config.json",),
    "the weights": (
        "model.safetensors",
        "model.safetensors.index.json",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
    ),
    "the tokenizer": ("tokenizer.json", "vocab.txt", "spiece.model", "sentencepiece.bpe.model", "vocab.json"),
}


def lacking(folder: Path) -> str | None:
    """Return what a folder lacks, in words, such as "the settings: no config.json"; None when nothing is missing.

    Raises
    ------
    ValueError
        When an index of weights is damaged.
    """
    for need, names in NEEDS.items():
        there = [name for name in names if (folder / name).is_file()]
        if not there:
            return f"{need}: no {' or '.join(names[::2] if need == 'the weights' else names[:2])}"
        gone = [other for other in _spoken_of(folder / there[0]) if not is_file_in(folder, other)]
        if gone:
            return f"a part of {need}: no {gone[0]}"
    return None


def is_whole(folder: Path) -> bool:
    """Return whether a folder has all its files; one whose index is damaged has not."""
    try:
        return lacking(folder) is None
    except ValueError:
        return False


def _spoken_of(path: Path) -> list[str]:
    """Return the other files that a file is of no use without."""
    if path.name.endswith(".index.json"):
        return index_parts(path)
    return ["merges.txt"] if path.name == "vocab.json" else []


def index_parts(index: Path) -> list[str]:
    """Return the names of the files that an index of weights lists."""
    try:
        places = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
        return sorted({os.fspath(place) for place in places})  # names, and no numbers
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{str(index)!r} is damaged. Fetch it again.") from None


def is_file_in(folder: Path, name: str) -> bool:
    """Return whether a folder itself holds a file: what an index lists must not lead out of it."""
    return os.path.basename(name) == name and (folder / name).is_file()  # noqa: PTH119 - a name, as it stands there
