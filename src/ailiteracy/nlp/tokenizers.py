"""Text into numbers and back, three simple ways: letters, words, words with a place for the unknown.

The idea: make a list of everything that occurs in a text, the vocabulary. The id of a piece is its place in the list; a
text becomes the ids of its pieces, and ids become text by looking them up.

Left out: pieces between letters and words; bpe.py learns them.
Next: byte_pairs.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from .._support.checks import check_integer, check_text, message

__all__ = ["CharacterTokenizer", "OpenWordTokenizer", "WordTokenizer", "split_words"]

END_OF_TEXT = "<|endoftext|>"  # between two texts, as GPT-2 writes it
UNKNOWN = "<|unk|>"

_SIGNS = re.escape(""",.:;?_!"()'，。：；？！（）“”‘’、""")
# A special token, a dash, one punctuation mark, or a run of anything else that holds no space.
_WORD = re.compile(rf"<\|\w+\|>|--|[{_SIGNS}]|(?:(?!--|<\|\w+\|>)[^\s{_SIGNS}])+")


def split_words(text: str) -> list[str]:
    """Return the words and punctuation marks of a text, in order; spaces are dropped.

    Examples
    --------
    >>> split_words("Hello, world--again!")
    ['Hello', ',', 'world', '--', 'again', '!']
    """
    return _WORD.findall(text)


class CharacterTokenizer:
    """Every character is a token.

    *But*: a text is as many tokens as characters, and a character that the vocabulary lacks cannot be written.

    Parameters
    ----------
    tokens : sequence of str
        The vocabulary; the id of a token is its place.

    See Also
    --------
    WordTokenizer : Fewer, larger tokens.

    Examples
    --------
    >>> letters = CharacterTokenizer.train("hello")
    >>> letters.tokens
    ('e', 'h', 'l', 'o')
    >>> letters.encode("hole"), letters.decode([1, 3, 2, 0])
    ([1, 3, 2, 0], 'hole')
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = check_tokens(tokens)
        self._ids = {token: i for i, token in enumerate(self.tokens)}

    def __repr__(self) -> str:
        """Return the kind and the size."""
        return f"{type(self).__name__} with {self.vocab_size:,} tokens."

    @property
    def vocab_size(self) -> int:
        """How many ids there are."""
        return len(self.tokens)

    @classmethod
    def train(cls, text: str) -> CharacterTokenizer:
        """Return a tokenizer with every token of the text, sorted."""
        return cls(sorted(set(check_text("text", text))))

    def encode(self, text: str) -> list[int]:
        """Return the id of each character; one outside the vocabulary is a ValueError."""
        return self._look_up(_check_string(text), "character")

    def decode(self, ids: Iterable[int]) -> str:
        """Return the characters of the ids."""
        return "".join(self.tokens[i] for i in check_ids(ids, self.vocab_size))

    def _look_up(self, pieces: Iterable[str], kind: str) -> list[int]:
        try:
            return [self._ids[piece] for piece in pieces]
        except KeyError as error:
            remedy = "Train on a text that has it, or use BytePairTokenizer, which knows every text."
            got = f"the {kind} {error.args[0]!r}"
            expected = f"made of the {self.vocab_size} known {kind}s"
            raise ValueError(f"`text` must be {expected}, got {got}. {remedy}") from None


class WordTokenizer(CharacterTokenizer):
    """Every word and every punctuation mark is a token.

    *But*: a word that was not in the training text is an error, spaces come back only roughly, and a language written
    without spaces has no words here.

    Parameters
    ----------
    tokens : sequence of str
        The vocabulary; the id of a token is its place.

    See Also
    --------
    OpenWordTokenizer : Has a token for unknown words.

    Examples
    --------
    >>> words = WordTokenizer.train("the cat saw the dog.")
    >>> words.encode("the dog saw the cat.")
    [4, 2, 3, 4, 1, 0]
    >>> words.decode([4, 2, 3, 4, 1, 0])
    'the dog saw the cat.'
    """

    @classmethod
    def train(cls, text: str) -> WordTokenizer:
        """Return a tokenizer with every word of the text, sorted."""
        return cls(sorted(set(split_words(check_text("text", text)))))

    def encode(self, text: str) -> list[int]:
        """Return the id of each word; one outside the vocabulary is a ValueError."""
        return self._look_up(split_words(_check_string(text)), "word")

    def decode(self, ids: Iterable[int]) -> str:
        """Return the words with a space between them, except before , . and their like."""
        joined = " ".join(self.tokens[i] for i in check_ids(ids, self.vocab_size))
        joined = re.sub(r"(?<=[(“‘（]) | (?=[,.:;?!)”’，。：；？！）、])|(?<=[，。：；？！）、]) ", "", joined)
        return re.sub(r"(?<=\w) ' (?=(?:s|t|d|m|ll|ve|re)\b)", "'", joined)  # don ' t


class OpenWordTokenizer(WordTokenizer):
    """Words, and two tokens that are none: ``<|endoftext|>`` between texts, ``<|unk|>`` for unknown ones.

    *But*: an unknown word is lost; `decode` cannot bring it back.

    Parameters
    ----------
    tokens : sequence of str
        The vocabulary; ``<|endoftext|>`` and ``<|unk|>`` are added at its end where they are missing.

    See Also
    --------
    BytePairTokenizer : Loses nothing.

    Examples
    --------
    >>> words = OpenWordTokenizer.train("the cat saw the dog.")
    >>> words.decode(words.encode("the cat saw the giraffe. <|endoftext|> the dog"))
    'the cat saw the <|unk|>. <|endoftext|> the dog'
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        known = list(check_tokens(tokens))
        super().__init__(known + [name for name in (END_OF_TEXT, UNKNOWN) if name not in known])

    def encode(self, text: str) -> list[int]:
        """Return the id of each word, that of ``<|unk|>`` for unknown ones."""
        unknown = self._ids[UNKNOWN]
        return [self._ids.get(word, unknown) for word in split_words(_check_string(text))]


def check_tokens(tokens: Any) -> tuple[str, ...]:
    """Return a vocabulary as a tuple after checking that it holds different texts."""
    remedy = "Pass a list such as ['a', 'b'], or use train(text)."
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        raise TypeError(message("tokens", "a list of texts", tokens, remedy))
    known = tuple(tokens)
    if not all(isinstance(token, str) for token in known):
        raise TypeError(message("tokens", "a list of texts", tokens, remedy))
    if not known or len(set(known)) < len(known) or not all(known):
        raise ValueError(message("tokens", "different texts that are not empty", tokens, remedy))
    return known


def check_ids(ids: Any, vocab_size: int) -> list[int]:
    """Return ids as a list of int after checking that all are in the vocabulary."""
    values = ids.tolist() if hasattr(ids, "tolist") else ids
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TypeError(message("ids", "a list of integers", ids, "Pass what `encode` returned."))
    values = list(values)
    if not set(map(type, values)) <= {int}:
        values = [check_integer(f"ids[{k}]", i, remedy="Pass what `encode` returned.") for k, i in enumerate(values)]
    if values and (min(values) < 0 or max(values) >= vocab_size):
        place = next(k for k, value in enumerate(values) if not 0 <= value < vocab_size)
        expected = f"from 0 to {vocab_size - 1}"
        raise ValueError(message(f"ids[{place}]", expected, values[place], "Use the tokenizer that made the ids."))
    return values


def _check_string(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(message("text", "a text (str)", text, "Pass a string."))
    return text
