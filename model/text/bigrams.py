"""Pairs of neighbouring words, as keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .counts import count_equal
from .pair_keys import pair_keys
from .token_ids import STOP


def neighbours(numbers: NDArray[np.int64], text_of: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the keys of all pairs of known neighbours in a text, and the texts that they are in.

    Stop words do not keep their neighbours apart, unknown words do.
    """
    is_word = numbers != STOP
    numbers, text_of = numbers[is_word], text_of[is_word]
    known = numbers >= 0
    together = np.flatnonzero(known[:-1] & known[1:] & (text_of[:-1] == text_of[1:]))
    keys = pair_keys(numbers[together], numbers[together + 1])
    return keys.view(np.uint64), text_of[together]


def texts_with(keys: NDArray[np.uint64], text_of: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the distinct keys, sorted, and how many texts each is in."""
    distinct, key = np.unique(keys, return_inverse=True)
    texts = int(text_of[-1]) + 1 if len(text_of) else 0
    return distinct, np.bincount(count_equal(text_of, key, texts).features, minlength=len(distinct))
