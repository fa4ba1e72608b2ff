"""Saving a model and reading it back.

A folder holds two files: model.safetensors, nothing but numbers, and model.json, which says what they belong to.
Neither can hold a program, so a file from a stranger can at worst be wrong, and what is wrong is noticed: the JSON
names the model and the hash of the weights.

Left out: the optimizer's state and all else that going on with a stopped training needs, in ``resume.py``.
Next: back to the subjects, which train with this package.
"""

import hashlib
import json
import pathlib
from typing import Any

import torch
from torch import nn

from .._support.checks import message
from .._support.files import check_path, whole_file

__all__ = ["check_fit", "load_weights", "read_record", "save_checkpoint"]

WEIGHTS, RECORD = "model.safetensors", "model.json"
FORMAT = "ailiteracy checkpoint 1"


def save_checkpoint(folder: Any, model: nn.Module, record: dict[str, Any]) -> pathlib.Path:
    """Write a model's weights and a record about it, and return the folder.

    Parameters
    ----------
    folder : str or path-like
        Made if missing; files of the two names are replaced.
    model : torch.nn.Module
        An attribute ``architecture``, a dict that JSON can hold, is written too: with it the model can be built again.
    record : dict
        Anything that JSON can hold.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    TypeError, ValueError
        When JSON cannot hold the record; a model saved before stays as it is.
    """
    from safetensors.torch import save

    from .. import __version__

    place: pathlib.Path = check_path("path", folder)
    if place.is_file():
        raise FileExistsError(f"cannot save in {str(place)!r}: it is a file. Name a folder.")
    # Copies: a tensor that two layers share is written once for each.
    weights = {name: value.detach().cpu().clone().contiguous() for name, value in model.state_dict().items()}
    data = save(weights)
    about = {
        "format": FORMAT,
        "versions": {"ailiteracy": __version__, "torch": torch.__version__},
        "model": type(model).__name__,
        "architecture": getattr(model, "architecture", None),
        "weights_sha256": hashlib.sha256(data).hexdigest(),
    }
    text = json.dumps(about | record, indent=1, ensure_ascii=False, allow_nan=False)
    # Both are written before either takes the place of an old one. The record comes last, when its block ends: one that
    # fits its weights proves that both are whole.
    with whole_file(place / RECORD) as about_part, whole_file(place / WEIGHTS) as part:
        part.write_bytes(data)
        about_part.write_text(text, encoding="utf-8")
    return place


def read_record(folder: Any) -> dict[str, Any]:
    """Return what model.json in the folder says.

    Parameters
    ----------
    folder : str or path-like
        Where `save_checkpoint` wrote.

    Returns
    -------
    dict
        Model, architecture, hash of the weights and the record given when saving.

    Raises
    ------
    FileNotFoundError
        When folder or file are missing.
    ValueError
        When the file is not a record of this package.
    """
    folder = check_path("path", folder)
    text = _read(folder / RECORD)
    try:
        record = json.loads(text.decode("utf-8"))
    except ValueError:
        raise ValueError(f"{str(folder / RECORD)!r} is damaged: it is not JSON. Save the model again.") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        found = record.get("format") if isinstance(record, dict) else record
        expected = f"a record of format {FORMAT!r}"
        raise ValueError(message("path", expected, found, "Pass a folder that result.save(folder) wrote."))
    return record


def load_weights(model: nn.Module, folder: Any) -> nn.Module:
    """Put saved weights into a model of the same build and return it.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place; left as it was when the weights do not fit.
    folder : str or path-like
        Where `save_checkpoint` wrote.

    Returns
    -------
    torch.nn.Module
        The given model.

    Raises
    ------
    FileNotFoundError
        When folder or files are missing.
    ValueError
        When a file is damaged or belongs to another model.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    folder, record = check_path("path", folder), read_record(folder)
    data = _read(folder / WEIGHTS)
    if hashlib.sha256(data).hexdigest() != record.get("weights_sha256"):
        where = str(folder / WEIGHTS)
        raise ValueError(f"{where!r} is damaged or from another model: its hash differs from model.json's. Save again.")
    try:
        weights = load(data)
    except SafetensorError as error:
        raise ValueError(f"{str(folder / WEIGHTS)!r} is damaged: {error}. Save the model again.") from None
    check_fit(model, weights, record)
    model.load_state_dict(weights)
    return model


def check_fit(model: nn.Module, weights: dict[str, torch.Tensor], record: dict[str, Any]) -> None:
    """Refuse weights whose names or shapes are not this model's."""
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in weights.items()}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            here, there = wanted.get(name, "nothing"), found.get(name, "nothing")
            raise ValueError(
                f"the saved {record.get('model')} does not fit this {type(model).__name__}: {name!r} is {there} in the "
                f"file and {here} in the model. Build the model with the arguments it was trained with."
            )


def _read(path: pathlib.Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        remedy = "Pass a folder that result.save(folder) wrote."
        raise FileNotFoundError(f"no saved model: {str(path)!r} does not exist. {remedy}") from None
