"""Hold the weights of features for codes without those near zero, and multiply them with the values of texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.errors import ModelFileError
from classmark.model.text.counts import Counts
from classmark.model.text.tfidf import Floats

_FEW_CODES = 128
_MIN_WEIGHT, _MIN_WEIGHT_OF_MANY = 0.01, 0.05
"""Smaller weights are dropped.

Measured on records that the model has not seen: with 20 codes, precision at 1 is 0.8259 with all weights and with those
above 0.01, a quarter of them, and 0.8251 with those above 0.05; with 2,028 codes, it is 0.6275 with those above 0.01
and 0.6270 with those above 0.05, a seventh of them, which are scored twice as fast.
"""

MAX_PRODUCTS = 100_000
"""Products of values and weights to hold at once: some MB, which fit into a processor's cache."""

CHUNK = 16_384
"""Weights per checksum."""


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
    checksums
        uint64, shape (chunks,): of each `CHUNK` weights, see `chunk_checksums`; each chunk is checked when it is first
        used, so that a file need not be read as a whole. None for weights that were not read from a file.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.unsignedinteger[Any]]
    values: NDArray[np.float16]
    codes: int
    checksums: NDArray[np.uint64] | None = None

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
        self.check(entries)
        dense = np.zeros(self.features, dtype=np.float32)
        dense[np.searchsorted(self.starts, entries, side="right") - 1] = self.values[entries]
        return dense

    def rows(self, features: NDArray[np.int64], columns: Sequence[int]) -> Floats:
        """Return the weights of some features for some codes, float32, shape (features, columns)."""
        lengths = self.starts[features + 1] - self.starts[features]
        entries = _ranges(self.starts[features], lengths)
        self.check(entries)
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
            Weights in use are damaged; see `check`.
        """
        totals = np.zeros((len(counts.starts) - 1, self.codes))
        lengths = self.starts[counts.features + 1] - self.starts[counts.features]
        ends = np.concatenate([[0], np.cumsum(lengths)])
        for first, last in _stretches(ends[counts.starts]):
            start, end = int(counts.starts[first]), int(counts.starts[last])
            texts = np.repeat(np.arange(last - first) * self.codes, np.diff(counts.starts[first : last + 1]))
            for some in _pieces(ends, start, end):
                offsets = texts[some.start - start : some.stop - start]
                products = self._products(counts.features[some], lengths[some], values[some], offsets, last - first)
                totals[first:last] += products.reshape(-1, self.codes)
        return totals

    def _products(
        self,
        features: NDArray[np.int64],
        lengths: NDArray[np.int64],
        values: Floats,
        offsets: NDArray[np.int64],
        texts: int,
    ) -> NDArray[np.float64]:
        """Return the sums of the products of entries, by the entry's offset plus the weight's column."""
        entries = _ranges(self.starts[features], lengths)
        self.check(entries)
        products = self.values[entries].astype(np.float64)
        products *= np.repeat(values.astype(np.float64), lengths)
        cells = np.repeat(offsets, lengths)
        cells += self.columns[entries]
        return np.asarray(np.bincount(cells, products, texts * self.codes), dtype=np.float64)

    def check(self, entries: NDArray[np.int64]) -> None:
        """Check the chunks of these entries, unless they have been checked.

        Raises
        ------
        ModelFileError
            A checksum differs, or a chunk has columns out of range or values that are not finite.
        """
        if self.checksums is None or not len(entries):
            return
        chunks = np.zeros(len(self.checksums), dtype=bool)
        chunks[entries // CHUNK] = True
        try:
            self.check_chunks(np.flatnonzero(chunks & ~self._is_checked))
        except ValueError as error:
            raise ModelFileError(f"the model is damaged: {error}; get it again, or train it again") from error

    def check_chunks(self, chunks: NDArray[np.int64]) -> None:
        """Check chunks by their numbers.

        Raises
        ------
        ValueError
            One of them is damaged; see `check`.
        """
        for chunk in chunks.tolist():
            some = slice(chunk * CHUNK, (chunk + 1) * CHUNK)
            columns, values = self.columns[some], self.values[some]
            if self.checksums is None or _checksum(columns, values) != self.checksums[chunk]:
                raise ValueError("a checksum of its weights differs")
            if columns.max() >= self.codes or not np.isfinite(values).all():
                raise ValueError("some of its weights are not finite, or belong to no code")
        self._is_checked[chunks] = True

    @cached_property
    def _is_checked(self) -> NDArray[np.bool_]:
        return np.zeros(0 if self.checksums is None else len(self.checksums), dtype=bool)


def min_weight(codes: int) -> float:
    """Return the smallest absolute weight that a model with this many codes keeps."""
    return _MIN_WEIGHT if codes <= _FEW_CODES else _MIN_WEIGHT_OF_MANY


def column_type(codes: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type for the columns of this many codes."""
    return np.uint8 if codes <= 1 << 8 else np.uint16 if codes <= 1 << 16 else np.uint32


def chunk_checksums(weights: SparseWeights) -> NDArray[np.uint64]:
    """Return the checksum of each `CHUNK` weights, shape (chunks,)."""
    starts = range(0, len(weights.values), CHUNK)
    pairs = ((weights.columns[start : start + CHUNK], weights.values[start : start + CHUNK]) for start in starts)
    return np.array([_checksum(*pair) for pair in pairs], dtype=np.uint64)


def _checksum(columns: NDArray[np.unsignedinteger[Any]], values: NDArray[np.float16]) -> int:
    """Return XXH3-64 of the columns and then the values."""
    from xxhash import xxh3_64  # noqa: PLC0415  # only models in files need it

    digest = xxh3_64(columns.tobytes())
    digest.update(values.tobytes())
    return int(digest.intdigest())


def _ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers from each start on, as many as its length, one range after the other."""
    ends = np.cumsum(lengths)
    found = np.repeat(starts - ends + lengths, lengths)
    found += np.arange(len(found))
    return found


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
