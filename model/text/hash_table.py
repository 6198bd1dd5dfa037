"""A hash table from 64-bit keys to numbers, held in NumPy arrays so that many keys are found at once."""

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
    """Return random odd numbers, uint64, from the system's generator, so that nobody can know them in advance."""
    return np.frombuffer(os.urandom(8 * count), dtype=np.uint64) | np.uint64(1)


class HashTable:
    """From keys to numbers, with open addressing and linear probing.

    Where a key goes depends on random factors of this table alone, so that keys chosen to collide collide no more often
    than any others. What is found does not depend on them.

    The halves of a key are multiplied by a factor each and added up: any two keys agree in the upper 32 bits with a
    probability of 2**-32 (D. Lemire and O. Kaser, 'Strongly universal string hashing is fast', The Computer Journal 57,
    2014). A second multiplication keeps keys at regular distances from forming clusters.

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
        """Add keys, uint64 below 2**64 - 1, all distinct and none of them in the table yet, with their numbers."""
        self.count += len(keys)
        if 2 * self.count > len(self._keys):
            filled = self._keys != _EMPTY
            keys = np.concatenate([self._keys[filled], keys])
            numbers = np.concatenate([self._numbers[filled], numbers])
            self._allocate(int(2 * self.count).bit_length())
        slots = self._slots(keys)
        while len(keys):
            free = self._keys[slots] == _EMPTY
            self._keys[slots[free]] = keys[free]  # of several that want a slot, the last gets it
            settled = self._keys[slots] == keys
            self._numbers[slots[settled]] = numbers[settled]
            keys, numbers, slots = keys[~settled], numbers[~settled], (slots[~settled] + 1) & self._last

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the number of each key, `ABSENT` where there is none."""
        slots = self._slots(keys)
        found = np.take(self._keys, slots, mode="clip")
        numbers = np.take(self._numbers, slots, mode="clip")
        waiting = np.flatnonzero(found != keys)
        while len(waiting):
            numbers[waiting] = ABSENT
            waiting = waiting[found[waiting] != _EMPTY]
            slots[waiting] = (slots[waiting] + 1) & self._last
            found[waiting] = self._keys[slots[waiting]]
            numbers[waiting] = self._numbers[slots[waiting]]
            waiting = waiting[found[waiting] != keys[waiting]]
        return numbers

    def _slots(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        mixed: NDArray[np.uint64] = (keys & LOW_HALF) * self._low
        mixed += (keys >> HALF) * self._high
        mixed ^= mixed >> HALF
        mixed *= self._last_factor
        mixed >>= self._shift
        return mixed.view(np.int64)
