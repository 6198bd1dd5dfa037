"""Count the document frequencies of word pairs in a stream, in bounded memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classmark.model.text.bigrams import document_frequencies, find_bigrams
from classmark.model.text.document_frequency import min_count_for

_PAIRS_PER_TEXT = 256
_MAX_BITS = 27
_FULL = 255
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: D. Knuth's multiplicative hashing
_MERGE_AT = 8_000_000


class BigramCounter:
    """The document frequencies of pairs of neighbouring words.

    A first pass counts all pairs in a table of fixed size. Pairs that share a slot are counted together, so no count is
    too low (a count-min sketch of one row: G. Cormode and S. Muthukrishnan, 'An improved data stream summary', Journal
    of Algorithms 55, 2005). A second pass counts exactly the pairs that may be frequent enough.

    Parameters
    ----------
    texts
        The number of texts to come.
    """

    def __init__(self, texts: int) -> None:
        bits = min((_PAIRS_PER_TEXT * texts).bit_length(), _MAX_BITS)
        self._shift = np.uint64(64 - bits)
        self._table = np.zeros(1 << bits, dtype=np.uint8)
        self._min_count = 0
        self._exact: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []

    def count_approximately(self, numbers: NDArray[np.int64], text_of: NDArray[np.int64]) -> None:
        """Add the pairs of texts to the table.

        Parameters
        ----------
        numbers, text_of
            Of the same length: the word ids of the texts, one text after the other, and the text that each is in.
        """
        pairs, document_frequency = document_frequencies(*find_bigrams(numbers, text_of))
        slots, slot_of = np.unique(self._slots(pairs), return_inverse=True)
        counts = np.bincount(slot_of, weights=document_frequency, minlength=len(slots))
        self._table[slots] = np.minimum(self._table[slots] + counts, _FULL)

    def select(self, min_df: int, most: int) -> None:
        """Restrict `count` to pairs that may be in ``min_df`` texts, or in more if over ``most`` pairs may be."""
        parts = np.array_split(self._table, max(1, len(self._table) >> 20))  # bincount takes eight times the memory
        histogram = sum(np.bincount(part, minlength=_FULL + 1) for part in parts)
        self._min_count = min_count_for(np.asarray(histogram), min_df, most)

    def count(self, numbers: NDArray[np.int64], text_of: NDArray[np.int64]) -> None:
        """Count the selected pairs of texts exactly; parameters as for `count_approximately`."""
        pairs, document_frequency = document_frequencies(*find_bigrams(numbers, text_of))
        kept = self._table[self._slots(pairs)] >= self._min_count
        self._exact.append((pairs[kept], document_frequency[kept]))
        if sum(len(pairs) for pairs, _ in self._exact[1:]) > _MERGE_AT:
            self._merge()

    def frequent(self, min_df: int, most: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Return the keys of the pairs in at least ``min_df`` texts, sorted, and their document frequencies.

        If there are more than ``most``, return the most frequent.
        """
        self._merge()
        pairs, document_frequency = self._exact[0]
        kept = document_frequency >= min_count_for(np.bincount(document_frequency), min_df, most)
        return pairs[kept], document_frequency[kept]

    def _merge(self) -> None:
        pairs, pair_of = np.unique(np.concatenate([pairs for pairs, _ in self._exact]), return_inverse=True)
        counts = np.concatenate([document_frequency for _, document_frequency in self._exact])
        self._exact = [(pairs, np.bincount(pair_of, weights=counts, minlength=len(pairs)).astype(np.int64))]

    def _slots(self, pairs: NDArray[np.uint64]) -> NDArray[np.int64]:
        return ((pairs * _MULTIPLIER) >> self._shift).astype(np.int64)
