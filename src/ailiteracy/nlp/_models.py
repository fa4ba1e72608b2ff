"""Find and load a question-answering model: from a folder, from the local Hugging Face cache, or, when asked, from the
hub.

The idea: look before loading. Every file a model needs is checked by name first, so that a missing one is named, and
nothing is fetched unless `download=True` says so.

Left out: models that come with their own code (trust_remote_code), which could run anything.

Next: spans.py, which reads with the model.
"""

from __future__ import annotations

import contextlib
import functools
import os
import pickle
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._support.checks import check_choice, check_number, check_text, describe, message
from .._support.devices import pick_device
from ._model_files import NEEDS, is_whole, lacking

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["cached_model", "find_model", "load_encoder", "load_model", "quiet"]

# Well-known models fine-tuned to answer questions, by language; the first that is in the cache is used by model="auto".
KNOWN_MODELS = {
    "english": (
        "deepset/roberta-base-squad2", "distilbert/distilbert-base-cased-distilled-squad",
        "distilbert-base-cased-distilled-squad", "distilbert/distilbert-base-uncased-distilled-squad",
        "distilbert-base-uncased-distilled-squad", "deepset/minilm-uncased-squad2", "deepset/tinyroberta-squad2",
    ),
    "chinese": (
        "uer/roberta-base-chinese-extractive-qa", "luhua/chinese_pretrain_mrc_roberta_wwm_ext_large",
        "luhua/chinese_pretrain_mrc_macbert_large",
    ),
}  # fmt: skip
TOKENIZER_SETTINGS = ("tokenizer_config.json", "special_tokens_map.json")
BY_HAND = (
    "config.json, model.safetensors (or pytorch_model.bin), tokenizer_config.json and tokenizer.json (or vocab.txt)"
)
PATTERNS = ["*.json", "*.txt", "*.safetensors", "*.model"]


def cached_model(language: str) -> Path | None:
    """Return the folder of a known model of this language in the local Hugging Face cache, or None."""
    for name in KNOWN_MODELS[language]:
        folder = _in_cache(name)
        if folder is not None:
            return folder
    return None


def find_model(
    name: str | os.PathLike[str], *, download: bool = False, mirror: str | None = None, progress: bool = True
) -> Path:
    """Return the folder that holds the model: a local folder, or the snapshot of a hub id.

    Raises
    ------
    TypeError, ValueError
        When the name is no name.
    FileNotFoundError
        When there is no such folder or it lacks a file, or the hub id is not on this machine and may not be or
        could not be downloaded.
    """
    if not isinstance(name, str | os.PathLike) or not isinstance(os.fspath(name), str):
        remedy = "Pass 'auto', 'builtin', a folder or a Hugging Face id such as 'deepset/roberta-base-squad2'."
        raise TypeError(message("model", "a name or a folder (str or pathlib.Path)", name, remedy))
    if mirror is not None and not re.match(r"https?://\S", check_text("mirror", mirror, "Pass an address, or None.")):
        remedy = "Pass for example 'https://hub.example.org', or None for the hub itself."
        raise ValueError(message("mirror", "an address that starts with http:// or https://", mirror, remedy))
    folder = Path(name).expanduser()
    if os.fspath(name) and folder.is_dir():
        _check_files(folder)
        return folder
    _check_is_hub_id(name)
    return _in_cache(str(name)) or _download(str(name), download, mirror, progress)


def _check_files(folder: Path) -> None:
    """Name what a folder lacks."""
    what = lacking(folder)
    if what:
        raise FileNotFoundError(
            f"`model` folder {str(folder)!r} lacks {what}. Copy it there from the model's page on the hub."
        )


def _check_is_hub_id(name: str | os.PathLike[str]) -> None:
    """Refuse what is neither a folder here nor looks like owner/name; suggest the near misses."""
    text = os.fspath(name)
    if isinstance(name, str) and re.fullmatch(r"[\w][\w.-]*(/[\w][\w.-]*)?", text):
        if "-" not in text and "/" not in text:  # a bare word: a reader's name, misspelt
            check_choice(
                "model", text, ["auto", "builtin"], "Pass one of these, a folder, or a hub id such as 'owner/name'."
            )
        return
    if not text.strip():
        raise ValueError(message("model", "'auto', 'builtin', a folder or a hub id", name, "Pass 'auto'."))
    if Path(name).expanduser().exists():
        raise FileNotFoundError(f"`model` must be a folder, got the file {text!r}. Pass the folder that holds it.")
    raise FileNotFoundError(
        f"`model` names the folder {text!r}, which does not exist. Check the path; it is read from {str(Path.cwd())!r}."
    )


def _in_cache(name: str) -> Path | None:
    """Return the newest complete snapshot of a hub id in the local cache; the hub itself is not asked."""
    snapshots = _hub_cache() / ("models--" + name.replace("/", "--")) / "snapshots"
    if not snapshots.is_dir():
        return None
    for folder in sorted(snapshots.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True):
        if is_whole(folder):
            return folder
    return None


def _hub_cache() -> Path:
    """Return the folder where Hugging Face keeps models, by its documented variables."""
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    home = Path(os.environ.get("HF_HOME") or user_cache / "huggingface")
    older = os.environ.get("HUGGINGFACE_HUB_CACHE")
    return Path(os.environ.get("HF_HUB_CACHE") or older or home / "hub").expanduser()


def _download(name: str, download: bool, mirror: str | None, progress: bool) -> Path:
    """Fetch a hub id into the local cache when that is allowed; otherwise say how to do it by hand."""
    page = f"{(mirror or 'https://huggingface.co').rstrip('/')}/{name}"
    by_hand = f"By hand: put {BY_HAND} from {page} into a folder and pass that folder as `model`"
    if not download:
        raise FileNotFoundError(
            f"`model` {name!r} is neither a folder here nor in the Hugging Face cache ({_hub_cache()}), and nothing is "
            f"downloaded unless asked. Pass download=True to fetch it (often 250 to 500 MB). {by_hand}."
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        with _download_bars(progress):
            folder = Path(snapshot_download(name, allow_patterns=PATTERNS, endpoint=mirror))
            if not any((folder / file).is_file() for file in NEEDS["the weights"]):  # an older model: a pickle only
                older = [*PATTERNS, "pytorch_model*.bin"]
                folder = Path(snapshot_download(name, allow_patterns=older, endpoint=mirror))
    except (HfHubHTTPError, HFValidationError, OSError, ValueError) as error:
        place = mirror or "the Hugging Face hub"
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise FileNotFoundError(
            f"`model` {name!r} could not be fetched from {place}: {reason} Check the name and the network, or pass "
            f"mirror= with the address of a copy of the hub. {by_hand}."
        ) from None
    _check_files(folder)
    return folder


@contextlib.contextmanager
def _download_bars(progress: bool) -> Iterator[None]:
    """Keep the hub's bars down when none are wanted, and put its setting back."""
    from huggingface_hub import utils

    bars: Any = utils  # it does not say which of its names are public
    quieted = not progress and not bars.are_progress_bars_disabled()
    if quieted:
        bars.disable_progress_bars()
    try:
        yield
    finally:
        if quieted:
            bars.enable_progress_bars()


def load_model(folder: Path, device: Any = "auto") -> tuple[Any, Any]:
    """Return (tokenizer, model) of a folder, in evaluation mode on the device; the last one loaded is kept in memory.

    Raises
    ------
    ValueError
        When a file is damaged, the tokenizer is not a fast one, or the model has no question-answering head.
    """
    stamps = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()))
    return _load(folder.resolve(), str(pick_device(device)), stamps)


def load_encoder(folder: Path) -> tuple[Any, Any]:
    """Return (tokenizer, model) of a folder on the CPU; a head that its file lacks is drawn by torch's generator.

    Raises
    ------
    ValueError
        When a file is damaged, the tokenizer is not a fast one, or weights below the head are missing.
    """
    tokenizer, model, missing = _open(folder.resolve())
    below = [name for name in missing if not name.startswith("qa_outputs")]
    if below:
        raise ValueError(
            f"`model` {str(folder)!r} is no encoder of its own settings: its file lacks {describe(below)}. "
            "Use a model such as BERT or MiniLM, whole."
        )
    return tokenizer, model


@functools.lru_cache(maxsize=1)
def _load(folder: Path, device: str, stamps: tuple[Any, ...]) -> tuple[Any, Any]:
    tokenizer, model, missing = _open(folder)
    # Weights that the file lacks are drawn by chance: answers from them would be noise.
    if missing:
        raise ValueError(
            f"`model` {str(folder)!r} has no trained question-answering head: its file lacks {describe(missing)}. "
            "Use a model fine-tuned on questions, for example 'deepset/roberta-base-squad2', train one with "
            "train_reader, or take model='builtin'."
        )
    return tokenizer, model.eval().to(device)


def _open(folder: Path) -> tuple[Any, Any, list[str]]:
    """Return tokenizer, model, and the names of the weights that its file lacks."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    # weights_only: a pickle file may hold numbers, never code. dtype: some models are stored in half precision.
    options = {"local_files_only": True, "trust_remote_code": False}
    with quiet():
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=True, **options)
            model, info = AutoModelForQuestionAnswering.from_pretrained(
                folder, weights_only=True, dtype=torch.float32, output_loading_info=True, **options
            )
            check_number("model_max_length", tokenizer.model_max_length, low=3)  # [CLS], a token, [SEP]
        except Exception as error:  # a damaged file makes the libraries below raise whatever they stumble over
            raise ValueError(_cannot_load(folder, error)) from error
    if not tokenizer.is_fast:
        raise ValueError(
            f"`model` {str(folder)!r} has no fast tokenizer, which offsets need. Add its tokenizer.json to the folder."
        )
    # Names of heads that are not used may be left over; a layer that is left over was meant to work.
    idle = sorted(name for name in info["unexpected_keys"] if re.search(r"(^|\.)(layers?|blocks?|h)\.\d+\.", name))
    if idle:
        raise ValueError(
            f"`model` {str(folder)!r} has more layers in its weights ({idle[0]!r} and others) than config.json says: "
            "config.json and model.safetensors must belong together. Fetch both again."
        )
    return tokenizer, model, sorted(info["missing_keys"])


def _cannot_load(folder: Path, error: Exception) -> str:
    cause = " ".join(str(error).split())[:200]
    weights = [name for name in NEEDS["the weights"] if (folder / name).is_file()][:1]
    code = re.search(r"GLOBAL (\S+)", str(error)) if isinstance(error, pickle.UnpicklingError) else None
    if code:
        return (
            f"`model` {str(folder)!r} cannot be loaded: {weights[0]} asks to run code ({code[1]}) when it is read, and "
            "that is refused. Use the model's model.safetensors, which holds numbers only."
        )
    cutter = [name for name in (*NEEDS["the tokenizer"], *TOKENIZER_SETTINGS) if (folder / name).is_file()]
    return (
        f"`model` {str(folder)!r} cannot be loaded ({type(error).__name__}: {cause}). The file "
        f"{', '.join([*weights, *cutter])} or config.json is damaged or not for question answering: fetch them again."
    )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' notices and bars down while loading, and put its settings back."""
    from transformers.utils import logging as notices

    logging: Any = notices  # its functions carry no types
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
