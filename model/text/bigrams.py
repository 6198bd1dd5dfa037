"""Find pairs of neighbouring words (bigrams), as keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .counts import count_equal
from .pair_keys import pair_keys
from .token_ids import STOP


def find_bigrams(
    numbers: NDArray[np.int64], text_of: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the keys of all pairs of neighbouring features, and the number of the text that each pair is in.

    Stop words are skipped: the words around them are neighbours. Unknown words are not.
    """
    words = np.flatnonzero(numbers != STOP)
    numbers, text_of = numbers[words], text_of[words]
    is_feature = numbers >= 0
    firsts = np.flatnonzero(is_feature[:-1] & is_feature[1:] & (text_of[:-1] == text_of[1:]))
    keys = pair_keys(numbers[firsts], numbers[firsts + 1])
    return keys.view(np.uint64), text_of[firsts]


def document_frequencies(
    keys: NDArray[np.uint64], text_of: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the distinct keys, sorted, and the document frequency of each."""
    distinct, feature = np.unique(keys, return_inverse=True)
    texts = int(text_of[-1]) + 1 if len(text_of) else 0
    return distinct, np.bincount(count_equal(text_of, feature, texts).features, minlength=len(distinct))
