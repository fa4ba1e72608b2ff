"""Read GPT-2's weights as OpenAI and Hugging Face publish them.

The idea: the published names say the same as ours in other words, and four matrices of each block are stored
transposed (a layer called Conv1D, which computes x @ W where nn.Linear computes x @ W.T). Look before loading: every
file and every shape is checked by name first.

Left out: pickle files (they can run code) and TensorFlow checkpoints; other models than GPT-2.
Next: generation.py, which writes with the model.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._support.checks import check_integer, describe, message
from .._support.files import check_path
from ..training.checkpoint import RECORD as OWN
from ._model_files import index_parts, is_file_in
from ._models import _hub_cache
from .gpt import GPTConfig

if TYPE_CHECKING:
    import torch

    from .gpt import GPT

__all__ = ["find_gpt", "read_config", "read_weights"]

CONFIG, WEIGHTS, INDEX = "config.json", "model.safetensors", "model.safetensors.index.json"
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
# their name of a part: ours; {} is the block's number
NAMES = {
    "wte": "token_vectors", "wpe": "place_vectors", "ln_f": "norm",
    "h.{}.ln_1": "blocks.{}.norm1", "h.{}.ln_2": "blocks.{}.norm2",
    "h.{}.attn.c_attn": "blocks.{}.attention.qkv", "h.{}.attn.c_proj": "blocks.{}.attention.output",
    "h.{}.mlp.c_fc": "blocks.{}.feed_forward.widen", "h.{}.mlp.c_proj": "blocks.{}.feed_forward.narrow",
}  # fmt: skip
# The settings that are sizes, in the order of GPTConfig, and the most that a model with weights on a disk could have.
SIZES = {"vocab_size": 10**8, "n_positions": 10**8, "n_embd": 10**6, "n_head": 10**6, "n_layer": 1000}
# Settings under which the published model computes something else than ours.
OTHER_MODEL = {
    "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "scale_attn_weights": True,
    "scale_attn_by_inverse_layer_idx": False, "add_cross_attention": False,
}  # fmt: skip


def find_gpt(path_or_id: Any, *, download: bool = False, mirror: str | None = None) -> Path:
    """Return the folder that holds the model: a local folder, or the snapshot of a hub id."""
    folder = check_path("path_or_id", path_or_id)
    if folder.is_dir():
        _check_folder(folder)
        return folder
    if folder.is_file():
        remedy = f"Pass its folder, {str(folder.parent)!r}, which must hold {CONFIG} too."
        raise FileNotFoundError(f"`path_or_id` must be a folder, got the file {str(folder)!r}. {remedy}")
    if not isinstance(path_or_id, str) or not re.fullmatch(r"[\w][\w.-]*(/[\w][\w.-]*)?", path_or_id):
        remedy = f"Check the path; it is read from {str(Path.cwd())!r}."
        raise FileNotFoundError(f"`path_or_id` names the folder {str(folder)!r}, which does not exist. {remedy}")
    return _in_cache(path_or_id) or _download(path_or_id, download, mirror)


def _check_folder(folder: Path) -> None:
    """Name what a folder lacks; refuse pickles."""
    if (folder / OWN).is_file() and not (folder / CONFIG).is_file():
        raise ValueError(
            f"`path_or_id` folder {str(folder)!r} holds a training of your own ({OWN}) and no published GPT-2. Load it "
            "with ailiteracy.training.load_weights(GPT(config), folder), where config is that of the trained model."
        )
    if not (folder / CONFIG).is_file():
        raise FileNotFoundError(
            f"`path_or_id` folder {str(folder)!r} lacks the settings: no {CONFIG}. Copy it there from the model's page."
        )
    if (folder / WEIGHTS).is_file() or (folder / INDEX).is_file():
        return
    if any((folder / name).exists() for name in PICKLES):
        raise ValueError(
            f"`path_or_id` folder {str(folder)!r} holds its weights as a pickle ({PICKLES[0]}), which can run code "
            f"when it is read. Put {WEIGHTS} from the model's page beside it."
        )
    raise FileNotFoundError(
        f"`path_or_id` folder {str(folder)!r} lacks the weights: no {WEIGHTS}. Copy it there from the model's page."
    )


def _in_cache(name: str) -> Path | None:
    """Return the newest snapshot of a hub id in the local cache that holds settings and weights."""
    snapshots = _hub_cache() / ("models--" + name.replace("/", "--")) / "snapshots"
    folders = sorted(snapshots.iterdir(), key=lambda path: path.stat().st_mtime) if snapshots.is_dir() else []
    whole = [folder for folder in folders if (folder / CONFIG).is_file() and _has_weights(folder)]
    return whole[-1] if whole else None


def _has_weights(folder: Path) -> bool:
    """Return whether the weights are there, and all parts of them: a download may have broken off."""
    try:
        return bool(_weight_files(folder))
    except (FileNotFoundError, ValueError):
        return False


def _download(name: str, download: bool, mirror: str | None) -> Path:
    """Fetch a hub id into the local cache when that is allowed; otherwise say how to do it by hand."""
    page = f"{(mirror or 'https://huggingface.co').rstrip('/')}/{name}"
    by_hand = f"By hand: put {CONFIG} and {WEIGHTS} from {page} into a folder and pass that folder"
    if not download:
        raise FileNotFoundError(
            f"`path_or_id` {name!r} is neither a folder here nor in the Hugging Face cache ({_hub_cache()}), "
            "and nothing is downloaded unless asked. Pass download=True to fetch it (548 MB for the small GPT-2). "
            f"{by_hand}."
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        folder = Path(snapshot_download(name, allow_patterns=[CONFIG, "model*.safetensors", INDEX], endpoint=mirror))
    except (HfHubHTTPError, HFValidationError, OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise FileNotFoundError(
            f"`path_or_id` {name!r} could not be fetched from {mirror or 'the Hugging Face hub'}: {reason} Check the "
            f"name and the network, or pass mirror= with the address of a copy of the hub. {by_hand}."
        ) from None
    _check_folder(folder)
    return folder


def read_config(folder: Path) -> GPTConfig:
    """Return the configuration that config.json describes, or say in what it is no GPT-2."""
    path = folder / CONFIG
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        kind = found.get("model_type", "gpt2")
    except (ValueError, AttributeError, RecursionError) as error:
        raise ValueError(f"{str(path)!r} is damaged ({error}). Fetch it again.") from None
    if kind != "gpt2":
        raise ValueError(f"{str(path)!r} describes a model of type {kind!r}. Only GPT-2 ('gpt2') can be loaded.")
    try:
        sizes = [check_integer(name, found[name], low=1, high=high) for name, high in SIZES.items()]
        vocab_size, context_length, width, n_heads, n_layers = sizes
        dropout, tied = found.get("attn_pdrop", 0.1), found.get("tie_word_embeddings", True)
        config = GPTConfig(vocab_size, context_length, width, n_heads, n_layers, dropout=dropout, tied=tied)
    except KeyError as error:
        raise ValueError(f"{str(path)!r} lacks the entry {error}. Fetch it again.") from None
    except (TypeError, ValueError) as error:
        raise ValueError(f"{str(path)!r} does not describe a GPT-2: {error} Or fetch it again.") from None
    differs = {k: found[k] for k, value in OTHER_MODEL.items() if k in found and found[k] != value}
    if found.get("n_inner") not in (None, 4 * width):
        differs["n_inner"] = found["n_inner"]
    if differs:
        remedy = "Use a GPT-2 as published."
        raise ValueError(f"{str(path)!r} asks for {describe(differs)}, which this GPT does not do. {remedy}")
    return config


def read_weights(folder: Path, model: GPT) -> dict[str, torch.Tensor]:
    """Return the weights under our names, every one of the shape that the model has, in float32."""
    from safetensors import SafetensorError, safe_open

    wanted, weights, idle = model.state_dict(), {}, []
    for path in _weight_files(folder):
        try:
            with safe_open(path, framework="pt") as file:
                for name in file.keys():  # noqa: SIM118 - a safetensors file is no dict
                    ours, transposed = _our_name(name)
                    if ours in wanted:  # the files also hold masks, which are no weights
                        tensor = file.get_tensor(name).float()
                        weights[ours] = tensor.T if transposed and tensor.ndim == 2 else tensor
                    elif ours.startswith("blocks."):
                        idle.append(name)
        except (SafetensorError, OSError) as error:
            raise ValueError(f"{str(path)!r} is damaged or no safetensors file ({error}). Fetch it again.") from None
    if idle:
        what = f"the weights in {str(folder)!r} have more layers ({idle[0]!r} and others) than {CONFIG} says"
        raise ValueError(f"{what}: {CONFIG} and {WEIGHTS} must belong together. Fetch both again.")
    if model.config.tied and "token_vectors.weight" in weights:
        weights["head.weight"] = weights["token_vectors.weight"]
    _check_weights(folder, weights, wanted)
    return weights


def _weight_files(folder: Path) -> list[Path]:
    """Return the weight files: one, or the parts that an index lists."""
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    parts = index_parts(folder / INDEX)
    for part in parts:
        if not is_file_in(folder, part):
            what = f"`path_or_id` folder {str(folder)!r} lacks a part of the weights"
            raise FileNotFoundError(f"{what}: no {part}. Copy it there from the model's page.")
    return [folder / part for part in parts]


def _our_name(name: str) -> tuple[str, bool]:
    """Return our name for a published one, and whether its matrix is stored transposed.

    Examples
    --------
    >>> _our_name("transformer.h.3.attn.c_attn.weight")
    ('blocks.3.attention.qkv.weight', True)
    """
    name = name.removeprefix("transformer.")
    if name == "lm_head.weight":
        return "head.weight", False
    part, _, last = name.rpartition(".")
    number = re.match(r"h\.(\d+)\.", part)
    general = re.sub(r"^h\.\d+\.", "h.{}.", part)
    ours = NAMES.get(general, "?").format(number[1] if number else "")
    return f"{ours}.{last}", ".c_" in part


def _check_weights(folder: Path, weights: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> None:
    """Refuse weights that are missing or of another shape than the settings say."""
    missing = sorted(set(wanted) - set(weights))
    if missing:
        raise ValueError(
            f"the weights in {str(folder)!r} are not those of a GPT-2 of this size: {len(missing)} of {len(wanted)} "
            f"are missing, for example {missing[0]!r}. Check that {CONFIG} and {WEIGHTS} belong together."
        )
    for name, tensor in weights.items():
        if tensor.shape != wanted[name].shape:
            expected = f"of shape {tuple(wanted[name].shape)} by {CONFIG}"
            raise ValueError(message(name, expected, tensor, f"{CONFIG} and {WEIGHTS} must belong together."))
