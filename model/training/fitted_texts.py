"""Hold the texts to fit many codes on, in the order that makes products with sparse weights fast."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.model.settings import ResolvedSettings
from classmark.model.text.tfidf import Floats

Rows = NDArray[np.int64]

_ANCHOR_WEIGHT = 20.0
"""Sample weight of the anchor, a negative without terms: it stands for all texts that have nothing in common with a
code, and keeps the intercept near -1, so that the decision values of different codes can be compared."""

_DENSE = 1 / 20
"""The share of codes with a weight from which the weights of columns are multiplied as dense rows, which is faster."""

_COLUMNS_AT_ONCE = 1_000
"""Columns to decide on at once."""

_ROWS_AT_ONCE = 4_096
"""Texts to score at once."""


class Texts(Struct, frozen=True):
    """Texts to fit on.

    Parameters
    ----------
    matrix
        float32, shape (texts + 1, columns): the last row is the anchor, which is empty.
    rank
        int64, shape (columns,): the place of each column of the features; those in most texts come first, which keeps
        their weights together in memory.
    sample_weights
        float64, shape (texts + 1,).
    is_fitted
        bool, shape (texts,): the texts to fit on; the others are held out.
    settings
        How to fit.
    """

    matrix: csr_matrix
    rank: NDArray[np.int64]
    sample_weights: NDArray[np.float64]
    is_fitted: NDArray[np.bool_]
    settings: ResolvedSettings

    @classmethod
    def of(
        cls,
        matrix: csr_matrix,
        sample_weights: NDArray[np.float64],
        is_fitted: NDArray[np.bool_],
        settings: ResolvedSettings,
    ) -> Texts:
        """Add the anchor to texts, shape (texts, columns), and their sample weights, shape (texts,)."""
        frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
        rank = np.empty(matrix.shape[1], dtype=np.int64)
        rank[np.argsort(-frequency, kind="stable")] = np.arange(matrix.shape[1])
        starts = np.append(matrix.indptr, matrix.nnz)
        entries = (matrix.data.astype(np.float32), rank[matrix.indices].astype(np.int32), starts)
        ordered = csr_matrix(entries, shape=(matrix.shape[0] + 1, matrix.shape[1]))
        ordered.sort_indices()
        return cls(ordered, rank, np.append(sample_weights, _ANCHOR_WEIGHT), is_fitted, settings)

    def products(self, rows: Rows, weights: csr_matrix) -> Floats:
        """Return the products of texts and weights, float32, shape (rows, codes).

        Parameters
        ----------
        weights
            float32, shape (columns, codes).
        """
        dense = _dense_columns(weights)
        of_frequent, of_others = weights[:dense].toarray(), weights[dense:]
        products = np.empty((len(rows), weights.shape[1]), dtype=np.float32)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            matrix = self.matrix[rows[start : start + _ROWS_AT_ONCE]]
            of_rows = (matrix[:, dense:] @ of_others).toarray()
            products[start : start + _ROWS_AT_ONCE] = matrix[:, :dense] @ of_frequent + of_rows
        return products


def _dense_columns(weights: csr_matrix) -> int:
    """Return the number of columns, from the first on, that have weights for many codes; shape (columns, codes)."""
    entries = np.add.reduceat(np.diff(weights.indptr), np.arange(0, weights.shape[0], _COLUMNS_AT_ONCE))
    is_sparse = entries < _DENSE * _COLUMNS_AT_ONCE * weights.shape[1]
    return int(is_sparse.argmax()) * _COLUMNS_AT_ONCE if is_sparse.any() else weights.shape[0]
