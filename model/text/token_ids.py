"""From plain texts to the numbers of their words, many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .hash_table import ABSENT, HALF, LOW_HALF, HashTable, secret_factors

LONGEST = 64
"""Words of more bytes than this, such as web addresses or gene sequences, are no words."""

UNKNOWN = -2
STOP = -3
"""Numbers of words that are no features; stop words are passed over, unknown ones keep their neighbours apart."""

_SPACE = ord(" ")
_STEP = 8  # bytes that are read at once
_MASKS = np.array([(1 << 8 * i) - 1 for i in range(_STEP)] + [2**64 - 1], dtype=np.uint64)
_BYTE = np.uint64(8)
_HASHED = np.uint64(0xFE << 56)  # a byte that UTF-8 does not have marks the keys that are hashes
_REMEMBERED = 1_000_000
_TEXTS_AT_ONCE = 1_000
_WORDS_AT_ONCE = 100_000


Windows = list[tuple[NDArray[np.int64], NDArray[np.uint64]]]


@dataclass(frozen=True)
class _Words:
    """Words of texts that are joined by spaces, with a step's length of spaces at the end.

    Parameters
    ----------
    starts, lengths
        int64, shape (words,): where each starts, and how many bytes it has.
    """

    content: bytes
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def cut(cls, content: bytes) -> _Words:
        is_space = np.frombuffer(content, dtype=np.uint8) == _SPACE
        edges = np.flatnonzero(is_space[1:] != is_space[:-1]) + 1
        return cls(content, edges[::2], edges[1::2] - edges[::2])

    def __getitem__(self, which: NDArray[np.int64] | slice) -> _Words:
        return _Words(self.content, self.starts[which], self.lengths[which])

    def spelled(self) -> list[bytes]:
        ends = self.starts + self.lengths
        return [self.content[start:end] for start, end in zip(self.starts.tolist(), ends.tolist(), strict=True)]

    def window(self, step: int) -> NDArray[np.uint64]:
        """Return eight bytes of each word as a number, filled up with zeros; words have none, so that it is exact."""
        windows = np.ndarray(len(self.content) - _STEP + 1, dtype="<u8", buffer=self.content, strides=(1,))
        left = np.minimum(self.lengths - step * _STEP, _STEP)
        return windows[self.starts + step * _STEP] & _MASKS[left]

    def windows(self) -> Windows:
        """Return all windows of the words up to the longest length, step by step, with the words that go on so far.

        The last window of a word has a zero in it or is zero.
        """
        found = [(np.arange(len(self.starts)), self.window(0))]
        for step in range(1, min(int(self.lengths.max(initial=0)), LONGEST) // _STEP + 1):
            far = np.flatnonzero(self.lengths >= step * _STEP)
            found.append((far, self[far].window(step)))
        return found


class TokenIds:
    """The numbers of words, found out by a function when a word is first met, and remembered.

    A number never depends on the other words that were met. Up to eight bytes are a key of their own. Longer words
    have a hash for a key, with random factors that nobody can know in advance, and are then compared byte by byte; so
    words can neither be taken for others nor be chosen to make the search slow.

    Parameters
    ----------
    resolve
        From a word to its number: 0 or more, `UNKNOWN` or `STOP`. It is asked for words in their order.
    """

    def __init__(self, resolve: Callable[[str], int]) -> None:
        self._resolve = resolve
        self._factors = secret_factors(2 * (LONGEST // _STEP + 1)).reshape(2, -1)
        self._forget()

    def of(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of all words one after the other, and the number of the text that each is in.

        Parameters
        ----------
        texts
            As `tokens.plain` gives them.
        """
        parts = [self._some(texts[start : start + _TEXTS_AT_ONCE]) for start in range(0, len(texts), _TEXTS_AT_ONCE)]
        if not parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        numbers = np.concatenate([numbers for numbers, _ in parts])
        text_of = np.concatenate([text_of + i * _TEXTS_AT_ONCE for i, (_, text_of) in enumerate(parts)])
        return numbers, text_of

    def _some(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        words = _Words.cut(b" ".join([b"", *texts, bytes([_SPACE] * _STEP)]))
        numbers = np.empty(len(words.starts), dtype=np.int64)
        for start in range(0, len(numbers), _WORDS_AT_ONCE):
            part = slice(start, start + _WORDS_AT_ONCE)
            numbers[part] = self._numbers(words[part])
        ends = np.cumsum([len(text) + 1 for text in texts])
        before = np.searchsorted(words.starts, ends, side="right")  # how many words start up to the end of each text
        return numbers, np.repeat(np.arange(len(texts)), np.diff(before, prepend=0))

    def _numbers(self, words: _Words) -> NDArray[np.int64]:
        keys = words.window(0)
        longer = np.flatnonzero(words.lengths > _STEP)
        long_words = words[longer]
        windows = long_words.windows()
        keys[longer] = self._hash(windows)
        found = self._table.find(keys)
        numbers = found.astype(np.int32).astype(np.int64)  # of what is found, the lower half
        numbers[longer[~self._are_spelled_at(found[longer] >> 32, windows)]] = ABSENT
        numbers[longer[long_words.lengths > LONGEST]] = UNKNOWN
        new = np.flatnonzero(numbers == ABSENT)
        if len(new):
            numbers[new] = self._learn(words[new].spelled(), keys[new])
        return numbers

    def _hash(self, windows: Windows) -> NDArray[np.uint64]:
        """Hash words, with two factors for every window (see `HashTable`)."""
        sums = np.zeros(len(windows[0][0]), dtype=np.uint64)
        for (far, window), low, high in zip(windows, *self._factors, strict=False):
            sums[far] += (window & LOW_HALF) * low + (window >> HALF) * high
        return (sums >> _BYTE) | _HASHED

    def _are_spelled_at(self, places: NDArray[np.int64], windows: Windows) -> NDArray[np.bool_]:
        """Compare words with what stands at places of the spellings, which are counted in windows."""
        spellings = np.frombuffer(self._spellings, dtype="<u8")
        same = np.ones(len(places), dtype=bool)
        for step, (far, window) in enumerate(windows):
            same[far] &= np.take(spellings, places[far] + step, mode="clip") == window
        return same

    def _learn(self, words: list[bytes], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the numbers of words that are not known yet, and remember them."""
        if self._table.count > _REMEMBERED:
            self._forget()
        number_of = {word: self._resolve(word.decode()) for word in dict.fromkeys(words)}
        distinct, first = np.unique(keys, return_index=True)  # of two words with one key, the second is asked for again
        is_free = self._table.find(distinct) == ABSENT
        added = [words[i] for i in first[is_free].tolist()]
        values = [self._keep(word) << 32 | number_of[word] & int(LOW_HALF) for word in added]
        self._table.add(distinct[is_free], np.array(values, dtype=np.int64))
        return np.fromiter(map(number_of.__getitem__, words), dtype=np.int64, count=len(words))

    def _keep(self, word: bytes) -> int:
        """Remember how a long word is spelled, and return where."""
        if len(word) <= _STEP:
            return 0
        place = len(self._spellings) // _STEP
        self._spellings += word.ljust((len(word) // _STEP + 1) * _STEP, b"\0")
        return place

    def _forget(self) -> None:
        self._table = HashTable()
        self._spellings = bytearray(_STEP)
