"""Vocabularies: which words and word pairs count, and how often they occur in a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .bigrams import neighbours
from .counts import WordCounts, count_equal, text_sizes
from .hash_table import ABSENT, HashTable
from .packed_strings import PackedStrings
from .token_ids import STOP, UNKNOWN, TokenIds

SHORTEST = 2
"""Words with fewer letters are stop words."""

_MANY = 1_000  # to find so many pairs at once, a table of all pays


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

    words: PackedStrings
    pairs: NDArray[np.uint64]
    stops: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many features there are."""
        return len(self.words) + len(self.pairs)

    @cached_property
    def numbers(self) -> TokenIds:
        """The numbers of words: that of a feature, `UNKNOWN` or `STOP`."""
        stops = frozenset(self.stops)

        def resolve(word: str) -> int:
            return STOP if len(word) < SHORTEST or word in stops else self.words.find(word)

        return TokenIds(resolve)

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
        sizes = (text_sizes(of, texts) for of in (text_of, text_of[numbers == UNKNOWN]))
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
