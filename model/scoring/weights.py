"""Hold the weights of features for codes without those near zero, and multiply them with the values of texts."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classmark.model.settings import FEW_CODES
from classmark.model.text.counts import Counts
from classmark.model.text.ragged import ranges
from classmark.model.text.tfidf import Floats

from .weight_checks import WeightChecks

_MIN_WEIGHT, _MIN_WEIGHT_OF_MANY = 0.01, 0.05
"""Smaller weights are dropped.

Measured on records that the model has not seen: with 20 codes, precision at 1 is 0.8259 with all weights and with those
above 0.01, a quarter of them, and 0.8251 with those above 0.05; with 2,028 codes, it is 0.6275 with those above 0.01
and 0.6270 with those above 0.05, a seventh of them, which are scored twice as fast.
"""

MAX_PRODUCTS = 100_000
"""Products of values and weights to hold at once: some MB, which fit into a processor's cache."""


@dataclass(frozen=True)
class SparseWeights:
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
    def of_dense(cls, weights: NDArray[np.floating[Any]]) -> SparseWeights:
        """Return the weights of an array, shape (features, codes), that are not near zero."""
        rows, columns = np.nonzero(np.abs(weights) >= min_weight(weights.shape[1]))
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
        text_of = np.repeat(np.arange(len(totals)), np.diff(counts.starts))
        products = np.full(len(text_of), self.codes) if self._has_rows else self._lengths(counts.features)
        sums = self._sums_of_rows if self._has_rows else self._sums_of_weights
        ends = np.concatenate([[0], np.cumsum(products)])
        for first, last in _stretches(ends[counts.starts]):
            for some in _pieces(ends, int(counts.starts[first]), int(counts.starts[last])):
                totals[first:last] += sums(counts.features[some], values[some], text_of[some] - first, last - first)
        return totals

    def _sums_of_weights(
        self, features: NDArray[np.int64], values: Floats, text_of: NDArray[np.int64], texts: int
    ) -> NDArray[np.float64]:
        """Return the product for some entries, shape (texts, codes), from the weights that are kept alone."""
        lengths = self._lengths(features)
        entries = ranges(self.starts[features], lengths)
        self._check(entries)
        products = self.values[entries].astype(np.float64)
        products *= np.repeat(values.astype(np.float64), lengths)
        cells = np.repeat(text_of * self.codes, lengths)
        cells += self.columns[entries]
        return np.asarray(np.bincount(cells, products, texts * self.codes).reshape(texts, self.codes))

    def _sums_of_rows(
        self, features: NDArray[np.int64], values: Floats, text_of: NDArray[np.int64], texts: int
    ) -> NDArray[np.float64]:
        """Return the same from whole rows of weights, which is three times as fast if codes are few."""
        self._expand(features)
        products = np.take(self._rows, features, axis=0, mode="clip")  # unlike [], makes no intermediate copy
        products *= values[:, np.newaxis]
        sums = np.zeros((texts, self.codes))
        starts = np.flatnonzero(np.diff(text_of, prepend=-1))
        sums[text_of[starts]] = np.add.reduceat(products, starts, axis=0)
        return sums

    def _expand(self, features: NDArray[np.int64]) -> None:
        """Write the weights of features into their rows, unless they are there."""
        missing = np.unique(features[~self._is_expanded[features]])
        if len(missing):
            lengths = self._lengths(missing)
            entries = ranges(self.starts[missing], lengths)
            self._check(entries)
            self._rows[np.repeat(missing, lengths), self.columns[entries]] = self.values[entries]
            self._is_expanded[missing] = True

    def _check(self, entries: NDArray[np.int64]) -> None:
        if self.checks is not None:
            self.checks.check(entries)

    def _lengths(self, features: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of weights of each feature."""
        return self.starts[features + 1] - self.starts[features]

    @property
    def _has_rows(self) -> bool:
        return self.codes <= FEW_CODES

    @cached_property
    def _rows(self) -> Floats:
        """float32, shape (features, codes); rows that are not used take no memory, unlike in NumPy's huge pages."""
        size = self.features * self.codes
        return np.frombuffer(mmap.mmap(-1, max(1, 4 * size)), np.float32, size).reshape(self.features, self.codes)

    @cached_property
    def _is_expanded(self) -> NDArray[np.bool_]:
        return np.zeros(self.features, dtype=bool)


def min_weight(codes: int) -> float:
    """Return the smallest absolute weight that a model with this many codes keeps."""
    return _MIN_WEIGHT if codes <= FEW_CODES else _MIN_WEIGHT_OF_MANY


def column_type(codes: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type for the columns of this many codes."""
    return np.uint8 if codes <= 1 << 8 else np.uint16 if codes <= 1 << 16 else np.uint32


def _stretches(ends: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of texts, first and last, that have at most `MAX_PRODUCTS` products or are a single text.

    Parameters
    ----------
    ends
        int64, shape (texts + 1,): the products before each text, and all.
    """
    first = 0
    while first < len(ends) - 1:
        last = max(first + 1, int(np.searchsorted(ends, ends[first] + MAX_PRODUCTS, side="right")) - 1)
        yield first, last
        first = last


def _pieces(ends: NDArray[np.int64], start: int, end: int) -> Iterator[slice]:
    """Cut the entries of a stretch into pieces of about `MAX_PRODUCTS` products, as a single text may have more."""
    cuts = np.searchsorted(ends[start:end], np.arange(ends[start], ends[end], MAX_PRODUCTS)) + start
    edges = np.unique(np.concatenate([[start], cuts, [end]]))
    return (slice(first, last) for first, last in pairwise(edges.tolist()))
