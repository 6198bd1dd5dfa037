"""Find near duplicates in a stream by their shingles, sequences of three words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classmark.model.text.hash_table import ABSENT, HashTable
from classmark.model.text.ragged import RaggedArray

_MIN_SHARED = 0.5
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)  # of xxHash
_SHIFT = np.uint64(29)
_KEY_BITS = np.uint64(2**63 - 1)


class ShingleIndex:
    """The shingles of some texts, to recognize other texts that repeat them.

    Unlike the pairwise search in memory, it compares each text with all indexed texts at once, so that time and memory
    suffice for millions.

    Parameters
    ----------
    texts
        The word ids of the texts.
    """

    def __init__(self, texts: RaggedArray) -> None:
        keys = np.unique(_shingles(texts)[0])
        self._indexed = HashTable()
        self._indexed.add(keys, np.zeros(len(keys), dtype=np.int64))

    def repeated_by(self, texts: RaggedArray) -> NDArray[np.bool_]:
        """Return which texts share at least half of their shingles with the indexed ones, shape (texts,)."""
        keys, text_of = _shingles(texts)
        is_indexed = self._indexed.find(keys) != ABSENT
        shared = np.bincount(text_of[is_indexed], minlength=len(texts))
        return np.asarray((shared > 0) & (shared >= _MIN_SHARED * np.bincount(text_of, minlength=len(texts))))


def minhash(texts: RaggedArray) -> NDArray[np.uint64]:
    """Return one hash per text, uint64, shape (texts,); texts with much in common most likely share it.

    The smallest key of a text's shingles (A. Broder, 'On the resemblance and containment of documents', 1997).
    """
    keys, text_of = _shingles(texts)
    smallest = np.full(len(texts), _KEY_BITS)
    np.minimum.at(smallest, text_of, keys)
    return _mixed(smallest)


def _shingles(texts: RaggedArray) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the keys of all shingles, below 2**63, and the text that each is in."""
    text_of, words = texts.row_of, texts.values.astype(np.uint64)
    inside = np.flatnonzero(text_of[2:] == text_of[:-2])
    keys = np.zeros(len(inside), dtype=np.uint64)
    for position, factor in enumerate(_FACTORS):
        keys = _mixed(keys ^ words[inside + position] * factor)
    return keys & _KEY_BITS, text_of[inside]


def _mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return 64-bit hashes of keys, by multiplication and xor-shifts."""
    mixed = (keys ^ (keys >> _SHIFT)) * _FACTORS[0]
    return np.asarray(mixed ^ (mixed >> _SHIFT), dtype=np.uint64)
