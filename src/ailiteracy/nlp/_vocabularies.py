"""Vocabularies on disk: one JSON file of our own, and the two files of GPT-2.

The idea: merges are pairs of numbers, bytes first. GPT-2's files spell bytes as visible letters instead, Ġ for the
space; they are turned into pairs of numbers, and the ids that they give are kept beside them.

Left out: the single file tokenizer.json of newer models.
Next: back to bpe.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._support.checks import describe, message
from .._support.files import check_path, whole_file

if TYPE_CHECKING:
    import os
    import pathlib
    from collections.abc import Sequence

    from .byte_pairs import Pair

__all__ = ["byte_letters", "check_special", "check_vocabulary", "read_gpt2", "read_tokenizer", "write_tokenizer"]

Parts = tuple[list["Pair"], dict[str, int], list[int]]  # merges, special tokens, ids

KIND = "ailiteracy byte-pair tokenizer 1"
GPT2_FILES = (("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe"))


def write_tokenizer(
    path: str | os.PathLike[str], merges: Sequence[Pair], special_tokens: Mapping[str, int], ids: Sequence[int]
) -> None:
    """Write a tokenizer to one JSON file with a hash of its content."""
    content = {"merges": list(map(list, merges)), "special_tokens": dict(special_tokens), "ids": list(ids)}
    target = check_path("path", path)
    text = json.dumps({"kind": KIND, "sha256": _hash(content)} | content)
    with whole_file(target) as part:
        part.write_text(text, encoding="utf-8")


def read_tokenizer(path: str | os.PathLike[str]) -> Parts:
    """Return merges, special tokens and ids of a file that `write_tokenizer` wrote."""
    file = check_path("path", path)
    content = _read_json(file, "Save the tokenizer again.")
    if content.pop("kind", None) != KIND:
        raise ValueError(f"{str(file)!r} is no tokenizer file: it does not begin with the kind {KIND!r}.")
    if content.pop("sha256", None) != _hash(content):
        raise ValueError(f"{str(file)!r} is damaged: its content does not fit its hash. Save the tokenizer again.")
    merges = [(left, right) for left, right in content["merges"]]
    return merges, content["special_tokens"], content["ids"]


def read_gpt2(folder: str | os.PathLike[str]) -> Parts:
    """Return merges, special tokens and ids of a folder with GPT-2's files."""
    place = check_path("folder", folder)
    vocabulary_file, merges_file = _find_pair(place)
    vocabulary = _read_json(vocabulary_file, "Fetch the file again.")
    ids = list(vocabulary.values())
    if not all(type(i) is int for i in ids) or sorted(ids) != list(range(len(ids))):  # JSON has 3.0 and true as well
        raise ValueError(f"{str(vocabulary_file)!r} is damaged: its ids are not 0, 1, 2 ... Fetch the file again.")
    pieces = byte_letters()  # then the piece of each merge
    numbers = {piece: number for number, piece in enumerate(pieces)}
    merges: list[Pair] = []
    for line_number, line in enumerate(_read_text(merges_file, "Fetch the file again.").split("\n"), 1):
        line = line.rstrip("\r")
        if not line or (line_number == 1 and line.startswith("#version")):
            continue
        left, _, right = line.partition(" ")
        piece = left + right
        if left not in numbers or right not in numbers or piece in numbers or piece not in vocabulary:
            fault = f"line {line_number}, {describe(line)}, does not join two pieces to a new one of the vocabulary"
            raise ValueError(f"{str(merges_file)!r} is damaged: {fault}. Fetch both files again.")
        merges.append((numbers[left], numbers[right]))
        numbers[piece] = len(pieces)
        pieces.append(piece)
    missing = [piece for piece in pieces if piece not in vocabulary]
    if missing:
        fault = f"it has no id for the piece {missing[0]!r}"
        raise ValueError(f"{str(vocabulary_file)!r} is damaged: {fault}. Fetch both files again.")
    # What neither is a byte nor was merged has a name instead of a spelling: <|endoftext|>.
    special = {piece: i for piece, i in vocabulary.items() if piece not in numbers}
    unmade = next((piece for piece in special if _could_be_made(piece, numbers)), None)
    if unmade is not None:
        fault = f"it is cut off: no line makes the piece {unmade!r} of the vocabulary"
        raise ValueError(f"{str(merges_file)!r} is damaged: {fault}. Fetch both files again.")
    return merges, special, [vocabulary[piece] for piece in pieces]


def check_special(special_tokens: Any) -> dict[str, int]:
    """Return the special tokens as a dict; a list of names says nothing about their ids."""
    if not isinstance(special_tokens, Mapping):
        remedy = "For example {'<|endoftext|>': 256}, or use train."
        raise TypeError(message("special_tokens", "a mapping of names to ids", special_tokens, remedy))
    return dict(special_tokens)


def check_vocabulary(merges: Sequence[Pair], special_tokens: Mapping[str, int], ids: Sequence[int]) -> None:
    """Raise a ValueError when merges use what was not made before, or ids are not 0, 1, 2 ... each once."""
    for new, pair in enumerate(merges, 256):
        is_pair = isinstance(pair, tuple) and len(pair) == 2
        if not is_pair or not all(isinstance(part, int) and 0 <= part < new for part in pair):
            expected = f"a pair of numbers from 0 to {new - 1}"
            raise ValueError(message(f"merges[{new - 256}]", expected, pair, "Use train, from_gpt2 or load."))
    used = [*ids, *special_tokens.values()]
    whole = all(type(i) is int for i in used)
    if not whole or len(ids) != 256 + len(merges) or set(used) != set(range(len(used))):
        expected = f"{256 + len(merges)} ids that fill 0, 1, 2 ... together with those of the special tokens"
        raise ValueError(message("ids", expected, list(ids), "Use train, from_gpt2 or load."))


def byte_letters() -> list[str]:
    """Return the visible letter that GPT-2's files write for each byte.

    Examples
    --------
    >>> letters = byte_letters()
    >>> letters[ord("A")], letters[ord(" ")], letters[0]
    ('A', 'Ġ', 'Ā')
    """
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = [byte for byte in range(256) if byte not in visible]
    return [chr(byte) if byte in visible else chr(256 + hidden.index(byte)) for byte in range(256)]


def _could_be_made(name: str, numbers: Mapping[str, int]) -> bool:
    """Return whether a merge of two known pieces could make this one, which then is no special token."""
    if re.fullmatch(r"<.+>|\[.+\]", name):  # <s> and [PAD] are short enough to be joined by chance
        return False
    return any(name[:k] in numbers and name[k:] in numbers for k in range(1, len(name)))


def _find_pair(place: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    for names in GPT2_FILES:
        files = tuple(place / name for name in names)
        if all(file.is_file() for file in files):
            return files[0], files[1]
    here = [name for names in GPT2_FILES for name in names if (place / name).is_file()]
    state = f"has only {here[0]}" if here else "has none of them" if place.is_dir() else "does not exist"
    raise FileNotFoundError(
        f"cannot load GPT-2's vocabulary from {str(place)!r}: it must hold vocab.json and merges.txt, or encoder.json "
        f"and vocab.bpe, and {state}. Any copy of the model 'openai-community/gpt2' has them (1.5 MB)."
    )


def _read_text(file: pathlib.Path, remedy: str) -> str:
    if not file.is_file():
        raise FileNotFoundError(f"there is no file {str(file)!r}. Check the name.")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{str(file)!r} is damaged: it is not UTF-8 text. {remedy}") from None


def _read_json(file: pathlib.Path, remedy: str) -> dict[str, Any]:
    try:
        content = json.loads(_read_text(file, remedy))
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(f"{str(file)!r} is damaged: it is not JSON. {remedy}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{str(file)!r} is damaged: it must hold one JSON object. {remedy}")
    return content


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
