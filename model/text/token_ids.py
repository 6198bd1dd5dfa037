"""Turn plain texts into the numbers of their words, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .hash_table import ABSENT, HALF, LOW_HALF, HashTable, secret_factors
from .pair_keys import first_of, pair_keys

LONGEST = 64
"""Longer words, in bytes, such as web addresses or gene sequences, are unknown."""

UNKNOWN = -2
STOP = -3
"""Numbers of words that are no features. Stop words are skipped; unknown words separate their neighbours."""

_SPACE = ord(" ")
_STEP = 8  # bytes per window
_MASKS = np.array([(1 << 8 * i) - 1 for i in range(_STEP)] + [2**64 - 1], dtype=np.uint64)
_BYTE = np.uint64(8)
_HASHED = np.uint64(0xFE << 56)  # a byte that UTF-8 never has; marks keys that are hashes
_MAX_WORDS = 1_000_000  # to remember
_TEXTS_AT_ONCE = 1_000
_WORDS_AT_ONCE = 100_000

Windows = list[tuple[NDArray[np.int64], NDArray[np.uint64]]]


@dataclass(frozen=True)
class _Words:
    """The words of texts that are joined by spaces, with `_STEP` spaces at the end.

    Parameters
    ----------
    starts, lengths
        int64, shape (words,): the start and length of each word, in bytes.
    """

    content: bytes
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def split(cls, content: bytes) -> _Words:
        """Split content at spaces; it begins and ends with a space."""
        is_space = np.frombuffer(content, dtype=np.uint8) == _SPACE
        edges = np.flatnonzero(is_space[1:] != is_space[:-1]) + 1
        return cls(content, edges[::2], edges[1::2] - edges[::2])

    def __getitem__(self, which: NDArray[np.int64] | slice) -> _Words:
        return _Words(self.content, self.starts[which], self.lengths[which])

    def to_list(self) -> list[bytes]:
        """Return the words as bytes."""
        ends = self.starts + self.lengths
        return [self.content[start:end] for start, end in zip(self.starts.tolist(), ends.tolist(), strict=True)]

    def window(self, step: int) -> NDArray[np.uint64]:
        """Return eight bytes of each word as an integer, padded with zeros, which are in no word."""
        windows = np.ndarray(len(self.content) - _STEP + 1, dtype="<u8", buffer=self.content, strides=(1,))
        left = np.minimum(self.lengths - step * _STEP, _STEP)
        return windows[self.starts + step * _STEP] & _MASKS[left]

    def windows(self) -> Windows:
        """Return per step the numbers of the words that are long enough, and their windows.

        The last window of a word ends with a zero byte.
        """
        found = [(np.arange(len(self.starts)), self.window(0))]
        for step in range(1, min(int(self.lengths.max(initial=0)), LONGEST) // _STEP + 1):
            long_enough = np.flatnonzero(self.lengths >= step * _STEP)
            found.append((long_enough, self[long_enough].window(step)))
        return found


class TokenIds:
    """The numbers of words: a function returns the number of a new word, and this remembers it.

    The number of a word never depends on other words. A word of up to eight bytes is its own key. The key of a longer
    word is a hash with random factors that nobody can predict, and the words found are compared byte by byte; so no
    word is confused with another, and nobody can choose words that slow the search down.

    Parameters
    ----------
    resolve
        Returns the numbers of new words: 0 or more, `UNKNOWN` or `STOP`. The words are in the order of the texts.
    """

    def __init__(self, resolve: Callable[[Sequence[str]], Iterable[int]]) -> None:
        self._resolve = resolve
        self._factors = secret_factors(2 * (LONGEST // _STEP + 1)).reshape(2, -1)
        self._forget()

    def of(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all words, text by text, and for each word the number of its text.

        Parameters
        ----------
        texts
            As `plain` returns them.
        """
        starts = range(0, len(texts), _TEXTS_AT_ONCE)
        batches = [self._encode(texts[start : start + _TEXTS_AT_ONCE]) for start in starts]
        if not batches:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        numbers = np.concatenate([numbers for numbers, _ in batches])
        text_of = np.concatenate([text_of + start for start, (_, text_of) in zip(starts, batches, strict=True)])
        return numbers, text_of

    def _encode(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        words = _Words.split(b" ".join([b"", *texts, bytes([_SPACE] * _STEP)]))
        numbers = np.empty(len(words.starts), dtype=np.int64)
        for start in range(0, len(numbers), _WORDS_AT_ONCE):
            some = slice(start, start + _WORDS_AT_ONCE)
            numbers[some] = self._numbers(words[some])
        ends = np.cumsum([len(text) + 1 for text in texts])
        words_before = np.searchsorted(words.starts, ends, side="right")  # the end of each text
        return numbers, np.repeat(np.arange(len(texts)), np.diff(words_before, prepend=0))

    def _numbers(self, words: _Words) -> NDArray[np.int64]:
        keys = words.window(0)
        longer = np.flatnonzero(words.lengths > _STEP)
        long_words = words[longer]
        windows = long_words.windows()
        keys[longer] = self._hash(windows)
        found = self._table.find(keys)
        numbers = found.astype(np.int32).astype(np.int64)  # the lower half, with its sign
        numbers[longer[~self._are_stored_at(first_of(found[longer]), windows)]] = ABSENT
        numbers[longer[long_words.lengths > LONGEST]] = UNKNOWN
        new = np.flatnonzero(numbers == ABSENT)
        if len(new):
            numbers[new] = self._add(words[new].to_list(), keys[new])
        return numbers

    def _hash(self, windows: Windows) -> NDArray[np.uint64]:
        """Return hashes of words, from two factors per window (see `HashTable`)."""
        sums = np.zeros(len(windows[0][0]), dtype=np.uint64)
        for (long_enough, window), low, high in zip(windows, *self._factors, strict=False):
            sums[long_enough] += (window & LOW_HALF) * low + (window >> HALF) * high
        return (sums >> _BYTE) | _HASHED

    def _are_stored_at(self, positions: NDArray[np.int64], windows: Windows) -> NDArray[np.bool_]:
        """Return whether each word is stored at its position, which is counted in windows."""
        stored = np.frombuffer(self._stored, dtype="<u8")
        same = np.ones(len(positions), dtype=bool)
        for step, (long_enough, window) in enumerate(windows):
            same[long_enough] &= np.take(stored, positions[long_enough] + step, mode="clip") == window
        return same

    def _add(self, words: list[bytes], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the numbers of new words, and remember them."""
        if self._table.count > _MAX_WORDS:
            self._forget()
        new = list(dict.fromkeys(words))
        number_of = dict(zip(new, self._resolve([word.decode() for word in new]), strict=True))
        distinct, first = np.unique(keys, return_index=True)  # of two words with the same key, only the first is kept
        is_free = self._table.find(distinct) == ABSENT
        added = [words[i] for i in first[is_free].tolist()]
        values = [pair_keys(self._store(word), number_of[word] & int(LOW_HALF)) for word in added]
        self._table.add(distinct[is_free], np.array(values, dtype=np.int64))
        return np.fromiter(map(number_of.__getitem__, words), dtype=np.int64, count=len(words))

    def _store(self, word: bytes) -> int:
        """Store a long word for comparison, and return its position in windows; 0 for a short word."""
        if len(word) <= _STEP:
            return 0
        position = len(self._stored) // _STEP
        self._stored += word.ljust((len(word) // _STEP + 1) * _STEP, b"\0")
        return position

    def _forget(self) -> None:
        self._table = HashTable()
        self._stored = bytearray(_STEP)
