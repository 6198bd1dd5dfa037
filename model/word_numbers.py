"""From plain texts to the numbers of their words, many at once: words are told apart by 64-bit hashes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .hash_table import ABSENT, HashTable

LONGEST = 64
"""Words of more bytes than this, such as web addresses or gene sequences, are no words."""

UNKNOWN = -2
STOP = -3
"""Numbers of words that are no features; stop words are passed over, unknown ones keep their neighbours apart."""

_SPACE = ord(" ")
_STEP = 8  # bytes that are hashed at once
_MULTIPLIER = np.uint64(0xFF51AFD7ED558CCD)  # of MurmurHash3's finalizer, A. Appleby
_TURN = np.uint64(32)
_KEY_BITS = np.uint64(2**63 - 1)
_MASKS = np.array([(1 << 8 * i) - 1 for i in range(_STEP)] + [2**64 - 1], dtype=np.uint64)
_REMEMBERED = 1_000_000
_AT_ONCE = 1_000


class WordNumbers:
    """The numbers of words, found out by a function when a word is first met, and remembered.

    Parameters
    ----------
    resolve
        From a word to its number: 0 or more, `UNKNOWN` or `STOP`.
    """

    def __init__(self, resolve: Callable[[str], int]) -> None:
        self._resolve = resolve
        self._table = HashTable()

    def of(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all words one after the other, and the number of the text that each is in.

        Parameters
        ----------
        texts
            As `tokens.plain` gives them.
        """
        parts = [self._some(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        if not parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        numbers = np.concatenate([numbers for numbers, _ in parts])
        text_of = np.concatenate([text_of + i * _AT_ONCE for i, (_, text_of) in enumerate(parts)])
        return numbers, text_of

    def _some(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        content = b" ".join([b"", *texts, bytes([_SPACE] * _STEP)])
        starts, lengths = _cut(content)
        keys = _hash(content, starts, lengths)
        numbers = self._table.find(keys)
        new = np.flatnonzero(numbers == ABSENT)
        if len(new):
            self._learn(content, starts[new], lengths[new], keys[new])
            numbers[new] = self._table.find(keys[new])
        ends = np.cumsum([len(text) + 1 for text in texts])
        return numbers, np.searchsorted(ends, starts, side="left")

    def _learn(
        self, content: bytes, starts: NDArray[np.int64], lengths: NDArray[np.int64], keys: NDArray[np.uint64]
    ) -> None:
        if self._table.count > _REMEMBERED:
            self._table = HashTable()
        distinct, first = np.unique(keys, return_index=True)
        numbers = [
            self._resolve(content[start : start + length].decode()) if length <= LONGEST else UNKNOWN
            for start, length in zip(starts[first].tolist(), lengths[first].tolist(), strict=True)
        ]
        self._table.add(distinct, np.array(numbers, dtype=np.int64))


def _cut(content: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where words start and how many bytes they have; the content starts and ends with spaces."""
    is_space = np.frombuffer(content, dtype=np.uint8) == _SPACE
    edges = np.flatnonzero(is_space[1:] != is_space[:-1]) + 1
    return edges[::2], edges[1::2] - edges[::2]


def _hash(content: bytes, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash words, of the too long ones the first bytes, to keys below 2**63."""
    windows = np.ndarray(len(content) - _STEP + 1, dtype="<u8", buffer=content, strides=(1,))
    keys = lengths.astype(np.uint64)
    for offset in range(0, LONGEST, _STEP):
        longer = slice(None) if offset == 0 else np.flatnonzero(lengths > offset)
        left = np.minimum(lengths[longer] - offset, _STEP)
        if not len(left):
            break
        mixed = (keys[longer] ^ (windows[starts[longer] + offset] & _MASKS[left])) * _MULTIPLIER
        keys[longer] = mixed ^ (mixed >> _TURN)
    return keys & _KEY_BITS
