"""Keep the codes of each abstract that can matter, with a value each: all codes or, if there are many, the best."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from classmark.model.settings import FEW_CODES
from classmark.model.text.ragged import ranges

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

KEPT = FEW_CODES
"""The number of codes to keep for each abstract; models with at most this many codes keep them all."""


class Candidates(Struct, frozen=True, dict=True):
    """Codes of abstracts with a value each, such as a decision value or a score, row by row.

    Parameters
    ----------
    starts
        int64, shape (abstracts + 1,): where the candidates of each abstract start.
    columns
        int32, shape (candidates,): the columns of the codes, rising within an abstract.
    values
        float64, shape (candidates,).
    codes
        The number of columns.

    Examples
    --------
    >>> candidates = Candidates.of_dense(np.array([[0.1, 0.9, 0.4], [0.8, 0.3, 0.2]]), kept=2)
    >>> candidates.columns.tolist(), candidates.values.tolist()
    ([1, 2, 0, 1], [0.9, 0.4, 0.8, 0.3])
    >>> candidates.best.tolist()
    [1, 0]
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float64]
    codes: int

    @classmethod
    def of_dense(cls, values: NDArray[np.float64], kept: int = KEPT) -> Candidates:
        """Keep the codes with the highest values of each abstract.

        Parameters
        ----------
        values
            Shape (abstracts, codes).
        kept
            How many codes to keep for each abstract.
        """
        abstracts, codes = values.shape
        starts = np.arange(abstracts + 1) * min(kept, codes)
        if kept >= codes:
            columns = np.tile(np.arange(codes, dtype=np.int32), abstracts)
            return cls(starts, columns, values.ravel().astype(np.float64), codes)
        best = np.sort(np.argpartition(-values, kept - 1, axis=1)[:, :kept], axis=1)
        found = np.take_along_axis(values, best, axis=1).ravel().astype(np.float64)
        return cls(starts, best.ravel().astype(np.int32), found, codes)

    @classmethod
    def join(cls, parts: Sequence[Candidates]) -> Candidates:
        """Return the abstracts of several parts in one."""
        lengths = np.concatenate([np.diff(part.starts) for part in parts])
        return cls(
            np.concatenate([[0], np.cumsum(lengths)]),
            np.concatenate([part.columns for part in parts]),
            np.concatenate([part.values for part in parts]),
            parts[0].codes,
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def row_of(self) -> NDArray[np.int64]:
        """int64, shape (candidates,): the abstract of each candidate."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """int64, shape (candidates,): indices that sort by abstract, then by falling value, then by column."""
        each = len(self.columns) // max(len(self), 1)
        if np.array_equal(self.starts, np.arange(len(self) + 1) * each):  # usual, and several times as fast
            by_row = np.argsort(-self.values.reshape(len(self), each), axis=1, kind="stable")
            return (by_row + self.starts[:-1, np.newaxis]).ravel()
        return np.lexsort((self.columns, -self.values, self.row_of))

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """int64, shape (candidates,): the place of each candidate among those of its abstract, 0 for the best."""
        ranks = np.empty(len(self.columns), dtype=np.int64)
        ranks[self.order] = np.arange(len(self.columns)) - np.repeat(self.starts[:-1], np.diff(self.starts))
        return ranks

    @cached_property
    def best_entries(self) -> NDArray[np.int64]:
        """int64, shape (abstracts,): the index of the candidate with the highest value; every abstract has one."""
        return first_maxima(self.values, self.starts[:-1])

    @property
    def best(self) -> NDArray[np.int64]:
        """int64, shape (abstracts,): the column with the highest value."""
        return self.columns[self.best_entries].astype(np.int64)

    def are_gold(self, gold: csr_matrix) -> NDArray[np.bool_]:
        """Return whether each candidate is a gold code of its abstract, bool, shape (candidates,).

        Parameters
        ----------
        gold
            bool, shape (abstracts, codes), with sorted indices.
        """
        keys = self.row_of * self.codes + self.columns
        gold_keys = np.repeat(np.arange(len(self)), np.diff(gold.indptr)) * self.codes + gold.indices
        places = np.searchsorted(keys, gold_keys)
        found = np.zeros(len(keys), dtype=bool)
        found[places[np.append(keys, -1)[places] == gold_keys]] = True
        return found

    def values_of(self, rows: NDArray[np.int64], columns: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Return the values of codes of abstracts, shape (rows,); 0 for codes that are not kept."""
        keys = self.row_of * self.codes + self.columns
        wanted = rows * self.codes + columns
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[places] == wanted, self.values[places], 0.0)

    def with_values(self, values: NDArray[np.float64] | NDArray[np.bool_]) -> Candidates:
        """Return the same codes with other values."""
        return replace(self, values=values.astype(np.float64))

    def cut(self, kept: int = KEPT) -> Candidates:
        """Return the same without codes beyond the best ``kept`` of each abstract."""
        is_kept = self.rank < kept
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.row_of[is_kept], minlength=len(self)))])
        return replace(self, starts=starts, columns=self.columns[is_kept], values=self.values[is_kept])

    def take(self, rows: NDArray[np.int64]) -> Candidates:
        """Return the abstracts with the given indices."""
        starts, entries = np.concatenate([[0], np.cumsum(np.diff(self.starts)[rows])]), self.entries_of(rows)
        return replace(self, starts=starts, columns=self.columns[entries], values=self.values[entries])

    def entries_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the indices of the candidates of the abstracts with the given indices, one abstract after another."""
        return ranges(self.starts[:-1][rows], np.diff(self.starts)[rows])

    def to_dense(self, fill: float = 0.0) -> NDArray[np.float64]:
        """Return the values as an array, shape (abstracts, codes), with ``fill`` for codes that are not kept."""
        dense = np.full((len(self), self.codes), fill, dtype=np.float64)
        dense[self.row_of, self.columns] = self.values
        return dense


def first_maxima(values: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the index of the first of the highest values of each stretch, int64, shape (stretches,).

    Parameters
    ----------
    starts
        int64, shape (stretches,): where each stretch starts; it ends where the next one starts, and is not empty.
    """
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    highest = np.repeat(np.maximum.reduceat(values, starts), np.diff(np.append(starts, len(values))))
    maxima = np.flatnonzero(values == highest)
    return maxima[np.searchsorted(maxima, starts)]
