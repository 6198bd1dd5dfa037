"""A census of pairs: in how many texts neighbouring words are, counted in bounded memory while texts pass by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classmark.model.text.bigrams import neighbours, texts_with
from classmark.model.text.document_frequency import fewest

_PAIRS_OF_A_TEXT = 256
_MOST_BITS = 27
_FULL = 255
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: D. Knuth's multiplicative hashing
_MERGED = 8_000_000


class BigramCounter:
    """In how many texts pairs of neighbouring words are.

    First all are counted in a table of fixed size, in which those that share a slot are counted together, so that no
    count is too low (a count-min sketch of one row: G. Cormode and S. Muthukrishnan, 'An improved data stream
    summary', Journal of Algorithms 55, 2005). Those that may be in enough texts are then counted exactly.

    Parameters
    ----------
    texts
        How many there will be.
    """

    def __init__(self, texts: int) -> None:
        bits = min((_PAIRS_OF_A_TEXT * texts).bit_length(), _MOST_BITS)
        self._shift = np.uint64(64 - bits)
        self._slots = np.zeros(1 << bits, dtype=np.uint8)
        self._least = 0
        self._found: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []

    def count_approximately(self, numbers: NDArray[np.int64], text_of: NDArray[np.int64]) -> None:
        """Count the pairs of texts roughly."""
        pairs, document_frequency = texts_with(*neighbours(numbers, text_of))
        slots, place = np.unique(self._places(pairs), return_inverse=True)
        counts = np.bincount(place, weights=document_frequency, minlength=len(slots))
        self._slots[slots] = np.minimum(self._slots[slots] + counts, _FULL)

    def select(self, least: int, most: int) -> None:
        """From here on count only pairs that may be in ``least`` texts, and in more, where there are too many."""
        parts = np.array_split(self._slots, max(1, len(self._slots) >> 20))  # NumPy counts in eight times the memory
        histogram = sum(np.bincount(part, minlength=_FULL + 1) for part in parts)
        self._least = fewest(np.asarray(histogram), least, most)

    def count(self, numbers: NDArray[np.int64], text_of: NDArray[np.int64]) -> None:
        """Count the pairs of texts exactly."""
        pairs, document_frequency = texts_with(*neighbours(numbers, text_of))
        kept = self._slots[self._places(pairs)] >= self._least
        self._found.append((pairs[kept], document_frequency[kept]))
        if sum(len(pairs) for pairs, _ in self._found[1:]) > _MERGED:
            self._merge()

    def chosen(self, least: int, most: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Return the pairs that are in at least so many texts, sorted, and in how many; at most ``most``."""
        self._merge()
        pairs, document_frequency = self._found[0]
        kept = document_frequency >= fewest(np.bincount(document_frequency), least, most)
        return pairs[kept], document_frequency[kept]

    def _merge(self) -> None:
        pairs, place = np.unique(np.concatenate([pairs for pairs, _ in self._found]), return_inverse=True)
        counts = np.concatenate([document_frequency for _, document_frequency in self._found])
        self._found = [(pairs, np.bincount(place, weights=counts, minlength=len(pairs)).astype(np.int64))]

    def _places(self, pairs: NDArray[np.uint64]) -> NDArray[np.int64]:
        return ((pairs * _MULTIPLIER) >> self._shift).astype(np.int64)
