"""A vector for a whole text: from the pieces of its words, or from a neural encoder.

The idea: the built-in vector counts pieces of words and throws the counts into 2,048 boxes by a checksum. Texts that
share words, or parts of words, share boxes. It needs no download, no training and no dictionary, and knows spelling
only: "car" and "automobile" are strangers to it. A neural encoder such as MiniLM gives each token a vector that depends
on its sentence; their mean is the text's.

Left out: training an encoder. Next: memory.py, which finds notes by such vectors.
"""

from __future__ import annotations

import functools
import json
import logging
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._support.checks import check_integer, check_text, message
from ._words import tokenize, word_lists
from .embeddings import unit_rows

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import torch

__all__ = ["embed", "mean_pooling"]

logger = logging.getLogger(__name__)

N_BOXES = 2048  # enough that two pieces of one short text seldom share a box
BATCH_TOKENS = 4096  # tokens the encoder reads at once, padding included


def embed(
    texts: Sequence[str], *, model: str | os.PathLike[str] = "builtin", device: Any = "auto", download: bool = False
) -> np.ndarray:
    """Return a vector of length 1 for each text.

    Parameters
    ----------
    texts : sequence of str
        Texts that are not blank. The neural encoder reads the beginning of a long one only (MiniLM: 256 tokens).
    model : str or path, default "builtin"
        "builtin" counts pieces of words. A folder or a Hugging Face id of an encoder such as
        'sentence-transformers/all-MiniLM-L6-v2' is used as sentence-transformers does: mean over the tokens, length 1.
    device : str, default "auto"
        Where a neural encoder works.
    download : bool, default False
        Whether a Hugging Face id that is not on this machine may be fetched.

    Returns
    -------
    ndarray of shape (n_texts, n_dimensions)
        The product of two rows is their cosine.

    Raises
    ------
    TypeError, ValueError
        When a text is none.
    FileNotFoundError
        When the model is not here, with what to do.

    Examples
    --------
    >>> rain, rainy, cake = embed(["rain in spring", "a rainy spring", "chocolate cake"])
    >>> bool(rain @ rainy > 0.5 > rain @ cake)
    True
    """
    if isinstance(texts, str) or not isinstance(texts, Sequence | np.ndarray):
        raise TypeError(message("texts", "a list of texts", texts, "Put a single text into a list."))
    listed = [check_text(f"texts[{place}]", text) for place, text in enumerate(texts)]
    if isinstance(model, str) and model == "builtin":
        return unit_rows(np.stack([_boxes(text) for text in listed])) if listed else np.zeros((0, N_BOXES))
    from ._models import find_model

    encoder = _Encoder.of(find_model(model, download=download), device)
    return encoder(listed)


def mean_pooling(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean of each text's token vectors, padding left out.

    Parameters
    ----------
    states : tensor of shape (B, T, D)
        What an encoder makes of each token.
    mask : tensor of shape (B, T)
        1 for tokens, 0 for padding.

    Returns
    -------
    tensor of shape (B, D)
        One vector for each text.
    """
    weights = mask[:, :, None].to(states.dtype)  # (B, T, 1)
    return (states * weights).sum(dim=1) / weights.sum(dim=1).clamp_min(1e-9)


@functools.cache
def _empty_words() -> frozenset[str]:
    """Return the words that stand in every text and so say nothing about one."""
    lists = word_lists()
    return frozenset().union(*(lists[name] for name in ("function_words", "helpers", "question_words", "particles")))


def _boxes(text: str) -> np.ndarray:
    """Return the counts of a text's pieces, thrown into boxes, as an array of shape (N_BOXES,)."""
    tokens = [token for token in tokenize(text) if token.kind != "mark"]
    telling = [token for token in tokens if token.text.lower() not in _empty_words()] or tokens
    pieces: Counter[str] = Counter()
    for token, following in zip(telling, [*telling, None][1:], strict=True):
        if token.kind in ("chinese", "particle"):
            pieces[token.text] += 1
            if following is not None and following.start == token.end:  # two characters side by side: often a word
                pieces[token.text + following.text] += 1
        else:
            pieces[token.stem] += 2  # the word itself counts more than what it is made of
            marked = f"<{token.stem}>"  # so that beginnings and ends differ from middles
            pieces.update(marked[place : place + 3] for place in range(len(marked) - 2))
    boxes = np.zeros(N_BOXES)
    for piece, count in (pieces or Counter(text)).items():  # a text of marks only is known by its characters
        code = zlib.crc32(piece.encode("utf-8", "surrogatepass"))
        # Half of the pieces count negative: two that share a box cancel on average and do not add up.
        boxes[code % N_BOXES] += np.sqrt(count) * (1 if code & 0x80000000 else -1)
    if not boxes.any():  # everything cancelled
        boxes[0] = 1.0
    return boxes


class _Encoder:
    """A neural encoder of a folder; the last one used stays in memory."""

    def __init__(self, folder: Path, device: str) -> None:
        from .._support.chance import torch_seed
        from ._models import load_encoder

        with torch_seed(0):  # a head is drawn by chance and not used
            self.tokenizer, model = load_encoder(folder)
        self.model = model.base_model.eval().to(device)
        self.device = device
        self.longest = _longest(folder, self.tokenizer, self.model)

    @staticmethod
    def of(folder: Path, device: Any) -> _Encoder:
        """Return the encoder of a folder, loaded anew when a file has changed."""
        from .._support.devices import pick_device

        stamps = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()))
        return _loaded(folder.resolve(), str(pick_device(device)), stamps)

    def __call__(self, texts: list[str]) -> np.ndarray:
        """Return the vectors of texts, shape (n_texts, D)."""
        import torch

        whole = [text.encode("utf-8", "replace").decode() for text in texts]  # tokenizers refuse half characters
        ids = self.tokenizer(whole, truncation=True, max_length=self.longest)["input_ids"] if whole else []
        n_cut = sum(len(row) == self.longest for row in ids)
        if n_cut:
            logger.info("%d texts reach %d tokens; what stands behind is not read", n_cut, self.longest)
        vectors = np.zeros((len(ids), self.model.config.hidden_size))
        # Texts of like length are read together, so that little padding is computed.
        waiting = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        while waiting:
            n_rows = max(1, BATCH_TOKENS // len(ids[waiting[-1]]))
            rows, waiting = waiting[-n_rows:], waiting[:-n_rows]
            batch = self.tokenizer.pad({"input_ids": [ids[row] for row in rows]}, return_tensors="pt").to(self.device)
            with torch.inference_mode():
                states = self.model(**batch).last_hidden_state  # (B, T, D)
                means = mean_pooling(states, batch["attention_mask"])
            vectors[rows] = means.float().cpu().numpy()
        return unit_rows(vectors)


@functools.lru_cache(maxsize=1)
def _loaded(folder: Path, device: str, stamps: tuple[Any, ...]) -> _Encoder:
    return _Encoder(folder, device)


def _longest(folder: Path, tokenizer: Any, model: Any) -> int:
    """Return how many tokens the encoder reads: as its authors trained it, and never more than it has places for."""
    longest = int(min(tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", 512)))
    settings = folder / "sentence_bert_config.json"
    if settings.is_file():
        try:
            asked = json.loads(settings.read_text(encoding="utf-8")).get("max_seq_length")
            longest = min(longest, check_integer("max_seq_length", asked, low=3)) if asked is not None else longest
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise ValueError(
                f"`model` {str(folder)!r}: sentence_bert_config.json is damaged. Fetch it again."
            ) from None
    return longest
