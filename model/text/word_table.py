"""Find the numbers of many words at once among words that are all known beforehand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .hash_table import ABSENT, HashTable
from .packed_strings import PackedStrings
from .ragged import distinct
from .split_words import LONGEST, WINDOW, Windows, WordHash, Words
from .token_ids import STOP, UNKNOWN, Ids, numbers_of_words

_LONGEST_CHARACTER = 4
_BYTES_BY_FIRST = np.array([1] * 0xC0 + [2] * 0x20 + [3] * 0x10 + [4] * 0x10, dtype=np.int64)
"""How many bytes a character has in UTF-8, by its first byte."""


def _are_single(words: Words) -> NDArray[np.int64]:
    """Return which words have a single character."""
    if words.content.isascii():
        return np.flatnonzero(words.lengths == 1)
    short = np.flatnonzero(words.lengths <= _LONGEST_CHARACTER)
    first = np.frombuffer(words.content, dtype=np.uint8)[words.starts[short]]
    return np.asarray(short[words.lengths[short] == _BYTES_BY_FIRST[first]])


class WordTable:
    """The numbers of the words of a vocabulary, as `TokenIds` gives them; texts add no words to it.

    Parameters
    ----------
    words
        A word's number is its place.
    stops
        Words whose number is `STOP`; so is that of each word of one character.
    """

    def __init__(self, words: PackedStrings, stops: Sequence[str]) -> None:
        places = words.find(stops)
        others = [stop.encode() for stop, place in zip(stops, places, strict=True) if place == UNKNOWN]
        lengths = np.append(np.diff(words.offsets.astype(np.int64), prepend=0), np.array(list(map(len, others)), int))
        content = b"".join([words.data.tobytes(), *others, bytes(WINDOW)])
        self._numbers = np.append(np.arange(len(lengths)), UNKNOWN)  # the last is that of `ABSENT`
        self._numbers[[*(place for place in places if place != UNKNOWN), *range(len(words), len(lengths))]] = STOP
        self._fill(Words(content, np.cumsum(lengths) - lengths, lengths))

    def of(self, texts: Sequence[bytes]) -> Ids:
        """Return the numbers of all words, text by text, and for each word the number of its text."""
        return numbers_of_words(texts, self._find)

    def _fill(self, words: Words) -> None:
        """Fill the table; take other factors if two words have the same hash, which is next to impossible."""
        places = np.flatnonzero(words.lengths <= LONGEST)
        is_distinct = False
        while not is_distinct:
            self._hash = WordHash()
            keys, longer, windows = self._keys(words[places])
            is_distinct = len(distinct(keys)[0]) == len(keys)
        self._table = HashTable()
        self._table.add(keys, places)
        sizes = words.lengths[places[longer]] // WINDOW + 1
        self._stored = np.zeros(int(sizes.sum()) + LONGEST // WINDOW + 1, dtype=np.uint64)
        self._stored_at = np.zeros(len(self._numbers), dtype=np.int64)
        self._stored_at[places[longer]] = starts = np.cumsum(sizes) - sizes
        for step, (long_enough, window) in enumerate(windows):
            self._stored[starts[long_enough] + step] = window

    def _find(self, words: Words) -> NDArray[np.int64]:
        keys, longer, windows = self._keys(words)
        places = self._table.find(keys)
        of_longer = places[longer]
        places[longer[~self._are_at(self._stored_at[of_longer], windows)]] = ABSENT
        numbers = self._numbers[places]
        numbers[longer[words.lengths[longer] > LONGEST]] = UNKNOWN
        numbers[_are_single(words)] = STOP
        return numbers

    def _keys(self, words: Words) -> tuple[NDArray[np.uint64], NDArray[np.int64], Windows]:
        """Return the keys of words, which of them are longer than a window, and the windows of these."""
        keys = words.window(0)
        longer = np.flatnonzero(words.lengths > WINDOW)
        windows = words[longer].windows()
        keys[longer] = self._hash.of(windows)
        return keys, longer, windows

    def _are_at(self, starts: NDArray[np.int64], windows: Windows) -> NDArray[np.bool_]:
        """Return whether each long word is the one whose windows start there; a word's last window tells its length."""
        same = np.ones(len(starts), dtype=bool)
        for step, (long_enough, window) in enumerate(windows):
            same[long_enough] &= self._stored[starts[long_enough] + step] == window
        return same
