"""Vocabularies: which words and word pairs count, and how often they occur in a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .hash_table import ABSENT, HashTable
from .sorted_words import SortedWords
from .word_numbers import STOP, UNKNOWN, WordNumbers

SHORTEST = 2
"""Words with fewer letters are stop words."""

_MANY = 1_000  # to find so many pairs at once, a table of all pays
_SHIFT = 32  # keys of two numbers have the first above this bit
_MASK = (1 << _SHIFT) - 1


@dataclass(frozen=True)
class Counts:
    """How often each feature occurs in each text, as the three arrays of a sparse matrix by rows.

    Parameters
    ----------
    starts
        int64, shape (texts + 1,): where each text's entries start in the other two.
    features
        int64, shape (entries,): the feature's number, rising within a text.
    counts
        int64, shape (entries,): 1 or more.
    """

    starts: NDArray[np.int64]
    features: NDArray[np.int64]
    counts: NDArray[np.int64]


@dataclass(frozen=True)
class WordCounts(Counts):
    """The same, and how many words there are.

    Parameters
    ----------
    words, unknown
        int64, shape (texts,): how many words each text has, and how many of them the vocabulary does not know, not
        even as stop words.
    """

    words: NDArray[np.int64]
    unknown: NDArray[np.int64]

    @property
    def known(self) -> NDArray[np.float64]:
        """The share of each text's words that the vocabulary knows; 0 of a text without any of its features."""
        share = 1 - self.unknown / np.maximum(self.words, 1)
        return np.where(np.diff(self.starts) > 0, share, 0.0)


@dataclass(frozen=True)
class Vocabulary:
    """The words and the pairs of neighbouring words that are features.

    A word's number is its feature's number; the pairs come after the words.

    Parameters
    ----------
    words
        In the order of their bytes.
    pairs
        uint64, sorted: the first word's number times 2**32 plus the second's.
    stops
        Words so common that they are left out before neighbours are paired.
    """

    words: SortedWords
    pairs: NDArray[np.uint64]
    stops: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many features there are."""
        return len(self.words) + len(self.pairs)

    @cached_property
    def numbers(self) -> WordNumbers:
        """The numbers of words: that of a feature, `UNKNOWN` or `STOP`."""
        stops = frozenset(self.stops)

        def resolve(word: str) -> int:
            return STOP if len(word) < SHORTEST or word in stops else self.words.find(word)

        return WordNumbers(resolve)

    def count(self, texts: Sequence[bytes]) -> WordCounts:
        """Count the features of each text, as `tokens.plain` gives it; what is no feature is passed over."""
        return self.count_numbers(*self.numbers.of(texts), len(texts))

    def count_numbers(self, numbers: NDArray[np.int64], text_of: NDArray[np.int64], texts: int) -> WordCounts:
        """Count the features of texts by the numbers of their words.

        Parameters
        ----------
        numbers
            A feature's, `UNKNOWN` or `STOP`, of the words one after the other.
        text_of
            Of the same shape: the number of the text that each word is in.
        texts
            How many there are.
        """
        known = numbers >= 0
        pairs, pair_text_of = neighbours(numbers, text_of)
        places = self.find_pairs(pairs)
        is_pair = places >= 0
        features = np.concatenate([numbers[known], places[is_pair] + len(self.words)])
        counts = count_equal(np.concatenate([text_of[known], pair_text_of[is_pair]]), features, texts)
        sizes = (_sizes(of, texts) for of in (text_of, text_of[numbers == UNKNOWN]))
        return WordCounts(counts.starts, counts.features, counts.counts, *sizes)

    @cached_property
    def _pair_table(self) -> HashTable:
        table = HashTable()
        table.add(self.pairs, np.arange(len(self.pairs)))
        return table

    def find_pairs(self, pairs: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return where pairs stand among the vocabulary's, `ABSENT` where they do not."""
        if len(pairs) > _MANY:
            return self._pair_table.find(pairs)
        places = np.searchsorted(self.pairs, pairs)
        found = np.take(self.pairs, places, mode="clip") == pairs if len(self.pairs) else False
        return np.where(found, places, ABSENT)


def neighbours(numbers: NDArray[np.int64], text_of: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the keys of all pairs of known neighbours in a text, and the texts that they are in.

    Stop words do not keep their neighbours apart, unknown words do.
    """
    is_word = numbers != STOP
    numbers, text_of = numbers[is_word], text_of[is_word]
    known = numbers >= 0
    together = np.flatnonzero(known[:-1] & known[1:] & (text_of[:-1] == text_of[1:]))
    keys = (numbers[together] << _SHIFT) | numbers[together + 1]
    return keys.view(np.uint64), text_of[together]


def texts_with(keys: NDArray[np.uint64], text_of: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the distinct keys, sorted, and how many texts each is in."""
    distinct, key = np.unique(keys, return_inverse=True)
    texts = int(text_of[-1]) + 1 if len(text_of) else 0
    return distinct, np.bincount(count_equal(text_of, key, texts).features, minlength=len(distinct))


def _sizes(text_of: NDArray[np.int64], texts: int) -> NDArray[np.int64]:
    """Return how often each text's number stands among rising ones."""
    return np.diff(np.searchsorted(text_of, np.arange(texts + 1)))


def count_equal(text_of: NDArray[np.int64], features: NDArray[np.int64], texts: int) -> Counts:
    """Count equal (text, feature) by one sort."""
    keys = (text_of << _SHIFT) | features
    keys.sort()
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(first, append=len(keys))
    keys = keys[first]
    starts = np.searchsorted(keys, np.arange(texts + 1) << _SHIFT)
    return Counts(starts, keys & _MASK, counts)
