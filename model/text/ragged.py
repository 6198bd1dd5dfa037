"""Store rows of different lengths in two arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class RaggedArray(Struct, frozen=True):
    """Rows of integers, of different lengths.

    Parameters
    ----------
    values
        int32: the values of all rows, row by row.
    lengths
        int32, shape (rows,): the number of values per row.

    Examples
    --------
    >>> rows = RaggedArray(np.array([7, 8, 9], dtype=np.int32), np.array([2, 0, 1], dtype=np.int32))
    >>> rows.take(np.array([2, 0])).values.tolist()
    [9, 7, 8]
    """

    values: NDArray[np.int32]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, values: NDArray[np.int64], row_of: NDArray[np.int64], rows: int) -> RaggedArray:
        """Return rows made of values, and for each value the number of its row, in increasing order."""
        return cls(values.astype(np.int32), np.bincount(row_of, minlength=rows).astype(np.int32))

    @classmethod
    def join(cls, arrays: Sequence[RaggedArray]) -> RaggedArray:
        """Return the rows of several arrays in one."""
        values = np.concatenate([array.values for array in arrays])
        return cls(values, np.concatenate([array.lengths for array in arrays]))

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def row_of(self) -> NDArray[np.int64]:
        """int64, shape of the values: the number of each value's row."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: NDArray[np.int64]) -> RaggedArray:
        """Return the rows with the given numbers."""
        lengths = self.lengths[rows]
        starts = (np.cumsum(self.lengths) - self.lengths)[rows]
        return RaggedArray(self.values[ranges(starts, lengths)], lengths)


def ranges(starts: NDArray[np.integer[Any]], lengths: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Return ranges of numbers, one after the other, given the start and the length of each.

    >>> ranges(np.array([7, 2]), np.array([2, 3])).tolist()
    [7, 8, 2, 3, 4]
    """
    ends = np.cumsum(lengths, dtype=np.int64)
    found = np.repeat(starts - ends + lengths, lengths)
    found += np.arange(len(found))
    return found


def differences(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the differences of neighbours, as `np.diff` does, which takes ten times as long for few values."""
    return values[1:] - values[:-1]


def starts_of_runs(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where a value differs from the one before it; the first one does.

    >>> starts_of_runs(np.array([3, 3, 5, 5, 5, 3])).tolist()
    [0, 2, 5]
    """
    is_start = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=is_start[1:])
    return np.flatnonzero(is_start)


def distinct(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the distinct values, sorted, and where each occurs first.

    `numpy.unique` does the same, but imports `numpy.ma`, which takes a tenth of the time of one prediction.

    >>> [found.tolist() for found in distinct(np.array([5, 3, 5]))]
    [[3, 5], [1, 0]]
    """
    order = np.argsort(values, kind="stable")
    in_order = values[order]
    is_first = np.ones(len(values), dtype=bool)
    is_first[1:] = in_order[1:] != in_order[:-1]
    return in_order[is_first], order[is_first]
