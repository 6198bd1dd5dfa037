"""Hold the weights of features for codes without those near zero, and multiply them with the values of texts."""

from __future__ import annotations

import mmap
import sys
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.model.settings import FEW_CODES
from classmark.model.text.counts import Counts
from classmark.model.text.ragged import differences, distinct, ranges
from classmark.model.text.tfidf import Floats

from .entries import MAX_PRODUCTS, Entries, pieces
from .weight_checks import WeightChecks

_MIN_WEIGHTS = ((FEW_CODES, 0.01), (1_000, 0.1), (10_000, 0.05), (sys.maxsize, 0.07))
"""Up to how many codes which weights are kept; smaller ones are dropped.

Measured on records that the model has not seen: with 20 codes, precision at 1 is 0.8259 with all weights and with those
above 0.01, a quarter of them, and 0.8251 with those above 0.05; with 194 codes, it is 0.546 with those above 0.05 and
0.549 with those above 0.1, a third of them; with 2,028 codes, it is 0.6275 with those above 0.01 and 0.6270 with those
above 0.05, a seventh of them, which are scored twice as fast. With 35,116 codes, it is 0.605 with those above 0.05 and
0.603 with those above 0.07, three fifths of them, and recall at 5 is 0.587 and 0.585.
"""

_SHARE_OF_ROW = 8
"""A feature with weights for an eighth of the codes or more is multiplied as a whole row, which is faster."""


class SparseWeights(Struct, frozen=True, dict=True):
    """Weights of features for codes, by feature: the three arrays of a sparse matrix by rows (CSR).

    Parameters
    ----------
    starts
        int64, shape (features + 1,): where the weights of each feature start.
    columns
        uint8, uint16 or uint32, shape (weights,): the column of the code, increasing within a feature.
    values
        float16, shape (weights,).
    codes
        The number of columns.
    checks
        Check the weights when they are used; None for weights that were not read from a file.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.unsignedinteger[Any]]
    values: NDArray[np.float16]
    codes: int
    checks: WeightChecks | None = None

    @classmethod
    def of_entries(
        cls, rows: NDArray[np.int64], columns: NDArray[np.int64], values: Floats, shape: tuple[int, int]
    ) -> SparseWeights:
        """Return the weights of a sparse matrix in coordinate form, sorted by row and then by column."""
        starts = np.searchsorted(rows, np.arange(shape[0] + 1)).astype(np.int64)
        return cls(starts, columns.astype(column_type(shape[1])), values.astype(np.float16), shape[1])

    @classmethod
    def of_dense(cls, weights: NDArray[np.floating[Any]], least: float | None = None) -> SparseWeights:
        """Return the weights of an array, shape (features, codes), that are not near zero.

        Parameters
        ----------
        least
            The smallest absolute weight to keep; None for that of `min_weight`.
        """
        least = min_weight(weights.shape[1]) if least is None else least
        rows, columns = np.nonzero(np.abs(weights) >= least)
        return cls.of_entries(rows, columns, weights[rows, columns].astype(np.float32), weights.shape)

    @property
    def features(self) -> int:
        """The number of features."""
        return len(self.starts) - 1

    def to_dense(self) -> Floats:
        """Return all weights, float32, shape (features, codes)."""
        return self.rows(np.arange(self.features), range(self.codes))

    def column(self, column: int) -> Floats:
        """Return the weights of all features for one code, float32, shape (features,)."""
        entries = np.flatnonzero(self.columns == column)
        self._check(entries)
        dense = np.zeros(self.features, dtype=np.float32)
        dense[np.searchsorted(self.starts, entries, side="right") - 1] = self.values[entries]
        return dense

    def rows(self, features: NDArray[np.int64], columns: Sequence[int]) -> Floats:
        """Return the weights of some features for some codes, float32, shape (features, columns)."""
        lengths = self._lengths(features)
        entries = ranges(self.starts[features], lengths)
        self._check(entries)
        place = np.full(self.codes, -1)
        place[list(columns)] = np.arange(len(columns))
        places = place[self.columns[entries]]
        is_wanted = places >= 0
        dense = np.zeros((len(features), len(columns)), dtype=np.float32)
        rows = np.repeat(np.arange(len(features)), lengths)[is_wanted]
        dense[rows, places[is_wanted]] = self.values[entries[is_wanted]]
        return dense

    def multiply(self, counts: Counts, values: Floats) -> NDArray[np.float64]:
        """Return the product of the values of texts and the weights, float64, shape (texts, codes).

        The product of a text does not depend on the other texts.

        Parameters
        ----------
        counts, values
            The features of the texts, and the TF-IDF value of each entry.

        Raises
        ------
        ModelFileError
            Weights in use are damaged; see `WeightChecks.check`.
        """
        totals = np.zeros((len(counts.starts) - 1, self.codes))
        if self.codes <= FEW_CODES:
            self._add_rows(totals, Entries(counts.features, values, counts.starts))
            return totals
        has_row = self._row_of[counts.features] >= 0
        self._add_rows(totals, Entries.of(counts, values, has_row))
        self._add_weights(totals, Entries.of(counts, values, ~has_row))
        return totals

    def _add_rows(self, totals: NDArray[np.float64], entries: Entries) -> None:
        """Add the products of features with whole rows to the totals, shape (texts, codes).

        Rows of few codes are multiplied for many texts at once, long rows for one text at a time: each is faster.
        """
        rows = entries.features if self.codes <= FEW_CODES else self._row_of[entries.features]
        self._expand(entries.features, rows)
        most = max(1, MAX_PRODUCTS // self.codes)
        if self.codes <= FEW_CODES:
            for texts, starts, some in entries.whole_texts(most):
                products = self._rows.take(rows[some], axis=0)
                products *= entries.values[some, np.newaxis]
                totals[texts] += np.add.reduceat(products, starts, axis=0)
            return
        for text, (start, end) in enumerate(pairwise(entries.starts.tolist())):
            for first in range(start, end, most):
                some = slice(first, min(first + most, end))
                totals[text] += entries.values[some] @ self._rows.take(rows[some], axis=0)

    def _add_weights(self, totals: NDArray[np.float64], entries: Entries) -> None:
        """Add the products of other features."""
        for first, last, some, text_of in entries.pieces(self._lengths(entries.features)):
            totals[first:last] += self._sums(entries.features[some], entries.values[some], text_of, last - first)

    def _sums(
        self, features: NDArray[np.int64], values: Floats, text_of: NDArray[np.int64], texts: int
    ) -> NDArray[np.float64]:
        """Return the products of some entries, shape (texts, codes)."""
        lengths = self._lengths(features)
        entries = ranges(self.starts[features], lengths)
        self._check(entries)
        products = self.values[entries].astype(np.float64)
        products *= np.repeat(values.astype(np.float64), lengths)
        cells = np.repeat(text_of * self.codes, lengths)
        cells += self.columns[entries]
        return np.asarray(np.bincount(cells, products, texts * self.codes).reshape(texts, self.codes))

    def _expand(self, features: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Write the weights of features into their rows, unless they are there."""
        is_missing = ~self._is_expanded[rows]
        if is_missing.any():
            missing, first = distinct(features[is_missing])
            rows, lengths = rows[is_missing][first], self._lengths(missing)
            for some in pieces(np.concatenate([[0], np.cumsum(lengths)]), 0, len(missing)):
                entries = ranges(self.starts[missing[some]], lengths[some])
                self._check(entries)
                self._rows[np.repeat(rows[some], lengths[some]), self.columns[entries]] = self.values[entries]
            self._is_expanded[rows] = True

    def _check(self, entries: NDArray[np.int64]) -> None:
        if self.checks is not None:
            self.checks.check(entries)

    def _lengths(self, features: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of weights of each feature."""
        return self.starts[features + 1] - self.starts[features]

    @cached_property
    def _row_of(self) -> NDArray[np.int64]:
        """int64, shape (features,): the number of the whole row of each feature that has one, otherwise -1."""
        has_row = differences(self.starts) >= self.codes // _SHARE_OF_ROW
        return np.where(has_row, np.cumsum(has_row) - 1, -1)

    @cached_property
    def _rows(self) -> Floats:
        """float32, shape (rows, codes); rows that are not used take no memory, unlike in NumPy's huge pages."""
        rows = self.features if self.codes <= FEW_CODES else int(self._row_of.max(initial=-1)) + 1
        shape = rows, self.codes
        size = shape[0] * shape[1]
        return np.frombuffer(mmap.mmap(-1, max(1, 4 * size)), np.float32, size).reshape(shape)

    @cached_property
    def _is_expanded(self) -> NDArray[np.bool_]:
        return np.zeros(len(self._rows), dtype=bool)


def min_weight(codes: int) -> float:
    """Return the smallest absolute weight that a model with this many codes keeps."""
    return next(weight for most, weight in _MIN_WEIGHTS if codes <= most)


def column_type(codes: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type for the columns of this many codes."""
    return np.uint8 if codes <= 1 << 8 else np.uint16 if codes <= 1 << 16 else np.uint32
