"""Finding pairs of words fast: a hash table with open addressing, held in NumPy arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_EMPTY = np.uint64(2**64 - 1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: D. Knuth's multiplicative hashing


class PairTable:
    """Where keys stand in an array.

    Parameters
    ----------
    keys
        uint64, distinct, below 2**64 - 1.

    Examples
    --------
    >>> PairTable(np.array([30, 10, 20], dtype=np.uint64)).find(np.array([20, 5], dtype=np.uint64)).tolist()
    [2, -1]
    """

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        bits = max(int(2 * len(keys)).bit_length(), 4)
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY)
        self._places = np.full(1 << bits, -1, dtype=np.int64)
        self._fill(keys)

    def _fill(self, keys: NDArray[np.uint64]) -> None:
        slots, waiting = self._slots(keys), np.arange(len(keys))
        while len(waiting):
            free = self._keys[slots] == _EMPTY
            self._places[slots[free]] = waiting[free]  # of several that want a slot, the last gets it
            self._keys[slots[free]] = keys[self._places[slots[free]]]
            settled = self._places[slots] == waiting
            slots, waiting = (slots[~settled] + 1) & self._last, waiting[~settled]

    def _slots(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        return ((keys * _MULTIPLIER) >> self._shift).astype(np.int64)

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the place of each key in the array that the table was made of, or -1."""
        slots = self._slots(keys)
        found = self._keys[slots]
        places = np.where(found == keys, self._places[slots], -1)
        open_ = np.flatnonzero((found != keys) & (found != _EMPTY))
        slots = slots[open_]
        while len(open_):
            slots = (slots + 1) & self._last
            found = self._keys[slots]
            right = found == keys[open_]
            places[open_[right]] = self._places[slots[right]]
            going_on = ~right & (found != _EMPTY)
            open_, slots = open_[going_on], slots[going_on]
        return places
