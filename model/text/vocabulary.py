"""Hold the words and word pairs that are features, and count them in texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .bigrams import find_bigrams
from .counts import WordCounts, count_equal, text_sizes
from .hash_table import ABSENT, HashTable
from .packed_strings import PackedStrings
from .token_ids import STOP, UNKNOWN, Ids, TokenIds
from .word_table import WordTable

SHORTEST = 2
"""Words with fewer characters are stop words."""

_MANY = 1_000  # pairs to find at once from which a table of all pairs pays off
_MANY_BYTES = 20_000  # of texts whose words are found at once, the same of words


class Vocabulary(Struct, frozen=True, dict=True):
    """The words and the pairs of neighbouring words that are features.

    Features are numbered: first the words, then the pairs.

    Parameters
    ----------
    words
        Sorted by their bytes.
    pairs
        uint64, sorted: see `pair_keys`.
    stops
        Common words, which are left out before neighbours are paired.
    """

    words: PackedStrings
    pairs: NDArray[np.uint64]
    stops: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self.words) + len(self.pairs)

    def ids(self, texts: Sequence[bytes]) -> Ids:
        """Return the numbers of all words of texts, as `plain` returns them, and for each word the number of its text.

        A number is a feature number, `UNKNOWN` or `STOP`. A few words are found by bisection. Many are found with a
        table of all words, which is then kept.
        """
        is_worth_a_table = "_table" in self.__dict__ or sum(map(len, texts)) > _MANY_BYTES
        return (self._table if is_worth_a_table else self._few).of(texts)

    @cached_property
    def _table(self) -> WordTable:
        return WordTable(self.words, self.stops)

    @cached_property
    def _few(self) -> TokenIds:
        stops = frozenset(self.stops)

        def resolve(words: Sequence[str]) -> list[int]:
            no_stops = [word for word in words if len(word) >= SHORTEST and word not in stops]
            number_of = dict(zip(no_stops, self.words.find(no_stops), strict=True))
            return [number_of.get(word, STOP) for word in words]

        return TokenIds(resolve)

    def count(self, texts: Sequence[bytes]) -> WordCounts:
        """Count the features of texts, as `plain` returns them; other words are ignored."""
        return self.count_ids(*self.ids(texts), len(texts))

    def count_ids(self, numbers: NDArray[np.int64], text_of: NDArray[np.int64], texts: int) -> WordCounts:
        """Count the features of texts, given the numbers of their words.

        Parameters
        ----------
        numbers
            For each word: a feature number, `UNKNOWN` or `STOP`.
        text_of
            For each word: the number of its text, in increasing order.
        texts
            The number of texts.
        """
        pairs, pair_text_of = find_bigrams(numbers, text_of)
        pair_numbers = self.find_pairs(pairs)
        words, known = np.flatnonzero(numbers >= 0), np.flatnonzero(pair_numbers >= 0)  # faster than masks
        features = np.concatenate([numbers[words], pair_numbers[known] + len(self.words)])
        counts = count_equal(np.concatenate([text_of[words], pair_text_of[known]]), features, texts)
        sizes = (text_sizes(of, texts) for of in (text_of, text_of[np.flatnonzero(numbers == UNKNOWN)]))
        return WordCounts(counts.starts, counts.features, counts.counts, *sizes)

    @cached_property
    def _pair_table(self) -> HashTable:
        table = HashTable()
        table.add(self.pairs, np.arange(len(self.pairs)))
        return table

    def find_pairs(self, pairs: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the number of each pair among the vocabulary's pairs, or `ABSENT`."""
        if len(pairs) > _MANY:
            return self._pair_table.find(pairs)
        if not len(self.pairs):
            return np.full(len(pairs), ABSENT)
        numbers = np.searchsorted(self.pairs, pairs)
        return np.where(np.take(self.pairs, numbers, mode="clip") == pairs, numbers, ABSENT)
