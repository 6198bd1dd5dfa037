"""Count features per text, in sparse arrays."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .pair_keys import pair_keys, second_of
from .ragged import differences, starts_of_runs


class Counts(Struct, frozen=True):
    """How often each feature occurs in each text: the three arrays of a sparse matrix by rows (CSR).

    Parameters
    ----------
    starts
        int64, shape (texts + 1,): where each text's entries start in the other two arrays.
    features
        int64, shape (entries,): the number of the feature, increasing within a text.
    counts
        int64, shape (entries,): 1 or more.
    """

    starts: NDArray[np.int64]
    features: NDArray[np.int64]
    counts: NDArray[np.int64]


class WordCounts(Counts, frozen=True):
    """Counts of features, and of words.

    Parameters
    ----------
    words, unknown
        int64, shape (texts,): how many words each text has, and how many of them are neither features nor stop words.
    """

    words: NDArray[np.int64]
    unknown: NDArray[np.int64]

    @property
    def coverage(self) -> NDArray[np.float64]:
        """The share of each text's words that are features or stop words; 0 for a text without features."""
        shares = 1 - self.unknown / np.maximum(self.words, 1)
        return np.where(differences(self.starts) > 0, shares, 0.0)


def text_sizes(text_of: NDArray[np.int64], texts: int) -> NDArray[np.int64]:
    """Return how often each text's number occurs in a sorted array, shape (texts,)."""
    return differences(np.searchsorted(text_of, np.arange(texts + 1)))


def count_equal(text_of: NDArray[np.int64], features: NDArray[np.int64], texts: int) -> Counts:
    """Count equal pairs of text and feature with one sort."""
    keys = pair_keys(text_of, features)
    keys.sort()
    first = starts_of_runs(keys)
    counts = differences(np.append(first, len(keys)))
    keys = keys[first]
    starts = np.searchsorted(keys, pair_keys(np.arange(texts + 1), np.zeros(1, dtype=np.int64)))
    return Counts(starts, second_of(keys), counts)
