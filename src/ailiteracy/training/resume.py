"""Going on with a training that was stopped: all that the next step depends on, on disk.

Weights alone are not enough. The optimizer remembers earlier gradients, the generators have drawn so many numbers, the
epoch is half done, and some earlier epoch may have been the best. All of it is written: tensors as safetensors,
everything else as JSON, neither of which can hold a program. The tensors get a name of their own each time, and the
JSON, which names them and their hash, is renamed into place last: whenever the process is killed, one whole checkpoint
is there.

Left out: going on with another number of processes, or with other settings.
Next: loop.py, which saves and takes up.
"""

import contextlib
import hashlib
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import torch

from .._support.checks import message
from .._support.downloads import make_folder
from .._support.files import check_path, whole_file
from .._support.locks import claimed

__all__ = ["check_folder", "keep_out_others", "load_training", "save_training"]

RECORD = "training.json"
FORMAT = "ailiteracy training 2"
FRESH = "Use another folder, or empty this one to start anew."


def check_folder(folder: Any) -> pathlib.Path:
    """Return the folder for checkpoints after looking whether it can be written to."""
    return make_folder(check_path("checkpoint_dir", folder), what="checkpoint_dir", remedy="Name a folder of your own.")


@contextlib.contextmanager
def keep_out_others(folder: pathlib.Path | None) -> Iterator[None]:
    """Refuse a folder in which another training is at work; two would take away each other's files."""
    if folder is None:
        yield
        return
    with claimed(folder / ".training.lock") as free:
        if not free:
            remedy = "Wait for it to end, or name another folder."
            expected = "a folder of one training at a time"
            raise BlockingIOError(message("checkpoint_dir", expected, f"{str(folder)!r}, where one is at work", remedy))
        yield


def save_training(folder: pathlib.Path, state: dict[str, Any], settings: dict[str, Any]) -> None:
    """Write a checkpoint; the one before stays until this one is whole.

    Raises
    ------
    OSError
        When the disk is full or the folder cannot be written to.
    """
    from safetensors.torch import save

    tensors: dict[str, torch.Tensor] = {}
    content = _pack(state, tensors)
    data = save(_separate(tensors))
    digest = hashlib.sha256(data).hexdigest()
    name = f"training-{digest[:16]}.safetensors"
    record = {"format": FORMAT, "settings": settings, "weights": name, "sha256": digest, "state_sha256": _hash(content)}
    record["state"] = content
    try:
        with whole_file(folder / name) as part:
            part.write_bytes(data)
        with whole_file(folder / RECORD) as part:
            part.write_text(json.dumps(record), encoding="utf-8")
    except OSError as error:
        remedy = "Free some space; the checkpoint before this one is whole, and the same call goes on from there."
        raise type(error)(f"cannot save the training in {str(folder)!r}: {error.strerror or error}. {remedy}") from None
    # What earlier checkpoints and killed processes left behind.
    for path in [*folder.glob("training-*.safetensors"), *folder.glob(".training*.part")]:
        if path.name != name:
            path.unlink(missing_ok=True)


def load_training(folder: pathlib.Path, settings: dict[str, Any]) -> dict[str, Any] | None:
    """Return the state that was saved last, or None where none was.

    Raises
    ------
    ValueError
        When a file is damaged, of another version, or belongs to a training with other settings.
    """
    from safetensors.torch import load

    path = folder / RECORD
    if not path.exists():
        return None
    if not path.is_file():
        raise ValueError(f"the checkpoint {str(path)!r} must be a file, got a folder or a device. {FRESH}")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ValueError(f"the checkpoint {str(path)!r} is damaged: it is not JSON. {FRESH}") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        found = record.get("format") if isinstance(record, dict) else record
        raise ValueError(message("checkpoint_dir", f"a folder with a checkpoint of format {FORMAT!r}", found, FRESH))
    saved = record.get("settings")
    if not isinstance(saved, dict) or _hash(record.get("state")) != record.get("state_sha256"):
        raise ValueError(
            f"the checkpoint {str(path)!r} is damaged: its settings or its state are not as saved. {FRESH}"
        )
    for name, now in json.loads(json.dumps(settings)).items():
        before = saved.get(name)
        if before != now:
            change = f"{name} was {before!r} and is {now!r}"
            raise ValueError(f"the checkpoint in {str(folder)!r} belongs to another training: {change}. {FRESH}")
    weights = folder / str(record.get("weights"))
    data = weights.read_bytes() if weights.is_file() else b""
    if hashlib.sha256(data).hexdigest() != record.get("sha256"):
        where = str(weights)
        raise ValueError(f"the checkpoint {where!r} is missing, damaged or cut off: its hash is another one. {FRESH}")
    state: dict[str, Any] = _unpack(record["state"], load(data))
    return state


def _hash(content: Any) -> str:
    """Return the hash of what JSON holds, before writing or after reading."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _pack(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """Return `value` as JSON can hold it; tensors go into `tensors`, and their names take their places."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        tensors[name] = value
        return {"tensor": name}
    if isinstance(value, dict):  # pairs, since JSON's keys are always texts
        return {"dict": [[key, _pack(part, tensors)] for key, part in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_pack(part, tensors) for part in value]}
    if isinstance(value, list):
        return [_pack(part, tensors) for part in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    remedy = "A checkpoint holds tensors, numbers and texts; use an optimizer of torch.optim."
    raise TypeError(message("optimizer", "one whose state can be saved", value, remedy))


def _unpack(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """Return what `_pack` packed."""
    if isinstance(value, list):
        return [_unpack(part, tensors) for part in value]
    if not isinstance(value, dict):
        return value
    if "tensor" in value:
        return tensors[value["tensor"]]
    if "tuple" in value:
        return tuple(_unpack(part, tensors) for part in value["tuple"])
    return {key: _unpack(part, tensors) for key, part in value["dict"]}


def _separate(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the tensors on the CPU, each with memory of its own, as the format asks."""
    seen: set[int] = set()
    apart = {}
    for name, value in tensors.items():
        value = value.detach().cpu().contiguous()
        place = value.untyped_storage().data_ptr()
        apart[name] = value.clone() if place in seen else value
        seen.add(place)
    return apart
