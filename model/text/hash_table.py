"""Map 64-bit keys to numbers with a hash table in NumPy arrays, which finds many keys at once."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

ABSENT = -1
LOW_HALF = np.uint64(2**32 - 1)
HALF = np.uint64(32)
_EMPTY = np.uint64(2**64 - 1)
_FEWEST_BITS = 10


def secret_factors(count: int) -> NDArray[np.uint64]:
    """Return random odd numbers, uint64, from the system's generator, so that nobody can predict them."""
    return np.frombuffer(os.urandom(8 * count), dtype=np.uint64) | np.uint64(1)


class HashTable:
    """A hash table from keys to numbers, with open addressing and linear probing.

    The slot of a key depends on random factors of this table, so that nobody can choose keys that collide more often
    than others. The numbers found do not depend on the factors.

    Each half of a key is multiplied by a factor, and the products are added: two keys agree in the upper 32 bits with a
    probability of 2**-32 (D. Lemire and O. Kaser, 'Strongly universal string hashing is fast', The Computer Journal 57,
    2014). A second multiplication prevents clusters of keys at regular distances.

    Examples
    --------
    >>> table = HashTable()
    >>> table.add(np.array([30, 10, 20], dtype=np.uint64), np.array([7, 8, 9]))
    >>> table.find(np.array([20, 5], dtype=np.uint64)).tolist()
    [9, -1]
    """

    def __init__(self) -> None:
        self.count = 0
        self._low, self._high, self._last_factor = secret_factors(3)
        self._allocate(_FEWEST_BITS)

    def _allocate(self, bits: int) -> None:
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY)
        self._numbers = np.full(1 << bits, ABSENT, dtype=np.int64)

    def add(self, keys: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        """Add keys with their numbers: uint64 below 2**64 - 1, distinct, and not in the table yet."""
        self.count += len(keys)
        if 2 * self.count > len(self._keys):
            filled = self._keys != _EMPTY
            keys = np.concatenate([self._keys[filled], keys])
            numbers = np.concatenate([self._numbers[filled], numbers])
            self._allocate(int(2 * self.count).bit_length())
        slots = self._slots(keys)
        while len(keys):
            free = self._keys[slots] == _EMPTY
            self._keys[slots[free]] = keys[free]  # if several keys compete for a slot, the last one gets it
            is_placed = self._keys[slots] == keys
            self._numbers[slots[is_placed]] = numbers[is_placed]
            keys, numbers, slots = keys[~is_placed], numbers[~is_placed], (slots[~is_placed] + 1) & self._last

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the number of each key, or `ABSENT`."""
        slots = self._slots(keys)
        found = np.take(self._keys, slots, mode="clip")
        numbers = np.take(self._numbers, slots, mode="clip")
        pending = np.flatnonzero((found != keys) & (found != _EMPTY))  # the number of an empty slot is `ABSENT`
        keys, slots = keys[pending], slots[pending]
        while len(pending):
            slots = (slots + 1) & self._last
            found = self._keys[slots]
            numbers[pending] = self._numbers[slots]
            is_open = np.flatnonzero((found != keys) & (found != _EMPTY))
            pending, keys, slots = pending[is_open], keys[is_open], slots[is_open]
        return numbers

    def _slots(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the slot at which the search for each key starts."""
        mixed: NDArray[np.uint64] = (keys & LOW_HALF) * self._low
        mixed += (keys >> HALF) * self._high
        mixed ^= mixed >> HALF
        mixed *= self._last_factor
        mixed >>= self._shift
        return mixed.view(np.int64)
