"""Word triples: by these, texts of a stream are told that say much the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classmark.model.text.hash_table import ABSENT, HashTable
from classmark.model.text.ragged import RaggedArray

_SHARED = 0.5
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)  # of xxHash
_TURN = np.uint64(29)
_KEY_BITS = np.uint64(2**63 - 1)


class ShingleIndex:
    """The word triples of some texts, to tell others that repeat them.

    In a corpus in memory, near duplicates are looked for pair by pair; here, texts are compared with all the known ones
    at once, for which memory and time suffice with millions.

    Parameters
    ----------
    texts
        The numbers of their words.
    """

    def __init__(self, texts: RaggedArray) -> None:
        keys = np.unique(_triples(texts)[0])
        self._known = HashTable()
        self._known.add(keys, np.zeros(len(keys), dtype=np.int64))

    def repeated_by(self, texts: RaggedArray) -> NDArray[np.bool_]:
        """Say which texts have at least half of their triples in common with the known ones; shape (texts,)."""
        keys, text_of = _triples(texts)
        known = self._known.find(keys) != ABSENT
        shared = np.bincount(text_of[known], minlength=len(texts))
        return np.asarray((shared > 0) & (shared >= _SHARED * np.bincount(text_of, minlength=len(texts))))


def lots(texts: RaggedArray) -> NDArray[np.uint64]:
    """Return a number for each text, as good as random, that texts with much in common most likely share.

    It is the smallest key of their triples (A. Broder, 'On the resemblance and containment of documents', 1997).
    """
    keys, text_of = _triples(texts)
    smallest = np.full(len(texts), _KEY_BITS)
    np.minimum.at(smallest, text_of, keys)
    return _mixed(smallest)


def _triples(texts: RaggedArray) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the keys of all triples, below 2**63, and the texts that they are in."""
    text_of, words = texts.row_of, texts.values.astype(np.uint64)
    inside = np.flatnonzero(text_of[2:] == text_of[:-2])
    keys = np.zeros(len(inside), dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        keys = _mixed(keys ^ words[inside + place] * factor)
    return keys & _KEY_BITS, text_of[inside]


def _mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = (keys ^ (keys >> _TURN)) * _FACTORS[0]
    return np.asarray(mixed ^ (mixed >> _TURN), dtype=np.uint64)
