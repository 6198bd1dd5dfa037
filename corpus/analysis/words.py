"""Split texts into words and word triples, and measure lexical richness."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

Triple = tuple[str, str, str]
_LETTERS = re.compile(r"[^\W\d_]+")


def letter_words(text: str) -> list[str]:
    """Return the runs of letters in a text, in lower case."""
    return _LETTERS.findall(text.lower())


def triples(text: str) -> set[Triple]:
    """Return the distinct triples of consecutive words; a shorter text is one triple."""
    words = letter_words(text)
    if len(words) < 3:
        return {(" ".join(words), "", "")}
    return set(zip(words, words[1:], words[2:], strict=False))


class Richness(Struct, frozen=True):
    """Lexical richness of some texts.

    Parameters
    ----------
    words, distinct_words
        Number of words, and of different words.
    shared_triples
        Share of word triples that occur in another of the texts, too, 0 to 1; it is high for texts from a template.
    """

    words: int
    distinct_words: int
    shared_triples: float


def richness(texts: Sequence[str]) -> Richness:
    """Measure the lexical richness of texts."""
    words: Counter[str] = Counter()
    in_texts: Counter[Triple] = Counter()
    for text in texts:
        words.update(letter_words(text))
        in_texts.update(triples(text))
    shared = sum(count for count in in_texts.values() if count > 1)
    return Richness(words.total(), len(words), shared / max(in_texts.total(), 1))
