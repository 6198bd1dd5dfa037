"""Store sorted words in two arrays, which can be mapped into memory and searched without reading them all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .token_ids import UNKNOWN


class PackedStrings(Sequence[bytes]):
    """Distinct words in UTF-8, sorted by their bytes, in two arrays.

    Parameters
    ----------
    data
        uint8: the bytes of all words.
    offsets
        uint32, shape (words,): where each word ends in ``data``.
    """

    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.uint32]) -> None:
        self.data = data
        self.offsets = offsets
        self._data = data.data
        self._offsets = offsets.astype(np.uint32, copy=False).data

    @classmethod
    def of(cls, words: Iterable[bytes]) -> PackedStrings:
        """Pack sorted words."""
        words = list(words)
        offsets = np.cumsum([len(word) for word in words], dtype=np.uint32)
        return cls(np.frombuffer(b"".join(words), dtype=np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets)

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # slices have no use here
        start = self._offsets[number - 1] if number else 0
        return bytes(self._data[start : self._offsets[number]])

    def find(self, words: Iterable[str]) -> list[int]:
        """Return the number of each word, or `UNKNOWN`, by bisection; `WordTable` finds many words faster."""
        return [self._bisect(word.encode()) for word in words]

    def _bisect(self, word: bytes) -> int:
        number = bisect_left(self, word)
        return number if number < len(self) and self[number] == word else UNKNOWN
