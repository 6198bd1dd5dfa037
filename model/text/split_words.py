"""Split many plain texts into words at once, and look at the bytes of the words in windows of eight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .hash_table import HALF, LOW_HALF, secret_factors

LONGEST = 64
"""Longer words, in bytes, such as web addresses or gene sequences, are unknown."""

WINDOW = 8
"""Bytes per window."""

_SPACE = ord(" ")
_MASKS = np.array([(1 << 8 * i) - 1 for i in range(WINDOW)] + [2**64 - 1], dtype=np.uint64)
_BYTE = np.uint64(8)
_HASHED = np.uint64(0xFE << 56)  # a byte that UTF-8 never has; marks keys that are hashes

Windows = list[tuple[NDArray[np.int64] | slice, NDArray[np.uint64]]]
"""Per step of eight bytes: the words that are long enough, and their windows."""


class Words(Struct, frozen=True):
    """Words in one string of bytes, with at least `WINDOW` more bytes at its end.

    Parameters
    ----------
    starts, lengths
        int64, shape (words,): the start and length of each word, in bytes.
    """

    content: bytes
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> tuple[Words, NDArray[np.int64]]:
        """Split texts at spaces; return their words, and for each word the number of its text."""
        words = cls._split(b" ".join([b"", *texts, bytes([_SPACE] * WINDOW)]))
        ends = np.cumsum([len(text) + 1 for text in texts])
        words_before = np.searchsorted(words.starts, ends, side="right")  # the end of each text
        return words, np.repeat(np.arange(len(texts)), np.diff(words_before, prepend=0))

    @classmethod
    def _split(cls, content: bytes) -> Words:
        """Split content at spaces; it begins and ends with a space."""
        is_space = np.frombuffer(content, dtype=np.uint8) == _SPACE
        edges = np.flatnonzero(is_space[1:] != is_space[:-1]) + 1
        return cls(content, edges[::2], edges[1::2] - edges[::2])

    def __getitem__(self, which: NDArray[np.int64] | slice) -> Words:
        return Words(self.content, self.starts[which], self.lengths[which])

    def to_list(self) -> list[bytes]:
        """Return the words as bytes."""
        ends = self.starts + self.lengths
        return [self.content[start:end] for start, end in zip(self.starts.tolist(), ends.tolist(), strict=True)]

    def window(self, step: int) -> NDArray[np.uint64]:
        """Return eight bytes of each word as an integer, padded with zeros, which are in no word."""
        windows = np.ndarray(len(self.content) - WINDOW + 1, dtype="<u8", buffer=self.content, strides=(1,))
        window = windows[self.starts + step * WINDOW if step else self.starts]
        window &= _MASKS.take(self.lengths - step * WINDOW if step else self.lengths, mode="clip")
        return window

    def windows(self) -> Windows:
        """Return per step the numbers of the words that are long enough, and their windows.

        The last window of a word ends with a zero byte.
        """
        found: Windows = [(slice(None), self.window(0))]
        for step in range(1, min(int(self.lengths.max(initial=0)), LONGEST) // WINDOW + 1):
            is_long = self.lengths >= step * WINDOW
            long_enough = slice(None) if is_long.all() else np.flatnonzero(is_long)
            found.append((long_enough, self[long_enough].window(step)))
        return found


class WordHash:
    """Hashes of words with random factors that nobody can predict, two per window (see `HashTable`)."""

    def __init__(self) -> None:
        self.factors = secret_factors(2 * (LONGEST // WINDOW + 1)).reshape(2, -1)

    def of(self, windows: Windows) -> NDArray[np.uint64]:
        """Return the hashes of words, which are the keys of no word of up to eight bytes."""
        sums = np.zeros(len(windows[0][1]), dtype=np.uint64)
        for (long_enough, window), low, high in zip(windows, *self.factors, strict=False):
            sums[long_enough] += (window & LOW_HALF) * low + (window >> HALF) * high
        return (sums >> _BYTE) | _HASHED
