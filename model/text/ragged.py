"""Rows of different lengths, kept in two arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RaggedArray:
    """Rows of whole numbers.

    Parameters
    ----------
    values
        int32, the rows one after the other.
    lengths
        int32, shape (rows,): how many values each row has.

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
        """Make rows of values and the rising numbers of the rows that they are in."""
        return cls(values.astype(np.int32), np.bincount(row_of, minlength=rows).astype(np.int32))

    @classmethod
    def join(cls, parts: Sequence[RaggedArray]) -> RaggedArray:
        """Put rows one after the other."""
        return cls(np.concatenate([part.values for part in parts]), np.concatenate([part.lengths for part in parts]))

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def row_of(self) -> NDArray[np.int64]:
        """int64, shape of the values: the number of the row that each is in."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: NDArray[np.int64]) -> RaggedArray:
        """Return some rows, by their numbers."""
        lengths = self.lengths[rows]
        starts = (np.cumsum(self.lengths) - self.lengths)[rows]
        before = np.cumsum(lengths) - lengths
        return RaggedArray(self.values[np.repeat(starts - before, lengths) + np.arange(lengths.sum())], lengths)
