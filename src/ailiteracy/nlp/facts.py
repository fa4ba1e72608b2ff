"""What is worth keeping of what somebody says, by rules; and a summary made of counted sentences.

The idea: people announce facts about themselves in a few forms: "my name is ...", "I like ...", "我喜欢 ...". Each form
has a topic, so that a later fact takes the place of an earlier one: who lives in Rome no longer lives in Lisbon.

Left out: everything said in other words. A language model finds more; pass a function of your own in place of these.
Next: memory.py, which keeps the facts.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from ._words import split_sentences, tokenize

__all__ = ["Fact", "find_facts", "summarize_by_counts"]

LONGEST = 300  # characters; a longer sentence is a story and no fact
N_SENTENCES = 6  # of a summary
TELLING = ("word", "name", "chinese", "year", "number")  # kinds of words that say what a sentence is about
# Pattern and topic. {0} stands for what the first group caught: "I like tea" and "I don't like tea" share a topic.
PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), topic) for pattern, topic in (
    (r"\b(?:call me|my name is|my name's) \S", "name"),
    (r"\bI (?:now )?(?:live|moved) (?:in|to|near)\b", "home"),
    (r"\bI (?:am|'m) from\b|\bI'm from\b|\bI come from\b", "origin"),
    (r"\bI(?: am|'m) (?:an? )?(\d+)(?: years old)?[.!]?$", "age"),
    (r"\bI (?:really |also )?(?:don't |do not |no longer )?(?:like|love|enjoy|hate|dislike|prefer) (.+?)[.!]?$",
     "liking {0}"),
    (r"\b(?:I(?: am|'m) (?:not |no longer )?allergic to|I (?:can't|cannot|don't|do not) eat) (.+?)[.!]?$",
     "eating {0}"),
    (r"\bmy ([\w' -]{2,30}?) (?:is|are|was) ", "my {0}"),
    (r"\bI(?: am|'m) an? (?!bit\b|little\b)", "being"),
    (r"\bI (?:have|use|need|speak|work|study|collect|play) (.+?)[.!]?$", "having {0}"),
    (r"\b(?:remember|note) that\b|\bdon't forget\b", ""),
    (r"我(?:的名字)?(?:叫|名叫)", "name"),
    (r"我(?:现在)?住在|我家在", "home"),
    (r"我(?:来自|是从)", "origin"),
    (r"我(?:今年)?(\d+|[一二三四五六七八九十]+)岁", "age"),
    (r"我(?:最|很|也|不|不再|更|特别)*(?:喜欢|爱|讨厌)(.+?)[。！]?$", "liking {0}"),
    (r"我对(.+?)(?:不)?过敏|我不(?:能)?吃(.+?)[。！]?$", "eating {0}"),
    (r"我的(\S{1,10}?)是", "my {0}"),
    (r"(?:请|要)?记住", ""),
))  # fmt: skip
QUESTION = re.compile(r"[?？]\s*$|[吗呢][。.]?$")


class Fact(NamedTuple):
    """A sentence worth keeping, and its topic; "" when it has none and can replace nothing."""

    text: str
    topic: str


def find_facts(text: str) -> list[Fact]:
    """Return the sentences of a text in which somebody says something about themselves.

    Parameters
    ----------
    text : str
        What a user said, in English or Chinese.

    Returns
    -------
    list of Fact
        In the order of the text; questions are none.

    Examples
    --------
    >>> find_facts("Hello! My name is Lena. Where are the cats?")
    [Fact(text='My name is Lena.', topic='name')]
    """
    facts = []
    for start, end in split_sentences(text):
        sentence = text[start:end]
        if len(sentence) > LONGEST or QUESTION.search(sentence):
            continue
        plain = sentence.replace("’", "'")  # as the patterns write it, and the topics
        for pattern, topic in PATTERNS:
            if found := pattern.search(plain):
                caught = next((group for group in found.groups() if group), "")
                facts.append(Fact(sentence, topic.format(" ".join(caught.lower().split()))))
                break
    return facts


def summarize_by_counts(before: str, messages: list[dict[str, str]]) -> str:
    """Return at most six sentences, chosen and not written: those with the words that come most often.

    Parameters
    ----------
    before : str
        The summary so far, or "".
    messages : list of dict
        The messages that are about to be dropped, each with role and content.

    Returns
    -------
    str
        One sentence a line, in their order. It is a choice by counting: it leaves out, and understands nothing.

    References
    ----------
    Nenkova and Vanderwende, "The Impact of Frequency on Summarization", 2005.

    Examples
    --------
    >>> summarize_by_counts("", [{"role": "user", "content": "I like cats."}])
    'user: I like cats.'
    """
    lines = [line for line in before.splitlines() if line.strip()]
    for one in messages:
        places = split_sentences(one["content"])
        lines += [f"{one['role']}: {' '.join(one['content'][start:end].split())[:LONGEST]}" for start, end in places]
    lines = list(dict.fromkeys(lines))
    if len(lines) <= N_SENTENCES:
        return "\n".join(lines)
    words = [[token.stem for token in tokenize(line.partition(": ")[2]) if token.kind in TELLING] for line in lines]
    weights = {word: float(n) for word, n in Counter(word for line in words for word in set(line)).items()}
    best: list[int] = []
    while len(best) < N_SENTENCES:
        # The mean would prefer short lines, the sum long ones; the root lies between.
        scores = [sum(weights[word] for word in set(line)) / max(1, len(line)) ** 0.5 for line in words]
        best.append(max((place for place in range(len(lines)) if place not in best), key=scores.__getitem__))
        for word in set(words[best[-1]]):  # what has been said once counts less: or six lines would say the same
            weights[word] /= 4
    return "\n".join(lines[place] for place in sorted(best))
