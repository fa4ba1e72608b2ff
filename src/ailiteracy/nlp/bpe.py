"""The byte-pair tokenizer: any text into ids and back, with a vocabulary learned here or GPT-2's.

The idea: cut the text into words by GPT-2's rule, each word into learned pieces, and remember the pieces of the words
seen. Bytes are the smallest pieces, so that nothing is unknown: every text comes back exactly as it was.

Left out: other models' splitting rules, and normalisation of the text.
Next: pieces.py, to see the pieces in colour; data.py, where ids become samples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import regex

from .._support.checks import check_choice, check_integer, check_text, message
from ._fast_pairs import cut_long_word, learn_pairs_fast
from ._vocabularies import check_special, check_vocabulary, read_gpt2, read_tokenizer, write_tokenizer
from .byte_pairs import WORD, Pair, check_unicode, count_words, cut_word
from .tokenizers import END_OF_TEXT, check_ids

if TYPE_CHECKING:
    import os

__all__ = ["BytePairTokenizer"]

LONG_WORD = 12  # bytes from which the heap is faster
CACHED_WORDS = 200_000  # at most; about 30 MB


class BytePairTokenizer:
    """Text into ids and back, by pairs of bytes.

    Make one by `train`, `from_gpt2` or `load`.

    Parameters
    ----------
    merges : sequence of (int, int)
        Pairs in the order in which they were learned. Byte b has the number b, merge k makes the number 256 + k.
    special_tokens : mapping of str to int
        Names that stand for one id each, such as ``{"<|endoftext|>": 50256}``.
    ids : sequence of int, optional
        The id of each number, where a vocabulary counts otherwise, as GPT-2's does. By default they are the same.

    See Also
    --------
    WordTokenizer : Whole words, and what goes wrong with them.
    byte_pair_steps : How the pieces are learned, step by step.

    References
    ----------
    Radford et al., "Language Models are Unsupervised Multitask Learners", 2019: byte-pair encoding on bytes.

    Examples
    --------
    >>> tokenizer = BytePairTokenizer.train("low lower lowest", 259)
    >>> tokenizer.encode("lower")
    [257, 101, 114]
    >>> tokenizer.decode([257, 101, 114]), tokenizer.tokens[257]
    ('lower', b'low')
    """

    def __init__(
        self, merges: Sequence[Pair], special_tokens: Mapping[str, int], ids: Sequence[int] | None = None
    ) -> None:
        self.merges = tuple(tuple(pair) if isinstance(pair, list) else pair for pair in merges)
        self.special_tokens = check_special(special_tokens)
        self.ids = tuple(range(256 + len(self.merges)) if ids is None else ids)
        check_vocabulary(self.merges, self.special_tokens, self.ids)
        self._ranks = {pair: new for new, pair in enumerate(self.merges, 256)}
        self._cache: dict[str, list[int]] = {}
        # Spell out every piece: byte by byte, then each merge as its left part and its right part.
        spelled = [bytes([i]) for i in range(256)]
        for left, right in self.merges:
            spelled.append(spelled[left] + spelled[right])
        by_id = dict(zip(self.ids, spelled, strict=True)) | {i: name.encode() for name, i in special_tokens.items()}
        self.tokens = tuple(by_id[i] for i in range(len(by_id)))
        # The longest name first, where one is the beginning of another.
        names = sorted(self.special_tokens, key=len, reverse=True)
        self._special = regex.compile("|".join(map(regex.escape, names))) if names else None

    def __repr__(self) -> str:
        """Return the sizes in a sentence."""
        merges = "1 merge" if len(self.merges) == 1 else f"{len(self.merges):,} merges"
        sizes = f"256 bytes, {merges}, {len(self.special_tokens)} special"
        return f"A byte-pair tokenizer with {self.vocab_size:,} tokens: {sizes}."

    @property
    def vocab_size(self) -> int:
        """How many ids there are."""
        return len(self.tokens)

    @classmethod
    def train(
        cls, text: str, vocab_size: int, *, special_tokens: Iterable[str] = (END_OF_TEXT,), progress: bool = True
    ) -> BytePairTokenizer:
        """Learn a vocabulary from a text.

        Parameters
        ----------
        text : str
            The text to learn from. Special tokens in it are borders, not letters.
        vocab_size : int
            Number of ids: 256 bytes, the merges, the special tokens. A short text runs out of pairs earlier; then there
            are fewer.
        special_tokens : iterable of str, optional
            They get the last ids; by default ``<|endoftext|>`` alone.
        progress : bool, default True
            Whether to draw a bar when a terminal listens.

        Returns
        -------
        BytePairTokenizer
            Bytes have the ids 0 to 255, merges follow.

        Raises
        ------
        TypeError
            When an argument has a wrong type.
        ValueError
            When the text is blank or not valid Unicode, or `vocab_size` too small.

        Examples
        --------
        >>> BytePairTokenizer.train("aaab", 258)
        A byte-pair tokenizer with 258 tokens: 256 bytes, 1 merge, 1 special.
        """
        check_unicode(check_text("text", text))
        names = check_names(special_tokens)
        remedy = "There are 256 bytes and the special tokens before the first merge; 512 to 50,000 is usual."
        size = check_integer("vocab_size", vocab_size, low=256 + len(names), remedy=remedy)
        borders = "|".join(map(regex.escape, sorted(names, key=len, reverse=True)))
        counted: Counter[bytes] = Counter()
        for piece in regex.split(borders, text) if names else [text]:
            counted.update(count_words(piece))
        merges = [pair for pair, _ in learn_pairs_fast(counted, size - 256 - len(names), progress=progress)]
        return cls(merges, {name: 256 + len(merges) + k for k, name in enumerate(names)})

    @classmethod
    def from_gpt2(cls, folder: str | os.PathLike[str]) -> BytePairTokenizer:
        """Load GPT-2's vocabulary, or one in the same form.

        Parameters
        ----------
        folder : str or path
            Holds vocab.json and merges.txt (as Hugging Face names them) or encoder.json and vocab.bpe (as OpenAI does).

        Returns
        -------
        BytePairTokenizer
            It gives the same ids as theirs.

        Raises
        ------
        FileNotFoundError
            When the folder or a file is missing; the message names it.
        ValueError
            When a file is damaged.
        """
        return cls(*read_gpt2(folder))

    def encode(self, text: str, *, special: Literal["refuse", "allow", "text"] = "refuse") -> list[int]:
        """Return the ids of a text.

        Parameters
        ----------
        text : str
            Any text; "" has no ids.
        special : {"refuse", "allow", "text"}, default "refuse"
            What to do with the name of a special token in the text. "allow" makes it its one id. "text" reads it as
            letters: for words of users, who must not end a text for the model. "refuse" raises an error.

        Returns
        -------
        list of int
            ``decode`` gives the text back.

        Raises
        ------
        TypeError
            When `text` is not a string.
        ValueError
            When the text holds a special token that was refused, or a lone surrogate.

        Examples
        --------
        >>> tokenizer = BytePairTokenizer.train("aaab", 258)
        >>> tokenizer.encode("ab<|endoftext|>", special="allow")
        [97, 98, 257]
        """
        if not isinstance(text, str):
            raise TypeError(message("text", "a text (str)", text, "Pass a string."))
        check_choice("special", special, ["refuse", "allow", "text"])
        found = self._special.search(text) if self._special and special != "text" else None
        if found is None:
            return self._encode_plain(text)
        if special == "refuse":
            got = f"{found.group()!r} at place {found.start()}"
            remedy = "Use special='allow' to make it one id, or special='text' to read it as letters."
            raise ValueError(f"`text` must be free of special tokens, got {got}. {remedy}")
        ids, place = [], 0
        for match in regex.finditer(self._special, text):
            ids += self._encode_plain(text[place : match.start()])
            ids.append(self.special_tokens[match.group()])
            place = match.end()
        return ids + self._encode_plain(text[place:])

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of ids.

        Parameters
        ----------
        ids : iterable of int
            A list, a one-dimensional array or tensor.

        Returns
        -------
        str
            Bytes that are no valid UTF-8, such as half of a Chinese character, appear as U+FFFD (�).

        Raises
        ------
        TypeError
            When an id is not an integer.
        ValueError
            When an id is not in the vocabulary.
        """
        return b"".join([self.tokens[i] for i in check_ids(ids, self.vocab_size)]).decode(errors="replace")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the vocabulary to one JSON file, whole or not at all.

        Parameters
        ----------
        path : str or path
            Name of the file; missing folders are made.

        Raises
        ------
        OSError
            When the file cannot be written.
        """
        write_tokenizer(path, self.merges, self.special_tokens, self.ids)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> BytePairTokenizer:
        """Read what `save` wrote.

        Parameters
        ----------
        path : str or path
            Name of the file.

        Returns
        -------
        BytePairTokenizer
            The same as the one saved.

        Raises
        ------
        FileNotFoundError
            When there is no such file.
        ValueError
            When the file is something else, or damaged.
        """
        return cls(*read_tokenizer(path))

    def _encode_plain(self, text: str) -> list[int]:
        ids: list[int] = []
        seen = self._cache.get
        check_unicode(text)
        for word in WORD.findall(text):
            ids += seen(word) or self._encode_word(word)
        return ids

    def _encode_word(self, word: str) -> list[int]:
        data = word.encode()
        numbers = (cut_word if len(data) < LONG_WORD else cut_long_word)(data, self._ranks)
        ids = [self.ids[number] for number in numbers]
        # Long words hardly come twice; short ones do.
        if len(data) <= 64 and len(self._cache) < CACHED_WORDS:
            self._cache[word] = ids
        return ids


def check_names(special_tokens: Any) -> list[str]:
    """Return the names of special tokens after checking that they are different texts."""
    named = partial(message, "special_tokens", got=special_tokens, remedy="For example ['<|endoftext|>'].")
    if isinstance(special_tokens, str) or not isinstance(special_tokens, Iterable):
        raise TypeError(named(expected="a list of texts"))
    names = list(special_tokens)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(named(expected="a list of texts"))
    if len(set(names)) < len(names) or not all(names):
        raise ValueError(named(expected="different texts that are not empty"))
    check_unicode("".join(names))
    return names
