"""Turn plain texts into the numbers of their words, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .hash_table import ABSENT, LOW_HALF, HashTable
from .pair_keys import first_of, pair_keys
from .ragged import distinct
from .split_words import LONGEST, WINDOW, Windows, WordHash, Words

UNKNOWN = -2
STOP = -3
"""Numbers of words that are no features. Stop words are skipped; unknown words separate their neighbours."""

_MAX_WORDS = 1_000_000  # to remember
_TEXTS_AT_ONCE = 1_000
_WORDS_AT_ONCE = 100_000

Ids = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The numbers of words, and for each word the number of its text."""


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
        self._hash = WordHash()
        self._forget()

    def of(self, texts: Sequence[bytes]) -> Ids:
        """Return the numbers of all words, text by text, and for each word the number of its text.

        Parameters
        ----------
        texts
            As `plain` returns them.
        """
        return numbers_of_words(texts, self._numbers)

    def _numbers(self, words: Words) -> NDArray[np.int64]:
        keys = words.window(0)
        longer = np.flatnonzero(words.lengths > WINDOW)
        long_words = words[longer]
        windows = long_words.windows()
        keys[longer] = self._hash.of(windows)
        found = self._table.find(keys)
        numbers = found.astype(np.int32).astype(np.int64)  # the lower half, with its sign
        numbers[longer[~self._are_stored_at(first_of(found[longer]), windows)]] = ABSENT
        numbers[longer[long_words.lengths > LONGEST]] = UNKNOWN
        new = np.flatnonzero(numbers == ABSENT)
        if len(new):
            numbers[new] = self._add(words[new].to_list(), keys[new])
        return numbers

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
        new_keys, first = distinct(keys)  # of two words with the same key, only the first is kept
        is_free = self._table.find(new_keys) == ABSENT
        added = [words[i] for i in first[is_free].tolist()]
        values = [pair_keys(self._store(word), number_of[word] & int(LOW_HALF)) for word in added]
        self._table.add(new_keys[is_free], np.array(values, dtype=np.int64))
        return np.fromiter(map(number_of.__getitem__, words), dtype=np.int64, count=len(words))

    def _store(self, word: bytes) -> int:
        """Store a long word for comparison, and return its position in windows; 0 for a short word."""
        if len(word) <= WINDOW:
            return 0
        position = len(self._stored) // WINDOW
        self._stored += word.ljust((len(word) // WINDOW + 1) * WINDOW, b"\0")
        return position

    def _forget(self) -> None:
        self._table = HashTable()
        self._stored = bytearray(WINDOW)


def numbers_of_words(texts: Sequence[bytes], find: Callable[[Words], NDArray[np.int64]]) -> Ids:
    """Return the numbers of the words of texts; bound the texts and words that are looked at at once.

    Parameters
    ----------
    find
        Returns the numbers of words.
    """
    found = [_numbers_of_some(texts[at : at + _TEXTS_AT_ONCE], find) for at in range(0, len(texts), _TEXTS_AT_ONCE)]
    if len(found) == 1:
        return found[0]
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    text_of = [of + group * _TEXTS_AT_ONCE for group, (_, of) in enumerate(found)]
    return np.concatenate([numbers for numbers, _ in found]), np.concatenate(text_of)


def _numbers_of_some(texts: Sequence[bytes], find: Callable[[Words], NDArray[np.int64]]) -> Ids:
    words, text_of = Words.of(texts)
    numbers = np.empty(len(text_of), dtype=np.int64)
    for start in range(0, len(numbers), _WORDS_AT_ONCE):
        some = slice(start, start + _WORDS_AT_ONCE)
        numbers[some] = find(words[some])
    return numbers, text_of
