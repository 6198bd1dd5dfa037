"""Pack pairs of 32-bit numbers into 64-bit keys, which sort by the first number, then the second."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Keys = TypeVar("Keys", int, NDArray[np.int64])

_BITS = 32
_MASK = (1 << _BITS) - 1


def pair_keys(first: Keys, second: Keys) -> Keys:
    """Return the keys of pairs, element by element.

    >>> pair_keys(1, 2)
    4294967298
    """
    return (first << _BITS) | second


def first_of(keys: Keys) -> Keys:
    """Return the first number of each pair."""
    return keys >> _BITS


def second_of(keys: Keys) -> Keys:
    """Return the second number of each pair."""
    return keys & _MASK
