"""Counts of features per text, as sparse arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .pair_keys import pair_keys, second_of


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
    def coverage(self) -> NDArray[np.float64]:
        """The share of each text's words that the vocabulary knows; 0 of a text without any of its features."""
        share = 1 - self.unknown / np.maximum(self.words, 1)
        return np.where(np.diff(self.starts) > 0, share, 0.0)


def text_sizes(text_of: NDArray[np.int64], texts: int) -> NDArray[np.int64]:
    """Return how often each text's number stands among rising ones."""
    return np.diff(np.searchsorted(text_of, np.arange(texts + 1)))


def count_equal(text_of: NDArray[np.int64], features: NDArray[np.int64], texts: int) -> Counts:
    """Count equal (text, feature) by one sort."""
    keys = pair_keys(text_of, features)
    keys.sort()
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(first, append=len(keys))
    keys = keys[first]
    starts = np.searchsorted(keys, pair_keys(np.arange(texts + 1), np.zeros(1, dtype=np.int64)))
    return Counts(starts, second_of(keys), counts)
